"""Which reports of a hang-up end a call, and which end the ringing of one phone alone."""

import pytest

from custom_components.yeastar.pbx.calls.call import CallEventType, Outcome
from custom_components.yeastar.pbx.models import CallDirection, CallStatus

from .bodies import Ext, Party, Wire, inbound, outbound
from .house import EPOCH, IN_CALL, RINGING, House, row

MUM, INA, TOM, BOB = "5503301", "4001", "4002", "4003"
ID, LEG = f"{EPOCH}.2", f"{EPOCH}.3"
WIRE = Wire(ID)
FROM_MUM = inbound(MUM, "88", ID)
TO_MUM = outbound(INA, MUM, LEG)
ENDED, MISSED = CallEventType.ENDED, CallEventType.MISSED


def two_ring(house: House) -> None:
    """Let two phones ring for one call from outside."""
    house.report(WIRE.ring(Ext(INA), FROM_MUM), WIRE.ring(Ext(TOM), FROM_MUM))


@pytest.mark.parametrize("also", [(), (FROM_MUM,)], ids=["phone", "with the trunk"])
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


def test_a_record_may_name_the_number_a_phone_forwarded_to(house: House) -> None:
    """As `4001(01713920010)`."""
    house.report(WIRE.record(MUM, f"{INA}(01713920010)", "Inbound"))
    house.wait()

    call = house.record
    assert (call.answered_by, call.missed) == ("01713920010", False)


def test_a_record_with_more_talk_than_call_rang_for_no_time(house: House) -> None:
    """Its seconds are never below zero."""
    house.report(WIRE.record(MUM, INA, "Inbound", seconds=10, talk=25))
    house.wait()

    assert (house.record.ring_seconds, house.record.talk_seconds) == (0, 10)


def test_the_start_of_asterisks_dialplan_is_no_number(house: House) -> None:
    """It is what a trunk without a number of its own is told to call."""
    house.report(WIRE.alert(inbound(MUM, "s", ID)))

    assert house.call.callee == ""


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
