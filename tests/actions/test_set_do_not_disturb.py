"""Phones that are quiet until a time: what is asked, what is kept, and how it ends."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
import time
from types import SimpleNamespace
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
import voluptuous as vol

from custom_components.yeastar.const import DOMAIN
from custom_components.yeastar.features import do_not_disturb, write_queue
from custom_components.yeastar.features.do_not_disturb import (
    RETRY_SECONDS,
    DoNotDisturb,
)
from custom_components.yeastar.features.extension_settings import INTERVAL
from tests.helpers import pass_time, requests_of
from tests.simulator import Fault, Simulator

from .conftest import Act, Sent
from .words import refused

JAYSON = "switch.jayson_do_not_disturb"
EVENING = datetime(2026, 11, 23, 22, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick(pbx: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the PBX be one that changes need not be spaced on."""
    pbx.state.device.firmwarever = "30.11.0.7"
    monkeypatch.setattr(write_queue, "GAP", 0.0)


@pytest.fixture
async def evening(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Let it be ten in the evening."""
    await hass.config.async_set_time_zone("UTC")
    freezer.move_to(EVENING)


async def wait_until(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, moment: datetime
) -> None:
    """Let it be later, with all that happens until then."""
    freezer.move_to(moment)
    async_fire_time_changed(hass, moment)
    await hass.async_block_till_done(wait_background_tasks=True)


def quiet(pbx: Simulator) -> list[str]:
    """Return which phones are quiet."""
    return [number for number, item in pbx.state.extensions.items() if item.dnd]


def until(hass: HomeAssistant) -> datetime | None:
    """Return until when Jayson's phone is shown to be quiet."""
    state = hass.states.get(JAYSON)
    assert state
    moment: datetime | None = state.attributes["until"]
    return moment


# What is asked


async def test_several_phones_become_quiet(
    pbx: Simulator,
    act: Act,
    sent: Sent,
    device_id: Callable[[str], str],
    ordinary: User,
) -> None:
    """By number, name or device, each once."""
    extensions = ["1000", "Amy", device_id("1003"), 1002]
    await act("set_do_not_disturb", extension=extensions, enabled=True, user=ordinary)
    assert quiet(pbx) == ["1000", "1002", "1003"]
    assert len(sent("extension/update")) == 3
    await act("set_do_not_disturb", extension="Amy", enabled=False)
    assert quiet(pbx) == ["1000", "1003"]


async def test_who_may(
    hass: HomeAssistant,
    pbx: Simulator,
    act: Act,
    sent: Sent,
    reader: User,
) -> None:
    """Whoever may control the phone, of several each of them."""
    with pytest.raises(Unauthorized):
        await act("set_do_not_disturb", extension="1000", enabled=True, user=reader)
    reader.permissions.check_entity = (  # type: ignore[method-assign]
        lambda entity_id, key: "jayson" in entity_id
    )
    both = ["1000", "1002"]
    with pytest.raises(Unauthorized):
        await act("set_do_not_disturb", extension=both, enabled=True, user=reader)
    assert not sent("extension/update")


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"extension": ["1000", "1999"], "enabled": True}, "extension_not_found"),
        (
            {"extension": "1000", "enabled": False, "until": "07:00:00"},
            "until_not_quiet",
        ),
        (
            {"extension": "1000", "enabled": True, "until": "2026-11-23 21:59:00"},
            "until_is_over",
        ),
    ],
)
@pytest.mark.usefixtures("evening")
async def test_what_makes_no_sense(
    act: Act, sent: Sent, data: dict[str, Any], key: str
) -> None:
    """It is refused before anything is sent, for all of the phones."""
    with refused(key):
        await act("set_do_not_disturb", **data)
    assert not sent("extension/update")


@pytest.mark.parametrize(
    "data",
    [
        {"extension": [], "enabled": True},
        {"extension": "1000"},
        {"extension": "1000", "enabled": True, "until": "soon"},
    ],
    ids=str,
)
async def test_what_is_no_request(act: Act, data: dict[str, Any]) -> None:
    """Home Assistant itself refuses it."""
    with pytest.raises(vol.Invalid):
        await act("set_do_not_disturb", **data)


async def test_one_that_fails_is_told_as_it_is(pbx: Simulator, act: Act) -> None:
    """In the words for what went wrong."""
    pbx.refuse_next(10017, "extension/update")
    with refused("pbx_extension_not_configured", HomeAssistantError):
        await act("set_do_not_disturb", extension="1000", enabled=True)


async def test_those_that_fail_are_named(pbx: Simulator, act: Act) -> None:
    """The others become quiet all the same."""
    pbx.refuse_next(10017, "extension/update", count=2)
    everybody = ["1000", "1002", "1003", "1005"]
    with refused("quiet_failed", HomeAssistantError) as said:
        await act("set_do_not_disturb", extension=everybody, enabled=True)
    assert "Jayson (1000), Amy (1002)" in said.sentence
    assert "Ina Tang" not in said.sentence
    assert "did not accept" in said.sentence
    assert quiet(pbx) == ["1003", "1005"]


# How it ends


