"""Where calls are sent on to, and how long a phone rings: selects and their numbers."""

from collections.abc import Callable, Coroutine
from typing import Any

from homeassistant.auth.models import User
from homeassistant.components.select import DOMAIN as SELECT, SERVICE_SELECT_OPTION
from homeassistant.components.text import DOMAIN as TEXT, SERVICE_SET_VALUE
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    mock_restore_cache_with_extra_data,
)

from custom_components.yeastar.const import (
    ADMINISTRATORS,
    CONF_NUMBER_FORMAT,
    CONF_OUTSIDE_CALLS,
    CONF_OUTSIDE_PREFIX,
    DOMAIN,
)
from custom_components.yeastar.features import write_queue
from tests.actions.conftest import ordinary  # noqa: F401
from tests.helpers import pass_time, requests_of, state_of
from tests.simulator import Forward, Simulator

from ..actions.words import refused

FORWARDINGS = {
    "always_forward": ("alwaysforward", "atransfer"),
    "no_answer_forward": ("noanswerforward", "ntransfer"),
    "busy_forward": ("busyforward", "btransfer"),
}
KEYS = ["ring_timeout", *FORWARDINGS, *(f"{name}_number" for name in FORWARDINGS)]
ALWAYS = "select.jayson_always_forward"
NUMBER = "text.jayson_always_forward_number"
RING_TIMEOUT = "select.jayson_ring_timeout"

type Do = Callable[..., Coroutine[Any, Any, None]]


