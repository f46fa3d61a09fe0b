"""Button platform for Yeastar PBX."""

from collections.abc import Iterable
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import CONF_RING_PROMPT
from .entity import ExtensionEntity, PbxEntity, add_members
from .errors import NO_CALL, refuse, translated_errors
from .runtime import YeastarConfigEntry
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
    """Set up the buttons of a PBX and, where there are few, of its extensions."""
    runtime = entry.runtime_data
    async_add_entities([MarkSeenButton(runtime, MARK_SEEN, NOTHING)])

    def for_extension(number: str) -> Iterable[ExtensionEntity]:
        for button, description in ((RingButton, RING), (HangUpButton, HANG_UP)):
            if runtime.wants(Platform.BUTTON, number, description.key):
                yield button(runtime, description, number, NOTHING)

    await add_members(entry, async_add_entities, for_extension=for_extension)


class MarkSeenButton(PbxEntity, ButtonEntity):
    """Lets missed calls be counted from zero again."""

    @property
    @override
    def available(self) -> bool:
        # It works on what is remembered here, whether the PBX answers or not.
        return True

    @override
    async def async_press(self) -> None:
        self.runtime.async_mark_missed_calls_seen()


class RingButton(ExtensionEntity, ButtonEntity):
    """Makes an idle phone ring for a while."""

    @override
    async def async_press(self) -> None:
        """Ring with the prompt of the option.

        Raises:
            ServiceValidationError: the option is not set, or the phone is not idle.
            HomeAssistantError: the PBX refused.
        """
        prompt = self.runtime.entry.options.get(CONF_RING_PROMPT)
        if not prompt:
            refuse("ring_prompt_needed")
        await self.runtime.ringing.async_ring(self.number, prompt, RING_SECONDS)


class HangUpButton(ExtensionEntity, ButtonEntity):
    """Ends the call of a phone."""

    @override
    async def async_press(self) -> None:
        """Hang up.

        Raises:
            HomeAssistantError: the PBX refused, for instance as there is no call.
        """
        with translated_errors(NO_CALL):
            await self.runtime.pbx.hang_up_extension(self.number)
        self.runtime.coordinator.async_ask_soon()
