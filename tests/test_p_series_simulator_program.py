"""The P-Series simulator as a program: control interface, lively house, TLS, large offices."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
import json
from pathlib import Path
from random import Random
import signal
import ssl
import sys
import time
from typing import Any

import pytest

from .simulator.house import House
from .simulator.p_series import (
    NotPossibleError,
    PSeriesSimulator,
    household,
    large_office,
)
from .simulator.p_series.control import (
    OWN_ACTIONS,
    SHARED_ACTIONS,
    PSeriesControl,
    as_shared,
)
from .simulator.p_series.peer import Client, desk, subscribed
from .simulator.tls import server_context

pytestmark = pytest.mark.usefixtures("socket_enabled")
REPOSITORY = Path(__file__).parents[1]


async def control(
    port: int, path: str, method: str = "POST", **fields: object
) -> tuple[int, Any]:
    """Ask the control interface."""
    body = json.dumps(fields).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"{method} {path} HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    head_line, _, answer_body = answer.partition(b"\r\n\r\n")
    return int(head_line.split()[1]), json.loads(answer_body)


@pytest.fixture
async def pbx() -> AsyncIterator[PSeriesSimulator]:
    """Return a PBX that is switched on."""
    async with PSeriesSimulator() as simulator:
        yield simulator


@pytest.fixture
async def port(pbx: PSeriesSimulator) -> AsyncIterator[int]:
    """Return the port of its control interface."""
    remote = PSeriesControl(pbx)
    await remote.start()
    yield remote.port
    await remote.stop()


# The control interface


async def test_a_call_is_controlled(port: int) -> None:
    """As on the S-Series simulator."""
    status, call = await control(port, "/outside_call", **{"from": "1", "to": "1000"})
    assert (status, call["legs"][1]["state"]) == (200, "ringing")
    for path, state in (
        ("/answer", "talking"),
        ("/hold", "held"),
        ("/resume", "talking"),
        ("/hang_up", "ended"),
    ):
        _, call = await control(port, path, extension="1000")
        assert call["legs"][1]["state"] == state
    assert (await control(port, "/hang_up", callid="x"))[0] == 400


async def test_what_the_pbx_looks_like(pbx: PSeriesSimulator, port: int) -> None:
    """Extensions, trunks, calls, requests, frames."""
    await Client(pbx).login()
    pbx.internal_call("1000", "1002")
    _, state = await control(port, "/state", "GET")
    assert state["extensions"]["1000"]["status"] == "Busy"
    assert state["extensions"]["1001"]["status"] == "Unregistered"
    assert state["calls"][0]["legs"][0]["number"] == "1000"
    assert (state["tokens_alive"], state["sockets"]) == (1, 0)
    _, requests = await control(port, "/requests", "GET")
    assert requests[0]["endpoint"] == "get_token"
    _, frames = await control(port, "/reports", "GET")
    assert '"type":30011' in frames[0]["raw"]


async def test_trouble_is_made(pbx: PSeriesSimulator, port: int) -> None:
    """Faults, statuses, presence, tokens."""
    api = Client(pbx)
    await api.login()
    await control(port, "/fail_next", errno="-2")
    assert (await api.get("system/information"))["errcode"] == -2
    await control(port, "/status", extension="1000", status="Unregistered")
    await control(port, "/status", trunk="SIP-142", status="Failure")
    await control(port, "/presence", extension="1002", presence="away")
    await control(port, "/do_not_disturb", extension="1003", on=True)
    assert not pbx.state.extensions["1000"].ready
    assert pbx.state.trunks["SIP-142"].status == 41
    assert pbx.state.extensions["1002"].presence == "away"
    assert pbx.state.extensions["1003"].dnd
    await control(port, "/password", password="another")
    assert (pbx.client_secret, pbx.password) == ("another", "another")
    await api.login()
    await control(port, "/expire_tokens")
    assert (await api.get("system/information"))["errcode"] == 10004


@pytest.mark.parametrize("path", sorted({*OWN_ACTIONS, *SHARED_ACTIONS}))
async def test_nonsense_is_survived(port: int, path: str) -> None:
    """Without its fields every action answers something."""
    assert (await control(port, path))[0] in (200, 400)
    status, answer = await control(port, path, "GET")
    assert status == 404
    assert path in answer["known"]


async def test_there_are_no_wake_up_calls(port: int) -> None:
    """This family has none."""
    assert (await control(port, "/wake_up", extension="1000"))[0] == 404


# Who lives in the house


async def test_people_live_in_the_house() -> None:
    """Calls are answered, held and missed."""
    async with PSeriesSimulator(state=household(), time_scale=0.005) as pbx:
        house = House(as_shared(pbx), speed=200)
        house.start()
        async with asyncio.timeout(20):
            while len(pbx.board.ended) < 10:
                await asyncio.sleep(0.02)
        await house.stop()
        outcomes = {record.disposition for record in pbx.archive.records}
        texts = [frame.text for frame in pbx.frames]
    assert {"ANSWERED", "NO ANSWER"} <= outcomes
    assert any('\\"HOLD\\"' in text for text in texts)


async def test_people_answer_what_the_api_dials() -> None:
    """The caller's phone first, then the callee's."""
    async with PSeriesSimulator(state=household(), time_scale=0.01) as pbx:
        house = House(as_shared(pbx), speed=100)
        api = Client(pbx)
        await api.login()
        fields = {"caller": "1000", "callee": "0612345678"}
        call = pbx.calls[(await api.post("call/dial", **fields))["call_id"]]
        house.start()
        async with asyncio.timeout(20):
            while not call.ended:
                await asyncio.sleep(0.02)
        await house.stop()
    assert call.segments[-1].status == "ANSWERED"


# TLS


async def test_tls() -> None:
    """Requests and websockets; a client may refuse the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    async with PSeriesSimulator(ssl_context=server_context()) as pbx:
        assert pbx.url.startswith("https://")
        with pytest.raises(ssl.SSLError):
            await Client(pbx, context=ssl.create_default_context()).login()
        api = Client(pbx, context=context)
        assert (await api.login())["errcode"] == 0
        async with subscribed(api) as socket:
            assert (await socket.subscribe())["errcode"] == 0


