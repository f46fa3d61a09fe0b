"""A house whose calls a test follows."""

from collections.abc import Iterator

from custom_components.yeastar.pbx import (
    CallDirection,
    CallStatus,
    ExtensionState,
    Listing,
    TrunkCall,
    parse_report,
)
from custom_components.yeastar.pbx.calls.model import (
    Call,
    CallBook,
    CallEvent,
    CallEventType,
)

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
    """Return a call as a query shows it."""
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
    """Gives a call book its orders and times, and remembers what happened."""

    def __init__(self, shape: Shape = Shape.FLAT) -> None:
        """Start with idle phones."""
        self.shape = shape
        self.book = CallBook(NUMBERS.__contains__)
        self.states: dict[str, ExtensionState | None] = dict.fromkeys(NUMBERS, IDLE)
        self.now = float(EPOCH)
        self.order = 0
        self.events: list[CallEvent] = []

    def send(self) -> int:
        """Return the order of what is sent or arrives now."""
        self.order += 1
        return self.order

    def report(self, *lines: Line, after: float = 0) -> list[CallEvent]:
        """Let reports come, one at once after the other."""
        self.wait(after)
        before = len(self.events)
        for line in lines:
            report = parse_report(line.body(self.shape))
            self.events += self.book.apply_report(report, self.send(), self.now)
        return self.events[before:]

    def phone(self, number: str, state: ExtensionState) -> None:
        """Let an extension report its state."""
        self.states[number] = state
        self.events += self.book.apply_states(
            number, self.states, self.send(), self.now
        )

    def dial(
        self,
        call_id: str,
        caller: str,
        callee: str,
        direction: CallDirection = CallDirection.OUTBOUND,
    ) -> None:
        """Dial by the API."""
        self.events += self.book.dialled(
            call_id, direction, caller, callee, order=self.send(), now=self.now
        )

    def poll(
        self,
        *rows: TrunkCall,
        after: float = 10,
        order: int | None = None,
        complete: bool = True,
    ) -> None:
        """Ask for the calls on trunks."""
        self.wait(after)
        listings = [
            Listing(
                items=tuple(row for row in rows if row.direction is direction),
                complete=complete,
            )
            for direction in (CallDirection.INBOUND, CallDirection.OUTBOUND)
        ]
        self.events += self.book.apply_poll(
            listings[0],
            listings[1],
            self.states,
            order=self.send() if order is None else order,
            now=self.now,
        )

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