@pytest.mark.parametrize(
    ("given", "end"),
    [
        ("23:00:00", EVENING + timedelta(hours=1)),
        ("07:00", EVENING + timedelta(hours=9)),
        ("22:00:00", EVENING + timedelta(days=1)),
        ("2026-11-25 08:30:00", EVENING + timedelta(hours=34.5)),
        ("2026-11-25T08:30:00+01:00", EVENING + timedelta(hours=33.5)),
    ],
)
@pytest.mark.usefixtures("evening")
async def test_it_ends_by_itself(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    loaded: MockConfigEntry,
    act: Act,
    given: str,
    end: datetime,
) -> None:
    """At the next such time, which the switch shows."""
    await act("set_do_not_disturb", extension="1000", enabled=True, until=given)
    assert quiet(pbx) == ["1000"]
    assert until(hass) == end
    await wait_until(hass, freezer, end - timedelta(seconds=2))
    assert quiet(pbx) == ["1000"]
    await wait_until(hass, freezer, end + timedelta(seconds=1))
    assert quiet(pbx) == []
    assert until(hass) is None


@pytest.mark.parametrize(
    ("given", "hours"), [("02:30", 4), ("2027-03-28 02:30:00", 4), ("06:00", 7)]
)
async def test_it_ends_in_the_night_of_the_clock_change(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    loaded: MockConfigEntry,
    act: Act,
    given: str,
    hours: int,
) -> None:
    """A time that does not exist is the first moment after the gap."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    evening = datetime(2027, 3, 27, 21, tzinfo=UTC)
    freezer.move_to(evening)
    await act("set_do_not_disturb", extension="1000", enabled=True, until=given)

    assert until(hass) == evening + timedelta(hours=hours)
    await wait_until(hass, freezer, evening + timedelta(hours=hours, seconds=1))
    assert quiet(pbx) == []


@pytest.mark.usefixtures("evening")
async def test_several_end_each_at_its_time(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    loaded: MockConfigEntry,
    act: Act,
) -> None:
    """And one without a time does not end."""
    for extension, end in (("1000", "06:00"), ("1002", "05:00"), ("1003", "05:00")):
        await act("set_do_not_disturb", extension=extension, enabled=True, until=end)
    await act("set_do_not_disturb", extension="1005", enabled=True)
    await wait_until(hass, freezer, EVENING + timedelta(hours=7, seconds=1))
    assert quiet(pbx) == ["1000", "1005"]
    await wait_until(hass, freezer, EVENING + timedelta(hours=8, seconds=1))
    assert quiet(pbx) == ["1005"]


@pytest.mark.parametrize("by", ["action", "switch_on", "switch_off", "phone"])
@pytest.mark.usefixtures("evening")
async def test_whoever_changes_it_meanwhile_cancels_the_end(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    loaded: MockConfigEntry,
    act: Act,
    by: str,
) -> None:
    """By the action, the switch, or the phone itself."""
    await act("set_do_not_disturb", extension="1000", enabled=True, until="07:00")
    quiet_times = loaded.runtime_data.do_not_disturb
    match by:
        case "action":
            await act("set_do_not_disturb", extension="1000", enabled=True)
        case "phone":
            pbx.state.extensions["1000"].dnd = False
            await wait_until(hass, freezer, EVENING + INTERVAL)
        case _:
            await quiet_times.async_set("1000", enabled=by == "switch_on")
    assert until(hass) is None
    pbx.state.extensions["1000"].dnd = True
    await wait_until(hass, freezer, EVENING + timedelta(hours=10))
    assert quiet(pbx) == ["1000"]


@pytest.mark.usefixtures("evening")
async def test_a_phone_that_rings_again_already_is_left_alone(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    loaded: MockConfigEntry,
    act: Act,
    sent: Sent,
) -> None:
    """Its switch may be disabled, so that nobody read it before."""
    await act("set_do_not_disturb", extension="1000", enabled=True, until="07:00")
    pbx.state.extensions["1000"].dnd = False
    await wait_until(hass, freezer, EVENING + timedelta(hours=10))
    assert len(sent("extension/update")) == 1
    assert until(hass) is None


@pytest.mark.usefixtures("evening")
async def test_a_change_that_failed_leaves_no_end_behind(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, act: Act
) -> None:
    """Unless nobody knows whether the phone is quiet."""
    pbx.refuse_next(10017, "extension/update")
    with refused("pbx_extension_not_configured", HomeAssistantError):
        await act("set_do_not_disturb", extension="1000", enabled=True, until="07:00")
    assert until(hass) is None
    pbx.fail_next(Fault.RESET, endpoint="extension/update")
    with refused("unconfirmed", HomeAssistantError):
        await act("set_do_not_disturb", extension="1000", enabled=True, until="07:00")
    assert until(hass) is not None


@pytest.mark.usefixtures("evening")
async def test_an_end_that_fails_is_tried_until_it_works(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    loaded: MockConfigEntry,
    act: Act,
) -> None:
    """A PBX may be away just then."""
    await act("set_do_not_disturb", extension="1000", enabled=True, until="07:00")
    pbx.refuse_next(30001, "extension/update", count=2)
    for minute in range(2):
        await wait_until(
            hass,
            freezer,
            EVENING + timedelta(hours=9, seconds=1 + minute * (RETRY_SECONDS + 1)),
        )
        assert quiet(pbx) == ["1000"]
    await wait_until(hass, freezer, EVENING + timedelta(hours=9, minutes=3))
    assert quiet(pbx) == []


@pytest.mark.usefixtures("evening")
async def test_an_end_is_tried_again_after_a_minute_though_the_clock_was_set_back(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    loaded: MockConfigEntry,
    act: Act,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A pause is measured by a clock that nobody sets."""
    await act("set_do_not_disturb", extension="1000", enabled=True, until="07:00")
    pbx.refuse_next(30001, "extension/update")
    await wait_until(hass, freezer, EVENING + timedelta(hours=9, seconds=1))
    assert quiet(pbx) == ["1000"]
    steady = SimpleNamespace(monotonic=time.monotonic().__pos__)
    monkeypatch.setattr(do_not_disturb, "time", steady)
    set_back = EVENING + timedelta(hours=8)
    freezer.move_to(set_back)
    loaded.runtime_data.settings.async_update_listeners()
    await wait_until(hass, freezer, set_back + timedelta(seconds=RETRY_SECONDS + 1))
    assert quiet(pbx) == []


