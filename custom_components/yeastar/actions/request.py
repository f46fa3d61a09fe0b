"""Finds what the words of an action mean: which PBX, extension, number, call.

What is wrong with them is refused here, in a sentence, before anything is
sent to a PBX.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Never

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import ServiceCall
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.service import (
    async_get_config_entry,
    async_get_device_and_config_entry,
)

from ..const import DOMAIN
from ..devices import (
    extension_identifier,
    extensions_also_named,
    extensions_named,
    trunk_device_id,
)
from ..errors import refuse, translated_errors
from ..pbx.calls.call import Call
from ..pbx.models import Destination, DestinationKind, Extension
from ..permissions import async_user
from ..phonebook.callers import undiallable
from ..phonebook.contacts import Contact
from ..phonebook.folding import name_key
from ..phonebook.numbers import ANY, NumberPlan, diallable, is_name, readable
from ..runtime import YeastarConfigEntry
from .action import (
    ATTR_CALL_ID,
    ATTR_EXTENSION,
    ATTR_NUMBER,
    ATTR_PERMISSION_OF,
    ATTR_SUPERVISOR,
    ATTR_TRUNK,
)
from .authorization import Authorization

__all__ = ["Request", "refuse", "resolve"]

DEVICE_FIELDS = (
    ATTR_EXTENSION,
    ATTR_PERMISSION_OF,
    ATTR_NUMBER,
    ATTR_SUPERVISOR,
    ATTR_TRUNK,
)
"""What may be a device, which says which PBX is meant."""
LONGEST_INSIDE = 7
"""Digits of the longest number inside a PBX."""
NEW_SECONDS = 2.0
"""How old the list of IVRs and queues may be before one is called unknown."""
KNOWN_SECONDS = 2.0
"""How old the list of calls may be before one is called unknown."""
_UNKNOWN_PARTS = {
    DestinationKind.IVR: "ivr_unknown",
    DestinationKind.QUEUE: "queue_unknown",
}
_REFUSED_PARTS = {
    DestinationKind.IVR: "number_is_ivr",
    DestinationKind.QUEUE: "number_is_queue",
}


@dataclass(frozen=True, slots=True)
class Request(Authorization):
    """One call of an action, with the PBX it is for and who asked."""

    def text(self, field: str) -> str:
        """Return a field as text; empty if it was not given.

        Raises:
            ServiceValidationError: it is a float, which may have lost its last
                digits, and not surely the id of one call.
        """
        value = self.call.data.get(field, "")
        if not isinstance(value, float):
            return str(value).strip()
        ids = self._ids_like(value) if field == ATTR_CALL_ID else set()
        if len(ids) != 1:
            refuse("quote_it", field=field, value=str(value))
        return ids.pop()

    def _ids_like(self, value: float) -> set[str]:
        """Return the ids of living calls that a float may have been.

        A template makes a float of every id, and cannot be kept from it.
        """
        return {
            call_id
            for call in self.runtime.calls.living.values()
            for call_id in (call.call_id, *call.leg_ids)
            if call_id == str(value) or call_id.rstrip("0") == str(value)
        }

    def one_of(self, fields: Iterable[str]) -> str:
        """Return which one of several fields was given.

        Raises:
            ServiceValidationError: none was, or more than one.
        """
        given = [
            field for field in fields if self.call.data.get(field) not in (None, "")
        ]
        if len(given) != 1:
            refuse("one_of", fields=", ".join(fields), given=", ".join(given) or "-")
        return given[0]

    # Extensions

    def extension(self, field: str = ATTR_EXTENSION) -> Extension:
        """Return the extension a field names: by device, number or user's name.

        Raises:
            ServiceValidationError: there is no such extension, or several.
            Unauthorized: the user may not control it.
        """
        extension = self.known_extension(field)
        self.require_control(extension)
        return extension

    def known_extension(self, field: str = ATTR_EXTENSION) -> Extension:
        """Return the extension a field names, whether the user may control it or not.

        Raises:
            ServiceValidationError: there is no such extension, or several.
        """
        value = self.text(field)
        extension = self.find_extension(value)
        if extension is None:
            refuse("extension_not_found", extension=value)
        return extension

    def read_extension(self) -> Extension | None:
        """Return the extension to tell of; None if none was given.

        Raises:
            ServiceValidationError: there is no such extension, or several.
            Unauthorized: the user may not read it.
        """
        if not self.text(ATTR_EXTENSION):
            return None
        extension = self.known_extension()
        self.require_read(extension)
        return extension

    def extensions(self) -> list[Extension]:
        """Return the extensions that a list names, each once.

        Raises:
            ServiceValidationError: there is no such extension, or several.
            Unauthorized: the user may not control one of them.
        """
        found: dict[str, Extension] = {}
        for value in self.call.data[ATTR_EXTENSION]:
            extension = self.find_extension(str(value).strip())
            if extension is None:
                refuse("extension_not_found", extension=str(value))
            self.require_control(extension)
            found[extension.number] = extension
        return list(found.values())

    def permission_of(self) -> str:
        """Return the extension whose permission for outside calls is used.

        Raises:
            ServiceValidationError: it was not given, or there is none such.
            Unauthorized: the user may not control it.
        """
        if not self.text(ATTR_PERMISSION_OF):
            refuse("permission_of_needed")
        return self.extension(ATTR_PERMISSION_OF).number

    def find_extension(self, value: str) -> Extension | None:
        """Return the extension that a device id, number or name means, if one.

        A name is the one that is shown, else the user's at the PBX, or one that people
        gave an area or an entity.

        Raises:
            ServiceValidationError: several have this name.
        """
        if (extension := self._shown_extension(value)) or not is_name(value):
            return extension
        return self._one_of_extensions(
            value, extensions_also_named(self.runtime, value)
        )

    def _shown_extension(self, value: str) -> Extension | None:
        """Return the extension of a device, a number or the name that is shown."""
        extensions = self.runtime.inventory.extensions
        if (number := diallable(value)) in extensions:
            return self._extension(number)
        if device := dr.async_get(self.call.hass).async_get(value):
            for number in extensions:
                if extension_identifier(self.runtime, number) in device.identifiers:
                    return self._extension(number)
            refuse("not_an_extension", device=device.name or value)
        if not is_name(value):
            return None
        return self._one_of_extensions(value, extensions_named(self.runtime, value))

    def _one_of_extensions(self, name: str, numbers: set[str]) -> Extension | None:
        if len(numbers) > 1:
            listed = ", ".join(sorted(numbers))
            refuse("extension_ambiguous", name=name, numbers=listed)
        return self._extension(numbers.pop()) if numbers else None

    def _extension(self, number: str) -> Extension:
        """Return an extension with the name by which it is shown."""
        extension = self.runtime.inventory.extensions[number]
        name = self.runtime.names.of_extension(number) or extension.name
        return replace(extension, name=name)

    def callee(self) -> Extension | None:
        """Return the extension that `number` means, None for a number outside.

        Raises:
            ServiceValidationError: several are meant, extensions or contacts.
        """
        value = self.text(ATTR_NUMBER)
        extension = self._shown_extension(value)
        named = self.runtime.contacts.named(value)
        if extension and named:
            _ask_which(value, [f"{extension.name} ({extension.number})", *named])
        return extension or (None if named else self.find_extension(value))

    # Contacts

    def contact(self, field: str = ATTR_NUMBER) -> Contact | None:
        """Return the contact that a field names, None if it holds a number.

        Only the whole name counts, so that no person is taken for another.

        Raises:
            ServiceValidationError: several have this name, or only longer names
                begin so.
        """
        value = self.text(field)
        if not is_name(value):
            return None
        contacts = self.runtime.contacts
        named = contacts.named(value)
        if len(named) > 1:
            _ask_which(value, named)
        if not named and (meant := contacts.beginning(value)):
            refuse("contact_unclear", name=value, candidates=", ".join(map(str, meant)))
        return named[0] if named else None

    # Numbers

    @property
    def plan(self) -> NumberPlan:
        """Return how numbers are read and dialled at this PBX."""
        return self.runtime.contacts.plan

    async def outside_number(self, field: str = ATTR_NUMBER) -> str:
        """Return a number outside as the PBX dials it, if the user may call such.

        Raises:
            ServiceValidationError: it is no number, or the user may not.
        """
        number = self.number(field)
        self.require_outside()
        return self.plan.prefix + self.plan.dialled(number)

    def number(self, field: str = ATTR_NUMBER) -> str:
        """Return a number, or the first of a contact, as it can be dialled.

        Raises:
            ServiceValidationError: there is no such contact, or several, or it is
                no number.
        """
        contact = self.contact(field)
        return self.plan.digits(contact.numbers[0]) if contact else self.digits(field)

    def sms_number(self) -> str:
        """Return the number to send a text message to.

        Raises:
            ServiceValidationError: the contact has none for messages, or it is
                neither a contact nor a number.
        """
        contact = self.contact()
        if contact is None:
            return self.plan.completed(self.digits(ATTR_NUMBER))
        if not contact.sms_number:
            refuse("contact_without_sms", name=contact.name)
        return self.plan.completed(contact.sms_number)

    def pattern(self, field: str) -> str:
        """Return a number to look for, an extension's name, or how numbers begin.

        Raises:
            ServiceValidationError: there is neither such a number nor such a name.
        """
        value = self.text(field)
        if is_name(value.removesuffix(ANY)) and self.find_extension(value):
            return value
        self.digits(field)
        return value

    def digits(self, field: str) -> str:
        """Return a number as it can be dialled.

        Raises:
            ServiceValidationError: it is empty, or has a character that no
                telephone has.
        """
        value = self.text(field)
        digits = self.plan.digits(value)
        if not digits:
            refuse("number_empty", field=field)
        if character := undiallable(digits):
            refuse("number_character", number=value, character=readable(character))
        return digits

    # Destinations

    async def destination(self, field: str) -> Destination:
        """Return where a field of `transfer` or of a dialling action leads to.

        Raises:
            ServiceValidationError: it leads nowhere, or the user may not call there.
        """
        match field:
            case "extension":
                # The one that rings next need not be controlled by the user.
                number = self.known_extension().number
                return Destination(kind=DestinationKind.EXTENSION, number=number)
            case "number":
                return await self.outside()
            case "ring_group":
                kind = DestinationKind.RING_GROUP
                return Destination(kind=kind, number=self.digits(field))
            case _:
                return await self._part(field, DestinationKind(field))

    async def outside(self) -> Destination:
        """Return the number outside that the field `number` names.

        Raises:
            ServiceValidationError: it is no number, or the user may not call such.
        """
        number = await self.outside_number()
        return Destination(kind=DestinationKind.OUTSIDE, number=number)

    async def refuse_parts(self, number: str) -> None:
        """Refuse to dial what is an IVR or a queue, naming the action to use.

        Raises:
            ServiceValidationError: so it is.
        """
        if len(number) > LONGEST_INSIDE:
            # Most numbers need not wait for the lists.
            return
        await self.runtime.destinations.async_refresh()
        found = (self.runtime.destinations.by_number or {}).get(number)
        if found and found.kind in _REFUSED_PARTS:
            refuse(_REFUSED_PARTS[found.kind], number=number, name=found.name)

    async def _part(self, field: str, kind: DestinationKind) -> Destination:
        """Return the IVR or the queue that a field names."""
        destinations = self.runtime.destinations
        value = self.text(field)
        await destinations.async_refresh()
        if (found := _named(value, destinations.of_kind(kind))) is None:
            # It may have been made a moment ago.
            await destinations.async_refresh(older_than=NEW_SECONDS)
            found = _named(value, destinations.of_kind(kind))
        there = destinations.of_kind(kind)
        if found is None and there is not None:
            names = ", ".join(f"{item.number} ({item.name})" for item in there.values())
            refuse(_UNKNOWN_PARTS[kind], number=value, known=names or "-")
        # If the PBX does not list what it has, let it judge.
        return found or Destination(kind=kind, number=self.digits(field))

    def trunk(self) -> str:
        """Return the name of the trunk that is named, or whose device is; or nothing."""
        value = self.text(ATTR_TRUNK)
        names = self.runtime.inventory.trunks
        chosen = (
            name for name in names if trunk_device_id(self.runtime, name) == value
        )
        return next(chosen, value)

    # Calls

    async def living_call(self) -> Call:
        """Return the call that the field `call_id` names, by its id or a leg's.

        An unknown call is asked for at the PBX, once.

        Raises:
            ServiceValidationError: there is no such call.
            Unauthorized: the user may not control it.
        """
        call = self._known_call()
        if call is None:
            with translated_errors():
                await self.runtime.coordinator.async_ask_now(KNOWN_SECONDS)
            call = self._known_call()
        if call is None:
            refuse("call_not_found", call_id=self.text(ATTR_CALL_ID))
        self.require_control_of_call(call)
        return call

    def _known_call(self) -> Call | None:
        value = self.call.data[ATTR_CALL_ID]
        if isinstance(value, float) and not self._ids_like(value):
            return None
        return self.runtime.calls.find(self.text(ATTR_CALL_ID))


def _ask_which(name: str, candidates: Iterable[object]) -> Never:
    """Refuse a name that several have."""
    listed = ", ".join(map(str, candidates))
    refuse("contact_ambiguous", name=name, candidates=listed)


def _named(value: str, known: Mapping[str, Destination] | None) -> Destination | None:
    """Return what has this number, or alone has this name."""
    if not known or (number := diallable(value)) in known:
        return known[number] if known else None
    named = [item for item in known.values() if name_key(item.name) == name_key(value)]
    return named[0] if len(named) == 1 else None


async def resolve(call: ServiceCall) -> Request:
    """Return the request that a call of an action makes.

    Raises:
        ServiceValidationError: it is not clear which PBX is meant, or that one is
            not loaded.
        UnknownUser: the user is gone.
    """
    user = await async_user(call.hass, call.context)
    entry: YeastarConfigEntry = _entry(call)
    return Request(call, entry.runtime_data, user)


def _entry(call: ServiceCall) -> YeastarConfigEntry:
    """Return the entry that is named, or that a device says, or the only one."""
    entry_id: str | None = call.data.get(ATTR_CONFIG_ENTRY_ID)
    registry = dr.async_get(call.hass)
    values = (
        value
        for field in DEVICE_FIELDS
        for value in cv.ensure_list(call.data.get(field))
    )
    for value in values:
        if not isinstance(value, str) or registry.async_get(value) is None:
            continue
        device, entry = async_get_device_and_config_entry(call.hass, DOMAIN, value)
        if entry_id not in (None, entry.entry_id):
            refuse("device_of_another_pbx", device=device.name or value)
        entry_id = entry.entry_id
    return async_get_config_entry(call.hass, DOMAIN, entry_id)
