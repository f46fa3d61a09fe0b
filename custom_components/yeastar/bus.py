"""Relays reports to the event bus; the only place that fires on it."""

import re
from typing import Any

from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID, Platform
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.json import json_bytes

from .const import (
    CONF_WHOLE_REPORTS,
    DOMAIN,
    EVENT_YEASTAR,
    EVENT_YEASTAR_ACTION,
    EVENT_YEASTAR_ACTIVITY,
    EVENT_YEASTAR_CALL,
    EVENT_YEASTAR_CAUGHT_UP,
)
from .devices import device_id_of
from .features.catch_up import CaughtUp
from .pbx.calls.call import CallEvent
from .pbx.reports import Party, PartyKind, Report, Value
from .phonebook.callers import missing_number, shown_caller
from .presentation import activities, describe_caught_up, describe_event, shown
from .runtime import YeastarRuntime

ONLINE = "registered"
REPORTS = "reports"
"""The binary sensors of a phone and of the PBX on whose pages calls are told of."""
MAX_RAW = 2 * 1024
"""Bytes; a larger raw body is left out, since the recorder keeps every event."""
MAX_WHOLE_RAW = 16 * 1024
"""The same, where the option asks for whole reports."""
MAX_PARTIES = 20
"""Those after them are left out, as is the raw body."""
_NUMBERS = re.compile(r"[\d+*#() .-]*")
OF_CALLERS = ("call_from", "call_to")
"""How the names of fields begin that hold what callers show of themselves."""
MAX_FIELD = 256
"""Bytes of a field that stays although the raw body was left out."""


@callback
def fire_report(hass: HomeAssistant, runtime: YeastarRuntime, report: Report) -> None:
    """Fire one `yeastar_event` for a report."""
    parties, limit = report.parties[:MAX_PARTIES], MAX_RAW
    if runtime.entry.options.get(CONF_WHOLE_REPORTS):
        parties, limit = report.parties, MAX_WHOLE_RAW
    is_cut = len(parties) < len(report.parties)
    is_large = is_cut or len(json_bytes(report.raw)) > limit
    fields = {
        key: _tidied(value) if key.startswith(OF_CALLERS) else value
        for key, value in report.fields.items()
        if not is_large or len(json_bytes(value)) <= MAX_FIELD
    }
    data: dict[str, Any] = {
        **fields,
        "entry_id": runtime.entry.entry_id,
        ATTR_DEVICE_ID: device_id_of(runtime, report.extension) or runtime.device_id,
        "serial_number": runtime.serial_number,
        "type": report.type,
        "call_id": report.call_id or None,
        "parties": [_describe_party(runtime, party) for party in parties],
    }
    # A field of the PBX's that has one of these names must not pose as ours.
    data.pop("truncated", None)
    data.pop("raw", None)
    data |= {"truncated": True} if is_large else {"raw": report.raw}
    hass.bus.async_fire(EVENT_YEASTAR, data)


@callback
def fire_call(hass: HomeAssistant, runtime: YeastarRuntime, event: CallEvent) -> None:
    """Fire a `yeastar_call` for what happens to a call as a whole."""
    if event.whole:
        hass.bus.async_fire(
            EVENT_YEASTAR_CALL,
            {
                "entry_id": runtime.entry.entry_id,
                ATTR_DEVICE_ID: runtime.device_id,
                "type": event.type,
                **describe_event(runtime.names, event),
            },
        )


@callback
def fire_activity(
    hass: HomeAssistant, runtime: YeastarRuntime, event: CallEvent
) -> None:
    """Fire a `yeastar_activity` for each line of the logbook about a call.

    The logbook shows an event on the page of the one device and of the one entity that
    it names, so that `yeastar_call` with the device of the PBX is not enough.
    """
    if "logbook" not in hass.config.components:
        return
    entities = er.async_get(hass)
    for line in activities(runtime.names, event):
        key = f"{line.phone}_{ONLINE}" if line.phone else REPORTS
        hass.bus.async_fire(
            EVENT_YEASTAR_ACTIVITY,
            {
                "entry_id": runtime.entry.entry_id,
                ATTR_DEVICE_ID: device_id_of(runtime, line.phone) or runtime.device_id,
                ATTR_ENTITY_ID: entities.async_get_entity_id(
                    Platform.BINARY_SENSOR, DOMAIN, f"{runtime.serial_number}_{key}"
                ),
                "call_id": event.call.call_id,
                "sentence": line.sentence,
                "name": line.name or runtime.entry.title,
                "other": line.other or runtime.entry.title,
                "seconds": line.seconds,
            },
        )


@callback
def fire_caught_up(
    hass: HomeAssistant, runtime: YeastarRuntime, caught_up: CaughtUp
) -> None:
    """Fire a `yeastar_caught_up` for calls that only records tell of."""
    hass.bus.async_fire(
        EVENT_YEASTAR_CAUGHT_UP,
        {
            "entry_id": runtime.entry.entry_id,
            ATTR_DEVICE_ID: runtime.device_id,
            **describe_caught_up(caught_up),
        },
    )


@callback
def fire_action(
    hass: HomeAssistant,
    runtime: YeastarRuntime,
    context: Context,
    extension: str,
    **data: str,
) -> None:
    """Fire a `yeastar_action` for an action that others should know of."""
    hass.bus.async_fire(
        EVENT_YEASTAR_ACTION,
        {
            "entry_id": runtime.entry.entry_id,
            ATTR_DEVICE_ID: device_id_of(runtime, extension) or runtime.device_id,
            "extension": runtime.names.of_inside(extension) or extension,
            **data,
        },
        context=context,
    )


def _tidied(value: Value) -> Value:
    """Return a field without markup; numbers, such as `6200(4002)`, as they are."""
    if isinstance(value, str) and not _NUMBERS.fullmatch(value):
        return shown_caller(value)
    return value


def _describe_party(runtime: YeastarRuntime, party: Party) -> dict[str, Any]:
    """Return a party with what is known of it; what is not is left out."""
    is_extension = party.kind is PartyKind.EXTENSION
    inbound = party.kind is PartyKind.INBOUND
    caller_id = missing_number(party.caller) if inbound else None
    number = shown(party.number, outside=not is_extension)
    hidden = caller_id or is_extension
    described = {
        "kind": party.kind,
        "number": "" if caller_id else number,
        "normalized": None
        if hidden
        else runtime.names.normalized(party.number, outside=True),
        "name": None if caller_id else _name_of(runtime, party),
        "caller_id": caller_id,
        "from": "" if caller_id else shown(party.caller, outside=inbound),
        "to": shown(party.callee, outside=not inbound),
        "trunk": party.trunk,
        "status": party.status,
        "id": party.id,
        ATTR_DEVICE_ID: device_id_of(runtime, party.number) if is_extension else None,
    }
    return {key: value for key, value in described.items() if value}


def _name_of(runtime: YeastarRuntime, party: Party) -> str | None:
    if party.kind is PartyKind.EXTENSION:
        return runtime.names.of_extension(party.number)
    return runtime.names.of_outside(party.number)
