"""All calls: which live, which are over, and what happens to them.

Reports come first, polls are the referee. Which of the two is newer is told by
`order`, a number that grows with each report that arrives and each poll that is
sent. Times (`now`) are epoch seconds. Knows nothing of Home Assistant.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .api import (
    CallDirection,
    CallRecord,
    ExtensionState,
    Listing,
    PartyKind,
    PartyStatus,
    Report,
    ReportType,
    TrunkCall,
)
from .evidence import BUSY_STATES, Call, Evidence, Outcome

__all__ = ["Call", "CallBook", "CallEvent", "CallEventType", "Outcome"]

POLLS_TO_END = 2
"""Polls in a row that must not show a call before it is over."""
POLLS_TO_REVIVE = 2
"""Polls in a row that must show a call which was reported over, for it to live."""
DOOM_SECONDS = 2.0
"""A call that failed or left a record is over unless it shows life in this time."""
RECORD_SECONDS = 2.0
"""How long to wait for the record of a call that was reported over."""
SETTLE_SECONDS = 1.0
"""What became of a call is decided so long after its last record."""
TOMBSTONE_SECONDS = 900.0
"""How long late reports still complete what is known of a call that ended."""
MAX_LIVING = 1000
MAX_TOMBSTONES = 500
MAX_LOG = 2000


class CallEventType(StrEnum):
    """What happens to a call; each once, but for keys, failures and transfers."""

    STARTED = "started"
    RECEIVED = "received"
    ANSWERED = "answered"
    MISSED = "missed"
    ENDED = "ended"
    FAILED = "failed"
    TRANSFERRED = "transferred"
    KEY_PRESSED = "key_pressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """Something that happened to a call.

    Attributes:
        extensions: our extensions that it happened to.
        whole: False if it happened to them alone: one more phone rings.
        key: the key that was pressed in an IVR, or all of them in its last report.
    """

    type: CallEventType
    call: Call
    extensions: tuple[str, ...] = ()
    whole: bool = True
    key: str = ""


@dataclass(slots=True, kw_only=True)
class _Entry:
    """A call in the book: what was seen of it, and whether it lives."""

    evidence: Evidence
    shown: bool = False
    missing: int = 0
    order: int = 0
    ended: float | None = None
    ended_order: int = 0
    reappeared: int = 0
    told: set[CallEventType] = field(default_factory=set)
    told_ringing: set[str] = field(default_factory=set)

    @property
    def call_id(self) -> str:
        return self.evidence.call_id


class CallBook:
    """The calls of one PBX.

    Attributes:
        living: the calls that live, by call id, oldest first.
        log: the calls that are over, by call id, oldest first.
        touched: the numbers of the extensions whose calls changed, and
        dirty: whether any call changed,
        concluded: the ids of calls whose end was decided or corrected, all for the
            reader to take away.
    """

    def __init__(self, is_extension: Callable[[str], bool]) -> None:
        """Start empty; `is_extension` tells our numbers from those outside."""
        self._is_extension = is_extension
        self._entries: dict[str, _Entry] = {}
        self._tombstones: dict[str, _Entry] = {}
        self._by_leg: dict[str, str] = {}
        self._by_extension: dict[str, dict[str, None]] = {}
        self._due: dict[str, float] = {}
        self._events: list[CallEvent] = []
        self.living: dict[str, Call] = {}
        self.log: dict[str, Call] = {}
        self.touched: set[str] = set()
        self.dirty = False
        self.concluded: set[str] = set()

    # Asking

    def find(self, call_id: str) -> Call | None:
        """Return the living call with this id, or with a leg of this id."""
        return self.living.get(self._by_leg.get(call_id, call_id))

    def of_extension(self, extension: str) -> tuple[Call, ...]:
        """Return the living calls an extension takes part in, oldest first."""
        ids = self._by_extension.get(extension, {})
        return tuple(self.living[call_id] for call_id in ids)

    @property
    def next_due(self) -> float | None:
        """Return when `tick` will have something to do, None for never."""
        return min(self._due.values(), default=None)

    # Telling: each returns what happened to calls because of it

    def dialled(
        self,
        call_id: str,
        direction: CallDirection,
        caller: str,
        callee: str,
        *,
        order: int,
        now: float,
    ) -> list[CallEvent]:
        """Note a call that the PBX started for us; its caller's phone rings."""
        entry = self._entry(call_id, now)
        entry.evidence.add_intent(direction, caller, callee)
        self._join(entry, caller, callee)
        # A poll may have seen it before the answer to our request came.
        seen = [
            other
            for other in self._entries.values()
            if other is not entry
            and not entry.evidence.legs
            and not other.evidence.dialled
            and set(other.evidence.legs) == {other.call_id}
            and (other.evidence.caller, other.evidence.callee) == (caller, callee)
        ]
        if len(seen) == 1:
            self._merge(seen[0], entry)
        self._lives(entry, order)
        return self._tell(entry)

    def refused(self, call_id: str, now: float) -> list[CallEvent]:
        """Note that we refused a call: then nobody missed it."""
        entry = self._entry(call_id, now)
        entry.evidence.refused = True
        return self._tell(entry)

    def moved(self, call_id: str, now: float) -> list[CallEvent]:
        """Note that we transferred a call."""
        entry = self._entry(call_id, now)
        entry.evidence.transferred = True
        self._happened(entry, CallEventType.TRANSFERRED)
        return self._tell(entry)

    def apply_report(self, report: Report, order: int, now: float) -> list[CallEvent]:
        """Learn from a report; one that is about no call teaches nothing."""
        if report.type is ReportType.BOOT:
            for entry in list(self._entries.values()):
                self._end(entry, order, now, settle_in=SETTLE_SECONDS)
            return self._drain()
        if not report.call_id:
            return []
        entry = self._entry(report.call_id, now)
        for party in report.parties:
            if party.leg_id:
                entry = self._add_leg(entry, party.leg_id, _direction(party.kind))
            entry.evidence.add_party(party, now)
            self._join(entry, party.caller, party.callee)
        self._judge(entry, report, order, now)
        match report.type:
            case ReportType.CALL_FAILED:
                self._happened(entry, CallEventType.FAILED)
            case ReportType.CALL_TRANSFERRED | ReportType.CALL_FORWARDED:
                self._happened(entry, CallEventType.TRANSFERRED)
            case ReportType.KEY_PRESSED:
                key = report.word("key") or report.word("keys")
                self._happened(entry, CallEventType.KEY_PRESSED, key)
        return self._tell(entry)

    def apply_states(
        self,
        extension: str,
        states: Mapping[str, ExtensionState | None],
        order: int,
        now: float,
    ) -> list[CallEvent]:
        """Learn from a reported state of an extension about its calls."""
        for call_id in list(self._by_extension.get(extension, ())):
            entry = self._entries[call_id]
            entry.evidence.add_states(states, now)
            if states.get(extension) in BUSY_STATES:
                self._lives(entry, order)
            self._show(entry)
        return self._drain()

    def apply_poll(
        self,
        inbound: Listing[TrunkCall],
        outbound: Listing[TrunkCall],
        states: Mapping[str, ExtensionState | None],
        *,
        order: int,
        now: float,
    ) -> list[CallEvent]:
        """Learn from a poll that was sent at `order`, and end what it refutes."""
        shown = set()
        for row in (*inbound.items, *outbound.items):
            entry = self._match(row, now)
            shown.add(entry.call_id)
            self._apply_row(entry, row, states, order, now)
        for entry in list(self._entries.values()):
            if entry.order <= order:
                entry.evidence.add_states(states, now)
                if (
                    entry.call_id not in shown
                    and inbound.complete
                    and outbound.complete
                ):
                    self._not_shown(entry, states, order, now)
            self._show(entry)
        return self.tick(now)

    def tick(self, now: float) -> list[CallEvent]:
        """Do what is due: end the doomed, decide what became of the ended."""
        for call_id, due in list(self._due.items()):
            if due > now:
                continue
            del self._due[call_id]
            if entry := self._entries.get(call_id):
                self._end(entry, entry.order, now, settle_in=0)
            elif entry := self._tombstones.get(call_id):
                self._settle(entry)
        self._bury(now)
        return self._drain()

    def restore(self, calls: Iterable[Call]) -> None:
        """Take back the log of an earlier run, oldest first."""
        self.log = {call.call_id: call for call in calls} | self.log

    def forget_before(self, when: float) -> None:
        """Forget the calls that started before a time."""
        for call_id in [key for key, call in self.log.items() if call.started < when]:
            del self.log[call_id]

    # Which call is meant

    def _entry(self, call_id: str, now: float) -> _Entry:
        """Return the entry of a call or of one with such a leg, or a new one."""
        known = call_id
        if call_id not in self._entries and call_id not in self._tombstones:
            known = self._by_leg.get(call_id, call_id)
        if entry := self._entries.get(known) or self._tombstones.get(known):
            return entry
        entry = _Entry(evidence=Evidence(call_id=call_id, first_seen=now))
        if call_id in self.log:
            # Long over: what still comes must not start it again.
            entry.ended = now
            entry.told = set(CallEventType)
            self._tombstones[call_id] = entry
        else:
            self._entries[call_id] = entry
        return entry

    def _match(self, row: TrunkCall, now: float) -> _Entry:
        """Return the entry of a polled call.

        The leg of a call of ours is another id; without reports it is known as the
        one call with the same from and to.
        """
        if row.direction is CallDirection.OUTBOUND and row.leg_id not in self._by_leg:
            candidates = [
                entry
                for entry in self._entries.values()
                if not entry.evidence.legs
                and (entry.evidence.caller, entry.evidence.callee)
                == (row.caller, row.callee)
            ]
            if len(candidates) == 1:
                return candidates[0]
        return self._entry(row.leg_id, now)

    def _add_leg(self, entry: _Entry, leg_id: str, direction: CallDirection) -> _Entry:
        """Note a leg; a call that is known by this leg alone is the same one."""
        other_id = self._by_leg.get(leg_id, leg_id)
        other = self._entries.get(other_id) or self._tombstones.get(other_id)
        if other is not None and other is not entry:
            self._merge(other, entry)
        entry.evidence.legs[leg_id] = direction
        self._by_leg[leg_id] = entry.call_id
        return entry

    def _merge(self, other: _Entry, entry: _Entry) -> None:
        entry.evidence.absorb(other.evidence)
        entry.shown |= other.shown
        entry.order = max(entry.order, other.order)
        entry.told |= other.told
        self._entries.pop(other.call_id, None)
        self._tombstones.pop(other.call_id, None)
        self._due.pop(other.call_id, None)
        self.log.pop(other.call_id, None)
        self._hide(other)
        for leg_id in other.evidence.legs:
            self._by_leg[leg_id] = entry.call_id

    def _join(self, entry: _Entry, *numbers: str) -> None:
        entry.evidence.members.update(filter(self._is_extension, numbers))

    # Life and end

    def _judge(self, entry: _Entry, report: Report, order: int, now: float) -> None:
        """Learn from a report whether its call lives."""
        evidence = entry.evidence
        match report.type:
            case ReportType.HANG_UP:
                self._end(entry, order, now, settle_in=RECORD_SECONDS)
            case ReportType.CALL_STATUS if report.parties and all(
                party.status is PartyStatus.ENDED for party in report.parties
            ):
                self._end(entry, order, now, settle_in=RECORD_SECONDS)
            case ReportType.CALL_RECORD:
                record = CallRecord.from_report(report)
                evidence.add_record(record)
                self._join(entry, record.caller, record.callee, record.member)
                self._doom(entry, order, now)
            case ReportType.CALL_FAILED:
                evidence.failures.add((report.extension, report.word("reason")))
                # Of an inbound call it may be one phone of many that failed.
                if evidence.direction is not CallDirection.INBOUND:
                    self._doom(entry, order, now)
            case ReportType.CALL_TRANSFERRED | ReportType.CALL_FORWARDED:
                evidence.transferred = True
                self._lives(entry, order)
            case _:
                self._lives(entry, order)

    def _lives(self, entry: _Entry, order: int) -> None:
        entry.order = max(entry.order, order)
        if entry.ended is None:
            entry.missing = 0
            self._due.pop(entry.call_id, None)

    def _doom(self, entry: _Entry, order: int, now: float) -> None:
        """End a call unless it shows life; if it has ended, decide anew."""
        entry.order = max(entry.order, order)
        wait = DOOM_SECONDS if entry.ended is None else SETTLE_SECONDS
        self._due[entry.call_id] = now + wait

    def _apply_row(
        self,
        entry: _Entry,
        row: TrunkCall,
        states: Mapping[str, ExtensionState | None],
        order: int,
        now: float,
    ) -> None:
        entry = self._add_leg(entry, row.leg_id, row.direction)
        entry.shown = True
        entry.missing = 0
        self._join(entry, row.caller, row.callee, *row.extensions)
        if order > entry.order:
            entry.evidence.add_row(row, states, now)
            if entry.ended is None:
                self._due.pop(entry.call_id, None)
        if entry.ended is not None and order > entry.ended_order:
            entry.reappeared += 1
            if entry.reappeared >= POLLS_TO_REVIVE:
                self._revive(entry)
        self._show(entry)

    def _not_shown(
        self,
        entry: _Entry,
        states: Mapping[str, ExtensionState | None],
        order: int,
        now: float,
    ) -> None:
        # Queries show only calls on trunks, and those only once the caller picked
        # up; but a call they did show is gone when they no longer do.
        if not entry.shown and any(
            states.get(number) in BUSY_STATES for number in entry.evidence.members
        ):
            entry.missing = 0
            return
        entry.missing += 1
        if entry.missing >= POLLS_TO_END:
            self._end(entry, order, now, settle_in=0)

    def _end(self, entry: _Entry, order: int, now: float, *, settle_in: float) -> None:
        entry.order = max(entry.order, order)
        if entry.ended is not None:
            return
        entry.ended = now
        entry.ended_order = order
        entry.reappeared = 0
        self._entries.pop(entry.call_id, None)
        self._tombstones[entry.call_id] = entry
        if entry.evidence.records:
            settle_in = min(settle_in, SETTLE_SECONDS)
        self._due[entry.call_id] = now + settle_in
        self._hide(entry)
        if not settle_in:
            del self._due[entry.call_id]
            self._settle(entry)

    def _revive(self, entry: _Entry) -> None:
        """Let a call live again that was reported over, but goes on.

        Moving a call may end one of its legs in a report.
        """
        entry.ended = None
        entry.missing = 0
        entry.told -= {CallEventType.ENDED, CallEventType.MISSED}
        self._tombstones.pop(entry.call_id, None)
        self._due.pop(entry.call_id, None)
        self.log.pop(entry.call_id, None)
        self._entries[entry.call_id] = entry

    def _settle(self, entry: _Entry) -> None:
        """Decide what became of a call, or correct what was decided."""
        if entry.evidence.is_empty:
            # A clone ends each call twice, the second time by an id of no call.
            return
        call = entry.evidence.conclude(entry.ended)
        self._happens(entry, call)
        self.log[call.call_id] = call
        self.concluded.add(call.call_id)
        self.dirty = True
        self.touched.update(call.extensions)
        if call.missed:
            self._happens_once(entry, call, CallEventType.MISSED, call.rang)
        self._happens_once(entry, call, CallEventType.ENDED, call.extensions)

    def _bury(self, now: float) -> None:
        """Let go of what is no longer needed."""
        while len(self._entries) > MAX_LIVING:
            oldest = next(iter(self._entries.values()))
            self._end(oldest, oldest.order, now, settle_in=0)
        while self._tombstones:
            oldest = next(iter(self._tombstones.values()))
            too_old = (oldest.ended or 0) < now - TOMBSTONE_SECONDS
            if not too_old and len(self._tombstones) <= MAX_TOMBSTONES:
                break
            del self._tombstones[oldest.call_id]
            self._due.pop(oldest.call_id, None)
            for leg_id in oldest.evidence.legs:
                self._by_leg.pop(leg_id, None)
        while len(self.log) > MAX_LOG:
            del self.log[next(iter(self.log))]

    # What others see of it

    def _tell(self, entry: _Entry) -> list[CallEvent]:
        self._show(entry)
        return self._drain()

    def _show(self, entry: _Entry) -> None:
        """Derive the call anew, and say what happened to it since."""
        if entry.evidence.is_empty:
            return
        if entry.ended is not None:
            self._happens(entry, entry.evidence.conclude(entry.ended))
            return
        call = entry.evidence.conclude(None)
        before = self.living.get(call.call_id)
        if before == call:
            return
        self.living[call.call_id] = call
        self.dirty = True
        for number in call.extensions:
            self._by_extension.setdefault(number, {})[call.call_id] = None
        self.touched.update(call.extensions)
        self._happens(entry, call)

    def _hide(self, entry: _Entry) -> None:
        """Take a call out of what lives."""
        if call := self.living.pop(entry.call_id, None):
            self.dirty = True
            for number in call.extensions:
                self._by_extension[number].pop(call.call_id, None)
            self.touched.update(call.extensions)

    def _happens(self, entry: _Entry, call: Call) -> None:
        """Announce what the evidence shows by now, each thing once."""
        inbound = call.direction is CallDirection.INBOUND
        first = CallEventType.RECEIVED if inbound else CallEventType.STARTED
        if first not in entry.told:
            callers = () if inbound else _ours(call, call.caller)
            self._happens_once(entry, call, first, callers)
        for number in call.rang:
            if number not in entry.told_ringing:
                entry.told_ringing.add(number)
                self._events.append(
                    CallEvent(
                        type=CallEventType.RECEIVED,
                        call=call,
                        extensions=(number,),
                        whole=False,
                    )
                )
        if call.answered_by:
            both = _ours(call, call.answered_by, call.caller)
            self._happens_once(entry, call, CallEventType.ANSWERED, both)

    def _happens_once(
        self,
        entry: _Entry,
        call: Call,
        event_type: CallEventType,
        extensions: tuple[str, ...],
    ) -> None:
        if event_type not in entry.told:
            entry.told.add(event_type)
            self._events.append(
                CallEvent(type=event_type, call=call, extensions=extensions)
            )

    def _happened(
        self, entry: _Entry, event_type: CallEventType, key: str = ""
    ) -> None:
        """Announce what may happen again and again."""
        if CallEventType.ENDED not in entry.told and not entry.evidence.is_empty:
            call = entry.evidence.conclude(entry.ended)
            self._events.append(
                CallEvent(
                    type=event_type, call=call, extensions=call.extensions, key=key
                )
            )

    def _drain(self) -> list[CallEvent]:
        events, self._events = self._events, []
        return events


def _direction(kind: PartyKind) -> CallDirection:
    if kind is PartyKind.INBOUND:
        return CallDirection.INBOUND
    return CallDirection.OUTBOUND


def _ours(call: Call, *numbers: str) -> tuple[str, ...]:
    """Return those of the numbers that are extensions of ours."""
    return tuple(number for number in numbers if number in call.extensions)
