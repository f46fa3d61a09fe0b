"""What a PBX tells about itself, as frozen data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from operator import eq
import re
from typing import Self

from .errors import PbxProtocolError
from .s_series.wire import Json, Pairs, Tidy, check_depth, decode_rows, rows, text


class ExtensionState(StrEnum):
    """What an extension is doing."""

    IDLE = "idle"
    RINGING = "ringing"
    IN_CALL = "in_call"
    ON_HOLD = "on_hold"
    UNREGISTERED = "unregistered"
    MALFUNCTION = "malfunction"
    NO_PORT = "no_port"


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


class CallDirection(StrEnum):
    """Which way a call goes, seen from the PBX."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"
    CALLBACK = "callback"


class CallStatus(StrEnum):
    """How far a call got."""

    RINGING = "ringing"
    WAITING = "waiting"
    TALKING = "talking"
    ON_HOLD = "on_hold"


class MonitorMode(StrEnum):
    """How a supervisor takes part in somebody's call."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE_IN = "barge_in"


# Registered and Idle both mean "free": SIP extensions report the first, FXS
# ones the second, and some firmware mixes them.
_EXTENSION_STATES = {
    "registered": ExtensionState.IDLE,
    "idle": ExtensionState.IDLE,
    "ringing": ExtensionState.RINGING,
    "busy": ExtensionState.IN_CALL,
    "inuse": ExtensionState.IN_CALL,
    "hold": ExtensionState.ON_HOLD,
    "unavailable": ExtensionState.UNREGISTERED,
    "unregistered": ExtensionState.UNREGISTERED,
    "malfunction": ExtensionState.MALFUNCTION,
    "fxsnoport": ExtensionState.NO_PORT,
}
_TRUNK_STATES = {
    "registered": TrunkState.REGISTERED,
    "registered (unmonitored)": TrunkState.REGISTERED,
    "registering": TrunkState.REGISTERING,
    "failure": TrunkState.FAILURE,
    "disable": TrunkState.DISABLED,
    "disabled": TrunkState.DISABLED,
    "fault": TrunkState.FAULT,
    "idle": TrunkState.IDLE,
    "busy": TrunkState.BUSY,
    "alarm": TrunkState.ALARM,
    "down": TrunkState.DOWN,
    "up": TrunkState.UP,
    "power off": TrunkState.POWER_OFF,
    "no sim": TrunkState.NO_SIM,
    "no signal": TrunkState.NO_SIGNAL,
    "pin error": TrunkState.PIN_ERROR,
    "unregister": TrunkState.UNREGISTERED,
    "unregistered": TrunkState.UNREGISTERED,
}
_CALL_STATUSES = {
    "progress": CallStatus.RINGING,
    "wait": CallStatus.WAITING,
    "talking": CallStatus.TALKING,
}

_NO_PHONE = frozenset(
    {
        None,
        ExtensionState.UNREGISTERED,
        ExtensionState.MALFUNCTION,
        ExtensionState.NO_PORT,
    }
)
_LINE_PROBLEMS = frozenset(
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


def extension_state(status: str) -> ExtensionState | None:
    """Return what an extension status means, None for words no guide knows."""
    return _EXTENSION_STATES.get(status.casefold())


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing[ItemT]:
    """The rows of a list that could be read.

    Attributes:
        items: the rows that made sense.
        complete: False if the list was missing or a row made no sense, so that
            what is not in `items` may still exist.
    """

    items: tuple[ItemT, ...]
    complete: bool

    @classmethod
    def from_wire(
        cls, value: Json, parse: Callable[[Json], ItemT], *, may_be_missing: bool
    ) -> Listing[ItemT]:
        """Read a list row by row, leaving out the rows that make no sense."""
        return ListingReader(parse, may_be_missing=may_be_missing).read(value)


class ListingReader[ItemT]:
    """Reads a list that is asked for again and again.

    Of 500 extensions few change between two polls, often none. To see that saves
    most of the work; only what changed is read.
    """

    def __init__(self, parse: Callable[[Json], ItemT], *, may_be_missing: bool) -> None:
        """Know nothing yet."""
        self._parse = parse
        self._may_be_missing = may_be_missing
        self._body = b""
        self._answer: dict[str, Json] = {}
        self._value: Json = None
        self._rows: list[Json] = []
        self._items: list[ItemT | None] = []
        self._listing: Listing[ItemT] | None = None

    def decode(self, body: bytes) -> dict[str, Json]:
        """Return the answer in a body, the same object if the body is the same.

        Raises:
            PbxProtocolError: there is none.
        """
        if body != self._body:
            # Rows are checked one by one, when they are new.
            self._answer = decode_rows(body)
            self._body = body
        return self._answer

    def read(self, value: Json) -> Listing[ItemT]:
        """Read a list row by row, leaving out the rows that make no sense."""
        if self._listing is None or value is not self._value:
            self._value = value
            self._listing = self._read(value)
        return self._listing

    def _read(self, value: Json) -> Listing[ItemT]:
        new, old = list(rows(value)), self._rows
        items = self._items[: len(new)]
        for index, is_known in enumerate(map(eq, new, old, strict=False)):
            if not is_known:
                items[index] = self._read_row(new[index])
        items.extend(map(self._read_row, new[len(old) :]))
        found = tuple(filter(None, items))
        sound = len(found) == len(items)
        if not sound:
            # What makes no sense may be nested too deep even to be compared.
            new = [row if item else None for row, item in zip(new, items, strict=True)]
        self._rows, self._items = new, items
        there = isinstance(value, (list, dict)) or (self._may_be_missing and not value)
        return Listing(items=found, complete=there and sound)

    def _read_row(self, row: Json) -> ItemT | None:
        try:
            check_depth(row)
            return self._parse(row)
        except PbxProtocolError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """An extension, as extensionlist/query tells it.

    Attributes:
        state: None if the PBX used a word that no guide knows.
        status: the PBX's own word for the state.
        type: `SIP`, `FXS` or `IAX`.
        port: the socket of an FXS extension.
    """

    number: str
    name: str
    state: ExtensionState | None
    status: str
    type: str
    port: str

    @property
    def is_registered(self) -> bool:
        """Return whether a phone is there that could ring."""
        return self.state not in _NO_PHONE

    @classmethod
    def from_wire(cls, row: Json) -> Self:
        """Read one row (API guide, Query Extension List)."""
        fields = row_fields(row)
        number = required(fields, "extnumber")
        status = text(fields.get("status"))
        return cls(
            number=number,
            name=text(fields.get("username")) or number,
            state=extension_state(status),
            status=status,
            type=text(fields.get("type")).upper(),
            port=text(fields.get("port")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trunk:
    """A line to the outside, as trunklist/query tells it.

    Attributes:
        state: None if the PBX used a word that no guide knows.
        status: the PBX's own word for the state.
        type: `SIP`, `IAX`, `FXO`, `BRI`, `E1`, `GSM`, ...
    """

    name: str
    state: TrunkState | None
    status: str
    type: str
    port: str

    @property
    def has_problem(self) -> bool:
        """Return whether the line is out of order; one switched off is not."""
        return self.state in _LINE_PROBLEMS

    @classmethod
    def from_wire(cls, row: Json) -> Self:
        """Read one row (API guide, Query Trunk List)."""
        fields = row_fields(row)
        status = text(fields.get("status"))
        return cls(
            name=required(fields, "trunkname"),
            state=_TRUNK_STATES.get(status.casefold()),
            status=status,
            type=text(fields.get("type")).upper(),
            port=text(fields.get("port")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkCall:
    """A call over a trunk, as inbound/query and outbound/query tell it.

    Attributes:
        leg_id: the id of the leg on the trunk (`inboundid`, `outboundid`), which
            need not be the id of the call.
        extensions: the numbers of the extensions that take part.
        status: None if the PBX used a word that no guide knows.
    """

    leg_id: str
    direction: CallDirection
    caller: str
    callee: str
    trunk: str
    status: CallStatus | None
    extensions: tuple[str, ...]

    @classmethod
    def inbound_from_wire(cls, row: Json) -> Self:
        """Read one row of inbound/query."""
        return cls._from_wire(row_fields(row), CallDirection.INBOUND, "inboundid")

    @classmethod
    def outbound_from_wire(cls, row: Json) -> Self:
        """Read one row of outbound/query."""
        return cls._from_wire(row_fields(row), CallDirection.OUTBOUND, "outboundid")

    @classmethod
    def _from_wire(
        cls, fields: dict[str, Json], direction: CallDirection, id_key: str
    ) -> Self:
        return cls(
            leg_id=required(fields, id_key),
            direction=direction,
            caller=text(fields.get("from")),
            callee=text(fields.get("to")),
            trunk=text(fields.get("trunk")),
            status=_CALL_STATUSES.get(text(fields.get("status")).casefold()),
            extensions=extension_numbers(fields.get("callee")),
        )


def extension_numbers(value: Json) -> tuple[str, ...]:
    """Return the extension numbers in any of the shapes boxes write them.

    Seen: `{"extid": "1"}`, `{"extid": ["1", "2"]}`, a list of the first, and
    `number` instead of `extid` in API v2.
    """
    found: list[str] = []
    for row in rows(value):
        inner: Json | Tidy
        match row:
            case Pairs():
                fields = row.by_key()
                inner = fields.get("extid", fields.get("number"))
            case dict():
                inner = row.get("extid", row.get("number"))
            case _:
                inner = row
        found.extend(
            number
            for number in map(text, inner if isinstance(inner, list) else (inner,))
            if number
        )
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Something of the PBX that has a number of its own: an IVR, a queue."""

    number: str
    name: str

    @classmethod
    def ivr_from_wire(cls, row: Json) -> Self:
        """Read one row of ivr/query."""
        return cls._from_wire(row_fields(row), "ivr")

    @classmethod
    def queue_from_wire(cls, row: Json) -> Self:
        """Read one row of queue/query; its password is left out."""
        return cls._from_wire(row_fields(row), "queue")

    @classmethod
    def _from_wire(cls, fields: dict[str, Json], kind: str) -> Self:
        number = required(fields, f"{kind}number")
        return cls(number=number, name=text(fields.get(f"{kind}name")) or number)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceInfo:
    """The PBX itself, as deviceinfo/query tells it.

    Attributes:
        local_time: what the PBX's clock shows, without a zone; None if not readable.
        zone: the UTC offset it names beside, None if it names none.
        uptime: time since it started, None if not readable.
    """

    name: str
    serial_number: str
    hardware_version: str
    firmware_version: str
    local_time: datetime | None
    zone: timezone | None
    uptime: timedelta | None

    @property
    def system_time(self) -> datetime | None:
        """Return the PBX's clock with its UTC offset, None if not readable."""
        if self.local_time is None or self.zone is None:
            return None
        return self.local_time.replace(tzinfo=self.zone)

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

    @classmethod
    def from_wire(cls, value: Json) -> Self:
        """Read the device information (API guide, Query Device Information)."""
        fields = row_fields(value)
        local_time, zone = _clock(text(fields.get("systemtime")))
        return cls(
            name=text(fields.get("devicename")) or "Yeastar PBX",
            serial_number=required(fields, "sn"),
            hardware_version=text(fields.get("hardwarever")),
            firmware_version=text(fields.get("firmwarever")),
            local_time=local_time,
            zone=zone,
            uptime=_uptime(text(fields.get("uptime"))),
        )


