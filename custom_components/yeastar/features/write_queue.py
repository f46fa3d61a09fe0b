"""Sends changes of extensions one after the other, as slowly as a PBX needs them."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
import time
from typing import Any, NamedTuple

from awesomeversion import AwesomeVersion, AwesomeVersionException
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from ..errors import refuse, translated, translated_errors
from ..issues import OLD_FIRMWARE_APPLY, async_say_old_firmware, async_withdraw
from ..pbx.errors import (
    PbxBusyError,
    PbxConnectionError,
    PbxError,
    PbxUnconfirmedError,
    Refusal,
)
from ..pbx.interface import Pbx
from ..pbx.models import ExtensionChange, ExtensionSettings

FIRMWARE_THAT_APPLIES = "30.11.0.7"
"""Before it, several changes within seconds could break calls (change log)."""
GAP = 2.0
"""Seconds between two changes."""
OLD_GAP = 10.0
"""The same, where changes could break calls."""
BUSY_PAUSE = 5.0
"""Seconds to wait when a PBX still applies the change before."""
ATTEMPTS = 5


class _Waiting(NamedTuple):
    """A change that waits for its turn, until its patience ends."""

    extension: str
    change: ExtensionChange
    patience: asyncio.Timeout


class WriteQueue:
    """The changes of the extensions of one PBX, in the order they were asked for.

    A change that waits is dropped if a later one of the same extension replaces it.
    The PBX applies each change at once, for all of its phones; what is so already is
    therefore not sent.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], pbx: Pbx) -> None:
        """Let the first change go at once."""
        self._hass = hass
        self._entry = entry
        self._pbx = pbx
        self._turn = asyncio.Lock()
        self._waiting: list[_Waiting] = []
        self._free_at = 0.0
        self._closed = asyncio.Event()

    @callback
    def async_close(self) -> None:
        """Send nothing any more, and end what still waits."""
        self._closed.set()

    @callback
    def async_firmware_changed(self) -> None:
        """Withdraw the issue once the firmware is new enough."""
        if self._applies_safely:
            async_withdraw(self._hass, self._entry.entry_id, OLD_FIRMWARE_APPLY)

    async def async_send(
        self,
        extension: str,
        change: ExtensionChange,
        instead: Mapping[str, str] | None = None,
    ) -> ExtensionSettings:
        """Change an extension and return how it is set up then.

        The caller has to look whether the change is in it. `instead` is that of
        `translated_errors`.

        Raises:
            HomeAssistantError: the PBX refused, it is not known what it did, or a
                later change took the place of this one.
        """
        async with self._turn_of(extension, change):
            with translated_errors(instead):
                settings = await self._pbx.settings_of_one(extension)
                if change.is_kept(settings):
                    return settings
                doubt = await self._async_apply(extension, change)
            # What comes now no longer means that nothing was sent.
            try:
                settings = await self._pbx.settings_of_one(extension)
            except PbxError as err:
                raise _unconfirmed() from doubt or err
        if doubt and not change.is_kept(settings):
            raise _unconfirmed() from doubt
        return settings

    @asynccontextmanager
    async def _turn_of(
        self, extension: str, change: ExtensionChange
    ) -> AsyncGenerator[None]:
        """Wait until all changes before this one are made."""
        for other in list(self._waiting):
            if other.extension == extension and change.replaces(other.change):
                self._waiting.remove(other)
                other.patience.reschedule(0)
        waiting = _Waiting(extension, change, asyncio.timeout(None))
        try:
            async with waiting.patience:
                self._waiting.append(waiting)
                await self._turn.acquire()
        except TimeoutError:
            known = self._pbx.inventory.extensions.get(extension)
            name = known.name if known else extension
            refuse("setting_replaced", extension=name)
        finally:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
        try:
            yield
        finally:
            self._turn.release()

    async def _async_apply(
        self, extension: str, change: ExtensionChange
    ) -> PbxUnconfirmedError | None:
        """Send a change; returns the doubt that remains whether it was done."""
        gap = self._gap()
        for attempts_left in reversed(range(ATTEMPTS)):
            await self._async_wait(self._free_at - time.monotonic())
            try:
                await self._pbx.update_extension(extension, change)
            except PbxBusyError as err:
                if err.reason is not Refusal.APPLY_TOO_FREQUENT or not attempts_left:
                    raise
                # Nothing was changed, so that it may be sent again.
                self._free_at = time.monotonic() + max(gap, BUSY_PAUSE)
            except PbxUnconfirmedError as err:
                self._free_at = time.monotonic() + gap
                return err
            else:
                self._free_at = time.monotonic() + gap
                break
        return None

    def _gap(self) -> float:
        if self._applies_safely:
            return GAP
        async_say_old_firmware(
            self._hass, self._entry, self._firmware or "?", FIRMWARE_THAT_APPLIES
        )
        return OLD_GAP

    @property
    def _firmware(self) -> str:
        device = self._pbx.inventory.device
        return device.firmware_version if device else ""

    @property
    def _applies_safely(self) -> bool:
        """Return whether changes break no calls; one of unknown firmware may."""
        try:
            return AwesomeVersion(self._firmware) >= FIRMWARE_THAT_APPLIES
        except AwesomeVersionException:
            return False

    async def _async_wait(self, seconds: float) -> None:
        """Wait for a while, but not longer than the PBX is set up here."""
        if seconds <= 0:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._closed.wait()
        except TimeoutError:
            return
        raise PbxConnectionError("The session was ended")


def _unconfirmed() -> HomeAssistantError:
    return HomeAssistantError(**translated(PbxUnconfirmedError()))
