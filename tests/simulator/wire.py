"""HTTP/1.1 as far as an old embedded web server speaks it."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

HEAD_LIMIT = 65536
BODY_LIMIT = 4 * 1024 * 1024


@dataclass(slots=True)
class Request:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    raw: bytes
    peer: str
    query: dict[str, str]
    version: str | None = None
    endpoint: str | None = None
    body: Any = None
    answer: dict[str, object] = field(default_factory=dict)
    fault: str | None = None
    file: bytes | None = None

    @property
    def token(self) -> str | None:
        """Return the token of the query."""
        return self.query.get("token")


class BadRequestError(Exception):
    """What came is not HTTP."""


async def read_request(reader: asyncio.StreamReader, peer: str) -> Request | None:
    """Read one request; None when the client has closed.

    A chunked body is not understood, as old servers do not: it counts as none.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError:
        raise BadRequestError from None
    lines = head.decode("latin-1").split("\r\n")
    parts = lines[0].split(" ")
    if len(parts) != 3:
        raise BadRequestError
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines[1:] if line)
    }
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > BODY_LIMIT:
        raise BadRequestError
    try:
        raw = await reader.readexactly(int(length))
    except asyncio.IncompleteReadError:
        return None
    target = urlsplit(parts[1])
    query = dict(parse_qsl(target.query, keep_blank_values=True))
    return Request(parts[0], unquote(target.path), headers, raw, peer, query)
