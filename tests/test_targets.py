"""Triggers and conditions about the phones, trunks and PBXs of a target."""

from typing import Any

from homeassistant.components import automation
from homeassistant.components.websocket_api.automation import (
    async_get_conditions_for_target,
    async_get_triggers_for_target,
)
from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import (
    area_registry as ar,
    condition,
    device_registry as dr,
    floor_registry as fr,
    label_registry as lr,
)
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from custom_components.yeastar.const import DOMAIN
from tests.helpers import deliver
from tests.simulator import Simulator

type Wanted = dict[str, Any]


def device(hass: HomeAssistant, entry: MockConfigEntry, key: str) -> str:
    """Return the id of a device; of the PBX itself without a key."""
    identifier = f"{entry.unique_id}_{key}" if key else str(entry.unique_id)
    found = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, identifier), entry.entry_id
    )
    assert found
    return found.id


@pytest.fixture
def targets(
    hass: HomeAssistant, loaded: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> dict[str, Wanted]:
    """Return every way to mean Jayson, and some other targets.

    The PBX stands in the area of Amy.
    """
    floor = fr.async_get(hass).async_create("Upstairs")
    study = ar.async_get(hass).async_create("Study", floor_id=floor.floor_id)
    hall = ar.async_get(hass).async_create("Hall")
    label = lr.async_get(hass).async_create("Important")
    jayson, amy, pbx = (device(hass, loaded, key) for key in ("1000", "1002", ""))
    device_registry.async_update_device(
        jayson, area_id=study.id, labels={label.label_id}
    )
    device_registry.async_update_device(amy, area_id=hall.id)
    device_registry.async_update_device(pbx, area_id=hall.id)
    return {
        "device": {ATTR_DEVICE_ID: jayson},
        "entity": {ATTR_ENTITY_ID: "sensor.jayson"},
        "area": {"area_id": study.id},
        "floor": {"floor_id": floor.floor_id},
        "label": {"label_id": label.label_id},
        "several": {ATTR_DEVICE_ID: [amy, jayson]},
        "another phone": {ATTR_DEVICE_ID: amy},
        "the area of the PBX": {"area_id": hall.id},
        "trunk": {ATTR_DEVICE_ID: device(hass, loaded, "trunk_SIP-142")},
        "another trunk": {ATTR_DEVICE_ID: device(hass, loaded, "trunk_GSM2-8")},
        "PBX": {ATTR_DEVICE_ID: pbx},
        "an entity of the PBX": {ATTR_ENTITY_ID: "sensor.yeastar_s100_inbound_calls"},
    }


PHONE = {"device", "entity", "area", "floor", "label", "several"}
LINE = {"trunk", "PBX", "an entity of the PBX"}


async def automate(hass: HomeAssistant, triggers: list[Wanted]) -> list[ServiceCall]:
    """Set an automation up and return what it runs, with the id of the trigger."""
    ran = async_mock_service(hass, "test", "automation")
    action = {"action": "test.automation", "data": {"id": "{{ trigger.id }}"}}
    config = {"triggers": triggers, "actions": [action], "mode": "parallel", "max": 50}
    assert await async_setup_component(
        hass, automation.DOMAIN, {automation.DOMAIN: config}
    )
    await hass.async_block_till_done()
    return ran


async def test_a_trigger_is_about_its_target(
    hass: HomeAssistant, pbx: Simulator, targets: dict[str, Wanted]
) -> None:
    """The phone that rings, the trunk of the call, or the PBX that has it."""
    ran = await automate(
        hass,
        [
            {"trigger": "yeastar.call_received", "target": target, "id": name}
            for name, target in targets.items()
        ],
    )
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert {call.data["id"] for call in ran} == PHONE | LINE


async def test_a_target_and_the_old_option_add_up(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    targets: dict[str, Wanted],
) -> None:
    """A call for either runs the automation."""
    trigger = {
        "trigger": "yeastar.call_received",
        "target": targets["device"],
        "options": {"extension": device(hass, loaded, "1002")},
    }
    ran = await automate(hass, [trigger])
    for number in ("1000", "1002", "1003"):
        pbx.outside_call("5503301", to=number, trunk="SIP-142")
        await deliver(hass, pbx)
    assert len(ran) == 2


async def test_a_phone_that_moves_takes_its_triggers_along(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    targets: dict[str, Wanted],
) -> None:
    """An area is looked at when something happens."""
    trigger = {"trigger": "yeastar.call_received", "target": targets["area"]}
    ran = await automate(hass, [trigger])
    device_registry.async_update_device(device(hass, loaded, "1000"), area_id=None)
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert not ran


async def test_a_condition_is_about_its_target(
    hass: HomeAssistant, pbx: Simulator, targets: dict[str, Wanted]
) -> None:
    """A trunk has calls, and does not ring."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)

    async def holding(name: str) -> set[str]:
        return {key for key in targets if await holds(hass, name, targets[key])}

    assert await holding("call_is_active") == PHONE | LINE
    assert await holding("extension_is_ringing") == PHONE


async def holds(hass: HomeAssistant, name: str, target: Wanted) -> bool | None:
    """Return whether a condition holds for a target."""
    config = await condition.async_validate_condition_config(
        hass, {"condition": f"yeastar.{name}", "target": target}
    )
    checker = await condition.async_from_config(hass, config)
    return checker.async_check()


async def test_the_editor_offers_what_a_target_can_do(
    hass: HomeAssistant, targets: dict[str, Wanted]
) -> None:
    """It looks for the entities that the descriptions of triggers name."""
    assert await async_setup_component(hass, automation.DOMAIN, {})
    await hass.async_block_till_done()
    for name in (*PHONE, "trunk", "PBX"):
        target = targets[name]
        triggers = await async_get_triggers_for_target(hass, target, False)
        conditions = await async_get_conditions_for_target(hass, target, False)
        assert "yeastar.call_received" in triggers, name
        assert "yeastar.call_is_active" in conditions, name
        has_phone = name in PHONE - {"entity"}
        assert ("yeastar.extension_offline" in triggers) is has_phone, name
        assert ("yeastar.extension_is_ringing" in conditions) is has_phone, name
