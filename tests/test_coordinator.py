"""What is true now: polls, reports, and a PBX that goes and comes back."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
import logging
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import (
    EVENT_STATE_CHANGED,
    EVENT_STATE_REPORTED,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import Event, EventStateReportedData, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_fire_time_changed,
)

from custom_components.yeastar import coordinator
from custom_components.yeastar.const import DOMAIN
from custom_components.yeastar.features import catch_up
from tests.conftest import WEBHOOK_ID
from tests.helpers import deliver, pass_time, polls_of, requests_of, state_of
from tests.simulator import Extension, Fault, Simulator

JAYSON = "sensor.jayson"
AMY = "sensor.amy"
REGISTERED = "binary_sensor.jayson_online"
TRUNK = "sensor.sip_142"
INBOUND = "sensor.yeastar_s100_inbound_calls"
RESTART = "sensor.yeastar_s100_last_restart"

FAST = 11
SLOW = 31
AWAY = 61
SOON = 3

RING = (
    '{{"action":"RING","callid":"1700000000.{number}","ext":{{"extid":"1000"}},'
    '"ext":{{"extid":"1002"}}}}'
)


def status_report(status: str, extension: str = "1000") -> dict[str, str]:
    """Return the report of a new status."""
    return {"action": "ExtensionStatus", "extension": extension, "status": status}


def config_report(what: str) -> dict[str, str]:
    """Return a report that makes the PBX be looked at as a whole."""
    return {"action": "ConfigChange", "type": "trunk", "trunkname": what}


@pytest.fixture(autouse=True)
def looked_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first look at trunks and device information be long ago."""
    monkeypatch.setattr(coordinator, "SLOW_FACTS_AT_MOST", 0.0)


async def see_a_report(hass: HomeAssistant, pbx: Simulator) -> None:
    """Let reports be known to work, and let the next poll know it."""
    pbx.send_report(status_report("Registered"))
    await deliver(hass, pbx)
    await pass_time(hass, FAST)


async def look_at_everything(
    hass: HomeAssistant, pbx: Simulator, times: int = 1
) -> None:
    """Let the PBX be polled, trunks and device information too."""
    for number in range(times):
        pbx.send_report(config_report(f"{number} {len(pbx.requests)}"))
        await deliver(hass, pbx)
        await pass_time(hass, SOON)


def device_name(
    hass: HomeAssistant, entry: MockConfigEntry, key: str = "1000"
) -> str | None:
    """Return the name of the device of an extension or trunk, None if there is none."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}_{key}"), entry.entry_id
    )
    return device.name if device else None


# A PBX that goes away


async def test_one_failed_poll_changes_nothing(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Old boxes drop a connection now and then."""
    pbx.fail_next(Fault.CLOSE)
    await pass_time(hass, FAST)
    assert state_of(hass, JAYSON) == "idle"


@pytest.mark.parametrize(
    "fault", [Fault.CLOSE, Fault.RESET, Fault.HTTP_500, Fault.GARBAGE, Fault.EMPTY]
)
async def test_two_failed_polls_in_a_row_make_unavailable(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, fault: Fault
) -> None:
    """A PBX that is really away does not look alive."""
    pbx.fault = fault
    await pass_time(hass, FAST)
    assert state_of(hass, JAYSON) == "idle"
    await pass_time(hass, FAST)
    assert state_of(hass, JAYSON) == STATE_UNAVAILABLE
    pbx.fault = None
    await pass_time(hass, AWAY)
    assert state_of(hass, JAYSON) == "idle"


