"""Taking reports: bounded, checked, each once, and always answered."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from itertools import count
import json
import logging
from types import SimpleNamespace

import aiohttp
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Event, HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.yeastar.const import CONF_WHOLE_REPORTS, EVENT_YEASTAR
from custom_components.yeastar.push import intake, receiver
from custom_components.yeastar.push.health import ReportCounts
from custom_components.yeastar.push.receiver import ReportReceiver
from tests.conftest import WEBHOOK_ID
from tests.helpers import deliver, pass_time, polls_of, state_of
from tests.simulator import Shape, Simulator

JAYSON = "sensor.jayson"
AMY = "sensor.amy"
INBOUND = "sensor.yeastar_s100_inbound_calls"

BUSY = '{"action":"ExtensionStatus","extension":"1000","status":"Busy"}'
IDLE = '{"action":"ExtensionStatus","extension":"1000","status":"Registered"}'
AMY_BUSY = '{"action":"ExtensionStatus","extension":"1002","status":"Busy"}'
FORGED_RING = (
    '{"action":"RING","callid":"1700000000.1","ext":{"extid":"1000"},'
    '"inbound":{"from":"5503301","to":"5503302","trunk":"SIP-142",'
    '"inboundid":"1700000000.1"}}'
)
BOUND = 64 * 1024


@pytest.fixture
def events(hass: HomeAssistant) -> list[Event]:
    """Return the reports that were fired so far."""
    return async_capture_events(hass, EVENT_YEASTAR)


@pytest.fixture
async def session(
    loaded: MockConfigEntry,
) -> AsyncGenerator[aiohttp.ClientSession]:
    """Return what talks to Home Assistant as a PBX does."""
    async with aiohttp.ClientSession() as session:
        yield session


def address(hass: HomeAssistant) -> str:
    """Return where reports go."""
    assert hass.config.api is not None
    return f"http://127.0.0.1:{hass.config.api.port}/api/webhook/{WEBHOOK_ID}"


async def post(
    hass: HomeAssistant,
    session: aiohttp.ClientSession,
    body: str | bytes,
    method: str = "POST",
) -> int:
    """Send a body and return the status of the answer."""
    async with session.request(method, address(hass), data=body) as response:
        status: int = response.status
    await hass.async_block_till_done()
    return status


def counts_of(entry: MockConfigEntry) -> ReportCounts:
    """Return what became of the reports of an entry."""
    counts: ReportCounts = entry.runtime_data.report_counts
    return counts


def padded(size: int) -> bytes:
    """Return a good report of so many bytes."""
    report = BUSY.encode()
    return report + b" " * (size - len(report))


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_report_is_taken(
    hass: HomeAssistant,
    session: aiohttp.ClientSession,
    events: list[Event],
    method: str,
) -> None:
    """Either method, whatever the Content-Type."""
    assert await post(hass, session, BUSY, method) == 200
    assert state_of(hass, JAYSON) == "in_call"
    assert len(events) == 1


# What is not taken


async def test_a_body_of_64_kib_is_taken(
    hass: HomeAssistant, session: aiohttp.ClientSession, events: list[Event]
) -> None:
    """The largest report known is far smaller."""
    assert await post(hass, session, padded(BOUND)) == 200
    assert len(events) == 1


@pytest.mark.parametrize("size", [BOUND + 1, 4 * BOUND])
async def test_a_larger_body_changes_nothing(
    hass: HomeAssistant,
    session: aiohttp.ClientSession,
    events: list[Event],
    size: int,
) -> None:
    """Nobody fills our memory."""
    assert await post(hass, session, padded(size)) == 200
    assert state_of(hass, JAYSON) == "idle"
    assert not events


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"not json",
        b"\x00\xff\xfe{]garbage",
        b"[]",
        b"null",
        b"42",
        b'"RING"',
        b"{}",
        b'{"callid":"1700000000.1"}',
        b'{"action":""}',
        b'{"action":null}',
        b'{"action":{"action":"RING"}}',
        BUSY.encode()[:-1],
        b"[" * 20_000,
    ],
    ids=lambda body: repr(body[:30]),
)
async def test_what_is_no_report_changes_nothing(
    hass: HomeAssistant,
    session: aiohttp.ClientSession,
    events: list[Event],
    body: bytes,
) -> None:
    """It is answered with 200, since it would be repeated otherwise."""
    assert await post(hass, session, body) == 200
    assert state_of(hass, JAYSON) == "idle"
    assert not events


@pytest.mark.parametrize(
    "body",
    [
        {"action": "ExtensionStatus"},
        {"action": "ExtensionStatus", "extension": "9999", "status": "Busy"},
        {"action": "ExtensionStatus", "extension": ["1000"], "status": "Busy"},
        {"action": "ExtensionStatus", "extension": {"a": "1000"}, "status": "Busy"},
        {"action": "RING", "callid": {}, "ext": 42},
        {"action": "RING", "callid": "1700000000.1", "ext": [None, [], {}]},
        {"action": "RING", "callid": "x" * 2000, "ext": {"extid": "1000"}},
        {"action": "BYE", "callid": "1700000000.1", "inbound": "nobody"},
        {"action": "NewCdr", "callid": "1700000000.1", "timestart": "yesterday"},
        {"action": "CallFailed", "callid": None, "reason": None},
        {"event": "CallStatus", "callid": "1700000000.1", "members": {"ext": []}},
        {"event": "CallStatus", "callid": "1700000000.1", "members": [1, "a", None]},
        {"action": "NobodyKnowsThis", "x": {"y": [{"z": 1}]}},
    ],
    ids=json.dumps,
)
async def test_an_odd_report_breaks_nothing(
    hass: HomeAssistant,
    session: aiohttp.ClientSession,
    events: list[Event],
    caplog: pytest.LogCaptureFixture,
    body: dict[str, object],
) -> None:
    """Fields of the wrong kind are left out; the next report is understood."""
    caplog.clear()
    assert await post(hass, session, json.dumps(body)) == 200
    assert "Traceback" not in caplog.text
    assert state_of(hass, JAYSON) == "idle"
    await post(hass, session, BUSY)
    assert state_of(hass, JAYSON) == "in_call"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "unknown"])
async def test_a_body_that_cannot_be_unpacked_breaks_nothing(
    hass: HomeAssistant,
    session: aiohttp.ClientSession,
    events: list[Event],
    caplog: pytest.LogCaptureFixture,
    encoding: str,
) -> None:
    """Home Assistant would log the error with the id of the webhook, a secret."""
    caplog.clear()
    assert hass.config.api is not None
    url = f"http://127.0.0.1:{hass.config.api.port}/api/webhook/{WEBHOOK_ID}"
    headers = {"Content-Encoding": encoding}
    async with session.post(url, data=b"no such thing", headers=headers) as answer:
        status = answer.status
    await hass.async_block_till_done()
    assert not events
    logged = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
    assert not any(WEBHOOK_ID in line or "Traceback" in line for line in logged)
    assert status in (200, 400)
    assert await post(hass, session, BUSY) == 200
    assert len(events) == 1


async def test_who_hangs_up_in_the_middle_breaks_nothing(
    hass: HomeAssistant,
    session: aiohttp.ClientSession,
    events: list[Event],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Half a report is none."""
    caplog.clear()
    assert hass.config.api is not None
    _, writer = await asyncio.open_connection("127.0.0.1", hass.config.api.port)
    writer.write(
        f"POST /api/webhook/{WEBHOOK_ID} HTTP/1.1\r\nHost: x\r\n"
        f"Content-Length: {len(BUSY)}\r\n\r\n{BUSY[:20]}".encode()
    )
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.transport.abort()
    await asyncio.sleep(0.05)
    await hass.async_block_till_done()
    assert not events
    assert "Traceback" not in caplog.text
    assert await post(hass, session, BUSY) == 200
    assert len(events) == 1


