"""What an action is, and the fields that several actions share."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
import voluptuous as vol

from ..text_limits import short_text

ATTR_ATTEMPTS: Final = "attempts"
ATTR_AUTO_ANSWER: Final = "auto_answer"
ATTR_CALL_ID: Final = "call_id"
ATTR_EXTENSION: Final = "extension"
ATTR_FIRST_NUMBER: Final = "first_number"
ATTR_INTERVAL: Final = "interval"
ATTR_IVR: Final = "ivr"
ATTR_MAILBOX: Final = "mailbox"
ATTR_MESSAGE: Final = "message"
ATTR_MESSAGE_ID: Final = "message_id"
ATTR_MODE: Final = "mode"
ATTR_NUMBER: Final = "number"
ATTR_PERMISSION_OF: Final = "permission_of"
ATTR_PROMPT: Final = "prompt"
ATTR_PROMPTS: Final = "prompts"
ATTR_QUEUE: Final = "queue"
ATTR_REPEAT: Final = "repeat"
ATTR_RING_GROUP: Final = "ring_group"
ATTR_SECOND_NUMBER: Final = "second_number"
ATTR_SECONDS: Final = "seconds"
ATTR_SLOT: Final = "slot"
ATTR_STEP: Final = "step"
ATTR_SUPERVISOR: Final = "supervisor"
ATTR_TIME: Final = "time"
ATTR_TIMEOUT: Final = "timeout"
ATTR_TO: Final = "to"
ATTR_TRUNK: Final = "trunk"
ATTR_WAIT_FOR: Final = "wait_for"


def exact(value: object) -> str | float:
    """Accept text and numbers, but leave a float as it is, to be refused in words.

    YAML reads `1495700976.270` as a float, and its last digit is gone by then.
    """
    if isinstance(value, float):
        return value
    text: str = short_text(value)
    return text


seconds_to_wait = vol.All(vol.Coerce(float), vol.Range(min=1, max=3600))


def schema(fields: Mapping[vol.Marker, Any]) -> vol.Schema:
    """Return the schema of an action; every one may name the PBX."""
    return vol.Schema({vol.Optional(ATTR_CONFIG_ENTRY_ID): short_text, **fields})


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action: its name, what it takes, what it does and what it answers."""

    name: str
    schema: vol.Schema
    handler: Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]
    supports_response: SupportsResponse = SupportsResponse.NONE
