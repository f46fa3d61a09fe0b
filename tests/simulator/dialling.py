"""Calls that the API starts, moves and supervises."""

import logging

from .calls import Call, Direction, Goal, Leg, LegKind, LegState, Place, PlaceKind, Plan
from .errors import Errno, RefusedError
from .state import MonitorMode
from .switchboard import NO_ANSWER, NO_PERMISSION, UNREACHABLE, Switchboard

LOGGER = logging.getLogger("pbx_simulator")
OUTSIDE_RINGS = 60
PROMPT_SECONDS = 3
SHOWN_AT_ONCE = (Goal.IVR, Goal.PROMPT)


class Dialling:
    """What the API does to calls."""

    def __init__(self, board: Switchboard) -> None:
        """Keep the switchboard."""
        self._board = board
        board.outward = self.ring_outside

    # Starting calls

    def from_extension(self, number: str, plan: Plan, *, autoanswer: bool) -> Call:
        """Ring the caller's own phone first; the plan follows when it is answered."""
        board = self._board
        direction = (
            Direction.OUTBOUND if plan.goal is Goal.OUTSIDE else Direction.INTERNAL
        )
        call = board.new_call(direction, plan.number, by_api=True)
        call.plan = plan
        extension = board.state.extensions[number]
        called = plan.goal in SHOWN_AT_ONCE
        state = LegState.RINGING if called else LegState.PREPARING
        obstacle = board.obstacle(extension)
        leg = board.add_extension(call, number, state, called=called)
        LOGGER.info("API: %s is to call %s (%s)", number, plan.number, call.callid)
        if obstacle:
            board.drop(call, leg)
            board.fail(call, obstacle, leg)
            return call
        if called or board.quirks.caller_phone_reports:
            board.reporter.ringing(call, [leg], None)
        LOGGER.info("%s rings", number)
        board.sync()
        if autoanswer and extension.type == "SIP":
            self.first_answered(call, leg)
        else:
            self._give_up_later(call, leg, extension.ring_timeout)
        return call

    def from_outside(self, number: str, plan: Plan) -> Call:
        """Ring an outside party first; the plan follows when it has answered."""
        callback = plan.goal is Goal.OUTSIDE
        direction = Direction.CALLBACK if callback else Direction.OUTBOUND
        call = self._board.new_call(direction, number, by_api=True)
        call.plan = plan
        self.ring_outside(call, None, number, plan.permission_of)
        return call

    def first_answered(self, call: Call, leg: Leg) -> None:
        """Go on with the plan: the first party has answered."""
        plan, call.plan = call.plan, None
        assert plan
        board = self._board
        board.timers.cancel(call.callid)
        if leg.outside or leg.called or board.quirks.caller_phone_reports:
            board.connect(call, leg, None)
        board.hold_others(call, leg)
        leg.talked = True
        if plan.goal in SHOWN_AT_ONCE:
            board.talk(call, leg)
        else:
            leg.state = LegState.CALLING
        LOGGER.info("%s answers; now %s", leg.number, plan.number)
        match plan.goal:
            case Goal.OUTSIDE:
                permission = plan.permission_of or leg.number
                self.ring_outside(call, leg, plan.number, permission)
            case Goal.PROMPT:
                self._play(call, plan.number)
            case Goal.QUEUE | Goal.RING_GROUP:
                self._becomes_inbound(leg, plan.number)
                board.close_segment(call)
                board.send_to(call, leg, plan.number)
            case Goal.IVR | Goal.EXTENSION:
                board.send_to(call, leg, plan.number)

    def _becomes_inbound(self, leg: Leg, destination: str) -> None:
        leg.kind = LegKind.INBOUND
        leg.source, leg.target = leg.number, destination
        leg.called = False

    def _play(self, call: Call, prompt: str) -> None:
        seconds = PROMPT_SECONDS * len(prompt.split("+"))
        call.place = Place(PlaceKind.PROMPT, prompt)
        self._board.timers.start(
            call.callid, "prompt", seconds, lambda: self._board.prompt_ends(call)
        )
        self._board.sync()

    def _give_up_later(self, call: Call, leg: Leg, seconds: int) -> None:
        def give_up() -> None:
            self._board.drop(call, leg)
            self._board.fail(call, NO_ANSWER, leg)

        self._board.timers.start(call.callid, leg.id, seconds, give_up)

    def ring_outside(
        self,
        call: Call,
        guest: Leg | None,
        number: str,
        permission_of: str,
        trunk: str | None = None,
    ) -> None:
        """Call an outside number over the first free trunk."""
        board = self._board
        obstacle, chosen = self._way_out(call, permission_of, trunk)
        if obstacle:
            board.fail(call, obstacle, None)
            return
        source = guest.number if guest else permission_of
        leg = board.add_outside(call, source, number, chosen, kind=LegKind.OUTBOUND)
        board.open_segment(call, guest or leg, number)
        call.segments[-1].callfrom = source
        call.segments[-1].target_trunk = chosen
        if guest:
            guest.state = LegState.CALLING
        LOGGER.info("%s is called over %s (%s)", number, chosen, leg.id)
        board.reporter.ringing(call, [leg], guest)
        self._give_up_later(call, leg, OUTSIDE_RINGS)
        board.sync()

    def _way_out(
        self, call: Call, permission_of: str, trunk: str | None
    ) -> tuple[str | None, str]:
        extension = self._board.state.extensions.get(permission_of)
        if extension and not extension.may_dial_out:
            return NO_PERMISSION, ""
        taken = {leg.trunk for leg in call.outside_legs}
        for line in self._board.free_trunks():
            if trunk in (None, line.name) and line.name not in taken:
                return None, line.name
        return UNREACHABLE, ""

    # Moving calls

    def move(self, call: Call, guest: Leg, destination: str) -> None:
        """Send one party of a call to another destination of the PBX."""
        self._part(call, guest)
        self._board.send_to(call, guest, destination)

    def move_outside(
        self, call: Call, guest: Leg, number: str, permission_of: str
    ) -> None:
        """Connect one party of a call to an outside number."""
        extension = self._board.state.extensions[permission_of]
        if not extension.may_dial_out:
            self._board.reporter.failed(call, NO_PERMISSION, None)
            return
        self._part(call, guest)
        self.ring_outside(call, guest, number, permission_of)

    def _part(self, call: Call, guest: Leg) -> None:
        board = self._board
        board.timers.cancel(call.callid)
        LOGGER.info("%s is transferred", guest.number)
        for leg in call.monitors:
            board.drop(call, leg)
        call.monitors.clear()
        for leg in call.others(guest):
            board.leave(call, leg)
        call.moved = True
        guest.callpath = ""
        board.close_segment(call, "NO ANSWER")
        if board.quirks.cdr_at_transfer:
            board.send_records(call)
        call.offered = False
        call.place = call.plan = None
        guest.called = False
        guest.state = LegState.CALLING

    # One extension

    def hang_up_extension(self, number: str) -> None:
        """Hang up an extension's call, or refuse if it has none."""
        found = self._board.find_leg(
            number,
            LegState.TALKING,
            LegState.CALLING,
            LegState.RINGING,
            LegState.PREPARING,
            LegState.HELD,
        )
        if not found:
            raise RefusedError(Errno.NO_CALL)
        call, leg = found
        if leg.state is LegState.PREPARING:
            self._board.abandon(call)
        else:
            self._board.release(call, leg)

    def set_leg(self, number: str, old: LegState, new: LegState) -> None:
        """Hold or resume an extension's call, or refuse if it has none."""
        found = self._board.find_leg(number, old)
        if not found:
            raise RefusedError(Errno.NO_CALL)
        self._board.set_leg(*found, new)

    def set_muted(self, number: str, *, muted: bool) -> None:
        """Mute or unmute an extension in a call, or refuse if it has none."""
        found = self._board.find_leg(number, LegState.TALKING, LegState.HELD)
        if not found:
            raise RefusedError(Errno.NO_CALL)
        found[1].muted = muted

    def monitor(self, supervisor: str, number: str, mode: MonitorMode) -> None:
        """Let a supervisor into an extension's call, or refuse as the guide says."""
        board = self._board
        extensions = board.state.extensions
        if supervisor not in extensions or number not in extensions:
            raise RefusedError(Errno.NO_EXTENSION)
        found = board.find_leg(number, LegState.TALKING, LegState.HELD)
        if not found:
            raise RefusedError(Errno.NO_CALL)
        listener = extensions[supervisor]
        if not listener.ready or board.legs_of(supervisor):
            raise RefusedError(Errno.NOT_IDLE)
        call = found[0]
        if not extensions[number].may_be_monitored or (
            mode is MonitorMode.LISTEN and call.monitors
        ):
            raise RefusedError(Errno.NOT_MONITORED)
        if listener.monitor_mode not in (MonitorMode.EXTENSIVE, mode):
            raise RefusedError(Errno.MONITOR_MODE)
        leg = board.add_extension(call, supervisor, LegState.TALKING)
        call.legs.remove(leg)
        call.monitors.append(leg)
        LOGGER.info("%s monitors %s: %s", supervisor, number, mode)
        board.sync()
