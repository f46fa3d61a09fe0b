"""Past calls: what the records of the PBX tell, beside what is known already."""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import replace
from typing import Final

from ..clock import Moment
from ..models import CallDirection, CallRecord, LoggedRecord, RecordStatus
from .call import Call, Outcome, PastCall, is_missed
from .model import Calls
from .observations import Observations

SAME_START: Final = 5.0
"""Seconds between the ids of two legs of one call, at most."""

_ONLY_SEEN: Final = (
    Outcome.CALLER_NO_ANSWER,
    Outcome.NO_PERMISSION,
    Outcome.REFUSED,
    Outcome.TRANSFERRED,
)
"""What no record tells, as long as it tells of no answer."""

type _Ends = tuple[CallDirection, str]


class PastCalls:
    """Tells which calls records are about, by the call model's own conclusion.

    A call that only polls saw is known by the id of a leg, which is not that of its
    records; then it is known by its outside number and its start.
    """

    def __init__(
        self,
        calls: Calls,
        is_extension: Callable[[str], bool],
        recorded: Container[str],
    ) -> None:
        """Look up what is known; `recorded` are the ids of all calls with records."""
        self._calls = calls
        self._is_extension = is_extension
        self._by_leg: dict[str, Call] = {}
        self._by_ends: dict[_Ends, list[Call]] = {}
        for call in (*calls.log.values(), *calls.living.values()):
            if call.call_id in recorded or call.while_away:
                continue
            self._by_leg |= dict.fromkeys(call.leg_ids, call)
            if call.direction is not CallDirection.INTERNAL:
                self._by_ends.setdefault(_ends(call), []).append(call)

    def read(self, call_id: str, records: Sequence[LoggedRecord]) -> PastCall | None:
        """Return the call that has these records, None if it is not over yet."""
        began = min(record.began for record in records)
        past = self._conclude(call_id, began, (logged.record for logged in records))
        known = self._find(past)
        if self._calls.is_undecided(known.call_id if known else call_id):
            return None
        if known and known.records >= past.records:
            return PastCall(known, known)
        if known is None or known.while_away:
            return PastCall(replace(past, while_away=True), known)
        return PastCall(_completed(known, past), known)

    def _conclude(
        self, call_id: str, began: float, records: Iterable[CallRecord]
    ) -> Call:
        seen = Observations(call_id=call_id, first_seen=Moment(steady=0.0, wall=began))
        for record in records:
            seen.add_record(record, self._is_extension)
            in_vain = record.status is RecordStatus.NO_ANSWER
            if in_vain and self._is_extension(record.member):
                # `6200(4002)`: each phone of a group that did not answer has a record.
                # Of a phone that was called itself none says whether it rang.
                seen.rang[record.member] = 0.0
        return seen.conclude(0.0)

    def _find(self, past: Call) -> Call | None:
        """Return what is known of a call, over or living."""
        seen = self._calls.seen_of(past.call_id)
        call_id = seen.call_id if seen else past.call_id
        return (
            self._calls.log.get(call_id)
            or self._calls.living.get(call_id)
            or self._by_leg.get(call_id)
            or next(
                (
                    call
                    for call in self._by_ends.get(_ends(past), ())
                    if abs(call.started - past.started) <= SAME_START
                ),
                None,
            )
        )


def _ends(call: Call) -> _Ends:
    return call.direction, call.outside_number


def _completed(known: Call, past: Call) -> Call:
    """Return a call as it was seen, with what became of it by its records."""
    outcome = past.outcome
    if known.outcome in _ONLY_SEEN and not past.answered_by:
        if outcome is not Outcome.VOICEMAIL:
            outcome = known.outcome
    return replace(
        known,
        called_number=known.called_number or past.called_number,
        trunk=known.trunk or past.trunk,
        extensions=_both(known.extensions, past.extensions),
        rang=_both(known.rang, past.rang),
        answered_by=past.answered_by and (known.answered_by or past.answered_by),
        started=past.started,
        answered=past.answered,
        ended=past.ended,
        outcome=outcome,
        missed=is_missed(known.direction, outcome),
        recording=past.recording or known.recording,
        ring_seconds=past.ring_seconds,
        talk_seconds=past.talk_seconds,
        records=past.records,
    )


def _both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*one, *other}))
