"""The calendar of calls that are over."""

import asyncio
from datetime import timedelta

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
            while f"{caller} → Jayson" not in shown:
                events = (await client.receive_json())["event"]["events"]
                shown = [event["summary"] for event in events]
