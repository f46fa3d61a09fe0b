"""Calls as polls see them, and polls against reports."""

import pytest

from custom_components.yeastar.pbx.calls.call import CallEventType, CallLeg, Outcome
from custom_components.yeastar.pbx.models import CallDirection, CallStatus
from custom_components.yeastar.pbx.reports import PartyKind

from .bodies import Ext, Wire, inbound, outbound
from .house import EPOCH, IDLE, IN_CALL, RINGING, House, row

MUM, INA, TOM = "5503301", "4001", "4002"
ID, LEG = f"{EPOCH}.2", f"{EPOCH}.3"
WIRE = Wire(ID)
FROM_MUM = inbound(MUM, "88", ID)
TO_MUM = outbound(INA, MUM, LEG)
LEG_TO_MUM = CallLeg(LEG, PartyKind.OUTBOUND, MUM)
TALKING = CallStatus.TALKING
FROM_MUM_RINGS = row(CallDirection.INBOUND, ID, MUM, "88", INA)
FROM_MUM_TALKS = row(CallDirection.INBOUND, ID, MUM, "88", INA, status=TALKING)
TO_MUM_RINGS = row(CallDirection.OUTBOUND, LEG, INA, MUM)
TO_MUM_TALKS = row(CallDirection.OUTBOUND, LEG, INA, MUM, status=TALKING)


# Without any report


def test_polls_alone_see_a_call_from_outside(house: House) -> None:
    """Coarsely: nobody knows when it was answered."""
    house.states[INA] = RINGING
    house.poll(FROM_MUM_RINGS, after=2)
    assert house.call.status == "ringing"
    house.states[INA] = IN_CALL
    house.poll(FROM_MUM_TALKS)
    assert house.call.answered_by == INA
    house.states[INA] = IDLE
    house.poll()
    assert house.book.living
    house.poll()

    call = house.record
    assert (call.outcome, call.missed, call.started) == ("answered", False, EPOCH)
    assert house.happened == [
        ("received",),
        ("received alone", INA),
        ("answered", INA),
        ("ended", INA),
    ]


def test_polls_alone_see_a_missed_call(house: House) -> None:
    """Its phone rang, and then no more."""
    house.states[INA] = RINGING
    house.poll(FROM_MUM_RINGS)
    house.states[INA] = IDLE
    house.poll()
    house.poll()

    assert (house.record.missed, house.record.rang) == (True, (INA,))


def test_polls_alone_see_a_call_to_outside(house: House) -> None:
    """Talking means that the called side answered."""
    house.states[INA] = IN_CALL
    house.poll(TO_MUM_RINGS)
    house.poll(TO_MUM_TALKS)
    house.states[INA] = IDLE
    house.poll()
    house.poll()

    call = house.record
    assert (call.answered_by, call.outcome) == (MUM, "answered")
    assert call.leg() == LEG_TO_MUM


def test_our_dial_is_followed_by_polls_alone(house: House) -> None:
    """Its leg is the one call with the same ends."""
    house.dial(ID, INA, MUM)
    house.states[INA] = RINGING
    for _ in range(3):
        house.poll()
    # No query shows it while the caller's own phone rings.
    assert house.call.answered_by == ""
    house.states[INA] = IN_CALL
    house.poll(TO_MUM_RINGS)
    assert house.call.legs == (LEG_TO_MUM,)
    assert house.book.find(LEG) == house.call
    house.poll(TO_MUM_TALKS)
    house.states[INA] = IDLE
    house.poll()
    house.poll()

    assert (house.record.call_id, house.record.outcome) == (ID, "answered")
    assert house.count(CallEventType.STARTED) == 1


def test_our_dial_whose_caller_never_picks_up_is_over(house: House) -> None:
    """Its phone rang, and then no more; no query showed it."""
    house.dial(ID, INA, MUM)
    house.states[INA] = RINGING
    house.poll()
    house.states[INA] = IDLE
    house.poll()
    house.poll()

    assert house.record.outcome is Outcome.CALLER_NO_ANSWER


def test_our_internal_dial_is_followed_by_its_phones(house: House) -> None:
    """The called phone rang or was free before it talked."""
    house.dial(ID, INA, TOM, CallDirection.INTERNAL)
    house.states[INA] = RINGING
    house.poll()
    house.states |= {INA: IN_CALL, TOM: RINGING}
    house.poll()
    assert house.call.rang == (TOM,)
    assert house.call.answered_by == ""
    house.states[TOM] = IN_CALL
    house.poll()
    assert house.call.answered_by == TOM
    house.states |= {INA: IDLE, TOM: IDLE}
    house.poll()
    house.poll()

    assert house.record.outcome is Outcome.ANSWERED


