"""The action that copies contacts between the PBX and Home Assistant."""

from collections.abc import Sequence
from types import MappingProxyType

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
import voluptuous as vol

from ..errors import refuse, translated_errors
from ..pbx.errors import PbxRefusedError, Refusal
from ..pbx.models import CompanyContact
from ..phonebook.callers import undiallable
from ..phonebook.contacts import CONF_NUMBERS, CONF_VOICE, SUBENTRY_CONTACT
from ..phonebook.folding import name_key
from ..phonebook.numbers import diallable, is_name
from ..runtime import YeastarRuntime
from .action import ATTR_TO, Action, schema
from .request import Request, resolve

TO_HOME_ASSISTANT, TO_PBX = TARGETS = ("home_assistant", "pbx")


async def _export_contacts(call: ServiceCall) -> ServiceResponse:
    """Add the contacts of one side that the other does not have yet."""
    request = await resolve(call)
    if request.user and not request.user.is_admin:
        refuse("export_administrators")
    with translated_errors():
        found = await request.pbx.company_contacts()
    if call.data[ATTR_TO] == TO_PBX:
        return await _to_pbx(request, found)
    added, left_out = [], []
    for contact in found:
        if _add(request.runtime, contact):
            added.append(contact.name)
        else:
            left_out.append(contact.name)
    return {"added": [*added], "left_out": [*left_out]}


async def _to_pbx(request: Request, found: Sequence[CompanyContact]) -> ServiceResponse:
    """Add the contacts of Home Assistant whose name and numbers the PBX lacks."""
    plan = request.plan
    names = {name_key(contact.name) for contact in found}
    numbers = {
        reading
        for contact in found
        for number in contact.numbers
        for reading in plan.readings(number)
    }
    added, left_out = [], []
    for contact in request.runtime.contacts.by_id.values():
        new = tuple(
            digits
            for number in contact.numbers
            if (digits := diallable(number))
            and numbers.isdisjoint(plan.readings(digits))
        )
        is_new = bool(new) and name_key(contact.name) not in names
        if is_new and await _add_to_pbx(request, contact.name, new):
            added.append(contact.name)
        else:
            left_out.append(contact.name)
    await request.runtime.company_contacts.async_refresh()
    return {"added": [*added], "left_out": [*left_out]}


async def _add_to_pbx(request: Request, name: str, numbers: tuple[str, ...]) -> bool:
    """Add a contact to the PBX; returns whether it accepted the name and the numbers."""
    with translated_errors():
        try:
            await request.pbx.add_company_contact(
                CompanyContact(name=name, numbers=numbers)
            )
        except PbxRefusedError as err:
            if err.reason is not Refusal.PARAMETER_WRONG:
                raise
            return False
    return True


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
        schema=schema(
            {vol.Optional(ATTR_TO, default=TO_HOME_ASSISTANT): vol.In(TARGETS)}
        ),
        handler=_export_contacts,
        supports_response=SupportsResponse.OPTIONAL,
    ),
)
