"""What was seen of one call, and what that says about it.

Reports may come late, twice, out of order or never, so nothing is decided
while they come in. Evidence is only ever added, and `conclude` reads the whole
of it: the order in which it came makes no difference. Times are epoch seconds.
Knows nothing of Home Assistant.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .api import (
    CallDirection,
    CallRecord,
    CallStatus,
    ExtensionState,
    Party,
    PartyKind,
    PartyStatus,
    RecordStatus,
    TrunkCall,
)

BUSY_STATES = (ExtensionState.RINGING, ExtensionState.IN_CALL, ExtensionState.ON_HOLD)

# Zones differ by multiples of 15 minutes, so the PBX's local time and the epoch in
# the id of a call can be compared without knowing the zone.
_ZONE_STEP = 900
_CLOCK_TOLERANCE = 5
_PLAUSIBLE_EPOCHS = range(946_684_800, 4_102_444_800)


# How well it is known, since when, and the number.
type _Name = tuple[int, str, str]


class Outcome(StrEnum):
    """What became of a call."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    CALLER_NO_ANSWER = "caller_no_answer"
    REFUSED = "refused"
    NO_PERMISSION = "no_permission"
    VOICEMAIL = "voicemail"
    TRANSFERRED = "transferred"
    FAILED = "failed"


