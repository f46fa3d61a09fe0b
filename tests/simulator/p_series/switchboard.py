"""The rules by which calls live: talk, hold, end. What starts calls is elsewhere."""

from collections.abc import Callable
import logging

from tests.simulator.calls import LegState
from tests.simulator.timers import Timers

from .calls import Call, Member, MemberKind, MemberStatus, Segment
from .events import Events
from .quirks import Quirks
from .reasons import DECLINED, RECORD_STATUS
from .register import CallRegister
from .state import Clock, State

LOGGER = logging.getLogger("pbx_simulator")


class Switchboard(CallRegister):
    """Connects, holds and ends calls; `serve`, `rest` and `write` are set by others."""

    def __init__(
        self,
        state: State,
        events: Events,
        timers: Timers,
        clock: Clock,
        quirks: Quirks,
    ) -> None:
        """Start without calls."""
        super().__init__(state, events, timers, clock, quirks)
        self.write: Callable[[Call], object] = lambda call: None
        self.serve: Callable[[], object] = lambda: None
        self.rest: Callable[[Call, str], object] = lambda call, number: None

    def sync(self) -> None:
        """Ring for callers who wait, and tell the phones whose status changed."""
        self.tell_statuses()
        self.serve()

    # Segments: what one record will tell of

    def open_segment(
        self, call: Call, guest: Member, call_to: str, group: str = ""
    ) -> Segment:
        """Start the part of a call that one record will tell of."""
        segment = Segment(guest.number, call_to, self.clock(), group)
        if guest.kind is MemberKind.INBOUND:
            segment.src_trunk = guest.trunk
        call.segments.append(segment)
        return segment

    def close_segment(self, call: Call, status: str = "ANSWERED") -> None:
        """End the parts of a call that go on."""
        for segment in call.segments:
            if segment.ended is None:
                segment.ended = self.clock()
                segment.status = segment.status or self._status_of(segment, status)

    def _status_of(self, segment: Segment, status: str) -> str:
        if segment.answered:
            return "ANSWERED"
        if self.quirks.abandoned and segment.group in self.state.queues:
            return "ABANDONED"
        return status

    # Talking

    def connect(self, call: Call, callee: Member, guest: Member | None) -> None:
        """Let two parties talk; other phones of the same group stop ringing."""
        others = [m for m in call.ringing if m is not callee] if call.in_group else []
        for timer in (callee.id, "wait"):
            self.timers.cancel(call.call_id, timer)
        for member in (callee, guest):
            if member:
                self.talk(call, member, callee.call_path)
        call.place = None
        segment = call.open_segment
        if segment:
            segment.answered = segment.answered or self.clock()
            if segment.group:
                segment.call_to = f"{segment.group}({callee.number})"
        LOGGER.info("%s answers %s", callee.number, guest.number if guest else "")
        self.tell_statuses()
        for other in others:
            self.drop(call, other)
        self.sync()

    def talk(self, call: Call, member: Member, path: str | None = None) -> None:
        """Let a party talk here; a phone talks in one call at a time."""
        self.hold_others(member)
        member.connected = member.talked = True
        member.preparing = False
        self.set(call, member, member.talking_status, path)

    def hold(self, call: Call, member: Member) -> None:
        """Put the call on hold for a member that talks."""
        LOGGER.info("%s holds call %s", member.number, call.call_id)
        self.set(call, member, MemberStatus.HOLD)
        self.sync()

    def resume(self, call: Call, member: Member) -> None:
        """Take the call back: the member is again what it was before."""
        LOGGER.info("%s resumes call %s", member.number, call.call_id)
        self.talk(call, member)
        self.sync()

    def hold_others(self, member: Member) -> None:
        """Put a phone's other call on hold: it takes this one."""
        if member.outside:
            return
        for other_call, other in self.legs_of(member.number):
            if other is not member and other.state is LegState.TALKING:
                self.set(other_call, other, MemberStatus.HOLD)

    # Ending

    def drop(self, call: Call, member: Member) -> None:
        """End one member; those that listen to it go, too."""
        member.muted = member.connected = False
        self.timers.cancel(call.call_id, member.id)
        self.set(call, member, MemberStatus.BYE)
        for other in [c for c in self.calls.values() if c.monitors is member]:
            self.end(other, other.members[0])

    def fail(
        self, call: Call, reason: str, member: Member | None, *, shown: bool = True
    ) -> None:
        """End a call that could not be made; a failure may name no member."""
        LOGGER.info("call %s fails: %s", call.call_id, reason)
        for other in [*([member] if member else []), *call.living]:
            self.drop(call, other)
        self.tell_statuses()
        self.events.failed(call, reason, [member] if member and shown else None)
        if call.open_segment:
            call.open_segment.reason = reason
        self.finish(call, RECORD_STATUS.get(reason, "NO ANSWER"))

    def release(self, call: Call, member: Member) -> None:
        """Let one party go: a refusal while ringing, else the end of its call."""
        if member.ringing and call.in_group:
            self.drop(call, member)
            self.rest(call, member.number)
            self.sync()
        elif (member.ringing or member.preparing) and not call.monitors:
            self.not_reached(call, member, DECLINED)
        elif self._goes_on_without(call, member):
            self.drop(call, member)
            self.finished_with(member)
            self.sync()
        else:
            self.end(call, member)

    def hang_up(self, call: Call, member: Member) -> None:
        """Let the API drop a member; ringing that ends so is no failure (inferred)."""
        rings = (member.ringing or member.preparing) and not call.in_group
        if rings and not self._goes_on_without(call, member):
            self.end(call, member)
        else:
            self.release(call, member)

    def not_reached(
        self, call: Call, member: Member, reason: str, *, shown: bool = True
    ) -> None:
        """Give up a member that did not answer, and its call unless others talk."""
        if self._goes_on_without(call, member):
            self.drop(call, member)
            self.sync()
        else:
            self.fail(call, reason, member, shown=shown)

    def _goes_on_without(self, call: Call, member: Member) -> bool:
        return len([m for m in call.others(member) if m.connected]) > 1

    def end(self, call: Call, first: Member) -> None:
        """End a call; `first` hung up."""
        if first.kind is MemberKind.INBOUND and not call.segments:
            self.open_segment(call, first, call.destination)
        LOGGER.info("%s hangs up call %s", first.number, call.call_id)
        for member in (first, *call.others(first)):
            self.drop(call, member)
        self.tell_statuses()
        self.finish(call)

    def finish(self, call: Call, status: str = "NO ANSWER") -> None:
        """Write the records of a call whose members are all gone."""
        self.timers.cancel(call.call_id)
        self.calls.pop(call.call_id, None)
        self.ended.append(call)
        call.ended = True
        call.offered = False
        self.close_segment(call, status)
        self.write(call)
        for member in call.members:
            self.finished_with(member)
        self.sync()

    def lose_everything(self) -> None:
        """Forget all calls without a frame, as a restart does."""
        for call in self.calls.values():
            call.ended = True
            for member in call.members:
                member.status, member.connected = MemberStatus.BYE, False
        self.calls.clear()
        self._touched.clear()
        for extension in self.state.extensions.values():
            extension.reported = "Idle"

    def finished_with(self, member: Member) -> None:
        """Resume what the phone had on hold: it finished its other call."""
        busy = (LegState.TALKING, LegState.CALLING, LegState.PREPARING)
        if member.outside or not member.talked or self.find_leg(member.number, *busy):
            return
        held = self.find_leg(member.number, LegState.HELD)
        if held:
            self.talk(*held)
