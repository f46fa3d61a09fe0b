"""Lines of the logbook, in the language of Home Assistant: who called whom, who asked."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ICON,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.core import Event, HomeAssistant, callback

from .const import (
    DOMAIN,
    EVENT_YEASTAR_ACTION,
    EVENT_YEASTAR_ACTIVITY,
    EVENT_YEASTAR_CAUGHT_UP,
)
from .pbx.models import MonitorMode
from .presentation import Sentence, duration, text, who

_SENTENCES = {
    Sentence.CALLED: "phone-ring",
    Sentence.ANSWERED: "phone-in-talk",
    Sentence.TALKED: "phone-hangup",
    Sentence.MISSED: "phone-missed",
}
_MODES = {
    MonitorMode.LISTEN: "listened",
    MonitorMode.WHISPER: "whispered",
    MonitorMode.BARGE_IN: "joined",
}
_TASKS = {
    "dial": "phone-outgoing",
    "hang_up": "phone-hangup",
    "ring": "phone-ring",
    "send_sms": "phone-message",
    "set_do_not_disturb": "phone-off",
    "transfer": "phone-forward",
}


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event], dict[str, Any]]], None],
) -> None:
    """Describe what happens to calls, and actions that others should know of."""
    async_describe_event(
        DOMAIN, EVENT_YEASTAR_ACTIVITY, partial(_describe_activity, hass)
    )
    async_describe_event(DOMAIN, EVENT_YEASTAR_ACTION, partial(_describe_action, hass))
    async_describe_event(
        DOMAIN, EVENT_YEASTAR_CAUGHT_UP, partial(_describe_caught_up, hass)
    )


@callback
def _describe_caught_up(hass: HomeAssistant, event: Event) -> dict[str, Any]:
    data = event.data
    entry = hass.config_entries.async_get_entry(data["entry_id"])
    message = text(
        hass,
        "activity_caught_up",
        calls=str(data["calls"]),
        missed=str(data["missed"]),
    )
    return _line(entry.title if entry else DOMAIN, message, "phone-clock")


@callback
def _describe_activity(hass: HomeAssistant, event: Event) -> dict[str, Any]:
    data = event.data
    sentence = data["sentence"]
    message = text(
        hass,
        f"activity_{sentence}",
        other=who(hass, data["other"]),
        time=duration(data["seconds"]),
    )
    return _line(
        who(hass, data["name"]), message, _SENTENCES.get(sentence, "phone-alert")
    )


@callback
def _describe_action(hass: HomeAssistant, event: Event) -> dict[str, Any]:
    data = event.data
    extension = data["extension"]
    if via := data.get("via"):
        asked_by = data.get("asked_by") or text(hass, "activity_somebody")
        task = text(hass, f"activity_task_{_task(data)}", other=data.get("callee", ""))
        message = text(hass, f"activity_by_{via}", who=asked_by, task=task)
        return _line(extension, message, _TASKS[data["action"]])
    asked_by = data.get("asked_by") or text(hass, "activity_automation")
    if mode := data.get("mode"):
        message = text(hass, f"activity_{_MODES[mode]}", other=extension, who=asked_by)
        return _line(data["supervisor"], message, "headset")
    message = text(hass, "activity_auto_answered", who=asked_by)
    return _line(extension, message, "microphone-message")


def _task(data: Mapping[str, Any]) -> str:
    if data["action"] == "set_do_not_disturb":
        return f"do_not_disturb_{data['quiet']}"
    return str(data["action"])


def _line(name: str, message: str, icon: str) -> dict[str, Any]:
    return {
        LOGBOOK_ENTRY_NAME: name,
        LOGBOOK_ENTRY_MESSAGE: message,
        LOGBOOK_ENTRY_ICON: f"mdi:{icon}",
    }
