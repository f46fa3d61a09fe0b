"""Actions that end and transfer calls."""

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
import voluptuous as vol

from ..errors import NO_CALL, refuse, translated_errors
from ..pbx.calls.call import Call
from ..pbx.interface import Feature
from ..pbx.models import AttendedStep, DestinationKind, Extension
from ..pbx.reports import PartyKind
from .action import (
    ATTR_CALL_ID,
    ATTR_EXTENSION,
    ATTR_IVR,
    ATTR_MODE,
    ATTR_NUMBER,
    ATTR_PERMISSION_OF,
    ATTR_QUEUE,
    ATTR_RING_GROUP,
    ATTR_STEP,
    Action,
    exact,
    schema,
)
from .request import Request, resolve

HANG_UP_TARGETS = (ATTR_EXTENSION, ATTR_CALL_ID)
TRANSFER_TARGETS = (
    ATTR_EXTENSION,
    ATTR_NUMBER,
    ATTR_IVR,
    ATTR_QUEUE,
    ATTR_RING_GROUP,
)
GROUPS = (ATTR_QUEUE, ATTR_RING_GROUP)
BLIND, ATTENDED = "blind", "attended"
START = "start"


async def _hang_up(call: ServiceCall) -> ServiceResponse:
    """End the call of an extension, or the call with an id."""
    request = await resolve(call)
    if request.one_of(HANG_UP_TARGETS) == ATTR_EXTENSION:
        extension = request.extension()
        with translated_errors(NO_CALL):
            await request.pbx.hang_up_extension(extension.number)
    else:
        living = await request.living_call()
        leg = living.leg(request.text(ATTR_CALL_ID))
        if leg is None and not living.extensions:
            refuse("call_without_leg", call_id=living.call_id)
        with translated_errors():
            await request.pbx.hang_up(living, leg)
    request.runtime.coordinator.async_ask_soon()
    return None


async def _transfer(call: ServiceCall) -> ServiceResponse:
    """Move a call to an extension, a number or a part of the PBX."""
    request = await resolve(call)
    step: str = call.data[ATTR_STEP]
    if call.data[ATTR_MODE] == ATTENDED:
        return await _attended(request, step)
    if step != START:
        refuse("step_of_attended", step=step)
    target = request.one_of(TRANSFER_TARGETS)
    living = await request.living_call()
    leg = living.leg(request.text(ATTR_CALL_ID))
    if leg is None and not request.runtime.can(Feature.TRANSFER_INTERNAL):
        refuse("transfer_internal", call_id=living.call_id)
    if (
        target in GROUPS
        and (leg is None or leg.kind is not PartyKind.INBOUND)
        and not request.runtime.can(Feature.TRANSFER_OUTBOUND_TO_GROUP)
    ):
        refuse("transfer_outbound_to_group")
    to = await request.destination(target)
    outside = to.kind is DestinationKind.OUTSIDE
    permission_of = request.permission_of() if outside else ""
    with translated_errors():
        call_id = await request.pbx.transfer(
            living, leg, to, permission_of=permission_of
        )
    request.runtime.coordinator.async_ask_soon()
    return {ATTR_CALL_ID: call_id}


async def _attended(request: Request, step: str) -> ServiceResponse:
    """Let the extension in a call ask the destination first, or go on with that."""
    if not request.runtime.can(Feature.ATTENDED_TRANSFER):
        refuse("attended_unsupported")
    given = [field for field in TRANSFER_TARGETS if request.call.data.get(field)]
    if step != START and given:
        refuse("step_without_destination", step=step, fields=", ".join(given))
    target = request.one_of(TRANSFER_TARGETS) if step == START else ""
    living = await request.living_call()
    extension = _transferor(request, living)
    request.require_control(extension)
    if not target:
        with translated_errors(NO_CALL):
            await request.pbx.continue_transfer(extension.number, AttendedStep(step))
    else:
        to = await request.destination(target)
        permission_of = (
            request.permission_of()
            if request.text(ATTR_PERMISSION_OF)
            else extension.number
        )
        with translated_errors(NO_CALL):
            await request.pbx.consult(
                extension.number, to.number, permission_of=permission_of
            )
    request.runtime.coordinator.async_ask_soon()
    return {ATTR_CALL_ID: living.call_id}


def _transferor(request: Request, living: Call) -> Extension:
    """Return the extension that talks in a call: who answered it, or who called.

    Raises:
        ServiceValidationError: none does.
    """
    extensions = request.runtime.inventory.extensions
    number = living.answered_by if living.answered_by in extensions else living.caller
    if not living.answered_by or number not in extensions:
        refuse("transfer_not_answered", call_id=living.call_id)
    return extensions[number]


ACTIONS = (
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
                vol.Optional(ATTR_MODE, default=BLIND): vol.In([BLIND, ATTENDED]),
                vol.Optional(ATTR_STEP, default=START): vol.In(
                    [START, *(step.value for step in AttendedStep)]
                ),
                **{vol.Optional(field): exact for field in TRANSFER_TARGETS},
                vol.Optional(ATTR_PERMISSION_OF): exact,
            }
        ),
        handler=_transfer,
        supports_response=SupportsResponse.OPTIONAL,
    ),
)
