"""A certificate that nobody signed: kept when first seen, exchanged by a person."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import CONF_FINGERPRINT, DOMAIN
from ..issues import issue_id
from ..pbx import PbxCertificateChangedError, PbxClient

CERTIFICATE_CHANGED = "certificate_changed"


def with_certificate(data: Mapping[str, Any], client: PbxClient) -> dict[str, Any]:
    """Return what an entry keeps, with the certificate the client goes by.

    There is none if the PBX's is verified in the usual way, or without TLS.
    """
    kept = {key: value for key, value in data.items() if key != CONF_FINGERPRINT}
    if client.certificate_sha256:
        kept[CONF_FINGERPRINT] = client.certificate_sha256
    return kept


@callback
def async_ask_about_certificate(
    hass: HomeAssistant, entry: ConfigEntry, err: PbxCertificateChangedError
) -> None:
    """Ask a person whether the certificate that answers now is the PBX's."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id(CERTIFICATE_CHANGED, entry.entry_id),
        data={"entry_id": entry.entry_id, CONF_FINGERPRINT: err.seen},
        is_fixable=True,
        severity=ir.IssueSeverity.ERROR,
        translation_key=CERTIFICATE_CHANGED,
        translation_placeholders={
            "name": entry.title,
            "expected": readable(err.expected),
            "seen": readable(err.seen),
        },
    )


@callback
def async_stop_asking_about_certificate(hass: HomeAssistant, entry_id: str) -> None:
    """Forget the question: the PBX was reached, or is no longer set up."""
    ir.async_delete_issue(hass, DOMAIN, issue_id(CERTIFICATE_CHANGED, entry_id))


def readable(sha256: str) -> str:
    """Return a fingerprint as browsers and boxes print it."""
    return bytes.fromhex(sha256).hex(":").upper()
