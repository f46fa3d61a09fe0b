"""Reports by TCP: the connection, the cutting of its bytes, and what breaks it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from hypothesis import given, strategies as st
import pytest

from custom_components.yeastar.pbx import interface
from custom_components.yeastar.pbx.errors import (
    PbxConnectionError,
    PbxCredentialsError,
    PbxError,
    PbxProtocolError,
    PbxUnsupportedError,
)
from custom_components.yeastar.pbx.interface import Feature
from custom_components.yeastar.pbx.models import ExtensionState
from custom_components.yeastar.pbx.s_series import report_stream
from custom_components.yeastar.pbx.s_series.pbx import SSeriesPbx
from custom_components.yeastar.pbx.s_series.report_stream import (
    MAX_BETWEEN,
    MAX_REPORT,
    ObjectCutter,
    ReportStream,
)
from tests.simulator import ReportMethod, Simulator
from tests.simulator.report_server import REPLY

from .conftest import Clients, until

pytestmark = pytest.mark.usefixtures("socket_enabled")

REPORT = b'{"action":"RING","callid":"1.1"}'
ODD = rb'{"a":{"b":"}{ \" \\"},"c":[{"d":"{"}]}'


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing take seconds."""
    monkeypatch.setattr(report_stream, "GRACE", 0.2)
    monkeypatch.setattr(interface, "FIRST_PAUSE", 0.01)


# Cutting


@pytest.mark.parametrize("between", [b"", b"\n", b"\r\n\r\n", b"\0", b", "])
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_objects_are_cut_however_they_come(between: bytes, size: int) -> None:
    """Nothing stands between two, or anything short; pieces end anywhere."""
    stream = between.join([REPORT, ODD, REPORT])
    cutter, found = ObjectCutter(), list[bytes]()
    for start in range(0, len(stream), size):
        found += cutter.cut(stream[start : start + size])

    assert found == [REPORT, ODD, REPORT]


def test_the_answer_to_the_login_is_told_from_reports() -> None:
    """It comes before them."""
    cutter = ObjectCutter()

    assert list(cutter.cut(REPLY + REPORT)) == [REPORT]
    assert cutter.before == REPLY.strip()


@pytest.mark.parametrize(
    "garbage",
    [
        b"x" * (MAX_BETWEEN + 1),
        b'{"a":"' + b"x" * MAX_REPORT,
        b"{" * (MAX_REPORT + 1),
        b"}" * (MAX_BETWEEN + 1),
    ],
    ids=["text", "string", "braces", "ends"],
)
def test_what_can_be_no_reports_is_refused(garbage: bytes) -> None:
    """Before it fills the memory."""
    cutter = ObjectCutter()
    pieces = [garbage[start : start + 1000] for start in range(0, len(garbage), 1000)]

    with pytest.raises(PbxProtocolError):
        [list(cutter.cut(piece)) for piece in pieces]


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_any_bytes_are_cut_or_refused(pieces: list[bytes]) -> None:
    """And every object that is cut begins and ends with a brace."""
    cutter = ObjectCutter()
    with suppress(PbxProtocolError):
        for piece in pieces:
            for whole in cutter.cut(piece):
                assert whole[:1] == b"{"
                assert whole[-1:] == b"}"


# One connection


@dataclass(slots=True)
class Heard:
    """What came of a connection."""

    reports: list[bytes] = field(default_factory=list)
    begun: int = 0

    def begin(self) -> None:
        """Count connections."""
        self.begun += 1


def stream_of(box: Simulator, **changes: str) -> ReportStream:
    """Return a stream of a box."""
    login = {"username": box.username, "password": box.password} | changes
    return ReportStream(box.host, box.report_server.port, **login)


