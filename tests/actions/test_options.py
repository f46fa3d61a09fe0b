"""What the options of a PBX mean for actions."""

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .conftest import Act, Sent
from .words import refused


async def test_options_take_effect_without_a_restart(
    hass: HomeAssistant, loaded: MockConfigEntry, act: Act, sent: Sent, ordinary: User
) -> None:
    """Who may call outside, and through which trunk messages go."""
    flow = await hass.config_entries.options.async_init(loaded.entry_id)
    for answers in (
        {"next_step_id": "calls"},
        {"outside_calls": "administrators", "sms_trunk": "GSM-trunk"},
    ):
        await hass.config_entries.options.async_configure(flow["flow_id"], answers)
    await hass.async_block_till_done()
    await act("send_sms", number="1", message="Hello")
    assert sent("sms/send")[0]["trunk"] == "GSM-trunk"
    with refused("outside_administrators"):
        await act("dial", extension="1000", number="41000", user=ordinary)
    with refused("outside_administrators"):
        await act("send_sms", number="1", message="Hello", user=ordinary)
