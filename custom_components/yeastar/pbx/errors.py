"""What can go wrong between us and a PBX, and what its error numbers mean."""

from enum import IntEnum


class ErrorCode(IntEnum):
    """The error numbers of a PBX, by what they mean.

    Source: the tables of the vendor's guides for API v1.0 to v2.0. The guide
    prints 10024 as 100024 in places.
    """

    XML_UNSUPPORTED = 10002
    UNSUPPORTED_REQUEST = 10003
    PARAMETER_BLANK = 10004
    CALL_ID_UNKNOWN = 10005
    EXTENSION_UNKNOWN = 10006
    CALL_UNKNOWN = 10007
    EXTENSION_NOT_IDLE = 10008
    MONITORING_NOT_ALLOWED = 10009
    MONITOR_MODE_MISMATCH = 10010
    CALLEE_UNKNOWN = 10011
    IVR_UNKNOWN = 10012
    QUEUE_UNKNOWN = 10013
    RING_GROUP_UNKNOWN = 10014
    NOT_CONNECTED = 10015
    CONTROL_TOO_LATE = 10016
    EXTENSION_NOT_CONFIGURED = 10017
    IVR_NOT_CONFIGURED = 10018
    QUEUE_NOT_CONFIGURED = 10019
    ALARM_NOT_CONFIGURED = 10020
    ALARM_UNKNOWN = 10021
    ALARM_EXISTS = 10022
    PROMPT_UNKNOWN = 10023
    NO_OUTBOUND_PERMISSION = 10024
    APPLY_TOO_FREQUENT = 10025
    GSM_MODULE_UNKNOWN = 10026
    GSM_MODULE_BUSY = 10027
    PHONE_NUMBER_BLANK = 10028
    SMS_FILE_FAILED = 10029
    SMS_BLANK = 10030
    CALLEE_FORMAT = 10031
    WRONG_QUEUE_PASSWORD = 10032
    EXTENSION_ROUTE_NOT_SAVED = 10033
    EXTENSION_EXISTS = 10085
    DELETE_FAILED = 10086
    EXTENSION_LIMIT = 10087
    CONTACT_FIELDS = 10140
    JSON_ONLY = 20000
    POST_ONLY = 20001
    LOCKED_OUT = 20002
    BAD_CREDENTIALS = 20003
    TOKEN_UNKNOWN = 20004
    TOKEN_BLANK = 20005
    TOKEN_EXPIRED = 20006
    DATA_BLANK = 20007
    BAD_PORT = 20008
    REQUEST_BLANK = 20009
    SERVICE_UNREACHABLE = 20010
    HEARTBEAT_FAILED = 20011
    RECORDING_INVALID = 20012
    CAPTCHA = 20013
    RECORDING_GONE = 20014
    ADDRESS_NOT_ALLOWED = 20015
    VOICEMAIL_PARAMETER = 20016
    VOICEMAIL_INVALID = 20017
    VOICEMAIL_UNKNOWN = 20018
    CDR_TIME_FORMAT = 20019
    CDR_INVALID = 20020
    CDR_UNKNOWN = 20021
    INTERNAL = 30001
    SERVICE_NOT_RUNNING = 30003

    # Whole ranges of the guide mean "a field of this thing was wrong".
    SIP_TRUNK_FIELD = 10042
    INBOUND_ROUTE_FIELD = 10063
    OUTBOUND_ROUTE_FIELD = 10073


_RANGES = (
    (range(10042, 10063), ErrorCode.SIP_TRUNK_FIELD),
    (range(10063, 10073), ErrorCode.INBOUND_ROUTE_FIELD),
    (range(10073, 10085), ErrorCode.OUTBOUND_ROUTE_FIELD),
)
_MISPRINTS = {100021: ErrorCode.ALARM_UNKNOWN, 100024: ErrorCode.NO_OUTBOUND_PERMISSION}


class PbxError(Exception):
    """Base of everything that can go wrong with a PBX."""


class PbxConnectionError(PbxError):
    """The PBX was not reached: the request did not get to it."""


class PbxOccupiedError(PbxConnectionError):
    """Other requests to the PBX took too long: nothing was sent."""


