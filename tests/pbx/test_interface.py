"""A PBX behind the interface that all families share: what it tells, and what it does."""

import asyncio
from collections.abc import Awaitable, Callable
import dataclasses
from dataclasses import dataclass, field
from datetime import time as clock_time, timedelta
import json
import time
from typing import Any

import pytest

from custom_components.yeastar.pbx import interface
from custom_components.yeastar.pbx.calls.call import Call, CallEventType, Outcome
from custom_components.yeastar.pbx.calls.model import (
    OFFER_SECONDS,
    RECORD_SECONDS,
    SURE_SECONDS,
)
from custom_components.yeastar.pbx.clock import Moment
from custom_components.yeastar.pbx.errors import (
    PbxConnectionError,
    PbxCredentialsError,
    PbxLockedOutError,
    PbxRefusedError,
    PbxUnconfirmedError,
    PbxUnsupportedError,
    Refusal,
)
from custom_components.yeastar.pbx.interface import Change, Feature, Pbx
from custom_components.yeastar.pbx.models import (
    AttendedStep,
    CallDirection,
    CallStatus,
    CompanyContact,
    Destination,
    DestinationKind,
    ExtensionChange,
    ExtensionState,
    Family,
    MonitorMode,
    RecordingStep,
    Repeat,
    WakeUpCall,
)
from custom_components.yeastar.pbx.reports import Report
from custom_components.yeastar.pbx.s_series.client import SSeriesClient
from custom_components.yeastar.pbx.s_series.pbx import SSeriesPbx
from custom_components.yeastar.pbx.s_series.reports import parse_report
from tests.simulator import Fault, Simulator

from .conftest import Box, Clients, Gate, answer, endpoints, until

pytestmark = pytest.mark.usefixtures("socket_enabled")

STARTED, RECEIVED = CallEventType.STARTED, CallEventType.RECEIVED
ANSWERED, ENDED = CallEventType.ANSWERED, CallEventType.ENDED
QUICK = ["extensionlist/query", "inbound/query", "outbound/query"]
SLOW = ["deviceinfo/query", "trunklist/query", *QUICK]
OUTSIDE = Destination(kind=DestinationKind.OUTSIDE, number="41000")
AMY = Destination(kind=DestinationKind.EXTENSION, number="1002")
IVR = Destination(kind=DestinationKind.IVR, number="6500")
QUEUE = Destination(kind=DestinationKind.QUEUE, number="6700")
GROUP = Destination(kind=DestinationKind.RING_GROUP, number="6200")


@dataclass(slots=True)
class Clock:
    """The clocks of the machine, which a test may put forward."""

    ahead: float = 0.0

    def __call__(self) -> Moment:
        """Return the moment."""
        return Moment(time.monotonic() + self.ahead, time.time() + self.ahead)


@dataclass(slots=True)
class Office:
    """A PBX, what the library knows of it, and what it told."""

    simulator: Simulator
    pbx: SSeriesPbx
    clock: Clock
    told: list[Change] = field(default_factory=list)
    heard: int = 0

    def hear(self) -> None:
        """Let the reports come that the PBX posted since."""
        reports = self.simulator.reports[self.heard :]
        self.heard += len(reports)
        for report in reports:
            self.pbx.receive(parse_report(report.raw))

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and do what is due."""
        self.clock.ahead += seconds
        due = self.pbx.calls.next_due
        if due is not None and due <= self.clock().steady:
            self.pbx.tick(due)

    @property
    def happened(self) -> list[CallEventType]:
        """Return what happened to calls as a whole."""
        return [e.type for c in self.told for e in c.events if e.whole]

    @property
    def call(self) -> Call:
        """Return the only living call."""
        (call,) = self.pbx.calls.living.values()
        return call

    def is_offered(self) -> bool:
        """Return whether the PBX waits for a decision about the only call."""
        return self.call.offered_until is not None

    def inbound(self) -> Call:
        """Let an outside party talk to 1000."""
        self.simulator.outside_call("5503301", to="1000", trunk="SIP-142")
        self.simulator.answer("1000")
        self.hear()
        return self.call

    def outbound(self) -> Call:
        """Let 1000 talk to an outside party."""
        call = self.simulator.outgoing_call("1000", "41000", trunk="SIP-142")
        self.simulator.answer_outside(call)
        self.hear()
        return self.call

    def internal(self) -> Call:
        """Let 1000 talk to 1002."""
        self.simulator.internal_call("1000", "1002")
        self.simulator.answer("1002")
        self.hear()
        return self.call


@pytest.fixture
def new_office(pbx: Simulator, make_client: Clients) -> Office:
    """Return an office that was not polled yet."""
    clock = Clock()
    office = Office(pbx, SSeriesPbx("Home", make_client(), clock=clock), clock)
    office.pbx.listen(office.told.append)
    return office


@pytest.fixture
async def office(new_office: Office) -> Office:
    """Return an office that was polled once, and what was told of it forgotten."""
    await new_office.pbx.poll(slowly=True)
    new_office.told.clear()
    new_office.simulator.requests.clear()
    return new_office


def status_report(number: str, status: str) -> Report:
    """Return a report about what an extension does."""
    fields = {"action": "ExtensionStatus", "extension": number, "status": status}
    return parse_report(json.dumps(fields).encode())


# What it is


def test_an_s_series_says_what_it_can(new_office: Office) -> None:
    """What is not among its features is refused by it."""
    pbx = new_office.pbx

    assert pbx.family is Family.S_SERIES
    assert pbx.lock_out_seconds == 600
    assert pbx.features == {
        Feature.CALL_RECORDS,
        Feature.FORWARDING,
        Feature.HTTP_REPORTS,
        Feature.RING_TIMEOUT,
        Feature.SMS_RESULT,
        Feature.WAKE_UP_CALLS,
    }


async def test_a_family_without_wake_up_calls_refuses_them(new_office: Office) -> None:
    """Unless it says otherwise."""
    pbx = new_office.pbx
    alarm = WakeUpCall(extension="1000", time=clock_time(7), repeat=Repeat.DAILY)
    requests: list[Awaitable[object]] = [
        Pbx.wake_up_calls(pbx, ["1000"]),
        Pbx.create_wake_up_call(pbx, alarm),
        Pbx.update_wake_up_call(pbx, alarm, alarm),
        Pbx.delete_wake_up_call(pbx, alarm),
    ]
    for request in requests:
        with pytest.raises(PbxUnsupportedError) as caught:
            await request
        assert caught.value.reason is Refusal.UNSUPPORTED_REQUEST

    assert not new_office.simulator.requests


# Polls


async def test_nothing_is_sent_or_told_before_the_first_poll(
    new_office: Office,
) -> None:
    """And nothing is known."""
    await asyncio.sleep(0)

    assert not new_office.simulator.requests
    assert not new_office.told
    assert new_office.pbx.inventory.device is None


async def test_a_slow_poll_asks_for_everything(new_office: Office) -> None:
    """What it finds is told as one change."""
    await new_office.pbx.poll(slowly=True)

    state = new_office.simulator.state
    assert endpoints(new_office.simulator) == ["login", *SLOW]
    inventory = new_office.pbx.inventory
    assert inventory.device
    assert inventory.device.serial_number == state.device.sn
    assert inventory.utc_offset == timedelta(hours=-8)
    (change,) = new_office.told
    assert change == Change(
        extensions=frozenset(state.extensions),
        trunks=frozenset(state.trunks),
        device=True,
        members=True,
    )


async def test_a_quick_poll_asks_for_what_changes(office: Office) -> None:
    """Extensions and calls."""
    await office.pbx.poll(slowly=False)

    assert endpoints(office.simulator) == QUICK
    assert office.told == [Change()]


async def test_calls_can_be_asked_for_alone(office: Office) -> None:
    """After a report, for example."""
    office.simulator.outside_call("5503301", to="1000", trunk="SIP-142")

    await office.pbx.poll_calls()

    assert endpoints(office.simulator) == ["inbound/query", "outbound/query"]
    assert office.happened == [RECEIVED]
    assert office.told[-1].calls == {office.call.call_id}


async def test_what_the_first_poll_finds_is_no_news(
    new_office: Office, pbx: Simulator
) -> None:
    """The calls are known, but no automation is to take them for new ones."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.answer("1000")

    await new_office.pbx.poll(slowly=True)

    assert new_office.call.status is CallStatus.TALKING
    (change,) = new_office.told
    assert change.calls == {new_office.call.call_id}
    assert change.events == ()


