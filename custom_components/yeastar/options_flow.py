"""Asks what may be done with a PBX."""

from typing import Any

from homeassistant.config_entries import (
    ConfigEntryState,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
)
import voluptuous as vol

from .const import (
    ADMINISTRATORS,
    CONF_NUMBER_FORMAT,
    CONF_OUTSIDE_CALLS,
    CONF_OUTSIDE_PREFIX,
    CONF_SMS_TRUNK,
    CONF_SUPERVISION,
    EVERYONE,
)
from .numbers import NumberFormat, diallable, undiallable


class YeastarOptionsFlow(OptionsFlowWithReload):
    """Asks what may be done with a PBX; changes take effect without a restart."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for all options at once."""
        errors: dict[str, str] = {}
        schema = self._schema()
        options = self.config_entry.options
        if user_input is not None:
            prefix = diallable(user_input.get(CONF_OUTSIDE_PREFIX, ""))
            if undiallable(prefix):
                errors[CONF_OUTSIDE_PREFIX] = "not_diallable"
            else:
                # A field that was emptied is not sent; what others keep here stays.
                asked = {str(key) for key in schema.schema}
                kept = {key: options[key] for key in options if key not in asked}
                if prefix:
                    user_input[CONF_OUTSIDE_PREFIX] = prefix
                return self.async_create_entry(data={**kept, **user_input})
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                schema,  # type: ignore[arg-type]
                user_input or options,
            ),
            errors=errors,
        )

    def _schema(self) -> vol.Schema:
        trunks: list[str] = []
        if self.config_entry.state is ConfigEntryState.LOADED:
            known = self.config_entry.runtime_data.data.trunks.values()
            trunks = sorted(trunk.name for trunk in known if trunk.type == "GSM")
        return vol.Schema(
            {
                vol.Required(CONF_SUPERVISION, default=False): BooleanSelector(),
                vol.Required(CONF_OUTSIDE_CALLS, default=EVERYONE): _select(
                    CONF_OUTSIDE_CALLS, EVERYONE, ADMINISTRATORS
                ),
                vol.Optional(CONF_OUTSIDE_PREFIX): TextSelector(),
                vol.Required(
                    CONF_NUMBER_FORMAT, default=NumberFormat.AS_STORED.value
                ): _select(CONF_NUMBER_FORMAT, *NumberFormat),
                vol.Optional(CONF_SMS_TRUNK): SelectSelector(
                    SelectSelectorConfig(options=trunks, custom_value=True)
                ),
            }
        )


def _select(key: str, *options: str) -> SelectSelector:
    """Return a choice whose options are translated under the key."""
    return SelectSelector(
        SelectSelectorConfig(
            options=[str(option) for option in options], translation_key=key
        )
    )
