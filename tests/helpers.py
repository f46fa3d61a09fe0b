"""What tests of the integration ask for again and again."""

from datetime import timedelta

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from tests.simulator import Request, Simulator


def state_of(hass: HomeAssistant, entity_id: str) -> str:
    """Return the state of an entity that must be there."""
    state = hass.states.get(entity_id)
    assert state is not None, entity_id
    return state.state


def progress_of(entry: ConfigEntry) -> ConfigEntryState:
    """Return how far an entry is now; a type checker takes the attribute as fixed."""
    return entry.state


def requests_of(pbx: Simulator, endpoint: str) -> list[Request]:
    """Return the requests so far for one operation."""
    return [request for request in pbx.requests if request.endpoint == endpoint]


def polls_of(pbx: Simulator) -> int:
    """Return how many polls the PBX saw."""
    return len(requests_of(pbx, "outbound/query"))


async def deliver(hass: HomeAssistant, pbx: Simulator) -> None:
    """Let all reports take effect, without letting time pass."""
    await pbx.settle()
    await hass.async_block_till_done()


async def pass_time(hass: HomeAssistant, seconds: float) -> None:
    """Let what is due within so many seconds happen now."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=seconds))
    await hass.async_block_till_done(wait_background_tasks=True)
