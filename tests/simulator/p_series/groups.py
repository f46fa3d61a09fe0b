"""Queues and ring groups: many phones ring for one caller."""

from collections.abc import Callable
from functools import partial
import logging

from tests.simulator.calls import Place, PlaceKind

from .calls import Call, Member, MemberStatus
from .state import Agent, Queue, RingGroup
from .switchboard import Switchboard

LOGGER = logging.getLogger("pbx_simulator")
PAUSED_BY_ITSELF = "Auto Pause"


class Groups:
    """Rings agents and members; who waits is served when a phone is free."""

    def __init__(self, board: Switchboard) -> None:
        """Take part in what the switchboard does."""
        self._board = board
        board.serve = self.serve
        board.rest = self.rest

    def enter_queue(self, call: Call, guest: Member, queue: Queue) -> None:
        """Let a caller wait in a queue and hear its music."""
        board = self._board
        place = Place(PlaceKind.QUEUE, queue.number)
        board.hold_others(guest)
        guest.preparing, guest.talked = False, True
        board.set(call, guest, guest.talking_status, queue.number)
        self._enter(call, guest, place, queue.max_wait)

    def enter_group(self, call: Call, guest: Member, group: RingGroup) -> None:
        """Ring a group until its time is over."""
        place = Place(PlaceKind.RING_GROUP, group.number)
        self._enter(call, guest, place, group.ring_timeout)

    def _enter(self, call: Call, guest: Member, place: Place, seconds: float) -> None:
        board = self._board
        board.open_segment(call, guest, place.number, place.number)
        guest.connected = False
        call.place = place
        LOGGER.info("%s waits in %s %s", guest.number, place.kind, place.number)
        board.timers.start(
            call.call_id, "wait", seconds, lambda: board.end(call, guest)
        )
        board.sync()

    def serve(self) -> None:
        """Ring the phones that are free for callers who wait."""
        for call in [call for call in self._board.calls.values() if call.in_group]:
            guest = self.guest(call)
            if guest and not call.ringing and not call.ended:
                self._ring(call, guest, self._free(call))

    def guest(self, call: Call) -> Member | None:
        """Return the party that waits."""
        waiting = [m for m in call.living if not m.connected and not m.ringing]
        return waiting[0] if waiting else None

    def queue_of(self, call: Call) -> Queue | None:
        """Return the queue that a call waits in."""
        if call.place and call.place.kind is PlaceKind.QUEUE:
            return self._board.state.queues.get(call.place.number)
        return None

    def _numbers(self, call: Call) -> list[str]:
        queue = self.queue_of(call)
        if queue:
            return [agent.number for agent in queue.agents.values() if agent.on_duty]
        assert call.place
        group = self._board.state.ring_groups.get(call.place.number)
        return group.members if group else []

    def _free(self, call: Call) -> list[str]:
        extensions = self._board.state.extensions
        return [
            number
            for number in self._numbers(call)
            if number in extensions
            and number not in call.resting
            and self._board.obstacle(extensions[number]) is None
            and not self._board.legs_of(number)
        ]

    def _ring(self, call: Call, guest: Member, numbers: list[str]) -> None:
        board = self._board
        assert call.place
        queue = self.queue_of(call)
        for number in numbers:
            member = board.add_extension(
                call, number, MemberStatus.RING, path=call.place.number
            )
            board.tell_statuses()
            if queue:
                missed = partial(self._missed, call, member, guest, queue)
                board.timers.start(call.call_id, member.id, queue.agent_timeout, missed)
        if numbers:
            LOGGER.info("%s ring for %s", ", ".join(numbers), guest.number)

    def _missed(self, call: Call, member: Member, guest: Member, queue: Queue) -> None:
        board = self._board
        board.drop(call, member)
        board.tell_statuses()
        board.events.agent_missed(queue.number, member.number, guest.number, call)
        agent = queue.agents[member.number]
        agent.missed.append((guest.number, call.call_id))
        if 0 < queue.pauses_after <= len(agent.missed):
            board.events.agent_auto_paused(queue.number, agent.number, agent.missed)
            self.pause(queue, agent, PAUSED_BY_ITSELF)
        self.rest(call, member.number)
        board.sync()

    def rest(self, call: Call, number: str) -> None:
        """Leave a phone alone that refused or did not answer: a queue tries it again."""
        queue = self.queue_of(call)
        call.resting.add(number)

        def wake() -> None:
            call.resting.discard(number)
            self._board.sync()

        if queue:
            self._board.timers.start(call.call_id, f"rest {number}", queue.retry, wake)

    # Agents

    def pause(
        self, queue: Queue, agent: Agent, reason: str = "", seconds: int = 0
    ) -> None:
        """Let an agent be rung no more, for a time or for good."""
        agent.is_paused, agent.pause_reason = True, reason
        agent.pause_seconds = seconds
        self._board.events.agent_paused(queue.number, agent.number, reason)
        if seconds:
            self._later(queue, agent, "pause", seconds, self.unpause)

    def unpause(self, queue: Queue, agent: Agent) -> None:
        """Let an agent be rung again."""
        agent.is_paused, agent.pause_reason, agent.pause_seconds = False, "", 0
        agent.missed.clear()
        self._board.sync()

    def log_in(self, queue: Queue, agent: Agent) -> None:
        """Let a dynamic agent serve the queue."""
        agent.is_logged_in, agent.logout_seconds = True, 0
        self._board.sync()

    def log_out(self, queue: Queue, agent: Agent, seconds: int = 0) -> None:
        """Let a dynamic agent go, for a time or for good."""
        agent.is_logged_in, agent.logout_seconds = False, seconds
        if seconds:
            self._later(queue, agent, "logout", seconds, self.log_in)

    def _later(
        self,
        queue: Queue,
        agent: Agent,
        what: str,
        seconds: int,
        act: Callable[[Queue, Agent], None],
    ) -> None:
        self._board.timers.start(
            f"agent {queue.number} {agent.number}",
            what,
            seconds,
            lambda: act(queue, agent),
        )
