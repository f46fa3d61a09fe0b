"""Reads the lists that the Open API answers: the PBX, extensions, trunks, destinations."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from ..errors import PbxProtocolError
from ..listing_reader import required, row_fields
from ..models import (
    Destination,
    DestinationKind,
    Device,
    Extension,
    ExtensionSettings,
    ExtensionState,
    Presence,
    Trunk,
    TrunkState,
)
from ..wire import Json, integer, rows, text

_TRUNK_STATES: Final = {
    1: TrunkState.IDLE,
    2: TrunkState.BUSY,
    3: TrunkState.REGISTERED,
    4: TrunkState.REGISTERING,
    5: TrunkState.REGISTERING,
    32: TrunkState.POWER_OFF,
    33: TrunkState.NO_SIM,
    34: TrunkState.NO_SIGNAL,
    35: TrunkState.PIN_ERROR,
    44: TrunkState.DISABLED,
    **dict.fromkeys((11, 12, 21, 22, 23, 31), TrunkState.FAULT),
    **dict.fromkeys((36, 41, 42, 43, 45), TrunkState.FAILURE),
}
_LONGEST_UPTIME: Final = 100 * 366 * 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRow:
    """One row of extension/list, which never tells whether a phone is in a call.

    Attributes:
        id: of its settings, which is not its number.
    """

    id: int
    number: str
    name: str
    is_registered: bool
    presence: str

    def extension(self, state: ExtensionState) -> Extension:
        """Return the extension, which does what no list tells."""
        return Extension(
            number=self.number, name=self.name, state=state, presence=self.presence
        )


def read_extension(row: Json) -> ExtensionRow:
    """Read one extension (Developer Guide, Query Extension List)."""
    fields = row_fields(row)
    number = required(fields, "number")
    if (extension_id := integer(fields.get("id"))) is None:
        raise PbxProtocolError("The PBX left out the id of an extension")
    return ExtensionRow(
        id=extension_id,
        number=number,
        name=text(fields.get("caller_id_name")) or number,
        is_registered=any(map(_is_online, _devices(fields.get("online_status")))),
        presence=_presence(fields),
    )


def _presence(fields: dict[str, Json]) -> str:
    return text(fields.get("presence_status")) or Presence.AVAILABLE


def _devices(value: Json) -> Iterator[dict[str, Json]]:
    for device in value.values() if isinstance(value, dict) else ():
        if isinstance(device, dict):
            yield device


def _is_online(device: dict[str, Json]) -> bool:
    """Return whether a phone is there; of a SIP phone its registrations tell."""
    registrations = [
        row for row in rows(device.get("status_list")) if isinstance(row, dict)
    ]
    return any(integer(row.get("status")) == 1 for row in (device, *registrations))


def read_settings(row: Json) -> ExtensionSettings:
    """Read how an extension is set up (Developer Guide, Query an Extension)."""
    fields = row_fields(row)
    number = required(fields, "number")
    presence = _presence(fields)
    return ExtensionSettings(
        number=number,
        name=text(fields.get("caller_id_name")) or number,
        caller_id=text(fields.get("caller_id")),
        email=text(fields.get("email_addr")),
        mobile=text(fields.get("mobile_number")),
        do_not_disturb=presence == Presence.DO_NOT_DISTURB,
        presence=presence,
    )


def trunk_state(status: int | None) -> TrunkState | None:
    """Return what a trunk status means (Developer Guide, Query Trunk List)."""
    return None if status is None else _TRUNK_STATES.get(status)


def read_trunk(row: Json) -> Trunk:
    """Read one trunk (Developer Guide, Query Trunk List)."""
    fields = row_fields(row)
    status = integer(fields.get("status"))
    return Trunk(
        name=required(fields, "name"),
        state=trunk_state(status),
        status="" if status is None else str(status),
        type=text(fields.get("type")).upper(),
    )


def read_destination(kind: DestinationKind, row: Json) -> Destination:
    """Read an IVR, a queue or a ring group."""
    fields = row_fields(row)
    number = required(fields, "number")
    return Destination(
        kind=kind, number=number, name=text(fields.get("name")) or number
    )


def read_device(value: Json) -> Device:
    """Read the PBX itself (Developer Guide, Query PBX Information)."""
    fields = row_fields(value)
    uptime = integer(fields.get("up_time"))
    return Device(
        name=text(fields.get("device_name")),
        serial_number=required(fields, "sn"),
        model=text(fields.get("model_name")),
        hardware_version=text(fields.get("hardware_version")),
        firmware_version=text(fields.get("firmware_version")),
        local_time=None,
        zone=None,
        uptime=timedelta(seconds=uptime)
        if uptime is not None and 0 <= uptime <= _LONGEST_UPTIME
        else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """Which events the PBX sends of an extension or a trunk.

    Attributes:
        name: the number of an extension, the name of a trunk.
    """

    name: str
    calls: bool
    registration: bool = True


def read_extension_monitoring(row: Json) -> Monitoring:
    """Read the switches of an extension (Query Extension Status Monitoring Settings)."""
    fields = row_fields(row)
    return Monitoring(
        name=required(fields, "number"),
        calls=integer(fields.get("enb_call_status")) == 1,
        registration=integer(fields.get("enb_register_status")) == 1,
    )


def read_trunk_monitoring(row: Json) -> Monitoring:
    """Read the switch of a trunk (Query Trunk Status Monitoring Settings)."""
    fields = row_fields(row)
    return Monitoring(
        name=required(fields, "name"),
        calls=integer(fields.get("enb_call_status")) == 1,
    )
