"""A Home Assistant that finds the blueprints where it looks for them."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
import shutil
from typing import Any

from homeassistant.components import automation
from homeassistant.const import ENTITY_MATCH_ALL, SERVICE_TURN_OFF
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

BLUEPRINTS = Path(__file__).parents[2] / "blueprints" / "automation" / "yeastar"

type Use = Callable[[str, dict[str, Any]], Awaitable[None]]


@pytest.fixture
async def use(
    hass: HomeAssistant, tmp_path: Path, loaded: MockConfigEntry
) -> AsyncGenerator[Use]:
    """Return how to make an automation of a blueprint: its name and its inputs."""
    shutil.copytree(BLUEPRINTS, tmp_path / "blueprints" / "automation" / "yeastar")
    hass.config.config_dir = str(tmp_path)

    async def automate(name: str, inputs: dict[str, Any]) -> None:
        blueprint = {"path": f"yeastar/{name}.yaml", "input": inputs}
        config = {automation.DOMAIN: {"use_blueprint": blueprint}}
        assert await async_setup_component(hass, automation.DOMAIN, config)
        await hass.async_block_till_done()
        # One with a mistake is there, but off.
        (state,) = hass.states.async_all(automation.DOMAIN)
        assert state.state == "on"

    yield automate
    await hass.services.async_call(
        automation.DOMAIN,
        SERVICE_TURN_OFF,
        {"entity_id": ENTITY_MATCH_ALL},
        blocking=True,
    )