@pytest.fixture(autouse=True)
def quick(pbx: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the PBX be one that changes need not be spaced on."""
    pbx.state.device.firmwarever = "30.11.0.7"
    monkeypatch.setattr(write_queue, "GAP", 0.0)


@pytest.fixture
async def enabled(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    reachable: None,
    entry: MockConfigEntry,
) -> None:
    """Enable what is disabled at first, for one extension, under short names."""
    entry.add_to_hass(hass)
    for key in KEYS:
        entity_registry.async_get_or_create(
            TEXT if key.endswith("_number") else SELECT,
            DOMAIN,
            f"{entry.unique_id}_1000_{key}",
            config_entry=entry,
            suggested_object_id=f"jayson_{key}",
            disabled_by=None,
        )


@pytest.fixture
async def ready(hass: HomeAssistant, enabled: None, loaded: MockConfigEntry) -> None:
    """Let everything be read."""
    await pass_time(hass, 1)


@pytest.fixture
def choose(hass: HomeAssistant) -> Do:
    """Return how to choose an option or enter a number."""

    async def do(entity_id: str, value: str, user: User | None = None) -> None:
        domain = entity_id.partition(".")[0]
        service, field = {
            SELECT: (SERVICE_SELECT_OPTION, "option"),
            TEXT: (SERVICE_SET_VALUE, "value"),
        }[domain]
        await hass.services.async_call(
            domain,
            service,
            {"entity_id": entity_id, field: value},
            blocking=True,
            context=Context(user_id=user.id if user else None),
        )

    return do


def sent(pbx: Simulator) -> list[dict[str, str]]:
    """Return the changes so far."""
    return [item.body for item in requests_of(pbx, "extension/update")]


async def test_all_of_them_start_disabled(
    entity_registry: er.EntityRegistry, loaded: MockConfigEntry
) -> None:
    """Few people need them, and each is to be read."""
    for key in KEYS:
        domain = TEXT if key.endswith("_number") else SELECT
        entity_id = entity_registry.async_get_entity_id(
            domain, DOMAIN, f"{loaded.unique_id}_1000_{key}"
        )
        assert entity_id
        assert entity_registry.entities[entity_id].disabled_by


# What is shown


@pytest.mark.parametrize("name", FORWARDINGS)
@pytest.mark.parametrize(
    ("forward", "option", "number"),
    [
        (Forward(), "off", ""),
        (Forward(on=True), "voicemail", ""),
        (Forward.to_extension("1002"), "extension", "1002"),
        (Forward(on=True, to="Mobile Number", prefix="9"), "mobile", ""),
        (
            Forward(on=True, to="Custom Number", prefix="9", number="061111"),
            "custom_number",
            "061111",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.usefixtures("enabled")
async def test_what_the_pbx_has(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    name: str,
    forward: Forward,
    option: str,
    number: str,
) -> None:
    """Each of the three, and the number that it leads to."""
    pbx.state.extensions["1000"].mobile = "0170"
    setattr(pbx.state.extensions["1000"], name, forward)
    assert state_of(hass, f"select.jayson_{name}") == STATE_UNKNOWN
    await pass_time(hass, 1)
    assert state_of(hass, f"select.jayson_{name}") == option
    assert state_of(hass, f"text.jayson_{name}_number") == number


# What is changed


@pytest.mark.parametrize("name", FORWARDINGS)
@pytest.mark.usefixtures("ready")
async def test_each_forwarding_is_changed(
    hass: HomeAssistant, pbx: Simulator, choose: Do, name: str
) -> None:
    """To all there is, and off again; the number is remembered."""
    switch, start = FORWARDINGS[name]
    select, text = f"select.jayson_{name}", f"text.jayson_{name}_number"
    pbx.state.extensions["1000"].mobile = "0170"
    await choose(text, "1002")
    assert sent(pbx) == []
    for option in ("extension", "voicemail", "mobile", "off", "extension"):
        await choose(select, option)
        assert state_of(hass, select) == option
        assert state_of(hass, text) == "1002"
    on = {"extid": "1000", switch: "on"}
    to_amy = {**on, f"{start}to": "Extension", f"{start}ext": "1002"}
    assert sent(pbx) == [
        to_amy,
        {**on, f"{start}to": "Voicemail"},
        {**on, f"{start}to": "Mobile Number"},
        {"extid": "1000", switch: "off"},
        to_amy,
    ]


@pytest.mark.usefixtures("ready")
async def test_a_custom_number_is_dialled_as_every_number_outside(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, choose: Do
) -> None:
    """In the form and with the prefix of the options."""
    hass.config.country = "DE"
    hass.config_entries.async_update_entry(
        loaded, options={CONF_OUTSIDE_PREFIX: "9", CONF_NUMBER_FORMAT: "national"}
    )
    await choose(NUMBER, "+49 30 901820")
    await choose(ALWAYS, "custom_number")
    assert sent(pbx)[-1] == {
        "extid": "1000",
        "alwaysforward": "on",
        "atransferto": "Custom Number",
        "atransferprefix": "9",
        "atransfernum": "030901820",
    }
    assert state_of(hass, NUMBER) == "030901820"


@pytest.mark.usefixtures("ready")
async def test_another_number_while_calls_are_forwarded(
    hass: HomeAssistant, pbx: Simulator, choose: Do
) -> None:
    """It takes effect at once, with the prefix that was set on the PBX."""
    pbx.state.extensions["1000"].always_forward = Forward(
        on=True, to="Custom Number", prefix="8", number="061111"
    )
    pbx.rename_extension("1000", "Jayson")
    await pbx.settle()
    await hass.async_block_till_done()
    await pass_time(hass, 1)
    await choose(NUMBER, "061112")
    assert pbx.state.extensions["1000"].always_forward.leads_to("") == "8061112"
    assert state_of(hass, NUMBER) == "061112"


@pytest.mark.usefixtures("ready")
async def test_the_ring_time_out(
    hass: HomeAssistant, pbx: Simulator, choose: Do
) -> None:
    """One of those that the PBX offers."""
    assert state_of(hass, RING_TIMEOUT) == "30"
    await choose(RING_TIMEOUT, "120")
    assert sent(pbx) == [{"extid": "1000", "ringtimeout": "120"}]
    assert state_of(hass, RING_TIMEOUT) == "120"


@pytest.mark.usefixtures("enabled")
async def test_a_ring_time_out_of_another_kind(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Some boxes may have others than the guide says."""
    pbx.state.extensions["1000"].ring_timeout = 45
    await pass_time(hass, 1)
    assert state_of(hass, RING_TIMEOUT) == STATE_UNKNOWN


@pytest.mark.usefixtures("enabled")
async def test_a_number_is_remembered_over_restarts(
    hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry
) -> None:
    """The PBX does not tell it while the forwarding is off."""
    entered = {
        "native_max": 32,
        "native_min": 0,
        "native_value": "1002",
    }
    mock_restore_cache_with_extra_data(hass, [(State(NUMBER, "1002"), entered)])
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, NUMBER) == "1002"
    await hass.config_entries.async_unload(entry.entry_id)


