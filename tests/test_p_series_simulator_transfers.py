"""Blind and attended transfers by the API of the P-Series simulator."""

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


async def test_a_blind_transfer_names_the_party_that_is_moved(
    at: Desk, inbound: Call
) -> None:
    """The transferor leaves; the call keeps its id; no 30013 tells it."""
    moved = inbound.members[0].channel_id
    answer = await do(
        at, "transfer", moved, type="blind", number="1002", dial_permission="1000"
    )
    assert answer["call_id"] == inbound.call_id
    assert await calls_only(at) == ["1000 BYE", "1002 RING"]
    at.pbx.answer("1002")
    assert await calls_only(at) == ["1002 ANSWER"]
    assert inbound.living[0].channel_id == moved


async def test_a_transfer_by_the_api_may_be_told(at: Desk, inbound: Call) -> None:
    """By a quirk."""
    at.pbx.quirks.reports_api_transfers = True
    moved = inbound.members[0].channel_id
    await do(at, "transfer", moved, type="blind", number="1002", dial_permission="1000")
    assert (await calls_only(at))[0] == "30013"


async def test_internal_calls_can_be_transferred(at: Desk) -> None:
    """To the outside, too."""
    at.pbx.internal_call("1000", "1002")
    at.pbx.answer("1002")
    await at.frames()
    moved = await at.api.channel_of("1002")
    fields = {"type": "blind", "number": OUTSIDE, "dial_permission": "1000"}
    await do(at, "transfer", moved, **fields)
    assert await calls_only(at) == ["1000 BYE", "outbound RING"]


@pytest.mark.parametrize("missing", ["type", "number", "dial_permission"])
async def test_a_blind_transfer_needs_all_of_this(
    at: Desk, inbound: Call, missing: str
) -> None:
    """40002 names what is missing."""
    fields = {"type": "blind", "number": "1002", "dial_permission": "1000"}
    del fields[missing]
    answer = await do(at, "transfer", inbound.members[0].channel_id, **fields)
    assert [row["field"] for row in answer["invalid_param_list"]] == [missing]


async def test_a_transfer_without_right_fails_later(at: Desk, inbound: Call) -> None:
    """Errcode 0, then 30015; the call goes on."""
    moved = inbound.members[0].channel_id
    fields = {"type": "blind", "number": "0301", "dial_permission": "1003"}
    assert (await do(at, "transfer", moved, **fields))["errcode"] == 0
    assert await calls_only(at) == ["30015 NO Outbound Restrictin []"]
    assert not inbound.ended


async def consult(at: Desk) -> str:
    """Begin an attended transfer from 1000 to 1002 and return the second call's id."""
    answer = await do(
        at,
        "transfer",
        await at.api.channel_of("1000"),
        type="attended",
        number="1002",
        dial_permission="1000",
    )
    call_id: str = answer["call_id"]
    return call_id


async def operate(at: Desk, operation: str) -> dict[str, Any]:
    """Go on with the attended transfer."""
    channel = await at.api.channel_of("1000")
    fields = {"type": "attended", "attended_operate": operation}
    return await do(at, "transfer", channel, **fields)


async def test_an_attended_transfer_is_a_second_call(at: Desk, inbound: Call) -> None:
    """The first is held meanwhile."""
    second = await consult(at)
    assert second != inbound.call_id
    assert await calls_only(at) == ["1000 HOLD", "1000 ALERT", "1002 RING"]
    at.pbx.answer("1002")
    assert await calls_only(at) == ["1002 ANSWER", "1000 ANSWERED"]


async def test_an_attended_transfer_is_completed(at: Desk, inbound: Call) -> None:
    """The target's channel joins the first call; the transferor leaves both."""
    await consult(at)
    at.pbx.answer("1002")
    target = await at.api.channel_of("1002")
    await at.frames()
    assert (await operate(at, "complete"))["call_id"] == inbound.call_id
    assert await calls_only(at) == [
        "1002 ANSWER",
        "1000 BYE",
        "30012 ANSWERED 1000>1002",
        "1000 BYE",
    ]
    assert list(at.pbx.calls) == [inbound.call_id]
    assert [member.number for member in inbound.connected] == [OUTSIDE, "1002"]
    assert inbound.living[1].channel_id == target
    at.pbx.hang_up("1002")
    assert (await calls_only(at))[-2:] == [
        f"30012 ANSWERED {OUTSIDE}>1000",
        f"30012 ANSWERED {OUTSIDE}>1002",
    ]


async def test_an_attended_transfer_is_completed_while_it_rings(
    at: Desk, inbound: Call
) -> None:
    """The caller waits for the target."""
    await consult(at)
    await operate(at, "complete")
    at.pbx.answer("1002")
    assert [member.number for member in inbound.connected] == [OUTSIDE, "1002"]


async def test_an_attended_transfer_is_given_up(at: Desk, inbound: Call) -> None:
    """The first call goes on."""
    await consult(at)
    at.pbx.answer("1002")
    await at.frames()
    await operate(at, "abort")
    lines = await calls_only(at)
    assert lines[:2] == ["1000 BYE", "1002 BYE"]
    assert lines[-1] == "1000 ANSWER"
    assert list(at.pbx.calls) == [inbound.call_id]


async def test_the_two_calls_of_a_transfer_are_swapped(at: Desk, inbound: Call) -> None:
    """Back and forth."""
    await consult(at)
    at.pbx.answer("1002")
    await at.frames()
    await operate(at, "swap")
    assert await calls_only(at) == ["1000 HOLD", "1000 ANSWER"]
    await operate(at, "swap")
    assert await calls_only(at) == ["1000 HOLD", "1000 ANSWERED"]


async def test_there_is_nothing_to_swap_with_while_it_rings(
    at: Desk, inbound: Call
) -> None:
    """The caller waits on hold."""
    await consult(at)
    await operate(at, "swap")
    assert (await operate(at, "swap"))["errcode"] == 10009


async def test_three_talk(at: Desk, inbound: Call) -> None:
    """All in the first call; who leaves leaves two."""
    await consult(at)
    at.pbx.answer("1002")
    await operate(at, "threeway")
    assert len(inbound.connected) == 3
    at.pbx.hang_up("1000")
    assert [member.number for member in inbound.connected] == [OUTSIDE, "1002"]


async def test_a_target_that_declines_gives_the_call_back(
    at: Desk, inbound: Call
) -> None:
    """The held call is taken up again."""
    await consult(at)
    await at.frames()
    at.pbx.reject("1002")
    assert "1000 ANSWER" in await calls_only(at)


@pytest.mark.parametrize("operation", ["complete", "abort", "swap", "threeway"])
async def test_there_must_be_a_transfer_to_go_on_with(
    at: Desk, inbound: Call, operation: str
) -> None:
    """Also a word that is none is refused."""
    assert (await operate(at, operation))["errcode"] == 10009
    assert (await operate(at, "nonsense"))["errcode"] == 40002
