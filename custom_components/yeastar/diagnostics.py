"""Diagnostics of a PBX, fit to be shown in public.

Only the numbers of the PBX's extensions are left of people: names are not
there, and of outside numbers the last two digits are, by which their owner can
tell them apart.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
import re
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_PASSWORD, CONF_USERNAME, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import AnyDeviceEntry

from .const import CONF_SMS_TRUNK
from .devices import extension_identifier, trunk_identifier
from .pbx.calls.call import Call
from .pbx.models import Extension, Trunk
from .presentation import timestamp
from .runtime import YeastarConfigEntry, YeastarRuntime

TO_REDACT = {CONF_PASSWORD, CONF_USERNAME, CONF_WEBHOOK_ID, CONF_SMS_TRUNK}
# A trunk is often named by its number or account; `SIP-142` is neither.
_LONG_NUMBER = re.compile(r"\d{5,}")


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: YeastarConfigEntry
) -> dict[str, Any]:
    """Return what is known of a PBX and of our session with it."""
    # Diagnostics are wanted most where setup failed.
    runtime: YeastarRuntime | None = getattr(entry, "runtime_data", None)
    return {
        "entry": {
            "state": entry.state.value,
            "reason": entry.reason,
            "data": async_redact_data(entry.data, TO_REDACT),
            "options": async_redact_data(entry.options, TO_REDACT),
            "subentries": Counter(
                subentry.subentry_type for subentry in entry.subentries.values()
            ),
        },
        **(_pbx(runtime) if runtime else {}),
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: YeastarConfigEntry, device: AnyDeviceEntry
) -> dict[str, Any]:
    """Return what is known of an extension, of a trunk or of the PBX."""
    runtime: YeastarRuntime | None = getattr(entry, "runtime_data", None)
    if runtime:
        for number, extension in runtime.inventory.extensions.items():
            if extension_identifier(runtime, number) in device.identifiers:
                return _extension_with_calls(runtime, extension)
        for name, trunk in runtime.inventory.trunks.items():
            if trunk_identifier(runtime, name) in device.identifiers:
                return {"trunk": _trunk(trunk)}
    return await async_get_config_entry_diagnostics(hass, entry)


def _pbx(runtime: YeastarRuntime) -> dict[str, Any]:
    pbx, coordinator = runtime.pbx, runtime.coordinator
    device = pbx.inventory.device
    interval, error = coordinator.update_interval, coordinator.last_exception
    return {
        "device": {
            "family": pbx.family,
            "model": device.model or device.name,
            "hardware": device.hardware_version,
            "firmware": device.firmware_version,
            "last_restart": pbx.inventory.last_restart,
        }
        if device
        else None,
        "session": {
            "logged_in": pbx.logged_in,
            "idle_seconds": round(pbx.idle_seconds) if pbx.logged_in else None,
            "locked_seconds": round(pbx.locked_seconds),
        },
        "polls": {
            "seconds": interval.total_seconds() if interval else None,
            "last_one_worked": runtime.is_available,
            "failures": coordinator.failures,
            "last_error": repr(error.__cause__ or error) if error else None,
        },
        "reports": {
            "arrive": runtime.health.works,
            **asdict(runtime.report_counts),
        },
        "extensions": [_extension(item) for item in pbx.inventory.extensions.values()],
        "trunks": [_trunk(item) for item in pbx.inventory.trunks.values()],
        "calls": [_call(runtime, call) for call in runtime.calls.living.values()],
        "call_log": _outcomes(runtime.calls.log.values()),
        "call_records": {
            "read_until": timestamp(runtime.call_log.complete_until),
            "firmware_without": runtime.call_log.firmware_without_records or None,
        },
    }


def _extension_with_calls(
    runtime: YeastarRuntime, extension: Extension
) -> dict[str, Any]:
    number = extension.number
    return {
        "extension": _extension(extension),
        "calls": [_call(runtime, call) for call in runtime.calls.of_extension(number)],
        "call_log": _outcomes(
            call for call in runtime.calls.log.values() if number in call.extensions
        ),
    }


def _extension(extension: Extension) -> dict[str, Any]:
    described = asdict(extension)
    del described["name"]
    return described


def _trunk(trunk: Trunk) -> dict[str, Any]:
    return {**asdict(trunk), "name": _masked_digits(trunk.name)}


def _call(runtime: YeastarRuntime, call: Call) -> dict[str, Any]:
    return {
        "call_id": call.call_id,
        "leg_ids": call.leg_ids,
        "direction": call.direction,
        "from": _masked(runtime, call.caller),
        "to": _masked(runtime, call.callee),
        "trunk": _masked_digits(call.trunk),
        "extensions": call.extensions,
        "rang": call.rang,
        "answered_by": _masked(runtime, call.answered_by),
        "status": call.status,
        "started": timestamp(call.started),
        "answered": timestamp(call.answered),
    }


def _outcomes(calls: Iterable[Call]) -> dict[str, int]:
    counts = Counter(str(call.outcome) for call in calls)
    return {"size": counts.total(), **counts}


def _masked(runtime: YeastarRuntime, number: str) -> str:
    """Return the number of an extension as it is, of others the last two digits."""
    parts = runtime.destinations.by_number or {}
    if number in runtime.inventory.extensions or number in parts:
        return number
    shown = number[-2:] if len(number) > 4 else ""
    return "*" * (len(number) - len(shown)) + shown


def _masked_digits(name: str) -> str:
    return _LONG_NUMBER.sub(
        lambda match: "*" * (len(match[0]) - 2) + match[0][-2:], name
    )
