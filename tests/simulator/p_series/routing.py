"""Where a party of a call can be sent: phones, menus, mailboxes, the outside."""

import logging

from tests.simulator.calls import Place, PlaceKind
from tests.simulator.errors import NotPossibleError

from .calls import Call, Member, MemberKind, MemberStatus
from .groups import Groups
from .reasons import (
    BUSY,
    NO_ANSWER,
    NO_DIAL_PERMISSION,
    NO_OUTBOUND,
    NOT_FOUND,
    UNREACHABLE,
)
from .state import Extension
from .switchboard import Switchboard

LOGGER = logging.getLogger("pbx_simulator")
OUTSIDE_RINGS = 60
SLOTS = [str(number) for number in range(6000, 6010)]
"""Where calls are parked."""
FORWARDS_MOST = 5


def is_outside_number(number: str) -> bool:
    """Return whether a number can be dialled outside."""
    return number.isascii() and all(c.isdigit() or c in "+*#" for c in number)


class Routing:
    """Sends a party somewhere and lets something ring there."""

    def __init__(self, board: Switchboard, groups: Groups) -> None:
        """Keep the switchboard."""
        self._board = board
        self._groups = groups

    def send_to(self, call: Call, guest: Member, number: str, depth: int = 0) -> None:
        """Connect a party to an extension, an IVR, a queue or a ring group."""
        state = self._board.state
        call.place = None
        if number in state.extensions:
            self.ring_extension(call, guest, number, depth)
        elif number in state.ivrs:
            self._enter_ivr(call, guest, number)
        elif number in state.queues:
            self._groups.enter_queue(call, guest, state.queues[number])
        elif number in state.ring_groups:
            self._groups.enter_group(call, guest, state.ring_groups[number])
        else:
            raise NotPossibleError(f"{number} leads nowhere")

    def send_anywhere(
        self, call: Call, guest: Member, number: str, permission_of: str
    ) -> None:
        """Connect a party to a number of the PBX or to one outside."""
        if self._board.state.knows(number):
            self.send_to(call, guest, number)
        elif number in SLOTS:
            self._take_parked(call, guest, number)
        elif is_outside_number(number):
            self.ring_outside(call, guest, number, permission_of)
        else:
            self._board.fail(call, NOT_FOUND, guest)

    def _take_parked(self, call: Call, guest: Member, slot: str) -> None:
        """Connect a phone to who waits in a slot [vendor page park-a-call].

        Its channel goes on in the parked call, whose id stays (inferred).
        """
        board = self._board
        parked = next((c for c in board.calls.values() if c.slot == slot), None)
        if parked is None:
            board.fail(call, NOT_FOUND, guest)
            return
        LOGGER.info("%s takes the call at %s", guest.number, slot)
        board.open_segment(call, guest, slot).answered = board.clock()
        waiting = parked.living[0]
        parked.slot = ""
        call.members.remove(guest)
        parked.members.append(guest)
        board.events.member_changed(parked, guest)
        board.open_segment(parked, waiting, guest.number)
        board.connect(parked, guest, waiting)
        board.finish(call)

    def ring_extension(
        self, call: Call, guest: Member, number: str, depth: int = 0
    ) -> None:
        """Ring one phone, or say why not, or follow its forwarding."""
        board = self._board
        extension = board.state.extensions[number]
        if extension.forward_to and depth < FORWARDS_MOST:
            self._forward(call, guest, extension, depth)
            return
        board.open_segment(call, guest, number)
        itself = not guest.outside and guest.number == number
        obstacle = BUSY if itself else board.obstacle(extension)
        if obstacle:
            board.fail(call, obstacle, guest)
            return
        member = board.add_extension(call, number, MemberStatus.RING)
        LOGGER.info("%s rings for %s", number, guest.number)
        self.give_up_later(call, member, extension.ring_timeout)
        board.sync()

    def give_up_later(
        self, call: Call, member: Member, seconds: float, *, shown: bool = True
    ) -> None:
        """Give up what rings in vain for so long; `shown` says whether 30015 names it."""
        self._board.timers.start(
            call.call_id,
            member.id,
            seconds,
            lambda: self._board.not_reached(call, member, NO_ANSWER, shown=shown),
        )

    def _forward(
        self, call: Call, guest: Member, extension: Extension, depth: int
    ) -> None:
        to = extension.forward_to
        self._board.events.forwarded(call, guest)
        if self._board.state.knows(to):
            self.send_to(call, guest, to, depth + 1)
        else:
            self.ring_outside(call, guest, to, extension.number)

    def _enter_ivr(self, call: Call, guest: Member, number: str) -> None:
        board = self._board
        segment = board.open_segment(call, guest, number)
        segment.answered = board.clock()
        board.talk(call, guest, number)
        call.place = Place(PlaceKind.IVR, number)
        LOGGER.info("%s hears IVR %s", guest.number, number)
        board.sync()

    def to_voicemail(self, call: Call) -> None:
        """Stop the ringing; the caller speaks to the mailbox."""
        board = self._board
        guest = next(member for member in call.living if not member.ringing)
        for member in call.ringing:
            board.drop(call, member)
        segment = call.open_segment or board.open_segment(call, guest, call.destination)
        segment.status = "VOICEMAIL"
        segment.answered = board.clock()
        board.timers.cancel(call.call_id)
        board.talk(call, guest)
        call.place = Place(PlaceKind.VOICEMAIL, segment.call_to)
        LOGGER.info("%s speaks to the voicemail", guest.number)
        board.sync()

    # Outside

    def ring_outside(
        self,
        call: Call,
        guest: Member | None,
        number: str,
        permission_of: str,
        trunk: str | None = None,
    ) -> None:
        """Call an outside number over the first free trunk."""
        board = self._board
        line, obstacle = self.way_out(call, permission_of, trunk)
        if obstacle:
            board.fail(call, obstacle, guest)
            return
        source = guest.number if guest else permission_of
        member = board.add_outside(call, source, number, line, kind=MemberKind.OUTBOUND)
        segment = board.open_segment(call, guest or member, number)
        segment.call_from, segment.dst_trunk = source, line
        LOGGER.info("%s is called over %s", number, line)
        calls = guest is not None and guest.status is MemberStatus.ALERT
        if guest and calls and board.quirks.early_answered:
            board.set(call, guest, MemberStatus.ANSWERED)
        self.give_up_later(call, member, OUTSIDE_RINGS)
        board.sync()

    def no_right(self, permission_of: str) -> str | None:
        """Return why an extension's right does not allow outside calls."""
        extension = self._board.state.extensions.get(permission_of)
        if extension is None:
            return NO_DIAL_PERMISSION
        return None if extension.may_dial_out else NO_OUTBOUND

    def way_out(
        self, call: Call, permission_of: str, trunk: str | None = None
    ) -> tuple[str, str | None]:
        """Return the trunk that a call can take, or why it can take none."""
        no_right = self.no_right(permission_of)
        if no_right:
            return "", no_right
        taken = {leg.trunk for leg in call.outside_legs}
        for line in self._board.free_trunks():
            if trunk in (None, line.name) and line.name not in taken:
                return line.name, None
        return "", UNREACHABLE
