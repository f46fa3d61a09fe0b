"""Learns from the records of the PBX which calls Home Assistant did not see."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
import time
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import (
    CALLBACK_TYPE,
    CoreState,
    HassJob,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.event import async_call_later, async_track_time_interval
from homeassistant.helpers.start import async_at_started

from ..const import LOGGER
from ..pbx.calls.call import PastCall
from ..pbx.calls.model import MAX_LOG
from ..pbx.calls.past import PastCalls
from ..pbx.errors import PbxError, PbxUnsupportedError
from ..pbx.http import in_background
from ..pbx.interface import Pbx
from ..pbx.models import LoggedRecord
from ..push.health import PushHealth
from .call_log import DAY, CallLog
from .call_statistics import CallStatistics
from .hourly_counts import HOUR, Hour, HourlyCounts, hour_of

HISTORY: Final = timedelta(days=30)
"""How far back the records are read at most."""
OVERLAP: Final = timedelta(hours=4)
"""Records come at the end of a call; a public program reads so much again."""
SOON: Final = 5.0
"""Seconds from what asks for the records to the request."""
AGAIN: Final = 60.0
"""Seconds until calls are decided that were not yet when their records were read."""
QUIET: Final = 3600.0
"""Seconds without a report after which one may have been lost."""
LONG_QUIET: Final = 6 * 3600.0
"""Seconds after which the records are read although nothing says that any was."""
MONTH: Final = 31 * 24
"""Hours that are asked for at once, at most: boxes refuse larger files."""
MAX_RECORDS: Final = 20_000
"""Records that are kept at once; more are asked for by shorter periods."""
LONGEST_PAUSE: Final = 0.004
"""Seconds of work before the event loop may do other things."""

type _Records = dict[str, list[LoggedRecord]]


class Reason(StrEnum):
    """Why Home Assistant did not see the calls."""

    START = "start"
    OUTAGE = "outage"
    NO_REPORTS = "no_reports"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtUp:
    """Which calls became known that Home Assistant did not see.

    Attributes:
        since, until: when Home Assistant did not see them, in epoch seconds.
    """

    reason: Reason
    calls: int
    missed: int
    since: float
    until: float


@dataclass(slots=True)
class _Found:
    """What was read so far.

    Attributes:
        newest: of the calls that the log has otherwise, those that fit into it.
        calls, missed: how many calls were unknown.
        undecided: whether some calls live, or were not decided yet.
    """

    newest: list[PastCall] = field(default_factory=list)
    calls: int = 0
    missed: int = 0
    undecided: bool = False

    def add(self, past: PastCall) -> None:
        if past.known is None:
            self.calls += 1
            self.missed += past.call.missed
        if past.known is not past.call:
            self.newest.append(past)
        if len(self.newest) >= 2 * MAX_LOG:
            self.newest.sort(key=lambda one: one.call.started)
            del self.newest[:-MAX_LOG]


class CatchUp:
    """Fills the call log from the records that the PBX keeps.

    After a start, after an outage, and while or after reports do not come. The calls
    enter the log all at once and silently; one event tells how many there were.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        pbx: Pbx,
        health: PushHealth,
        call_log: CallLog,
        statistics: CallStatistics,
    ) -> None:
        """Prepare to read; nothing is sent yet.

        `on_log_changed` is called with the extensions whose missed calls changed.
        """
        self._hass = hass
        self._entry = entry
        self._pbx = pbx
        self._health = health
        self._call_log = call_log
        self._statistics = statistics
        self.on_log_changed: Callable[[set[str]], None] = lambda extensions: None
        self._listeners: list[Callable[[CaughtUp], None]] = []
        self._hours = MONTH
        self._reason: Reason | None = None
        self._cancel: CALLBACK_TYPE | None = None
        self._task: asyncio.Task[None] | None = None
        self._reachable = True
        self._reports = health.works
        self._reads_again = False

    @callback
    def async_start(self) -> None:
        """Read the records whenever calls may be missing, until unload."""
        entry = self._entry
        entry.async_on_unload(async_at_started(self._hass, self._started))
        entry.async_on_unload(
            async_track_time_interval(
                self._hass,
                self._check,
                timedelta(seconds=QUIET),
                cancel_on_shutdown=True,
            )
        )
        entry.async_on_unload(self._stop)

    @callback
    def _stop(self) -> None:
        if self._cancel:
            self._cancel()
            self._cancel = None

    @callback
    def async_listen(self, listener: Callable[[CaughtUp], None]) -> CALLBACK_TYPE:
        """Listen for calls that became known, but for those before the set-up."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # When to read

    @callback
    def _started(self, _hass: HomeAssistant) -> None:
        self._read_soon(Reason.START)

    @callback
    def async_reachable(self, reachable: bool) -> None:
        """Note whether the PBX answers."""
        if reachable and not self._reachable:
            self._read_soon(Reason.OUTAGE)
        self._reachable = reachable

    @callback
    def async_reports_changed(self) -> None:
        """Note whether reports come."""
        if self._health.works and self._reports is False:
            self._read_soon(Reason.NO_REPORTS)
        self._reports = self._health.works

    @callback
    def async_reported(self) -> None:
        """Note that a report came: but for a long silence, all before it did, too."""
        log, now = self._call_log, time.time()
        if log.complete_until is None or not self._health.works:
            return
        if now - log.complete_until < QUIET:
            log.complete_until = max(now, log.complete_until)
        else:
            self._read_soon(Reason.NO_REPORTS)

    @callback
    def _check(self, _now: datetime) -> None:
        """Read again what failed, and what was not reported for long."""
        patience = LONG_QUIET if self._health.works else QUIET
        quiet = time.time() - (self._call_log.complete_until or 0.0)
        if self._reason or quiet >= patience:
            self._read_soon(self._reason or Reason.NO_REPORTS)

    def _read_soon(self, reason: Reason, seconds: float = SOON) -> None:
        """Read in a moment, once for all reasons until then; the first one counts."""
        device = self._pbx.inventory.device
        without = self._call_log.firmware_without_records
        if self._hass.state is not CoreState.running:
            # Automations do not listen yet.
            return
        if without and device and device.firmware_version == without:
            return
        self._reason = self._reason or reason
        if self._cancel is None:
            self._cancel = async_call_later(
                self._hass, seconds, HassJob(self._read, cancel_on_shutdown=True)
            )

    @callback
    def _read(self, _now: datetime) -> None:
        self._cancel = None
        if self._reason and self._reachable and not self._task:
            self._task = self._entry.async_create_background_task(
                self._hass,
                self._async_read(self._reason),
                f"{self._entry.title} reads call records",
            )
            self._task.add_done_callback(self._done)

    def _done(self, _task: asyncio.Task[None]) -> None:
        self._task = None

    # Reading

    async def _async_read(self, reason: Reason) -> None:
        log, now = self._call_log, time.time()
        oldest = now - min(HISTORY.total_seconds(), log.days * DAY)
        since = log.complete_until
        first = oldest if since is None else since - OVERLAP.total_seconds()
        try:
            with in_background():
                found = await self._async_find(max(first, oldest), now)
        except PbxUnsupportedError:
            self._refused()
            return
        except PbxError as err:
            # It may be that the file was too large for the box.
            self._hours = max(self._hours // 2, 24)
            LOGGER.debug("%s: no call records: %s", self._entry.title, err)
            return
        self._reason = None
        self._reads_again = found.undecided and not self._reads_again
        if self._reads_again:
            self._read_soon(reason, AGAIN)
        # Calls from before the setup were not missed by an absence.
        extensions = await log.async_add_past(found.newest, seen=since is None)
        self.on_log_changed(extensions)
        log.async_set_complete(now)
        self._statistics.async_write()
        if found.calls and since is not None:
            self._tell(
                CaughtUp(
                    reason=reason,
                    calls=found.calls,
                    missed=found.missed,
                    since=max(oldest, since),
                    until=now,
                )
            )

    def _tell(self, caught_up: CaughtUp) -> None:
        for listener in list(self._listeners):
            listener(caught_up)

    def _refused(self) -> None:
        """Ask no more before the firmware changes."""
        self._reason = None
        device = self._pbx.inventory.device
        firmware = device.firmware_version if device else ""
        self._call_log.async_set_without_records(firmware)
        LOGGER.info(
            "%s, firmware %s, provides no call records",
            self._entry.title,
            firmware or "unknown",
        )

    async def _async_find(self, since: float, until: float) -> _Found:
        """Return what the records tell; whole hours, for the statistics."""
        found = _Found()
        first, last = hour_of(since), hour_of(until) + 1
        while first < last:
            end = min(first + self._hours, last)
            records, end = await self._async_records(first, end)
            await self._async_conclude(records, first, end, found)
            first = end
        return found

    async def _async_records(self, first: Hour, end: Hour) -> tuple[_Records, Hour]:
        """Return the records of a period by the id of their call, and where it ends.

        It ends earlier than asked for if it has too many records.
        """
        found: _Records = {}
        count = 0
        async with aclosing(self._pbx.records(_time(first), _time(end))) as batches:
            async for batch in batches:
                for record in batch:
                    if hour_of(record.began) < end:
                        found.setdefault(record.call_id, []).append(record)
                        count += 1
                while count > MAX_RECORDS and end - first > 1:
                    self._hours = (end - first) // 2
                    end = first + self._hours
                    found = _before(found, end)
                    count = sum(map(len, found.values()))
                await asyncio.sleep(0)
        return found, end

    async def _async_conclude(
        self,
        records: _Records,
        first: Hour,
        end: Hour,
        found: _Found,
    ) -> None:
        """Find out which calls the records of a period are of, and count them."""
        pbx, counts = self._pbx, HourlyCounts()
        past_calls = PastCalls(
            pbx.calls, pbx.inventory.extensions.__contains__, records
        )
        read: set[str] = set()
        began = time.monotonic()
        for call_id, of_call in records.items():
            if past := past_calls.read(call_id, of_call):
                found.add(past)
                counts.add(past.call)
                read.add(past.call.call_id)
            else:
                found.undecided = True
            if time.monotonic() - began > LONGEST_PAUSE:
                await asyncio.sleep(0)
                began = time.monotonic()
        self._statistics.async_counted(counts, first, end, read)


def _before(records: _Records, end: Hour) -> _Records:
    """Return the records of the calls that began before an hour."""
    return {
        call_id: of_call
        for call_id, of_call in records.items()
        if hour_of(of_call[0].began) < end
    }


def _time(hour: Hour) -> datetime:
    return datetime.fromtimestamp(hour * HOUR, UTC)
