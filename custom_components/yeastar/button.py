"""Button platform for Yeastar PBX."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import CALLS, YeastarConfigEntry
from .entity import PbxEntity

# Counting from zero again asks the PBX nothing.
PARALLEL_UPDATES = 0

MARK_SEEN = ButtonEntityDescription(
    key="mark_missed_calls_seen", translation_key="mark_missed_calls_seen"
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YeastarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the button of a PBX."""
    async_add_entities([MarkSeenButton(entry.runtime_data, MARK_SEEN, CALLS)])


class MarkSeenButton(PbxEntity, ButtonEntity):
    """Lets missed calls be counted from zero again."""

    @property
    @override
    def available(self) -> bool:
        # It works on what is remembered here, PBX or not.
        return True

    @override
    async def async_press(self) -> None:
        self.coordinator.async_mark_missed_calls_seen()
