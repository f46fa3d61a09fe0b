"""The simulator as a program: control interface, lively house, TLS."""

import asyncio
import json
from pathlib import Path
import signal
import ssl
import sys
from typing import Any

import pytest

from .simulator import Fault, Simulator, Versions
from .simulator.control import ACTIONS, Control
from .simulator.house import House
from .simulator.offices import household
from .simulator.peer import Client
from .simulator.tls import server_context

pytestmark = pytest.mark.usefixtures("socket_enabled")
REPOSITORY = Path(__file__).parents[1]


async def control(
    port: int, path: str, method: str = "POST", /, **fields: object
) -> tuple[int, Any]:
    """Ask the control interface."""
    body = json.dumps(fields).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"{method} {path} HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    head, _, answer = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return int(head.split()[1]), json.loads(answer)


async def test_the_control_interface() -> None:
    """A call from outside, answered, held, resumed, hung up."""
    async with Simulator() as pbx:
        remote = Control(pbx)
        await remote.start()
        port = remote.port
        status, call = await control(
            port, "/outside_call", **{"from": "1", "to": "1000"}
        )
        assert status == 200
        assert call["legs"][1]["state"] == "ringing"
        for path, state in (
            ("/answer", "talking"),
            ("/hold", "held"),
            ("/resume", "talking"),
            ("/hang_up", "ended"),
        ):
            _, call = await control(port, path, extension="1000")
            assert call["legs"][1]["state"] == state
        _, state = await control(port, "/state", "GET")
        assert state["extensions"]["1000"]["status"] == "Registered"
        assert state["calls"] == []
        await remote.stop()


async def test_the_control_interface_makes_trouble() -> None:
    """Faults, tokens, statuses."""
    async with Simulator() as pbx:
        remote = Control(pbx)
        await remote.start()
        api = Client(pbx)
        await api.login()
        await control(remote.port, "/fail_next", fault="empty", endpoint="x")
        assert pbx.faults.take("x") is Fault.EMPTY
        await control(remote.port, "/fail_next", errno="30001")
        assert await api.errno("inbound/query") == "30001"
        await control(remote.port, "/expire_tokens")
        assert await api.errno("inbound/query") == "20006"
        await control(remote.port, "/status", extension="1000", status="Unavailable")
        await control(remote.port, "/status", trunk="SIP-142", status="Failure")
        _, state = await control(remote.port, "/state", "GET")
        assert state["extensions"]["1000"]["status"] == "Unavailable"
        assert state["trunks"]["SIP-142"]["status"] == "Failure"
        _, requests = await control(remote.port, "/requests", "GET")
        assert requests[-1]["answer"]["errno"] == "20006"
        await control(remote.port, "/report", raw='{"action":"BootUp"}')
        _, reports = await control(remote.port, "/reports", "GET")
        assert reports[-1]["outcome"] == "no_target"
        await remote.stop()


async def test_the_control_interface_makes_another_box_of_it() -> None:
    """Quirks by name; an unknown one is an error."""
    async with Simulator() as pbx:
        remote = Control(pbx)
        await remote.start()
        for name, value in {
            "versions": "v2.0.0 only",
            "strict_ports": True,
            "forgets": ["dnd"],
            "apply_gap": 2,
        }.items():
            status, _ = await control(remote.port, "/quirk", name=name, value=value)
            assert status == 200
        assert pbx.quirks.versions is Versions.V2_ONLY
        assert pbx.quirks.strict_ports is True
        assert pbx.quirks.forgets == {"dnd"}
        assert pbx.quirks.apply_gap == 2.0
        for name, value in {"nothing": True, "versions": "v9"}.items():
            status, _ = await control(remote.port, "/quirk", name=name, value=value)
            assert status == 400
        await remote.stop()


