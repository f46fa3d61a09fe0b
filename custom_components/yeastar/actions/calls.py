"""Actions that start, move and end calls."""

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
    ATTR_IVR,
    ATTR_NUMBER,
    ATTR_PERMISSION_OF,
    ATTR_QUEUE,
    ATTR_RING_GROUP,
    ATTR_TIMEOUT,
    ATTR_WAIT_FOR,
    Action,
    exact,
    schema,
)
from .dials import WAITING
from .request import Request, refuse, resolve
from .wait_for_call import WaitFor, wait_for_call

HANG_UP_TARGETS = (ATTR_EXTENSION, ATTR_CALL_ID)
TRANSFER_TARGETS = (
    ATTR_EXTENSION,
    ATTR_NUMBER,
    ATTR_IVR,
    ATTR_QUEUE,
    ATTR_RING_GROUP,
)


async def _dial(call: ServiceCall) -> ServiceResponse:
    """Let an extension call another one or an outside number."""
    request = await resolve(call)
    coordinator = request.coordinator
    caller = request.extension()
    auto_answer = request.auto_answer()
    callee = request.callee()
    if callee:
        number = callee.number
        if number == caller.number:
            refuse("dials_itself", extension=caller.name)
    else:
        await request.refuse_menus(request.number())
        number = await request.outside_number()
    if auto_answer:
        request.tell(caller.number)
    with translated_errors(coordinator):
        if callee:
            call_id = await coordinator.client.dial_extension(
                caller.number, number, auto_answer=auto_answer
            )
        else:
            call_id = await coordinator.client.dial_outside(
                caller.number, number, auto_answer=auto_answer
            )
    coordinator.async_dialled(
        call_id,
        CallDirection.INTERNAL if callee else CallDirection.OUTBOUND,
        caller.number,
        number,
    )
    coordinator.async_ask_soon()
    response: dict[str, Any] = {ATTR_CALL_ID: call_id}
    wait_for = WaitFor(call.data[ATTR_WAIT_FOR])
    if wait_for is not WaitFor.ACCEPTED:
        result = await wait_for_call(
            coordinator, call_id, wait_for, call.data[ATTR_TIMEOUT]
        )
        response |= result.as_response()
    return response


async def _hang_up(call: ServiceCall) -> ServiceResponse:
    """End the call of an extension, or the call with an id."""
    request = await resolve(call)
    client = request.coordinator.client
    if request.one_of(HANG_UP_TARGETS) == ATTR_EXTENSION:
        extension = request.extension()
        with translated_errors(request.coordinator, pbx_call_unknown="pbx_no_call"):
            await client.hang_up_extension(extension.number)
        request.coordinator.async_ask_soon()
        return None
    living = await request.living_call()
    with translated_errors(request.coordinator):
        match living.leg(request.text(ATTR_CALL_ID)):
            case (leg_id, CallDirection.INBOUND):
                await client.hang_up_inbound(leg_id)
            case (leg_id, _):
                await client.hang_up_outbound(leg_id)
            case None if living.extensions:
                await client.hang_up_extension(request.one_in(living))
            case None:
                refuse("call_without_leg", call_id=living.call_id)
    request.coordinator.async_ask_soon()
    return None


async def _transfer(call: ServiceCall) -> ServiceResponse:
    """Move a call on a trunk to somebody or something else."""
    request = await resolve(call)
    target = request.one_of(TRANSFER_TARGETS)
    living = await request.living_call()
    leg = living.leg(request.text(ATTR_CALL_ID))
    if leg is None:
        refuse("transfer_internal", call_id=living.call_id)
    leg_id, direction = leg
    inbound = direction is CallDirection.INBOUND
    if not inbound and target in (ATTR_QUEUE, ATTR_RING_GROUP):
        refuse("transfer_outbound_to_group")
    call_id = await _move(request, leg_id, target, inbound=inbound)
    request.coordinator.async_moved(living.call_id)
    request.coordinator.async_ask_soon()
    return {ATTR_CALL_ID: call_id}


async def _move(request: Request, leg_id: str, target: str, *, inbound: bool) -> str:
    """Send the one of the eight operations of the PBX that fits."""
    client = request.coordinator.client
    match target:
        case "extension":
            # The one who rings next need not be controlled by whoever asks.
            destination = request.known_extension().number
        case "number":
            destination = await request.outside_number()
            permission_of = request.permission_of()
        case "ivr":
            destination = await request.ivr()
        case "queue":
            destination = await request.queue()
        case _:
            destination = request.digits(target)
    with translated_errors(request.coordinator):
        match target, inbound:
            case "extension", True:
                return await client.transfer_inbound_to_extension(leg_id, destination)
            case "extension", False:
                return await client.transfer_outbound_to_extension(leg_id, destination)
            case "ivr", True:
                return await client.transfer_inbound_to_ivr(leg_id, destination)
            case "ivr", False:
                return await client.transfer_outbound_to_ivr(leg_id, destination)
            case "number", True:
                return await client.transfer_inbound_to_outside(
                    leg_id, destination, permission_of=permission_of
                )
            case "number", False:
                return await client.transfer_outbound_to_outside(
                    leg_id, destination, permission_of=permission_of
                )
            case "queue", _:
                return await client.transfer_inbound_to_queue(leg_id, destination)
            case _:
                return await client.transfer_inbound_to_ring_group(leg_id, destination)


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
        name="hang_up",
        schema=schema({vol.Optional(field): exact for field in HANG_UP_TARGETS}),
        handler=_hang_up,
    ),
    Action(
        name="transfer",
        schema=schema(
            {
                vol.Required(ATTR_CALL_ID): exact,
                **{vol.Optional(field): exact for field in TRANSFER_TARGETS},
                vol.Optional(ATTR_PERMISSION_OF): exact,
            }
        ),
        handler=_transfer,
        supports_response=SupportsResponse.OPTIONAL,
    ),
)
