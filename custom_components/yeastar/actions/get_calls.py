"""Actions that only answer."""

from dataclasses import asdict

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
import voluptuous as vol

from ..errors import translated_errors
from ..presentation import describe_call
from .action import ATTR_EXTENSION, Action, exact, schema
from .request import resolve


async def _get_calls(call: ServiceCall) -> ServiceResponse:
    """Return the calls that live, oldest first."""
    request = await resolve(call)
    coordinator = request.coordinator
    only = request.known_extension().number if request.text(ATTR_EXTENSION) else None
    with translated_errors(coordinator):
        await coordinator.async_ask_now()
    return {
        "calls": [
            describe_call(coordinator, living)
            for living in coordinator.calls.living.values()
            if only is None or only in living.extensions
        ]
    }


async def _get_extension(call: ServiceCall) -> ServiceResponse:
    """Return how an extension is set up, never a password."""
    request = await resolve(call)
    extension = request.extension()
    with translated_errors(request.coordinator):
        settings = await request.coordinator.client.extension_settings(extension.number)
    return asdict(settings)


ACTIONS = (
    Action(
        name="get_calls",
        schema=schema({vol.Optional(ATTR_EXTENSION): exact}),
        handler=_get_calls,
        supports_response=SupportsResponse.ONLY,
    ),
    Action(
        name="get_extension",
        schema=schema({vol.Required(ATTR_EXTENSION): exact}),
        handler=_get_extension,
        supports_response=SupportsResponse.ONLY,
    ),
)
