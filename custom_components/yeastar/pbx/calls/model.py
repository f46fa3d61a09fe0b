"""All calls of one PBX: which live, which are over, and what happens to them.

Events (`pbx.events`) are the only way in. Which of two events is newer is told by
`order`, a number that grows with each report that arrives and each query that is
sent, so that a query which was sent before a report came does not undo it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from ..clock import Moment
from ..events import (
    CallAbsent,
    CallAccepted,
    CallDialled,
    CallEnded,
    CallFailed,
    CallLeft,
    CallMoved,
    CallRecorded,
    CallRefused,
    CallSeen,
    CallTransferred,
    KeyPressed,
    PbxEvent,
    Source,
)
from ..models import CallDirection
from ..reports import Party
from .call import Call, CallEvent, CallEventType, PastCall
from .observations import MAX_PARTIES, Observations, add_bounded

SURE_SECONDS = 3.0
"""Between two queries in a row that do not list a call, for it to be over, or that
list one which was reported over, for it to live: a burst of reports makes many
queries, and a PBX may need a moment to list what it reports."""
DOOM_SECONDS = 2.0
"""A call that failed, left a record or was left by its phones is over unless it shows
life in this time."""
RECORD_SECONDS = 2.0
"""How long to wait for the record of a call that was reported over."""
SETTLE_SECONDS = 1.0
"""What became of a call is decided so long after its last record."""
OFFER_SECONDS = 10.0
"""How long a PBX waits for a call to be accepted or refused (API guide, Invite)."""
TOMBSTONE_SECONDS = 900.0
"""How long late reports still complete what is known of a call that ended."""
MAX_LIVING = 1000
FEW_PARTIES = 10
"""So many ends of a call are kept in any case."""
MAX_CROWD = 10_000
"""Ends beyond them, of all calls together: a hundred calls that ring a hundred phones."""
MAX_ALIASES = 1000
"""Of one call; each end has one, and each call that it was merged with."""
MAX_ENDS = 8
"""Calls that one tick or one query ends; the next tick, at once, ends more."""
MAX_TOMBSTONES = 500
MAX_LOG = 2000


@dataclass(slots=True, kw_only=True)
class _Entry:
    """A call in the model: what was seen of it, and whether it lives.

    Attributes:
        aliases: the ids of its legs, and of what turned out to be the same call.
        closed: its record is from an earlier run and is not written anew.
        withheld: who was told to have left before anything else was told.
        absent: since when queries do not list it, None if the last one did.
        order: of the last report about it.
        doomed: when that was seen by which it is over, unless it shows life.
        reappeared: since when queries that were sent after its end list it.
        told_again: what may happen again, so that a repeated report does not tell.
    """

    seen: Observations
    aliases: set[str] = field(default_factory=set)
    closed: bool = False
    withheld: set[Party] = field(default_factory=set)
    absent: float | None = None
    order: int = 0
    doomed: float | None = None
    ended: float | None = None
    ended_order: int = 0
    reappeared: float | None = None
    told: set[CallEventType] = field(default_factory=set)
    told_ringing: set[str] = field(default_factory=set)
    told_answered: set[str] = field(default_factory=set)
    told_again: set[tuple[object, ...]] = field(default_factory=set)

    @property
    def call_id(self) -> str:
        return self.seen.call_id


class Calls:
    """The calls of one PBX.

    Attributes:
        living: the calls that live, by call id, oldest first.
        log: the calls that are over, by call id, oldest first.
        changed: the ids of calls that live otherwise than before, or no longer,
        touched: the numbers of the extensions whose calls changed, and
        concluded: the ids of calls whose end was decided or corrected, all for the
            reader to take away.
    """

    def __init__(
        self, is_extension: Callable[[str], bool], *, news_since: float = 0.0
    ) -> None:
        """Start empty; `is_extension` tells extensions from numbers outside.

        That a call began before `news_since`, in epoch seconds, is no news.
        """
        self._is_extension = is_extension
        self._news_since = news_since
        self._entries: dict[str, _Entry] = {}
        self._tombstones: dict[str, _Entry] = {}
        self._by_alias: dict[str, str] = {}
        self._by_extension: dict[str, dict[str, None]] = {}
        self._due: dict[str, float] = {}
        self._offers: dict[str, float] = {}
        self._crowd = 0
        self.revision = 0
        self._absences = 0
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
        return tuple(
            map(self.living.__getitem__, self._by_extension.get(extension, ()))
        )

    def seen_of(self, call_id: str) -> Observations | None:
        """Return what was seen of a call, living or over for a short time."""
        entry = self._get(call_id)
        return entry.seen if entry else None

    def lives(self, call_id: str) -> bool:
        """Return whether a call with this id, or with such a leg, is not over."""
        entry = self._get(call_id)
        return entry is not None and entry.ended is None

    def seen_living(self) -> Iterator[Observations]:
        """Yield what was seen of each call that is not over."""
        for entry in self._entries.values():
            yield entry.seen

    def seen_ended_since(self, order: int) -> Iterator[Observations]:
        """Yield what was seen of calls that ended after an order, the last first."""
        for entry in reversed(self._tombstones.values()):
            if entry.ended_order <= order:
                return
            yield entry.seen

    def seen_ended_after(self, steady: float) -> Iterator[Observations]:
        """Yield what was seen of calls that ended after a moment, the last first."""
        for entry in reversed(self._tombstones.values()):
            if (entry.ended or 0.0) <= steady:
                return
            yield entry.seen

    def is_undecided(self, call_id: str) -> bool:
        """Return whether a call lives, or what became of it is decided in a moment."""
        entry = self._get(call_id)
        return entry is not None and (entry.ended is None or entry.call_id in self._due)

    @property
    def next_due(self) -> float | None:
        """Return when `tick` has something to do, by the steady clock."""
        return min((*self._due.values(), *self._offers.values()), default=None)

    # Telling

    def apply(self, event: PbxEvent, order: int, moment: Moment) -> list[CallEvent]:
        """Learn from one event; returns what happened to calls because of it."""
        self.revision += 1
        if isinstance(event, CallAbsent) and not self.lives(event.call_id):
            return []
        entry = self._entry(event.call_id, moment)
        match event:
            case CallSeen():
                self._saw(entry, event, order, moment)
            case CallAbsent():
                self._did_not_see(entry, order, moment)
                if entry.ended is None:
                    return []
            case CallEnded():
                self._was_ended(entry, event, order, moment)
            case CallLeft():
                self._learn(entry, event.parties, moment)
                self._doom(entry, order, moment)
            case CallRecorded():
                entry.seen.add_record(event.record, self._is_extension)
                self._learn_withheld(entry, moment)
                self._doom(entry, order, moment)
            case CallFailed():
                self._learn(entry, event.parties, moment)
                entry.seen.add_failure(event.number, event.reason)
                # Of an inbound call it may be one phone of many that failed.
                if entry.seen.direction is not CallDirection.INBOUND:
                    self._doom(entry, order, moment)
            case CallTransferred():
                self._learn(entry, event.parties, moment)
                entry.seen.transferred = True
                self._lives(entry, order)
            case KeyPressed():
                self._learn(entry, event.parties, moment)
                self._lives(entry, order)
            case CallDialled():
                self._was_dialled(entry, event, order, moment)
            case CallMoved():
                entry.seen.transferred = True
            case CallRefused():
                entry.seen.refused = True
                self._decide_offer(entry)
            case CallAccepted():
                self._decide_offer(entry)
        self._show(entry)
        self._announce(entry, event)
        return self._drain()

    def tick(self, steady: float) -> list[CallEvent]:
        """Do what is due: end the doomed, decide what became of the ended."""
        self.revision += 1
        for call_id in _first_due(self._offers, steady):
            if entry := self._get(call_id):
                self._decide_offer(entry)
                self._show(entry)
            self._offers.pop(call_id, None)
        for call_id in _first_due(self._due, steady):
            if self._due.pop(call_id, None) is None:
                # Ending another one buried it.
                continue
            if entry := self._entries.get(call_id):
                ended = entry.doomed or steady
                self._end(entry, entry.order, ended, settle_in=0)
            elif entry := self._tombstones.get(call_id):
                self._settle(entry)
        self._bury(steady)
        return self._drain()

    def forget_changes(self) -> None:
        """Forget what changed: it was told."""
        self._absences = 0
        self.changed.clear()
        self.touched.clear()
        self.concluded.clear()

    def restore(self, calls: Iterable[Call]) -> None:
        """Take back finished calls that are already known elsewhere, oldest first."""
        self.log = {call.call_id: call for call in calls} | self.log

    def forget_legs(self) -> None:
        """Forget the ids of legs: the PBX started anew, and may use them again."""
        self._by_alias.clear()

    def add_past(self, calls: Iterable[PastCall]) -> list[PastCall]:
        """Put calls into the log of which records tell; nothing happens by it.

        Returns those that the log has now otherwise than before. What was learned of
        a call since it was looked up is newer.
        """
        added = []
        for past in calls:
            call_id = past.call.call_id
            is_news = past.call is not past.known
            if is_news and self.log.get(call_id) is past.known:
                if entry := self._get(call_id):
                    if self.is_undecided(call_id):
                        continue
                    entry.closed = True
                self.log[call_id] = past.call
                added.append(past)
        newest = sorted(self.log.values(), key=lambda call: call.ended or call.started)
        self.log = {call.call_id: call for call in newest[-MAX_LOG:]}
        return [past for past in added if past.call.call_id in self.log]

    def forget_before(self, when: float) -> list[str]:
        """Forget the finished calls that started before a time, in epoch seconds."""
        old = [call_id for call_id, call in self.log.items() if call.started < when]
        for call_id in old:
            del self.log[call_id]
        return old

    # Which call is meant

    def _entry(self, call_id: str, moment: Moment) -> _Entry:
        """Return the entry of a call or of one with such a leg, or a new one."""
        if entry := self._get(call_id):
            return entry
        entry = _Entry(seen=Observations(call_id=call_id, first_seen=moment))
        if call_id in self.log:
            # Long over: what still comes must not start it again.
            entry.ended = moment.steady
            entry.closed = True
            entry.told = set(CallEventType)
            self._tombstones[call_id] = entry
            return entry
        if entry.seen.began_before(self._news_since):
            entry.told |= {CallEventType.STARTED, CallEventType.RECEIVED}
        self._entries[call_id] = entry
        if len(self._entries) > MAX_LIVING:
            oldest = next(iter(self._entries.values()))
            self._end(oldest, oldest.order, moment.steady, settle_in=0)
        return entry

    def _get(self, call_id: str) -> _Entry | None:
        entry = self._entries.get(call_id) or self._tombstones.get(call_id)
        if entry is None and (known := self._by_alias.get(call_id)):
            entry = self._entries.get(known) or self._tombstones.get(known)
        return entry

    def _alias(self, entry: _Entry, call_id: str) -> None:
        if call_id in entry.aliases or len(entry.aliases) < MAX_ALIASES:
            entry.aliases.add(call_id)
            self._by_alias[call_id] = entry.call_id

    def _merge(self, other: _Entry, entry: _Entry, moment: Moment) -> None:
        """Let an entry take the place of another one about the same call."""
        before = _crowd_of(entry)
        entry.seen.absorb(other.seen)
        self._crowd += _crowd_of(entry) - before
        entry.order = max(entry.order, other.order)
        entry.told |= other.told
        add_bounded(entry.told_ringing, other.told_ringing)
        add_bounded(entry.told_answered, other.told_answered)
        add_bounded(entry.told_again, other.told_again)
        if entry.ended is not None:
            self._decide_offer(entry)
        elif offer_ends := self._offers.get(other.call_id):
            self._offers.setdefault(entry.call_id, offer_ends)
        self._forget(other)
        self._hide(other)
        for call_id in (*other.aliases, other.call_id):
            self._alias(entry, call_id)
        if self.log.pop(other.call_id, None):
            self.concluded.add(other.call_id)
        if other.ended is not None and entry.ended is None:
            self._end(entry, other.ended_order, moment.steady, settle_in=SETTLE_SECONDS)
            entry.ended = other.ended

    def _forget(self, entry: _Entry) -> None:
        self._crowd -= _crowd_of(entry)
        self._entries.pop(entry.call_id, None)
        self._tombstones.pop(entry.call_id, None)
        self._due.pop(entry.call_id, None)
        self._offers.pop(entry.call_id, None)
        for alias in entry.aliases:
            if self._by_alias.get(alias) == entry.call_id:
                del self._by_alias[alias]

    # Learning

    def _learn(self, entry: _Entry, parties: Iterable[Party], moment: Moment) -> None:
        for party in parties:
            other = self._get(party.id) if party.id else None
            if other is not None and other is not entry:
                self._merge(other, entry, moment)
            if not self._has_room_for(entry, party):
                continue
            if party.id:
                self._alias(entry, party.id)
            before = _crowd_of(entry)
            entry.seen.add_party(party, moment)
            self._crowd += _crowd_of(entry) - before
            entry.seen.join(party, self._is_extension)
        entry.seen.note_transfer()
        self._learn_withheld(entry, moment)

    def _has_room_for(self, entry: _Entry, party: Party) -> bool:
        return entry.seen.has_room_for(party) and (
            self._crowd < MAX_CROWD
            or len(entry.seen.parties) < FEW_PARTIES
            or entry.seen.knows(party)
        )

    def _learn_withheld(self, entry: _Entry, moment: Moment) -> None:
        if entry.withheld and not entry.seen.is_empty:
            parties, entry.withheld = entry.withheld, set()
            self._learn(entry, parties, moment)

    def _saw(self, entry: _Entry, event: CallSeen, order: int, moment: Moment) -> None:
        if event.source is Source.LIST:
            self._saw_listed(entry, event, order, moment)
            return
        undecided = entry.ended is not None and entry.call_id in self._due
        if undecided and entry.seen.has_new_phone(event.parties):
            # One phone hung up, and the call went on to another.
            self._revive(entry)
        self._learn(entry, event.parties, moment)
        if event.source is Source.PHONES:
            entry.absent = None
            if not entry.seen.records and entry.ended is None:
                # It was one phone of many that failed.
                self._due.pop(entry.call_id, None)
            return
        if event.offered:
            self._offer(entry, moment)
        elif event.parties:
            self._decide_offer(entry)
        if entry.seen.is_abandoned:
            self._end(entry, order, moment.steady, settle_in=RECORD_SECONDS)
        else:
            self._lives(entry, order)

    def _saw_listed(
        self, entry: _Entry, event: CallSeen, order: int, moment: Moment
    ) -> None:
        entry.seen.listed = True
        entry.absent = None
        if order > entry.order:
            self._learn(entry, event.parties, moment)
            entry.seen.status = event.status
            if entry.ended is None:
                self._due.pop(entry.call_id, None)
        if entry.ended is not None and order > entry.ended_order:
            if entry.reappeared is None:
                entry.reappeared = moment.steady
            if moment.steady - entry.reappeared >= SURE_SECONDS:
                self._revive(entry)

    def _did_not_see(self, entry: _Entry, order: int, moment: Moment) -> None:
        if entry.ended is not None or entry.order > order:
            return
        if entry.absent is None:
            entry.absent = moment.steady
        if moment.steady - entry.absent < SURE_SECONDS:
            return
        self._absences += 1
        if self._absences <= MAX_ENDS:
            self._end(entry, order, moment.steady, settle_in=0)
        else:
            entry.doomed = self._due[entry.call_id] = moment.steady

    def _was_ended(
        self, entry: _Entry, event: CallEnded, order: int, moment: Moment
    ) -> None:
        if entry.seen.is_empty:
            # It may be the second end of another call, by another id.
            add_bounded(entry.withheld, event.parties)
        else:
            self._learn(entry, event.parties, moment)
        self._end(entry, order, moment.steady, settle_in=RECORD_SECONDS)

    def _was_dialled(
        self, entry: _Entry, event: CallDialled, order: int, moment: Moment
    ) -> None:
        failed = entry.seen.is_empty and bool(entry.seen.failures)
        entry.seen.add_intent(event.direction, event.caller, event.callee)
        ends = {
            CallDirection.INTERNAL: (event.caller, event.callee),
            CallDirection.OUTBOUND: (event.caller,),
        }.get(event.direction, ())
        entry.seen.joined.update(filter(self._is_extension, ends))
        self._learn_withheld(entry, moment)
        self._lives(entry, order)
        if failed:
            self._show(entry)
            self._doom(entry, order, moment)
            self._happened(entry, CallEventType.FAILED)

    # Offers

    def _offer(self, entry: _Entry, moment: Moment) -> None:
        if entry.seen.offered is None and entry.ended is None:
            entry.seen.offered = moment
            self._offers[entry.call_id] = moment.steady + OFFER_SECONDS

    def _decide_offer(self, entry: _Entry) -> None:
        entry.seen.offered = None
        self._offers.pop(entry.call_id, None)

    # Life and end

    def _lives(self, entry: _Entry, order: int) -> None:
        entry.order = max(entry.order, order)
        if entry.ended is None:
            entry.absent = None
            self._due.pop(entry.call_id, None)

    def _doom(self, entry: _Entry, order: int, moment: Moment) -> None:
        """End a call unless it shows life; if it has ended, decide anew."""
        entry.order = max(entry.order, order)
        entry.doomed = moment.steady
        wait = DOOM_SECONDS if entry.ended is None else SETTLE_SECONDS
        self._due[entry.call_id] = moment.steady + wait

    def _end(
        self, entry: _Entry, order: int, steady: float, *, settle_in: float
    ) -> None:
        entry.order = max(entry.order, order)
        if entry.ended is not None:
            return
        entry.ended = steady
        entry.ended_order = order
        entry.reappeared = None
        self._decide_offer(entry)
        self._entries.pop(entry.call_id, None)
        self._tombstones[entry.call_id] = entry
        if entry.seen.records:
            settle_in = min(settle_in, SETTLE_SECONDS)
        self._due[entry.call_id] = steady + settle_in
        self._hide(entry)
        if not settle_in:
            del self._due[entry.call_id]
            self._settle(entry)
        self._bury(steady)

    def _revive(self, entry: _Entry) -> None:
        """Let a call live again that was reported over, but goes on.

        Moving a call may end one of its legs in a report.
        """
        entry.ended = None
        entry.closed = False
        entry.absent = None
        entry.told -= {CallEventType.ENDED, CallEventType.MISSED}
        self._tombstones.pop(entry.call_id, None)
        self._due.pop(entry.call_id, None)
        if self.log.pop(entry.call_id, None):
            self.concluded.add(entry.call_id)
        self._entries[entry.call_id] = entry

    def _settle(self, entry: _Entry) -> None:
        """Decide what became of a call, or correct what was decided."""
        if entry.seen.is_empty or entry.closed:
            return
        call = entry.seen.conclude(entry.ended)
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

    def _bury(self, steady: float) -> None:
        """Let go of calls that ended too long ago to be completed."""
        while self._tombstones:
            oldest = next(iter(self._tombstones.values()))
            too_old = (oldest.ended or 0.0) < steady - TOMBSTONE_SECONDS
            if not too_old and len(self._tombstones) <= MAX_TOMBSTONES:
                break
            if oldest.call_id in self._due:
                self._settle(oldest)
            self._forget(oldest)

    # What others see of it

    def _show(self, entry: _Entry) -> None:
        """Derive the call anew, and say what happened to it since."""
        if entry.seen.is_empty:
            return
        if entry.ended is not None:
            if entry.call_id not in self._due:
                self._settle(entry)
            elif entry.told:
                self._happens(entry, entry.seen.conclude(entry.ended))
            return
        if entry.call_id in self._due and not entry.told:
            # It is known by its record or its failure alone, and about to be over.
            return
        call = entry.seen.conclude(None, OFFER_SECONDS)
        before = self.living.get(call.call_id)
        if before == call:
            return
        self.living[call.call_id] = call
        self.changed.add(call.call_id)
        for number in set(before.extensions if before else ()) - set(call.extensions):
            self._leave(number, call.call_id)
        for number in call.extensions:
            self._by_extension.setdefault(number, {})[call.call_id] = None
        self.touched.update(call.extensions)
        self._happens(entry, call)

    def _hide(self, entry: _Entry) -> None:
        """Take a call out of the living ones."""
        if call := self.living.pop(entry.call_id, None):
            self.changed.add(call.call_id)
            for number in call.extensions:
                self._leave(number, call.call_id)

    def _leave(self, number: str, call_id: str) -> None:
        calls = self._by_extension[number]
        calls.pop(call_id, None)
        if not calls:
            del self._by_extension[number]
        self.touched.add(number)

    def _happens(self, entry: _Entry, call: Call) -> None:
        """Announce what was seen by now, each thing once.

        Of a call whose end was announced, what is learned late is no news; of one that
        is known only since it is over, its beginning is none.
        """
        if CallEventType.ENDED in entry.told or (call.ended and not entry.told):
            return
        if not (
            call.is_inbound or all(entry.seen.ends) or call.answered_by or call.outcome
        ):
            # The first report names one end alone, and which one may be unclear.
            return
        first = CallEventType.RECEIVED if call.is_inbound else CallEventType.STARTED
        if first not in entry.told:
            callers = _ours(call, call.calling_extension)
            self._happens_once(entry, call, first, callers)
        for number in call.rang:
            if number not in entry.told_ringing:
                entry.told_ringing.add(number)
                self._happens_alone(call, CallEventType.RECEIVED, number)
        if call.answered_by and call.answered_by not in entry.told_answered:
            if CallEventType.ANSWERED in entry.told:
                if call.answered_by in call.extensions:
                    self._happens_alone(call, CallEventType.ANSWERED, call.answered_by)
            else:
                both = _ours(call, call.answered_by, call.calling_extension)
                self._happens_once(entry, call, CallEventType.ANSWERED, both)
            entry.told_answered.add(call.answered_by)

    def _happens_alone(
        self, call: Call, event_type: CallEventType, extension: str
    ) -> None:
        self._events.append(
            CallEvent(type=event_type, call=call, extensions=(extension,), whole=False)
        )

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

    def _announce(self, entry: _Entry, event: PbxEvent) -> None:
        """Announce what may happen again, but no repeated report twice."""
        if entry.seen.is_empty:
            return
        match event:
            case CallFailed():
                if self._is_news(entry, event, event.number, event.reason):
                    self._happened(entry, CallEventType.FAILED)
            case CallTransferred():
                if self._is_news(entry, event, *event.parties):
                    self._happened(entry, CallEventType.TRANSFERRED)
            case CallMoved():
                self._happened(entry, CallEventType.TRANSFERRED)
            case KeyPressed():
                # Without an index, the same key twice may be two keys.
                if not event.index or self._is_news(
                    entry, event, event.index, event.key
                ):
                    self._happened(entry, CallEventType.KEY_PRESSED, event.key)

    def _is_news(self, entry: _Entry, event: PbxEvent, *what: object) -> bool:
        mark = (type(event), *what)
        if mark in entry.told_again or len(entry.told_again) >= MAX_PARTIES:
            return False
        entry.told_again.add(mark)
        return True

    def _happened(
        self, entry: _Entry, event_type: CallEventType, key: str = ""
    ) -> None:
        """Announce what may happen again and again."""
        if CallEventType.ENDED not in entry.told:
            call = entry.seen.conclude(entry.ended)
            self._events.append(
                CallEvent(
                    type=event_type, call=call, extensions=call.extensions, key=key
                )
            )

    def _drain(self) -> list[CallEvent]:
        events, self._events = self._events, []
        return events


def _first_due(due: dict[str, float], steady: float) -> list[str]:
    """Return what is due, but not so much that other work has to wait long."""
    return list(islice((key for key, when in due.items() if when <= steady), MAX_ENDS))


def _crowd_of(entry: _Entry) -> int:
    """Return how many ends of a call are beyond the few that are always kept."""
    return max(0, len(entry.seen.parties) - FEW_PARTIES)


def _ours(call: Call, *numbers: str) -> tuple[str, ...]:
    """Return those of the numbers that are extensions in the call."""
    return tuple(number for number in numbers if number in call.extensions)
