"""Calls and their members."""

from dataclasses import dataclass, field
from enum import StrEnum

from tests.simulator.calls import Direction, LegState, Place, PlaceKind


class MemberKind(StrEnum):
    """Whose member it is; the value is its key in frames."""

    EXTENSION = "extension"
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class MemberStatus(StrEnum):
    """The vendor's words of 30011 and call/query."""

    ALERT = "ALERT"
    RING = "RING"
    EARLYMEDIA = "EARLYMEDIA"
    ANSWERED = "ANSWERED"
    ANSWER = "ANSWER"
    HOLD = "HOLD"
    BYE = "BYE"


RINGING = (MemberStatus.RING, MemberStatus.EARLYMEDIA)


@dataclass(slots=True, eq=False)
class Member:
    """One party of a call.

    Attributes:
        called: it was called; otherwise it called.
        preparing: it called by the API, and its own phone still rings.
        connected: it speaks with a person or hears a machine, or would without HOLD.
        talked: it was connected at some time.
    """

    kind: MemberKind
    number: str
    channel_id: str
    status: MemberStatus
    call_path: str = ""
    source: str = ""
    target: str = ""
    trunk: str = ""
    called: bool = False
    preparing: bool = False
    connected: bool = False
    talked: bool = False
    muted: bool = False

    @property
    def id(self) -> str:
        """Return what tells members apart."""
        return self.channel_id

    @property
    def alive(self) -> bool:
        """Return whether the party is still there."""
        return self.status is not MemberStatus.BYE

    @property
    def outside(self) -> bool:
        """Return whether the party is on a trunk."""
        return self.kind is not MemberKind.EXTENSION

    @property
    def ringing(self) -> bool:
        """Return whether it is being called."""
        return self.status in RINGING

    @property
    def talking_status(self) -> MemberStatus:
        """Return the word for talking on its side."""
        return MemberStatus.ANSWER if self.called else MemberStatus.ANSWERED

    @property
    def state(self) -> LegState:
        """Return what it does, in the words that both simulators share."""
        if not self.alive:
            return LegState.ENDED
        if self.status is MemberStatus.HOLD:
            return LegState.HELD
        if self.ringing:
            return LegState.RINGING
        if self.preparing:
            return LegState.PREPARING
        return LegState.TALKING if self.connected else LegState.CALLING


@dataclass(frozen=True, slots=True)
class Plan:
    """What an API dial does once its first party has answered."""

    number: str = ""
    permission_of: str = ""
    prompts: tuple[str, ...] = ()


@dataclass(slots=True)
class Segment:
    """A stretch of a call that gets a record of its own."""

    call_from: str
    call_to: str
    began: float
    group: str = ""
    src_trunk: str = ""
    dst_trunk: str = ""
    answered: float | None = None
    ended: float | None = None
    status: str = ""
    reason: str = ""
    written: bool = False


@dataclass(slots=True, eq=False)
class Call:
    """One call and everything that happened to it."""

    call_id: str
    direction: Direction
    started: float
    by_api: bool = False
    members: list[Member] = field(default_factory=list)
    place: Place | None = None
    plan: Plan | None = None
    destination: str = ""
    offered: bool = False
    keys: str = ""
    prompts: tuple[str, ...] = ()
    """What it still plays; the first is playing."""
    segments: list[Segment] = field(default_factory=list)
    resting: set[str] = field(default_factory=set)
    """Phones that refused or let it ring, and are left alone for a while."""
    ended: bool = False
    recorded: bool = False
    paused: bool = False
    uid: str = ""
    """The id of the call in its records."""
    slot: str = ""
    """Where its only member is parked."""
    monitors: Member | None = None
    """The member that this call listens to."""

    @property
    def callid(self) -> str:
        """Return its id under the name that both simulators share."""
        return self.call_id

    @property
    def legs(self) -> list[Member]:
        """Return its members under the name that both simulators share."""
        return self.members

    @property
    def living(self) -> list[Member]:
        """Return the parties that are still there, in order of arrival."""
        return [member for member in self.members if member.alive]

    @property
    def parties(self) -> list[str]:
        """Return the numbers of the parties that are still there."""
        return [member.number for member in self.living]

    @property
    def ringing(self) -> list[Member]:
        """Return the members that are being called."""
        return [member for member in self.members if member.ringing]

    @property
    def connected(self) -> list[Member]:
        """Return the members that talk, held ones included."""
        return [member for member in self.living if member.connected]

    @property
    def outside_legs(self) -> list[Member]:
        """Return the living members on trunks."""
        return [member for member in self.living if member.outside]

    @property
    def in_group(self) -> bool:
        """Return whether it waits in a queue or rings a ring group."""
        kinds = (PlaceKind.QUEUE, PlaceKind.RING_GROUP)
        return self.place is not None and self.place.kind in kinds

    @property
    def status(self) -> str:
        """Return how far it is, for people."""
        if self.ringing or self.offered:
            return "ringing"
        return "talking" if len(self.connected) > 1 else "waiting"

    @property
    def open_segment(self) -> Segment | None:
        """Return the part that goes on, if one does."""
        if self.segments and self.segments[-1].ended is None:
            return self.segments[-1]
        return None

    def others(self, member: Member) -> list[Member]:
        """Return the living parties beside one."""
        return [other for other in self.living if other is not member]
