"""Button platform for Yeastar PBX."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import CONF_RING_PROMPT
from .coordinator import YeastarConfigEntry, YeastarCoordinator
from .entity import ExtensionEntity, PbxEntity, add_as_they_come
from .errors import refuse, translated_errors
from .topics import NOTHING

# The client itself sends no more at once than a PBX bears.
PARALLEL_UPDATES = 0

RING_SECONDS = 15.0
MARK_SEEN = ButtonEntityDescription(
    key="mark_missed_calls_seen", translation_key="mark_missed_calls_seen"
)
RING = ButtonEntityDescription(key="ring", translation_key="ring")
HANG_UP = ButtonEntityDescription(key="hang_up", translation_key="hang_up")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YeastarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the buttons of a PBX and its extensions."""
    coordinator = entry.runtime_data
    async_add_entities([MarkSeenButton(coordinator, MARK_SEEN, NOTHING)])
    add_as_they_come(
        entry,
        async_add_entities,
        for_extension=lambda number: [
            RingButton(coordinator, RING, number),
            HangUpButton(coordinator, HANG_UP, number),
        ],
    )


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


class ExtensionButton(ExtensionEntity, ButtonEntity):
    """A button of an extension; too many of them would start enabled on a large PBX."""

    def __init__(
        self,
        coordinator: YeastarCoordinator,
        description: ButtonEntityDescription,
        number: str,
    ) -> None:
        """Start disabled where there are many."""
        super().__init__(coordinator, description, number)
        self._attr_entity_registry_enabled_default = coordinator.is_small


class RingButton(ExtensionButton):
    """Makes an idle phone ring for a while."""

    @override
    async def async_press(self) -> None:
        """Ring with the prompt of the option.

        Raises:
            ServiceValidationError: there is none, or the phone is not idle.
            HomeAssistantError: the PBX refused.
        """
        prompt = self.coordinator.config_entry.options.get(CONF_RING_PROMPT)
        if not prompt:
            refuse("ring_prompt_needed")
        await self.coordinator.ringing.async_ring(self.number, prompt, RING_SECONDS)


class HangUpButton(ExtensionButton):
    """Ends the call of a phone."""

    @override
    async def async_press(self) -> None:
        """Hang up.

        Raises:
            HomeAssistantError: the PBX refused, for instance as there is no call.
        """
        with translated_errors(self.coordinator, pbx_call_unknown="pbx_no_call"):
            await self.coordinator.client.hang_up_extension(self.number)
        self.coordinator.async_ask_soon()
