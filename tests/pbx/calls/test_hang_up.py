"""Which reports of a hang-up end a call, and which end the ringing of one phone alone."""

from dataclasses import replace

import pytest

from custom_components.yeastar.pbx.calls.call import CallEventType, Outcome
from custom_components.yeastar.pbx.models import CallDirection, CallStatus

from .bodies import Ext, Party, Wire, inbound, outbound
from .house import EPOCH, IDLE, IN_CALL, RINGING, House, row

MUM, INA, TOM, BOB = "5503301", "4001", "4002", "4003"
ID, LEG = f"{EPOCH}.2", f"{EPOCH}.3"
WIRE = Wire(ID)
FROM_MUM = inbound(MUM, "88", ID)
TO_MUM = outbound(INA, MUM, LEG)
ENDED, MISSED = CallEventType.ENDED, CallEventType.MISSED
ALONE_OR_WITH_THE_TRUNK = pytest.mark.parametrize(
    "also", [(), (FROM_MUM,)], ids=["phone", "with the trunk"]
)


def two_ring(house: House) -> None:
    """Let two phones ring for one call from outside."""
    house.report(WIRE.ring(Ext(INA), FROM_MUM), WIRE.ring(Ext(TOM), FROM_MUM))


@ALONE_OR_WITH_THE_TRUNK
def test_a_phone_that_stops_ringing_ends_no_call_that_another_answered(
    house: House, also: tuple[Party, ...]
) -> None:
    """Some boxes send one hang-up for each channel."""
    two_ring(house)
    house.report(WIRE.answer(Ext(INA), FROM_MUM), WIRE.answered(FROM_MUM, Ext(INA)))
    house.report(WIRE.bye(Ext(TOM), *also))
    house.wait()

    assert (house.call.answered_by, house.call.status) == (INA, "talking")
    assert house.count(ENDED) == 0
    house.report(WIRE.bye(FROM_MUM, Ext(INA)))
    house.wait()
    assert (house.record.outcome, house.count(ENDED)) == (Outcome.ANSWERED, 1)


def test_a_phone_that_stops_ringing_lets_the_others_ring(house: House) -> None:
    """As in a group that rings one after the other."""
    two_ring(house)
    house.report(WIRE.bye(Ext(INA)))
    house.wait()

    assert house.call.status == "ringing"
    house.report(WIRE.answer(Ext(TOM), FROM_MUM))
    house.report(WIRE.bye(FROM_MUM, Ext(TOM)))
    house.wait()
    assert (house.record.answered_by, house.record.missed) == (TOM, False)


@ALONE_OR_WITH_THE_TRUNK
def test_a_group_that_rings_one_phone_after_the_other_misses_nothing(
    house: House, also: tuple[Party, ...]
) -> None:
    """Each phone hangs up before the next one rings."""
    house.report(WIRE.alert(FROM_MUM), WIRE.ring(Ext(INA), FROM_MUM))
    house.report(WIRE.bye(Ext(INA), *also), after=15)
    house.report(WIRE.ring(Ext(TOM), FROM_MUM), after=0.3)
    house.wait()

    assert (house.call.status, house.call.rang) == ("ringing", (INA, TOM))
    house.report(WIRE.answer(Ext(TOM), FROM_MUM))
    house.report(WIRE.bye(FROM_MUM, Ext(TOM)), after=20)
    house.wait()
    assert (house.record.answered_by, house.record.missed) == (TOM, False)
    assert (house.count(MISSED), house.count(ENDED)) == (0, 1)


@ALONE_OR_WITH_THE_TRUNK
def test_a_queue_keeps_the_caller_while_no_phone_rings(
    house: House, also: tuple[Party, ...]
) -> None:
    """The query shows the call until the next agent is free."""
    waits = row(CallDirection.INBOUND, ID, MUM, "88", status=CallStatus.TALKING)
    house.report(WIRE.alert(FROM_MUM), WIRE.answered(FROM_MUM))
    house.report(WIRE.ring(Ext(INA), FROM_MUM), WIRE.bye(Ext(INA), *also), after=15)
    house.poll(waits, after=0.3)
    house.poll(waits)
    house.report(WIRE.ring(Ext(TOM), FROM_MUM), WIRE.answer(Ext(TOM), FROM_MUM))

    assert (house.call.answered_by, house.call.status) == (TOM, "talking")
    assert (house.count(MISSED), house.count(ENDED)) == (0, 0)


