"""Long-term statistics of calls: what Home Assistant keeps of them without end."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import batched
import time
from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import UnitOfTime
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import slugify

from ..const import DOMAIN
from ..pbx.calls.call import Call
from ..pbx.calls.model import Calls
from ..pbx.inventory import Inventory
from .call_log import CallLog
from .hourly_counts import HOUR, Count, Hour, HourlyCounts, Measure, hour_of

if TYPE_CHECKING:
    # Home Assistant may run without its recorder, whose packages are then missing.
    from homeassistant.components.recorder.models import (
        StatisticData,
        StatisticMetaData,
    )

MAX_PHONES: Final = 50
"""With more, only phones that have statistics already get more of them."""
GATHER: Final = 300
"""Seconds in which calls are gathered before they are written, for an SD card's sake."""
AT_ONCE: Final = 8
"""Statistics that are written before others may use the database again."""
AGAIN: Final = timedelta(days=2)
"""What is counted anew at each start: a crash may have kept it from being written."""

type _Values = dict[Hour, float]


class CallStatistics:
    """Writes what calls add up to, of the PBX and of each phone.

    An hour is always counted anew as a whole and compared with what is written, so
    that it does not matter how often and in which order that is done.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        calls: Calls,
        call_log: CallLog,
        inventory: Inventory,
    ) -> None:
        """Prepare to count; nothing is read or written before `async_start`."""
        self._hass = hass
        self._entry = entry
        self._calls = calls
        self._call_log = call_log
        self._inventory = inventory
        self._changed: set[Hour] = set()
        self._counted: dict[str, dict[Hour, Count]] = {}
        self._cancel_gathering: CALLBACK_TYPE | None = None
        self._writes = False
        self._active = False

    @callback
    def async_start(self) -> None:
        """Write statistics until the entry is unloaded, if there is a recorder."""
        if "recorder" in self._hass.config.components:
            self._active = True
            self._entry.async_on_unload(
                async_at_started(self._hass, self._async_count_log)
            )
            self._entry.async_on_unload(self._stop)

    @callback
    def _stop(self) -> None:
        self._active = False
        if self._cancel_gathering:
            self._cancel_gathering()
            self._cancel_gathering = None

    # What is to be counted

    async def _async_count_log(self, hass: HomeAssistant) -> None:
        """Count the calls in the log: all at first, later the last ones."""
        from homeassistant.components.recorder import get_instance

        recorder = get_instance(hass)
        await recorder.async_recorder_ready.wait()
        statistic_id = self._statistic_id("", Measure.CALLS_IN)
        written = await recorder.async_add_executor_job(_is_written, hass, statistic_id)
        since = time.time() - AGAIN.total_seconds() if written else 0.0
        self._note(call for call in self._calls.log.values() if call.started >= since)

    @callback
    def async_calls_concluded(self, call_ids: Iterable[str]) -> None:
        """Count the hours anew in which calls began about which more is known."""
        log = self._calls.log
        self._note(log[call_id] for call_id in call_ids if call_id in log)

    def _note(self, calls: Iterable[Call]) -> None:
        self._changed.update(hour_of(call.started) for call in calls)
        if self._changed:
            self._write_in(GATHER)

    @callback
    def async_counted(
        self, counts: HourlyCounts, first: Hour, last: Hour, read: Container[str]
    ) -> None:
        """Take what the records of the PBX add up to from an hour to another, excluded.

        `read` are the ids of the calls in the log that were counted.
        """
        for call in self._calls.log.values():
            if first <= hour_of(call.started) < last and call.call_id not in read:
                counts.add(call)
        self._take(counts)

    @callback
    def async_write(self) -> None:
        """Write soon what was counted."""
        self._write_in(0)

    def _take(self, counts: HourlyCounts) -> None:
        shown = (extension.number for extension in self._inventory.shown_extensions)
        for number in ("", *shown):
            if counted := counts.of(number):
                self._counted[number] = self._counted.get(number, {}) | counted

    def _count_changed_hours(self) -> None:
        """Count the hours in which calls changed by the log, as far as it is whole."""
        whole = hour_of(self._call_log.complete_since) + 1
        hours = {hour for hour in self._changed if hour >= whole}
        self._changed.clear()
        counts = HourlyCounts()
        for call in self._calls.log.values():
            if hour_of(call.started) in hours:
                counts.add(call)
        self._take(counts)

    # Writing

    def _write_in(self, seconds: float) -> None:
        if not self._active:
            return
        if self._cancel_gathering:
            if seconds:
                return
            self._cancel_gathering()
        self._cancel_gathering = async_call_later(
            self._hass, seconds, HassJob(self._write, cancel_on_shutdown=True)
        )

    @callback
    def _write(self, _now: datetime) -> None:
        self._cancel_gathering = None
        if self._writes:
            self._write_in(GATHER)
            return
        self._writes = True
        self._entry.async_create_background_task(
            self._hass, self._async_write(), f"{self._entry.title} statistics"
        )

    async def _async_write(self) -> None:
        from homeassistant.components.recorder import get_instance
        from homeassistant.components.recorder.statistics import (
            async_add_external_statistics,
        )

        try:
            self._count_changed_hours()
            counted, self._counted = self._counted, {}
            texts = await async_get_translations(
                self._hass, self._hass.config.language, "common", {DOMAIN}
            )
            wanted = [
                _Wanted(
                    number=number,
                    measure=measure,
                    hours=hours,
                    metadata=self._metadata(number, measure, texts),
                )
                for number, hours in counted.items()
                for measure in Measure
            ]
            recorder = get_instance(self._hass)
            changed = await recorder.async_add_executor_job(
                _changed_rows, self._hass, wanted, self._is_large
            )
            for group in batched(changed, AT_ONCE, strict=False):
                for metadata, rows in group:
                    async_add_external_statistics(self._hass, metadata, rows)
                # What is read the next time has to be what was written now.
                if commit := recorder.async_get_commit_future():
                    await commit
        finally:
            self._writes = False

    @property
    def _is_large(self) -> bool:
        return len(self._inventory.shown_extensions) > MAX_PHONES

    def _metadata(
        self, number: str, measure: Measure, texts: Mapping[str, str]
    ) -> StatisticMetaData:
        from homeassistant.components.recorder.models import StatisticMeanType

        text = texts.get(f"component.{DOMAIN}.common.statistic_{measure}", "{name}")
        in_minutes = measure is Measure.TALK_MINUTES
        return {
            "source": DOMAIN,
            "statistic_id": self._statistic_id(number, measure),
            "name": text.format(name=self._name(number)),
            "has_sum": True,
            "mean_type": StatisticMeanType.NONE,
            "unit_class": "duration" if in_minutes else None,
            "unit_of_measurement": UnitOfTime.MINUTES if in_minutes else None,
        }

    def _name(self, number: str) -> str:
        extension = self._inventory.extensions.get(number)
        return extension.name if extension and extension.name else self._entry.title

    def _statistic_id(self, number: str, measure: Measure) -> str:
        name = "_".join(filter(None, (self._entry.unique_id, number, measure)))
        return f"{DOMAIN}:{slugify(name)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What some hours of a statistic are to be; the PBX itself has no number."""

    number: str
    measure: Measure
    hours: Mapping[Hour, Count]
    metadata: StatisticMetaData


