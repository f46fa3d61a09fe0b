"""Until when something lasts, as it was said at five in the afternoon."""

from datetime import UTC, datetime

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


def test_no_time() -> None:
    """Then there is no end."""
    assert moment({"state": "on", "phone": "kitchen"}, NOW) is None
