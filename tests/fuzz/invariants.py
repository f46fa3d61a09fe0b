"""What holds of the call model and of its tracker at any time."""

from collections.abc import Iterator

from custom_components.yeastar.pbx.calls import model
from custom_components.yeastar.pbx.calls.model import Calls
from custom_components.yeastar.pbx.s_series.call_tracker import CallTracker


def broken(book: Calls, tracker: CallTracker) -> list[str]:
    """Return what does not hold."""
    return [
        *_bounds(book),
        *_lives(book),
        *_offers(book),
        *_indexes(book),
        *_listed_only(tracker),
    ]


def left_behind(book: Calls, tracker: CallTracker) -> list[str]:
    """Return what the tracker did not forget at a query, though it is over."""
    return [
        *(f"phones of {c} are kept" for c in tracker._phones if not book.lives(c)),
        *(
            f"{leg_ids} are known by queries, but are not there"
            for leg_ids in tracker._listed_only.values()
            if not all(map(book.seen_of, leg_ids))
        ),
    ]


def _bounds(book: Calls) -> Iterator[str]:
    if len(book._entries) > model.MAX_LIVING:
        yield "too many live"
    if len(book._tombstones) > model.MAX_TOMBSTONES:
        yield "too many tombstones"
    if len(book.log) > model.MAX_LOG:
        yield "the log is too long"
    if book._events:
        yield "events are left that nobody was told"


def _lives(book: Calls) -> Iterator[str]:
    for call_id, entry in book._entries.items():
        if entry.call_id != call_id or entry.ended is not None:
            yield f"{call_id} is kept as living, and is not"
    for call_id, entry in book._tombstones.items():
        if entry.call_id != call_id or entry.ended is None:
            yield f"{call_id} is kept as ended, and is not"
    if both := book._entries.keys() & book._tombstones.keys():
        yield f"{both} live and ended"
    if strangers := book.living.keys() - book._entries.keys():
        yield f"{strangers} are shown, but are not there"
    if both := book.living.keys() & book.log.keys():
        yield f"{both} live and are in the log"
    for shown, lives in ((book.living, True), (book.log, False)):
        for call_id, call in shown.items():
            if call.call_id != call_id or (call.ended is None) is not lives:
                yield f"{call_id} is shown as what it is not"
    if strangers := book._due.keys() - book._entries.keys() - book._tombstones.keys():
        yield f"{strangers} are due, but are not there"


def _offers(book: Calls) -> Iterator[str]:
    offered = {
        call_id
        for call_id, entry in book._entries.items()
        if entry.seen.offered is not None
    }
    if offered != book._offers.keys():
        yield f"offers without an end, or ends without an offer: {offered}"
    for call_id, call in book.living.items():
        if (call.offered_until is None) is (call_id in offered):
            yield f"{call_id} is shown as offered, and is not, or the other way round"


def _listed_only(tracker: CallTracker) -> Iterator[str]:
    if not all(tracker._listed_only.values()):
        yield "a pair of numbers is known by queries for no call"


def _indexes(book: Calls) -> Iterator[str]:
    there = book._entries.keys() | book._tombstones.keys()
    for alias, call_id in book._by_alias.items():
        if call_id not in there:
            yield f"{alias} means {call_id}, which is not there"
    shown = {
        (number, call_id)
        for call_id, call in book.living.items()
        for number in call.extensions
    }
    indexed = {
        (number, call_id)
        for number, call_ids in book._by_extension.items()
        for call_id in call_ids
    }
    if shown != indexed:
        yield f"who is in which call is not known: {shown ^ indexed}"
