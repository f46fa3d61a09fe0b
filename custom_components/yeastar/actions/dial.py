"""Actions that start calls."""

from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..errors import refuse, translated_errors
from ..pbx.models import Destination, DestinationKind
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
from .wait_for_call import WaitFor, wait_for_call

CALLED = (ATTR_EXTENSION, ATTR_NUMBER)


async def _dial(call: ServiceCall) -> ServiceResponse:
    """Let an extension call another one or an outside number."""
    request = await resolve(call)
    caller = request.extension()
    auto_answer = request.auto_answer()
    if extension := request.callee():
        if extension.number == caller.number:
            refuse("dials_itself", extension=caller.name)
        callee = Destination(kind=DestinationKind.EXTENSION, number=extension.number)
    else:
        await request.refuse_parts(request.number())
        callee = await request.outside()
    if auto_answer:
        request.log(caller.number)
    with translated_errors():
        call_id = await request.pbx.dial(caller.number, callee, auto_answer=auto_answer)
    response = started(request, call_id)
    wait_for = WaitFor(call.data[ATTR_WAIT_FOR])
    if wait_for is not WaitFor.ACCEPTED:
        result = await wait_for_call(
            request.runtime, call_id, wait_for, call.data[ATTR_TIMEOUT]
        )
        response |= result.as_response()
    return response


async def _dial_to_ivr(call: ServiceCall) -> ServiceResponse:
    """Call an extension or an outside number, which then hears an IVR."""
    request = await resolve(call)
    callee, permission_of, auto_answer = await called(request)
    ivr = await request.destination(ATTR_IVR)
    if auto_answer:
        request.log(callee.number)
    with translated_errors():
        call_id = await request.pbx.dial_to(
            callee, ivr, permission_of=permission_of, auto_answer=auto_answer
        )
    return started(request, call_id)


async def _dial_to_queue(call: ServiceCall) -> ServiceResponse:
    """Call an outside number that then waits in a queue."""
    return await _dial_for(call, ATTR_QUEUE)


async def _dial_to_ring_group(call: ServiceCall) -> ServiceResponse:
    """Call an outside number for which a ring group then rings."""
    return await _dial_for(call, ATTR_RING_GROUP)


async def _dial_for(call: ServiceCall, field: str) -> ServiceResponse:
    request = await resolve(call)
    number, permission_of = await request.outside(), request.permission_of()
    then = await request.destination(field)
    with translated_errors():
        call_id = await request.pbx.dial_to(number, then, permission_of=permission_of)
    return started(request, call_id)


async def _callback(call: ServiceCall) -> ServiceResponse:
    """Call two outside numbers one after the other and connect them."""
    request = await resolve(call)
    # As given: what the PBX dials first has to match an outbound route by itself.
    first = request.number(ATTR_FIRST_NUMBER)
    second = request.number(ATTR_SECOND_NUMBER)
    request.require_outside()
    permission_of = request.permission_of()
    with translated_errors():
        call_id = await request.pbx.call_back(
            first, second, permission_of=permission_of
        )
    return started(request, call_id)


async def called(request: Request) -> tuple[Destination, str, bool]:
    """Return who is called, whose permission is used, and whether it answers itself."""
    target = request.one_of(CALLED)
    auto_answer = request.auto_answer()
    if target == ATTR_NUMBER:
        return await request.outside(), request.permission_of(), False
    number = request.extension().number
    return Destination(kind=DestinationKind.EXTENSION, number=number), "", auto_answer


def started(request: Request, call_id: str) -> dict[str, Any]:
    """Answer the id of a call that was started, and ask the PBX about it soon."""
    request.runtime.coordinator.async_ask_soon()
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
        name="dial",
        schema=schema(
            {
                vol.Required(ATTR_EXTENSION): exact,
                vol.Required(ATTR_NUMBER): exact,
                vol.Optional(ATTR_AUTO_ANSWER, default=False): cv.boolean,
                **WAITING,
            }
        ),
        handler=_dial,
        supports_response=SupportsResponse.OPTIONAL,
    ),
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
