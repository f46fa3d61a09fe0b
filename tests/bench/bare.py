"""What Home Assistant costs by itself: entities that do nothing."""

from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockEntityPlatform,
)


class BareEntity(Entity):
    """An entity that shows a word and costs nothing else."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, parent_id: str, like: er.RegistryEntry) -> None:
        """Be registered like one of ours."""
        self.word = "idle"
        number = like.unique_id.split("_")[1]
        self._attr_name = like.original_name
        self._attr_unique_id = like.unique_id
        self._attr_entity_registry_enabled_default = not like.disabled
        self._attr_device_info = DeviceInfo(
            identifiers={("bare", number)}, name=number, via_device_id=parent_id
        )

    @property
    @override
    def state(self) -> str:
        return self.word


async def add_bare(
    hass: HomeAssistant, like: list[er.RegistryEntry]
) -> list[BareEntity]:
    """Add as many entities and devices as ours are, that do nothing."""
    entry = MockConfigEntry(domain="bare")
    entry.add_to_hass(hass)
    parent = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("bare", "pbx")}
    )
    platform = MockEntityPlatform(hass, domain="sensor", platform_name="bare")
    platform.config_entry = entry
    entities = [BareEntity(parent.id, one) for one in like]
    await platform.async_add_entities(entities)
    await hass.async_block_till_done()
    return entities


def entities_of(hass: HomeAssistant, entry: ConfigEntry) -> list[er.RegistryEntry]:
    """Return what is registered for an entry."""
    return er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
