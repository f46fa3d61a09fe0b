"""Actions that end and transfer calls."""

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
import voluptuous as vol

from ..errors import NO_CALL, refuse, translated_errors
from ..pbx.interface import Feature
from ..pbx.models import DestinationKind
from ..pbx.reports import PartyKind
from .action import (
    ATTR_CALL_ID,
    ATTR_EXTENSION,
    ATTR_IVR,
    ATTR_NUMBER,
    ATTR_PERMISSION_OF,
    ATTR_QUEUE,
    ATTR_RING_GROUP,
    Action,
    exact,
    schema,
)
from .request import resolve

HANG_UP_TARGETS = (ATTR_EXTENSION, ATTR_CALL_ID)
TRANSFER_TARGETS = (
    ATTR_EXTENSION,
    ATTR_NUMBER,
    ATTR_IVR,
    ATTR_QUEUE,
    ATTR_RING_GROUP,
)
GROUPS = (ATTR_QUEUE, ATTR_RING_GROUP)


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
                **{vol.Optional(field): exact for field in TRANSFER_TARGETS},
                vol.Optional(ATTR_PERMISSION_OF): exact,
            }
        ),
        handler=_transfer,
        supports_response=SupportsResponse.OPTIONAL,
    ),
)
