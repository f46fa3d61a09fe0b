"""The action that makes contacts of Home Assistant of the company's contacts."""

from types import MappingProxyType

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse

from ..errors import refuse, translated_errors
from ..pbx.models import CompanyContact
from ..phonebook.callers import undiallable
from ..phonebook.contacts import CONF_NUMBERS, CONF_VOICE, SUBENTRY_CONTACT
from ..phonebook.numbers import diallable, is_name
from ..runtime import YeastarRuntime
from .action import Action, schema
from .request import resolve


async def _export_contacts(call: ServiceCall) -> ServiceResponse:
    """Add the company's contacts that are no contacts yet."""
    request = await resolve(call)
    if request.user and not request.user.is_admin:
        refuse("export_administrators")
    with translated_errors():
        found = await request.pbx.company_contacts()
    added, left_out = [], []
    for contact in found:
        if _add(request.runtime, contact):
            added.append(contact.name)
        else:
            left_out.append(contact.name)
    return {"added": [*added], "left_out": [*left_out]}


def _add(runtime: YeastarRuntime, company: CompanyContact) -> bool:
    """Add a contact; returns whether there could be such, and was none yet.

    By the rules of the form for contacts: a name and a number mean one contact.
    """
    contacts, extensions = runtime.contacts, runtime.inventory.extensions
    name = " ".join(company.name.split())
    numbers = [
        number
        for number in company.numbers
        if diallable(number)
        and not undiallable(diallable(number))
        and diallable(number) not in extensions
        and not contacts.of_number(number)
    ]
    taken = contacts.named(name) or any(
        runtime.names.is_named(number, name) for number in extensions
    )
    if not numbers or taken or not is_name(name):
        return False
    runtime.hass.config_entries.async_add_subentry(
        runtime.entry,
        ConfigSubentry(
            data=MappingProxyType({CONF_NUMBERS: numbers, CONF_VOICE: False}),
            subentry_type=SUBENTRY_CONTACT,
            title=name,
            unique_id=None,
        ),
    )
    # The next contact may have the same number.
    runtime.async_contacts_changed()
    return True


ACTIONS = (
    Action(
        name="export_contacts",
        schema=schema({}),
        handler=_export_contacts,
        supports_response=SupportsResponse.OPTIONAL,
    ),
)
