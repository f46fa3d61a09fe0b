"""What `dial` answers when it waits for what becomes of the call."""

import asyncio
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import DOMAIN
from tests.simulator import Simulator


async def dial(hass: HomeAssistant, wait_for: str, **fields: Any) -> dict[str, Any]:
    """Let Jayson call Amy and return the answer of the action."""
    answer = await hass.services.async_call(
        DOMAIN,
        "dial",
        {"extension": "1000", "number": "1002", "wait_for": wait_for, **fields},
        blocking=True,
        return_response=True,
    )
    assert answer is not None
    return answer


async def picked_up(pbx: Simulator) -> None:
    """Wait until the phone rings that is to call, and pick it up."""
    while not pbx.calls:
        await asyncio.sleep(0.01)
    pbx.answer("1000")


async def test_an_answer_names_who_answered(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The wait for an answer ends with the answer."""
    dialling = asyncio.create_task(dial(hass, "answered"))
    await picked_up(pbx)
    pbx.answer("1002")
    answer = await dialling
    assert answer["outcome"] == "answered"
    assert answer["answered_by"] == "1002"
    assert answer["coarse"] is False
    assert answer["call_id"] in pbx.calls


async def test_the_end_tells_how_long_they_talked(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The wait for the end goes on after the answer."""
    dialling = asyncio.create_task(dial(hass, "ended"))
    await picked_up(pbx)
    pbx.answer("1002")
    await pbx.settle()
    assert not dialling.done()
    pbx.hang_up("1002")
    answer = await dialling
    assert answer["outcome"] == "answered"
    assert answer["talk_seconds"] >= 0


@pytest.mark.parametrize("wait_for", ["answered", "ended"])
async def test_a_busy_phone_is_told_and_not_raised(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, wait_for: str
) -> None:
    """Once the PBX accepted, whatever becomes of the call is an outcome."""
    dialling = asyncio.create_task(dial(hass, wait_for))
    await picked_up(pbx)
    pbx.reject("1002")
    assert (await dialling)["outcome"] == "busy"


async def test_the_time_is_up(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The call goes on."""
    answer = await dial(hass, "answered", timeout=1)
    assert answer["outcome"] == "timeout"
    assert answer["call_id"] in pbx.calls


async def test_polls_alone_know_the_outcome_too(
    hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry
) -> None:
    """Without reports the answer is found by asking, and says it is coarse."""
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    dialling = asyncio.create_task(dial(hass, "answered"))
    await picked_up(pbx)
    await entry.runtime_data.coordinator.async_refresh()
    pbx.answer("1002")
    await entry.runtime_data.coordinator.async_refresh()
    answer = await dialling
    assert answer["outcome"] == "answered"
    assert answer["coarse"] is True
    await hass.config_entries.async_unload(entry.entry_id)
