"""Actions that only answer."""

from dataclasses import asdict
from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
import voluptuous as vol

from ..errors import translated_errors
from ..pbx.models import ExtensionSettings
from ..presentation import describe_call
from .action import ATTR_EXTENSION, Action, exact, schema
from .request import KNOWN_SECONDS, resolve


async def _get_calls(call: ServiceCall) -> ServiceResponse:
    """Return the calls that live and that the user may read, oldest first."""
    request = await resolve(call)
    runtime = request.runtime
    only = request.read_extension()
    with translated_errors():
        await runtime.coordinator.async_ask_now(KNOWN_SECONDS)
    return {
        "calls": [
            describe_call(runtime.names, living)
            for living in runtime.calls.living.values()
            if request.may_read_call(living)
            and (only is None or only.number in living.extensions)
        ]
    }


async def _get_extension(call: ServiceCall) -> ServiceResponse:
    """Return how an extension is set up, never a password."""
    request = await resolve(call)
    extension = request.extension()
    with translated_errors():
        return _described(await request.runtime.settings.async_ask(extension.number))


def _described(settings: ExtensionSettings) -> dict[str, Any]:
    described = asdict(settings)
    del described["forwarding"]
    return described | {
        f"{when}_forward": asdict(forwarding)
        for when, forwarding in settings.forwarding.items()
    }


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