# Large offices


async def test_a_large_office_keeps_up() -> None:
    """500 extensions, 120 calls at once, every frame in order of its sending."""
    random = Random(7)  # noqa: S311
    async with desk(PSeriesSimulator(state=large_office(500))) as at:
        pbx = at.pbx
        numbers = list(pbx.state.extensions)
        began = time.perf_counter()
        for step in range(240):
            caller, callee = random.sample(numbers, 2)
            with suppress(NotPossibleError):
                pbx.internal_call(caller, callee)
                pbx.answer(callee)
            if step % 40 == 0:
                await pbx.settle()
            while len(pbx.calls) > 120:
                pbx.hang_up_call(next(iter(pbx.calls)))
        took = time.perf_counter() - began
        assert len(pbx.calls) == 120
        texts = await at.frames()
        assert texts == [frame.text for frame in pbx.frames]
        answer = await at.api.get("call/query", type="internal")
        assert len(answer["data"]) == 120
        assert (await at.api.get("extension/list"))["total_number"] == 500
        assert took < 10


# The program


async def program(*arguments: str) -> asyncio.subprocess.Process:
    """Start the program."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.simulator.p_series", "--port", "0"),
        *arguments,
        cwd=REPOSITORY,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
async def test_the_program_starts_says_so_and_ends(name: signal.Signals) -> None:
    """One line when it is ready, one per thing that happens, a clean end."""
    process = await program("--house", "quiet", "--password", "other")
    assert process.stdout
    ready = (await process.stdout.readline()).decode()
    assert ready.startswith("PBX simulator listening on http://127.0.0.1:")
    port = int(ready.rpartition(":")[2].strip(" )\n"))
    _, call = await control(port, "/outside_call", **{"from": "0612", "to": "1000"})
    line = (await process.stdout.readline()).decode()
    assert f"0612 calls 1000 over SIP-Home ({call['callid']})" in line
    process.send_signal(name)
    _, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")


async def test_the_program_says_when_a_port_is_taken(pbx: PSeriesSimulator) -> None:
    """One sentence, no traceback."""
    process = await program("--port", str(pbx.port))
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert errors.count(b"\n") == 1
    assert b"in use" in errors
