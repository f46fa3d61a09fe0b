"""A call as it is known now, and what happens to it."""

from dataclasses import dataclass
from enum import StrEnum

from ..models import CallDirection, CallStatus
from ..reports import PartyKind


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


@dataclass(frozen=True, slots=True)
class CallLeg:
    """One end of a call that operations of the PBX can address by its id.

    Attributes:
        number: of the extension, or outside.
    """

    id: str
    kind: PartyKind
    number: str = ""


# Trunk legs first: what is done to the outside party is done to the call.
_LEG_ORDER = (PartyKind.INBOUND, PartyKind.OUTBOUND, PartyKind.EXTENSION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call as it is known now.

    Attributes:
        legs: the ends that operations can address, trunk legs first; the call's own
            id may be the id of one of them.
        called_number: the number that an outside caller dialled, if the PBX told it.
        extensions: the numbers of the extensions that take or took part.
        rang: those of them that were called and rang.
        answered_by: the number that answered, or that talks since a transfer.
        pick_up: the extension whose own phone has to be picked up before the PBX
            calls the other side; empty for all other calls.
        offered_until: until when the PBX waits for the call to be accepted or
            refused, in epoch seconds.
        status: None once it is over, or before anything is known.
        started, answered, ended: epoch seconds, None if it did not happen.
        outcome: None while it lives.
        missed: inbound, over, and neither answered nor refused.
        records: how many of the PBX's records tell of it.
        while_away: only those records do; no report and no poll did.
        path: the last IVR, queue or ring group that it came through, if the PBX tells.
    """

    call_id: str
    legs: tuple[CallLeg, ...]
    direction: CallDirection
    caller: str
    callee: str
    called_number: str
    trunk: str
    extensions: tuple[str, ...]
    rang: tuple[str, ...]
    answered_by: str
    pick_up: str
    offered_until: float | None
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
    records: int = 0
    while_away: bool = False
    path: str = ""

    @property
    def leg_ids(self) -> tuple[str, ...]:
        """Return the ids of its legs."""
        return tuple(leg.id for leg in self.legs)

    @property
    def is_inbound(self) -> bool:
        """Return whether an outside party called."""
        return self.direction is CallDirection.INBOUND

    @property
    def caller_is_outside(self) -> bool:
        """Return whether the caller is on a trunk, even with the number of an extension."""
        return self.direction in (CallDirection.INBOUND, CallDirection.CALLBACK)

    @property
    def callee_is_outside(self) -> bool:
        """Return whether the called party is on a trunk."""
        return self.direction in (CallDirection.OUTBOUND, CallDirection.CALLBACK)

    @property
    def calling_extension(self) -> str:
        """Return the extension that calls, empty if the caller is none."""
        inside = not self.caller_is_outside and self.caller in self.extensions
        return self.caller if inside else ""

    def leg(self, meant: str = "") -> CallLeg | None:
        """Return the leg that an id means: itself, or else the first on a trunk."""
        for leg in self.legs:
            if leg.id == meant:
                return leg
        return next((leg for leg in self.legs if leg.kind in _TRUNKS), None)

    @property
    def outside_number(self) -> str:
        """Return the number outside; of an internal call, the called one."""
        return self.caller if self.is_inbound else self.callee

    def other_side(self, extension: str) -> str:
        """Return the number that an extension is, or would be, talking to."""
        if self.direction is CallDirection.INTERNAL and extension != self.caller:
            return self.caller
        return self.outside_number


_TRUNKS = frozenset({PartyKind.INBOUND, PartyKind.OUTBOUND})


def sorted_legs(legs: dict[str, CallLeg]) -> tuple[CallLeg, ...]:
    """Return legs in the order in which they are shown."""
    return tuple(
        sorted(legs.values(), key=lambda leg: (_LEG_ORDER.index(leg.kind), leg.id))
    )


NOT_MISSED = (None, Outcome.ANSWERED, Outcome.VOICEMAIL, Outcome.REFUSED)
"""Neither by the house nor by a phone."""


def is_missed(direction: CallDirection, outcome: Outcome | None) -> bool:
    """Return whether the house missed a call."""
    return direction is CallDirection.INBOUND and outcome not in NOT_MISSED


@dataclass(frozen=True, slots=True)
class PastCall:
    """A call that records of the PBX tell of.

    Attributes:
        call: as all that is known tells it.
        known: as the log has it, the same if the records tell nothing new; None if
            the log does not have it.
    """

    call: Call
    known: Call | None


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
        extensions: the extensions that it happened to.
        whole: False if it happened to them alone: one more phone rings or answers.
        key: the key that was pressed in an IVR, or all of them in its last report.
    """

    type: CallEventType
    call: Call
    extensions: tuple[str, ...] = ()
    whole: bool = True
    key: str = ""
