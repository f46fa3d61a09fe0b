"""HTTP with a PBX: one connection for each request, bounded, and errors without secrets."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from socket import SO_RCVBUF, SOL_SOCKET
from ssl import SSLError
import time
from typing import Any

import aiohttp
from yarl import URL

from .certificate import CertificatePin, WrongCertificateError
from .errors import (
    PbxCertificateChangedError,
    PbxCertificateError,
    PbxConnectionError,
    PbxError,
    PbxHandshakeError,
    PbxOccupiedError,
    PbxOldTlsError,
    PbxProtocolError,
    PbxRedirectError,
    PbxUnconfirmedError,
)

CONNECT_TIMEOUT = 8
"""Seconds to reach the PBX; boxes are slow, TLS on old ones more so."""
REQUEST_TIMEOUT = 20
"""Seconds for a whole exchange, at most half of them to wait for one's turn."""
MAX_ANSWER = 4 * 1024 * 1024
"""Bytes; the list of 500 extensions takes about 50 KiB."""
MAX_IN_FLIGHT = 2
"""Requests at a time: one for polls and other background work, one for actions."""

MAX_FRAME = 64 * 1024
"""Bytes of one message of a websocket."""
MAX_AHEAD = 16 * 1024
"""Bytes that the system keeps of a websocket until they are read."""
CLOSE_TIMEOUT = 2.0
"""Seconds to say goodbye on a websocket."""

HEAD = 12
"""Bytes by which a file is known."""
FILE_TIMEOUT = 20
"""Seconds between two pieces of a file."""

_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=CONNECT_TIMEOUT)
_DOWNLOAD_TIMEOUT = aiohttp.ClientTimeout(
    total=None, connect=CONNECT_TIMEOUT, sock_read=FILE_TIMEOUT
)
_OLD_TLS = (
    "TLSV1_ALERT_PROTOCOL_VERSION",
    "UNSUPPORTED_PROTOCOL",
    "WRONG_SSL_VERSION",
)
"""How OpenSSL names the end of a handshake with a server whose versions are too old."""
_patience: ContextVar[float | None] = ContextVar("patience", default=None)


@contextmanager
def in_background(patience: float = REQUEST_TIMEOUT) -> Iterator[None]:
    """Mark the requests of this task as work that no user waits for.

    They share one of the two slots, so that an action never waits behind them.
    `patience` is how many seconds each may take, in which the others wait.
    """
    with _patience.set(patience):
        yield


@contextmanager
def in_foreground() -> Iterator[None]:
    """Mark the requests of this task as work that users wait for as well."""
    with _patience.set(None):
        yield


