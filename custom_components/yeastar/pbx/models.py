"""What a PBX is and has, as frozen data of all families."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Any


class Family(StrEnum):
    """Which API a PBX speaks."""

    S_SERIES = "s_series"
    P_SERIES = "p_series"


class ExtensionState(StrEnum):
    """What an extension is doing."""

    IDLE = "idle"
    RINGING = "ringing"
    IN_CALL = "in_call"
    ON_HOLD = "on_hold"
    UNREGISTERED = "unregistered"
    MALFUNCTION = "malfunction"
    NO_PORT = "no_port"


BUSY_STATES = frozenset(
    {ExtensionState.RINGING, ExtensionState.IN_CALL, ExtensionState.ON_HOLD}
)
AWAY_STATES = frozenset(
    {ExtensionState.UNREGISTERED, ExtensionState.MALFUNCTION, ExtensionState.NO_PORT}
)
"""States in which no phone is there that could ring."""


class TrunkState(StrEnum):
    """What a trunk is doing, in the words of all its types."""

    REGISTERED = "registered"
    REGISTERING = "registering"
    FAILURE = "failure"
    DISABLED = "disabled"
    FAULT = "fault"
    IDLE = "idle"
    BUSY = "busy"
    ALARM = "alarm"
    DOWN = "down"
    UP = "up"
    POWER_OFF = "power_off"
    NO_SIM = "no_sim"
    NO_SIGNAL = "no_signal"
    PIN_ERROR = "pin_error"
    UNREGISTERED = "unregistered"


_TRUNK_PROBLEMS = frozenset(
    {
        TrunkState.FAILURE,
        TrunkState.FAULT,
        TrunkState.ALARM,
        TrunkState.DOWN,
        TrunkState.POWER_OFF,
        TrunkState.NO_SIM,
        TrunkState.NO_SIGNAL,
        TrunkState.PIN_ERROR,
        TrunkState.UNREGISTERED,
    }
)


class CallDirection(StrEnum):
    """Which way a call goes, seen from the PBX."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"
    CALLBACK = "callback"


class CallStatus(StrEnum):
    """How far a call got.

    Attributes:
        WAITING: an IVR, a queue or voicemail has it, or it waits for a decision.
    """

    RINGING = "ringing"
    WAITING = "waiting"
    TALKING = "talking"
    ON_HOLD = "on_hold"


class MonitorMode(StrEnum):
    """How a supervisor takes part in the call of an extension."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE_IN = "barge_in"


class DestinationKind(StrEnum):
    """What a number leads to."""

    EXTENSION = "extension"
    OUTSIDE = "outside"
    IVR = "ivr"
    QUEUE = "queue"
    RING_GROUP = "ring_group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing[ItemT]:
    """The rows of a list that could be read.

    Attributes:
        items: the rows that made sense.
        complete: False if the list was missing or a row made no sense, so that
            what is not in `items` may still exist.
    """

    items: tuple[ItemT, ...] = ()
    complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """The PBX itself.

    Attributes:
        name: of the PBX; an S-Series has no other than that of its model.
        model: empty where the name is that of the model.
        local_time: what the PBX's clock shows, without a zone; None if not readable.
        zone: the UTC offset that it names, None if it names none.
        uptime: time since it started, None if not readable.
    """

    name: str
    serial_number: str
    hardware_version: str
    firmware_version: str
    local_time: datetime | None
    zone: timezone | None
    uptime: timedelta | None
    model: str = ""

    def utc_offset(self, received: datetime) -> timedelta | None:
        """Return how far the PBX's clock is ahead of UTC, None if not readable.

        Measured against the time at which this was received, in quarters of an hour,
        since no guide says whether the offset it names knows summer time. Alarms
        follow the clock.
        """
        if self.local_time is None:
            return None
        ahead = self.local_time - received.astimezone(UTC).replace(tzinfo=None)
        return round(ahead / _QUARTER) * _QUARTER


_QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """An extension.

    Attributes:
        state: None if the PBX used a word that no guide knows.
        status: the PBX's own word for the state.
        type: `SIP`, `FXS` or `IAX`.
        port: the socket of an FXS extension.
        presence: where its user is, empty where the PBX does not know that.
    """

    number: str
    name: str
    state: ExtensionState | None
    status: str = ""
    type: str = ""
    port: str = ""
    presence: str = ""

    @property
    def is_registered(self) -> bool:
        """Return whether a phone is there that could ring."""
        return self.state is not None and self.state not in AWAY_STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class Trunk:
    """A line to the outside.

    Attributes:
        state: None if the PBX used a word that no guide knows.
        status: the PBX's own word for the state.
        type: `SIP`, `IAX`, `FXO`, `BRI`, `E1`, `GSM`, ...
    """

    name: str
    state: TrunkState | None
    status: str = ""
    type: str = ""
    port: str = ""

    @property
    def has_problem(self) -> bool:
        """Return whether the line is out of order; one switched off is not."""
        return self.state in _TRUNK_PROBLEMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a call can be sent: a phone, an outside number, or a part of the PBX."""

    kind: DestinationKind
    number: str
    name: str = ""


