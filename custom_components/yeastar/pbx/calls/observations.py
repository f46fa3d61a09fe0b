"""Everything that was seen of one call, and what follows from it.

Reports may come late, twice, out of order or never, so nothing is decided while they
come in: observations are only added, and `conclude` reads the whole of them.
Times are seconds of the steady clock (`Moment.steady`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice

from ..clock import Moment
from ..models import CallDirection, CallRecord, CallStatus, RecordStatus
from ..reports import Party, PartyKind, PartyStatus
from .call import Call, CallLeg, Outcome, is_missed, sorted_legs

# Zones differ by multiples of 15 minutes, so the PBX's local time and the epoch in
# the id of a call can be compared without knowing the zone.
_ZONE_STEP = 900
_CLOCK_TOLERANCE = 5
_DAY = 86400
"""A PBX whose clock differs by more has no right time."""

MAX_PARTIES = 200
"""Ends, records or failures of one call: a hundred phones that ring on two devices."""
MAX_LEGS = 20
"""Of a call that is over; the first on trunks are among them."""
MAX_NUMBER = 64
"""Characters of the number of an extension."""

# How well it is known, since when, and the number.
type _Name = tuple[int, str, str]
type _PartyKey = tuple[PartyKind, str]

# The rank of a number that is known from the state of a phone alone.
_OF_A_PHONE = 4

# The vendor's words of all API versions, by what they contain.
_REASONS = (
    ("outbound restrict", Outcome.NO_PERMISSION),
    ("dial permission", Outcome.NO_PERMISSION),
    ("busy", Outcome.BUSY),
    ("486", Outcome.BUSY),
    ("dnd", Outcome.BUSY),
    ("603", Outcome.REFUSED),
    ("declined", Outcome.REFUSED),
    ("no answer", Outcome.NO_ANSWER),
    ("408", Outcome.NO_ANSWER),
    ("487", Outcome.NO_ANSWER),
)
_RECORD_OUTCOMES = {
    RecordStatus.BUSY: Outcome.BUSY,
    RecordStatus.FAILED: Outcome.FAILED,
    RecordStatus.NO_ANSWER: Outcome.NO_ANSWER,
}


@dataclass(slots=True, kw_only=True)
class Observations:
    """What was seen of one call.

    Attributes:
        first_seen: when anything was seen of it.
        parties: the last that was seen of each end of the call.
        legs: its ends that operations can address, by id.
        members: the extensions that reports named as taking part.
        joined: the extensions whose numbers stand where an extension may stand.
        outside_callers: the numbers from which a trunk leg came in; never extensions.
        outside: the numbers outside that were called.
        rang, answers: when a number was first seen to ring or to answer.
        connected: when the caller's side was last seen to be taken by the dialplan.
        failures: number of the party that failed, if told, and the reason.
        picked_up: whether the caller's own phone was seen to be picked up.
        listed: whether a query of living calls showed it.
        status: as the last query told it.
        offered: since when the PBX waits for it to be accepted or refused.
        path: the last IVR, queue or ring group that it was seen to come through.
    """

    call_id: str
    first_seen: Moment
    dialled: bool = False
    intent: CallDirection | None = None
    callers: set[_Name] = field(default_factory=set)
    callees: set[_Name] = field(default_factory=set)
    called_numbers: set[str] = field(default_factory=set)
    trunks: set[str] = field(default_factory=set)
    parties: dict[_PartyKey, Party] = field(default_factory=dict)
    legs: dict[str, CallLeg] = field(default_factory=dict)
    sides: set[CallDirection] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    joined: set[str] = field(default_factory=set)
    outside_callers: set[str] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    rang: dict[str, float] = field(default_factory=dict)
    answers: dict[str, float] = field(default_factory=dict)
    connected: float | None = None
    records: set[CallRecord] = field(default_factory=set)
    failures: set[tuple[str, str]] = field(default_factory=set)
    picked_up: bool = False
    refused: bool = False
    transferred: bool = False
    listed: bool = False
    status: CallStatus | None = None
    offered: Moment | None = None
    path: str = ""

    # Asking

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was seen of it but, at most, that it ended."""
        return not (self.extensions or self.sides or self.records or self.dialled)

    @property
    def extensions(self) -> set[str]:
        """Return the extensions that take part.

        A number that came in on a trunk belongs to the outside, no matter what it says.
        """
        return self.members | (self.joined - self.outside_callers)

    @property
    def direction(self) -> CallDirection:
        """Return the direction by the best evidence there is."""
        if self.intent is not None:
            return self.intent
        recorded = {record.direction for record in self.records if record.direction}
        for direction in (
            CallDirection.CALLBACK,
            CallDirection.INBOUND,
            CallDirection.OUTBOUND,
        ):
            if direction in recorded or direction in self.sides:
                return direction
        return CallDirection.INTERNAL

    @property
    def ends(self) -> tuple[str, str]:
        """Return who calls whom."""
        return self.caller, self.callee

    @property
    def caller(self) -> str:
        """Return the number that calls; beside an inbound leg that is no phone."""
        if self.outside_callers:
            return _best({name for name in self.callers if name[0] < _OF_A_PHONE})
        return _best(self.callers)

    @property
    def inside_caller(self) -> str:
        """Return the number that calls from inside, empty for a caller on a trunk.

        A caller outside may show the number of a phone, even of the one that rings.
        """
        caller = self.caller
        return "" if caller in self.outside_callers else caller

    @property
    def callee(self) -> str:
        """Return the number that was called."""
        return _best(self.callees)

    @property
    def is_abandoned(self) -> bool:
        """Return whether all known parties left."""
        return bool(self.parties) and all(map(_has_left, self.parties.values()))

    def has_left(self, number: str) -> bool:
        """Return whether every called end with this number left the call."""
        ends = [
            party
            for party in self.parties.values()
            if party.number == number and party.kind is not PartyKind.INBOUND
        ]
        return bool(ends) and all(map(_has_left, ends))

    @property
    def talkers(self) -> list[str]:
        """Return the numbers that answered and are still there, the first first."""
        return [
            number
            for number in sorted(self.answers, key=lambda n: (self.answers[n], n))
            if not self.has_left(number)
        ]

    @property
    def ringing(self) -> set[str]:
        """Return the extensions that ring and were not answered."""
        return {
            number
            for number in self.rang
            if number not in self.answers and not self.has_left(number)
        }

    def has_new_phone(self, parties: Iterable[Party]) -> bool:
        """Return whether a phone rings or answers that had no part in the call."""
        return any(
            party.kind is PartyKind.EXTENSION
            and party.status in (PartyStatus.RINGING, PartyStatus.ANSWERED)
            and not self.knows(party)
            for party in parties
        )

    def has_room_for(self, party: Party) -> bool:
        """Return whether one more end may be kept; no real call has so many."""
        return self._room > 0 or self.knows(party)

    def knows(self, party: Party) -> bool:
        """Return whether this end was seen already."""
        return _key(party) in self.parties

    @property
    def _room(self) -> int:
        return max(0, MAX_PARTIES - len(self.parties))

    # Adding

    def add_intent(self, direction: CallDirection, caller: str, callee: str) -> None:
        """Add that Home Assistant asked for this call."""
        self.dialled = True
        self.intent = direction
        self._name(0, caller, callee)

    def add_party(self, party: Party, moment: Moment) -> None:
        """Add what was seen of one end of the call."""
        self._keep(party)
        self.path = party.path or self.path
        if party.id and (party.id in self.legs or len(self.legs) < MAX_PARTIES):
            self.legs[party.id] = CallLeg(party.id, party.kind, party.number)
        if party.kind is PartyKind.EXTENSION:
            self._add_extension(party, moment.steady)
            return
        add_bounded(self.trunks, (party.trunk,))
        if party.kind is PartyKind.INBOUND:
            self.sides.add(CallDirection.INBOUND)
            add_bounded(self.outside_callers, (party.caller,))
            add_bounded(self.called_numbers, (party.callee,))
            self._name(1, party.caller, party.callee)
            if party.status is PartyStatus.CONNECTED:
                self.connected = moment.steady
            return
        self.sides.add(CallDirection.OUTBOUND)
        self._name(3, party.caller, party.callee)
        add_bounded(self.outside, (party.number,))
        self.picked_up = True
        if party.status is PartyStatus.ANSWERED and party.number in self.outside:
            self.answers.setdefault(party.number, moment.steady)

    def _keep(self, party: Party) -> None:
        known = self.parties.get(_key(party))
        if known and (party.status is None or (_has_left(known) and party.id)):
            # An id that left never comes back; a number may.
            return
        self.parties[_key(party)] = party

    def _add_extension(self, party: Party, now: float) -> None:
        number = party.number
        add_bounded(self.members, (number,) if len(number) <= MAX_NUMBER else ())
        if number not in self.members:
            return
        match party.status:
            case PartyStatus.RINGING:
                self.rang.setdefault(number, now)
                self._name(_OF_A_PHONE, "", number)
            case PartyStatus.ANSWERED:
                self.rang.setdefault(number, now)
                self.answers.setdefault(number, now)
                self._name(_OF_A_PHONE, "", number)
            case PartyStatus.CALLING:
                self._name(_OF_A_PHONE, number, "")
            case PartyStatus.ALERTING | PartyStatus.CONNECTED:
                self.picked_up = True
                self._name(_OF_A_PHONE, number, "")

    def note_transfer(self) -> None:
        """Note that the call was handed on, if who answered it left and others talk.

        Not each way of a transfer has a report.
        """
        if len(self.answers) > 1 and (talkers := self.talkers):
            called = self.answers.keys() - {self.inside_caller}
            first = min(called, key=lambda n: (self.answers[n], n), default="")
            self.transferred |= bool(first) and first not in talkers

    def add_record(
        self, record: CallRecord, is_extension: Callable[[str], bool]
    ) -> None:
        """Add a record; one that came in on a trunk is from outside.

        A call that was forwarded to the outside has one record of type Outbound, with
        the outside caller in it and both trunks (seen by programs of real boxes).
        """
        if len(self.records) >= MAX_PARTIES:
            return
        if record.direction is CallDirection.OUTBOUND and record.source_trunk:
            record = replace(record, direction=CallDirection.INBOUND)
            self.transferred = True
            self.outside.add(record.callee)
        if record.direction is CallDirection.INBOUND:
            self.outside_callers.add(record.caller)
            ends = [record.callee, record.member]
        elif record.direction is CallDirection.OUTBOUND:
            ends = [record.caller]
        else:
            ends = [record.caller, record.callee, record.member]
        self.joined.update(filter(is_extension, ends))
        if record.member and not is_extension(record.member):
            # As in `1000(01713920010)`: it was forwarded to this number.
            self.outside.add(record.member)
        self.records.add(record)
        self.trunks.add(record.trunk)
        self.called_numbers.add(record.called_number)
        # The first of several says who called whom; one of a transfer does not.
        rank = 5 if record.direction is None else 2
        when = record.started.isoformat() if record.started else ""
        self._name(rank, record.caller, record.callee, when)

    def add_failure(self, number: str, reason: str) -> None:
        """Add that a party could not be reached, and why."""
        if len(self.failures) < MAX_PARTIES:
            self.failures.add((number, reason))

    def join(self, party: Party, is_extension: Callable[[str], bool]) -> None:
        """Note which extension a trunk leg comes from or leads to."""
        number = party.callee if party.kind is PartyKind.INBOUND else party.caller
        if party.kind is not PartyKind.EXTENSION and is_extension(number):
            self.joined.add(number)

    def absorb(self, other: Observations) -> None:
        """Add all that was seen of the same call under another id."""
        if other.first_seen.steady < self.first_seen.steady:
            self.first_seen = other.first_seen
        self.dialled |= other.dialled
        self.intent = self.intent or other.intent
        for own, others in ((self.rang, other.rang), (self.answers, other.answers)):
            for number, when in others.items():
                if number in own or len(own) < MAX_PARTIES:
                    own[number] = min(when, own.get(number, when))
        new = (key for key in other.parties if key not in self.parties)
        for key in list(islice(new, self._room)):
            self.parties[key] = other.parties[key]
        for leg_id in islice(other.legs, max(0, MAX_PARTIES - len(self.legs))):
            self.legs[leg_id] = other.legs[leg_id]
        add_bounded(self.callers, other.callers)
        add_bounded(self.callees, other.callees)
        add_bounded(self.called_numbers, other.called_numbers)
        add_bounded(self.trunks, other.trunks)
        self.sides |= other.sides
        add_bounded(self.members, other.members)
        add_bounded(self.joined, other.joined)
        add_bounded(self.outside_callers, other.outside_callers)
        add_bounded(self.outside, other.outside)
        add_bounded(self.records, other.records)
        add_bounded(self.failures, other.failures)
        self.connected = self.connected or other.connected
        self.picked_up |= other.picked_up
        self.refused |= other.refused
        self.transferred |= other.transferred
        self.listed |= other.listed
        self.status = self.status or other.status
        self.offered = self.offered or other.offered
        self.path = self.path or other.path

    def _name(self, rank: int, caller: str, callee: str, when: str = "") -> None:
        """Note who calls whom; of several names the first of the lowest rank counts."""
        for number, names in ((caller, self.callers), (callee, self.callees)):
            if number and len(names) < MAX_PARTIES:
                names.add((rank, when, number))

    # Concluding

    def conclude(self, ended: float | None, offer_seconds: float = 0.0) -> Call:
        """Return the call that was seen, over since `ended` or living."""
        direction = self.direction
        caller, extensions = self.caller, self.extensions
        answers = self._answers_of_the_called(direction)
        first = min(answers, key=lambda number: (answers[number], number), default="")
        answered_by = self._last_of(answers) if self._was_handed_on else first
        started = self._started()
        outcome = None if ended is None else self._outcome(answered_by, caller)
        length = self._length(ended)
        talk = sum(record.talk_duration for record in self._answered_records(direction))
        if answers and not talk and length is not None:
            talk = int(max(0.0, length - answers[first]))
        offered = self.offered if ended is None else None
        return Call(
            call_id=self.call_id,
            legs=sorted_legs(self._living_legs)
            if ended is None
            else sorted_legs(self.legs)[:MAX_LEGS],
            direction=direction,
            caller=caller,
            callee=self.callee,
            called_number=min(self.called_numbers - {""}, default="")
            if direction is CallDirection.INBOUND
            else "",
            trunk=min(self.trunks - {""}, default=""),
            extensions=tuple(sorted(extensions)),
            rang=tuple(sorted((set(self.rang) & extensions) - {self.inside_caller})),
            answered_by=answered_by,
            pick_up=caller if self._waits_for_the_caller(ended, extensions) else "",
            offered_until=offered.wall + offer_seconds if offered else None,
            status=self._status(answered_by) if ended is None else None,
            started=started,
            answered=started + answers[first] if answers else None,
            ended=None if length is None else started + length,
            outcome=outcome,
            missed=is_missed(direction, outcome),
            reason=min((why for _, why in self.failures if why), default=""),
            recording=min(
                (record.recording for record in self.records if record.recording),
                default="",
            ),
            ring_seconds=int(answers[first] if answers else length or 0),
            talk_seconds=talk if answers else 0,
            records=len(self.records),
            path=self.path,
        )

    @property
    def _living_legs(self) -> dict[str, CallLeg]:
        """Return the legs that did not leave; of v1, no report tells which did."""
        left = {party.id for party in self.parties.values() if _has_left(party)}
        return {leg_id: leg for leg_id, leg in self.legs.items() if leg_id not in left}

    @property
    def caller_picked_up(self) -> bool:
        """Return whether the PBX went on to call the other side."""
        return self.picked_up or any(number != self.caller for number in self.rang)

    def _waits_for_the_caller(self, ended: float | None, extensions: set[str]) -> bool:
        return (
            self.dialled
            and not self.caller_picked_up
            and ended is None
            and self.caller in extensions
            and not self.answers
        )

    def _answers_of_the_called(self, direction: CallDirection) -> dict[str, float]:
        """Return who answered, and how many seconds after the start.

        The caller's own phone, picked up when the PBX dials for a user, is no answer;
        neither is an IVR or a queue that takes an inbound call.
        """
        seen = {
            number: max(0.0, when - self.first_seen.steady)
            for number, when in self.answers.items()
            if number != self.inside_caller
        }
        recorded: dict[str, float] = {}
        first = min((r.started for r in self.records if r.started), default=None)
        for record in self._answered_records(direction):
            number = record.member or record.callee
            after = max(0.0, float(record.duration - record.talk_duration))
            if first and record.started:
                after += (record.started - first).total_seconds()
            recorded[number] = min(after, recorded.get(number, after))
        if recorded and self.transferred:
            # Not each one who got it has a record.
            return seen | recorded
        return recorded or seen

    def _last_of(self, answers: Mapping[str, float]) -> str:
        """Return who got the call by a transfer and talks now.

        Records count whole seconds, so what was seen says better who was the last.
        """
        when = self.answers if answers.keys() <= self.answers.keys() else answers
        return max(answers, key=lambda n: (when[n], answers[n], n), default="")

    @property
    def _was_handed_on(self) -> bool:
        """Return whether another person talks than the one who answered first.

        A record of type Transfer has no direction.
        """
        return self.transferred or any(
            record.direction is None and record.status is RecordStatus.ANSWERED
            for record in self.records
        )

    def _reasons_of_the_called(self, caller: str) -> set[str]:
        """Return why the called side was not reached.

        When the PBX dials for a user, it may be the user's own phone that failed.
        """
        return {
            why
            for number, why in self.failures
            if not self.dialled
            or number != caller
            or _outcome_of_reason(why) is Outcome.NO_PERMISSION
        }

    def _answered_records(self, direction: CallDirection) -> list[CallRecord]:
        """Return the records of a person who answered; an IVR is none."""
        people = self.extensions | self.outside
        return [
            record
            for record in self.records
            if record.status is RecordStatus.ANSWERED
            and (
                direction is not CallDirection.INBOUND
                or (record.member or record.callee) in people
            )
        ]

    def _outcome(self, answered_by: str, caller: str) -> Outcome:
        statuses = {record.status for record in self.records}
        if answered_by:
            return Outcome.ANSWERED
        if RecordStatus.VOICEMAIL in statuses:
            return Outcome.VOICEMAIL
        if self.refused:
            return Outcome.REFUSED
        reasons = self._reasons_of_the_called(caller)
        if reasons and self.direction is not CallDirection.INBOUND:
            return min(map(_outcome_of_reason, reasons))
        if self.dialled and not self.caller_picked_up:
            return Outcome.CALLER_NO_ANSWER
        for status, outcome in _RECORD_OUTCOMES.items():
            if status in statuses:
                return outcome
        return Outcome.TRANSFERRED if self.transferred else Outcome.NO_ANSWER

    def _status(self, answered_by: str) -> CallStatus | None:
        if any(p.status is PartyStatus.ON_HOLD for p in self.parties.values()):
            return CallStatus.ON_HOLD
        if answered_by:
            return CallStatus.TALKING
        if self.ringing and not self._taken_since_it_rang:
            return CallStatus.RINGING
        if any(p.status is PartyStatus.RINGING for p in self._outside_parties):
            return CallStatus.RINGING
        if self.status is not None:
            return self.status
        if self.connected is not None:
            # An IVR, a queue or voicemail has it.
            return CallStatus.WAITING
        return CallStatus.RINGING if self.rang else None

    @property
    def _outside_parties(self) -> list[Party]:
        """Return the parties outside that were called."""
        return [p for p in self.parties.values() if p.kind is PartyKind.OUTBOUND]

    @property
    def _taken_since_it_rang(self) -> bool:
        """Return whether voicemail took the call of a phone that rang before."""
        rang = max((self.rang[number] for number in self.ringing), default=0.0)
        return self.connected is not None and self.connected > rang

    def _started(self) -> float:
        """Return the start: the integer part of a call id is its epoch.

        Seen in every sample. A record whose local time contradicts it says that the id
        of this box is something else; then, and where the PBX's clock is off by more
        than a day, the time at which the call was first seen counts.
        """
        seen = self.first_seen.wall
        if (epoch := self._epoch()) is None:
            return seen
        starts = [record.started for record in self.records if record.started]
        if starts:
            # The first parts of a call, as in an IVR, may leave no record.
            seconds = [s.minute * 60 + s.second - epoch % 3600 for s in starts]
            off = min(min(s % _ZONE_STEP, -s % _ZONE_STEP) for s in seconds)
            if off > _CLOCK_TOLERANCE:
                return seen
        return float(epoch)

    def _epoch(self) -> int | None:
        """Return the epoch in the id of the call, None if it holds none."""
        whole = self.call_id.partition(".")[0]
        if not whole.isascii() or not whole.isdigit() or len(whole) > 10:
            return None
        epoch = int(whole)
        return epoch if abs(epoch - self.first_seen.wall) <= _DAY else None

    def began_before(self, wall: float) -> bool:
        """Return whether the id of the call says that it began before a time."""
        epoch = self._epoch()
        return epoch is not None and epoch < wall - _CLOCK_TOLERANCE

    def _length(self, ended: float | None) -> float | None:
        """Return how many seconds it lasted, None while it lives."""
        if ended is None:
            return None
        timed = [
            (record.started, record.duration)
            for record in self.records
            if record.started
        ]
        if not timed:
            longest = max((record.duration for record in self.records), default=0)
            return longest or max(0.0, ended - self.first_seen.steady)
        first = min(started for started, _ in timed)
        return max(
            (started - first + timedelta(seconds=duration)).total_seconds()
            for started, duration in timed
        )


def add_bounded[ItemT](known: set[ItemT], new: Iterable[ItemT]) -> None:
    """Add to a set, which no sender of reports can let grow without end."""
    for item in new:
        if len(known) >= MAX_PARTIES:
            return
        known.add(item)


def _key(party: Party) -> _PartyKey:
    return party.kind, party.id or party.number


def _has_left(party: Party) -> bool:
    return party.status is PartyStatus.ENDED


def _best(names: set[_Name]) -> str:
    """Return the number with the best rank; of equals always the same one."""
    return min(names)[2] if names else ""


def _outcome_of_reason(reason: str) -> Outcome:
    """Return what the reason of a failure means (API guide, CallFailed)."""
    words = reason.casefold()
    return next(
        (outcome for part, outcome in _REASONS if part in words), Outcome.FAILED
    )
