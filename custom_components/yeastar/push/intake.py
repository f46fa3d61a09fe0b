"""Limits the share of Home Assistant's time that reports take, however many come."""

import asyncio
from collections import deque
from collections.abc import Callable
import time
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

SHARE: Final = 0.25
"""Of the time of the event loop; the recorder needs as much again for their events."""
FLOOD_SHARE: Final = 0.1
"""The same while reports wait. With more, pages wait longer than 250 ms: for the
recorder, which needs the interpreter, and for collections of the garbage that both make."""
CREDIT: Final = 0.5
"""Seconds of work that a burst may take beyond its share, and that it may owe then."""
LEAST: Final = 0.0005
"""Seconds of work that a report counts as at least: the recorder writes its event."""
SLICE: Final = 0.01
"""Seconds of work without a pause; nothing else waits longer for reports."""
MAX_WAITING: Final = 1000
"""Reports that wait: those of some seconds."""
MAX_BYTES: Final = 4 * 1024 * 1024
RESERVE: Final = 2
"""Factor on both limits for reports that no later poll would replace."""
CROWDED: Final = 20
"""From so many waiting reports on, senders get their answer later and send more slowly."""
PAUSE: Final = 0.5
"""Seconds by which an answer is delayed."""
MAX_PAUSING: Final = 100
"""Answers that are delayed at a time; each keeps a connection open."""


class Intake:
    """Applies reports at once while few come, and from a queue while many do."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        take: Callable[[bytes], None],
        is_kept: Callable[[bytes], bool],
        dropped: Callable[[], None],
    ) -> None:
        """Prepare; nothing waits yet.

        Args:
            hass: of the event loop.
            entry: of the PBX; nothing is taken after its unload.
            take: applies a report; never raises.
            is_kept: returns whether a report may use the reserve of the queue.
            dropped: called for each report that there is no room for.
        """
        self._hass = hass
        self._entry = entry
        self._take = take
        self._is_kept = is_kept
        self._dropped = dropped
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._credit = CREDIT
        self._slice = SLICE
        self._counted_at = hass.loop.time()
        self._is_draining = False
        self._pausing = 0
        entry.async_on_unload(self._clear)

    @callback
    def async_put(self, body: bytes) -> None:
        """Take a report, now or soon, or drop it."""
        self._earn()
        if not self._waiting and self._may_take:
            self._spend(body)
            return
        if not self._has_room_for(body):
            self._dropped()
            return
        self._waiting.append(body)
        self._bytes += len(body)
        if not self._is_draining:
            self._is_draining = True
            self._entry.async_create_task(
                self._hass, self._async_drain(), f"{self._entry.title} reports"
            )

    @callback
    def async_charge(self, seconds: float) -> None:
        """Count work that earlier reports caused, such as the end of their calls."""
        self._credit = max(-CREDIT, self._credit - seconds)

    async def async_pause(self) -> None:
        """Let a sender wait for its answer while many reports wait for their turn."""
        if len(self._waiting) < CROWDED or self._pausing >= MAX_PAUSING:
            return
        self._pausing += 1
        try:
            await asyncio.sleep(PAUSE)
        finally:
            self._pausing -= 1

    def _has_room_for(self, body: bytes) -> bool:
        number, size = len(self._waiting) + 1, self._bytes + len(body)
        if number <= MAX_WAITING and size <= MAX_BYTES:
            return True
        has_reserve = number <= RESERVE * MAX_WAITING and size <= RESERVE * MAX_BYTES
        return has_reserve and self._is_kept(body)

    async def _async_drain(self) -> None:
        try:
            while self._waiting:
                # Other tasks take their turn even if no pause is due.
                owed = SLICE - self._credit if self._credit <= 0 else 0
                await asyncio.sleep(owed / FLOOD_SHARE)
                self._earn()
                self._slice = SLICE
                while self._waiting and self._may_take:
                    body = self._waiting.popleft()
                    self._bytes -= len(body)
                    self._spend(body)
        finally:
            self._is_draining = False

    @property
    def _may_take(self) -> bool:
        return self._credit > 0 and self._slice > 0

    def _earn(self) -> None:
        now = self._hass.loop.time()
        share = FLOOD_SHARE if self._waiting else SHARE
        earned = (now - self._counted_at) * share
        self._credit = min(CREDIT, self._credit + earned)
        self._counted_at = now

    def _spend(self, body: bytes) -> None:
        began = time.perf_counter()
        self._take(body)
        spent = time.perf_counter() - began
        self.async_charge(max(spent, LEAST))
        self._slice -= spent

    @callback
    def _clear(self) -> None:
        self._waiting.clear()
        self._bytes = 0
