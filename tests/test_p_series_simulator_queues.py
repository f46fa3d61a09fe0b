"""Queues on the P-Series simulator: their calls and their agents."""

from collections.abc import AsyncIterator

import pytest

from .simulator.p_series import PSeriesSimulator, Queue
from .simulator.p_series.peer import Desk, desk

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    """Return a desk with a subscriber to everything."""
    async with desk() as one:
        yield one


async def test_the_calls_of_a_queue(at: Desk) -> None:
    """Idle is 60001 with zeros and nulls; then it rings, waits and talks."""

    async def counted() -> tuple[int, ...]:
        answer = await at.api.get("queue/call_status", id=3)
        counts = ("waiting_calls", "ringing_calls", "active_calls")
        return answer["errcode"], *(answer[key] for key in counts)

    assert await counted() == (60001, 0, 0, 0)
    call = at.pbx.outside_call("0612345678", "6700")
    assert await counted() == (0, 0, 3, 0)
    at.pbx.answer("1002")
    assert await counted() == (0, 0, 0, 1)
    for number in ("1000", "1003"):
        at.pbx.set_presence(number, "do_not_disturb")
    at.pbx.outside_call("0305550127", "6700")
    assert await counted() == (0, 1, 0, 1)
    answer = await at.api.get("queue/call_status", id=3)
    assert answer["active_list"][0] == {
        "call_id": call.call_id,
        "caller_number": "0612345678",
        "caller_display_name": "",
        "callee_number": "1002",
        "callee_display_name": "Amy",
        "duration": 0,
    }


async def statuses(at: Desk) -> dict[str, int]:
    """Return the call statuses of the agents."""
    rows = (await at.api.get("queue/agent_status", id=3))["data"]
    return {row["number"]: row["call_status"] for row in rows}


async def test_what_agents_do(at: Desk) -> None:
    """Idle, ringing, talking, another call, held by the other side."""
    assert await statuses(at) == {"1000": 1, "1002": 1, "1003": 1}
    at.pbx.internal_call("1005", "1000")
    assert (await statuses(at))["1000"] == 3
    at.pbx.answer("1000")
    assert (await statuses(at))["1000"] == 2
    at.pbx.outside_call("1", "1000")
    assert (await statuses(at))["1000"] == 4
    at.pbx.reject("1000")
    at.pbx.hold("1005")
    assert (await statuses(at))["1000"] == 5


async def test_agents_are_paused(at: Desk) -> None:
    """30029 says why; a paused agent does not ring."""
    await at.api.get(
        "queue/agent_pause", ext_ids=73, queue_id=3, operation="pause", reason="*01"
    )
    (row, *_) = (await at.api.get("queue/agent_status", id=3))["data"]
    assert (row["is_pause"], row["pause_reason"], row["agent_type"]) == (
        1,
        "Lunch",
        "static",
    )
    assert await at.told() == ["30029 queue-6700 1000"]
    at.pbx.hang_up_call(at.pbx.outside_call("1", "6700").call_id)
    assert "1000 RING 6700" not in await at.told()
    await at.api.get("queue/agent_pause", ext_ids=73, queue_id=3, operation="unpause")
    at.pbx.outside_call("1", "6700")
    assert "1000 RING 6700" in await at.told()


async def test_dynamic_agents_log_in_and_out(at: Desk) -> None:
    """Static ones do not."""
    fields = {"queue_id": 3, "operation": "logout"}
    assert (await at.api.get("queue/agent_login", ext_ids="75,76", **fields))[
        "errcode"
    ] == 0
    call = at.pbx.outside_call("1", "6700")
    assert [member.number for member in call.ringing] == ["1000"]
    await at.api.get("queue/agent_login", ext_ids="75", queue_id=3, operation="login")
    assert at.pbx.state.queues["6700"].agents["1002"].on_duty
    answer = await at.api.get("queue/agent_login", ext_ids="73", **fields)
    assert answer["errcode"] == 10009


async def test_agents_come_back_by_themselves() -> None:
    """After ten scaled seconds."""
    async with desk(PSeriesSimulator(time_scale=0.01)) as at:
        queue = at.pbx.state.queues["6700"]
        for number in ("1002", "1003"):
            at.pbx.groups.log_out(queue, queue.agents[number])
        at.pbx.groups.pause(queue, queue.agents["1000"], seconds=10)
        call = at.pbx.outside_call("1", "6700")
        assert call.ringing == []
        await at.until("1000 RING 6700")


@pytest.mark.parametrize(
    ("fields", "errcode"),
    [
        ({"ext_ids": "1000"}, 60001),
        ({"queue_id": 6700}, 60001),
        ({"operation": "x"}, 40002),
        ({"reason": "*99"}, 40002),
        ({"max_threshold_for_pause_time": 9}, 40002),
        ({"ext_ids": ""}, 40002),
    ],
    ids=["a number", "another number", "operation", "reason", "too short", "none"],
)
async def test_a_wrong_pause_is_refused(
    at: Desk, fields: dict[str, object], errcode: int
) -> None:
    """Ids, words and seconds must be right."""
    right = {"ext_ids": "73", "queue_id": 3, "operation": "pause"}
    answer = await at.api.get("queue/agent_pause", **(right | fields))
    assert answer["errcode"] == errcode


async def test_a_queue_without_agents(at: Desk) -> None:
    """60001; its lists of people are null."""
    at.pbx.state.queues["6799"] = Queue(9, "6799", "Empty")
    assert (await at.api.get("queue/agent_status", id=9))["errcode"] == 60001
    (row,) = (await at.api.get("queue/search", search_value="6799"))["queue_list"]
    assert row["static_agent_list"] is None


async def test_agents_that_miss_too_much_are_paused(at: Desk) -> None:
    """30025 lists the calls."""
    queue = at.pbx.state.queues["6700"]
    queue.pauses_after, queue.agent_timeout = 1, 0.01
    at.pbx.outside_call("0612345678", "6700")
    lines = await at.until("30029 queue-6700 1003")
    assert "30025 6700 1000" in lines
    assert not queue.agents["1000"].on_duty
