"""The session with a P-Series PBX: one pair of tokens, and every request with it.

A PBX has eight tokens for an application; each lives for 30 minutes whether it is
used or not. So there is one at a time, which is refreshed instead of logged in anew,
and which a later run can go on with.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
import json
import logging
import time
from typing import Final
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from ..certificate import CertificatePin
from ..clock import Moment
from ..errors import (
    PbxAddressError,
    PbxConnectionError,
    PbxCredentialsError,
    PbxError,
    PbxLockedOutError,
    PbxOtherPbxError,
    PbxProtocolError,
    PbxRefusedError,
    PbxTokenError,
    PbxTooManySessionsError,
    PbxUnsupportedError,
    Refusal,
)
from ..http import REQUEST_TIMEOUT, Http, in_foreground, reading
from ..models import Device
from ..wire import Json, decode_object, integer, text
from .listings import read_device
from .refusals import PARTIAL_SUCCESS, SUCCESS, refusal, refusal_of_login

LOGGER = logging.getLogger(__package__)

HEADERS: Final = {"User-Agent": "OpenAPI"}
"""A request without one is refused with 40002 (Developer Guide, Request Overview)."""
ROOT: Final = "openapi/v1.0"
_DEVICE: Final = "system/information"
RENEW_BEFORE: Final = 5 * 60
"""Seconds before the end of an access token, of the 30 minutes that it lives."""
LOCK_OUT: Final = 600
"""Seconds to leave a PBX alone that blocked this address; how long it does is unknown."""
SESSIONS_WAIT: Final = 300
"""Seconds to wait while all eight tokens are taken."""
LOGOUT_TIMEOUT: Final = 5

type Query = Mapping[str, str | int]
type Decode = Callable[[bytes], dict[str, Json]]


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair of tokens.

    Attributes:
        access_until, refresh_until: when each dies, in epoch seconds.
    """

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    access_until: float
    refresh_until: float

    @property
    def kept(self) -> str:
        """Return the pair as text that a later run understands; it is a secret."""
        return json.dumps(
            [self.access, self.refresh, self.access_until, self.refresh_until]
        )

    @classmethod
    def of_kept(cls, kept: str) -> Tokens | None:
        """Return the pair that an earlier run kept, None if it makes no sense."""
        try:
            access, refresh, access_until, refresh_until = json.loads(kept)
            return cls(
                str(access), str(refresh), float(access_until), float(refresh_until)
            )
        except ValueError, TypeError:
            return None


