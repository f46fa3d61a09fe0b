"""Reports that come late, twice, in any order or about the unknown; and bounds."""

import time

import pytest

from custom_components.yeastar.pbx.calls import model
from custom_components.yeastar.pbx.calls.call import CallEventType, Outcome
from custom_components.yeastar.pbx.calls.model import Calls
from custom_components.yeastar.pbx.models import CallDirection

from .bodies import Ext, Shape, Wire, inbound, outbound
from .house import EPOCH, House, row

MUM, INA, TOM = "5503301", "4001", "4002"
ID, LEG = f"{EPOCH}.2", f"{EPOCH}.3"
WIRE = Wire(ID)
FROM_MUM = inbound(MUM, "88", ID)
TO_MUM = outbound(INA, MUM, LEG)
ANSWERED_CALL = (
    WIRE.alert(FROM_MUM),
    WIRE.ring(Ext(INA), FROM_MUM),
    WIRE.answer(Ext(INA), FROM_MUM),
    WIRE.answered(FROM_MUM, Ext(INA)),
    WIRE.bye(FROM_MUM, Ext(INA)),
    WIRE.record(MUM, INA, "Inbound"),
)


def test_the_end_may_come_before_the_answer(house: House) -> None:
    """Late reports end in the same record."""
    alert, ring, answer, answered, bye, record = ANSWERED_CALL
    house.report(alert, ring, bye, record, answered, answer)
    house.wait()
    in_order = House(house.shape)
    in_order.report(*ANSWERED_CALL)
    in_order.wait()

    assert house.record == in_order.record
    assert house.count(CallEventType.ENDED) == 1
    assert house.count(CallEventType.MISSED) == 0


def test_an_answer_that_comes_after_the_decision_corrects_it(house: House) -> None:
    """The record is put right, without another event."""
    house.report(WIRE.ring(Ext(INA), FROM_MUM), WIRE.bye(FROM_MUM, Ext(INA)))
    house.wait()
    assert house.record.missed
    house.book.concluded.clear()
    house.report(WIRE.answer(Ext(INA), FROM_MUM))

    assert house.record.outcome is Outcome.ANSWERED
    assert house.book.concluded == {ID}


def test_a_record_that_comes_after_the_decision_corrects_it(house: House) -> None:
    """So is the time it rang."""
    house.report(WIRE.ring(Ext(INA), FROM_MUM), WIRE.bye(FROM_MUM, Ext(INA)))
    house.wait(60)
    assert house.record.missed
    house.book.concluded.clear()
    house.report(WIRE.record(MUM, INA, "Inbound", seconds=30, talk=20))
    house.wait()

    call = house.record
    assert (call.missed, call.outcome, call.answered_by) == (False, "answered", INA)
    assert (call.ring_seconds, call.talk_seconds) == (10, 20)
    assert house.book.concluded == {ID}
    assert house.count(CallEventType.ENDED) == 1


@pytest.mark.parametrize("number", range(len(ANSWERED_CALL)))
def test_a_repeated_report_changes_nothing_and_fires_nothing(
    house: House, number: int
) -> None:
    """Whichever report it is, while the call lives."""
    house.report(*ANSWERED_CALL[: number + 1])
    before = dict(house.book.living), dict(house.book.log)
    house.book.changed.clear()
    house.book.touched.clear()

    assert house.report(ANSWERED_CALL[number], ANSWERED_CALL[number]) == []
    assert (house.book.living, house.book.log) == before
    assert not house.book.changed
    assert not house.book.touched


def test_a_repeated_record_does_not_decide_again(house: House) -> None:
    """The same holds for the record itself."""
    house.report(*ANSWERED_CALL)
    house.wait()
    house.book.concluded.clear()
    house.report(ANSWERED_CALL[-1])
    house.wait()

    assert not house.book.concluded


def test_a_repeated_failure_or_transfer_fires_nothing(house: House) -> None:
    """What may happen again is told by its parties and reason."""
    house.report(*ANSWERED_CALL[:4])
    transfer = WIRE.other("Tranfer", Ext(INA), FROM_MUM)
    failure = WIRE.failed("DND", Ext(TOM))
    house.report(transfer, failure)

    assert house.report(transfer, failure) == []


def test_a_clone_that_ends_each_call_twice_makes_no_ghost(house: House) -> None:
    """The second time by an id of nothing, with the same parties."""
    house.report(*ANSWERED_CALL[:5])
    house.report(Wire(f"{EPOCH}.9").bye(Ext(INA), FROM_MUM))
    house.wait()
    house.poll()
    house.poll()

    assert ID in house.book.log
    assert len(house.book.log) == 1
    assert not house.book.living


def test_the_end_by_the_id_of_a_leg_is_the_end_of_its_call() -> None:
    """Some boxes use it so."""
    house = House()
    house.report(WIRE.ring(TO_MUM, Ext(INA)))
    house.report(Wire(LEG).bye(Ext(INA), TO_MUM))
    house.wait()

    assert house.record.call_id == ID


def test_an_end_of_an_unknown_call_is_no_call(house: House) -> None:
    """We saw nothing of it."""
    house.report(WIRE.bye())
    house.wait()

    assert not house.book.log
    assert not house.events


# Times


def test_a_start_is_told_by_the_id_of_the_call(house: House) -> None:
    """However late its first report comes."""
    house.now += 7
    house.report(*ANSWERED_CALL)
    house.wait()

    assert house.record.started == EPOCH


