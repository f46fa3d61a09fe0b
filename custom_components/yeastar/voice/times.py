"""Reads the end of a pause from what was said."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from ..local_time import after, next_of

SLOTS = (
    "hour",
    "minute",
    "half_past",
    "half_to",
    "quarter_past",
    "quarter_to",
    "exact",
    "hours",
    "minutes",
    "part",
)
_NOON = 12
# Minutes after the hour that was named.
_PARTS_OF_AN_HOUR = {
    "hour": 0,
    "half_past": 30,
    "half_to": -30,
    "quarter_past": 15,
    "quarter_to": -15,
}


def moment(said: Mapping[str, int | str], now: datetime) -> datetime | None:
    """Return the moment that was said, None if none was.

    Without a part of the day, seven is the next seven, of the clock with twelve
    hours; thirteen and what is more can only be one.
    """
    lasting = timedelta(
        hours=int(said.get("hours", 0)), minutes=int(said.get("minutes", 0))
    )
    if lasting:
        return after(now, lasting)
    if "exact" in said:
        return next_of([_time(int(said["exact"]) * 60)], now)
    for key, offset in _PARTS_OF_AN_HOUR.items():
        if key in said:
            hour = int(said[key])
            minutes = hour * 60 + offset + int(said.get("minute", 0))
            meant = _meant(hour, minutes, str(said.get("part", "")))
            return next_of(map(_time, meant), now)
    return None


def _meant(hour: int, minutes: int, part: str) -> list[int]:
    """Return the minutes of the day that may be meant."""
    if hour == 0 or hour > _NOON:
        return [minutes]
    morning = minutes - _NOON * 60 if hour == _NOON else minutes
    return {"am": [morning], "pm": [morning + _NOON * 60]}.get(
        part, [morning, morning + _NOON * 60]
    )


def _time(minutes: int) -> time:
    """Return a time of day by its minutes, which may be beyond midnight."""
    return time(minutes % 1440 // 60, minutes % 60)
