"""Which events of the call model a report of API v1 becomes."""

import json
from random import Random
from typing import Any

import pytest

from custom_components.yeastar.pbx.calls.model import OFFER_SECONDS, Calls
from custom_components.yeastar.pbx.clock import Moment
from custom_components.yeastar.pbx.events import (
    CallEnded,
    CallFailed,
    CallRecorded,
    CallSeen,
    CallTransferred,
    KeyPressed,
    PbxEvent,
    Source,
)
from custom_components.yeastar.pbx.models import (
    CallDirection,
    CallStatus,
    ExtensionState,
    Listing,
    RecordStatus,
)
from custom_components.yeastar.pbx.reports import Party, PartyKind, PartyStatus
from custom_components.yeastar.pbx.s_series.call_tracker import CallTracker
from custom_components.yeastar.pbx.s_series.listings import TrunkCall
from custom_components.yeastar.pbx.s_series.reports import parse_report

type Rows = tuple[TrunkCall, ...]

CALL = "1495700976.270"
EXT = {"ext": {"extid": "1000"}}
TOLD_WITH_PARTIES = (CallSeen, CallEnded, CallFailed, CallTransferred, KeyPressed)
LEG = {"inbound": {"from": "55", "to": "88", "trunk": "Line", "inboundid": "1.2"}}


class Tracked:
    """A call model that learns from reports, and what it learned from the last."""

    def __init__(self) -> None:
        """Start without calls."""
        self.calls = Calls({"1000", "1001", "1002"}.__contains__)
        self.tracker = CallTracker(self.calls)
        self.order = 0

    def report(self, action: str, **fields: Any) -> list[PbxEvent]:
        """Let a report come; returns the events that it became."""
        self.order += 1
        body = json.dumps({"action": action, "callid": CALL, **fields})
        found = []
        for event in self.tracker.from_report(parse_report(body.encode())):
            found.append(event)
            self.calls.apply(event, self.order, Moment(steady=1.0, wall=1_495_700_976))
        return found


@pytest.fixture
def tracked() -> Tracked:
    """Return a call model without calls."""
    return Tracked()


# Ids that operations take


@pytest.mark.parametrize(
    ("kind", "row", "party_id"),
    [
        ("inbound", {"inboundid": "1.2"}, "1.2"),
        ("outbound", {"outboundid": "1.3"}, "1.3"),
        ("inbound", {"inboundid": "1.2", "channelid": "PJSIP/x-1"}, "1.2"),
        ("inbound", {"outboundid": "1.2"}, ""),
        ("outbound", {"channelid": "PJSIP/trunk-x-endpoint-00000005"}, ""),
        ("ext", {"extid": "1000", "channelid": "1.4"}, ""),
        ("ext", {"extid": "1000", "channelid": "PJSIP/1000-0000000a"}, ""),
    ],
)
@pytest.mark.parametrize(
    "action", ["RING", "Invite", "Tranfer", "CallFailed", "DTMF", "BYE"]
)
def test_only_a_trunk_leg_has_an_id_that_operations_take(
    action: str, kind: str, row: dict[str, str], party_id: str, tracked: Tracked
) -> None:
    """A channel of API v2 is no such id, whatever the report is about."""
    (event,) = tracked.report(action, **{kind: row})

    assert isinstance(event, TOLD_WITH_PARTIES)
    assert [party.id for party in event.parties] == [party_id]


@pytest.mark.parametrize(
    ("row", "leg_ids"),
    [
        ({"inbound": {"from": "55", "to": "88", "inboundid": "1.2"}}, ("1.2",)),
        ({"inbound": {"from": "55", "to": "88", "channelid": "PJSIP/trunk-5"}}, ()),
        ({"ext": {"extid": "1000", "channelid": "PJSIP/1000-0000000a"}}, ()),
    ],
    ids=["leg", "channel", "phone"],
)
def test_a_call_has_the_legs_that_operations_can_address(
    row: dict[str, Any], leg_ids: tuple[str, ...], tracked: Tracked
) -> None:
    """And is found by them."""
    tracked.report("RING", **row)

    call = tracked.calls.find(CALL)
    assert call
    assert call.leg_ids == leg_ids
    assert tracked.calls.find("1.2") is (call if leg_ids else None)
    assert tracked.calls.find("PJSIP/trunk-5") is None


# What a report is about


