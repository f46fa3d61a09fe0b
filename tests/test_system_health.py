"""What the page of system health says of each PBX."""

from homeassistant.components.system_health import DOMAIN as SYSTEM_HEALTH
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_system_health_info,
)

from custom_components.yeastar.const import CONF_REPORTS, DOMAIN
from tests.helpers import deliver, pass_time
from tests.simulator import Fault, Simulator

NAME = "Yeastar S100 (5218)"


async def health(hass: HomeAssistant) -> dict[str, object]:
    """Return the lines."""
    assert await async_setup_component(hass, SYSTEM_HEALTH, {})
    await hass.async_block_till_done()
    lines: dict[str, object] = await get_system_health_info(hass, DOMAIN)
    return lines


async def test_a_pbx_that_works_is_said_to(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Reachable, with its firmware, and with reports once one came."""
    version = pbx.state.device.firmwarever
    assert await health(hass) == {
        NAME: f"reachable, firmware {version}, no reports yet"
    }
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert await health(hass) == {
        NAME: f"reachable, firmware {version}, reports arrive"
    }


async def test_a_pbx_that_is_away_is_said_to_be(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Nothing is asked for it: polls know."""
    pbx.fault = Fault.CLOSE
    for _ in range(2):
        await pass_time(hass, 61)
    so_far = len(pbx.requests)
    assert str((await health(hass))[NAME]).startswith("not reachable, firmware 30.")
    assert len(pbx.requests) == so_far


async def test_reports_that_do_not_arrive_are_said_not_to(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Where nobody takes them, they cannot."""
    hass.config_entries.async_update_entry(loaded, options={CONF_REPORTS: "off"})
    assert await hass.config_entries.async_reload(loaded.entry_id)
    assert str((await health(hass))[NAME]).endswith("reports do not arrive")


async def test_a_pbx_that_is_not_set_up_is_named(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """With its state."""
    await hass.config_entries.async_unload(loaded.entry_id)
    assert await health(hass) == {NAME: "not set up (not_loaded)"}


async def test_several_pbxs_have_a_line_each(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Even if they are of the same model."""
    MockConfigEntry(
        domain=DOMAIN, title=loaded.title, unique_id="369364830001"
    ).add_to_hass(hass)
    assert list(await health(hass)) == [NAME, "Yeastar S100 (0001)"]
