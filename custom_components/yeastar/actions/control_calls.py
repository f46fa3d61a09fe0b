"""Actions on a call that lives: hold, mute, accept and refuse."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse
import voluptuous as vol

from ..errors import NO_CALL, refuse, translated_errors
from ..pbx.calls.call import Call, CallLeg
from ..pbx.interface import Pbx
from ..pbx.reports import PartyKind
from .action import ATTR_CALL_ID, ATTR_EXTENSION, Action, exact, schema
from .request import Request, resolve


def _on_extension(
    name: str, operation: Callable[[Pbx, str], Awaitable[None]]
) -> Action:
    """Return an action that does one thing to the call of an extension."""

    async def handler(call: ServiceCall) -> ServiceResponse:
        request = await resolve(call)
        extension = request.extension()
        with translated_errors(NO_CALL):
            await operation(request.pbx, extension.number)
        request.runtime.coordinator.async_ask_soon()
        return None

    return Action(
        name=name,
        schema=schema({vol.Required(ATTR_EXTENSION): exact}),
        handler=handler,
    )


async def _accept_call(call: ServiceCall) -> ServiceResponse:
    """Let in a call that the PBX offers."""
    request = await resolve(call)
    living, leg = await _offered(request)
    with translated_errors():
        await request.pbx.accept(living, leg)
    request.runtime.coordinator.async_ask_soon()
    return None


async def _refuse_call(call: ServiceCall) -> ServiceResponse:
    """Turn away a call that the PBX offers."""
    request = await resolve(call)
    living, leg = await _offered(request)
    with translated_errors():
        await request.pbx.refuse(living, leg)
    request.runtime.coordinator.async_ask_soon()
    return None


async def _offered(request: Request) -> tuple[Call, CallLeg]:
    """Return the call that is named, and its inbound leg."""
    living = await request.living_call()
    leg = living.leg(request.text(ATTR_CALL_ID))
    if leg is None or leg.kind is not PartyKind.INBOUND:
        refuse("call_not_inbound", call_id=living.call_id)
    return living, leg


def _on_offered(
    name: str, handler: Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]
) -> Action:
    return Action(
        name=name, schema=schema({vol.Required(ATTR_CALL_ID): exact}), handler=handler
    )


ACTIONS = (
    _on_extension("hold", lambda pbx, number: pbx.hold(number)),
    _on_extension("resume", lambda pbx, number: pbx.resume(number)),
    _on_extension("mute", lambda pbx, number: pbx.mute(number)),
    _on_extension("unmute", lambda pbx, number: pbx.unmute(number)),
    _on_offered("accept_call", _accept_call),
    _on_offered("refuse_call", _refuse_call),
)
