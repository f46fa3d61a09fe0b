"""Actions that start calls which a part of the PBX goes on with."""

from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..errors import translated_errors
from ..pbx import CallDirection
from .action import (
    ATTR_AUTO_ANSWER,
    ATTR_CALL_ID,
    ATTR_EXTENSION,
    ATTR_FIRST_NUMBER,
    ATTR_IVR,
    ATTR_NUMBER,
    ATTR_PERMISSION_OF,
    ATTR_QUEUE,
    ATTR_RING_GROUP,
    ATTR_SECOND_NUMBER,
    ATTR_TIMEOUT,
    ATTR_WAIT_FOR,
    Action,
    exact,
    schema,
    seconds_to_wait,
)
from .request import Request, resolve
from .wait_for_call import WaitFor

CALLED = (ATTR_EXTENSION, ATTR_NUMBER)


async def _dial_to_ivr(call: ServiceCall) -> ServiceResponse:
    """Call somebody who then hears an IVR."""
    request = await resolve(call)
    client = request.coordinator.client
    target = request.one_of(CALLED)
    auto_answer = request.auto_answer()
    if target == ATTR_EXTENSION:
        extension = request.extension().number
        ivr = await request.ivr()
        if auto_answer:
            request.tell(extension)
        with translated_errors(request.coordinator):
            call_id = await client.dial_extension_to_ivr(
                ivr, extension, auto_answer=auto_answer
            )
        return started(request, call_id, CallDirection.INTERNAL, ivr, extension)
    number, permission_of = await outside(request)
    ivr = await request.ivr()
    with translated_errors(request.coordinator):
        call_id = await client.dial_outside_to_ivr(
            ivr, number, permission_of=permission_of
        )
    return started(request, call_id, CallDirection.OUTBOUND, permission_of, number)


async def _dial_to_queue(call: ServiceCall) -> ServiceResponse:
    """Call an outside number that then waits in a queue."""
    request = await resolve(call)
    number, permission_of = await outside(request)
    queue = await request.queue()
    with translated_errors(request.coordinator):
        call_id = await request.coordinator.client.dial_outside_to_queue(
            queue, number, permission_of=permission_of
        )
    return started(request, call_id, CallDirection.OUTBOUND, permission_of, number)


async def _dial_to_ring_group(call: ServiceCall) -> ServiceResponse:
    """Call an outside number for which a ring group then rings."""
    request = await resolve(call)
    number, permission_of = await outside(request)
    ring_group = request.digits(ATTR_RING_GROUP)
    with translated_errors(request.coordinator):
        call_id = await request.coordinator.client.dial_outside_to_ring_group(
            ring_group, number, permission_of=permission_of
        )
    return started(request, call_id, CallDirection.OUTBOUND, permission_of, number)


async def _callback(call: ServiceCall) -> ServiceResponse:
    """Call two outside numbers one after the other and connect them."""
    request = await resolve(call)
    # As given: what the PBX dials first has to match an outbound route by itself.
    first = request.number(ATTR_FIRST_NUMBER)
    second = request.number(ATTR_SECOND_NUMBER)
    request.require_outside()
    permission_of = request.permission_of()
    with translated_errors(request.coordinator):
        call_id = await request.coordinator.client.call_back(
            first, second, permission_of=permission_of
        )
    return started(request, call_id, CallDirection.CALLBACK, first, second)


async def outside(request: Request) -> tuple[str, str]:
    """Return the outside number to call and whose permission is used."""
    return await request.outside_number(), request.permission_of()


def started(
    request: Request, call_id: str, direction: CallDirection, caller: str, callee: str
) -> dict[str, Any]:
    """Note the call that the PBX started for us, and answer its id."""
    request.coordinator.async_dialled(call_id, direction, caller, callee)
    request.coordinator.async_ask_soon()
    return {ATTR_CALL_ID: call_id}


_OUTSIDE: dict[vol.Marker, Any] = {
    vol.Required(ATTR_NUMBER): exact,
    vol.Required(ATTR_PERMISSION_OF): exact,
}
EITHER: dict[vol.Marker, Any] = {
    **{vol.Optional(field): exact for field in CALLED},
    vol.Optional(ATTR_PERMISSION_OF): exact,
    vol.Optional(ATTR_AUTO_ANSWER, default=False): cv.boolean,
}
WAITING: dict[vol.Marker, Any] = {
    vol.Optional(ATTR_WAIT_FOR, default=WaitFor.ACCEPTED.value): vol.In(
        [wait_for.value for wait_for in WaitFor]
    ),
    vol.Optional(ATTR_TIMEOUT, default=60): seconds_to_wait,
}
ACTIONS = (
    Action(
        name="dial_to_ivr",
        schema=schema({vol.Required(ATTR_IVR): exact, **EITHER}),
        handler=_dial_to_ivr,
        supports_response=SupportsResponse.OPTIONAL,
    ),
    Action(
        name="dial_to_queue",
        schema=schema({vol.Required(ATTR_QUEUE): exact, **_OUTSIDE}),
        handler=_dial_to_queue,
        supports_response=SupportsResponse.OPTIONAL,
    ),
    Action(
        name="dial_to_ring_group",
        schema=schema({vol.Required(ATTR_RING_GROUP): exact, **_OUTSIDE}),
        handler=_dial_to_ring_group,
        supports_response=SupportsResponse.OPTIONAL,
    ),
    Action(
        name="callback",
        schema=schema(
            {
                vol.Required(ATTR_FIRST_NUMBER): exact,
                vol.Required(ATTR_SECOND_NUMBER): exact,
                vol.Required(ATTR_PERMISSION_OF): exact,
            }
        ),
        handler=_callback,
        supports_response=SupportsResponse.OPTIONAL,
    ),
)
