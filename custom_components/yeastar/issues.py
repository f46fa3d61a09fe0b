"""What stands between us and a session, told in repair issues."""

from datetime import datetime, timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from .const import DOMAIN

ADDRESS_NOT_ALLOWED = "address_not_allowed"
LOCKED_OUT = "locked_out"
KINDS = (ADDRESS_NOT_ALLOWED, LOCKED_OUT)


def issue_id(kind: str, entry_id: str) -> str:
    """Return the id of an issue; repairs and removal take it apart again."""
    return f"{kind}_{entry_id}"


@callback
def async_say_locked_out(
    hass: HomeAssistant, entry: ConfigEntry, until: datetime
) -> None:
    """Say until when the PBX listens to nobody here."""
    # The minute after: who looks at the clock then finds it over.
    time = dt_util.as_local(until + timedelta(minutes=1)).strftime("%H:%M")
    _say(hass, entry, LOCKED_OUT, time=time)


@callback
def async_say_address_not_allowed(
    hass: HomeAssistant, entry: ConfigEntry, address: str | None
) -> None:
    """Say which address the PBX would have to allow."""
    _say(hass, entry, ADDRESS_NOT_ALLOWED, address=address or "?")


@callback
def async_withdraw(hass: HomeAssistant, entry_id: str) -> None:
    """Withdraw what was said: it is so no longer, or concerns nobody any more."""
    for kind in KINDS:
        ir.async_delete_issue(hass, DOMAIN, issue_id(kind, entry_id))


def _say(hass: HomeAssistant, entry: ConfigEntry, kind: str, **words: str) -> None:
    for other in KINDS:
        if other != kind:
            ir.async_delete_issue(hass, DOMAIN, issue_id(other, entry.entry_id))
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id(kind, entry.entry_id),
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=kind,
        translation_placeholders={"name": entry.title, **words},
    )
