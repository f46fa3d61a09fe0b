"""Home Assistant with an S-Series PBX that takes logins by API v2.0.0 alone."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import CONF_API_VERSION, DOMAIN
from tests.helpers import deliver, pass_time, state_of
from tests.simulator import Simulator
from tests.simulator.versions import Versions

JAYSON = "sensor.jayson"


@pytest.fixture(autouse=True)
def v2_only(pbx: Simulator) -> None:
    """Let the PBX refuse every other version."""
    pbx.quirks.versions = Versions.V2_ONLY


@pytest.mark.usefixtures("reachable")
async def test_it_is_set_up_and_its_calls_are_followed(
    hass: HomeAssistant, pbx: Simulator
) -> None:
    """From the form to a call that is dialled, answered and hung up."""
    form = {
        CONF_HOST: pbx.host,
        CONF_PORT: pbx.port,
        CONF_SSL: False,
        CONF_VERIFY_SSL: False,
        CONF_USERNAME: pbx.username,
        CONF_PASSWORD: pbx.password,
    }
    flow = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], form)
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_API_VERSION] == "v2.0.0"
    assert state_of(hass, JAYSON) == "idle"

    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert state_of(hass, JAYSON) == "ringing"
    pbx.answer("1000")
    await deliver(hass, pbx)
    assert state_of(hass, JAYSON) == "in_call"
    await act(hass, "hang_up", extension="1000")
    await deliver(hass, pbx)
    assert not pbx.calls
    assert state_of(hass, JAYSON) == "idle"

    await act(hass, "dial", extension="1000", number="5503301")
    assert len(pbx.calls) == 1


async def act(hass: HomeAssistant, action: str, **fields: Any) -> None:
    """Call an action."""
    await hass.services.async_call(DOMAIN, action, fields, blocking=True)
    await hass.async_block_till_done()


async def test_an_update_of_the_firmware_changes_the_version(
    hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry
) -> None:
    """The entry is set up again by what the PBX serves now, there and back."""
    pbx.quirks.versions = Versions.V1_0_ONLY
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    for versions, version in (
        (Versions.V2_ONLY, "v2.0.0"),
        (Versions.V1_0_ONLY, "v1.0.0"),
    ):
        pbx.quirks.versions = versions
        pbx.expire_tokens()
        await pass_time(hass, 31)
        await pass_time(hass, 31)
        assert entry.state is ConfigEntryState.LOADED
        assert entry.data[CONF_API_VERSION] == version
