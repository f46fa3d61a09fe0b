"""Actions that send messages."""

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..sms import send_sms
from .action import ATTR_MESSAGE, ATTR_NUMBER, ATTR_TRUNK, Action, exact, schema
from .resolve import resolve


async def _send_sms(call: ServiceCall) -> ServiceResponse:
    """Send a text message through a GSM trunk."""
    request = await resolve(call)
    request.require_outside()
    number = request.number()
    sms_id = await send_sms(
        request.coordinator,
        number,
        call.data[ATTR_MESSAGE],
        request.text(ATTR_TRUNK),
    )
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
