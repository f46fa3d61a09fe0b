"""The options of a P-Series PBX."""

import asyncio

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.flows.test_options import fields, go_on, open_form
from tests.simulator.p_series import PSeriesSimulator


async def test_the_menu_asks_for_events_instead_of_reports(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """A P-Series posts nothing to an address of Home Assistant."""
    menu = await hass.config_entries.options.async_init(loaded.entry_id)
    assert menu["menu_options"] == ["phones", "calls", "voice", "events"]


@pytest.mark.parametrize("way", ["off", "connection"])
async def test_events_come_by_websocket_or_not_at_all(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry, way: str
) -> None:
    """The choice takes effect at once."""
    form = await open_form(hass, loaded, "events")
    assert fields(form)["reports"].config["options"] == ["connection", "off"]
    result = await go_on(hass, form, {"reports": way})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert loaded.state is ConfigEntryState.LOADED
    assert loaded.options == {"reports": way, "whole_reports": False}
    async with asyncio.timeout(5):
        while len(pbx.sockets) != (way == "connection"):
            await asyncio.sleep(0.005)
