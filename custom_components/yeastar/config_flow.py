"""Config flow for Yeastar PBX."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components import webhook
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
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
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.selector import (
    BooleanSelector,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.helpers.typing import UNDEFINED, UndefinedType
from homeassistant.util.network import is_ip_address
import voluptuous as vol
from yarl import URL

from .connection import as_found, async_find_pbx, create_pbx
from .const import (
    CONF_FAMILY,
    CONF_FINGERPRINT,
    CONF_OLD_TLS,
    CONF_PASSWORD_REFUSED,
    CONF_REPORTS,
    DEFAULT_PORT,
    DEFAULT_USERNAME,
    DOMAIN,
    LOGGER,
    ReportWay,
)
from .errors import translated
from .features.login import without_refusals
from .flows.contact import ContactFlow
from .flows.contact_files import SUBENTRY_CONTACT_FILES, ContactFilesFlow
from .flows.discovery import (
    async_entry_by_mac,
    async_has_moved,
    async_is_at,
    async_remember_mac,
)
from .flows.options import WHOLE_NUMBER, YeastarOptionsFlow
from .issues import readable
from .migration import MINOR_VERSION, VERSION
from .pbx.certificate import speaks_only_old_tls
from .pbx.errors import (
    PbxAddressError,
    PbxBusyError,
    PbxCertificateChangedError,
    PbxCertificateError,
    PbxConnectionError,
    PbxCredentialsError,
    PbxError,
    PbxHandshakeError,
    PbxLockedOutError,
    PbxNewerApiError,
    PbxOldTlsError,
    PbxProtocolError,
    PbxRedirectError,
    PbxRefusedError,
    PbxTooManySessionsError,
    PbxUnsupportedError,
)
from .pbx.models import Device, Family
from .phonebook.contacts import SUBENTRY_CONTACT
from .push.target import HIGHEST_PORT

PASSWORD_SELECTOR = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="current-password")
)
ADDRESS_FIELDS: dict[vol.Marker, Any] = {
    vol.Required(CONF_HOST): TextSelector(),
    vol.Required(CONF_PORT, default=DEFAULT_PORT): WHOLE_NUMBER,
    vol.Required(CONF_SSL, default=True): BooleanSelector(),
    vol.Required(CONF_VERIFY_SSL, default=False): BooleanSelector(),
    vol.Required(CONF_USERNAME, default=DEFAULT_USERNAME): TextSelector(
        TextSelectorConfig(autocomplete="username")
    ),
}
USER_SCHEMA = vol.Schema(
    {**ADDRESS_FIELDS, vol.Required(CONF_PASSWORD): PASSWORD_SELECTOR}
)
RECONFIGURE_SCHEMA = vol.Schema(
    {**ADDRESS_FIELDS, vol.Optional(CONF_PASSWORD): PASSWORD_SELECTOR}
)
KEEP_PASSWORD = (CONF_HOST, CONF_SSL, CONF_VERIFY_SSL)
"""Fields with which a stored password goes nowhere that it was not sent before."""
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
    (PbxTooManySessionsError, "too_many_sessions"),
    (PbxAddressError, "ip_not_allowed"),
    (PbxUnsupportedError, "unsupported_firmware"),
    (PbxBusyError, "not_running"),
    (PbxRefusedError, "refused"),
    (PbxRedirectError, "redirected"),
    (PbxProtocolError, "api_unavailable"),
    (PbxCertificateChangedError, "certificate_changed"),
    (PbxCertificateError, "certificate_not_trusted"),
    (PbxOldTlsError, "old_tls"),
    (PbxConnectionError, "cannot_connect"),
)


class YeastarConfigFlow(ConfigFlow, domain=DOMAIN):
    """Sets up a PBX: one login, one look at its serial number, one logout."""

    VERSION = VERSION
    MINOR_VERSION = MINOR_VERSION

    _words: Mapping[str, str] = {}
    """What the sentence of an error names."""
    _discovered: Mapping[str, Any] = {}
    """What the form is filled in with, as far as discovery knows."""
    _moved_entry_id = ""
    _strange: PbxCertificateChangedError | None = None
    """Another certificate than the one that is known, until a person accepts it."""
    _accepted: Mapping[str, Any] = {}
    _typed: dict[str, Any] | None = None
    """What to go on with when a certificate or an old version of TLS was accepted."""

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
        return {
            SUBENTRY_CONTACT: ContactFlow,
            SUBENTRY_CONTACT_FILES: ContactFilesFlow,
        }

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where the PBX is and who may use its API."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if user_input != self._typed:
                self._accepted = {}
            self._typed = user_input
            user_input = self._async_at_free_address(user_input)
            data = {**user_input, **self._accepted}
            if probed := await self._async_probe(data, errors):
                device, data = probed
                await self.async_set_unique_id(device.serial_number)
                self._async_give_reports_back(device.serial_number)
                self._abort_if_unique_id_configured()
                return self.async_create_entry(
                    title=device.name or device.model or "Yeastar",
                    data={**data, CONF_WEBHOOK_ID: webhook.async_generate_id()},
                    options=self._first_options(data),
                )
            if self._may_allow_old_tls(data, errors):
                return await self.async_step_allow_old_tls()
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                USER_SCHEMA,  # type: ignore[arg-type]
                user_input or self._discovered,
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
            if result := await self._async_renew(entry, data, errors):
                return result
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=self.add_suggested_values_to_schema(
                REAUTH_SCHEMA,  # type: ignore[arg-type]
                user_input or {CONF_USERNAME: entry.data[CONF_USERNAME]},
            ),
            errors=errors,
            description_placeholders={"name": entry.title, **self._words},
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where the PBX is now and who may use its API; the PBX stays the same."""
        errors: dict[str, str] = {}
        entry = self._get_reconfigure_entry()
        if user_input is not None:
            self._typed = user_input = self._async_at_free_address(user_input)
            given = {key: value for key, value in user_input.items() if value != ""}
            # Another PBX, or another firmware, may do without.
            kept = {k: v for k, v in entry.data.items() if k != CONF_OLD_TLS}
            data = {**kept, **given, **self._accepted}
            may_send = CONF_PASSWORD in given or all(
                data[key] == entry.data[key] for key in KEEP_PASSWORD
            )
            if result := await self._async_renew(
                entry, data, errors, may_send=may_send
            ):
                return result
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                RECONFIGURE_SCHEMA,  # type: ignore[arg-type]
                user_input or _without_password(entry.data),
            ),
            errors=errors,
            description_placeholders={"name": entry.title, **self._words},
        )

    @override
    async def async_step_dhcp(
        self, discovery_info: DhcpServiceInfo
    ) -> ConfigFlowResult:
        """Meet a device of Yeastar's, or one that we know, at an address."""
        host = discovery_info.ip
        mac = dr.format_mac(discovery_info.macaddress)
        if entry := async_entry_by_mac(self.hass, mac):
            return await self._async_seen_at(entry, host, mac)
        for entry in self._async_current_entries(include_ignore=False):
            if await async_is_at(entry, host):
                async_remember_mac(self.hass, entry, mac)
                return self.async_abort(reason="already_configured")
        await self._async_offer(mac, host)
        self._discovered = {CONF_HOST: host}
        return await self.async_step_user()

    async def _async_seen_at(
        self, entry: ConfigEntry, host: str, mac: str
    ) -> ConfigFlowResult:
        """Follow a PBX to its new address, if it is sure that it is there."""
        before = entry.data[CONF_HOST]
        # A name leads to the new address without us.
        if host == before or not is_ip_address(before):
            return self.async_abort(reason="already_configured")
        if await async_has_moved(entry, host):
            return self.async_update_reload_and_abort(
                entry,
                data_updates={
                    CONF_HOST: host,
                    CONF_WEBHOOK_ID: webhook.async_generate_id(),
                },
                reason="already_configured",
            )
        await self._async_offer(mac, f"{entry.title} ({host})")
        self._discovered = {CONF_HOST: host}
        self._moved_entry_id = entry.entry_id
        return await self.async_step_confirm_move()

    async def _async_offer(self, mac: str, name: str) -> None:
        """Be shown as discovered, once, unless a person ignores this device."""
        await self.async_set_unique_id(mac)
        self._abort_if_unique_id_configured()
        self.context["title_placeholders"] = {"name": name}

    async def async_step_confirm_move(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether a PBX moved; before that, the new address is sent nothing."""
        errors: dict[str, str] = {}
        host = self._discovered[CONF_HOST]
        entry = self.hass.config_entries.async_get_entry(self._moved_entry_id)
        if entry is None:
            return await self.async_step_user()
        if entry.data[CONF_HOST] == host:
            return self.async_abort(reason="already_configured")
        if user_input is not None:
            self._typed = user_input
            data = {**entry.data, CONF_HOST: host, **self._accepted}
            result = await self._async_renew(entry, data, errors, "move_successful")
            if result:
                return result
        return self.async_show_form(
            step_id="confirm_move",
            errors=errors,
            description_placeholders={
                "name": entry.title,
                "before": entry.data[CONF_HOST],
                "now": host,
                **self._words,
            },
        )

    async def async_step_accept_certificate(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether another certificate is the PBX's; only then go on."""
        assert self._strange
        if user_input is not None:
            return await self._async_accept(CONF_FINGERPRINT, self._strange.seen)
        return self.async_show_form(
            step_id="accept_certificate",
            description_placeholders={
                "expected": readable(self._strange.expected),
                "seen": readable(self._strange.seen),
            },
        )

    async def async_step_allow_old_tls(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether TLS 1.0 and 1.1 may be used with this PBX, which has no other."""
        if user_input is not None:
            return await self._async_accept(CONF_OLD_TLS, True)
        return self.async_show_form(step_id="allow_old_tls")

    async def _async_accept(self, key: str, value: object) -> ConfigFlowResult:
        """Go on with what was typed before the question."""
        self._accepted = {**self._accepted, key: value}
        if self._moved_entry_id:
            return await self.async_step_confirm_move(self._typed)
        if self.source == SOURCE_RECONFIGURE:
            return await self.async_step_reconfigure(self._typed)
        return await self.async_step_user(self._typed)

    def _may_allow_old_tls(
        self, data: Mapping[str, Any], errors: Mapping[str, str]
    ) -> bool:
        """Return whether a person may still allow what is wrong.

        A certificate that is verified in the usual way is so by the rules of Home
        Assistant, which have no exception.
        """
        return errors.get("base") == "old_tls" and not data[CONF_VERIFY_SSL]

    def _async_at_free_address(self, user_input: dict[str, Any]) -> dict[str, Any]:
        """Return what was typed, unless another entry has this address.

        Reports go to the program that logged in last: before a login takes them away
        from an entry, look whether it is that PBX.
        """
        user_input = {**user_input, **_address(user_input[CONF_HOST])}
        self._async_abort_entries_match(
            {key: user_input[key] for key in (CONF_HOST, CONF_PORT)}
        )
        return user_input

    def _first_options(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options of a new entry: a PBX posts to no server with https."""
        posts = data[CONF_FAMILY] == Family.S_SERIES
        if posts and self.hass.config.api and self.hass.config.api.use_ssl:
            return {CONF_REPORTS: ReportWay.OWN_PORT.value}
        return {}

    async def _async_renew(
        self,
        entry: ConfigEntry,
        data: dict[str, Any],
        errors: dict[str, str],
        reason: str | UndefinedType = UNDEFINED,
        *,
        may_send: bool = True,
    ) -> ConfigFlowResult | None:
        """Give an entry other data, if the same PBX answers to them."""
        probed = await self._async_probe(data, errors, may_send=may_send)
        if probed is None:
            if self.source != SOURCE_REAUTH:
                if self._strange:
                    return await self.async_step_accept_certificate()
                if self._may_allow_old_tls(data, errors):
                    return await self.async_step_allow_old_tls()
            if errors.get("base") == "invalid_auth":
                self._remember_refusal(entry, data)
            return None
        device, data = probed
        if device.serial_number != entry.unique_id:
            self._async_give_reports_back(device.serial_number)
            return self.async_abort(
                reason="unique_id_mismatch",
                description_placeholders={
                    "serial_number": device.serial_number,
                    "expected": entry.unique_id or "",
                },
            )
        # Who overheard where reports go cannot go on to forge them.
        data[CONF_WEBHOOK_ID] = webhook.async_generate_id()
        return self.async_update_reload_and_abort(entry, data=data, reason=reason)

    def _remember_refusal(self, entry: ConfigEntry, data: Mapping[str, Any]) -> None:
        """Let the entry, too, not send again what its PBX refused."""
        if entry.data.get(CONF_PASSWORD_REFUSED):
            # It knows; a reload would take the form away that is being filled in.
            return
        login = (CONF_HOST, CONF_PORT, CONF_USERNAME, CONF_PASSWORD)
        if all(data[key] == entry.data[key] for key in login):
            self.hass.config_entries.async_update_entry(
                entry, data={**entry.data, CONF_PASSWORD_REFUSED: True}
            )
            self.hass.config_entries.async_schedule_reload(entry.entry_id)

    async def _async_probe(
        self,
        data: Mapping[str, Any],
        errors: dict[str, str],
        *,
        may_send: bool = True,
    ) -> tuple[Device, dict[str, Any]] | None:
        """Return what answers there, and the data to keep; or note what is wrong.

        With `may_send` the password is sent there.
        """
        self._strange = None
        if not 1 <= data[CONF_PORT] <= HIGHEST_PORT:
            errors[CONF_PORT] = "invalid_port"
            return None
        try:
            pbx = await async_find_pbx(self.hass, data)
        except ValueError:
            errors[CONF_HOST] = "invalid_host"
            return None
        except PbxError as err:
            errors["base"] = await self._async_what_is_wrong(err, data)
            return None
        if not may_send:
            errors[CONF_PASSWORD] = "password_needed"
            return None
        try:
            try:
                device = await pbx.connect()
            except PbxNewerApiError:
                pbx = create_pbx(self.hass, as_found(data, pbx), "")
                device = await pbx.connect()
        except PbxError as err:
            errors["base"] = await self._async_what_is_wrong(err, data)
            if isinstance(err, PbxUnsupportedError) and pbx.family is Family.P_SERIES:
                errors["base"] = "api_unavailable"
        except Exception:  # noqa: BLE001 - a form must not end in a bare error page
            LOGGER.exception("Unexpected error while a PBX is set up")
            errors["base"] = "unknown"
        else:
            kept = as_found(without_refusals(data), pbx)
            return device, {**kept, CONF_FAMILY: pbx.family.value}
        finally:
            took_reports = pbx.logged_in
            await pbx.close()
        if took_reports:
            self._async_give_reports_back()
        return None

    async def _async_what_is_wrong(self, err: PbxError, data: Mapping[str, Any]) -> str:
        """Return the key of the sentence for an error, and keep what it needs."""
        LOGGER.debug("Setup of a PBX failed: %s", err)
        if isinstance(err, PbxHandshakeError) and not data.get(CONF_OLD_TLS):
            # Some servers hang up without saying that the versions are the reason.
            if await speaks_only_old_tls(data[CONF_HOST], data[CONF_PORT]):
                err = PbxOldTlsError()
        if isinstance(err, PbxOldTlsError):
            LOGGER.warning("%s speaks only TLS 1.0 or 1.1", data[CONF_HOST])
        self._words = words_of(err)
        if isinstance(err, PbxCertificateChangedError):
            self._strange = err
        return next((key for kind, key in _ERRORS if isinstance(err, kind)), "unknown")

    def _async_give_reports_back(self, serial_number: str | None = None) -> None:
        """Let the entry of the PBX log in again: the probe took its reports away.

        All entries, if the PBX did not say which one it is.
        """
        for entry in self.hass.config_entries.async_loaded_entries(self.handler):
            if serial_number in (None, entry.unique_id):
                entry.runtime_data.async_log_in_again()


def words_of(err: PbxError) -> dict[str, str]:
    """Return what the sentence of an error names."""
    words = translated(err)["translation_placeholders"]
    if isinstance(err, PbxRefusedError):
        return {**words, "number": str(err.number)}
    return words


def _address(typed: str) -> dict[str, Any]:
    """Return host, port and scheme, as far as a person typed or pasted them as host."""
    typed = typed.strip()
    bare = typed.strip("[]/")
    if is_ip_address(bare):
        return {CONF_HOST: bare}
    try:
        url = URL(typed if "//" in typed else f"//{typed}")
        address: dict[str, Any] = {CONF_HOST: url.host or typed}
        if url.explicit_port is not None:
            address[CONF_PORT] = url.explicit_port
    except ValueError:
        return {CONF_HOST: typed}
    if url.scheme in ("http", "https"):
        address[CONF_SSL] = url.scheme == "https"
    return address


def _without_password(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != CONF_PASSWORD}