async def test_what_happens_to_a_call_that_the_first_poll_found_is_news(
    new_office: Office, pbx: Simulator
) -> None:
    """But not that it began."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await new_office.pbx.poll(slowly=True)
    new_office.heard = len(pbx.reports)

    pbx.answer("1000")
    new_office.hear()
    pbx.hang_up("1000")
    new_office.hear()
    new_office.pass_time(RECORD_SECONDS)

    assert new_office.happened == [ANSWERED, ENDED]


async def test_what_a_later_poll_finds_is_news(office: Office) -> None:
    """Each once."""
    office.simulator.outside_call("5503301", to="1000", trunk="SIP-142")
    for _ in range(3):
        await office.pbx.poll(slowly=False)

    assert office.happened == [RECEIVED]
    first, second, third = office.told
    assert first.extensions == {"1000"}
    assert first.calls == {office.call.call_id}
    assert second == third == Change()


async def test_a_first_poll_that_fails_makes_nothing_news(
    new_office: Office, pbx: Simulator
) -> None:
    """The next one is the first."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.refuse_next(30001, endpoint="outbound/query")
    with pytest.raises(PbxRefusedError):
        await new_office.pbx.poll(slowly=True)
    assert not new_office.told

    await new_office.pbx.poll(slowly=True)

    assert new_office.happened == []
    assert new_office.call.caller == "5503301"
    assert new_office.told[0].members


async def test_a_later_poll_that_fails_keeps_what_it_found(office: Office) -> None:
    """The next one tells it."""
    office.simulator.rename_extension("1000", "Kitchen")
    office.simulator.refuse_next(30001, endpoint="inbound/query")
    with pytest.raises(PbxRefusedError):
        await office.pbx.poll(slowly=False)
    assert not office.told

    await office.pbx.poll(slowly=False)

    (change,) = office.told
    assert change.extensions == {"1000"}
    assert change.members


@pytest.mark.parametrize("errno", [10005, 10007])
@pytest.mark.parametrize("endpoint", ["inbound/query", "outbound/query"])
async def test_a_query_that_is_refused_since_there_is_no_call_says_so(
    office: Office, endpoint: str, errno: int, caplog: pytest.LogCaptureFixture
) -> None:
    """A call of which the PBX told no end is over, and all else is known; logged once."""
    call = office.inbound() if endpoint == "inbound/query" else office.outbound()
    await office.pbx.poll(slowly=False)
    office.simulator.hang_up_call(call.call_id)
    office.simulator.rename_extension("1001", "Kitchen")
    office.simulator.refuse_next(errno, endpoint, 3)

    for _ in range(3):
        office.pass_time(SURE_SECONDS)
        await office.pbx.poll(slowly=False)
    office.pass_time(RECORD_SECONDS)

    assert not office.pbx.calls.living
    assert office.pbx.inventory.extensions["1001"].name == "Kitchen"
    (line,) = [record.getMessage() for record in caplog.records if record.levelno > 20]
    assert line.startswith(f"Home refuses to list {endpoint.partition('/')[0]} calls")


