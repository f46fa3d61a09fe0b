"""Reports by TCP: programs connect to the PBX and log in (API v2.0.0)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
import json
from typing import Any

import pytest

from .simulator import Outcome, Quirks, ReportMethod, Shape, Simulator
from .simulator.peer import Client, desk
from .simulator.report_server import REPLY

pytestmark = pytest.mark.usefixtures("socket_enabled")
LOGIN = "Action: login\r\nUsername: api\r\nSecret: {}\r\nVersion: 2.0.0\r\n\r\n"


@asynccontextmanager
async def box() -> AsyncIterator[Simulator]:
    """Run a box whose reports come by TCP."""
    async with Simulator(quirks=Quirks(report_method=ReportMethod.TCP)) as pbx:
        yield pbx


@asynccontextmanager
async def connected(
    pbx: Simulator, packet: str | None = None
) -> AsyncIterator[asyncio.StreamReader]:
    """Connect and log in."""
    reader, writer = await asyncio.open_connection(pbx.host, pbx.report_server.port)
    before = len(pbx.report_server.logins)
    writer.write((packet or LOGIN.format(pbx.password)).encode())
    await writer.drain()
    while len(pbx.report_server.logins) == before:
        await asyncio.sleep(0.001)
    try:
        yield reader
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def events(reader: asyncio.StreamReader, number: int) -> list[dict[str, Any]]:
    """Read so many reports; white space between them is skipped."""
    decoder, text, found = json.JSONDecoder(), "", list[dict[str, Any]]()
    async with asyncio.timeout(5):
        while len(found) < number:
            try:
                body, end = decoder.raw_decode(text)
            except ValueError:
                text += (await reader.read(4096)).decode()
                continue
            found.append(body)
            text = text[end:].lstrip()
    assert text == ""
    return found


async def test_a_program_that_logged_in_receives_reports() -> None:
    """In the shape of v2; no token is needed."""
    async with box() as pbx, connected(pbx) as reader:
        call = pbx.internal_call("1000", "1002")
        found = await events(reader, 3)
        assert [body["event"] for body in found] == [
            "CallStatus",
            "ExtensionStatus",
            "ExtensionStatus",
        ]
        assert found[0]["callid"] == call.callid
        assert pbx.report_server.logins == [
            {
                "action": "login",
                "username": "api",
                "secret": pbx.password,
                "version": "2.0.0",
            }
        ]


async def test_nothing_stands_between_two_reports() -> None:
    """Compact JSON, one object after the other, and nothing before the first."""
    async with box() as pbx, connected(pbx) as reader:
        pbx.send_report({"event": "a"})
        pbx.send_report({"event": "b"})
        await pbx.settle()
        assert await reader.read(4096) == b'{"event":"a"}{"event":"b"}'


@pytest.mark.parametrize(
    ("quirk", "sent"),
    [
        ("report_newline", b'{"event":"a"}\n{"event":"b"}\n'),
        ("report_login_reply", REPLY + b'{"event":"a"}{"event":"b"}'),
    ],
)
async def test_what_is_unknown_is_a_quirk(quirk: str, sent: bytes) -> None:
    """A line feed after each report, an answer to the login."""
    async with box() as pbx:
        setattr(pbx.quirks, quirk, True)
        async with connected(pbx) as reader:
            pbx.send_report({"event": "a"})
            pbx.send_report({"event": "b"})
            await pbx.settle()
            assert await reader.readexactly(len(sent)) == sent


async def test_quirk_report_pieces() -> None:
    """A report is cut wherever it happens to be, in the middle of a letter too."""
    async with box() as pbx:
        pbx.quirks.report_pieces = 3
        async with connected(pbx) as reader:
            pbx.send_report({"event": "äöü"})
            first = await reader.read(4096)
            assert len(first) == 3
            rest = b""
            while not rest.endswith(b"}"):
                rest += await reader.read(4096)
            assert (first + rest).decode() == '{"event":"äöü"}'


@pytest.mark.parametrize(
    "packet",
    [
        "Action: login\r\nUsername: api\r\nSecret: wrong\r\nVersion: 2.0.0\r\n\r\n",
        "Action: login\r\nUsername: x\r\nSecret: simulator-secret-1\r\n\r\n",
        "Action: logoff\r\nUsername: api\r\nSecret: simulator-secret-1\r\n\r\n",
        '{"action":"login","username":"api"}\r\n\r\n',
        "\r\n\r\n",
    ],
)
async def test_a_refused_login_closes_the_connection(packet: str) -> None:
    """Without a word."""
    async with box() as pbx, connected(pbx, packet) as reader:
        assert await reader.read() == b""
        assert pbx.report_server.clients == 0


async def test_the_secret_is_in_clear() -> None:
    """The md5 that a login by HTTP sends is refused."""
    async with box() as pbx:
        md5 = "2d7257a528679d01a19c70e3fa773620"
        async with connected(pbx, LOGIN.format(md5)) as reader:
            assert await reader.read() == b""


@pytest.mark.parametrize(
    ("line", "shape"), [("Version: 2.0.0\r\n", Shape.V2), ("", Shape.V1)]
)
async def test_the_version_of_the_login_chooses_the_shape(
    line: str, shape: Shape
) -> None:
    """As that of a login by HTTP does."""
    async with box() as pbx:
        packet = f"Action: login\r\nUsername: api\r\nSecret: {pbx.password}\r\n{line}"
        async with connected(pbx, f"{packet}\r\n"):
            while not pbx.report_server.clients:
                await asyncio.sleep(0.001)
            assert pbx.reporter.shape is shape


async def test_line_feeds_alone_are_taken() -> None:
    """The kind of line end is not documented."""
    async with box() as pbx:
        packet = LOGIN.format(pbx.password).replace("\r\n", "\n")
        async with connected(pbx, packet) as reader:
            pbx.send_report({"event": "a"})
            assert await events(reader, 1) == [{"event": "a"}]


async def test_every_program_receives_every_report() -> None:
    """And those that left do not disturb."""
    async with box() as pbx, connected(pbx) as first:
        async with connected(pbx) as second:
            pbx.send_report({"event": "a"})
            assert await events(first, 1) == await events(second, 1)
        while pbx.report_server.clients > 1:
            await asyncio.sleep(0.001)
        pbx.send_report({"event": "b"})
        assert await events(first, 1) == [{"event": "b"}]


async def test_reports_by_tcp_are_not_posted() -> None:
    """Although a login named a port; without a program they are lost."""
    async with desk(version="2.0.0") as d:
        await d.pbx.report_by_tcp()
        d.pbx.send_report({"event": "lost"})
        async with connected(d.pbx) as reader:
            d.pbx.send_report({"event": "a"})
            assert await events(reader, 1) == [{"event": "a"}]
        assert d.listener.bodies == []
        assert [report.outcome for report in d.pbx.reports] == [
            Outcome.NO_TARGET,
            Outcome.DELIVERED,
        ]


async def test_a_login_by_http_tells_that_reports_come_by_tcp() -> None:
    """By `transport`; reports do not need that login."""
    async with box() as pbx:
        answer = await Client(pbx).login(v="v2.0.0")
        assert answer["transport"] == "TCP"


async def test_the_end_of_a_token_does_not_end_reports() -> None:
    """They belong to the connection."""
    async with box() as pbx, connected(pbx) as reader:
        await Client(pbx).login(v="v2.0.0")
        pbx.expire_tokens()
        pbx.send_report({"event": "a"})
        assert await events(reader, 1) == [{"event": "a"}]


async def test_connections_can_be_dropped() -> None:
    """A program has to connect and to log in again."""
    async with box() as pbx:
        async with connected(pbx) as reader:
            pbx.report_server.drop_clients()
            with suppress(ConnectionError):
                assert await reader.read() == b""
        async with connected(pbx) as reader:
            pbx.send_report({"event": "a"})
            assert await events(reader, 1) == [{"event": "a"}]


async def test_a_restart_drops_connections() -> None:
    """While it lasts, new ones end at once."""
    async with box() as pbx:
        async with connected(pbx) as reader:
            pbx.timers.scale = 0.001
            pbx.reboot(down=100)
            with suppress(ConnectionError):
                assert await reader.read() == b""
        reader, writer = await asyncio.open_connection(pbx.host, pbx.report_server.port)
        assert await reader.read() == b""
        writer.close()
        while pbx.report_server.down:
            await asyncio.sleep(0.01)
        async with connected(pbx) as reader:
            pbx.send_report({"event": "a"})
            assert await events(reader, 1) == [{"event": "a"}]


async def test_the_port_can_be_chosen_and_stays() -> None:
    """Over a stop and a start."""
    async with box() as pbx:
        port = pbx.report_server.port
    again = Simulator(quirks=Quirks(report_method=ReportMethod.TCP), report_port=port)
    async with again:
        assert again.report_server.port == port


async def test_nothing_listens_where_reports_are_posted() -> None:
    """HTTP is what boxes start with."""
    async with Simulator() as pbx:
        assert pbx.report_server.port == 0
