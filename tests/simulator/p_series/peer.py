"""The other side, as the simulator's own tests need it: a bare client and a subscriber."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
import json
import ssl
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from .api import OPERATIONS
from .gateway import answer
from .request import Request
from .simulator import PSeriesSimulator

ALL_TOPICS = [*range(30007, 30020), 30022, 30023, 30025, 30026, 30029, 30034]
USER_AGENT = "OpenAPI"


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        """Start at some time."""
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def errcode_of(
    pbx: PSeriesSimulator,
    endpoint: str,
    query: Mapping[str, object],
    body: Mapping[str, object],
) -> object:
    """Ask for an operation without the network; returns the code of the answer."""
    request = Request(
        OPERATIONS[endpoint].method,
        f"/openapi/v1.0/{endpoint}",
        urlencode(query, quote_via=quote),
        {"user-agent": "x", "content-type": "application/json"},
        json.dumps(body).encode(),
        "x",
        0.0,
    )
    request.locate()
    return answer(pbx, request)["errcode"]


@dataclass(slots=True)
class Client:
    """Sends requests the plain way, one connection each."""

    pbx: PSeriesSimulator
    token: str = ""
    refresh: str = ""
    context: ssl.SSLContext | None = None
    address: str = "127.0.0.1"
    agent: str = USER_AGENT

    async def send(self, data: bytes) -> bytes:
        """Send bytes and return everything that comes back until the connection ends."""
        reader, writer = await asyncio.open_connection(
            self.pbx.host,
            self.pbx.port,
            ssl=self.context,
            local_addr=(self.address, 0),
        )
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
        method: str,
        endpoint: str,
        query: str = "",
        body: bytes = b"",
        *,
        version: str = "v1.0",
        headers: str = "",
    ) -> bytes:
        """Send one request and return the whole answer."""
        agent = f"User-Agent: {self.agent}\r\n" if self.agent else ""
        if method == "POST" and "Content-Type" not in headers:
            headers += "Content-Type: application/json\r\n"
        head = (
            f"{method} /openapi/{version}/{endpoint}?{query} HTTP/1.1\r\n"
            f"Host: {self.pbx.host}\r\n{agent}{headers}"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return await self.send(head.encode() + body)

    async def get(self, endpoint: str, **fields: object) -> dict[str, Any]:
        """Ask by GET; blanks are sent as %20."""
        fields = {"access_token": self.token} | fields
        return parsed(
            await self.raw("GET", endpoint, urlencode(fields, quote_via=quote))
        )

    async def post(self, endpoint: str, **fields: object) -> dict[str, Any]:
        """Ask by POST with a JSON body."""
        query = f"access_token={self.token}"
        return parsed(
            await self.raw("POST", endpoint, query, json.dumps(fields).encode())
        )

    async def login(self, **fields: object) -> dict[str, Any]:
        """Log in and keep the tokens."""
        credentials: dict[str, object] = {
            "username": self.pbx.client_id,
            "password": self.pbx.client_secret,
        }
        answer = await self.post("get_token", **(credentials | fields))
        self.token = answer.get("access_token", self.token)
        self.refresh = answer.get("refresh_token", self.refresh)
        return answer

    async def channel_of(self, number: str) -> str:
        """Return the channel of an extension's member in its newest call."""
        calls = (await self.get("call/query", extension=number))["data"]
        channels = [
            str(member["extension"]["channel_id"])
            for member in calls[-1]["members"]
            if member.get("extension", {}).get("number") == number
        ]
        return channels[0]


def parsed(answer: bytes) -> dict[str, Any]:
    """Return the JSON of a whole answer."""
    body: dict[str, Any] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return body


@dataclass(slots=True)
class Subscriber:
    """One websocket; frames come as text."""

    connection: ClientWebSocketResponse
    texts: list[str] = field(default_factory=list)

    async def subscribe(self, topics: Iterable[int] = ALL_TOPICS) -> dict[str, Any]:
        """Choose topics and return the answer."""
        await self.connection.send_json({"topic_list": list(topics)})
        answer: dict[str, Any] = json.loads(await self.text())
        return answer

    async def text(self, timeout: float = 2) -> str:
        """Return the next text that comes."""
        text = await self.connection.receive_str(timeout=timeout)
        self.texts.append(text)
        return text

    async def waiting(self) -> list[str]:
        """Return what has come so far; a heartbeat's answer marks the end of it."""
        await self.connection.send_str("heartbeat")
        texts: list[str] = []
        while (text := await self.text()) != "heartbeat response":
            texts.append(text)
        return texts

    async def closed(self, timeout: float = 2) -> int | None:
        """Wait until the PBX closes; return its code, None without a close frame."""
        while True:
            message = await self.connection.receive(timeout=timeout)
            if message.type is WSMsgType.CLOSE:
                return int(message.data)
            if message.type is not WSMsgType.TEXT:
                return None


def told(texts: Iterable[str]) -> list[str]:
    """Return frames in short: `1000 RING`, `30008 1000 Busy`, `30012 ANSWERED`."""
    return [line for text in texts for line in _told(json.loads(text))]


def _told(frame: dict[str, Any]) -> list[str]:
    kind, msg = frame["type"], frame["msg"]
    msg = json.loads(msg) if isinstance(msg, str) else msg
    match kind:
        case 30011:
            return [_member(member) for member in msg["members"]]
        case 30008 | 30007 | 30009:
            return [f"{kind} {msg['extension']} {msg['status']}"]
        case 30012:
            return [f"30012 {msg['status']} {msg['call_from']}>{msg['call_to']}"]
        case 30015:
            members = [_member(member) for member in msg["members"] or []]
            return [f"30015 {msg['reason']} {members}"]
        case 30025 | 30026 | 30029:
            return [f"{kind} {msg['queue_number']} {msg['agent_number']}"]
    return [str(kind)]


def _member(member: dict[str, dict[str, str]]) -> str:
    ((kind, row),) = member.items()
    name = row["number"] if kind == "extension" else kind
    path = f" {row['call_path']}" if row.get("call_path") else ""
    return f"{name} {row['member_status']}{path}"


@dataclass(slots=True)
class Desk:
    """A simulator, a client that is logged in, and a subscriber to everything."""

    pbx: PSeriesSimulator
    api: Client
    socket: Subscriber

    async def frames(self) -> list[str]:
        """Return the texts of the frames since the last question."""
        self.pbx.hub.flush()
        return await self.socket.waiting()

    async def told(self) -> list[str]:
        """Return the frames since the last question, in short."""
        return told(await self.frames())

    async def until(self, line: str) -> list[str]:
        """Wait for a frame and return what came before it and it, in short."""
        lines: list[str] = []
        while line not in lines:
            lines += told([await self.socket.text()])
        return lines


@asynccontextmanager
async def subscribed(
    client: Client, token: str | None = None
) -> AsyncIterator[Subscriber]:
    """Open a websocket."""
    token = client.token if token is None else token
    address = f"{client.pbx.url}/openapi/v1.0/subscribe?access_token={token}"
    async with (
        ClientSession() as session,
        session.ws_connect(address, ssl=client.context or True) as connection,
    ):
        yield Subscriber(connection)


@asynccontextmanager
async def desk(pbx: PSeriesSimulator | None = None) -> AsyncIterator[Desk]:
    """Set everything up."""
    async with pbx or PSeriesSimulator() as simulator:
        api = Client(simulator)
        await api.login()
        async with subscribed(api) as socket:
            await socket.subscribe()
            yield Desk(simulator, api, socket)
