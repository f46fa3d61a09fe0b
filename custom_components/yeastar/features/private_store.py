"""A private file of one PBX that survives damage and full disks."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, override

from homeassistant.core import CoreState, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store
from homeassistant.util.file import WriteError
from homeassistant.util.json import json_loads

from ..const import DOMAIN, LOGGER

SAVE_DELAY = 30.0
"""Seconds after the first unsaved change, so that a busy PBX wears out no SD card."""
STORAGE_VERSION: Final = 1
FAR_FUTURE: Final = 32_503_680_000
"""Epoch seconds of the year 3000: no later time was ever stored."""

_DAMAGED: Final = ".damaged-"


class PrivateStore(Store[Any]):
    """Keeps what `contents` returns in a file.

    A file that cannot be read is kept under another name. A write that failed is
    repeated.

    Attributes:
        set_aside: the name under which a damaged file is kept, empty if it was sound.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        key: str,
        contents: Callable[[], dict[str, Any]] = dict,
        *,
        minor_version: int = 1,
    ) -> None:
        """Prepare the file; nothing is read yet.

        `contents` is called by another thread.
        """
        super().__init__(
            hass,
            STORAGE_VERSION,
            f"{DOMAIN}.{key}",
            private=True,
            minor_version=minor_version,
            serialize_in_event_loop=False,
        )
        self._contents = contents
        self._unsaved = False
        self._is_written = True
        self._closed = False
        self.set_aside = ""

    # Reading

    async def async_read(self) -> Any:
        """Return what was stored, None if nothing was or nothing can be read."""
        self.set_aside = await self.hass.async_add_executor_job(self._set_aside_damaged)
        try:
            return await self.async_load()
        except HomeAssistantError:
            await self.async_set_aside()
            return None

    async def async_set_aside(self) -> None:
        """Keep the file under another name: what it holds makes no sense."""
        if not self.set_aside:
            self.set_aside = await self.hass.async_add_executor_job(self._rename)

    def _set_aside_damaged(self) -> str:
        try:
            stored = json_loads(Path(self.path).read_bytes())
        except FileNotFoundError:
            return ""
        except OSError, ValueError:
            return self._rename()
        if (
            isinstance(stored, dict)
            and stored.get("data") is not None
            and stored.get("version") == STORAGE_VERSION
            and isinstance(stored.get("minor_version", 1), int)
        ):
            return ""
        return self._rename()

    def _rename(self) -> str:
        path = Path(self.path)
        aside = path.with_name(
            f"{path.name}{_DAMAGED}{datetime.now(UTC):%Y%m%d-%H%M%S}"
        )
        try:
            path.rename(aside)
        except OSError:
            return path.name
        return aside.name

    @override
    async def _async_migrate_func(
        self, old_major_version: int, old_minor_version: int, old_data: Any
    ) -> Any:
        """Leave the contents as they are: they are read tolerantly."""
        return old_data

    # Writing

    @callback
    def async_save_soon(self) -> bool:
        """Save within the delay of the first unsaved change, not of the last.

        Returns whether this was the first.
        """
        if self._unsaved or self._closed:
            return False
        self._unsaved = True
        self.async_delay_save(self._take, SAVE_DELAY)
        return True

    async def async_close(self) -> None:
        """Save what was not saved yet; nothing is saved after it."""
        self._closed = True
        if self._unsaved:
            await self.async_save(self._take())

    async def async_save_now(self) -> bool:
        """Save now; returns whether it was written, or will be when the system stops."""
        await self.async_save(self._take())
        return self._is_written or self.hass.state is CoreState.stopping

    def _take(self) -> dict[str, Any]:
        # Before, so that a change meanwhile is saved once more.
        self._unsaved = False
        return self._contents()

    @override
    async def _async_write_data(self, data: dict[str, Any]) -> None:
        self._is_written = False
        try:
            await super()._async_write_data(data)
        except (OSError, WriteError) as err:
            LOGGER.error("Could not write %s: %s", self.path, err)
            self._unsaved = False
            self.async_save_soon()
        else:
            self._is_written = True

    # Removal

    @override
    async def async_remove(self) -> None:
        """Remove the file, and what was set aside of it."""
        with suppress(OSError):
            await super().async_remove()
        await self.hass.async_add_executor_job(self._remove_set_aside)

    def _remove_set_aside(self) -> None:
        path = Path(self.path)
        for aside in path.parent.glob(f"{path.name}{_DAMAGED}*"):
            if aside.is_file():
                aside.unlink(missing_ok=True)
