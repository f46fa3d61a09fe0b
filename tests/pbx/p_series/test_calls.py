"""Calls of a P-Series, told as a log of phones: what each step shows and tells."""

import pytest

from custom_components.yeastar.pbx.calls.call import Outcome
from custom_components.yeastar.pbx.errors import PbxUnsupportedError
from custom_components.yeastar.pbx.models import (
    CallDirection,
    CallStatus,
    Destination,
    DestinationKind,
    ExtensionState,
    MonitorMode,
)
from tests.simulator.p_series import Empty

from .house import Clock, House

JAYSON, AMY, INA = "1000", "1002", "1003"
TRUNK = "SIP-142"
MUM = "5503301"


def to(number: str, kind: DestinationKind = DestinationKind.EXTENSION) -> Destination:
    """Return a destination."""
    return Destination(kind=kind, number=number)


def outside(number: str = MUM) -> Destination:
    """Return a number outside."""
    return to(number, DestinationKind.OUTSIDE)


WAYS: dict[str, dict[str, object]] = {
    "one member a frame": {},
    "whole calls": {"whole_calls": True},
    "each frame twice": {"duplicates": 1},
    "frames that overtake": {"swaps": True},
    "frames after the record": {"late_frames": True},
    "blank values": {"blank_values": True, "live_spelling": True},
    "empty answers": {
        "idle_query": Empty.NOT_FOUND,
        "empty_list": Empty.MISSING,
        "omit_empty_keys": True,
        "list_status_lies": True,
    },
    "early media": {"early_media": True, "abandoned": True},
    "records at a transfer": {
        "records_at_transfer": True,
        "reports_api_transfers": True,
    },
}
"""How boxes differ from each other."""


@pytest.fixture(autouse=True, params=WAYS)
def ways(request: pytest.FixtureRequest, house: House) -> None:
    """Let every log of phones be told in each of the ways."""
    for name, value in WAYS[request.param].items():
        setattr(house.box.quirks, name, value)


async def test_a_call_between_two_phones(house: House) -> None:
    """Both ends are busy until one of them hangs up."""
    house.box.internal_call(JAYSON, AMY)
    await house.settle()
    call = house.call
    assert (call.direction, call.status) == (CallDirection.INTERNAL, CallStatus.RINGING)
    assert (call.caller, call.callee) == (JAYSON, AMY)
    assert house.state(JAYSON) == ExtensionState.IN_CALL
    assert house.state(AMY) == ExtensionState.RINGING

    house.box.answer(AMY)
    await house.settle()
    assert house.call.status is CallStatus.TALKING
    assert house.call.answered_by == AMY
    assert house.state(AMY) == ExtensionState.IN_CALL

    house.box.hang_up(JAYSON)
    await house.settle()
    assert house.ended.outcome is Outcome.ANSWERED
    assert house.told == ["started", "answered", "ended"]
    assert house.state(JAYSON) == house.state(AMY) == ExtensionState.IDLE


async def test_a_call_from_outside_that_is_answered(house: House) -> None:
    """The caller's side is the outside; the phone that picked up has answered."""
    house.box.outside_call(MUM, to=JAYSON, trunk=TRUNK)
    await house.settle()
    assert house.call.direction is CallDirection.INBOUND
    assert (house.call.caller, house.call.trunk) == (MUM, TRUNK)
    assert house.call.rang == (JAYSON,)
    house.box.answer(JAYSON)
    await house.settle()
    assert house.call.status is CallStatus.TALKING
    house.box.hang_up(JAYSON)
    await house.settle()
    assert house.ended.answered_by == JAYSON
    assert not house.ended.missed
    assert house.told == ["received", "answered", "ended"]


async def test_a_call_from_outside_that_is_missed(house: House) -> None:
    """Nobody picked up before the caller gave up."""
    call = house.box.outside_call(MUM, to=JAYSON, trunk=TRUNK)
    await house.settle()
    house.box.outside_hangs_up(call)
    await house.settle()
    assert house.ended.missed
    assert house.ended.outcome is Outcome.NO_ANSWER
    assert house.told == ["received", "missed", "ended"]


