"""Calls as reports tell them, in all three shapes."""

import pytest

from custom_components.yeastar.pbx.calls.call import CallEventType, CallLeg, Outcome
from custom_components.yeastar.pbx.models import CallDirection
from custom_components.yeastar.pbx.reports import PartyKind

from .bodies import BOOT, Ext, Line, Wire, inbound, outbound
from .house import EPOCH, IDLE, IN_CALL, ON_HOLD, RINGING, House

MUM, INA, TOM, BOB = "5503301", "4001", "4002", "4003"
ID, OTHER_ID = f"{EPOCH}.2", f"{EPOCH + 1}.5"
LEG = f"{EPOCH}.3"
WIRE, OTHER = Wire(ID), Wire(OTHER_ID)
FROM_MUM = inbound(MUM, "88", ID)
TO_MUM = outbound(INA, MUM, LEG)
RINGS_INA = (
    WIRE.alert(FROM_MUM),
    WIRE.ring(Ext(INA), FROM_MUM),
)
INA_ANSWERS = (
    WIRE.answer(Ext(INA), FROM_MUM),
    WIRE.answered(FROM_MUM, Ext(INA)),
)


def calls_mum(house: House) -> None:
    """Let Ina's phone ring Mum."""
    house.report(WIRE.alert(Ext(INA)), WIRE.ring(TO_MUM, Ext(INA)))


# From outside


def test_somebody_outside_calls_and_ina_answers(house: House) -> None:
    """Ring, answer, talk, hang up, and the record of it."""
    house.report(*RINGS_INA)
    assert house.call.status == "ringing"
    house.report(*INA_ANSWERS, after=5)
    assert house.call.status == "talking"
    assert house.call.outcome is None
    house.report(WIRE.bye(FROM_MUM, Ext(INA)), after=20)
    house.report(WIRE.record(MUM, INA, "Inbound", seconds=25, talk=20, recording="r"))
    house.wait()

    call = house.record
    assert call.direction is CallDirection.INBOUND
    assert (call.caller, call.callee, call.trunk) == (MUM, "88", "Line")
    assert (call.answered_by, call.outcome, call.missed) == (INA, "answered", False)
    assert (call.started, call.answered, call.ended) == (EPOCH, EPOCH + 5, EPOCH + 25)
    assert (call.ring_seconds, call.talk_seconds, call.recording) == (5, 20, "r")
    assert call.status is None
    assert house.happened == [
        ("received",),
        ("received alone", INA),
        ("answered", INA),
        ("ended", INA),
    ]


def test_an_answer_is_known_without_a_record_too(house: House) -> None:
    """Reports of the phones are enough."""
    house.report(*RINGS_INA)
    house.report(*INA_ANSWERS, after=5)
    house.report(WIRE.bye(Ext(INA), FROM_MUM), after=20)
    house.wait()

    call = house.record
    assert (call.outcome, call.ring_seconds, call.talk_seconds) == ("answered", 5, 20)


def test_nobody_answers(house: House) -> None:
    """The phone that rang is named, and the time it rang."""
    house.report(*RINGS_INA)
    house.report(WIRE.bye(FROM_MUM, Ext(INA)), after=20)
    house.report(WIRE.record(MUM, INA, "Inbound", status="NO ANSWER", seconds=20))
    house.wait()

    call = house.record
    assert (call.outcome, call.missed, call.rang) == ("no_answer", True, (INA,))
    assert (call.ring_seconds, call.talk_seconds, call.answered) == (20, 0, None)
    assert house.happened == [
        ("received",),
        ("received alone", INA),
        ("missed", INA),
        ("ended", INA),
    ]


def test_who_gives_up_in_a_queue_was_missed(house: House) -> None:
    """No phone of ours ever rang."""
    house.report(WIRE.alert(FROM_MUM), WIRE.answered(FROM_MUM))
    house.report(WIRE.bye(FROM_MUM), after=30)
    house.report(WIRE.record(MUM, "6700", "Inbound", status="NO ANSWER", seconds=30))
    house.wait()

    assert house.record.missed
    assert house.record.rang == ()