class PbxCertificateError(PbxConnectionError):
    """The certificate of the PBX could not be verified: nothing was sent."""


class PbxCertificateChangedError(PbxCertificateError):
    """Another certificate than the expected one was shown: nothing was sent.

    Attributes:
        expected: the SHA-256 of the known certificate, in hex.
        seen: that of the one that was shown.
    """

    def __init__(self, expected: str, seen: str) -> None:
        """Remember both certificates."""
        super().__init__(f"Another certificate was shown: {seen}")
        self.expected = expected
        self.seen = seen


class PbxUnconfirmedError(PbxConnectionError):
    """The request was on its way, but no answer came: it may have been done."""


class PbxProtocolError(PbxError):
    """What came back is not an answer of this API."""


class PbxRedirectError(PbxProtocolError):
    """The PBX asks to use another scheme or port; redirects are not followed.

    A POST that is redirected becomes a GET, and the hash of the password
    would travel to an address nobody named.
    """

    def __init__(self, scheme: str, port: int) -> None:
        """Remember the scheme and port the PBX named."""
        super().__init__(f"The PBX redirects to {scheme}, port {port}")
        self.scheme = scheme
        self.port = port


class PbxRefusedError(PbxError):
    """The PBX understood the request and refused it.

    Attributes:
        number: the error number as the PBX sent it, 0 if it sent none.
        code: its meaning, None for a number no guide knows.
    """

    def __init__(self, number: int) -> None:
        """Remember the error number and find out its meaning."""
        self.number = number
        self.code = error_code(number)
        meaning = self.code.name.lower().replace("_", " ") if self.code else "unknown"
        super().__init__(f"The PBX refused: {meaning} ({number})")


class PbxCredentialsError(PbxRefusedError):
    """User name or password are wrong; sending them again leads to a lock-out."""


class PbxLockedOutError(PbxRefusedError):
    """Too many failed logins: the PBX ignores our address for ten minutes."""


class PbxAddressError(PbxRefusedError):
    """Our address is not on the list of addresses that may use the API."""


class PbxTokenError(PbxRefusedError):
    """The token is dead: a new login is needed, nothing was done."""


class PbxUnsupportedError(PbxRefusedError):
    """This firmware does not know the operation, or not in this API version."""


class PbxBusyError(PbxRefusedError):
    """The PBX cannot do it at the moment; later it may."""


class PbxRecordingRefusedError(PbxRefusedError):
    """The one-time string for a recording was used already, or is too old."""


class PbxRecordingGoneError(PbxRefusedError):
    """There is no such recording, or no longer."""


_CLASSES: dict[ErrorCode, type[PbxRefusedError]] = {
    ErrorCode.UNSUPPORTED_REQUEST: PbxUnsupportedError,
    ErrorCode.LOCKED_OUT: PbxLockedOutError,
    ErrorCode.BAD_CREDENTIALS: PbxCredentialsError,
    ErrorCode.ADDRESS_NOT_ALLOWED: PbxAddressError,
    ErrorCode.TOKEN_UNKNOWN: PbxTokenError,
    ErrorCode.TOKEN_BLANK: PbxTokenError,
    ErrorCode.TOKEN_EXPIRED: PbxTokenError,
    ErrorCode.APPLY_TOO_FREQUENT: PbxBusyError,
    ErrorCode.RECORDING_INVALID: PbxRecordingRefusedError,
    ErrorCode.RECORDING_GONE: PbxRecordingGoneError,
    ErrorCode.SERVICE_UNREACHABLE: PbxBusyError,
    ErrorCode.INTERNAL: PbxBusyError,
    ErrorCode.SERVICE_NOT_RUNNING: PbxBusyError,
}


def error_code(number: int) -> ErrorCode | None:
    """Return the meaning of an error number, None if no guide knows it."""
    if number in _MISPRINTS:
        return _MISPRINTS[number]
    for numbers, code in _RANGES:
        if number in numbers:
            return code
    try:
        return ErrorCode(number)
    except ValueError:
        return None


def refusal(number: int) -> PbxRefusedError:
    """Return the exception for an error number."""
    code = error_code(number)
    if code is None:
        return PbxRefusedError(number)
    return _CLASSES.get(code, PbxRefusedError)(number)
