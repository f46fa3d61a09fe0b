"""The options of a PBX."""

from homeassistant.auth.models import User
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .conftest import Act, Sent
from .words import refused

WANTED = {
    "supervision": True,
    "outside_calls": "administrators",
    "number_format": "national",
}


async def test_options_take_effect_without_a_restart(
    hass: HomeAssistant, loaded: MockConfigEntry, act: Act, sent: Sent, ordinary: User
) -> None:
    """They are asked for, kept, and the entry is loaded anew."""
    hass.config_entries.async_update_entry(loaded, options={"recordings": True})
    before = loaded.runtime_data
    flow = await hass.config_entries.options.async_init(loaded.entry_id)
    assert flow["type"] is FlowResultType.FORM
    done = await hass.config_entries.options.async_configure(
        flow["flow_id"],
        {**WANTED, "outside_prefix": "9 ", "sms_trunk": "GSM-trunk"},
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert loaded.options == {
        **WANTED,
        "outside_prefix": "9",
        "sms_trunk": "GSM-trunk",
        "recordings": True,
    }
    assert loaded.state is ConfigEntryState.LOADED
    assert loaded.runtime_data is not before
    await act("send_sms", number="1", message="Hello")
    assert sent("sms/send")[0]["trunk"] == "GSM-trunk"
    with refused("outside_administrators"):
        await act("dial", extension="1000", number="41000", user=ordinary)
    with refused("outside_administrators"):
        await act("send_sms", number="1", message="Hello", user=ordinary)


async def test_an_emptied_field_is_forgotten(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """What is left out is no option any more."""
    hass.config_entries.async_update_entry(
        loaded, options={"sms_trunk": "GSM-trunk", "outside_prefix": "9"}
    )
    flow = await hass.config_entries.options.async_init(loaded.entry_id)
    await hass.config_entries.options.async_configure(flow["flow_id"], WANTED)
    await hass.async_block_till_done()
    assert loaded.options == WANTED


async def test_a_prefix_that_cannot_be_dialled(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """The form says so and keeps what was typed."""
    flow = await hass.config_entries.options.async_init(loaded.entry_id)
    again = await hass.config_entries.options.async_configure(
        flow["flow_id"], {**WANTED, "outside_prefix": "9x"}
    )
    assert again["errors"] == {"outside_prefix": "not_diallable"}
    done = await hass.config_entries.options.async_configure(
        again["flow_id"], {**WANTED, "outside_prefix": "9"}
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
