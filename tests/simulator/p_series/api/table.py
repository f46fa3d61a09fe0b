"""The table of endpoints, and what reads their parameters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from tests.simulator.p_series.device import Firmware
from tests.simulator.p_series.errors import Errcode, RefusedError
from tests.simulator.p_series.pbx import Pbx
from tests.simulator.p_series.quirks import Empty

type Answer = dict[str, object]
type Row = dict[str, object]
type Handler = Callable[[Pbx, Params], Answer | None]
MOST_ROWS = 10_000
MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Params:
    """The parameters of a request: texts of a query string, or values of a JSON body."""

    values: Mapping[str, object]
    is_query: bool
    peer: str = ""
    token: str = ""
    raw_query: str = ""

    def has(self, name: str) -> bool:
        """Return whether a parameter is there and not blank."""
        return str(self.values.get(name, "")).strip() != ""

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text, or refuse what is none; no default means required."""
        value = self.values.get(name, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.wrong(name)
        return value.strip()

    def number(
        self, name: str, default: int | None = None, least: int = 0, most: int = 2**31
    ) -> int:
        """Return a whole number, or refuse what is none."""
        value = self.values.get(name, default)
        if self.is_query and isinstance(value, str) and _is_number(value):
            value = int(value)
        if type(value) is not int or not least <= value <= most:
            raise self.wrong(name)
        return value

    def choice(
        self, name: str, allowed: Sequence[str], default: str | None = None
    ) -> str:
        """Return one of a few words, or refuse any other."""
        value = self.text(name, default)
        if value not in allowed:
            raise self.wrong(name)
        return value

    def ids(self, name: str) -> list[int]:
        """Return whole numbers with commas between them."""
        parts = [part.strip() for part in self.text(name).split(",")]
        if not all(map(_is_number, parts)):
            raise self.wrong(name)
        return [int(part) for part in parts]

    def has_plus(self, name: str) -> bool:
        """Return whether a blank of the value was sent as `+`."""
        pairs = (part.partition("=") for part in self.raw_query.split("&"))
        return any(unquote(key) == name and "+" in value for key, _, value in pairs)

    @staticmethod
    def wrong(name: str) -> RefusedError:
        """Return the refusal of a parameter."""
        return RefusedError(Errcode.PARAMETER, invalid=[name])


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


@dataclass(frozen=True, slots=True)
class Operation:
    """One endpoint: its verb, what it needs, what it does.

    Attributes:
        since: the firmware that brought it, without the number of the family.
    """

    method: str
    handler: Handler
    required: tuple[str, ...]
    session: bool
    since: Firmware


OPERATIONS: dict[str, Operation] = {}
OPERATIONS_V2: dict[str, Operation] = {}
"""Those below `v2.0`."""


def get(
    endpoint: str,
    *required: str,
    since: Firmware = (),
    table: dict[str, Operation] = OPERATIONS,
) -> Callable[[Handler], Handler]:
    """Enter a function that is asked by GET; its parameters are in the query string."""

    def enter(handler: Handler) -> Handler:
        table[endpoint] = Operation("GET", handler, required, True, since)
        return handler

    return enter


def post(
    endpoint: str, *required: str, session: bool = True, since: Firmware = ()
) -> Callable[[Handler], Handler]:
    """Enter a function that is asked by POST; its parameters are a JSON object."""

    def enter(handler: Handler) -> Handler:
        OPERATIONS[endpoint] = Operation("POST", handler, required, session, since)
        return handler

    return enter


def listed(
    pbx: Pbx,
    params: Params,
    rows: Sequence[Row],
    sort_by: Sequence[str],
    *,
    array: str = "data",
) -> Answer:
    """Return a page of rows; the array's name differs between endpoints."""
    page = params.number("page", 1, least=1)
    size = params.number("page_size", MOST_ROWS, least=1, most=MOST_ROWS)
    key = params.choice("sort_by", sort_by, sort_by[0])
    falling = params.choice("order_by", ("asc", "desc"), "asc") == "desc"
    ordered = sorted(rows, key=lambda row: _sort_key(row.get(key)), reverse=falling)
    shown = ordered[(page - 1) * size : page * size]
    return {"total_number": len(rows), **with_rows(pbx.quirks.empty_list, array, shown)}


def _sort_key(value: object) -> tuple[int, str]:
    return (value, "") if isinstance(value, int) else (0, str(value))


def with_rows(empty: Empty, array: str, rows: Sequence[object]) -> Answer:
    """Return rows under the array's name, or what this box says without any."""
    if rows:
        return {array: list(rows)}
    match empty:
        case Empty.NULL:
            return {array: None}
        case Empty.EMPTY:
            return {array: []}
        case Empty.NOT_FOUND:
            raise RefusedError(Errcode.NOT_FOUND)
        case Empty.MISSING:
            return {}


def matching(params: Params, rows: Sequence[Row], keys: Sequence[str]) -> list[Row]:
    """Return the rows of a search: those that have its text in one of the keys."""
    wanted = params.text("search_value").casefold()
    return [
        row
        for row in rows
        if any(wanted in str(row.get(key, "")).casefold() for key in keys)
    ]
