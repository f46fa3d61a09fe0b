"""How calls and messages are presented to people: names, times and words."""

from datetime import UTC, datetime
from typing import Any

from .pbx.calls.call import Call, CallEvent
from .pbx.reports import Report
from .phonebook.names import Names
from .phonebook.numbers import CallerId, missing_number


def describe_call(names: Names, call: Call) -> dict[str, Any]:
    """Return a living call as attributes and `get_calls` show it."""
    return {
        "call_id": call.call_id,
        "leg_ids": list(call.leg_ids),
        "direction": call.direction,
        **describe_ends(names, call),
        "called_number": call.called_number or None,
        "trunk": call.trunk or None,
        "extensions": list(call.extensions),
        "status": call.status,
        "started": timestamp(call.started),
        "answered": timestamp(call.answered),
    }


def describe_ended(names: Names, call: Call) -> dict[str, Any]:
    """Return a finished call as `get_call_log` shows it."""
    outside = names.of_caller(call) if call.is_inbound else names.of_callee(call)
    return {
        "call_id": call.call_id,
        "direction": call.direction,
        **describe_ends(names, call),
        "name": outside,
        "called_number": call.called_number or None,
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


def describe_event(names: Names, event: CallEvent) -> dict[str, Any]:
    """Return what happened to a call as event entities and triggers show it."""
    call = event.call
    described = {
        "call_id": call.call_id,
        "direction": call.direction,
        **describe_ends(names, call),
        "called_number": call.called_number,
        "trunk": call.trunk,
        "extensions": list(event.extensions),
        "answered_by": call.answered_by,
        "answered_by_name": names.of_answerer(call),
        "outcome": call.outcome,
        "reason": call.reason,
        "key": event.key,
    }
    return {key: value for key, value in described.items() if value}


def describe_ends(names: Names, call: Call) -> dict[str, Any]:
    """Return who calls whom; `caller_id` tells why a caller has no number."""
    reason = caller_id(call)
    return {
        "from": "" if reason else call.caller,
        "to": call.callee,
        "from_name": names.of_caller(call),
        "to_name": names.of_callee(call),
        "caller_id": reason,
    }


def name_ends(names: Names, call: Call) -> tuple[str, str]:
    """Return who calls whom as people are shown it, by name or number."""
    ends = describe_ends(names, call)
    nameless = str(ends["caller_id"] or "?").replace("_", " ")
    return (
        ends["from_name"] or ends["from"] or nameless,
        ends["to_name"] or ends["to"] or "?",
    )


def caller_id(call: Call) -> CallerId | None:
    """Return why a call from outside has no number to call back."""
    return missing_number(call.caller) if call.is_inbound else None


def describe_sms(names: Names, report: Report) -> dict[str, Any]:
    """Return which text message a report of type sms_result is about.

    An id is the number, a dash and the time (API guide, Send Text Messages).
    """
    sms_id = report.word("sms_id")
    number = sms_id.rpartition("-")[0]
    described = {
        "sms_id": sms_id,
        "number": number,
        "name": names.of_outside(number),
    }
    return {key: value for key, value in described.items() if value}


def timestamp(epoch: float | None) -> str | None:
    """Return epoch seconds as ISO 8601 in UTC."""
    if epoch is None:
        return None
    return datetime.fromtimestamp(epoch, UTC).isoformat()
