"""One session with the API v1 of an S-Series PBX, and its queries."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
import hashlib
import logging
import time
from typing import ClassVar, Final

import aiohttp

from ..certificate import CertificatePin
from ..errors import (
    PbxAddressError,
    PbxConnectionError,
    PbxCredentialsError,
    PbxError,
    PbxLockedOutError,
    PbxNewerApiError,
    PbxOtherPbxError,
    PbxProtocolError,
    PbxRefusedError,
    PbxTokenError,
    PbxUnsupportedError,
    Refusal,
)
from ..http import REQUEST_TIMEOUT, Download, Http, in_foreground, reading
from ..listing_reader import ListingReader, read_list
from ..models import Destination, Device, Extension, Listing, Trunk
from ..wire import Json, decode_object, integer, text
from .call_operations import CallOperations
from .listings import (
    TrunkCall,
    read_device,
    read_extension,
    read_inbound_call,
    read_ivr,
    read_outbound_call,
    read_queue,
    read_trunk,
)
from .operations import V1_0_0, V1_VERSIONS, V2_0_0
from .record_operations import RecordOperations
from .recording_operations import RecordingOperations
from .refusals import refusal
from .settings_operations import SettingsOperations
from .wake_up_operations import WakeUpOperations

LOGGER = logging.getLogger(__package__)

_HEADERS: Final = {"Content-Type": "application/json; charset=utf-8"}
_DEVICE: Final = "deviceinfo/query"
_READS: Final = ("/query", "/get_random", "heartbeat")
"""How the operations end that change nothing."""
_MAX_REFUSAL = 64 * 1024
"""Bytes of JSON in the place of a file."""
LOCK_OUT = 600
"""Seconds the PBX ignores an address after five bad logins (API guide, Login)."""
LOGOUT_TIMEOUT = 5
"""Seconds to say goodbye; unloading must not hang on a dead PBX."""
TCP: Final = "TCP"
"""The transport of reports that have to be fetched (API guide v2.0.0, Login)."""
NO_REPORTS_PORT: Final = "9"
"""The port that a login names for no reports: nothing listens there (RFC 863).

A login must name one from 1 to 65535 (API guide, Login); some boxes refuse 0.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTarget:
    """Where the PBX posts its reports: `http://{address}:{port}/{path}`.

    Attributes:
        address: None for the address that logged in, which every firmware
            understands; naming another needs firmware 30.10.0.59 or newer.
        path: the only secret a report carries.
    """

    port: int
    path: str = field(repr=False)
    address: str | None = None

    def fields(self) -> dict[str, Json]:
        """Return the fields of login and heartbeat (API guide, Login)."""
        if self.address is None:
            return {"port": str(self.port), "url": self.path}
        return {
            "port": str(self.port),
            "url": f"{self.address}:{self.port}/{self.path}",
            "urltag": "1",
        }