def test_two_of_our_dials_with_the_same_ends_keep_their_own_legs(house: House) -> None:
    """A leg that may belong to two calls belongs to none."""
    house.dial(ID, INA, MUM)
    house.dial(f"{EPOCH}.8", INA, MUM)
    house.poll(TO_MUM_RINGS)

    assert [call.legs for call in house.book.living.values()][:2] == [(), ()]


# One record


def test_what_polls_saw_becomes_the_call_that_we_dialled(house: House) -> None:
    """The query was faster than the answer to our request."""
    house.poll(TO_MUM_RINGS)
    house.dial(ID, INA, MUM)

    assert house.call.call_id == ID
    assert house.count(CallEventType.STARTED) == 1


@pytest.mark.parametrize("over", [False, True])
def test_what_polls_saw_becomes_the_call_that_a_record_names(
    house: House, over: bool
) -> None:
    """By who called whom, while it lives and shortly after."""
    house.poll(TO_MUM_TALKS)
    if over:
        house.poll()
        house.poll()
    house.report(WIRE.record(INA, MUM, "Outbound", seconds=9, talk=5))
    house.wait()

    assert (house.record.call_id, house.record.legs) == (ID, (LEG_TO_MUM,))
    assert house.book.concluded >= {ID}
    assert house.count(CallEventType.STARTED) == 1
    assert house.count(CallEventType.ENDED) == 1


def test_another_call_to_the_same_number_is_another_record(house: House) -> None:
    """A record is used up by the first."""
    house.poll(TO_MUM_TALKS)
    house.poll()
    house.poll()
    house.report(WIRE.record(INA, MUM, "Outbound"))
    house.report(Wire(f"{EPOCH + 30}.9").record(INA, MUM, "Outbound"))
    house.wait()

    assert len(house.book.log) == 2


def test_what_polls_saw_becomes_the_call_that_a_report_names() -> None:
    """The report names the leg."""
    house = House()
    house.poll(TO_MUM_RINGS)
    house.report(WIRE.ring(TO_MUM, Ext(INA)))
    house.report(WIRE.answer(TO_MUM, Ext(INA)))

    assert house.call.call_id == ID
    assert house.book.find(LEG) == house.call
    assert [what for what, *_ in house.happened] == ["started", "answered"]


def test_reports_that_are_too_late_complete_what_polls_saw() -> None:
    """It is still one record, under the call's own id."""
    house = House()
    house.poll(TO_MUM_RINGS)
    house.poll()
    house.poll()
    house.report(WIRE.ring(TO_MUM, Ext(INA)), WIRE.answer(TO_MUM, Ext(INA)))
    house.wait()

    assert (house.record.call_id, house.record.outcome) == (ID, "answered")
    assert house.book.concluded == {ID, LEG}


def test_a_poll_sent_before_the_end_makes_no_second_record(house: House) -> None:
    """It shows a leg of what ended meanwhile."""
    house.dial(ID, INA, MUM)
    sent = house.send()
    house.report(WIRE.bye(Ext(INA)))
    house.poll(TO_MUM_RINGS, after=0, order=sent)
    house.wait()

    assert house.record.call_id == ID


# Which is newer


def test_a_poll_sent_before_a_call_began_does_not_end_it(house: House) -> None:
    """It could not show it."""
    sent = [house.send(), house.send(), house.send()]
    house.report(WIRE.ring(Ext(INA), FROM_MUM))
    for order in sent:
        house.poll(order=order)

    assert house.book.living


def test_a_poll_sent_before_the_end_does_not_undo_it(house: House) -> None:
    """However often it shows it."""
    house.report(WIRE.ring(Ext(INA), FROM_MUM))
    sent = [house.send(), house.send(), house.send()]
    house.report(WIRE.bye(FROM_MUM, Ext(INA)))
    for order in sent:
        house.poll(FROM_MUM_RINGS, after=1, order=order)

    assert house.record.missed


def test_a_poll_after_a_report_needs_a_second_one_to_end_a_call(house: House) -> None:
    """A report in between starts the count again."""
    house.report(WIRE.ring(Ext(INA), FROM_MUM))
    house.poll()
    house.report(WIRE.answer(Ext(INA), FROM_MUM))
    house.poll()
    assert house.book.living
    house.poll()

    assert not house.book.living


