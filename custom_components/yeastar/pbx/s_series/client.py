"""A PBX that can be asked and told things."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import hashlib
import time

import aiohttp

from ..certificate import CertificatePin
from ..errors import (
    ErrorCode,
    PbxAddressError,
    PbxConnectionError,
    PbxCredentialsError,
    PbxError,
    PbxLockedOutError,
    PbxProtocolError,
    PbxRefusedError,
    PbxTokenError,
)
from ..http import CONNECT_TIMEOUT, Download, Transport
from ..models import (
    Destination,
    DeviceInfo,
    Extension,
    Listing,
    ListingReader,
    Trunk,
    TrunkCall,
)
from .call_operations import CallOperations
from .extension_settings import SettingsOperations
from .operations import V1_0_0
from .recordings import RecordingOperations
from .wake_up_calls import WakeUpOperations
from .wire import Json, decode_object, text

LOCK_OUT = 600
"""Seconds the PBX ignores an address after five bad logins (API guide, Login)."""
LOGOUT_TIMEOUT = 5
"""Seconds to say goodbye; unloading must not hang on a dead PBX."""


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


class PbxClient(
    CallOperations, RecordingOperations, SettingsOperations, WakeUpOperations
):
    """The API of one Yeastar S-Series PBX.

    Logs in by itself when needed, and once more when a token died. A password
    that the PBX refused is not sent a second time by the same client, and who
    logged out is not logged in again by requests still under way. Every method
    may raise any `PbxError`; `PbxUnconfirmedError` means that an
    operation may have been done, it is never repeated here.

    Attributes:
        own_address: our address as the PBX saw it at the last login.
        on_login: told what became of each login that the PBX answered, None if
            it worked; who asked for it may be any request.
    """

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
    ) -> None:
        """Prepare a client; nothing is sent before the first operation."""
        super().__init__()
        self._transport = Transport(session, host, port, ssl=ssl, pin=pin)
        self._pin = pin
        self._address = (host, port)
        self._username = username
        # The API wants the hash, so the password itself need not stay in memory.
        self._password_hash = hashlib.md5(
            password.encode(), usedforsecurity=False
        ).hexdigest()
        self._report_target = report_target
        self._token: str | None = None
        self._login: asyncio.Task[str] | None = None
        self._logged_out = False
        self._locked_until = 0.0
        self._logged_in_at = 0.0
        # What polls ask for.
        self._extensions = ListingReader(Extension.from_wire, may_be_missing=False)
        self._inbound = ListingReader(TrunkCall.inbound_from_wire, may_be_missing=True)
        self._outbound = ListingReader(
            TrunkCall.outbound_from_wire, may_be_missing=True
        )
        self.password_refused = False
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
    def idle_seconds(self) -> float:
        """Return the seconds since the PBX last answered."""
        return time.monotonic() - self._transport.last_traffic

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

    async def has_moved(self) -> bool:
        """Return whether our address is another one than at the last login."""
        address = await self._own_address()
        return None not in (address, self.own_address) and address != self.own_address

    async def login(self) -> None:
        """Log in now, which also tells the PBX where to post its reports."""
        self._logged_out = False
        self._token = None
        await self._living_token()

    async def heartbeat(self) -> None:
        """Keep the token alive when there is no other traffic."""
        body: dict[str, Json] = {}
        if self._report_target and (address := await self._own_address()):
            body = {"ipaddr": address, **self._report_target.fields()}
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
                    await self._transport.post(f"{V1_0_0}/logout", {}, token)
        except PbxError, TimeoutError:
            # The token dies by itself after 30 minutes.
            self._token = None
        finally:
            if self._login:
                self._login.cancel()

    # Queries

    async def device_info(self) -> DeviceInfo:
        """Return what the PBX is (API guide, Query Device Information)."""
        answer = await self._call("deviceinfo/query")
        return DeviceInfo.from_wire(answer.get("deviceinfo"))

    async def extensions(self) -> Listing[Extension]:
        """Return all extensions (API guide, Query Extension List)."""
        reader = self._extensions
        answer = await self._call("extensionlist/query", decode=reader.decode)
        return reader.read(answer.get("extlist"))

    async def trunks(self) -> Listing[Trunk]:
        """Return all trunks (API guide, Query Trunk List)."""
        answer = await self._call("trunklist/query")
        return Listing.from_wire(
            answer.get("trunklist"), Trunk.from_wire, may_be_missing=False
        )

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
        return Listing.from_wire(
            answer.get("ivr"), Destination.ivr_from_wire, may_be_missing=True
        )

    async def queues(self) -> Listing[Destination]:
        """Return all queues (API guide, Query Queue)."""
        answer = await self._call("queue/query", {"queueid": "all"})
        return Listing.from_wire(
            answer.get("queues"), Destination.queue_from_wire, may_be_missing=True
        )

    # One request

    async def _call(
        self,
        endpoint: str,
        body: Mapping[str, Json] | None = None,
        *,
        version: str = V1_0_0,
        decode: Callable[[bytes], dict[str, Json]] = decode_object,
    ) -> dict[str, Json]:
        """Send one operation; a dead token costs one login and one repetition.

        Repeating is safe then, and only then: the PBX refused before it did
        anything.
        """
        path = f"{version}/{endpoint}"
        try:
            return await self._call_once(path, body or {}, decode)
        except PbxTokenError:
            return await self._call_once(path, body or {}, decode)

    async def _call_once(
        self,
        path: str,
        body: Mapping[str, Json],
        decode: Callable[[bytes], dict[str, Json]],
    ) -> dict[str, Json]:
        token = await self._living_token()
        try:
            return await self._transport.post(path, body, token, decode=decode)
        except PbxTokenError, PbxAddressError:
            # Where our address is no longer allowed, no report goes either: only a
            # new login tells when it is again.
            self._forget(token)
            raise

    @asynccontextmanager
    async def _download(
        self, endpoint: str, query: Mapping[str, str], *, version: str
    ) -> AsyncGenerator[Download]:
        """Get a file with a token that may have died, which is for others to mind."""
        token = await self._living_token()
        try:
            async with self._transport.download(
                f"{version}/{endpoint}", {**query, "token": token}
            ) as file:
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
            self._login = asyncio.create_task(self._log_in(), name="yeastar login")
            self._login.add_done_callback(self._login_done)
        login = self._login
        # One who gives up waiting must not take the login from the others. (A
        # shield would do, but logs an error if the login fails then.)
        await asyncio.wait([login])
        return login.result()

    def _login_done(self, task: asyncio.Task[str]) -> None:
        self._login = None
        if not task.cancelled():
            # Nobody may be waiting any more; then nobody is told, as intended.
            task.exception()

    async def _log_in(self) -> str:
        if self.password_refused:
            raise PbxCredentialsError(ErrorCode.BAD_CREDENTIALS)
        if self.locked_seconds:
            raise PbxLockedOutError(ErrorCode.LOCKED_OUT)
        if self._logged_out:
            raise PbxConnectionError("Nobody is logged in any more")
        body: dict[str, Json] = {
            "username": self._username,
            "password": self._password_hash,
            # The port is required even by those who want no reports; a real S50
            # accepts 0 then.
            "port": "0",
        }
        if self._report_target:
            body |= self._report_target.fields()
        try:
            self.own_address = await self._own_address()
            answer = await self._transport.post(f"{V1_0_0}/login", body)
        except PbxRefusedError as err:
            if isinstance(err, PbxCredentialsError):
                self.password_refused = True
            elif isinstance(err, PbxLockedOutError):
                self.wait_out(LOCK_OUT)
            self._tell(err)
            raise
        except asyncio.CancelledError:
            # Those who wait for this login are not cancelled, only told.
            raise PbxConnectionError("Nobody is logged in any more") from None
        if not (token := text(answer.get("token"))):
            raise PbxProtocolError("The PBX accepted the login, but gave no token")
        self._token = token
        self._logged_in_at = time.monotonic()
        self._tell(None)
        return token

    def _tell(self, refusal: PbxRefusedError | None) -> None:
        if self.on_login:
            self.on_login(refusal)

    async def _own_address(self) -> str | None:
        """Return our address as the PBX sees it, without sending anything."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                transport, _ = await loop.create_datagram_endpoint(
                    asyncio.DatagramProtocol, remote_addr=self._address
                )
        except OSError, UnicodeError:
            return None
        try:
            return str(transport.get_extra_info("sockname")[0])
        finally:
            transport.close()
