"""The web server of the PBX: answers as an old Boa does, and misbehaves when told to."""

import asyncio
from collections import Counter
from contextlib import suppress
import json
import logging
import socket
import ssl
import struct

from .faults import DOES_NO_WORK, Fault, FaultPlan, spoil
from .gateway import answer, locate, refusal, remember_body
from .pbx import Pbx
from .quirks import Framing
from .wire import HEAD_LIMIT, BadRequestError, Request, read_request

LOGGER = logging.getLogger("pbx_simulator")
MOST_REMEMBERED = 20_000
DRIP_BYTES = 16
DRIP_SECONDS = 0.02
STATUS_LINES = {
    Fault.HTTP_500: "500 Internal Server Error",
    Fault.REDIRECT: "301 Moved",
}


class Server:
    """Listens for requests; every connection is a task that ends with it."""

    def __init__(self, pbx: Pbx, faults: FaultPlan) -> None:
        """Start without a socket."""
        self.port = 0
        self.requests: list[Request] = []
        self.logins: Counter[str] = Counter()
        self.framing = Framing.CLOSE
        self.content_type: str | None = None
        self.latency = 0.0
        self.in_flight = 0
        self.most_in_flight = 0
        self.down = False
        self._pbx = pbx
        self._faults = faults
        self._context: ssl.SSLContext | None = None
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, port: int, context: ssl.SSLContext | None) -> None:
        """Listen."""
        self._context = context
        self._server = await asyncio.start_server(
            self._connected, self._pbx.host, port, limit=HEAD_LIMIT
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and end every connection."""
        if self._server:
            # What was accepted a moment ago has to be a connection before the end.
            for listening in self._server.sockets:
                asyncio.get_running_loop().remove_reader(listening.fileno())
            await asyncio.sleep(0)
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._server:
            await self._server.wait_closed()
            self._server = None

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        try:
            if self._context:
                # Here, since a client that trusts nobody is no error of ours.
                await writer.start_tls(self._context)
            await self._serve(reader, writer)
        except OSError, BadRequestError:
            LOGGER.debug("A connection ended badly")
        finally:
            writer.close()
            try:
                with suppress(OSError):
                    await writer.wait_closed()
            finally:
                self._tasks.discard(task)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        peer = str(writer.get_extra_info("peername")[0])
        while True:
            request = await read_request(reader, peer)
            if request is None or self.down:
                return
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            try:
                await self._respond(request, reader, writer)
            finally:
                self.in_flight -= 1
            if self.framing is not Framing.KEEP_ALIVE:
                return

    async def _respond(
        self,
        request: Request,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        locate(request)
        remember_body(request)
        self.requests.append(request)
        del self.requests[:-MOST_REMEMBERED]
        planned = self._faults.take(request.endpoint)
        fault = planned if isinstance(planned, Fault) else None
        request.fault = fault
        if self.latency:
            await asyncio.sleep(self.latency)
        if fault in DOES_NO_WORK:
            body = b"{}"
        else:
            errno = planned if isinstance(planned, int) else None
            request.answer = self._answer(request, errno)
            if request.endpoint == "login":
                self.logins[str(request.answer["status"])] += 1
            body = (
                json.dumps(
                    request.answer, separators=(",", ":"), ensure_ascii=False
                ).encode()
                if request.file is None
                else request.file
            )
        LOGGER.log(
            self._level(request),
            "request %s %s -> %s",
            request.method,
            request.endpoint or request.path,
            fault or request.answer.get("errno", "Success"),
        )
        await self._send(body, fault, reader, writer)

    def _answer(self, request: Request, errno: int | None) -> dict[str, object]:
        return answer(self._pbx, request) if errno is None else refusal(errno)

    def _level(self, request: Request) -> int:
        """Keep polling out of the lines that people read."""
        polling = (request.endpoint or "").endswith("/query") and not request.fault
        return logging.DEBUG if polling else logging.INFO

    async def _send(
        self,
        body: bytes,
        fault: Fault | None,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        if fault is Fault.HANG:
            while await reader.read(HEAD_LIMIT):
                pass
            return
        if fault is Fault.RESET:
            _reset(writer)
            return
        if fault in (Fault.CLOSE, Fault.CLOSE_AFTER):
            return
        if fault:
            body = spoil(body, fault)
        data = self._head(body, fault) + body
        if fault is Fault.HALF:
            data = data[: -max(1, len(body) // 2)]
        if fault is Fault.SLOW:
            await _drip(data, writer)
        else:
            writer.write(data)
        await writer.drain()
        if fault is Fault.HALF:
            writer.close()

    def _head(self, body: bytes, fault: Fault | None) -> bytes:
        status = STATUS_LINES.get(fault, "200 OK") if fault else "200 OK"
        keep = self.framing is Framing.KEEP_ALIVE
        lines = [
            f"HTTP/1.1 {status}",
            "Server: Boa/0.94.14rc21",
            "Accept-Ranges: bytes",
            f"Connection: {'keep-alive' if keep else 'close'}",
            "Access-control-allow-origin: *",
        ]
        if self.framing is not Framing.CLOSE:
            lines.append(f"Content-Length: {len(body)}")
        kind = self.content_type
        if fault in (Fault.WRONG_TYPE, Fault.HTML, Fault.HTTP_500):
            kind = "text/html"
        if kind:
            lines.append(f"Content-Type: {kind}")
        if fault is Fault.REDIRECT:
            lines.append(f"Location: https://{self._pbx.host}:8088/")
        return "\r\n".join([*lines, "", ""]).encode()


async def _drip(data: bytes, writer: asyncio.StreamWriter) -> None:
    for start in range(0, len(data), DRIP_BYTES):
        writer.write(data[start : start + DRIP_BYTES])
        await writer.drain()
        await asyncio.sleep(DRIP_SECONDS)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
