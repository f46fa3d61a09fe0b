"""What the error codes of the P-Series mean (Developer Guide, Error Code)."""

from collections.abc import Collection
from typing import Final

from ..errors import (
    PbxAddressError,
    PbxBusyError,
    PbxCredentialsError,
    PbxLockedOutError,
    PbxRefusedError,
    PbxTokenError,
    PbxTooManySessionsError,
    PbxUnsupportedError,
    Refusal,
)

SUCCESS: Final = 0
PARTIAL_SUCCESS: Final = 1
TOKEN_EXPIRED: Final = 10004
NOT_FOUND: Final = 60001

_REASONS: Final = {
    -2: Refusal.INTERNAL,
    -1: Refusal.OPERATION_FAILED,
    10001: Refusal.UNSUPPORTED_REQUEST,
    10002: Refusal.UNSUPPORTED_REQUEST,
    10003: Refusal.UNSUPPORTED_REQUEST,
    TOKEN_EXPIRED: Refusal.TOKEN_EXPIRED,
    10005: Refusal.ACCESS_DENIED,
    10009: Refusal.OPERATION_FAILED,
    40001: Refusal.PARAMETER_WRONG,
    40002: Refusal.PARAMETER_WRONG,
    NOT_FOUND: Refusal.NOT_FOUND,
    60002: Refusal.TOO_MANY_SESSIONS,
    70004: Refusal.LOCKED_OUT,
    70082: Refusal.INTERNAL,
    70084: Refusal.ACCESS_DENIED,
    70087: Refusal.ADDRESS_NOT_ALLOWED,
}
_CLASSES: Final[dict[Refusal, type[PbxRefusedError]]] = {
    Refusal.UNSUPPORTED_REQUEST: PbxUnsupportedError,
    Refusal.TOKEN_EXPIRED: PbxTokenError,
    Refusal.TOO_MANY_SESSIONS: PbxTooManySessionsError,
    Refusal.LOCKED_OUT: PbxLockedOutError,
    Refusal.ADDRESS_NOT_ALLOWED: PbxAddressError,
    Refusal.INTERNAL: PbxBusyError,
}
# What get_token refuses for another reason than the credentials. Live boxes answered
# bad ones with 1 and with 10003, which the vendor's table gives another meaning.
_NOT_CREDENTIALS: Final[Collection[int]] = frozenset(
    {-2, 10001, 10002, 60002, 70004, 70082, 70087}
)


def refusal(number: int) -> PbxRefusedError:
    """Return the error that an error code means."""
    reason = _REASONS.get(number)
    kind = _CLASSES.get(reason, PbxRefusedError) if reason else PbxRefusedError
    return kind(number, reason)


def refusal_of_login(number: int) -> PbxRefusedError:
    """Return the error that an error code of `get_token` means."""
    if number in _NOT_CREDENTIALS:
        return refusal(number)
    return PbxCredentialsError(number, Refusal.BAD_CREDENTIALS)
