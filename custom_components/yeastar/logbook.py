"""Lines of the logbook: who called whom, who listened to whom."""

from collections.abc import Callable
from typing import Any

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ICON,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.core import Event, HomeAssistant, callback

from .const import DOMAIN, EVENT_YEASTAR_ACTION, EVENT_YEASTAR_CALL
from .pbx.calls.call import CallEventType
from .phonebook.numbers import CallerId

_MODES = {
    "listen": "listens to the call of",
    "whisper": "speaks to",
    "barge_in": "joins the call of",
}
_TASKS = {
    "dial": ("call {callee}", "outgoing"),
    "hang_up": ("hang up", "hangup"),
    "ring": ("ring", "ring"),
    "send_sms": ("get a text message", "message"),
    "set_do_not_disturb": ("be quiet: {quiet}", "off"),
    "transfer": ("hand its call over to {callee}", "forward"),
}
_WAYS = {"llm": "through a language model", "voice": "by voice"}
_NAMELESS: dict[str, str] = {
    CallerId.WITHHELD: "Withheld number",
    CallerId.UNKNOWN_NUMBER: "Unknown number",
}


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event], dict[str, Any]]], None],
) -> None:
    """Describe what happens to calls, and actions that others should know of."""
    async_describe_event(DOMAIN, EVENT_YEASTAR_ACTION, _describe_action)
    async_describe_event(DOMAIN, EVENT_YEASTAR_CALL, _describe_call)


@callback
def _describe_call(event: Event) -> dict[str, Any]:
    data = event.data
    caller = (
        data.get("from_name")
        or data.get("from")
        or _NAMELESS.get(data.get("caller_id", ""), "Somebody")
    )
    called = data.get("to_name") or data.get("to") or "somebody"
    answerer = data.get("answered_by_name") or data.get("answered_by") or called
    name, message, icon = {
        CallEventType.STARTED: (caller, f"calls {called}", "outgoing"),
        CallEventType.RECEIVED: (caller, f"calls {called}", "incoming"),
        CallEventType.ANSWERED: (answerer, f"answered {caller}", "in-talk"),
        CallEventType.MISSED: (called, f"missed a call of {caller}", "missed"),
        CallEventType.FAILED: (caller, f"could not reach {called}", "alert"),
        CallEventType.TRANSFERRED: (caller, "was transferred", "forward"),
        CallEventType.KEY_PRESSED: (caller, f"pressed {data.get('key')}", "dial"),
    }.get(data["type"], (caller, f"and {called} ended their call", "hangup"))
    return {
        LOGBOOK_ENTRY_NAME: name,
        LOGBOOK_ENTRY_MESSAGE: message,
        LOGBOOK_ENTRY_ICON: f"mdi:phone-{icon}",
    }


@callback
def _describe_action(event: Event) -> dict[str, Any]:
    data = event.data
    asked_by = data.get("asked_by") or "an automation"
    extension = data["extension"]
    if mode := data.get("mode"):
        name = data["supervisor"]
        message = f"{_MODES[mode]} {extension}, asked by {asked_by}"
        icon = "mdi:headset"
    elif via := data.get("via"):
        name = extension
        task, kind = _TASKS[data["action"]]
        who = data.get("asked_by") or "somebody"
        message = f"shall {task.format_map(data)}, asked by {who} {_WAYS[via]}"
        icon = f"mdi:phone-{kind}"
    else:
        name = extension
        message = f"shall answer by itself ({data['action']}), asked by {asked_by}"
        icon = "mdi:microphone-message"
    return {
        LOGBOOK_ENTRY_NAME: name,
        LOGBOOK_ENTRY_MESSAGE: message,
        LOGBOOK_ENTRY_ICON: icon,
    }