def test_an_ivr_that_answers_is_nobody(house: House) -> None:
    """Its record says ANSWERED, but by the number of the IVR."""
    house.report(WIRE.answered(FROM_MUM))
    house.report(WIRE.bye(FROM_MUM), after=30)
    house.report(WIRE.record(MUM, "6500", "Inbound", seconds=30, talk=29))
    house.wait()

    call = house.record
    assert (call.missed, call.answered_by, call.talk_seconds) == (True, "", 0)


def test_a_queue_rings_three_and_one_answers(house: House) -> None:
    """The two that did not are told, but missed nothing."""
    house.report(WIRE.alert(inbound(MUM, "6200", ID)))
    for number in (INA, TOM, BOB):
        house.report(WIRE.ring(Ext(number), FROM_MUM))
    house.report(WIRE.answer(Ext(TOM), FROM_MUM), after=4)
    house.report(WIRE.bye(FROM_MUM, Ext(TOM)), after=20)
    house.report(WIRE.record(MUM, TOM, "Inbound", seconds=24, talk=20))
    house.wait()

    call = house.record
    assert (call.answered_by, call.rang, call.missed) == (TOM, (INA, TOM, BOB), False)
    assert house.happened == [
        ("received",),
        ("received alone", INA),
        ("received alone", TOM),
        ("received alone", BOB),
        ("answered", TOM),
        ("ended", INA, TOM, BOB),
    ]


def test_a_record_names_the_group_and_who_answered_for_it(house: House) -> None:
    """As boxes write it: 6200(4002)."""
    house.report(WIRE.record(MUM, "6200(4002)", "Inbound", seconds=30, talk=21))
    house.wait()

    call = house.record
    assert (call.callee, call.answered_by, call.missed) == ("6200", TOM, False)
    assert (call.ring_seconds, call.talk_seconds) == (9, 21)


def test_a_call_leaves_several_records(house: House) -> None:
    """One for each agent in vain, one for who answered."""
    house.report(
        WIRE.record(MUM, "6200(4001)", "Inbound", status="NO ANSWER", seconds=10),
        WIRE.record(MUM, "6200(4003)", "Inbound", status="NO ANSWER", seconds=10),
        WIRE.record(MUM, "6200(4002)", "Inbound", seconds=30, talk=20, after=10),
    )
    house.wait()

    call = house.record
    assert (call.answered_by, call.outcome, call.missed) == (TOM, "answered", False)
    assert (call.ring_seconds, call.talk_seconds) == (20, 20)
    assert call.ended == EPOCH + 40


def test_the_time_in_an_ivr_is_no_talk(house: House) -> None:
    """Only who talks to a person talks."""
    house.report(
        WIRE.record(MUM, "6500", "Inbound", seconds=10, talk=10),
        WIRE.record(MUM, INA, "Inbound", seconds=30, talk=20, after=10),
    )
    house.wait()

    assert (house.record.callee, house.record.talk_seconds) == ("6500", 20)


def test_the_first_record_says_who_called_whom(house: House) -> None:
    """A transfer leaves a record between other parties, which says who talked last."""
    house.report(
        WIRE.record(INA, TOM, "Transfer", seconds=30, talk=20, after=40),
        WIRE.record(MUM, INA, "Inbound", seconds=40, talk=30),
    )
    house.wait()

    call = house.record
    assert (call.caller, call.callee, call.answered_by) == (MUM, INA, TOM)


def test_voicemail_is_not_missed(house: House) -> None:
    """The record says so after the end."""
    house.report(*RINGS_INA)
    house.report(WIRE.bye(FROM_MUM), after=20)
    house.report(WIRE.record(MUM, INA, "Inbound", status="VOICEMAIL"))
    house.wait()

    assert (house.record.outcome, house.record.missed) == ("voicemail", False)
    assert house.count(CallEventType.MISSED) == 0


def test_what_we_refuse_is_not_missed(house: House) -> None:
    """We said no within the ten seconds of an Invite."""
    house.report(WIRE.other("Invite", FROM_MUM))
    house.refuse(ID)
    house.report(WIRE.bye(FROM_MUM))
    house.wait()

    assert (house.record.outcome, house.record.missed) == ("refused", False)


