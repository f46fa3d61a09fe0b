"""The frames of typical calls on the P-Series simulator, in their order."""

from collections.abc import AsyncIterator, Callable

import pytest

from .simulator.p_series import NotPossibleError, PSeriesSimulator
from .simulator.p_series.peer import Desk, desk

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    """Return a desk with a subscriber to everything."""
    async with desk() as one:
        yield one


async def test_an_internal_call(at: Desk) -> None:
    """Who hung up says BYE first."""
    at.pbx.internal_call("1000", "1002")
    assert await at.told() == [
        "1000 ALERT",
        "1002 RING",
        "30008 1000 Busy",
        "30008 1002 Ringing",
    ]
    at.pbx.answer("1002")
    assert await at.told() == ["1002 ANSWER", "1000 ANSWERED", "30008 1002 Busy"]
    at.pbx.hang_up("1002")
    assert await at.told() == [
        "1002 BYE",
        "1000 BYE",
        "30008 1002 Idle",
        "30008 1000 Idle",
        "30012 ANSWERED 1000>1002",
    ]
    assert at.pbx.calls == {}


async def test_an_inbound_call_that_is_answered(at: Desk) -> None:
    """The caller is outside."""
    call = at.pbx.outside_call("0612345678", "1000")
    at.pbx.answer("1000")
    at.pbx.outside_hangs_up(call)
    assert await at.told() == [
        "inbound ALERT",
        "1000 RING",
        "30008 1000 Ringing",
        "1000 ANSWER",
        "inbound ANSWERED",
        "30008 1000 Busy",
        "inbound BYE",
        "1000 BYE",
        "30008 1000 Idle",
        "30012 ANSWERED 0612345678>1000",
    ]


async def test_an_inbound_call_that_is_missed(at: Desk) -> None:
    """The caller gives up: no 30015."""
    call = at.pbx.outside_call("0612345678", "1000")
    await at.frames()
    at.pbx.outside_hangs_up(call)
    assert await at.told() == [
        "inbound BYE",
        "1000 BYE",
        "30008 1000 Idle",
        "30012 NO ANSWER 0612345678>1000",
    ]


async def test_an_inbound_call_that_goes_to_the_mailbox(at: Desk) -> None:
    """The mailbox answers: ANSWERED of the caller proves nothing."""
    call = at.pbx.outside_call("0612345678", "1000")
    await at.frames()
    at.pbx.voicemail(call)
    at.pbx.outside_hangs_up(call)
    assert await at.told() == [
        "1000 BYE",
        "inbound ANSWERED",
        "30008 1000 Idle",
        "inbound BYE",
        "30012 VOICEMAIL 0612345678>1000",
    ]


async def test_an_outbound_call_that_is_answered(at: Desk) -> None:
    """The called side says ANSWER."""
    call = at.pbx.outgoing_call("1000", "0612345678")
    at.pbx.answer_outside(call)
    at.pbx.hang_up("1000")
    assert await at.told() == [
        "1000 ALERT",
        "outbound RING",
        "30008 1000 Busy",
        "outbound ANSWER",
        "1000 ANSWERED",
        "1000 BYE",
        "outbound BYE",
        "30008 1000 Idle",
        "30012 ANSWERED 1000>0612345678",
    ]


async def test_an_outbound_call_that_is_busy(at: Desk) -> None:
    """30015 names the member that was called."""
    call = at.pbx.outgoing_call("1000", "0612345678")
    await at.frames()
    at.pbx.outside_busy(call)
    # ANSWERED of the caller's side proves nothing: nothing was talked.
    assert await at.told() == [
        "1000 ANSWERED",
        "outbound BYE",
        "1000 BYE",
        "30008 1000 Idle",
        "30015 486 Busy here ['outbound BYE']",
        "30012 BUSY 1000>0612345678",
    ]


async def test_an_outbound_call_may_say_answered_and_early_media_at_once(
    at: Desk,
) -> None:
    """By quirks."""
    at.pbx.quirks.early_answered = at.pbx.quirks.early_media = True
    at.pbx.outgoing_call("1000", "0612345678")
    assert await at.told() == [
        "1000 ALERT",
        "outbound EARLYMEDIA",
        "1000 ANSWERED",
        "30008 1000 Busy",
    ]


async def test_a_number_outside_that_cannot_be_reached(at: Desk) -> None:
    """A failure of the line."""
    at.pbx.outside_unreachable(at.pbx.outgoing_call("1000", "0612345678"))
    assert (await at.told())[-2:] == [
        "30015 Line Unreachable ['outbound BYE']",
        "30012 FAILED 1000>0612345678",
    ]


async def test_a_phone_that_declines(at: Desk) -> None:
    """User Busy is the vendor's word for that."""
    at.pbx.internal_call("1000", "1002")
    await at.frames()
    at.pbx.reject("1002")
    assert await at.told() == [
        "1002 BYE",
        "1000 BYE",
        "30008 1002 Idle",
        "30008 1000 Idle",
        "30015 User Busy ['1002 BYE']",
        "30012 BUSY 1000>1002",
    ]


