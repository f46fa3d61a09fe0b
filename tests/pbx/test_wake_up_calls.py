"""Wake-up calls: what is sent for them, what is read of them, when they come."""

from dataclasses import replace
from datetime import datetime, time
import json

from hypothesis import given, strategies as st
import pytest

from custom_components.yeastar.pbx.errors import PbxProtocolError, PbxRefusedError
from custom_components.yeastar.pbx.models import Repeat, WakeUpCall
from custom_components.yeastar.pbx.s_series.client import SSeriesClient
from custom_components.yeastar.pbx.s_series.wake_up_operations import (
    CHUNK,
    key_of,
    read_wake_up_call,
    write_wake_up_call,
)
from custom_components.yeastar.pbx.wire import Json
from tests.simulator import Simulator

from .conftest import Box, answer
from .samples import named

pytestmark = pytest.mark.usefixtures("socket_enabled")

ONCE = WakeUpCall(
    extension="1000", time=time(0, 45), repeat=Repeat.ONCE, attempts=3, interval=5
)
NOON: dict[str, Json] = {"time": "12:00", "type": "onetime"}
READ = replace(ONCE, prompt="macroform-cold_day")
DAILY = WakeUpCall(extension="1000", time=time(7), repeat=Repeat.DAILY, prompt="111")
SCHOOL = WakeUpCall(
    extension="1002",
    time=time(6, 30),
    repeat=Repeat.WEEKDAYS,
    weekdays=frozenset({1, 2, 3, 4, 5}),
)


@pytest.mark.parametrize("ids", [False, True], ids=["by time", "by id"])
async def test_wake_up_calls_come_and_go(
    ids: bool, pbx: Simulator, client: SSeriesClient
) -> None:
    """By old and by new firmware."""
    pbx.quirks.alarm_ids = ids
    for call in (ONCE, DAILY, SCHOOL):
        await client.create_wake_up_call(call)

    listing = await client.wake_up_calls(["1000", "1002", "1003"])

    assert listing.complete
    once, daily, school = listing.items
    assert [bool(call.id) for call in listing.items] == [ids] * 3
    assert replace(once, id="") == READ
    assert replace(daily, id="") == DAILY
    assert replace(school, id="", prompt="") == SCHOOL
    later = replace(DAILY, time=time(8, 15), repeat=Repeat.WEEKDAYS)
    await client.update_wake_up_call(daily, replace(later, weekdays=frozenset({0, 6})))
    await client.delete_wake_up_call(once)
    (left,) = (await client.wake_up_calls(["1000"])).items
    assert (left.time, left.repeat, left.weekdays) == (
        time(8, 15),
        Repeat.WEEKDAYS,
        frozenset({0, 6}),
    )