class Presence(StrEnum):
    """Where the user of an extension is."""

    AVAILABLE = "available"
    AWAY = "away"
    BUSINESS_TRIP = "business_trip"
    DO_NOT_DISTURB = "do_not_disturb"
    LUNCH = "lunch"
    OFF_WORK = "off_work"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueAgent:
    """An extension that takes the calls of a queue.

    Attributes:
        dynamic: whether it can log in and out.
        free: whether it could be rung now.
    """

    number: str
    logged_in: bool
    paused: bool
    dynamic: bool
    free: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatus:
    """What happens in a queue.

    Attributes:
        waiting, ringing, active: calls without an agent, ringing one, with one.
        longest_wait: seconds that the caller who waits longest does.
    """

    waiting: int = 0
    ringing: int = 0
    active: int = 0
    longest_wait: int = 0
    agents: tuple[QueueAgent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMailbox:
    """A mailbox whose messages several extensions share.

    Attributes:
        members: the numbers of the extensions, as far as each is a member by itself.
    """

    number: str
    name: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicemail:
    """One message in a mailbox.

    Attributes:
        caller: its number.
        name: of the caller, as the PBX knows it.
        received: as the PBX displays the time.
        received_at: the same in epoch seconds, if it is known.
        duration: seconds.
    """

    id: str
    mailbox: str
    caller: str
    name: str
    received: str
    received_at: int | None = None
    duration: int
    is_read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """How many calls live, and how many may."""

    calls: int
    most_calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyContact:
    """A contact that the PBX knows."""

    name: str
    numbers: tuple[str, ...]


class AttendedStep(StrEnum):
    """What is done to an attended transfer that was begun."""

    COMPLETE = "complete"
    CANCEL = "cancel"
    THREE_WAY = "three_way"
    SWAP = "swap"


class RecordingStep(StrEnum):
    """What is done to the recording of a call."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"


class RecordStatus(StrEnum):
    """How a call ended, by its record."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"
    VOICEMAIL = "voicemail"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One call detail record (CDR); a call through a queue leaves several.

    Attributes:
        started: the PBX's local time, without a zone; None if not readable.
        member: the extension of the called group that answered, if it says so.
        duration: seconds from the start to the end.
        talk_duration: seconds from the answer to the end.
        direction: None for other kinds, such as transfers.
        called_number: the number that an outside caller dialled (DID).
    """

    started: datetime | None
    caller: str
    callee: str
    member: str = ""
    duration: int
    talk_duration: int
    source_trunk: str = ""
    destination_trunk: str = ""
    status: RecordStatus | None
    direction: CallDirection | None
    called_number: str = ""
    recording: str = ""

    @property
    def trunk(self) -> str:
        """Return the trunk that the caller, or else the called side, is on."""
        return self.source_trunk or self.destination_trunk


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRecord:
    """A record that the PBX keeps; several may be of the same call.

    Attributes:
        call_id: as reports name the call.
        began: when the call began, in epoch seconds.
    """

    call_id: str
    began: float
    record: CallRecord


class ForwardTo(StrEnum):
    """What calls are forwarded to."""

    OFF = "off"
    VOICEMAIL = "voicemail"
    EXTENSION = "extension"
    MOBILE = "mobile"
    CUSTOM_NUMBER = "custom_number"


class ForwardWhen(StrEnum):
    """When calls are forwarded."""

    ALWAYS = "always"
    NO_ANSWER = "no_answer"
    BUSY = "busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """Where calls are forwarded to.

    Attributes:
        to: None if the PBX used a word that no guide knows.
        number: of the extension, or the custom number without its prefix. That of
            the mobile is a setting of the extension itself.
        prefix: what the PBX dials before an outside number to get out.
    """

    to: ForwardTo | None
    number: str = ""
    prefix: str = ""

    def leads_as(self, other: Forwarding) -> bool:
        """Return whether both lead calls to the same place."""
        if self.to is not other.to:
            return False
        match self.to:
            case ForwardTo.EXTENSION:
                return self.number == other.number
            case ForwardTo.CUSTOM_NUMBER:
                return self.prefix + self.number == other.prefix + other.number
            case _:
                return True


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionSettings:
    """How an extension is set up; its passwords are left out.

    What the PBX does not tell is None or empty.

    Attributes:
        presence: the PBX's word for where its user is, if it knows that.
        monitor_mode: what it may do to the calls of others, in the PBX's word.
        ring_timeout: seconds.
        call_restriction: whether it may not call outside numbers.
    """

    number: str
    name: str
    state: ExtensionState | None = None
    type: str = ""
    port: str = ""
    caller_id: str = ""
    email: str = ""
    mobile: str = ""
    language: str = ""
    voicemail: bool | None = None
    do_not_disturb: bool
    presence: str = ""
    forwarding: Mapping[ForwardWhen, Forwarding] = field(default_factory=dict)
    ring_simultaneously: bool | None = None
    ring_timeout: int | None = None
    max_duration: str = ""
    call_restriction: bool | None = None
    may_be_monitored: bool | None = None
    monitor_mode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionChange:
    """New values for some settings of an extension; None leaves one as it is."""

    do_not_disturb: bool | None = None
    presence: str | None = None
    ring_timeout: int | None = None
    mobile: str | None = None
    forwarding: Mapping[ForwardWhen, Forwarding] | None = None

    def replaces(self, other: ExtensionChange) -> bool:
        """Return whether nothing of another change is left once this one is made."""
        return (self.forwarding or {}).keys() >= (
            other.forwarding or {}
        ).keys() and all(
            getattr(other, item.name) is None or getattr(self, item.name) is not None
            for item in fields(self)
        )

    def is_kept(self, settings: ExtensionSettings) -> bool:
        """Return whether these settings, read afterwards, have the new values."""
        for when, wanted in (self.forwarding or {}).items():
            if not wanted.leads_as(settings.forwarding[when]):
                return False
        return all(
            getattr(self, item.name) in (None, getattr(settings, item.name))
            for item in fields(self)
            if item.name != "forwarding"
        )

    def over(self, earlier: ExtensionChange) -> ExtensionChange:
        """Return both changes as one, made in their order."""
        forwarding = {**(earlier.forwarding or {}), **(self.forwarding or {})}
        return replace(earlier, **self._new_values(), forwarding=forwarding or None)

    def applied_to(self, settings: ExtensionSettings) -> ExtensionSettings:
        """Return settings as they are once this change is made."""
        forwarding = {**settings.forwarding, **(self.forwarding or {})}
        return replace(settings, **self._new_values(), forwarding=forwarding)

    def as_presence(self) -> ExtensionChange:
        """Return the change for a PBX where do not disturb is one of the presences."""
        presence = self.presence
        if not presence and self.do_not_disturb is not None:
            is_on = self.do_not_disturb
            presence = Presence.DO_NOT_DISTURB if is_on else Presence.AVAILABLE
        if not presence:
            return self
        quiet = presence == Presence.DO_NOT_DISTURB
        return replace(self, presence=str(presence), do_not_disturb=quiet)

    def _new_values(self) -> dict[str, Any]:
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        del values["forwarding"]
        return {name: value for name, value in values.items() if value is not None}


class Repeat(StrEnum):
    """On which days a wake-up call comes."""

    ONCE = "once"
    DAILY = "daily"
    WEEKDAYS = "weekdays"


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeUpCall:
    """One wake-up call of an extension.

    Attributes:
        time: by the PBX's own clock, hours and minutes. One that comes once has no
            date: it comes at the next such time, and is gone then.
        weekdays: 0 is Sunday; only for those that repeat on weekdays.
        attempts: how often the phone rings, 1 to 3.
        interval: minutes between two attempts.
        prompt: the file of a custom prompt, empty for the PBX's own.
        id: by which newer firmware knows it, else empty.
    """

    extension: str
    time: time
    repeat: Repeat
    weekdays: frozenset[int] = frozenset()
    attempts: int = 1
    interval: int = 5
    prompt: str = ""
    id: str = ""

    def next_after(self, local: datetime) -> datetime:
        """Return when the phone rings next; both times are the PBX's, without a zone."""
        moment = datetime.combine(local.date(), self.time)
        if moment <= local:
            moment += timedelta(days=1)
        if self.repeat is Repeat.WEEKDAYS:
            while moment.isoweekday() % 7 not in self.weekdays:
                moment += timedelta(days=1)
        return moment
