"""The form that asks for a contact."""

from collections.abc import Iterable
from typing import Any

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    BooleanSelector,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ..phonebook.callers import undiallable
from ..phonebook.contacts import (
    CONF_NUMBERS,
    CONF_PICTURE,
    CONF_SMS_NUMBER,
    CONF_VOICE,
    SUBENTRY_CONTACT,
    Contact,
    is_picture,
)
from ..phonebook.folding import name_key
from ..phonebook.numbers import NumberPlan, is_name, load_countries, readable

CONTACT_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_NAME): TextSelector(TextSelectorConfig(autocomplete="off")),
        vol.Required(CONF_NUMBERS): TextSelector(
            TextSelectorConfig(type=TextSelectorType.TEL, multiple=True)
        ),
        vol.Optional(CONF_SMS_NUMBER): TextSelector(
            TextSelectorConfig(type=TextSelectorType.TEL)
        ),
        vol.Required(CONF_VOICE, default=False): BooleanSelector(),
        vol.Optional(CONF_PICTURE): TextSelector(),
    }
)


class InvalidError(Exception):
    """What is wrong with a field, and the words that the sentence needs."""

    def __init__(self, field: str, key: str, **placeholders: str) -> None:
        """Name the field and the sentence."""
        super().__init__(key)
        self.field = field
        self.key = key
        self.placeholders = placeholders


class ContactFlow(ConfigSubentryFlow):
    """Adds a contact or changes one; neither reloads the PBX."""

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for a new contact."""
        return await self._async_ask("user", user_input)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask what to change of a contact."""
        return await self._async_ask("reconfigure", user_input)

    async def _async_ask(
        self, step_id: str, user_input: dict[str, Any] | None
    ) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        placeholders: dict[str, str] = {}
        if user_input is not None:
            await self.hass.async_add_executor_job(load_countries)
            try:
                name, data = self._checked(user_input)
            except InvalidError as err:
                errors[err.field] = err.key
                placeholders = err.placeholders
            else:
                return self._finish(name, data)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                CONTACT_SCHEMA,  # type: ignore[arg-type]
                self._known() if user_input is None else user_input,
            ),
            errors=errors,
            description_placeholders=placeholders,
        )

    def _finish(self, name: str, data: dict[str, Any]) -> SubentryFlowResult:
        if self.source == SOURCE_RECONFIGURE:
            return self.async_update_and_abort(
                self._get_entry(),
                self._get_reconfigure_subentry(),
                title=name,
                data=data,
            )
        return self.async_create_entry(title=name, data=data)

    def _known(self) -> dict[str, Any]:
        """Return what is to be changed; nothing of a new contact."""
        if self.source != SOURCE_RECONFIGURE:
            return {}
        subentry = self._get_reconfigure_subentry()
        return {CONF_NAME: subentry.title, **subentry.data}

    def _checked(self, user_input: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Return name and data of the contact that was asked for.

        Raises:
            InvalidError: there cannot be such a contact.
        """
        name = " ".join(user_input[CONF_NAME].split())
        self._check_name(name)
        numbers = self._checked_numbers(user_input[CONF_NUMBERS])
        data: dict[str, Any] = {
            CONF_NUMBERS: list(numbers.values()),
            CONF_VOICE: user_input[CONF_VOICE],
        }
        if sms_number := user_input.get(CONF_SMS_NUMBER, "").strip():
            key = self._plan.normalized(sms_number)
            if key not in numbers:
                raise InvalidError(
                    CONF_SMS_NUMBER, "sms_number_not_listed", number=sms_number
                )
            data[CONF_SMS_NUMBER] = numbers[key]
        if picture := user_input.get(CONF_PICTURE, "").strip():
            if not is_picture(picture):
                raise InvalidError(CONF_PICTURE, "picture_elsewhere")
            data[CONF_PICTURE] = picture
        return name, data

    def _check_name(self, name: str) -> None:
        if not name:
            raise InvalidError(CONF_NAME, "name_empty")
        if not is_name(name):
            raise InvalidError(CONF_NAME, "name_is_number", name=name)
        key = name_key(name)
        if any(key == name_key(contact.name) for contact in self._others()):
            raise InvalidError(CONF_NAME, "name_of_contact", name=name)
        for number, user in self._extensions().items():
            if key == name_key(user):
                raise InvalidError(
                    CONF_NAME, "name_of_extension", name=name, extension=number
                )

    def _checked_numbers(self, entered: Iterable[str]) -> dict[str, str]:
        """Return the numbers by what is compared of them, each once."""
        numbers: dict[str, str] = {}
        for number in map(str.strip, entered):
            digits = self._plan.digits(number)
            if character := undiallable(digits):
                raise InvalidError(
                    CONF_NUMBERS,
                    "number_character",
                    number=number,
                    character=readable(character),
                )
            if digits:
                numbers.setdefault(self._plan.normalized(number), number)
        if not numbers:
            raise InvalidError(CONF_NUMBERS, "numbers_empty")
        for number in numbers.values():
            if user := self._extensions().get(self._plan.digits(number)):
                raise InvalidError(
                    CONF_NUMBERS, "number_of_extension", number=number, name=user
                )
        return numbers

    @property
    def _plan(self) -> NumberPlan:
        return NumberPlan.of(self._get_entry().options, self.hass.config.country)

    def _others(self) -> list[Contact]:
        """Return the contacts that there are besides this one."""
        changed = ""
        if self.source == SOURCE_RECONFIGURE:
            changed = self._get_reconfigure_subentry().subentry_id
        return [
            Contact.of(subentry)
            for subentry in self._get_entry().get_subentries_of_type(SUBENTRY_CONTACT)
            if subentry.subentry_id != changed
        ]

    def _extensions(self) -> dict[str, str]:
        return extension_names(self._get_entry())


def extension_names(entry: ConfigEntry) -> dict[str, str]:
    """Return the users of extensions by number; none before the PBX told."""
    if entry.state is not ConfigEntryState.LOADED:
        return {}
    names: dict[str, str] = entry.runtime_data.names.of_extensions()
    return names
