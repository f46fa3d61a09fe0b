"""Reports by chance, one after the other, and polls and time between them."""

from random import Random

from hypothesis import given, settings, strategies as st

from custom_components.yeastar.pbx import (
    CallDirection,
    CallStatus,
    ExtensionState,
    Listing,
    PbxProtocolError,
    TrunkCall,
    parse_report,
)
from custom_components.yeastar.pbx.calls.model import CallBook

from .bodies import NUMBERS, REPORTS, spoiled
from .invariants import broken

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


def happen(random: Random, book: CallBook, order: int, now: float) -> None:
    """Let one thing happen to a call book."""
    states = {phone: random.choice([*ExtensionState, None]) for phone in PHONES}
    match random.randrange(10):
        case 0:
            book.tick(now)
        case 1:
            book.apply_states(random.choice(PHONES), states, order, now)
        case 2 | 3:
            book.apply_poll(
                a_list(random, CallDirection.INBOUND),
                a_list(random, CallDirection.OUTBOUND),
                states,
                order=order - random.randrange(3),
                now=now,
            )
        case 4:
            call_id, caller, callee = random.sample(NUMBERS, 3)
            direction = random.choice(list(CallDirection))
            book.dialled(call_id, direction, caller, callee, order=order, now=now)
        case 5:
            random.choice((book.refused, book.moved))(random.choice(NUMBERS), now)
        case _:
            try:
                report = parse_report(spoiled(REPORTS, random))
            except PbxProtocolError:
                return
            book.apply_report(report, order, now)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.7, 4.0, 200.0]))
def test_nothing_breaks_the_book(seed: int, pace: float) -> None:
    """Whatever comes, in whatever order."""
    random = Random(seed)  # noqa: S311
    book = CallBook(PHONES.__contains__)
    now = 1_495_700_976.0
    for order in range(3, 40):
        happen(random, book, order, now)
        assert not broken(book)
        now += random.random() * pace