async def test_a_call_that_voicemail_takes(house: House) -> None:
    """The mailbox answers the caller, which is no answer of a person."""
    call = house.box.outside_call(MUM, to=JAYSON, trunk=TRUNK)
    house.box.voicemail(call)
    await house.settle()
    assert house.call.status is CallStatus.WAITING
    house.box.outside_hangs_up(call)
    await house.settle()
    assert house.ended.outcome is Outcome.VOICEMAIL
    assert not house.ended.missed


@pytest.mark.parametrize("early_answered", [True, False])
async def test_a_call_to_the_outside_that_is_answered(
    house: House, early_answered: bool
) -> None:
    """Only the far end's ANSWER proves it; the caller's ANSWERED may be the dialplan."""
    house.box.quirks.early_answered = early_answered
    call = house.box.outgoing_call(JAYSON, MUM, TRUNK)
    await house.settle()
    assert house.call.direction is CallDirection.OUTBOUND
    assert house.call.status is CallStatus.RINGING
    assert house.call.answered_by == ""
    house.box.answer_outside(call)
    await house.settle()
    assert house.call.answered_by == MUM
    house.box.hang_up(JAYSON)
    await house.settle()
    assert house.ended.outcome is Outcome.ANSWERED
    assert house.told == ["started", "answered", "ended"]


@pytest.mark.parametrize("early_answered", [True, False])
async def test_a_call_to_the_outside_that_is_busy(
    house: House, early_answered: bool
) -> None:
    """Seen live: the caller's side said ANSWERED, the record BUSY and no talk."""
    house.box.quirks.early_answered = early_answered
    call = house.box.outgoing_call(JAYSON, MUM, TRUNK)
    await house.settle()
    house.box.outside_busy(call)
    await house.settle()
    assert house.ended.outcome is Outcome.BUSY
    assert "answered" not in house.told


async def test_a_ring_group(house: House) -> None:
    """All phones ring, one of them answers, the others missed nothing."""
    house.box.outside_call(MUM, to="6200", trunk=TRUNK)
    await house.settle()
    assert set(house.call.rang) >= {JAYSON, AMY}
    house.box.answer(AMY)
    await house.settle()
    assert house.call.answered_by == AMY
    assert house.state(JAYSON) == ExtensionState.IDLE
    house.box.hang_up(AMY)
    await house.settle()
    assert (house.ended.answered_by, house.ended.missed) == (AMY, False)


async def test_a_queue_in_which_the_caller_gives_up(house: House) -> None:
    """The queue takes the call, and no agent does: it was missed."""
    queue = next(iter(house.box.state.queues))
    call = house.box.outside_call(MUM, to=queue, trunk=TRUNK)
    await house.settle()
    house.box.outside_hangs_up(call)
    await house.settle()
    assert house.ended.missed


async def test_a_queue_whose_agent_answers(house: House) -> None:
    """The queue answers the caller first, which counts for nothing."""
    house.box.outside_call(MUM, to="6700", trunk=TRUNK)
    await house.settle()
    assert house.call.answered_by == ""
    assert house.state(JAYSON) == ExtensionState.RINGING
    house.box.answer(JAYSON)
    await house.settle()
    assert house.call.answered_by == JAYSON
    house.box.hang_up(JAYSON)
    await house.settle()
    assert house.ended.outcome is Outcome.ANSWERED
    assert not house.ended.missed
    assert house.told == ["received", "answered", "ended"]


async def test_hold_and_resume(house: House) -> None:
    """The phone that holds shows it, and talks again afterwards."""
    house.box.internal_call(JAYSON, AMY)
    house.box.answer(AMY)
    await house.settle()
    await house.pbx.hold(AMY)
    await house.settle()
    assert house.call.status == "on_hold"
    assert house.state(AMY) == ExtensionState.ON_HOLD
    await house.pbx.resume(AMY)
    await house.settle()
    assert house.call.status == "talking"
    assert house.state(AMY) == ExtensionState.IN_CALL


# Calls that Home Assistant starts


