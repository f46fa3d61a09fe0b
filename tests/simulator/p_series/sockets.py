"""The websocket: who listens, to which topics, and how frames go wrong."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
import json
import logging

from aiohttp import WSMsgType, web

from tests.simulator.timers import Timers

from .errors import Errcode, RefusedError, envelope
from .events import compact
from .quirks import Quirks

LOGGER = logging.getLogger("pbx_simulator")
IDLE_SECONDS = 60
MOST_REMEMBERED = 20_000
LARGEST = 64 * 1024
CLOSE_SECONDS = 0.5
RECORD, CALL_STATUS = 30012, 30011


@dataclass(frozen=True, slots=True)
class Frame:
    """One event, and to how many sockets it went."""

    type: int
    text: str
    call_id: str
    time: float
    sockets: int = 0


@dataclass(slots=True, eq=False)
class Socket:
    """One subscriber; what is to be sent waits in a queue, so that order is kept."""

    token: str
    peer: str
    connection: web.WebSocketResponse
    transport: asyncio.Transport
    topics: set[int] = field(default_factory=set)
    waiting: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    is_dead: bool = False
    """Its token died: nothing but that is sent any more."""


class Hub:
    """All sockets of one PBX."""

    def __init__(self, quirks: Quirks, timers: Timers) -> None:
        """Start without sockets."""
        self.sockets: list[Socket] = []
        self.frames: list[Frame] = []
        self.is_deaf = False
        self.refuses = False
        self.opened = 0
        self._quirks = quirks
        self._timers = timers
        self._held: Frame | None = None
        self._last: dict[str, Frame] = {}

    # Sending

    def send(self, type: int, text: str, call_id: str) -> None:
        """Send an event to those that want it, in the disorder that quirks ask for."""
        frame = Frame(type, text, call_id, asyncio.get_running_loop().time())
        if not self._quirks.swaps:
            self._send_now(frame)
        elif self._held:
            self._send_now(frame)
            self.flush()
        else:
            self._held = frame
            asyncio.get_running_loop().call_soon(self.flush)

    def flush(self) -> None:
        """Send a frame that waits to be overtaken."""
        held, self._held = self._held, None
        if held:
            self._send_now(held)

    def _send_now(self, frame: Frame) -> None:
        for _ in range(1 + self._quirks.duplicates):
            self._deliver(frame)
        if not self._quirks.late_frames:
            return
        if frame.type == CALL_STATUS:
            self._last[frame.call_id] = frame
        elif frame.type == RECORD and frame.call_id in self._last:
            self._deliver(self._last.pop(frame.call_id))

    def _deliver(self, frame: Frame) -> None:
        wanted = [
            socket
            for socket in self.sockets
            if frame.type in socket.topics and not socket.is_dead
        ]
        for socket in wanted:
            socket.waiting.put_nowait(frame.text)
        self.frames.append(
            Frame(frame.type, frame.text, frame.call_id, frame.time, len(wanted))
        )
        del self.frames[:-MOST_REMEMBERED]
        LOGGER.debug("frame %s to %s sockets", frame.text, len(wanted))

    def broadcast(self, text: str) -> None:
        """Send any text to every socket, also to those without topics."""
        for socket in self.sockets:
            socket.waiting.put_nowait(text)

    def token_died(self, token: str) -> None:
        """Tell the sockets of a token that it died."""
        for socket in self.sockets:
            if socket.token == token and not socket.is_dead:
                socket.is_dead = True
                socket.waiting.put_nowait(compact(envelope(Errcode.TOKEN_EXPIRED)))

    async def settle(self, timeout: float) -> None:
        """Wait until everything so far was sent."""
        self.flush()
        async with asyncio.timeout(timeout):
            for socket in list(self.sockets):
                await socket.waiting.join()

    # Ending

    def cut(self) -> None:
        """Close every connection without a close frame."""
        for socket in self.sockets:
            socket.transport.abort()

    async def close(self) -> None:
        """Close every connection in order."""
        closing = [socket.connection.close() for socket in self.sockets]
        await asyncio.gather(*closing)

    # One connection

    async def serve(
        self, request: web.BaseRequest, token: str, peer: str
    ) -> web.WebSocketResponse:
        """Serve one subscriber until it goes."""
        connection = web.WebSocketResponse(
            timeout=CLOSE_SECONDS, autoping=False, max_msg_size=LARGEST, compress=False
        )
        await connection.prepare(request)
        transport = request.transport
        assert transport
        socket = Socket(token, peer, connection, transport)
        self.sockets.append(socket)
        self.opened += 1
        name = f"socket {self.opened}"
        LOGGER.info("%s subscribes from %s", name, peer)
        pump = asyncio.create_task(self._pump(socket))
        try:
            self._await_word(socket, name)
            async for message in connection:
                if message.type is WSMsgType.TEXT:
                    self._await_word(socket, name)
                    answer = self._answer(socket, message.data)
                    socket.waiting.put_nowait(answer)
                elif message.type is WSMsgType.PING and not self.is_deaf:
                    await connection.pong(message.data)
        finally:
            self.sockets.remove(socket)
            self._timers.cancel(name)
            pump.cancel()
            while not socket.waiting.empty():
                socket.waiting.get_nowait()
                socket.waiting.task_done()
        return connection

    def _await_word(self, socket: Socket, name: str) -> None:
        """Close what says nothing for a minute; protocol pings do not count."""
        loop = asyncio.get_running_loop()

        def close() -> None:
            self._closing = loop.create_task(socket.connection.close())

        self._timers.start(name, "idle", IDLE_SECONDS, close)

    async def _pump(self, socket: Socket) -> None:
        while True:
            text = await socket.waiting.get()
            try:
                if not self.is_deaf:
                    with suppress(ConnectionError):
                        await socket.connection.send_str(text)
            finally:
                socket.waiting.task_done()

    def _answer(self, socket: Socket, text: str) -> str:
        if socket.is_dead:
            return compact(envelope(Errcode.TOKEN_EXPIRED))
        if text == "heartbeat":
            return "heartbeat response"
        try:
            socket.topics = _topics(text)
        except RefusedError as err:
            return compact(err.answer)
        return compact(envelope(Errcode.SUCCESS))


def _topics(text: str) -> set[int]:
    """Return the topics of a list; it replaces the former one."""
    try:
        body = json.loads(text)
    except ValueError:
        raise RefusedError(Errcode.SYNTAX) from None
    topics = body.get("topic_list") if isinstance(body, dict) else None
    if not isinstance(topics, list) or not all(isinstance(t, int) for t in topics):
        raise RefusedError(Errcode.PARAMETER, invalid=["topic_list"])
    return set(topics)
