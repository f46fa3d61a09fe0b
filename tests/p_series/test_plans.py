"""A P-Series whose plan, firmware or model lacks a part of the API."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import CONF_FAMILY
from tests.actions.words import refused
from tests.helpers import progress_of, state_of
from tests.setup_form import submit
from tests.simulator.p_series import PSeriesSimulator

from .conftest import Act, pass_time, until

EXTRAS = (
    "system/capacity",
    "queue/",
    "vm",
    "cdr/",
    "company_contact/",
    "extension_status_monitor/",
    "trunk_status_monitor/",
    "ivr/",
    "ringgroup/",
    "recording/",
)
"""What the phones and their calls do without."""


@pytest.mark.parametrize("errcode", [10001, 10005, 10009])
async def test_a_plan_with_phones_and_calls_alone_is_enough(
    hass: HomeAssistant,
    reachable: None,
    pbx: PSeriesSimulator,
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    errcode: int,
) -> None:
    """Everything else is left out, without an error in the log."""
    pbx.quirks.denied = dict.fromkeys(EXTRAS, errcode)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert progress_of(entry) is ConfigEntryState.LOADED
    await until(lambda: entry.runtime_data.health.works)
    await pass_time(hass, 302)
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await until(lambda: state_of(hass, "sensor.jayson") == "ringing")
    assert state_of(hass, "binary_sensor.pbx_reports") == "on"
    assert not [r for r in caplog.records if r.levelname == "ERROR"]
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_p520_has_no_api(
    hass: HomeAssistant, reachable: None, pbx: PSeriesSimulator, entry: MockConfigEntry
) -> None:
    """The form says so, and nothing secret is sent again and again."""
    pbx.state.device.model_name = "P520"
    kept = (CONF_FAMILY, CONF_WEBHOOK_ID)
    form: dict[str, Any] = {k: v for k, v in entry.data.items() if k not in kept}
    result = await submit(hass, form)
    assert result["errors"] == {"base": "api_unavailable"}
    assert [r.endpoint for r in pbx.requests].count("get_token") <= 1


async def test_a_program_sends_no_text_messages(
    pbx: PSeriesSimulator, act: Act
) -> None:
    """The PBX refuses it, and the action says so in words."""
    pbx.state.device.model_name = "P-Series Software Edition"
    with refused("pbx_unsupported_request", HomeAssistantError):
        await act("send_sms", number="0611111111", message="hi", trunk="GSM-trunk")


async def test_an_agent_pauses_with_any_plan(
    pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """A reason, which only some plans take, is not sent."""
    pbx.quirks.basic_plan = True
    await loaded.runtime_data.pbx.pause_agent("6700", "1000", pause=True)
    assert pbx.state.queues["6700"].agents["1000"].is_paused
