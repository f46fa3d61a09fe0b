"""What people do with phones: the part of a call's life that no API request causes."""

import logging

from .calls import Call, Direction, Leg, LegKind, LegState, PlaceKind
from .dialling import Dialling
from .errors import NotPossibleError
from .quirks import Shape
from .state import Trunk
from .switchboard import BUSY, UNREACHABLE, Switchboard

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

    def __init__(self, board: Switchboard, dialling: Dialling) -> None:
        """Keep the switchboard."""
        self._board = board
        self._dialling = dialling

    def outside_call(self, number: str, to: str, trunk: str | None = None) -> Call:
        """Let someone outside call a number of the PBX."""
        board = self._board
        line = self._trunk(trunk)
        if not board.state.knows(to):
            raise NotPossibleError(f"{to} is no number of this PBX")
        call = board.new_call(Direction.INBOUND, to)
        guest = board.add_outside(call, number, to, line.name, kind=LegKind.INBOUND)
        LOGGER.info("%s calls %s over %s (%s)", number, to, line.name, call.callid)
        if not line.answering_control:
            self._arrive(call, guest, line)
            return call
        call.offered = True
        board.reporter.event("Invite", call, [guest])
        board.timers.start(
            call.callid, "invite", CONTROL_SECONDS, lambda: self.let_in(call)
        )
        return call

    def let_in(self, call: Call) -> None:
        """Go on with a call that was offered: accepted, or nobody decided."""
        call.offered = False
        self._board.timers.cancel(call.callid, "invite")
        guest = call.legs[0]
        self._arrive(call, guest, self._board.state.trunks[guest.trunk])

    def _arrive(self, call: Call, guest: Leg, trunk: Trunk) -> None:
        if trunk.answering_control or trunk.destination_control:
            self._board.reporter.event("Incoming", call, [guest])
        self._board.send_to(call, guest, call.destination)

    def internal_call(self, caller: str, callee: str) -> Call:
        """Let one extension dial another, or an IVR, a queue, a ring group."""
        self._must_be_ready(caller)
        if not self._board.state.knows(callee):
            raise NotPossibleError(f"{callee} is no number of this PBX")
        call = self._board.new_call(Direction.INTERNAL, callee)
        leg = self._board.add_extension(call, caller, LegState.CALLING)
        self._board.send_to(call, leg, callee)
        return call

    def outgoing_call(self, caller: str, number: str, trunk: str | None = None) -> Call:
        """Let an extension dial an outside number."""
        self._must_be_ready(caller)
        call = self._board.new_call(Direction.OUTBOUND, number)
        leg = self._board.add_extension(call, caller, LegState.CALLING)
        self._dialling.ring_outside(call, leg, number, caller, trunk)
        return call

    def answer(self, number: str) -> Call:
        """Pick up a ringing phone."""
        found = self._board.find_leg(number, LegState.PREPARING, LegState.RINGING)
        if not found:
            raise NotPossibleError(f"{number} is not ringing")
        call, leg = found
        if call.plan and leg is call.legs[0]:
            self._dialling.first_answered(call, leg)
        else:
            guest = next(
                other for other in call.others(leg) if other.state in ACTIVE[:2]
            )
            self._board.connect(call, leg, guest)
        return call

    def answer_outside(self, which: Call | Leg) -> Call:
        """Let the outside party that is being called pick up."""
        call, leg = self._outside_ringing(which)
        if call.plan and leg is call.legs[0]:
            self._dialling.first_answered(call, leg)
        else:
            guest = next(other for other in call.others(leg) if other.alive)
            self._board.connect(call, leg, guest)
        return call

    def _outside_ringing(self, which: Call | Leg) -> tuple[Call, Leg]:
        for call in self._board.calls.values():
            for leg in call.ringing:
                if leg.outside and which in (call, leg):
                    return call, leg
        raise NotPossibleError("no outside party is being called there")

    def reject(self, number: str) -> Call:
        """Refuse a call at the ringing phone: busy."""
        found = self._board.find_leg(number, LegState.RINGING, LegState.PREPARING)
        if not found:
            raise NotPossibleError(f"{number} is not ringing")
        self._board.release(*found)
        return found[0]

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
        self._board.release(call, call.living[0])
        return call

    def outside_hangs_up(self, call: Call) -> Call:
        """Let the outside party hang up, or refuse if it is being called."""
        if call.ended or not call.outside_legs:
            raise NotPossibleError("no outside party is in that call")
        self._board.release(call, call.outside_legs[0])
        return call

    def outside_unreachable(self, call: Call) -> Call:
        """Let the number that is being called prove unreachable."""
        call, leg = self._outside_ringing(call)
        self._board.drop(call, leg)
        self._board.fail(call, UNREACHABLE, leg)
        return call

    def hold(self, number: str) -> Call:
        """Put the extension's call on hold."""
        return self._change(number, LegState.TALKING, LegState.HELD)

    def resume(self, number: str) -> Call:
        """Take the extension's call back from hold."""
        return self._change(number, LegState.HELD, LegState.TALKING)

    def _change(self, number: str, old: LegState, new: LegState) -> Call:
        found = self._board.find_leg(number, old)
        if not found:
            raise NotPossibleError(f"{number} has no call that is {old}")
        self._board.set_leg(*found, new)
        return found[0]

    def press_key(self, call: Call, key: str) -> Call:
        """Press a key in an IVR; a key of the menu leads on."""
        if call.ended or not call.place or call.place.kind is not PlaceKind.IVR:
            raise NotPossibleError("that call is not in an IVR")
        board = self._board
        leg = next(leg for leg in call.living if leg.connected)
        fields = {"info": key}
        if board.reporter.shape is not Shape.V1:
            fields["flag"] = str(len(call.keys))
        call.keys += key
        board.reporter.event("DTMF", call, [leg], **fields)
        ivr = board.state.ivrs[call.place.number]
        if key in ivr.keys:
            board.timers.cancel(call.callid)
            board.close_segment(call)
            board.send_to(call, leg, ivr.keys[key])
        return call

    def voicemail(self, call: Call) -> Call:
        """Send a ringing call to the mailbox."""
        if call.ended or not call.ringing or call.ringing == call.living:
            raise NotPossibleError("that call does not ring")
        self._board.to_voicemail(call)
        return call

    def transfer(self, number: str, to: str) -> Call:
        """Let an extension transfer its call with *03."""
        found = self._board.find_leg(number, LegState.TALKING, LegState.HELD)
        if not found:
            raise NotPossibleError(f"{number} is not talking")
        call, leg = found
        if leg in call.monitors or not call.others(leg):
            raise NotPossibleError(f"{number} talks to nobody")
        guest = call.others(leg)[0]
        self._board.reporter.event("Tranfer", call, [leg, guest])
        self._dialling.move(call, guest, to)
        return call

    def end_prompt(self, call: Call) -> None:
        """Let the prompt that plays in a call end now."""
        self._board.prompt_ends(call)

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
