"""Requests that no user waits for: they never delay one that a user waits for."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from custom_components.yeastar.pbx.errors import PbxConnectionError, PbxOccupiedError
from custom_components.yeastar.pbx.http import in_background
from custom_components.yeastar.pbx.s_series.client import SSeriesClient
from tests.simulator import Fault, Simulator

from .conftest import Clients, Gate, endpoints, hurry, until

pytestmark = pytest.mark.usefixtures("socket_enabled")

type Query = Callable[[SSeriesClient], Awaitable[object]]

DIAL = "extension/dial_extension"


@pytest.fixture
async def client(make_client: Clients) -> SSeriesClient:
    """Return a client that is logged in."""
    logged_in = make_client()
    await logged_in.login()
    return logged_in


def in_the_background(client: SSeriesClient, ask: Query) -> asyncio.Task[object]:
    """Let a background task send a request."""

    async def work() -> object:
        with in_background():
            return await ask(client)

    return asyncio.create_task(work())


@asynccontextmanager
async def hanging(
    pbx: Simulator, client: SSeriesClient, *queries: Query
) -> AsyncGenerator[list[asyncio.Task[object]]]:
    """Let background requests hang, one of them at the PBX."""
    pbx.fault = Fault.HANG
    tasks = [in_the_background(client, ask) for ask in queries]
    await until(lambda: pbx.server.in_flight)
    # The others had time to be sent as well.
    await asyncio.sleep(0.05)
    pbx.fault = None
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def dial(client: SSeriesClient) -> None:
    """Do what a user waits for."""
    async with asyncio.timeout(2):
        await client.dial_extension("1000", "1002", auto_answer=True)


async def test_an_action_is_sent_at_once_while_two_background_requests_hang(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """One hangs at the PBX, the other one waits for it, and the action for neither."""
    async with hanging(
        pbx, client, SSeriesClient.extensions, SSeriesClient.trunks
    ) as tasks:
        await dial(client)

        assert not any(task.done() for task in tasks)
    assert endpoints(pbx) == ["login", "extensionlist/query", DIAL]


async def test_actions_one_after_the_other_pass_hanging_background_requests(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """The slot of the actions is not taken by what waits in the background."""
    queries = [SSeriesClient.extensions] * 5
    async with hanging(pbx, client, *queries):
        for number in ("1002", "1003", "1005"):
            async with asyncio.timeout(2):
                await client.dial_extension("1000", number, auto_answer=False)
                await client.hang_up_extension("1000")

    assert endpoints(pbx) == [
        "login",
        "extensionlist/query",
        *[DIAL, "extension/hangup"] * 3,
    ]


async def test_background_requests_are_sent_one_at_a_time(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """All of them, but never two at once."""
    pbx.latency = 0.01

    await asyncio.gather(
        *(in_the_background(client, SSeriesClient.extensions) for _ in range(5))
    )

    assert endpoints(pbx) == ["login"] + ["extensionlist/query"] * 5
    assert pbx.most_in_flight == 1


async def test_actions_use_both_slots_while_nothing_runs_in_the_background(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Two at once."""
    pbx.latency = 0.01

    await asyncio.gather(*(client.device_info() for _ in range(6)))

    assert pbx.most_in_flight == 2


async def test_a_background_request_waits_for_two_actions(
    pbx: Simulator, client: SSeriesClient, gate: Gate
) -> None:
    """A PBX never gets three requests at once."""
    gate.endpoint = "deviceinfo/query"
    actions = [asyncio.create_task(client.device_info()) for _ in range(2)]
    await until(lambda: pbx.server.in_flight == 2)

    poll = in_the_background(client, SSeriesClient.extensions)
    await asyncio.sleep(0.05)
    assert "extensionlist/query" not in endpoints(pbx)

    gate.open()
    await asyncio.gather(*actions, poll)
    assert pbx.most_in_flight == 2


async def test_a_background_request_does_not_wait_for_others_without_end(
    pbx: Simulator, client: SSeriesClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends after half its time and was not sent; the slot is free again after it."""
    hurry(monkeypatch, 0.4)
    pbx.fault = Fault.HANG
    first = in_the_background(client, SSeriesClient.extensions)
    await until(lambda: pbx.server.in_flight)

    with pytest.raises(PbxOccupiedError):
        await in_the_background(client, SSeriesClient.trunks)

    assert not first.done()
    with pytest.raises(PbxConnectionError):
        await first
    pbx.fault = None
    await in_the_background(client, SSeriesClient.trunks)
    assert endpoints(pbx) == ["login", "extensionlist/query", "trunklist/query"]


async def test_a_background_request_takes_no_longer_than_its_task_is_patient(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Others in the background wait for it meanwhile."""
    pbx.fault = Fault.HANG

    async with asyncio.timeout(2):
        with in_background(0.1), pytest.raises(PbxConnectionError):
            await client.extensions()


async def test_a_background_request_waits_no_longer_than_its_task_is_patient(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Half of its time, as every request; then it was not sent."""
    async with hanging(pbx, client, SSeriesClient.extensions):
        async with asyncio.timeout(2):
            with in_background(0.1), pytest.raises(PbxOccupiedError):
                await client.trunks()

    assert "trunklist/query" not in endpoints(pbx)


async def test_patience_does_not_prolong_a_request(
    pbx: Simulator, client: SSeriesClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shorter of both times counts."""
    hurry(monkeypatch, 0.1)
    pbx.fault = Fault.HANG

    async with asyncio.timeout(2):
        with in_background(60), pytest.raises(PbxConnectionError):
            await client.extensions()


async def test_the_patience_of_a_background_task_is_not_that_of_its_login(
    pbx: Simulator, client: SSeriesClient, gate: Gate
) -> None:
    """An action that waits for the same login has all its time."""
    client.forget_token()
    gate.endpoint = "login"
    with in_background(0.1):
        poll = asyncio.create_task(client.extensions())
    await until(lambda: pbx.server.in_flight)
    action = asyncio.create_task(dial(client))

    await asyncio.sleep(0.3)
    gate.open()

    await action
    await poll
    assert pbx.logins_ok == 2


async def test_a_background_request_that_is_cancelled_makes_room(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Whether it was sent or waited."""
    async with hanging(pbx, client, SSeriesClient.extensions, SSeriesClient.trunks):
        pass

    async with asyncio.timeout(2):
        await in_the_background(client, SSeriesClient.extensions)
    await dial(client)


async def test_the_end_of_the_block_ends_the_background(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Also of a block that fails; the same task then sends like an action."""
    with pytest.raises(ZeroDivisionError), in_background():
        raise ZeroDivisionError
    async with hanging(pbx, client, SSeriesClient.extensions):
        await dial(client)


async def test_a_background_block_is_that_of_one_task(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """A task that was started before is none of it."""
    begun = asyncio.Event()

    async def act() -> None:
        await begun.wait()
        await dial(client)

    action = asyncio.create_task(act())
    with in_background():
        async with hanging(pbx, client, SSeriesClient.extensions):
            begun.set()
            await action


async def test_a_login_that_a_background_request_needs_does_not_delay_an_action(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """All requests share one login, so it does not wait behind background requests."""
    async with hanging(pbx, client, SSeriesClient.extensions) as tasks:
        client.forget_token()
        tasks.append(in_the_background(client, SSeriesClient.trunks))
        await asyncio.sleep(0.01)

        await dial(client)

    assert endpoints(pbx) == ["login", "extensionlist/query", "login", DIAL]
