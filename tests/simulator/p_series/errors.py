"""The error codes of the P-Series, as the vendor's table prints them."""

from collections.abc import Mapping, Sequence
from enum import IntEnum


class Errcode(IntEnum):
    """The codes that the simulator answers with."""

    INTERNAL = -2
    FAILURE = -1
    SUCCESS = 0
    NO_INTERFACE = 10001
    BAD_CREDENTIALS = 10003
    TOKEN_EXPIRED = 10004
    OPERATION_FAILED = 10009
    SYNTAX = 40001
    PARAMETER = 40002
    DUPLICATE = 40003
    NOT_FOUND = 60001
    LIMIT = 60002
    BLOCKED = 70004
    FORBIDDEN = 70087


TEXTS = {
    Errcode.INTERNAL: "INTERNAL SERVER ERROR",
    Errcode.FAILURE: "FAILURE",
    Errcode.SUCCESS: "SUCCESS",
    Errcode.NO_INTERFACE: "INTERFACE NOT EXISTED",
    # The table gives 10003 another text; clients saw this one.
    Errcode.BAD_CREDENTIALS: "Invalid username/password",
    Errcode.TOKEN_EXPIRED: "TOKEN EXPIRED",
    Errcode.OPERATION_FAILED: "OPERATION FAILED",
    Errcode.SYNTAX: "PARAMETER SYNTAX ERROR",
    Errcode.PARAMETER: "PARAMETER ERROR",
    Errcode.DUPLICATE: "DUPLICATE KEY VALUE",
    Errcode.NOT_FOUND: "DATA NOT FOUND",
    Errcode.LIMIT: "MAX LIMITATION EXCEEDED",
    Errcode.BLOCKED: "ACCOUNT IP BLOCKED",
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
