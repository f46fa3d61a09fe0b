"""Reports by TCP: programs connect to the PBX, log in, and receive them (API v2.0.0).

The vendor documents the four lines of the login packet, whose secret is in clear, and
that JSON follows. What separates two reports and how a login is answered is unknown.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
import logging

from .quirks import Quirks, Shape
from .wire import HEAD_LIMIT

LOGGER = logging.getLogger("pbx_simulator")
REPLY = b"Response: Success\r\nMessage: Authentication accepted\r\n\r\n"
PIECE_SECONDS = 0.001
type Login = dict[str, str]


class ReportServer:
    """Accepts programs that want reports; each of them gets all."""

    def __init__(
        self,
        quirks: Quirks,
        knows: Callable[[Login], bool],
        chosen: Callable[[Shape], object],
    ) -> None:
        """Start without a socket."""
        self.port = 0
        self.logins: list[Login] = []
        """The login packets so far, their names in lower case."""
        self.down = False
        self._quirks = quirks
        self._knows = knows
        self._chosen = chosen
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._clients: dict[asyncio.Queue[bytes], asyncio.StreamWriter] = {}

    @property
    def clients(self) -> int:
        """Return how many programs are logged in."""
        return len(self._clients)

    async def start(self, host: str, port: int) -> None:
        """Listen, unless it does so already."""
        if self._server:
            return
        self._server = await asyncio.start_server(
            self._connected, host, port, limit=HEAD_LIMIT
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and end every connection."""
        if self._server:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._server:
            await self._server.wait_closed()
            self._server = None

    def push(self, raw: bytes) -> bool:
        """Send a report to every program; return whether there was one."""
        for queue in self._clients:
            queue.put_nowait(raw)
        return bool(self._clients)

    def drop_clients(self) -> None:
        """Close every connection without a word; what waits is lost."""
        for writer in self._clients.values():
            writer.transport.abort()
        self._clients.clear()

    async def settle(self) -> None:
        """Wait until every report so far was written."""
        for queue in list(self._clients):
            await queue.join()

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        try:
            await self._serve(reader, writer)
        except OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError:
            LOGGER.debug("A connection for reports ended badly")
        finally:
            self._tasks.discard(task)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self.down:
            return
        packet = await reader.readuntil((b"\r\n\r\n", b"\n\n"))
        login = _read_login(packet)
        self.logins.append(login)
        if login.get("action") != "login" or not self._knows(login):
            LOGGER.info("a login for reports is refused")
            return
        version = login.get("version", "")
        self._chosen(Shape(version) if version in Shape else Shape.V1)
        if self._quirks.report_login_reply:
            writer.write(REPLY)
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._clients[queue] = writer
        LOGGER.info("reports go to a program that connected")
        sending = asyncio.get_running_loop().create_task(self._send(queue, writer))
        try:
            while await reader.read(HEAD_LIMIT):
                pass
        finally:
            self._clients.pop(queue, None)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _send(
        self, queue: asyncio.Queue[bytes], writer: asyncio.StreamWriter
    ) -> None:
        while True:
            data = await queue.get()
            if self._quirks.report_newline:
                data += b"\n"
            size = self._quirks.report_pieces or len(data)
            for start in range(0, len(data), size):
                writer.write(data[start : start + size])
                await writer.drain()
                if size < len(data):
                    await asyncio.sleep(PIECE_SECONDS)
            queue.task_done()


def _read_login(packet: bytes) -> Login:
    lines = packet.decode("utf-8", "replace").splitlines()
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
