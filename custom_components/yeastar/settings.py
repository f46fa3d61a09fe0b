"""How extensions are set up: read slowly, and only where somebody looks at it.

The answer of the PBX carries passwords, so nobody asks for what nobody needs.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice
from math import ceil
from typing import TYPE_CHECKING, Final

from homeassistant.core import CALLBACK_TYPE, HassJob, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later

from .api import (
    ExtensionChange,
    ExtensionSettings,
    Forwarding,
    ForwardTo,
    PbxError,
    Report,
    ReportType,
)
from .api.settings import CHUNK
from .changes import ChangeQueue, async_forget_old_firmware
from .const import DOMAIN, LOGGER

if TYPE_CHECKING:
    from .coordinator import YeastarCoordinator

FORWARDINGS: Final = ("always_forward", "no_answer_forward", "busy_forward")
WITH_NUMBER: Final = (ForwardTo.EXTENSION, ForwardTo.CUSTOM_NUMBER)
"""What a number has to be given for."""
EVERY = 300.0
"""Seconds in which each is read once; with many, one after the other."""
SOON = 1.0
"""Seconds to gather what is to be read at once."""
RETRY_SECONDS = 60.0
PATIENCE = 10.0
"""Seconds for one answer: actions may have to wait for as long."""


class SettingsBook:
    """What is known of how the extensions of a PBX are set up.

    Attributes:
        known: by number; only of those somebody listens to.
        destinations: the number that each forwarding of an extension leads to, or
            did before it was turned off: the PBX does not tell it any more then.
        on_reading: told what was read, but for what a change just read itself.
    """

    def __init__(self, coordinator: YeastarCoordinator) -> None:
        """Know nothing; nothing is read before somebody listens."""
        self._coordinator = coordinator
        self._changes = ChangeQueue(coordinator)
        self._listeners: dict[str, list[CALLBACK_TYPE]] = {}
        # Numbers in the order in which they are to be read, and those to be read now.
        self._queue: dict[str, None] = {}
        self._due: dict[str, None] = {}
        self._missed: set[str] = set()
        self._retrying = False
        self._reading = False
        self._available = True
        self._cancel: CALLBACK_TYPE | None = None
        self._changing: Counter[str] = Counter()
        self._overtaken: set[str] = set()
        self.known: dict[str, ExtensionSettings] = {}
        self.destinations: dict[tuple[str, str], str] = {}
        self.on_reading: Callable[[ExtensionSettings], None] = lambda settings: None

    @callback
    def async_start(self, part: str) -> None:
        """Follow the PBX until unload; the part changes with its firmware."""
        coordinator = self._coordinator
        for stop in (
            coordinator.async_listen_reports(self._reported),
            coordinator.async_add_listener(self._pbx_changed, part),
            self._changes.async_close,
            self._stop,
        ):
            coordinator.config_entry.async_on_unload(stop)

    # Reading

    @callback
    def async_listen(self, number: str, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Listen for changes of an extension, which is read from now on."""
        listeners = self._listeners.setdefault(number, [])
        listeners.append(listener)
        if number not in self._queue:
            self._queue[number] = None
            self._want([number])

        @callback
        def remove() -> None:
            listeners.remove(listener)
            if not listeners:
                # What nobody reads anew would only become untrue.
                del self._listeners[number], self._queue[number]
                self._due.pop(number, None)
                self.known.pop(number, None)
                self._missed.discard(number)

        return remove

    @callback
    def async_tell(self, number: str) -> None:
        """Tell those who listen to an extension that something about it changed."""
        for listener in list(self._listeners.get(number, ())):
            listener()

    def _want(self, numbers: Iterable[str]) -> None:
        """Read some soon."""
        waiting = bool(self._due)
        self._due |= dict.fromkeys(n for n in numbers if n in self._queue)
        if self._due and not waiting:
            # Once only, or a PBX that is changed all the time would never be read.
            self._schedule()

    def _schedule(self) -> None:
        self._stop()
        coordinator = self._coordinator
        if self._reading or not self._queue or not coordinator.last_update_success:
            return
        if self._retrying:
            seconds = RETRY_SECONDS
        elif self._due:
            seconds = SOON
        elif coordinator.config_entry.pref_disable_polling:
            # Reports tell of changes all the same.
            return
        else:
            seconds = EVERY / ceil(len(self._queue) / CHUNK)
        job = HassJob(self._start_reading, cancel_on_shutdown=True)
        self._cancel = async_call_later(coordinator.hass, seconds, job)

    @callback
    def _stop(self) -> None:
        if self._cancel:
            self._cancel()
            self._cancel = None

    @callback
    def _start_reading(self, _now: datetime) -> None:
        self._cancel = None
        # One that is never found must not keep the others from being read.
        others = self._queue if self._retrying or not self._due else {}
        if numbers := list(islice(self._due | others, CHUNK)):
            self._reading = True
            self._coordinator.config_entry.async_create_background_task(
                self._coordinator.hass, self._async_read(numbers), "yeastar settings"
            )

    async def _async_read(self, numbers: list[str]) -> None:
        """Read a few; whatever is read late or not at all harms nobody."""
        self._overtaken.clear()
        found: dict[str, ExtensionSettings] = {}
        try:
            async with asyncio.timeout(PATIENCE):
                listing = await self._coordinator.client.settings_of(numbers)
            found = {settings.number: settings for settings in listing.items}
        except (PbxError, TimeoutError) as err:
            LOGGER.debug("%s did not tell settings: %s", self._coordinator.name, err)
        finally:
            self._reading = False
        for number in numbers:
            # To the end, so that one that fails keeps none from being read.
            self._due.pop(number, None)
            if number not in self._queue:
                continue
            del self._queue[number]
            self._queue[number] = None
            if number in found:
                self._read(found[number])
            else:
                self._miss(number)
        self._retrying = not found
        self._schedule()

    def _read(self, settings: ExtensionSettings) -> None:
        number = settings.number
        self._missed.discard(number)
        if number in self._changing or number in self._overtaken:
            # A change was sent meanwhile, and reads by itself what became of it.
            return
        self.on_reading(settings)
        self._put(settings)

    def _miss(self, number: str) -> None:
        """Note that an extension was not read; what is known is old the second time."""
        self._due[number] = None
        if number in self._missed and number in self.known:
            del self.known[number]
            self.async_tell(number)
        self._missed.add(number)

    def _put(self, settings: ExtensionSettings) -> None:
        number = settings.number
        if number not in self._queue or self.known.get(number) == settings:
            return
        self.known[number] = settings
        for name in FORWARDINGS:
            forwarding: Forwarding = getattr(settings, name)
            if forwarding.to in WITH_NUMBER and forwarding.number:
                self.destinations[number, name] = forwarding.number
        self.async_tell(number)

    @callback
    def _reported(self, report: Report) -> None:
        """Read what was changed on the PBX."""
        if report.type is ReportType.BOOT:
            self._want(self._queue)
        elif report.type is ReportType.CONFIG_CHANGED and report.extension:
            self._want([report.extension])

    @callback
    def _pbx_changed(self) -> None:
        """Read everything once the PBX is there again."""
        async_forget_old_firmware(self._coordinator)
        available = self._coordinator.last_update_success
        if available and not self._available:
            self._retrying = False
            self._due |= self._queue
            self._schedule()
        elif not available:
            self._stop()
        self._available = available

    # Changing

    async def async_change(
        self, number: str, change: ExtensionChange, **instead: str
    ) -> None:
        """Change how an extension is set up; changes take effect in their order.

        `instead` is that of `translated_errors`.

        Raises:
            HomeAssistantError: the PBX refused or did not keep it, or it is not
                known what it did.
        """
        self._changing[number] += 1
        try:
            settings = await self._changes.async_send(number, change, **instead)
        except HomeAssistantError:
            self._want([number])
            raise
        finally:
            self._changing -= Counter([number])
            self._overtaken.add(number)
        self._put(settings)
        if not change.is_kept(settings):
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="setting_not_kept",
                translation_placeholders={"extension": settings.name},
            )
