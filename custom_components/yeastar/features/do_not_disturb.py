"""Phones that do not ring until a time, over restarts of Home Assistant too."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, LOGGER
from ..errors import translated_errors
from ..issues import async_say_do_not_disturb_damaged
from ..pbx.interface import Feature, Pbx
from ..pbx.models import ExtensionChange
from .extension_settings import ExtensionSettingsCoordinator
from .private_store import FAR_FUTURE, PrivateStore

_PRESENCE = "presence"
"""The key beside the numbers of extensions."""
RETRY_SECONDS = 60.0
"""How long to wait if a phone could not be made to ring again."""


class DoNotDisturb:
    """Switches do not disturb of phones, and ends it when its time is over."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        pbx: Pbx,
        settings: ExtensionSettingsCoordinator,
    ) -> None:
        """Know of no phone with do not disturb; nothing is read yet."""
        self._hass = hass
        self._entry = entry
        self._pbx = pbx
        self._settings = settings
        self._until: dict[str, float] = {}
        # What to go back to, where do not disturb is one presence of several.
        self._presence: dict[str, str] = {}
        self._store = _store(hass, entry.entry_id, self._as_stored)
        self._next_try: dict[str, float] = {}
        self._asked: Counter[str] = Counter()
        self._cancel: CALLBACK_TYPE | None = None

    async def async_start(self) -> None:
        """Go on where an earlier run left off; what is overdue ends now."""
        stored = await self._store.async_read()
        known = stored if isinstance(stored, dict) else {}
        presence = known.get(_PRESENCE)
        presence = presence if isinstance(presence, dict) else {}
        self._until = {number: at for number, at in known.items() if _is_time(at)}
        self._presence = {
            number: name for number, name in presence.items() if isinstance(name, str)
        }
        if stored is not None and self._as_stored() != stored:
            await self._store.async_set_aside()
        if aside := self._store.set_aside:
            async_say_do_not_disturb_damaged(self._hass, self._entry, aside)
            self._store.async_save_soon()
        self._entry.async_on_unload(self._store.async_close)
        self._entry.async_on_unload(self._settings.async_add_listener(self._read))
        self._entry.async_on_unload(self._stop)
        self._schedule()

    @staticmethod
    async def async_remove(hass: HomeAssistant, entry_id: str) -> None:
        """Forget the times of a PBX that was removed."""
        await _store(hass, entry_id).async_remove()

    def is_on(self, number: str) -> bool | None:
        """Return whether a phone does not ring, or soon; None if that was not read yet."""
        if (wish := self._settings.wish(number).do_not_disturb) is not None:
            return wish
        settings = self._settings.data.get(number)
        return settings.do_not_disturb if settings else None

    def until(self, number: str) -> datetime | None:
        """Return until when a phone does not ring, None without an end."""
        until = self._until.get(number)
        return dt_util.utc_from_timestamp(until) if until else None

    async def async_set(
        self, number: str, enabled: bool, until: datetime | None = None
    ) -> None:
        """Keep a phone from ringing, until a time or without end, or let it ring.

        Raises:
            HomeAssistantError: as `ExtensionSettingsCoordinator.async_change`, or the
                end could not be stored.
        """
        before = self._until.get(number)
        self._asked[number] += 1
        try:
            if until:
                # First, so that no crash leaves a phone without end.
                await self._keep_surely(number, until.timestamp())
            await self._async_change(number, enabled)
        except HomeAssistantError as err:
            # In doubt it does not ring, and has to. A later change set another end.
            is_own = until and self._until.get(number) == until.timestamp()
            if is_own and err.translation_key != "unconfirmed":
                await self._keep(number, before)
            raise
        finally:
            self._asked -= Counter([number])
        if not until and self._until.get(number) == before:
            await self._keep(number, None)

    async def _async_change(self, number: str, enabled: bool) -> None:
        """Switch do not disturb; off brings back the presence of before."""
        if enabled and Feature.PRESENCE in self._pbx.features:
            with translated_errors():
                listing = await self._pbx.settings_of([number])
            for settings in listing.items:
                if settings.number == number and not settings.do_not_disturb:
                    self._presence[number] = settings.presence
                    await self._store.async_save_now()
        presence = None if enabled else self._presence.get(number)
        await self._settings.async_change(
            number, ExtensionChange(do_not_disturb=enabled, presence=presence)
        )
        if presence:
            del self._presence[number]
            await self._store.async_save_now()

    @callback
    def _read(self) -> None:
        """Forget the times of phones that ring again by other means.

        Look at the clock again as well, which may have been set.
        """
        self._schedule()
        for number in list(self._until):
            settings = self._settings.data.get(number)
            if settings and not settings.do_not_disturb and number not in self._asked:
                self._entry.async_create_task(self._hass, self._keep(number, None))

    async def _keep_surely(self, number: str, until: float) -> None:
        if not await self._keep(number, until):
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="not_stored"
            )

    async def _keep(self, number: str, until: float | None) -> bool:
        """Remember until when a phone does not ring; None forgets it.

        Returns whether that was stored; if not, it is tried again.
        """
        if self._until.get(number) == until:
            return True
        self._next_try.pop(number, None)
        if until:
            self._until[number] = until
        else:
            del self._until[number]
        self._schedule()
        self._settings.async_changed(number)
        return await self._store.async_save_now()

    def _as_stored(self) -> dict[str, Any]:
        presence = {_PRESENCE: dict(self._presence)} if self._presence else {}
        return {**self._until, **presence}

    def _schedule(self) -> None:
        self._stop()
        if not self._until:
            return
        # A pause is measured by a clock that cannot be set.
        now = dt_util.utcnow().timestamp() - time.monotonic()
        due, number = min(
            (
                now + self._next_try[number] if number in self._next_try else until,
                number,
            )
            for number, until in self._until.items()
        )
        job = HassJob(partial(self._end, number), cancel_on_shutdown=True)
        self._cancel = async_track_point_in_utc_time(
            self._hass, job, dt_util.utc_from_timestamp(due)
        )

    @callback
    def _stop(self) -> None:
        if self._cancel:
            self._cancel()
            self._cancel = None

    @callback
    def _end(self, number: str, _now: datetime) -> None:
        self._cancel = None
        # In the store it stays overdue until it worked.
        self._next_try[number] = time.monotonic() + RETRY_SECONDS
        self._schedule()
        if number not in self._asked:
            self._entry.async_create_background_task(
                self._hass, self._async_end(number), "yeastar do not disturb"
            )

    async def _async_end(self, number: str) -> None:
        """Let a phone ring again; if that fails, it is tried again later."""
        until = self._until[number]
        try:
            # One that is gone rings no more.
            if number in self._pbx.inventory.extensions:
                await self._async_change(number, enabled=False)
        except HomeAssistantError as err:
            LOGGER.info(
                "Do not disturb of extension %s is not switched off yet: %s",
                number,
                err,
            )
            return
        if self._until.get(number) == until:
            await self._keep(number, None)


def _is_time(value: object) -> bool:
    """Return whether a stored value is a moment in epoch seconds."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and 0 <= value < FAR_FUTURE
    )


def _store(
    hass: HomeAssistant, entry_id: str, contents: Callable[[], dict[str, Any]] = dict
) -> PrivateStore:
    return PrivateStore(hass, f"{entry_id}.quiet", contents)
