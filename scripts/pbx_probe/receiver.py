"""Takes the reports that an S-Series posts, however its head is written."""

import asyncio
from contextlib import suppress
import re
from secrets import token_hex
from typing import Any, Final

from custom_components.yeastar.pbx.s_series.reports import is_complete

from .recorder import Recorder

_MOST: Final = 64 * 1024
"""Bytes of a head or a body; the largest report known has less than 2 KiB."""
_PATIENCE: Final = 3.0
_HEAD_ENDS: Final = (b"\n\r\n", b"\n\n")
_ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_HEADERS: Final = frozenset(
    {
        "accept",
        "connection",
        "content-length",
        "content-type",
        "host",
        "transfer-encoding",
        "user-agent",
    }
)
"""Names that are kept; others are only counted."""
_METHODS: Final = frozenset({"GET", "POST", "PUT"})
_VERSION: Final = re.compile(r"HTTP/\d\.\d")


class ReportReceiver:
    """A small web server that takes reports under a path that is hard to guess.

    Attributes:
        path: where they go.
    """

    def __init__(self, recorder: Recorder) -> None:
        """Prepare; nothing listens yet."""
        self.path = f"probe/{token_hex(12)}"
        self._recorder = recorder
        self._server: asyncio.Server | None = None

    async def start(self, port: int) -> int:
        """Listen on all addresses of this machine, and return the port.

        Raises:
            OSError: another program has the port.
        """
        self._server = await asyncio.start_server(self._take, port=port, limit=_MOST)
        number: int = self._server.sockets[0].getsockname()[1]
        return number

    async def stop(self) -> None:
        """Close the port and all connections."""
        if self._server:
            self._server.close()
            self._server.abort_clients()
            await self._server.wait_closed()

    async def _take(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head, body = b"", bytearray()
        with suppress(OSError, EOFError, asyncio.LimitOverrunError):
            async with asyncio.timeout(_PATIENCE):
                head = await reader.readuntil(_HEAD_ENDS)
                while not (body and is_complete(body)) and len(body) <= _MOST:
                    if not (piece := await reader.read(_MOST)):
                        break
                    body += piece
        if body and (facts := self._facts(head, len(body))):
            self._recorder.told(bytes(body), facts)
        writer.write(_ANSWER)
        writer.close()

    def _facts(self, head: bytes, size: int) -> dict[str, Any] | None:
        """Return how a head is written, None if it names another path."""
        first, *lines = head.lstrip().decode("latin-1").splitlines()
        words = first.split() or [""]
        path = next((word for word in words[1:] if not word.startswith("HTTP/")), "")
        if path.strip("/") not in ("", self.path):
            return None
        pairs = [line.partition(":") for line in lines if line.strip()]
        headers = {name.strip().casefold(): value for name, _, value in pairs}
        length = headers.get("content-length", "").strip()
        return {
            "method": words[0] if words[0] in _METHODS else "other",
            "http": version[0] if (version := _VERSION.search(first)) else "",
            "names_the_path": bool(path.strip("/")),
            "headers": [name for name in headers if name in _HEADERS],
            "other_headers": len(headers.keys() - _HEADERS),
            "host_has_blanks": bool(re.search(r"\S\s+\S", headers.get("host", ""))),
            "carriage_returns": b"\r\n" in head,
            "length_is_off_by": int(length) - size if length.isdecimal() else None,
        }
