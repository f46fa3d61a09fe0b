"""One HTTP exchange with a PBX."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
import logging
import time

import aiohttp
from yarl import URL

from .certificate import CertificatePin, WrongCertificateError
from .errors import (
    PbxCertificateChangedError,
    PbxCertificateError,
    PbxConnectionError,
    PbxError,
    PbxOccupiedError,
    PbxProtocolError,
    PbxRedirectError,
    PbxUnconfirmedError,
    refusal,
)
from .s_series.wire import Json, decode_object, integer, text

LOGGER = logging.getLogger(__package__)

CONNECT_TIMEOUT = 8
"""Seconds to reach the PBX; boxes are slow, TLS on old ones more so."""
REQUEST_TIMEOUT = 20
"""Seconds for a whole exchange, at most half of them to wait for one's turn."""
MAX_ANSWER = 4 * 1024 * 1024
"""Bytes; the list of 500 extensions takes about 50 KiB."""
MAX_IN_FLIGHT = 2
"""Requests at a time: one for polling, one so that an action need not wait."""

HEAD = 12
"""Bytes by which a file is known."""
MAX_REFUSAL = 64 * 1024
"""Bytes of JSON in the place of a file."""

_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=CONNECT_TIMEOUT)
_DOWNLOAD_TIMEOUT = aiohttp.ClientTimeout(
    total=None, connect=CONNECT_TIMEOUT, sock_read=REQUEST_TIMEOUT
)
_HEADERS = {
    "Connection": "close",
    "Content-Type": "application/json; charset=utf-8",
}


