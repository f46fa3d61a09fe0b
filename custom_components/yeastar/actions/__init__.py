"""The actions of the integration, in one table."""

from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from . import (
    announce,
    calls,
    control,
    dials,
    do_not_disturb,
    log,
    messages,
    queries,
    supervision,
    wakeups,
)
from .action import Action

ACTIONS: tuple[Action, ...] = (
    *calls.ACTIONS,
    *dials.ACTIONS,
    *announce.ACTIONS,
    *control.ACTIONS,
    *supervision.ACTIONS,
    *messages.ACTIONS,
    *queries.ACTIONS,
    *do_not_disturb.ACTIONS,
    *wakeups.ACTIONS,
    *log.ACTIONS,
)


@callback
def async_setup_actions(hass: HomeAssistant) -> None:
    """Register every action of the table."""
    for action in ACTIONS:
        hass.services.async_register(
            DOMAIN,
            action.name,
            action.handler,
            action.schema,  # type: ignore[arg-type]
            action.supports_response,
        )
