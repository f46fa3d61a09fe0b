"""Answers of the P-Series simulator that go wrong, and its restart."""

import asyncio
from collections.abc import AsyncIterator
import json

import pytest

from .simulator.p_series import Fault, PSeriesSimulator
from .simulator.p_series.peer import Client, Clock, Desk, desk, subscribed

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    """Return a desk with a subscriber to everything."""
    async with desk() as one:
        yield one


async def body(at: Desk) -> bytes:
    """Ask and return the body of the answer, however it is."""
    answer = await at.api.raw("GET", "system/capacity", f"access_token={at.api.token}")
    return answer.partition(b"\r\n\r\n")[2]


async def test_a_fault_comes_as_often_as_wanted(at: Desk) -> None:
    """And for one endpoint only, if one is named."""
    at.pbx.fail_next(Fault.EMPTY, 2, "system/capacity")
    assert (await at.api.get("system/information"))["errcode"] == 0
    assert await body(at) == await body(at) == b""
    assert b'"errcode":0' in await body(at)
    assert [request.fault for request in at.pbx.requests[-3:]] == [
        "empty",
        "empty",
        None,
    ]


async def test_a_fault_lasts_until_it_is_cleared(at: Desk) -> None:
    """For every endpoint."""
    at.pbx.fault = Fault.GARBAGE
    for _ in range(3):
        assert b"garbage" in await body(at)
    at.pbx.fault = None
    assert b'"errcode":0' in await body(at)


async def test_an_errcode_can_be_chosen(at: Desk) -> None:
    """One that is in no table, too; the request has no effect."""
    at.pbx.refuse_next(12345, "extension/update")
    answer = await at.api.post("extension/update", id=73, presence_status="away")
    assert answer == {"errcode": 12345, "errmsg": "FAILURE"}
    assert at.pbx.state.extensions["1000"].presence == "available"


async def test_half_an_answer(at: Desk) -> None:
    """The connection ends in the middle."""
    whole = await body(at)
    at.pbx.fail_next(Fault.HALF)
    half = await body(at)
    assert half == whole[: len(whole) // 2]


async def test_an_answer_in_small_pieces(at: Desk) -> None:
    """It is complete in the end."""
    whole = await body(at)
    at.pbx.fail_next(Fault.SLOW)
    assert await body(at) == whole


@pytest.mark.parametrize("fault", [Fault.CLOSE, Fault.RESET])
async def test_no_answer_at_all(at: Desk, fault: Fault) -> None:
    """The request has no effect; with `close_after` it would have."""
    at.pbx.fail_next(fault)
    answer = b""
    try:
        answer = await at.api.raw("GET", "system/capacity")
    except ConnectionError:
        assert fault is Fault.RESET
    assert answer == b""


async def test_an_answer_that_is_lost(at: Desk) -> None:
    """What was asked for happens."""
    at.pbx.fail_next(Fault.CLOSE_AFTER)
    query = f"access_token={at.api.token}"
    wanted = json.dumps({"id": 73, "presence_status": "away"}).encode()
    assert await at.api.raw("POST", "extension/update", query, wanted) == b""
    assert at.pbx.state.extensions["1000"].presence == "away"


async def test_an_answer_that_never_comes(at: Desk) -> None:
    """Until the client goes; the PBX can be stopped meanwhile."""
    at.pbx.fail_next(Fault.HANG)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await body(at)
    assert b'"errcode":0' in await body(at)
    at.pbx.fail_next(Fault.HANG)
    hanging = asyncio.create_task(body(at))
    while at.pbx.server.in_flight == 0:
        await asyncio.sleep(0.01)
    await at.pbx.stop()
    assert await hanging == b""


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        (Fault.HTTP_500, b"500", b"text/html"),
        (Fault.HTML, b"200", b"text/html"),
        (Fault.REDIRECT, b"301", b"application/json"),
        (Fault.WRONG_TYPE, b"200", b"text/html"),
    ],
)
async def test_answers_of_another_kind(
    at: Desk, fault: Fault, status: bytes, kind: bytes
) -> None:
    """Other statuses, other content."""
    at.pbx.fail_next(fault)
    answer = await at.api.raw("GET", "system/capacity")
    head = answer.partition(b"\r\n\r\n")[0]
    assert head.split()[1] == status
    assert kind in head


async def test_requests_in_flight_are_counted(at: Desk) -> None:
    """Websockets are none."""
    at.pbx.latency = 0.05
    await asyncio.gather(body(at), body(at))
    assert at.pbx.most_in_flight == 2


# Restart


async def test_a_restart_ends_tokens_calls_and_sockets(at: Desk) -> None:
    """No event tells it; only the up-time falls."""
    call = at.pbx.internal_call("1000", "1002")
    await at.frames()
    at.pbx.reboot()
    assert await at.socket.closed() is None
    assert call.ended
    assert (at.pbx.calls, at.pbx.tokens_alive) == ({}, 0)
    assert (await at.api.get("system/information"))["errcode"] == 10004
    answer = await at.api.post("refresh_token", refresh_token=at.api.refresh)
    assert answer["errcode"] == 10004
    await at.api.login()
    data = (await at.api.get("system/information"))["data"]
    assert data["up_time"] < 5


async def test_a_restart_may_keep_tokens(at: Desk) -> None:
    """By a quirk."""
    at.pbx.quirks.keeps_tokens = True
    at.pbx.reboot()
    assert (await at.api.get("system/information"))["errcode"] == 0


async def test_while_it_restarts_nothing_is_answered() -> None:
    """For so many scaled seconds."""
    async with PSeriesSimulator(time_scale=0.01) as pbx:
        api = Client(pbx)
        pbx.reboot(down=30)
        assert await api.raw("GET", "system/information") == b""
        async with asyncio.timeout(2):
            while await api.raw("GET", "system/information") == b"":
                await asyncio.sleep(0.01)
        assert (await api.login())["errcode"] == 0
        async with subscribed(api) as socket:
            await socket.subscribe()


async def test_the_up_time_grows() -> None:
    """In whole seconds."""
    clock = Clock()
    async with PSeriesSimulator(clock=clock) as pbx:
        api = Client(pbx)
        await api.login()
        first = (await api.get("system/information"))["data"]["up_time"]
        clock.now += 60
        second = (await api.get("system/information"))["data"]["up_time"]
    assert second - first == 60
