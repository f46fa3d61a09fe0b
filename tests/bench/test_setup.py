"""What a PBX of 500 phones adds to the start, the memory and the network."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
import gc
import time
import tracemalloc

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from tests.bench.bare import add_bare, entities_of
from tests.bench.bodies import call_status, extension_status
from tests.bench.conftest import (
    CALLS,
    EXTENSIONS,
    FAMILIES,
    Note,
    Office,
    heartbeat,
    office,
    receiver_of,
)
from tests.bench.replay import extension_list
from tests.helpers import pass_time

MEASURED = 200
"""Phones to weigh; looking at memory makes everything slow."""
MINUTES = 10


@pytest.mark.usefixtures("reachable")
@pytest.mark.parametrize("family", FAMILIES)
async def test_setup_time(hass: HomeAssistant, note: Note, family: str) -> None:
    """How long the processor is busy with the setup."""
    # Once before, since the first one imports.
    async with FAMILIES[family](hass, 10, 1):
        pass
    begin = time.process_time()
    async with FAMILIES[family](hass) as (entry, _):
        ours = time.process_time() - begin
        like = entities_of(hass, entry)
    begin = time.process_time()
    await add_bare(hass, like)
    floor = time.process_time() - begin
    what = f"{family}setup of {EXTENSIONS} phones, {CALLS} calls"
    note(what, ours, "s", floor=floor, of=f"{len(like)} bare entities")


@pytest.mark.usefixtures("reachable")
@pytest.mark.parametrize("family", FAMILIES)
async def test_reload_time(hass: HomeAssistant, note: Note, family: str) -> None:
    """How long the processor is busy when an option of a PBX was changed."""
    async with FAMILIES[family](hass) as (entry, _):
        begin = time.process_time()
        assert await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done()
        ours = time.process_time() - begin
    note(f"{family}reload of {EXTENSIONS} phones, {CALLS} calls", ours, "s")


@pytest.mark.usefixtures("reachable")
async def test_pauses(hass: HomeAssistant, note: Note) -> None:
    """How long Home Assistant does nothing else, at the setup and for new phones."""
    async with office(hass, 10, 1):
        pass
    at_setup: list[float] = []
    # What other tests left behind is not to be collected meanwhile.
    gc.collect()
    async with AsyncExitStack() as stack, heartbeat(at_setup):
        await stack.enter_async_context(office(hass))
    new: list[float] = []
    async with office(hass, 10, 0) as (entry, pbx):
        pbx.answers["extensionlist/query"] = extension_list(EXTENSIONS, 0)
        gc.collect()
        async with heartbeat(new):
            await entry.runtime_data.coordinator.async_refresh()
            await hass.async_block_till_done()
        assert len(entities_of(hass, entry)) > 3 * EXTENSIONS
    what = "Longest work between two turns of the loop"
    note(f"{what}, setup of {EXTENSIONS} phones", max(at_setup) * 1000, "ms")
    note(f"{what}, {EXTENSIONS - 10} new phones", max(new) * 1000, "ms")


async def weigh(work: Callable[[], Awaitable[object]]) -> float:
    """Return how many KiB more there are after some work."""
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    await work()
    gc.collect()
    return (tracemalloc.get_traced_memory()[0] - before) / 1024


@pytest.mark.usefixtures("reachable")
@pytest.mark.parametrize("family", FAMILIES)
async def test_memory(hass: HomeAssistant, note: Note, family: str) -> None:
    """How much memory a phone takes, with its device and entities."""
    async with FAMILIES[family](hass, 10, 1):
        pass
    entered: list[Office] = []
    async with AsyncExitStack() as stack:

        async def set_up() -> None:
            setup = FAMILIES[family](hass, MEASURED, 0)
            entered.append(await stack.enter_async_context(setup))

        tracemalloc.start()
        try:
            ours = await weigh(set_up)
            ((entry, pbx),) = entered
            # The answers of the PBX itself.
            ours -= sum(map(len, pbx.polled())) / 1024
            like = entities_of(hass, entry)
            floor = await weigh(lambda: add_bare(hass, like))
        finally:
            tracemalloc.stop()
    each = len(like) / MEASURED
    note(
        f"{family}memory of a phone",
        ours / MEASURED,
        "KiB",
        floor=floor / MEASURED,
        of=f"its {each:.0f} entities, bare",
    )


@pytest.mark.usefixtures("reachable")
async def test_requests(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, note: Note
) -> None:
    """How many requests a minute the PBX gets when its reports arrive."""
    for calls in (0, CALLS):
        async with office(hass, EXTENSIONS, calls) as (entry, pbx):
            receiver_of(hass, entry).async_receive(extension_status(2400, False))
            # What is asked once after the start.
            for _ in range(6):
                freezer.tick(10)
                await pass_time(hass, 0)
            before = pbx.requests.total()
            for _ in range(6 * MINUTES):
                freezer.tick(10)
                await pass_time(hass, 0)
            asked = (pbx.requests.total() - before) / MINUTES
        polls = 6 if calls else 2
        what = f"Requests a minute with {calls} calls"
        note(what, asked, "1/min", floor=3 * polls, of=f"{polls} polls of 3")


@pytest.mark.usefixtures("reachable")
async def test_requests_for_reports(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, note: Note
) -> None:
    """How many requests a minute the PBX gets while calls change all the time."""
    async with office(hass) as (entry, pbx):
        receiver = receiver_of(hass, entry)
        for _ in range(6):
            freezer.tick(10)
            await pass_time(hass, 0)
        before = pbx.requests.total()
        for turn in range(4 * 60):
            receiver.async_receive(call_status(turn % CALLS, turn // CALLS % 2 == 0))
            freezer.tick(0.25)
            await pass_time(hass, 0)
        asked = pbx.requests.total() - before
    what = "Requests a minute with 4 reports of calls a second"
    note(what, asked, "1/min", floor=60, of="30 polls of 2")