def test_a_phone_inside_that_is_forwarded_ends_no_call(house: House) -> None:
    """The called phone stops to ring, and another one rings."""
    house.report(WIRE.alert(Ext(INA)), WIRE.ring(Ext(TOM), Ext(INA)))
    house.report(WIRE.bye(Ext(TOM)), after=15)
    house.report(WIRE.ring(Ext(BOB), Ext(INA)), after=0.3)
    house.report(WIRE.answer(Ext(BOB), Ext(INA)), after=2)

    assert (house.call.caller, house.call.answered_by) == (INA, BOB)
    assert house.count(ENDED) == 0


def test_voicemail_may_take_a_call_after_its_phone_hung_up(house: House) -> None:
    """It is not missed before the caller hangs up."""
    house.report(WIRE.alert(FROM_MUM), WIRE.ring(Ext(INA), FROM_MUM))
    house.report(WIRE.bye(Ext(INA)), after=20)
    house.report(WIRE.answered(FROM_MUM), after=0.3)
    house.wait()

    assert house.call.status is CallStatus.WAITING
    house.report(WIRE.bye(FROM_MUM), after=9)
    house.report(WIRE.record(MUM, INA, "Inbound", status="VOICEMAIL"))
    house.wait()
    assert house.record.outcome is Outcome.VOICEMAIL
    assert house.count(MISSED) == 0


def test_a_call_that_its_only_phone_left_is_over_in_two_seconds(house: House) -> None:
    """It ended when the phone hung up."""
    house.report(WIRE.ring(Ext(INA), FROM_MUM), WIRE.answer(Ext(INA), FROM_MUM))
    house.report(WIRE.bye(Ext(INA)), after=20)
    house.wait(2)

    assert (house.record.outcome, house.record.ended) == (Outcome.ANSWERED, EPOCH + 20)


def test_a_caller_who_gives_up_is_missed_once_when_each_phone_hangs_up(
    house: House,
) -> None:
    """The last of them ends the call."""
    two_ring(house)
    house.report(WIRE.bye(Ext(INA), FROM_MUM), WIRE.bye(Ext(TOM), FROM_MUM))
    house.wait()

    assert (house.record.missed, house.record.rang) == (True, (INA, TOM))
    assert (house.count(MISSED), house.count(ENDED)) == (1, 1)


def test_a_call_whose_last_hang_up_was_lost_is_over_by_queries(house: House) -> None:
    """They are the referee."""
    two_ring(house)
    house.report(WIRE.bye(Ext(INA), FROM_MUM))
    house.poll()
    house.poll()

    assert house.record.missed


def test_the_trunk_alone_ends_a_call(house: House) -> None:
    """The outside caller hung up."""
    two_ring(house)
    house.report(WIRE.bye(FROM_MUM))
    house.wait()

    assert house.record.missed


def test_the_calling_phone_ends_its_call(house: House) -> None:
    """Whoever else it names."""
    house.report(WIRE.ring(TO_MUM, Ext(INA)), WIRE.answer(TO_MUM, Ext(INA)))
    house.report(WIRE.bye(Ext(INA)))
    house.wait()

    assert house.record.answered_by == MUM


def test_a_phone_that_transferred_a_call_may_leave_it(house: House) -> None:
    """The one that got it talks on."""
    house.report(WIRE.ring(Ext(INA), FROM_MUM), WIRE.answer(Ext(INA), FROM_MUM))
    house.report(WIRE.other("Tranfer", Ext(INA), FROM_MUM))
    house.report(WIRE.ring(Ext(TOM), FROM_MUM), WIRE.answer(Ext(TOM), FROM_MUM))
    house.report(WIRE.bye(Ext(INA)))
    house.wait()

    assert house.call.answered_by == TOM


@ALONE_OR_WITH_THE_TRUNK
def test_a_phone_that_hands_a_call_on_leaves_before_the_next_one_rings(
    house: House, also: tuple[Party, ...]
) -> None:
    """A blind transfer, with or without its report."""
    house.report(WIRE.ring(Ext(INA), FROM_MUM), WIRE.answer(Ext(INA), FROM_MUM))
    house.report(WIRE.bye(Ext(INA), *also), after=20)
    house.report(WIRE.ring(Ext(TOM), FROM_MUM), after=0.3)
    house.report(WIRE.answer(Ext(TOM), FROM_MUM), after=2)

    assert house.call.answered_by == TOM
    house.report(WIRE.bye(FROM_MUM, Ext(TOM)), after=20)
    house.wait()
    assert (house.record.answered_by, house.count(ENDED)) == (TOM, 1)


