"""Text platform for Yeastar PBX."""

from typing import override

from homeassistant.components.text import RestoreText, TextEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import YeastarConfigEntry, YeastarCoordinator
from .entity import SettingEntity, add_as_they_come
from .errors import refuse
from .features.extension_settings import FORWARDINGS, WITH_NUMBER
from .features.forwarding import LONGEST_NUMBER, ForwardingOf
from .phonebook.numbers import diallable, undiallable

# Changes of a PBX wait for each other, in a queue of its own.
PARALLEL_UPDATES = 0

LONGEST_TEXT = 32
"""More than any number has, with what people write between the digits."""


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YeastarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the texts of the extensions."""
    coordinator = entry.runtime_data
    add_as_they_come(
        entry,
        async_add_entities,
        for_extension=lambda number: [
            ForwardingNumberText(coordinator, number, name) for name in FORWARDINGS
        ],
    )


class ForwardingNumberText(SettingEntity, RestoreText):
    """The number that a forwarding leads to if it leads to an extension or outside."""

    def __init__(
        self, coordinator: YeastarCoordinator, number: str, forwarding: str
    ) -> None:
        """Stand for the number of one of the three forwardings."""
        key = f"{forwarding}_number"
        description = TextEntityDescription(
            key=key,
            translation_key=key,
            entity_category=EntityCategory.CONFIG,
            entity_registry_enabled_default=False,
            native_max=LONGEST_TEXT,
        )
        super().__init__(coordinator, description, number)
        self._forwarding = ForwardingOf(coordinator, number, forwarding)

    @override
    async def async_added_to_hass(self) -> None:
        """Know again what was entered before Home Assistant was started."""
        await super().async_added_to_hass()
        last = await self.async_get_last_text_data()
        if last and last.native_value and not self._forwarding.number:
            self._forwarding.remember(last.native_value)

    @override
    def _shown(self) -> object:
        return self.native_value

    @property
    @override
    def native_value(self) -> str:
        return self._forwarding.number

    @override
    async def async_set_value(self, value: str) -> None:
        """Send calls on to this number, or keep it for when they shall be."""
        value = value.strip()
        now = self._forwarding.now
        if now and now.to in WITH_NUMBER:
            await self._forwarding.async_set(now.to, value, self._context)
        else:
            if undiallable(diallable(value)):
                refuse("forward_number", number=value, limit=str(LONGEST_NUMBER))
            self._forwarding.remember(value)
