"""Calls that the API starts: the first party's phone rings, the plan follows."""

import logging

from tests.simulator.calls import Direction, Place, PlaceKind
from tests.simulator.errors import NotPossibleError

from .calls import Call, Member, MemberStatus, Plan
from .routing import SLOTS, Routing, is_outside_number
from .switchboard import Switchboard

LOGGER = logging.getLogger("pbx_simulator")
PROMPT_SECONDS = 3


class Dialling:
    """What call/dial and call/play_prompt start."""

    def __init__(self, board: Switchboard, routing: Routing) -> None:
        """Keep the switchboard."""
        self._board = board
        self._routing = routing

    def dial(
        self, caller: str, callee: str, permission_of: str, *, auto_answer: bool
    ) -> Call:
        """Connect two numbers; what is not possible is told by 30015, never by an errcode.

        An IVR, a queue or a ring group as caller is what the callee outside gets. An outside
        caller without `dial_permission` is answered with 0, and nothing happens [seen live].
        """
        state = self._board.state
        if caller in state.extensions:
            plan = Plan(callee, permission_of or caller)
            return self._from_extension(caller, plan, auto_answer=auto_answer)
        if state.knows(caller):
            return self._from_outside(callee, Plan(caller, permission_of))
        return self._from_outside(caller, Plan(callee, permission_of))

    def play_prompt(
        self,
        number: str,
        prompts: tuple[str, ...],
        permission_of: str,
        *,
        auto_answer: bool,
    ) -> Call:
        """Ring a number and play prompts to it."""
        plan = Plan("", permission_of, prompts)
        if number in self._board.state.extensions:
            return self._from_extension(number, plan, auto_answer=auto_answer)
        return self._from_outside(number, plan)

    def _from_extension(self, number: str, plan: Plan, *, auto_answer: bool) -> Call:
        board = self._board
        inside = board.state.knows(plan.number) or plan.number in SLOTS
        outward = not plan.prompts and not inside
        direction = Direction.OUTBOUND if outward else Direction.INTERNAL
        call = board.new_call(direction, plan.number, by_api=True)
        call.plan = plan
        extension = board.state.extensions[number]
        no_right = outward and self._routing.no_right(plan.permission_of)
        if no_right:
            board.fail(call, no_right, None)
            return call
        obstacle = board.obstacle(extension)
        member = board.add_extension(
            call,
            number,
            MemberStatus.RING if plan.prompts else MemberStatus.ALERT,
            preparing=not plan.prompts,
        )
        if obstacle:
            board.fail(call, obstacle, member)
            return call
        LOGGER.info("API: %s rings (%s)", number, call.call_id)
        board.sync()
        if auto_answer and extension.type == "SIP":
            self.first_answered(call, member)
        else:
            shown = board.quirks.members_in_caller_failure
            self._routing.give_up_later(
                call, member, extension.ring_timeout, shown=shown
            )
        return call

    def _from_outside(self, number: str, plan: Plan) -> Call:
        board = self._board
        call = board.new_call(Direction.OUTBOUND, number, by_api=True)
        call.plan = plan
        if not plan.permission_of or not is_outside_number(number):
            board.calls.pop(call.call_id)
            call.ended = True
            return call
        self._routing.ring_outside(call, None, number, plan.permission_of)
        return call

    def first_answered(self, call: Call, member: Member) -> None:
        """Go on with the plan: the first party has answered."""
        plan, call.plan = call.plan, None
        assert plan
        board = self._board
        board.timers.cancel(call.call_id)
        segment = call.open_segment
        if segment:
            segment.answered = board.clock()
        board.talk(call, member)
        LOGGER.info("%s answers; now %s", member.number, plan.number or "a prompt")
        if plan.prompts:
            self._play(call, plan.prompts)
            return
        member.connected = False
        if member.outside:
            board.close_segment(call)
        self._routing.send_anywhere(call, member, plan.number, plan.permission_of)

    def _play(self, call: Call, prompts: tuple[str, ...]) -> None:
        board = self._board
        call.prompts = prompts
        call.place = Place(PlaceKind.PROMPT, prompts[0])
        board.timers.start(
            call.call_id, "prompt", PROMPT_SECONDS, lambda: self.end_prompt(call)
        )
        board.sync()

    def end_prompt(self, call: Call) -> None:
        """Let the prompt that plays in a call end now; the last one ends the call."""
        if call.ended or not call.prompts:
            raise NotPossibleError("no prompt is playing")
        board = self._board
        board.timers.cancel(call.call_id, "prompt")
        prompt, *rest = call.prompts
        member = call.living[0]
        board.events.prompt_ended(call, member, prompt)
        if rest:
            self._play(call, tuple(rest))
        else:
            board.end(call, member)
