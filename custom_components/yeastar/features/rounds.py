"""Reads facts of extensions in turns, a few at a time, so that no PBX notices."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime
from itertools import islice
from math import ceil
from typing import TYPE_CHECKING

from homeassistant.core import CALLBACK_TYPE, HassJob, callback
from homeassistant.helpers.event import async_call_later

from ..const import LOGGER
from ..pbx import PbxError, Report, ReportType
from ..topics import NOTHING

if TYPE_CHECKING:
    from ..coordinator import YeastarCoordinator

EVERY = 300.0
"""Seconds in which each is read once; with many, one after the other."""
SOON = 1.0
"""Seconds to gather what is to be read at once, and between two such readings."""
RETRY_SECONDS = 60.0
"""Seconds to wait after a reading that told nothing."""
PATIENCE = 10.0
"""Seconds for one answer: actions may have to wait for as long."""


class Rounds:
    """The order in which some extensions are read, over and over.

    By the clock, where polling is not turned off; soon, where the PBX reported a
    change or came back. Nothing is read while the PBX is away.
    """

    def __init__(
        self,
        coordinator: YeastarCoordinator,
        name: str,
        chunk: int,
        read: Callable[[list[str]], Awaitable[Collection[str]]],
        lost: Callable[[str], None] = lambda number: None,
    ) -> None:
        """Read nothing before something is followed.

        `read` is given up to `chunk` numbers and returns those that need not be read
        again before their turn; it may raise PbxError. `lost` is told each number
        that could not be read twice in a row, or more often.
        """
        self._coordinator = coordinator
        self._name = name
        self._chunk = chunk
        self._read = read
        self._lost = lost
        # Numbers in the order in which they are to be read, and those to be read now.
        self._queue: dict[str, None] = {}
        self._due: dict[str, None] = {}
        self._missed: set[str] = set()
        self._retrying = False
        self._reading = False
        self._available = True
        self._cancel: CALLBACK_TYPE | None = None

    @callback
    def async_start(self) -> None:
        """Look at the PBX until unload."""
        coordinator = self._coordinator
        for stop in (
            coordinator.async_listen_reports(self._reported),
            # Every part tells whether the PBX is there.
            coordinator.async_add_listener(self._pbx_changed, NOTHING),
            self._close,
        ):
            coordinator.config_entry.async_on_unload(stop)

    @callback
    def _close(self) -> None:
        """Leave no timer behind, not even of what is under way."""
        self._queue.clear()
        self._due.clear()
        self._stop()

    def follow(self, number: str) -> None:
        """Read an extension from now on."""
        if number not in self._queue:
            self._queue[number] = None
            self.want([number])

    def follow_only(self, numbers: Collection[str]) -> None:
        """Read these from now on, and no others."""
        for number in self._queue.keys() - set(numbers):
            self.leave(number)
        for number in numbers:
            self.follow(number)

    def leave(self, number: str) -> None:
        """Read an extension no more."""
        self._queue.pop(number, None)
        self._due.pop(number, None)
        self._missed.discard(number)

    def want(self, numbers: Iterable[str]) -> None:
        """Read some soon, of those that are followed."""
        waiting = bool(self._due)
        self._due |= dict.fromkeys(n for n in numbers if n in self._queue)
        if self._due and not waiting:
            # Once only, or a PBX that is changed all the time would never be read.
            self._schedule()

    @callback
    def _reported(self, report: Report) -> None:
        """Read what was changed on the PBX."""
        if report.type is ReportType.BOOT:
            self.want(self._queue)
        elif report.type is ReportType.CONFIG_CHANGED and report.extension:
            self.want([report.extension])

    @callback
    def _pbx_changed(self) -> None:
        """Read everything once the PBX is there again."""
        available = self._coordinator.last_update_success
        if available and not self._available:
            self._retrying = False
            self._due |= self._queue
            self._schedule()
        elif not available:
            self._stop()
        self._available = available

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
            seconds = EVERY / ceil(len(self._queue) / self._chunk)
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
        numbers = list(islice(self._due | others, self._chunk))
        if not numbers:
            return
        for number in numbers:
            # What is reported from here on is read again.
            self._due.pop(number, None)
            # To the end, so that all have their turn.
            del self._queue[number]
            self._queue[number] = None
        self._reading = True
        self._coordinator.config_entry.async_create_background_task(
            self._coordinator.hass, self._async_read(numbers), f"yeastar {self._name}"
        )

    async def _async_read(self, numbers: list[str]) -> None:
        """Read a few; whatever is read late or not at all harms nobody."""
        told: Collection[str] = ()
        try:
            async with asyncio.timeout(PATIENCE):
                told = await self._read(numbers)
        except (PbxError, TimeoutError) as err:
            name = self._coordinator.name
            LOGGER.debug("%s did not tell %s: %s", name, self._name, err)
        finally:
            self._reading = False
        self._missed.difference_update(told)
        for number in numbers:
            if number in self._queue and number not in told:
                self._due[number] = None
                if number in self._missed:
                    self._lost(number)
                self._missed.add(number)
        self._retrying = not told
        self._schedule()
