"""Turns errors of the device library into translated errors of Home Assistant."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final, Never, TypedDict

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .const import DOMAIN
from .pbx.errors import (
    PbxCertificateChangedError,
    PbxCertificateError,
    PbxConnectionError,
    PbxError,
    PbxNewerApiError,
    PbxOccupiedError,
    PbxOldTlsError,
    PbxOtherPbxError,
    PbxProtocolError,
    PbxRedirectError,
    PbxRefusedError,
    PbxUnconfirmedError,
    Refusal,
)

NO_CALL: Final = {"pbx_call_unknown": "pbx_no_call"}
"""Instead of the usual sentence, for an extension that is in no call."""


class Translated(TypedDict):
    """The arguments that give an exception of Home Assistant its sentence."""

    translation_domain: str
    translation_key: str
    translation_placeholders: dict[str, str]


# Refusals with a sentence of their own; all others name the number only.
SENTENCES = frozenset(
    {
        Refusal.ACCESS_DENIED,
        Refusal.ADDRESS_NOT_ALLOWED,
        Refusal.ALARM_EXISTS,
        Refusal.ALARM_NOT_CONFIGURED,
        Refusal.ALARM_UNKNOWN,
        Refusal.APPLY_TOO_FREQUENT,
        Refusal.BAD_CREDENTIALS,
        Refusal.CALL_UNKNOWN,
        Refusal.CALLEE_FORMAT,
        Refusal.CALLEE_UNKNOWN,
        Refusal.CONTROL_TOO_LATE,
        Refusal.EXTENSION_NOT_CONFIGURED,
        Refusal.EXTENSION_NOT_IDLE,
        Refusal.EXTENSION_UNKNOWN,
        Refusal.GSM_MODULE_BUSY,
        Refusal.GSM_MODULE_UNKNOWN,
        Refusal.INTERNAL,
        Refusal.IVR_UNKNOWN,
        Refusal.LOCKED_OUT,
        Refusal.MONITOR_MODE_MISMATCH,
        Refusal.MONITORING_NOT_ALLOWED,
        Refusal.NO_OUTBOUND_PERMISSION,
        Refusal.NOT_CONNECTED,
        Refusal.NOT_FOUND,
        Refusal.OPERATION_FAILED,
        Refusal.PARAMETER_BLANK,
        Refusal.PHONE_NUMBER_BLANK,
        Refusal.PROMPT_UNKNOWN,
        Refusal.QUEUE_UNKNOWN,
        Refusal.RECORDING_GONE,
        Refusal.RECORDING_INVALID,
        Refusal.RING_GROUP_UNKNOWN,
        Refusal.SERVICE_NOT_RUNNING,
        Refusal.SERVICE_UNREACHABLE,
        Refusal.SMS_BLANK,
        Refusal.SMS_FILE_FAILED,
        Refusal.TOO_MANY_SESSIONS,
        Refusal.UNSUPPORTED_REQUEST,
    }
)


def translated(err: PbxError) -> Translated:
    """Return the sentence for an error of the device library."""
    placeholders: dict[str, str] = {}
    match err:
        case PbxNewerApiError():
            key = "newer_api_only"
        case PbxRefusedError() if err.reason in SENTENCES:
            key = f"pbx_{err.reason}"
        case PbxRefusedError():
            key = "pbx_refused"
            placeholders = {"number": str(err.number)}
        case PbxRedirectError():
            key = "redirected"
            placeholders = {"scheme": err.scheme, "port": str(err.port)}
        case PbxProtocolError():
            key = "nonsense"
        case PbxOtherPbxError():
            key = "other_pbx"
            placeholders = {"expected": err.expected, "seen": err.seen}
        case PbxUnconfirmedError():
            key = "unconfirmed"
        case PbxCertificateChangedError():
            key = "certificate_changed"
        case PbxCertificateError():
            key = "certificate_not_trusted"
        case PbxOldTlsError():
            key = "old_tls"
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
def translated_errors(instead: Mapping[str, str] | None = None, /) -> Iterator[None]:
    """Raise errors of the device library as errors that a person understands.

    Args:
        instead: gives a sentence another one, for an operation by which an error
            means something special.
    """
    try:
        yield
    except PbxError as err:
        sentence = translated(err)
        key = sentence["translation_key"]
        sentence["translation_key"] = (instead or {}).get(key, key)
        raise HomeAssistantError(**sentence) from err
