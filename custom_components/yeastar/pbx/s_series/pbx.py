"""An S-Series PBX with API v1: its client and its call tracker behind the interface."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
import logging
from typing import ClassVar, override

from ..calls.call import Call, CallLeg
from ..clock import Moment
from ..errors import (
    PbxBusyError,
    PbxCredentialsError,
    PbxRefusedError,
    PbxUnsupportedError,
    Refusal,
)
from ..events import CallDialled
from ..interface import Feature, Pbx
from ..models import (
    Destination,
    DestinationKind,
    Device,
    ExtensionChange,
    ExtensionSettings,
    Family,
    Listing,
    LoggedRecord,
    MonitorMode,
    Trunk,
    WakeUpCall,
)
from ..recordings import Recording
from ..reports import PartyKind, Report, ReportType
from .call_tracker import CallTracker
from .client import LOCK_OUT, TCP, SSeriesClient
from .listings import extension_state
from .report_stream import ReportStream
from .reports import outlasts_polls, parse_report

LOGGER = logging.getLogger(__package__)

NO_CALL = frozenset({Refusal.CALL_ID_UNKNOWN, Refusal.CALL_UNKNOWN})
"""How some boxes say that there is no call."""
CLOCK_JITTER = timedelta(seconds=30)
"""Less than a PBX takes to start, more than two clocks differ by."""


class SSeriesPbx(Pbx):
    """One S-Series PBX.

    Attributes:
        client: the session with it.
    """

    family: ClassVar[Family] = Family.S_SERIES
    lock_out_seconds: ClassVar[float] = LOCK_OUT
    features = frozenset(
        {
            Feature.CALL_RECORDS,
            Feature.FORWARDING,
            Feature.HTTP_REPORTS,
            Feature.RING_TIMEOUT,
            Feature.SMS_RESULT,
            Feature.WAKE_UP_CALLS,
        }
    )

    def __init__(
        self,
        name: str,
        client: SSeriesClient,
        *,
        stream: ReportStream | None = None,
        clock: Callable[[], Moment] = Moment.now,
    ) -> None:
        """Speak through a client; nothing is sent yet.

        With a stream, reports are fetched from the PBX instead of posted by it.
        """
        super().__init__(name, clock=clock)
        self.client = client
        self._stream = stream
        if stream:
            self.features = self.features - {Feature.HTTP_REPORTS} | {
                Feature.EVENT_SOCKET
            }
        self._refused: set[str] = set()
        self._tracker = CallTracker(self.calls)
        client.on_login = self._login_answered

    def _login_answered(self, refusal: PbxRefusedError | None) -> None:
        self.on_login(refusal)

    # Session

    @override
    async def connect(self) -> Device:
        return await self.client.device_info()

    @override
    async def close(self) -> None:
        await self.client.logout()

    @override
    async def keep_alive(self) -> None:
        await self.client.heartbeat()

    @override
    async def register_reports(self, *, by_login: bool) -> None:
        if not self.client.wants_reports:
            return
        if by_login:
            await self.client.login_for_reports()
        else:
            await self.client.heartbeat()

    @property
    @override
    def reports_by_tcp(self) -> bool:
        return self.client.report_transport == TCP and not self._stream

    @override
    def forget_session(self) -> None:
        self.client.forget_token()

    @property
    @override
    def certificate_sha256(self) -> str | None:
        return self.client.certificate_sha256

    @property
    @override
    def api_version(self) -> str:
        return self.client.api_version

    @property
    @override
    def own_address(self) -> str | None:
        return self.client.own_address

    @property
    @override
    def logged_in(self) -> bool:
        return self.client.logged_in

    @property
    @override
    def idle_seconds(self) -> float:
        return self.client.idle_seconds

    @property
    @override
    def locked_seconds(self) -> float:
        return self.client.locked_seconds

    @override
    def wait_out(self, seconds: float) -> None:
        self.client.wait_out(seconds)

    @property
    @override
    def password_refused(self) -> bool:
        return self.client.password_refused

    # What is known

    @override
    async def _poll(self, *, slowly: bool) -> None:
        if slowly:
            await self._poll_device()
            trunks = await self._listed("trunks", self.client.trunks())
            self.inventory.apply_trunks(trunks)
        order = self.next_order()
        extensions = await self.client.extensions()
        self.inventory.apply_extensions(extensions, order)
        await self._poll_calls()

    @override
    async def _poll_calls(self) -> None:
        order = self.next_order()
        client = self.client
        inbound = await self._listed("inbound calls", client.inbound_calls(), NO_CALL)
        outbound = await self._listed(
            "outbound calls", client.outbound_calls(), NO_CALL
        )
        events = self._tracker.from_queries(
            inbound,
            outbound,
            self.inventory.states,
            order=order,
            steady=self._clock().steady,
        )
        self.apply_all(events, order)

    async def _poll_device(self) -> None:
        try:
            device = await self.client.device_info()
        except PbxRefusedError as err:
            if self.inventory.device is None:
                raise
            self._take_as_none("the device information", err)
            return
        await self._check_session(device)
        self.inventory.apply_device(device, self._seen_at())

    async def _listed[ItemT](
        self,
        what: str,
        query: Awaitable[Listing[ItemT]],
        empty: frozenset[Refusal] = frozenset(),
    ) -> Listing[ItemT]:
        """Return what a query lists, nothing if the PBX refuses just this query.

        `empty` are the refusals which prove that there is nothing.
        """
        try:
            return await query
        except PbxRefusedError as err:
            self._take_as_none(what, err)
            return Listing(complete=err.reason in empty)

    def _take_as_none(self, what: str, err: PbxRefusedError) -> None:
        """Say once that a query is refused; raise what is about more than the query."""
        if isinstance(err, PbxBusyError) or not self.client.logged_in:
            raise err
        if what not in self._refused:
            self._refused.add(what)
            LOGGER.warning(
                "%s refuses to list %s, which counts as empty: %s",
                self._name,
                what,
                err,
            )

    async def _check_session(self, device: Device) -> None:
        """Log in again, with the next request, if reports go nowhere.

        A PBX that was started later than the login forgot where they go (it forgets
        its tokens as well, as a rule), and it posts to the address that logged in,
        whether that is still the address of Home Assistant or not. Another firmware
        may serve other versions of the API.
        """
        before, uptime = self.inventory.device, device.uptime
        if before and before.firmware_version != device.firmware_version:
            self.client.forget_api_version()
        age = timedelta(seconds=self.client.session_seconds)
        restarted = uptime is not None and age > uptime + CLOCK_JITTER
        if restarted or await self.client.has_moved():
            self.client.forget_token()

    @override
    def parse_report(self, body: bytes) -> Report:
        return parse_report(body)

    @override
    def outlasts_polls(self, body: bytes) -> bool:
        return outlasts_polls(body)

    @override
    async def _listen(
        self, begun: Callable[[], None], receive: Callable[[bytes], None]
    ) -> None:
        assert self._stream
        if not self.client.logged_in:
            await self.client.device_info()
        try:
            await self._stream.listen(begun, receive)
        except PbxCredentialsError:
            # Too many wrong passwords lock Home Assistant out. Whether this one is,
            # the next login tells, which comes before the next connection.
            self.client.forget_token()
            raise

    @override
    def _apply_report(self, report: Report) -> None:
        order = self.next_order()
        if report.type is ReportType.EXTENSION_STATUS:
            number, status = report.extension, report.word("status")
            state = extension_state(status)
            if self.inventory.apply_state(number, state, status, order):
                states = self.inventory.states
                self.apply_all(self._tracker.from_states(number, states), order)
        self.apply_all(self._tracker.from_report(report), order)

    @override
    def _apply_dialled(self, event: CallDialled) -> None:
        self.apply_all(self._tracker.dialled(event))

    # Starting calls

    @override
    async def _dial(
        self, caller: str, callee: Destination, *, auto_answer: bool
    ) -> str:
        if callee.kind is DestinationKind.EXTENSION:
            return await self.client.dial_extension(
                caller, callee.number, auto_answer=auto_answer
            )
        return await self.client.dial_outside(
            caller, callee.number, auto_answer=auto_answer
        )

    @override
    async def _dial_to(
        self,
        callee: Destination,
        then: Destination,
        *,
        permission_of: str,
        auto_answer: bool,
    ) -> str:
        client, number = self.client, callee.number
        if callee.kind is DestinationKind.EXTENSION:
            return await client.dial_extension_to_ivr(
                then.number, number, auto_answer=auto_answer
            )
        match then.kind:
            case DestinationKind.IVR:
                return await client.dial_outside_to_ivr(
                    then.number, number, permission_of=permission_of
                )
            case DestinationKind.QUEUE:
                return await client.dial_outside_to_queue(
                    then.number, number, permission_of=permission_of
                )
            case _:
                return await client.dial_outside_to_ring_group(
                    then.number, number, permission_of=permission_of
                )

    @override
    async def _call_back(self, first: str, second: str, *, permission_of: str) -> str:
        return await self.client.call_back(first, second, permission_of=permission_of)

    @override
    async def _play_prompts(
        self,
        callee: Destination,
        prompts: Sequence[str],
        *,
        permission_of: str,
        auto_answer: bool,
    ) -> str:
        if callee.kind is DestinationKind.EXTENSION:
            return await self.client.play_to_extension(
                callee.number, prompts, auto_answer=auto_answer
            )
        return await self.client.play_to_outside(
            callee.number, prompts, permission_of=permission_of
        )

    # Calls that live

    @override
    async def hang_up_extension(self, extension: str) -> None:
        await self.client.hang_up_extension(extension)

    @override
    async def hang_up(self, call: Call, leg: CallLeg | None) -> None:
        if leg is None:
            # An internal call ends with the call of one of its phones.
            await self.client.hang_up_extension(call.extensions[0])
        elif leg.kind is PartyKind.INBOUND:
            await self.client.hang_up_inbound(leg.id)
        else:
            await self.client.hang_up_outbound(leg.id)

    @override
    async def _transfer(
        self, call: Call, leg: CallLeg | None, to: Destination, *, permission_of: str
    ) -> str:
        if leg is None:
            raise PbxUnsupportedError(0, Refusal.UNSUPPORTED_REQUEST)
        client = self.client
        inbound = leg.kind is PartyKind.INBOUND
        match to.kind:
            case DestinationKind.EXTENSION if inbound:
                return await client.transfer_inbound_to_extension(leg.id, to.number)
            case DestinationKind.EXTENSION:
                return await client.transfer_outbound_to_extension(leg.id, to.number)
            case DestinationKind.IVR if inbound:
                return await client.transfer_inbound_to_ivr(leg.id, to.number)
            case DestinationKind.IVR:
                return await client.transfer_outbound_to_ivr(leg.id, to.number)
            case DestinationKind.OUTSIDE if inbound:
                return await client.transfer_inbound_to_outside(
                    leg.id, to.number, permission_of=permission_of
                )
            case DestinationKind.OUTSIDE:
                return await client.transfer_outbound_to_outside(
                    leg.id, to.number, permission_of=permission_of
                )
            case DestinationKind.QUEUE if inbound:
                return await client.transfer_inbound_to_queue(leg.id, to.number)
            case DestinationKind.RING_GROUP if inbound:
                return await client.transfer_inbound_to_ring_group(leg.id, to.number)
            case _:
                raise PbxUnsupportedError(0, Refusal.UNSUPPORTED_REQUEST)

    @override
    async def hold(self, extension: str) -> None:
        await self.client.hold(extension)

    @override
    async def resume(self, extension: str) -> None:
        await self.client.resume(extension)

    @override
    async def mute(self, extension: str) -> None:
        await self.client.mute(extension)

    @override
    async def unmute(self, extension: str) -> None:
        await self.client.unmute(extension)

    @override
    async def monitor(self, supervisor: str, extension: str, mode: MonitorMode) -> None:
        await self.client.monitor(supervisor, extension, mode)

    @override
    async def _accept(self, leg: CallLeg) -> None:
        await self.client.accept_inbound(leg.id)

    @override
    async def _refuse(self, leg: CallLeg) -> None:
        await self.client.refuse_inbound(leg.id)

    # Other than calls

    @override
    async def trunks(self) -> Listing[Trunk]:
        return await self.client.trunks()

    @override
    async def destinations(self) -> Sequence[Destination]:
        ivrs = await self.client.ivrs()
        queues = await self.client.queues()
        return (*ivrs.items, *queues.items)

    @override
    async def send_sms(self, trunk: str, number: str, message: str) -> str:
        return await self.client.send_sms(trunk, number, message)

    @override
    def recording(self, name: str) -> AbstractAsyncContextManager[Recording]:
        return self.client.recording(name)

    @override
    def records(
        self, since: datetime, until: datetime
    ) -> AsyncGenerator[Sequence[LoggedRecord]]:
        clock_ahead = self.inventory.utc_offset or timedelta()
        return self.client.records(since, until, clock_ahead)

    @override
    async def settings_of(
        self, extensions: Sequence[str]
    ) -> Listing[ExtensionSettings]:
        return await self.client.settings_of(extensions)

    @override
    async def update_extension(self, extension: str, change: ExtensionChange) -> None:
        await self.client.update_extension(extension, change)

    @override
    async def wake_up_calls(self, extensions: Sequence[str]) -> Listing[WakeUpCall]:
        return await self.client.wake_up_calls(extensions)

    @override
    async def create_wake_up_call(self, call: WakeUpCall) -> None:
        await self.client.create_wake_up_call(call)

    @override
    async def update_wake_up_call(self, old: WakeUpCall, new: WakeUpCall) -> None:
        await self.client.update_wake_up_call(old, new)

    @override
    async def delete_wake_up_call(self, call: WakeUpCall) -> None:
        await self.client.delete_wake_up_call(call)