async def test_a_report_that_ends_after_unload_changes_nothing(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    events: list[Event],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nobody is there any more whom it could concern."""
    assert hass.config.api is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", hass.config.api.port)
    head = f"POST /api/webhook/{WEBHOOK_ID} HTTP/1.1\r\nHost: x\r\n"
    writer.write(
        f"{head}Content-Length: {len(FORGED_RING)}\r\n\r\n{FORGED_RING[:9]}".encode()
    )
    await asyncio.sleep(0.05)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    writer.write(FORGED_RING[9:].encode())
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    assert not events
    assert "Traceback" not in caplog.text
    writer.close()


# Whose report it is


@pytest.mark.parametrize("sn", ["369364835219", "0"])
async def test_the_report_of_another_pbx_is_refused(
    hass: HomeAssistant, session: aiohttp.ClientSession, events: list[Event], sn: str
) -> None:
    """Somebody pasted our address into another box."""
    foreign = json.dumps({**json.loads(BUSY), "sn": sn})
    assert await post(hass, session, foreign) == 200
    assert state_of(hass, JAYSON) == "idle"
    assert not events


async def test_our_own_serial_number_is_accepted(
    hass: HomeAssistant,
    pbx: Simulator,
    session: aiohttp.ClientSession,
    events: list[Event],
) -> None:
    """Newer shapes carry it; v1 has none."""
    ours = json.dumps({**json.loads(BUSY), "sn": pbx.state.device.sn})
    assert await post(hass, session, ours) == 200
    assert state_of(hass, JAYSON) == "in_call"
    assert len(events) == 1


async def test_another_id_reaches_nobody(
    hass: HomeAssistant, session: aiohttp.ClientSession, events: list[Event]
) -> None:
    """The id is the only secret there is."""
    wrong = address(hass)[:-1] + "0"
    async with session.post(wrong, data=BUSY) as response:
        assert response.status == 200
    assert state_of(hass, JAYSON) == "idle"
    assert not events


# Nobody in


OUTSIDER = "203.0.113.9"


async def test_without_the_path_nobody_gets_in(
    hass: HomeAssistant, session: aiohttp.ClientSession, events: list[Event]
) -> None:
    """Whatever is tried, there is no effect, and the answers tell nothing."""
    assert hass.config.api is not None
    root = f"http://127.0.0.1:{hass.config.api.port}"
    for path in ("", "/", "/api/webhook", "/api/webhook/", "/api/yeastar"):
        async with session.post(root + path, data=BUSY) as response:
            assert response.status in (404, 405)
    for guess in (WEBHOOK_ID[:-1], WEBHOOK_ID.upper(), f"{WEBHOOK_ID}/", "0" * 64):
        async with session.post(f"{root}/api/webhook/{guess}", data=BUSY) as response:
            assert response.status in (200, 404)
    assert state_of(hass, JAYSON) == "idle"
    assert not events


@pytest.mark.parametrize("method", ["GET", "DELETE", "OPTIONS", "PATCH", "HEAD"])
async def test_no_other_method_does_anything(
    hass: HomeAssistant,
    session: aiohttp.ClientSession,
    events: list[Event],
    method: str,
) -> None:
    """A report is posted."""
    await post(hass, session, BUSY, method)
    assert not events


@pytest.fixture
async def proxied(hass: HomeAssistant) -> None:
    """Let a proxy on this machine say whom it speaks for."""
    config = {"use_x_forwarded_for": True, "trusted_proxies": ["127.0.0.1"]}
    assert await async_setup_component(hass, "http", {"http": config})


@pytest.mark.parametrize(
    ("client", "taken"), [(OUTSIDER, 0), ("192.168.1.9", 1), ("2001:db8::9", 0)]
)
async def test_an_address_outside_is_refused_even_with_the_path(
    proxied: None,
    hass: HomeAssistant,
    session: aiohttp.ClientSession,
    events: list[Event],
    client: str,
    taken: int,
) -> None:
    """A proxy that is open to the internet lets nobody fake calls."""
    headers = {"X-Forwarded-For": client}
    async with session.post(address(hass), data=BUSY, headers=headers) as response:
        assert response.status == 200
    assert len(events) == taken


async def test_with_the_path_a_faked_call_lasts_until_the_pbx_was_asked(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    session: aiohttp.ClientSession,
    loaded: MockConfigEntry,
) -> None:
    """Nothing is dialled, answered or sent by a report; a poll corrects it."""
    await post(hass, session, FORGED_RING)
    await post(hass, session, BUSY)
    assert state_of(hass, INBOUND) == "1"
    assert state_of(hass, JAYSON) == "in_call"
    for _ in range(2):
        await loaded.runtime_data.coordinator.async_refresh()
        freezer.tick(10)
    await hass.async_block_till_done()
    assert state_of(hass, INBOUND) == "0"
    assert state_of(hass, JAYSON) == "idle"


@pytest.mark.parametrize("deep", ['{"a":', "["], ids=["objects", "lists"])
async def test_nesting_is_bounded(
    hass: HomeAssistant, session: aiohttp.ClientSession, events: list[Event], deep: str
) -> None:
    """Valid JSON may still be made to exhaust whoever walks through it."""
    shut = "}" if ":" in deep else "]"
    body = BUSY[:-1] + f',"x":{deep * 100}1{shut * 100}}}'
    assert json.loads(body)
    assert await post(hass, session, body) == 200
    assert not events


async def test_an_unknown_type_is_fired_as_unknown_and_counted(
    hass: HomeAssistant,
    session: aiohttp.ClientSession,
    loaded: MockConfigEntry,
    events: list[Event],
) -> None:
    """A later firmware may know more than we do."""
    await post(hass, session, '{"action":"NobodyKnowsThis"}')
    (event,) = events
    assert event.data["type"] == "unknown"
    assert counts_of(loaded).unknown == counts_of(loaded).accepted == 1


@pytest.mark.parametrize(("whole", "most"), [(False, 20), (True, 100)])
async def test_the_parties_of_an_event_are_bounded(
    hass: HomeAssistant,
    session: aiohttp.ClientSession,
    loaded: MockConfigEntry,
    events: list[Event],
    whole: bool,
    most: int,
) -> None:
    """No automation is given thousands."""
    hass.config_entries.async_update_entry(loaded, options={CONF_WHOLE_REPORTS: whole})
    parties = ",".join(f'"ext":{{"extid":"{number}"}}' for number in range(2000))
    body = f'{{"action":"RING","callid":"1700000000.1",{parties}}}'
    assert await post(hass, session, body) == 200
    assert len(events[0].data["parties"]) == most


async def test_everything_that_came_is_counted_once(
    hass: HomeAssistant,
    pbx: Simulator,
    session: aiohttp.ClientSession,
    loaded: MockConfigEntry,
) -> None:
    """So that what the PBX sent can be compared with what became of it."""
    other = json.dumps({**json.loads(BUSY), "sn": "1"})
    for body in (BUSY, BUSY, other, "nonsense", padded(BOUND + 1)):
        await post(hass, session, body)
    assert counts_of(loaded) == ReportCounts(
        accepted=1, repeated=1, foreign=1, malformed=1, too_large=1
    )


# Bursts


def any_report(number: int) -> bytes:
    """Return a report of its own, which asks for no poll."""
    return b'{"action":"NobodyKnowsThis","number":"%d"}' % number


@pytest.fixture
async def slow(
    hass: HomeAssistant, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> Callable[[bytes], None]:
    """Return what takes reports, each of which costs much, ten of which may wait."""
    turns = count()
    clock = SimpleNamespace(perf_counter=lambda: 1.1 * intake.SLICE * next(turns))
    monkeypatch.setattr(intake, "time", clock)
    monkeypatch.setattr(intake, "CREDIT", intake.SLICE)
    monkeypatch.setattr(intake, "MAX_WAITING", 10)
    runtime = loaded.runtime_data
    return ReportReceiver(
        hass,
        loaded,
        runtime.pbx,
        runtime.report_counts,
        runtime.coordinator.async_ask_for_reports,
    ).async_receive


async def test_a_burst_of_reports_is_taken_in_turn(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    events: list[Event],
    slow: Callable[[bytes], None],
) -> None:
    """As many as may wait, and each once."""
    for number in range(11):
        slow(any_report(number))
    assert len(events) < 11
    await hass.async_block_till_done()
    assert counts_of(loaded).accepted == len(events) == 11
    assert counts_of(loaded).dropped == 0


async def test_a_burst_beyond_is_dropped_and_counted(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    events: list[Event],
    slow: Callable[[bytes], None],
) -> None:
    """The PBX is asked what was missed, once."""
    for number in range(100):
        slow(any_report(number))
    await hass.async_block_till_done()
    assert counts_of(loaded).dropped == 100 - len(events) > 80
    so_far = polls_of(pbx)
    await pass_time(hass, 3)
    assert polls_of(pbx) == so_far + 1


@pytest.mark.parametrize("action", ["BYE", "Invite", "NewCdr", "sms-send"])
async def test_what_no_poll_would_tell_is_kept_rather_than_others(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    events: list[Event],
    slow: Callable[[bytes], None],
    action: str,
) -> None:
    """Ends of calls, calls that wait for an answer, records, results of messages."""
    for number in range(100):
        slow(any_report(number))
    dropped = counts_of(loaded).dropped
    slow(b'{"action":"%s","callid":"1700000000.9999"}' % action.encode())
    await hass.async_block_till_done()
    assert counts_of(loaded).dropped == dropped
    assert events[-1].data["call_id"] == "1700000000.9999"


# Repeats


async def test_a_repeated_body_fires_once(
    hass: HomeAssistant, session: aiohttp.ClientSession, events: list[Event]
) -> None:
    """The PBX repeats what it did not get its 200 for."""
    for _ in range(3):
        assert await post(hass, session, BUSY) == 200
    assert len(events) == 1


async def test_a_pbx_that_says_everything_three_times_is_understood(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, events: list[Event]
) -> None:
    """A whole call comes out as if each report had come once."""
    pbx.quirks.repeats = 2
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.answer("1000")
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    assert len(events) == len(pbx.reports)
    assert state_of(hass, INBOUND) == "0"


async def test_the_same_body_later_fires_again(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    session: aiohttp.ClientSession,
    events: list[Event],
) -> None:
    """After five seconds it is news."""
    await post(hass, session, BUSY)
    freezer.tick(4.9)
    await post(hass, session, BUSY)
    assert len(events) == 1
    freezer.tick(0.2)
    await post(hass, session, BUSY)
    assert len(events) == 2


async def test_the_same_body_after_another_about_the_same_thing_fires_again(
    hass: HomeAssistant, session: aiohttp.ClientSession, events: list[Event]
) -> None:
    """Busy, free, busy: all three are true."""
    for body in (BUSY, IDLE, BUSY):
        await post(hass, session, body)
    assert len(events) == 3
    assert state_of(hass, JAYSON) == "in_call"


async def test_a_report_about_somebody_else_in_between_makes_no_news(
    hass: HomeAssistant, session: aiohttp.ClientSession, events: list[Event]
) -> None:
    """The repetition may come after reports about others."""
    for body in (BUSY, AMY_BUSY, BUSY):
        await post(hass, session, body)
    assert len(events) == 2


async def test_what_is_remembered_for_repeats_is_bounded(
    hass: HomeAssistant,
    session: aiohttp.ClientSession,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who invents calls fills no memory; the oldest is forgotten first."""
    monkeypatch.setattr(receiver, "MAX_SUBJECTS", 2)
    for body in (BUSY, AMY_BUSY, BUSY, FORGED_RING, BUSY, AMY_BUSY):
        await post(hass, session, body)
    counts = counts_of(loaded)
    assert (counts.accepted, counts.repeated) == (4, 2)


async def test_a_repeat_changes_nothing(
    hass: HomeAssistant, session: aiohttp.ClientSession, loaded: MockConfigEntry
) -> None:
    """What a poll corrected meanwhile stays."""
    await post(hass, session, BUSY)
    await loaded.runtime_data.coordinator.async_refresh()
    assert state_of(hass, JAYSON) == "idle"
    await post(hass, session, BUSY)
    assert state_of(hass, JAYSON) == "idle"


# Shapes


@pytest.mark.parametrize("shape", list(Shape))
async def test_every_shape_tells_a_call_from_ring_to_end(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    events: list[Event],
    shape: Shape,
) -> None:
    """Which one comes depends on login and firmware; all are understood."""
    pbx.reporter.shape = shape
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert state_of(hass, JAYSON) == "ringing"
    assert state_of(hass, INBOUND) == "1"
    pbx.answer("1000")
    await deliver(hass, pbx)
    assert state_of(hass, JAYSON) == "in_call"
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    assert state_of(hass, JAYSON) == "idle"
    assert state_of(hass, INBOUND) == "0"
    assert {event.data["type"] for event in events} >= {
        "extension_status",
        "call_record",
    }
    assert "unknown" not in {event.data["type"] for event in events}


@pytest.mark.parametrize("shape", list(Shape))
async def test_every_report_of_a_call_arrives(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    events: list[Event],
    shape: Shape,
) -> None:
    """One event for each report, in order."""
    pbx.reporter.shape = shape
    pbx.internal_call("1000", "1002")
    pbx.answer("1002")
    pbx.hang_up("1002")
    await deliver(hass, pbx)
    assert len(events) == len(pbx.reports)
    assert {report.status for report in pbx.reports} == {200}