# What is refused


@pytest.mark.parametrize(
    ("number", "option", "key"),
    [
        ("", "extension", "forward_number_needed"),
        ("", "custom_number", "forward_number_needed"),
        ("1999", "extension", "forward_not_an_extension"),
        ("+49 30 1", "custom_number", "forward_number"),
        ("1" * 16, "custom_number", "forward_number"),
    ],
)
@pytest.mark.usefixtures("ready")
async def test_numbers_that_do_not_fit(
    hass: HomeAssistant, pbx: Simulator, choose: Do, number: str, option: str, key: str
) -> None:
    """Nothing is sent, and the select stays as it is."""
    await choose(NUMBER, number)
    with refused(key):
        await choose(ALWAYS, option)
    assert sent(pbx) == []
    assert state_of(hass, ALWAYS) == "off"


@pytest.mark.usefixtures("ready")
async def test_what_is_no_number_is_not_kept_for_later(
    hass: HomeAssistant, choose: Do
) -> None:
    """It would be refused only when somebody wants to go out and forward calls."""
    with refused("forward_number"):
        await choose(NUMBER, "Anna")
    assert state_of(hass, NUMBER) == ""


@pytest.mark.usefixtures("ready")
async def test_another_number_that_does_not_fit(
    hass: HomeAssistant, pbx: Simulator, choose: Do
) -> None:
    """Calls go on to where they went."""
    await choose(NUMBER, "1002")
    await choose(ALWAYS, "extension")
    with refused("forward_not_an_extension"):
        await choose(NUMBER, "061111")
    assert state_of(hass, NUMBER) == "1002"
    assert len(sent(pbx)) == 1


@pytest.mark.usefixtures("ready")
async def test_an_extension_without_a_mobile(
    hass: HomeAssistant, pbx: Simulator, choose: Do
) -> None:
    """The PBX judges, and we say what it means."""
    with refused("forward_no_mobile", HomeAssistantError):
        await choose(ALWAYS, "mobile")


@pytest.mark.parametrize("option", ["mobile", "custom_number"])
@pytest.mark.usefixtures("ready")
async def test_who_may_not_call_outside_may_not_forward_there(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    choose: Do,
    ordinary: User,  # noqa: F811
    option: str,
) -> None:
    """It would cost the same; inside everybody may."""
    hass.config_entries.async_update_entry(
        loaded, options={CONF_OUTSIDE_CALLS: ADMINISTRATORS}
    )
    await choose(NUMBER, "1002", ordinary)
    with refused("outside_administrators"):
        await choose(ALWAYS, option, ordinary)
    await choose(ALWAYS, "extension", ordinary)
    assert len(sent(pbx)) == 1


@pytest.mark.usefixtures("ready")
async def test_a_forwarding_that_is_not_kept(
    hass: HomeAssistant, pbx: Simulator, choose: Do
) -> None:
    """It is told, and shown as it is."""
    pbx.quirks.forgets = {"always_forward", "ring_timeout"}
    for entity_id, value in ((ALWAYS, "voicemail"), (RING_TIMEOUT, "60")):
        with refused("setting_not_kept", HomeAssistantError):
            await choose(entity_id, value)
    assert (state_of(hass, ALWAYS), state_of(hass, RING_TIMEOUT)) == ("off", "30")
