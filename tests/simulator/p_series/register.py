"""The living calls: their members come, change and are found."""

from collections import deque
from itertools import count

from tests.simulator.calls import Direction, LegState
from tests.simulator.timers import Timers

from .calls import Call, Member, MemberKind, MemberStatus
from .events import Events
from .quirks import Quirks
from .reasons import BUSY, DND, UNAVAILABLE
from .state import Clock, Extension, State, Trunk, TrunkStatus

type Found = tuple[Call, Member]


class CallRegister:
    """The living calls; every change of a member is told at once."""

    def __init__(
        self,
        state: State,
        events: Events,
        timers: Timers,
        clock: Clock,
        quirks: Quirks,
    ) -> None:
        """Start without calls."""
        self.state = state
        self.events = events
        self.timers = timers
        self.clock = clock
        self.quirks = quirks
        self.calls: dict[str, Call] = {}
        self.ended: deque[Call] = deque(maxlen=200)
        self.numbers = count(265)
        self.channels = count(0x65)
        self._touched: dict[str, None] = {}

    # Making calls and members

    def new_call(
        self, direction: Direction, destination: str, *, by_api: bool = False
    ) -> Call:
        """Start a call; the id of an API call ends in six digits [seen live]."""
        number = next(self.numbers)
        tail = f"{number:06}" if by_api else str(number)
        call_id = f"{int(self.clock())}.{tail}"
        call = Call(call_id, direction, self.clock(), by_api, destination=destination)
        call.recorded = self.state.record_calls
        self.calls[call.call_id] = call
        return call

    def add_extension(
        self,
        call: Call,
        number: str,
        status: MemberStatus,
        *,
        path: str = "",
        preparing: bool = False,
    ) -> Member:
        """Add an extension's phone to a call, and tell so."""
        channel = f"PJSIP/{number}-{next(self.channels):08x}"
        member = Member(MemberKind.EXTENSION, number, channel, status, path)
        member.called = status is MemberStatus.RING
        member.preparing = preparing
        self._enter(call, member)
        return member

    def add_outside(
        self, call: Call, source: str, target: str, trunk: str, *, kind: MemberKind
    ) -> Member:
        """Add a party on a trunk, who calls the PBX or is called, and tell so."""
        inbound = kind is MemberKind.INBOUND
        ringing = MemberStatus.RING
        if self.quirks.early_media:
            ringing = MemberStatus.EARLYMEDIA
        member = Member(
            kind,
            source if inbound else target,
            f"PJSIP/trunk-{trunk}-endpoint-{next(self.channels):08x}",
            MemberStatus.ALERT if inbound else ringing,
            source=source,
            target=target,
            trunk=trunk,
            called=not inbound,
        )
        if call.offered:
            call.members.append(member)
        else:
            self._enter(call, member)
        return member

    def _enter(self, call: Call, member: Member) -> None:
        call.members.append(member)
        self._touch(member)
        self.events.member_changed(call, member)

    def set(
        self, call: Call, member: Member, status: MemberStatus, path: str | None = None
    ) -> None:
        """Change a member, and tell so if that is a change."""
        path = member.call_path if path is None else path
        if (member.status, member.call_path) == (status, path):
            return
        member.status, member.call_path = status, path
        self._touch(member)
        self.events.member_changed(call, member)

    def _touch(self, member: Member) -> None:
        if not member.outside:
            self._touched[member.number] = None

    def tell_statuses(self) -> None:
        """Tell the statuses of the phones whose members changed."""
        touched, self._touched = self._touched, {}
        for number in touched:
            extension = self.state.extensions.get(number)
            if extension and extension.reported != self.shown_status(extension):
                extension.reported = self.shown_status(extension)
                self.events.extension_status(extension)

    # Finding

    def legs_of(self, number: str) -> list[Found]:
        """Return the living members of an extension, monitoring included."""
        return [
            (call, member)
            for call in self.calls.values()
            for member in call.members
            if member.number == number and member.alive and not member.outside
        ]

    def find_leg(self, number: str, *states: LegState) -> Found | None:
        """Return the extension's member in the first of the states that occurs."""
        legs = self.legs_of(number)
        for state in states:
            for call, member in legs:
                if member.state is state:
                    return call, member
        return None

    def find_channel(self, channel_id: str) -> Found | None:
        """Return the living member of a channel."""
        for call in self.calls.values():
            for member in call.members:
                if member.channel_id == channel_id and member.alive:
                    return call, member
        return None

    def shown_status(self, extension: Extension) -> str:
        """Return Ringing, Busy or Idle, as 30008 has it; HOLD is Busy."""
        states = {member.state for _, member in self.legs_of(extension.number)}
        if states & {LegState.TALKING, LegState.CALLING, LegState.HELD}:
            return "Busy"
        return "Ringing" if states else "Idle"

    def shown_trunk_status(self, trunk: Trunk) -> int:
        """Return the status of a trunk as the list shows it now."""
        in_use = trunk.one_call and any(
            member.trunk == trunk.name
            for call in self.calls.values()
            for member in call.outside_legs
        )
        return TrunkStatus.BUSY if in_use else trunk.status

    def free_trunks(self) -> list[Trunk]:
        """Return the trunks on which a call could go out."""
        return [
            trunk
            for trunk in self.state.trunks.values()
            if trunk.available and self.shown_trunk_status(trunk) == trunk.status
        ]

    def obstacle(self, extension: Extension) -> str | None:
        """Return why a phone cannot be rung."""
        if not extension.ready:
            return UNAVAILABLE
        if extension.dnd:
            return DND
        if not extension.call_waiting and self.legs_of(extension.number):
            return BUSY
        return None
