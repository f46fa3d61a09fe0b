"""A websocket whose frames come faster than they are read: other tasks take their turn."""

import asyncio
from base64 import b64encode
from collections.abc import Generator
from contextlib import suppress
import gc
from hashlib import sha1
import json
import socket
import threading
import time

from aiohttp import ClientSession
import pytest

from custom_components.yeastar.pbx.p_series.event_socket import EventSocket
from custom_components.yeastar.pbx.p_series.reports import parse_frame
from custom_components.yeastar.pbx.p_series.session import PSeriesSession, Tokens

SECONDS = 1.0
MOST_AT_A_TIME = 0.1
"""Seconds of the processor between two turns of the loop."""
MOST_OF_ALL = 0.6
STATUS = json.dumps(
    {"type": 30008, "msg": json.dumps({"extension": "1000", "status": "Ringing"})}
)
SHORTEST = '{"type":1,"msg":{}}'
_ACCEPT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def framed(text: str) -> bytes:
    """Return a text as a frame of a server."""
    body = text.encode()
    assert len(body) < 126
    return bytes((0x81, len(body))) + body


class Flood:
    """Agrees to a subscription, and then sends one event as fast as it is taken.

    It runs in a thread, so that what it costs is not measured.
    """

    def __init__(self, text: str) -> None:
        """Listen; the thread ends with the connection."""
        self._text = text
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError), self._server, self._server.accept()[0] as client:
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(4096)
            fields = dict(
                line.lower().split(b": ", 1)[:1] + line.split(b": ", 1)[1:]
                for line in head.split(b"\r\n")[1:-2]
            )
            key = sha1(fields[b"sec-websocket-key"] + _ACCEPT).digest()
            client.sendall(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Accept: "
                + b64encode(key)
                + b"\r\n\r\n"
            )
            client.recv(4096)
            client.sendall(framed('{"errcode":0,"errmsg":"SUCCESS"}'))
            many = framed(self._text) * 1000
            while True:
                client.sendall(many)

    def join(self) -> None:
        """Wait for the end, which that of the connection brings."""
        self._thread.join(10)
        assert not self._thread.is_alive()


@pytest.fixture
def still() -> Generator[None]:
    """Let no collection of garbage count as work of the connection."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("socket_enabled", "still")
@pytest.mark.parametrize("text", [STATUS, SHORTEST], ids=["events", "short events"])
async def test_a_flood_leaves_time_for_others(web: ClientSession, text: str) -> None:
    """Neither many frames at once nor all of them together take the loop."""
    flood = Flood(text)
    session = PSeriesSession(
        web,
        host="127.0.0.1",
        port=flood.port,
        ssl=False,
        client_id="id",
        client_secret="secret",
    )
    later = time.time() + 3600
    session.resume(Tokens("access", "refresh", later, later).kept)
    received = 0

    def receive(body: bytes) -> None:
        nonlocal received
        received += 1
        parse_frame(body)

    loop = asyncio.get_running_loop()
    loop.set_debug(False)
    following = asyncio.create_task(EventSocket(session).listen(lambda: None, receive))
    while not received:
        await asyncio.sleep(0.01)
    turns: list[float] = []
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        began = time.thread_time()
        await asyncio.sleep(0.001)
        turns.append(time.thread_time() - began)
    following.cancel()
    await asyncio.wait([following])
    flood.join()
    assert received > 1000
    assert max(turns) < MOST_AT_A_TIME
    assert sum(turns) < MOST_OF_ALL * SECONDS
