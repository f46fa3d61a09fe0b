"""Past calls: what records tell of them, beside what was seen of them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.yeastar.pbx.calls.call import NOT_MISSED, Call, Outcome, PastCall
from custom_components.yeastar.pbx.calls.model import MAX_LOG
from custom_components.yeastar.pbx.calls.past import PastCalls
from custom_components.yeastar.pbx.models import (
    CallDirection,
    CallRecord,
    CallStatus,
    LoggedRecord,
    RecordStatus,
)
from tests.simulator import LoggedCall, many_calls

from .bodies import Ext, Wire, inbound
from .house import EPOCH, NUMBERS, House, row

ANSWERED, NO_ANSWER = RecordStatus.ANSWERED, RecordStatus.NO_ANSWER
INBOUND, OUTBOUND = CallDirection.INBOUND, CallDirection.OUTBOUND
MUM = "5503301"
KITCHEN, HALL = "4001", "4002"
CALL = f"{EPOCH}.2"


def record(
    callee: str,
    status: RecordStatus = ANSWERED,
    *,
    call_id: str = CALL,
    began: float = EPOCH,
    after: int = 0,
    **changes: object,
) -> LoggedRecord:
    """Return the record of a call of my mother, or of one as it is changed."""
    callee, _, member = callee.partition("(")
    started = datetime.fromtimestamp(began + after, UTC).replace(tzinfo=None)
    plain = CallRecord(
        started=started,
        caller=MUM,
        callee=callee,
        member=member.rstrip(")"),
        duration=42 if status is ANSWERED else 8,
        talk_duration=34 if status is ANSWERED else 0,
        source_trunk="Line",
        status=status,
        direction=INBOUND,
    )
    return LoggedRecord(
        call_id=call_id,
        began=began,
        record=replace(plain, **changes),  # type: ignore[arg-type]
    )


def read(house: House, *records: LoggedRecord) -> list[PastCall]:
    """Return the calls that have these records."""
    by_call: dict[str, list[LoggedRecord]] = {}
    for logged in records:
        by_call.setdefault(logged.call_id, []).append(logged)
    past = PastCalls(house.book, NUMBERS.__contains__, by_call)
    found = [past.read(call_id, of_call) for call_id, of_call in by_call.items()]
    return [one for one in found if one]


def call_of(*records: LoggedRecord) -> Call:
    """Return the only call that has these records, to a house that knows nothing."""
    (past,) = read(House(), *records)
    assert past.known is None
    return past.call


def in_log(house: House) -> Call:
    """Return the only call in the log."""
    (call,) = house.book.log.values()
    return call


# What records tell


def test_a_call_that_was_answered() -> None:
    """By whom and when, and how long they talked."""
    call = call_of(record(KITCHEN))

    assert (call.direction, call.caller, call.callee) == (INBOUND, MUM, KITCHEN)
    assert (call.outcome, call.answered_by) == (Outcome.ANSWERED, KITCHEN)
    assert (call.started, call.answered, call.ended) == (EPOCH, EPOCH + 8, EPOCH + 42)
    assert (call.ring_seconds, call.talk_seconds) == (8, 34)
    assert (call.extensions, call.trunk) == ((KITCHEN,), "Line")
    assert (call.missed, call.while_away, call.records) == (False, True, 1)


@pytest.mark.parametrize(
    ("status", "outcome", "missed"),
    [
        (NO_ANSWER, Outcome.NO_ANSWER, True),
        (RecordStatus.BUSY, Outcome.BUSY, True),
        (RecordStatus.FAILED, Outcome.FAILED, True),
        (RecordStatus.VOICEMAIL, Outcome.VOICEMAIL, False),
    ],
)
def test_a_call_that_was_not_answered(
    status: RecordStatus, outcome: Outcome, missed: bool
) -> None:
    """Missed, unless voicemail took it."""
    call = call_of(record(KITCHEN, status))

    assert (call.outcome, call.missed) == (outcome, missed)
    assert call.answered is None
    # Of a phone that was called itself no record says whether it rang.
    assert call.rang == ()


def test_a_call_of_a_group_is_one_call() -> None:
    """Each phone that rang in vain has a record, and the one that answered."""
    call = call_of(
        record(f"6200({HALL})", NO_ANSWER, duration=8),
        record(f"6200({KITCHEN})"),
    )

    assert (call.callee, call.answered_by) == ("6200", KITCHEN)
    assert (call.extensions, call.rang) == ((KITCHEN, HALL), (HALL,))
    assert (call.outcome, call.records) == (Outcome.ANSWERED, 2)


def test_a_call_of_a_group_that_nobody_answered_was_missed_by_its_phones() -> None:
    """Those that have a record."""
    call = call_of(
        record(f"6200({HALL})", NO_ANSWER), record(f"6200({KITCHEN})", NO_ANSWER)
    )

    assert call.missed
    assert call.rang == (KITCHEN, HALL)


def test_a_call_that_was_transferred_is_one_call() -> None:
    """A record of type Transfer has no direction, and names who talked last."""
    call = call_of(
        record(HALL, after=42, direction=None),
        record(KITCHEN),
    )

    assert (call.direction, call.callee, call.answered_by) == (
        INBOUND,
        KITCHEN,
        HALL,
    )
    assert call.extensions == (KITCHEN, HALL)
    assert (call.started, call.ended, call.talk_seconds) == (EPOCH, EPOCH + 84, 68)


def test_a_call_that_was_forwarded_to_the_outside_came_in() -> None:
    """Its record says Outbound, has the outside caller and both trunks."""
    call = call_of(record("0699", direction=OUTBOUND, destination_trunk="GSM"))

    assert (call.direction, call.caller, call.callee) == (INBOUND, MUM, "0699")
    assert (call.outcome, call.answered_by) == (Outcome.ANSWERED, "0699")
    assert call.extensions == ()


def test_the_id_of_a_call_need_not_be_a_time() -> None:
    """Then it began when its first record says."""
    call = call_of(
        record(HALL, call_id="abc", began=EPOCH + 42, direction=None),
        record(KITCHEN, call_id="abc"),
    )

    assert call.started == EPOCH


def test_records_tell_what_reports_would_have_told() -> None:
    """The same records, as reports of a call that was not seen otherwise."""
    wire = Wire(CALL)
    house = House()
    house.report(
        wire.record(MUM, f"6200({HALL})", "Inbound", status="NO ANSWER", seconds=9),
        wire.record(MUM, f"6200({KITCHEN})", "Inbound"),
    )
    house.wait(10)
    reported = in_log(house)
    seen = house.book.seen_of(CALL)
    assert seen

    told = call_of(
        *(LoggedRecord(call_id=CALL, began=EPOCH, record=r) for r in seen.records)
    )

    assert replace(told, while_away=False, rang=()) == reported


# Order and overlap


def logged(call: LoggedCall) -> LoggedRecord:
    """Return a row of the simulator as it is read."""
    words = {
        "Inbound": INBOUND,
        "Outbound": OUTBOUND,
        "Internal": CallDirection.INTERNAL,
    }
    callee, _, member = call.callto.partition("(")
    return LoggedRecord(
        call_id=call.callid,
        began=float(int(call.start)),
        record=CallRecord(
            started=datetime.fromtimestamp(int(call.start), UTC).replace(tzinfo=None),
            caller=call.callfrom,
            callee=callee,
            member=member.rstrip(")"),
            duration=call.duration,
            talk_duration=call.talked,
            source_trunk=call.source_trunk,
            destination_trunk=call.target_trunk,
            status=RecordStatus(call.status.lower().replace(" ", "_")),
            direction=words.get(call.type),
        ),
    )


HISTORY = [
    logged(call)
    for call in many_calls(60, until=EPOCH, seconds_apart=60, extensions=NUMBERS)
]


def fill(house: House, *readings: Sequence[LoggedRecord]) -> dict[str, Call]:
    """Read records, one time after the other, and return the log."""
    for records in readings:
        house.book.add_past(read(house, *records))
    return house.book.log


@given(st.permutations(HISTORY))
def test_the_order_of_rows_does_not_matter(records: list[LoggedRecord]) -> None:
    """The log is the same, and in the order of time."""
    log = fill(House(), records)

    assert log == fill(House(), HISTORY)
    ends = [call.ended or 0.0 for call in log.values()]
    assert ends == sorted(ends)


@given(st.data())
def test_it_does_not_matter_how_often_rows_are_read(data: st.DataObject) -> None:
    """In parts that overlap and repeat rows, as long as each call is once whole."""
    calls = sorted({record.call_id for record in HISTORY})
    parts = data.draw(
        st.lists(st.lists(st.sampled_from(calls), unique=True), max_size=4)
    )
    readings = [
        data.draw(
            st.permutations(
                [r for r in HISTORY if r.call_id in part] * data.draw(st.integers(1, 2))
            )
        )
        for part in parts
    ]

    log = fill(House(), *readings, HISTORY, HISTORY)

    assert log == fill(House(), HISTORY)


@given(st.data())
def test_rows_of_one_call_may_come_in_several_readings(data: st.DataObject) -> None:
    """What comes later completes it: a row is written when its part of a call ends."""
    cut = data.draw(st.integers(0, len(HISTORY)))
    mixed = data.draw(st.permutations(HISTORY))

    log = fill(House(), mixed[:cut], HISTORY)

    assert log == fill(House(), HISTORY)


# Beside what was seen


def missed_call(house: House) -> None:
    """Let my mother call the kitchen in vain, with all reports but the record."""
    wire, mum = Wire(CALL), inbound(MUM, "88", CALL)
    house.report(wire.alert(mum), wire.ring(Ext(KITCHEN), mum))
    house.report(wire.bye(mum, Ext(KITCHEN)), after=8)
    house.wait(10)


def test_a_call_that_left_a_record_before_is_not_changed() -> None:
    """Nor is it new."""
    house = House()
    fill(house, [record(KITCHEN)])

    (past,) = read(house, record(KITCHEN))

    assert past.known is past.call
    assert house.book.add_past([past]) == []


def test_a_call_that_was_seen_without_its_record_is_completed() -> None:
    """What rang stays known, what became of it is told by the record."""
    house = House()
    missed_call(house)
    assert (in_log(house).outcome, in_log(house).rang) == (
        Outcome.NO_ANSWER,
        (KITCHEN,),
    )
    house.wait(1000)

    (past,) = house.book.add_past(read(house, record(HALL, recording="a.wav")))

    call = in_log(house)
    assert past.call is call
    assert (call.outcome, call.answered_by, call.missed) == (
        Outcome.ANSWERED,
        HALL,
        False,
    )
    assert (call.extensions, call.rang) == ((KITCHEN, HALL), (KITCHEN,))
    assert (call.recording, call.talk_seconds) == ("a.wav", 34)
    assert not call.while_away


@pytest.mark.parametrize(
    ("outcome", "status", "after"),
    [
        (Outcome.REFUSED, NO_ANSWER, Outcome.REFUSED),
        (Outcome.REFUSED, RecordStatus.BUSY, Outcome.REFUSED),
        (Outcome.REFUSED, RecordStatus.VOICEMAIL, Outcome.VOICEMAIL),
        (Outcome.REFUSED, ANSWERED, Outcome.ANSWERED),
        (Outcome.NO_PERMISSION, RecordStatus.FAILED, Outcome.NO_PERMISSION),
        (Outcome.CALLER_NO_ANSWER, NO_ANSWER, Outcome.CALLER_NO_ANSWER),
        (Outcome.NO_ANSWER, RecordStatus.BUSY, Outcome.BUSY),
    ],
)
def test_what_no_record_can_tell_stays(
    outcome: Outcome, status: RecordStatus, after: Outcome
) -> None:
    """As long as nobody answered and voicemail did not."""
    house = House()
    missed_call(house)
    house.wait(1000)
    house.book.log[CALL] = replace(in_log(house), outcome=outcome, missed=False)

    house.book.add_past(read(house, record(KITCHEN, status)))

    assert in_log(house).outcome is after
    assert in_log(house).missed is (after not in NOT_MISSED)


def test_nothing_happens_by_what_records_tell() -> None:
    """No event, and no call lives."""
    house = House()
    missed_call(house)
    before = list(house.events)

    fill(house, [record(HALL), record(KITCHEN, call_id="9.1", began=EPOCH + 100)])
    house.wait(1000)

    assert house.events == before
    assert house.book.living == {}
    assert len(house.book.log) == 2


def test_a_call_that_lives_is_left_alone() -> None:
    """Its first part may have left a record; its own report is to come."""
    house, wire, mum = House(), Wire(CALL), inbound(MUM, "88", CALL)
    house.report(wire.alert(mum), wire.ring(Ext(KITCHEN), mum))

    assert read(house, record(KITCHEN)) == []


def test_a_call_that_is_about_to_be_decided_is_left_alone() -> None:
    """Its record is awaited for two seconds."""
    house, wire, mum = House(), Wire(CALL), inbound(MUM, "88", CALL)
    house.report(wire.alert(mum), wire.ring(Ext(KITCHEN), mum))
    house.report(wire.bye(mum, Ext(KITCHEN)), after=8)

    assert read(house, record(KITCHEN)) == []


def test_a_late_report_does_not_undo_what_records_told() -> None:
    """The call ended a minute ago, so reports still complete it."""
    house = House()
    missed_call(house)
    fill(house, [record(HALL)])
    told = in_log(house)

    house.report(Wire(CALL).bye(inbound(MUM, "88", CALL)), after=60)
    house.wait(10)

    assert in_log(house) is told


def test_what_was_learned_meanwhile_is_newer() -> None:
    """Between looking a call up and putting it into the log, its report came."""
    house = House()
    past = read(house, record(KITCHEN, NO_ANSWER))
    house.report(Wire(CALL).record(MUM, KITCHEN, "Inbound"))
    house.wait(10)
    reported = in_log(house)

    assert house.book.add_past(past) == []
    assert in_log(house) is reported


@pytest.mark.parametrize("direction", [INBOUND, OUTBOUND])
def test_a_call_that_only_polls_saw_is_recognised(direction: CallDirection) -> None:
    """It is known by the id of a leg, which its records do not have."""
    house = House()
    leg = f"{EPOCH + 1}.3"
    ends = (MUM, KITCHEN) if direction is INBOUND else (KITCHEN, MUM)
    row_of_call = row(direction, leg, *ends, KITCHEN, status=CallStatus.TALKING)
    house.poll(row_of_call)
    house.wait(30)
    house.poll()
    house.wait(4)
    house.poll()
    house.wait(10)
    assert in_log(house).call_id == leg

    caller, callee = ends
    trunk = "" if direction is OUTBOUND else "Line"
    recorded = record(callee, caller=caller, direction=direction, source_trunk=trunk)
    fill(house, [recorded], [recorded])

    call = in_log(house)
    assert (call.call_id, call.records, call.while_away) == (leg, 1, False)
    assert call.talk_seconds == 34


def test_two_calls_from_one_number_are_two() -> None:
    """Though they began at about the same time: each has records of its own."""
    house = House()
    again = f"{EPOCH + 3}.5"

    fill(
        house,
        [
            record(KITCHEN, NO_ANSWER),
            record(KITCHEN, call_id=again, began=EPOCH + 3),
        ],
    )

    assert list(house.book.log) == [CALL, again]


def test_the_log_keeps_the_newest() -> None:
    """As many as always, in the order in which they ended."""
    house = House()
    rows = [
        record(KITCHEN, call_id=f"{EPOCH + at}.1", began=EPOCH + at)
        for at in range(0, 60 * (MAX_LOG + 10), 60)
    ]

    added = house.book.add_past(read(house, *reversed(rows)))

    assert len(added) == len(house.book.log) == MAX_LOG
    assert list(house.book.log) == [row.call_id for row in rows[10:]]


def zones(hours: Iterable[int]) -> list[timedelta]:
    """Return zones."""
    return [timedelta(hours=hour) for hour in hours]


@pytest.mark.parametrize("zone", zones([-12, -8, 0, 1, 14]))
def test_the_zone_of_rows_does_not_matter(zone: timedelta) -> None:
    """Only their distance from each other does."""
    rows = [record(KITCHEN, NO_ANSWER), record(HALL, after=8, direction=None)]
    moved = [
        replace(row, record=replace(row.record, started=row.record.started + zone))
        for row in rows
        if row.record.started
    ]

    assert call_of(*moved) == call_of(*rows)