async def test_a_call_that_is_dialled(house: House) -> None:
    """The caller's own phone rings first, and is to be picked up."""
    call_id = await house.pbx.dial(JAYSON, to(AMY))
    await house.settle()
    assert house.call.call_id == call_id
    assert house.call.pick_up == JAYSON
    assert house.state(JAYSON) == ExtensionState.RINGING
    house.box.answer(JAYSON)
    await house.settle()
    assert house.call.pick_up == ""
    assert house.state(AMY) == ExtensionState.RINGING
    house.box.answer(AMY)
    await house.settle()
    assert house.call.answered_by == AMY
    house.box.hang_up(AMY)
    await house.settle()
    assert house.ended.outcome is Outcome.ANSWERED


@pytest.mark.parametrize("names_the_phone", [True, False])
async def test_a_dialled_call_whose_caller_does_not_pick_up(
    house: House, names_the_phone: bool
) -> None:
    """It was not the called side that did not answer."""
    house.box.quirks.members_in_caller_failure = names_the_phone
    await house.pbx.dial(JAYSON, to(AMY))
    await house.settle()
    house.box.reject(JAYSON)
    await house.settle()
    assert house.ended.outcome is Outcome.CALLER_NO_ANSWER


async def test_an_outside_call_that_is_not_permitted(house: House) -> None:
    """The PBX accepts the request, and refuses by an event."""
    house.box.state.extensions[JAYSON].may_dial_out = False
    await house.pbx.dial(JAYSON, outside())
    await house.settle()
    assert house.ended.outcome is Outcome.NO_PERMISSION


async def test_an_outside_call_uses_the_permission_of_its_caller(house: House) -> None:
    """As if it was dialled at the phone."""
    await house.pbx.dial(JAYSON, outside(), auto_answer=True)
    (request,) = [r for r in house.box.requests if r.endpoint == "call/dial"]
    assert request.body == {
        "caller": JAYSON,
        "callee": MUM,
        "dial_permission": JAYSON,
        "auto_answer": "yes",
    }
    await house.settle()
    assert house.call.direction is CallDirection.OUTBOUND


async def test_hang_up_by_extension(house: House) -> None:
    """By the channel of its member."""
    house.box.outside_call(MUM, to=JAYSON, trunk=TRUNK)
    house.box.answer(JAYSON)
    await house.settle()
    await house.pbx.hang_up_extension(JAYSON)
    await house.settle()
    assert not house.box.calls


async def test_hang_up_of_a_ringing_group(house: House) -> None:
    """Every phone stops ringing, by one request for the call."""
    house.box.outside_call(MUM, to="6200", trunk=TRUNK)
    await house.settle()
    call = house.call
    await house.pbx.hang_up(call, call.leg())
    await house.settle()
    assert not house.box.calls
    assert not house.pbx.calls.living


async def test_blind_transfer_moves_the_far_end(house: House) -> None:
    """The outside party talks to another phone then, in the same call."""
    house.box.outside_call(MUM, to=JAYSON, trunk=TRUNK)
    house.box.answer(JAYSON)
    await house.settle()
    call = house.call
    await house.pbx.transfer(call, call.leg(), to(AMY), permission_of="")
    await house.settle()
    assert house.state(AMY) == ExtensionState.RINGING
    house.box.answer(AMY)
    await house.settle()
    assert house.call.answered_by == AMY
    house.box.hang_up(AMY)
    await house.settle()
    assert house.ended.answered_by == AMY


