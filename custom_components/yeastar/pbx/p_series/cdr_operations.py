"""Gets the records of past calls (Developer Guide, Search Specific CDR)."""

from abc import ABC
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
import re
from typing import Final, override

from ..errors import PbxProtocolError, PbxRefusedError, PbxUnsupportedError, Refusal
from ..interface import Pbx
from ..listing_reader import read_list, required, row_fields
from ..models import LoggedRecord
from ..records import NEAR, epoch_in, read_record
from ..wire import Json, integer, text
from .refusals import NOT_FOUND
from .session import PSeriesSession

PAGE: Final = 250
"""Rows, of some 700 bytes each; the event loop waits while one page is decoded."""
_MOST_PAGES: Final = 2000
_LATE: Final = timedelta(hours=4)
"""A part of a call, as after a transfer, has a row that begins so much later."""
_LATEST: Final = 2**32
"""Epoch seconds, of the year 2106."""
_NOTHING: Final = frozenset({NOT_FOUND})
_NAMES: Final = {
    "call_from": "call_from_number",
    "call_to": "call_to_number",
    "call_duration": "duration",
    "source_trunk": "src_trunk",
    "destination_trunk": "dst_trunk",
    "status": "disposition",
    "kind": "call_type",
    "recording": "record_file",
}
_PARTIES: Final = ("call_from_number", "call_to_number")
_PARTY = re.compile(r".*<(.+)>")


class CdrOperations(Pbx, ABC):
    """Gets records of past calls, page by page."""

    session: PSeriesSession

    @override
    async def records(
        self, since: datetime, until: datetime
    ) -> AsyncGenerator[Sequence[LoggedRecord]]:
        first, last = since.timestamp(), until.timestamp()
        query: dict[str, str | int] = {
            # A live box refused the times in the format that its guide shows.
            "start_time": int(first),
            "end_time": int((until + _LATE).timestamp()),
            # So that calls that end meanwhile come last.
            "sort_by": "time",
            "order_by": "asc",
            "page_size": PAGE,
        }
        for page in count(1):
            answer = await self._page({**query, "page": page})
            found = read_list(answer.get("data"), _read_row, may_be_missing=True).items
            yield [record for record in found if first <= record.began < last]
            total = min(integer(answer.get("total_number")) or 0, PAGE * _MOST_PAGES)
            if page * PAGE >= total:
                return

    async def _page(self, query: dict[str, str | int]) -> dict[str, Json]:
        try:
            return await self.session.get("cdr/search", query, accept=_NOTHING)
        except PbxRefusedError as err:
            if err.reason is Refusal.PARAMETER_WRONG:
                raise PbxUnsupportedError(err.number, err.reason) from None
            raise


def _read_row(row: Json) -> LoggedRecord:
    """Read one part of a call; durations of 0 are left out."""
    fields = row_fields(row)
    call_id, epoch = required(fields, "call_id"), integer(fields.get("timestamp"))
    if epoch is None or not 0 < epoch < _LATEST:
        raise PbxProtocolError("The PBX left out when a call began")
    began = epoch_in(call_id)
    if began is None or abs(began - epoch) > NEAR.total_seconds():
        began = float(epoch)
    record = read_record(lambda name: _word(fields, _NAMES.get(name, name)))
    # Only how far apart the parts of a call are counts.
    started = datetime.fromtimestamp(epoch, UTC).replace(tzinfo=None)
    return LoggedRecord(
        call_id=call_id, began=began, record=replace(record, started=started)
    )


def _word(fields: Mapping[str, Json], name: str) -> str:
    """Return a field; a party is its number, or else within its name and number."""
    value = text(fields.get(name))
    if not value and name in _PARTIES:
        party = text(fields.get(name.removesuffix("_number")))
        match = _PARTY.fullmatch(party)
        value = match[1] if match else party
    return value
