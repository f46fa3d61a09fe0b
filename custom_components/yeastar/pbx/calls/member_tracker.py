"""Turns what a PBX tells of the members of its calls into events of the call model.

Each member has its channel, by which reports and queries name it. A report
may carry one member or all of them; a query has all that are still there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..events import (
    CallAbsent,
    CallFailed,
    CallRecorded,
    CallSeen,
    CallTransferred,
    KeyPressed,
    PbxEvent,
    Source,
)
from ..models import CallDirection, Listing, RecordStatus
from ..records import record_of_report
from ..reports import Party, PartyKind, PartyStatus, Report, ReportType
from .model import Calls
from .observations import Observations


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCall:
    """A living call with all of its members, as a query has it."""

    call_id: str
    parties: tuple[Party, ...]


class MemberTracker:
    """Knows what a report or a query says of calls."""

    def __init__(self, calls: Calls) -> None:
        """Compare with what the call model knows; nothing is changed in it."""
        self._calls = calls
        # How the last query showed a call, until a report tells of it.
        self._shown: dict[str, ListedCall] = {}

    def from_report(self, report: Report) -> Iterator[PbxEvent]:
        """Yield what a report says of its call."""
        if not (call_id := report.call_id):
            return
        self._shown.pop(call_id, None)
        parties = _calling(report.parties)
        match report.type:
            case ReportType.CALL_RECORD:
                record = record_of_report(report)
                if record.status is RecordStatus.ANSWERED and not record.talk_duration:
                    # By the dialplan, as a machine that called out may be.
                    record = replace(record, status=None)
                yield CallRecorded(call_id=call_id, record=record)
            case ReportType.CALL_FAILED:
                yield CallFailed(
                    call_id=call_id,
                    number=report.extension or self._caller_that_failed(call_id),
                    reason=report.word("reason"),
                    parties=parties,
                )
            case ReportType.CALL_TRANSFERRED | ReportType.CALL_FORWARDED:
                yield CallTransferred(call_id=call_id, parties=parties)
            case ReportType.KEY_PRESSED:
                yield KeyPressed(
                    call_id=call_id,
                    key=report.word("key") or report.word("keys"),
                    index=report.word("key_index"),
                    parties=parties,
                )
            case ReportType.INVITE:
                yield CallSeen(call_id=call_id, parties=parties, offered=True)
            case ReportType.CALL_STATUS | ReportType.PROMPT_ENDED:
                yield CallSeen(call_id=call_id, parties=parties)

    def from_queries(
        self, listings: Mapping[CallDirection, Listing[ListedCall]]
    ) -> Iterator[PbxEvent]:
        """Yield what the queries of living calls say, one for each direction.

        Each event is to be applied before the next is asked for.
        """
        shown = {row.call_id: row for rows in listings.values() for row in rows.items}
        yield from self.from_rows(
            row
            for call_id, row in shown.items()
            if self._shown.get(call_id) is not row or not self._calls.lives(call_id)
        )
        complete = {way: rows.complete for way, rows in listings.items()}
        both = all(complete.values())
        # Calls that were joined live under the id of one of them.
        present = {seen.call_id for seen in map(self._calls.seen_of, shown) if seen}
        for seen in list(self._calls.seen_living()):
            if seen.call_id not in present and complete.get(seen.direction, both):
                yield CallAbsent(call_id=seen.call_id)
        self._shown = shown

    def from_rows(self, rows: Iterable[ListedCall]) -> Iterator[PbxEvent]:
        """Yield what some of the living calls show, which says nothing of the others."""
        for row in rows:
            yield CallSeen(
                call_id=row.call_id,
                parties=(*_calling(row.parties), *self._left(row)),
                source=Source.LIST,
            )

    def knows(self, row: ListedCall) -> bool:
        """Return whether a call that a query shows is known to live."""
        return self._calls.lives(row.call_id)

    def _caller_that_failed(self, call_id: str) -> str:
        """Return whose phone was not picked up, which the PBX may not name."""
        seen = self._calls.seen_of(call_id)
        waits = seen is not None and seen.dialled and not seen.caller_picked_up
        return seen.caller if seen and waits else ""

    def _left(self, row: ListedCall) -> Iterator[Party]:
        """Yield the members that are known of a call, but are no longer there."""
        seen: Observations | None = self._calls.seen_of(row.call_id)
        there = {party.id for party in row.parties}
        for party in seen.parties.values() if seen else ():
            if party.id not in there and party.status is not PartyStatus.ENDED:
                yield replace(party, status=PartyStatus.ENDED)


def _calling(parties: tuple[Party, ...]) -> tuple[Party, ...]:
    """Return parties as the call model takes them.

    A phone that the PBX lets ring so that it calls is `ALERT` as well (seen in
    clients), so that the word does not say that it was picked up.
    """
    return tuple(
        replace(party, status=PartyStatus.CALLING)
        if party.kind is PartyKind.EXTENSION and party.status is PartyStatus.ALERTING
        else party
        for party in parties
    )
