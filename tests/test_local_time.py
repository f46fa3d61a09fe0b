"""Times of day in the nights in which the clocks change."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.yeastar.local_time import after, existing, next_of

BERLIN = ZoneInfo("Europe/Berlin")
SPRING = "2027-03-27T22:00:00+01:00"
AUTUMN = "2027-10-30T22:00:00+02:00"


def local(moment: str, zone: ZoneInfo = BERLIN) -> datetime:
    """Return a moment as the clocks of a place show it."""
    return datetime.fromisoformat(moment).astimezone(zone)


@pytest.mark.parametrize(
    ("now", "at", "meant"),
    [
        (SPRING, "22:30", "2027-03-27T22:30:00+01:00"),
        (SPRING, "01:59:59", "2027-03-28T01:59:59+01:00"),
        (SPRING, "02:00", "2027-03-28T03:00:00+02:00"),
        (SPRING, "02:30", "2027-03-28T03:00:00+02:00"),
        (SPRING, "02:59:59", "2027-03-28T03:00:00+02:00"),
        (SPRING, "03:00", "2027-03-28T03:00:00+02:00"),
        (SPRING, "06:00", "2027-03-28T06:00:00+02:00"),
        ("2027-03-28T03:00:00+02:00", "02:30", "2027-03-29T02:30:00+02:00"),
        (AUTUMN, "02:30", "2027-10-31T02:30:00+02:00"),
        ("2027-10-31T02:45:00+02:00", "02:30", "2027-10-31T02:30:00+01:00"),
        ("2027-10-31T02:45:00+01:00", "02:30", "2027-11-01T02:30:00+01:00"),
        (AUTUMN, "06:00", "2027-10-31T06:00:00+01:00"),
    ],
)
def test_the_next_such_time(now: str, at: str, meant: str) -> None:
    """A time that does not exist is the first moment after the gap."""
    found = next_of([time.fromisoformat(at)], local(now))

    assert found.isoformat() == meant


def test_the_first_of_several_times() -> None:
    """By the time that passes, not by the face of the clock."""
    meant = next_of([time(2, 59), time(2, 10), time(14, 30)], local(SPRING))

    assert meant.isoformat() == "2027-03-28T03:00:00+02:00"


@pytest.mark.parametrize(
    ("zone", "given", "meant"),
    [
        # Half an hour, an hour at midnight, and a whole day that was left out.
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-04T02:30:00+11:00"),
        ("Africa/Cairo", "2026-04-24 00:30", "2026-04-24T01:00:00+03:00"),
        ("Pacific/Apia", "2011-12-30 12:00", "2011-12-31T00:00:00+14:00"),
        ("Europe/Berlin", "2026-12-01 02:30", "2026-12-01T02:30:00+01:00"),
    ],
)
def test_a_date_and_time_that_does_not_exist(zone: str, given: str, meant: str) -> None:
    """In all places of the world, the first moment after the gap."""
    moment = datetime.fromisoformat(given).replace(tzinfo=ZoneInfo(zone))

    assert existing(moment).isoformat() == meant
    assert existing(moment.replace(fold=1)).isoformat() == meant


@pytest.mark.parametrize(
    ("now", "meant"),
    [
        (SPRING, "2027-03-28T07:00:00+02:00"),
        (AUTUMN, "2027-10-31T05:00:00+01:00"),
    ],
)
def test_eight_hours_are_eight_hours(now: str, meant: str) -> None:
    """Though the clocks show seven or nine more."""
    assert after(local(now), timedelta(hours=8)).isoformat() == meant
