"""All calls: which live, which are over, and what happens to them.

Reports come first, polls are the referee. Which of the two is newer is told by
`order`, a number that grows with each report that arrives and each poll that is
sent. Times (`now`) are epoch seconds. Knows nothing of Home Assistant.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import takewhile

from .. import (
    CallDirection,
    CallRecord,
    ExtensionState,
    Listing,
    Party,
    PartyKind,
    PartyStatus,
    Report,
    ReportType,
    TrunkCall,
)
from .observations import BUSY_STATES, Call, Evidence, Outcome

__all__ = ["Call", "CallBook", "CallEvent", "CallEventType", "Outcome"]

SURE_SECONDS = 3.0
"""Between two polls in a row that do not show a call, for it to be over, or that
show one which was reported over, for it to live: a burst of reports makes many
polls, and a PBX may need a moment to list what it reports."""
DOOM_SECONDS = 2.0
"""A call that failed or left a record is over unless it shows life in this time."""
RECORD_SECONDS = 2.0
"""How long to wait for the record of a call that was reported over."""
SETTLE_SECONDS = 1.0
"""What became of a call is decided so long after its last record."""
ADOPT_SECONDS = 60.0
"""How long after its end a record still finds a call that only polls know."""
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


# A row of a poll, and what the extensions did then that may have part in it.
type _Sight = tuple[TrunkCall, *tuple[ExtensionState | None, ...]]


@dataclass(slots=True, kw_only=True)
class _Entry:
    """A call in the book: what was seen of it, and whether it lives.

    Attributes:
        aliases: the ids of its legs, and of what turned out to be the same call.
        closed: its record is from an earlier run, and what still comes is too
            little to write it anew.
        polled_as: who calls whom, of an outbound call that only polls know.
        withheld: who was told to have hung up, before anything else was told.
        seen: how the last poll showed it, until anything else is learned of it.
        missing: since when polls do not show it, None if the last one did.
        order: of the last report about it.
        reappeared: since when polls that were sent after its end show it.
        told_again: what may happen again, so that a repeated report does not tell.
    """

    evidence: Evidence
    aliases: set[str] = field(default_factory=set)
    closed: bool = False
    polled_as: tuple[str, str] | None = None
    withheld: set[Party] = field(default_factory=set)
    seen: list[_Sight] = field(default_factory=list)
    shown: bool = False
    missing: float | None = None
    order: int = 0
    ended: float | None = None
    ended_order: int = 0
    reappeared: float | None = None
    told: set[CallEventType] = field(default_factory=set)
    told_ringing: set[str] = field(default_factory=set)
    told_again: set[tuple[object, ...]] = field(default_factory=set)

    @property
    def call_id(self) -> str:
        return self.evidence.call_id


class CallBook:
    """The calls of one PBX.

    Attributes:
        living: the calls that live, by call id, oldest first.
        log: the calls that are over, by call id, oldest first.
        changed: the ids of calls that live otherwise than before, or no longer,
        touched: the numbers of the extensions whose calls changed, and
        concluded: the ids of calls whose end was decided or corrected, all for the
            reader to take away.
    """

    def __init__(self, is_extension: Callable[[str], bool]) -> None:
        """Start empty; `is_extension` tells our numbers from those outside."""
        self._is_extension = is_extension
        self._entries: dict[str, _Entry] = {}
        self._tombstones: dict[str, _Entry] = {}
        self._by_alias: dict[str, str] = {}
        # Outbound calls that only polls know, by who calls whom.
        self._polled: dict[tuple[str, str], set[str]] = {}
        self._by_extension: dict[str, dict[str, None]] = {}
        self._due: dict[str, float] = {}
        self._events: list[CallEvent] = []
        self.living: dict[str, Call] = {}
        self.log: dict[str, Call] = {}
        self.changed: set[str] = set()
        self.touched: set[str] = set()
        self.concluded: set[str] = set()

    # Asking

    def find(self, call_id: str) -> Call | None:
        """Return the living call with this id, or with a leg of this id."""
        entry = self._get(call_id)
        return self.living.get(entry.call_id) if entry else None

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
        failed = entry.evidence.is_empty and bool(entry.evidence.failures)
        entry.evidence.add_intent(direction, caller, callee)
        self._join(entry, caller, callee)
        self._learn_withheld(entry, now)
        # A poll may have seen it before the answer to our request came.
        self._adopt(entry, now)
        self._lives(entry, order)
        self._show(entry)
        if failed:
            self._doom(entry, order, now)
            self._happened(entry, CallEventType.FAILED)
        return self._drain()

    def refused(self, call_id: str, now: float) -> list[CallEvent]:
        """Note that we refused a call: then nobody missed it."""
        entry = self._entry(call_id, now)
        entry.evidence.refused = True
        return self._tell(entry)

    def moved(self, call_id: str, now: float) -> list[CallEvent]:
        """Note that we transferred a call."""
        entry = self._entry(call_id, now)
        entry.evidence.transferred = True
        self._show(entry)
        self._happened(entry, CallEventType.TRANSFERRED)
        return self._drain()

    def apply_report(self, report: Report, order: int, now: float) -> list[CallEvent]:
        """Learn from a report; one that is about no call teaches nothing."""
        if report.type is ReportType.BOOT:
            for entry in list(self._entries.values()):
                self._end(entry, order, now, settle_in=SETTLE_SECONDS)
            return self._drain()
        if not report.call_id:
            return []
        entry = self._entry(report.call_id, now)
        self._reported(entry)
        if entry.evidence.is_empty and _is_end(report):
            # A clone ends each call twice, the second time by an id of no call.
            entry.withheld.update(report.parties)
            for party in report.parties:
                if known := self._get(party.leg_id):
                    self._end(known, order, now, settle_in=RECORD_SECONDS)
        else:
            self._learn(entry, report.parties, now)
            self._learn_withheld(entry, now)
        self._judge(entry, report, order, now)
        self._adopt(entry, now)
        self._show(entry)
        self._announce(entry, report)
        return self._drain()

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
        sights: dict[str, list[_Sight]] = {}
        for row in (*inbound.items, *outbound.items):
            entry = self._match(row, order, now)
            sight = _sight(row, entry, states)
            sights.setdefault(entry.call_id, []).append(sight)
            if entry.ended is not None or sight not in entry.seen:
                self._apply_row(entry, row, states, order, now)
        for entry in list(self._entries.values()):
            seen = sights.get(entry.call_id, [])
            if seen and seen == entry.seen:
                # To see the same again teaches nothing, whatever it is.
                continue
            if entry.order <= order:
                entry.evidence.add_states(states, now)
                if not seen and inbound.complete and outbound.complete:
                    self._not_shown(entry, states, order, now)
            self._show(entry)
            if entry.order < order:
                entry.seen = seen
        return self.tick(now)

    def tick(self, now: float) -> list[CallEvent]:
        """Do what is due: end the doomed, decide what became of the ended."""
        for call_id in [key for key, due in self._due.items() if due <= now]:
            if self._due.pop(call_id, None) is None:
                # Ending another one buried it.
                continue
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
        if entry := self._get(call_id):
            return entry
        entry = _Entry(evidence=Evidence(call_id=call_id, first_seen=now))
        if call_id in self.log:
            # Long over: what still comes must not start it again.
            entry.ended = now
            entry.closed = True
            entry.told = set(CallEventType)
            self._tombstones[call_id] = entry
            return entry
        self._entries[call_id] = entry
        if len(self._entries) > MAX_LIVING:
            oldest = next(iter(self._entries.values()))
            self._end(oldest, oldest.order, now, settle_in=0)
        return entry

    def _get(self, call_id: str) -> _Entry | None:
        entry = self._entries.get(call_id) or self._tombstones.get(call_id)
        if entry is None and (known := self._by_alias.get(call_id)):
            entry = self._entries.get(known) or self._tombstones.get(known)
        return entry

    def _match(self, row: TrunkCall, order: int, now: float) -> _Entry:
        """Return the entry of a polled call.

        The leg of a call of ours is another id; without reports it is known as the
        one call with the same from and to.
        """
        if row.direction is not CallDirection.OUTBOUND or self._get(row.leg_id):
            return self._entry(row.leg_id, now)
        ends = (row.caller, row.callee)
        # Those that ended after the poll was sent, last ended first.
        ended = takewhile(
            lambda entry: entry.ended_order > order,
            reversed(self._tombstones.values()),
        )
        candidates = [
            entry
            for entry in (*self._entries.values(), *ended)
            if not entry.evidence.legs and entry.evidence.ends == ends
        ]
        if len(candidates) == 1:
            return candidates[0]
        entry = self._entry(row.leg_id, now)
        entry.polled_as = ends
        self._polled.setdefault(ends, set()).add(entry.call_id)
        return entry

    def _adopt(self, entry: _Entry, now: float) -> None:
        """Take over the one call with the same from and to that only polls know."""
        if entry.evidence.legs or not self._polled:
            return
        polled = [
            other
            for leg_id in self._polled.get(entry.evidence.ends, ())
            if (other := self._get(leg_id)) is not None
            and other is not entry
            and (other.ended is None or other.ended > now - ADOPT_SECONDS)
        ]
        if len(polled) == 1:
            self._merge(polled[0], entry, now)

    def _add_leg(
        self, entry: _Entry, leg_id: str, direction: CallDirection, now: float
    ) -> None:
        """Note a leg; a call that is known by this leg is the same one."""
        other = self._get(leg_id)
        if other is not None and other is not entry:
            self._merge(other, entry, now)
        entry.evidence.legs[leg_id] = direction
        self._alias(entry, leg_id)

    def _alias(self, entry: _Entry, call_id: str) -> None:
        entry.aliases.add(call_id)
        self._by_alias[call_id] = entry.call_id

    def _merge(self, other: _Entry, entry: _Entry, now: float) -> None:
        """Let an entry take the place of another one about the same call."""
        entry.evidence.absorb(other.evidence)
        entry.shown |= other.shown
        entry.order = max(entry.order, other.order)
        entry.told |= other.told
        entry.told_ringing |= other.told_ringing
        entry.told_again |= other.told_again
        self._forget(other)
        self._hide(other)
        for call_id in (*other.aliases, other.call_id):
            self._alias(entry, call_id)
        if self.log.pop(other.call_id, None):
            self.concluded.add(other.call_id)
        if other.ended is not None and entry.ended is None:
            self._end(entry, other.ended_order, now, settle_in=SETTLE_SECONDS)
            entry.ended = other.ended

    def _forget(self, entry: _Entry) -> None:
        self._entries.pop(entry.call_id, None)
        self._tombstones.pop(entry.call_id, None)
        self._due.pop(entry.call_id, None)
        for alias in entry.aliases:
            if self._by_alias.get(alias) == entry.call_id:
                del self._by_alias[alias]
        self._reported(entry)

    def _reported(self, entry: _Entry) -> None:
        """Note that it is not, or no longer, a call that only polls know."""
        if entry.polled_as:
            self._polled[entry.polled_as].discard(entry.call_id)
            if not self._polled[entry.polled_as]:
                del self._polled[entry.polled_as]
            entry.polled_as = None

    def _join(self, entry: _Entry, *numbers: str) -> None:
        entry.evidence.members.update(filter(self._is_extension, numbers))

    def _learn_withheld(self, entry: _Entry, now: float) -> None:
        if entry.withheld and not entry.evidence.is_empty:
            parties, entry.withheld = entry.withheld, set()
            self._learn(entry, parties, now)

    def _learn(self, entry: _Entry, parties: Iterable[Party], now: float) -> None:
        for party in parties:
            if party.leg_id:
                self._add_leg(entry, party.leg_id, _direction(party.kind), now)
            entry.evidence.add_party(party, now)
            self._join(entry, party.caller, party.callee)

    # Life and end

    def _judge(self, entry: _Entry, report: Report, order: int, now: float) -> None:
        """Learn from a report whether its call lives."""
        evidence = entry.evidence
        match report.type:
            case _ if _is_end(report):
                self._end(entry, order, now, settle_in=RECORD_SECONDS)
            case ReportType.CALL_RECORD:
                record = CallRecord.from_report(report)
                evidence.add_record(record)
                self._join(entry, record.caller, record.callee, record.member)
                self._learn_withheld(entry, now)
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
            entry.missing = None
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
        self._add_leg(entry, row.leg_id, row.direction, now)
        entry.shown = True
        entry.missing = None
        self._join(entry, row.caller, row.callee, *row.extensions)
        if order > entry.order:
            entry.evidence.add_row(row, states, now)
            if entry.ended is None:
                self._due.pop(entry.call_id, None)
        if entry.ended is not None and order > entry.ended_order:
            if entry.reappeared is None:
                entry.reappeared = now
            if now - entry.reappeared >= SURE_SECONDS:
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
            states.get(number) in BUSY_STATES and not self._is_in_newer(number, entry)
            for number in entry.evidence.members
        ):
            entry.missing = None
            if not entry.evidence.records:
                # It was one phone of many that failed.
                self._due.pop(entry.call_id, None)
            return
        if entry.missing is None:
            entry.missing = now
        if now - entry.missing >= SURE_SECONDS:
            self._end(entry, order, now, settle_in=0)

    def _is_in_newer(self, number: str, entry: _Entry) -> bool:
        """Return whether a phone took part in another call since: that keeps it busy."""
        began = entry.evidence.first_seen
        return any(
            self._entries[call_id].evidence.first_seen > began
            for call_id in self._by_extension.get(number, ())
        )

    def _end(self, entry: _Entry, order: int, now: float, *, settle_in: float) -> None:
        entry.order = max(entry.order, order)
        if entry.ended is not None:
            return
        entry.ended = now
        entry.ended_order = order
        entry.reappeared = None
        self._entries.pop(entry.call_id, None)
        self._tombstones[entry.call_id] = entry
        if entry.evidence.records:
            settle_in = min(settle_in, SETTLE_SECONDS)
        self._due[entry.call_id] = now + settle_in
        self._hide(entry)
        if not settle_in:
            del self._due[entry.call_id]
            self._settle(entry)
        self._bury(now)

    def _revive(self, entry: _Entry) -> None:
        """Let a call live again that was reported over, but goes on.

        Moving a call may end one of its legs in a report.
        """
        entry.ended = None
        entry.closed = False
        entry.missing = None
        entry.told -= {CallEventType.ENDED, CallEventType.MISSED}
        self._tombstones.pop(entry.call_id, None)
        self._due.pop(entry.call_id, None)
        if self.log.pop(entry.call_id, None):
            self.concluded.add(entry.call_id)
        self._entries[entry.call_id] = entry

    def _settle(self, entry: _Entry) -> None:
        """Decide what became of a call, or correct what was decided."""
        if entry.evidence.is_empty or entry.closed:
            return
        call = entry.evidence.conclude(entry.ended)
        if call == self.log.get(call.call_id):
            return
        self._happens(entry, call)
        self.log[call.call_id] = call
        while len(self.log) > MAX_LOG:
            del self.log[next(iter(self.log))]
        self.concluded.add(call.call_id)
        self.touched.update(call.extensions)
        if call.missed:
            self._happens_once(entry, call, CallEventType.MISSED, call.rang)
        self._happens_once(entry, call, CallEventType.ENDED, call.extensions)

    def _bury(self, now: float) -> None:
        """Let go of what is no longer needed."""
        while self._tombstones:
            oldest = next(iter(self._tombstones.values()))
            too_old = (oldest.ended or 0) < now - TOMBSTONE_SECONDS
            if not too_old and len(self._tombstones) <= MAX_TOMBSTONES:
                break
            if oldest.call_id in self._due:
                self._settle(oldest)
            self._forget(oldest)

    # What others see of it

    def _tell(self, entry: _Entry) -> list[CallEvent]:
        self._show(entry)
        return self._drain()

    def _show(self, entry: _Entry) -> None:
        """Derive the call anew, and say what happened to it since."""
        entry.seen = []
        if entry.evidence.is_empty:
            return
        if entry.ended is not None:
            if entry.call_id in self._due:
                self._happens(entry, entry.evidence.conclude(entry.ended))
            else:
                self._settle(entry)
            return
        call = entry.evidence.conclude(None)
        before = self.living.get(call.call_id)
        if before == call:
            return
        self.living[call.call_id] = call
        self.changed.add(call.call_id)
        for number in call.extensions:
            self._by_extension.setdefault(number, {})[call.call_id] = None
        self.touched.update(call.extensions)
        self._happens(entry, call)

    def _hide(self, entry: _Entry) -> None:
        """Take a call out of what lives."""
        if call := self.living.pop(entry.call_id, None):
            self.changed.add(call.call_id)
            for number in call.extensions:
                calls = self._by_extension[number]
                calls.pop(call.call_id, None)
                if not calls:
                    del self._by_extension[number]
            self.touched.update(call.extensions)

    def _happens(self, entry: _Entry, call: Call) -> None:
        """Announce what the evidence shows by now, each thing once.

        Of a call whose end was announced, what is learned late is no news.
        """
        if CallEventType.ENDED in entry.told:
            return
        inbound = call.direction is CallDirection.INBOUND
        if not (
            inbound or all(entry.evidence.ends) or call.answered_by or call.outcome
        ):
            # The first report names one end alone, and which one may be unclear.
            return
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

    def _announce(self, entry: _Entry, report: Report) -> None:
        """Announce what a report tells that may happen again, but not twice."""
        key = ""
        if entry.evidence.is_empty:
            return
        match report.type:
            case ReportType.CALL_FAILED:
                what = CallEventType.FAILED
            case ReportType.CALL_TRANSFERRED | ReportType.CALL_FORWARDED:
                what = CallEventType.TRANSFERRED
            case ReportType.KEY_PRESSED:
                what = CallEventType.KEY_PRESSED
                key = report.word("key") or report.word("keys")
            case _:
                return
        index = report.word("key_index")
        if what is not CallEventType.KEY_PRESSED or index:
            # Without an index, the same key twice may be two keys.
            mark = (what, report.parties, key, index, report.word("reason"))
            if mark in entry.told_again:
                return
            entry.told_again.add(mark)
        self._happened(entry, what, key)

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


def _is_end(report: Report) -> bool:
    """Return whether a report says that a call is over."""
    return report.type is ReportType.HANG_UP or (
        report.type is ReportType.CALL_STATUS
        and bool(report.parties)
        and all(party.status is PartyStatus.ENDED for party in report.parties)
    )


def _sight(
    row: TrunkCall, entry: _Entry, states: Mapping[str, ExtensionState | None]
) -> _Sight:
    numbers = (row.caller, row.callee, *row.extensions, *entry.evidence.members)
    return (row, *map(states.get, numbers))


def _direction(kind: PartyKind) -> CallDirection:
    if kind is PartyKind.INBOUND:
        return CallDirection.INBOUND
    return CallDirection.OUTBOUND


def _ours(call: Call, *numbers: str) -> tuple[str, ...]:
    """Return those of the numbers that are extensions of ours."""
    return tuple(number for number in numbers if number in call.extensions)
