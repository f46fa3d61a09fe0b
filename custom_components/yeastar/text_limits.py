"""Limits the length of every text that a user, an automation or a language model sends."""

from typing import Any, Final

from homeassistant.helpers import config_validation as cv
import voluptuous as vol

MAX_TEXT: Final = 255
"""Characters of a name, a number or an id; no state of Home Assistant is longer."""
MAX_SAID: Final = 100
"""Characters of a name that was spoken or typed to an assistant."""
MAX_MESSAGE: Final = 10_000
"""Characters of a message before anything else looks at it."""
MAX_ITEMS: Final = 1000
"""Items of a list, more than a PBX has extensions."""

short_text = vol.All(cv.string, vol.Length(max=MAX_TEXT))
message_text = vol.All(cv.string, vol.Length(max=MAX_MESSAGE))
bounded_list = vol.All(cv.ensure_list, vol.Length(max=MAX_ITEMS))


def is_too_long(value: Any) -> bool:
    """Return whether a spoken text is longer than any name or time."""
    return isinstance(value, str) and len(value) > MAX_SAID
