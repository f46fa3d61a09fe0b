"""Calls that Home Assistant did not see: the records of the PBX tell of them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
import time
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import automation
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED, EVENT_STATE_CHANGED
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_mock_service,
)

from custom_components.yeastar.const import (
    CONF_CALL_LOG_DAYS,
    DOMAIN,
    EVENT_YEASTAR,
    EVENT_YEASTAR_CALL,
    EVENT_YEASTAR_CAUGHT_UP,
)
from custom_components.yeastar.features import catch_up
from custom_components.yeastar.pbx.calls import model
from custom_components.yeastar.pbx.calls.call import Call, Outcome
from custom_components.yeastar.pbx.calls.model import MAX_LOG
from tests.helpers import deliver, pass_time, requests_of, state_of
from tests.simulator import Fault, Simulator, Versions, many_calls

MISSED = "sensor.yeastar_s100_missed_calls"
LAST_CALL = "sensor.yeastar_s100_last_call"
JAYSON_MISSED = "sensor.jayson_missed_calls"
AMY_MISSED = "sensor.amy_missed_calls"
SOON = 6
MINUTE, HOUR, DAY = 60, 3600, 86400
MUM, DAD = "5503301", "5503302"

type Row = dict[str, Any]


@pytest.fixture
def clock(freezer: FrozenDateTimeFactory, pbx: Simulator) -> FrozenDateTimeFactory:
    """Let the PBX live in the same frozen time; return what moves it."""

    def now() -> float:
        return time.time()

    pbx.clock = pbx.sessions.clock = pbx.call_log.clock = now
    return freezer


async def wait(
    hass: HomeAssistant, clock: FrozenDateTimeFactory, seconds: float
) -> None:
    """Let time pass at once, and what it makes due happen."""
    clock.tick(seconds)
    await pass_time(hass, 0)
    await pass_time(hass, SOON)


def add(pbx: Simulator, ago: float, caller: str = MUM, **fields: Any) -> str:
    """Let the PBX have had a call, so many seconds ago; returns its id."""
    fields = {"source_trunk": "SIP-142", "callto": "1000", **fields}
    return pbx.add_record(time.time() - ago, caller, **fields).callid


def add_missed(pbx: Simulator, ago: float, caller: str = MUM, **fields: Any) -> str:
    """Let the PBX have had a call that nobody answered."""
    return add(pbx, ago, caller, status="NO ANSWER", **fields)


async def log(hass: HomeAssistant, **wanted: Any) -> list[Row]:
    """Return the call log, newest first."""
    answer = await hass.services.async_call(
        DOMAIN, "get_call_log", wanted, blocking=True, return_response=True
    )
    assert answer
    rows: Any = answer["calls"]
    return list(rows)


def calls_of(entry: MockConfigEntry) -> dict[str, Call]:
    """Return the calls in the log."""
    found: dict[str, Call] = entry.runtime_data.calls.log
    return found


def asked(pbx: Simulator) -> int:
    """Return how often records were asked for."""
    return len(requests_of(pbx, "cdr/get_random"))


@pytest.fixture
async def caught_up(hass: HomeAssistant, loaded: MockConfigEntry) -> MockConfigEntry:
    """Return an entry that has read the records of the PBX once."""
    await pass_time(hass, SOON)
    return loaded


@pytest.fixture
def restart(
    hass: HomeAssistant, caught_up: MockConfigEntry
) -> Callable[[Callable[[], object]], Awaitable[None]]:
    """Return how to start Home Assistant anew; something happens while it is off."""

    async def restart(meanwhile: Callable[[], object]) -> None:
        await hass.config_entries.async_unload(caught_up.entry_id)
        meanwhile()
        await hass.config_entries.async_setup(caught_up.entry_id)
        await hass.async_block_till_done()
        await pass_time(hass, SOON)

    return restart


type Restart = Callable[[Callable[[], object]], Awaitable[None]]


# At the set-up


async def test_calls_from_before_the_setup_enter_the_log(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Of thirty days, in the order of time."""
    old = add(pbx, 31 * DAY)
    answered = add(pbx, 29 * DAY)
    missed = add_missed(pbx, HOUR, DAD)
    await pass_time(hass, SOON)

    assert list(calls_of(loaded)) == [answered, missed]
    newest, oldest = await log(hass)
    assert (newest["from"], newest["outcome"]) == (DAD, "no_answer")
    assert (oldest["from"], oldest["answered_by"]) == (MUM, "1000")
    assert newest["while_away"] and oldest["while_away"]
    assert old not in calls_of(loaded)
    assert state_of(hass, LAST_CALL) == newest["started"]


