"""Actions that send messages."""

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
import voluptuous as vol

from ..errors import refuse
from ..features.text_messages import sendable
from ..pbx.interface import Feature
from ..text_limits import message_text, short_text
from .action import (
    ATTR_MESSAGE,
    ATTR_NUMBER,
    ATTR_TIMEOUT,
    ATTR_TRUNK,
    ATTR_WAIT_FOR,
    Action,
    exact,
    schema,
    seconds_to_wait,
)
from .request import resolve

ACCEPTED = "accepted"
RESULT = "result"


async def _send_sms(call: ServiceCall) -> ServiceResponse:
    """Send a text message through a GSM trunk."""
    request = await resolve(call)
    request.require_control_of_any()
    request.require_outside()
    waits = call.data[ATTR_WAIT_FOR] != ACCEPTED
    if waits and not request.runtime.can(Feature.SMS_RESULT):
        refuse("sms_result_unsupported")
    number = request.sms_number()
    messages = request.runtime.text_messages
    message, trunk = sendable(call.data[ATTR_MESSAGE]), request.trunk()
    if not waits:
        sms_id = await messages.async_send(number, message, trunk)
        return {"sms_id": sms_id, "message": message}
    sms_id, sent = await messages.async_send_and_wait(
        number, message, trunk, call.data[ATTR_TIMEOUT]
    )
    result = "delivered" if sent else "failed"
    return {"sms_id": sms_id, "message": message, "result": result}


ACTIONS = (
    Action(
        name="send_sms",
        schema=schema(
            {
                vol.Required(ATTR_NUMBER): exact,
                vol.Required(ATTR_MESSAGE): message_text,
                vol.Optional(ATTR_TRUNK): short_text,
                vol.Optional(ATTR_WAIT_FOR, default=ACCEPTED): vol.In(
                    [ACCEPTED, RESULT]
                ),
                vol.Optional(ATTR_TIMEOUT, default=60): seconds_to_wait,
            }
        ),
        handler=_send_sms,
        supports_response=SupportsResponse.OPTIONAL,
    ),
)
