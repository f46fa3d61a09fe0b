"""Actions on a call that lives: hold, mute, and let in or turn away."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse
import voluptuous as vol

from ..errors import translated_errors
from ..pbx import CallDirection, PbxClient
from .action import ATTR_CALL_ID, ATTR_EXTENSION, Action, exact, schema
from .request import Request, refuse, resolve


def _on_extension(
    name: str, operation: Callable[[PbxClient, str], Awaitable[None]]
) -> Action:
    """Return an action that does one thing to the call of an extension."""

    async def handler(call: ServiceCall) -> ServiceResponse:
        request = await resolve(call)
        extension = request.extension()
        with translated_errors(request.coordinator, pbx_call_unknown="pbx_no_call"):
            await operation(request.coordinator.client, extension.number)
        request.coordinator.async_ask_soon()
        return None

    return Action(
        name=name,
        schema=schema({vol.Required(ATTR_EXTENSION): exact}),
        handler=handler,
    )


async def _accept_call(call: ServiceCall) -> ServiceResponse:
    """Let in a call that the PBX offers."""
    request = await resolve(call)
    _, leg_id = await _offered(request)
    with translated_errors(request.coordinator):
        await request.coordinator.client.accept_inbound(leg_id)
    request.coordinator.async_ask_soon()
    return None


async def _refuse_call(call: ServiceCall) -> ServiceResponse:
    """Turn away a call that the PBX offers."""
    request = await resolve(call)
    call_id, leg_id = await _offered(request)
    with translated_errors(request.coordinator):
        await request.coordinator.client.refuse_inbound(leg_id)
    request.coordinator.async_refused(call_id)
    request.coordinator.async_ask_soon()
    return None


async def _offered(request: Request) -> tuple[str, str]:
    """Return the id of the call that is named, and that of its inbound leg."""
    living = await request.living_call()
    leg = living.leg(request.text(ATTR_CALL_ID))
    if leg is None or leg[1] is not CallDirection.INBOUND:
        refuse("call_not_inbound", call_id=living.call_id)
    return living.call_id, leg[0]


def _on_offered(
    name: str, handler: Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]
) -> Action:
    return Action(
        name=name, schema=schema({vol.Required(ATTR_CALL_ID): exact}), handler=handler
    )


ACTIONS = (
    _on_extension("hold", PbxClient.hold),
    _on_extension("resume", PbxClient.resume),
    _on_extension("mute", PbxClient.mute),
    _on_extension("unmute", PbxClient.unmute),
    _on_offered("accept_call", _accept_call),
    _on_offered("refuse_call", _refuse_call),
)
