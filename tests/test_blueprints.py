"""Every blueprint is loaded and run against a simulated PBX."""

from pathlib import Path
import shutil

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import automation
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.yeastar.const import DOMAIN
from custom_components.yeastar.features import write_queue
from tests.simulator import Simulator

BLUEPRINTS = Path(__file__).parent.parent / "blueprints" / "automation" / "yeastar"


@pytest.fixture
def folder(hass: HomeAssistant, tmp_path: Path) -> None:
    """Let Home Assistant have the blueprints where it looks for them."""
    shutil.copytree(BLUEPRINTS, tmp_path / "blueprints" / "automation" / "yeastar")
    hass.config.config_dir = str(tmp_path)


@pytest.mark.parametrize(
    ("caller", "refused"),
    [
        ("0900123456", True),
        ("5503301", True),
        ("0611111111", False),
        ("anonymous", True),
        ("unknown", False),
    ],
)
@pytest.mark.usefixtures("folder")
async def test_unwanted_callers_are_refused(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    caller: str,
    refused: bool,
) -> None:
    """Numbers of the list and those that begin so, and no others."""
    pbx.state.trunks["SIP-142"].answering_control = True
    assert await async_setup_component(
        hass,
        automation.DOMAIN,
        {
            automation.DOMAIN: {
                "use_blueprint": {
                    "path": "yeastar/refuse_callers.yaml",
                    "input": {"numbers": ["0900*", "5503301", "withheld"]},
                }
            }
        },
    )
    await hass.async_block_till_done()
    call = pbx.outside_call(caller, to="1000", trunk="SIP-142")
    await pbx.settle()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert (call.callid not in pbx.calls) is refused


# Quiet and forwarding


async def use(hass: HomeAssistant, name: str, **inputs: object) -> None:
    """Make an automation of a blueprint, for Jayson's and Amy's phones if it asks."""
    blueprint = {"path": f"yeastar/{name}.yaml", "input": inputs}
    assert await async_setup_component(
        hass, automation.DOMAIN, {automation.DOMAIN: {"use_blueprint": blueprint}}
    )
    await hass.async_block_till_done()


async def settled(hass: HomeAssistant) -> None:
    """Let automations finish."""
    await hass.async_block_till_done(wait_background_tasks=True)


def devices(hass: HomeAssistant, entry: MockConfigEntry) -> list[str]:
    """Return the devices of Jayson's and Amy's phones, as the pickers do."""
    registry = dr.async_get(hass)
    found = [
        registry.async_get_device_by_identifier(
            (DOMAIN, f"{entry.unique_id}_{number}"), entry.entry_id
        )
        for number in ("1000", "1002")
    ]
    return [device.id for device in found if device]


def quiet(pbx: Simulator) -> list[str]:
    """Return which phones are quiet."""
    return [number for number, item in pbx.state.extensions.items() if item.dnd]


@pytest.fixture
def quick(pbx: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the PBX be one that changes need not be spaced on."""
    pbx.state.device.firmwarever = "30.11.0.7"
    monkeypatch.setattr(write_queue, "GAP", 0.0)


@pytest.mark.usefixtures("folder", "quick")
async def test_phones_are_quiet_while_nobody_is_home(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The last one who leaves and the first one who comes make the difference."""
    people = ["person.anna", "person.ben"]
    for person in people:
        hass.states.async_set(person, "home")
    await use(
        hass,
        "quiet_while_nobody_is_home",
        people=people,
        phones=devices(hass, loaded),
    )
    hass.states.async_set("person.anna", "Work")
    await settled(hass)
    assert quiet(pbx) == []
    hass.states.async_set("person.ben", "not_home")
    await settled(hass)
    assert quiet(pbx) == ["1000", "1002"]
    hass.states.async_set("person.anna", "home")
    await settled(hass)
    assert quiet(pbx) == []
    # Somebody who is at home wants it so.
    pbx.state.extensions["1000"].dnd = True
    hass.states.async_set("person.ben", "home")
    await settled(hass)
    assert quiet(pbx) == ["1000"]


# A Monday.
@pytest.mark.freeze_time("2026-11-23 21:00:00")
@pytest.mark.parametrize(("days", "becomes_quiet"), [(["mon"], True), (["tue"], False)])
@pytest.mark.usefixtures("folder", "quick")
async def test_phones_are_quiet_at_night(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    loaded: MockConfigEntry,
    days: list[str],
    becomes_quiet: bool,
) -> None:
    """On the evenings that were chosen, until the morning."""
    await hass.config.async_set_time_zone("UTC")
    await use(
        hass,
        "quiet_at_night",
        phones=devices(hass, loaded),
        begin="21:30:00",
        end="06:30:00",
        days=days,
    )
    for moment, phones in (
        ("2026-11-23 21:30:01", ["1000", "1002"] if becomes_quiet else []),
        ("2026-11-24 06:30:01", []),
    ):
        freezer.move_to(moment)
        async_fire_time_changed(hass)
        await settled(hass)
        assert quiet(pbx) == phones
    await hass.services.async_call(
        automation.DOMAIN, "turn_off", {"entity_id": "all"}, blocking=True
    )


@pytest.mark.usefixtures("folder", "quick")
async def test_calls_are_forwarded_while_somebody_is_away(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """To the mobile, once the person is away for long enough, and back home not."""
    jayson = pbx.state.extensions["1000"]
    jayson.mobile = "0170"
    phone = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{loaded.unique_id}_1000"), loaded.entry_id
    )
    assert phone
    hass.states.async_set("person.jayson", "home")
    await use(
        hass,
        "forward_by_presence",
        person="person.jayson",
        phone=phone.id,
        away="mobile",
        minutes=5,
    )
    for state, leads_to in (("not_home", "0170"), ("home", "")):
        before = jayson.no_answer_forward
        hass.states.async_set("person.jayson", state)
        await settled(hass)
        assert jayson.no_answer_forward == before
        freezer.tick(301)
        async_fire_time_changed(hass)
        await settled(hass)
        assert jayson.no_answer_forward.leads_to(jayson.mobile) == leads_to
