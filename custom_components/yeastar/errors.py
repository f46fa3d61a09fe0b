"""What the PBX refused or failed to do, as sentences of ours.

The one place that turns errors of the client into errors of Home Assistant.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Never, TypedDict

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .const import DOMAIN
from .pbx import (
    PbxCertificateChangedError,
    PbxCertificateError,
    PbxConnectionError,
    PbxCredentialsError,
    PbxError,
    PbxOccupiedError,
    PbxProtocolError,
    PbxRedirectError,
    PbxRefusedError,
    PbxUnconfirmedError,
)

if TYPE_CHECKING:
    from .coordinator import YeastarCoordinator


class Translated(TypedDict):
    """The arguments that give an exception of Home Assistant its sentence."""

    translation_domain: str
    translation_key: str
    translation_placeholders: dict[str, str]


# Refusals with a sentence of their own; all others name the number only.
SENTENCES = frozenset(
    {
        "address_not_allowed",
        "alarm_exists",
        "alarm_not_configured",
        "alarm_unknown",
        "apply_too_frequent",
        "bad_credentials",
        "call_unknown",
        "callee_format",
        "callee_unknown",
        "control_too_late",
        "extension_not_configured",
        "extension_not_idle",
        "extension_unknown",
        "gsm_module_busy",
        "gsm_module_unknown",
        "internal",
        "ivr_unknown",
        "locked_out",
        "monitor_mode_mismatch",
        "monitoring_not_allowed",
        "no_outbound_permission",
        "not_connected",
        "parameter_blank",
        "phone_number_blank",
        "prompt_unknown",
        "queue_unknown",
        "recording_gone",
        "recording_invalid",
        "ring_group_unknown",
        "service_not_running",
        "service_unreachable",
        "sms_blank",
        "sms_file_failed",
        "unsupported_request",
    }
)


def translated(err: PbxError) -> Translated:
    """Return the sentence for an error of the client."""
    placeholders: dict[str, str] = {}
    match err:
        case PbxRefusedError():
            name = err.code.name.lower() if err.code else ""
            key = f"pbx_{name}" if name in SENTENCES else "pbx_refused"
            if key == "pbx_refused":
                placeholders = {"number": str(err.number)}
        case PbxRedirectError():
            key = "redirected"
            placeholders = {"scheme": err.scheme, "port": str(err.port)}
        case PbxProtocolError():
            key = "nonsense"
        case PbxUnconfirmedError():
            key = "unconfirmed"
        case PbxCertificateChangedError():
            key = "certificate_changed"
        case PbxCertificateError():
            key = "certificate_not_trusted"
        case PbxOccupiedError():
            key = "occupied"
        case PbxConnectionError():
            key = "cannot_connect"
        case _:
            key = "failed"
    return {
        "translation_domain": DOMAIN,
        "translation_key": key,
        "translation_placeholders": placeholders,
    }


def refuse(key: str, **placeholders: str) -> Never:
    """Raise a refusal in words; nothing was sent."""
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )


@contextmanager
def translated_errors(
    coordinator: YeastarCoordinator, **instead: str
) -> Iterator[None]:
    """Raise what the client raises as an error that a person understands.

    An operation that means something special by an error gives another sentence
    for it: `instead` maps the usual key to its own.
    """
    try:
        yield
    except PbxCredentialsError as err:
        coordinator.config_entry.async_start_reauth(coordinator.hass)
        raise HomeAssistantError(**translated(err)) from err
    except PbxError as err:
        sentence = translated(err)
        key = sentence["translation_key"]
        sentence["translation_key"] = instead.get(key, key)
        raise HomeAssistantError(**sentence) from err