async def test_what_was_missed_before_the_setup_is_not_counted(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """It is history; nobody was away."""
    told = async_capture_events(hass, EVENT_YEASTAR_CAUGHT_UP)
    add_missed(pbx, HOUR)
    await pass_time(hass, SOON)

    assert len(calls_of(loaded)) == 1
    assert state_of(hass, MISSED) == "0"
    assert told == []


async def test_no_more_is_read_than_the_log_keeps(
    hass: HomeAssistant, pbx: Simulator, reachable: None, entry: MockConfigEntry
) -> None:
    """As many days as the options say."""
    add(pbx, 3 * DAY)
    kept = add(pbx, DAY)
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options={CONF_CALL_LOG_DAYS: 2})
    await hass.config_entries.async_setup(entry.entry_id)
    await pass_time(hass, SOON)

    assert list(calls_of(entry)) == [kept]
    await hass.config_entries.async_unload(entry.entry_id)


async def test_nothing_is_read_before_home_assistant_started(
    hass: HomeAssistant, pbx: Simulator, reachable: None, entry: MockConfigEntry
) -> None:
    """Automations do not listen yet."""
    hass.set_state(CoreState.starting)
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await pass_time(hass, SOON)
    assert asked(pbx) == 0

    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done()
    await pass_time(hass, SOON)

    assert asked(pbx) == 1
    await hass.config_entries.async_unload(entry.entry_id)


# While Home Assistant was off


async def test_calls_during_a_restart_are_counted_and_told(
    hass: HomeAssistant, pbx: Simulator, caught_up: MockConfigEntry, restart: Restart
) -> None:
    """Once, with their number; the missed ones are counted until they are seen."""
    told = async_capture_events(hass, EVENT_YEASTAR_CAUGHT_UP)
    before = time.time()

    def calls() -> None:
        add_missed(pbx, 2 * MINUTE)
        add_missed(pbx, MINUTE, DAD)
        add(pbx, 0.5 * MINUTE)

    await restart(calls)

    assert state_of(hass, MISSED) == "2"
    (event,) = told
    assert event.data == {
        "entry_id": caught_up.entry_id,
        "device_id": caught_up.runtime_data.device_id,
        "reason": "start",
        "calls": 3,
        "missed": 2,
        "since": event.data["since"],
        "until": event.data["until"],
    }
    since = datetime.fromisoformat(event.data["since"])
    until = datetime.fromisoformat(event.data["until"])
    assert since < datetime.fromtimestamp(before, UTC) <= until
    assert [row["while_away"] for row in await log(hass)] == [True, True, True]


async def test_a_call_back_during_a_restart_returns_missed_calls(
    hass: HomeAssistant, pbx: Simulator, restart: Restart
) -> None:
    """Those of before as well, in another form of the number."""
    hass.config.country = "DE"
    await restart(lambda: add_missed(pbx, MINUTE, "+49 30 23125001"))
    assert state_of(hass, MISSED) == "1"

    def meanwhile() -> None:
        add_missed(pbx, 50, MUM)
        add(pbx, 40, "1000", callto="03023125001", type="Outbound", source_trunk="")
        add(pbx, 30, "1000", callto=MUM, type="Outbound", source_trunk="")
        add_missed(pbx, 20, DAD)

    await restart(meanwhile)

    assert state_of(hass, MISSED) == "1"
    assert {row["from"] for row in await log(hass) if row["returned"]} == {
        "+493023125001",
        MUM,
    }


