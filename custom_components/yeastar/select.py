"""Select platform for Yeastar PBX: where the user of an extension is."""

from collections.abc import Iterable
from typing import cast, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import ExtensionEntity, add_members
from .pbx.interface import Feature
from .pbx.models import ExtensionChange, Presence
from .runtime import YeastarConfigEntry

# The write queue of a PBX sends its changes one after the other.
PARALLEL_UPDATES = 0

PRESENCE = SelectEntityDescription(
    key="presence", translation_key="presence", options=list(Presence)
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YeastarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the presence of the extensions, where the PBX knows it."""
    runtime = entry.runtime_data
    if not runtime.can(Feature.PRESENCE):
        return

    def for_extension(number: str) -> Iterable[ExtensionEntity]:
        if runtime.wants(Platform.SELECT, number, PRESENCE.key):
            yield PresenceSelect(runtime, PRESENCE, number)

    await add_members(entry, async_add_entities, for_extension=for_extension)


class PresenceSelect(ExtensionEntity, SelectEntity):
    """Where the user of an extension is."""

    @override
    def _value(self) -> str:
        wish = self.runtime.settings.wish(self.number).presence
        return wish or self.extension.presence

    @override
    def _show(self, value: object) -> None:
        # A PBX may have presences of its own beside those that all have.
        presence = cast(str, value)
        self._attr_current_option = presence if presence in self.options else None

    @override
    async def async_select_option(self, option: str) -> None:
        """Say where the user of the extension is."""
        change = ExtensionChange(presence=option)
        await self.runtime.settings.async_change(self.number, change)
