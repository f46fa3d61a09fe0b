"""Reads the files of call detail records that an S-Series gives away (Download CDR)."""

from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence
import csv
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Final

from ..errors import PbxConnectionError, PbxProtocolError
from ..models import LoggedRecord
from ..records import NEAR, epoch_in, read_record
from ..wire import MAX_TEXT, whole_text
from .reports import own_name

RECORD_COLUMNS: Final = (
    "callid",
    "timestart",
    "callfrom",
    "callto",
    "callduraction",
    "talkduraction",
    "srctrunkname",
    "dsttrunkname",
    "status",
    "type",
    "pincode",
    "recording",
    "didnumber",
    "sn",
)
"""Of a file without a first line of names; two public programs read by position."""
_MAX_LINE: Final = 16 * 1024
"""Bytes; a row has about 150."""

BATCH: Final = 200
"""Rows; reading so many takes about two milliseconds."""


async def records_in(
    pieces: AsyncGenerator[bytes], clock_ahead: timedelta
) -> AsyncGenerator[Sequence[LoggedRecord]]:
    """Yield the records in a file that comes in pieces.

    Args:
        pieces: text with commas, as described for cdr/download.
        clock_ahead: how far the clock of the PBX is ahead of UTC.

    Raises:
        PbxConnectionError: the file broke off within a row.
        PbxProtocolError: it holds something else.
    """
    reader = _RowReader(clock_ahead)
    rest = b""
    async for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        for batch in batched(lines, BATCH, strict=False):
            yield reader.read(batch)
        if len(rest) > _MAX_LINE:
            rest = b""
    if reader.breaks_off(rest):
        raise PbxConnectionError("The file of records broke off")
    yield reader.read((rest,))


class _RowReader:
    """Reads the lines of a file of records; what makes no sense is left out."""

    def __init__(self, clock_ahead: timedelta) -> None:
        """Know no names of columns yet."""
        self._clock_ahead = clock_ahead
        self._names: Sequence[str] | None = None

    def read(self, lines: Sequence[bytes]) -> list[LoggedRecord]:
        """Return the records in whole lines, each after those that were read before."""
        return [record for line in lines if (record := self._read(_cells(line)))]

    def breaks_off(self, line: bytes) -> bool:
        """Return whether the last line is only the beginning of a row or of the names."""
        cells = _cells(line)
        return len(cells) < len(self._names or RECORD_COLUMNS) and (
            cells[0] == RECORD_COLUMNS[0] or epoch_in(cells[0]) is not None
        )

    def _read(self, cells: list[str]) -> LoggedRecord | None:
        if self._names is None:
            if not any(cells):
                return None
            self._names = _names_in(cells)
        if len(cells) < len(self._names):
            return None
        fields = defaultdict(str, zip(self._names, cells, strict=False))
        record = read_record(fields.__getitem__)
        call_id = fields["callid"]
        began = self._began(call_id, record.started)
        if not call_id or began is None:
            return None
        return LoggedRecord(call_id=call_id, began=began, record=record)

    def _began(self, call_id: str, started: datetime | None) -> float | None:
        """Return the epoch in the id of a call, or else the time of the row.

        In which zone rows are written differs from box to box (seen by programs that
        read them); the epoch was right in all samples.
        """
        epoch = epoch_in(call_id)
        if started is None:
            return epoch
        began = started.replace(tzinfo=UTC)
        if epoch and abs(datetime.fromtimestamp(epoch, UTC) - began) <= NEAR:
            return epoch
        return (began - self._clock_ahead).timestamp()


def _names_in(cells: Sequence[str]) -> Sequence[str]:
    """Return the names of the columns, by the first line of a file.

    Raises:
        PbxProtocolError: it neither names them nor is a row.
    """
    has_names = "callid" in cells
    if not has_names and epoch_in(cells[0]) is None:
        raise PbxProtocolError("The PBX sent something else than records")
    return [own_name(key) for key in (cells if has_names else RECORD_COLUMNS)]


def _cells(line: bytes) -> list[str]:
    """Return the cells of a line, in UTF-8 or else Latin-1, without its quotes.

    Each line by itself: a quote that never ends must not take the next ones with it.
    """
    if len(line) > _MAX_LINE:
        return [""]
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = line.decode("latin-1")
    text = text.strip("\r\0\ufeff ")
    if not (text.isascii() and text.isprintable()):
        text = whole_text(text)
    cells = text.split(",") if '"' not in text else next(csv.reader((text,)), [""])
    return [cell.strip()[:MAX_TEXT] for cell in cells]
