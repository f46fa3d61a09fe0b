"""Asks how a PBX is shown and what may be done with it."""

from collections.abc import Mapping
from typing import Any

from awesomeversion import AwesomeVersion, AwesomeVersionException
from homeassistant.config_entries import (
    ConfigEntryState,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
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
import voluptuous as vol

from ..const import (
    ADMINISTRATORS,
    CONF_AREA_CODE,
    CONF_CALL_LOG_DAYS,
    CONF_EXTENSIONS,
    CONF_FAMILY,
    CONF_LLM_ACTIONS,
    CONF_NUMBER_FORMAT,
    CONF_OUTSIDE_CALLS,
    CONF_OUTSIDE_PREFIX,
    CONF_PBX_REPORT_PORT,
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
    CONF_WHOLE_REPORTS,
    DEFAULT_CALL_LOG_DAYS,
    DEFAULT_PBX_REPORT_PORT,
    DEFAULT_REPORT_PORT,
    DOMAIN,
    EVERYONE,
    VOICE_ANY,
    VOICE_CONTACTS,
    ReportWay,
)
from ..features.text_messages import MOBILE_TRUNKS
from ..pbx.models import Family
from ..phonebook.callers import undiallable
from ..phonebook.numbers import NumberFormat, diallable
from ..push.target import HIGHEST_PORT, split_address
from ..runtime import YeastarConfigEntry

STEP_PHONES = "phones"
STEP_CALLS = "calls"
STEP_VOICE = "voice"
STEP_REPORTS = "reports"
STEP_EVENTS = "events"
DIALLED = (CONF_OUTSIDE_PREFIX, CONF_AREA_CODE)
"""Fields that hold digits, without what stands between them for the eye."""

FIRMWARE_WITH_ADDRESS = "30.10.0.59"
"""The oldest that posts to an address it is told (API guide, Login)."""
LONGEST_LOG = 3650
"""Days."""


class YeastarOptionsFlow(OptionsFlowWithReload):
    """Asks for the options of a PBX in four steps, each of which is saved alone."""

    config_entry: YeastarConfigEntry

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which options to change."""
        posts = self.config_entry.data.get(CONF_FAMILY) != Family.P_SERIES
        return self.async_show_menu(
            step_id="init",
            menu_options=[
                STEP_PHONES,
                STEP_CALLS,
                STEP_VOICE,
                STEP_REPORTS if posts else STEP_EVENTS,
            ],
        )

    async def async_step_phones(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which phones are shown and what is kept of their calls."""
        return self._ask(STEP_PHONES, self._phones_schema(), user_input)

    async def async_step_calls(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how outside numbers are called."""
        return self._ask(STEP_CALLS, self._calls_schema(), user_input)

    async def async_step_voice(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what voice and language models may do."""
        return self._ask(STEP_VOICE, self._voice_schema(), user_input)

    async def async_step_reports(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how reports arrive."""
        return self._ask(STEP_REPORTS, REPORTS_SCHEMA, user_input)

    async def async_step_events(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether to connect for events; a P-Series posts no reports."""
        return self._ask(STEP_EVENTS, EVENTS_SCHEMA, user_input)

    def _ask(
        self, step_id: str, schema: vol.Schema, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Show the form of a step, or save its answers beside the other options."""
        errors: dict[str, str] = {}
        options: Mapping[str, Any] = self.config_entry.options
        answers = options
        if user_input is not None:
            answers = _tidied(user_input)
            errors = self._errors(answers)
            if not errors:
                # An emptied field is not sent: its old value goes.
                asked = set(map(str, schema.schema))
                kept = {key: options[key] for key in options if key not in asked}
                return self.async_create_entry(data={**kept, **answers})
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, answers),  # type: ignore[arg-type]
            errors=errors,
        )

    def _errors(self, answers: Mapping[str, Any]) -> dict[str, str]:
        """Return the key of the error of each field that cannot be saved."""
        errors: dict[str, str] = {}
        for field in DIALLED:
            if undiallable(answers.get(field, "")):
                errors[field] = "not_diallable"
        if not 1 <= answers.get(CONF_CALL_LOG_DAYS, 1) <= LONGEST_LOG:
            errors[CONF_CALL_LOG_DAYS] = "invalid_days"
        for key in (CONF_REPORT_PORT, CONF_PBX_REPORT_PORT):
            if not 1 <= answers.get(key, 1) <= HIGHEST_PORT:
                errors[key] = "invalid_port"
        if address := answers.get(CONF_REPORT_ADDRESS):
            if not _is_address(address):
                errors[CONF_REPORT_ADDRESS] = "invalid_report_address"
            elif self._firmware_is_older_than(FIRMWARE_WITH_ADDRESS):
                errors[CONF_REPORT_ADDRESS] = "firmware_without_report_address"
        return errors

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

    # The forms

    def _phones_schema(self) -> vol.Schema:
        return vol.Schema(
            {
                vol.Optional(CONF_EXTENSIONS): self._extensions_selector(),
                vol.Optional(CONF_RING_PROMPT): TextSelector(),
                vol.Required(
                    CONF_CALL_LOG_DAYS, default=DEFAULT_CALL_LOG_DAYS
                ): WHOLE_NUMBER,
                vol.Required(CONF_RECORDINGS, default=False): BooleanSelector(),
                vol.Required(CONF_SUPERVISION, default=False): BooleanSelector(),
            }
        )

    def _calls_schema(self) -> vol.Schema:
        return vol.Schema(
            {
                vol.Required(CONF_OUTSIDE_CALLS, default=EVERYONE): _select(
                    CONF_OUTSIDE_CALLS, EVERYONE, ADMINISTRATORS
                ),
                vol.Optional(CONF_OUTSIDE_PREFIX): TextSelector(),
                vol.Optional(CONF_AREA_CODE): TextSelector(),
                vol.Required(
                    CONF_NUMBER_FORMAT, default=NumberFormat.AS_STORED.value
                ): _select(CONF_NUMBER_FORMAT, *NumberFormat),
                vol.Optional(CONF_SMS_TRUNK): self._trunk_selector(),
            }
        )

    def _voice_schema(self) -> vol.Schema:
        return vol.Schema(
            {
                vol.Required(CONF_VOICE_SENTENCES, default=False): BooleanSelector(),
                vol.Optional(CONF_VOICE_EXTENSION): self._extension_selector(),
                vol.Required(CONF_VOICE_SCOPE, default=VOICE_CONTACTS): _select(
                    CONF_VOICE_SCOPE, VOICE_CONTACTS, VOICE_ANY
                ),
                vol.Required(CONF_LLM_ACTIONS, default=False): BooleanSelector(),
            }
        )

    def _extensions_selector(self) -> SelectSelector:
        return SelectSelector(
            SelectSelectorConfig(
                options=self._extension_options(), multiple=True, custom_value=True
            )
        )

    def _extension_selector(self) -> SelectSelector:
        options = self._extension_options()
        # A select that takes other values shows the number instead of the name.
        chosen = self.config_entry.options.get(CONF_VOICE_EXTENSION)
        if options and chosen and all(chosen != item["value"] for item in options):
            options.append({"value": chosen, "label": chosen})
        return SelectSelector(
            SelectSelectorConfig(options=options, custom_value=not options)
        )

    def _extension_options(self) -> list[SelectOptionDict]:
        """Return the extensions by name; none while the PBX is away."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return []
        known = self.config_entry.runtime_data.inventory.extensions
        return [
            {"value": number, "label": f"{known[number].name} ({number})"}
            for number in sorted(known)
        ]

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


def _is_address(address: str) -> bool:
    try:
        split_address(address)
    except ValueError:
        return False
    return True


def _tidied(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers of a step without spaces around them and empty ones."""
    tidied: dict[str, Any] = {}
    for key, value in answers.items():
        if key in DIALLED:
            tidied[key] = diallable(value)
        elif isinstance(value, list):
            tidied[key] = [text for item in value if (text := item.strip())]
        else:
            tidied[key] = value.strip() if isinstance(value, str) else value
    return {key: value for key, value in tidied.items() if value not in ("", [])}


WHOLE_NUMBER = vol.All(
    # The limits are checked with translated errors, which those of a selector are not.
    NumberSelector(NumberSelectorConfig(mode=NumberSelectorMode.BOX)),
    vol.Coerce(int),
)
REPORTS_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_REPORTS, default=ReportWay.HOME_ASSISTANT.value): _select(
            CONF_REPORTS,
            ReportWay.HOME_ASSISTANT,
            ReportWay.OWN_PORT,
            ReportWay.CONNECTION,
            ReportWay.OFF,
        ),
        vol.Required(CONF_REPORT_PORT, default=DEFAULT_REPORT_PORT): WHOLE_NUMBER,
        vol.Optional(CONF_REPORT_ADDRESS): TextSelector(),
        vol.Required(
            CONF_PBX_REPORT_PORT, default=DEFAULT_PBX_REPORT_PORT
        ): WHOLE_NUMBER,
        vol.Required(CONF_WHOLE_REPORTS, default=False): BooleanSelector(),
    }
)
EVENTS_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_REPORTS, default=ReportWay.CONNECTION.value): _select(
            CONF_REPORTS, ReportWay.CONNECTION, ReportWay.OFF
        ),
        vol.Required(CONF_WHOLE_REPORTS, default=False): BooleanSelector(),
    }
)