def row_fields(row: Json) -> dict[str, Json]:
    """Return the fields of a row.

    Raises:
        PbxProtocolError: it is no object.
    """
    if not isinstance(row, dict):
        raise PbxProtocolError("The PBX sent a row that is not an object")
    return row


def required(fields: dict[str, Json], key: str) -> str:
    """Return a field as text.

    Raises:
        PbxProtocolError: it is missing or empty.
    """
    if not (value := text(fields.get(key))):
        raise PbxProtocolError(f"The PBX left out {key}")
    return value


_QUARTER = timedelta(minutes=15)
# "2017-05-24 23:25:20 UTC-8"; half-hour zones are written with a colon.
_SYSTEM_TIME = re.compile(
    r"(\d{1,4}-\d{1,2}-\d{1,2} \d{1,2}:\d{1,2}:\d{1,2})"
    r"(?:\s*(UTC)(?:([+-])(\d{1,2})(?::?(\d{2}))?)?)?"
)
# "03:25:04" or "3days 03:57:42"; longer numbers would lead before all calendars.
_UPTIME = re.compile(r"(?:(\d{1,5})\s*days?[\s,]*)?(\d{1,4}):(\d{2}):(\d{2})")


def _clock(value: str) -> tuple[datetime | None, timezone | None]:
    if not (match := _SYSTEM_TIME.fullmatch(value)):
        return None, None
    written, utc, sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        local_time = datetime.strptime(written, "%Y-%m-%d %H:%M:%S")
        zone = timezone(-offset if sign == "-" else offset)
    except ValueError:
        return None, None
    return local_time, zone if utc else None


def _uptime(value: str) -> timedelta | None:
    if not (match := _UPTIME.fullmatch(value)):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