async def test_nothing_else_happens(
    hass: HomeAssistant, pbx: Simulator, restart: Restart
) -> None:
    """No event of a call, of an entity or of a report."""
    calls = async_capture_events(hass, EVENT_YEASTAR_CALL)
    reports = async_capture_events(hass, EVENT_YEASTAR)
    states = async_capture_events(hass, EVENT_STATE_CHANGED)
    await restart(lambda: add_missed(pbx, MINUTE))

    assert state_of(hass, MISSED) == "1"
    assert calls == reports == []
    happened = {
        event.data["entity_id"]
        for event in states
        if event.data["entity_id"].startswith("event.")
        and (state := event.data["new_state"])
        and state.state not in ("unavailable", "unknown")
    }
    assert happened == set()


async def test_an_automation_is_triggered(
    hass: HomeAssistant, pbx: Simulator, caught_up: MockConfigEntry, restart: Restart
) -> None:
    """The sentence that a household wants to hear."""
    ran = async_mock_service(hass, "test", "automation")
    message = (
        "{{ trigger.calls }} calls, {{ trigger.missed }} missed,"
        " {{ trigger.reason }}, {{ trigger.entry_id }}"
    )
    assert await async_setup_component(
        hass,
        automation.DOMAIN,
        {
            automation.DOMAIN: {
                "triggers": [{"trigger": "yeastar.caught_up"}],
                "actions": [{"action": "test.automation", "data": {"said": message}}],
            }
        },
    )

    await restart(lambda: (add_missed(pbx, MINUTE), add(pbx, MINUTE)))

    assert [call.data["said"] for call in ran] == [
        f"2 calls, 1 missed, start, {caught_up.entry_id}"
    ]


async def test_no_call_is_told_of_without_one(
    hass: HomeAssistant, pbx: Simulator, restart: Restart
) -> None:
    """An event of nothing would be a notification of nothing."""
    told = async_capture_events(hass, EVENT_YEASTAR_CAUGHT_UP)
    await restart(lambda: None)

    assert asked(pbx) == 2
    assert told == []


async def test_calls_that_are_known_are_not_counted_again(
    hass: HomeAssistant, pbx: Simulator, restart: Restart
) -> None:
    """Whether reports or records told of them, and whether they were seen or not."""
    told = async_capture_events(hass, EVENT_YEASTAR_CAUGHT_UP)
    pbx.outside_call(MUM, to="1000", trunk="SIP-142")
    pbx.reject("1000")
    await deliver(hass, pbx)
    await pass_time(hass, SOON)
    await restart(lambda: add_missed(pbx, MINUTE, DAD))
    assert state_of(hass, MISSED) == "2"

    await restart(lambda: None)
    assert state_of(hass, MISSED) == "2"
    await hass.services.async_call(
        "button",
        "press",
        {"entity_id": "button.yeastar_s100_mark_missed_calls_as_seen"},
        blocking=True,
    )
    await restart(lambda: None)

    assert state_of(hass, MISSED) == "0"
    assert len(await log(hass)) == 2
    assert [event.data["calls"] for event in told] == [1]


async def test_a_call_that_began_before_the_end_is_found(
    hass: HomeAssistant, pbx: Simulator, caught_up: MockConfigEntry, restart: Restart
) -> None:
    """It has a record only since it ended, so some hours are read twice."""
    await restart(lambda: add(pbx, 3 * HOUR, duration=3 * HOUR))

    assert len(calls_of(caught_up)) == 1


async def test_phones_of_a_group_missed_the_call_that_they_rang_for(
    hass: HomeAssistant, pbx: Simulator, restart: Restart
) -> None:
    """Each has a record; of a phone that was called itself none says that it rang."""

    def group() -> None:
        call_id = add_missed(pbx, MINUTE, callto="6200(1000)")
        add_missed(pbx, MINUTE, callto="6200(1002)", callid=call_id)

    await restart(group)

    assert state_of(hass, MISSED) == "1"
    assert state_of(hass, JAYSON_MISSED) == state_of(hass, AMY_MISSED) == "1"


