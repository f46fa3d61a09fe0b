"""Reports by TCP: the PBX is the server (API guide v2.0.0, Event Reports by TCP).

The guide prints the four lines of the login, whose secret is in clear, and that JSON
follows. How the login is answered, and what stands between two reports, it does not
say, so both are taken as they come, within limits.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
import re
import socket
from typing import Final

from ..errors import PbxConnectionError, PbxCredentialsError, PbxProtocolError, Refusal
from ..http import CONNECT_TIMEOUT
from ..wire import decode_object, text

GRACE: Final = 3.0
"""Seconds after which a login that was not answered counts as accepted."""
MAX_REPORT: Final = 64 * 1024
"""Bytes; the largest report known has less than 2 KiB."""
MAX_BETWEEN: Final = 4 * 1024
"""Bytes between two reports, and of the answer to the login."""
_PIECE: Final = 64 * 1024
_KEEP_ALIVE: Final = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 20, "TCP_KEEPCNT": 3}
"""Seconds, and attempts: a PBX that is switched off says nothing."""
_AGREED: Final = re.compile(rb"response:\s*success", re.IGNORECASE)
_REFUSED: Final = re.compile(rb"response:\s*(error|fail)", re.IGNORECASE)
_OUTSIDE: Final = re.compile(rb"\{")
_INSIDE: Final = re.compile(rb'[{}"]')
_IN_TEXT: Final = re.compile(rb'["\\]')


class ObjectCutter:
    """Cuts JSON objects out of a stream, by the braces that are not in texts.

    Attributes:
        before: what came before the first object.
    """

    def __init__(self) -> None:
        """Start outside of any object."""
        self.before = b""
        self._between = 0
        self._is_first = True
        self._buffer = b""
        self._looked = 0
        self._depth = 0
        self._in_text = False

    def cut(self, piece: bytes) -> Iterator[bytes]:
        """Yield the objects that a piece completes.

        Raises:
            PbxProtocolError: what comes can be no reports.
        """
        self._buffer += piece
        while (end := self._next_end()) is not None:
            whole, self._buffer = self._buffer[:end], self._buffer[end:]
            self._looked = self._between = 0
            self._is_first = False
            yield whole
        if self._between > MAX_BETWEEN or len(self._buffer) > MAX_REPORT:
            raise PbxProtocolError("The PBX sends something else than reports")

    def _next_end(self) -> int | None:
        """Return where the object that is under way ends, None if it is not there."""
        while True:
            if self._in_text:
                pattern = _IN_TEXT
            else:
                pattern = _INSIDE if self._depth else _OUTSIDE
            found = pattern.search(self._buffer, self._looked)
            if found is None:
                self._looked = len(self._buffer)
                if not self._depth:
                    self._drop(self._looked)
                return None
            at = found.start()
            self._looked = at + 1
            match found[0]:
                case b"{":
                    if not self._depth:
                        self._drop(at)
                        self._looked = 1
                    self._depth += 1
                case b"}":
                    self._depth -= 1
                    if not self._depth:
                        return self._looked
                case b'"':
                    self._in_text = not self._in_text
                case _ if self._looked == len(self._buffer):
                    # What it escapes has not come yet.
                    self._looked = at
                    return None
                case _:
                    self._looked += 1

    def _drop(self, end: int) -> None:
        """Take what is before an object out of the way."""
        dropped = self._buffer[:end].strip(b" \t\r\n\0")
        self._between += len(dropped)
        if self._is_first:
            self.before += dropped
        self._buffer = self._buffer[end:]
        self._looked = 0


class ReportStream:
    """One connection at a time to the port on which a PBX tells its reports."""

    def __init__(self, host: str, port: int, *, username: str, password: str) -> None:
        """Remember where to connect; nothing is sent yet."""
        self._address = (host, port)
        self._login = (
            f"Action: login\r\nUsername: {_line(username)}\r\n"
            f"Secret: {_line(password)}\r\nVersion: 2.0.0\r\n\r\n"
        ).encode()

    async def listen(
        self, begun: Callable[[], None], receive: Callable[[bytes], None]
    ) -> None:
        """Connect, log in, and pass on each report until the connection is over.

        Raises:
            PbxConnectionError: it could not be made, or broke.
            PbxCredentialsError: the PBX refused the login, or hung up without a word.
            PbxProtocolError: what comes can be no reports.
        """
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                reader, writer = await asyncio.open_connection(*self._address)
        except (OSError, UnicodeError) as err:
            raise PbxConnectionError(
                f"The port of the reports cannot be reached: {type(err).__name__}"
            ) from None
        try:
            _keep_alive(writer)
            writer.write(self._login)
            await self._read(reader, begun, receive)
        except OSError as err:
            raise PbxConnectionError(
                f"The connection of the reports broke: {type(err).__name__}"
            ) from None
        finally:
            writer.transport.abort()

    async def _read(
        self,
        reader: asyncio.StreamReader,
        begun: Callable[[], None],
        receive: Callable[[bytes], None],
    ) -> None:
        cutter = ObjectCutter()
        found = await _log_in(reader, cutter)
        begun()
        while True:
            for report in found:
                receive(report)
            if not (piece := await reader.read(_PIECE)):
                raise PbxConnectionError("The PBX closed the connection of reports")
            found = list(cutter.cut(piece))


async def _log_in(reader: asyncio.StreamReader, cutter: ObjectCutter) -> list[bytes]:
    """Return the first reports, none if the PBX agreed or said nothing for a while.

    Raises:
        PbxCredentialsError: it refused, or hung up.
    """
    found: list[bytes] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(GRACE):
            while not found and not _AGREED.search(cutter.before):
                if not (piece := await reader.read(_PIECE)):
                    raise PbxCredentialsError(0, Refusal.BAD_CREDENTIALS)
                found = list(cutter.cut(piece))
                if _REFUSED.search(cutter.before):
                    raise PbxCredentialsError(0, Refusal.BAD_CREDENTIALS)
    return _without_answer(found)


def _without_answer(found: list[bytes]) -> list[bytes]:
    """Return reports without an answer in JSON before them.

    Raises:
        PbxCredentialsError: it is a refusal.
    """
    for first in found[:1]:
        with suppress(PbxProtocolError):
            answer = decode_object(first)
            said = text(answer.get("status")) or text(answer.get("response"))
            if said and not {"action", "event"} & answer.keys():
                if _REFUSED.match(f"response: {said}".encode()):
                    raise PbxCredentialsError(0, Refusal.BAD_CREDENTIALS)
                return found[1:]
    return found


def _line(value: str) -> str:
    """Return a value that cannot begin another line of the login."""
    return re.sub(r"[\r\n\0]", "", value)


def _keep_alive(writer: asyncio.StreamWriter) -> None:
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEP_ALIVE.items():
        # Not every system lets the times be set.
        if (option := getattr(socket, name, None)) is not None:
            connection.setsockopt(socket.IPPROTO_TCP, option, value)