def test_a_call_forwarded_to_a_mobile_and_answered_there_is_not_missed(
    house: House,
) -> None:
    """Somebody answered, though no phone of ours."""
    mobile = outbound(MUM, "0171", LEG)
    house.report(WIRE.alert(FROM_MUM), WIRE.ring(mobile, FROM_MUM))
    house.report(WIRE.answer(mobile, FROM_MUM), after=5)
    house.report(WIRE.bye(FROM_MUM, mobile), after=5)
    house.report(WIRE.record(MUM, "0171", "Inbound", seconds=10, talk=5))
    house.wait()

    call = house.record
    assert (call.direction, call.answered_by) == (CallDirection.INBOUND, "0171")
    assert not call.missed


def test_one_phone_of_a_ring_group_may_fail(house: House) -> None:
    """The others go on ringing."""
    house.report(*RINGS_INA, WIRE.failed("DND", Ext(TOM)))
    house.wait(10)

    assert house.call.status == "ringing"
    assert house.happened[-1][0] == "failed"


def test_a_phone_inside_of_a_ring_group_may_fail(house: House) -> None:
    """No query shows the call; its ringing phones do."""
    house.report(WIRE.ring(Ext(TOM), Ext(INA)), WIRE.failed("DND", Ext(BOB)))
    house.phone(TOM, RINGING)
    house.poll(after=1)
    house.wait(10)

    assert TOM in house.call.rang


# To outside


def test_ina_calls_mum_who_answers(house: House) -> None:
    """The outside leg rings; the caller's phone does not."""
    calls_mum(house)
    assert house.call.answered_by == ""
    house.report(WIRE.answer(TO_MUM, Ext(INA)), WIRE.answered(Ext(INA), TO_MUM))
    house.report(WIRE.bye(Ext(INA), TO_MUM), after=10)
    house.report(WIRE.record(INA, MUM, "Outbound", seconds=10, talk=8))
    house.wait()

    call = house.record
    assert (call.direction, call.caller, call.callee) == ("outbound", INA, MUM)
    assert (call.answered_by, call.outcome, call.missed) == (MUM, "answered", False)
    assert call.rang == ()
    assert (call.ring_seconds, call.talk_seconds) == (2, 8)
    assert house.happened == [("started", INA), ("answered", INA), ("ended", INA)]


def test_a_call_is_announced_once_both_ends_are_known(house: House) -> None:
    """The first report names the caller alone."""
    house.report(WIRE.alert(Ext(INA)))
    assert house.events == []
    house.report(WIRE.ring(TO_MUM, Ext(INA)))

    assert [event.call.callee for event in house.events] == [MUM]


def test_mum_does_not_answer(house: House) -> None:
    """Nobody here missed anything."""
    calls_mum(house)
    house.report(WIRE.bye(Ext(INA), TO_MUM), after=10)
    house.report(WIRE.record(INA, MUM, "Outbound", status="NO ANSWER"))
    house.wait()

    assert (house.record.outcome, house.record.missed) == ("no_answer", False)


def test_a_record_alone_says_that_mum_was_busy(house: House) -> None:
    """Boxes may report calls by hand only then."""
    house.report(WIRE.record(INA, MUM, "Outbound", status="BUSY", seconds=3))
    house.wait()

    assert (house.record.outcome, house.record.ring_seconds) == ("busy", 3)


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("NO Outbound Restriction", Outcome.NO_PERMISSION),
        ("DND", Outcome.BUSY),
        ("User busy", Outcome.BUSY),
        ("486 Busy Here", Outcome.BUSY),
        ("User alerting, no answer", Outcome.NO_ANSWER),
        ("408 Request Time", Outcome.NO_ANSWER),
        ("487 Request Terminated", Outcome.NO_ANSWER),
        ("480 Temporarily unavailable", Outcome.FAILED),
        ("480", Outcome.FAILED),
        ("603 Declined", Outcome.REFUSED),
        ("Line unreachable", Outcome.FAILED),
        ("404 NOT found", Outcome.FAILED),
        ("484 Address Incomplete", Outcome.FAILED),
        ("410 Gone", Outcome.FAILED),
        ("Circuit/channel congestion", Outcome.FAILED),
    ],
)
def test_a_call_fails(house: House, reason: str, outcome: Outcome) -> None:
    """In the words of all versions of the guide."""
    calls_mum(house)
    house.report(WIRE.failed(reason, TO_MUM))
    house.wait()

    assert (house.record.outcome, house.record.reason) == (outcome, reason)
    assert house.happened == [("started", INA), ("failed", INA), ("ended", INA)]


# Inside the house


