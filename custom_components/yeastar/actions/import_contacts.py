"""The action that adds many contacts."""

from typing import Any, Final

from homeassistant.const import CONF_NAME
from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..phonebook.contact_formats import MAX_FILE, Entry, read_contacts
from ..phonebook.contact_import import MAX_CONTACTS, import_contacts
from ..phonebook.contacts import CONF_NUMBERS, CONF_PICTURE, CONF_SMS_NUMBER, CONF_VOICE
from ..text_limits import short_text
from .action import Action, schema
from .request import refuse, resolve

ATTR_CONTACTS: Final = "contacts"
ATTR_TEXT: Final = "text"

CONTACT = vol.Schema(
    {
        vol.Required(CONF_NAME): short_text,
        vol.Required(CONF_NUMBERS): vol.All(cv.ensure_list, [short_text]),
        vol.Optional(CONF_SMS_NUMBER, default=""): short_text,
        vol.Optional(CONF_VOICE): cv.boolean,
        vol.Optional(CONF_PICTURE, default=""): short_text,
    }
)


async def _import_contacts(call: ServiceCall) -> ServiceResponse:
    """Add contacts, and tell how many there were of each kind."""
    request = await resolve(call)
    if request.user and not request.user.is_admin:
        raise Unauthorized(context=call.context)
    request.one_of((ATTR_CONTACTS, ATTR_TEXT))
    entries = [_as_entry(row) for row in call.data.get(ATTR_CONTACTS, ())]
    if text := call.data.get(ATTR_TEXT):
        entries = await call.hass.async_add_executor_job(read_contacts, text.encode())
    if not entries:
        refuse("no_contacts")
    if len(entries) > MAX_CONTACTS:
        refuse("too_many_contacts", most=str(MAX_CONTACTS))
    runtime = request.runtime
    done = import_contacts(
        call.hass,
        runtime.entry,
        entries,
        taken=runtime.names.of_extensions(),
        voice=False,
    )
    return {
        "added": done.added,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "refused": list(done.refused),
    }


def _as_entry(row: dict[str, Any]) -> Entry:
    return Entry(
        name=" ".join(row[CONF_NAME].split()),
        numbers=tuple(row[CONF_NUMBERS]),
        sms_number=row[CONF_SMS_NUMBER],
        voice=row.get(CONF_VOICE),
        picture=row[CONF_PICTURE],
    )


ACTIONS = (
    Action(
        name="import_contacts",
        schema=schema(
            {
                vol.Optional(ATTR_CONTACTS): vol.All(cv.ensure_list, [CONTACT]),
                vol.Optional(ATTR_TEXT): vol.All(str, vol.Length(max=MAX_FILE)),
            }
        ),
        handler=_import_contacts,
        supports_response=SupportsResponse.OPTIONAL,
    ),
)
