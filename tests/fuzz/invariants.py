"""What holds of a call book at any time."""

from collections.abc import Iterator

from custom_components.yeastar.pbx.calls import model
from custom_components.yeastar.pbx.calls.model import CallBook


def broken(book: CallBook) -> list[str]:
    """Return what does not hold."""
    return [*_bounds(book), *_lives(book), *_indexes(book)]


def _bounds(book: CallBook) -> Iterator[str]:
    if len(book._entries) > model.MAX_LIVING:
        yield "too many live"
    if len(book._tombstones) > model.MAX_TOMBSTONES:
        yield "too many tombstones"
    if len(book.log) > model.MAX_LOG:
        yield "the log is too long"
    if book._events:
        yield "events are left that nobody was told"


def _lives(book: CallBook) -> Iterator[str]:
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


def _indexes(book: CallBook) -> Iterator[str]:
    there = book._entries.keys() | book._tombstones.keys()
    for alias, call_id in book._by_alias.items():
        if call_id not in there:
            yield f"{alias} means {call_id}, which is not there"
    for leg_ids in book._polled.values():
        if not leg_ids or leg_ids - there:
            yield f"{leg_ids} are known by polls, but are not there"
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
