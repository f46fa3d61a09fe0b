"""The error codes of the P-Series, as the vendor's table prints them."""

from collections.abc import Mapping, Sequence
from enum import IntEnum


class Errcode(IntEnum):
    """The vendor's table, and 70087 that clients saw."""

    INTERNAL = -2
    FAILURE = -1
    SUCCESS = 0
    PARTIAL_SUCCESS = 1
    PROCESSING = 2
    NO_INTERFACE = 10001
    OUT_OF_MAINTENANCE = 10002
    BAD_CREDENTIALS = 10003
    TOKEN_EXPIRED = 10004
    ACCESS_DENIED = 10005
    OPERATION_FAILED = 10009
    SYNTAX = 40001
    PARAMETER = 40002
    DUPLICATE = 40003
    FILE_SIZE = 40004
    NOT_FOUND = 60001
    LIMIT = 60002
    NO_ROLE = 60101
    BLOCKED = 70004
    OVERLOADED = 70082
    ACTION_FORBIDDEN = 70084
    FORBIDDEN = 70087


TEXTS = {
    Errcode.INTERNAL: "INTERNAL SERVER ERROR",
    Errcode.FAILURE: "FAILURE",
    Errcode.SUCCESS: "SUCCESS",
    Errcode.PARTIAL_SUCCESS: "PARTIAL SUCCESS",
    Errcode.PROCESSING: "PROCESSING",
    Errcode.NO_INTERFACE: "INTERFACE NOT EXISTED",
    Errcode.OUT_OF_MAINTENANCE: "API VERSION OUT OF MAINTENANCE",
    # The table gives 10003 another text; clients saw this one.
    Errcode.BAD_CREDENTIALS: "Invalid username/password",
    Errcode.TOKEN_EXPIRED: "TOKEN EXPIRED",
    Errcode.ACCESS_DENIED: "ACCESS DENIED",
    Errcode.OPERATION_FAILED: "OPERATION FAILED",
    Errcode.SYNTAX: "PARAMETER SYNTAX ERROR",
    Errcode.PARAMETER: "PARAMETER ERROR",
    Errcode.DUPLICATE: "DUPLICATE KEY VALUE",
    Errcode.FILE_SIZE: "FILE SIZE EXCEEDED",
    Errcode.NOT_FOUND: "DATA NOT FOUND",
    Errcode.LIMIT: "MAX LIMITATION EXCEEDED",
    Errcode.NO_ROLE: "ROLE NOT EXISTED",
    Errcode.BLOCKED: "ACCOUNT IP BLOCKED",
    Errcode.OVERLOADED: "OVERLOAD_TASK_RUNNING",
    Errcode.ACTION_FORBIDDEN: "ACTION FORBIDDEN",
    Errcode.FORBIDDEN: "IP FORBIDDEN",
}


class RefusedError(Exception):
    """The PBX refuses a request.

    Attributes:
        errcode: the code; one that is not in the vendor's table is possible.
        fields: further fields of the answer.
    """

    def __init__(
        self,
        errcode: int,
        text: str = "",
        *,
        invalid: Sequence[str] = (),
        fields: Mapping[str, object] | None = None,
    ) -> None:
        """Keep what the answer says; `invalid` names the wrong parameters."""
        super().__init__(f"errcode {int(errcode)}")
        self.errcode = int(errcode)
        self.text = text
        self.fields = dict(fields or {})
        if invalid:
            self.fields["invalid_param_list"] = [
                {"field": name, "valid_msg": f"{name} is invalid"} for name in invalid
            ]

    @property
    def answer(self) -> dict[str, object]:
        """Return the answer of the refusal."""
        return envelope(self.errcode, self.text) | self.fields


def envelope(errcode: int, text: str = "") -> dict[str, object]:
    """Return the two fields that every answer begins with."""
    known = TEXTS[Errcode(errcode)] if errcode in set(Errcode) else "FAILURE"
    return {"errcode": int(errcode), "errmsg": text or known}
