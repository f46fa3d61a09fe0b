"""Until when something lasts, as it was said at five in the afternoon."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from custom_components.yeastar.voice.times import moment

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"hour": 7}, "23 19:00"),
        ({"hour": 4}, "24 04:00"),
        ({"hour": 5}, "24 05:00"),
        ({"hour": 7, "part": "am"}, "24 07:00"),
        ({"hour": 7, "part": "pm"}, "23 19:00"),
        ({"hour": 12}, "24 00:00"),
        ({"hour": 12, "part": "pm"}, "24 12:00"),
        ({"hour": 19, "minute": 30}, "23 19:30"),
        ({"hour": 0}, "24 00:00"),
        ({"hour": 24}, "24 00:00"),
        ({"half_past": 7}, "23 19:30"),
        ({"half_to": 8}, "23 19:30"),
        ({"quarter_past": 7}, "23 19:15"),
        ({"quarter_to": 8, "part": "am"}, "24 07:45"),
        ({"exact": 12}, "24 12:00"),
        ({"exact": 0}, "24 00:00"),
        ({"hours": 2}, "23 19:00"),
        ({"minutes": 30}, "23 17:30"),
    ],
)
def test_the_next_such_time(said: dict[str, int | str], meant: str) -> None:
    """Without a part of the day, the next on the face of a clock."""
    found = moment(said, NOW)
    assert found
    assert f"{found:%d %H:%M}" == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"half_past": 2}, "2027-03-28T03:00:00+02:00"),
        ({"hour": 2, "minute": 15, "part": "am"}, "2027-03-28T03:00:00+02:00"),
        ({"hours": 8}, "2027-03-28T07:00:00+02:00"),
        ({"hours": 1, "minutes": 30}, "2027-03-27T23:30:00+01:00"),
    ],
)
def test_in_the_night_of_the_clock_change(
    said: dict[str, int | str], meant: str
) -> None:
    """At ten in the evening; eight hours are eight hours."""
    zone = ZoneInfo("Europe/Berlin")
    found = moment(said, datetime(2027, 3, 27, 22, tzinfo=zone))

    assert found
    assert found.isoformat() == meant


def test_no_time() -> None:
    """Then there is no end."""
    assert moment({"state": "on", "phone": "kitchen"}, NOW) is None
