"""Makes phones ring for a while: to find a handset, or as the chime of a door."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ..const import LOGGER
from ..errors import refuse, translated_errors
from ..pbx.errors import PbxError
from ..pbx.interface import Pbx
from ..pbx.models import (
    AWAY_STATES,
    Destination,
    DestinationKind,
    Extension,
    ExtensionState,
)

GOODBYE_SECONDS = 5.0
"""How long an unload waits for phones that still ring."""


def prompt_names(values: Iterable[str]) -> list[str]:
    """Return the names of prompts as the PBX takes them.

    Raises:
        ServiceValidationError: no prompt can have one of the names.
    """
    names = [value.strip() for value in values]
    for name in names:
        # On the wire a plus sign stands between two prompts.
        if not name or "+" in name:
            refuse("prompt_name", prompt=name)
    return names


class Ringing:
    """The phones of one PBX that ring because Home Assistant asked for it."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        pbx: Pbx,
        ask_now: Callable[[], Awaitable[None]],
    ) -> None:
        """Let nothing ring yet; `ask_now` asks the PBX what its phones do."""
        self._hass = hass
        self._entry = entry
        self._pbx = pbx
        self._ask_now = ask_now
        # By extension, with the call and what keeps it from being ended; None as
        # long as the PBX did not answer.
        self._living: dict[str, tuple[str, CALLBACK_TYPE] | None] = {}
        self._closed = False

    async def async_ring(self, number: str, prompt: str, seconds: float) -> None:
        """Let an idle phone ring; the prompt is played when it is picked up.

        Returns once it rings. What is still unanswered after so many seconds is
        ended then.

        Raises:
            ServiceValidationError: the phone is not idle, or there is no such prompt.
            HomeAssistantError: the PBX refused.
        """
        prompts = prompt_names([prompt])
        known = self._pbx.inventory.extensions.get(number)
        name = known.name if known else number
        before = self._living.get(number)
        if number in self._living and before is None:
            refuse("ring_not_idle", extension=name)
        self._living[number] = None
        try:
            with translated_errors():
                await self._ask_now()
            extension = self._pbx.inventory.extensions.get(number)
            if extension is None or extension.state is not ExtensionState.IDLE:
                away = extension is not None and extension.state in AWAY_STATES
                refuse("ring_unreachable" if away else "ring_not_idle", extension=name)
            if before:
                # It was picked up and put down, which nothing need have told.
                before[1]()
                before = None
            with translated_errors():
                call_id = await self._pbx.play_prompts(
                    Destination(kind=DestinationKind.EXTENSION, number=number), prompts
                )
            if self._closed:
                # A request that ends after the unload leaves no timer behind.
                return
            job = HassJob(
                partial(self._time_is_up, number, call_id), cancel_on_shutdown=True
            )
            cancel = async_call_later(self._hass, seconds, job)
            self._living[number] = (call_id, cancel)
        finally:
            if self._living.get(number) is None:
                self._living.pop(number, None)
                if before and not self._closed:
                    self._living[number] = before

    async def async_close(self) -> None:
        """End what rings: after the unload nothing would."""
        self._closed = True
        ringing = [(number, rings) for number, rings in self._living.items() if rings]
        self._living.clear()
        for _, (_, cancel) in ringing:
            cancel()
        if not ringing:
            return
        try:
            async with asyncio.timeout(GOODBYE_SECONDS):
                for number, (call_id, _) in ringing:
                    await self._async_end(number, call_id)
        except TimeoutError:
            LOGGER.debug("%s still lets phones ring", self._entry.title)

    @callback
    def _time_is_up(self, number: str, call_id: str, _now: datetime) -> None:
        del self._living[number]
        self._entry.async_create_background_task(
            self._hass, self._async_end(number, call_id), "yeastar ringing"
        )

    async def _async_end(self, number: str, call_id: str) -> None:
        """Hang up, if that surely ends nothing but this ringing.

        The PBX ends the call of an extension, whichever it is; where there is any
        doubt the phone rings on until the PBX itself gives up.
        """
        try:
            await self._ask_now()
            if not self._rings_alone(number, call_id):
                LOGGER.debug("The ringing of %s is left to the PBX", number)
                return
            await self._pbx.hang_up_extension(number)
        except PbxError as err:
            LOGGER.debug("The ringing of %s was not ended: %s", number, err)

    def _rings_alone(self, number: str, call_id: str) -> bool:
        """Return whether a phone rings for this call, and surely for no other."""
        inventory, calls = self._pbx.inventory, self._pbx.calls
        ringing = calls.find(call_id)
        return (
            inventory.states.get(number) is ExtensionState.RINGING
            and ringing is not None
            and not ringing.answered_by
            and calls.of_extension(number) == (ringing,)
            # A call between phones may be in no query and no report; then one of
            # them is busy, and with whom is not known.
            and all(
                self._is_explained(other)
                for other in inventory.extensions.values()
                if inventory.is_busy(other.number)
            )
        )

    def _is_explained(self, other: Extension) -> bool:
        """Return whether it is known what a phone does; one on hold may call again."""
        return other.state is not ExtensionState.ON_HOLD and any(
            other.number in (call.caller, call.answered_by)
            or (other.state is ExtensionState.RINGING and not call.answered_by)
            for call in self._pbx.calls.of_extension(other.number)
        )
