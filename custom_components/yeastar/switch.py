"""Switch platform for Yeastar PBX."""

from datetime import datetime
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import YeastarConfigEntry, YeastarCoordinator
from .entity import SettingEntity, add_as_they_come

# Changes of a PBX wait for each other, in a queue of its own.
PARALLEL_UPDATES = 0

ATTR_UNTIL = "until"
DO_NOT_DISTURB = SwitchEntityDescription(
    key="do_not_disturb", translation_key="do_not_disturb"
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YeastarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the switches of the extensions."""
    coordinator = entry.runtime_data
    add_as_they_come(
        entry,
        async_add_entities,
        for_extension=lambda number: [DoNotDisturbSwitch(coordinator, number)],
    )


class DoNotDisturbSwitch(SettingEntity, SwitchEntity):
    """Keeps a phone from ringing, for as long as nobody or no time ends it."""

    def __init__(self, coordinator: YeastarCoordinator, number: str) -> None:
        """Start disabled where there are many phones, of which each would be read."""
        super().__init__(coordinator, DO_NOT_DISTURB, number)
        self._attr_entity_registry_enabled_default = coordinator.is_small

    @override
    def _shown(self) -> object:
        return (self.is_on, self._until)

    @property
    @override
    def is_on(self) -> bool | None:
        return self.settings.do_not_disturb if self.settings else None

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        return {ATTR_UNTIL: dt_util.as_local(self._until) if self._until else None}

    @property
    def _until(self) -> datetime | None:
        return self.coordinator.do_not_disturb.until(self.number)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Make the phone quiet, without an end."""
        await self.coordinator.do_not_disturb.async_set(self.number, quiet=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Let the phone ring again."""
        await self.coordinator.do_not_disturb.async_set(self.number, quiet=False)
