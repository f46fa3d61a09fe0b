"""How a PBX writes JSON: tolerant decoding shared by answers and reports."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
import json
import re
from typing import Any

from .errors import PbxProtocolError

type Json = str | int | bool | list[Json] | dict[str, Json] | Pairs | None
type Tidy = str | list[Tidy] | Pairs


class Pairs(tuple[tuple[str, "Tidy"], ...]):
    """A JSON object as its pairs, in order, so that a key may come twice.

    Every value in it that holds no other is text.
    """

    __slots__ = ()

    def by_key(self) -> dict[str, Tidy]:
        """Return the values by key; the first of a repeated key counts."""
        return dict(reversed(self))


MAX_DEPTH = 32
"""Levels of nesting; no guide shows more than six."""
MAX_VALUES = 2500
"""Of one report; a hundred phones that ring at once have about 700."""
MAX_TEXT = 255
"""Characters of a name, a number or a word; no state of Home Assistant has more."""

# Callers choose their names. Line ends would let one write log lines of his own.
_LINE_ENDS = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
# What is not seen, but changes how the text around it is shown or stored. Joiners
# (U+200C, U+200D) are not among them: names in Persian need them.
_UNSEEN = re.compile(
    "[\0-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]+"
)

# What a PBX may send that opens a phone, a mailbox or the PBX itself.
SECRETS = frozenset(
    {
        "access_token",
        "client_secret",
        "loginpassword",
        "password",
        "pin_code",
        "pincode",
        "reg_password",
        "refresh_token",
        "refreshtoken",
        "registerpassword",
        "secret",
        "token",
        "user_password",
        "vmsecret",
    }
)


def decode_object(body: bytes) -> dict[str, Json]:
    """Return the JSON object in a body; the last of a repeated key counts.

    Raises:
        PbxProtocolError: it holds something else.
    """
    value = decode_rows(body)
    _check_depth_of(value, body)
    return value


def decode_rows(body: bytes) -> dict[str, Json]:
    """Return the JSON object in a body whose rows are checked one by one.

    Raises:
        PbxProtocolError: it holds something else.
    """
    value = _decode(body, _ANSWERS)
    if not isinstance(value, dict):
        raise PbxProtocolError("The PBX did not answer with a JSON object")
    return value


def decode_pairs(body: bytes) -> Pairs:
    """Return the JSON object in a body as pairs, repeated keys included.

    Keys and values are tidy, and what must not leave this package is left out.

    Raises:
        PbxProtocolError: it holds something else.
    """
    value = _decode(body, _REPORTS)
    if not isinstance(value, Pairs):
        raise PbxProtocolError("The report is not a JSON object")
    _check_depth_of(value, body)
    return value


def decode_report(body: bytes) -> Pairs:
    """Return what `decode_pairs` does, if the body is no larger than reports are.

    What an object costs does not depend on its bytes but on how many values it has.

    Raises:
        PbxProtocolError: it has more values, or is no object.
    """
    if max(body.count(b","), body.count(b"{"), body.count(b"[")) > MAX_VALUES:
        raise PbxProtocolError("The report has more values than any PBX sends")
    return decode_pairs(body)


# The same few keys come in every report.
@lru_cache(maxsize=256)
def _tidy_key(key: str) -> str | None:
    """Return a key as text, None if its value must not leave this package."""
    tidy = text(key)
    return None if tidy.casefold() in SECRETS else tidy


def _tidy_pairs(pairs: list[tuple[str, Json]]) -> Pairs:
    return Pairs(
        [
            (tidy, _tidy(value))
            for key, value in pairs
            if (tidy := _tidy_key(key)) is not None
        ]
    )


def _tidy(value: Json) -> Tidy:
    if isinstance(value, Pairs):
        return value
    if isinstance(value, list):
        return [_tidy(item) for item in value]
    if isinstance(value, dict):
        return _tidy_pairs(list(value.items()))
    return whole_text(value)


def pairs_of(row: Json) -> Pairs:
    """Return a row as `decode_pairs` has it, without pairs if it is no object."""
    tidy = _tidy(row)
    return tidy if isinstance(tidy, Pairs) else Pairs()


# Names may hold control characters. Unquoted numbers with a dot stay text: a call id
# is not a float, and 1495700976.270 would lose its last digit.
_ANSWERS = json.JSONDecoder(strict=False, parse_float=str)
_REPORTS = json.JSONDecoder(
    strict=False, parse_float=str, object_pairs_hook=_tidy_pairs
)


def _decode(body: bytes, decoder: json.JSONDecoder) -> Any:
    # A byte order mark, NULs and white space around the object are tolerated,
    # and names that are no UTF-8: one of them must not cost a whole list.
    tidy = body.decode(errors="replace").strip(" \t\r\n\0\ufeff")
    value, end = None, -1
    with suppress(ValueError, RecursionError):
        value, end = decoder.raw_decode(tidy)
    if end != len(tidy):
        # Not above: the body may hold secrets, and the error that would be the
        # context of this one holds the body.
        raise PbxProtocolError("The PBX did not send valid JSON")
    return value


def _check_depth_of(value: Json, body: bytes) -> None:
    # Most bodies open too few brackets to be nested deeper than they may.
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH:
        check_depth(value)


def check_depth(value: Json) -> None:
    """Check that a value is not nested too deep for the stack.

    Raises:
        PbxProtocolError: it is nested too deep.
    """
    level: list[Any] = [[value]]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in _INSIDE[type(outer)](outer)
            if type(inner) in _INSIDE
        ]
        if not level:
            return
    raise PbxProtocolError("The PBX sent JSON without end")


# What holds something, and how to look into it.
_INSIDE: dict[type, Callable[[Any], Iterable[Json]]] = {
    Pairs: lambda pairs: [inner for _, inner in pairs],
    dict: dict.values,
    list: iter,
}


def text(value: Json | Tidy) -> str:
    """Return a value as one bounded line, of any type that the PBX sent."""
    return whole_text(value)[:MAX_TEXT].rstrip()


def word(value: Tidy | None) -> str:
    """Return tidy text as one bounded line, nothing for anything else."""
    return value[:MAX_TEXT].rstrip() if isinstance(value, str) else ""


def whole_text(value: Json | Tidy) -> str:
    """Return a value as one line, however long."""
    if isinstance(value, str):
        line = value
    elif value is None or isinstance(value, (list, dict, Pairs)):
        return ""
    else:
        line = str(value)
    if not (line.isascii() and line.isprintable()):
        # Half a surrogate pair is legal JSON, but no text that could be passed on.
        line = line.encode(errors="replace").decode()
        line = _UNSEEN.sub("", _LINE_ENDS.sub(" ", line))
    return line.strip()


def integer(value: Json) -> int | None:
    """Return a whole number written as number or text, None for anything else.

    A number that not every program could pass on is none.
    """
    try:
        number = int(text(value))
    except ValueError:
        return None
    return number if abs(number) < 2**53 else None


def rows(value: Json) -> Iterable[Json]:
    """Return the rows of a list; a box may send a single one without its list."""
    if isinstance(value, list):
        return value
    if isinstance(value, (dict, Pairs)):
        return (value,)
    return ()
