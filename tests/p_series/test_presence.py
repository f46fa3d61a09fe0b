"""Where the users of a P-Series are: trigger, condition, entity, blueprint."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
import shutil
from typing import Any

from homeassistant.components import automation
from homeassistant.const import ATTR_ENTITY_ID, STATE_OFF, STATE_ON, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from custom_components.yeastar.const import DOMAIN
from custom_components.yeastar.features import write_queue
from custom_components.yeastar.pbx.models import ExtensionChange
from tests.actions.words import refused
from tests.helpers import state_of
from tests.simulator.p_series import PSeriesSimulator

from .conftest import deliver, pass_time, until

BLUEPRINTS = Path(__file__).parents[2] / "blueprints" / "automation" / "yeastar"
PRESENCE = "select.jayson_presence"
QUIET = "switch.jayson_do_not_disturb"

type Automate = Callable[..., Awaitable[list[ServiceCall]]]


@pytest.fixture
async def automate(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> AsyncGenerator[Automate]:
    """Return how to automate: a trigger and a condition -> what it ran."""
    ran = async_mock_service(hass, "test", "automation")

    async def automate(
        trigger: dict[str, Any], condition: dict[str, Any] | None = None
    ) -> list[ServiceCall]:
        config = {
            "triggers": [trigger],
            "conditions": [condition] if condition else [],
            "actions": [
                {"action": "test.automation", "data": {"trigger": "{{ trigger }}"}}
            ],
        }
        assert await async_setup_component(
            hass, automation.DOMAIN, {automation.DOMAIN: config}
        )
        await hass.async_block_till_done()
        return ran

    yield automate
    await hass.services.async_call(
        automation.DOMAIN, "turn_off", {ATTR_ENTITY_ID: "all"}, blocking=True
    )


def device(hass: HomeAssistant, entry: MockConfigEntry, number: str) -> str:
    """Return the device of a phone, as the pickers do."""
    found = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}_{number}"), entry.entry_id
    )
    assert found
    return found.id


async def go(
    hass: HomeAssistant, pbx: PSeriesSimulator, number: str, presence: str
) -> None:
    """Let somebody say on the phone where they are."""
    pbx.state.extensions[number].presence = presence
    pbx.events.presence(pbx.state.extensions[number])
    await deliver(hass, pbx)


async def choose(hass: HomeAssistant, presence: str) -> None:
    """Choose a presence."""
    data = {ATTR_ENTITY_ID: PRESENCE, "option": presence}
    await hass.services.async_call("select", "select_option", data, blocking=True)


async def test_somebody_goes(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    loaded: MockConfigEntry,
    automate: Automate,
) -> None:
    """The trigger says who, and where to; the entity shows it."""
    ran = await automate({"trigger": "yeastar.presence_changed", "options": {}})
    await go(hass, pbx, "1000", "lunch")
    assert state_of(hass, PRESENCE) == "lunch"
    (call,) = ran
    trigger = call.data["trigger"]
    assert (trigger["extension"], trigger["name"]) == ("1000", "Jayson")
    assert trigger["presence"] == "lunch"
    # What is told again is no change.
    await go(hass, pbx, "1000", "lunch")
    assert len(ran) == 1


async def test_only_phones_and_presences_that_are_meant(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    loaded: MockConfigEntry,
    automate: Automate,
) -> None:
    """Both have to fit."""
    options = {
        "extension": [device(hass, loaded, "1000")],
        "presence": ["lunch", "off_work"],
    }
    ran = await automate({"trigger": "yeastar.presence_changed", "options": options})
    await go(hass, pbx, "1002", "lunch")
    await go(hass, pbx, "1000", "away")
    assert ran == []
    await go(hass, pbx, "1000", "off_work")
    assert len(ran) == 1


async def test_a_presence_of_the_pbx_itself(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    loaded: MockConfigEntry,
    automate: Automate,
) -> None:
    """The entity has no word for it; the trigger has the PBX's."""
    ran = await automate({"trigger": "yeastar.presence_changed", "options": {}})
    await go(hass, pbx, "1000", "in_the_lab")
    assert state_of(hass, PRESENCE) == STATE_UNKNOWN
    assert ran[0].data["trigger"]["presence"] == "in_the_lab"