class SSeriesClient(
    CallOperations,
    RecordOperations,
    RecordingOperations,
    SettingsOperations,
    WakeUpOperations,
):
    """The API of one Yeastar S-Series PBX.

    Logs in by itself when needed, and once more when a token died. A password
    that the PBX refused is not sent a second time by the same client, and a client
    that logged out is not logged in again by requests still under way. Every method
    may raise any `PbxError`; `PbxUnconfirmedError` means that an operation may have
    been done, it is never repeated here.

    Attributes:
        api_version: what the last login was accepted by, empty before the first.
        own_address: the address of this machine as the PBX saw it at the last login.
        report_transport: how the PBX tells reports, empty if no login said so.
        on_login: called after each login that the PBX answered, with its refusal or
            None; any request may have asked for the login.
    """

    _versions: ClassVar[Sequence[str]] = V1_VERSIONS
    _report_format: ClassVar[Mapping[str, Json]] = {}

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        host: str,
        port: int,
        ssl: bool,
        username: str,
        password: str,
        report_target: ReportTarget | None = None,
        pin: CertificatePin | None = None,
        api_version: str = "",
        serial_number: str = "",
    ) -> None:
        """Prepare a client; nothing is sent before the first operation.

        `api_version` is what an earlier client was accepted by. With a serial number,
        no other PBX is taken for this one.
        """
        super().__init__()
        self._http = Http(session, host, port, ssl=ssl, pin=pin)
        self._pin = pin
        self._username = username
        # The API wants the hash, so the password itself need not stay in memory.
        self._password_hash = hashlib.md5(
            password.encode(), usedforsecurity=False
        ).hexdigest()
        self._report_target = report_target
        self._serial_number = serial_number
        self._token: str | None = None
        self._login: asyncio.Task[str] | None = None
        self._logged_out = False
        self._locked_until = 0.0
        self._logged_in_at = 0.0
        # What polls ask for.
        self._extensions = ListingReader(read_extension, may_be_missing=False)
        self._inbound = ListingReader(read_inbound_call, may_be_missing=True)
        self._outbound = ListingReader(read_outbound_call, may_be_missing=True)
        self.password_refused = False
        self.api_version = api_version if api_version in self._versions else ""
        self._unserved: set[str] = set()
        self._asks_transport = False
        self.report_transport = ""
        self.own_address: str | None = None
        self.on_login: Callable[[PbxRefusedError | None], None] | None = None

    @property
    def certificate_sha256(self) -> str | None:
        """Return by what the PBX's certificate is known, None if by its signature."""
        return self._pin.sha256 if self._pin else None

    @property
    def logged_in(self) -> bool:
        """Return whether there is a token that was not seen to be dead."""
        return self._token is not None

    @property
    def wants_reports(self) -> bool:
        """Return whether the PBX is told where to post reports."""
        return self._report_target is not None

    @property
    def idle_seconds(self) -> float:
        """Return the seconds since the PBX last answered."""
        return time.monotonic() - self._http.last_traffic

    @property
    def locked_seconds(self) -> float:
        """Return the seconds until the PBX listens to our address again."""
        return max(0.0, self._locked_until - time.monotonic())

    @property
    def session_seconds(self) -> float:
        """Return the seconds since the last login."""
        return time.monotonic() - self._logged_in_at

    # Session

    def wait_out(self, seconds: float) -> None:
        """Send no login for so long: the PBX locked our address out."""
        self._locked_until = time.monotonic() + seconds

    def forget_token(self) -> None:
        """Let the next request log in, which says anew where to post reports."""
        self._token = None

    def forget_api_version(self) -> None:
        """Let the next request log in by the first version that the PBX takes."""
        self.api_version = ""
        self._unserved.clear()
        self._token = None

    async def has_moved(self) -> bool:
        """Return whether our address is another one than at the last login."""
        address = await self._http.own_address()
        return None not in (address, self.own_address) and address != self.own_address

    async def login(self) -> None:
        """Log in now, which also tells the PBX where to post its reports."""
        self._logged_out = False
        self._token = None
        await self._living_token()

    async def login_for_reports(self) -> None:
        """Log in anew, by the newest version if it is served.

        Only its answer says how reports come; its tokens are good for all versions.
        """
        self._asks_transport = True
        self._token = None
        await self._living_token()

    async def heartbeat(self) -> None:
        """Keep the token alive when there is no other traffic."""
        body: dict[str, Json] = {}
        if self._report_target and (address := await self._http.own_address()):
            body = {
                "ipaddr": address,
                **self._report_target.fields(),
                **self._report_format,
            }
        await self._call("heartbeat", body)

    async def logout(self) -> None:
        """Say goodbye, so that the PBX stops posting reports; never raises."""
        self._logged_out = True
        try:
            async with asyncio.timeout(LOGOUT_TIMEOUT):
                if self._login:
                    await asyncio.wait([self._login])
                token, self._token = self._token, None
                if token is not None:
                    await self._post(self._path("logout"), {}, token)
        except PbxError, TimeoutError:
            # The token dies by itself after 30 minutes.
            self._token = None
        finally:
            if self._login:
                self._login.cancel()

    # Queries

    async def device_info(self) -> Device:
        """Return what the PBX is (API guide, Query Device Information)."""
        return self._recognized(await self._basic(_DEVICE))

    async def extensions(self) -> Listing[Extension]:
        """Return all extensions (API guide, Query Extension List)."""
        reader = self._extensions
        answer = await self._basic("extensionlist/query", decode=reader.decode)
        return reader.read(answer.get("extlist"))

    async def trunks(self) -> Listing[Trunk]:
        """Return all trunks (API guide, Query Trunk List)."""
        answer = await self._call("trunklist/query")
        return read_list(answer.get("trunklist"), read_trunk, may_be_missing=False)

    async def inbound_calls(self, *leg_ids: str) -> Listing[TrunkCall]:
        """Return all or some inbound calls (API guide, Query Inbound Calls).

        Calls between extensions, and calls whose caller's own phone still
        rings, are in no query.
        """
        body: dict[str, Json] = {"inboundid": ",".join(leg_ids)} if leg_ids else {}
        reader = self._inbound
        answer = await self._call("inbound/query", body, decode=reader.decode)
        return reader.read(answer.get("inbound"))

    async def outbound_calls(self, *leg_ids: str) -> Listing[TrunkCall]:
        """Return all or some outbound calls (API guide, Query Outbound Calls)."""
        body: dict[str, Json] = {"outboundid": ",".join(leg_ids)} if leg_ids else {}
        reader = self._outbound
        answer = await self._call("outbound/query", body, decode=reader.decode)
        return reader.read(answer.get("outbound"))

    async def ivrs(self) -> Listing[Destination]:
        """Return all IVRs (API guide, Query IVR)."""
        answer = await self._call("ivr/query", {"ivrid": "all"})
        return read_list(answer.get("ivr"), read_ivr, may_be_missing=True)

    async def queues(self) -> Listing[Destination]:
        """Return all queues (API guide, Query Queue)."""
        answer = await self._call("queue/query", {"queueid": "all"})
        return read_list(answer.get("queues"), read_queue, may_be_missing=True)

    # One request

    async def _basic(
        self,
        endpoint: str,
        *,
        decode: Callable[[bytes], dict[str, Json]] = decode_object,
    ) -> dict[str, Json]:
        """Send a query that every version has; refuses it one, it is not served.

        That is so after an update of the firmware, and where a version takes no more
        than logins.
        """
        while True:
            try:
                return await self._call(endpoint, decode=decode)
            except PbxUnsupportedError:
                if self.api_version not in self._versions:
                    raise  # None of them takes a login.
                self._unserved.add(self.api_version)
                self._token = None

    async def _call(
        self,
        endpoint: str,
        body: Mapping[str, Json] | None = None,
        *,
        version: str = V1_0_0,
        decode: Callable[[bytes], dict[str, Json]] = decode_object,
        timeout: float = REQUEST_TIMEOUT,
    ) -> dict[str, Json]:
        """Send one operation; a dead token costs one login and one repetition.

        Repeating is safe then, and only then: the PBX refused before it did
        anything.
        """
        try:
            return await self._call_once(endpoint, body or {}, version, decode, timeout)
        except PbxTokenError:
            return await self._call_once(endpoint, body or {}, version, decode, timeout)

    async def _call_once(
        self,
        endpoint: str,
        body: Mapping[str, Json],
        version: str,
        decode: Callable[[bytes], dict[str, Json]],
        timeout: float,
    ) -> dict[str, Json]:
        token = await self._living_token()
        path = self._path(endpoint, version)
        changes_nothing = endpoint.endswith(_READS)
        try:
            with reading() if changes_nothing else nullcontext():
                return await self._post(
                    path, body, token, decode=decode, timeout=timeout
                )
        except PbxTokenError, PbxAddressError:
            # Where this address is no longer allowed, no report goes either: only a
            # new login tells when it is again.
            self._forget(token)
            raise

    def _path(self, endpoint: str, since: str = V1_0_0) -> str:
        """Return the path of an operation that the version `since` brought."""
        version = self.api_version
        if since == V2_0_0 or version in ("", V1_0_0):
            version = since
        return f"{version}/{endpoint}"

    async def _post(
        self,
        path: str,
        body: Mapping[str, Json],
        token: str | None = None,
        *,
        decode: Callable[[bytes], dict[str, Json]] = decode_object,
        timeout: float = REQUEST_TIMEOUT,
    ) -> dict[str, Json]:
        """Post one request and return the answer of a PBX that agreed."""
        url = self._http.root / "api" / path
        if token is not None:
            url = url.with_query(token=token)
        started = time.monotonic()
        answer = decode(
            await self._http.exchange(
                "POST", url, headers=_HEADERS, json=dict(body), timeout=timeout
            )
        )
        number = _refused(answer)
        LOGGER.debug(
            "%s: %s %s (%.0f ms)",
            path,
            "success" if number is None else "failed",
            number or "",
            (self._http.last_traffic - started) * 1000,
        )
        if number is not None:
            raise refusal(number)
        return answer

    @asynccontextmanager
    async def _download(
        self, endpoint: str, query: Mapping[str, str], *, version: str
    ) -> AsyncGenerator[Download]:
        """Get a file; a token that died is forgotten, and the error is raised."""
        token = await self._living_token()
        path = self._path(endpoint, version)
        url = (self._http.root / "api" / path).with_query({**query, "token": token})
        try:
            async with self._http.download(url) as file:
                await _check_is_file(file)
                LOGGER.debug("%s: begins", path)
                yield file
        except PbxTokenError, PbxAddressError:
            self._forget(token)
            raise

    def _forget(self, token: str) -> None:
        """Remember that a token is dead."""
        # Another one may have logged in since; that token may be good.
        if self._token == token:
            self._token = None

    async def _living_token(self) -> str:
        """Return the token; everyone who needs one shares a single login."""
        if self._token is not None:
            return self._token
        if self._login is None:
            # Actions may wait for the login that a background request needs.
            with in_foreground():
                self._login = asyncio.create_task(self._log_in(), name="yeastar login")
            self._login.add_done_callback(self._login_done)
        login = self._login
        # One who gives up waiting must not take the login from the others. (A
        # shield would do, but logs an error if the login fails then.)
        await asyncio.wait([login])
        with reading():
            return login.result()

    def _login_done(self, task: asyncio.Task[str]) -> None:
        self._login = None
        if not task.cancelled():
            # No task may wait any more; then its error is dropped on purpose.
            task.exception()

    async def _log_in(self) -> str:
        if self.password_refused:
            raise PbxCredentialsError(20003, Refusal.BAD_CREDENTIALS)
        if self.locked_seconds:
            raise PbxLockedOutError(20002, Refusal.LOCKED_OUT)
        if self._logged_out:
            raise PbxConnectionError("The session was ended")
        body: dict[str, Json] = {
            "username": self._username,
            "password": self._password_hash,
            "port": NO_REPORTS_PORT,
            **self._report_format,
        }
        if self._report_target:
            body |= self._report_target.fields()
        try:
            self.own_address = await self._http.own_address()
            answer = await self._log_in_by_any_version(body)
        except PbxRefusedError as err:
            if isinstance(err, PbxCredentialsError):
                self.password_refused = True
            elif isinstance(err, PbxLockedOutError):
                self.wait_out(LOCK_OUT)
            self._tell(err)
            raise
        except asyncio.CancelledError:
            # Those who wait for this login are not cancelled, only told.
            raise PbxConnectionError("The session was ended") from None
        if not (token := text(answer.get("token"))):
            raise PbxProtocolError("The PBX accepted the login, but gave no token")
        if self._serial_number and self._logged_in_at:
            # After the first login it is the first query as well.
            await self._recognize(token)
        self.report_transport = text(answer.get("transport")) or self.report_transport
        self._token = token
        self._logged_in_at = time.monotonic()
        self._tell(None)
        return token

    async def _recognize(self, token: str) -> None:
        """Raise if another PBX took the login, and leave that one.

        A PBX that does not say what it is was not exchanged for that.
        """
        try:
            self._recognized(await self._post(self._path(_DEVICE), {}, token))
        except PbxRefusedError:
            return
        except PbxOtherPbxError:
            with suppress(PbxError):
                await self._post(self._path("logout"), {}, token)
            raise

    def _recognized(self, answer: Mapping[str, Json]) -> Device:
        device = read_device(answer.get("deviceinfo"))
        PbxOtherPbxError.check(self._serial_number, device.serial_number)
        return device

    async def _log_in_by_any_version(self, body: Mapping[str, Json]) -> dict[str, Json]:
        """Log in by the version that was accepted last, or the first that is.

        Nothing proves that newer firmware still serves the oldest version, nor that
        old firmware has any other.

        Raises:
            PbxUnsupportedError: no version is served.
            PbxNewerApiError: only one is whose operations are others, which is
                `api_version` then.
        """
        if self._asks_transport and self.api_version:
            self._asks_transport = False
            with suppress(PbxUnsupportedError):
                return await self._post(f"{V2_0_0}/login", body)
        kept = [self.api_version] if self.api_version in self._versions else []
        for version in dict.fromkeys((*kept, *self._versions)):
            if version in self._unserved:
                continue
            try:
                answer = await self._post(f"{version}/login", body)
            except PbxUnsupportedError:
                continue
            self.api_version = version
            return answer
        self.forget_api_version()
        if V2_0_0 in self._versions:
            raise PbxUnsupportedError(10003, Refusal.UNSUPPORTED_REQUEST)
        answer = await self._post(f"{V2_0_0}/login", body)
        # That took the reports, and nothing else is wanted of this session.
        with suppress(PbxError):
            await self._post(f"{V2_0_0}/logout", {}, text(answer.get("token")))
        self.api_version = V2_0_0
        raise PbxNewerApiError(10003, Refusal.UNSUPPORTED_REQUEST)

    def _tell(self, refusal: PbxRefusedError | None) -> None:
        if self.on_login:
            self.on_login(refusal)


def _refused(answer: Mapping[str, Json]) -> int | None:
    """Return the error number of a refusal, None if the PBX agreed."""
    status = text(answer.get("status")).casefold()
    if status not in ("success", "failed"):
        raise PbxProtocolError("The answer lacks the status every answer has")
    return (integer(answer.get("errno")) or 0) if status == "failed" else None


async def _check_is_file(file: Download) -> None:
    """Raise what the PBX says in JSON, with the same HTTP status, instead of a file."""
    if not file.head.lstrip(b" \t\r\n\0\xef\xbb\xbf").startswith(b"{"):
        return
    await file.begin(_MAX_REFUSAL)
    if (number := _refused(decode_object(file.head))) is not None:
        raise refusal(number)
    raise PbxProtocolError("The PBX agreed, but sent no file")
