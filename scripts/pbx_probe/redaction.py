"""Replaces numbers, names, secrets and addresses, the same always by the same."""

from collections.abc import Callable, Collection
import csv
from dataclasses import dataclass
from itertools import zip_longest
import json
import re
from secrets import choice
import string
from typing import Final

from custom_components.yeastar.pbx.s_series.record_files import RECORD_COLUMNS

from .vocabulary import (
    CALL_ID,
    COUNT,
    COUNT_KEYS,
    ID,
    ID_KEYS,
    NUMBER_KEYS,
    PREFIXES,
    SECRET_KEYS,
    SERIAL_KEYS,
    TECHNOLOGIES,
    TIME,
    VERSION,
    VERSION_KEYS,
    WORD,
    WORD_KEYS,
    WORDS,
)

_JUNK: Final = " \t\r\n\0\ufeff"
"""What a PBX may send around its JSON, and the parsers tolerate."""
_KEY: Final = re.compile(r"(?!.*\d{3})[A-Za-z_][A-Za-z0-9_ -]{0,39}")
_COLUMN: Final = re.compile(r"[a-z_]{1,30}")
_DIGITS: Final = re.compile(r"\d+")
_NUMBERS: Final = re.compile(r"[-+*#()<>,;:/ .]*\d[-+*#()<>,;:/ .\d]*")
_NAMED: Final = re.compile(r"(.*\S)(\s*<)([^<>]+)(>)")
_WITH_GROUP: Final = re.compile(r"(.*\S)(\()([^()]+)(\))")
_PREFIXED: Final = re.compile(r"([A-Za-z_]+)(-)(\d+)")
_CHANNEL: Final = re.compile(r"([A-Za-z0-9]+)/(trunk-)?(.+?)(-endpoint)?(-[0-9a-f]{8})")
_FILE: Final = re.compile(r".+\.(gsm|mp3|wav|yswav)", re.IGNORECASE)
_WORD_OR_DIGITS: Final = re.compile(r"\d+|[^\W\d]+")
_IPV4: Final = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3})(:\d+)?")
_MAC: Final = re.compile(r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}")
_ATTEMPTS: Final = 500
_ROWS: Final = 30
"""Of a table; the others are like them."""


