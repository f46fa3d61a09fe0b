"""How calls and messages are presented to people: names, times and words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_cached_translations

from .const import DOMAIN
from .features.catch_up import CaughtUp
from .pbx.calls.call import Call, CallEvent, CallEventType, Outcome
from .pbx.models import Voicemail
from .pbx.reports import Report
from .phonebook.callers import CallerId, missing_number, shown_caller
from .phonebook.names import Names


def describe_call(names: Names, call: Call) -> dict[str, Any]:
    """Return a living call as attributes and `get_calls` show it."""
    return {
        "call_id": call.call_id,
        "leg_ids": list(call.leg_ids),
        "direction": call.direction,
        **describe_ends(names, call),
        "called_number": call.called_number or None,
        "trunk": call.trunk or None,
        **describe_queue(names, call),
        "extensions": list(call.extensions),
        "status": call.status,
        "started": timestamp(call.started),
        "answered": timestamp(call.answered),
    }


def describe_ended(names: Names, call: Call, *, returned: bool) -> dict[str, Any]:
    """Return a finished call as `get_call_log` shows it."""
    ends = describe_ends(names, call)
    return {
        "call_id": call.call_id,
        "direction": call.direction,
        **ends,
        "name": ends["from_name" if call.is_inbound else "to_name"],
        "called_number": call.called_number or None,
        "trunk": call.trunk or None,
        **describe_queue(names, call),
        "extensions": list(call.extensions),
        "answered_by": call.answered_by or None,
        "outcome": call.outcome,
        "missed": call.missed,
        "while_away": call.while_away,
        "returned": returned,
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
        **describe_queue(names, call),
        "extensions": list(event.extensions),
        "answered_by": call.answered_by,
        "answered_by_name": names.of_answerer(call),
        "outcome": call.outcome,
        "reason": call.reason,
        "key": event.key,
    }
    return {key: value for key, value in described.items() if value}


def describe_ends(names: Names, call: Call) -> dict[str, Any]:
    """Return who calls whom; `caller_id` tells why a caller has no number.

    The normalized numbers are what all forms of a number have in common.
    """
    reason = caller_id(call)
    outside = call.caller_is_outside
    return {
        "from": "" if reason else shown(call.caller, outside=outside),
        "to": shown(call.callee, outside=call.callee_is_outside),
        "from_name": None if reason else names.of_caller(call),
        "to_name": names.of_callee(call),
        "from_normalized": (
            None if reason else names.normalized(call.caller, outside=outside)
        ),
        "to_normalized": names.normalized(call.callee, outside=call.callee_is_outside),
        "caller_id": reason,
    }


def describe_queue(names: Names, call: Call) -> dict[str, str]:
    """Return the queue that a call came through, nothing if it came through none."""
    queue = names.queue_of(call)
    return {"queue": queue.number, "queue_name": queue.name} if queue else {}


def shown(number: str, *, outside: bool) -> str:
    """Return a number as it is shown; what is outside may be an address or words."""
    return shown_caller(number) if outside else number


def name_ends(names: Names, call: Call) -> tuple[str, str]:
    """Return who talked with whom, or called whom, by name or number.

    The first is a `CallerId` of a caller without a number, and empty if the PBX called.
    """
    return caller_of(names, call), answerer_of(names, call) or callee_of(names, call)


def caller_of(names: Names, call: Call) -> str:
    """Return who called, by name or number; see `name_ends`."""
    return (
        caller_id(call)
        or names.of_caller(call)
        or shown(call.caller, outside=call.caller_is_outside)
    )


def callee_of(names: Names, call: Call) -> str:
    """Return who was called, by name or number."""
    return names.of_callee(call) or shown(call.callee, outside=call.callee_is_outside)


def answerer_of(names: Names, call: Call) -> str:
    """Return who answered, by name or number; empty if the call was not answered."""
    return names.of_answerer(call) or shown(
        call.answered_by, outside=call.answered_by not in call.extensions
    )


def caller_id(call: Call) -> CallerId | None:
    """Return why a call from outside has no number to call back."""
    return missing_number(call.caller) if call.is_inbound else None


def describe_caught_up(caught_up: CaughtUp) -> dict[str, Any]:
    """Return how many calls Home Assistant did not see, and when it did not."""
    return {
        "reason": caught_up.reason,
        "calls": caught_up.calls,
        "missed": caught_up.missed,
        "since": timestamp(caught_up.since),
        "until": timestamp(caught_up.until),
    }


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


def describe_voicemail(names: Names, message: Voicemail) -> dict[str, Any]:
    """Return a message in a mailbox as entities and actions show it."""
    reason = missing_number(message.caller)
    return {
        "message_id": message.id,
        "from": "" if reason else message.caller,
        "from_name": names.of_inside(message.caller) or message.name or None,
        "caller_id": reason,
        "received": message.received,
        "duration": message.duration,
        "read": message.is_read,
    }


class Sentence(StrEnum):
    """What the logbook says of a call; the texts have the same names."""

    CALLED = "called"
    ANSWERED = "answered"
    TALKED = "talked"
    MISSED = "missed"
    NOT_REACHED = "not_reached"
    BUSY = "busy"
    NOT_PICKED_UP = "not_picked_up"
    NO_PERMISSION = "no_permission"
    REFUSED = "refused"
    TRANSFERRED = "transferred"
    VOICEMAIL = "voicemail"


_UNANSWERED = {
    Outcome.BUSY: Sentence.BUSY,
    Outcome.CALLER_NO_ANSWER: Sentence.NOT_PICKED_UP,
    Outcome.NO_PERMISSION: Sentence.NO_PERMISSION,
    Outcome.TRANSFERRED: Sentence.TRANSFERRED,
    Outcome.VOICEMAIL: Sentence.VOICEMAIL,
}
MANY_PHONES = 5
"""More phones of a group miss a call in one line, not in one line each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One line of the logbook about a call.

    Attributes:
        phone: the extension on whose page it stands, empty for that of the PBX.
        name: the subject, empty for the PBX; may be a `CallerId`, like `other`.
        seconds: how long they talked.
    """

    sentence: Sentence
    phone: str = ""
    name: str
    other: str
    seconds: int = 0


def activities(names: Names, event: CallEvent) -> Iterable[Activity]:
    """Return the lines about a step of a call: it begins, is answered, is over."""
    call = event.call
    if not event.whole:
        return
    caller = caller_of(names, call)
    match event.type:
        case CallEventType.STARTED | CallEventType.RECEIVED:
            yield Activity(
                sentence=Sentence.CALLED,
                phone=_first_phone(call, call.calling_extension, call.callee),
                name=caller,
                other=callee_of(names, call),
            )
        case CallEventType.ANSWERED:
            yield Activity(
                sentence=Sentence.ANSWERED,
                phone=_first_phone(call, call.answered_by, call.calling_extension),
                name=answerer_of(names, call),
                other=caller,
            )
        case CallEventType.ENDED:
            yield from _end(names, call)


def _end(names: Names, call: Call) -> Iterable[Activity]:
    """Return the lines about the end of a call."""
    caller, callee = name_ends(names, call)
    if call.outcome is Outcome.ANSWERED:
        talker, other = (callee, caller) if call.is_inbound else (caller, callee)
        yield Activity(
            sentence=Sentence.TALKED,
            phone=_first_phone(call, call.answered_by, call.calling_extension)
            if call.is_inbound
            else _first_phone(call, call.calling_extension, call.answered_by),
            name=talker,
            other=other,
            seconds=call.talk_seconds,
        )
    elif call.missed or (call.outcome is Outcome.NO_ANSWER and call.rang):
        phones = call.rang or (_first_phone(call, call.callee),)
        for phone in phones if len(phones) <= MANY_PHONES else ("",):
            yield Activity(
                sentence=Sentence.MISSED,
                phone=phone,
                name=names.of_inside(phone) or phone,
                other=caller,
            )
    elif call.outcome:
        yield Activity(
            sentence=Sentence.REFUSED
            if call.is_inbound and call.outcome is Outcome.REFUSED
            else _UNANSWERED.get(call.outcome, Sentence.NOT_REACHED),
            phone=_first_phone(call, call.calling_extension, call.callee, *call.rang),
            name=caller,
            other=callee,
        )


def _first_phone(call: Call, *numbers: str) -> str:
    """Return the first of some numbers that is an extension in the call."""
    return next((number for number in numbers if number in call.extensions), "")


def text(hass: HomeAssistant, key: str, **words: str) -> str:
    """Return a text in the language of Home Assistant, filled in with words."""
    return _translated(hass, "common", (key,)).format_map(words)


def word(hass: HomeAssistant, *path: str) -> str:
    """Return a word that entities show, in the language of Home Assistant."""
    return _translated(hass, "entity", path)


def choice(hass: HomeAssistant, selector: str, option: str) -> str:
    """Return the name of an option of a selector, in the language of Home Assistant."""
    return _translated(hass, "selector", (selector, "options", option))


def _translated(hass: HomeAssistant, category: str, path: tuple[str, ...]) -> str:
    """Return a translation; the end of its path until translations are loaded."""
    texts = async_get_cached_translations(hass, hass.config.language, category, DOMAIN)
    key = ".".join(("component", DOMAIN, category, *path))
    return texts.get(key, path[-1])


def who(hass: HomeAssistant, name: str) -> str:
    """Return the name or number of a party, in words if there is neither."""
    if name in CallerId:
        return word(hass, "sensor", "connected_party", "state", name)
    return name


def duration(seconds: int) -> str:
    """Return how long a call was, in units that all languages share."""
    if seconds < 60:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def timestamp(epoch: float | None) -> str | None:
    """Return epoch seconds as ISO 8601 in UTC."""
    if epoch is None:
        return None
    return datetime.fromtimestamp(epoch, UTC).isoformat()