@pytest.mark.usefixtures("evening")
async def test_an_end_comes_in_time_though_the_clock_was_set_forward(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    loaded: MockConfigEntry,
    act: Act,
) -> None:
    """As on a machine without a clock of its own, a minute after its start."""
    await act("set_do_not_disturb", extension="1000", enabled=True, until="07:00")
    freezer.move_to(EVENING + timedelta(hours=9, minutes=1))
    loaded.runtime_data.settings.async_update_listeners()
    async_fire_time_changed(hass, EVENING + timedelta(seconds=5))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert quiet(pbx) == []


@pytest.mark.usefixtures("evening")
async def test_an_extension_that_is_gone_has_no_end(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    loaded: MockConfigEntry,
    hass_storage: dict[str, Any],
    act: Act,
) -> None:
    """Nobody tries for ever."""
    await act("set_do_not_disturb", extension="1000", enabled=True, until="07:00")
    pbx.remove_extension("1000")
    for _ in range(3):
        await loaded.runtime_data.coordinator.async_refresh()
    await wait_until(hass, freezer, EVENING + timedelta(hours=9, minutes=1))
    assert len(requests_of(pbx, "extension/update")) == 1
    assert hass_storage[f"{DOMAIN}.{loaded.entry_id}.quiet"]["data"] == {}


# Over restarts


@pytest.mark.usefixtures("evening")
async def test_it_ends_after_a_restart_too(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    loaded: MockConfigEntry,
    act: Act,
) -> None:
    """What was asked for before is still known."""
    await act("set_do_not_disturb", extension="1000", enabled=True, until="07:00")
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert until(hass) == EVENING + timedelta(hours=9)
    await wait_until(hass, freezer, EVENING + timedelta(hours=9, seconds=1))
    assert quiet(pbx) == []


@pytest.mark.usefixtures("evening")
async def test_what_is_overdue_ends_at_start(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
    pbx: Simulator,
    loaded: MockConfigEntry,
    act: Act,
) -> None:
    """Once for each phone, however long Home Assistant was off."""
    both = ["1000", "1002"]
    await act("set_do_not_disturb", extension=both, enabled=True, until="07:00")
    await hass.config_entries.async_unload(loaded.entry_id)
    freezer.move_to(EVENING + timedelta(days=2))
    tries: list[str] = []
    end = DoNotDisturb._async_end

    async def count(times: DoNotDisturb, number: str) -> None:
        tries.append(number)
        await end(times, number)

    monkeypatch.setattr(DoNotDisturb, "_async_end", count)
    await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done()
    await pass_time(hass, 1)
    assert quiet(pbx) == []
    assert tries == both


async def test_a_damaged_store_is_no_obstacle(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """What is no time is left out."""
    await hass.config_entries.async_unload(loaded.entry_id)
    key = f"{DOMAIN}.{loaded.entry_id}.quiet"
    pbx.state.extensions["1000"].dnd = True
    damaged: tuple[object, ...] = ([], {"1000": "soon"})
    for data in damaged:
        hass_storage[key] = {"version": 1, "key": key, "data": data}
        assert await hass.config_entries.async_setup(loaded.entry_id)
        await pass_time(hass, 2)
        assert until(hass) is None
        await hass.config_entries.async_unload(loaded.entry_id)
    assert quiet(pbx) == ["1000"]


async def test_the_times_go_with_the_pbx(
    hass: HomeAssistant, hass_storage: dict[str, Any], loaded: MockConfigEntry, act: Act
) -> None:
    """Nothing is left of them."""
    await act("set_do_not_disturb", extension="1000", enabled=True, until="07:00")
    assert [key for key in hass_storage if key.endswith(".quiet")]
    await hass.config_entries.async_remove(loaded.entry_id)
    assert not [key for key in hass_storage if key.endswith(".quiet")]
