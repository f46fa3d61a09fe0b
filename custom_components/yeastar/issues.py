"""Creates and withdraws every repair issue of a PBX."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util import dt as dt_util

from .const import CONF_FINGERPRINT, CONF_REPORTS, DOMAIN
from .pbx.errors import PbxCertificateChangedError, PbxOtherPbxError

ADDRESS_NOT_ALLOWED: Final = "address_not_allowed"
CALL_LOG_DAMAGED: Final = "call_log_damaged"
CALL_LOG_UNREADABLE: Final = "call_log_unreadable"
CERTIFICATE_CHANGED: Final = "certificate_changed"
DO_NOT_DISTURB_DAMAGED: Final = "do_not_disturb_damaged"
LOCKED_OUT: Final = "locked_out"
NO_REPORTS: Final = "no_reports"
OLD_FIRMWARE_APPLY: Final = "old_firmware_apply"
OTHER_PBX: Final = "other_pbx"
REPORTS_TAKEN: Final = "reports_taken"
SYSTEM_EVENT: Final = "system_event"
TOO_MANY_SESSIONS: Final = "too_many_sessions"

_REFUSED_LOGINS = (ADDRESS_NOT_ALLOWED, LOCKED_OUT, TOO_MANY_SESSIONS)


MOST_NAMES = 20
"""Of extensions and trunks that one issue names."""


def issue_id(kind: str, entry_id: str) -> str:
    """Return the id of an issue: its kind, an underscore and the id of the entry."""
    return f"{kind}_{entry_id}"


def kind_of(issue_id: str) -> str:
    """Return the kind of the issue that has an id."""
    return issue_id.rpartition("_")[0]


@callback
def async_withdraw(hass: HomeAssistant, entry_id: str, *kinds: str) -> None:
    """Withdraw issues of a PBX that no longer hold."""
    for kind in kinds:
        ir.async_delete_issue(hass, DOMAIN, issue_id(kind, entry_id))


@callback
def async_withdraw_refused_login(hass: HomeAssistant, entry_id: str) -> None:
    """Withdraw what kept Home Assistant from logging in."""
    async_withdraw(hass, entry_id, *_REFUSED_LOGINS)


@callback
def async_withdraw_all(
    hass: HomeAssistant, entry_id: str, *, ignored: bool = True
) -> None:
    """Withdraw every issue of a PBX, or all but those that a user ignores."""
    for (domain, found), issue in list(ir.async_get(hass).issues.items()):
        ours = domain == DOMAIN and found == issue_id(kind_of(found), entry_id)
        if ours and (ignored or not issue.dismissed_version):
            ir.async_delete_issue(hass, domain, found)


@callback
def async_withdraw_of_unloaded(hass: HomeAssistant) -> None:
    """Withdraw from now on the issues of each PBX that is not set up any more.

    Of an entry whose setup failed, only the state tells that it was disabled. That an
    issue is ignored outlives a reload.
    """

    @callback
    def entry_changed(_change: ConfigEntryChange, entry: ConfigEntry[Any]) -> None:
        if entry.domain == DOMAIN and entry.state is ConfigEntryState.NOT_LOADED:
            async_withdraw_all(hass, entry.entry_id, ignored=False)

    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, entry_changed)


@callback
def async_say_locked_out(
    hass: HomeAssistant, entry: ConfigEntry[Any], until: datetime
) -> None:
    """Say until when the PBX ignores Home Assistant."""
    # The minute after: a user who looks at the clock then finds it over.
    time = dt_util.as_local(until + timedelta(minutes=1)).strftime("%H:%M")
    _say_refused_login(hass, entry, LOCKED_OUT, time=time)


@callback
def async_say_address_not_allowed(
    hass: HomeAssistant, entry: ConfigEntry[Any], address: str | None
) -> None:
    """Say which address the PBX would have to allow."""
    _say_refused_login(hass, entry, ADDRESS_NOT_ALLOWED, address=address or "?")


@callback
def async_say_too_many_sessions(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Say that other programs have taken all sessions of the PBX."""
    _say_refused_login(hass, entry, TOO_MANY_SESSIONS)


def _say_refused_login(
    hass: HomeAssistant, entry: ConfigEntry[Any], kind: str, **words: str
) -> None:
    others = (other for other in _REFUSED_LOGINS if other != kind)
    async_withdraw(hass, entry.entry_id, *others)
    _create(hass, entry, kind, ir.IssueSeverity.ERROR, words)


