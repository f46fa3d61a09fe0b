"""How calls live: ring, connect, end. What starts them is in phones and dialling."""

from collections import deque
from collections.abc import Callable
from itertools import count
import logging

from .calls import Call, Direction, Leg, LegKind, LegState, Place, PlaceKind, Segment
from .errors import Errno, NotPossibleError, RefusedError
from .groups import Groups
from .quirks import Quirks
from .records import cdr_rows
from .reports import Reporter
from .settings import VOICEMAIL, Forward
from .state import Clock, Extension, ExtensionStatus, State, Trunk
from .timers import Timers

LOGGER = logging.getLogger("pbx_simulator")
UNREACHABLE = "Line unreachable"
BUSY = "User busy"
DND = "DND"
NO_ANSWER = "User alerting, no answer"
NO_PERMISSION = "NO Outbound Restriction"
CDR_STATUS = {UNREACHABLE: "FAILED", BUSY: "BUSY", DND: "BUSY", NO_PERMISSION: "FAILED"}
FORWARDS_MOST = 5


class Switchboard:
    """The living calls and the rules by which they change."""

    def __init__(
        self,
        state: State,
        reporter: Reporter,
        timers: Timers,
        clock: Clock,
        quirks: Quirks,
    ) -> None:
        """Start without calls."""
        self.state = state
        self.reporter = reporter
        self.timers = timers
        self.clock = clock
        self.quirks = quirks
        self.calls: dict[str, Call] = {}
        self.ended: deque[Call] = deque(maxlen=200)
        self.channels = count(265)
        self.groups = Groups(self)
        # Who can call numbers outside says so.
        self.outward: Callable[[Call, Leg, str, str], object]
        self.recorded: Callable[[str, int], object] = lambda name, seconds: None
        self.logged: Callable[[float, dict[str, str]], object] = lambda start, row: None

    # Making calls and legs

    def new_id(self) -> str:
        """Return the id of a new channel."""
        return f"{int(self.clock())}.{next(self.channels)}"

    def new_call(
        self, direction: Direction, destination: str, *, by_api: bool = False
    ) -> Call:
        """Start a call without parties."""
        call = Call(self.new_id(), direction, self.clock(), by_api)
        call.destination = destination
        self.calls[call.callid] = call
        return call

    def add_extension(
        self, call: Call, number: str, state: LegState, *, called: bool = False
    ) -> Leg:
        """Add an extension's phone to a call."""
        leg_id = self.new_id() if call.legs else call.callid
        channel = f"PJSIP/{number}-{int(leg_id.partition('.')[2]):08x}"
        leg = Leg(LegKind.EXTENSION, leg_id, number, state, channel, called=called)
        call.legs.append(leg)
        return leg

    def add_outside(
        self, call: Call, source: str, target: str, trunk: str, *, kind: LegKind
    ) -> Leg:
        """Add a party on a trunk: who calls us, or whom we call."""
        inbound = kind is LegKind.INBOUND
        leg_id = call.callid if inbound else self.new_id()
        serial = int(leg_id.partition(".")[2])
        leg = Leg(
            kind,
            leg_id,
            source if inbound else target,
            LegState.CALLING if inbound else LegState.RINGING,
            f"PJSIP/trunk-{trunk}-endpoint-{serial:08x}",
            source,
            target,
            trunk,
            called=not inbound,
        )
        call.legs.append(leg)
        return leg

    def open_segment(
        self, call: Call, guest: Leg, callto: str, group: str = ""
    ) -> None:
        """Start the part of a call that one CDR will tell of."""
        segment = Segment(guest.number, callto, self.clock(), group)
        if call.moved and self.quirks.transfer_records:
            segment.type = "Transfer"
        if guest.kind is LegKind.INBOUND:
            segment.source_trunk = guest.trunk
        call.segments.append(segment)

    # Finding

    def legs_of(self, number: str) -> list[tuple[Call, Leg]]:
        """Return the living legs of an extension, supervision included."""
        return [
            (call, leg)
            for call in self.calls.values()
            for leg in [*call.legs, *call.monitors]
            if leg.kind is LegKind.EXTENSION and leg.number == number and leg.alive
        ]

    def find_leg(self, number: str, *states: LegState) -> tuple[Call, Leg] | None:
        """Return the extension's leg in the first of the states that occurs."""
        legs = self.legs_of(number)
        for state in states:
            for call, leg in legs:
                if leg.state is state:
                    return call, leg
        return None

    def find_outside(self, kind: LegKind, leg_id: str) -> tuple[Call, Leg]:
        """Return a leg by its inboundid or outboundid, or refuse."""
        for call in self.calls.values():
            for leg in call.living:
                if leg.kind is kind and leg.id == leg_id:
                    return call, leg
        raise RefusedError(Errno.NO_CALL)

    def find_channel(self, channelid: str) -> tuple[Call, Leg]:
        """Return a party by its channel, or refuse."""
        for call in self.calls.values():
            for leg in [*call.living, *call.monitors]:
                if leg.channelid == channelid:
                    return call, leg
        raise RefusedError(Errno.NO_CALL)

    def shown_status(self, extension: Extension) -> str:
        """Return the status of an extension as the list shows it now."""
        states = {leg.state for _, leg in self.legs_of(extension.number)}
        return _shown_status(extension, states)

    def shown_statuses(self) -> dict[str, str]:
        """Return the statuses of all extensions, for the price of one."""
        states: dict[str, set[LegState]] = {}
        for call in self.calls.values():
            for leg in (*call.legs, *call.monitors):
                if leg.kind is LegKind.EXTENSION and leg.alive:
                    states.setdefault(leg.number, set()).add(leg.state)
        return {
            number: _shown_status(extension, states.get(number, set()))
            for number, extension in self.state.extensions.items()
        }

    def shown_trunk_status(self, trunk: Trunk) -> str:
        """Return the status of a trunk as the list shows it now."""
        in_use = any(
            leg.trunk == trunk.name
            for call in self.calls.values()
            for leg in call.outside_legs
        )
        return "Busy" if in_use and trunk.one_call else trunk.status

    def free_trunks(self) -> list[Trunk]:
        """Return the trunks on which a call could go out."""
        return [
            trunk
            for trunk in self.state.trunks.values()
            if trunk.available and self.shown_trunk_status(trunk) == trunk.status
        ]

    # Sending a party somewhere

    def send_to(self, call: Call, guest: Leg, destination: str, depth: int = 0) -> None:
        """Connect a party to an extension, an IVR, a queue, a ring group, a mailbox."""
        call.place = None
        if destination in self.state.extensions:
            self.ring_extension(call, guest, destination, depth)
        elif destination in self.state.ivrs:
            self.enter_ivr(call, guest, destination)
        elif destination in self.state.queues:
            self.groups.enter_queue(call, guest, self.state.queues[destination])
        elif destination in self.state.ring_groups:
            self.groups.enter_group(call, guest, self.state.ring_groups[destination])
        elif destination == VOICEMAIL:
            self.to_voicemail(call)
        else:
            raise NotPossibleError(f"{destination} leads nowhere")

    def obstacle(self, extension: Extension) -> str | None:
        """Return why a phone cannot be rung."""
        if not extension.ready:
            return UNREACHABLE
        if extension.dnd:
            return DND
        if not extension.call_waiting and self.legs_of(extension.number):
            return BUSY
        return None

    def ring_extension(
        self, call: Call, guest: Leg, number: str, depth: int = 0
    ) -> None:
        """Ring one phone, or say why not, or follow its forwarding."""
        extension = self.state.extensions[number]
        self.open_segment(call, guest, number)
        itself = not guest.outside and guest.number == number
        obstacle = BUSY if itself else self.obstacle(extension)
        forward = extension.always_forward
        if obstacle and not forward.on:
            forward = (
                extension.busy_forward
                if obstacle in (BUSY, DND)
                else extension.no_answer_forward
            )
        if forward.on and depth < FORWARDS_MOST:
            self.forward(call, guest, extension, forward, depth)
            return
        if obstacle:
            leg = self.add_extension(call, number, LegState.ENDED, called=True)
            self.fail(call, obstacle, leg)
            return
        leg = self.add_extension(call, number, LegState.RINGING, called=True)
        guest.state = LegState.CALLING
        self.reporter.ringing(call, [leg], guest)
        LOGGER.info("%s rings for %s", number, guest.number)
        self.timers.start(
            call.callid,
            leg.id,
            extension.ring_timeout,
            lambda: self._not_answered(call, leg, guest, depth),
        )
        self.sync()

    def forward(
        self, call: Call, guest: Leg, extension: Extension, forward: Forward, depth: int
    ) -> None:
        """Send a caller on; the record of a call sent outside has the type Outbound."""
        to = forward.leads_to(extension.mobile)
        call.segments.pop()
        if guest.kind is LegKind.INBOUND:
            self.reporter.event("Forward", call, [guest])
        if to == VOICEMAIL or self.state.knows(to):
            self.send_to(call, guest, to, depth + 1)
            return
        self.outward(call, guest, to, extension.number)
        if guest.kind is LegKind.INBOUND and call.open_segment:
            call.open_segment.type = "Outbound"

    def enter_ivr(self, call: Call, guest: Leg, number: str) -> None:
        """Let a party hear a menu."""
        if call.open_segment is None:
            self.open_segment(call, guest, number, number)
        call.segments[-1].answered = call.segments[-1].answered or self.clock()
        self.talk(call, guest)
        guest.callpath = number
        call.place = Place(PlaceKind.IVR, number)
        LOGGER.info("%s hears IVR %s", guest.number, number)
        self.timers.start(
            call.callid,
            "prompt",
            self.state.ivrs[number].prompt_seconds,
            lambda: self.prompt_ends(call),
        )
        self.reporter.changed(call)
        self.sync()

    def to_voicemail(self, call: Call) -> None:
        """Stop the ringing; the caller speaks to the mailbox."""
        guest = next(leg for leg in call.living if leg not in call.ringing)
        for leg in call.ringing:
            self.leave(call, leg)
        self.open_segment_if_none(call, guest)
        call.segments[-1].status = "VOICEMAIL"
        self.talk(call, guest)
        call.place = Place(PlaceKind.VOICEMAIL, call.destination)
        self.timers.cancel(call.callid)
        LOGGER.info("%s speaks to the voicemail", guest.number)
        self.reporter.changed(call)
        self.sync()

    def open_segment_if_none(self, call: Call, guest: Leg) -> None:
        """Make sure that a CDR will be written."""
        if call.open_segment is None:
            self.open_segment(call, guest, call.destination)

    def prompt_ends(self, call: Call) -> None:
        """Report that a prompt was played; a call made for it ends."""
        if not call.place or call.place.kind not in (PlaceKind.IVR, PlaceKind.PROMPT):
            raise NotPossibleError("no prompt is playing")
        self.timers.cancel(call.callid, "prompt")
        leg = next(leg for leg in call.living if leg.connected)
        prompt = call.place.number
        if call.place.kind is PlaceKind.IVR:
            prompt = f"ivr:{prompt}"
        self.reporter.prompt_ended(call, leg, prompt)
        if call.place.kind is PlaceKind.PROMPT:
            self.end(call, leg)

    # Being answered

    def connect(self, call: Call, callee: Leg, guest: Leg | None) -> None:
        """Let two parties talk; every other phone stops ringing."""
        silenced = [other for other in call.ringing if other is not callee]
        for other in silenced:
            self.drop(call, other)
        self.timers.cancel(call.callid)
        for leg in (callee, guest):
            if leg:
                self.talk(call, leg)
        call.place = None
        self._segment_answered(call, callee)
        LOGGER.info("%s answers %s", callee.number, guest.number if guest else "")
        self.reporter.answered(call, callee, guest)
        for other in silenced:
            self._tell_left(call, other)
        self.sync()

    def _segment_answered(self, call: Call, callee: Leg) -> None:
        if not call.segments:
            return
        segment = call.segments[-1]
        segment.answered = segment.answered or self.clock()
        if segment.group:
            segment.callto = callee.number

    def talk(self, call: Call, leg: Leg) -> None:
        """Let a party talk here; a phone talks in one call at a time."""
        self.hold_others(call, leg)
        leg.state = LegState.TALKING
        leg.talked = True

    def set_leg(self, call: Call, leg: Leg, state: LegState) -> None:
        """Hold or resume a leg."""
        if state is LegState.TALKING:
            self.hold_others(call, leg)
        leg.state = state
        LOGGER.info("%s is %s", leg.number, state)
        self.reporter.changed(call)
        self.sync()

    def hold_others(self, call: Call, leg: Leg) -> None:
        """Put an extension's other call on hold: it has answered this one."""
        if leg.outside:
            return
        for other_call, other in self.legs_of(leg.number):
            if other_call is not call and other.state is LegState.TALKING:
                other.state = LegState.HELD
                self.reporter.changed(other_call)

    def _not_answered(self, call: Call, leg: Leg, guest: Leg, depth: int) -> None:
        extension = self.state.extensions.get(leg.number)
        self.drop(call, leg)
        if (
            extension
            and (forward := extension.no_answer_forward).on
            and depth < FORWARDS_MOST
        ):
            self._tell_left(call, leg)
            self.forward(call, guest, extension, forward, depth)
        else:
            self.fail(call, NO_ANSWER, leg)

    # Ending

    def drop(self, call: Call, leg: Leg) -> None:
        """End one leg without a word."""
        leg.state = LegState.ENDED
        leg.muted = False
        self.timers.cancel(call.callid, leg.id)

    def leave(self, call: Call, leg: Leg) -> None:
        """End one leg while the call goes on."""
        self.drop(call, leg)
        self._tell_left(call, leg)

    def _tell_left(self, call: Call, leg: Leg) -> None:
        if self.quirks.bye_per_leg:
            self.reporter.left(call, leg)

    def fail(self, call: Call, reason: str, leg: Leg | None) -> None:
        """End a call that could not connect."""
        LOGGER.info("call %s fails: %s", call.callid, reason)
        self.reporter.failed(call, reason, leg)
        for other in call.living:
            self.drop(call, other)
        self._finish(call, CDR_STATUS.get(reason, "NO ANSWER"))

    def release(self, call: Call, leg: Leg) -> None:
        """Let one party go: a refusal while ringing, else the end of the call."""
        if leg in call.monitors:
            self.drop(call, leg)
            call.monitors.remove(leg)
            self._finished_with(leg)
            self.sync()
        elif leg.state is LegState.RINGING and call.place:
            self.leave(call, leg)
            self.groups.rest(call, leg.number)
            self.sync()
        elif leg.state in (LegState.RINGING, LegState.PREPARING):
            self.drop(call, leg)
            self.fail(call, BUSY, leg)
        else:
            self.end(call, leg)

    def end(self, call: Call, first: Leg) -> None:
        """End a call; `first` hung up."""
        others = call.others(first)
        if first.kind is LegKind.INBOUND and not call.segments:
            self.open_segment(call, first, call.destination)
        for leg in (first, *others):
            self.drop(call, leg)
        LOGGER.info("%s hangs up call %s", first.number, call.callid)
        self.reporter.released(call, first, others)
        self._finish(call, "NO ANSWER")

    def abandon(self, call: Call) -> None:
        """End a call without a word: nobody but the PBX knew of it."""
        for leg in call.living:
            self.drop(call, leg)
        self._finish(call, "NO ANSWER")

    def lose_everything(self) -> None:
        """Forget all calls without a report, as a restart does."""
        for call in self.calls.values():
            call.ended = True
            for leg in [*call.legs, *call.monitors]:
                leg.state = LegState.ENDED
        self.calls.clear()
        for extension in self.state.extensions.values():
            extension.reported = self.shown_status(extension)

    def _finish(self, call: Call, status: str) -> None:
        self.groups.forget(call.callid)
        self.timers.cancel(call.callid)
        self.calls.pop(call.callid, None)
        self.ended.append(call)
        call.ended = True
        call.offered = False
        monitors, call.monitors = call.monitors, []
        for leg in monitors:
            leg.state = LegState.ENDED
        self.close_segment(call, status)
        self.send_records(call)
        if self.quirks.late_call_status:
            self.reporter.status_again(call)
        for leg in [*call.legs, *monitors]:
            self._finished_with(leg)
        self.sync()

    def send_records(self, call: Call) -> None:
        """Report the CDRs that are due."""
        for start, row in cdr_rows(self.state, self.quirks, call, self.clock()):
            self.logged(start, row)
            if row["recording"]:
                self.recorded(row["recording"], int(row["talkduraction"]))
            self.reporter.record(row)

    def close_segment(self, call: Call, status: str = "ANSWERED") -> None:
        """End the part of a call that one CDR tells of."""
        segment = call.open_segment
        if segment:
            segment.ended = self.clock()
            segment.status = segment.status or (
                "ANSWERED" if segment.answered else status
            )

    def _finished_with(self, leg: Leg) -> None:
        """Resume what the extension had on hold: it finished its other call."""
        if (
            not leg.talked
            or leg.outside
            or self.find_leg(
                leg.number, LegState.TALKING, LegState.CALLING, LegState.PREPARING
            )
        ):
            return
        held = self.find_leg(leg.number, LegState.HELD)
        if held:
            held[1].state = LegState.TALKING
            self.reporter.changed(held[0])

    def sync(self) -> None:
        """Ring for who waits, and report the extensions whose status changed."""
        self.groups.serve()
        statuses = self.shown_statuses()
        for extension in self.state.extensions.values():
            status = statuses[extension.number]
            if status != extension.reported:
                extension.reported = status
                if extension.status_monitor:
                    self._tell_status(extension, status)

    def _tell_status(self, extension: Extension, status: str) -> None:
        fields = {"extension": extension.number, "status": status}
        if self.quirks.registered_ip and extension.ready:
            fields["registeredIP"] = extension.ip
        self.reporter.plain("ExtensionStatus", **fields)


def _shown_status(extension: Extension, states: set[LegState]) -> str:
    if states & {LegState.TALKING, LegState.CALLING}:
        return ExtensionStatus.BUSY
    if states & {LegState.RINGING, LegState.PREPARING}:
        return ExtensionStatus.RINGING
    if LegState.HELD in states:
        return ExtensionStatus.HOLD
    return extension.status
