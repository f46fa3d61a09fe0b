"""Brings entries of older versions up to date."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .const import CONF_FAMILY, LOGGER
from .pbx.models import Family

VERSION = 1
MINOR_VERSION = 2

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
    if entry.minor_version < MINOR_VERSION:
        _remove_forwarding_entities(hass, entry)
        hass.config_entries.async_update_entry(
            entry,
            data={CONF_FAMILY: Family.S_SERIES.value, **entry.data},
            minor_version=MINOR_VERSION,
        )
        LOGGER.debug("Migrated %s to %s.%s", entry.title, VERSION, MINOR_VERSION)
    return True


def _remove_forwarding_entities(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        endings = _REMOVED.get(Platform(entity.domain), ())
        if entity.unique_id.endswith(tuple(f"_{key}" for key in endings)) and endings:
            registry.async_remove(entity.entity_id)