class PSeriesSession:
    """Sends requests to one P-Series PBX, and logs in when needed.

    A Client Secret that the PBX refused is not sent again. Every method may raise any
    `PbxError`; after `PbxUnconfirmedError` an operation may have been done.

    Attributes:
        own_address: the address of this machine as the PBX saw it at the last login.
        on_login: called after each login or renewal that the PBX answered, with its
            refusal or None.
        on_tokens: called with what a later run needs to go on, empty at the end.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        host: str,
        port: int,
        ssl: bool,
        client_id: str,
        client_secret: str,
        pin: CertificatePin | None = None,
        serial_number: str = "",
        clock: Callable[[], Moment] = Moment.now,
    ) -> None:
        """Prepare a session; nothing is sent before the first request.

        With a serial number, no other PBX is taken for this one.
        """
        self.http = Http(session, host, port, ssl=ssl, pin=pin)
        self._pin = pin
        self._client_id = client_id
        self._client_secret = client_secret
        self._serial_number = serial_number
        self._has_logged_in = False
        self._clock = clock
        self._tokens: Tokens | None = None
        self._login: asyncio.Task[Tokens] | None = None
        self._logged_out = False
        self._locked_until = 0.0
        self._full_until = 0.0
        self.password_refused = False
        self.own_address: str | None = None
        self.on_login: Callable[[PbxRefusedError | None], None] = lambda refusal: None
        self.on_tokens: Callable[[str], None] = lambda kept: None

    @property
    def certificate_sha256(self) -> str | None:
        """Return by what the PBX's certificate is known, None if by its signature."""
        return self._pin.sha256 if self._pin else None

    @property
    def logged_in(self) -> bool:
        """Return whether there is a token that was not seen to be dead."""
        return self._tokens is not None

    @property
    def idle_seconds(self) -> float:
        """Return the seconds since the PBX last answered."""
        return time.monotonic() - self.http.last_traffic

    @property
    def locked_seconds(self) -> float:
        """Return the seconds until the PBX listens to this address again."""
        return max(0.0, self._locked_until - time.monotonic())

    def wait_out(self, seconds: float) -> None:
        """Send no login for so long: the PBX locked this address out."""
        self._locked_until = time.monotonic() + seconds

    def resume(self, kept: str) -> None:
        """Go on with the tokens of an earlier run, if they still live."""
        tokens = Tokens.of_kept(kept)
        if tokens and tokens.refresh_until > self._clock().wall:
            self._tokens = tokens

    def forget(self) -> None:
        """Let the next request renew the token."""
        if self._tokens:
            self.expire(self._tokens.access)

    # Requests

    async def device(self) -> Device:
        """Return what the PBX is (Developer Guide, Query System Information)."""
        return self._recognized(await self.get(_DEVICE))

    async def get(
        self,
        endpoint: str,
        query: Query | None = None,
        *,
        decode: Decode = decode_object,
        accept: frozenset[int] = frozenset(),
    ) -> dict[str, Json]:
        """Ask by GET; `accept` names error codes that are an answer here."""
        with reading():
            return await self._send("GET", endpoint, query, None, decode, accept)

    async def change(self, endpoint: str, query: Query) -> None:
        """Change something by GET."""
        await self._send("GET", endpoint, query, None, decode_object)

    async def post(self, endpoint: str, body: Mapping[str, Json]) -> dict[str, Json]:
        """Post an operation."""
        return await self._send("POST", endpoint, None, body, decode_object)

    async def url(self, path: str) -> URL:
        """Return an address with the access token, which makes it a secret."""
        access = await self.access_token()
        return (self.http.root / path).with_query(access_token=access)

    async def _send(
        self,
        method: str,
        endpoint: str,
        query: Query | None,
        body: Mapping[str, Json] | None,
        decode: Decode,
        accept: frozenset[int] = frozenset(),
    ) -> dict[str, Json]:
        """Send a request; a dead token costs one renewal and one repetition.

        Repeating is safe then, and only then: the PBX refused before it did anything.
        """
        for is_last in (False, True):
            access = await self.access_token()
            try:
                answer = await self._exchange(
                    method,
                    endpoint,
                    {**(query or {}), "access_token": access},
                    body,
                    decode,
                )
                _check(answer, accept)
            except PbxTokenError:
                self.expire(access)
                if is_last:
                    raise
            except PbxAddressError, PbxLockedOutError:
                # The next renewal tells whether it lasts, and for how long.
                self.expire(access)
                raise
            else:
                return answer
        raise AssertionError

    async def _exchange(
        self,
        method: str,
        endpoint: str,
        query: Query,
        body: Mapping[str, Json] | None,
        decode: Decode = decode_object,
    ) -> dict[str, Json]:
        # Some firmware takes no "+" for a blank.
        encoded = urlencode(query, quote_via=quote)
        url = f"{self.http.root}{ROOT}/{endpoint}"
        started = time.monotonic()
        answer = decode(
            await self.http.exchange(
                method,
                URL(f"{url}?{encoded}" if encoded else url, encoded=True),
                headers=HEADERS,
                json=None if body is None else dict(body),
                timeout=REQUEST_TIMEOUT,
            )
        )
        LOGGER.debug(
            "%s %s: %s (%.0f ms)",
            method,
            endpoint,
            integer(answer.get("errcode")),
            (self.http.last_traffic - started) * 1000,
        )
        return answer

    # Tokens

    async def access_token(self) -> str:
        """Return a living access token; all tasks that need one share one renewal."""
        if (tokens := self._tokens) and not self._is_due:
            return tokens.access
        login = self._begin_renewal()
        # A task that gives up waiting does not take the login from the others.
        await asyncio.wait([login])
        with reading():
            return login.result().access

    def renew_if_due(self) -> None:
        """Begin to renew the token where it soon dies; no task waits for it."""
        if self._is_due:
            self._begin_renewal()

    def has_renewed(self, access: str) -> bool:
        """Return whether another token took the place of one."""
        return self._tokens is not None and self._tokens.access != access

    @property
    def _is_due(self) -> bool:
        tokens = self._tokens
        return (
            tokens is None or tokens.access_until - self._clock().wall <= RENEW_BEFORE
        )

    def _begin_renewal(self) -> asyncio.Task[Tokens]:
        if self._login is None:
            # Actions may wait for the login that a background request needs.
            with in_foreground():
                self._login = asyncio.create_task(self._renew(), name="yeastar login")
            self._login.add_done_callback(self._login_done)
        return self._login

    def _login_done(self, task: asyncio.Task[Tokens]) -> None:
        self._login = None
        if not task.cancelled():
            task.exception()

    def expire(self, access: str) -> None:
        """Remember that an access token is dead; its refresh token may live."""
        tokens = self._tokens
        if tokens and tokens.access == access:
            self._tokens = Tokens(access, tokens.refresh, 0.0, tokens.refresh_until)

    async def _renew(self) -> Tokens:
        """Refresh the tokens, or log in where they cannot be refreshed.

        Nothing is sent while the PBX ignores this address or has no free session.
        """
        if self._logged_out:
            raise PbxConnectionError("The session was ended")
        if self.locked_seconds:
            raise PbxLockedOutError(70004, Refusal.LOCKED_OUT)
        if time.monotonic() < self._full_until:
            raise PbxTooManySessionsError(60002, Refusal.TOO_MANY_SESSIONS)
        try:
            self.own_address = await self.http.own_address()
            tokens = await self._refresh() or await self._log_in()
        except asyncio.CancelledError:
            # The tasks that wait for this login are not cancelled.
            raise PbxConnectionError("The session was ended") from None
        self.on_login(None)
        return tokens

    async def _refresh(self) -> Tokens | None:
        """Return a new pair, None where the refresh token is dead."""
        old = self._tokens
        if old is None or old.refresh_until <= self._clock().wall:
            return None
        answer = await self._exchange(
            "POST", "refresh_token", {}, {"refresh_token": old.refresh}
        )
        if (number := _code(answer)) == SUCCESS:
            return self._keep(answer)
        err = refusal_of_login(number)
        if not isinstance(err, (PbxCredentialsError, PbxUnsupportedError)):
            # The refresh token is good for later, and a login would take a new slot.
            raise self._refused(err)
        # It died with a restart of the PBX, or with a new Client Secret.
        self._tokens = None
        return None

    async def _log_in(self) -> Tokens:
        if self.password_refused:
            raise PbxCredentialsError(0, Refusal.BAD_CREDENTIALS)
        answer = await self._exchange(
            "POST",
            "get_token",
            {},
            {"username": self._client_id, "password": self._client_secret},
        )
        if (number := _code(answer)) != SUCCESS:
            raise self._refused(refusal_of_login(number))
        if self._serial_number and self._has_logged_in:
            # After the first login it is the first query as well.
            await self._recognize(text(answer.get("access_token")))
        self._has_logged_in = True
        return self._keep(answer)

    async def _recognize(self, access: str) -> None:
        """Raise if another PBX took the login, or none can be told, and leave that one."""
        try:
            query = {"access_token": access}
            answer = await self._exchange("GET", _DEVICE, query, None)
            if _code(answer) == SUCCESS:
                self._recognized(answer)
        except PbxError:
            with suppress(PbxError):
                await self._revoke(access)
            raise

    async def _revoke(self, access: str) -> None:
        """End a token, so that it takes none of the eight slots."""
        await self._exchange("GET", "del_token", {"access_token": access}, None)

    def _recognized(self, answer: Mapping[str, Json]) -> Device:
        device = read_device(answer.get("data"))
        PbxOtherPbxError.check(self._serial_number, device.serial_number)
        return device

    def _refused(self, err: PbxRefusedError) -> PbxRefusedError:
        """Remember for how long nothing is to be sent, and tell the refusal."""
        match err:
            case PbxCredentialsError():
                self.password_refused = True
            case PbxLockedOutError():
                self.wait_out(LOCK_OUT)
            case PbxTooManySessionsError():
                self._full_until = time.monotonic() + SESSIONS_WAIT
        self.on_login(err)
        return err

    def _keep(self, answer: Mapping[str, Json]) -> Tokens:
        access, refresh = (
            text(answer.get("access_token")),
            text(answer.get("refresh_token")),
        )
        if not access or not refresh:
            raise PbxProtocolError("The PBX accepted the login, but gave no token")
        now = self._clock().wall
        life = integer(answer.get("access_token_expire_time")) or 1800
        refresh_life = integer(answer.get("refresh_token_expire_time")) or 86400
        self._tokens = Tokens(access, refresh, now + life, now + refresh_life)
        self.on_tokens(self._tokens.kept)
        return self._tokens

    async def log_out(self) -> None:
        """Revoke the token, so that it takes none of the eight slots; never raises."""
        self._logged_out = True
        try:
            async with asyncio.timeout(LOGOUT_TIMEOUT):
                if self._login:
                    await asyncio.wait([self._login])
                tokens, self._tokens = self._tokens, None
                if tokens is not None:
                    await self._revoke(tokens.access)
                    self.on_tokens("")
        except PbxError, TimeoutError:
            # It dies by itself after 30 minutes.
            self._tokens = None
        finally:
            if self._login:
                self._login.cancel()


def _code(answer: Mapping[str, Json]) -> int:
    """Return the error code of an answer.

    Raises:
        PbxProtocolError: it has none, as every answer of this API has.
    """
    if (number := integer(answer.get("errcode"))) is None:
        raise PbxProtocolError("The answer lacks the code every answer has")
    return number


def _check(answer: Mapping[str, Json], accept: frozenset[int]) -> None:
    number = _code(answer)
    if number not in (SUCCESS, PARTIAL_SUCCESS) and number not in accept:
        raise refusal(number)
