"""What the API does to living calls: transfer, park, invite, monitor."""

from enum import StrEnum
import logging

from tests.simulator.calls import Direction
from tests.simulator.state import MonitorMode

from .calls import Call, Member, MemberStatus
from .errors import Errcode, RefusedError
from .reasons import BUSY
from .register import Found
from .routing import SLOTS, Routing
from .switchboard import Switchboard

LOGGER = logging.getLogger("pbx_simulator")
MOST_MEMBERS = 9
STILL_RINGS = 30


class Operate(StrEnum):
    """What ends or changes an attended transfer."""

    ABORT = "abort"
    COMPLETE = "complete"
    THREEWAY = "threeway"
    SWAP = "swap"


class Moves:
    """Changes who is in a call."""

    def __init__(self, board: Switchboard, routing: Routing) -> None:
        """Keep the switchboard."""
        self._board = board
        self._routing = routing
        self._consults: dict[str, tuple[Found, Found]] = {}

    # Blind transfer

    def transfer(self, call: Call, moved: Member, number: str, permission: str) -> None:
        """Send one party elsewhere; it keeps its channel, the others leave."""
        board = self._board
        if board.quirks.reports_api_transfers:
            board.events.transferred(call, [moved, *call.others(moved)])
        self.move(call, moved, number, permission)

    def move(self, call: Call, moved: Member, number: str, permission: str) -> None:
        """Send one party elsewhere; a phone or the API asked for it."""
        board = self._board
        outward = not board.state.knows(number)
        no_right = self._routing.no_right(permission) if outward else None
        if no_right:
            board.events.failed(call, no_right, None)
            return
        LOGGER.info("%s is transferred to %s", moved.number, number)
        board.timers.cancel(call.call_id)
        board.close_segment(call, "NO ANSWER")
        left = call.others(moved)
        for member in left:
            board.drop(call, member)
        if board.quirks.records_at_transfer:
            board.write(call)
        call.place = call.plan = None
        call.slot = ""
        if moved.status is MemberStatus.HOLD:
            board.set(call, moved, moved.talking_status)
        moved.connected = False
        board.tell_statuses()
        self._routing.send_anywhere(call, moved, number, permission)
        for member in left:
            board.finished_with(member)
        board.sync()

    # Attended transfer

    def consult(self, call: Call, member: Member, number: str, permission: str) -> Call:
        """Hold a call and call the target: a second call with an id of its own."""
        board = self._board
        outward = not board.state.knows(number)
        direction = Direction.OUTBOUND if outward else Direction.INTERNAL
        board.set(call, member, MemberStatus.HOLD)
        second = board.new_call(direction, number, by_api=True)
        asking = board.add_extension(second, member.number, MemberStatus.ALERT)
        asking.talked = True
        self._consults[member.number] = (call, member), (second, asking)
        self._routing.send_anywhere(second, asking, number, permission)
        return second

    def operate(self, number: str, operation: Operate) -> Call:
        """End or change an extension's attended transfer."""
        consult = self._consults.get(number)
        if not consult or not _goes_on(*consult):
            raise RefusedError(Errcode.OPERATION_FAILED)
        first, second = consult
        if operation is Operate.SWAP:
            return self._swap(first, second)
        del self._consults[number]
        if operation is Operate.ABORT:
            self._board.end(*second)
        elif operation is Operate.COMPLETE:
            self._join(first, second)
            self._leave(*first)
        else:
            self._join(first, second)
            self._board.resume(*first)
        return first[0]

    def _swap(self, first: Found, second: Found) -> Call:
        held = first if first[1].status is MemberStatus.HOLD else second
        if not held[1].connected:
            raise RefusedError(Errcode.OPERATION_FAILED)
        self._board.resume(*held)
        return held[0]

    def _join(self, first: Found, second: Found) -> None:
        """Bring the target of a consultation into the first call."""
        board = self._board
        (call, _), (consult, asking) = first, second
        board.timers.cancel(consult.call_id)
        for member in consult.others(asking):
            consult.members.remove(member)
            call.members.append(member)
            board.events.member_changed(call, member)
            if member.ringing:
                self._routing.give_up_later(call, member, STILL_RINGS)
        asking.talked = False
        board.drop(consult, asking)
        board.finish(consult)

    def _leave(self, call: Call, member: Member) -> None:
        """Let the transferor go: the others are a call of their own."""
        board = self._board
        board.drop(call, member)
        board.close_segment(call)
        guest, *_, target = call.living
        segment = board.open_segment(call, guest, target.number)
        if target.ringing:
            guest.connected = False
        else:
            segment.answered = board.clock()
            if not guest.connected:
                board.talk(call, guest)
        board.finished_with(member)
        board.sync()

    # More than two

    def invite(self, call: Call, member: Member, number: str, permission: str) -> None:
        """Ring another number for a call that goes on meanwhile."""
        board = self._board
        if len(call.living) >= MOST_MEMBERS:
            raise RefusedError(Errcode.LIMIT)
        extension = board.state.extensions.get(number)
        if extension:
            inside = [m.number for m in call.living if not m.outside]
            obstacle = BUSY if number in inside else board.obstacle(extension)
        elif board.state.knows(number):
            raise RefusedError(Errcode.NOT_FOUND)
        else:
            _, obstacle = self._routing.way_out(call, permission)
        if obstacle:
            board.events.failed(call, obstacle, None)
        elif extension:
            guest = board.add_extension(call, number, MemberStatus.RING)
            self._routing.give_up_later(call, guest, extension.ring_timeout)
            board.sync()
        else:
            self._routing.ring_outside(call, member, number, permission)

    # Parking

    def park(self, call: Call, member: Member, slot: str) -> str:
        """Park a party: the others leave, it waits in a slot."""
        board = self._board
        taken = {other.slot for other in board.calls.values()}
        free = [number for number in SLOTS if number not in taken]
        if slot and slot not in SLOTS:
            raise RefusedError(Errcode.PARAMETER, invalid=["parking_slot"])
        if (slot and slot not in free) or not free:
            raise RefusedError(Errcode.NOT_FOUND)
        call.slot = slot or free[0]
        LOGGER.info("%s is parked at %s", member.number, call.slot)
        for other in call.others(member):
            board.drop(call, other)
            board.finished_with(other)
        member.connected = False
        board.close_segment(call)
        board.sync()
        return call.slot

    def retrieve(self, number: str, slot: str) -> Call | None:
        """Let an extension take the party of a parking slot, if one is there."""
        board = self._board
        for call in board.calls.values():
            if call.slot == slot and call.living[0].number != number:
                call.slot = ""
                parked = call.living[0]
                board.open_segment(call, parked, number)
                member = board.add_extension(call, number, MemberStatus.ALERT)
                board.connect(call, member, parked)
                return call
        return None

    # Monitoring

    def monitor(self, listener: str, call: Call, member: Member, mode: str) -> Call:
        """Ring a supervisor's phone under a call id of its own."""
        board = self._board
        extensions = board.state.extensions
        heard = extensions.get(member.number) if not member.outside else None
        supervisor = extensions.get(listener)
        if supervisor is None or heard is None:
            raise RefusedError(Errcode.NOT_FOUND)
        allowed = {"listen": MonitorMode.LISTEN, "whisper": MonitorMode.WHISPER}
        wanted = allowed.get(mode, MonitorMode.BARGE_IN)
        if (
            not heard.may_be_monitored
            or supervisor.monitor_mode not in (MonitorMode.EXTENSIVE, wanted)
            or not member.connected
        ):
            raise RefusedError(Errcode.OPERATION_FAILED)
        listening = board.new_call(Direction.INTERNAL, member.number, by_api=True)
        listening.monitors = member
        obstacle = board.obstacle(supervisor)
        if obstacle:
            board.fail(listening, obstacle, None)
            return listening
        leg = board.add_extension(listening, listener, MemberStatus.RING)
        self._routing.give_up_later(listening, leg, supervisor.ring_timeout)
        LOGGER.info("%s is to monitor %s: %s", listener, member.number, mode)
        board.sync()
        return listening


def _goes_on(first: Found, second: Found) -> bool:
    """Return whether a held call and a consultation still are what they were."""
    (call, held), (consult, asking) = first, second
    talks = any(other.connected for other in call.others(held))
    asks = asking.alive and bool(consult.others(asking)) and not consult.in_group
    return held.connected and talks and asks