@ALONE_OR_WITH_THE_TRUNK
def test_a_reported_transfer_may_take_its_time(
    house: House, also: tuple[Party, ...]
) -> None:
    """No phone rings for some seconds, but the query shows the call."""
    talks = row(CallDirection.INBOUND, ID, MUM, "88", status=CallStatus.TALKING)
    house.report(WIRE.ring(Ext(INA), FROM_MUM), WIRE.answer(Ext(INA), FROM_MUM))
    house.report(WIRE.other("Tranfer", Ext(INA), FROM_MUM))
    house.report(WIRE.bye(Ext(INA), *also))
    house.poll(talks, after=1)
    house.wait()
    house.report(WIRE.ring(Ext(TOM), FROM_MUM), WIRE.answer(Ext(TOM), FROM_MUM))

    assert (house.call.answered_by, house.count(ENDED)) == (TOM, 0)


def test_who_is_left_of_two_that_talked_answered(house: House) -> None:
    """An attended transfer need not have a report."""
    house.report(WIRE.ring(Ext(INA), FROM_MUM), WIRE.answer(Ext(INA), FROM_MUM))
    house.report(WIRE.answer(Ext(TOM), FROM_MUM), after=20)
    assert house.call.answered_by == INA
    house.report(WIRE.bye(Ext(INA)))

    assert house.call.answered_by == TOM


def test_an_attended_transfer_is_seen_by_polls_alone(house: House) -> None:
    """The query names another phone, and the first one is idle."""
    house.states |= {INA: IN_CALL}
    talks = row(CallDirection.INBOUND, ID, MUM, "88", INA, status=CallStatus.TALKING)
    house.poll(talks)
    assert house.call.answered_by == INA
    house.states |= {INA: IDLE, TOM: IN_CALL}
    house.poll(replace(talks, extensions=(TOM,)))

    assert house.call.answered_by == TOM


def test_the_record_of_the_first_part_does_not_undo_a_transfer(house: House) -> None:
    """It names who answered first."""
    house.report(WIRE.ring(Ext(INA), FROM_MUM), WIRE.answer(Ext(INA), FROM_MUM))
    house.report(WIRE.other("Tranfer", Ext(INA), FROM_MUM), after=20)
    house.report(WIRE.ring(Ext(TOM), FROM_MUM), WIRE.answer(Ext(TOM), FROM_MUM))
    house.report(WIRE.bye(FROM_MUM, Ext(TOM)), after=20)
    house.report(WIRE.record(MUM, INA, "Inbound"))
    house.wait()

    assert house.record.answered_by == TOM


# Who is who


def test_an_outside_caller_is_no_phone_of_the_house_whatever_number_it_shows(
    house: House,
) -> None:
    """Another site may use the same numbers, and a caller id can be forged."""
    forged = inbound(BOB, TOM, ID)
    house.report(WIRE.alert(forged), WIRE.ring(Ext(TOM), forged))
    house.report(WIRE.answer(Ext(TOM), forged), WIRE.answered(forged, Ext(TOM)))
    house.report(WIRE.bye(forged, Ext(TOM)))
    house.report(WIRE.record(BOB, TOM, "Inbound"))
    house.wait()

    call = house.record
    assert (call.caller, call.extensions, call.answered_by) == (BOB, (TOM,), TOM)
    assert BOB not in {number for event in house.events for number in event.extensions}
    assert not house.book.of_extension(BOB)


def test_a_listed_outside_caller_is_no_phone_of_the_house_either(house: House) -> None:
    """Queries show the same number."""
    house.states[TOM] = RINGING
    house.poll(row(CallDirection.INBOUND, ID, BOB, TOM, TOM))

    assert house.call.extensions == (TOM,)


def test_a_called_outside_number_is_no_phone_of_the_house(house: House) -> None:
    """Dialled through a trunk, it is the other site's."""
    house.report(WIRE.ring(outbound(INA, TOM, LEG), Ext(INA)))

    assert (house.call.callee, house.call.extensions) == (TOM, (INA,))


def test_a_phone_beside_a_trunk_leg_is_never_its_caller(house: House) -> None:
    """In whatever order the report names them."""
    nameless = inbound("", "88", ID)
    house.report(WIRE.ring(nameless, Ext(INA)))
    house.report(WIRE.bye(nameless, Ext(INA)))
    house.wait()

    call = house.record
    assert (call.direction, call.caller, call.missed) == ("inbound", "", True)
    if house.shape != "v2":
        # Only v2 says itself what each party does.
        assert call.rang == (INA,)


# Records that mislead


def test_a_call_forwarded_to_the_outside_came_in(house: House) -> None:
    """Its one record is of type Outbound, with the outside caller and both trunks."""
    house.report(
        WIRE.record(MUM, "0171", "Outbound", fields={"srctrunkname": "Line"}),
    )
    house.wait()

    call = house.record
    assert (call.direction, call.caller, call.callee) == ("inbound", MUM, "0171")
    assert (call.answered_by, call.missed) == ("0171", False)