class Transport:
    """Posts requests to one PBX, a connection each, and reads whatever answers.

    Boxes close the connection to end a body, send no length and mislabel the
    content type (seen in the vendor's samples).
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        host: str,
        port: int,
        *,
        ssl: bool,
        pin: CertificatePin | None = None,
    ) -> None:
        """Remember where the PBX is; nothing is sent yet.

        Without a pin, the session decides which certificates are trusted.
        """
        self._session = session
        self._root = URL.build(
            scheme="https" if ssl else "http", host=host, port=port, path="/api/"
        )
        self._context = pin.context if pin else True
        self._slots = asyncio.Semaphore(MAX_IN_FLIGHT)
        self.last_traffic = 0.0
        """When the last answer came, by `time.monotonic`."""

    async def post(
        self,
        path: str,
        body: Mapping[str, Json],
        token: str | None = None,
        *,
        decode: Callable[[bytes], dict[str, Json]] = decode_object,
    ) -> dict[str, Json]:
        """Post one request and return the answer of a PBX that agreed.

        Raises:
            PbxConnectionError: the PBX was not reached, nothing was sent.
            PbxOccupiedError: other requests take too long, nothing was sent.
            PbxCertificateError: something was reached, nothing was sent.
            PbxUnconfirmedError: the request was sent, but no answer came.
            PbxProtocolError: what answered does not speak this API.
            PbxRefusedError: the PBX refused.
        """
        url = self._root.joinpath(path)
        if token is not None:
            url = url.with_query(token=token)
        deadline = asyncio.get_running_loop().time() + REQUEST_TIMEOUT
        async with self._turn():
            started = time.monotonic()
            answer = decode(await self._exchange(url, body, deadline))
            self.last_traffic = time.monotonic()
        number = _refused(answer)
        LOGGER.debug(
            "%s: %s %s (%.0f ms)",
            path,
            "success" if number is None else "failed",
            number or "",
            (self.last_traffic - started) * 1000,
        )
        if number is not None:
            raise refusal(number)
        return answer

    @asynccontextmanager
    async def download(
        self, path: str, query: Mapping[str, str]
    ) -> AsyncGenerator[Download]:
        """Get a file and let it be read piece by piece.

        It may take minutes, so it waits for no other request and none for it.

        Raises:
            PbxConnectionError: the PBX was not reached, or stopped sending.
            PbxProtocolError: what came is no file.
            PbxRefusedError: the PBX refused.
        """
        url = self._root.joinpath(path).with_query(query)
        with _files():
            response = await self._session.get(
                url,
                allow_redirects=False,
                headers={"Connection": "close"},
                ssl=self._context,
                timeout=_DOWNLOAD_TIMEOUT,
            )
        async with response:
            _check_status(response)
            file = Download(response)
            await file.begin()
            self.last_traffic = time.monotonic()
            LOGGER.debug("%s: begins", path)
            yield file

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[None]:
        """Wait until few enough requests are under way, but not for ever."""
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT / 2):
                await self._slots.acquire()
        except TimeoutError:
            raise PbxOccupiedError("Other requests are not answered yet") from None
        try:
            yield
        finally:
            self._slots.release()

    async def _exchange(
        self, url: URL, body: Mapping[str, Json], deadline: float
    ) -> bytes:
        with _in_words():
            async with (
                asyncio.timeout_at(deadline),
                self._session.post(
                    url,
                    json=dict(body),
                    allow_redirects=False,
                    headers=_HEADERS,
                    ssl=self._context,
                    timeout=_TIMEOUT,
                ) as response,
            ):
                _check_status(response)
                return await _read(response)


class Download:
    """A file that the PBX is sending.

    Attributes:
        size: bytes, None if the PBX does not say.
    """

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        """Take what was answered; nothing of the body is read yet."""
        self.size = response.content_length
        self.head = b""
        self._content = response.content

    async def begin(self) -> None:
        """Read so much that what comes is known, and raise what is no file.

        The PBX says in JSON why it does not send one, with the same HTTP status.
        """
        while len(self.head) < HEAD and (piece := await self._piece()):
            self.head += piece
        if self.head.lstrip(b" \t\r\n\0\xef\xbb\xbf").startswith(b"{"):
            while len(self.head) < MAX_REFUSAL and (piece := await self._piece()):
                self.head += piece
            number = _refused(decode_object(self.head))
            if number is not None:
                raise refusal(number)
            raise PbxProtocolError("The PBX agreed, but sent no file")

    async def pieces(self, limit: int) -> AsyncGenerator[bytes]:
        """Yield the file once, as it comes.

        Raises:
            PbxConnectionError: the PBX stopped sending.
            PbxProtocolError: there are more bytes than the limit.
        """
        piece, total = self.head, 0
        while piece:
            total += len(piece)
            if total > limit:
                raise PbxProtocolError("The file is larger than any PBX sends")
            yield piece
            piece = await self._piece()

    async def _piece(self) -> bytes:
        with _files():
            return await self._content.readany()


@contextmanager
def _in_words() -> Iterator[None]:
    """Raise what aiohttp raises as errors of ours.

    Its own may carry the address with its token, so none is kept, neither as a cause
    nor as a context, which some tools that collect errors read nevertheless.
    """
    try:
        with _translated():
            yield
    except PbxError as err:
        err.__context__ = None
        raise


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except aiohttp.InvalidURL, UnicodeError:
        raise PbxConnectionError("The PBX has an impossible address") from None
    except aiohttp.ConnectionTimeoutError:
        raise PbxConnectionError("The PBX cannot be reached in time") from None
    except aiohttp.ClientConnectorCertificateError as err:
        raise _distrust(err.certificate_error) from None
    except aiohttp.ClientConnectorError as err:
        raise PbxConnectionError(
            f"The PBX cannot be reached: {err.os_error.strerror or err.os_error}"
        ) from None
    except TimeoutError:
        raise PbxUnconfirmedError("The PBX did not answer in time") from None
    except aiohttp.ClientError as err:
        raise PbxUnconfirmedError(
            f"The connection broke before the answer: {type(err).__name__}"
        ) from None
    except ValueError:
        # Of a session that looks at redirects, as Home Assistant's does.
        raise PbxProtocolError("The answer redirects to nowhere") from None


@contextmanager
def _files() -> Iterator[None]:
    """Raise what aiohttp raises about a file: that changes nothing at the PBX."""
    try:
        with _in_words():
            yield
    except PbxUnconfirmedError as err:
        raise PbxConnectionError(str(err)) from None


def _check_status(response: aiohttp.ClientResponse) -> None:
    if 300 <= response.status < 400:
        raise _redirect(response)
    if response.status != 200:
        raise PbxProtocolError(f"HTTP status {response.status}")


def _refused(answer: Mapping[str, Json]) -> int | None:
    """Return the error number of a refusal, None if the PBX agreed."""
    status = text(answer.get("status")).casefold()
    if status not in ("success", "failed"):
        raise PbxProtocolError("The answer lacks the status every answer has")
    return (integer(answer.get("errno")) or 0) if status == "failed" else None


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """Return the body, to the end of the connection but not beyond the limit."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_ANSWER:
            raise PbxProtocolError("The answer is larger than any PBX sends")
    return bytes(body)


def _distrust(err: Exception) -> PbxCertificateError:
    if isinstance(err, WrongCertificateError):
        return PbxCertificateChangedError(err.expected, err.seen)
    return PbxCertificateError(f"The certificate is not trusted: {err}")


def _redirect(response: aiohttp.ClientResponse) -> PbxProtocolError:
    asked = response.url
    with suppress(ValueError):
        target = asked.join(URL(response.headers.get("Location", "")))
        scheme, port = target.scheme, target.port
        moved = (scheme, port) != (asked.scheme, asked.port)
        if scheme in ("http", "https") and port and moved:
            return PbxRedirectError(scheme, port)
    return PbxProtocolError("The answer redirects to another page")
