"""One HTTP exchange with a PBX."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
import logging
import time

import aiohttp
from yarl import URL

from .certificate import CertificatePin, WrongCertificateError
from .errors import (
    PbxCertificateChangedError,
    PbxCertificateError,
    PbxConnectionError,
    PbxProtocolError,
    PbxRedirectError,
    PbxUnconfirmedError,
    refusal,
)
from .wire import Json, decode_object, integer, text

LOGGER = logging.getLogger(__package__)

CONNECT_TIMEOUT = 8
"""Seconds to reach the PBX; boxes are slow, TLS on old ones more so."""
REQUEST_TIMEOUT = 20
"""Seconds for a whole exchange."""
MAX_ANSWER = 4 * 1024 * 1024
"""Bytes; the list of 500 extensions takes about 50 KiB."""
MAX_IN_FLIGHT = 2
"""Requests at a time: one for polling, one so that an action need not wait."""

_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=CONNECT_TIMEOUT)
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
        self, path: str, body: Mapping[str, Json], token: str | None = None
    ) -> dict[str, Json]:
        """Post one request and return the answer of a PBX that agreed.

        Raises:
            PbxConnectionError: the PBX was not reached, nothing was sent.
            PbxCertificateError: something was reached, nothing was sent.
            PbxUnconfirmedError: the request was sent, but no answer came.
            PbxProtocolError: what answered does not speak this API.
            PbxRefusedError: the PBX refused.
        """
        url = self._root.joinpath(path)
        if token is not None:
            url = url.with_query(token=token)
        async with self._slots:
            started = time.monotonic()
            answer = decode_object(await self._exchange(url, body))
            self.last_traffic = time.monotonic()
        status = text(answer.get("status")).casefold()
        if status not in ("success", "failed"):
            raise PbxProtocolError("The answer lacks the status every answer has")
        number = integer(answer.get("errno")) or 0
        LOGGER.debug(
            "%s: %s %s (%.0f ms)",
            path,
            status,
            number or "",
            (self.last_traffic - started) * 1000,
        )
        if status == "failed":
            raise refusal(number)
        return answer

    async def _exchange(self, url: URL, body: Mapping[str, Json]) -> bytes:
        # Errors of aiohttp may carry the address with its token, so none of
        # them is kept as a cause.
        try:
            async with (
                asyncio.timeout(REQUEST_TIMEOUT),
                self._session.post(
                    url,
                    json=dict(body),
                    allow_redirects=False,
                    headers=_HEADERS,
                    ssl=self._context,
                    timeout=_TIMEOUT,
                ) as response,
            ):
                if 300 <= response.status < 400:
                    raise _redirect(response)
                if response.status != 200:
                    raise PbxProtocolError(f"HTTP status {response.status}")
                return await _read(response)
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


def _redirect(response: aiohttp.ClientResponse) -> PbxRedirectError:
    with suppress(ValueError):
        target = URL(response.headers.get("Location", ""))
        if target.scheme in ("", "http", "https"):
            return PbxRedirectError(target.scheme or None, target.port)
    return PbxRedirectError(None, None)
