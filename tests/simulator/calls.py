"""Calls and their legs."""

from dataclasses import dataclass, field
from enum import StrEnum


class Direction(StrEnum):
    """Where a call came from."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"
    CALLBACK = "callback"


class LegKind(StrEnum):
    """Whose leg it is; the value is its key in reports."""

    EXTENSION = "ext"
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class LegState(StrEnum):
    """What a leg is doing."""

    PREPARING = "preparing"
    """The caller's own phone rings in an API dial: the call is not yet shown."""
    RINGING = "ringing"
    CALLING = "calling"
    TALKING = "talking"
    HELD = "held"
    ENDED = "ended"


class CallStatus(StrEnum):
    """The vendor's words in inbound/query and outbound/query."""

    TALKING = "Talking"
    PROGRESS = "Progress"
    WAIT = "Wait"


class PlaceKind(StrEnum):
    """Where a party can be that is not a person."""

    IVR = "ivr"
    QUEUE = "queue"
    RING_GROUP = "ring_group"
    VOICEMAIL = "voicemail"
    PROMPT = "prompt"


@dataclass(slots=True)
class Place:
    """An IVR, a queue, a ring group, a mailbox, a prompt."""

    kind: PlaceKind
    number: str


class Goal(StrEnum):
    """What an API dial does once the first party has answered."""

    EXTENSION = "extension"
    OUTSIDE = "outside"
    IVR = "ivr"
    QUEUE = "queue"
    RING_GROUP = "ring_group"
    PROMPT = "prompt"


@dataclass(slots=True)
class Plan:
    """The second half of an API dial."""

    goal: Goal
    number: str
    permission_of: str = ""


@dataclass(slots=True, eq=False)
class Leg:
    """One party of a call."""

    kind: LegKind
    id: str
    number: str
    state: LegState
    channelid: str
    source: str = ""
    target: str = ""
    trunk: str = ""
    called: bool = False
    muted: bool = False
    talked: bool = False
    callpath: str = ""
    """The IVR, queue or ring group that the party came through."""

    @property
    def inboundid(self) -> str | None:
        """Return the id that inbound/* wants."""
        return self.id if self.kind is LegKind.INBOUND else None

    @property
    def outboundid(self) -> str | None:
        """Return the id that outbound/* wants."""
        return self.id if self.kind is LegKind.OUTBOUND else None

    @property
    def alive(self) -> bool:
        """Return whether the party is still there."""
        return self.state is not LegState.ENDED

    @property
    def connected(self) -> bool:
        """Return whether the party talks, or would if it were not on hold."""
        return self.state in (LegState.TALKING, LegState.HELD)

    @property
    def outside(self) -> bool:
        """Return whether the party is on a trunk."""
        return self.kind is not LegKind.EXTENSION


@dataclass(slots=True)
class Segment:
    """A stretch of a call that gets a CDR of its own."""

    callfrom: str
    callto: str
    began: float
    group: str = ""
    source_trunk: str = ""
    target_trunk: str = ""
    answered: float | None = None
    ended: float | None = None
    status: str = ""
    type: str = ""
    """The type of the record where it is not the direction of the call."""
    sent: bool = False
    rang: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Call:
    """One call and everything that happened to it."""

    callid: str
    direction: Direction
    started: float
    by_api: bool = False
    legs: list[Leg] = field(default_factory=list)
    monitors: list[Leg] = field(default_factory=list)
    place: Place | None = None
    plan: Plan | None = None
    destination: str = ""
    offered: bool = False
    keys: str = ""
    moved: bool = False
    """Whether a party was transferred."""
    segments: list[Segment] = field(default_factory=list)
    ended: bool = False

    @property
    def living(self) -> list[Leg]:
        """Return the parties that are still there, in order of arrival."""
        return [leg for leg in self.legs if leg.alive]

    @property
    def parties(self) -> list[str]:
        """Return the numbers of the parties that are still there."""
        return [leg.number for leg in self.living]

    @property
    def ringing(self) -> list[Leg]:
        """Return the legs that are being rung."""
        return [leg for leg in self.legs if leg.state is LegState.RINGING]

    @property
    def outside_legs(self) -> list[Leg]:
        """Return the living legs on trunks."""
        return [leg for leg in self.living if leg.outside]

    @property
    def status(self) -> CallStatus:
        """Return the status that the queries show."""
        connected = [leg for leg in self.living if leg.connected]
        if self.offered or (
            self.place and self.place.kind is PlaceKind.QUEUE and len(connected) < 2
        ):
            return CallStatus.WAIT
        enough = 1 if self.place else 2
        if len(connected) >= enough and not self.ringing:
            return CallStatus.TALKING
        return CallStatus.PROGRESS

    @property
    def open_segment(self) -> Segment | None:
        """Return the part that goes on, if one does."""
        if self.segments and self.segments[-1].ended is None:
            return self.segments[-1]
        return None

    def others(self, leg: Leg) -> list[Leg]:
        """Return the living parties beside one."""
        return [other for other in self.living if other is not leg]
