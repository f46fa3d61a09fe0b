"""A P-Series PBX: its session, its events and its calls behind the interface."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
import logging
from typing import ClassVar, Final, override

from ..calls.member_tracker import ListedCall, MemberTracker
from ..clock import Moment
from ..errors import PbxProtocolError, PbxRefusedError, Refusal
from ..interface import Feature
from ..listing_reader import ListingReader, read_list
from ..models import (
    CallDirection,
    Destination,
    DestinationKind,
    Device,
    ExtensionSettings,
    Family,
    Listing,
    Trunk,
)
from ..recordings import RecordingTurns
from ..reports import Report, ReportType
from ..wire import Json, integer, pairs_of, word
from .event_socket import EventSocket
from .listings import (
    read_destination,
    read_extension,
    read_extension_monitoring,
    read_settings,
    read_trunk,
    read_trunk_monitoring,
    trunk_state,
)
from .operations import Operations
from .phones import Phones
from .refusals import NOT_FOUND
from .reports import outlasts_polls, parse_frame, read_members
from .session import LOCK_OUT, PSeriesSession

LOGGER = logging.getLogger(__package__)

_EVERYTHING: Final = {"page": 1, "page_size": 10000}
_NOTHING: Final = frozenset({NOT_FOUND})
"""What a PBX may answer instead of an empty list."""
_NOT_OFFERED: Final = frozenset(
    {
        Refusal.ACCESS_DENIED,
        Refusal.OPERATION_FAILED,
        Refusal.UNSUPPORTED_REQUEST,
    }
)
"""How a PBX refuses what its plan or its firmware does not offer."""
_DIRECTIONS: Final = (
    CallDirection.INBOUND,
    CallDirection.OUTBOUND,
    CallDirection.INTERNAL,
)


class PSeriesPbx(Operations):
    """One P-Series PBX."""

    family: ClassVar[Family] = Family.P_SERIES
    lock_out_seconds: ClassVar[float] = LOCK_OUT
    features = frozenset(
        {
            Feature.ATTENDED_TRANSFER,
            Feature.CALL_RECORDS,
            Feature.CAPACITY,
            Feature.COMPANY_CONTACTS,
            Feature.CONFERENCE,
            Feature.EVENT_SOCKET,
            Feature.PARKING,
            Feature.PRESENCE,
            Feature.QUEUE_STATUS,
            Feature.RECORD_CALLS,
            Feature.SYSTEM_EVENTS,
            Feature.TRANSFER_INTERNAL,
            Feature.TRANSFER_OUTBOUND_TO_GROUP,
            Feature.VOICEMAIL,
        }
    )

    def __init__(
        self,
        name: str,
        session: PSeriesSession,
        *,
        clock: Callable[[], Moment] = Moment.now,
    ) -> None:
        """Speak through a session; nothing is sent yet."""
        super().__init__(name, clock=clock)
        self.session = session
        self.ids = {}
        self.queue_ids = {}
        self.turns = RecordingTurns()
        self._socket = EventSocket(session)
        self._tracker = MemberTracker(self.calls)
        self._phones = Phones(self.calls)
        self._extensions = ListingReader(read_extension, may_be_missing=False)
        self._calls = {
            direction: ListingReader(read_call, may_be_missing=True)
            for direction in _DIRECTIONS
        }
        session.on_login = self._login_answered
        session.on_tokens = self._tokens_changed

    def _login_answered(self, refusal: PbxRefusedError | None) -> None:
        self.on_login(refusal)

    def _tokens_changed(self, kept: str) -> None:
        self.on_session(kept)

    # Session

    @override
    async def connect(self) -> Device:
        return await self.session.device()

    @override
    async def close(self) -> None:
        await self.session.log_out()

    @override
    async def keep_alive(self) -> None:
        await self.session.access_token()

    @override
    def forget_session(self) -> None:
        self.session.forget()

    @override
    def resume_session(self, kept: str) -> None:
        self.session.resume(kept)

    @property
    @override
    def certificate_sha256(self) -> str | None:
        return self.session.certificate_sha256

    @property
    @override
    def own_address(self) -> str | None:
        return self.session.own_address

    @property
    @override
    def logged_in(self) -> bool:
        return self.session.logged_in

    @property
    @override
    def idle_seconds(self) -> float:
        return self.session.idle_seconds

    @property
    @override
    def locked_seconds(self) -> float:
        return self.session.locked_seconds

    @override
    def wait_out(self, seconds: float) -> None:
        self.session.wait_out(seconds)

    @property
    @override
    def password_refused(self) -> bool:
        return self.session.password_refused

    # Queries

    @override
    async def _poll(self, *, slowly: bool) -> None:
        if slowly:
            restarted = self.inventory.last_restart
            self.inventory.apply_device(await self.connect(), self._seen_at())
            if restarted and self.inventory.last_restart != restarted:
                # Channels are counted from the beginning again.
                self.calls.forget_legs()
            self.inventory.apply_trunks(await self.trunks())
            with _if_offered():
                self.inventory.apply_capacity(await self.capacity())
            with _if_offered():
                self.inventory.apply_queues(await self.queues())
        order = self.next_order()
        reader = self._extensions
        answer = await self.session.get(
            "extension/list", _EVERYTHING, decode=reader.decode, accept=_NOTHING
        )
        rows = reader.read(answer.get("data"))
        if not _is_whole(answer, rows):
            rows = Listing(items=rows.items)
        self.ids = {row.number: row.id for row in rows.items}
        extensions = self._phones.apply(rows, order)
        # What an extension does is known better than any list tells.
        self.inventory.apply_extensions(extensions, self.next_order())
        await self._poll_calls()

    @override
    async def _poll_calls(self) -> None:
        order = self.next_order()
        listings: dict[CallDirection, Listing[ListedCall]] = {}
        for direction, reader in self._calls.items():
            answer = await self.session.get(
                "call/query",
                {"type": direction.value},
                decode=reader.decode,
                accept=_NOTHING,
            )
            listings[direction] = reader.read(answer.get("data"))
        for calls in listings.values():
            self._note_unreported(calls)
        self.apply_all(self._tracker.from_queries(listings), order)
        for number in self._phones.queried(order, self._clock().steady):
            self._show(number)
        self._show_touched()

    @override
    async def _ask_for_calls_of(self, extension: str) -> None:
        order = self.next_order()
        answer = await self.session.get(
            "call/query", {"extension": extension}, accept=_NOTHING
        )
        calls = read_list(answer.get("data"), read_call, may_be_missing=True)
        self._note_unreported(calls)
        self.apply_all(self._tracker.from_rows(calls.items), order)
        self._show_touched()
        self.tell()

    def _note_unreported(self, calls: Listing[ListedCall]) -> None:
        """Note that an event should have told of a call."""
        if self._polled and not all(map(self._tracker.knows, calls.items)):
            self.inventory.unreported = True

    def _show_touched(self) -> None:
        """Show what the calls that changed say of their phones."""
        for number in self.calls.touched:
            self._show(number)

    def _show(self, number: str) -> None:
        state = self._phones.state_of(number)
        self.inventory.apply_state(number, state, "", self.next_order())

    @override
    async def trunks(self) -> Listing[Trunk]:
        answer = await self.session.get("trunk/list", _EVERYTHING, accept=_NOTHING)
        rows = read_list(answer.get("data"), read_trunk, may_be_missing=True)
        return rows if _is_whole(answer, rows) else Listing(items=rows.items)

    @override
    async def destinations(self) -> Sequence[Destination]:
        found = list((await self.queues()).items)
        for kind, endpoint in (
            (DestinationKind.IVR, "ivr/list"),
            (DestinationKind.RING_GROUP, "ringgroup/list"),
        ):
            answer = await self.session.get(endpoint, _EVERYTHING, accept=_NOTHING)
            read = partial(read_destination, kind)
            found += read_list(answer.get("data"), read, may_be_missing=True).items
        return found

    @override
    async def unmonitored(self) -> Sequence[str]:
        answer = await self.session.get(
            "extension_status_monitor/list", _EVERYTHING, accept=_NOTHING
        )
        phones = read_list(
            answer.get("data"), read_extension_monitoring, may_be_missing=True
        )
        answer = await self.session.get(
            "trunk_status_monitor/list", _EVERYTHING, accept=_NOTHING
        )
        trunks = read_list(
            answer.get("data"), read_trunk_monitoring, may_be_missing=True
        )
        return [
            row.name
            for row in (*phones.items, *trunks.items)
            if not (row.calls and row.registration)
        ]

    @override
    async def settings_of(
        self, extensions: Sequence[str]
    ) -> Listing[ExtensionSettings]:
        wanted = {self.ids[number] for number in extensions if number in self.ids}
        if len(wanted) == 1:
            (extension_id,) = wanted
            answer = await self.session.get("extension/get", {"id": extension_id})
            return read_list(answer.get("data"), read_settings, may_be_missing=False)
        # The list has all that is shown, and no passwords.
        answer = await self.session.get("extension/list", _EVERYTHING)
        rows = read_list(answer.get("data"), read_settings, may_be_missing=False)
        return Listing(
            items=tuple(item for item in rows.items if item.number in extensions),
            complete=rows.complete,
        )

    # Events

    @override
    def parse_report(self, body: bytes) -> Report:
        return parse_frame(body)

    @override
    def outlasts_polls(self, body: bytes) -> bool:
        return outlasts_polls(body)

    @override
    async def _listen(
        self, begun: Callable[[], None], receive: Callable[[bytes], None]
    ) -> None:
        def subscribed() -> None:
            self._phones.forget_reports()
            begun()

        await self._socket.listen(subscribed, receive)

    @override
    def _apply_report(self, report: Report) -> None:
        order = self.next_order()
        match report.type:
            case ReportType.EXTENSION_STATUS:
                number = report.extension
                self._phones.report(number, report.word("status"), order)
                self._show(number)
            case ReportType.PRESENCE:
                self.inventory.apply_presence(report.extension, report.word("status"))
            case ReportType.TRUNK_STATUS:
                self._apply_trunk(report)
            case _:
                self.apply_all(self._tracker.from_report(report), order)
        self._show_touched()

    def _apply_trunk(self, report: Report) -> None:
        known = self.inventory.trunks.get(report.word("trunk"))
        status = integer(report.word("status"))
        if known and status is not None:
            self.inventory.apply_trunk(
                Trunk(
                    name=known.name,
                    state=trunk_state(status),
                    status=str(status),
                    type=known.type,
                )
            )


@contextmanager
def _if_offered() -> Iterator[None]:
    """Go on without what a PBX does not offer."""
    try:
        yield
    except PbxRefusedError as err:
        if err.reason not in _NOT_OFFERED:
            raise


def read_call(row: Json) -> ListedCall:
    """Read one row of call/query (Developer Guide, Query a Call)."""
    fields = pairs_of(row).by_key()
    if not (call_id := word(fields.get("call_id"))):
        raise PbxProtocolError("The PBX left out the id of a call")
    return ListedCall(
        call_id=call_id,
        parties=tuple(read_members(fields.get("members"))),
    )


def _is_whole(answer: dict[str, Json], rows: Listing[object]) -> bool:
    """Return whether a list has as many rows as the PBX says that there are."""
    total = integer(answer.get("total_number"))
    return rows.complete and (total is None or total <= len(rows.items))
