"""What a P-Series PBX shows: the same entities as an S-Series, as far as it can."""

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.yeastar.const import EVENT_YEASTAR_CALL
from tests.helpers import state_of
from tests.simulator.p_series import PSeriesSimulator

from .conftest import deliver, pass_time


async def test_a_call_shows_in_states_and_events(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """As the frames of the websocket tell it, without a poll."""
    events = async_capture_events(hass, EVENT_YEASTAR_CALL)
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert state_of(hass, "sensor.jayson") == "ringing"
    assert state_of(hass, "sensor.pbx_inbound_calls") == "1"
    pbx.answer("1000")
    await deliver(hass, pbx)
    assert state_of(hass, "sensor.jayson") == "in_call"
    assert state_of(hass, "sensor.jayson_connected_party") == "5503301"
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    await pass_time(hass, 5)
    assert state_of(hass, "sensor.jayson") == "idle"
    assert [event.data["type"] for event in events] == ["received", "answered", "ended"]
