"""Actions that send messages."""

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..errors import translated_errors
from .action import ATTR_MESSAGE, ATTR_NUMBER, ATTR_TRUNK, Action, exact, schema
from .resolve import refuse, resolve

MAX_MESSAGE = 2000
"""Characters before encoding (API guide, Send Text Messages)."""


async def _send_sms(call: ServiceCall) -> ServiceResponse:
    """Send a text message through a GSM trunk."""
    request = await resolve(call)
    request.require_outside()
    trunk = request.gsm_trunk(request.text(ATTR_TRUNK))
    number = request.number()
    message = call.data[ATTR_MESSAGE]
    if not message.strip():
        refuse("message_empty")
    if len(message) > MAX_MESSAGE:
        refuse("message_too_long", length=str(len(message)), limit=str(MAX_MESSAGE))
    # The PBX takes no emoji; nearly all of them are beyond the basic plane.
    if emoji := next((letter for letter in message if ord(letter) > 0xFFFF), None):
        refuse("message_emoji", emoji=emoji)
    with translated_errors(request.coordinator):
        sms_id = await request.coordinator.client.send_sms(trunk.name, number, message)
    return {"sms_id": sms_id}


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
