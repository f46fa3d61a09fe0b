"""Phones that are quiet until a time, over restarts of Home Assistant too."""

from collections import Counter
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, LOGGER
from ..pbx import ExtensionChange, ExtensionSettings

if TYPE_CHECKING:
    from ..coordinator import YeastarCoordinator

STORAGE_VERSION = 1
RETRY_SECONDS = 60.0
"""How long to wait if a phone could not be made to ring again."""


class DoNotDisturb:
    """Makes phones quiet, and lets them ring again when their time is over."""

    def __init__(self, coordinator: YeastarCoordinator) -> None:
        """Know of no quiet phone; nothing is read yet."""
        self._coordinator = coordinator
        self._store = _store(coordinator.hass, coordinator.config_entry.entry_id)
        self._until: dict[str, float] = {}
        self._next_try: dict[str, float] = {}
        self._asked: Counter[str] = Counter()
        self._cancel: CALLBACK_TYPE | None = None

    async def async_start(self) -> None:
        """Go on where an earlier run left off; what is overdue ends now."""
        stored = await self._store.async_load()
        if isinstance(stored, dict):
            self._until = {
                number: until
                for number, until in stored.items()
                if isinstance(until, int | float)
            }
        self._coordinator.settings.on_reading = self._read
        self._coordinator.config_entry.async_on_unload(self._stop)
        self._schedule()

    @staticmethod
    async def async_remove(hass: HomeAssistant, entry_id: str) -> None:
        """Forget the times of a PBX that was taken away."""
        await _store(hass, entry_id).async_remove()

    def until(self, number: str) -> datetime | None:
        """Return until when a phone is quiet, None if nothing ends it by itself."""
        until = self._until.get(number)
        return dt_util.utc_from_timestamp(until) if until else None

    async def async_set(
        self, number: str, quiet: bool, until: datetime | None = None
    ) -> None:
        """Make a phone quiet, until a time or until somebody ends it, or let it ring.

        Raises:
            HomeAssistantError: as `SettingsBook.async_change`.
        """
        before = self._until.get(number)
        self._asked[number] += 1
        try:
            if until:
                # First, so that no crash leaves a phone quiet for ever.
                await self._keep(number, until.timestamp())
            await self._coordinator.settings.async_change(
                number, ExtensionChange(do_not_disturb=quiet)
            )
        except HomeAssistantError as err:
            # In doubt it is quiet, and has to end.
            if until and err.translation_key != "unconfirmed":
                await self._keep(number, before)
            raise
        finally:
            self._asked -= Counter([number])
        if not until and self._until.get(number) == before:
            await self._keep(number, None)

    @callback
    def _read(self, settings: ExtensionSettings) -> None:
        """Forget the time of a phone that somebody else let ring again."""
        number = settings.number
        quiet = settings.do_not_disturb or number in self._asked
        if number in self._until and not quiet:
            self._coordinator.config_entry.async_create_task(
                self._coordinator.hass, self._keep(number, None)
            )

    async def _keep(self, number: str, until: float | None) -> None:
        """Remember until when a phone is quiet; None forgets it."""
        if self._until.get(number) == until:
            return
        self._next_try.pop(number, None)
        if until:
            self._until[number] = until
        else:
            del self._until[number]
        self._schedule()
        self._coordinator.settings.async_tell(number)
        await self._store.async_save(dict(self._until))

    def _schedule(self) -> None:
        self._stop()
        if not self._until:
            return
        due, number = min(
            (self._next_try.get(number, until), number)
            for number, until in self._until.items()
        )
        job = HassJob(partial(self._end, number), cancel_on_shutdown=True)
        self._cancel = async_track_point_in_utc_time(
            self._coordinator.hass, job, dt_util.utc_from_timestamp(due)
        )

    @callback
    def _stop(self) -> None:
        if self._cancel:
            self._cancel()
            self._cancel = None

    @callback
    def _end(self, number: str, now: datetime) -> None:
        self._cancel = None
        # Whatever becomes of it; in the store it stays overdue until it worked. `now` is
        # when it was due, which may be days ago.
        self._next_try[number] = max(now, dt_util.utcnow()).timestamp() + RETRY_SECONDS
        self._schedule()
        if number not in self._asked:
            self._coordinator.config_entry.async_create_background_task(
                self._coordinator.hass, self._async_end(number), "yeastar quiet"
            )

    async def _async_end(self, number: str) -> None:
        """Let a phone ring again; if that fails, it is tried again later."""
        until = self._until[number]
        try:
            # One that is gone rings no more.
            if number in self._coordinator.data.extensions:
                await self._coordinator.settings.async_change(
                    number, ExtensionChange(do_not_disturb=False)
                )
        except HomeAssistantError as err:
            LOGGER.info("Extension %s is quiet for longer: %s", number, err)
            return
        if self._until.get(number) == until:
            await self._keep(number, None)


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, float]]:
    return Store(hass, STORAGE_VERSION, f"{DOMAIN}.{entry_id}.quiet", private=True)
