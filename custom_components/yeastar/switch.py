"""Switch platform for Yeastar PBX."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .entity import ExtensionEntity, add_members
from .runtime import YeastarConfigEntry
from .topics import NOTHING

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
    """Set up the switches of the extensions, where there are few."""
    runtime = entry.runtime_data

    def for_extension(number: str) -> Iterable[ExtensionEntity]:
        if runtime.wants(Platform.SWITCH, number, DO_NOT_DISTURB.key):
            yield DoNotDisturbSwitch(runtime, DO_NOT_DISTURB, number, NOTHING)

    add_members(entry, async_add_entities, for_extension=for_extension)


class DoNotDisturbSwitch(ExtensionEntity, SwitchEntity):
    """Keeps a phone from ringing, until it is switched off or its time is over."""

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the settings, which are read only for their listeners."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.runtime.settings.async_add_listener(
                self._handle_coordinator_update, self.number
            )
        )

    @override
    def _value(self) -> tuple[bool | None, datetime | None]:
        do_not_disturb = self.runtime.do_not_disturb
        return do_not_disturb.is_on(self.number), do_not_disturb.until(self.number)

    @override
    def _show(self, value: object) -> None:
        is_on, until = cast(tuple[bool | None, datetime | None], value)
        self._attr_is_on = is_on
        self._attr_extra_state_attributes = {
            ATTR_UNTIL: dt_util.as_local(until) if until else None
        }

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Keep the phone from ringing, without an end."""
        await self.runtime.do_not_disturb.async_set(self.number, enabled=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Let the phone ring again."""
        await self.runtime.do_not_disturb.async_set(self.number, enabled=False)
