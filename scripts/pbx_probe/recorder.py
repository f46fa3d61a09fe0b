"""Remembers what a PBX answered and told, and the requests that were sent to it."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import re
import time
from typing import Any, Final, override

import aiohttp
from yarl import URL

from custom_components.yeastar.pbx.certificate import CertificatePin
from custom_components.yeastar.pbx.errors import PbxError, PbxProtocolError
from custom_components.yeastar.pbx.http import REQUEST_TIMEOUT, Download, Http

_PATH: Final = re.compile(r"/(?:api|openapi)/([^/]+)/(.+)")
_SESSION: Final = frozenset(
    {"del_token", "get_token", "heartbeat", "login", "logout", "refresh_token"}
)
"""Requests that hold secrets or addresses, so only their answers are remembered."""
_TOKENS: Final = frozenset({"access_token", "random", "token"})
_BEGINNING: Final = 8 * 1024
"""Bytes of a file that are remembered."""
_MOST: Final = 5000
"""Entries; some minutes of a busy PBX have fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for one request.

    Attributes:
        at: seconds since the visit began.
        version: the version of the API in the path.
        asked: the fields of the request.
        body: None if no answer came; `error` says why.
    """

    at: float
    version: str
    endpoint: str
    asked: Mapping[str, Any]
    body: bytes | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One report or event.

    Attributes:
        at: seconds since the visit began.
        head: facts about the request that brought it.
    """

    at: float
    body: bytes
    head: Mapping[str, Any] = field(default_factory=dict)


class Recorder:
    """All entries of one visit, as they came: with their secrets."""

    def __init__(self) -> None:
        """Start the clock."""
        self._began = time.monotonic()
        self._last: dict[str, bytes | None] = {}
        self.entries: list[Answer | Told] = []

    @property
    def seconds(self) -> float:
        """Return the seconds since the visit began."""
        return round(time.monotonic() - self._began, 3)

    @property
    def reports(self) -> int:
        """Return how many reports came."""
        return sum(isinstance(entry, Told) for entry in self.entries)

    def answer(self, url: URL, asked: object, body: bytes | None, error: str) -> None:
        """Remember an answer, unless it is the last one to the same request."""
        version, endpoint = url.path, ""
        if match := _PATH.fullmatch(url.path):
            version, endpoint = match.groups()
        fields: dict[str, Any] = {}
        if endpoint not in _SESSION:
            fields = {
                key: int(value) if value.isdecimal() else value
                for key, value in url.query.items()
                if key not in _TOKENS
            }
            fields |= asked if isinstance(asked, dict) else {}
        request = f"{version} {endpoint} {fields}"
        if endpoint not in _SESSION and self._last.get(request, b"") == body:
            return
        self._last[request] = body
        self._add(
            Answer(
                at=self.seconds,
                version=version,
                endpoint=endpoint,
                asked=fields,
                body=body,
                error=error,
            )
        )

    def told(self, body: bytes, head: Mapping[str, Any] | None = None) -> None:
        """Remember a report."""
        self._add(Told(at=self.seconds, body=body, head=head or {}))

    def _add(self, entry: Answer | Told) -> None:
        if len(self.entries) < _MOST:
            self.entries.append(entry)


class RecordingHttp(Http):
    """Exchanges requests with one PBX, each of which is remembered."""

    def __init__(
        self,
        recorder: Recorder,
        session: aiohttp.ClientSession,
        host: str,
        port: int,
        *,
        ssl: bool,
        pin: CertificatePin | None = None,
    ) -> None:
        """Remember where the PBX is; nothing is sent yet."""
        super().__init__(session, host, port, ssl=ssl, pin=pin)
        self._recorder = recorder

    @override
    @asynccontextmanager
    async def download(
        self, url: URL, *, headers: Mapping[str, str] | None = None
    ) -> AsyncGenerator[Download]:
        async with super().download(url, headers=headers) as file:
            await file.begin(_BEGINNING)
            self._recorder.answer(url, None, file.head, "")
            yield file

    @override
    async def exchange(
        self,
        method: str,
        url: URL,
        *,
        headers: Mapping[str, str],
        json: Any = None,
        timeout: float = REQUEST_TIMEOUT,
    ) -> bytes:
        try:
            body = await super().exchange(
                method, url, headers=headers, json=json, timeout=timeout
            )
        except PbxError as err:
            # The words of other errors may hold the address.
            words = str(err) if isinstance(err, PbxProtocolError) else ""
            self._recorder.answer(
                url, json, None, f"{type(err).__name__} {words}".strip()
            )
            raise
        self._recorder.answer(url, json, body, "")
        return body
