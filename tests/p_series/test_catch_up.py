"""Calls that Home Assistant did not see, by the records of a P-Series."""

import asyncio
from collections.abc import Callable
import time
from typing import Any

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.yeastar.const import EVENT_YEASTAR_CALL, EVENT_YEASTAR_CAUGHT_UP
from tests.simulator.p_series import PSeriesSimulator

from .conftest import pass_time

SOON = 6
MUM, TRUNK = "5503301", "SIP-142"


def add_missed(pbx: PSeriesSimulator, **fields: Any) -> str:
    """Let the PBX have had a call, a minute ago, that nobody answered."""
    fields = {"status": "NO ANSWER", "src_trunk": TRUNK, **fields}
    return pbx.add_record(time.time() - 60, MUM, "1000", **fields)


async def until(hass: HomeAssistant, holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.01)
    await hass.async_block_till_done()


async def read(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Let records be read that are due."""
    await pass_time(hass, SOON)
    await until(hass, lambda: not entry.runtime_data.catch_up._task)


async def test_calls_from_before_the_setup_and_during_a_restart(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """Those of before enter the log, those of the restart are counted and told."""
    told = async_capture_events(hass, EVENT_YEASTAR_CAUGHT_UP)
    calls = async_capture_events(hass, EVENT_YEASTAR_CALL)
    old = add_missed(pbx)
    await read(hass, loaded)
    assert list(loaded.runtime_data.calls.log) == [old]
    assert loaded.runtime_data.call_log.missed == 0

    await hass.config_entries.async_unload(loaded.entry_id)
    missed = add_missed(pbx)
    await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done()
    await read(hass, loaded)

    assert set(loaded.runtime_data.calls.log) == {old, missed}
    assert loaded.runtime_data.call_log.missed == 1
    assert [(e.data["reason"], e.data["calls"], e.data["missed"]) for e in told] == [
        ("start", 1, 1)
    ]
    assert calls == []


async def test_calls_while_the_events_did_not_come(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """They are told once the socket is connected again."""
    await read(hass, loaded)
    told = async_capture_events(hass, EVENT_YEASTAR_CAUGHT_UP)
    health = loaded.runtime_data.health
    pbx.refuse_upgrades()
    pbx.cut_sockets()
    await until(hass, lambda: not health.works)
    add_missed(pbx)
    pbx.refuse_upgrades(refuse=False)
    await until(hass, lambda: health.works)
    await read(hass, loaded)

    assert loaded.runtime_data.call_log.missed == 1
    assert [event.data["reason"] for event in told] == ["no_reports"]
