"""Queues and ring groups: many phones ring for one caller."""

import logging
from typing import TYPE_CHECKING

from .calls import Call, Leg, LegState, Place, PlaceKind
from .state import Queue, RingGroup

if TYPE_CHECKING:
    from .switchboard import Switchboard

LOGGER = logging.getLogger("pbx_simulator")


class Groups:
    """Rings agents and members; who waits is served when someone is free."""

    def __init__(self, board: Switchboard) -> None:
        """Keep the switchboard."""
        self._board = board
        self._resting: set[tuple[str, str]] = set()

    def enter_queue(self, call: Call, guest: Leg, queue: Queue) -> None:
        """Let a caller wait in a queue."""
        self._enter(call, guest, Place(PlaceKind.QUEUE, queue.number), queue.max_wait)
        self._ring(call, self._free(call, queue.agents))
        self._board.sync()

    def enter_group(self, call: Call, guest: Leg, group: RingGroup) -> None:
        """Ring a group until its time is over."""
        place = Place(PlaceKind.RING_GROUP, group.number)
        self._enter(call, guest, place, group.ring_timeout)
        self._ring(call, self._free(call, group.members))
        self._board.sync()

    def serve(self) -> None:
        """Ring agents who have become free for callers who wait."""
        for call in list(self._board.calls.values()):
            numbers = self._members(call)
            if numbers and not call.ringing and self.guest(call):
                self._ring(call, self._free(call, numbers))

    def guest(self, call: Call) -> Leg | None:
        """Return the party that waits."""
        waiting = [leg for leg in call.living if leg.state is LegState.CALLING]
        return waiting[0] if waiting else None

    def _enter(self, call: Call, guest: Leg, place: Place, seconds: int) -> None:
        board = self._board
        board.open_segment(call, guest, place.number, place.number)
        guest.state = LegState.CALLING
        guest.callpath = place.number
        call.place = place
        LOGGER.info("%s waits in %s %s", guest.number, place.kind, place.number)
        board.timers.start(call.callid, "wait", seconds, lambda: board.end(call, guest))

    def _members(self, call: Call) -> list[str]:
        state = self._board.state
        if call.place and call.place.kind is PlaceKind.QUEUE:
            queue = state.queues.get(call.place.number)
            return queue.agents if queue else []
        if call.place and call.place.kind is PlaceKind.RING_GROUP:
            group = state.ring_groups.get(call.place.number)
            return group.members if group else []
        return []

    def _free(self, call: Call, numbers: list[str]) -> list[str]:
        extensions = self._board.state.extensions
        return [
            number
            for number in numbers
            if number in extensions
            and (call.callid, number) not in self._resting
            and self._board.obstacle(extensions[number]) is None
            and not self._board.legs_of(number)
        ]

    def _ring(self, call: Call, numbers: list[str]) -> None:
        board = self._board
        guest = self.guest(call)
        if not numbers or guest is None:
            return
        legs = [
            board.add_extension(call, number, LegState.RINGING, called=True)
            for number in numbers
        ]
        assert call.place
        for leg in legs:
            leg.callpath = call.place.number
        call.segments[-1].rang.extend(numbers)
        LOGGER.info("%s ring for %s", ", ".join(numbers), guest.number)
        board.reporter.ringing(call, legs, guest)
        if call.place.kind is PlaceKind.QUEUE:
            for leg in legs:
                self._start_agent_timer(call, leg, guest)
        board.sync()

    def _start_agent_timer(self, call: Call, leg: Leg, guest: Leg) -> None:
        assert call.place
        queue = self._board.state.queues[call.place.number]
        self._board.timers.start(
            call.callid,
            leg.id,
            queue.agent_timeout,
            lambda: self._agent_missed(call, leg, guest, queue),
        )

    def _agent_missed(self, call: Call, leg: Leg, guest: Leg, queue: Queue) -> None:
        board = self._board
        board.leave(call, leg)
        extension = board.state.extensions.get(leg.number)
        name = extension.username if extension else leg.number
        board.reporter.agent_missed(call, queue.number, name, guest.number)
        self.rest(call, leg.number)
        board.sync()

    def rest(self, call: Call, number: str) -> None:
        """Leave a phone alone that refused or did not answer: a queue tries it again."""
        queue = self._board.state.queues.get(call.place.number) if call.place else None
        key = (call.callid, number)
        self._resting.add(key)

        def wake() -> None:
            self._resting.discard(key)
            self._board.sync()

        if queue:
            self._board.timers.start(call.callid, f"rest {number}", queue.retry, wake)

    def forget(self, callid: str) -> None:
        """Forget who rested from a call."""
        self._resting = {key for key in self._resting if key[0] != callid}
