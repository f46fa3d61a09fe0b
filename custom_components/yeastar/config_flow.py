"""Config flow for Yeastar PBX."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components import webhook
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
)
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
    CONF_WEBHOOK_ID,
)
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol
from yarl import URL

from .api import (
    DeviceInfo,
    PbxAddressError,
    PbxCertificateChangedError,
    PbxCertificateError,
    PbxConnectionError,
    PbxCredentialsError,
    PbxError,
    PbxLockedOutError,
    PbxProtocolError,
    PbxRedirectError,
    PbxUnsupportedError,
)
from .certificate import with_certificate
from .const import DEFAULT_PORT, DEFAULT_USERNAME, DOMAIN, LOGGER
from .contact_flow import ContactFlow
from .contacts import SUBENTRY_CONTACT
from .errors import translated
from .keeper import without_refusals
from .options_flow import YeastarOptionsFlow
from .session import create_client

PASSWORD_SELECTOR = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="current-password")
)
USER_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_HOST): TextSelector(),
        vol.Required(CONF_PORT, default=DEFAULT_PORT): vol.All(
            NumberSelector(
                NumberSelectorConfig(min=1, max=65535, mode=NumberSelectorMode.BOX)
            ),
            vol.Coerce(int),
        ),
        vol.Required(CONF_SSL, default=True): BooleanSelector(),
        vol.Required(CONF_VERIFY_SSL, default=False): BooleanSelector(),
        vol.Required(CONF_USERNAME, default=DEFAULT_USERNAME): TextSelector(
            TextSelectorConfig(autocomplete="username")
        ),
        vol.Required(CONF_PASSWORD): PASSWORD_SELECTOR,
    }
)
REAUTH_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_USERNAME): TextSelector(
            TextSelectorConfig(autocomplete="username")
        ),
        vol.Required(CONF_PASSWORD): PASSWORD_SELECTOR,
    }
)

# The first that fits counts, so the special ones come first.
_ERRORS: tuple[tuple[type[PbxError], str], ...] = (
    (PbxCredentialsError, "invalid_auth"),
    (PbxLockedOutError, "locked_out"),
    (PbxAddressError, "ip_not_allowed"),
    (PbxUnsupportedError, "unsupported_firmware"),
    (PbxRedirectError, "redirected"),
    (PbxProtocolError, "api_unavailable"),
    (PbxCertificateChangedError, "certificate_changed"),
    (PbxCertificateError, "certificate_not_trusted"),
    (PbxConnectionError, "cannot_connect"),
)


class YeastarConfigFlow(ConfigFlow, domain=DOMAIN):
    """Sets up a PBX: one login, one look at its serial number, one logout."""

    VERSION = 1

    _words: Mapping[str, str] = {}
    """What the sentence of an error names."""

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> YeastarOptionsFlow:
        """Return how the options are asked for."""
        return YeastarOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what people may add to a PBX."""
        return {SUBENTRY_CONTACT: ContactFlow}

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where the PBX is and who may use its API."""
        errors: dict[str, str] = {}
        if user_input is not None:
            user_input = {**user_input, CONF_HOST: _host(user_input[CONF_HOST])}
            # Reports go to whoever logged in last: before a login takes them away
            # from an entry, look whether it is that PBX.
            self._async_abort_entries_match(
                {
                    CONF_HOST: user_input[CONF_HOST],
                    CONF_PORT: user_input[CONF_PORT],
                }
            )
            if probed := await self._async_probe(user_input, errors):
                device, data = probed
                await self.async_set_unique_id(device.serial_number)
                self._async_give_reports_back(device.serial_number)
                self._abort_if_unique_id_configured()
                return self.async_create_entry(
                    title=device.name,
                    data={**data, CONF_WEBHOOK_ID: webhook.async_generate_id()},
                )
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                USER_SCHEMA,  # type: ignore[arg-type]
                _without_password(user_input),
            ),
            errors=errors,
            description_placeholders=self._words,
        )

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Begin to ask for the password again."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for user and password; only now may one be sent again."""
        errors: dict[str, str] = {}
        entry = self._get_reauth_entry()
        if user_input is not None:
            data = {**entry.data, **user_input}
            if probed := await self._async_probe(data, errors):
                device, data = probed
                await self.async_set_unique_id(device.serial_number)
                if device.serial_number != entry.unique_id:
                    self._async_give_reports_back(device.serial_number)
                self._abort_if_unique_id_mismatch(
                    description_placeholders={"serial_number": device.serial_number}
                )
                return self.async_update_reload_and_abort(entry, data=data)
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=self.add_suggested_values_to_schema(
                REAUTH_SCHEMA,  # type: ignore[arg-type]
                _without_password(user_input)
                or {CONF_USERNAME: entry.data[CONF_USERNAME]},
            ),
            errors=errors,
            description_placeholders={"name": entry.title, **self._words},
        )

    async def _async_probe(
        self, data: Mapping[str, Any], errors: dict[str, str]
    ) -> tuple[DeviceInfo, dict[str, Any]] | None:
        """Return what answers there, and the data to keep; or note what is wrong."""
        try:
            client = create_client(self.hass, data)
        except ValueError:
            errors[CONF_HOST] = "invalid_host"
            return None
        try:
            device = await client.device_info()
            return device, with_certificate(without_refusals(data), client)
        except PbxError as err:
            LOGGER.debug("Setup of a PBX failed: %s", err)
            self._words = translated(err)["translation_placeholders"]
            errors["base"] = next(
                (key for kind, key in _ERRORS if isinstance(err, kind)), "unknown"
            )
        except Exception:  # noqa: BLE001 - a form must not end in a bare error page
            LOGGER.exception("Unexpected error while a PBX is set up")
            errors["base"] = "unknown"
        finally:
            took_reports = client.logged_in
            await client.logout()
        if took_reports:
            self._async_give_reports_back()
        return None

    def _async_give_reports_back(self, serial_number: str | None = None) -> None:
        """Let the entry of the PBX log in again: our probe took its reports away.

        All entries, if the PBX did not say which one it is.
        """
        for entry in self.hass.config_entries.async_loaded_entries(self.handler):
            if serial_number in (None, entry.unique_id):
                entry.runtime_data.async_log_in_again()


def _host(value: str) -> str:
    """Return the host of what a person typed or pasted, an address perhaps."""
    value = value.strip()
    if "//" not in value:
        return value.strip("[]/")
    try:
        return URL(value).host or value
    except ValueError:
        return value


def _without_password(user_input: dict[str, Any] | None) -> dict[str, Any]:
    return {
        key: value for key, value in (user_input or {}).items() if key != CONF_PASSWORD
    }
