"""Reports by chance, one after the other, and queries and time between them."""

from collections.abc import Iterable
from random import Random

from hypothesis import given, settings, strategies as st

from custom_components.yeastar.pbx.calls.model import Calls
from custom_components.yeastar.pbx.clock import Moment
from custom_components.yeastar.pbx.errors import PbxProtocolError
from custom_components.yeastar.pbx.events import (
    CallAccepted,
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
from custom_components.yeastar.pbx.s_series.call_tracker import CallTracker, States
from custom_components.yeastar.pbx.s_series.listings import TrunkCall
from custom_components.yeastar.pbx.s_series.reports import parse_report

from .bodies import NUMBERS, REPORTS, spoiled
from .invariants import broken, left_behind

PHONES = ("1000", "1002")


def a_row(random: Random, direction: CallDirection) -> TrunkCall:
    """Return a call as a query may show it."""
    return TrunkCall(
        leg_id=random.choice(NUMBERS),
        direction=direction,
        caller=random.choice(NUMBERS),
        callee=random.choice(NUMBERS),
        trunk="Line",
        status=random.choice(list(CallStatus)),
        extensions=tuple(random.sample(PHONES, random.randrange(3))),
    )


def a_list(random: Random, direction: CallDirection) -> Listing[TrunkCall]:
    """Return what a query may answer."""
    rows = tuple(a_row(random, direction) for _ in range(random.randrange(3)))
    return Listing(items=rows, complete=random.random() < 0.9)


class Pbx:
    """A call model and the tracker that finds out what to tell it.

    Attributes:
        order: grows with each thing that happens.
    """

    def __init__(self) -> None:
        """Start without calls."""
        self.book = Calls(PHONES.__contains__)
        self.tracker = CallTracker(self.book)
        self.order = 3
        self.now = 1_495_700_976.0

    def apply(self, events: Iterable[PbxEvent], order: int) -> None:
        """Let the model learn from events, each before the next is asked for."""
        for event in events:
            self.book.apply(event, order, Moment(steady=self.now, wall=self.now))

    def ask(self, random: Random, states: States) -> None:
        """Ask for the living calls, perhaps before other things happened."""
        order = self.order - random.randrange(3)
        events = self.tracker.from_queries(
            a_list(random, CallDirection.INBOUND),
            a_list(random, CallDirection.OUTBOUND),
            states,
            order=order,
            steady=self.now,
        )
        self.apply(events, order)
        assert not left_behind(self.book, self.tracker)


def happen(random: Random, pbx: Pbx) -> None:
    """Let one thing happen."""
    states = {phone: random.choice([*ExtensionState, None]) for phone in PHONES}
    match random.randrange(10):
        case 0:
            pbx.book.tick(pbx.now)
        case 1:
            events = pbx.tracker.from_states(random.choice(PHONES), states)
            pbx.apply(events, pbx.order)
        case 2 | 3:
            pbx.ask(random, states)
        case 4:
            call_id, caller, callee = random.sample(NUMBERS, 3)
            dialled = CallDialled(
                call_id=call_id,
                direction=random.choice(list(CallDirection)),
                caller=caller,
                callee=callee,
            )
            pbx.apply(pbx.tracker.dialled(dialled), pbx.order)
        case 5:
            done = random.choice((CallAccepted, CallRefused, CallMoved))
            pbx.apply([done(call_id=random.choice(NUMBERS))], pbx.order)
        case _:
            try:
                report = parse_report(spoiled(REPORTS, random))
            except PbxProtocolError:
                return
            pbx.apply(pbx.tracker.from_report(report), pbx.order)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.7, 4.0, 200.0]))
def test_nothing_breaks_the_book(seed: int, pace: float) -> None:
    """Whatever comes, in whatever order."""
    random = Random(seed)  # noqa: S311
    pbx = Pbx()
    for pbx.order in range(3, 40):
        happen(random, pbx)
        assert not broken(pbx.book, pbx.tracker)
        pbx.now += random.random() * pace
