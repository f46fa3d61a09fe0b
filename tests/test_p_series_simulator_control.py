"""What the API of the P-Series simulator does to living calls."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from .simulator.p_series import Call
from .simulator.p_series.peer import Desk, desk

pytestmark = pytest.mark.usefixtures("socket_enabled")
OUTSIDE = "0612345678"


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    """Return a desk with a subscriber to everything."""
    async with desk() as one:
        yield one


@pytest.fixture
async def inbound(at: Desk) -> Call:
    """Return an inbound call in which 1000 talks."""
    call = at.pbx.outside_call(OUTSIDE, "1000")
    at.pbx.answer("1000")
    await at.frames()
    return call


async def do(at: Desk, endpoint: str, channel: str, **fields: object) -> dict[str, Any]:
    """Do something to a member."""
    return await at.api.post(f"call/{endpoint}", channel_id=channel, **fields)


async def calls_only(at: Desk) -> list[str]:
    """Return the frames since the last question without 30008."""
    return [line for line in await at.told() if not line.startswith("30008")]


ENDPOINTS = [
    "hangup",
    "hold",
    "unhold",
    "mute",
    "unmute",
    "park",
    "record_start",
    "record_pause",
    "record_unpause",
    "accept_inbound",
    "refuse_inbound",
]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_a_channel_that_is_none_is_not_found(at: Desk, endpoint: str) -> None:
    """A number of an extension is none."""
    at.pbx.internal_call("1000", "1002")
    assert (await do(at, endpoint, "1000"))["errcode"] == 60001
    assert (await at.api.post(f"call/{endpoint}"))["errcode"] == 40002


@pytest.mark.parametrize(
    ("endpoint", "times"),
    [("hold", 2), ("unhold", 1), ("record_pause", 1), ("record_unpause", 1)],
)
async def test_what_does_not_fit_the_state_of_a_call_is_refused(
    at: Desk, inbound: Call, endpoint: str, times: int
) -> None:
    """The code is a guess."""
    channel = await at.api.channel_of("1000")
    for _ in range(times):
        answer = await do(at, endpoint, channel)
    assert answer["errcode"] == 10009


async def test_hanging_up_one_of_two_ends_the_call(at: Desk, inbound: Call) -> None:
    """Whichever side is named."""
    answer = await do(at, "hangup", inbound.members[0].channel_id)
    assert answer["call_id"] == inbound.call_id
    assert (await calls_only(at))[:2] == ["inbound BYE", "1000 BYE"]
    assert inbound.ended


async def test_hanging_up_what_rings_is_no_failure(at: Desk) -> None:
    """BYE, and the record of a call that was not answered."""
    at.pbx.internal_call("1000", "1002")
    await at.frames()
    await do(at, "hangup", await at.api.channel_of("1002"))
    assert await calls_only(at) == [
        "1002 BYE",
        "1000 BYE",
        "30012 NO ANSWER 1000>1002",
    ]


async def test_hold_and_resume(at: Desk, inbound: Call) -> None:
    """The member that holds is named."""
    channel = await at.api.channel_of("1000")
    await do(at, "hold", channel)
    await do(at, "unhold", channel)
    assert await calls_only(at) == ["1000 HOLD", "1000 ANSWER"]


async def test_mute_is_told_by_no_frame(at: Desk, inbound: Call) -> None:
    """Only the member itself knows."""
    channel = await at.api.channel_of("1000")
    for endpoint, muted in (("mute", True), ("unmute", False)):
        assert (await do(at, endpoint, channel))["errcode"] == 0
        assert inbound.members[1].muted is muted
    assert await at.told() == []


async def test_a_recording_is_started_paused_and_goes_on(
    at: Desk, inbound: Call
) -> None:
    """Its file is named in the record."""
    channel = await at.api.channel_of("1000")
    for endpoint in ("record_start", "record_pause", "record_unpause"):
        assert (await do(at, endpoint, channel))["errcode"] == 0
    assert (await do(at, "record_start", channel))["errcode"] == 10009
    at.pbx.hang_up("1000")
    (record,) = at.pbx.archive.recordings
    assert record.record_file.endswith(f"-{OUTSIDE}-1000-Inbound.wav")


# More than two, parking, monitoring


async def test_a_member_is_invited(at: Desk, inbound: Call) -> None:
    """The others talk on while it rings, and after it declined."""
    channel = await at.api.channel_of("1000")
    for number in ("1002", "1003"):
        await do(at, "add_member", channel, number=number)
    at.pbx.reject("1002")
    at.pbx.answer("1003")
    assert await calls_only(at) == [
        "1002 RING",
        "1003 RING",
        "1002 BYE",
        "1003 ANSWER",
    ]
    assert len(inbound.connected) == 3


async def test_an_outside_member_needs_a_right(at: Desk, inbound: Call) -> None:
    """That of the inviter, if no other is named."""
    at.pbx.state.extensions["1000"].may_dial_out = False
    channel = await at.api.channel_of("1000")
    await do(at, "add_member", channel, number="0301")
    assert await calls_only(at) == ["30015 NO Outbound Restrictin []"]
    await do(at, "add_member", channel, number="0301", dial_permission="1002")
    at.pbx.answer_outside(inbound)
    assert len(inbound.connected) == 3


async def test_a_call_has_nine_members_at_most(at: Desk, inbound: Call) -> None:
    """The tenth is refused."""
    channel = await at.api.channel_of("1000")
    for number in range(2000, 2008):
        at.pbx.add_extension(str(number))
        answer = await do(at, "add_member", channel, number=str(number))
    assert answer["errcode"] == 60002


async def test_a_party_is_parked_and_taken(at: Desk, inbound: Call) -> None:
    """The slot is dialled; a slot can be chosen, but only once."""
    moved = inbound.members[0].channel_id
    answer = await do(at, "park", moved, parking_slot="6003")
    assert answer["parking_slot"] == "6003"
    assert await calls_only(at) == ["1000 BYE"]
    again = at.pbx.outside_call("1", "1003")
    at.pbx.answer("1003")
    channel = again.members[0].channel_id
    assert (await do(at, "park", channel, parking_slot="6003"))["errcode"] == 60001
    assert (await do(at, "park", channel, parking_slot="1"))["errcode"] == 40002
    assert (await do(at, "park", channel))["parking_slot"] == "6000"
    await at.frames()
    at.pbx.internal_call("1002", "6003")
    assert (await calls_only(at))[:2] == ["1002 ALERT", "1002 ANSWERED"]
    assert [member.number for member in inbound.connected] == [OUTSIDE, "1002"]


async def test_a_parked_party_is_taken_by_a_dial_of_the_api(
    at: Desk, inbound: Call
) -> None:
    """The phone rings first; its channel goes on in the parked call."""
    await do(at, "park", inbound.members[0].channel_id)
    dialled = await at.api.post("call/dial", caller="1002", callee="6000")
    assert dialled["errcode"] == 0
    assert [member.number for member in inbound.living] == [OUTSIDE]
    await at.frames()
    at.pbx.answer("1002")
    told = await calls_only(at)
    assert told == ["1002 ANSWERED", "1002 ANSWERED", "30012 ANSWERED 1002>6000"]
    assert [member.number for member in inbound.connected] == [OUTSIDE, "1002"]
    assert inbound.slot == ""


async def test_an_empty_slot_is_dialled_in_vain(at: Desk) -> None:
    """The phone that was answered hears so."""
    await at.api.post("call/dial", caller="1002", callee="6000")
    at.pbx.answer("1002")
    assert "1002 BYE" in await calls_only(at)
    assert not at.pbx.calls


async def test_a_call_is_monitored(at: Desk, inbound: Call) -> None:
    """Under an id of its own; it ends with the member that is heard."""
    channel = await at.api.channel_of("1000")
    answer = await do(at, "listen", channel, monitor="1005", type="listen")
    assert answer["call_id"] not in ("", inbound.call_id)
    assert await calls_only(at) == ["1005 RING"]
    at.pbx.answer("1005")
    assert await calls_only(at) == ["1005 ANSWER"]
    at.pbx.hang_up("1000")
    assert await calls_only(at) == [
        "1000 BYE",
        "1005 BYE",
        "inbound BYE",
        f"30012 ANSWERED {OUTSIDE}>1000",
    ]


async def test_who_monitors_can_leave(at: Desk, inbound: Call) -> None:
    """Answered or not; the call goes on and there is no record."""
    channel = await at.api.channel_of("1000")
    for answers in (True, False):
        await do(at, "listen", channel, monitor="1005", type="barge")
        if answers:
            at.pbx.answer("1005")
        at.pbx.hang_up("1005")
    assert "30012" not in "".join(await at.told())
    assert not inbound.ended


async def test_a_supervisor_that_cannot_be_rung(at: Desk, inbound: Call) -> None:
    """Errcode 0, then 30015."""
    at.pbx.set_presence("1005", "do_not_disturb")
    await at.frames()
    channel = await at.api.channel_of("1000")
    answer = await do(at, "listen", channel, monitor="1005", type="whisper")
    assert answer["errcode"] == 0
    assert await at.told() == ["30015 DND []"]


@pytest.mark.parametrize(
    ("monitor", "heard", "errcode"),
    [("1002", "1000", 10009), ("9999", "1000", 60001), ("1005", "1003", 10009)],
    ids=["no supervisor", "no extension", "must not be heard"],
)
async def test_monitoring_needs_rights(
    at: Desk, monitor: str, heard: str, errcode: int
) -> None:
    """Of the supervisor and of who is heard."""
    at.pbx.outside_call(OUTSIDE, heard)
    at.pbx.answer(heard)
    channel = await at.api.channel_of(heard)
    answer = await do(at, "listen", channel, monitor=monitor, type="listen")
    assert answer["errcode"] == errcode


# Offered calls


@pytest.fixture
async def offered(at: Desk) -> Call:
    """Return a call that is offered."""
    at.pbx.state.trunks["SIP-142"].answering_control = True
    call = at.pbx.outside_call(OUTSIDE, "1000")
    assert await at.told() == ["30016"]
    return call


async def test_accepting_an_offered_call_routes_it(at: Desk, offered: Call) -> None:
    """It does not answer it; a second time is too late."""
    channel = offered.members[0].channel_id
    assert (await do(at, "accept_inbound", channel))["errcode"] == 0
    assert await calls_only(at) == ["inbound ALERT", "1000 RING"]
    for endpoint in ("accept_inbound", "refuse_inbound"):
        assert (await do(at, endpoint, channel))["errcode"] == 60001


async def test_refusing_an_offered_call_drops_it(at: Desk, offered: Call) -> None:
    """Nothing rings."""
    await do(at, "refuse_inbound", offered.members[0].channel_id)
    assert await at.told() == ["inbound BYE", f"30012 NO ANSWER {OUTSIDE}>1000"]
