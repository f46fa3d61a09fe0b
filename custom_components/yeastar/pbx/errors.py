"""What can go wrong with a PBX; each family finds the meaning of its own numbers."""

from enum import StrEnum


class Refusal(StrEnum):
    """Why a PBX refuses a request."""

    XML_UNSUPPORTED = "xml_unsupported"
    UNSUPPORTED_REQUEST = "unsupported_request"
    PARAMETER_BLANK = "parameter_blank"
    CALL_ID_UNKNOWN = "call_id_unknown"
    EXTENSION_UNKNOWN = "extension_unknown"
    CALL_UNKNOWN = "call_unknown"
    EXTENSION_NOT_IDLE = "extension_not_idle"
    MONITORING_NOT_ALLOWED = "monitoring_not_allowed"
    MONITOR_MODE_MISMATCH = "monitor_mode_mismatch"
    CALLEE_UNKNOWN = "callee_unknown"
    IVR_UNKNOWN = "ivr_unknown"
    QUEUE_UNKNOWN = "queue_unknown"
    RING_GROUP_UNKNOWN = "ring_group_unknown"
    NOT_CONNECTED = "not_connected"
    CONTROL_TOO_LATE = "control_too_late"
    EXTENSION_NOT_CONFIGURED = "extension_not_configured"
    IVR_NOT_CONFIGURED = "ivr_not_configured"
    QUEUE_NOT_CONFIGURED = "queue_not_configured"
    ALARM_NOT_CONFIGURED = "alarm_not_configured"
    ALARM_UNKNOWN = "alarm_unknown"
    ALARM_EXISTS = "alarm_exists"
    PROMPT_UNKNOWN = "prompt_unknown"
    NO_OUTBOUND_PERMISSION = "no_outbound_permission"
    APPLY_TOO_FREQUENT = "apply_too_frequent"
    GSM_MODULE_UNKNOWN = "gsm_module_unknown"
    GSM_MODULE_BUSY = "gsm_module_busy"
    PHONE_NUMBER_BLANK = "phone_number_blank"
    SMS_FILE_FAILED = "sms_file_failed"
    SMS_BLANK = "sms_blank"
    CALLEE_FORMAT = "callee_format"
    WRONG_QUEUE_PASSWORD = "wrong_queue_password"
    EXTENSION_ROUTE_NOT_SAVED = "extension_route_not_saved"
    EXTENSION_EXISTS = "extension_exists"
    DELETE_FAILED = "delete_failed"
    EXTENSION_LIMIT = "extension_limit"
    CONTACT_FIELDS = "contact_fields"
    JSON_ONLY = "json_only"
    POST_ONLY = "post_only"
    LOCKED_OUT = "locked_out"
    BAD_CREDENTIALS = "bad_credentials"
    TOKEN_UNKNOWN = "token_unknown"
    TOKEN_BLANK = "token_blank"
    TOKEN_EXPIRED = "token_expired"
    DATA_BLANK = "data_blank"
    BAD_PORT = "bad_port"
    REQUEST_BLANK = "request_blank"
    SERVICE_UNREACHABLE = "service_unreachable"
    HEARTBEAT_FAILED = "heartbeat_failed"
    RECORDING_INVALID = "recording_invalid"
    CAPTCHA = "captcha"
    RECORDING_GONE = "recording_gone"
    ADDRESS_NOT_ALLOWED = "address_not_allowed"
    VOICEMAIL_PARAMETER = "voicemail_parameter"
    VOICEMAIL_INVALID = "voicemail_invalid"
    VOICEMAIL_UNKNOWN = "voicemail_unknown"
    CDR_TIME_FORMAT = "cdr_time_format"
    CDR_INVALID = "cdr_invalid"
    CDR_UNKNOWN = "cdr_unknown"
    INTERNAL = "internal"
    SERVICE_NOT_RUNNING = "service_not_running"
    ACCESS_DENIED = "access_denied"
    NOT_FOUND = "not_found"
    OPERATION_FAILED = "operation_failed"
    PARAMETER_WRONG = "parameter_wrong"
    TOO_MANY_SESSIONS = "too_many_sessions"
    SIP_TRUNK_FIELD = "sip_trunk_field"
    INBOUND_ROUTE_FIELD = "inbound_route_field"
    OUTBOUND_ROUTE_FIELD = "outbound_route_field"


class PbxError(Exception):
    """Base of all errors of a PBX."""


class PbxConnectionError(PbxError):
    """The PBX was not reached: the request did not get to it."""


class PbxOccupiedError(PbxConnectionError):
    """Other requests to the PBX took too long: nothing was sent."""


class PbxHandshakeError(PbxConnectionError):
    """Something was reached, but there is no TLS with it: nothing was sent."""


class PbxOldTlsError(PbxHandshakeError):
    """The PBX has only versions of TLS that are not allowed: nothing was sent."""


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


class PbxOtherPbxError(PbxError):
    """Another PBX than the expected one answered: it was only asked what it is.

    Attributes:
        expected: the serial number of the known PBX.
        seen: that of the one that answered.
    """

    def __init__(self, expected: str, seen: str) -> None:
        """Remember both serial numbers."""
        super().__init__(f"Another PBX answered: {seen}")
        self.expected = expected
        self.seen = seen

    @classmethod
    def check(cls, expected: str, seen: str) -> None:
        """Raise unless the expected PBX answered; any is if its number is empty."""
        if expected and seen != expected:
            raise cls(expected, seen)


class PbxRedirectError(PbxProtocolError):
    """The PBX asks to use another scheme or port; redirects are not followed.

    A POST that is redirected becomes a GET, and the hash of the password
    would travel to an address that no user entered.
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
        reason: its meaning, None for a number that no guide knows.
    """

    def __init__(self, number: int, reason: Refusal | None = None) -> None:
        """Remember the error number and its meaning."""
        self.number = number
        self.reason = reason
        meaning = reason.replace("_", " ") if reason else "unknown"
        super().__init__(f"The PBX refused: {meaning} ({number})")


class PbxCredentialsError(PbxRefusedError):
    """User name or password are wrong; sending them again leads to a lock-out."""


class PbxLockedOutError(PbxRefusedError):
    """Too many failed logins: the PBX ignores our address for ten minutes."""


class PbxAddressError(PbxRefusedError):
    """Our address is not on the list of addresses that may use the API."""


class PbxTooManySessionsError(PbxRefusedError):
    """All sessions that the PBX allows are taken; the oldest ends within 30 minutes."""


class PbxTokenError(PbxRefusedError):
    """The token is dead: a new login is needed, nothing was done."""


class PbxUnsupportedError(PbxRefusedError):
    """This firmware does not know the operation, or not in this API version."""


class PbxNewerApiError(PbxUnsupportedError):
    """The PBX takes logins, but only by a version of its API with other operations."""


class PbxBusyError(PbxRefusedError):
    """The PBX cannot do it at the moment; later it may."""


class PbxRecordingRefusedError(PbxRefusedError):
    """The one-time string for a recording was used already, or is too old."""


class PbxRecordingGoneError(PbxRefusedError):
    """There is no such recording, or no longer."""
