"""The other side, as the simulator's own tests need it: a bare client and a listener."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from hashlib import md5
import json
import ssl
from typing import Any

from .simulator import Simulator


def md5_of(password: str) -> str:
    """Return the password as login wants it."""
    return md5(password.encode(), usedforsecurity=False).hexdigest()


@dataclass(slots=True)
class Listener:
    """Receives reports and keeps them as they came."""

    status: int = 200
    heads: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    port: int = 0

    @property
    def pairs(self) -> list[list[tuple[str, Any]]]:
        """Return the bodies as pairs, so that no key is lost."""
        return [json.loads(raw, object_pairs_hook=list) for raw in self.bodies]

    @property
    def texts(self) -> list[str]:
        """Return the bodies as text."""
        return [raw.decode() for raw in self.bodies]

    @property
    def names(self) -> list[str]:
        """Return the reports' names, of ExtensionStatus with what it says."""
        return [report_name(json.loads(raw)) for raw in self.bodies]

    def clear(self) -> None:
        """Forget what came so far."""
        self.heads.clear()
        self.bodies.clear()

    async def connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Take one report."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1])
            for line in head.split("\r\n")
            if line.lower().startswith("content-length")
        )
        self.heads.append(head)
        self.bodies.append(await reader.readexactly(length))
        writer.write(f"HTTP/1.1 {self.status} X\r\nContent-Length: 0\r\n\r\n".encode())
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def report_name(body: dict[str, Any]) -> str:
    """Return the name of a report, of an ExtensionStatus what it says."""
    name = str(body.get("action", body.get("event")))
    if name == "ExtensionStatus":
        return f"{body['extension']} {body['status']}"
    return name


@dataclass(slots=True)
class Client:
    """Sends requests the plain way, one connection each."""

    pbx: Simulator
    token: str = ""
    context: ssl.SSLContext | None = None

    async def send(self, data: bytes) -> bytes:
        """Send bytes and return everything that comes back."""
        host, port = self.pbx.host, self.pbx.port
        reader, writer = await asyncio.open_connection(host, port, ssl=self.context)
        try:
            writer.write(data)
            await writer.drain()
            async with asyncio.timeout(5):
                return await reader.read()
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def raw(
        self,
        endpoint: str,
        body: bytes = b"",
        *,
        v: str = "v1.0.0",
        method: str = "POST",
        token: str | None = None,
    ) -> bytes:
        """Send one request and return the whole answer."""
        token = self.token if token is None else token
        query = f"?token={token}" if token else ""
        head = (
            f"{method} /api/{v}/{endpoint}{query} HTTP/1.1\r\n"
            f"Host: {self.pbx.host}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return await self.send(head.encode() + body)

    async def ask(
        self,
        endpoint: str,
        *,
        v: str = "v1.0.0",
        method: str = "POST",
        token: str | None = None,
        raw: str | bytes | None = None,
        **fields: Any,
    ) -> dict[str, Any]:
        """Send one request with these fields and return the parsed answer."""
        raw = json.dumps(fields) if raw is None else raw
        body = raw.encode() if isinstance(raw, str) else raw
        answer = await self.raw(endpoint, body, v=v, method=method, token=token)
        parsed: dict[str, Any] = json.loads(answer.partition(b"\r\n\r\n")[2])
        return parsed

    async def errno(self, endpoint: str, **fields: Any) -> str:
        """Return the errno of a request, or `Success`."""
        answer = await self.ask(endpoint, **fields)
        return str(answer.get("errno", answer["status"]))

    async def login(self, port: object = 0, **fields: Any) -> dict[str, Any]:
        """Log in and keep the token."""
        credentials: dict[str, Any] = {
            "username": self.pbx.username,
            "password": md5_of(self.pbx.password),
            "port": port,
        }
        answer = await self.ask("login", token="", **(credentials | fields))
        self.token = answer.get("token", self.token)
        return answer


@dataclass(slots=True)
class Desk:
    """A simulator, a client that is logged in, and a listener for its reports."""

    pbx: Simulator
    api: Client
    listener: Listener

    async def reported(self) -> list[str]:
        """Return the names of the reports since the last question."""
        await self.pbx.settle()
        names = self.listener.names
        self.listener.clear()
        return names


@asynccontextmanager
async def desk(
    *, version: str | None = None, pbx: Simulator | None = None
) -> AsyncIterator[Desk]:
    """Set everything up; reports come in the shape of `version`."""
    listener = Listener()
    server = await asyncio.start_server(listener.connected, "127.0.0.1", 0)
    listener.port = server.sockets[0].getsockname()[1]
    async with server, pbx or Simulator() as simulator:
        simulator.poster.interval = 0.01
        api = Client(simulator)
        await api.login(str(listener.port), **({"version": version} if version else {}))
        yield Desk(simulator, api, listener)
