"""The action that lets a supervisor listen to the call of an extension."""

from homeassistant.core import ServiceCall, ServiceResponse
import voluptuous as vol

from ..errors import NO_CALL, translated_errors
from ..pbx.models import MonitorMode
from .action import ATTR_EXTENSION, ATTR_MODE, ATTR_SUPERVISOR, Action, exact, schema
from .request import refuse, resolve


async def _monitor(call: ServiceCall) -> ServiceResponse:
    """Let a supervisor listen to, or speak in, an extension's call."""
    request = await resolve(call)
    request.require_supervision()
    supervisor = request.known_extension(ATTR_SUPERVISOR)
    extension = request.known_extension()
    mode = MonitorMode(call.data[ATTR_MODE])
    if supervisor.number == extension.number:
        refuse("monitors_itself", extension=extension.name)
    request.log(extension.number, supervisor=supervisor.name, mode=mode)
    with translated_errors(NO_CALL):
        await request.pbx.monitor(supervisor.number, extension.number, mode)
    request.runtime.coordinator.async_ask_soon()
    return None


ACTIONS = (
    Action(
        name="monitor",
        schema=schema(
            {
                vol.Required(ATTR_SUPERVISOR): exact,
                vol.Required(ATTR_EXTENSION): exact,
                vol.Required(ATTR_MODE): vol.In([mode.value for mode in MonitorMode]),
            }
        ),
        handler=_monitor,
    ),
)
