"""The action that forwards the calls of an extension."""

from homeassistant.core import ServiceCall, ServiceResponse
import voluptuous as vol

from ..errors import refuse
from ..pbx.interface import Feature
from ..pbx.models import ForwardTo, ForwardWhen
from .action import ATTR_EXTENSION, ATTR_NUMBER, Action, exact, schema
from .request import Request, resolve

ATTR_RING_TIMEOUT = "ring_timeout"
ATTR_TO = "to"
ATTR_WHEN = "when"


async def _set_forwarding(call: ServiceCall) -> ServiceResponse:
    """Say where the calls of an extension go, and how long it rings before."""
    request = await resolve(call)
    if not request.runtime.can(Feature.FORWARDING):
        refuse("forwarding_unsupported")
    extension = request.extension()
    to = ForwardTo(call.data[ATTR_TO])
    number = await _number(request, to)
    await request.runtime.forwarding.async_set(
        extension.number,
        ForwardWhen(call.data[ATTR_WHEN]),
        to,
        number,
        call.data.get(ATTR_RING_TIMEOUT),
    )
    return None


async def _number(request: Request, to: ForwardTo) -> str:
    """Return the number to forward to, if the user may call it.

    Raises:
        ServiceValidationError: it is missing, or the user may not call outside.
    """
    match to:
        case ForwardTo.EXTENSION:
            if not request.text(ATTR_NUMBER):
                refuse("forward_number_needed")
            return request.known_extension(ATTR_NUMBER).number
        case ForwardTo.CUSTOM_NUMBER:
            if not request.text(ATTR_NUMBER):
                refuse("forward_number_needed")
            request.require_outside()
            return request.number()
        case ForwardTo.MOBILE:
            request.require_outside()
    return ""


ACTIONS = (
    Action(
        name="set_forwarding",
        schema=schema(
            {
                vol.Required(ATTR_EXTENSION): exact,
                vol.Required(ATTR_WHEN): vol.In([when.value for when in ForwardWhen]),
                vol.Required(ATTR_TO): vol.In([to.value for to in ForwardTo]),
                vol.Optional(ATTR_NUMBER): exact,
                vol.Optional(ATTR_RING_TIMEOUT): vol.All(
                    vol.Coerce(int), vol.Range(min=5, max=300)
                ),
            }
        ),
        handler=_set_forwarding,
    ),
)