async def test_an_end_in_the_midst_of_reading_costs_no_call(
    hass: HomeAssistant, pbx: Simulator, caught_up: MockConfigEntry, restart: Restart
) -> None:
    """The next start reads it all again, and tells it once."""
    told = async_capture_events(hass, EVENT_YEASTAR_CAUGHT_UP)
    pbx.latency = 0.2

    async def stop_while_reading() -> None:
        add_missed(pbx, MINUTE)
        await hass.config_entries.async_reload(caught_up.entry_id)
        runtime = caught_up.runtime_data
        runtime.catch_up._read(None)
        async with asyncio.timeout(5):
            while not requests_of(pbx, "cdr/get_random")[1:]:
                await asyncio.sleep(0.01)
        await hass.config_entries.async_unload(caught_up.entry_id)

    await stop_while_reading()
    pbx.latency = 0
    assert told == []
    await hass.config_entries.async_setup(caught_up.entry_id)
    await pass_time(hass, SOON)

    assert state_of(hass, MISSED) == "1"
    assert [event.data["calls"] for event in told] == [1]


async def test_a_damaged_file_only_means_to_read_all(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    pbx: Simulator,
    reachable: None,
    entry: MockConfigEntry,
) -> None:
    """As at the set-up."""
    hass_storage[f"{DOMAIN}.{entry.entry_id}"] = {
        "version": 1,
        "minor_version": 2,
        "key": f"{DOMAIN}.{entry.entry_id}",
        "data": {
            "calls": [],
            "unseen": [],
            "complete_until": "yesterday",
            "firmware_without_records": ["30"],
        },
    }
    add(pbx, 20 * DAY)
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await pass_time(hass, SOON)

    assert len(calls_of(entry)) == 1
    await hass.config_entries.async_unload(entry.entry_id)


# While the PBX was away


async def lose_the_pbx(hass: HomeAssistant, pbx: Simulator) -> None:
    """Let the PBX be away for some polls."""
    pbx.fault = Fault.RESET
    for _ in range(3):
        await pass_time(hass, 61)
    assert state_of(hass, MISSED) == "unavailable"


async def find_the_pbx(hass: HomeAssistant, pbx: Simulator) -> None:
    """Let the PBX be there again."""
    pbx.fault = None
    await pass_time(hass, 61)
    await pass_time(hass, SOON)


async def test_calls_during_an_outage_are_told(
    hass: HomeAssistant, pbx: Simulator, caught_up: MockConfigEntry
) -> None:
    """A moment after the PBX answers again."""
    told = async_capture_events(hass, EVENT_YEASTAR_CAUGHT_UP)
    await lose_the_pbx(hass, pbx)
    add_missed(pbx, MINUTE)
    await find_the_pbx(hass, pbx)

    assert state_of(hass, MISSED) == "1"
    assert [event.data["reason"] for event in told] == ["outage"]


