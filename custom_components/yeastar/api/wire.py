"""How a PBX writes JSON: tolerant decoding shared by answers and reports."""

from collections.abc import Callable, Iterable
import json
import re
from typing import Any

from .errors import PbxProtocolError

type Json = str | int | bool | list[Json] | dict[str, Json] | Pairs | None


class Pairs(tuple[tuple[str, "Json"], ...]):
    """A JSON object as its pairs, in order, so that a key may come twice."""

    __slots__ = ()

    def first(self, *keys: str) -> Json:
        """Return the value of the first pair with one of these keys, or None."""
        for key, value in self:
            if key in keys:
                return value
        return None


MAX_DEPTH = 32
"""Levels of nesting; no guide shows more than six."""
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
        "loginpassword",
        "password",
        "pincode",
        "refreshtoken",
        "registerpassword",
        "secret",
        "token",
        "vmsecret",
    }
)


def decode_object(body: bytes) -> dict[str, Json]:
    """Return the JSON object in a body; the last of a repeated key counts.

    Raises:
        PbxProtocolError: it holds something else.
    """
    value = _decode(body, _ANSWERS)
    if not isinstance(value, dict):
        raise PbxProtocolError("The PBX did not answer with a JSON object")
    return value


def decode_pairs(body: bytes) -> Pairs:
    """Return the JSON object in a body as pairs, repeated keys included.

    Keys are tidy, and what must not leave this package is left out.

    Raises:
        PbxProtocolError: it holds something else.
    """
    value = _decode(body, _REPORTS)
    if not isinstance(value, Pairs):
        raise PbxProtocolError("The report is not a JSON object")
    return value


def _without_secrets(pairs: list[tuple[str, Json]]) -> Pairs:
    tidy = [(text(key), value) for key, value in pairs]
    return Pairs([pair for pair in tidy if pair[0].casefold() not in SECRETS])


# Names may hold control characters. Unquoted numbers with a dot stay text: a call id
# is not a float, and 1495700976.270 would lose its last digit.
_ANSWERS = json.JSONDecoder(strict=False, parse_float=str)
_REPORTS = json.JSONDecoder(
    strict=False, parse_float=str, object_pairs_hook=_without_secrets
)


def _decode(body: bytes, decoder: json.JSONDecoder) -> Any:
    # A byte order mark, NULs and white space around the object are tolerated,
    # and names that are no UTF-8: one of them must not cost a whole list.
    tidy = body.decode(errors="replace").strip(" \t\r\n\0\ufeff")
    value, is_json = None, True
    try:
        value = decoder.decode(tidy)
    except ValueError, RecursionError:
        is_json = False
    if not is_json:
        # Not above: the body may hold secrets, and the error that would be the
        # context of this one holds the body.
        raise PbxProtocolError("The PBX did not send valid JSON")
    level: list[Any] = [[value]]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in _INSIDE[type(outer)](outer)
            if type(inner) in _INSIDE
        ]
        if not level:
            return value
    # Whoever walks through it, here or later, would run out of stack.
    raise PbxProtocolError("The PBX sent JSON without end")


# What holds something, and how to look into it.
_INSIDE: dict[type, Callable[[Any], Iterable[Json]]] = {
    Pairs: lambda pairs: [inner for _, inner in pairs],
    dict: dict.values,
    list: iter,
}


def text(value: Json) -> str:
    """Return a value as one bounded line, whatever type the PBX chose for it today."""
    return whole_text(value)[:MAX_TEXT].rstrip()


def whole_text(value: Json) -> str:
    """Return a value as one line, however long."""
    if value is None or isinstance(value, (list, dict, Pairs)):
        return ""
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
