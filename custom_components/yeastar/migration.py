"""Brings entries of older versions up to date."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .const import CONF_FAMILY, LOGGER
from .pbx.models import Family

VERSION = 1
MINOR_VERSION = 3

_FORWARDINGS = ("always_forward", "no_answer_forward", "busy_forward")
_REMOVED = {
    Platform.SELECT: ("ring_timeout", *_FORWARDINGS),
    Platform.TEXT: tuple(f"{name}_number" for name in _FORWARDINGS),
}
"""Keys of the entities of forwarding, which an action and a sensor took the place of."""


@callback
def async_migrate(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
    """Migrate an entry; returns whether this version can read it."""
    if entry.version > VERSION:
        # Written by a newer version that changed more than this one understands.
        return False
    if entry.minor_version < 2:
        _remove_forwarding_entities(hass, entry)
        hass.config_entries.async_update_entry(
            entry, data={CONF_FAMILY: Family.S_SERIES.value, **entry.data}
        )
    if entry.minor_version < 3:
        _make_devices_of_child_devices(hass, entry)
    if entry.minor_version < MINOR_VERSION:
        hass.config_entries.async_update_entry(entry, minor_version=MINOR_VERSION)
        LOGGER.debug("Migrated %s to %s.%s", entry.title, VERSION, MINOR_VERSION)
    return True


def _remove_forwarding_entities(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        endings = _REMOVED.get(Platform(entity.domain), ())
        if entity.unique_id.endswith(tuple(f"_{key}" for key in endings)) and endings:
            registry.async_remove(entity.entity_id)


def _make_devices_of_child_devices(
    hass: HomeAssistant, entry: ConfigEntry[Any]
) -> None:
    """Give extensions and trunks devices, since a child device shows no model.

    Ids, names, areas and labels stay: Home Assistant brings back a removed device by
    its identifier.
    """
    devices, entities = dr.async_get(hass), er.async_get(hass)
    for child in list(dr.async_child_entries_for_config_entry(devices, entry.entry_id)):
        ours = er.async_entries_for_device(
            entities, child.id, include_disabled_entities=True
        )
        for entity in ours:
            # They would be removed with their device.
            entities.async_update_entity(entity.entity_id, device_id=None)
        devices.async_remove_device(child.id)
        device = devices.async_get_or_create(
            config_entry_id=entry.entry_id,
            identifiers=child.identifiers,
            name=child.name,
            via_device_id=child.parent_device_id,
        )
        for entity in ours:
            entities.async_update_entity(entity.entity_id, device_id=device.id)