@pytest.mark.parametrize(("presence", "holds"), [("lunch", True), ("away", False)])
async def test_a_condition_on_the_presence(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    loaded: MockConfigEntry,
    automate: Automate,
    presence: str,
    holds: bool,
) -> None:
    """Of any of the phones."""
    ran = await automate(
        {"trigger": "event", "event_type": "doorbell"},
        {
            "condition": "yeastar.extension_has_presence",
            "options": {
                "extension": [
                    device(hass, loaded, "1000"),
                    device(hass, loaded, "1002"),
                ],
                "presence": ["lunch"],
            },
        },
    )
    await go(hass, pbx, "1002", presence)
    hass.bus.async_fire("doorbell")
    await hass.async_block_till_done()
    assert bool(ran) is holds


async def test_a_presence_is_chosen(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """As people do on a dashboard."""
    await choose(hass, "business_trip")
    assert pbx.state.extensions["1000"].presence == "business_trip"
    assert state_of(hass, PRESENCE) == "business_trip"


@pytest.fixture
async def slow(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncGenerator[None]:
    """Let changes of another phone keep the PBX busy."""
    monkeypatch.setattr(write_queue, "GAP", 0.5)
    settings = loaded.runtime_data.settings
    await settings.async_change("1002", ExtensionChange(presence="lunch"))
    waiting = hass.async_create_task(
        settings.async_change("1002", ExtensionChange(presence="away"))
    )
    yield
    await waiting


@pytest.mark.usefixtures("slow")
async def test_a_presence_that_waits_is_shown_at_once(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """Of several the last, in the switch of do not disturb as well."""
    first = hass.async_create_task(choose(hass, "lunch"))
    await asyncio.sleep(0.1)
    assert state_of(hass, PRESENCE) == "lunch"
    second = hass.async_create_task(choose(hass, "do_not_disturb"))
    with refused("setting_replaced"):
        await first
    assert state_of(hass, PRESENCE) == "do_not_disturb"
    assert state_of(hass, QUIET) == STATE_ON
    assert pbx.state.extensions["1000"].presence == "available"
    await second
    assert pbx.state.extensions["1000"].presence == "do_not_disturb"
    assert state_of(hass, PRESENCE) == "do_not_disturb"
    assert state_of(hass, QUIET) == STATE_ON


@pytest.mark.usefixtures("slow")
async def test_do_not_disturb_that_waits_is_shown_as_a_presence(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """And goes back in both when the PBX refuses it."""
    await pass_time(hass, 1)
    task = hass.async_create_task(
        hass.services.async_call(
            "switch", "turn_on", {ATTR_ENTITY_ID: QUIET}, blocking=True
        )
    )
    await asyncio.sleep(0.1)
    assert state_of(hass, QUIET) == STATE_ON
    assert state_of(hass, PRESENCE) == "do_not_disturb"
    await until(lambda: pbx.state.extensions["1002"].presence == "away")
    pbx.refuse_next(10001, "extension/update")
    with pytest.raises(HomeAssistantError):
        await task
    assert state_of(hass, QUIET) == STATE_OFF
    assert state_of(hass, PRESENCE) == "available"


# The blueprint


@pytest.mark.parametrize("has_calendar", [True, False])
async def test_the_blueprint_follows_the_person_and_the_calendar(
    hass: HomeAssistant,
    tmp_path: Path,
    pbx: PSeriesSimulator,
    loaded: MockConfigEntry,
    has_calendar: bool,
) -> None:
    """An event goes before; without a calendar, the person alone counts."""
    shutil.copytree(BLUEPRINTS, tmp_path / "blueprints" / "automation" / "yeastar")
    hass.config.config_dir = str(tmp_path)
    hass.states.async_set("person.jayson", "home")
    hass.states.async_set("calendar.work", "off")
    inputs: dict[str, Any] = {"person": "person.jayson", "presence": PRESENCE}
    if has_calendar:
        inputs["calendar"] = "calendar.work"
    blueprint = {"path": "yeastar/set_presence.yaml", "input": inputs}
    assert await async_setup_component(
        hass, automation.DOMAIN, {automation.DOMAIN: {"use_blueprint": blueprint}}
    )
    await hass.async_block_till_done()

    async def becomes(entity_id: str, state: str) -> str:
        hass.states.async_set(entity_id, state)
        await hass.async_block_till_done()
        await pass_time(hass, 1)
        return pbx.state.extensions["1000"].presence

    assert await becomes("person.jayson", "Work") == "away"
    event = "do_not_disturb" if has_calendar else "away"
    assert await becomes("calendar.work", "on") == event
    assert await becomes("person.jayson", "home") == (
        "do_not_disturb" if has_calendar else "available"
    )
    assert await becomes("calendar.work", "off") == "available"
    await hass.services.async_call(
        automation.DOMAIN, "turn_off", {ATTR_ENTITY_ID: "all"}, blocking=True
    )
