"""When phones ring to wake somebody: read slowly, and right by Home Assistant's clock."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import CONF_EXTENSIONS, DOMAIN
from custom_components.yeastar.features import wake_up_calls
from tests.helpers import deliver, learn_slow_facts, pass_time, requests_of, state_of
from tests.simulator import Fault, Simulator
from tests.simulator.wakeups import Alarm

SENSOR = "sensor.jayson_next_wake_up_call"
NIGHT = "2026-11-23T03:00:00+00:00"
ONCE, DAILY = "onetime", "everyday"


def set_alarm(
    pbx: Simulator, at: str, kind: str = ONCE, weekdays: str = "", number: str = "1000"
) -> None:
    """Set a wake-up call at the phone itself."""
    pbx.alarms.add(number, Alarm("", at, kind, weekdays))


async def read(hass: HomeAssistant) -> None:
    """Let all be read."""
    await pass_time(hass, 301)


def readings(pbx: Simulator) -> list[str]:
    """Return for whom was asked."""
    return [
        str(request.body["extid"]) for request in requests_of(pbx, "wakeupcall/query")
    ]


@pytest.fixture
async def night(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
) -> None:
    """Let it be night in Berlin, where the PBX shows the same time."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    freezer.move_to(NIGHT)
    pbx.clock = lambda: dt_util.utcnow().timestamp()
    pbx.state.device.utc_offset = 1


@pytest.fixture
async def asleep(
    hass: HomeAssistant, night: None, loaded: MockConfigEntry
) -> MockConfigEntry:
    """Return the PBX of a house in which everybody sleeps."""
    return loaded


@pytest.mark.parametrize(
    ("at", "kind", "weekdays", "moment"),
    [
        # It is Monday, 04:00 in Berlin.
        ("07:00", ONCE, "", "2026-11-23T06:00:00+00:00"),
        ("03:00", ONCE, "", "2026-11-24T02:00:00+00:00"),
        ("07:00", DAILY, "", "2026-11-23T06:00:00+00:00"),
        ("07:00", "custom", "1,2", "2026-11-23T06:00:00+00:00"),
        ("03:00", "custom", "1,2", "2026-11-24T02:00:00+00:00"),
        ("07:00", "custom", "0", "2026-11-29T06:00:00+00:00"),
    ],
)
async def test_a_sensor_appears(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    asleep: MockConfigEntry,
    at: str,
    kind: str,
    weekdays: str,
    moment: str,
) -> None:
    """For the phone that has a wake-up call, and for no other."""
    assert hass.states.get(SENSOR) is None
    set_alarm(pbx, at, kind, weekdays)
    await read(hass)
    assert state_of(hass, SENSOR) == moment
    found = [s for s in hass.states.async_entity_ids("sensor") if "wake_up" in s]
    assert found == [SENSOR]


async def test_the_first_of_several_is_shown(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    asleep: MockConfigEntry,
) -> None:
    """The others come later."""
    for at in ("09:00", "06:30", "08:00"):
        set_alarm(pbx, at)
    await read(hass)
    assert state_of(hass, SENSOR) == "2026-11-23T05:30:00+00:00"


async def test_a_pbx_in_another_zone(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    night: None,
    loaded: MockConfigEntry,
) -> None:
    """Its clock counts, not the offset it tells beside."""
    pbx.state.device.utc_offset = -8
    pbx.state.device.summer_time = 1
    set_alarm(pbx, "22:30")
    await learn_slow_facts(hass, pbx)
    await read(hass)
    assert state_of(hass, SENSOR) == "2026-11-23T05:30:00+00:00"


async def test_summer_time_begins_tonight(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    asleep: MockConfigEntry,
) -> None:
    """A clock that goes like ours will be put forward like ours."""
    freezer.move_to("2027-03-27T20:00:00+00:00")
    set_alarm(pbx, "07:00", DAILY)
    await read(hass)
    assert state_of(hass, SENSOR) == "2027-03-28T05:00:00+00:00"


async def test_what_rang_once_is_gone(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    asleep: MockConfigEntry,
) -> None:
    """At once, and the sensor stays for the next one; the daily one comes again."""
    set_alarm(pbx, "04:10")
    await read(hass)
    freezer.move_to("2026-11-23T03:10:01+00:00")
    pbx.wake_up("1000", "04:10")
    await pass_time(hass, 1)
    assert state_of(hass, SENSOR) == "unknown"
    set_alarm(pbx, "04:20", DAILY)
    await read(hass)
    assert state_of(hass, SENSOR) == "2026-11-23T03:20:00+00:00"
    freezer.move_to("2026-11-23T03:20:01+00:00")
    await pass_time(hass, 1)
    assert state_of(hass, SENSOR) == "2026-11-24T03:20:00+00:00"