@pytest.mark.parametrize("zone", [-8.0, 0.0, 2.0, 5.5, 5.75])
def test_the_zone_of_the_pbx_does_not_matter(house: House, zone: float) -> None:
    """Some zones are off by half or quarter hours."""
    house.report(WIRE.record(MUM, INA, "Inbound", after=int(zone * 3600), zone=0))
    house.wait()

    assert house.record.started == EPOCH


def test_an_id_that_its_record_contradicts_is_no_time(house: House) -> None:
    """Then the time when we saw it counts."""
    house.now += 100_000
    house.report(WIRE.record(MUM, INA, "Inbound", after=400))
    house.wait()

    assert house.record.started == EPOCH + 100_000


@pytest.mark.parametrize("call_id", ["abc", "12.5", "99999999999.1", "²²²", "-1.2"])
def test_an_id_may_be_anything(house: House, call_id: str) -> None:
    """Then the time when we saw it counts."""
    house.report(Wire(call_id).ring(Ext(TOM), Ext(INA)))

    assert house.call.started == house.now


# An earlier run


def test_the_log_of_an_earlier_run_comes_back(house: House) -> None:
    """What still comes does not write its records anew."""
    house.report(*ANSWERED_CALL)
    house.wait()
    later = House(house.shape)
    later.book.restore(house.book.log.values())

    assert later.book.log == house.book.log
    later.report(*ANSWERED_CALL[:3])
    later.report(WIRE.record(MUM, INA, "Inbound", status="NO ANSWER"))
    later.wait()
    later.poll()
    assert later.book.log == house.book.log
    assert later.events == []
    later.book.forget_before(EPOCH + 1)
    assert not later.book.log


def test_a_call_that_outlives_a_restart_is_found_again(house: House) -> None:
    """Polls show it, reports go on."""
    house.poll(row(CallDirection.INBOUND, ID, MUM, "88", INA), after=0)
    house.report(*ANSWERED_CALL[2:])
    house.wait()

    assert house.record.outcome is Outcome.ANSWERED


# Bounds


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls, records, and all that leads to them."""
    for name in ("MAX_LIVING", "MAX_TOMBSTONES", "MAX_LOG"):
        monkeypatch.setattr(model, name, 10)
    house = House()
    for number in range(50):
        wire = Wire(f"{EPOCH + number}.1")
        house.report(wire.ring(Ext(INA), inbound(MUM, "88", f"x{number}")))
        assert len(house.book.living) <= 10
    for number in range(50):
        house.report(Wire(f"{EPOCH + number}.1").bye(Ext(INA)))
        house.wait()
        assert len(house.book.log) <= 10
    house.poll()
    house.poll(after=2 * model.TOMBSTONE_SECONDS)

    assert len(house.book.log) == 10
    kept = vars(house.book)
    for name in ("_entries", "_tombstones", "_by_alias", "_by_extension", "_due"):
        assert not kept[name], name


def test_a_call_that_only_polls_knew_leaves_nothing_behind() -> None:
    """Its leg and its ends are forgotten with it."""
    house = House()
    house.poll(row(CallDirection.OUTBOUND, LEG, INA, MUM))
    house.poll()
    house.poll()
    house.poll(after=2 * model.TOMBSTONE_SECONDS)

    assert house.record.call_id == LEG
    assert not vars(house.tracker)["_listed_only"]
    assert not vars(house.tracker)["_phones"]
    assert not vars(house.book)["_by_alias"]


def seconds_per_report(living: int, over: int) -> float:
    """Return how long a report about one of so many calls takes."""
    house = House(Shape.FLAT)
    for number in range(living + over):
        wire = Wire(f"{EPOCH + number}.1")
        house.report(wire.ring(Ext(str(number % 500)), inbound(MUM, "88", f"{number}")))
        if number < over:
            house.report(wire.bye(Ext(str(number % 500))))
    house.wait()
    house.book.tick(house.now)
    assert len(house.book.living) == living
    best = float("inf")
    for turn in range(5):
        start = time.perf_counter()
        for number in range(40):
            wire = Wire(f"{EPOCH + over + number % 10}.1")
            house.report(wire.other("DTMF", Ext("1"), info="1", flag=f"{turn}{number}"))
        best = min(best, time.perf_counter() - start)
    return best


def test_a_report_costs_the_same_however_many_calls_there_are() -> None:
    """Nothing walks through all calls for one report."""
    assert seconds_per_report(1000, 450) < 4 * seconds_per_report(10, 10)


def test_a_new_book_is_empty() -> None:
    """There is nothing to do and nothing to find."""
    book = Calls(lambda number: False)

    assert (book.living, book.log, book.next_due) == ({}, {}, None)
    assert book.find(ID) is None
    assert book.of_extension(INA) == ()


def test_a_clock_that_jumps_ends_and_buries_calls_at_once(house: House) -> None:
    """As when the machine slept for an hour."""
    other = Wire(f"{EPOCH + 5}.7")
    house.report(WIRE.ring(Ext(INA), FROM_MUM), WIRE.record(MUM, INA, "Inbound"))
    house.report(other.ring(Ext(TOM), Ext(INA)), other.bye(Ext(INA), Ext(TOM)))
    house.now += 3600
    house.events += house.book.tick(house.now)

    assert not house.book.living
    assert house.book.next_due is None
    assert set(house.book.log) == {ID, other.call_id}