# The vendor's words of three API versions, by what they contain.
_REASONS = (
    ("outbound restriction", Outcome.NO_PERMISSION),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call as it is known now.

    Attributes:
        call_id: the PBX's id of the call.
        legs: the ids of its legs on trunks, with their direction; the call's own
            id may be one of them.
        extensions: the numbers of the extensions that take or took part.
        rang: those of them that were called and rang.
        answered_by: the number that answered, of an extension or outside.
        status: None once it is over, or before anything is known.
        started, answered, ended: epoch seconds, None if it did not happen.
        outcome: None while it lives.
        missed: inbound, over, and nobody answered or refused it.
        pick_up: the caller's extension while its phone rings first, as for each call
            that the PBX was asked to start; empty once it was picked up.
    """

    call_id: str
    legs: tuple[tuple[str, CallDirection], ...]
    direction: CallDirection
    caller: str
    callee: str
    trunk: str
    extensions: tuple[str, ...]
    rang: tuple[str, ...]
    answered_by: str
    status: CallStatus | None
    started: float
    answered: float | None
    ended: float | None
    outcome: Outcome | None
    missed: bool
    reason: str
    recording: str
    ring_seconds: int
    talk_seconds: int
    pick_up: str = ""

    @property
    def leg_ids(self) -> tuple[str, ...]:
        """Return the ids of its legs on trunks."""
        return tuple(leg_id for leg_id, _ in self.legs)

    def leg(self, meant: str = "") -> tuple[str, CallDirection] | None:
        """Return the leg that an id means: itself, or else the call's first."""
        for leg_id, direction in self.legs:
            if leg_id == meant:
                return leg_id, direction
        return min(self.legs, key=lambda leg: (leg[1], leg[0]), default=None)

    @property
    def outside_number(self) -> str:
        """Return the number outside; of a call inside the house, the called one."""
        return self.caller if self.direction is CallDirection.INBOUND else self.callee

    def other_side(self, extension: str) -> str:
        """Return the number that an extension is, or would be, talking to."""
        if self.direction is CallDirection.INTERNAL and extension != self.caller:
            return self.caller
        return self.outside_number


@dataclass(slots=True, kw_only=True)
class Evidence:
    """What was seen of one call.

    Attributes:
        members: the numbers of our extensions that were seen to take part.
        outside: the numbers outside that were called.
        rang, answers: when a number was first seen to ring or to answer.
        failures: number of the extension that failed, if told, and the reason.
        free: our extensions that were seen idle or ringing since we dialled.
        picked_up: whether the caller's own phone was seen to be picked up.
        status: as the last poll told it.
    """

    call_id: str
    first_seen: float
    dialled: bool = False
    intent: CallDirection | None = None
    callers: set[_Name] = field(default_factory=set)
    callees: set[_Name] = field(default_factory=set)
    trunks: set[str] = field(default_factory=set)
    legs: dict[str, CallDirection] = field(default_factory=dict)
    sides: set[CallDirection] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    rang: dict[str, float] = field(default_factory=dict)
    answers: dict[str, float] = field(default_factory=dict)
    outside: set[str] = field(default_factory=set)
    free: set[str] = field(default_factory=set)
    holding: set[str] = field(default_factory=set)
    records: set[CallRecord] = field(default_factory=set)
    failures: set[tuple[str, str]] = field(default_factory=set)
    picked_up: bool = False
    refused: bool = False
    transferred: bool = False
    status: CallStatus | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was seen of it but, at most, that it ended."""
        return not (self.members or self.sides or self.records or self.dialled)

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
        """Return the number that calls."""
        return _best(self.callers)

    @property
    def callee(self) -> str:
        """Return the number that was called."""
        return _best(self.callees)

    # Adding

    def add_intent(self, direction: CallDirection, caller: str, callee: str) -> None:
        """Add that we asked the PBX for this call."""
        self.dialled = True
        self.intent = direction
        self._name(0, caller, callee)

    def add_party(self, party: Party, now: float) -> None:
        """Add one party of a report."""
        if party.kind is PartyKind.EXTENSION:
            self._add_extension(party, now)
            return
        if party.kind is PartyKind.INBOUND:
            self.sides.add(CallDirection.INBOUND)
            self._name(1, party.caller, party.callee)
        else:
            self.sides.add(CallDirection.OUTBOUND)
            self._name(3, party.caller, party.callee)
            self.outside.add(party.number)
            self.picked_up = True
            if party.status in (PartyStatus.ANSWERED, PartyStatus.CONNECTED):
                self.answers.setdefault(party.number, now)
        self.trunks.add(party.trunk)

    def _add_extension(self, party: Party, now: float) -> None:
        number = party.number
        self.members.add(number)
        if party.status is PartyStatus.ON_HOLD:
            self.holding.add(number)
        elif party.status is not None:
            self.holding.discard(number)
        match party.status:
            case PartyStatus.RINGING:
                self.rang.setdefault(number, now)
                self._name(4, "", number)
            case PartyStatus.ANSWERED:
                self.rang.setdefault(number, now)
                self.answers.setdefault(number, now)
                self._name(4, "", number)
            case PartyStatus.ALERTING | PartyStatus.CONNECTED:
                self.picked_up = True
                self._name(4, number, "")

    def add_record(self, record: CallRecord) -> None:
        """Add a call record."""
        self.records.add(record)
        self.trunks.add(record.trunk)
        # The first of several says who called whom; one of a transfer does not.
        rank = 5 if record.direction is None else 2
        when = record.started.isoformat() if record.started else ""
        self._name(rank, record.caller, record.callee, when)

    def add_row(
        self,
        row: TrunkCall,
        states: Mapping[str, ExtensionState | None],
        now: float,
    ) -> None:
        """Add how a poll shows the call, together with the states of extensions."""
        inbound = row.direction is CallDirection.INBOUND
        self.sides.add(row.direction)
        self.trunks.add(row.trunk)
        self._name(1 if inbound else 3, row.caller, row.callee)
        self.picked_up = True
        self.status = row.status
        talking = row.status is CallStatus.TALKING
        if talking and not inbound:
            self.answers.setdefault(row.callee, now)
        for number in row.extensions if inbound else ():
            if states.get(number) is ExtensionState.RINGING:
                self.rang.setdefault(number, now)
            elif talking and states.get(number) in BUSY_STATES:
                self.rang.setdefault(number, now)
                self.answers.setdefault(number, now)

    def add_states(
        self, states: Mapping[str, ExtensionState | None], now: float
    ) -> None:
        """Add what its extensions do; all there is to see of an internal call."""
        self.holding = {
            number
            for number in self.members
            if states.get(number) is ExtensionState.ON_HOLD
        }
        if self.direction is not CallDirection.INTERNAL and not self.dialled:
            return
        if states.get(self.caller) in (ExtensionState.IN_CALL, ExtensionState.ON_HOLD):
            self.picked_up = True
        # A call by the PBX itself, of a prompt or an IVR, has no phone that calls.
        calling = self.picked_up or (self.dialled and self.caller not in self.members)
        for number in self.members - {self.caller}:
            match states.get(number):
                case ExtensionState.RINGING:
                    self.free.add(number)
                    self.rang.setdefault(number, now)
                case ExtensionState.IDLE:
                    self.free.add(number)
                case ExtensionState.IN_CALL if calling and number in self.free:
                    self.answers.setdefault(number, now)

    def absorb(self, other: Evidence) -> None:
        """Add all that was seen of the same call under another id."""
        self.first_seen = min(self.first_seen, other.first_seen)
        self.dialled |= other.dialled
        self.intent = self.intent or other.intent
        self.callers |= other.callers
        self.callees |= other.callees
        for own, others in ((self.rang, other.rang), (self.answers, other.answers)):
            for number, when in others.items():
                own[number] = min(when, own.get(number, when))
        self.legs |= other.legs
        self.trunks |= other.trunks
        self.sides |= other.sides
        self.members |= other.members
        self.outside |= other.outside
        self.free |= other.free
        self.holding |= other.holding
        self.records |= other.records
        self.failures |= other.failures
        self.picked_up |= other.picked_up
        self.refused |= other.refused
        self.transferred |= other.transferred
        self.status = self.status or other.status

    def _name(self, rank: int, caller: str, callee: str, when: str = "") -> None:
        """Note who calls whom; of several names the first of the lowest rank counts."""
        if caller:
            self.callers.add((rank, when, caller))
        if callee:
            self.callees.add((rank, when, callee))

    # Concluding

    def conclude(self, ended: float | None) -> Call:
        """Return the call that the evidence shows, over since `ended` or living."""
        direction = self.direction
        caller = self.caller
        answers = self._answers_of_the_called(direction, caller)
        answered_by = min(
            answers, key=lambda number: (answers[number], number), default=""
        )
        started = self._started()
        answered = started + answers[answered_by] if answers else None
        outcome = None if ended is None else self._outcome(answered_by, caller)
        length = self._length(ended)
        talk = sum(record.talk_duration for record in self._answered_records(direction))
        if answers and not talk and length is not None:
            talk = int(max(0.0, length - answers[answered_by]))
        return Call(
            call_id=self.call_id,
            legs=tuple(sorted(self.legs.items())),
            direction=direction,
            caller=caller,
            callee=self.callee,
            trunk=min(self.trunks - {""}, default=""),
            extensions=tuple(sorted(self.members)),
            rang=tuple(sorted((set(self.rang) & self.members) - {caller})),
            answered_by=answered_by,
            status=self._status(answered_by) if ended is None else None,
            started=started,
            answered=answered,
            ended=None if length is None else started + length,
            outcome=outcome,
            missed=direction is CallDirection.INBOUND
            and outcome is not None
            and outcome not in (Outcome.ANSWERED, Outcome.VOICEMAIL, Outcome.REFUSED),
            reason=min((why for _, why in self.failures if why), default=""),
            recording=min(
                (record.recording for record in self.records if record.recording),
                default="",
            ),
            ring_seconds=int(answers[answered_by] if answers else length or 0),
            talk_seconds=talk if answers else 0,
            pick_up=caller if ended is None and self._waits_for(caller) else "",
        )

    def _waits_for(self, caller: str) -> bool:
        """Return whether the PBX still rings the caller's own phone."""
        return self.dialled and not self.picked_up and caller in self.members

    def _answers_of_the_called(
        self, direction: CallDirection, caller: str
    ) -> dict[str, float]:
        """Return who answered, and how many seconds after the start.

        The caller's own phone, picked up when the PBX dials for somebody, is no
        answer; neither is an IVR or a queue that takes an inbound call.
        """
        recorded: dict[str, float] = {}
        first = min((r.started for r in self.records if r.started), default=None)
        for record in self._answered_records(direction):
            number = record.member or record.callee
            after = float(record.duration - record.talk_duration)
            if first and record.started:
                after += (record.started - first).total_seconds()
            recorded[number] = min(after, recorded.get(number, after))
        return recorded or {
            number: max(0.0, when - self.first_seen)
            for number, when in self.answers.items()
            if number != caller
        }

    def _reasons_of_the_called(self, caller: str) -> set[str]:
        """Return why the called side was not reached.

        When the PBX dials for somebody, it may be that one's own phone that failed.
        """
        return {
            why
            for number, why in self.failures
            if not self.dialled
            or number != caller
            or _outcome_of_reason(why) is Outcome.NO_PERMISSION
        }

    def _answered_records(self, direction: CallDirection) -> list[CallRecord]:
        """Return the records of somebody who answered; an IVR is nobody."""
        somebody = self.members | self.outside
        return [
            record
            for record in self.records
            if record.status is RecordStatus.ANSWERED
            and (
                direction is not CallDirection.INBOUND
                or (record.member or record.callee) in somebody
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
        if self.dialled and not self.picked_up:
            return Outcome.CALLER_NO_ANSWER
        for status, outcome in _RECORD_OUTCOMES.items():
            if status in statuses:
                return outcome
        return Outcome.TRANSFERRED if self.transferred else Outcome.NO_ANSWER

    def _status(self, answered_by: str) -> CallStatus | None:
        if self.holding:
            return CallStatus.ON_HOLD
        if answered_by:
            return CallStatus.TALKING
        if self.rang:
            return CallStatus.RINGING
        return self.status

    def _started(self) -> float:
        """Return the start: the integer part of a call id is its epoch.

        Seen in every sample. A record whose local time contradicts it says that
        the id of this box is something else; then the time we saw it counts.
        """
        whole = self.call_id.partition(".")[0]
        if not whole.isascii() or not whole.isdigit() or len(whole) > 10:
            return self.first_seen
        epoch = int(whole)
        if epoch not in _PLAUSIBLE_EPOCHS:
            return self.first_seen
        starts = [record.started for record in self.records if record.started]
        if starts:
            # The first parts of a call, as in an IVR, may leave no record.
            seconds = [s.minute * 60 + s.second - epoch % 3600 for s in starts]
            off = min(min(s % _ZONE_STEP, -s % _ZONE_STEP) for s in seconds)
            if off > _CLOCK_TOLERANCE:
                return self.first_seen
        return float(epoch)

    def _length(self, ended: float | None) -> float | None:
        """Return how many seconds it lasted, None while it lives."""
        if ended is None:
            return None
        timed = [record for record in self.records if record.started]
        if not timed:
            longest = max((record.duration for record in self.records), default=0)
            return longest or max(0.0, ended - self.first_seen)
        first = min(record.started for record in timed if record.started)
        return max(
            (record.started - first).total_seconds() + record.duration
            for record in timed
            if record.started
        )


def _best(names: set[_Name]) -> str:
    """Return the number with the best rank; of equals always the same one."""
    return min(names)[2] if names else ""


def _outcome_of_reason(reason: str) -> Outcome:
    """Return what a CallFailed reason means (API guide, CallFailed)."""
    words = reason.casefold()
    return next(
        (outcome for part, outcome in _REASONS if part in words), Outcome.FAILED
    )