@asynccontextmanager
async def answering(answer: bytes) -> AsyncGenerator[tuple[ReportStream, list[bytes]]]:
    """Yield a stream of a server that answers a login with some bytes, and the logins."""
    logins = list[bytes]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            logins.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(answer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield (
            ReportStream("127.0.0.1", port, username="api", password="secret\r\nX: y"),
            logins,
        )


@pytest.mark.parametrize("replies", [False, True])
@pytest.mark.parametrize("pieces", [0, 3])
async def test_reports_come_by_a_connection_to_the_box(
    pbx: Simulator, replies: bool, pieces: int
) -> None:
    """Whether or not it answers the login, however it cuts them."""
    await pbx.report_by_tcp()
    pbx.quirks.report_login_reply = replies
    pbx.quirks.report_pieces = pieces
    heard = Heard()
    task = asyncio.create_task(stream_of(pbx).listen(heard.begin, heard.reports.append))
    await until(lambda: heard.begun)
    pbx.send_report(REPORT)
    pbx.send_report(ODD)
    await until(lambda: len(heard.reports) == 2)
    task.cancel()
    await asyncio.wait([task])

    assert heard.reports == [REPORT, ODD]
    assert heard.begun == 1
    assert pbx.report_server.logins == [
        {
            "action": "login",
            "username": "api",
            "secret": pbx.password,
            "version": "2.0.0",
        }
    ]


async def test_a_wrong_password_is_told_apart(pbx: Simulator) -> None:
    """The box hangs up without a word."""
    await pbx.report_by_tcp()
    heard = Heard()

    with pytest.raises(PbxCredentialsError):
        await stream_of(pbx, password="wrong").listen(heard.begin, heard.reports.append)

    assert not heard.begun


@pytest.mark.parametrize(
    "answer",
    [
        b"Response: Error\r\nMessage: Authentication failed\r\n\r\n",
        b"RESPONSE:failed\r\n\r\n",
        b"A banner\r\nResponse: Error\r\n\r\n",
        b'{"status":"Failed","errno":"20003"}',
        b'{"response":"error"}',
        b"",
    ],
)
async def test_a_refusal_is_understood_in_any_form(answer: bytes) -> None:
    """The guide does not print it."""
    heard = Heard()
    async with answering(answer) as (stream, logins):
        with pytest.raises(PbxCredentialsError):
            await stream.listen(heard.begin, heard.reports.append)

    assert not heard.begun
    assert not heard.reports
    assert len(logins) == 1


@pytest.mark.parametrize(
    "answer", [b"", REPLY, b'{"status":"Success"}', b'{"response":"success"}\r\n']
)
async def test_an_answer_is_no_report(answer: bytes) -> None:
    """Reports follow it, and it ends when the box hangs up."""
    heard = Heard()
    async with answering(answer + REPORT) as (stream, _):
        with pytest.raises(PbxConnectionError):
            await stream.listen(heard.begin, heard.reports.append)

    assert heard.begun == 1
    assert heard.reports == [REPORT]


async def test_a_password_writes_no_line_of_its_own() -> None:
    """Into the login, that is."""
    heard = Heard()
    async with answering(REPORT) as (stream, logins):
        with pytest.raises(PbxConnectionError):
            await stream.listen(heard.begin, heard.reports.append)

    assert logins[0].count(b"\r\n") == 5
    assert b"Secret: secretX: y\r\n" in logins[0]


@pytest.mark.parametrize(
    "garbage",
    [b"x" * 5000, b"\xff\x00{" * 30000, b"HTTP/1.1 400 Bad Request\r\n" * 300],
)
async def test_another_server_is_no_box(garbage: bytes) -> None:
    """It is left alone after a few kilobytes."""
    heard = Heard()
    async with answering(garbage) as (stream, _):
        with pytest.raises(PbxError):
            await stream.listen(heard.begin, heard.reports.append)

    assert not heard.reports


async def test_a_port_where_nothing_listens_is_not_reached(
    unused_tcp_port: int,
) -> None:
    """The report method of the box is HTTP, or its port is another one."""
    heard = Heard()
    stream = ReportStream("127.0.0.1", unused_tcp_port, username="a", password="b")

    with pytest.raises(PbxConnectionError):
        await stream.listen(heard.begin, heard.reports.append)


# A PBX whose reports are fetched


@dataclass(slots=True)
class Follower:
    """A PBX whose reports are fetched, and what came of it."""

    pbx: SSeriesPbx
    connected: list[bool] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def receive(self, body: bytes) -> None:
        """Take a report."""
        self.bodies.append(body)
        self.pbx.receive(self.pbx.parse_report(body))

    @property
    def is_connected(self) -> bool:
        """Return whether reports arrive."""
        return bool(self.connected) and self.connected[-1]


type Followers = Callable[..., Follower]


@pytest.fixture
async def follow(pbx: Simulator, make_client: Clients) -> AsyncGenerator[Followers]:
    """Return what follows the simulated PBX until the end of the test."""
    tasks = list[asyncio.Task[None]]()
    await pbx.report_by_tcp()

    def start(**changes: str) -> Follower:
        stream = stream_of(pbx, **changes)
        follower = Follower(SSeriesPbx("Box", make_client(), stream=stream))
        tasks.append(
            asyncio.create_task(
                follower.pbx.follow(follower.receive, follower.connected.append)
            )
        )
        return follower

    yield start
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_the_state_is_known_before_reports_are_taken(
    pbx: Simulator, follow: Followers
) -> None:
    """Then each changes it at once."""
    follower = follow()
    await until(lambda: follower.is_connected)
    assert follower.pbx.inventory.states["1000"] is ExtensionState.IDLE

    pbx.internal_call("1000", "1002")
    await until(lambda: follower.pbx.inventory.states["1002"] is ExtensionState.RINGING)

    assert len(follower.pbx.calls.living) == 1


async def test_a_connection_that_breaks_is_made_anew(
    pbx: Simulator, follow: Followers
) -> None:
    """What happened meanwhile is asked for."""
    follower = follow()
    await until(lambda: follower.is_connected)
    pbx.report_server.drop_clients()
    pbx.set_extension_status("1001", "Registered")
    await until(lambda: not follower.is_connected)
    await until(lambda: follower.is_connected)

    assert follower.pbx.inventory.states["1001"] is ExtensionState.IDLE


async def test_a_box_that_restarts_is_connected_again(
    pbx: Simulator, follow: Followers
) -> None:
    """With a new login, since it forgot the old one."""
    follower = follow()
    await until(lambda: follower.is_connected)
    pbx.reboot(down=0.05)
    await until(lambda: not follower.is_connected)
    await until(lambda: follower.is_connected)

    assert pbx.logins_ok >= 2


async def test_a_wrong_password_is_not_sent_again_and_again(
    pbx: Simulator, follow: Followers
) -> None:
    """Before each attempt a login shows that it is still right, which lifts the count."""
    follow(password="wrong")
    await until(lambda: len(pbx.report_server.logins) >= 3)

    assert pbx.logins_ok >= len(pbx.report_server.logins) - 1


async def test_a_password_that_was_changed_is_sent_once(
    pbx: Simulator, follow: Followers
) -> None:
    """The login finds out, and no connection is tried after it."""
    follower = follow()
    await until(lambda: follower.is_connected)
    pbx.password = "changed"
    pbx.report_server.drop_clients()
    await until(lambda: follower.pbx.password_refused)
    await asyncio.sleep(0.1)

    assert pbx.logins_failed == 1
    assert len(pbx.report_server.logins) == 2


async def test_a_pbx_without_a_stream_follows_nothing(make_client: Clients) -> None:
    """It posts its reports."""
    box = SSeriesPbx("Box", make_client())

    assert Feature.EVENT_SOCKET not in box.features
    with pytest.raises(PbxUnsupportedError):
        await box.follow(lambda body: None, lambda connected: None)


async def test_a_pbx_with_a_stream_needs_no_way_to_home_assistant(
    pbx: Simulator, make_client: Clients
) -> None:
    """Nor a port that it posts to."""
    await pbx.report_by_tcp()
    box = SSeriesPbx("Box", make_client(), stream=stream_of(pbx))

    assert Feature.EVENT_SOCKET in box.features
    assert Feature.HTTP_REPORTS not in box.features
    assert Feature.WAKE_UP_CALLS in box.features
    assert pbx.quirks.report_method is ReportMethod.TCP