async def test_only_the_one_that_is_meant_is_removed(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Newer firmware would remove all of them if only a time was named."""
    pbx.quirks.alarm_ids = True
    await client.create_wake_up_call(ONCE)
    await client.create_wake_up_call(DAILY)
    once, daily = (await client.wake_up_calls(["1000"])).items

    await client.delete_wake_up_call(once)

    assert pbx.requests[-1].body == {"extid": "1000", "time": "00:45", "wakeupid": "1"}
    assert (await client.wake_up_calls(["1000"])).items == (daily,)


@pytest.mark.parametrize(
    ("call", "number"),
    [
        (replace(ONCE, extension="9"), "10006"),
        (replace(ONCE, attempts=4), "10020"),
        (replace(ONCE, prompt="nothing"), "10020"),
        (replace(ONCE, repeat=Repeat.WEEKDAYS), "10020"),
        (DAILY, "10022"),
    ],
)
async def test_a_wrong_wake_up_call_is_refused(
    call: WakeUpCall, number: str, client: SSeriesClient
) -> None:
    """With the PBX's own number."""
    await client.create_wake_up_call(DAILY)

    with pytest.raises(PbxRefusedError, match=number):
        await client.create_wake_up_call(call)


async def test_one_that_is_gone_cannot_be_changed(client: SSeriesClient) -> None:
    """Nor removed."""
    with pytest.raises(PbxRefusedError, match="10021"):
        await client.update_wake_up_call(ONCE, DAILY)
    with pytest.raises(PbxRefusedError, match="10021"):
        await client.delete_wake_up_call(ONCE)


async def test_many_extensions_are_asked_for_in_chunks(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """One that has none is not in the answer; if nobody has any, there is no list."""
    numbers = [str(2000 + index) for index in range(CHUNK + 1)]
    for number in numbers:
        pbx.add_extension(number)
    last = replace(READ, extension=numbers[-1])
    await client.create_wake_up_call(last)

    listing = await client.wake_up_calls(numbers)

    assert listing.complete
    assert listing.items == (last,)
    asked = [r.body for r in pbx.requests if r.endpoint == "wakeupcall/query"]
    assert [len(body["extid"].split(",")) for body in asked] == [CHUNK, 1]


async def test_firmware_that_takes_one_extension_at_a_time_is_asked_so(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """It takes a list for an unknown extension, which is tried once."""
    pbx.quirks.one_wake_up_query = True
    await client.create_wake_up_call(READ)
    numbers = [READ.extension, "1002", "1003"]

    for _ in range(2):
        listing = await client.wake_up_calls(numbers)
        assert (listing.items, listing.complete) == ((READ,), True)

    asked = [r.body["extid"] for r in pbx.requests if r.endpoint == "wakeupcall/query"]
    assert asked == [",".join(numbers), *numbers, *numbers]


async def test_an_extension_that_is_gone_hides_no_wake_up_call_of_others(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """The others are asked for alone, this time."""
    await client.create_wake_up_call(READ)

    for _ in range(2):
        listing = await client.wake_up_calls(["1999", READ.extension])
        assert (listing.items, listing.complete) == ((READ,), False)


async def test_the_answer_of_the_guide_is_read(
    box: Box, box_client: SSeriesClient
) -> None:
    """It lacks its last brace."""
    (printed,) = named("response", "wakeupcall/query")
    box.answers["wakeupcall/query"] = answer(printed.raw + "}")

    assert (await box_client.wake_up_calls(["1000"])).items == (READ,)


@pytest.mark.parametrize(
    "wakeups",
    [
        '[{"extid":"1000","wakeup":[{"time":"00:45"}]}]',
        '[{"wakeup":[{"time":"00:45","type":"onetime"}]}]',
        '[{"extid":"1000","wakeup":[7]}]',
        '"none"',
    ],
)
async def test_what_makes_no_sense_costs_completeness(
    wakeups: str, box: Box, box_client: SSeriesClient
) -> None:
    """There may be wake-up calls that nobody could read."""
    body = f'{{"status":"Success","wakeups":{wakeups}}}'
    box.answers["wakeupcall/query"] = answer(body)

    listing = await box_client.wake_up_calls(["1000"])

    assert (listing.items, listing.complete) == ((), False)


@pytest.mark.parametrize("wakeups", ["[]", '[{"extid":"1000","wakeup":[]}]', '""'])
async def test_nothing_is_no_wake_up_call(
    wakeups: str, box: Box, box_client: SSeriesClient
) -> None:
    """However a box writes it."""
    body = f'{{"status":"Success","wakeups":{wakeups}}}'
    box.answers["wakeupcall/query"] = answer(body)

    listing = await box_client.wake_up_calls(["1000"])

    assert (listing.items, listing.complete) == ((), True)


# Reading one


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"time": "7:05"}, {"time": time(7, 5)}),
        ({"time": "00.45"}, {"time": time(0, 45)}),
        ({"time": "23:59:00"}, {"time": time(23, 59)}),
        ({"type": "every day"}, {"repeat": Repeat.DAILY}),
        ({"type": "Everyday", "weekdays": "1"}, {"repeat": Repeat.DAILY}),
        (
            {"type": "custom", "weekdays": "1,2,0"},
            {"repeat": Repeat.WEEKDAYS, "weekdays": {0, 1, 2}},
        ),
        (
            {"type": "custom", "weekdays": "1234560"},
            {"repeat": Repeat.WEEKDAYS, "weekdays": set(range(7))},
        ),
        ({"type": "custom", "weekdays": 6}, {"weekdays": {6}}),
        ({"repeats": 2}, {"attempts": 2}),
        ({"repeats": ""}, {"attempts": 1}),
        ({"Repeatinterval": "10"}, {"interval": 10}),
        ({"prompt": "hello"}, {"prompt": "hello"}),
        ({"wakeupid": 9}, {"id": "9"}),
    ],
)
def test_the_words_of_all_guides_are_read(
    written: dict[str, Json], read: dict[str, object]
) -> None:
    """They differ in small ways."""
    call = read_wake_up_call("1000", {**NOON, **written})

    assert {name: getattr(call, name) for name in read} == read