@callback
def async_say_call_log_damaged(
    hass: HomeAssistant, entry: ConfigEntry[Any], file: str, lost: int
) -> None:
    """Say how many calls of the stored log could not be read, and where they are."""
    words = {"file": file, "lost": str(lost)}
    _create(hass, entry, CALL_LOG_DAMAGED, ir.IssueSeverity.WARNING, words)


@callback
def async_say_call_log_unreadable(
    hass: HomeAssistant, entry: ConfigEntry[Any], file: str
) -> None:
    """Say that nothing of the stored log could be read, and where it is."""
    words = {"file": file}
    _create(hass, entry, CALL_LOG_UNREADABLE, ir.IssueSeverity.WARNING, words)


@callback
def async_say_do_not_disturb_damaged(
    hass: HomeAssistant, entry: ConfigEntry[Any], file: str
) -> None:
    """Say that phones may stay quiet, since the stored times could not be read."""
    words = {"file": file}
    _create(hass, entry, DO_NOT_DISTURB_DAMAGED, ir.IssueSeverity.WARNING, words)


@callback
def async_say_old_firmware(
    hass: HomeAssistant, entry: ConfigEntry[Any], firmware: str, needed: str
) -> None:
    """Say why changes of extensions go slowly."""
    _create(
        hass,
        entry,
        OLD_FIRMWARE_APPLY,
        ir.IssueSeverity.WARNING,
        {"firmware": firmware, "needed": needed},
    )


@callback
def async_ask_about_certificate(
    hass: HomeAssistant, entry: ConfigEntry[Any], err: PbxCertificateChangedError
) -> None:
    """Ask a person whether the certificate that answers now is the PBX's."""
    _create(
        hass,
        entry,
        CERTIFICATE_CHANGED,
        ir.IssueSeverity.ERROR,
        {"expected": readable(err.expected), "seen": readable(err.seen)},
        fix_data={CONF_FINGERPRINT: err.seen},
    )


@callback
def async_say_other_pbx(
    hass: HomeAssistant, entry: ConfigEntry[Any], err: PbxOtherPbxError
) -> None:
    """Say that another PBX answers at the address of one, which is no longer used."""
    words = {"expected": err.expected, "seen": err.seen}
    _create(hass, entry, OTHER_PBX, ir.IssueSeverity.ERROR, words, fix_data={**words})


def readable(sha256: str) -> str:
    """Return a fingerprint as browsers and boxes print it."""
    return bytes.fromhex(sha256).hex(":").upper()


class NoReports(StrEnum):
    """Why no reports arrive, as far as it is known; the values are translation keys."""

    UNKNOWN = "no_reports"
    HTTPS = "no_reports_https"
    TCP = "no_reports_tcp"
    CONNECTION = "no_reports_connection"


@callback
def async_say_no_reports(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    way: str,
    why: NoReports,
    **words: str,
) -> None:
    """Say that no reports arrive, and where they should."""
    _create(
        hass,
        entry,
        NO_REPORTS,
        ir.IssueSeverity.WARNING,
        words,
        fix_data={CONF_REPORTS: way},
        translation_key=why,
    )


@callback
def async_say_reports_taken(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Say that another program takes the reports again and again."""
    _create(hass, entry, REPORTS_TAKEN, ir.IssueSeverity.WARNING, {})


@callback
def async_say_unmonitored(
    hass: HomeAssistant, entry: ConfigEntry[Any], names: Sequence[str]
) -> None:
    """Say that no events arrive, and of what the PBX is not set to tell any."""
    listed = ", ".join(names[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else "")
    _create(
        hass,
        entry,
        NO_REPORTS,
        ir.IssueSeverity.WARNING,
        {"names": listed or "-"},
        translation_key="no_events",
    )


@callback
def async_ask_about_system_event(
    hass: HomeAssistant, entry: ConfigEntry[Any], content: str
) -> None:
    """Ask a person to look at the newest event of the PBX that needs one."""
    _create(
        hass,
        entry,
        SYSTEM_EVENT,
        ir.IssueSeverity.WARNING,
        {"content": content},
        fix_data={"content": content},
    )


def _create(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    kind: str,
    severity: ir.IssueSeverity,
    words: Mapping[str, str],
    *,
    fix_data: dict[str, str | int | float | None] | None = None,
    translation_key: str = "",
) -> None:
    """Create an issue; one with data for a repair flow can be fixed."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id(kind, entry.entry_id),
        data={"entry_id": entry.entry_id, **fix_data} if fix_data else None,
        is_fixable=fix_data is not None,
        severity=severity,
        translation_key=translation_key or kind,
        translation_placeholders={"name": entry.title, **words},
    )
