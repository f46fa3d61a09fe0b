"""Turns what API v1 tells of calls into events of the call model.

API v1 leaves much to be inferred. The id of a leg on a trunk is not the id of its
call. Queries list only calls on trunks, and those only once the caller's own phone
was picked up; of internal calls nothing tells but reports and the states of phones.
A hang-up names some of the phones, and may be theirs alone; a clone of the API sends
it twice, the second time by an id of no call.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..calls.model import Calls
from ..calls.observations import Observations
from ..events import (
    CallAbsent,
    CallDialled,
    CallEnded,
    CallFailed,
    CallLeft,
    CallRecorded,
    CallSeen,
    CallTransferred,
    KeyPressed,
    PbxEvent,
    Source,
)
from ..models import BUSY_STATES, CallDirection, CallStatus, ExtensionState, Listing
from ..records import record_of_report
from ..reports import Party, PartyKind, PartyStatus, Report, ReportType
from .listings import TrunkCall

ADOPT_SECONDS = 60.0
"""How long after its end a record still finds a call that only queries know."""
_CALL_REPORTS = frozenset(
    {
        ReportType.RINGING,
        ReportType.ALERTING,
        ReportType.CALLEE_ANSWERED,
        ReportType.CALLER_CONNECTED,
        ReportType.CALL_STATUS,
        ReportType.INCOMING,
        ReportType.PROMPT_ENDED,
        ReportType.SURVEY_RESULT,
        ReportType.QUEUE_AGENT_NO_ANSWER,
        ReportType.UNKNOWN,
    }
)

type States = Mapping[str, ExtensionState | None]
type _Ends = tuple[str, str]


@dataclass(slots=True)
class _Phones:
    """What the phones of one call did.

    Attributes:
        states: what they did when they were looked at last.
        free: those that were seen idle or ringing since the call began.
        holding: those that hold it.
    """

    states: tuple[tuple[str, ExtensionState | None], ...] = ()
    free: set[str] = field(default_factory=set)
    holding: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Settled:
    """What a round of queries showed that taught nothing; so will the same again."""

    inbound: Listing[TrunkCall]
    outbound: Listing[TrunkCall]
    states: States
    revision: int


class CallTracker:
    """Knows which call a leg, a row or a phone belongs to."""

    def __init__(self, calls: Calls) -> None:
        """Infer from what the call model knows; nothing is changed in it."""
        self._calls = calls
        # Outbound calls that only queries know, by who calls whom.
        self._listed_only: dict[_Ends, set[str]] = {}
        self._phones: dict[str, _Phones] = {}
        # How the last query showed a call, until anything else is learned of it.
        self._shown: dict[str, list[TrunkCall]] = {}
        self._settled: _Settled | None = None

    # Reports

    def from_report(self, report: Report) -> Iterator[PbxEvent]:
        """Yield what a report says of its call; each is to be applied before the next."""
        if not (call_id := report.call_id):
            return
        self._reported(call_id)
        parties = _operable(report.parties)
        if _is_end(report):
            yield from self._hang_up(call_id, parties)
            return
        match report.type:
            case ReportType.CALL_RECORD:
                yield CallRecorded(call_id=call_id, record=record_of_report(report))
            case ReportType.CALL_FAILED:
                yield CallFailed(
                    call_id=call_id,
                    number=report.extension,
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
            case kind if kind in _CALL_REPORTS:
                yield CallSeen(call_id=call_id, parties=parties)
        yield from self._adopt_listed(call_id)

    def _hang_up(self, call_id: str, parties: tuple[Party, ...]) -> Iterator[PbxEvent]:
        seen = self._calls.seen_of(call_id)
        if seen is None or seen.is_empty:
            # A clone ends each call twice, the second time by an id of no call.
            for party in parties:
                if party.id and self._calls.lives(party.id):
                    yield CallEnded(call_id=party.id)
            yield CallEnded(call_id=call_id, parties=parties)
        elif _goes_on(seen, parties):
            yield CallSeen(call_id=call_id, parties=parties)
        elif _is_over(seen, parties):
            yield CallEnded(call_id=call_id, parties=parties)
        else:
            yield CallLeft(call_id=call_id, parties=parties)

    # Phones

    def from_states(self, extension: str, states: States) -> Iterator[PbxEvent]:
        """Yield what the reported state of an extension says of its calls."""
        for call in self._calls.of_extension(extension):
            if seen := self._calls.seen_of(call.call_id):
                parties = tuple(self._infer(seen, states))
                busy = states.get(extension) in BUSY_STATES
                if parties or busy:
                    source = Source.REPORT if busy else Source.PHONES
                    yield CallSeen(call_id=seen.call_id, parties=parties, source=source)

    def _infer(self, seen: Observations, states: States) -> Iterator[Party]:
        """Yield what its phones say of a call; of an internal one, nothing else does."""
        phones = self._phones.setdefault(seen.call_id, _Phones())
        members = seen.extensions
        now = tuple((number, states.get(number)) for number in sorted(members))
        if now == phones.states:
            return
        phones.states = now
        for number, state in now:
            if state is ExtensionState.ON_HOLD and number not in phones.holding:
                phones.holding.add(number)
                yield _phone(number, PartyStatus.ON_HOLD)
            elif state is not ExtensionState.ON_HOLD and number in phones.holding:
                phones.holding.discard(number)
                answered = number in seen.answers
                yield _phone(
                    number,
                    PartyStatus.ANSWERED if answered else PartyStatus.CONNECTED,
                )
        if seen.direction is not CallDirection.INTERNAL and not seen.dialled:
            return
        caller = seen.caller
        picked_up = seen.picked_up
        if not picked_up and states.get(caller) in (
            ExtensionState.IN_CALL,
            ExtensionState.ON_HOLD,
        ):
            picked_up = True
            if caller in members:
                yield _phone(caller, PartyStatus.CONNECTED)
        # A call by the PBX itself, of a prompt or an IVR, has no phone that calls.
        calling = picked_up or (seen.dialled and caller not in members)
        for number in members - {caller}:
            match states.get(number):
                case ExtensionState.RINGING:
                    phones.free.add(number)
                    yield _phone(number, PartyStatus.RINGING)
                case ExtensionState.IDLE:
                    phones.free.add(number)
                case ExtensionState.IN_CALL if (
                    calling and number in phones.free and number not in seen.answers
                ):
                    yield _phone(number, PartyStatus.ANSWERED)

    # Queries

    def from_queries(
        self,
        inbound: Listing[TrunkCall],
        outbound: Listing[TrunkCall],
        states: States,
        *,
        order: int,
        steady: float,
    ) -> Iterator[PbxEvent]:
        """Yield what the two queries of living calls say, sent at `order`.

        Each event is to be applied before the next is asked for.
        """
        revision = self._calls.revision
        moved = self._moved(inbound, outbound, states)
        if moved is None:
            shown: dict[str, list[TrunkCall]] = {}
            for row in (*inbound.items, *outbound.items):
                call_id = self._call_of(row, order)
                shown.setdefault(call_id, []).append(row)
                yield from self._from_row(call_id, row, states)
            self._shown = shown
            concerned = list(self._calls.seen_living())
        else:
            concerned = [
                seen
                for seen in (self._calls.seen_living() if moved else ())
                if seen.caller in moved or not moved.isdisjoint(seen.extensions)
            ]
            call_ids = {seen.call_id for seen in concerned}
            for call_id, rows in self._shown.items():
                for row in rows if call_id in call_ids else ():
                    yield from self._from_row(call_id, row, states)
        # A row that cannot be read says nothing of the calls of the other direction.
        complete = {
            CallDirection.INBOUND: inbound.complete,
            CallDirection.OUTBOUND: outbound.complete,
        }
        both = inbound.complete and outbound.complete
        newest = self._newest() if concerned else {}
        for seen in concerned:
            sure = complete.get(seen.direction, both)
            yield from self._by_phones(seen, states, newest, complete=sure)
        if moved is None or self._listed_only:
            self._forget(steady)
        self._settled = None
        if self._calls.revision == revision:
            self._settled = _Settled(inbound, outbound, dict(states), revision)

    def _moved(
        self, inbound: Listing[TrunkCall], outbound: Listing[TrunkCall], states: States
    ) -> set[str] | None:
        """Return the phones whose state is all that is new, None if more is.

        Most polls find nothing new, and a hundred calls need not be looked at for that
        (`scripts/bench`, "Poll that finds nothing new").
        """
        known = self._settled
        if known is None or (known.inbound, known.outbound, known.revision) != (
            inbound,
            outbound,
            self._calls.revision,
        ):
            return None
        if known.states.keys() != states.keys():
            return None
        return {
            number
            for number, state in states.items()
            if known.states[number] is not state
        }

    def _from_row(
        self, call_id: str, row: TrunkCall, states: States
    ) -> Iterator[PbxEvent]:
        if not self._is_known(call_id, row, states):
            yield self._listed(call_id, row, states)
            yield from self._adopt_listed(call_id)

    def _is_known(self, call_id: str, row: TrunkCall, states: States) -> bool:
        """Return whether the last query showed the same, which teaches nothing."""
        if row not in self._shown.get(call_id, ()) or not self._calls.lives(call_id):
            return False
        seen, phones = self._calls.seen_of(call_id), self._phones.get(call_id)
        return (
            seen is not None
            and phones is not None
            and phones.states
            == tuple((number, states.get(number)) for number in sorted(seen.extensions))
        )

    def _by_phones(
        self,
        seen: Observations,
        states: States,
        newest: Mapping[str, float],
        *,
        complete: bool,
    ) -> Iterator[PbxEvent]:
        parties = tuple(self._infer(seen, states))
        if seen.call_id in self._shown:
            if parties:
                yield CallSeen(
                    call_id=seen.call_id, parties=parties, source=Source.PHONES
                )
            return
        # Queries list only calls on trunks, and those only once the caller picked up;
        # but a call that they did list is gone when they no longer do.
        busy = not seen.listed and any(
            states.get(number) in BUSY_STATES
            # A newer call keeps a phone busy by itself.
            and newest.get(number, 0.0) <= seen.first_seen.steady
            for number in seen.extensions
        )
        if parties or busy:
            yield CallSeen(call_id=seen.call_id, parties=parties, source=Source.PHONES)
        if complete and not busy:
            yield CallAbsent(call_id=seen.call_id)

    def _newest(self) -> dict[str, float]:
        """Return when the newest living call of each phone was first seen."""
        newest: dict[str, float] = {}
        for call in self._calls.living.values():
            if seen := self._calls.seen_of(call.call_id):
                for number in call.extensions:
                    began = seen.first_seen.steady
                    newest[number] = max(began, newest.get(number, began))
        return newest

    def _listed(self, call_id: str, row: TrunkCall, states: States) -> CallSeen:
        inbound = row.direction is CallDirection.INBOUND
        talking = row.status is CallStatus.TALKING
        leg = Party(
            kind=PartyKind.INBOUND if inbound else PartyKind.OUTBOUND,
            number=row.caller if inbound else row.callee,
            caller=row.caller,
            callee=row.callee,
            trunk=row.trunk,
            status=PartyStatus.ANSWERED if talking and not inbound else None,
            id=row.leg_id,
        )
        phones = (
            _phone(number, status)
            for number in row.extensions
            for status in _statuses_in(states.get(number), talking=talking)
        )
        seen = self._calls.seen_of(call_id)
        left = (
            _phone(number, PartyStatus.ENDED)
            for number in (seen.talkers if seen and talking else ())
            if number not in row.extensions
            and states.get(number) is ExtensionState.IDLE
        )
        return CallSeen(
            call_id=call_id,
            parties=(leg, *phones, *left) if inbound else (leg,),
            source=Source.LIST,
            status=row.status,
        )

    # Which call is meant

    def _call_of(self, row: TrunkCall, order: int) -> str:
        """Return the id of a listed call.

        The leg of a call that was dialled for Home Assistant has another id; without
        reports it is known as the one call with the same from and to.
        """
        seen = self._calls.seen_of(row.leg_id)
        if seen is not None:
            return seen.call_id
        if row.direction is not CallDirection.OUTBOUND:
            return row.leg_id
        ends = (row.caller, row.callee)
        candidates = [
            seen.call_id
            for seen in (
                *self._calls.seen_living(),
                *self._calls.seen_ended_since(order),
            )
            if not seen.legs and seen.ends == ends
        ]
        if len(candidates) == 1:
            return candidates[0]
        self._listed_only.setdefault(ends, set()).add(row.leg_id)
        return row.leg_id

    def dialled(self, event: CallDialled) -> Iterator[PbxEvent]:
        """Yield a call that was dialled; a query may have shown it before the answer."""
        yield from self._adopt(event.call_id, (event.caller, event.callee))
        yield event

    def _adopt_listed(self, call_id: str) -> Iterator[PbxEvent]:
        seen = self._calls.seen_of(call_id) if self._listed_only else None
        if seen is not None and not seen.legs:
            yield from self._adopt(seen.call_id, seen.ends)

    def _adopt(self, call_id: str, ends: _Ends) -> Iterator[PbxEvent]:
        """Yield that a call has the leg of the one call that only queries know.

        They have the same from and to, and no report named the leg.
        """
        candidates = {
            other.call_id
            for leg_id in self._listed_only.get(ends, ())
            if (other := self._calls.seen_of(leg_id)) is not None
        }
        if len(candidates) != 1 or call_id in candidates:
            return
        del self._listed_only[ends]
        caller, callee = ends
        leg = Party(
            kind=PartyKind.OUTBOUND,
            number=callee,
            caller=caller,
            callee=callee,
            id=candidates.pop(),
        )
        yield CallSeen(call_id=call_id, parties=(leg,), source=Source.PHONES)

    def _reported(self, call_id: str) -> None:
        """Note that a call is no longer one that only queries know."""
        self._settled = None
        self._shown.pop(call_id, None)
        for ends, leg_ids in list(self._listed_only.items()):
            leg_ids.discard(call_id)
            if not leg_ids:
                del self._listed_only[ends]

    def _forget(self, steady: float) -> None:
        """Forget what is known of calls that are over."""
        for call_id in [c for c in self._phones if not self._calls.lives(c)]:
            del self._phones[call_id]
        recent = {
            seen.call_id
            for seen in self._calls.seen_ended_after(steady - ADOPT_SECONDS)
        }
        for ends, leg_ids in list(self._listed_only.items()):
            left = {c for c in leg_ids if self._calls.lives(c) or c in recent}
            if left:
                self._listed_only[ends] = left
            else:
                del self._listed_only[ends]


def _goes_on(seen: Observations, parties: Iterable[Party]) -> bool:
    """Return whether a call goes on after a hang-up that names these parties.

    It does if it names only phones that ring while another one talks or rings, or one
    that talked alone, as after a transfer.
    """
    phones = _phones_in(parties)
    talkers = set(seen.talkers)
    if not phones or seen.inside_caller in phones:
        return False
    if talkers & phones and _on_trunk(parties):
        return False
    return not (talkers or seen.ringing) <= phones


def _is_over(seen: Observations, parties: Iterable[Party]) -> bool:
    """Return whether a hang-up that names these parties is surely that of the call.

    It may be that of one phone: of a queue or a group which rings the next one, or of
    a phone that handed the call on or is forwarded.
    """
    phones = _phones_in(parties)
    if not phones:
        return True
    talkers = seen.talkers
    if seen.transferred and (len(seen.answers) < 2 or phones.isdisjoint(talkers[-1:])):
        return False
    if seen.connected is not None and phones.isdisjoint(talkers):
        return False
    return (
        seen.inside_caller in phones
        or _on_trunk(parties)
        or phones >= {party.number for party in seen.parties.values()}
    )


def _phones_in(parties: Iterable[Party]) -> set[str]:
    return {party.number for party in parties if party.kind is PartyKind.EXTENSION}


def _on_trunk(parties: Iterable[Party]) -> bool:
    return any(party.kind is not PartyKind.EXTENSION for party in parties)


def _is_end(report: Report) -> bool:
    """Return whether all that a report names hung up."""
    return report.type is ReportType.HANG_UP or (
        report.type is ReportType.CALL_STATUS
        and bool(report.parties)
        and all(party.status is PartyStatus.ENDED for party in report.parties)
    )


def _operable(parties: Iterable[Party]) -> tuple[Party, ...]:
    """Return parties with the ids that operations of API v1 take, and no others.

    Those are the ids of trunk legs, not the channels of API v2 (`PJSIP/trunk-...`).
    """
    return tuple(
        party
        if party.kind is not PartyKind.EXTENSION and "/" not in party.id
        else replace(party, id="")
        for party in parties
    )


def _phone(number: str, status: PartyStatus | None) -> Party:
    return Party(kind=PartyKind.EXTENSION, number=number, status=status)


def _statuses_in(
    state: ExtensionState | None, *, talking: bool
) -> tuple[PartyStatus | None, ...]:
    """Return what a listed phone did and does in the call, by its state."""
    match state:
        case ExtensionState.RINGING:
            return (PartyStatus.RINGING,)
        case ExtensionState.IN_CALL if talking:
            return (PartyStatus.ANSWERED,)
        case ExtensionState.ON_HOLD if talking:
            # The list tells of no hold.
            return (PartyStatus.ANSWERED, PartyStatus.ON_HOLD)
        case _:
            return (None,)