async def test_a_transfer_within_a_second_is_judged_by_events(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records count whole seconds, in which both phones answered at once."""
    clock = Clock()
    clock.now = int(house.box.clock()) + 0.9
    monkeypatch.setattr(house.box.archive, "_clock", clock)
    monkeypatch.setattr(house.box.board, "clock", clock)
    house.box.outside_call(MUM, to=JAYSON, trunk=TRUNK)
    house.box.answer(JAYSON)
    await house.settle()
    call = house.call
    await house.pbx.transfer(call, call.leg(), to(AMY), permission_of="")
    house.box.answer(AMY)
    await house.settle()
    clock.now += 0.2
    house.box.hang_up(AMY)
    await house.settle()
    assert house.ended.answered_by == AMY


async def test_an_internal_call_can_be_transferred(house: House) -> None:
    """The caller is moved; the phone that was called is free."""
    house.box.internal_call(JAYSON, AMY)
    house.box.answer(AMY)
    await house.settle()
    await house.pbx.transfer(house.call, None, to(INA), permission_of="")
    await house.settle()
    house.box.answer(INA)
    await house.settle()
    assert house.state(AMY) == ExtensionState.IDLE
    assert house.state(INA) == ExtensionState.IN_CALL


async def test_a_supervisor_listens(house: House) -> None:
    """The supervisor's own phone rings."""
    house.box.state.extensions[INA].monitor_mode = "Listen"
    house.box.internal_call(JAYSON, AMY)
    house.box.answer(AMY)
    await house.settle()
    await house.pbx.monitor(INA, AMY, MonitorMode.LISTEN)
    await house.settle()
    assert house.state(INA) == ExtensionState.RINGING


async def test_who_listens_is_no_party_of_the_call(house: House) -> None:
    """The supervisor's call comes and goes; the one that is heard lives on."""
    house.box.state.extensions[INA].monitor_mode = "Listen"
    house.box.internal_call(JAYSON, AMY)
    house.box.answer(AMY)
    await house.settle()
    call_id = house.call.call_id
    await house.pbx.monitor(INA, AMY, MonitorMode.LISTEN)
    house.box.answer(INA)
    await house.settle()
    heard = house.pbx.calls.living[call_id]
    assert set(heard.extensions) == {JAYSON, AMY}
    assert house.state(INA) == ExtensionState.IN_CALL
    house.box.hang_up(INA)
    await house.settle()
    assert house.state(INA) == ExtensionState.IDLE
    assert house.pbx.calls.lives(call_id)
    assert house.state(AMY) == ExtensionState.IN_CALL


@pytest.mark.parametrize("accept", [True, False])
async def test_an_offered_call(house: House, accept: bool) -> None:
    """It waits ten seconds for a decision, and then goes on as usual."""
    house.box.state.trunks[TRUNK].answering_control = True
    house.box.outside_call(MUM, to=JAYSON, trunk=TRUNK)
    await house.settle()
    call = house.call
    leg = call.leg()
    assert call.offered_until
    assert leg
    if accept:
        await house.pbx.accept(call, leg)
        await house.settle()
        assert house.call.offered_until is None
        assert house.state(JAYSON) == ExtensionState.RINGING
    else:
        await house.pbx.refuse(call, leg)
        await house.settle()
        assert house.ended.outcome is Outcome.REFUSED
        assert not house.ended.missed


async def test_an_offered_call_that_is_neither_accepted_nor_refused(
    house: House,
) -> None:
    """After ten seconds the PBX lets it in, and it is a call like any other."""
    house.box.state.trunks[TRUNK].answering_control = True
    call = house.box.outside_call(MUM, to=JAYSON, trunk=TRUNK)
    await house.settle()
    assert house.state(JAYSON) == ExtensionState.IDLE
    house.box.phones.let_in(call)
    await house.settle()
    assert house.call.offered_until is None
    assert house.state(JAYSON) == ExtensionState.RINGING
    house.box.outside_hangs_up(call)
    await house.settle()
    assert house.ended.missed


async def test_a_key_in_an_ivr(house: House) -> None:
    """Each is told once."""
    ivr = next(iter(house.box.state.ivrs))
    call = house.box.outside_call(MUM, to=ivr, trunk=TRUNK)
    await house.settle()
    house.box.press_key(call, "1")
    await house.settle()
    keys = [event.key for event in house.events if event.type == "key_pressed"]
    assert keys == ["1"]


async def test_a_prompt_is_played(house: House) -> None:
    """By its name without the file extension that the S-Series wants."""
    prompt = min(house.box.state.prompts)
    await house.pbx.play_prompts(to(JAYSON), [f"{prompt}.wav"])
    await house.settle()
    assert house.state(JAYSON) == ExtensionState.RINGING
    house.box.answer(JAYSON)
    await house.settle()
    assert house.call.answered_by == JAYSON


async def test_it_posts_no_reports(house: House) -> None:
    """Its events come over the connection that is followed."""
    assert not house.pbx.reports_by_tcp
    with pytest.raises(PbxUnsupportedError):
        await house.pbx.register_reports(by_login=False)