@pytest.mark.parametrize(
    "action",
    [
        *("RING", "ALERT", "ANSWER", "ANSWERED", "CallStatus", "Incoming"),
        *("PlayPromptEnd", "satisfaction", "QueueAgentRingNoAnswerTimeout"),
        "SomethingNew",
    ],
)
def test_a_report_about_a_call_shows_that_it_lives(
    action: str, tracked: Tracked
) -> None:
    """And who takes part in it."""
    (event,) = tracked.report(action, **EXT)

    assert isinstance(event, CallSeen)
    assert (event.call_id, event.source) == (CALL, Source.REPORT)
    assert [party.number for party in event.parties] == ["1000"]
    assert (event.status, event.offered) == (None, False)


def test_an_invite_offers_a_call(tracked: Tracked) -> None:
    """The PBX waits for a decision."""
    (event,) = tracked.report("Invite", **LEG)

    assert event == CallSeen(
        call_id=CALL,
        parties=(
            Party(
                kind=PartyKind.INBOUND,
                number="55",
                caller="55",
                callee="88",
                trunk="Line",
                id="1.2",
            ),
        ),
        offered=True,
    )


def test_an_offer_ends_in_time_though_its_call_turns_out_to_be_another_one(
    tracked: Tracked,
) -> None:
    """First the id of the leg was taken for that of the call."""
    tracked.report("Invite", callid="1.2", **LEG)
    tracked.report("NewCdr", callfrom="55", callto="1000", type="Inbound")
    tracked.report("DTMF", info="1", **LEG)
    (call,) = tracked.calls.living.values()
    assert (call.call_id, call.offered_until) == (CALL, 1_495_700_986)

    tracked.calls.tick(1.0 + OFFER_SECONDS)

    (call,) = tracked.calls.living.values()
    assert call.offered_until is None


def test_a_hang_up_ends_a_call(tracked: Tracked) -> None:
    """With those who left."""
    tracked.report("RING", **EXT)

    (event,) = tracked.report("BYE", **EXT)

    left = Party(kind=PartyKind.EXTENSION, number="1000", status=PartyStatus.ENDED)
    assert event == CallEnded(call_id=CALL, parties=(left,))


def test_a_status_of_v2_in_which_all_left_ends_a_call(tracked: Tracked) -> None:
    """One in which some did does not."""
    rows = [
        {"ext": {"number": number, "memberstatus": "BYE"}}
        for number in ("1000", "1001")
    ]
    tracked.report("CallStatus", members=[{"ext": {"number": "1000"}}])

    (event,) = tracked.report("CallStatus", members=rows)
    assert isinstance(event, CallEnded)

    rows[0]["ext"]["memberstatus"] = "ANSWERED"
    (event,) = tracked.report("CallStatus", members=rows)
    assert isinstance(event, CallSeen)


def test_a_status_without_parties_ends_nothing(tracked: Tracked) -> None:
    """Real boxes send it with an empty list, and after the record of the call."""
    (event,) = tracked.report("CallStatus", members=[])

    assert isinstance(event, CallSeen)


def test_a_failure_names_who_failed_and_why(tracked: Tracked) -> None:
    """In the words of the PBX."""
    (event,) = tracked.report("CallFailed", reason="User busy", **EXT)

    assert isinstance(event, CallFailed)
    assert (event.number, event.reason) == ("1000", "User busy")
    assert [party.number for party in event.parties] == ["1000"]


@pytest.mark.parametrize("action", ["Tranfer", "Forward"])
def test_transfers_and_forwardings_move_a_call(action: str, tracked: Tracked) -> None:
    """Both alike."""
    (event,) = tracked.report(action, **EXT)

    assert isinstance(event, CallTransferred)


@pytest.mark.parametrize(
    ("fields", "key", "index"),
    [
        ({"info": "2", "flag": "0"}, "2", "0"),
        ({"infos": "123"}, "123", ""),
        ({"info": "#"}, "#", ""),
        ({}, "", ""),
    ],
)
@pytest.mark.parametrize("action", ["DTMF", "DTMF event"])
def test_a_key_press_has_its_key_and_its_place(
    action: str, fields: dict[str, str], key: str, index: str, tracked: Tracked
) -> None:
    """The last report of a call may have all keys instead."""
    (event,) = tracked.report(action, **fields)

    assert isinstance(event, KeyPressed)
    assert (event.key, event.index) == (key, index)


def test_a_record_is_read(tracked: Tracked) -> None:
    """By the reader of records."""
    (event,) = tracked.report(
        "NewCdr", callfrom="55", callto="1000", type="Inbound", status="NO ANSWER"
    )

    assert isinstance(event, CallRecorded)
    assert (event.record.caller, event.record.callee) == ("55", "1000")
    assert event.record.direction is CallDirection.INBOUND
    assert event.record.status is RecordStatus.NO_ANSWER


