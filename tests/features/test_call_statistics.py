"""Long-term statistics of calls, in the database of Home Assistant."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
import time
from typing import Any

from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.statistics import (
    list_statistic_ids,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.yeastar.features import call_statistics
from custom_components.yeastar.pbx.calls.call import Call
from tests.helpers import deliver, pass_time
from tests.simulator import Simulator

SOON = 6
HOUR, DAY = 3600, 86400
MUM, DAD, TRUNK = "5503301", "5503302", "SIP-142"

type Rows = list[tuple[int, float, float]]


@pytest.fixture(autouse=True)
def custom_integrations(
    recorder_mock: Recorder, enable_custom_integrations: None
) -> None:
    """Start a recorder before anything else."""


@pytest.fixture
async def installed(
    hass: HomeAssistant,
    reachable: None,
    pbx: Simulator,
    entry: MockConfigEntry,
) -> AsyncGenerator[MockConfigEntry]:
    """Return an entry that is not set up yet, beside a recorder."""
    assert await async_setup_component(hass, "homeassistant", {})
    entry.add_to_hass(hass)
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


def add(pbx: Simulator, hours_ago: int, caller: str = MUM, **fields: Any) -> str:
    """Let the PBX have had a call in the middle of an hour."""
    start = (time.time() // HOUR - hours_ago) * HOUR + HOUR / 2
    fields = {"source_trunk": TRUNK, "callto": "1000", **fields}
    return pbx.add_record(start, caller, **fields).callid


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set the entry up and let everything be written that is known by then."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await pass_time(hass, SOON)
    await write(hass)


async def write(hass: HomeAssistant) -> None:
    """Let everything be written that is known by now."""
    await pass_time(hass, call_statistics.GATHER + 1)
    await async_wait_recording_done(hass)


async def rows(hass: HomeAssistant, name: str) -> Rows:
    """Return how many hours ago, how many, and how many so far."""
    statistic_id = f"yeastar:369364835218_{name}"
    now = time.time() // HOUR
    found = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        hass,
        datetime.now(UTC) - timedelta(days=60),
        None,
        {statistic_id},
        "hour",
        None,
        {"state", "sum"},
    )
    return [
        (int(now - row["start"] // HOUR), row["state"] or 0.0, row["sum"] or 0.0)
        for row in found.get(statistic_id, [])
    ]


async def described(hass: HomeAssistant) -> dict[str, Any]:
    """Return what is told of each statistic."""
    found = await get_instance(hass).async_add_executor_job(list_statistic_ids, hass)
    return {row["statistic_id"]: row for row in found if row["source"] == "yeastar"}


async def test_calls_from_before_the_installation_are_counted(
    hass: HomeAssistant, pbx: Simulator, installed: MockConfigEntry
) -> None:
    """Hour by hour, in, out, missed and how long they talked."""
    add(pbx, 50, duration=130, talked=120)
    add(pbx, 50, status="NO ANSWER")
    add(pbx, 20, "1000", callto=DAD, type="Outbound", source_trunk="", talked=30)
    await set_up(hass, installed)

    assert await rows(hass, "calls_in") == [(50, 2, 2)]
    assert await rows(hass, "calls_out") == [(20, 1, 1)]
    assert await rows(hass, "missed_calls") == [(50, 1, 1)]
    assert await rows(hass, "talk_minutes") == [(50, 2, 2), (20, 0.5, 2.5)]


async def test_each_phone_is_counted(
    hass: HomeAssistant, pbx: Simulator, installed: MockConfigEntry
) -> None:
    """With its calls inside the house as well."""
    add(pbx, 50, duration=130, talked=120)
    add(pbx, 40, "1000", callto="1002", type="Internal", source_trunk="", talked=30)
    await set_up(hass, installed)

    assert await rows(hass, "1000_calls_in") == [(50, 1, 1)]
    assert await rows(hass, "1000_calls_out") == [(40, 1, 1)]
    assert await rows(hass, "1000_talk_minutes") == [(50, 2, 2), (40, 0.5, 2.5)]
    assert await rows(hass, "1002_calls_in") == [(40, 1, 1)]
    assert await rows(hass, "calls_in") == [(50, 1, 1)]


async def test_each_has_a_name_and_a_unit(
    hass: HomeAssistant, pbx: Simulator, installed: MockConfigEntry
) -> None:
    """In the language of Home Assistant, with the name of the PBX or the phone."""
    hass.config.language = "de"
    add(pbx, 50)
    await set_up(hass, installed)

    told = await described(hass)
    whole = told["yeastar:369364835218_talk_minutes"]
    assert whole["name"] == "Yeastar S100: Gesprächszeit"
    assert (whole["statistics_unit_of_measurement"], whole["unit_class"]) == (
        "min",
        "duration",
    )
    assert told["yeastar:369364835218_1000_calls_in"]["name"] == (
        "Jayson: eingehende Anrufe"
    )
    assert all(row["has_sum"] for row in told.values())


async def test_a_call_is_counted_some_minutes_after_its_end(
    hass: HomeAssistant, pbx: Simulator, installed: MockConfigEntry
) -> None:
    """Added to what was counted before."""
    add(pbx, 50)
    await set_up(hass, installed)
    call = pbx.outside_call(MUM, to="1000", trunk=TRUNK)
    pbx.answer("1000")
    pbx.outside_hangs_up(call)
    await deliver(hass, pbx)
    await pass_time(hass, 3)
    await write(hass)

    # The hour may have changed since.
    assert [row[1:] for row in await rows(hass, "calls_in")] == [(1, 1), (1, 2)]


async def test_a_call_that_becomes_known_late(
    hass: HomeAssistant, pbx: Simulator, installed: MockConfigEntry
) -> None:
    """All sums after it become larger."""
    add(pbx, 3)
    add(pbx, 1)
    await set_up(hass, installed)
    assert await rows(hass, "calls_in") == [(3, 1, 1), (1, 1, 2)]

    await hass.config_entries.async_unload(installed.entry_id)
    add(pbx, 3, DAD)
    add(pbx, 2, DAD)
    await set_up(hass, installed)

    assert await rows(hass, "calls_in") == [(3, 2, 2), (2, 1, 3), (1, 1, 4)]


async def test_a_second_start_counts_nothing_twice(
    hass: HomeAssistant, pbx: Simulator, installed: MockConfigEntry
) -> None:
    """Nor is anything written again."""
    add(pbx, 50)
    add(pbx, 3)
    await set_up(hass, installed)
    await hass.config_entries.async_unload(installed.entry_id)
    await set_up(hass, installed)

    assert await rows(hass, "calls_in") == [(50, 1, 1), (3, 1, 2)]


async def test_calls_of_a_log_without_records_are_counted(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    pbx: Simulator,
    installed: MockConfigEntry,
) -> None:
    """Those that an earlier version remembered."""
    start = (time.time() // HOUR - 200) * HOUR
    call = {
        "call_id": f"{start:.0f}.1",
        "direction": "inbound",
        "caller": MUM,
        "callee": "1000",
        "extensions": ["1000"],
        "answered_by": "1000",
        "started": start,
        "ended": start + 70,
        "outcome": "answered",
        "talk_seconds": 60,
    }
    hass_storage[f"yeastar.{installed.entry_id}"] = {
        "version": 1,
        "minor_version": 2,
        "key": f"yeastar.{installed.entry_id}",
        "data": {"calls": [call], "unseen": [], "complete_until": time.time()},
    }
    await set_up(hass, installed)

    assert await rows(hass, "calls_in") == [(200, 1, 1)]
    assert await rows(hass, "1000_talk_minutes") == [(200, 1, 1)]


async def test_a_large_pbx_is_counted_as_a_whole(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    pbx: Simulator,
    installed: MockConfigEntry,
) -> None:
    """Phones that were counted when it was small go on."""
    monkeypatch.setattr(call_statistics, "MAX_PHONES", 1)
    add(pbx, 50)
    await set_up(hass, installed)
    assert await rows(hass, "calls_in") == [(50, 1, 1)]
    assert await rows(hass, "1000_calls_in") == []

    monkeypatch.setattr(call_statistics, "MAX_PHONES", 50)
    await hass.config_entries.async_unload(installed.entry_id)
    add(pbx, 3)
    await set_up(hass, installed)
    monkeypatch.setattr(call_statistics, "MAX_PHONES", 1)
    await hass.config_entries.async_unload(installed.entry_id)
    add(pbx, 2)
    await set_up(hass, installed)

    assert [hour for hour, _, _ in await rows(hass, "1000_calls_in")][-2:] == [3, 2]


async def test_what_is_counted_while_it_is_written_is_written_next(
    hass: HomeAssistant, pbx: Simulator, installed: MockConfigEntry
) -> None:
    """One after the other, so that the second knows the sums of the first."""
    await set_up(hass, installed)
    statistics = installed.runtime_data.statistics
    log: dict[str, Call] = installed.runtime_data.calls.log
    call = pbx.outside_call(MUM, to="1000", trunk=TRUNK)
    pbx.outside_hangs_up(call)
    await deliver(hass, pbx)
    await pass_time(hass, 3)
    statistics._writes = True
    await write(hass)
    assert len(log) == 1
    assert await rows(hass, "calls_in") == []

    statistics._writes = False
    await write(hass)
    assert [row[1:] for row in await rows(hass, "calls_in")] == [(1, 1)]


async def test_an_unload_in_between_writes_nothing_more(
    hass: HomeAssistant, pbx: Simulator, installed: MockConfigEntry
) -> None:
    """What was not written yet is counted at the next start."""
    await set_up(hass, installed)
    call = pbx.outside_call(MUM, to="1000", trunk=TRUNK)
    pbx.outside_hangs_up(call)
    await deliver(hass, pbx)
    await pass_time(hass, 3)
    await hass.config_entries.async_unload(installed.entry_id)
    await write(hass)
    assert await rows(hass, "calls_in") == []

    await set_up(hass, installed)
    assert [row[1:] for row in await rows(hass, "calls_in")] == [(1, 1)]
