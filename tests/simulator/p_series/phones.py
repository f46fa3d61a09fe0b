"""What people do with phones: the part of a call's life that no API request causes.

The verbs and their arguments are those of the S-Series simulator.
"""

import logging

from tests.simulator.calls import Direction, LegState, PlaceKind
from tests.simulator.errors import NotPossibleError

from .calls import Call, Member, MemberKind, MemberStatus
from .dialling import Dialling
from .moves import Moves
from .reasons import BUSY, UNREACHABLE
from .routing import Routing
from .state import Trunk
from .switchboard import Switchboard

LOGGER = logging.getLogger("pbx_simulator")
CONTROL_SECONDS = 10
ACTIVE = (
    LegState.TALKING,
    LegState.CALLING,
    LegState.RINGING,
    LegState.PREPARING,
    LegState.HELD,
)


class Phones:
    """People at phones, inside and outside."""

    def __init__(
        self, board: Switchboard, routing: Routing, dialling: Dialling, moves: Moves
    ) -> None:
        """Keep the switchboard."""
        self._board = board
        self._routing = routing
        self._dialling = dialling
        self._moves = moves

    # Calling

    def outside_call(self, number: str, to: str, trunk: str | None = None) -> Call:
        """Let someone outside call a number of the PBX."""
        board = self._board
        line = self._trunk(trunk)
        if not board.state.knows(to):
            raise NotPossibleError(f"{to} is no number of this PBX")
        call = board.new_call(Direction.INBOUND, to)
        call.offered = line.answering_control
        guest = board.add_outside(call, number, to, line.name, kind=MemberKind.INBOUND)
        LOGGER.info("%s calls %s over %s (%s)", number, to, line.name, call.call_id)
        if call.offered:
            board.events.invited(call, guest)
            board.timers.start(
                call.call_id, "invite", CONTROL_SECONDS, lambda: self.let_in(call)
            )
        else:
            self._routing.send_to(call, guest, to)
        return call

    def let_in(self, call: Call) -> None:
        """Go on with an offered call: it was accepted, or the ten seconds are over."""
        call.offered = False
        self._board.timers.cancel(call.call_id, "invite")
        guest = call.members[0]
        self._board.events.member_changed(call, guest)
        self._routing.send_to(call, guest, call.destination)

    def internal_call(self, caller: str, callee: str) -> Call:
        """Let an extension dial a number of the PBX, or a parking slot."""
        self._must_be_ready(caller)
        retrieved = self._moves.retrieve(caller, callee)
        if retrieved:
            return retrieved
        if not self._board.state.knows(callee):
            raise NotPossibleError(f"{callee} is no number of this PBX")
        call = self._board.new_call(Direction.INTERNAL, callee)
        member = self._board.add_extension(call, caller, MemberStatus.ALERT)
        self._routing.send_to(call, member, callee)
        return call

    def outgoing_call(self, caller: str, number: str, trunk: str | None = None) -> Call:
        """Let an extension dial an outside number."""
        self._must_be_ready(caller)
        call = self._board.new_call(Direction.OUTBOUND, number)
        member = self._board.add_extension(call, caller, MemberStatus.ALERT)
        self._routing.ring_outside(call, member, number, caller, trunk)
        return call

    def _must_be_ready(self, number: str) -> None:
        extension = self._board.state.extensions.get(number)
        if not extension or not extension.ready:
            raise NotPossibleError(f"{number} cannot dial")
        busy = self._board.obstacle(extension) == BUSY
        if busy or self._board.find_leg(number, LegState.TALKING):
            raise NotPossibleError(f"{number} is busy")

    def _trunk(self, name: str | None) -> Trunk:
        trunks = self._board.state.trunks
        if name is not None and name not in trunks:
            raise NotPossibleError(f"there is no trunk {name}")
        free = self._board.free_trunks()
        if name is not None:
            return trunks[name]
        if not free:
            raise NotPossibleError("no trunk works")
        return free[0]

    # Answering and refusing

    def answer(self, number: str) -> Call:
        """Pick up a ringing phone."""
        found = self._board.find_leg(number, LegState.PREPARING, LegState.RINGING)
        if not found:
            raise NotPossibleError(f"{number} is not ringing")
        return self._pick_up(*found)

    def answer_outside(self, which: Call | Member) -> Call:
        """Let the outside party that is being called pick up."""
        return self._pick_up(*self._outside_ringing(which))

    def _pick_up(self, call: Call, member: Member) -> Call:
        if call.plan and member is call.members[0]:
            self._dialling.first_answered(call, member)
            return call
        waiting = [other for other in call.others(member) if other.state in ACTIVE[:2]]
        self._board.connect(call, member, waiting[0] if waiting else None)
        return call

    def _outside_ringing(self, which: Call | Member) -> tuple[Call, Member]:
        for call in self._board.calls.values():
            for member in call.ringing:
                if member.outside and which in (call, member):
                    return call, member
        raise NotPossibleError("no outside party is being called there")

    def reject(self, number: str) -> Call:
        """Refuse a call at the ringing phone: busy."""
        found = self._board.find_leg(number, LegState.RINGING, LegState.PREPARING)
        if not found:
            raise NotPossibleError(f"{number} is not ringing")
        self._board.release(*found)
        return found[0]

    def outside_unreachable(self, call: Call) -> Call:
        """Let the number that is being called prove unreachable."""
        call, member = self._outside_ringing(call)
        self._board.not_reached(call, member, UNREACHABLE)
        return call

    def outside_busy(self, call: Call) -> Call:
        """Let the number that is being called be busy.

        The caller's member says ANSWERED before that [seen live].
        """
        call, member = self._outside_ringing(call)
        for caller in call.others(member):
            if caller.status is MemberStatus.ALERT:
                self._board.set(call, caller, MemberStatus.ANSWERED)
        self._board.not_reached(call, member, BUSY)
        return call

    # Hanging up

    def hang_up(self, number: str) -> Call:
        """Hang up what the extension is doing; the active call before a held one."""
        found = self._board.find_leg(number, *ACTIVE)
        if not found:
            raise NotPossibleError(f"{number} is in no call")
        self._board.release(*found)
        return found[0]

    def hang_up_call(self, callid: str) -> Call:
        """Let the first party of a call hang up."""
        if callid not in self._board.calls:
            raise NotPossibleError(f"there is no call {callid}")
        call = self._board.calls[callid]
        self._board.end(call, call.living[0])
        return call

    def outside_hangs_up(self, call: Call) -> Call:
        """Let the outside party hang up, or refuse if it is being called."""
        if call.ended or not call.outside_legs:
            raise NotPossibleError("no outside party is in that call")
        self._board.release(call, call.outside_legs[0])
        return call

    # During a call

    def hold(self, number: str) -> Call:
        """Put the extension's call on hold."""
        call, member = self._must_find(number, LegState.TALKING)
        self._board.hold(call, member)
        return call

    def resume(self, number: str) -> Call:
        """Take the extension's call back from hold."""
        call, member = self._must_find(number, LegState.HELD)
        self._board.resume(call, member)
        return call

    def _must_find(self, number: str, *states: LegState) -> tuple[Call, Member]:
        found = self._board.find_leg(number, *states)
        if not found:
            raise NotPossibleError(f"{number} has no call that is {states[0]}")
        return found

    def press_key(self, call: Call, key: str) -> Call:
        """Press a key in an IVR; a key of the menu leads on."""
        if call.ended or not call.place or call.place.kind is not PlaceKind.IVR:
            raise NotPossibleError("that call is not in an IVR")
        board = self._board
        member = call.living[0]
        call.keys += key
        board.events.key_pressed(call, member)
        ivr = board.state.ivrs[call.place.number]
        if key in ivr.keys:
            board.timers.cancel(call.call_id)
            board.close_segment(call)
            member.connected = False
            self._routing.send_to(call, member, ivr.keys[key])
        return call

    def voicemail(self, call: Call) -> Call:
        """Send a ringing call to the mailbox."""
        if call.ended or not call.ringing or call.ringing == call.living:
            raise NotPossibleError("that call does not ring")
        self._routing.to_voicemail(call)
        return call

    def transfer(self, number: str, to: str) -> Call:
        """Let an extension transfer its call with *03."""
        call, member = self._must_find(number, LegState.TALKING, LegState.HELD)
        guests = [other for other in call.others(member) if other.connected]
        if not guests:
            raise NotPossibleError(f"{number} talks to no other party")
        guest = guests[0]
        self._board.events.transferred(call, [guest, member])
        self._moves.move(call, guest, to, number)
        return call

    def end_prompt(self, call: Call) -> None:
        """Let the prompt that plays in a call end now."""
        self._dialling.end_prompt(call)

    def survey(self, call: Call, result: str) -> None:
        """Let a caller answer a survey after the call."""
        self._board.events.survey(call, result)