def test_polls_in_a_burst_of_reports_do_not_end_a_call(house: House) -> None:
    """The PBX may need a moment to list the call, and another phone may report."""
    house.report(WIRE.alert(FROM_MUM), WIRE.ring(Ext(INA), FROM_MUM))
    for _ in range(4):
        house.poll(after=0.3)
    assert house.book.living
    house.poll(after=3)

    assert not house.book.living


def test_polls_in_a_burst_of_reports_do_not_bring_a_call_back(house: House) -> None:
    """The PBX may need a moment to forget it as well."""
    house.report(WIRE.ring(Ext(INA), FROM_MUM), WIRE.bye(FROM_MUM, Ext(INA)))
    for _ in range(4):
        house.poll(FROM_MUM_RINGS, after=0.3)
    assert not house.book.living
    house.poll()

    assert house.count(CallEventType.ENDED) == 1


def test_incomplete_lists_end_nothing(house: House) -> None:
    """What is not in them may still exist."""
    house.report(WIRE.ring(Ext(INA), FROM_MUM))
    for _ in range(5):
        house.poll(complete=False)

    assert house.book.living


def test_a_phone_that_is_busy_keeps_a_call_that_no_query_showed(house: House) -> None:
    """Queries show only what reached a trunk."""
    house.report(WIRE.ring(Ext(INA), FROM_MUM))
    house.states[INA] = RINGING
    for _ in range(5):
        house.poll()

    assert house.book.living


def test_a_phone_in_a_newer_call_keeps_no_older_one(house: House) -> None:
    """The report of its end was lost, and no query shows calls between phones."""
    house.report(WIRE.ring(Ext(TOM), Ext(INA)), WIRE.answer(Ext(TOM), Ext(INA)))
    house.states |= {INA: IN_CALL, TOM: IN_CALL}
    house.poll()
    newer = Wire(f"{EPOCH + 20}.9")
    mum = inbound(MUM, "88", newer.call_id)
    house.report(newer.ring(Ext(INA), mum), newer.answer(Ext(INA), mum))
    shown = row(CallDirection.INBOUND, newer.call_id, MUM, "88", INA, status=TALKING)
    for _ in range(3):
        house.poll(shown)
    # The other one may still be on hold.
    assert len(house.book.living) == 2
    house.states[TOM] = IDLE
    house.poll(shown)
    house.poll(shown)

    assert set(house.book.living) == {newer.call_id}


def test_a_call_that_queries_showed_is_gone_with_them(house: House) -> None:
    """Its phone may be busy with another call."""
    house.states[INA] = IN_CALL
    house.poll(FROM_MUM_TALKS)
    house.poll()
    house.poll()

    assert not house.book.living


def test_a_call_goes_on_that_one_more_poll_shows_after_a_record(house: House) -> None:
    """One of several records is not the end."""
    house.report(WIRE.ring(Ext(INA), FROM_MUM))
    house.report(WIRE.record(MUM, "6500", "Inbound", seconds=5, talk=5))
    house.poll(FROM_MUM_TALKS, after=1)
    house.wait(10)

    assert house.book.living


# After the end


def test_two_polls_after_the_end_bring_a_call_back(house: House) -> None:
    """Moving a call may end one of its legs."""
    house.report(WIRE.ring(Ext(INA), FROM_MUM), WIRE.answer(Ext(INA), FROM_MUM))
    house.report(WIRE.bye(Ext(INA), FROM_MUM))
    house.wait()
    house.poll(FROM_MUM_TALKS)
    assert not house.book.living
    house.book.concluded.clear()
    house.poll(FROM_MUM_TALKS)
    assert house.call.outcome is None
    assert not house.book.log
    assert house.book.concluded == {ID}
    house.poll()
    house.poll()

    assert house.record.outcome is Outcome.ANSWERED


def test_late_reports_do_not_bring_a_call_back(house: House) -> None:
    """They complete its record, and are no news."""
    house.report(WIRE.ring(Ext(INA), FROM_MUM))
    house.report(WIRE.bye(FROM_MUM, Ext(INA)))
    house.wait()
    events = len(house.events)
    house.report(WIRE.ring(Ext(TOM), FROM_MUM), WIRE.alert(FROM_MUM))

    assert not house.book.living
    assert house.record.rang == (INA, TOM)
    assert len(house.events) == events
