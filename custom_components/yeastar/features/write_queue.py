"""Sends changes of extensions one after the other, as slowly as a PBX needs them."""

import asyncio
import time
from typing import TYPE_CHECKING

from awesomeversion import AwesomeVersion, AwesomeVersionException
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from ..errors import translated, translated_errors
from ..issues import issue_id
from ..pbx import (
    ErrorCode,
    ExtensionChange,
    ExtensionSettings,
    PbxBusyError,
    PbxConnectionError,
    PbxError,
    PbxUnconfirmedError,
)

if TYPE_CHECKING:
    from ..coordinator import YeastarCoordinator

OLD_FIRMWARE_APPLY = "old_firmware_apply"
FIRMWARE_THAT_APPLIES = "30.11.0.7"
"""Before it, several changes within seconds could break calls (change log)."""
GAP = 2.0
"""Seconds between two changes."""
OLD_GAP = 10.0
"""The same, where changes could break calls."""
BUSY_PAUSE = 5.0
"""Seconds to wait when a PBX still applies the change before."""
ATTEMPTS = 5


class ChangeQueue:
    """The changes of the extensions of one PBX, in the order they were asked for.

    Each is one that the PBX applies at once, for all of its phones; what is so
    already is therefore not sent.
    """

    def __init__(self, coordinator: YeastarCoordinator) -> None:
        """Let the first change go at once."""
        self._coordinator = coordinator
        self._turn = asyncio.Lock()
        self._free_at = 0.0
        self._closed = asyncio.Event()

    @callback
    def async_close(self) -> None:
        """Send nothing any more, and let nobody wait."""
        self._closed.set()

    async def async_send(
        self, extension: str, change: ExtensionChange, **instead: str
    ) -> ExtensionSettings:
        """Change an extension and return how it is set up then.

        Whoever asks has to look whether the change is in it. `instead` is that of
        `translated_errors`.

        Raises:
            HomeAssistantError: the PBX refused, or it is not known what it did.
        """
        client = self._coordinator.client
        async with self._turn:
            with translated_errors(self._coordinator, **instead):
                settings = await client.extension_settings(extension)
                if change.is_kept(settings):
                    return settings
                doubt = await self._async_apply(extension, change)
            # What comes now no longer means that nothing was sent.
            try:
                settings = await client.extension_settings(extension)
            except PbxError as err:
                raise _unconfirmed() from doubt or err
        if doubt and not change.is_kept(settings):
            raise _unconfirmed() from doubt
        return settings

    async def _async_apply(
        self, extension: str, change: ExtensionChange
    ) -> PbxUnconfirmedError | None:
        """Send a change; returns the doubt that remains whether it was done."""
        gap = self._gap()
        for attempts_left in reversed(range(ATTEMPTS)):
            await self._async_wait(self._free_at - time.monotonic())
            try:
                await self._coordinator.client.update_extension(extension, change)
            except PbxBusyError as err:
                if err.code is not ErrorCode.APPLY_TOO_FREQUENT or not attempts_left:
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
        coordinator = self._coordinator
        if applies_safely(coordinator):
            return GAP
        async_say_old_firmware(coordinator.hass, coordinator)
        return OLD_GAP

    async def _async_wait(self, seconds: float) -> None:
        """Wait for a while, but not longer than the PBX is set up here."""
        if seconds <= 0:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._closed.wait()
        except TimeoutError:
            return
        raise PbxConnectionError("Nobody is logged in any more")


def applies_safely(coordinator: YeastarCoordinator) -> bool:
    """Return whether changes break no calls; one of unknown firmware may."""
    device = coordinator.data.device
    try:
        return bool(
            device and AwesomeVersion(device.firmware_version) >= FIRMWARE_THAT_APPLIES
        )
    except AwesomeVersionException:
        return False


@callback
def async_say_old_firmware(
    hass: HomeAssistant, coordinator: YeastarCoordinator
) -> None:
    """Say why changes go slowly."""
    device = coordinator.data.device
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id(OLD_FIRMWARE_APPLY, coordinator.config_entry.entry_id),
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=OLD_FIRMWARE_APPLY,
        translation_placeholders={
            "name": coordinator.config_entry.title,
            "firmware": device.firmware_version if device else "?",
            "needed": FIRMWARE_THAT_APPLIES,
        },
    )


@callback
def async_forget_old_firmware(coordinator: YeastarCoordinator) -> None:
    """Withdraw the issue once the firmware is new enough."""
    if applies_safely(coordinator):
        ir.async_delete_issue(
            coordinator.hass,
            DOMAIN,
            issue_id(OLD_FIRMWARE_APPLY, coordinator.config_entry.entry_id),
        )


def _unconfirmed() -> HomeAssistantError:
    return HomeAssistantError(**translated(PbxUnconfirmedError()))
