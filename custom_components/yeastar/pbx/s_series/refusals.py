"""What the error numbers of the S-Series mean (the tables of its guides, v1.0 to v2.0)."""

from typing import Final

from ..errors import (
    PbxAddressError,
    PbxBusyError,
    PbxCredentialsError,
    PbxLockedOutError,
    PbxRecordingGoneError,
    PbxRecordingRefusedError,
    PbxRefusedError,
    PbxTokenError,
    PbxUnsupportedError,
    Refusal,
)

_REASONS: Final = {
    10002: Refusal.XML_UNSUPPORTED,
    10003: Refusal.UNSUPPORTED_REQUEST,
    10004: Refusal.PARAMETER_BLANK,
    10005: Refusal.CALL_ID_UNKNOWN,
    10006: Refusal.EXTENSION_UNKNOWN,
    10007: Refusal.CALL_UNKNOWN,
    10008: Refusal.EXTENSION_NOT_IDLE,
    10009: Refusal.MONITORING_NOT_ALLOWED,
    10010: Refusal.MONITOR_MODE_MISMATCH,
    10011: Refusal.CALLEE_UNKNOWN,
    10012: Refusal.IVR_UNKNOWN,
    10013: Refusal.QUEUE_UNKNOWN,
    10014: Refusal.RING_GROUP_UNKNOWN,
    10015: Refusal.NOT_CONNECTED,
    10016: Refusal.CONTROL_TOO_LATE,
    10017: Refusal.EXTENSION_NOT_CONFIGURED,
    10018: Refusal.IVR_NOT_CONFIGURED,
    10019: Refusal.QUEUE_NOT_CONFIGURED,
    10020: Refusal.ALARM_NOT_CONFIGURED,
    10021: Refusal.ALARM_UNKNOWN,
    10022: Refusal.ALARM_EXISTS,
    10023: Refusal.PROMPT_UNKNOWN,
    10024: Refusal.NO_OUTBOUND_PERMISSION,
    10025: Refusal.APPLY_TOO_FREQUENT,
    10026: Refusal.GSM_MODULE_UNKNOWN,
    10027: Refusal.GSM_MODULE_BUSY,
    10028: Refusal.PHONE_NUMBER_BLANK,
    10029: Refusal.SMS_FILE_FAILED,
    10030: Refusal.SMS_BLANK,
    10031: Refusal.CALLEE_FORMAT,
    10032: Refusal.WRONG_QUEUE_PASSWORD,
    10033: Refusal.EXTENSION_ROUTE_NOT_SAVED,
    10085: Refusal.EXTENSION_EXISTS,
    10086: Refusal.DELETE_FAILED,
    10087: Refusal.EXTENSION_LIMIT,
    10140: Refusal.CONTACT_FIELDS,
    20000: Refusal.JSON_ONLY,
    20001: Refusal.POST_ONLY,
    20002: Refusal.LOCKED_OUT,
    20003: Refusal.BAD_CREDENTIALS,
    20004: Refusal.TOKEN_UNKNOWN,
    20005: Refusal.TOKEN_BLANK,
    20006: Refusal.TOKEN_EXPIRED,
    20007: Refusal.DATA_BLANK,
    20008: Refusal.BAD_PORT,
    20009: Refusal.REQUEST_BLANK,
    20010: Refusal.SERVICE_UNREACHABLE,
    20011: Refusal.HEARTBEAT_FAILED,
    20012: Refusal.RECORDING_INVALID,
    20013: Refusal.CAPTCHA,
    20014: Refusal.RECORDING_GONE,
    20015: Refusal.ADDRESS_NOT_ALLOWED,
    20016: Refusal.VOICEMAIL_PARAMETER,
    20017: Refusal.VOICEMAIL_INVALID,
    20018: Refusal.VOICEMAIL_UNKNOWN,
    20019: Refusal.CDR_TIME_FORMAT,
    20020: Refusal.CDR_INVALID,
    20021: Refusal.CDR_UNKNOWN,
    30001: Refusal.INTERNAL,
    30003: Refusal.SERVICE_NOT_RUNNING,
    # Misprints of the guide, seen in its tables only.
    100021: Refusal.ALARM_UNKNOWN,
    100024: Refusal.NO_OUTBOUND_PERMISSION,
}
_RANGES: Final = (
    (range(10042, 10063), Refusal.SIP_TRUNK_FIELD),
    (range(10063, 10073), Refusal.INBOUND_ROUTE_FIELD),
    (range(10073, 10085), Refusal.OUTBOUND_ROUTE_FIELD),
)
_CLASSES: dict[Refusal, type[PbxRefusedError]] = {
    Refusal.UNSUPPORTED_REQUEST: PbxUnsupportedError,
    Refusal.LOCKED_OUT: PbxLockedOutError,
    Refusal.BAD_CREDENTIALS: PbxCredentialsError,
    Refusal.ADDRESS_NOT_ALLOWED: PbxAddressError,
    Refusal.TOKEN_UNKNOWN: PbxTokenError,
    Refusal.TOKEN_BLANK: PbxTokenError,
    Refusal.TOKEN_EXPIRED: PbxTokenError,
    Refusal.APPLY_TOO_FREQUENT: PbxBusyError,
    Refusal.RECORDING_INVALID: PbxRecordingRefusedError,
    Refusal.RECORDING_GONE: PbxRecordingGoneError,
    Refusal.SERVICE_UNREACHABLE: PbxBusyError,
    Refusal.INTERNAL: PbxBusyError,
    Refusal.SERVICE_NOT_RUNNING: PbxBusyError,
}


def reason_of(number: int) -> Refusal | None:
    """Return the meaning of an error number, None if no guide knows it."""
    for numbers, reason in _RANGES:
        if number in numbers:
            return reason
    return _REASONS.get(number)


def refusal(number: int) -> PbxRefusedError:
    """Return the exception for an error number."""
    reason = reason_of(number)
    kind = _CLASSES.get(reason, PbxRefusedError) if reason else PbxRefusedError
    return kind(number, reason)
