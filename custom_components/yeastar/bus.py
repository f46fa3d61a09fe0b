"""Relays reports to the event bus; the only place that fires on it."""

from typing import Any

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.json import json_bytes

from .const import EVENT_YEASTAR, EVENT_YEASTAR_ACTION, EVENT_YEASTAR_CALL
from .coordinator import YeastarCoordinator
from .entity import extension_identifier
from .pbx import Party, PartyKind, Report
from .pbx.calls.model import CallEvent
from .phonebook.numbers import missing_number
from .presentation import describe_event

MAX_RAW = 16 * 1024
"""Bytes; a larger raw body is left out, the recorder keeps every event."""
MAX_FIELD = 256
"""Bytes of a field that stays although the raw body was left out."""


@callback
def fire_report(
    hass: HomeAssistant, coordinator: YeastarCoordinator, report: Report
) -> None:
    """Fire one `yeastar_event` for a report."""
    is_large = len(json_bytes(report.raw)) > MAX_RAW
    fields = {
        key: value
        for key, value in report.fields.items()
        if not is_large or len(json_bytes(value)) <= MAX_FIELD
    }
    data: dict[str, Any] = {
        **fields,
        "entry_id": coordinator.config_entry.entry_id,
        ATTR_DEVICE_ID: device_id_of(coordinator, report.extension)
        or coordinator.device_id,
        "serial_number": coordinator.serial_number,
        "type": report.type,
        "call_id": report.call_id or None,
        "parties": [_describe_party(coordinator, party) for party in report.parties],
    }
    # A field of the PBX's that has one of these names must not pose as ours.
    data.pop("truncated", None)
    data.pop("raw", None)
    data |= {"truncated": True} if is_large else {"raw": report.raw}
    hass.bus.async_fire(EVENT_YEASTAR, data)


def device_id_of(coordinator: YeastarCoordinator, extension: str) -> str | None:
    """Return the id of the device of an extension, None if it is not ours."""
    if extension not in coordinator.data.extensions:
        return None
    device = dr.async_get(coordinator.hass).async_get_child_device_by_identifier(
        extension_identifier(coordinator, extension),
        coordinator.config_entry.entry_id,
    )
    return device.id if device else None


@callback
def fire_call(
    hass: HomeAssistant, coordinator: YeastarCoordinator, event: CallEvent
) -> None:
    """Fire a `yeastar_call` for what happens to a call as a whole."""
    if event.whole:
        hass.bus.async_fire(
            EVENT_YEASTAR_CALL,
            {
                "entry_id": coordinator.config_entry.entry_id,
                ATTR_DEVICE_ID: coordinator.device_id,
                "type": event.type,
                **describe_event(coordinator, event),
            },
        )


@callback
def fire_action(
    hass: HomeAssistant,
    coordinator: YeastarCoordinator,
    context: Context,
    extension: str,
    **data: str,
) -> None:
    """Fire a `yeastar_action` for an action that others should know of."""
    hass.bus.async_fire(
        EVENT_YEASTAR_ACTION,
        {
            "entry_id": coordinator.config_entry.entry_id,
            ATTR_DEVICE_ID: device_id_of(coordinator, extension)
            or coordinator.device_id,
            "extension": coordinator.name_of(extension) or extension,
            **data,
        },
        context=context,
    )


def _describe_party(coordinator: YeastarCoordinator, party: Party) -> dict[str, Any]:
    """Return a party with what is known of it; what is not is left out."""
    is_extension = party.kind is PartyKind.EXTENSION
    inbound = party.kind is PartyKind.INBOUND
    caller_id = missing_number(party.caller) if inbound else None
    described = {
        "kind": party.kind,
        "number": "" if caller_id else party.number,
        "name": coordinator.name_of(party.number),
        "caller_id": caller_id,
        "from": "" if caller_id else party.caller,
        "to": party.callee,
        "trunk": party.trunk,
        "status": party.status,
        "id": party.id,
        ATTR_DEVICE_ID: device_id_of(coordinator, party.number)
        if is_extension
        else None,
    }
    return {key: value for key, value in described.items() if value}
