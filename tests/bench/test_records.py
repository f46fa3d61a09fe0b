"""What it costs to learn a month of calls from the records of the PBX."""

from bisect import bisect
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
import gc
import time
import tracemalloc
from urllib.parse import parse_qs

from homeassistant.core import HomeAssistant
import pytest

from custom_components.yeastar.features.catch_up import Reason
from custom_components.yeastar.pbx.calls.model import MAX_LOG
from custom_components.yeastar.runtime import YeastarRuntime
from tests.bench.conftest import Note, heartbeat, office
from tests.bench.replay import agree
from tests.helpers import pass_time
from tests.simulator import Simulator, many_calls

ROWS = 40_000
PHONES = 50
DAY = 86400


def month_of_records() -> Callable[[str], bytes]:
    """Return what answers with the file of a span of time, out of a busy month."""
    now = time.time()
    phones = [str(2000 + index) for index in range(PHONES)]
    apart = 29 * DAY / ROWS
    box = Simulator()
    rows = [*many_calls(ROWS, until=now, seconds_apart=apart, extensions=phones)]
    starts = [row.start for row in rows]
    head, *lines = box.call_log.file(rows).splitlines(keepends=True)

    def epoch(text: str) -> float:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()

    def file(query: str) -> bytes:
        asked = parse_qs(query)
        first = bisect(starts, epoch(asked["starttime"][0]))
        last = bisect(starts, epoch(asked["endtime"][0]))
        return head + b"".join(lines[first:last])

    return file


@asynccontextmanager
async def with_records(
    hass: HomeAssistant,
) -> AsyncGenerator[tuple[YeastarRuntime, Callable[[], Awaitable[None]]]]:
    """Set up a PBX that gives its records away; returns what reads them."""
    async with office(hass, PHONES, 0) as (entry, pbx):
        pbx.answers["cdr/get_random"] = agree(random="0" * 32)
        pbx.answers["cdr/download"] = month_of_records()
        runtime: YeastarRuntime = entry.runtime_data
        # Not by itself a second time, in the midst of the first.
        runtime.catch_up._stop()
        await pass_time(hass, 1)
        gc.collect()
        yield runtime, partial(runtime.catch_up._async_read, Reason.START)


@pytest.mark.usefixtures("reachable")
async def test_a_month(hass: HomeAssistant, note: Note) -> None:
    """How fast, and how long the event loop waits meanwhile."""
    async with with_records(hass) as (runtime, read):
        longest: list[float] = []
        begin = time.process_time()
        async with heartbeat(longest):
            await read()
        seconds = time.process_time() - begin
        assert len(runtime.calls.log) == MAX_LOG
        note(f"Records of a month, {ROWS} rows", ROWS / seconds, "rows/s")
        note("Longest work between two turns of the loop", max(longest) * 1000, "ms")


@pytest.mark.usefixtures("reachable")
async def test_memory_of_a_month(hass: HomeAssistant, note: Note) -> None:
    """How much memory it takes at most, and how much of it stays."""
    async with with_records(hass) as (_, read):
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            await read()
            gc.collect()
            after, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        note("Memory while reading them, at most", (peak - before) / 2**20, "MiB")
        note("Memory of the 2000 calls in the log", (after - before) / 2**20, "MiB")
