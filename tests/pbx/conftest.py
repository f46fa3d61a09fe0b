"""A PBX, or anything that answers in its place, and clients that talk to it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
import contextlib
from dataclasses import dataclass, field
import hashlib
from typing import Any, Protocol, Self

import aiohttp
from hypothesis import settings
import pytest

from custom_components.yeastar.pbx.http import Http
from custom_components.yeastar.pbx.s_series.client import ReportTarget, SSeriesClient
from tests.simulator import Request, Simulator
from tests.simulator.wire import read_request

from .samples import named

# A busy machine is no failure.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

SECRET_PATH = "api/webhook/0123456789abcdef"
TARGET = ReportTarget(port=8123, path=SECRET_PATH)
LOGIN_SAMPLE = named("response", "login")[0]


class Clients(Protocol):
    """Makes clients of the simulated PBX, but for what is changed."""

    def __call__(self, **changes: Any) -> SSeriesClient:
        """Return a client."""


@pytest.fixture
async def session(socket_enabled: None) -> AsyncGenerator[aiohttp.ClientSession]:
    """Return a session of our own: the package knows no Home Assistant."""
    async with aiohttp.ClientSession() as client_session:
        yield client_session


@pytest.fixture
def make_client(session: aiohttp.ClientSession, pbx: Simulator) -> Clients:
    """Return what makes clients of the simulated PBX."""

    def make(**changes: Any) -> SSeriesClient:
        arguments: dict[str, Any] = {
            "host": pbx.host,
            "port": pbx.port,
            "ssl": False,
            "username": pbx.username,
            "password": pbx.password,
        }
        return SSeriesClient(session, **(arguments | changes))

    return make


@pytest.fixture
def client(make_client: Clients) -> SSeriesClient:
    """Return a client that did nothing yet."""
    return make_client()


def hurry(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let no exchange take longer than so many seconds from now on."""
    exchange = Http.exchange

    async def hurried(http: Http, *args: Any, timeout: float, **fields: Any) -> bytes:
        return await exchange(http, *args, timeout=min(timeout, seconds), **fields)

    monkeypatch.setattr(Http, "exchange", hurried)


@dataclass(slots=True)
class Gate:
    """Holds back requests for one endpoint until it is opened."""

    endpoint: str = ""
    _opened: asyncio.Event = field(default_factory=asyncio.Event)

    def open(self) -> None:
        """Let everything through."""
        self._opened.set()

    async def passed_by(self, request: Request) -> None:
        """Wait as long as a request is held back."""
        if request.path.rpartition("/api/v1.0.0/")[2] == self.endpoint:
            await self._opened.wait()


@pytest.fixture
def gate(pbx: Simulator, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Return what holds back the PBX before it does anything."""
    holder = Gate()
    respond = pbx.server._respond

    async def hold(request: Request, *streams: Any) -> None:
        await holder.passed_by(request)
        await respond(request, *streams)

    monkeypatch.setattr(pbx.server, "_respond", hold)
    return holder


def md5_of(password: str) -> str:
    """Return a password as the login sends it."""
    return hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()


def endpoints(pbx: Simulator) -> list[str | None]:
    """Return what was asked of the PBX, in order."""
    return [request.endpoint for request in pbx.requests]


async def until(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)


def answer(body: str | bytes, *, head: str = "HTTP/1.1 200 OK") -> bytes:
    """Return an answer as an old box sends it: the end of the connection ends it."""
    raw = body.encode() if isinstance(body, str) else body
    return f"{head}\r\nConnection: close\r\n\r\n".encode() + raw


@dataclass(slots=True)
class Box:
    """Something that answers a login, and everything else as it is told to."""

    answers: dict[str, bytes] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    login: bytes = field(default_factory=lambda: answer(LOGIN_SAMPLE.body))
    sent: int = 0
    _server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        assert self._server
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def __aenter__(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening and hang up."""
        assert self._server
        self._server.close()
        self._server.close_clients()
        await self._server.wait_closed()

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        request = await read_request(reader, "127.0.0.1")
        assert request
        self.requests.append(request)
        request.endpoint = request.path.split("/", 3)[-1]
        replies = {"login": self.login, **self.answers}
        with contextlib.suppress(ConnectionError):
            for start in range(0, len(reply := replies[request.endpoint]), 65536):
                writer.write(chunk := reply[start : start + 65536])
                await writer.drain()
                self.sent += len(chunk)
        writer.close()


@pytest.fixture
async def box(socket_enabled: None) -> AsyncGenerator[Box]:
    """Return something that answers in the place of a PBX."""
    async with Box() as something:
        yield something


@pytest.fixture
def box_client(session: aiohttp.ClientSession, box: Box) -> SSeriesClient:
    """Return a client of it."""
    return SSeriesClient(
        session,
        host="127.0.0.1",
        port=box.port,
        ssl=False,
        username="api",
        password="password",
    )