async def test_the_control_interface_plays_another_program() -> None:
    """It takes the reports and changes settings."""
    async with Simulator() as pbx:
        remote = Control(pbx)
        await remote.start()
        where: dict[str, object] = {"host": "127.0.0.1", "port": 9, "path": "/other"}
        await control(remote.port, "/other_program_logs_in", **where)
        _, state = await control(remote.port, "/state", "GET")
        assert state["report_target"] == "http://127.0.0.1:9/other"
        fields = {"extension": "1000", "ringtimeout": "12"}
        assert (await control(remote.port, "/change_settings", **fields))[0] == 200
        assert pbx.state.extensions["1000"].ring_timeout == 12
        fields = {"extension": "1000", "ringtimeout": "never"}
        assert (await control(remote.port, "/change_settings", **fields))[0] == 400
        await remote.stop()


@pytest.mark.parametrize("path", sorted(ACTIONS))
async def test_the_control_interface_survives_nonsense(path: str) -> None:
    """Without its fields every action answers something."""
    async with Simulator() as pbx:
        remote = Control(pbx)
        await remote.start()
        status, _ = await control(remote.port, path)
        assert status in (200, 400)
        assert (await control(remote.port, path, "GET"))[0] == 404
        await remote.stop()


async def test_people_live_in_the_house() -> None:
    """Calls are answered, held and missed; what the API dials is answered."""
    async with Simulator(state=household(), time_scale=0.005) as pbx:
        house = House(pbx, speed=200)
        house.start()
        api = Client(pbx)
        await api.login()
        while len(pbx.board.ended) < 10:
            await asyncio.sleep(0.02)
        missed = [
            call
            for call in pbx.board.ended
            if call.segments and call.segments[0].status == "NO ANSWER"
        ]
        assert missed
        assert len(missed) < 10
        await house.stop()


async def test_who_lives_in_the_house_answers_what_the_api_dials() -> None:
    """The caller's phone first, then the callee's."""
    async with Simulator(state=household(), time_scale=0.005) as pbx:
        house = House(pbx, speed=50)
        house.start()
        api = Client(pbx)
        await api.login()
        dial = {"extid": "1000", "outto": "0612345678"}
        callid = (await api.ask("extension/dial_outbound", **dial))["callid"]
        call = pbx.calls[callid]
        while not call.ended:
            await asyncio.sleep(0.02)
        assert call.segments[0].status == "ANSWERED"
        await house.stop()


@pytest.mark.parametrize("old_box", [False, True])
async def test_tls(old_box: bool) -> None:
    """An old box refuses today's defaults and takes its one cipher."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    async with Simulator(ssl_context=server_context(old_box=old_box)) as pbx:
        assert pbx.url.startswith("https://")
        if old_box:
            with pytest.raises((ssl.SSLError, ConnectionError)):
                await Client(pbx, context=python_defaults()).login()
            context.set_ciphers("AES256-GCM-SHA384:@SECLEVEL=0")
        assert (await Client(pbx, context=context).login())["status"] == "Success"


def python_defaults() -> ssl.SSLContext:
    """Return Python's own defaults; distributions may build it with those of OpenSSL."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES")
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def program(*arguments: str) -> asyncio.subprocess.Process:
    """Start the program."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.simulator",
        "--port",
        "0",
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


async def test_the_program_lets_others_connect_for_reports() -> None:
    """Where it listens for them is asked of the control interface."""
    process = await program("--house", "quiet", "--report-port", "0")
    assert process.stdout
    ready = (await process.stdout.readline()).decode()
    port = int(ready.rpartition(":")[2].strip(" )\n"))
    _, state = await control(port, "/state", "GET")
    reader, writer = await asyncio.open_connection("127.0.0.1", state["report_port"])
    writer.write(
        b"Action: login\r\nUsername: api\r\nSecret: simulator-secret-1\r\n"
        b"Version: 2.0.0\r\n\r\n"
    )
    await writer.drain()
    await process.stdout.readline()
    await control(port, "/outside_call", **{"from": "0612", "to": "1000"})
    assert (await reader.readuntil(b"}")).startswith(b'{"event":"CallStatus"')
    writer.close()
    process.send_signal(signal.SIGTERM)
    _, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")


async def test_the_program_says_when_a_port_is_taken() -> None:
    """One sentence, no traceback."""
    async with Simulator() as pbx:
        process = await program("--port", str(pbx.port))
        _, errors = await process.communicate()
    assert process.returncode == 1
    assert errors.count(b"\n") == 1
    assert b"in use" in errors
