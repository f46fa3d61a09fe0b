"""How a call is described to people: names, times and words, no wire names."""

from datetime import UTC, datetime
from typing import Any

from .calls import Call
from .coordinator import YeastarCoordinator


def describe_call(coordinator: YeastarCoordinator, call: Call) -> dict[str, Any]:
    """Return a living call as attributes and `get_calls` show it."""
    return {
        "call_id": call.call_id,
        "leg_ids": list(call.leg_ids),
        "direction": call.direction,
        "from": call.caller,
        "to": call.callee,
        "from_name": coordinator.name_of(call.caller),
        "to_name": coordinator.name_of(call.callee),
        "trunk": call.trunk or None,
        "extensions": list(call.extensions),
        "status": call.status,
        "started": timestamp(call.started),
        "answered": timestamp(call.answered),
    }


def timestamp(epoch: float | None) -> str | None:
    """Return epoch seconds as ISO 8601 in UTC."""
    if epoch is None:
        return None
    return datetime.fromtimestamp(epoch, UTC).isoformat()
