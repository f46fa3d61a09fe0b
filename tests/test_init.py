"""Setting a PBX up and taking it away."""

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.simulator import Simulator


async def test_states_are_there_after_setup(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Every extension shows what it does as soon as the PBX is set up."""
    assert hass.states.get("sensor.yeastar_s100_jayson_state").state == "idle"
    assert hass.states.get("sensor.yeastar_s100_erwin_co_state").state == "unregistered"


async def test_a_ringing_phone_shows_at_once(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """A report changes the state without waiting for a poll."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await pbx.settle()
    await hass.async_block_till_done()
    assert hass.states.get("sensor.yeastar_s100_jayson_state").state == "ringing"
    assert hass.states.get("sensor.yeastar_s100_inbound_calls").state == "1"