async def test_a_phone_that_is_not_answered() -> None:
    """After its time the call fails."""
    async with desk(PSeriesSimulator(time_scale=0.01)) as at:
        at.pbx.internal_call("1000", "1002")
        lines = await at.until("30012 NO ANSWER 1000>1002")
    assert lines[-2] == "30015 408 Request Time ['1002 BYE']"


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ({"devices": {"Sip": False}}, "480 Temporatily Unavailable"),
        ({"presence": "do_not_disturb"}, "DND"),
    ],
    ids=["unregistered", "do not disturb"],
)
async def test_a_phone_that_cannot_be_rung(
    at: Desk, trouble: dict[str, object], reason: str
) -> None:
    """It never rings; the caller's member is told."""
    at.pbx.change_extension("1002", **trouble)
    at.pbx.internal_call("1000", "1002")
    lines = await at.told()
    assert f"30015 {reason} ['1000 BYE']" in lines
    assert not [line for line in lines if line.startswith("1002 ")]


async def test_hold_and_resume(at: Desk) -> None:
    """Each side becomes again what it was; 30008 stays Busy."""
    at.pbx.internal_call("1000", "1002")
    at.pbx.answer("1002")
    await at.frames()
    for number, word in (("1000", "ANSWERED"), ("1002", "ANSWER")):
        at.pbx.hold(number)
        assert await at.told() == [f"{number} HOLD"]
        at.pbx.resume(number)
        assert await at.told() == [f"{number} {word}"]


async def test_a_second_call_holds_the_first(at: Desk) -> None:
    """And the end of the second takes it back."""
    at.pbx.internal_call("1000", "1002")
    at.pbx.answer("1002")
    second = at.pbx.outside_call("0612345678", "1002")
    await at.frames()
    at.pbx.answer("1002")
    assert await at.told() == ["1002 HOLD", "1002 ANSWER", "inbound ANSWERED"]
    at.pbx.outside_hangs_up(second)
    assert "1002 ANSWER" in await at.told()


async def test_a_transfer_by_a_phone(at: Desk) -> None:
    """30013 first; the moved party keeps its channel and its call."""
    call = at.pbx.outside_call("0612345678", "1000")
    at.pbx.answer("1000")
    channel = call.members[0].channel_id
    await at.frames()
    at.pbx.transfer("1000", "1002")
    assert await at.told() == [
        "30013",
        "1000 BYE",
        "30008 1000 Idle",
        "1002 RING",
        "30008 1002 Ringing",
    ]
    at.pbx.answer("1002")
    assert await at.told() == ["1002 ANSWER", "30008 1002 Busy"]
    assert call.members[0].channel_id == channel
    at.pbx.hang_up("1002")
    assert (await at.told())[-2:] == [
        "30012 ANSWERED 0612345678>1000",
        "30012 ANSWERED 0612345678>1002",
    ]


async def test_a_forwarded_call(at: Desk) -> None:
    """30014, then the other phone rings."""
    at.pbx.change_extension("1002", forward_to="1003")
    await at.frames()
    at.pbx.internal_call("1000", "1002")
    lines = [line for line in await at.told() if not line.startswith("30008")]
    assert lines == ["1000 ALERT", "30014", "1003 RING"]


async def test_an_offered_call_is_shown_when_it_is_let_in(at: Desk) -> None:
    """First 30016 alone; after ten seconds it goes on by itself."""
    at.pbx.state.trunks["SIP-142"].answering_control = True
    call = at.pbx.outside_call("0612345678", "1000")
    assert await at.told() == ["30016"]
    at.pbx.phones.let_in(call)
    assert await at.told() == ["inbound ALERT", "1000 RING", "30008 1000 Ringing"]


async def test_an_offered_call_goes_on_by_itself() -> None:
    """Ten scaled seconds later."""
    async with desk(PSeriesSimulator(time_scale=0.01)) as at:
        at.pbx.state.trunks["SIP-142"].answering_control = True
        at.pbx.outside_call("0612345678", "1000")
        assert await at.until("inbound ALERT") == ["30016", "inbound ALERT"]


type Verb = Callable[[PSeriesSimulator], object]
IMPOSSIBLE: dict[str, Verb] = {
    "answer what does not ring": lambda pbx: pbx.answer("1000"),
    "reject what does not ring": lambda pbx: pbx.reject("1000"),
    "hang up without a call": lambda pbx: pbx.hang_up("1000"),
    "hold without a call": lambda pbx: pbx.hold("1000"),
    "resume without a call": lambda pbx: pbx.resume("1000"),
    "transfer without a call": lambda pbx: pbx.transfer("1000", "1002"),
    "hang up an unknown call": lambda pbx: pbx.hang_up_call("x"),
    "dial without a phone": lambda pbx: pbx.internal_call("1001", "1000"),
    "dial an unknown number": lambda pbx: pbx.internal_call("1000", "9999"),
    "call in to an unknown number": lambda pbx: pbx.outside_call("1", "9999"),
    "call in over an unknown trunk": lambda pbx: pbx.outside_call("1", "1000", "x"),
    "end an outside party that is not there": lambda pbx: pbx.outside_hangs_up(
        pbx.internal_call("1000", "1002")
    ),
    "answer outside where none rings": lambda pbx: pbx.answer_outside(
        pbx.internal_call("1000", "1002")
    ),
    "voicemail without ringing": lambda pbx: pbx.voicemail(
        pbx.outside_call("1", "6500")
    ),
    "a key outside an IVR": lambda pbx: pbx.press_key(
        pbx.outside_call("1", "1000"), "1"
    ),
    "end a prompt that does not play": lambda pbx: pbx.end_prompt(
        pbx.outside_call("1", "1000")
    ),
}


@pytest.mark.parametrize("verb", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
async def test_what_cannot_happen_is_said(verb: Verb) -> None:
    """To the test that asks for it."""
    async with PSeriesSimulator() as pbx:
        with pytest.raises(NotPossibleError):
            verb(pbx)
