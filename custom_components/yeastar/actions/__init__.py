"""The actions of the integration, in one table."""

from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from . import (
    control_calls,
    dial,
    end_and_transfer,
    export_contacts,
    get_call_log,
    get_calls,
    import_contacts,
    live_calls,
    monitor,
    play_prompts,
    send_sms,
    set_do_not_disturb,
    set_forwarding,
    set_wake_up_calls,
    voicemail,
)
from .action import Action

ACTIONS: tuple[Action, ...] = (
    *dial.ACTIONS,
    *end_and_transfer.ACTIONS,
    *play_prompts.ACTIONS,
    *control_calls.ACTIONS,
    *live_calls.ACTIONS,
    *monitor.ACTIONS,
    *send_sms.ACTIONS,
    *get_calls.ACTIONS,
    *set_do_not_disturb.ACTIONS,
    *set_forwarding.ACTIONS,
    *set_wake_up_calls.ACTIONS,
    *get_call_log.ACTIONS,
    *import_contacts.ACTIONS,
    *voicemail.ACTIONS,
    *export_contacts.ACTIONS,
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
