"""Finds what the words of an action mean: which PBX, extension, number, call.

Whatever is wrong with them is refused here, in a sentence, before anything is
sent to a PBX.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Never

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.const import ATTR_CONFIG_ENTRY_ID, Platform
from homeassistant.core import ServiceCall
from homeassistant.exceptions import ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.service import (
    async_get_config_entry,
    async_get_device_and_config_entry,
)

from ..api import Extension, Trunk
from ..calls import Call
from ..const import ADMINISTRATORS, CONF_OUTSIDE_CALLS, DOMAIN
from ..coordinator import YeastarConfigEntry, YeastarCoordinator
from ..entity import extension_identifier
from .action import (
    ATTR_AUTO_ANSWER,
    ATTR_CALL_ID,
    ATTR_EXTENSION,
    ATTR_NUMBER,
    ATTR_PERMISSION_OF,
)

EXTENSION_FIELDS = (ATTR_EXTENSION, ATTR_PERMISSION_OF, ATTR_NUMBER)
# What people write into a number for the eye.
_FOR_THE_EYE = str.maketrans("", "", " -.()[]\u00a0\u2011")
_DIALLABLE = frozenset("0123456789+*#")


def refuse(key: str, **placeholders: str) -> Never:
    """Raise a refusal in words; nothing was sent."""
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )


@dataclass(frozen=True, slots=True)
class Request:
    """One call of an action, with the PBX it is for and who asked."""

    call: ServiceCall
    coordinator: YeastarCoordinator
    user: User | None

    def text(self, field: str) -> str:
        """Return a field as text; empty if it was not given.

        Raises:
            ServiceValidationError: it is a float, which lost its last digits.
        """
        value = self.call.data.get(field, "")
        if isinstance(value, float):
            refuse("quote_it", field=field, value=str(value))
        return str(value).strip()

    def one_of(self, fields: Iterable[str]) -> str:
        """Return which one of several fields was given.

        Raises:
            ServiceValidationError: none was, or more than one.
        """
        given = [field for field in fields if self.text(field)]
        if len(given) != 1:
            refuse("one_of", fields=", ".join(fields), given=", ".join(given) or "-")
        return given[0]

    def auto_answer(self) -> bool:
        """Return whether the phone shall pick up by itself, if that is allowed.

        It opens a microphone in somebody's room.

        Raises:
            ServiceValidationError: a person who is no administrator asks for it.
        """
        wanted: bool = self.call.data[ATTR_AUTO_ANSWER]
        if wanted and self.user and not self.user.is_admin:
            refuse("auto_answer_administrators")
        return wanted

    # Extensions

    def extension(self, field: str = ATTR_EXTENSION) -> Extension:
        """Return the extension a field names: by device, number or user's name.

        Raises:
            ServiceValidationError: there is no such extension, or several.
            Unauthorized: whoever asks may not control it.
        """
        extension = self.known_extension(field)
        self.require_control(extension)
        return extension

    def known_extension(self, field: str = ATTR_EXTENSION) -> Extension:
        """Return the extension a field names, whoever may control it.

        Raises:
            ServiceValidationError: there is no such extension, or several.
        """
        value = self.text(field)
        extension = self.find_extension(value)
        if extension is None:
            refuse("extension_not_found", extension=value)
        return extension

    def permission_of(self) -> str:
        """Return the extension whose permission for outside calls is used.

        Raises:
            ServiceValidationError: it was not given, or there is none such.
            Unauthorized: whoever asks may not control it.
        """
        if not self.text(ATTR_PERMISSION_OF):
            refuse("permission_of_needed")
        return self.extension(ATTR_PERMISSION_OF).number

    def find_extension(self, value: str) -> Extension | None:
        """Return the extension that a device id, number or name means, if one.

        Raises:
            ServiceValidationError: several have this name.
        """
        extensions = self.coordinator.data.extensions
        if value in extensions:
            return extensions[value]
        if device := dr.async_get(self.call.hass).async_get(value):
            for number, extension in extensions.items():
                if extension_identifier(self.coordinator, number) in device.identifiers:
                    return extension
            refuse("not_an_extension", device=device.name or value)
        named = [
            e for e in extensions.values() if e.name.casefold() == value.casefold()
        ]
        if len(named) > 1:
            numbers = ", ".join(extension.number for extension in named)
            refuse("extension_ambiguous", name=value, numbers=numbers)
        return named[0] if named else None

    # Permissions

    def require_control(self, *extensions: Extension) -> None:
        """Refuse a person who may control none of these extensions.

        Raises:
            Unauthorized: so it is.
        """
        if self.user is None or any(map(self._may_control, extensions)):
            return
        raise Unauthorized(
            context=self.call.context,
            user_id=self.user.id,
            permission=POLICY_CONTROL,
        )

    def _may_control(self, extension: Extension) -> bool:
        assert self.user is not None
        entity_id = er.async_get(self.call.hass).async_get_entity_id(
            Platform.SENSOR,
            DOMAIN,
            f"{self.coordinator.serial_number}_{extension.number}_state",
        )
        return self.user.is_admin or (
            entity_id is not None
            and self.user.permissions.check_entity(entity_id, POLICY_CONTROL)
        )

    def require_outside(self) -> None:
        """Refuse a person who may not call outside numbers.

        Raises:
            ServiceValidationError: the option leaves them to administrators.
        """
        option = self.coordinator.config_entry.options.get(CONF_OUTSIDE_CALLS)
        if option == ADMINISTRATORS and self.user and not self.user.is_admin:
            refuse("outside_administrators")

    # Numbers

    def outside_number(self, field: str = ATTR_NUMBER) -> str:
        """Return a number outside, if whoever asks may call such.

        Raises:
            ServiceValidationError: it is no number, or the person may not.
        """
        number = self.number(field)
        self.require_outside()
        return number

    def number(self, field: str = ATTR_NUMBER) -> str:
        """Return a number as it can be dialled.

        Raises:
            ServiceValidationError: it is empty, or has a character that no
                telephone has.
        """
        value = self.text(field)
        digits = value.translate(_FOR_THE_EYE)
        if not digits:
            refuse("number_empty", field=field)
        for character in digits:
            if character not in _DIALLABLE:
                refuse("number_character", number=value, character=character)
        return digits

    # Calls

    async def living_call(self) -> Call:
        """Return the call that the field `call_id` names, by its id or a leg's.

        One that nobody knows is asked for at the PBX, once.

        Raises:
            ServiceValidationError: there is no such call.
            Unauthorized: whoever asks may control none of its extensions.
        """
        call_id = self.text(ATTR_CALL_ID)
        call = self.coordinator.calls.find(call_id)
        if call is None:
            await self.coordinator.async_refresh()
            call = self.coordinator.calls.find(call_id)
        if call is None:
            refuse("call_not_found", call_id=call_id)
        extensions = self.coordinator.data.extensions
        self.require_control(
            *(extensions[number] for number in call.extensions if number in extensions)
        )
        return call

    def one_in(self, call: Call) -> str:
        """Return an extension of a call by which it can be ended alone if possible."""
        return min(
            call.extensions,
            key=lambda number: len(self.coordinator.calls.of_extension(number)),
        )

    # Trunks

    def gsm_trunk(self, name: str) -> Trunk:
        """Return the GSM trunk with this name, or the only one there is.

        Raises:
            ServiceValidationError: there is none, or a choice to be made.
        """
        trunks = self.coordinator.data.trunks
        gsm = sorted(trunk.name for trunk in trunks.values() if trunk.type == "GSM")
        if not gsm:
            refuse("no_gsm_trunk")
        if not name and len(gsm) == 1:
            name = gsm[0]
        if not name:
            refuse("gsm_trunk_needed", trunks=", ".join(gsm))
        if name not in gsm:
            refuse("gsm_trunk_unknown", trunk=name, trunks=", ".join(gsm))
        return trunks[name]


async def resolve(call: ServiceCall) -> Request:
    """Return the request that a call of an action makes.

    Raises:
        ServiceValidationError: it is not clear which PBX is meant, or that one is
            not loaded.
        UnknownUser: the user who asks is gone.
    """
    user = None
    if call.context.user_id:
        user = await call.hass.auth.async_get_user(call.context.user_id)
        if user is None:
            raise UnknownUser(context=call.context)
    return Request(call, _entry(call).runtime_data, user)


def _entry(call: ServiceCall) -> YeastarConfigEntry:
    """Return the entry that is named, or that a device says, or the only one."""
    entry_id: str | None = call.data.get(ATTR_CONFIG_ENTRY_ID)
    registry = dr.async_get(call.hass)
    for field in EXTENSION_FIELDS:
        value = call.data.get(field)
        if not isinstance(value, str) or registry.async_get(value) is None:
            continue
        device, entry = async_get_device_and_config_entry(call.hass, DOMAIN, value)
        if entry_id not in (None, entry.entry_id):
            refuse("device_of_another_pbx", device=device.name or value)
        entry_id = entry.entry_id
    return async_get_config_entry(call.hass, DOMAIN, entry_id)
