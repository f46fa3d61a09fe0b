"""Keeps the session with a PBX that allows only few, so that a restart goes on with it."""

import asyncio
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..pbx.interface import Pbx

STORAGE_VERSION = 1
_WRITES: HassKey[dict[str, asyncio.Task[None]]] = HassKey(f"{DOMAIN}_session_writes")
"""What is being written, by entry: a reload must not read what was there before."""


class SessionStore:
    """Stores what a later run needs to go on with a session; it is a secret."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], pbx: Pbx) -> None:
        """Store each change from now on."""
        self._hass = hass
        self._pbx = pbx
        self._entry_id = entry.entry_id
        self._store = _store(hass, entry.entry_id)
        pbx.on_session = self._async_changed

    async def async_load(self) -> None:
        """Go on with the session of an earlier run."""
        if writing := self._hass.data.get(_WRITES, {}).get(self._entry_id):
            await asyncio.wait([writing])
        stored = await self._store.async_load()
        if isinstance(stored, dict) and isinstance(kept := stored.get("session"), str):
            self._pbx.resume_session(kept)

    @staticmethod
    async def async_remove(hass: HomeAssistant, entry_id: str) -> None:
        """Forget the session of a PBX that was removed."""
        await _store(hass, entry_id).async_remove()

    @callback
    def _async_changed(self, kept: str) -> None:
        # At once: a session that is not stored is lost to a crash.
        self._hass.data.setdefault(_WRITES, {})[self._entry_id] = (
            self._hass.async_create_task(
                self._store.async_save({"session": kept}), f"{DOMAIN} session"
            )
        )


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, str]]:
    return Store(hass, STORAGE_VERSION, f"{DOMAIN}.{entry_id}.session", private=True)
