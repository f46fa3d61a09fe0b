"""Actions on calls that only some PBXs offer: park, retrieve, invite, record."""

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
import voluptuous as vol

from ..errors import NO_CALL, translated_errors
from ..pbx.models import RecordingStep
from .action import (
    ATTR_CALL_ID,
    ATTR_EXTENSION,
    ATTR_NUMBER,
    ATTR_PERMISSION_OF,
    ATTR_SLOT,
    ATTR_STEP,
    Action,
    exact,
    schema,
)
from .request import resolve


async def _park(call: ServiceCall) -> ServiceResponse:
    """Park the other side of an extension's call."""
    request = await resolve(call)
    extension = request.extension()
    slot = request.digits(ATTR_SLOT) if request.text(ATTR_SLOT) else ""
    with translated_errors(NO_CALL):
        slot = await request.pbx.park(extension.number, slot)
    request.runtime.coordinator.async_ask_soon()
    return {ATTR_SLOT: slot}


async def _retrieve(call: ServiceCall) -> ServiceResponse:
    """Let an extension take the call that is parked in a slot."""
    request = await resolve(call)
    extension, slot = request.extension(), request.digits(ATTR_SLOT)
    with translated_errors():
        call_id = await request.pbx.retrieve(extension.number, slot)
    request.runtime.coordinator.async_ask_soon()
    return {ATTR_CALL_ID: call_id}


async def _add_member(call: ServiceCall) -> ServiceResponse:
    """Invite one more party into the call of an extension."""
    request = await resolve(call)
    extension = request.extension()
    if callee := request.callee():
        number, permission_of = callee.number, ""
    else:
        number = await request.outside_number()
        permission_of = (
            request.permission_of()
            if request.text(ATTR_PERMISSION_OF)
            else extension.number
        )
    with translated_errors(NO_CALL):
        await request.pbx.add_member(
            extension.number, number, permission_of=permission_of
        )
    request.runtime.coordinator.async_ask_soon()
    return None


async def _record(call: ServiceCall) -> ServiceResponse:
    """Record the call of an extension, or pause its recording."""
    request = await resolve(call)
    extension = request.extension()
    step = RecordingStep(call.data[ATTR_STEP])
    with translated_errors(NO_CALL):
        await request.pbx.record(extension.number, step)
    return None


ACTIONS = (
    Action(
        name="park",
        schema=schema(
            {vol.Required(ATTR_EXTENSION): exact, vol.Optional(ATTR_SLOT): exact}
        ),
        handler=_park,
        supports_response=SupportsResponse.OPTIONAL,
    ),
    Action(
        name="retrieve",
        schema=schema(
            {vol.Required(ATTR_EXTENSION): exact, vol.Required(ATTR_SLOT): exact}
        ),
        handler=_retrieve,
        supports_response=SupportsResponse.OPTIONAL,
    ),
    Action(
        name="add_member",
        schema=schema(
            {
                vol.Required(ATTR_EXTENSION): exact,
                vol.Required(ATTR_NUMBER): exact,
                vol.Optional(ATTR_PERMISSION_OF): exact,
            }
        ),
        handler=_add_member,
    ),
    Action(
        name="record",
        schema=schema(
            {
                vol.Required(ATTR_EXTENSION): exact,
                vol.Required(ATTR_STEP, default=RecordingStep.START.value): vol.In(
                    [step.value for step in RecordingStep]
                ),
            }
        ),
        handler=_record,
    ),
)
