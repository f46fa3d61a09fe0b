"""One PBX of any family: what is known of it, and what can be done with it."""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
import logging
import random
from typing import ClassVar, Final, NoReturn

from .calls.call import Call, CallEvent, CallLeg
from .calls.model import Calls
from .clock import Moment
from .errors import (
    PbxConnectionError,
    PbxError,
    PbxProtocolError,
    PbxRefusedError,
    PbxUnsupportedError,
    Refusal,
)
from .events import CallAccepted, CallDialled, CallMoved, CallRefused, PbxEvent
from .http import in_background
from .inventory import Inventory
from .models import (
    AttendedStep,
    CallDirection,
    Capacity,
    CompanyContact,
    Destination,
    DestinationKind,
    Device,
    Extension,
    ExtensionChange,
    ExtensionSettings,
    Family,
    GroupMailbox,
    Listing,
    LoggedRecord,
    MonitorMode,
    QueueStatus,
    RecordingStep,
    Trunk,
    Voicemail,
    WakeUpCall,
)
from .recordings import Recording
from .reports import Report

LOGGER = logging.getLogger(__package__)


class Feature(StrEnum):
    """What some PBXs can do and others cannot."""

    ATTENDED_TRANSFER = "attended_transfer"
    CALL_RECORDS = "call_records"
    """It gives away the records of past calls, if its firmware is not too old."""
    CAPACITY = "capacity"
    COMPANY_CONTACTS = "company_contacts"
    CONFERENCE = "conference"
    """More parties can be invited into a call."""
    FORWARDING = "forwarding"
    HTTP_REPORTS = "http_reports"
    """It posts reports; Home Assistant has to be reachable for it."""
    EVENT_SOCKET = "event_socket"
    """It tells its events over a connection that Home Assistant opens."""
    PARKING = "parking"
    PRESENCE = "presence"
    """It knows where users are; do not disturb is one of these presences."""
    QUEUE_STATUS = "queue_status"
    RECORD_CALLS = "record_calls"
    RING_TIMEOUT = "ring_timeout"
    SMS_RESULT = "sms_result"
    """It tells whether a text message went out."""
    SYSTEM_EVENTS = "system_events"
    TRANSFER_INTERNAL = "transfer_internal"
    """Internal calls can be transferred, too."""
    TRANSFER_OUTBOUND_TO_GROUP = "transfer_outbound_to_group"
    VOICEMAIL = "voicemail"
    WAKE_UP_CALLS = "wake_up_calls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became different by one poll, one report or one action.

    Attributes:
        extensions: the numbers of those whose state, name or calls changed.
        trunks: the names of those that changed.
        device: whether the PBX itself changed.
        members: whether extensions or trunks came, went or were renamed.
        registrations: the extensions whose phones came or went.
        presences: the extensions whose users are elsewhere now.
        calls: the ids of calls that live otherwise than before, or no longer.
        concluded: the ids of calls whose end was decided or corrected.
        events: what happened to calls.
        report: the report that told it, None for a poll or an action.
        unreported: whether a poll found an extension changed that no report named.
        missed: the numbers of those of them that reports named before.
    """

    extensions: frozenset[str] = frozenset()
    trunks: frozenset[str] = frozenset()
    device: bool = False
    members: bool = False
    registrations: tuple[Extension, ...] = ()
    presences: tuple[Extension, ...] = ()
    calls: frozenset[str] = frozenset()
    concluded: frozenset[str] = frozenset()
    events: tuple[CallEvent, ...] = ()
    report: Report | None = None
    unreported: bool = False
    missed: frozenset[str] = frozenset()


class Pbx(ABC):
    """One PBX.

    Every method that sends something may raise any `PbxError`. After
    `PbxUnconfirmedError` an operation may have been done; it is never repeated here.

    Attributes:
        family: which API it speaks.
        lock_out_seconds: how long it ignores an address after too many bad logins.
        features: what it can do.
        inventory: what it is and has.
        calls: its calls.
        on_login: called after each login that the PBX answered, with its refusal or
            None.
        on_session: called with a secret text by which a later run goes on with the
            session, empty when it ended; only where sessions are few.
    """

    family: ClassVar[Family]
    lock_out_seconds: ClassVar[float]
    features: frozenset[Feature]

    def __init__(self, name: str, *, clock: Callable[[], Moment] = Moment.now) -> None:
        """Know nothing yet; nothing is sent before `poll` or an operation."""
        self._name = name
        self.inventory = Inventory(name)
        self.calls = Calls(
            self.inventory.extensions.__contains__, news_since=clock().wall
        )
        self.on_login: Callable[[PbxRefusedError | None], None] = lambda refusal: None
        self.on_session: Callable[[str], None] = lambda kept: None
        self._clock = clock
        self._sink: Callable[[Change], None] = lambda change: None
        self._events: list[CallEvent] = []
        # Grows with each report that comes and each query that is sent, so that the
        # older of the two never undoes the newer.
        self._order = 0
        self._polled = False
        self._missed_at: float | None = None
        # Reports wait for a poll: only after it is known which calls are new.
        self._holds = True
        self._is_set_up = True
        self._waiting: list[Report] = []

    # Session

    @abstractmethod
    async def connect(self) -> Device:
        """Log in and return what answers."""

    @abstractmethod
    async def close(self) -> None:
        """Log out, so that no reports come any more; never raises."""

    @abstractmethod
    def forget_session(self) -> None:
        """Let the next request log in, which says anew where reports go."""

    def resume_session(self, kept: str) -> None:  # noqa: B027
        """Go on with the session of an earlier run; see `on_session`."""

    @abstractmethod
    async def keep_alive(self) -> None:
        """Renew the session if there was no traffic for long."""

    async def register_reports(self, *, by_login: bool) -> None:
        """Say again where reports go, which another program may have changed.

        `by_login` is for reports that never came: a login tells more than a heartbeat.
        """
        _cannot()

    @property
    def reports_by_tcp(self) -> bool:
        """Return whether reports have to be fetched, though they are to be posted."""
        return False

    @property
    @abstractmethod
    def certificate_sha256(self) -> str | None:
        """Return by what the certificate is known, None if by its signature."""

    @property
    def api_version(self) -> str:
        """Return what the last login was accepted by, empty where it is not chosen."""
        return ""

    @property
    @abstractmethod
    def own_address(self) -> str | None:
        """Return the address of Home Assistant as the PBX saw it at the last login."""

    @property
    @abstractmethod
    def logged_in(self) -> bool:
        """Return whether there is a session that was not seen to be dead."""

    @property
    @abstractmethod
    def idle_seconds(self) -> float:
        """Return the seconds since the PBX last answered."""

    @property
    @abstractmethod
    def locked_seconds(self) -> float:
        """Return the seconds until the PBX answers this address again."""

    @abstractmethod
    def wait_out(self, seconds: float) -> None:
        """Send no login for so long: the PBX locked this address out."""

    @property
    @abstractmethod
    def password_refused(self) -> bool:
        """Return whether the PBX refused the credentials, which are not sent again."""

    # What is known

    def listen(self, sink: Callable[[Change], None]) -> None:
        """Tell each change from now on."""
        self._sink = sink

    async def poll(self, *, slowly: bool) -> None:
        """Ask what changed, and tell it; what the first poll finds is no news.

        Args:
            slowly: ask as well for what hardly ever changes.
        """
        try:
            await self._take_state(slowly=slowly)
        except PbxConnectionError:
            self._missed_at = self._clock().steady
            raise
        self._missed_at = None

    @property
    def _is_away(self) -> bool:
        """Return whether the last poll, not long ago, did not reach the PBX."""
        missed = self._missed_at
        return missed is not None and self._clock().steady - missed < AWAY_SECONDS

    async def _take_state(self, *, slowly: bool) -> None:
        await self._poll(slowly=slowly)
        if not self._polled:
            self._events.clear()
            self._polled = True
        self.tell()
        self._apply_waiting()

    def _apply_waiting(self) -> None:
        """Apply the reports that waited, in their order; none waits any more."""
        self._holds = False
        self._take_waiting()

    async def poll_calls(self) -> None:
        """Ask which calls live, and tell what changed."""
        await self._poll_calls()
        self.tell()

    @abstractmethod
    async def _poll(self, *, slowly: bool) -> None:
        """Ask the PBX, and apply what it answers."""

    @abstractmethod
    async def _poll_calls(self) -> None:
        """Ask the PBX for its calls, and apply what it answers."""

    def receive(self, report: Report) -> None:
        """Learn from a report, and tell what changed.

        A report that comes before the first poll waits for it, as does one that comes
        between a new connection of the events and the poll after it.
        """
        if self._holds or not self._is_set_up:
            if len(self._waiting) < MAX_WAITING:
                self._waiting.append(report)
            return
        self._apply_report(report)
        self.tell(report)

    def hold_reports(self) -> None:
        """Let reports wait while the listeners of their changes are set up."""
        self._is_set_up = False

    def release_reports(self) -> None:
        """Learn from the reports that waited, and from now on from each as it comes."""
        self._is_set_up = True
        self._take_waiting()

    def _take_waiting(self) -> None:
        if not self._holds and self._is_set_up:
            waiting, self._waiting = self._waiting, []
            for report in waiting:
                self.receive(report)

    @abstractmethod
    def parse_report(self, body: bytes) -> Report:
        """Read one report, which may come from anywhere.

        Raises:
            PbxProtocolError: the body is no report.
        """

    @abstractmethod
    def outlasts_polls(self, body: bytes) -> bool:
        """Return, without reading it, whether a report tells what no later poll would."""

    async def follow(
        self, receive: Callable[[bytes], None], connected: Callable[[bool], None]
    ) -> None:
        """Pass on the events of the PBX until cancelled (`Feature.EVENT_SOCKET`).

        Args:
            receive: takes the body of each event; it may call `receive` of the PBX.
            connected: told when the events arrive, and when they no longer do.
        """
        if Feature.EVENT_SOCKET not in self.features:
            _cannot()
        pause = FIRST_PAUSE
        try:
            while True:
                began = self._clock().steady
                try:
                    await self._follow_once(receive, connected)
                except* PbxError as errors:
                    LOGGER.debug(
                        "%s sends no events: %s", self._name, errors.exceptions
                    )
                except* Exception:
                    # Otherwise one frame could end the events for good.
                    LOGGER.exception("%s: listening to its events again", self._name)
                else:
                    continue
                connected(False)
                if self._clock().steady - began >= STEADY_SECONDS:
                    pause = FIRST_PAUSE
                # Of several PBXs that restart together not all are asked at once.
                await asyncio.sleep(pause * _JITTER.uniform(1.0, 1.25))
                while self._is_away:
                    # Polls go on: more attempts would find nothing new.
                    await asyncio.sleep(1)
                pause = min(2 * pause, LONGEST_PAUSE)
        finally:
            connected(False)

    async def _follow_once(
        self, receive: Callable[[bytes], None], connected: Callable[[bool], None]
    ) -> None:
        """Follow the events of one connection, and take the state anew first."""
        try:
            async with asyncio.TaskGroup() as group:

                def begun() -> None:
                    # What comes until the poll is done waits for it.
                    self._holds = True
                    group.create_task(self._take_state_anew(connected))

                await self._listen(begun, receive)
        except ExceptionGroup:
            # What waited is older than the next poll, which corrects it.
            if self._polled:
                self._apply_waiting()
            raise

    async def _take_state_anew(self, connected: Callable[[bool], None]) -> None:
        with in_background():
            await self._take_state(slowly=True)
        connected(True)

    async def _listen(
        self, begun: Callable[[], None], receive: Callable[[bytes], None]
    ) -> None:
        """Connect, call `begun`, and pass on each event until the connection is over.

        It is made anew at once if this returns.

        Raises:
            PbxError: it could not be made, or broke.
        """
        _cannot()

    async def unmonitored(self) -> Sequence[str]:
        """Return the extensions and trunks of which the PBX is set to tell no events."""
        return ()

    @abstractmethod
    def _apply_report(self, report: Report) -> None:
        """Learn from a report."""

    def tick(self, due: float) -> None:
        """Do what `calls.next_due` announced, and tell what changed."""
        self._events += self.calls.tick(max(due, self._clock().steady))
        self.tell()

    def apply(self, event: PbxEvent, order: int | None = None) -> None:
        """Learn from an event; the order is that of a query, None for what is new."""
        order = self.next_order() if order is None else order
        self._events += self.calls.apply(event, order, self._clock())

    def apply_all(self, events: Iterable[PbxEvent], order: int | None = None) -> None:
        """Learn from events, each before the next is asked for."""
        order = self.next_order() if order is None else order
        for event in events:
            self.apply(event, order)

    def tell(self, report: Report | None = None) -> None:
        """Tell what changed since it was told last."""
        events, self._events = tuple(self._events), []
        calls, inventory = self.calls, self.inventory
        change = Change(
            extensions=frozenset(inventory.changed_extensions | calls.touched),
            trunks=frozenset(inventory.changed_trunks),
            device=inventory.device_changed,
            members=inventory.members_changed,
            registrations=tuple(inventory.registrations),
            presences=tuple(inventory.presences),
            calls=frozenset(calls.changed),
            concluded=frozenset(calls.concluded),
            events=events,
            report=report,
            unreported=inventory.unreported,
            missed=frozenset(inventory.missed),
        )
        inventory.forget_changes()
        calls.forget_changes()
        self._sink(change)

    def next_order(self) -> int:
        """Return the order of what is sent or arrives now."""
        self._order += 1
        return self._order

    # Starting calls: each returns the id of the call

    async def dial(
        self, caller: str, callee: Destination, *, auto_answer: bool = False
    ) -> str:
        """Let an extension call; its own phone rings first."""
        call_id = await self._dial(caller, callee, auto_answer=auto_answer)
        internal = callee.kind is not DestinationKind.OUTSIDE
        direction = CallDirection.INTERNAL if internal else CallDirection.OUTBOUND
        return self._dialled(call_id, direction, caller, callee.number)

    async def dial_to(
        self,
        callee: Destination,
        then: Destination,
        *,
        permission_of: str = "",
        auto_answer: bool = False,
    ) -> str:
        """Call a number that is then connected to an IVR, a queue or a ring group.

        Args:
            callee: an extension or an outside number.
            then: what answers the callee.
            permission_of: the extension whose permission for outside calls is used.
            auto_answer: let an extension answer by itself.
        """
        call_id = await self._dial_to(
            callee, then, permission_of=permission_of, auto_answer=auto_answer
        )
        if callee.kind is DestinationKind.EXTENSION:
            return self._dialled(
                call_id, CallDirection.INTERNAL, then.number, callee.number
            )
        return self._dialled(
            call_id, CallDirection.OUTBOUND, permission_of, callee.number
        )

    async def call_back(self, first: str, second: str, *, permission_of: str) -> str:
        """Call two outside numbers and connect them."""
        call_id = await self._call_back(first, second, permission_of=permission_of)
        return self._dialled(call_id, CallDirection.CALLBACK, first, second)

    async def play_prompts(
        self,
        callee: Destination,
        prompts: Sequence[str],
        *,
        permission_of: str = "",
        auto_answer: bool = False,
    ) -> str:
        """Call an extension or an outside number and play prompts of the PBX."""
        call_id = await self._play_prompts(
            callee, prompts, permission_of=permission_of, auto_answer=auto_answer
        )
        inside = callee.kind is DestinationKind.EXTENSION
        direction = CallDirection.INTERNAL if inside else CallDirection.OUTBOUND
        return self._dialled(
            call_id, direction, "" if inside else permission_of, callee.number
        )

    def _dialled(
        self, call_id: str, direction: CallDirection, caller: str, callee: str
    ) -> str:
        self._apply_dialled(
            CallDialled(
                call_id=call_id, direction=direction, caller=caller, callee=callee
            )
        )
        self.tell()
        return call_id

    def _apply_dialled(self, event: CallDialled) -> None:
        """Learn that the PBX started a call for Home Assistant."""
        self.apply(event)

    @abstractmethod
    async def _dial(
        self, caller: str, callee: Destination, *, auto_answer: bool
    ) -> str: ...

    @abstractmethod
    async def _dial_to(
        self,
        callee: Destination,
        then: Destination,
        *,
        permission_of: str,
        auto_answer: bool,
    ) -> str: ...

    @abstractmethod
    async def _call_back(
        self, first: str, second: str, *, permission_of: str
    ) -> str: ...

    @abstractmethod
    async def _play_prompts(
        self,
        callee: Destination,
        prompts: Sequence[str],
        *,
        permission_of: str,
        auto_answer: bool,
    ) -> str: ...

    # Calls that live

    @abstractmethod
    async def hang_up_extension(self, extension: str) -> None:
        """End the call of an extension."""

    @abstractmethod
    async def hang_up(self, call: Call, leg: CallLeg | None) -> None:
        """End a call, by one of its legs if it has any."""

    async def transfer(
        self, call: Call, leg: CallLeg | None, to: Destination, *, permission_of: str
    ) -> str:
        """Transfer a call and return its id; see `may_transfer`."""
        call_id = await self._transfer(call, leg, to, permission_of=permission_of)
        self.apply(CallMoved(call_id=call.call_id))
        self.tell()
        return call_id

    @abstractmethod
    async def _transfer(
        self, call: Call, leg: CallLeg | None, to: Destination, *, permission_of: str
    ) -> str: ...

    @abstractmethod
    async def hold(self, extension: str) -> None:
        """Put the call of an extension on hold."""

    @abstractmethod
    async def resume(self, extension: str) -> None:
        """Take the call of an extension back from hold."""

    @abstractmethod
    async def mute(self, extension: str) -> None:
        """Silence the microphone of an extension in its call."""

    @abstractmethod
    async def unmute(self, extension: str) -> None:
        """Undo `mute`."""

    @abstractmethod
    async def monitor(self, supervisor: str, extension: str, mode: MonitorMode) -> None:
        """Let a supervisor listen to, whisper into or join a call."""

    async def accept(self, call: Call, leg: CallLeg) -> None:
        """Accept an offered call, within ten seconds."""
        await self._accept(leg)
        self.apply(CallAccepted(call_id=call.call_id))
        self.tell()

    async def refuse(self, call: Call, leg: CallLeg) -> None:
        """Refuse an offered call, within ten seconds."""
        await self._refuse(leg)
        self.apply(CallRefused(call_id=call.call_id))
        self.tell()

    @abstractmethod
    async def _accept(self, leg: CallLeg) -> None: ...

    @abstractmethod
    async def _refuse(self, leg: CallLeg) -> None: ...

    # Other than calls

    @abstractmethod
    async def trunks(self) -> Listing[Trunk]:
        """Return all trunks as they are now."""

    @abstractmethod
    async def destinations(self) -> Sequence[Destination]:
        """Return the IVRs, queues and ring groups that the PBX can list."""

    @abstractmethod
    async def send_sms(self, trunk: str, number: str, message: str) -> str:
        """Send a text message; returns its id, empty if the PBX gives none."""

    @abstractmethod
    def recording(self, name: str) -> AbstractAsyncContextManager[Recording]:
        """Open a recording by the name that its call record has."""

    def records(
        self, since: datetime, until: datetime
    ) -> AsyncGenerator[Sequence[LoggedRecord]]:
        """Yield the records of calls that began in a span of time, until excluded.

        They come in batches of at most a few hundred, in any order, so that the
        reader may pause in between. A record may come twice.

        Raises:
            PbxUnsupportedError: this firmware gives no records away.
        """
        _cannot()

    @abstractmethod
    async def settings_of(
        self, extensions: Sequence[str]
    ) -> Listing[ExtensionSettings]:
        """Return how several extensions are set up, leaving out unknown ones."""

    async def settings_of_one(self, extension: str) -> ExtensionSettings:
        """Return how an extension is set up."""
        listing = await self.settings_of([extension])
        for settings in listing.items:
            if settings.number == extension:
                return settings
        if listing.complete:
            raise PbxRefusedError(0, Refusal.EXTENSION_UNKNOWN)
        raise PbxProtocolError("The PBX agreed, but left the extension out")

    @abstractmethod
    async def update_extension(self, extension: str, change: ExtensionChange) -> None:
        """Change settings of an extension."""

    async def wake_up_calls(self, extensions: Sequence[str]) -> Listing[WakeUpCall]:
        """Return the wake-up calls of some extensions."""
        _cannot()

    async def create_wake_up_call(self, call: WakeUpCall) -> None:
        """Add a wake-up call."""
        _cannot()

    async def update_wake_up_call(self, old: WakeUpCall, new: WakeUpCall) -> None:
        """Change a wake-up call as it was read."""
        _cannot()

    async def delete_wake_up_call(self, call: WakeUpCall) -> None:
        """Remove a wake-up call as it was read."""
        _cannot()

    # What only some can (`Feature`)

    async def capacity(self) -> Capacity:
        """Return how many calls live, and how many may."""
        _cannot()

    async def queues(self) -> Listing[Destination]:
        """Return the queues."""
        _cannot()

    async def queue_status(self, queue: str) -> QueueStatus:
        """Return what happens in a queue."""
        _cannot()

    async def log_agent(self, queue: str, extension: str, *, login: bool) -> None:
        """Log a dynamic agent in to a queue, or out of it."""
        _cannot()

    async def pause_agent(self, queue: str, extension: str, *, pause: bool) -> None:
        """Keep calls of a queue from an agent, or let them come again."""
        _cannot()

    async def voicemails(self, mailboxes: Sequence[str]) -> Sequence[Voicemail]:
        """Return the messages of some mailboxes."""
        _cannot()

    async def group_mailboxes(self) -> Sequence[GroupMailbox]:
        """Return the mailboxes whose messages several extensions share."""
        _cannot()

    async def mark_voicemail_read(self, message_id: str) -> None:
        """Mark a message as read."""
        _cannot()

    async def delete_voicemail(self, message_id: str) -> None:
        """Delete a message for good."""
        _cannot()

    def voicemail_sound(
        self, message_id: str
    ) -> AbstractAsyncContextManager[Recording]:
        """Open the sound of a message."""
        _cannot()

    async def company_contacts(self) -> Sequence[CompanyContact]:
        """Return the contacts that the PBX knows."""
        _cannot()

    async def add_company_contact(self, contact: CompanyContact) -> None:
        """Add a contact to those that the PBX knows."""
        _cannot()

    async def park(self, extension: str, slot: str = "") -> str:
        """Park the other side of an extension's call; return the slot to dial."""
        _cannot()

    async def retrieve(self, extension: str, slot: str) -> str:
        """Let an extension call who is parked in a slot; return the id of its call."""
        _cannot()

    async def add_member(
        self, extension: str, number: str, *, permission_of: str
    ) -> None:
        """Invite one more party into the call of an extension."""
        _cannot()

    async def consult(self, extension: str, number: str, *, permission_of: str) -> None:
        """Begin an attended transfer: the extension calls a number meanwhile."""
        _cannot()

    async def continue_transfer(self, extension: str, step: AttendedStep) -> None:
        """End or change the attended transfer of an extension."""
        _cannot()

    async def record(self, extension: str, step: RecordingStep) -> None:
        """Record the call of an extension, or pause its recording."""
        _cannot()

    # Helpers of families

    def _seen_at(self) -> datetime:
        """Return the wall time with the local zone."""
        return datetime.fromtimestamp(self._clock().wall).astimezone()


FIRST_PAUSE: Final = 1.0
"""Seconds before a connection of events that broke is made anew."""
LONGEST_PAUSE: Final = 60.0
"""The same, when it broke again and again."""
AWAY_SECONDS: Final = 90.0
"""How long a missed poll counts: longer than polls pause while the PBX is away."""
STEADY_SECONDS: Final = 60.0
"""How long a connection lives that is no reason to wait long after it."""
_JITTER: Final = random.SystemRandom()

MAX_WAITING = 1000
"""Reports that wait."""


def _cannot() -> NoReturn:
    raise PbxUnsupportedError(0, Refusal.UNSUPPORTED_REQUEST)