async def test_after_a_reload_it_is_there_at_once(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Unknown until it was read, and if nobody is to be woken."""
    set_alarm(pbx, "07:00")
    await read(hass)
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, SENSOR) == "unknown"
    await read(hass)
    assert state_of(hass, SENSOR) != "unknown"


async def test_our_own_changes_show_at_once(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Nobody waits for the next reading."""
    at = dt_util.now() + timedelta(hours=2)
    data = {"extension": "1000", "time": f"{at:%H:%M}"}
    await hass.services.async_call(DOMAIN, "set_wake_up_call", data, blocking=True)
    await hass.async_block_till_done()
    expected = dt_util.as_utc(at.replace(second=0, microsecond=0))
    assert state_of(hass, SENSOR) == expected.isoformat()
    await hass.services.async_call(DOMAIN, "delete_wake_up_call", data, blocking=True)
    assert state_of(hass, SENSOR) == "unknown"


async def test_a_change_on_the_pbx_is_read_soon(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Of that extension alone."""
    await read(hass)
    before = len(readings(pbx))
    set_alarm(pbx, "07:00", number="1002")
    pbx.rename_extension("1002", "Amy")
    await deliver(hass, pbx)
    await pass_time(hass, 2)
    assert readings(pbx)[before:] == ["1002"]
    assert state_of(hass, SENSOR.replace("jayson", "amy")) != "unknown"


async def test_many_extensions_are_read_in_few_requests(
    hass: HomeAssistant,
    reachable: None,
    pbx: Simulator,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fifty at a time, one after the other, all every five minutes."""
    # A setup that takes longer than a second is not to be overtaken.
    monkeypatch.setattr(wake_up_calls, "SOON", 60.0)
    for number in range(2000, 2194):
        pbx.add_extension(str(number), f"Phone {number}")
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert readings(pbx) == []
    await pass_time(hass, 61)
    assert len(readings(pbx)) == 4
    assert pbx.most_in_flight == 1
    numbers = ",".join(readings(pbx)).split(",")
    assert len(numbers) == len(set(numbers)) == 200
    await pass_time(hass, 290)
    assert len(readings(pbx)) == 4
    await pass_time(hass, 301 + 61)
    assert len(readings(pbx)) == 8
    await hass.config_entries.async_unload(entry.entry_id)


async def test_what_nobody_shows_is_not_read(
    hass: HomeAssistant, reachable: None, pbx: Simulator, entry: MockConfigEntry
) -> None:
    """Neither extensions that were not chosen nor sensors that are disabled."""
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(
        entry, options={CONF_EXTENSIONS: ["1000", "1002"]}
    )
    er.async_get(hass).async_get_or_create(
        "sensor",
        DOMAIN,
        f"{entry.unique_id}_1002_next_wake_up",
        config_entry=entry,
        disabled_by=er.RegistryEntryDisabler.USER,
    )
    assert await hass.config_entries.async_setup(entry.entry_id)
    await read(hass)
    assert set(readings(pbx)) == {"1000"}
    await hass.config_entries.async_unload(entry.entry_id)


async def test_where_polling_is_off_nothing_is_read_by_the_clock(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Once after the start, and after a change."""
    hass.config_entries.async_update_entry(loaded, pref_disable_polling=True)
    await hass.config_entries.async_reload(loaded.entry_id)
    for _ in range(3):
        await read(hass)
    assert len(readings(pbx)) == 1


async def test_a_firmware_without_them_is_asked_once(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Until it is another firmware."""
    pbx.refuse_next(10003, "wakeupcall/query", 9)
    for _ in range(3):
        await read(hass)
    pbx.rename_extension("1002", "Amelie")
    await deliver(hass, pbx)
    await read(hass)
    assert len(readings(pbx)) == 1
    pbx.refuse_next(10003, "wakeupcall/query", 0)
    pbx.state.device.firmwarever = "30.13.0.30"
    await learn_slow_facts(hass, pbx)
    await read(hass)
    assert len(readings(pbx)) == 2


@pytest.mark.parametrize("fault", [Fault.CLOSE_AFTER, Fault.HTML])
async def test_a_reading_that_fails_changes_nothing(
    hass: HomeAssistant, pbx: Simulator, asleep: MockConfigEntry, fault: Fault
) -> None:
    """What is known stays, and the next one is as before."""
    set_alarm(pbx, "07:00")
    await read(hass)
    shown = state_of(hass, SENSOR)
    pbx.fail_next(fault, 1, "wakeupcall/query")
    await read(hass)
    assert state_of(hass, SENSOR) == shown
    pbx.alarms.of.clear()
    await read(hass)
    assert state_of(hass, SENSOR) == "unknown"


async def test_an_extension_that_goes_takes_its_sensor_along(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """And one that comes back gets a new one when it has a wake-up call."""
    set_alarm(pbx, "07:00")
    await read(hass)
    pbx.remove_extension("1000")
    for _ in range(3):
        await loaded.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()
    assert hass.states.get(SENSOR) is None
    pbx.add_extension("1000", "Jayson")
    await loaded.runtime_data.coordinator.async_refresh()
    await read(hass)
    assert state_of(hass, SENSOR) != "unknown"