@pytest.mark.parametrize(
    "action", ["BootUp", "ConfigChange", "ExtensionStatus", "RING"]
)
def test_a_report_about_no_call_teaches_nothing_of_calls(
    action: str, tracked: Tracked
) -> None:
    """It names none."""
    assert tracked.report(action, callid="", **EXT) == []


@pytest.mark.parametrize(
    "action",
    ["BootUp", "ConfigChange", "ExtensionStatus", "sms-send", "ConferenceStatus"],
)
def test_a_report_about_something_else_teaches_nothing_of_calls(
    action: str, tracked: Tracked
) -> None:
    """Not even if it names one."""
    assert tracked.report(action, **EXT) == []


# The phones of a call


def test_phones_that_did_not_change_teach_nothing(tracked: Tracked) -> None:
    """A busy phone only shows that its call still lives."""
    tracked.report("RING", ext={"extid": ["1001", "1000"]})
    states = {"1000": ExtensionState.IN_CALL, "1001": ExtensionState.RINGING}

    (first,) = tracked.tracker.from_states("1001", states)
    (again,) = tracked.tracker.from_states("1001", states)

    assert isinstance(first, CallSeen)
    assert [(party.number, party.status) for party in first.parties] == [
        ("1001", PartyStatus.RINGING)
    ]
    assert again == CallSeen(call_id=CALL, source=Source.REPORT)


def test_the_phones_of_other_calls_teach_nothing(tracked: Tracked) -> None:
    """Nor does one in no call."""
    tracked.report("RING", **EXT)

    assert list(tracked.tracker.from_states("1002", {})) == []
    assert list(tracked.tracker.from_states("9999", {})) == []


# Polls that find little new


class Asked(Tracked):
    """A call model that learns from reports and queries."""

    def query(
        self, inbound: Rows, outbound: Rows, states: dict[str, ExtensionState]
    ) -> list[PbxEvent]:
        """Let both queries be answered; returns the events that they became."""
        self.order += 1
        found = []
        for event in self.tracker.from_queries(
            Listing(items=inbound, complete=True),
            Listing(items=outbound, complete=True),
            states,
            order=self.order,
            steady=float(self.order),
        ):
            found.append(event)
            moment = Moment(steady=float(self.order), wall=1_495_700_976 + self.order)
            self.calls.apply(event, self.order, moment)
        return found


PHONES = ("1000", "1001", "1002")


def some_rows(random: Random, direction: CallDirection) -> Rows:
    """Return none, one or two calls of a direction."""
    base = 270 if direction is CallDirection.INBOUND else 280
    return tuple(
        TrunkCall(
            leg_id=f"1495700976.{base + index}",
            direction=direction,
            caller="55" if direction is CallDirection.INBOUND else "1000",
            callee="88",
            trunk="Line",
            status=random.choice((CallStatus.RINGING, CallStatus.TALKING)),
            extensions=(random.choice(PHONES),),
        )
        for index in range(random.randrange(3))
    )


@pytest.mark.parametrize("seed", range(60))
def test_to_look_at_what_moved_teaches_as_much_as_to_look_at_all(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever phones, rows and reports change between two polls."""
    random = Random(seed)  # noqa: S311
    some, all_ = Asked(), Asked()
    skipped = 0
    looked = CallTracker._moved

    def moved(tracker: CallTracker, *asked: Any) -> set[str] | None:
        nonlocal skipped
        found = None if tracker is all_.tracker else looked(tracker, *asked)
        skipped += found is not None
        return found

    monkeypatch.setattr(CallTracker, "_moved", moved)
    states = dict.fromkeys(PHONES, ExtensionState.IDLE)
    inbound: Rows = ()
    outbound: Rows = ()
    for _ in range(150):
        match random.randrange(8):
            case 0:
                inbound = some_rows(random, CallDirection.INBOUND)
            case 1:
                outbound = some_rows(random, CallDirection.OUTBOUND)
            case 2 | 3 | 4:
                states[random.choice(PHONES)] = random.choice(
                    (
                        ExtensionState.IDLE,
                        ExtensionState.RINGING,
                        ExtensionState.IN_CALL,
                        ExtensionState.ON_HOLD,
                    )
                )
            case 5:
                action = random.choice(("RING", "ANSWER", "ANSWERED", "BYE"))
                ext = {"extid": random.choice(PHONES)}
                assert some.report(action, ext=ext) == all_.report(action, ext=ext)
        told = some.query(inbound, outbound, states)
        assert told == all_.query(inbound, outbound, states)
    assert some.calls.living == all_.calls.living
    assert some.calls.log == all_.calls.log
    assert skipped > 5
