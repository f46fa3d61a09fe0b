"""Reads the lists that a PBX answers, row by row."""

from collections.abc import Callable
from operator import eq

from .errors import PbxProtocolError
from .models import Listing
from .wire import Json, check_depth, decode_rows, rows, text


class ListingReader[ItemT]:
    """Reads a list that is asked for again and again.

    Of 500 extensions few change between two polls, often none. To see that saves most
    of the work (`scripts/bench`, "Poll that finds nothing new"); only what changed is
    read.
    """

    def __init__(
        self,
        parse: Callable[[Json], ItemT],
        *,
        may_be_missing: bool,
        decode: Callable[[bytes], dict[str, Json]] = decode_rows,
    ) -> None:
        """Start without any row; `decode` leaves the rows to be checked one by one."""
        self._parse = parse
        self._may_be_missing = may_be_missing
        self._decode = decode
        self._body = b""
        self._answer: dict[str, Json] = {}
        self._value: Json = None
        self._rows: list[Json] = []
        self._items: list[ItemT | None] = []
        self._listing: Listing[ItemT] | None = None

    def decode(self, body: bytes) -> dict[str, Json]:
        """Return the answer in a body, the same object if the body is the same.

        Raises:
            PbxProtocolError: there is none.
        """
        if body != self._body:
            self._answer = self._decode(body)
            self._body = body
        return self._answer

    def read(self, value: Json) -> Listing[ItemT]:
        """Read a list row by row, leaving out the rows that make no sense."""
        if self._listing is None or value is not self._value:
            self._value = value
            self._listing = self._read(value)
        return self._listing

    def _read(self, value: Json) -> Listing[ItemT]:
        new, old = list(rows(value)), self._rows
        items = self._items[: len(new)]
        for index, is_known in enumerate(map(eq, new, old, strict=False)):
            if not is_known:
                items[index] = self._read_row(new[index])
        items.extend(map(self._read_row, new[len(old) :]))
        found = tuple(filter(None, items))
        sound = len(found) == len(items)
        if not sound:
            # What makes no sense may be nested too deep even to be compared.
            new = [row if item else None for row, item in zip(new, items, strict=True)]
        self._rows, self._items = new, items
        there = isinstance(value, (list, dict)) or (self._may_be_missing and not value)
        return Listing(items=found, complete=there and sound)

    def _read_row(self, row: Json) -> ItemT | None:
        try:
            check_depth(row)
            return self._parse(row)
        except PbxProtocolError:
            return None


def read_list[ItemT](
    value: Json, parse: Callable[[Json], ItemT], *, may_be_missing: bool
) -> Listing[ItemT]:
    """Read a list once, leaving out the rows that make no sense."""
    return ListingReader(parse, may_be_missing=may_be_missing).read(value)


def row_fields(row: Json) -> dict[str, Json]:
    """Return the fields of a row.

    Raises:
        PbxProtocolError: it is no object.
    """
    if not isinstance(row, dict):
        raise PbxProtocolError("The PBX sent a row that is not an object")
    return row


def required(fields: dict[str, Json], key: str) -> str:
    """Return a field as text.

    Raises:
        PbxProtocolError: it is missing or empty.
    """
    if not (value := text(fields.get(key))):
        raise PbxProtocolError(f"The PBX left out {key}")
    return value
