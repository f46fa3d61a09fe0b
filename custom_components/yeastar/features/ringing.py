"""Makes phones ring for a while: to find a handset, or as the chime of a door."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from homeassistant.core import CALLBACK_TYPE, HassJob, callback
from homeassistant.helpers.event import async_call_later

from ..const import LOGGER
from ..errors import refuse, translated_errors
from ..pbx import CallDirection, Extension, ExtensionState, PbxError
from ..pbx.calls.observations import BUSY_STATES

if TYPE_CHECKING:
    from ..coordinator import YeastarCoordinator

AWAY = frozenset(
    {ExtensionState.UNREGISTERED, ExtensionState.MALFUNCTION, ExtensionState.NO_PORT}
)
GOODBYE_SECONDS = 5.0
"""How long an unload waits for phones that still ring."""


def prompt_names(values: Iterable[str]) -> list[str]:
    """Return the names of prompts as the PBX takes them.

    Raises:
        ServiceValidationError: there is one that no prompt can have.
    """
    names = [value.strip() for value in values]
    for name in names:
        # On the wire a plus sign stands between two prompts.
        if not name or "+" in name:
            refuse("prompt_name", prompt=name)
    return names


class Ringing:
    """The phones of one PBX that ring because we asked for it."""

    def __init__(self, coordinator: YeastarCoordinator) -> None:
        """Let nothing ring yet."""
        self._coordinator = coordinator
        # By extension, with the call and what keeps it from being ended; None as
        # long as the PBX did not answer.
        self._living: dict[str, tuple[str, CALLBACK_TYPE] | None] = {}
        self._closed = False

    async def async_ring(self, number: str, prompt: str, seconds: float) -> None:
        """Let an idle phone ring; who picks it up hears the prompt.

        Returns once it rings. What is still unanswered after so many seconds is
        ended then.

        Raises:
            ServiceValidationError: the phone is not idle, or there is no such prompt.
            HomeAssistantError: the PBX refused.
        """
        coordinator = self._coordinator
        prompts = prompt_names([prompt])
        name = coordinator.name_of(number) or number
        if number in self._living:
            refuse("ring_not_idle", extension=name)
        self._living[number] = None
        try:
            with translated_errors(coordinator):
                await coordinator.async_ask_now()
            extension = coordinator.data.extensions.get(number)
            if extension is None or extension.state is not ExtensionState.IDLE:
                away = extension is not None and extension.state in AWAY
                refuse("ring_unreachable" if away else "ring_not_idle", extension=name)
            with translated_errors(coordinator):
                call_id = await coordinator.client.play_to_extension(
                    number, prompts, auto_answer=False
                )
            coordinator.async_dialled(call_id, CallDirection.INTERNAL, "", number)
            coordinator.async_ask_soon()
            if self._closed:
                # What was under way at an unload leaves no timer behind.
                return
            job = HassJob(
                partial(self._time_is_up, number, call_id), cancel_on_shutdown=True
            )
            cancel = async_call_later(coordinator.hass, seconds, job)
            self._living[number] = (call_id, cancel)
        finally:
            if self._living.get(number) is None:
                self._living.pop(number, None)

    async def async_close(self) -> None:
        """End what rings: nobody would be there to do it later."""
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
            LOGGER.debug("%s still lets phones ring", self._coordinator.name)

    @callback
    def _time_is_up(self, number: str, call_id: str, _now: datetime) -> None:
        del self._living[number]
        self._coordinator.config_entry.async_create_background_task(
            self._coordinator.hass,
            self._async_end(number, call_id),
            "yeastar ringing",
        )

    async def _async_end(self, number: str, call_id: str) -> None:
        """Hang up, if that surely ends nothing but our own ringing.

        The PBX ends the call of an extension, whichever it is; where there is any
        doubt the phone rings on until the PBX itself gives up.
        """
        coordinator = self._coordinator
        try:
            await coordinator.async_ask_now()
            if not self._rings_alone(number, call_id):
                LOGGER.debug("The ringing of %s is left to the PBX", number)
                return
            await coordinator.client.hang_up_extension(number)
        except PbxError as err:
            LOGGER.debug("The ringing of %s was not ended: %s", number, err)
            return
        coordinator.async_ask_soon()

    def _rings_alone(self, number: str, call_id: str) -> bool:
        """Return whether a phone rings for our call, and surely for no other."""
        data, calls = self._coordinator.data, self._coordinator.calls
        extension = data.extensions.get(number)
        ours = calls.find(call_id)
        return (
            extension is not None
            and extension.state is ExtensionState.RINGING
            and ours is not None
            and not ours.answered_by
            and calls.of_extension(number) == (ours,)
            # A call between phones may be in no query and no report; then one of
            # them is busy, and nobody knows with whom.
            and all(
                self._is_explained(other)
                for other in data.extensions.values()
                if other.state in BUSY_STATES
            )
        )

    def _is_explained(self, other: Extension) -> bool:
        """Return whether it is known what a phone does; who holds may call again."""
        return other.state is not ExtensionState.ON_HOLD and any(
            other.number in (call.caller, call.answered_by)
            or (other.state is ExtensionState.RINGING and not call.answered_by)
            for call in self._coordinator.calls.of_extension(other.number)
        )
