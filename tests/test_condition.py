"""Conditions, checked while a simulated PBX has real calls."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import condition, device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import DOMAIN
from tests.simulator import Simulator


async def holds(hass: HomeAssistant, name: str, number: str = "") -> bool | None:
    """Return whether a condition holds, for an extension where it needs one."""
    config: dict[str, Any] = {"condition": f"yeastar.{name}"}
    if number:
        entry = hass.config_entries.async_entries(DOMAIN)[0]
        device = dr.async_get(hass).async_get_device_by_identifier(
            (DOMAIN, f"{entry.unique_id}_{number}"), entry.entry_id
        )
        assert device is not None
        config["options"] = {"extension": [device.id]}
    config = await condition.async_validate_condition_config(hass, config)
    checker = await condition.async_from_config(hass, config)
    return checker.async_check()


async def deliver(hass: HomeAssistant, pbx: Simulator) -> None:
    """Let all reports take effect."""
    await pbx.settle()
    await hass.async_block_till_done()


@pytest.fixture(autouse=True)
async def conditions(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """Let Home Assistant know the conditions of the integration."""
    await hass.async_block_till_done()


async def test_a_call_is_active_while_it_lives(
    hass: HomeAssistant, pbx: Simulator
) -> None:
    """Calls inside the house count as well."""
    assert not await holds(hass, "call_is_active")
    pbx.internal_call("1000", "1002")
    await deliver(hass, pbx)
    assert await holds(hass, "call_is_active")
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    assert not await holds(hass, "call_is_active")


async def test_a_phone_is_ringing_then_in_a_call(
    hass: HomeAssistant, pbx: Simulator
) -> None:
    """Each phone by itself."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert await holds(hass, "extension_is_ringing", "1000")
    assert not await holds(hass, "extension_is_ringing", "1002")
    assert not await holds(hass, "extension_is_in_call", "1000")
    pbx.answer("1000")
    await deliver(hass, pbx)
    assert await holds(hass, "extension_is_in_call", "1000")
    assert not await holds(hass, "extension_is_ringing", "1000")


async def test_a_phone_on_hold_is_in_a_call(
    hass: HomeAssistant, pbx: Simulator
) -> None:
    """Holding a call is no end of it."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.answer("1000")
    pbx.hold("1000")
    await deliver(hass, pbx)
    assert await holds(hass, "extension_is_in_call", "1000")


@pytest.mark.parametrize(("number", "expected"), [("1000", True), ("1001", False)])
async def test_a_phone_is_registered_or_not(
    hass: HomeAssistant, number: str, expected: bool
) -> None:
    """A phone that is not there is not registered."""
    assert await holds(hass, "extension_is_registered", number) is expected
