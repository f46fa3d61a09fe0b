"""Named ways in which an answer goes wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
import json


class Fault(StrEnum):
    """What happens instead of a proper answer."""

    HANG = "hang"
    RESET = "reset"
    CLOSE = "close"
    CLOSE_AFTER = "close_after"
    HTTP_500 = "http_500"
    HTML = "html"
    REDIRECT = "redirect"
    HALF = "half"
    GARBAGE = "garbage"
    EMPTY = "empty"
    NOT_OBJECT = "not_object"
    BOM = "bom"
    NUL = "nul"
    WRONG_TYPE = "wrong_type"
    SLOW = "slow"
    HUGE = "huge"
    MISSING_LIST = "missing_list"
    BROKEN_LIST = "broken_list"


DOES_NO_WORK = {
    Fault.HANG,
    Fault.RESET,
    Fault.CLOSE,
    Fault.HTTP_500,
    Fault.HTML,
    Fault.REDIRECT,
}
HUGE_SIZE = 5 * 1024 * 1024
HTML_PAGE = (
    b"<!DOCTYPE html><html><head><title>PBX</title></head><body>Login</body></html>"
)
NONSENSE_ROWS: list[object] = [None, 42, "row", [], {}, {"extnumber": None}, {"x": {}}]

BODIES: dict[Fault, Callable[[bytes], bytes]] = {
    Fault.HTTP_500: lambda body: b"<html><body>500 Internal Server Error</body></html>",
    Fault.HTML: lambda body: HTML_PAGE,
    Fault.REDIRECT: lambda body: b"",
    Fault.GARBAGE: lambda body: b"\x00\xff\xfe{]garbage",
    Fault.EMPTY: lambda body: b"",
    Fault.NOT_OBJECT: lambda body: b'["Success"]',
    Fault.BOM: lambda body: b"\xef\xbb\xbf" + body,
    Fault.NUL: lambda body: body + b"\x00",
    Fault.HUGE: lambda body: body[:-1] + b',"pad":"' + b"x" * HUGE_SIZE + b'"}',
    Fault.MISSING_LIST: lambda body: _with_lists(body, None),
    Fault.BROKEN_LIST: lambda body: _with_lists(body, NONSENSE_ROWS),
}


def spoil(body: bytes, fault: Fault) -> bytes:
    """Return the body as the fault leaves it."""
    change = BODIES.get(fault)
    return change(body) if change else body


def _with_lists(body: bytes, rows: list[object] | None) -> bytes:
    try:
        answer = json.loads(body)
    except ValueError:  # A file has no lists.
        return body
    names = [key for key, value in answer.items() if isinstance(value, list | dict)]
    for name in names:
        answer[name] = rows
        if rows is None:
            del answer[name]
    return json.dumps(answer, separators=(",", ":")).encode()


@dataclass(slots=True)
class _Planned:
    """A fault or an errno for the next requests that fit."""

    what: Fault | int
    count: int
    endpoint: str | None


@dataclass(slots=True)
class FaultPlan:
    """What is to go wrong next, and what goes wrong until it is cleared."""

    standing: Fault | None = None
    planned: list[_Planned] = field(default_factory=list)

    def add(self, what: Fault | int, count: int, endpoint: str | None) -> None:
        """Plan a fault, or an errno, for the next requests."""
        self.planned.append(_Planned(what, count, endpoint))

    def take(self, endpoint: str | None) -> Fault | int | None:
        """Return what happens to this request."""
        for plan in self.planned:
            if plan.endpoint in (None, endpoint):
                plan.count -= 1
                if plan.count <= 0:
                    self.planned.remove(plan)
                return plan.what
        return self.standing

    def clear(self) -> None:
        """Let everything work again."""
        self.standing = None
        self.planned.clear()
