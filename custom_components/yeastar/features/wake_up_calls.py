"""Wake-up calls: what is set on the PBX, in the local time of Home Assistant."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, LOGGER
from ..errors import translated_errors
from ..pbx.errors import PbxError, PbxUnsupportedError
from ..pbx.http import in_background
from ..pbx.interface import Pbx
from ..pbx.models import Repeat, WakeUpCall
from ..pbx.reports import Report, ReportType

NEXT_WAKE_UP = "next_wake_up"
INTERVAL = timedelta(minutes=5)
PATIENCE = 5.0
"""Seconds for an answer, for which the poll of the calls may have to wait."""
SOON = 1.0
"""Seconds to gather what is to be read, once."""

_DAY = timedelta(days=1)

type WakeUpCalls = dict[str, tuple[WakeUpCall, ...]]


def shifted(call: WakeUpCall, by: timedelta) -> WakeUpCall:
    """Return a wake-up call as another clock has it, which is ahead by so much.

    Over midnight its weekdays are others, too.
    """
    moment = timedelta(hours=call.time.hour, minutes=call.time.minute) + by
    days, rest = divmod(moment, _DAY)
    return replace(
        call,
        time=(datetime.min + rest).time(),
        weekdays=frozenset((day + days) % 7 for day in call.weekdays),
    )


class WakeUpCoordinator(DataUpdateCoordinator[WakeUpCalls]):
    """The wake-up calls of the extensions of one PBX, in the PBX's time.

    Attributes:
        next: when a phone rings next, by extension.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], pbx: Pbx) -> None:
        """Read nothing before the start."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=f"{entry.title} wake-up calls",
            update_interval=INTERVAL,
            request_refresh_debouncer=Debouncer(
                hass, LOGGER, cooldown=SOON, immediate=False
            ),
        )
        self._pbx = pbx
        self._serial_number = entry.unique_id or ""
        self._is_reachable = True
        self._unsupported_by: str | None = None
        self._cancel_moment: CALLBACK_TYPE | None = None
        self._turn = asyncio.Lock()
        # Grows with each reading and change, so that the older never undoes the newer.
        self._order = 0
        self._changed: dict[str, int] = {}
        self._closed = False
        # Extensions that are to be read soon, None for all of them.
        self._due: set[str] | None = set()
        self.next: dict[str, datetime] = {}
        self.data = {}
        entry.async_on_unload(self._close)

    @callback
    def async_start(self) -> None:
        """Read all wake-up calls soon, and again from time to time."""
        self._due = None
        self._debounced_refresh.async_schedule_call()

    @callback
    def _close(self) -> None:
        """Leave no timer behind, not even of what is under way."""
        self._closed = True
        self._stop_waiting()

    # Reading

    def _want(self, numbers: Iterable[str]) -> None:
        """Read the wake-up calls of some extensions soon."""
        if self._due is not None:
            self._due.update(numbers)
        self._debounced_refresh.async_schedule_call()

    @callback
    def async_reported(self, report: Report) -> None:
        """Read what was changed on the PBX."""
        if report.type is ReportType.BOOT:
            self.async_start()
        elif report.type is ReportType.CONFIG_CHANGED and report.extension:
            self._want({report.extension})

    @callback
    def async_reachable(self, reachable: bool) -> None:
        """Read everything once the PBX is there again."""
        if reachable and not self._is_reachable:
            self.async_start()
        self._is_reachable = reachable

    @callback
    def async_members_changed(self) -> None:
        """Forget extensions that are gone, and read new ones or by a new firmware."""
        present = {e.number for e in self._pbx.inventory.shown_extensions}
        if new := present - self.data.keys():
            self._want(new)
        if gone := self.data.keys() - present:
            for number in gone:
                del self.data[number]
            self._look_ahead()

    @callback
    def async_clock_changed(self) -> None:
        """Find out anew when phones ring: the PBX's clock may have been set."""
        self._look_ahead()

    @property
    def _firmware(self) -> str:
        device = self._pbx.inventory.device
        return device.firmware_version if device else ""

    def _is_needed(self, number: str) -> bool:
        """Return whether a sensor would show it: it is not disabled."""
        registry = er.async_get(self.hass)
        unique_id = f"{self._serial_number}_{number}_{NEXT_WAKE_UP}"
        entity_id = registry.async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id)
        entity = registry.async_get(entity_id) if entity_id else None
        return entity is None or not entity.disabled

    @override
    async def _async_update_data(self) -> WakeUpCalls:
        due, self._due = self._due, set()
        needed = [
            e.number
            for e in self._pbx.inventory.shown_extensions
            if (not due or e.number in due) and self._is_needed(e.number)
        ]
        if self._unsupported_by == self._firmware or not self._is_reachable:
            return self.data
        if needed:
            try:
                with in_background(PATIENCE):
                    await self._async_ask(needed)
            except PbxUnsupportedError:
                # This firmware will not know it later either.
                self._unsupported_by = self._firmware
            except PbxError as err:
                # That the PBX is away is logged for the poll of the calls.
                LOGGER.debug("%s missed: %s", self.name, err)
        return self.data

    async def _async_ask(self, numbers: list[str]) -> tuple[WakeUpCall, ...]:
        self._order += 1
        order = self._order
        listing = await self._pbx.wake_up_calls(numbers)
        found: dict[str, list[WakeUpCall]] = {}
        for call in listing.items:
            found.setdefault(call.extension, []).append(call)
        for number in numbers:
            if self._changed.get(number, 0) > order or not self._is_shown(number):
                continue
            if number in found or listing.complete:
                self.data[number] = tuple(found.get(number, ()))
        self._look_ahead()
        return listing.items

    def _is_shown(self, number: str) -> bool:
        inventory = self._pbx.inventory
        return number in inventory.extensions and inventory.is_shown(number)

    # What is known

    @property
    def _ahead(self) -> timedelta | None:
        """Return how far the PBX's clock is ahead of the local time, if it tells."""
        ours = dt_util.now().utcoffset()
        offset = self._pbx.inventory.utc_offset
        return None if offset is None or ours is None else offset - ours

    def _look_ahead(self, now: datetime | None = None) -> None:
        """Find out when phones ring next, and tell if that changed."""
        now = now or dt_util.now()
        known = {
            number: self._next_of(calls, now) for number, calls in self.data.items()
        }
        before = self.next
        self.next = {number: moment for number, moment in known.items() if moment}
        self._stop_waiting()
        if self.next and not self._closed:
            job = HassJob(self._moment_came, cancel_on_shutdown=True)
            self._cancel_moment = async_track_point_in_utc_time(
                self.hass, job, min(self.next.values())
            )
        if self.next != before:
            self.async_update_listeners()

    def _next_of(self, calls: Iterable[WakeUpCall], now: datetime) -> datetime | None:
        """Return when the first of some comes; None if the PBX's clock is unknown."""
        if (ahead := self._ahead) is None:
            return None
        clock = dt_util.as_local(now).replace(tzinfo=None) + ahead
        moment = min((call.next_after(clock) for call in calls), default=None)
        return moment and (moment - ahead).replace(
            tzinfo=dt_util.get_default_time_zone()
        )

    @callback
    def _moment_came(self, now: datetime) -> None:
        """Forget what comes once, and look when the others come again."""
        self._cancel_moment = None
        ahead = self._ahead or timedelta()
        for number, moment in self.next.items():
            if moment <= now:
                at = moment.replace(tzinfo=None) + ahead
                self.data[number] = tuple(
                    call
                    for call in self.data[number]
                    if call.repeat is not Repeat.ONCE or call.time != at.time()
                )
        self._look_ahead(now)

    @callback
    def _stop_waiting(self) -> None:
        if self._cancel_moment:
            self._cancel_moment()
            self._cancel_moment = None

    # Actions

    async def async_of(self, number: str) -> list[WakeUpCall]:
        """Return the wake-up calls of an extension, in local time, as they are now.

        Raises:
            HomeAssistantError: the PBX does not tell them, or not its time.
        """
        ahead = self._clock_ahead()
        with translated_errors():
            calls = await self._async_read_now(number)
        return [shifted(call, -ahead) for call in calls]

    async def async_set(
        self, number: str, at: time, change: Callable[[WakeUpCall], WakeUpCall]
    ) -> None:
        """Change the wake-up call of an extension at a local time, or make one.

        `change` is given the present one, or a new one, in local time.

        Raises:
            HomeAssistantError: the PBX refused, or its time is not known.
        """
        ahead = self._clock_ahead()

        async def send() -> None:
            calls = await self._async_read_now(number)
            old = next((c for c in calls if shifted(c, -ahead).time == at), None)
            if old is None:
                new = change(WakeUpCall(extension=number, time=at, repeat=Repeat.ONCE))
                await self._pbx.create_wake_up_call(shifted(new, ahead))
                return
            new = shifted(change(shifted(old, -ahead)), ahead)
            if new != old:
                await self._pbx.update_wake_up_call(old, new)

        await self._async_change(number, send)

    async def async_delete(self, number: str, at: time | None) -> bool:
        """Delete the wake-up call of an extension at a local time, or all of it.

        Returns whether there was any.

        Raises:
            HomeAssistantError: the PBX refused, or its time is not known.
        """
        ahead = self._clock_ahead() if at else timedelta()
        found = False

        async def send() -> None:
            nonlocal found
            for call in await self._async_read_now(number):
                if at in (None, shifted(call, -ahead).time):
                    await self._pbx.delete_wake_up_call(call)
                    found = True

        await self._async_change(number, send)
        return found

    def _clock_ahead(self) -> timedelta:
        if (ahead := self._ahead) is None:
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="clock_unknown"
            )
        return ahead

    async def _async_change(
        self, number: str, send: Callable[[], Awaitable[None]]
    ) -> None:
        """Change something, one after the other, and read what became of it."""
        async with self._turn:
            try:
                with translated_errors():
                    await send()
            except HomeAssistantError:
                self.async_start()
                raise
            finally:
                self._order += 1
                self._changed[number] = self._order
            try:
                await self._async_read_now(number)
            except PbxError as err:
                LOGGER.debug("Wake-up calls were changed, but not read: %s", err)
                self.async_start()

    async def _async_read_now(self, number: str) -> tuple[WakeUpCall, ...]:
        calls = await self._async_ask([number])
        return tuple(call for call in calls if call.extension == number)