class Http:
    """Exchanges requests with one PBX and reads any answer.

    Boxes close the connection to end a body, send no length and mislabel the
    content type (seen in the vendor's samples).

    Attributes:
        address: host and port.
        root: the address of the PBX; paths are joined to it.
        last_traffic: when the last answer came, by `time.monotonic`.
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
        self._context = pin.context if pin else True
        self._slots = asyncio.Semaphore(MAX_IN_FLIGHT)
        self._background = asyncio.Semaphore(MAX_IN_FLIGHT - 1)
        self.address = (host, port)
        self.root = URL.build(
            scheme="https" if ssl else "http", host=host, port=port, path="/"
        )
        self.last_traffic = 0.0

    async def exchange(
        self,
        method: str,
        url: URL,
        *,
        headers: Mapping[str, str],
        json: Any = None,
        timeout: float = REQUEST_TIMEOUT,
    ) -> bytes:
        """Send one request and return the body of the answer.

        Raises:
            PbxConnectionError: the PBX was not reached, nothing was sent.
            PbxOccupiedError: other requests take too long, nothing was sent.
            PbxCertificateError: something was reached, nothing was sent.
            PbxUnconfirmedError: the request was sent, but no answer came.
            PbxProtocolError: what answered is no such API.
        """
        timeout = min(timeout, _patience.get() or timeout)
        deadline = asyncio.get_running_loop().time() + timeout
        async with self._turn(timeout / 2):
            with _in_words():
                async with (
                    asyncio.timeout_at(deadline),
                    self._session.request(
                        method,
                        url,
                        json=json,
                        allow_redirects=False,
                        headers={"Connection": "close", **headers},
                        ssl=self._context,
                        timeout=_TIMEOUT,
                    ) as response,
                ):
                    _check_status(response)
                    body = await _read(response, MAX_ANSWER)
        self.last_traffic = time.monotonic()
        return body

    @asynccontextmanager
    async def download(
        self, url: URL, *, headers: Mapping[str, str] | None = None
    ) -> AsyncGenerator[Download]:
        """Get a file and let it be read piece by piece.

        It may take minutes, so it waits for no other request and none for it.

        Raises:
            PbxConnectionError: the PBX was not reached, or stopped sending.
            PbxProtocolError: what answered is no such API.
        """
        with _files():
            response = await self._session.get(
                url,
                allow_redirects=False,
                headers={"Connection": "close", **(headers or {})},
                ssl=self._context,
                timeout=_DOWNLOAD_TIMEOUT,
            )
        async with response:
            _check_status(response)
            file = Download(response)
            await file.begin()
            self.last_traffic = time.monotonic()
            yield file

    @asynccontextmanager
    async def websocket(
        self, url: URL, *, headers: Mapping[str, str]
    ) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
        """Open a websocket; it takes no turn, as it lasts.

        Raises:
            PbxConnectionError: the PBX was not reached.
            PbxProtocolError: what answered opens no websocket.
        """
        async with AsyncExitStack() as stack:
            with _files():
                async with asyncio.timeout(REQUEST_TIMEOUT):
                    socket = await stack.enter_async_context(
                        self._session.ws_connect(
                            url,
                            headers=headers,
                            ssl=self._context,
                            max_msg_size=MAX_FRAME,
                            timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_TIMEOUT),
                        )
                    )
            if wire := socket.get_extra_info("socket"):
                # What arrives at once is split into frames without a pause.
                wire.setsockopt(SOL_SOCKET, SO_RCVBUF, MAX_AHEAD)
            try:
                yield socket
            except aiohttp.ClientError:
                with _files():
                    raise
            finally:
                # Its own time limit begins anew with each frame.
                with suppress(TimeoutError):
                    async with asyncio.timeout(CLOSE_TIMEOUT):
                        await socket.close()

    @asynccontextmanager
    async def _turn(self, patience: float) -> AsyncGenerator[None]:
        """Wait until few enough requests are under way, but not without end."""
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(patience):
                    if _patience.get():
                        await stack.enter_async_context(self._background)
                    await stack.enter_async_context(self._slots)
            except TimeoutError:
                raise PbxOccupiedError("Other requests are not answered yet") from None
            yield

    async def own_address(self) -> str | None:
        """Return the address of this machine as the PBX sees it; nothing is sent."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                transport, _ = await loop.create_datagram_endpoint(
                    asyncio.DatagramProtocol, remote_addr=self.address
                )
        except OSError, UnicodeError:
            return None
        try:
            return str(transport.get_extra_info("sockname")[0])
        finally:
            transport.close()


class Download:
    """A file that the PBX is sending.

    Attributes:
        size: bytes, None if the PBX does not say.
        head: the first bytes.
    """

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        """Take what was answered; nothing of the body is read yet."""
        self.size = response.content_length
        self.head = b""
        self._content = response.content

    async def begin(self, enough: int = HEAD) -> None:
        """Read at least so many bytes of the head, or all there are."""
        while len(self.head) < enough and (piece := await self._piece()):
            self.head += piece

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
    """Raise errors of aiohttp as errors of this library.

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
        if getattr(err.os_error, "reason", "") in _OLD_TLS:
            raise PbxOldTlsError("The PBX speaks only TLS 1.0 or 1.1") from None
        shaking = isinstance(err.os_error, (SSLError, ConnectionResetError))
        raise (PbxHandshakeError if shaking else PbxConnectionError)(
            f"The PBX cannot be reached: {err.os_error.strerror or err.os_error}"
        ) from None
    except TimeoutError:
        raise PbxUnconfirmedError("The PBX did not answer in time") from None
    except aiohttp.WSServerHandshakeError as err:
        raise PbxProtocolError(f"No websocket, but HTTP status {err.status}") from None
    except aiohttp.ClientError as err:
        raise PbxUnconfirmedError(
            f"The connection broke before the answer: {type(err).__name__}"
        ) from None
    except ValueError:
        # Of a session that looks at redirects, as Home Assistant's does.
        raise PbxProtocolError("The answer redirects to nowhere") from None


@contextmanager
def reading() -> Iterator[None]:
    """Raise that no answer came as an error of the connection: nothing was to change."""
    try:
        yield
    except PbxUnconfirmedError as err:
        raise PbxConnectionError(str(err)) from None


@contextmanager
def _files() -> Iterator[None]:
    with reading(), _in_words():
        yield


def _check_status(response: aiohttp.ClientResponse) -> None:
    if 300 <= response.status < 400:
        raise _redirect(response)
    if response.status != 200:
        raise PbxProtocolError(f"HTTP status {response.status}")


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """Return the body, to the end of the connection but not beyond the limit."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit:
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
