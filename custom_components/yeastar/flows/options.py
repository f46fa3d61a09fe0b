"""Asks how a PBX is shown and what may be done with it."""

from collections.abc import Mapping
from typing import Any

from awesomeversion import AwesomeVersion, AwesomeVersionException
from homeassistant.config_entries import (
    ConfigEntryState,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
from homeassistant.data_entry_flow import section
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
)
from homeassistant.util.network import is_host_valid
import voluptuous as vol

from ..const import (
    ADMINISTRATORS,
    CONF_CALL_LOG_DAYS,
    CONF_EXTENSIONS,
    CONF_LLM_ACTIONS,
    CONF_NUMBER_FORMAT,
    CONF_OUTSIDE_CALLS,
    CONF_OUTSIDE_PREFIX,
    CONF_RECORDINGS,
    CONF_REPORT_ADDRESS,
    CONF_REPORT_PORT,
    CONF_REPORTS,
    CONF_RING_PROMPT,
    CONF_SMS_TRUNK,
    CONF_SUPERVISION,
    CONF_VOICE_EXTENSION,
    CONF_VOICE_SCOPE,
    CONF_VOICE_SENTENCES,
    DEFAULT_CALL_LOG_DAYS,
    DEFAULT_REPORT_PORT,
    DOMAIN,
    EVERYONE,
    VOICE_ANY,
    VOICE_CONTACTS,
    ReportWay,
)
from ..features.text_messages import MOBILE_TRUNKS
from ..phonebook.numbers import NumberFormat, diallable, undiallable
from ..runtime import YeastarConfigEntry

# Of the form only: the options themselves are flat.
SECTION_CALLS = "calls"
SECTION_LOG = "log"
SECTION_VOICE = "voice"
SECTION_DELIVERY = "delivery"
SECTIONS = (SECTION_CALLS, SECTION_LOG, SECTION_VOICE, SECTION_DELIVERY)

FIRMWARE_WITH_ADDRESS = "30.10.0.59"
"""The oldest that posts to an address it is told (API guide, Login)."""
LONGEST_LOG = 3650
"""Days."""


