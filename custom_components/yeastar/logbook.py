"""Lines of the logbook: who listened to whom, who opened whose microphone."""

from collections.abc import Callable
from typing import Any

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ICON,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.core import Event, HomeAssistant, callback

from .const import DOMAIN, EVENT_YEASTAR_ACTION

_MODES = {
    "listen": "listens to the call of",
    "whisper": "speaks to",
    "barge_in": "joins the call of",
}


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event], dict[str, Any]]], None],
) -> None:
    """Describe the events of actions that others should know of."""
    async_describe_event(DOMAIN, EVENT_YEASTAR_ACTION, _describe)


@callback
def _describe(event: Event) -> dict[str, Any]:
    data = event.data
    asked_by = data.get("asked_by") or "an automation"
    extension = data["extension"]
    if mode := data.get("mode"):
        name = data["supervisor"]
        message = f"{_MODES[mode]} {extension}, asked by {asked_by}"
        icon = "mdi:headset"
    else:
        name = extension
        message = f"shall answer by itself ({data['action']}), asked by {asked_by}"
        icon = "mdi:microphone-message"
    return {
        LOGBOOK_ENTRY_NAME: name,
        LOGBOOK_ENTRY_MESSAGE: message,
        LOGBOOK_ENTRY_ICON: icon,
    }