@pytest.mark.parametrize("errno", [10003, 10004, 0])
async def test_a_query_that_is_refused_for_another_reason_ends_no_call(
    office: Office, errno: int
) -> None:
    """Reports tell of calls all the same."""
    office.inbound()
    office.simulator.refuse_next(errno, "inbound/query", 3)

    for _ in range(3):
        office.pass_time(SURE_SECONDS)
        await office.pbx.poll(slowly=False)

    assert office.call.status is CallStatus.TALKING


@pytest.mark.parametrize("errno", [10003, 10007, 10062])
async def test_a_refused_list_of_trunks_is_none(
    new_office: Office, errno: int, caplog: pytest.LogCaptureFixture
) -> None:
    """The phones are there nevertheless; the log says it once."""
    new_office.simulator.refuse_next(errno, "trunklist/query", 2)

    for _ in range(2):
        await new_office.pbx.poll(slowly=True)

    assert not new_office.pbx.inventory.trunks
    assert not new_office.pbx.inventory.knows_trunks
    assert new_office.pbx.inventory.extensions
    lines = [record for record in caplog.records if record.levelno > 20]
    assert len(lines) == 1


async def test_a_refused_list_of_trunks_removes_none(office: Office) -> None:
    """However often it is refused."""
    known = set(office.pbx.inventory.trunks)
    office.simulator.refuse_next(10007, "trunklist/query", 4)

    for _ in range(4):
        await office.pbx.poll(slowly=True)

    assert set(office.pbx.inventory.trunks) == known


async def test_refused_facts_of_the_pbx_stay_as_they_were(office: Office) -> None:
    """Phones, trunks and calls are asked for all the same."""
    office.simulator.refuse_next(10007, "deviceinfo/query")

    await office.pbx.poll(slowly=True)

    assert endpoints(office.simulator) == SLOW
    assert office.pbx.inventory.device


async def test_a_pbx_that_never_said_what_it_is_is_not_known(
    new_office: Office,
) -> None:
    """Its serial number is what everything hangs on."""
    new_office.simulator.refuse_next(10007, "deviceinfo/query")

    with pytest.raises(PbxRefusedError):
        await new_office.pbx.poll(slowly=True)


@pytest.mark.parametrize("errno", [20015, 30001, 20010])
async def test_a_refusal_that_is_not_of_the_query_fails_the_poll(
    office: Office, errno: int
) -> None:
    """The session or the box is at fault, so nothing is known."""
    office.simulator.refuse_next(errno, "inbound/query")

    with pytest.raises(PbxRefusedError):
        await office.pbx.poll(slowly=False)


@pytest.mark.parametrize("dtmf_event", [False, True])
async def test_a_pressed_key_is_told(office: Office, dtmf_event: bool) -> None:
    """By whichever name the firmware has for it."""
    office.simulator.quirks.dtmf_event = dtmf_event
    call = office.simulator.outside_call("5503301", to="6500", trunk="SIP-142")
    office.simulator.press_key(call, "2")
    office.hear()

    (event,) = [e for c in office.told for e in c.events if e.type == "key_pressed"]
    assert event.key == "2"


@pytest.mark.parametrize("seconds", [10, 12, 7, 200])
async def test_a_ring_time_out_of_any_length_is_shown_and_kept(
    office: Office, seconds: int
) -> None:
    """Another setting leaves it as it is."""
    office.simulator.state.extensions["1000"].ring_timeout = seconds
    change = ExtensionChange(do_not_disturb=True)
    await office.pbx.update_extension("1000", change)

    (settings,) = (await office.pbx.settings_of(["1000"])).items
    assert settings.ring_timeout == seconds
    assert settings.do_not_disturb


async def test_a_phone_that_comes_or_goes_is_told(office: Office) -> None:
    """As it is afterwards."""
    office.simulator.set_extension_status("1001", "Registered")

    await office.pbx.poll(slowly=False)

    (change,) = office.told
    assert [(e.number, e.state) for e in change.registrations] == [
        ("1001", ExtensionState.IDLE)
    ]
    assert change.device
    assert change.unreported


# Reports


async def test_reports_wait_for_the_first_poll(
    new_office: Office, pbx: Simulator
) -> None:
    """Only then it is known which calls are new; they come in their order."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.answer("1000")
    new_office.hear()
    waiting = [parse_report(report.raw) for report in pbx.reports]
    assert not new_office.told
    assert not new_office.pbx.calls.living

    await new_office.pbx.poll(slowly=True)

    first, *others = new_office.told
    assert first.report is None
    assert first.events == ()
    assert [change.report for change in others] == waiting
    assert new_office.call.answered_by == "1000"


async def test_no_more_than_so_many_reports_wait(
    new_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A PBX may report for hours before it lets anybody in."""
    assert interface.MAX_WAITING == 1000
    monkeypatch.setattr(interface, "MAX_WAITING", 2)
    for status in ("Ringing", "Registered", "Busy"):
        new_office.pbx.receive(status_report("1000", status))

    await new_office.pbx.poll(slowly=True)

    assert len(new_office.told) == 3
    assert new_office.pbx.inventory.states["1000"] is ExtensionState.IDLE


async def test_reports_that_waited_come_only_once(new_office: Office) -> None:
    """The second poll has none."""
    new_office.pbx.receive(status_report("1000", "Ringing"))
    await new_office.pbx.poll(slowly=True)
    new_office.told.clear()

    await new_office.pbx.poll(slowly=False)

    assert [change.report for change in new_office.told] == [None]


async def test_a_report_is_told_with_what_it_changed(office: Office) -> None:
    """It is not asked for."""
    report = status_report("1000", "Ringing")

    office.pbx.receive(report)

    assert office.told == [Change(extensions=frozenset({"1000"}), report=report)]
    assert office.pbx.inventory.is_busy("1000")
    assert not office.simulator.requests