async def test_two_failed_polls_with_a_good_one_between_change_nothing(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Only a row of failures counts."""
    for _ in range(3):
        pbx.fail_next(Fault.CLOSE, endpoint="extensionlist/query")
        await pass_time(hass, FAST)
        await pass_time(hass, FAST)
        assert state_of(hass, JAYSON) == "idle"


async def test_gone_and_back_are_logged_once_each(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A night without the PBX does not fill the log."""
    caplog.clear()
    pbx.fault = Fault.CLOSE
    for _ in range(6):
        await pass_time(hass, AWAY)
    assert lines_of(caplog) == [logging.ERROR]
    pbx.fault = None
    for _ in range(3):
        await pass_time(hass, AWAY)
    assert lines_of(caplog) == [logging.ERROR, logging.INFO]


def lines_of(caplog: pytest.LogCaptureFixture) -> list[int]:
    """Return the levels of our lines in an ordinary log."""
    return [
        record.levelno
        for record in caplog.records
        if record.name.startswith("custom_components.yeastar")
        and record.levelno >= logging.INFO
    ]


async def settings_are_read(hass: HomeAssistant) -> None:
    """Let what is asked once after the start be asked, the records too."""
    await pass_time(hass, 1)
    await pass_time(hass, catch_up.SOON)


async def test_a_pbx_that_is_away_is_asked_every_minute(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Waiting grows, but never above 60 s, so that it is soon back."""
    await settings_are_read(hass)
    pbx.fault = Fault.CLOSE
    for _ in range(12):
        so_far = len(pbx.requests)
        await pass_time(hass, AWAY)
        assert len(pbx.requests) == so_far + 1
    await pass_time(hass, 50)
    assert len(pbx.requests) == so_far + 1


async def test_a_locked_out_address_waits_until_it_is_over(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Asking in between would not help."""
    pbx.expire_tokens()
    pbx.lock_out()
    freezer.tick(FAST)
    await pass_time(hass, 0)
    assert state_of(hass, JAYSON) == STATE_UNAVAILABLE
    logins = len(requests_of(pbx, "login"))
    for _ in range(4):
        freezer.tick(120)
        await pass_time(hass, 0)
    assert len(requests_of(pbx, "login")) == logins
    pbx.clear_lockout()
    freezer.tick(130)
    await pass_time(hass, 0)
    assert state_of(hass, JAYSON) == "idle"


# How often


async def test_polls_are_fast_until_a_report_was_seen(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Without reports, polling is all there is."""
    assert polls_of(pbx) == 1
    await pass_time(hass, 8)
    assert polls_of(pbx) == 1
    await pass_time(hass, FAST)
    assert polls_of(pbx) == 2


async def test_polls_are_slow_while_reports_come_and_nobody_calls(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Reports tell everything then."""
    await see_a_report(hass, pbx)
    so_far = polls_of(pbx)
    await pass_time(hass, 28)
    assert polls_of(pbx) == so_far
    await pass_time(hass, SLOW)
    assert polls_of(pbx) == so_far + 1


async def test_polls_are_fast_while_a_call_lives(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """A stale call would be seen soon; when it is over, polls are slow again."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.answer("1000")
    await deliver(hass, pbx)
    await pass_time(hass, SOON)
    so_far = polls_of(pbx)
    await pass_time(hass, FAST)
    assert polls_of(pbx) == so_far + 1
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    await pass_time(hass, FAST)
    so_far = polls_of(pbx)
    await pass_time(hass, 28)
    assert polls_of(pbx) == so_far


async def test_trunks_and_device_are_asked_every_five_minutes(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """They change rarely."""
    for _ in range(9):
        freezer.tick(31)
        await pass_time(hass, 0)
    assert polls_of(pbx) == 10
    assert len(requests_of(pbx, "trunklist/query")) == 1
    assert len(requests_of(pbx, "deviceinfo/query")) == 1
    freezer.tick(31)
    await pass_time(hass, 0)
    assert len(requests_of(pbx, "trunklist/query")) == 2
    assert len(requests_of(pbx, "deviceinfo/query")) == 2


async def test_polling_uses_one_connection_at_a_time(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The other one is for actions."""
    await look_at_everything(hass, pbx, 3)
    assert pbx.most_in_flight == 1


async def test_a_burst_of_reports_causes_one_poll(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """However many reports come, the calls are asked for once."""
    so_far = polls_of(pbx)
    for number in range(20):
        pbx.send_report(RING.format(number=number))
    await deliver(hass, pbx)
    assert polls_of(pbx) == so_far
    await pass_time(hass, SOON)
    assert polls_of(pbx) == so_far + 1


# Poll against report


async def overtake(
    hass: HomeAssistant,
    pbx: Simulator,
    endpoint: str,
    action: Callable[[], object],
) -> None:
    """Let something happen while the answer to a poll is on its way."""
    so_far = len(requests_of(pbx, endpoint))
    pbx.fail_next(Fault.SLOW, endpoint=endpoint)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=SLOW))
    while not any(r.answer for r in requests_of(pbx, endpoint)[so_far:]):
        await asyncio.sleep(0.01)
    # No other poll has a part in this.
    with patch.object(coordinator, "ASK_SOON", 3600):
        action()
        await deliver(hass, pbx)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_a_poll_sent_before_a_report_does_not_undo_it(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The phone rings, and an older answer that says idle does not stop it."""
    await overtake(
        hass,
        pbx,
        "extensionlist/query",
        lambda: pbx.outside_call("5503301", to="1000", trunk="SIP-142"),
    )
    assert polls_of(pbx) == 2
    assert state_of(hass, JAYSON) == "ringing"
    assert state_of(hass, INBOUND) == "1"


async def test_a_poll_sent_before_the_end_does_not_revive_a_call(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The call is over, whatever an older answer says."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.answer("1000")
    await deliver(hass, pbx)
    await pass_time(hass, SOON)
    assert state_of(hass, INBOUND) == "1"
    await overtake(hass, pbx, "inbound/query", lambda: pbx.hang_up("1000"))
    assert state_of(hass, INBOUND) == "0"
    assert state_of(hass, JAYSON) == "idle"


async def test_a_poll_sent_after_a_report_corrects_it(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """A report that was wrong, or of which the next got lost, does not stay."""
    pbx.send_report(status_report("Busy"))
    await deliver(hass, pbx)
    assert state_of(hass, JAYSON) == "in_call"
    await pass_time(hass, FAST)
    assert state_of(hass, JAYSON) == "idle"


async def test_a_poll_alone_tells_of_a_change(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Where no report comes through, the next poll does."""
    pbx.report_target = None
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await pass_time(hass, FAST)
    assert state_of(hass, JAYSON) == "ringing"
    assert state_of(hass, INBOUND) == "1"


# Extensions and trunks come and go


async def test_an_extension_appears_without_reload(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The report of the change is enough."""
    runtime = loaded.runtime_data
    pbx.add_extension("1007", "Nora")
    await deliver(hass, pbx)
    await pass_time(hass, SOON)
    assert state_of(hass, "sensor.nora") == "idle"
    assert device_name(hass, loaded, "1007") == "Nora"
    assert loaded.runtime_data is runtime


async def test_an_extension_appears_by_polls_alone(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Nothing depends on a report."""
    pbx.state.extensions["1007"] = Extension("1007", "Nora")
    await pass_time(hass, FAST)
    assert state_of(hass, "sensor.nora") == "idle"


async def test_a_trunk_appears_without_reload(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """A report of a change makes the trunks be asked for at once."""
    runtime = loaded.runtime_data
    pbx.add_trunk("New line")
    await deliver(hass, pbx)
    await pass_time(hass, SOON)
    assert state_of(hass, "sensor.new_line") == "registered"
    assert loaded.runtime_data is runtime


async def test_an_extension_goes_after_three_lists_without_it(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """With its device and all its entities, and without reload."""
    runtime = loaded.runtime_data
    del pbx.state.extensions["1000"]
    await pass_time(hass, FAST)
    await pass_time(hass, FAST)
    assert state_of(hass, JAYSON) == "idle"
    await pass_time(hass, FAST)
    assert hass.states.get(JAYSON) is None
    assert entity_registry.async_get(JAYSON) is None
    assert device_name(hass, loaded) is None
    assert loaded.runtime_data is runtime
    assert state_of(hass, AMY) == "idle"


async def test_a_trunk_goes_after_three_lists_without_it(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """The same for trunks."""
    del pbx.state.trunks["SIP-142"]
    await look_at_everything(hass, pbx, 2)
    assert state_of(hass, TRUNK) == "registered"
    await look_at_everything(hass, pbx)
    assert hass.states.get(TRUNK) is None
    assert entity_registry.async_get(TRUNK) is None
    assert device_name(hass, loaded, "trunk_SIP-142") is None


async def test_an_extension_that_is_back_in_time_stays(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Only three lists in a row count."""
    jayson = pbx.state.extensions.pop("1000")
    for _ in range(2):
        await pass_time(hass, FAST)
    pbx.state.extensions["1000"] = jayson
    await pass_time(hass, FAST)
    del pbx.state.extensions["1000"]
    for _ in range(2):
        await pass_time(hass, FAST)
    assert state_of(hass, JAYSON) == "idle"


async def test_an_extension_that_went_can_come_again(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """It gets its entities again."""
    jayson = pbx.state.extensions.pop("1000")
    for _ in range(3):
        await pass_time(hass, FAST)
    assert hass.states.get(JAYSON) is None
    pbx.state.extensions["1000"] = jayson
    await pass_time(hass, FAST)
    assert state_of(hass, JAYSON) == "idle"


@pytest.mark.parametrize("fault", [Fault.MISSING_LIST, Fault.BROKEN_LIST])
async def test_a_list_that_is_missing_or_broken_removes_no_extension(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, fault: Fault
) -> None:
    """What makes no sense says nothing about what exists."""
    pbx.fail_next(fault, 6, endpoint="extensionlist/query")
    for _ in range(6):
        await pass_time(hass, FAST)
    assert polls_of(pbx) == 7
    assert state_of(hass, JAYSON) == "idle"


@pytest.mark.parametrize("fault", [Fault.MISSING_LIST, Fault.BROKEN_LIST])
async def test_a_list_that_is_missing_or_broken_removes_no_trunk(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, fault: Fault
) -> None:
    """The same for trunks."""
    pbx.fail_next(fault, 6, endpoint="trunklist/query")
    await look_at_everything(hass, pbx, 6)
    assert len(requests_of(pbx, "trunklist/query")) == 7
    assert state_of(hass, TRUNK) == "registered"


async def test_a_renamed_user_renames_the_device(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Entity ids stay, names follow."""
    pbx.rename_extension("1000", "Nora")
    await deliver(hass, pbx)
    await pass_time(hass, SOON)
    assert device_name(hass, loaded) == "Nora"
    assert state_of(hass, JAYSON) == "idle"


async def test_two_users_of_the_same_name_are_two_devices(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The number is who an extension is."""
    pbx.add_extension("1007", "Jayson")
    await deliver(hass, pbx)
    await pass_time(hass, SOON)
    assert device_name(hass, loaded, "1007") == device_name(hass, loaded) == "Jayson"


# Words nobody knows


async def test_a_word_nobody_knows_is_no_state(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Unknown is honest; a guess is not."""
    pbx.set_extension_status("1000", "Moonwalking")
    await deliver(hass, pbx)
    assert state_of(hass, JAYSON) == STATE_UNKNOWN
    assert state_of(hass, REGISTERED) == STATE_UNKNOWN


async def test_a_word_nobody_knows_is_logged_once(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whoever uses it, and by whatever way it came."""
    pbx.set_extension_status("1000", "Moonwalking")
    pbx.set_extension_status("1002", "Moonwalking")
    await deliver(hass, pbx)
    for _ in range(3):
        await pass_time(hass, FAST)
    lines = [
        record
        for record in caplog.records
        if record.name.startswith("custom_components.yeastar")
        and record.levelno >= logging.INFO
        and "Moonwalking" in record.getMessage()
    ]
    assert len(lines) == 1


async def test_a_trunk_status_nobody_knows_is_no_state(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Nor is it a problem, nor none."""
    pbx.set_trunk_status("SIP-142", "Dreaming")
    await look_at_everything(hass, pbx)
    assert state_of(hass, TRUNK) == STATE_UNKNOWN
    assert state_of(hass, "binary_sensor.sip_142_problem") == STATE_UNKNOWN


# Restarts and sessions


@pytest.mark.parametrize("seconds", [-60, -2, 2, 60])
async def test_the_restart_does_not_jitter(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, seconds: int
) -> None:
    """Two clocks never agree to the second."""
    before = state_of(hass, RESTART)
    pbx.state.device.booted += seconds
    await look_at_everything(hass, pbx)
    assert state_of(hass, RESTART) == before


async def test_the_restart_is_when_the_pbx_started(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Three hours ago, as the simulator begins."""
    started = datetime.fromisoformat(state_of(hass, RESTART)).timestamp()
    assert started == pytest.approx(pbx.state.device.booted, abs=3)


async def test_a_real_restart_is_a_change(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The PBX reports that it started, and is asked when."""
    before = state_of(hass, RESTART)
    pbx.reboot()
    await deliver(hass, pbx)
    await pass_time(hass, SOON)
    assert state_of(hass, RESTART) > before


async def test_after_a_restart_reports_come_again(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """It forgot us, so we log in again and name the target again."""
    pbx.reboot()
    await deliver(hass, pbx)
    await pass_time(hass, SOON)
    assert pbx.logins_ok == 2
    assert pbx.report_target
    assert pbx.report_target.path == f"/api/webhook/{WEBHOOK_ID}"
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert state_of(hass, JAYSON) == "ringing"


async def test_a_restart_that_is_not_reported_is_found_by_polls(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """A long one, with the PBX away in between."""
    pbx.reboot(down=15)
    await pass_time(hass, FAST)
    assert state_of(hass, JAYSON) == "idle"
    await pass_time(hass, FAST)
    await pass_time(hass, AWAY)
    await pass_time(hass, AWAY)
    assert state_of(hass, JAYSON) == "idle"
    assert pbx.report_target
    assert pbx.logins_ok == 2


async def test_calls_do_not_survive_a_restart(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """No call is left over from before."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.answer("1000")
    await deliver(hass, pbx)
    assert state_of(hass, INBOUND) == "1"
    pbx.reboot()
    await deliver(hass, pbx)
    for _ in range(2):
        freezer.tick(FAST)
        await pass_time(hass, 0)
    assert state_of(hass, INBOUND) == "0"
    assert state_of(hass, JAYSON) == "idle"


async def test_states_go_on_when_the_token_dies(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """One more login, and nobody notices."""
    await settings_are_read(hass)
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    pbx.expire_tokens()
    await pass_time(hass, FAST)
    assert pbx.logins_ok == 2
    assert events == []
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert state_of(hass, JAYSON) == "ringing"


async def test_the_token_lives_on_when_polling_is_off(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """A heartbeat keeps it alive, and names the report target again."""
    hass.config_entries.async_update_entry(loaded, pref_disable_polling=True)
    await hass.config_entries.async_reload(loaded.entry_id)
    await settings_are_read(hass)
    polls = polls_of(pbx)
    freezer.tick(310)
    await pass_time(hass, 0)
    assert not requests_of(pbx, "heartbeat")
    freezer.tick(310)
    await pass_time(hass, 0)
    (heartbeat,) = requests_of(pbx, "heartbeat")
    assert heartbeat.answer == {"status": "Success"}
    assert heartbeat.body["url"] == f"api/webhook/{WEBHOOK_ID}"
    assert polls_of(pbx) == polls


async def test_no_heartbeat_is_sent_while_polls_are(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Every request keeps the token alive."""
    for _ in range(25):
        freezer.tick(31)
        await pass_time(hass, 0)
    assert not requests_of(pbx, "heartbeat")


# Nothing is written without need


async def test_states_are_written_only_when_something_changed(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """A quiet PBX costs nothing: no state is written, not even an equal one."""
    await see_a_report(hass, pbx)
    written: list[str] = []

    @callback
    def remember(event: Event[EventStateReportedData]) -> None:
        written.append(event.data["entity_id"])

    @callback
    def everything(data: EventStateReportedData) -> bool:
        return True

    remove = hass.bus.async_listen(
        EVENT_STATE_REPORTED, remember, event_filter=everything
    )
    changed = async_capture_events(hass, EVENT_STATE_CHANGED)
    for _ in range(5):
        await pass_time(hass, SLOW)
    await look_at_everything(hass, pbx, 2)
    remove()
    assert polls_of(pbx) >= 8
    assert written == []
    assert changed == []


async def test_a_call_writes_only_what_it_concerns(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Amy's entities sleep while Jayson's phone rings."""
    await see_a_report(hass, pbx)
    changed = async_capture_events(hass, EVENT_STATE_CHANGED)
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    touched = {event.data["entity_id"] for event in changed}
    assert JAYSON in touched
    assert not {entity_id for entity_id in touched if "amy" in entity_id}


async def test_new_firmware_shows_at_the_device(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
) -> None:
    """An update of the PBX needs no reload."""
    pbx.state.device.firmwarever = "30.15.0.11"
    pbx.send_report(config_report("SIP-142"))
    await deliver(hass, pbx)
    await pass_time(hass, SOON)
    device = device_registry.async_get_device_by_identifier(
        (DOMAIN, pbx.state.device.sn), loaded.entry_id
    )
    assert device is not None
    assert device.sw_version == "30.15.0.11"
