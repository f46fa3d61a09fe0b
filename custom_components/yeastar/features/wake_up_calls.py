"""Wake-up calls: what is set on the PBX, in the local time of Home Assistant."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from homeassistant.const import Platform
from homeassistant.core import CALLBACK_TYPE, HassJob, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, LOGGER
from ..errors import translated_errors
from ..pbx import PbxError, PbxUnsupportedError, Repeat, WakeUpCall
from ..pbx.s_series.wake_up_calls import CHUNK
from ..topics import DEVICE, MEMBERS
from .rounds import Rounds

if TYPE_CHECKING:
    from ..coordinator import YeastarCoordinator

NEXT_WAKE_UP = "next_wake_up"

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
        self._rounds = Rounds(coordinator, "wake-up calls", CHUNK, self._async_read)
        self._closed = False
        self._unsupported_by: str | None = None
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
    def async_start(self) -> None:
        """Follow the PBX until unload."""
        coordinator = self._coordinator
        for stop in (
            coordinator.async_add_listener(self._members_changed, MEMBERS),
            coordinator.async_add_listener(self._clock_changed, DEVICE),
            self._close,
        ):
            coordinator.config_entry.async_on_unload(stop)
        self._rounds.async_start()
        self._ahead = coordinator.data.clock_ahead
        self._members_changed()

    @callback
    def _close(self) -> None:
        """Leave no timer behind, not even of what is under way."""
        self._closed = True
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
        present = [e.number for e in self._coordinator.shown_extensions]
        for number in self.known.keys() - set(present):
            self._put(number, ())
        unsupported = self._unsupported_by == self._firmware
        self._rounds.follow_only([] if unsupported else present)

    @property
    def _firmware(self) -> str:
        device = self._coordinator.data.device
        return device.firmware_version if device else ""

    def _is_needed(self, number: str) -> bool:
        """Return whether a sensor would show it: nobody disabled that."""
        registry = er.async_get(self._coordinator.hass)
        unique_id = f"{self._coordinator.serial_number}_{number}_{NEXT_WAKE_UP}"
        entity_id = registry.async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id)
        entity = registry.async_get(entity_id) if entity_id else None
        return entity is None or not entity.disabled

    async def _async_read(self, numbers: list[str]) -> list[str]:
        """Read a few whose sensors are enabled; none of them needs a second try."""
        if needed := [number for number in numbers if self._is_needed(number)]:
            try:
                await self._async_ask(needed)
            except PbxUnsupportedError:
                # This firmware will not know it later either.
                self._unsupported_by = self._firmware
                self._members_changed()
        return numbers

    async def _async_ask(self, numbers: list[str]) -> tuple[WakeUpCall, ...]:
        self._order += 1
        order = self._order
        listing = await self._coordinator.client.wake_up_calls(numbers)
        found: dict[str, list[WakeUpCall]] = {}
        for call in listing.items:
            found.setdefault(call.extension, []).append(call)
        for number in numbers:
            if self._changed.get(number, 0) > order or not self._is_shown(number):
                continue
            if number in found or listing.complete:
                self._put(number, tuple(found.get(number, ())))
        return listing.items

    def _is_shown(self, number: str) -> bool:
        coordinator = self._coordinator
        return number in coordinator.data.extensions and coordinator.shows(number)

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
                self._rounds.want([number])
                raise
            finally:
                self._order += 1
                self._changed[number] = self._order
            try:
                await self._async_read_now(number)
            except PbxError as err:
                LOGGER.debug("Wake-up calls were changed, but not read: %s", err)
                self._rounds.want([number])

    async def _async_read_now(self, number: str) -> tuple[WakeUpCall, ...]:
        calls = await self._async_ask([number])
        return tuple(call for call in calls if call.extension == number)
