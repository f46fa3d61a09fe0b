"""Actions that send messages."""

import unicodedata

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..errors import translated_errors
from .action import ATTR_MESSAGE, ATTR_NUMBER, ATTR_TRUNK, Action, exact, schema
from .resolve import refuse, resolve

MAX_MESSAGE = 2000
"""Characters before encoding (API guide, Send Text Messages)."""

# Emoji of the basic plane: clocks and keys of players, weather, signs and dingbats,
# arrows and squares, what makes an emoji of a digit or a sign. Letters and signs
# that are text by themselves, as the copyright sign, stay allowed.
_EMOJI = (
    range(0x20E3, 0x20E4),
    range(0x231A, 0x231C),
    range(0x2328, 0x2329),
    range(0x23CF, 0x23D0),
    range(0x23E9, 0x23FB),
    range(0x25FB, 0x25FF),
    range(0x2600, 0x27C0),
    range(0x2934, 0x2936),
    range(0x2B05, 0x2B08),
    range(0x2B1B, 0x2B1D),
    range(0x2B50, 0x2B51),
    range(0x2B55, 0x2B56),
    range(0xFE0E, 0xFE10),
    range(0x10000, 0x110000),
)


async def _send_sms(call: ServiceCall) -> ServiceResponse:
    """Send a text message through a GSM trunk."""
    request = await resolve(call)
    request.require_outside()
    number = request.number()
    message = call.data[ATTR_MESSAGE]
    if not message.strip():
        refuse("message_empty")
    if len(message) > MAX_MESSAGE:
        refuse("message_too_long", length=str(len(message)), limit=str(MAX_MESSAGE))
    if emoji := next(filter(_is_emoji, message), None):
        name = unicodedata.name(emoji, "unnamed").lower()
        refuse("message_emoji", emoji=emoji, name=f"{name}, U+{ord(emoji):04X}")
    trunk = await request.gsm_trunk(request.text(ATTR_TRUNK))
    with translated_errors(request.coordinator):
        sms_id = await request.coordinator.client.send_sms(trunk.name, number, message)
    request.coordinator.async_ask_soon()
    return {"sms_id": sms_id}


def _is_emoji(letter: str) -> bool:
    return any(ord(letter) in letters for letters in _EMOJI)


ACTIONS = (
    Action(
        name="send_sms",
        schema=schema(
            {
                vol.Required(ATTR_NUMBER): exact,
                vol.Required(ATTR_MESSAGE): cv.string,
                vol.Optional(ATTR_TRUNK): cv.string,
            }
        ),
        handler=_send_sms,
        supports_response=SupportsResponse.OPTIONAL,
    ),
)