def test_ina_calls_tom(house: House) -> None:
    """Nothing of it is on a trunk."""
    ina, tom = Ext(INA), Ext(TOM)
    house.report(WIRE.alert(ina), WIRE.ring(tom, ina))
    house.report(WIRE.answer(tom, ina), WIRE.answered(ina, tom), after=3)
    house.report(WIRE.bye(tom, ina), after=10)
    house.report(WIRE.record(INA, TOM, "Internal", seconds=13, talk=10))
    house.wait()

    call = house.record
    assert (call.direction, call.caller, call.callee) == ("internal", INA, TOM)
    assert (call.extensions, call.rang, call.legs) == ((INA, TOM), (TOM,), ())
    assert (call.answered_by, call.outcome, call.missed) == (TOM, "answered", False)
    assert house.happened == [
        ("started", INA),
        ("received alone", TOM),
        ("answered", TOM, INA),
        ("ended", INA, TOM),
    ]


def test_an_internal_call_whose_reports_get_lost_lives_by_its_phones(
    house: House,
) -> None:
    """Their states tell that it goes on, and when it ends."""
    house.report(WIRE.ring(Ext(TOM), Ext(INA)))
    house.phone(TOM, RINGING)
    house.phone(TOM, IN_CALL)
    for _ in range(5):
        house.poll()
    assert house.call.answered_by == TOM
    house.states[TOM] = IDLE
    house.poll()
    assert house.book.living
    house.poll()

    assert house.record.outcome is Outcome.ANSWERED


# By the API


def test_the_callers_own_phone_picked_up_is_no_answer(house: House) -> None:
    """First our own phone rings, then the one we call."""
    house.dial(ID, INA, MUM)
    house.report(WIRE.ring(Ext(INA)))
    assert house.call.rang == ()
    calls_mum(house)
    assert house.call.answered_by == ""
    house.report(WIRE.bye(Ext(INA), TO_MUM), after=10)
    house.wait()

    assert house.record.outcome is Outcome.NO_ANSWER
    assert house.happened == [("started", INA), ("ended", INA)]


def test_the_callers_own_phone_is_never_picked_up(house: House) -> None:
    """Nobody was called at all."""
    house.dial(ID, INA, MUM)
    house.report(WIRE.ring(Ext(INA)))
    house.report(WIRE.bye(Ext(INA)), after=30)
    house.wait()

    assert house.record.outcome is Outcome.CALLER_NO_ANSWER


@pytest.mark.parametrize(
    ("number", "outcome"), [(INA, Outcome.CALLER_NO_ANSWER), (TOM, Outcome.BUSY)]
)
def test_the_callers_own_phone_that_fails_is_told_from_the_called_one(
    house: House, number: str, outcome: Outcome
) -> None:
    """The failure names the phone."""
    house.dial(ID, INA, TOM, CallDirection.INTERNAL)
    house.report(WIRE.failed("DND", Ext(number)))
    house.wait()

    assert (house.record.outcome, house.record.reason) == (outcome, "DND")


def test_a_report_may_come_before_the_answer_to_our_request(house: House) -> None:
    """Who called is known once the answer is there."""
    house.report(WIRE.ring(Ext(INA)))
    house.dial(ID, INA, TOM, CallDirection.INTERNAL)
    assert (house.call.caller, house.call.callee) == (INA, TOM)
    house.report(WIRE.ring(Ext(TOM), Ext(INA)), WIRE.answer(Ext(TOM), Ext(INA)))

    assert house.call.answered_by == TOM
    assert house.call.rang == (TOM,)
    assert house.happened == [
        ("started", INA),
        ("received alone", TOM),
        ("answered", TOM, INA),
    ]


def test_a_failure_may_come_before_the_answer_to_our_request(house: House) -> None:
    """The reason waits for the call it belongs to."""
    house.report(WIRE.failed("User busy"))
    house.dial(ID, INA, MUM)
    house.wait()

    assert house.record.outcome is Outcome.BUSY
    assert house.happened == [("started", INA), ("failed", INA), ("ended", INA)]


def test_the_leg_is_learned_from_a_report(house: House) -> None:
    """Both ids mean the same call; v2 has no such ids."""
    house.dial(ID, INA, MUM)
    calls_mum(house)

    if house.shape == "v2":
        assert house.call.legs == ()
        return
    assert house.call.leg() == CallLeg(LEG, PartyKind.OUTBOUND, MUM)
    assert house.book.find(LEG) == house.book.find(ID) == house.call