async def test_a_report_that_changes_nothing_is_told(office: Office) -> None:
    """It may be about something else than extensions and calls."""
    report = parse_report(b'{"action":"ConfigChange","type":"trunk"}')

    office.pbx.receive(report)

    assert office.told == [Change(report=report)]


async def test_a_state_of_an_extension_that_is_unknown_is_told_with_its_report(
    office: Office,
) -> None:
    """It changes nothing."""
    report = status_report("7777", "Ringing")

    office.pbx.receive(report)

    assert office.told == [Change(report=report)]
    assert "7777" not in office.pbx.inventory.extensions


async def test_a_query_that_was_sent_before_a_report_does_not_undo_it(
    office: Office, gate: Gate
) -> None:
    """Its answer is older."""
    gate.endpoint = "extensionlist/query"
    poll = asyncio.create_task(office.pbx.poll(slowly=False))
    await until(lambda: office.simulator.server.in_flight)

    office.pbx.receive(status_report("1000", "Ringing"))
    gate.open()
    await poll
    assert office.pbx.inventory.is_busy("1000")
    assert not any(change.unreported for change in office.told)

    await office.pbx.poll(slowly=False)
    assert not office.pbx.inventory.is_busy("1000")
    assert office.told[-1].unreported


async def test_a_call_that_was_reported_is_not_absent_from_an_older_query(
    office: Office, gate: Gate
) -> None:
    """It takes two newer ones, some seconds apart, for it to be over."""
    gate.endpoint = "inbound/query"
    poll = asyncio.create_task(office.pbx.poll_calls())
    await until(lambda: office.simulator.server.in_flight)
    office.pbx.receive(
        parse_report(
            b'{"action":"RING","callid":"9.9","inbound":{"from":"55","to":"88"}}'
        )
    )
    gate.open()
    await poll

    office.clock.ahead += SURE_SECONDS
    await office.pbx.poll_calls()
    assert office.call.call_id == "9.9"

    office.clock.ahead += SURE_SECONDS
    await office.pbx.poll_calls()
    assert not office.pbx.calls.living


async def test_a_hang_up_that_was_reported_is_not_undone_by_an_older_query(
    office: Office, gate: Gate
) -> None:
    """The PBX answers what was before."""
    call = office.inbound()
    gate.endpoint = "inbound/query"
    poll = asyncio.create_task(office.pbx.poll_calls())
    await until(lambda: office.simulator.server.in_flight)

    leg = {"inbound": {"from": call.caller, "inboundid": call.call_id}}
    body = {"action": "BYE", "callid": call.call_id, "ext": {"extid": "1000"}, **leg}
    office.pbx.receive(parse_report(json.dumps(body).encode()))
    gate.open()
    await poll

    assert not office.pbx.calls.living


async def test_the_reported_state_of_a_phone_tells_of_its_call(office: Office) -> None:
    """No report of API v1 tells that a phone holds its call."""
    office.internal()

    office.pbx.receive(status_report("1000", "Hold"))

    assert office.call.status is CallStatus.ON_HOLD
    assert office.told[-1].calls == {office.call.call_id}


# Calls that began earlier


async def test_a_call_that_began_before_the_setup_is_not_told_as_begun(
    pbx: Simulator, make_client: Clients
) -> None:
    """No query shows calls between phones: only its next report tells that it lives."""
    pbx.internal_call("1000", "1002")
    clock = Clock(ahead=60)
    office = Office(pbx, SSeriesPbx("Home", make_client(), clock=clock), clock)
    office.pbx.listen(office.told.append)
    await office.pbx.poll(slowly=True)
    assert not office.pbx.calls.living
    office.heard = len(pbx.reports)

    pbx.answer("1002")
    office.hear()
    pbx.hang_up("1002")
    office.hear()
    office.pass_time(RECORD_SECONDS)

    assert office.happened == [ANSWERED, ENDED]


async def test_an_inbound_call_from_before_the_setup_is_not_told_as_received(
    pbx: Simulator, make_client: Clients
) -> None:
    """Not even if the first poll did not show it."""
    call = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    clock = Clock(ahead=60)
    office = Office(pbx, SSeriesPbx("Home", make_client(), clock=clock), clock)
    office.pbx.listen(office.told.append)
    pbx.fail_next(Fault.MISSING_LIST, endpoint="inbound/query")
    await office.pbx.poll(slowly=True)
    assert not office.pbx.calls.living

    await office.pbx.poll(slowly=False)

    assert office.call.call_id == call.callid
    assert office.happened == []


async def test_a_call_that_begins_after_the_setup_is_told_as_begun(
    office: Office,
) -> None:
    """By its reports, though the first poll could not show it."""
    office.internal()

    assert office.happened == [STARTED, ANSWERED]


# Starting calls


type Start = Callable[[SSeriesPbx], Awaitable[str]]

STARTS: dict[str, tuple[str, Start, CallDirection, str, str, set[str]]] = {
    "extension": (
        "extension/dial_extension",
        lambda p: p.dial("1000", AMY),
        CallDirection.INTERNAL,
        "1000",
        "1002",
        {"1000", "1002"},
    ),
    "outside": (
        "extension/dial_outbound",
        lambda p: p.dial("1000", OUTSIDE),
        CallDirection.OUTBOUND,
        "1000",
        "41000",
        {"1000"},
    ),
    "extension to IVR": (
        "ivr/dial_extension",
        lambda p: p.dial_to(AMY, IVR),
        CallDirection.INTERNAL,
        "6500",
        "1002",
        {"1002"},
    ),
    "outside to IVR": (
        "ivr/dial_outbound",
        lambda p: p.dial_to(OUTSIDE, IVR, permission_of="1000"),
        CallDirection.OUTBOUND,
        "1000",
        "41000",
        {"1000"},
    ),
    "outside to queue": (
        "queue/dial_outbound",
        lambda p: p.dial_to(OUTSIDE, QUEUE, permission_of="1000"),
        CallDirection.OUTBOUND,
        "1000",
        "41000",
        {"1000"},
    ),
    "outside to ring group": (
        "ringgroup/dial_outbound",
        lambda p: p.dial_to(OUTSIDE, GROUP, permission_of="1000"),
        CallDirection.OUTBOUND,
        "1000",
        "41000",
        {"1000"},
    ),
    "callback": (
        "outbound/dial_outbound",
        lambda p: p.call_back("41000", "42000", permission_of="1000"),
        CallDirection.CALLBACK,
        "41000",
        "42000",
        set(),
    ),
    "prompt to extension": (
        "extension/playprompt",
        lambda p: p.play_prompts(AMY, ["hello111"]),
        CallDirection.INTERNAL,
        "",
        "1002",
        {"1002"},
    ),
    "prompt to outside": (
        "outbound/playprompt",
        lambda p: p.play_prompts(OUTSIDE, ["hello111"], permission_of="1000"),
        CallDirection.OUTBOUND,
        "1000",
        "41000",
        {"1000"},
    ),
}


