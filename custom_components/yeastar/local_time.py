"""Times of day that a person names, in nights in which the clocks change as well."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

_MINUTE = timedelta(minutes=1)


def next_of(times: Iterable[time], now: datetime) -> datetime:
    """Return which of some times of day comes first after a moment.

    One that does not exist, since the clocks are put forward, is the first moment
    after the gap; one that exists twice may be the second.
    """
    return min(
        moment
        for at in times
        for days in (0, 1)
        for fold in (0, 1)
        if _utc(
            moment := existing(
                datetime.combine(
                    now.date() + timedelta(days=days), at, now.tzinfo
                ).replace(fold=fold)
            )
        )
        > _utc(now)
    )


def after(now: datetime, lasting: timedelta) -> datetime:
    """Return the moment at which a duration is over, also if the clocks change meanwhile."""
    return (_utc(now) + lasting).astimezone(now.tzinfo)


def existing(moment: datetime) -> datetime:
    """Return a local time, or the first that exists after it."""
    found = _utc(moment).astimezone(moment.tzinfo)
    if found.replace(tzinfo=None) == moment.replace(tzinfo=None):
        return moment
    # With fold=0 it was read by the offset before the gap, so that it is after it.
    found = _utc(moment.replace(fold=0, second=0, microsecond=0))
    found = found.astimezone(moment.tzinfo)
    while (before := after(found, -_MINUTE)).utcoffset() == found.utcoffset():
        found = before
    return found


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
