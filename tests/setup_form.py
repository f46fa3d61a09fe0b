"""The form that sets a PBX up, as a person fills it in."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from custom_components.yeastar.const import DOMAIN


async def submit(hass: HomeAssistant, form: Mapping[str, Any]) -> ConfigFlowResult:
    """Open the form, fill it in and submit it."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.FORM
    return await go_on(hass, result, form)


async def go_on(
    hass: HomeAssistant, result: ConfigFlowResult, form: Mapping[str, Any]
) -> ConfigFlowResult:
    """Submit a form that is open."""
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], dict(form)
    )
    await hass.async_block_till_done()
    return result
