"""Reads the lists that API v1 answers: the PBX, extensions, trunks, calls, destinations."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
import re

from ..listing_reader import required, row_fields
from ..models import (
    CallDirection,
    CallStatus,
    Destination,
    DestinationKind,
    Device,
    Extension,
    ExtensionState,
    Trunk,
    TrunkState,
)
from ..records import called
from ..wire import Json, Pairs, Tidy, rows, text

# Registered and Idle both mean "free": SIP extensions report the first, FXS ones
# the second, and some firmware mixes them.
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


def extension_state(status: str) -> ExtensionState | None:
    """Return what an extension status means, None for words that no guide knows."""
    return _EXTENSION_STATES.get(status.casefold())


def number_of(fields: dict[str, Json], key: str) -> str:
    """Return a number, which API v2.0.0 calls `number` for extensions and trunks alike."""
    return text(fields.get("number")) or required(fields, key)


def read_extension(row: Json) -> Extension:
    """Read one extension (API guide, Query Extension List)."""
    fields = row_fields(row)
    number = number_of(fields, "extnumber")
    status = text(fields.get("status"))
    return Extension(
        number=number,
        name=text(fields.get("username")) or number,
        state=extension_state(status),
        status=status,
        type=text(fields.get("type")).upper(),
        port=text(fields.get("port")),
    )


def read_trunk(row: Json) -> Trunk:
    """Read one trunk (API guide, Query Trunk List)."""
    fields = row_fields(row)
    status = text(fields.get("status"))
    return Trunk(
        name=required(fields, "trunkname"),
        state=_TRUNK_STATES.get(status.casefold()),
        status=status,
        type=text(fields.get("type")).upper(),
        port=text(fields.get("port")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkCall:
    """A call over a trunk, as inbound/query and outbound/query list it.

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


def read_inbound_call(row: Json) -> TrunkCall:
    """Read one row of inbound/query (API guide, Query Inbound Calls)."""
    return _read_call(row_fields(row), CallDirection.INBOUND, "inboundid")


def read_outbound_call(row: Json) -> TrunkCall:
    """Read one row of outbound/query (API guide, Query Outbound Calls)."""
    return _read_call(row_fields(row), CallDirection.OUTBOUND, "outboundid")


def _read_call(
    fields: dict[str, Json], direction: CallDirection, id_key: str
) -> TrunkCall:
    return TrunkCall(
        leg_id=required(fields, id_key),
        direction=direction,
        caller=text(fields.get("from")),
        callee=called(text(fields.get("to"))),
        trunk=text(fields.get("trunk")),
        status=_CALL_STATUSES.get(text(fields.get("status")).casefold()),
        extensions=extension_numbers(fields.get("callee")),
    )


def extension_numbers(value: Json) -> tuple[str, ...]:
    """Return the extension numbers in any of the shapes that boxes write.

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


def read_ivr(row: Json) -> Destination:
    """Read one IVR (API guide, Query IVR)."""
    return _read_destination(row_fields(row), DestinationKind.IVR)


def read_queue(row: Json) -> Destination:
    """Read one queue; its password is left out (API guide, Query Queue)."""
    return _read_destination(row_fields(row), DestinationKind.QUEUE)


def _read_destination(fields: dict[str, Json], kind: DestinationKind) -> Destination:
    number = number_of(fields, f"{kind}number")
    return Destination(
        kind=kind, number=number, name=text(fields.get(f"{kind}name")) or number
    )


def read_device(value: Json) -> Device:
    """Read the PBX itself (API guide, Query Device Information)."""
    fields = row_fields(value)
    local_time, zone = _clock(text(fields.get("systemtime")))
    return Device(
        name=text(fields.get("devicename")) or "Yeastar PBX",
        serial_number=required(fields, "sn"),
        hardware_version=text(fields.get("hardwarever")),
        firmware_version=text(fields.get("firmwarever")),
        local_time=local_time,
        zone=zone,
        uptime=_uptime(text(fields.get("uptime"))),
    )


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
