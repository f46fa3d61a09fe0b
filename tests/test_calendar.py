"""The calendar of calls that are over."""

import asyncio
from datetime import timedelta
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from .helpers import deliver, pass_time
from .simulator import Simulator

CALENDAR = "calendar.yeastar_s100_calls"


async def test_an_open_calendar_shows_a_call_once_it_is_over(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Nobody has to reload the page."""
    entity_registry.async_update_entity(CALENDAR, disabled_by=None)
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    client = await hass_ws_client()
    now = dt_util.utcnow()
    await client.send_json_auto_id(
        {
            "type": "calendar/event/subscribe",
            "entity_id": CALENDAR,
            "start": (now - timedelta(hours=1)).isoformat(),
            "end": (now + timedelta(hours=1)).isoformat(),
        }
    )
    assert (await client.receive_json())["success"]
    assert (await client.receive_json())["event"]["events"] == []

    for caller in ("5503301", "5503302"):
        call = pbx.outside_call(caller, to="1000", trunk="SIP-142")
        await deliver(hass, pbx)
        pbx.outside_hangs_up(call)
        await deliver(hass, pbx)
        await pass_time(hass, 5)

        shown: list[str] = []
        async with asyncio.timeout(5):
            while f"Missed: {caller} → Jayson" not in shown:
                events = (await client.receive_json())["event"]["events"]
                shown = [event["summary"] for event in events]


async def test_a_call_shows_what_became_of_it_and_who_talked(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    """By name: of the IVR that took a call, or of the phone that answered there."""
    entity_registry.async_update_entity(CALENDAR, disabled_by=None)
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    (number, ivr), *_ = pbx.state.ivrs.items()
    call = pbx.outside_call("5503301", to=number, trunk="SIP-142")
    await deliver(hass, pbx)
    pbx.outside_hangs_up(call)
    await deliver(hass, pbx)
    await pass_time(hass, 5)
    call = pbx.outside_call("5503302", to="6200", trunk="SIP-142")
    await deliver(hass, pbx)
    pbx.answer("1000")
    pbx.hang_up_call(call.callid)
    await deliver(hass, pbx)
    await pass_time(hass, 5)
    now = dt_util.utcnow()
    answer = await hass.services.async_call(
        "calendar",
        "get_events",
        {
            "entity_id": CALENDAR,
            "start_date_time": (now - timedelta(hours=1)).isoformat(),
            "end_date_time": (now + timedelta(hours=1)).isoformat(),
        },
        blocking=True,
        return_response=True,
    )
    found: Any = answer
    events = found[CALENDAR]["events"]
    assert [event["summary"] for event in events] == [
        f"Missed: 5503301 → {ivr.name}",
        "5503302 → Jayson",
    ]
    assert re.fullmatch(r"Answered, \d s, SIP-142", events[1]["description"])
