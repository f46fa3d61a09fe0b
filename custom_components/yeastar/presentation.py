"""How a call is described to people: names, times and words, no wire names."""

from datetime import UTC, datetime
from typing import Any

from .coordinator import YeastarCoordinator
from .pbx import CallDirection
from .pbx.calls.model import Call, CallEvent
from .phonebook.numbers import CallerId, missing_number


def describe_call(coordinator: YeastarCoordinator, call: Call) -> dict[str, Any]:
    """Return a living call as attributes and `get_calls` show it."""
    return {
        "call_id": call.call_id,
        "leg_ids": list(call.leg_ids),
        "direction": call.direction,
        **describe_ends(coordinator, call),
        "trunk": call.trunk or None,
        "extensions": list(call.extensions),
        "status": call.status,
        "started": timestamp(call.started),
        "answered": timestamp(call.answered),
    }


def describe_ended(coordinator: YeastarCoordinator, call: Call) -> dict[str, Any]:
    """Return a call that is over as `get_call_log` shows it."""
    return {
        "call_id": call.call_id,
        "direction": call.direction,
        **describe_ends(coordinator, call),
        "name": coordinator.name_of(call.outside_number),
        "trunk": call.trunk or None,
        "extensions": list(call.extensions),
        "answered_by": call.answered_by or None,
        "outcome": call.outcome,
        "missed": call.missed,
        "started": timestamp(call.started),
        "ring_seconds": call.ring_seconds,
        "talk_seconds": call.talk_seconds,
        "recording": call.recording or None,
    }


def describe_event(coordinator: YeastarCoordinator, event: CallEvent) -> dict[str, Any]:
    """Return what happened to a call as event entities and triggers show it."""
    call = event.call
    described = {
        "call_id": call.call_id,
        "direction": call.direction,
        **describe_ends(coordinator, call),
        "trunk": call.trunk,
        "extensions": list(event.extensions),
        "answered_by": call.answered_by,
        "answered_by_name": coordinator.name_of(call.answered_by),
        "outcome": call.outcome,
        "reason": call.reason,
        "key": event.key,
    }
    return {key: value for key, value in described.items() if value}


def describe_ends(coordinator: YeastarCoordinator, call: Call) -> dict[str, Any]:
    """Return who calls whom; `caller_id` tells why a caller has no number."""
    reason = caller_id(call)
    return {
        "from": "" if reason else call.caller,
        "to": call.callee,
        "from_name": coordinator.name_of(call.caller),
        "to_name": coordinator.name_of(call.callee),
        "caller_id": reason,
    }


def name_ends(coordinator: YeastarCoordinator, call: Call) -> tuple[str, str]:
    """Return who calls whom as people are shown it, by name or number."""
    ends = describe_ends(coordinator, call)
    nameless = str(ends["caller_id"] or "?").replace("_", " ")
    return (
        ends["from_name"] or ends["from"] or nameless,
        ends["to_name"] or ends["to"] or "?",
    )


def caller_id(call: Call) -> CallerId | None:
    """Return why a call from outside has no number to call back."""
    inbound = call.direction is CallDirection.INBOUND
    return missing_number(call.caller) if inbound else None


def timestamp(epoch: float | None) -> str | None:
    """Return epoch seconds as ISO 8601 in UTC."""
    if epoch is None:
        return None
    return datetime.fromtimestamp(epoch, UTC).isoformat()
