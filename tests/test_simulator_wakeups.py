"""The simulator's wake-up calls, as strict as the guide."""

from typing import Any

import pytest

from .simulator.peer import Desk, desk

pytestmark = pytest.mark.usefixtures("socket_enabled")

ONCE = {"time": "00:45", "type": "onetime", "repeats": "3", "repeatinterval": "5"}
SHOWN = {**ONCE, "prompt": "macroform-cold_day"}


async def create(d: Desk, extid: str = "1000", **changes: str) -> str:
    """Add an alarm and return the errno, or `Success`."""
    wakeup = [{**ONCE, **changes}]
    return await d.api.errno("wakeupcall/create", extid=extid, wakeup=wakeup)


async def alarms(d: Desk, extid: str = "1000") -> list[dict[str, Any]]:
    """Return the alarms of one extension."""
    answer = await d.api.ask("wakeupcall/query", extid=extid)
    return [alarm for row in answer.get("wakeups", []) for alarm in row["wakeup"]]


async def test_an_alarm_is_added_and_listed() -> None:
    """With the PBX's own prompt where none was named."""
    async with desk() as d:
        assert await create(d) == "Success"
        answer = await d.api.ask("wakeupcall/query", extid="1000")
        assert answer == {
            "status": "Success",
            "wakeups": [{"extid": "1000", "wakeup": [SHOWN]}],
        }


async def test_only_the_first_alarm_counts() -> None:
    """As the guide says."""
    async with desk() as d:
        two = [ONCE, {**ONCE, "time": "01:00"}]
        await d.api.ask("wakeupcall/create", extid="1000,1002", wakeup=two)
        assert await alarms(d, "1000,1002") == [SHOWN, SHOWN]


async def test_without_alarms_there_is_no_list() -> None:
    """Only the result."""
    async with desk() as d:
        assert await d.api.ask("wakeupcall/query", extid="1000") == {
            "status": "Success"
        }
        await create(d, "1002")
        answer = await d.api.ask("wakeupcall/query", extid="all")
        assert [row["extid"] for row in answer["wakeups"]] == ["1002"]


@pytest.mark.parametrize("extid", ["1000,1002", "all", "1000,1000"])
async def test_a_box_may_be_asked_for_one_extension_at_a_time(extid: str) -> None:
    """A list is no extension then."""
    async with desk() as d:
        d.pbx.quirks.one_wake_up_query = True
        await create(d)
        assert await d.api.errno("wakeupcall/query", extid=extid) == "10006"
        assert await alarms(d, "1000") == [SHOWN]
        assert await alarms(d, "1002") == []


@pytest.mark.parametrize(
    "changes",
    [
        {"time": "24:00"},
        {"time": "7:00"},
        {"time": "07:60"},
        {"type": "weekly"},
        {"type": "custom"},
        {"type": "custom", "weekdays": "7"},
        {"type": "custom", "weekdays": "12"},
        {"weekdays": "x", "type": "custom"},
        {"repeats": "0"},
        {"repeats": "4"},
        {"repeatinterval": "0"},
        {"prompt": "nothing"},
        {"name": "x"},
    ],
    ids=str,
)
async def test_a_wrong_alarm_is_refused(changes: dict[str, str]) -> None:
    """10020 for all of them."""
    async with desk() as d:
        assert await create(d, **changes) == "10020"
        assert await alarms(d) == []


@pytest.mark.parametrize("wakeup", [None, [], "x", [1], {}], ids=str)
async def test_an_alarm_is_needed(wakeup: object) -> None:
    """Of its own kind."""
    async with desk() as d:
        fields = {"extid": "1000", "wakeup": wakeup}
        assert await d.api.errno("wakeupcall/create", **fields) == "10020"


async def test_extensions_have_to_exist() -> None:
    """All that are named."""
    async with desk() as d:
        assert await create(d, "1000,9") == "10006"
        assert await d.api.errno("wakeupcall/query", extid="9") == "10006"
        assert await alarms(d) == []


async def test_there_are_no_two_alarms_at_one_time() -> None:
    """10022, by adding or by changing."""
    async with desk() as d:
        await create(d)
        assert await create(d, type="everyday") == "10022"
        await create(d, time="01:00")
        fields = {"extid": "1000", "time": "01:00", "wakeup": [ONCE]}
        assert await d.api.errno("wakeupcall/update", **fields) == "10022"


async def test_an_alarm_is_changed_by_its_time() -> None:
    """What is left out stays."""
    async with desk() as d:
        await create(d)
        fields = {"extid": "1000", "time": "00:45", "wakeup": [{"time": "11:00"}]}
        assert await d.api.errno("wakeupcall/update", **fields) == "Success"
        assert await alarms(d) == [{**SHOWN, "time": "11:00"}]
        assert await d.api.errno("wakeupcall/update", **fields) == "10021"


async def test_an_alarm_is_removed_by_its_time() -> None:
    """Without a time all of the extension go."""
    async with desk() as d:
        for time in ("01:00", "02:00", "03:00"):
            await create(d, time=time)
        gone = {"extid": "1000", "time": "02:00"}
        assert await d.api.errno("wakeupcall/delete", **gone) == "Success"
        assert [alarm["time"] for alarm in await alarms(d)] == ["01:00", "03:00"]
        assert await d.api.errno("wakeupcall/delete", **gone) == "10021"
        assert await d.api.errno("wakeupcall/delete", extid="1000") == "Success"
        assert await alarms(d) == []
        assert await d.api.errno("wakeupcall/delete", extid="1000") == "10021"


async def test_newer_firmware_knows_alarms_by_their_id() -> None:
    """Who names a time only removes them all."""
    async with desk() as d:
        d.pbx.quirks.alarm_ids = True
        await create(d)
        await create(d, time="01:00")
        assert [alarm["wakeupid"] for alarm in await alarms(d)] == ["1", "2"]
        change = {"extid": "1000", "wakeup": [{"repeats": "1"}]}
        assert await d.api.errno("wakeupcall/update", **change) == "10021"
        change["wakeupid"] = "2"
        assert await d.api.errno("wakeupcall/update", **change) == "Success"
        gone = {"extid": "1000", "wakeupid": "1"}
        assert await d.api.errno("wakeupcall/delete", **gone) == "Success"
        assert [alarm["repeats"] for alarm in await alarms(d)] == ["1"]
        await create(d, time="02:00")
        await d.api.ask("wakeupcall/delete", extid="1000", time="02:00")
        assert await alarms(d) == []


async def test_a_phone_rings_when_its_time_has_come() -> None:
    """An alarm that comes once is gone then; the prompt ends the call."""
    async with desk() as d:
        await create(d)
        await create(d, time="07:00", type="custom", weekdays="1,2,3,4,5")
        call = d.pbx.wake_up("1000", "00:45")
        d.pbx.wake_up("1000", "07:00")
        assert [alarm["time"] for alarm in await alarms(d)] == ["07:00"]
        d.pbx.answer("1000")
        d.pbx.end_prompt(call)
        assert "PlayPromptEnd" in await d.reported()