class YeastarOptionsFlow(OptionsFlowWithReload):
    """Asks for the options of a PBX; changes take effect without a restart."""

    config_entry: YeastarConfigEntry

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for all options at once."""
        errors: dict[str, str] = {}
        schema = self._schema()
        options: Mapping[str, Any] = self.config_entry.options
        if user_input is not None:
            answers = _tidied(_flat(user_input))
            if error := self._what_is_wrong(answers):
                # The fields of a section cannot show errors of their own.
                errors["base"] = error
                options = answers
            else:
                # A field that was emptied is not sent; what others keep here stays.
                asked = _fields(schema)
                kept = {key: options[key] for key in options if key not in asked}
                return self.async_create_entry(data={**kept, **answers})
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                schema,  # type: ignore[arg-type]
                {**options, **dict.fromkeys(SECTIONS, options)},
            ),
            errors=errors,
        )

    def _what_is_wrong(self, answers: Mapping[str, Any]) -> str | None:
        """Return the key of the sentence that refuses the answers."""
        if undiallable(answers.get(CONF_OUTSIDE_PREFIX, "")):
            return "not_diallable"
        if address := answers.get(CONF_REPORT_ADDRESS):
            if not is_host_valid(address):
                return "invalid_report_address"
            if self._firmware_is_older_than(FIRMWARE_WITH_ADDRESS):
                return "firmware_without_report_address"
        return None

    def _firmware_is_older_than(self, wanted: str) -> bool:
        """Return whether the PBX is known to have an older firmware."""
        entry = self.config_entry
        devices = dr.async_get(self.hass).async_get_devices(
            identifiers={(DOMAIN, entry.unique_id or "")},
            config_entry_id=entry.entry_id,
        )
        try:
            return any(
                device.sw_version is not None
                and AwesomeVersion(device.sw_version) < wanted
                for device in devices
            )
        except AwesomeVersionException:
            return False

    # What is asked for

    def _schema(self) -> vol.Schema:
        return vol.Schema(
            {
                vol.Optional(CONF_EXTENSIONS): self._extension_selector(),
                vol.Required(SECTION_CALLS): section(
                    vol.Schema(  # type: ignore[arg-type]
                        {
                            vol.Required(CONF_OUTSIDE_CALLS, default=EVERYONE): _select(
                                CONF_OUTSIDE_CALLS, EVERYONE, ADMINISTRATORS
                            ),
                            vol.Optional(CONF_OUTSIDE_PREFIX): TextSelector(),
                            vol.Required(
                                CONF_NUMBER_FORMAT,
                                default=NumberFormat.AS_STORED.value,
                            ): _select(CONF_NUMBER_FORMAT, *NumberFormat),
                            vol.Optional(CONF_SMS_TRUNK): self._trunk_selector(),
                            vol.Optional(CONF_RING_PROMPT): TextSelector(),
                            vol.Required(
                                CONF_SUPERVISION, default=False
                            ): BooleanSelector(),
                        }
                    )
                ),
                vol.Required(SECTION_LOG): section(
                    vol.Schema(  # type: ignore[arg-type]
                        {
                            vol.Required(
                                CONF_CALL_LOG_DAYS, default=DEFAULT_CALL_LOG_DAYS
                            ): _whole_number(LONGEST_LOG),
                            vol.Required(
                                CONF_RECORDINGS, default=False
                            ): BooleanSelector(),
                        }
                    ),
                    {"collapsed": True},
                ),
                vol.Required(SECTION_VOICE): section(
                    vol.Schema(  # type: ignore[arg-type]
                        {
                            vol.Required(
                                CONF_VOICE_SENTENCES, default=False
                            ): BooleanSelector(),
                            vol.Optional(
                                CONF_VOICE_EXTENSION
                            ): self._extension_selector(multiple=False),
                            vol.Required(
                                CONF_VOICE_SCOPE, default=VOICE_CONTACTS
                            ): _select(CONF_VOICE_SCOPE, VOICE_CONTACTS, VOICE_ANY),
                            vol.Required(
                                CONF_LLM_ACTIONS, default=False
                            ): BooleanSelector(),
                        }
                    ),
                    {"collapsed": True},
                ),
                vol.Required(SECTION_DELIVERY): section(
                    vol.Schema(  # type: ignore[arg-type]
                        {
                            vol.Required(
                                CONF_REPORTS, default=ReportWay.HOME_ASSISTANT.value
                            ): _select(CONF_REPORTS, *ReportWay),
                            vol.Required(
                                CONF_REPORT_PORT, default=DEFAULT_REPORT_PORT
                            ): _whole_number(65535),
                            vol.Optional(CONF_REPORT_ADDRESS): TextSelector(),
                        }
                    ),
                    {"collapsed": True},
                ),
            }
        )

    def _extension_selector(self, *, multiple: bool = True) -> SelectSelector:
        options: list[SelectOptionDict] = []
        if self.config_entry.state is ConfigEntryState.LOADED:
            known = self.config_entry.runtime_data.inventory.extensions
            options = [
                {"value": number, "label": f"{known[number].name} ({number})"}
                for number in sorted(known)
            ]
        return SelectSelector(
            SelectSelectorConfig(options=options, multiple=multiple, custom_value=True)
        )

    def _trunk_selector(self) -> SelectSelector:
        names: list[str] = []
        if self.config_entry.state is ConfigEntryState.LOADED:
            known = self.config_entry.runtime_data.inventory.trunks.values()
            names = sorted(trunk.name for trunk in known if trunk.type in MOBILE_TRUNKS)
        return SelectSelector(SelectSelectorConfig(options=names, custom_value=True))


def _select(key: str, *options: str) -> SelectSelector:
    """Return a choice whose options are translated under the key."""
    return SelectSelector(
        SelectSelectorConfig(
            options=[str(option) for option in options], translation_key=key
        )
    )


def _whole_number(maximum: int) -> vol.All:
    return vol.All(
        NumberSelector(
            NumberSelectorConfig(min=1, max=maximum, mode=NumberSelectorMode.BOX)
        ),
        vol.Coerce(int),
    )


def _fields(schema: vol.Schema) -> set[str]:
    """Return the names of the fields of a form, those in sections too."""
    return {
        str(field)
        for key, value in schema.schema.items()
        for field in (value.schema.schema if isinstance(value, section) else (key,))
    }


def _flat(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers without the sections they were given in."""
    flat: dict[str, Any] = {}
    for key, value in user_input.items():
        flat |= value if isinstance(value, Mapping) else {key: value}
    return flat


def _tidied(answers: dict[str, Any]) -> dict[str, Any]:
    """Return the answers as they are kept, without what was left empty."""
    tidied = {
        CONF_EXTENSIONS: [
            number
            for typed in answers.get(CONF_EXTENSIONS, ())
            if (number := typed.strip())
        ],
        CONF_OUTSIDE_PREFIX: diallable(answers.get(CONF_OUTSIDE_PREFIX, "")),
        CONF_REPORT_ADDRESS: answers.get(CONF_REPORT_ADDRESS, "").strip(),
        CONF_VOICE_EXTENSION: answers.get(CONF_VOICE_EXTENSION, "").strip(),
        CONF_RING_PROMPT: answers.get(CONF_RING_PROMPT, "").strip(),
    }
    rest = {key: answers[key] for key in answers if key not in tidied}
    return rest | {key: value for key, value in tidied.items() if value}