def call_extensions(office: Office) -> set[str]:
    """Return the extensions that take part in the only call."""
    return set(office.call.extensions)


@pytest.mark.parametrize("name", STARTS)
async def test_a_call_that_was_started_is_known_and_told_at_once(
    name: str, office: Office
) -> None:
    """Before any report or query shows it; its id is returned."""
    endpoint, start, direction, caller, callee, extensions = STARTS[name]

    call_id = await start(office.pbx)

    assert endpoints(office.simulator) == [endpoint]
    assert call_id in office.simulator.calls
    call = office.call
    assert (call.call_id, call.direction) == (call_id, direction)
    assert (call.caller, call.callee) == (caller, callee)
    (change,) = office.told
    assert change.calls == {call_id}
    assert change.report is None
    assert change.extensions == call_extensions(office) == extensions


@pytest.mark.parametrize("name", STARTS)
async def test_a_call_that_the_pbx_refuses_is_not_known(
    name: str, office: Office
) -> None:
    """Nothing is told."""
    endpoint, start, *_ = STARTS[name]
    office.simulator.refuse_next(10024, endpoint=endpoint)

    with pytest.raises(PbxRefusedError):
        await start(office.pbx)

    assert not office.pbx.calls.living
    assert not office.told


@pytest.mark.parametrize("name", STARTS)
async def test_a_call_that_may_have_been_started_is_not_started_again(
    name: str, office: Office
) -> None:
    """Its reports and the next query tell."""
    endpoint, start, *_ = STARTS[name]
    office.simulator.fail_next(Fault.CLOSE_AFTER, endpoint=endpoint)

    with pytest.raises(PbxUnconfirmedError):
        await start(office.pbx)

    assert endpoints(office.simulator) == [endpoint]
    assert len(office.simulator.calls) == 1


async def test_the_phone_that_dials_has_to_be_picked_up_first(office: Office) -> None:
    """Then the other one rings."""
    await office.pbx.dial("1000", AMY)
    assert office.call.pick_up == "1000"
    assert office.happened == [STARTED]

    office.simulator.answer("1000")
    office.hear()
    assert (office.call.pick_up, office.call.rang) == ("", ("1002",))

    office.simulator.answer("1002")
    office.hear()
    assert office.happened == [STARTED, ANSWERED]
    assert office.call.answered_by == "1002"


@pytest.mark.parametrize(
    ("start", "field"),
    [
        (lambda p, yes: p.dial("1000", AMY, auto_answer=yes), "autoanswer"),
        (lambda p, yes: p.dial("1000", OUTSIDE, auto_answer=yes), "autoanswer"),
        (lambda p, yes: p.dial_to(AMY, IVR, auto_answer=yes), "autoanswer"),
        (
            lambda p, yes: p.play_prompts(AMY, ["1", "111"], auto_answer=yes),
            "autoanswer",
        ),
    ],
    ids=["extension", "outside", "IVR", "prompt"],
)
@pytest.mark.parametrize("auto_answer", [True, False])
async def test_a_phone_may_answer_by_itself(
    start: Callable[[SSeriesPbx, bool], Awaitable[str]],
    field: str,
    auto_answer: bool,
    office: Office,
) -> None:
    """If that is asked for."""
    await start(office.pbx, auto_answer)

    assert office.simulator.requests[-1].body[field] == ("yes" if auto_answer else "no")


