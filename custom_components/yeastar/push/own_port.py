"""Takes reports on a separate port, from boxes that strict web servers refuse.

Seen are an empty request path and `Host: 192.168.5.150: 8260`. So nothing of a
head is read but its path, and a body is over when its JSON is, no matter what
Content-Length says. Only the PBX's address is listened to; boxes that post
without a path are, but a path that is there must be ours.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from hmac import compare_digest
from ipaddress import IPv4Address, IPv6Address, ip_address
import socket
import time

from ..const import LOGGER
from ..pbx.s_series.reports import is_complete
from .health import ReportCounts

MAX_BODY = 64 * 1024
"""Bytes; the largest report known has less than 2 KiB."""
SMALL_BODY = 4 * 1024
MAX_HEAD = 8 * 1024
MAX_PIECES = 100
"""Of one body; the largest takes about fifty packets."""
MAX_CONNECTIONS = 64
PATIENCE = 3.0
"""Seconds for a whole report, from a box in the same building."""
RESOLVE_AGAIN = 60.0
"""Seconds before a stranger may turn out to be the PBX at a new address."""

HEAD_ENDS = (b"\n\r\n", b"\n\n")
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

type Address = IPv4Address | IPv6Address


class ReportListener:
    """A small tolerant web server for one PBX."""

    def __init__(
        self,
        host: str,
        path: str,
        counts: ReportCounts,
        receive: Callable[[bytes], None],
        pause: Callable[[], Awaitable[None]],
    ) -> None:
        """Prepare to listen; `receive` takes any body and never raises.

        `pause` lets a sender wait while too many reports come.
        """
        self._host = host
        self._path = path.lstrip("/").encode()
        self._counts = counts
        self._receive = receive
        self._pause = pause
        self._addresses: frozenset[Address] = frozenset()
        self._resolved = 0.0
        self._connections = 0
        self._server: asyncio.Server | None = None

    async def start(self, port: int) -> None:
        """Listen on all our addresses.

        Raises:
            OSError: the port is taken.
        """
        await self._resolve()
        self._server = await asyncio.start_server(self._take, port=port, limit=MAX_HEAD)

    async def stop(self) -> None:
        """Close the port and its connections."""
        if self._server:
            self._server.close()
            self._server.abort_clients()
            await self._server.wait_closed()

    async def _take(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Take one report; no connection carries two."""
        self._connections += 1
        try:
            if self._connections > MAX_CONNECTIONS:
                return
            if not await self._is_pbx(writer):
                self._counts.strangers += 1
                LOGGER.debug("Refused a connection that is not from %s", self._host)
                return
            if (body := await self._read(reader)) is None:
                self._counts.strangers += 1
                LOGGER.debug("Refused a request for an unknown path")
            else:
                self._receive(body)
                await self._pause()
            writer.write(ANSWER)
        finally:
            self._connections -= 1
            writer.close()

    async def _is_pbx(self, writer: asyncio.StreamWriter) -> bool:
        if not (peer := writer.get_extra_info("peername")):
            return False
        address = _address(peer[0])
        if (
            address not in self._addresses
            and time.monotonic() - self._resolved >= RESOLVE_AGAIN
        ):
            await self._resolve()
        return address in self._addresses

    async def _resolve(self) -> None:
        """Learn the addresses of the PBX; keep the known ones if no server tells them."""
        self._resolved = time.monotonic()
        with suppress(OSError, UnicodeError):
            found = await asyncio.get_running_loop().getaddrinfo(
                self._host, None, type=socket.SOCK_STREAM
            )
            self._addresses = frozenset(_address(str(info[4][0])) for info in found)

    async def _read(self, reader: asyncio.StreamReader) -> bytes | None:
        """Return what came as body in time, None if it was for another path."""
        body = bytearray()
        with suppress(OSError, EOFError, asyncio.LimitOverrunError):
            async with asyncio.timeout(PATIENCE):
                head = await reader.readuntil(HEAD_ENDS)
                if not self._is_ours(head):
                    return None
                look_at = 0
                for _ in range(MAX_PIECES):
                    piece = await reader.read(MAX_BODY)
                    body += piece
                    if not piece or len(body) > MAX_BODY:
                        break
                    # A large body is not looked through again after each small piece;
                    # one that ends with such a piece is over when the time is.
                    if len(body) >= look_at:
                        if is_complete(body):
                            break
                        look_at = len(body) * 2 if len(body) > SMALL_BODY else 0
        return bytes(body)

    def _is_ours(self, head: bytes) -> bool:
        """Return whether a head names our path, or none."""
        words = head.partition(b"\n")[0].split()[1:]
        path = b" ".join(word for word in words if not word.startswith(b"HTTP/"))
        path = path.strip(b"/")
        return not path or compare_digest(path, self._path)


def _address(text: str) -> Address:
    """Return an address; an IPv4 one may come in the clothes of IPv6."""
    address = ip_address(text.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address