# In the middle


def test_tom_takes_over_from_ina(house: House) -> None:
    """Who got the call by a transfer talks, and is named as who answered."""
    house.report(*RINGS_INA, *INA_ANSWERS)
    house.report(WIRE.other("Tranfer", Ext(INA), FROM_MUM), after=5)
    house.report(WIRE.ring(Ext(TOM), FROM_MUM), WIRE.answer(Ext(TOM), FROM_MUM))
    assert house.call.answered_by == TOM
    house.report(WIRE.bye(FROM_MUM, Ext(TOM)), after=5)
    house.wait()

    call = house.record
    assert (call.extensions, call.answered_by) == ((INA, TOM), TOM)
    assert (call.ring_seconds, call.talk_seconds) == (0, 10)
    assert house.happened == [
        ("received",),
        ("received alone", INA),
        ("answered", INA),
        ("transferred", INA),
        ("received alone", TOM),
        ("answered alone", TOM),
        ("ended", INA, TOM),
    ]


def test_we_transfer_a_call(house: House) -> None:
    """The PBX sends no report then."""
    house.report(*RINGS_INA, *INA_ANSWERS)
    house.move(ID)

    assert house.count(CallEventType.TRANSFERRED) == 1


def test_hold_and_resume(house: House) -> None:
    """Only v2 reports it; else the phone's state says so."""
    house.report(*RINGS_INA, *INA_ANSWERS)
    if house.shape == "v2":
        house.report(WIRE.hold(Ext(INA), FROM_MUM))
    house.phone(INA, ON_HOLD)
    assert house.call.status == "on_hold"
    if house.shape == "v2":
        house.report(WIRE.answer(Ext(INA), FROM_MUM))
    house.phone(INA, IN_CALL)

    assert house.call.status == "talking"


def test_a_second_call_does_not_hide_the_first(house: House) -> None:
    """Call waiting: two calls on one phone."""
    house.report(*RINGS_INA, *INA_ANSWERS)
    second = inbound("0171", "88", OTHER_ID)
    house.report(OTHER.alert(second), OTHER.ring(Ext(INA), second))

    assert [call.caller for call in house.book.of_extension(INA)] == [MUM, "0171"]
    house.report(OTHER.bye(second, Ext(INA)))
    house.wait()
    assert [call.caller for call in house.book.of_extension(INA)] == [MUM]
    assert house.book.log[OTHER_ID].missed
    assert house.call.status == "talking"


def test_a_report_of_a_restart_ends_no_call_by_itself(house: House) -> None:
    """It may be forged: queries tell which calls are over."""
    house.report(*RINGS_INA, *INA_ANSWERS)
    house.report(BOOT)
    house.wait()
    assert house.call.status == "talking"
    house.poll()
    house.poll()

    assert house.record.outcome is Outcome.ANSWERED


def test_keys_pressed_in_an_ivr(house: House) -> None:
    """The last report repeats all keys."""
    house.report(WIRE.answered(FROM_MUM))
    house.report(WIRE.other("DTMF", FROM_MUM, info="1", flag="0"))
    house.report(WIRE.other("DTMF", FROM_MUM, info="1", flag="1"))
    house.report(WIRE.other("DTMF", FROM_MUM, info="1", flag="1"))
    house.report(WIRE.other("DTMF", FROM_MUM, infos="11"))

    keys = [e.key for e in house.events if e.type is CallEventType.KEY_PRESSED]
    assert keys == ["1", "1", "11"]


def test_the_same_key_twice_is_two_keys_where_boxes_do_not_count(house: House) -> None:
    """Early versions send no index."""
    house.report(WIRE.answered(FROM_MUM))
    house.report(WIRE.other("DTMF", FROM_MUM, info="#"), after=1)
    house.report(WIRE.other("DTMF", FROM_MUM, info="#"), after=1)

    assert house.count(CallEventType.KEY_PRESSED) == 2


def test_reports_about_no_call_teach_nothing(house: House) -> None:
    """States of phones are told to the book elsewhere."""
    house.report(Line("ExtensionStatus", "", (), (), (("extension", INA),)))

    assert not house.events
    assert not house.book.changed