async def test_a_dialled_call_that_a_query_showed_before_is_one_call(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to the request came later than the query's."""
    dial = office.pbx.client.dial_outside

    async def slowly(*args: str, auto_answer: bool) -> str:
        call_id = await dial(*args, auto_answer=auto_answer)
        await office.pbx.poll_calls()
        return call_id

    monkeypatch.setattr(office.pbx.client, "dial_outside", slowly)

    call_id = await office.pbx.dial("1000", OUTSIDE, auto_answer=True)

    assert office.call.call_id == call_id
    assert len(office.call.legs) == 1
    assert office.happened.count(STARTED) == 1


# Calls that live


async def test_an_offered_call_is_accepted(office: Office) -> None:
    """Its offer ends at once, before any report."""
    office.simulator.state.trunks["SIP-142"].answering_control = True
    office.simulator.outside_call("5503301", to="1000", trunk="SIP-142")
    office.hear()
    call, leg = office.call, office.call.leg()
    assert leg
    assert call.offered_until == pytest.approx(
        office.clock().wall + OFFER_SECONDS, abs=2
    )
    office.told.clear()

    await office.pbx.accept(call, leg)

    assert office.simulator.requests[-1].body == {"inboundid": leg.id}
    assert office.call.offered_until is None
    (change,) = office.told
    assert change.calls == {call.call_id}
    assert change.events == ()
    office.hear()
    assert office.call.rang == ("1000",)


async def test_an_offered_call_is_refused(office: Office) -> None:
    """It ends as refused, which is not missed."""
    office.simulator.state.trunks["SIP-142"].answering_control = True
    office.simulator.outside_call("5503301", to="1000", trunk="SIP-142")
    office.hear()
    call, leg = office.call, office.call.leg()
    assert leg

    await office.pbx.refuse(call, leg)
    assert office.told[-1].calls == {call.call_id}
    assert office.call.offered_until is None

    office.hear()
    office.pass_time(RECORD_SECONDS)
    record = office.pbx.calls.log[call.call_id]
    assert (record.outcome, record.missed) == (Outcome.REFUSED, False)
    assert office.happened == [RECEIVED, ENDED]


@pytest.mark.parametrize("decide", [Pbx.accept, Pbx.refuse], ids=["accept", "refuse"])
async def test_an_offer_that_was_not_decided_goes_on(
    decide: Callable[..., Awaitable[None]], office: Office
) -> None:
    """The PBX refused the decision; the offer ends by its time."""
    office.simulator.state.trunks["SIP-142"].answering_control = True
    office.simulator.outside_call("5503301", to="1000", trunk="SIP-142")
    office.hear()
    call, leg = office.call, office.call.leg()
    office.simulator.refuse_next(10016)
    office.told.clear()

    with pytest.raises(PbxRefusedError):
        await decide(office.pbx, call, leg)
    assert not office.told
    assert office.is_offered()

    office.pass_time(OFFER_SECONDS)
    assert not office.is_offered()
    assert office.told[-1].calls == {call.call_id}


INBOUND_TRANSFERS = {
    "inbound/transfer_extension": (AMY, "extid"),
    "inbound/transfer_ivr": (IVR, "ivrid"),
    "inbound/transfer_queue": (QUEUE, "queueid"),
    "inbound/transfer_ringgroup": (GROUP, "ringgroupid"),
    "inbound/transfer_outbound": (OUTSIDE, "outto"),
}
OUTBOUND_TRANSFERS = {
    "outbound/transfer_extension": (AMY, "extid"),
    "outbound/transfer_ivr": (IVR, "ivrid"),
    "outbound/transfer_outbound": (
        Destination(kind=DestinationKind.OUTSIDE, number="42000"),
        "outto",
    ),
}


@pytest.mark.parametrize("endpoint", [*INBOUND_TRANSFERS, *OUTBOUND_TRANSFERS])
async def test_a_transfer_is_told(endpoint: str, office: Office) -> None:
    """At once, and as a transfer of the call as a whole."""
    inbound = endpoint in INBOUND_TRANSFERS
    call = office.inbound() if inbound else office.outbound()
    to, field = (INBOUND_TRANSFERS | OUTBOUND_TRANSFERS)[endpoint]
    leg = call.leg()
    assert leg
    office.told.clear()

    moved = await office.pbx.transfer(call, leg, to, permission_of="1002")

    request = office.simulator.requests[-1]
    assert request.endpoint == endpoint
    assert (request.body[f"{leg.kind}id"], request.body[field]) == (leg.id, to.number)
    assert request.body.get("fromext", "1002") == "1002"
    assert moved == call.call_id
    assert office.happened == [CallEventType.TRANSFERRED]
    assert office.told[0].report is None


@pytest.mark.parametrize("to", [QUEUE, GROUP], ids=["queue", "ring group"])
async def test_an_outbound_call_cannot_be_transferred_to_a_group(
    to: Destination, office: Office
) -> None:
    """API v1 has no such operation, and the features say so."""
    call = office.outbound()
    office.told.clear()

    with pytest.raises(PbxUnsupportedError):
        await office.pbx.transfer(call, call.leg(), to, permission_of="1000")

    assert Feature.TRANSFER_OUTBOUND_TO_GROUP not in office.pbx.features
    assert not office.simulator.requests
    assert not office.told


async def test_an_internal_call_cannot_be_transferred(office: Office) -> None:
    """It has no leg that API v1 could address."""
    call = office.internal()
    office.told.clear()

    with pytest.raises(PbxUnsupportedError):
        await office.pbx.transfer(call, call.leg(), AMY, permission_of="1000")

    assert Feature.TRANSFER_INTERNAL not in office.pbx.features
    assert not office.simulator.requests
    assert not office.told


type Operate = Callable[[SSeriesPbx], Awaitable[object]]

ANNA = CompanyContact(name="Anna", numbers=("0301234567",))
OF_OTHER_FAMILIES: dict[str, tuple[Feature, Operate]] = {
    "capacity": (Feature.CAPACITY, lambda pbx: pbx.capacity()),
    "queues": (Feature.QUEUE_STATUS, lambda pbx: pbx.queues()),
    "queue status": (Feature.QUEUE_STATUS, lambda pbx: pbx.queue_status("6400")),
    "log agent": (
        Feature.QUEUE_STATUS,
        lambda pbx: pbx.log_agent("6400", "1000", login=True),
    ),
    "pause agent": (
        Feature.QUEUE_STATUS,
        lambda pbx: pbx.pause_agent("6400", "1000", pause=True),
    ),
    "voicemails": (Feature.VOICEMAIL, lambda pbx: pbx.voicemails(["1000"])),
    "group mailboxes": (Feature.VOICEMAIL, lambda pbx: pbx.group_mailboxes()),
    "mark as read": (Feature.VOICEMAIL, lambda pbx: pbx.mark_voicemail_read("1")),
    "delete": (Feature.VOICEMAIL, lambda pbx: pbx.delete_voicemail("1")),
    "contacts": (Feature.COMPANY_CONTACTS, lambda pbx: pbx.company_contacts()),
    "add contact": (
        Feature.COMPANY_CONTACTS,
        lambda pbx: pbx.add_company_contact(ANNA),
    ),
    "park": (Feature.PARKING, lambda pbx: pbx.park("1000")),
    "retrieve": (Feature.PARKING, lambda pbx: pbx.retrieve("1000", "6000")),
    "add member": (
        Feature.CONFERENCE,
        lambda pbx: pbx.add_member("1000", "1001", permission_of=""),
    ),
    "consult": (
        Feature.ATTENDED_TRANSFER,
        lambda pbx: pbx.consult("1000", "1001", permission_of=""),
    ),
    "continue transfer": (
        Feature.ATTENDED_TRANSFER,
        lambda pbx: pbx.continue_transfer("1000", AttendedStep.COMPLETE),
    ),
    "record": (
        Feature.RECORD_CALLS,
        lambda pbx: pbx.record("1000", RecordingStep.START),
    ),
}


@pytest.mark.parametrize("name", OF_OTHER_FAMILIES)
async def test_what_only_other_families_can_is_refused_and_not_sent(
    name: str, office: Office
) -> None:
    """The features say so before."""
    feature, operation = OF_OTHER_FAMILIES[name]
    with pytest.raises(PbxUnsupportedError):
        await operation(office.pbx)

    assert feature not in office.pbx.features
    assert not office.simulator.requests


async def test_a_transfer_that_the_pbx_refuses_is_none(office: Office) -> None:
    """Nothing is told."""
    call = office.inbound()
    office.told.clear()
    office.simulator.refuse_next(10007)

    with pytest.raises(PbxRefusedError):
        await office.pbx.transfer(call, call.leg(), AMY, permission_of="1000")

    assert not office.told


@pytest.mark.parametrize(
    ("begin", "endpoint"),
    [
        (Office.inbound, "inbound/hangup"),
        (Office.outbound, "outbound/hangup"),
        (Office.internal, "extension/hangup"),
    ],
    ids=["inbound", "outbound", "internal"],
)
async def test_a_call_is_hung_up(
    begin: Callable[[Office], Call], endpoint: str, office: Office
) -> None:
    """By its leg on a trunk, or else by one of its phones."""
    call = begin(office)

    await office.pbx.hang_up(call, call.leg())

    assert endpoints(office.simulator) == [endpoint]
    assert not office.simulator.calls
    office.hear()
    assert not office.pbx.calls.living


# What is due


async def test_a_call_that_ended_is_told_when_its_record_had_time_to_come(
    office: Office,
) -> None:
    """The tick concludes it; before, it is only known to live no longer."""
    call = office.inbound()
    leg = {"inbound": {"from": call.caller, "inboundid": call.call_id}}
    body = {"action": "BYE", "callid": call.call_id, "ext": {"extid": "1000"}, **leg}
    office.told.clear()

    office.pbx.receive(parse_report(json.dumps(body).encode()))
    (change,) = office.told
    assert change.calls == {call.call_id}
    assert not change.concluded
    assert office.happened == []

    due = office.pbx.calls.next_due
    assert due is not None
    assert due == pytest.approx(office.clock().steady + RECORD_SECONDS, abs=1)
    office.pbx.tick(due)
    assert office.told[-1].concluded == {call.call_id}
    assert office.told[-1].report is None
    assert office.happened == [ENDED]
    assert office.pbx.calls.next_due is None


async def test_a_tick_that_comes_late_does_all_that_is_due_by_now(
    office: Office,
) -> None:
    """The time of the clock counts, if it is later than what was announced."""
    first = office.inbound()
    other = office.simulator.outside_call("5503302", to="1002", trunk="SIP-142")
    office.hear()
    for call_id, ends_after in ((first.call_id, 0.0), (other.callid, 1.0)):
        office.clock.ahead += ends_after
        office.pbx.receive(
            parse_report(b'{"action":"BYE","callid":"%s"}' % call_id.encode())
        )
    due = office.pbx.calls.next_due
    assert due is not None
    office.clock.ahead += 60

    office.pbx.tick(due)

    assert set(office.pbx.calls.log) == {first.call_id, other.callid}
    assert office.pbx.calls.next_due is None


# Session


async def test_a_connection_is_tried_by_asking_who_answers(new_office: Office) -> None:
    """Nothing is told or kept of it."""
    device = await new_office.pbx.connect()

    assert device.serial_number == new_office.simulator.state.device.sn
    assert endpoints(new_office.simulator) == ["login", "deviceinfo/query"]
    assert new_office.pbx.inventory.device is None
    assert not new_office.told


async def test_the_session_is_that_of_the_client(office: Office) -> None:
    """It is renewed, forgotten and ended."""
    pbx, simulator = office.pbx, office.simulator
    assert pbx.logged_in
    assert pbx.own_address == "127.0.0.1"
    assert pbx.certificate_sha256 is None
    assert not pbx.password_refused
    assert pbx.idle_seconds < 5

    await pbx.keep_alive()
    assert endpoints(simulator) == ["heartbeat"]

    pbx.forget_session()
    assert not pbx.client.logged_in
    await pbx.poll_calls()
    assert endpoints(simulator)[1] == "login"

    await pbx.close()
    assert endpoints(simulator)[-1] == "logout"
    with pytest.raises(PbxConnectionError):
        await pbx.poll_calls()


async def test_each_login_is_told(new_office: Office) -> None:
    """Its refusal, or None."""
    answers: list[PbxRefusedError | None] = []
    new_office.pbx.on_login = answers.append
    await new_office.pbx.connect()
    assert answers == [None]

    new_office.simulator.password = "changed"
    new_office.pbx.forget_session()
    with pytest.raises(PbxCredentialsError) as caught:
        await new_office.pbx.connect()

    assert answers == [None, caught.value]
    assert new_office.pbx.password_refused


async def test_no_listener_is_needed(new_office: Office) -> None:
    """Neither for logins nor for changes."""
    pbx = SSeriesPbx("Home", new_office.pbx.client)

    await pbx.poll(slowly=True)

    assert pbx.inventory.device


async def test_a_lock_out_is_waited_out(new_office: Office) -> None:
    """Nothing is sent meanwhile."""
    new_office.pbx.wait_out(new_office.pbx.lock_out_seconds)

    assert 590 < new_office.pbx.locked_seconds <= 600
    with pytest.raises(PbxLockedOutError):
        await new_office.pbx.poll(slowly=True)
    assert not new_office.simulator.requests


async def test_a_pbx_that_restarted_since_the_login_is_logged_in_to_again(
    office: Office,
) -> None:
    """It forgot where reports go, even if it still takes the token."""
    office.pbx.client._logged_in_at -= 3600
    await office.pbx.poll(slowly=True)
    assert endpoints(office.simulator) == SLOW
    office.simulator.requests.clear()

    office.simulator.state.device.booted = time.time()
    await office.pbx.poll(slowly=True)

    assert endpoints(office.simulator) == ["deviceinfo/query", "login", *SLOW[1:]]


async def test_a_change_of_our_address_is_a_reason_to_log_in_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reports go to the address that logged in."""

    async def elsewhere() -> str:
        return "192.0.2.7"

    monkeypatch.setattr(office.pbx.client._http, "own_address", elsewhere)

    await office.pbx.poll(slowly=False)
    assert "login" not in endpoints(office.simulator)
    await office.pbx.poll(slowly=True)

    assert endpoints(office.simulator).count("login") == 1
    assert office.pbx.own_address == "192.0.2.7"


# Other than calls


async def test_ivrs_and_queues_are_destinations(office: Office) -> None:
    """API v1 lists no ring groups."""
    assert await office.pbx.destinations() == (
        Destination(kind=DestinationKind.IVR, number="6500", name="Welcome"),
        Destination(kind=DestinationKind.QUEUE, number="6700", name="Support"),
    )


async def test_trunks_are_told_as_they_are_now(office: Office) -> None:
    """Without changing what is known."""
    office.simulator.set_trunk_status("SIP-142", "Unregistered")

    listing = await office.pbx.trunks()

    assert listing.items[0].has_problem
    assert not office.pbx.inventory.trunks["SIP-142"].has_problem
    assert not office.told


async def test_do_not_disturb_is_a_setting_of_its_own(office: Office) -> None:
    """Nothing else is sent."""
    await office.pbx.update_extension("1000", ExtensionChange(do_not_disturb=True))

    assert office.simulator.requests[-1].body == {"extid": "1000", "dnd": "on"}
    (settings,) = (await office.pbx.settings_of(["1000"])).items
    assert settings.do_not_disturb

    await office.pbx.update_extension("1000", ExtensionChange(do_not_disturb=False))
    assert office.simulator.requests[-1].body == {"extid": "1000", "dnd": "off"}


async def test_a_message_has_an_id(office: Office) -> None:
    """By which its result is told later."""
    sms_id = await office.pbx.send_sms("GSM-trunk", "41000", "Hello")

    assert sms_id.startswith("41000-")
    assert office.simulator.sms_sent == [("GSM-trunk", "41000", "Hello")]


DELEGATED: dict[str, tuple[Callable[[SSeriesPbx], Awaitable[object]], Any]] = {
    "extension/hangup": (lambda p: p.hang_up_extension("1000"), {"extid": "1000"}),
    "extension/hold": (lambda p: p.hold("1000"), {"extid": "1000"}),
    "extension/unhold": (lambda p: p.resume("1000"), {"extid": "1000"}),
    "extension/mute": (lambda p: p.mute("1000"), {"extid": "1000"}),
    "extension/unmute": (lambda p: p.unmute("1000"), {"extid": "1000"}),
    "extension/whisper": (
        lambda p: p.monitor("1005", "1000", MonitorMode.WHISPER),
        {"whisperer": "1005", "whisperedext": "1000"},
    ),
    "extension/update": (
        lambda p: p.update_extension("1000", ExtensionChange(mobile="0170")),
        {"extid": "1000", "mobile": "0170"},
    ),
    "wakeupcall/query": (lambda p: p.wake_up_calls(["1000"]), {"extid": "1000"}),
}


@pytest.mark.parametrize("endpoint", DELEGATED)
async def test_an_operation_is_sent_as_it_is(
    endpoint: str, box: Box, box_client: SSeriesClient
) -> None:
    """By the client of this family; it changes nothing that is known."""
    pbx = SSeriesPbx("Home", box_client)
    told: list[Change] = []
    pbx.listen(told.append)
    box.answers[endpoint] = answer('{"status":"Success"}')
    do, body = DELEGATED[endpoint]

    await do(pbx)

    assert box.requests[-1].path == f"/api/v1.0.0/{endpoint}"
    assert json.loads(box.requests[-1].raw) == body
    assert told == []


async def test_wake_up_calls_come_and_go(office: Office) -> None:
    """As of the client."""
    early = WakeUpCall(extension="1000", time=clock_time(7), repeat=Repeat.DAILY)
    late = dataclasses.replace(early, time=clock_time(9))

    await office.pbx.create_wake_up_call(early)
    (created,) = (await office.pbx.wake_up_calls(["1000"])).items
    await office.pbx.update_wake_up_call(created, late)
    (updated,) = (await office.pbx.wake_up_calls(["1000"])).items
    await office.pbx.delete_wake_up_call(updated)

    assert (created.time, updated.time) == (early.time, late.time)
    assert (await office.pbx.wake_up_calls(["1000"])).items == ()


async def test_a_recording_is_opened_by_its_name(office: Office) -> None:
    """It is read piece by piece."""
    name = "20170901181806-1504261084.7-1001-1003-Internal.wav"
    office.simulator.recordings.keep(name, 1)

    async with office.pbx.recording(name) as recording:
        sound = b"".join([piece async for piece in recording.pieces()])

    assert sound == office.simulator.recordings.files[name]