class Literal(str):
    """A number as the PBX wrote it without quotes."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Object:
    """A JSON object, whose keys may come twice."""

    pairs: list[tuple[str, _Value]]


type _Value = str | bool | list[_Value] | _Object | None

_DECODER: Final = json.JSONDecoder(
    strict=False,
    parse_int=Literal,
    parse_float=Literal,
    parse_constant=Literal,
    object_pairs_hook=_Object,
)


class Redactor:
    """Replaces what a capture must not tell; what stays is in `vocabulary`.

    Replacements are drawn by chance, so that they cannot be computed backwards. A
    number keeps its length, its `+` and its leading zeros.

    Attributes:
        originals: what was replaced.
    """

    def __init__(self, avoid: Collection[str] = ()) -> None:
        """Start; no replacement is one of the texts to avoid, where that is possible."""
        self.originals: set[str] = set()
        self._avoid = frozenset(avoid)
        self._drawn: dict[str, str] = {}
        self._used: set[str] = set()
        self._counted: dict[str, dict[str, str]] = {}

    def body(self, body: bytes) -> str | None:
        """Return a body with everything replaced, None if it is not JSON."""
        text = body.decode(errors="replace")
        tidy = text.strip(_JUNK)
        try:
            value, end = _DECODER.raw_decode(tidy)
            if end != len(tidy):
                return None
            begin = text.index(tidy)
            after = text[begin + len(tidy) :]
            return text[:begin] + _written(self._value("", value)) + after
        except ValueError, RecursionError:
            return None

    def table(self, body: bytes) -> str | None:
        """Return the first rows of a file of records, None if it is none.

        Its first line may name its columns.
        """
        text = body.decode(errors="replace")
        lines = text.split("\n")[: _ROWS + 1]
        first = _cells(lines[0])
        if has_names := "callid" in first and all(map(_COLUMN.fullmatch, first)):
            names = first
        elif CALL_ID.fullmatch(first[0]):
            names = list(RECORD_COLUMNS)
        else:
            return None
        return "\n".join(
            line if has_names and not index else self._row(names, line)
            for index, line in enumerate(lines)
        )

    def _row(self, names: list[str], line: str) -> str:
        quote = '"' if line.startswith('"') else ""
        cells = [
            f"{quote}{self.text(name, cell)}{quote}"
            for name, cell in zip_longest(names, _cells(line), fillvalue="")
        ]
        return ",".join(cells[: len(_cells(line))]) + (
            "\r" if line[-1:] == "\r" else ""
        )

    def text(self, key: str, value: str) -> str:
        """Return what takes the place of a text under a key."""
        tidy, name = value.strip(), key.casefold()
        if not tidy:
            return value
        if name in SECRET_KEYS or "password" in name or "secret" in name:
            return self._count("secret-{}", tidy)
        if name in SERIAL_KEYS:
            return self._draw(tidy, _shaped)
        if _is_kept(name, tidy):
            return value
        if tidy[0] in "{[" and (inner := self.body(value.encode())) is not None:
            return inner
        return self._address(tidy) or self._number(tidy) or self._name(tidy)

    def _value(self, key: str, value: _Value) -> _Value:
        match value:
            case _Object(pairs):
                return _Object([(self._key(k), self._value(k, v)) for k, v in pairs])
            case list():
                return [self._value(key, item) for item in value]
            case Literal():
                return Literal(self._literal(key.casefold(), value))
            case str():
                return self.text(key, value)
            case _:
                return value

    def _key(self, key: str) -> str:
        return key if _KEY.fullmatch(key) else self.text("", key)

    def _literal(self, key: str, value: str) -> str:
        is_small = len(value) <= 2 and key not in NUMBER_KEYS
        is_safe = key not in SECRET_KEYS | SERIAL_KEYS
        if is_safe and (is_small or _is_kept(key, value)):
            return value
        return _DIGITS.sub(lambda run: self._draw(run[0], _other_number), value)

    def _address(self, value: str) -> str | None:
        if match := _IPV4.fullmatch(value):
            return self._count("192.0.2.{}", match[1]) + (match[2] or "")
        if _MAC.fullmatch(value):
            return self._count("00:00:5E:00:53:{:02X}", value)
        if "@" in value:
            return self._count("person{}@example.com", value)
        if value.count(":") > 1 and set(value) <= {*string.hexdigits, *":.[]%"}:
            return self._count("2001:db8::{}", value)
        return None

    def _number(self, value: str) -> str | None:
        """Return a number, or what holds numbers, with others in their places."""
        if _NUMBERS.fullmatch(value):
            return _DIGITS.sub(lambda run: self._draw(run[0], _other_number), value)
        if match := _NAMED.fullmatch(value) or _WITH_GROUP.fullmatch(value):
            name, opening, number, closing = match.groups()
            return f"{self.text('', name)}{opening}{self.text('', number)}{closing}"
        if (match := _PREFIXED.fullmatch(value)) and match[1].casefold() in PREFIXES:
            return f"{match[1]}-{self.text('', match[3])}"
        if (match := _CHANNEL.fullmatch(value)) and match[1].casefold() in TECHNOLOGIES:
            technology, trunk, middle, endpoint, count = match.groups(default="")
            middle = self.text("", middle)
            return f"{technology}/{trunk}{middle}{endpoint}{count}"
        if _FILE.fullmatch(value):
            stem, _, ending = value.rpartition(".")
            return (
                _WORD_OR_DIGITS.sub(lambda m: self.text("", m[0]), stem) + f".{ending}"
            )
        return None

    def _name(self, value: str) -> str:
        return self._count("Name {}", value)

    def _count(self, form: str, original: str) -> str:
        """Return the replacement that counts the originals of its kind."""
        self.originals.add(original)
        found = self._counted.setdefault(form, {})
        return found.setdefault(original, form.format(len(found) + 1))

    def _draw(self, original: str, draw: Callable[[str], str]) -> str:
        """Return the replacement that chance chose once for an original."""
        self.originals.add(original)
        if original not in self._drawn:
            for _ in range(_ATTEMPTS):
                drawn = draw(original)
                if drawn not in self._used | self._avoid | {original}:
                    break
            self._used.add(drawn)
            self._drawn[original] = drawn
        return self._drawn[original]


def _cells(line: str) -> list[str]:
    return next(csv.reader((line.strip("\r\ufeff"),)), None) or [""]


def _is_kept(key: str, value: str) -> bool:
    if key in VERSION_KEYS:
        return VERSION.fullmatch(value) is not None
    if key in COUNT_KEYS and COUNT.fullmatch(value):
        return True
    if key in ID_KEYS and ID.fullmatch(value):
        return True
    if key in WORD_KEYS and WORD.fullmatch(value):
        return not _IPV4.fullmatch(value) and not _NUMBERS.fullmatch(value)
    if value.casefold() in WORDS:
        return True
    return any(form.fullmatch(value) for form in (TIME, CALL_ID))


def _other_number(digits: str) -> str:
    """Return other digits; zeros at the beginning stay."""
    significant = digits.lstrip("0")
    zeros = digits[: len(digits) - len(significant)]
    if not significant:
        return digits
    return zeros + "".join([choice("123456789"), *map(_other_digit, significant[1:])])


def _other_digit(_: str) -> str:
    return choice(string.digits)


def _shaped(value: str) -> str:
    """Return digits for digits and capital letters for letters."""
    return "".join(
        _other_digit(c)
        if c.isdigit()
        else choice(string.ascii_uppercase)
        if c.isalpha()
        else c
        for c in value
    )


def _written(value: _Value) -> str:
    """Return a value as JSON text, with repeated keys and literals as they came."""
    match value:
        case _Object(pairs):
            inner = (f"{_written(key)}:{_written(item)}" for key, item in pairs)
            return "{" + ",".join(inner) + "}"
        case list():
            return "[" + ",".join(map(_written, value)) + "]"
        case Literal():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False)
