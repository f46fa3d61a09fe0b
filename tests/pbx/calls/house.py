"""A house whose calls a test follows, through the tracker of API v1 and the call model."""

from collections.abc import Iterable, Iterator

from custom_components.yeastar.pbx.calls.call import Call, CallEvent, CallEventType
from custom_components.yeastar.pbx.calls.model import Calls
from custom_components.yeastar.pbx.clock import Moment
from custom_components.yeastar.pbx.events import (
    CallDialled,
    CallMoved,
    CallRefused,
    PbxEvent,
)
from custom_components.yeastar.pbx.models import (
    CallDirection,
    CallStatus,
    ExtensionState,
    Listing,
)
from custom_components.yeastar.pbx.s_series.call_tracker import CallTracker
from custom_components.yeastar.pbx.s_series.listings import TrunkCall
from custom_components.yeastar.pbx.s_series.reports import parse_report

from .bodies import Line, Shape

EPOCH = 1_571_896_990
NUMBERS = tuple(str(number) for number in range(4001, 4010))
IDLE = ExtensionState.IDLE
RINGING = ExtensionState.RINGING
IN_CALL = ExtensionState.IN_CALL
ON_HOLD = ExtensionState.ON_HOLD


def row(
    direction: CallDirection,
    leg_id: str,
    caller: str,
    callee: str,
    *extensions: str,
    status: CallStatus = CallStatus.RINGING,
) -> TrunkCall:
    """Return a call as a query lists it."""
    return TrunkCall(
        leg_id=leg_id,
        direction=direction,
        caller=caller,
        callee=callee,
        trunk="Line",
        status=status,
        extensions=extensions,
    )


class House:
    """Gives tracker and call model their orders and times, and notes what happened."""

    def __init__(self, shape: Shape = Shape.FLAT) -> None:
        """Start with idle phones."""
        self.shape = shape
        self.book = Calls(NUMBERS.__contains__)
        self.tracker = CallTracker(self.book)
        self.states: dict[str, ExtensionState | None] = dict.fromkeys(NUMBERS, IDLE)
        self.now = float(EPOCH)
        self.order = 0
        self.events: list[CallEvent] = []

    def send(self) -> int:
        """Return the order of what is sent or arrives now."""
        self.order += 1
        return self.order

    def apply(self, events: Iterable[PbxEvent], order: int) -> None:
        """Let the model learn from events, one after the other."""
        for event in events:
            moment = Moment(steady=self.now, wall=self.now)
            self.events += self.book.apply(event, order, moment)

    def report(self, *lines: Line, after: float = 0) -> list[CallEvent]:
        """Let reports come, one at once after the other."""
        self.wait(after)
        before = len(self.events)
        for line in lines:
            report = parse_report(line.body(self.shape))
            self.apply(self.tracker.from_report(report), self.send())
        return self.events[before:]

    def phone(self, number: str, state: ExtensionState) -> None:
        """Let an extension report its state."""
        self.states[number] = state
        self.apply(self.tracker.from_states(number, self.states), self.send())

    def dial(
        self,
        call_id: str,
        caller: str,
        callee: str,
        direction: CallDirection = CallDirection.OUTBOUND,
    ) -> None:
        """Dial by the API."""
        dialled = CallDialled(
            call_id=call_id, direction=direction, caller=caller, callee=callee
        )
        self.apply(self.tracker.dialled(dialled), self.send())

    def refuse(self, call_id: str) -> None:
        """Refuse a call by the API."""
        self.apply([CallRefused(call_id=call_id)], self.send())

    def move(self, call_id: str) -> None:
        """Transfer a call by the API."""
        self.apply([CallMoved(call_id=call_id)], self.send())

    def poll(
        self,
        *rows: TrunkCall,
        after: float = 10,
        order: int | None = None,
        complete: bool = True,
    ) -> None:
        """Ask for the calls on trunks."""
        self.wait(after)
        order = self.send() if order is None else order
        listings = [
            Listing(
                items=tuple(row for row in rows if row.direction is direction),
                complete=complete,
            )
            for direction in (CallDirection.INBOUND, CallDirection.OUTBOUND)
        ]
        events = self.tracker.from_queries(
            listings[0], listings[1], self.states, order=order, steady=self.now
        )
        self.apply(events, order)
        self.events += self.book.tick(self.now)

    def wait(self, seconds: float = 5) -> None:
        """Let time pass, and do what is due."""
        until = self.now + seconds
        while (due := self.book.next_due) is not None and due <= until:
            self.now = max(due, self.now)
            self.events += self.book.tick(self.now)
        self.now = until

    @property
    def call(self) -> Call:
        """Return the only living call."""
        (call,) = self.book.living.values()
        return call

    @property
    def record(self) -> Call:
        """Return the only call that is over, when none lives."""
        assert not self.book.living
        (call,) = self.book.log.values()
        return call

    @property
    def happened(self) -> list[tuple[str, ...]]:
        """Return what happened, and to whom."""
        return list(self._happened())

    def _happened(self) -> Iterator[tuple[str, ...]]:
        for event in self.events:
            what = event.type if event.whole else f"{event.type} alone"
            yield (str(what), *event.extensions)

    def count(self, event_type: CallEventType) -> int:
        """Return how often something happened to a call as a whole."""
        return sum(event.type is event_type and event.whole for event in self.events)