async def test_a_call_that_an_outage_cut_off_gets_its_end(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    pbx: Simulator,
    caught_up: MockConfigEntry,
) -> None:
    """It is gone when the PBX answers again; how it went on is told by its record."""
    monkeypatch.setattr(model, "SURE_SECONDS", 0)
    call = pbx.outside_call(MUM, to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    target, pbx.report_target = pbx.report_target, None
    pbx.answer("1000")
    await lose_the_pbx(hass, pbx)
    pbx.outside_hangs_up(call)
    pbx.report_target = target
    await find_the_pbx(hass, pbx)
    await pass_time(hass, MINUTE)
    await pass_time(hass, MINUTE)

    (ended,) = calls_of(caught_up).values()
    assert (ended.outcome, ended.answered_by) == (Outcome.ANSWERED, "1000")
    assert (ended.records, ended.while_away) == (1, False)


# While reports did not come


async def test_while_reports_do_not_come_records_are_read_each_hour(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    pbx: Simulator,
    caught_up: MockConfigEntry,
) -> None:
    """Polls do not see short calls, nor those between phones."""
    told = async_capture_events(hass, EVENT_YEASTAR_CAUGHT_UP)
    caught_up.runtime_data.health.works = False
    await wait(hass, clock, HOUR)
    assert asked(pbx) == 2

    add(pbx, MINUTE, "1002", type="Internal", source_trunk="")
    await wait(hass, clock, HOUR)

    assert asked(pbx) == 3
    (row,) = await log(hass)
    assert (row["direction"], row["from"]) == ("internal", "1002")
    assert [event.data["reason"] for event in told] == ["no_reports"]


async def test_in_a_quiet_time_records_are_read_four_times_a_day(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    pbx: Simulator,
    caught_up: MockConfigEntry,
) -> None:
    """That no report comes may mean that there was nothing to tell."""
    caught_up.runtime_data.health.works = True
    for _ in range(4):
        await wait(hass, clock, 5 * HOUR)
        await wait(hass, clock, HOUR)

    assert asked(pbx) == 1 + 4


async def test_reports_that_come_again_let_records_be_read(
    hass: HomeAssistant, pbx: Simulator, caught_up: MockConfigEntry
) -> None:
    """At once, since some got lost."""
    caught_up.runtime_data.health.works = False
    caught_up.runtime_data.coordinator.async_changed("reports")
    add_missed(pbx, MINUTE)
    pbx.internal_call("1000", "1002")
    await deliver(hass, pbx)
    await pass_time(hass, SOON)

    assert state_of(hass, MISSED) == "1"


async def test_a_report_after_a_long_silence_lets_records_be_read(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    pbx: Simulator,
    caught_up: MockConfigEntry,
) -> None:
    """Others before it may have got lost."""
    pbx.set_extension_status("1000", "Unavailable")
    await deliver(hass, pbx)
    await wait(hass, clock, 2 * HOUR)
    before = asked(pbx)
    add_missed(pbx, HOUR)
    pbx.set_extension_status("1000", "Registered")
    await deliver(hass, pbx)
    await pass_time(hass, SOON)

    assert asked(pbx) == before + 1
    assert state_of(hass, MISSED) == "1"


async def test_while_reports_come_nothing_is_read(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    pbx: Simulator,
    caught_up: MockConfigEntry,
) -> None:
    """Seven hours with a call in each of them."""
    for number in range(9):
        pbx.set_extension_status("1000", ("Unavailable", "Registered")[number % 2])
        await deliver(hass, pbx)
        await wait(hass, clock, 47 * MINUTE)

    assert asked(pbx) == 1


# Boxes that do not tell


async def test_a_firmware_without_records_is_asked_once(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    pbx: Simulator,
    reachable: None,
    entry: MockConfigEntry,
) -> None:
    """Not after a restart either, and again when there is another firmware."""
    pbx.quirks.versions = Versions.V1_0_ONLY
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await pass_time(hass, SOON)
    # In the two versions that have records.
    assert asked(pbx) == 2

    await wait(hass, clock, 7 * HOUR)
    await hass.config_entries.async_reload(entry.entry_id)
    await pass_time(hass, SOON)
    assert asked(pbx) == 2

    pbx.quirks.versions = Versions.ANY
    pbx.state.device.firmwarever = "30.15.0.11"
    call_id = add(pbx, DAY)
    await hass.config_entries.async_reload(entry.entry_id)
    await pass_time(hass, SOON)

    assert asked(pbx) == 3
    assert list(calls_of(entry)) == [call_id]
    assert state_of(hass, MISSED) == "0"
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("fault", [Fault.HTTP_500, Fault.RESET, Fault.HALF])
async def test_what_failed_is_tried_again_in_an_hour(
    hass: HomeAssistant,
    clock: FrozenDateTimeFactory,
    pbx: Simulator,
    caught_up: MockConfigEntry,
    restart: Restart,
    fault: Fault,
) -> None:
    """Until then nothing is told, and nothing forgotten."""
    told = async_capture_events(hass, EVENT_YEASTAR_CAUGHT_UP)

    def calls() -> None:
        add_missed(pbx, MINUTE)
        pbx.fail_next(fault, count=2, endpoint="cdr/download")

    await restart(calls)
    assert calls_of(caught_up) == {}
    assert state_of(hass, MISSED) == "0"

    pbx.faults.clear()
    await wait(hass, clock, HOUR)

    assert state_of(hass, MISSED) == "1"
    assert [event.data["reason"] for event in told] == ["start"]


async def test_junk_costs_only_itself(
    hass: HomeAssistant, pbx: Simulator, caught_up: MockConfigEntry, restart: Restart
) -> None:
    """All that public programs met, at once."""
    for name in ("bom", "crlf", "quotes", "latin_1", "junk", "unsorted", "in_utc"):
        setattr(pbx.quirks, f"cdr_{name}", True)

    await restart(lambda: pbx.add_records(many_calls(40, until=time.time())))

    assert set(calls_of(caught_up)) == {row.callid for row in pbx.call_log.added}


# Long logs


async def test_a_month_with_many_rows_is_read_in_parts(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Each small enough for the memory; the log is that of the whole."""
    monkeypatch.setattr(catch_up, "MAX_RECORDS", 300)
    pbx.add_records(many_calls(1500, until=time.time(), seconds_apart=1500))
    await pass_time(hass, SOON)

    spans = [
        datetime.fromisoformat(request.body["endtime"])
        - datetime.fromisoformat(request.body["starttime"])
        for request in requests_of(pbx, "cdr/get_random")
    ]
    assert len(spans) > 4
    assert spans[0] > 4 * spans[-1]
    assert set(calls_of(loaded)) == {row.callid for row in pbx.call_log.added}


async def test_others_get_their_turn_meanwhile(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whenever the calls of a busy month took the loop for long enough."""
    monkeypatch.setattr(catch_up, "LONGEST_PAUSE", -1)
    pbx.add_records(many_calls(3000, until=time.time(), seconds_apart=300))
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    task = asyncio.create_task(others())
    await loaded.runtime_data.catch_up._async_read(catch_up.Reason.START)
    task.cancel()

    assert len(calls_of(loaded)) == MAX_LOG
    assert turns > MAX_LOG


async def test_the_log_keeps_the_newest_calls(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """As many as always; a second reading finds nothing new."""
    pbx.add_records(many_calls(4000, until=time.time(), seconds_apart=300))
    await pass_time(hass, SOON)
    first = dict(calls_of(loaded))
    assert len(first) == MAX_LOG

    await loaded.runtime_data.catch_up._async_read(catch_up.Reason.START)

    assert calls_of(loaded) == first
    newest = sorted({row.callid for row in pbx.call_log.added}, key=float)[-MAX_LOG:]
    # A long call may have ended after one that began later.
    assert set(first) >= set(newest[20:])


async def test_a_call_that_is_going_on_is_left_to_its_reports(
    hass: HomeAssistant, pbx: Simulator, caught_up: MockConfigEntry
) -> None:
    """One part of it has left a record already."""
    call = pbx.outside_call(MUM, to="1000", trunk="SIP-142")
    pbx.answer("1000")
    await deliver(hass, pbx)
    add(pbx, 0, callid=call.callid)
    await caught_up.runtime_data.catch_up._async_read(catch_up.Reason.START)
    assert calls_of(caught_up) == {}

    pbx.outside_hangs_up(call)
    await deliver(hass, pbx)
    await pass_time(hass, 3)

    (ended,) = calls_of(caught_up).values()
    assert (ended.outcome, ended.while_away) == (Outcome.ANSWERED, False)
