"""Ring groups, queues and menus on the P-Series simulator, frame by frame."""

from collections.abc import AsyncIterator
import json

import pytest

from .simulator.p_series.peer import Desk, desk

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    """Return a desk with a subscriber to everything."""
    async with desk() as one:
        yield one


async def test_a_ring_group(at: Desk) -> None:
    """All ring with its number as path; the record names group and phone."""
    call = at.pbx.outside_call("0612345678", "6200")
    at.pbx.reject("1000")
    at.pbx.answer("1002")
    at.pbx.outside_hangs_up(call)
    lines = await at.told()
    assert lines[:3] == ["inbound ALERT", "1000 RING 6200", "30008 1000 Ringing"]
    assert "1000 BYE 6200" in lines
    assert lines.index("1002 ANSWER 6200") < lines.index("inbound ANSWERED 6200")
    assert lines[-1] == "30012 ANSWERED 0612345678>6200(1002)"


async def test_a_queue(at: Desk) -> None:
    """Music answers the caller at once, then the agents ring."""
    at.pbx.outside_call("0612345678", "6700")
    lines = [line for line in await at.told() if not line.startswith("30008")]
    assert lines == [
        "inbound ALERT",
        "inbound ANSWERED 6700",
        "1000 RING 6700",
        "1002 RING 6700",
        "1003 RING 6700",
    ]
    at.pbx.answer("1003")
    lines = [line for line in await at.told() if not line.startswith("30008")]
    assert lines == ["1003 ANSWER 6700", "1000 BYE 6700", "1002 BYE 6700"]


async def test_agents_that_let_it_ring_are_told_and_rung_again(at: Desk) -> None:
    """30026 each; the retry rings them once more."""
    queue = at.pbx.state.queues["6700"]
    queue.agent_timeout = queue.retry = 0.02
    at.pbx.outside_call("0612345678", "6700")
    lines = await at.until("30026 6700 1003")
    assert {"30026 6700 1000", "30026 6700 1002"} <= set(lines)
    assert lines.index("1000 BYE 6700") < lines.index("30026 6700 1000")
    await at.until("1000 RING 6700")


@pytest.mark.parametrize(
    ("abandoned", "status"), [(False, "NO ANSWER"), (True, "ABANDONED")]
)
async def test_giving_up_in_a_queue(at: Desk, abandoned: bool, status: str) -> None:
    """The word depends on the firmware."""
    at.pbx.quirks.abandoned = abandoned
    at.pbx.outside_hangs_up(at.pbx.outside_call("0612345678", "6700"))
    assert (await at.told())[-1] == f"30012 {status} 0612345678>6700"


async def test_an_ivr(at: Desk) -> None:
    """It answers by itself, tells keys, and gets a record of its own."""
    call = at.pbx.outside_call("0612345678", "6500")
    assert await at.told() == ["inbound ALERT", "inbound ANSWERED 6500"]
    at.pbx.press_key(call, "9")
    at.pbx.press_key(call, "1")
    key = json.loads(json.loads((await at.frames())[1])["msg"])
    assert (key["info"], key["flag"], key["infos"]) == ("1", 1, "91")
    at.pbx.answer("1000")
    at.pbx.outside_hangs_up(call)
    assert (await at.told())[-2:] == [
        "30012 ANSWERED 0612345678>6500",
        "30012 ANSWERED 0612345678>1000",
    ]
