"""A Home Assistant that measures, and the table that all measurements go into."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
import json
import logging
from math import log
from statistics import linear_regression, median
import time

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
    CONF_WEBHOOK_ID,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yarl import URL

from custom_components.yeastar.const import CONF_FAMILY, DOMAIN
from custom_components.yeastar.pbx.http import Http
from custom_components.yeastar.pbx.models import Family
from custom_components.yeastar.push import intake
from custom_components.yeastar.push.receiver import ReportReceiver
from tests.bench.bare import add_bare
from tests.bench.p_series_replay import (
    SERIAL_NUMBER as P_SERIES_SERIAL_NUMBER,
    PSeriesReplay,
)
from tests.bench.replay import SERIAL_NUMBER, Replay
from tests.conftest import WEBHOOK_ID, custom_integrations, reachable  # noqa: F401

type Note = Callable[..., None]
type Office = tuple[MockConfigEntry, Replay]

EXTENSIONS = 500
CALLS = 120
ROUNDS = 25
HEARTBEAT = 0.001
DECODING = "decoding the same bytes"

_rows: list[tuple[str, str, str, str, str]] = []


@pytest.fixture
def note() -> Note:
    """Return how to note a figure, its floor if it has one, and their unit."""

    def note(
        what: str, ours: float, unit: str, *, floor: float | None = None, of: str = "-"
    ) -> None:
        ratio = f"{ours / floor:.2f}" if floor else ""
        lowest = of if floor is None else f"{_figure(floor)}: {of}"
        _rows.append((what[0].upper() + what[1:], _figure(ours), unit, lowest, ratio))

    return note


def _figure(number: float) -> str:
    return f"{number:.2f}" if number % 1 and number < 100 else f"{number:.0f}"


@pytest.fixture(scope="session", autouse=True)
def table() -> Generator[None]:
    """Print the table when all is measured."""
    yield
    head = ("What", "Ours", "Unit", "Floor", "Ratio")
    print("\n")  # noqa: T201
    for row in (head, ("---", "---:", "---", "---", "---:"), *_rows):
        print(f"| {' | '.join(row)} |")  # noqa: T201


@pytest.fixture(autouse=True)
async def undisturbed(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[None]:
    """Measure without what helps to find bugs, and more than an office reports."""
    monkeypatch.setattr(intake, "CREDIT", 1_000_000.0)
    monkeypatch.setattr(intake, "SLICE", 1_000_000.0)
    loop = asyncio.get_running_loop()
    debug = loop.get_debug()
    loop.set_debug(False)
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)
    loop.set_debug(debug)


@asynccontextmanager
async def office(
    hass: HomeAssistant, extensions: int = EXTENSIONS, calls: int = CALLS
) -> AsyncGenerator[tuple[MockConfigEntry, Replay]]:
    """Set up a PBX with so many phones and calls, and take it away again."""
    pbx = Replay(extensions, calls)
    async with _set_up(hass, pbx, SERIAL_NUMBER, Family.S_SERIES) as entry:
        yield entry, pbx


@asynccontextmanager
async def p_series_office(
    hass: HomeAssistant, extensions: int = EXTENSIONS, calls: int = CALLS
) -> AsyncGenerator[tuple[MockConfigEntry, PSeriesReplay]]:
    """Set up a P-Series with so many phones and calls, and take it away again."""
    pbx = PSeriesReplay(extensions, calls)
    async with _set_up(hass, pbx, P_SERIES_SERIAL_NUMBER, Family.P_SERIES) as entry:
        async with asyncio.timeout(10):
            while not entry.runtime_data.health.works:
                await asyncio.sleep(0.01)
        yield entry, pbx


@asynccontextmanager
async def _set_up(
    hass: HomeAssistant, pbx: Replay, serial_number: str, family: Family
) -> AsyncGenerator[MockConfigEntry]:
    stop = await pbx.start()
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id=serial_number,
        minor_version=2,
        data={
            CONF_FAMILY: family,
            CONF_HOST: pbx.host,
            CONF_PORT: pbx.port,
            CONF_SSL: False,
            CONF_VERIFY_SSL: False,
            CONF_USERNAME: "api",
            CONF_PASSWORD: "secret",
            CONF_WEBHOOK_ID: WEBHOOK_ID,
        },
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    try:
        yield entry
    finally:
        await hass.config_entries.async_remove(entry.entry_id)
        await hass.async_block_till_done()
        stop()


FAMILIES: dict[str, Callable[..., AbstractAsyncContextManager[Office]]] = {
    "": office,
    "P-Series: ": p_series_office,
}
"""What sets up a PBX, by what the rows of the table about it begin with."""


@pytest.fixture
async def in_memory(large: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the answers of the PBX be there already."""
    entry, pbx = large

    async def come(http: Http, method: str, url: URL, **_: object) -> bytes:
        return pbx.answer(url.raw_path_qs)

    monkeypatch.setattr(Http, "exchange", come)
    coordinator = entry.runtime_data.coordinator
    await coordinator.async_refresh()
    assert coordinator.last_update_success


async def bare_poll(
    hass: HomeAssistant, pbx: Replay, like: Sequence[er.RegistryEntry] = ()
) -> Callable[[], Awaitable[None]]:
    """Return what every poll has to do: decode, and write some states."""
    entities = await add_bare(hass, [*like]) if like else []

    async def poll() -> None:
        for answer in pbx.polled():
            json.loads(answer)
        for entity in entities:
            entity.word = "idle" if entity.word == "ringing" else "ringing"
            entity.async_write_ha_state()

    return poll


@asynccontextmanager
async def heartbeat(longest: list[float]) -> AsyncGenerator[None]:
    """Note how long the thread of the loop works between two beats.

    The PBX answers in the same thread.
    """

    async def beat() -> None:
        before = time.thread_time()
        while True:
            await asyncio.sleep(HEARTBEAT)
            now = time.thread_time()
            longest.append(now - before)
            before = now

    task = asyncio.create_task(beat())
    yield
    # The beat that is due belongs to the work.
    await asyncio.sleep(2 * HEARTBEAT)
    task.cancel()


def receiver_of(hass: HomeAssistant, entry: MockConfigEntry) -> ReportReceiver:
    """Return what takes the reports of a PBX, without a network before it."""
    runtime = entry.runtime_data
    return ReportReceiver(
        hass,
        entry,
        runtime.pbx,
        runtime.report_counts,
        runtime.coordinator.async_ask_soon,
    )


async def alternately(
    *works: Callable[[], Awaitable[object]],
    rounds: int = ROUNDS,
    clock: Callable[[], float] = time.process_time,
) -> list[float]:
    """Return the median seconds that each work takes, of the processor if not said.

    They take turns, so that whatever else the machine does disturbs all alike.
    """
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for times, work in zip(taken, works, strict=True):
            begin = clock()
            await work()
            times.append(clock() - begin)
    return [median(times) for times in taken]


def milliseconds(*seconds: float) -> list[float]:
    """Return seconds as milliseconds."""
    return [1000 * number for number in seconds]


def exponent(seconds: dict[int, float]) -> float:
    """Return how time grows with size: 0 is flat, 1 is linear, 2 is quadratic."""
    return linear_regression(
        [log(size) for size in seconds], [log(taken) for taken in seconds.values()]
    ).slope