# These run in the thread of the database.


def _is_written(hass: HomeAssistant, statistic_id: str) -> bool:
    """Return whether there is a statistic."""
    from homeassistant.components.recorder.statistics import get_metadata

    return bool(get_metadata(hass, statistic_ids={statistic_id}))


def _changed_rows(
    hass: HomeAssistant, all_wanted: Iterable[_Wanted], is_large: bool
) -> list[tuple[StatisticMetaData, list[StatisticData]]]:
    """Return what is to be written.

    Each row of a statistic has a sum, so all rows after one that changed are written
    again. The phones of a large PBX get no new statistics.
    """
    from homeassistant.components.recorder.statistics import get_metadata

    there = get_metadata(hass, statistic_source=DOMAIN)
    changed = []
    for wanted in all_wanted:
        statistic_id = wanted.metadata["statistic_id"]
        if wanted.number and is_large and statistic_id not in there:
            continue
        values = {hour: c.value(wanted.measure) for hour, c in wanted.hours.items()}
        known, before = _known_rows(hass, statistic_id, min(values))
        if rows := _summed(known, values, before):
            changed.append((wanted.metadata, rows))
    return changed


def _known_rows(
    hass: HomeAssistant, statistic_id: str, since: Hour
) -> tuple[_Values, float]:
    """Return the values of a statistic since an hour, and its sum before."""
    from homeassistant.components.recorder.statistics import (
        get_last_statistics,
        statistics_during_period,
    )

    written = statistics_during_period(
        hass,
        datetime.fromtimestamp(since * HOUR, UTC),
        None,
        {statistic_id},
        "hour",
        None,
        {"state", "sum"},
    ).get(statistic_id, [])
    before = 0.0
    if written:
        before = (written[0]["sum"] or 0.0) - (written[0]["state"] or 0.0)
    elif last := get_last_statistics(hass, 1, statistic_id, False, {"sum"}):
        before = last[statistic_id][0]["sum"] or 0.0
    return {hour_of(row["start"]): row["state"] or 0.0 for row in written}, before


def _summed(known: _Values, values: _Values, before: float) -> list[StatisticData]:
    """Return the rows from the first that is not known as it is to be."""
    merged = known | {hour: v for hour, v in values.items() if v or hour in known}
    rows: list[StatisticData] = []
    total = before
    for hour in sorted(merged):
        total += merged[hour]
        if rows or merged[hour] != known.get(hour):
            start = datetime.fromtimestamp(hour * HOUR, UTC)
            rows.append({"start": start, "state": merged[hour], "sum": total})
    return rows
