"""Actions on wake-up calls; their times are the local time of Home Assistant."""

from dataclasses import replace
from datetime import time
from typing import Any

from homeassistant.const import WEEKDAYS
from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..errors import refuse
from ..features.ringing import prompt_names
from ..pbx.interface import Feature
from ..pbx.models import Repeat, WakeUpCall
from ..text_limits import short_text
from .action import (
    ATTR_ATTEMPTS,
    ATTR_EXTENSION,
    ATTR_INTERVAL,
    ATTR_PROMPT,
    ATTR_REPEAT,
    ATTR_TIME,
    Action,
    exact,
    schema,
)
from .request import Request, resolve

MOST_ATTEMPTS = 3
LONGEST_INTERVAL = 60
"""Minutes."""
# Sunday is 0 there, Monday is first here.
_DAYS = {name: (index + 1) % 7 for index, name in enumerate(WEEKDAYS)}
_ALONE = (Repeat.ONCE, Repeat.DAILY)


async def _resolve(call: ServiceCall) -> Request:
    """Return the request, if the PBX has wake-up calls."""
    request = await resolve(call)
    if not request.runtime.can(Feature.WAKE_UP_CALLS):
        refuse("wake_up_calls_unsupported")
    return request


async def _set_wake_up_call(call: ServiceCall) -> ServiceResponse:
    """Set a wake-up call, or change the one there is at that time."""
    request = await _resolve(call)
    extension = request.extension()
    changes = _changes(call.data)
    await request.runtime.wake_ups.async_set(
        extension.number,
        _to_minute(call.data[ATTR_TIME]),
        lambda old: replace(old, **changes),
    )
    return None


async def _get_wake_up_calls(call: ServiceCall) -> ServiceResponse:
    """Return the wake-up calls of an extension, earliest first."""
    request = await _resolve(call)
    found = await request.runtime.wake_ups.async_of(request.extension().number)
    return {
        "wake_up_calls": [
            _describe(item) for item in sorted(found, key=lambda item: item.time)
        ]
    }


async def _delete_wake_up_call(call: ServiceCall) -> ServiceResponse:
    """Delete one wake-up call of an extension, or all of them."""
    request = await _resolve(call)
    extension = request.extension()
    at = _to_minute(call.data[ATTR_TIME]) if ATTR_TIME in call.data else None
    found = await request.runtime.wake_ups.async_delete(extension.number, at)
    if at and not found:
        refuse("wake_up_call_none", extension=extension.name, time=f"{at:%H:%M}")
    return None


def _changes(data: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a wake-up call that were given.

    Raises:
        ServiceValidationError: a weekday stands beside `once` or `daily`, or no
            prompt can have that name.
    """
    changes: dict[str, Any] = {
        key: data[key] for key in (ATTR_ATTEMPTS, ATTR_INTERVAL) if key in data
    }
    if ATTR_PROMPT in data:
        (changes["prompt"],) = prompt_names([data[ATTR_PROMPT]])
    if words := data.get(ATTR_REPEAT):
        if len(words) > 1 and not _DAYS.keys() >= set(words):
            refuse("repeat_alone")
        repeat = Repeat(words[0]) if words[0] in _ALONE else Repeat.WEEKDAYS
        changes["repeat"] = repeat
        changes["weekdays"] = frozenset(
            _DAYS[word] for word in words if repeat is Repeat.WEEKDAYS
        )
    return changes


def _to_minute(value: time) -> time:
    """Return a time as precisely as the PBX has it."""
    return time(value.hour, value.minute)


def _describe(call: WakeUpCall) -> dict[str, Any]:
    """Return a wake-up call in the words of `set_wake_up_call`."""
    return {
        ATTR_TIME: f"{call.time:%H:%M}",
        ATTR_REPEAT: [name for name in WEEKDAYS if _DAYS[name] in call.weekdays]
        if call.repeat is Repeat.WEEKDAYS
        else call.repeat,
        ATTR_ATTEMPTS: call.attempts,
        ATTR_INTERVAL: call.interval,
        ATTR_PROMPT: call.prompt or None,
    }


def _whole(maximum: int) -> vol.All:
    return vol.All(vol.Coerce(int), vol.Range(min=1, max=maximum))


ACTIONS = (
    Action(
        name="set_wake_up_call",
        schema=schema(
            {
                vol.Required(ATTR_EXTENSION): exact,
                vol.Required(ATTR_TIME): cv.time,
                vol.Optional(ATTR_REPEAT): vol.All(
                    cv.ensure_list, [vol.In([*_ALONE, *WEEKDAYS])]
                ),
                vol.Optional(ATTR_ATTEMPTS): _whole(MOST_ATTEMPTS),
                vol.Optional(ATTR_INTERVAL): _whole(LONGEST_INTERVAL),
                vol.Optional(ATTR_PROMPT): short_text,
            }
        ),
        handler=_set_wake_up_call,
    ),
    Action(
        name="get_wake_up_calls",
        schema=schema({vol.Required(ATTR_EXTENSION): exact}),
        handler=_get_wake_up_calls,
        supports_response=SupportsResponse.ONLY,
    ),
    Action(
        name="delete_wake_up_call",
        schema=schema(
            {
                vol.Required(ATTR_EXTENSION): exact,
                vol.Optional(ATTR_TIME): cv.time,
            }
        ),
        handler=_delete_wake_up_call,
    ),
)