@pytest.mark.parametrize("caller", [MUM, "", BOB], ids=["number", "hidden", "ours"])
def test_a_call_forwarded_to_the_outside_in_vain_was_missed(
    house: House, caller: str
) -> None:
    """Whatever number the caller shows, it came in by a trunk."""
    house.report(
        WIRE.record(
            caller,
            f"{INA}(0171)",
            "Outbound",
            status="NO ANSWER",
            fields={"srctrunkname": "Line"},
        )
    )
    house.wait()

    call = house.record
    assert (call.direction, call.caller, call.callee) == ("inbound", caller, INA)
    assert (call.answered_by, call.missed, call.extensions) == ("", True, (INA,))


@pytest.mark.parametrize("mobile", ["01713920010", "+49 171-3920010", "0171/3920010"])
def test_a_record_may_name_the_number_a_phone_forwarded_to(
    house: House, mobile: str
) -> None:
    """As `4001(01713920010)`."""
    house.report(WIRE.record(MUM, f"{INA}({mobile})", "Inbound"))
    house.wait()

    call = house.record
    assert (call.callee, call.answered_by, call.missed) == (INA, mobile, False)


def test_a_record_with_more_talk_than_call_rang_for_no_time(house: House) -> None:
    """Its seconds are never below zero."""
    house.report(WIRE.record(MUM, INA, "Inbound", seconds=10, talk=25))
    house.wait()

    assert (house.record.ring_seconds, house.record.talk_seconds) == (0, 10)


def test_the_start_of_asterisks_dialplan_is_no_number(house: House) -> None:
    """It is what a trunk without a number of its own is told to call."""
    house.report(WIRE.alert(inbound(MUM, "s", ID)))
    assert house.call.callee == ""
    house.report(WIRE.record(MUM, "s", "Inbound", fields={"didnumber": "s"}))
    house.wait()

    assert (house.record.callee, house.record.called_number) == ("", "")


def test_the_number_that_an_outside_caller_dialled_is_known(house: House) -> None:
    """From the leg, or from the record where the leg names the phone."""
    house.report(WIRE.alert(FROM_MUM))
    assert house.call.called_number == "88"
    house.report(WIRE.bye(FROM_MUM))
    house.report(
        WIRE.record(MUM, INA, "Inbound", status="NO ANSWER", fields={"didnumber": "99"})
    )
    house.wait()

    assert house.record.called_number in ("88", "99")


def test_voicemail_that_took_a_call_lets_no_phone_ring(house: House) -> None:
    """The caller is connected, but to no person."""
    house.report(WIRE.alert(FROM_MUM), WIRE.ring(Ext(INA), FROM_MUM))
    house.report(WIRE.answered(FROM_MUM), after=20)

    assert house.call.status is CallStatus.WAITING


def test_a_call_known_only_since_it_is_over_is_not_told_as_beginning(
    house: House,
) -> None:
    """An announcement of its caller would come too late."""
    house.report(WIRE.record(MUM, INA, "Inbound", status="NO ANSWER"))
    house.wait()

    assert [what for what, *_ in house.happened] == ["missed", "ended"]


@pytest.mark.parametrize("before", [False, True], ids=["record", "hang-up"])
def test_a_call_of_which_only_the_end_was_seen_tells_nothing_but_its_end(
    house: House, before: bool
) -> None:
    """Its answer would open a pop-up for a call that is over."""
    if before:
        house.report(WIRE.bye(FROM_MUM, Ext(INA)))
    house.report(WIRE.record(MUM, INA, "Inbound"))
    house.wait()

    assert house.happened == [("ended", INA)]
    assert house.record.answered_by == INA


def test_what_polls_find_of_a_clock_at_the_year_2000_is_of_today(house: House) -> None:
    """A box without battery and time server starts there."""
    wire = Wire("946688400.7")
    house.report(wire.ring(Ext(INA), inbound(MUM, "88", wire.call_id)))

    assert house.call.started == EPOCH


def test_a_phone_that_talks_keeps_an_internal_call_that_rang_elsewhere(
    house: House,
) -> None:
    """A hang-up of the phone that did not answer leaves the others talking."""
    house.report(WIRE.ring(Ext(TOM), Ext(INA)), WIRE.ring(Ext(BOB), Ext(INA)))
    house.report(WIRE.answer(Ext(TOM), Ext(INA)))
    house.states |= {INA: IN_CALL, TOM: IN_CALL}
    house.report(WIRE.bye(Ext(BOB)))
    house.wait()

    assert house.call.answered_by == TOM
