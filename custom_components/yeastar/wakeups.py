"""Wake-up calls: what is set on the PBX, in the local time of Home Assistant."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import islice
from math import ceil
from typing import TYPE_CHECKING

from homeassistant.const import Platform
from homeassistant.core import CALLBACK_TYPE, HassJob, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_call_later, async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from .api import (
    Listing,
    PbxError,
    PbxUnsupportedError,
    Repeat,
    Report,
    ReportType,
    WakeUpCall,
)
from .api.wakeup import CHUNK
from .const import DOMAIN, LOGGER
from .errors import translated_errors

if TYPE_CHECKING:
    from .coordinator import YeastarCoordinator

NEXT_WAKE_UP = "next_wake_up"
EVERY = 300.0
"""Seconds in which each extension is read once; with many, some at a time."""
SOON = 1.0
"""Seconds to gather what is to be read at once, and between two such readings."""
PATIENCE = 10.0
"""Seconds for one answer: actions may have to wait for as long."""

_DAY = timedelta(days=1)


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


class WakeUpBook:
    """The wake-up calls of the extensions of one PBX, as far as they were read.

    Attributes:
        known: by extension; times are those of the PBX.
        next: when a phone rings next, by extension.
    """

    def __init__(self, coordinator: YeastarCoordinator) -> None:
        """Know nothing; nothing is read before the start."""
        self._coordinator = coordinator
        self._listeners: dict[str, CALLBACK_TYPE] = {}
        # Numbers in the order in which they are to be read, and those to be read now.
        self._queue: dict[str, None] = {}
        self._due: dict[str, None] = {}
        self._reading = False
        self._closed = False
        self._unsupported_by: str | None = None
        self._cancel: CALLBACK_TYPE | None = None
        self._cancel_moment: CALLBACK_TYPE | None = None
        self._turn = asyncio.Lock()
        # Grows with each reading and change, so that the older never undoes the newer.
        self._order = 0
        self._changed: dict[str, int] = {}
        self._ahead: timedelta | None = None
        self.known: dict[str, tuple[WakeUpCall, ...]] = {}
        self.next: dict[str, datetime] = {}
        self.on_appearing: Callable[[str], None] = lambda number: None

    @callback
    def async_start(self, members: str, device: str) -> None:
        """Follow the PBX until unload; the two are the parts that matter."""
        coordinator = self._coordinator
        for stop in (
            coordinator.async_listen_reports(self._reported),
            coordinator.async_add_listener(self._members_changed, members),
            coordinator.async_add_listener(self._clock_changed, device),
            self._close,
        ):
            coordinator.config_entry.async_on_unload(stop)
        self._ahead = coordinator.data.clock_ahead
        self._members_changed()

    @callback
    def _close(self) -> None:
        """Leave no timer behind, not even of what is under way."""
        self._closed = True
        self._stop()
        self._stop_waiting()

    @callback
    def async_listen(self, number: str, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Listen for when a phone rings next."""
        self._listeners[number] = listener
        return lambda: self._listeners.pop(number, None) and None

    # Reading

    @callback
    def _members_changed(self) -> None:
        """Read what is new, and what a new firmware may know."""
        present = {e.number: None for e in self._coordinator.shown_extensions}
        for number in self._queue.keys() - present:
            del self._queue[number]
            self._due.pop(number, None)
            self._put(number, ())
        new = [number for number in present if number not in self._queue]
        self._queue |= dict.fromkeys(new)
        if self._unsupported_by not in (None, self._firmware):
            self._unsupported_by = None
            new = list(present)
        self._want(new)
        if not self._cancel:
            # The PBX may be there again.
            self._schedule()

    @property
    def _firmware(self) -> str:
        device = self._coordinator.data.device
        return device.firmware_version if device else ""

    @callback
    def _reported(self, report: Report) -> None:
        """Read what was changed on the PBX."""
        if report.type is ReportType.BOOT:
            self._want(self._queue)
        elif report.type is ReportType.CONFIG_CHANGED and report.extension:
            self._want([report.extension])

    def _want(self, numbers: Iterable[str]) -> None:
        """Read some soon."""
        waiting = bool(self._due)
        self._due |= dict.fromkeys(n for n in numbers if n in self._queue)
        if self._due and not waiting:
            # Once only, or a PBX that is changed all the time would never be read.
            self._schedule()

    def _schedule(self) -> None:
        self._stop()
        if (
            self._closed
            or self._reading
            or not self._queue
            or self._unsupported_by is not None
            or not self._coordinator.last_update_success
        ):
            return
        if self._due:
            seconds = SOON
        elif self._coordinator.config_entry.pref_disable_polling:
            # What is read after a change shows all the same.
            return
        else:
            seconds = EVERY / ceil(len(self._queue) / CHUNK)
        job = HassJob(self._start_reading, cancel_on_shutdown=True)
        self._cancel = async_call_later(self._coordinator.hass, seconds, job)

    @callback
    def _stop(self) -> None:
        if self._cancel:
            self._cancel()
            self._cancel = None

    @callback
    def _start_reading(self, _now: datetime) -> None:
        self._cancel = None
        numbers = list(islice(self._due or self._queue, CHUNK))
        for number in numbers:
            self._due.pop(number, None)
            # To the end, so that all have their turn.
            del self._queue[number]
            self._queue[number] = None
        needed = [number for number in numbers if self._is_needed(number)]
        if not needed:
            self._schedule()
            return
        self._reading = True
        self._coordinator.config_entry.async_create_background_task(
            self._coordinator.hass, self._async_read(needed), "yeastar wake-up calls"
        )

    def _is_needed(self, number: str) -> bool:
        """Return whether a sensor would show it: nobody disabled that."""
        registry = er.async_get(self._coordinator.hass)
        unique_id = f"{self._coordinator.serial_number}_{number}_{NEXT_WAKE_UP}"
        entity_id = registry.async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id)
        entity = registry.async_get(entity_id) if entity_id else None
        return entity is None or not entity.disabled

    async def _async_read(self, numbers: list[str]) -> None:
        """Read a few; whatever is read late or not at all harms nobody."""
        self._order += 1
        order = self._order
        try:
            async with asyncio.timeout(PATIENCE):
                listing = await self._coordinator.client.wake_up_calls(numbers)
        except PbxUnsupportedError:
            # This firmware will not know it later either.
            self._unsupported_by = self._firmware
        except (PbxError, TimeoutError) as err:
            LOGGER.debug("%s told no wake-up calls: %s", self._coordinator.name, err)
        else:
            self._apply(numbers, listing, order)
        finally:
            self._reading = False
        self._schedule()

    def _apply(
        self, numbers: Iterable[str], listing: Listing[WakeUpCall], order: int
    ) -> None:
        found: dict[str, list[WakeUpCall]] = {}
        for call in listing.items:
            found.setdefault(call.extension, []).append(call)
        for number in numbers:
            if self._changed.get(number, 0) > order:
                continue
            if number in found or listing.complete:
                self._put(number, tuple(found.get(number, ())))

    # What is known

    def _put(self, number: str, calls: tuple[WakeUpCall, ...]) -> None:
        if calls == self.known.get(number, ()):
            return
        self.known[number] = calls
        if calls:
            self.on_appearing(number)
        self._look_ahead([number])

    def _look_ahead(self, numbers: Iterable[str], now: datetime | None = None) -> None:
        """Find out when phones ring next, and tell where that changed."""
        for number in numbers:
            moment = self._next_of(self.known.get(number, ()), now or dt_util.now())
            if moment == self.next.get(number):
                continue
            if moment:
                self.next[number] = moment
            else:
                del self.next[number]
            if listener := self._listeners.get(number):
                listener()
        self._stop_waiting()
        if self.next and not self._closed:
            job = HassJob(self._moment_came, cancel_on_shutdown=True)
            self._cancel_moment = async_track_point_in_utc_time(
                self._coordinator.hass, job, min(self.next.values())
            )

    def _next_of(self, calls: Iterable[WakeUpCall], now: datetime) -> datetime | None:
        """Return when the first of some comes; None if the PBX's clock is unknown."""
        if self._ahead is None:
            return None
        clock = dt_util.as_local(now).replace(tzinfo=None) + self._ahead
        moment = min((call.next_after(clock) for call in calls), default=None)
        return moment and (moment - self._ahead).replace(
            tzinfo=dt_util.get_default_time_zone()
        )

    @callback
    def _moment_came(self, now: datetime) -> None:
        """Forget what comes once, and look when the others come again."""
        self._cancel_moment = None
        rang = [number for number, moment in self.next.items() if moment <= now]
        for number in rang:
            at = self.next[number].replace(tzinfo=None) + (self._ahead or timedelta())
            self.known[number] = tuple(
                call
                for call in self.known[number]
                if call.repeat is not Repeat.ONCE or call.time != at.time()
            )
        self._look_ahead(rang, now)

    @callback
    def _stop_waiting(self) -> None:
        if self._cancel_moment:
            self._cancel_moment()
            self._cancel_moment = None

    @callback
    def _clock_changed(self) -> None:
        ahead = self._coordinator.data.clock_ahead
        if ahead != self._ahead:
            self._ahead = ahead
            self._look_ahead(list(self.known))

    # Our own actions

    async def async_of(self, number: str) -> list[WakeUpCall]:
        """Return the wake-up calls of an extension, in local time, as they are now.

        Raises:
            HomeAssistantError: the PBX does not tell them, or not its time.
        """
        ahead = self._clock_ahead()
        with translated_errors(self._coordinator):
            calls = await self._async_read_now(number)
        return [shifted(call, -ahead) for call in calls]

    async def async_set(
        self, number: str, at: time, change: Callable[[WakeUpCall], WakeUpCall]
    ) -> None:
        """Change the wake-up call of an extension at a local time, or make one.

        `change` is given the one there is, or a new one, in local time.

        Raises:
            HomeAssistantError: the PBX refused, or its time is not known.
        """
        ahead = self._clock_ahead()
        client = self._coordinator.client

        async def send() -> None:
            calls = await self._async_read_now(number)
            old = next((c for c in calls if shifted(c, -ahead).time == at), None)
            if old is None:
                new = change(WakeUpCall(extension=number, time=at, repeat=Repeat.ONCE))
                await client.create_wake_up_call(shifted(new, ahead))
                return
            new = shifted(change(shifted(old, -ahead)), ahead)
            if new != old:
                await client.update_wake_up_call(old, new)

        await self._async_change(number, send)

    async def async_delete(self, number: str, at: time | None) -> bool:
        """Delete the wake-up call of an extension at a local time, or all of it.

        Returns whether there was any.

        Raises:
            HomeAssistantError: the PBX refused, or its time is not known.
        """
        ahead = self._clock_ahead() if at else timedelta()
        client = self._coordinator.client
        found = False

        async def send() -> None:
            nonlocal found
            for call in await self._async_read_now(number):
                if at in (None, shifted(call, -ahead).time):
                    await client.delete_wake_up_call(call)
                    found = True

        await self._async_change(number, send)
        return found

    def _clock_ahead(self) -> timedelta:
        if (ahead := self._coordinator.data.clock_ahead) is None:
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
                with translated_errors(self._coordinator):
                    await send()
            except HomeAssistantError:
                self._want([number])
                raise
            finally:
                self._order += 1
                self._changed[number] = self._order
            try:
                await self._async_read_now(number)
            except PbxError as err:
                LOGGER.debug("Wake-up calls were changed, but not read: %s", err)
                self._want([number])

    async def _async_read_now(self, number: str) -> tuple[WakeUpCall, ...]:
        self._order += 1
        order = self._order
        listing = await self._coordinator.client.wake_up_calls([number])
        if number in self._queue:
            self._apply([number], listing, order)
        return tuple(call for call in listing.items if call.extension == number)