@pytest.mark.parametrize(
    "written",
    [
        {"time": ""},
        {"time": "25:00"},
        {"time": "00:60"},
        {"time": "noon"},
        {"type": ""},
        {"type": "weekly"},
        {"type": "custom"},
        {"type": "custom", "weekdays": "789"},
    ],
)
def test_what_has_no_time_or_day_is_refused(written: dict[str, Json]) -> None:
    """It would never come."""
    with pytest.raises(PbxProtocolError):
        read_wake_up_call("1000", {**NOON, **written})


# Writing one


def printed(name: str) -> dict[str, Json]:
    """Return a request as the guide prints it."""
    fields: dict[str, Json] = json.loads(named("request", name)[0].raw)
    return fields


def test_a_wake_up_call_is_written_as_the_guide_prints_it() -> None:
    """In its own fields, and in those that say which one is meant."""
    later = replace(ONCE, time=time(11))

    assert {"extid": "1000", "wakeup": [write_wake_up_call(ONCE)]} == (
        printed("wakeupcall/create")
    )
    assert {**key_of(ONCE), "wakeup": [write_wake_up_call(later)]} == (
        printed("wakeupcall/update")
    )
    assert key_of(later) == printed("wakeupcall/delete")


@pytest.mark.parametrize("call", [READ, DAILY, SCHOOL], ids=["once", "daily", "school"])
def test_a_wake_up_call_that_was_written_is_read_as_it_was(call: WakeUpCall) -> None:
    """Of each kind."""
    assert read_wake_up_call(call.extension, write_wake_up_call(call)) == call


def test_a_wake_up_call_with_an_id_is_meant_by_both() -> None:
    """Firmware that misses the one it wants takes all of the extension to be meant."""
    assert key_of(replace(DAILY, id="7")) == {
        "extid": "1000",
        "time": "07:00",
        "wakeupid": "7",
    }


# When it comes


@pytest.mark.parametrize(
    ("call", "now", "moment"),
    [
        (DAILY, datetime(2026, 11, 23, 6, 59), datetime(2026, 11, 23, 7)),
        (DAILY, datetime(2026, 11, 23, 7), datetime(2026, 11, 24, 7)),
        (ONCE, datetime(2026, 12, 31, 12), datetime(2027, 1, 1, 0, 45)),
        # 27 November 2026 is a Friday.
        (SCHOOL, datetime(2026, 11, 27, 6), datetime(2026, 11, 27, 6, 30)),
        (SCHOOL, datetime(2026, 11, 27, 7), datetime(2026, 11, 30, 6, 30)),
        (
            replace(SCHOOL, weekdays=frozenset({0})),
            datetime(2026, 11, 27, 7),
            datetime(2026, 11, 29, 6, 30),
        ),
        (
            replace(SCHOOL, weekdays=frozenset({5})),
            datetime(2026, 11, 27, 7),
            datetime(2026, 12, 4, 6, 30),
        ),
    ],
)
def test_the_next_time_is_told(
    call: WakeUpCall, now: datetime, moment: datetime
) -> None:
    """By the clock of the PBX."""
    assert call.next_after(now) == moment


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2999, 1, 1)),
    st.times(),
    st.frozensets(st.integers(0, 6), min_size=1),
)
def test_the_next_time_is_at_most_a_week_away(
    now: datetime, at: time, weekdays: frozenset[int]
) -> None:
    """And never past."""
    at = at.replace(second=0, microsecond=0)
    moment = replace(SCHOOL, time=at, weekdays=weekdays).next_after(now)

    assert now < moment
    assert (moment - now).days <= 7
    assert (moment.time(), moment.isoweekday() % 7 in weekdays) == (at, True)
