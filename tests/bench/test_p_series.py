"""A P-Series with 500 phones and 120 calls: its polls, its events, its setup."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from itertools import count

from aiohttp import ClientSession
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import EVENT_YEASTAR
from tests.bench import bodies, p_series_replay
from tests.bench.bare import entities_of
from tests.bench.conftest import (
    CALLS,
    DECODING,
    EXTENSIONS,
    Note,
    alternately,
    bare_poll,
    milliseconds,
    office,
    p_series_office,
)
from tests.bench.p_series_replay import PSeriesReplay, call_list, extension_list
from tests.bench.test_speed import POSTS
from tests.conftest import WEBHOOK_ID

type Office = tuple[MockConfigEntry, PSeriesReplay]


@pytest.fixture
async def large(hass: HomeAssistant, reachable: None) -> AsyncGenerator[Office]:
    """Return a large P-Series and its entry."""
    async with p_series_office(hass) as both:
        yield both


def in_turns(
    report: Callable[[int, bool], bytes], first: int
) -> Callable[[], list[bytes]]:
    """Return what gives reports, and the next time their opposites."""
    turns = count()

    def made() -> list[bytes]:
        on = bool(next(turns) % 2)
        return [report(number, on) for number in range(first, first + POSTS)]

    return made


@pytest.mark.usefixtures("in_memory")
async def test_polls_of_a_p_series(
    hass: HomeAssistant, large: Office, note: Note
) -> None:
    """What a poll costs once its answers have come: nothing, some or all is new."""
    entry, pbx = large
    coordinator = entry.runtime_data.coordinator
    lists = [extension_list(EXTENSIONS, gone=gone) for gone in (0, 1)]
    calls = [call_list(CALLS, EXTENSIONS, held=held) for held in (0, 1)]
    turns = count()

    async def changed() -> None:
        turn = next(turns) % 2
        pbx.answers["extension/list"], pbx.calls["inbound"] = lists[turn], calls[turn]
        await coordinator.async_refresh()

    states = [
        one for one in entities_of(hass, entry) if one.unique_id.endswith("_state")
    ]
    works = (
        coordinator.async_refresh,
        await bare_poll(hass, pbx),
        changed,
        await bare_poll(hass, pbx, states[:2]),
    )
    same, floor, new, with_states = milliseconds(*await alternately(*works))
    note("P-Series: poll that finds nothing new", same, "ms", floor=floor, of=DECODING)
    what = f"P-Series: poll that finds 1 of {EXTENSIONS} phones and 1 of {CALLS} calls changed"
    of = f"{DECODING}, writing 2 bare states"
    note(what, new, "ms", floor=with_states, of=of)


async def test_events_to_the_bus(
    hass: HomeAssistant, large: Office, note: Note
) -> None:
    """How many events a second the processor takes, beside reports that are posted."""
    entry, pbx = large
    session: ClientSession = async_get_clientsession(hass)
    fired = asyncio.Event()
    missing = 0

    @callback
    def came(event: Event) -> None:
        nonlocal missing
        missing -= 1
        if missing == 0:
            fired.set()

    def send(frames: Callable[[], list[bytes]]) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            nonlocal missing
            for frame in frames():
                missing = 1
                fired.clear()
                pbx.send([frame])
                await fired.wait()

        return work

    def post(bodies: Callable[[], list[bytes]]) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            for body in bodies():
                async with session.post(url, data=body) as response:
                    assert response.status == 200

        return work

    async with office(hass) as (other, _):
        assert hass.config.api is not None
        url = f"http://127.0.0.1:{hass.config.api.port}/api/webhook/{WEBHOOK_ID}"
        for runtime in (entry.runtime_data, other.runtime_data):
            runtime.coordinator.async_ask_soon = lambda: None
        hass.bus.async_listen(EVENT_YEASTAR, came)
        for what, ours, theirs, first in (
            (
                "P-Series: events to the bus",
                p_series_replay.extension_status,
                bodies.extension_status,
                9000,
            ),
            (
                "P-Series: events of a phone to bus and state",
                p_series_replay.extension_status,
                bodies.extension_status,
                2000 + CALLS,
            ),
            (
                "P-Series: events of a call to bus and states",
                p_series_replay.call_status,
                bodies.call_status,
                0,
            ),
        ):
            taken, floor = await alternately(
                send(in_turns(ours, first)), post(in_turns(theirs, first))
            )
            of = "the report of an S-Series"
            note(what, POSTS / taken, "1/s", floor=POSTS / floor, of=of)
