"""Select platform for Yeastar PBX."""

from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import YeastarConfigEntry, YeastarCoordinator
from .entity import SettingEntity, add_as_they_come
from .features.extension_settings import FORWARDINGS
from .features.forwarding import ForwardingOf
from .pbx import ExtensionChange, ForwardTo
from .pbx.s_series.extension_settings import RING_TIMEOUTS

# Changes of a PBX wait for each other, in a queue of its own.
PARALLEL_UPDATES = 0

FORWARDING_SELECTS = tuple(
    SelectEntityDescription(
        key=name,
        translation_key=name,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        options=list(ForwardTo),
    )
    for name in FORWARDINGS
)
RING_TIMEOUT = SelectEntityDescription(
    key="ring_timeout",
    translation_key="ring_timeout",
    entity_category=EntityCategory.CONFIG,
    entity_registry_enabled_default=False,
    options=[str(seconds) for seconds in RING_TIMEOUTS],
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YeastarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the selects of the extensions."""
    coordinator = entry.runtime_data
    add_as_they_come(
        entry,
        async_add_entities,
        for_extension=lambda number: [
            RingTimeoutSelect(coordinator, RING_TIMEOUT, number),
            *(
                ForwardingSelect(coordinator, description, number)
                for description in FORWARDING_SELECTS
            ),
        ],
    )


class ForwardingSelect(SettingEntity, SelectEntity):
    """Says where calls of an extension are sent on to."""

    def __init__(
        self,
        coordinator: YeastarCoordinator,
        description: SelectEntityDescription,
        number: str,
    ) -> None:
        """Stand for the forwarding that the description names."""
        super().__init__(coordinator, description, number)
        self._forwarding = ForwardingOf(coordinator, number, description.key)

    @override
    def _shown(self) -> object:
        return self.current_option

    @property
    @override
    def current_option(self) -> str | None:
        return self._forwarding.now.to if self._forwarding.now else None

    @override
    async def async_select_option(self, option: str) -> None:
        """Send calls on to there; a number is that of the text entity beside it."""
        await self._forwarding.async_set(
            ForwardTo(option), self._forwarding.number, self._context
        )


class RingTimeoutSelect(SettingEntity, SelectEntity):
    """Says how long a phone rings; the PBX lets one choose from a few times."""

    @override
    def _shown(self) -> object:
        return self.current_option

    @property
    @override
    def current_option(self) -> str | None:
        seconds = self.settings.ring_timeout if self.settings else None
        return str(seconds) if seconds in RING_TIMEOUTS else None

    @override
    async def async_select_option(self, option: str) -> None:
        """Let the phone ring for so many seconds."""
        await self.coordinator.settings.async_change(
            self.number, ExtensionChange(ring_timeout=int(option))
        )
