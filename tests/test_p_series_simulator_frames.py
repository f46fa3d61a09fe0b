"""Frames of the P-Series simulator that are awkward."""

from collections.abc import AsyncIterator
import json

import pytest

from .simulator.p_series.peer import Desk, desk, told

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    """Return a desk with a subscriber to everything."""
    async with desk() as one:
        yield one


async def test_a_frame_may_show_the_whole_call(at: Desk) -> None:
    """By a quirk; who left is shown once."""
    at.pbx.quirks.whole_calls = True
    at.pbx.internal_call("1000", "1002")
    at.pbx.answer("1002")
    at.pbx.hang_up("1000")
    calls = [told([t]) for t in await at.frames() if '"type":30011' in t]
    assert calls == [
        ["1000 ALERT"],
        ["1000 ALERT", "1002 RING"],
        ["1000 ALERT", "1002 ANSWER"],
        ["1000 ANSWERED", "1002 ANSWER"],
        ["1000 BYE", "1002 ANSWER"],
        ["1002 BYE"],
    ]


async def test_empty_values_may_be_blanks(at: Desk) -> None:
    """As the vendor's pages print them."""
    at.pbx.quirks.blank_values = True
    at.pbx.internal_call("1000", "1002")
    first, *_ = await at.frames()
    (member,) = json.loads(json.loads(first)["msg"])["members"]
    assert member["extension"]["call_path"] == " "
    at.pbx.hang_up("1000")
    record = json.loads(json.loads((await at.frames())[-1])["msg"])
    assert (record["recording"], record["did_number"]) == (" ", " ")


async def test_frames_may_come_twice(at: Desk) -> None:
    """By a quirk."""
    at.pbx.quirks.duplicates = 1
    at.pbx.set_presence("1000", "away")
    assert await at.told() == ["30009 1000 away"] * 2


async def test_frames_may_come_out_of_order(at: Desk) -> None:
    """Of two that come together the second overtakes; a single one just comes."""
    at.pbx.quirks.swaps = True
    at.pbx.internal_call("1000", "1002")
    assert await at.told() == [
        "1002 RING",
        "1000 ALERT",
        "30008 1002 Ringing",
        "30008 1000 Busy",
    ]
    at.pbx.set_presence("1000", "away")
    assert await at.told() == ["30009 1000 away"]


async def test_a_frame_may_come_after_the_record(at: Desk) -> None:
    """The last 30011 of the call, once more."""
    at.pbx.quirks.late_frames = True
    at.pbx.internal_call("1000", "1002")
    at.pbx.hang_up("1000")
    lines = await at.told()
    assert lines[-2:] == ["30012 NO ANSWER 1000>1002", "1002 BYE"]


async def test_any_text_can_be_sent(at: Desk) -> None:
    """To look at how clients bear it."""
    at.pbx.send_report("{nonsense")
    at.pbx.send_event(30099, {"x": 1})
    assert await at.frames() == ["{nonsense"]
    await at.socket.subscribe([30099])
    at.pbx.send_event(30099, {"x": 1})
    (text,) = await at.frames()
    assert json.loads(text)["msg"] == '{"x":1}'
