"""Polls, reports and actions, with 500 phones and 120 calls.

Each floor takes turns with what it is the floor of: the same bytes through the same
JSON library, a webhook that only fires an event, a bare request.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from itertools import count, islice
import json
from statistics import median
import time

from aiohttp import ClientSession, web
from homeassistant.components import webhook
from homeassistant.const import EVENT_STATE_CHANGED, MATCH_ALL
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import pytest

from custom_components.yeastar.const import DOMAIN
from tests.bench.bare import entities_of
from tests.bench.bodies import call_status, extension_status, whole_call
from tests.bench.conftest import (
    CALLS,
    DECODING,
    EXTENSIONS,
    Note,
    Office,
    alternately,
    bare_poll,
    milliseconds,
    office,
)
from tests.bench.replay import QUERIES, SERIAL_NUMBER, extension_list
from tests.conftest import WEBHOOK_ID

POSTS = 100
BARE_ID = "b" * 64
WRITING_ID = "c" * 64


@pytest.fixture
async def large(hass: HomeAssistant, reachable: None) -> AsyncGenerator[Office]:
    """Return a large PBX and its entry."""
    async with office(hass) as both:
        yield both


@pytest.fixture
def without_polls(large: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no report lead to a poll, which would tell what was before."""
    coordinator = large[0].runtime_data.coordinator
    monkeypatch.setattr(coordinator, "async_ask_soon", lambda: None)


@pytest.fixture
async def session(hass: HomeAssistant) -> ClientSession:
    """Return the session that everything bare uses, too."""
    return async_get_clientsession(hass)


@pytest.mark.usefixtures("in_memory")
async def test_polls_that_find_nothing_new(
    hass: HomeAssistant, large: Office, note: Note
) -> None:
    """What a poll costs once its answers have come, and which states it writes."""
    entry, pbx = large
    writes: list[str] = []

    @callback
    def written(event: Event) -> None:
        writes.append(event.data["entity_id"])

    bare = await bare_poll(hass, pbx)
    hass.bus.async_listen("state_changed", written)
    everything = callback(lambda data: True)
    hass.bus.async_listen("state_reported", written, event_filter=everything)
    ours, floor = milliseconds(
        *await alternately(entry.runtime_data.coordinator.async_refresh, bare)
    )
    await hass.async_block_till_done()
    note("Poll that finds nothing new", ours, "ms", floor=floor, of=DECODING)
    note("States written by polls that find nothing new", len(writes), "states", of="0")
    assert not writes


@pytest.mark.usefixtures("in_memory")
@pytest.mark.parametrize("phones", [1, 10])
async def test_polls_that_find_phones_anew(
    hass: HomeAssistant, large: Office, note: Note, phones: int
) -> None:
    """What it costs besides to read what changed and to write the states."""
    entry, pbx = large
    lists = [extension_list(EXTENSIONS, CALLS, ringing=some) for some in (phones, 0)]
    turns = count()
    states = [
        one for one in entities_of(hass, entry) if one.unique_id.endswith("_state")
    ]
    bare = await bare_poll(hass, pbx, states[:phones])

    async def changed() -> None:
        pbx.answers["extensionlist/query"] = lists[next(turns) % 2]
        await entry.runtime_data.coordinator.async_refresh()

    ours, floor = milliseconds(*await alternately(changed, bare))
    what = f"Poll that finds {phones} of {EXTENSIONS} phones ringing or no longer"
    note(what, ours, "ms", floor=floor, of=f"{DECODING}, writing {phones} bare states")


async def test_polls_over_the_wire(
    large: Office, session: ClientSession, note: Note
) -> None:
    """What a poll costs with its three requests, a connection each."""
    entry, pbx = large

    async def bare() -> None:
        for query in QUERIES:
            url = f"http://{pbx.host}:{pbx.port}/api/v1.0.0/{query}?token=t"
            async with session.post(url, json={}) as response:
                json.loads(await response.read())

    ours, floor = milliseconds(
        *await alternately(entry.runtime_data.coordinator.async_refresh, bare)
    )
    note(
        "Poll that finds nothing new, with its requests",
        ours,
        "ms",
        floor=floor,
        of="bare posts",
    )


def reports(
    report: Callable[[int, bool], bytes], first: int
) -> Callable[[], list[bytes]]:
    """Return what gives twice the same reports, then twice their opposites."""
    turns = count()

    def bodies() -> list[bytes]:
        on = bool(next(turns) // 2 % 2)
        return [report(number, on) for number in range(first, first + POSTS)]

    return bodies


@pytest.mark.usefixtures("without_polls")
async def test_reports_to_the_bus(
    hass: HomeAssistant, large: Office, session: ClientSession, note: Note
) -> None:
    """How many reports the processor takes a second, posted one after the other."""
    states = count()

    async def fire(
        hass: HomeAssistant, webhook_id: str, request: web.Request
    ) -> web.Response:
        hass.bus.async_fire("bare", await request.json())
        return web.Response()

    async def fire_and_write(
        hass: HomeAssistant, webhook_id: str, request: web.Request
    ) -> web.Response:
        hass.bus.async_fire("bare", await request.json())
        hass.states.async_set("sensor.bare", str(next(states)))
        return web.Response()

    for webhook_id, bare in ((BARE_ID, fire), (WRITING_ID, fire_and_write)):
        webhook.async_register(hass, "test", "bare", webhook_id, bare, local_only=True)
    assert hass.config.api is not None
    base = f"http://127.0.0.1:{hass.config.api.port}/api/webhook/"

    def post(
        bodies: Callable[[], list[bytes]], webhook_id: str
    ) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            for body in bodies():
                async with session.post(base + webhook_id, data=body) as response:
                    assert response.status == 200

        return work

    fires, writes = "webhook that fires an event", "the same that sets a state as well"
    for what, bodies, webhook_id, floor_is in (
        ("Reports to the bus", reports(extension_status, 9000), BARE_ID, fires),
        (
            "Reports of a phone to bus and state",
            reports(extension_status, 2000 + CALLS),
            WRITING_ID,
            writes,
        ),
        (
            "Reports of a call to bus and states",
            reports(call_status, 0),
            WRITING_ID,
            writes,
        ),
    ):
        ours, floor = await alternately(
            post(bodies, WEBHOOK_ID), post(bodies, webhook_id)
        )
        note(what, POSTS / ours, "1/s", floor=POSTS / floor, of=floor_is)


@pytest.mark.usefixtures("without_polls")
async def test_whole_calls(
    hass: HomeAssistant, large: Office, session: ClientSession, note: Note
) -> None:
    """How many calls a second, from their first ring to their record.

    The floor fires the same events and writes the same states for each report.
    """
    numbers = count()
    done: list[Callable[[], object]] = []
    replayed: deque[list[Callable[[], object]]] = deque()

    @callback
    def seen(event: Event) -> None:
        new = event.data.get("new_state")
        if event.event_type == EVENT_STATE_CHANGED and new:
            write = partial(hass.states.async_set, new.entity_id, new.state)
            done.append(partial(write, new.attributes, force_update=True))
        elif event.event_type != EVENT_STATE_CHANGED:
            done.append(partial(hass.bus.async_fire, event.event_type, event.data))

    async def replay(
        hass: HomeAssistant, webhook_id: str, request: web.Request
    ) -> web.Response:
        await request.json()
        replayed.rotate(-1)
        for work in replayed[-1]:
            work()
        return web.Response()

    webhook.async_register(hass, "test", "bare", BARE_ID, replay, local_only=True)
    assert hass.config.api is not None
    base = f"http://127.0.0.1:{hass.config.api.port}/api/webhook/"

    async def calls(webhook_id: str) -> list[list[Callable[[], object]]]:
        """Post ten whole calls; returns what was done for each report."""
        all_done = []
        for number in islice(numbers, 10):
            for body in whole_call(number, 2400 + number % 50):
                async with session.post(base + webhook_id, data=body) as response:
                    assert response.status == 200
                all_done.append(done.copy())
                done.clear()
        return all_done

    stop = hass.bus.async_listen(MATCH_ALL, seen)
    replayed.extend(await calls(WEBHOOK_ID))
    stop()
    assert sum(map(len, replayed)) > 10 * len(whole_call(0, 2400))
    ours, floor = await alternately(partial(calls, WEBHOOK_ID), partial(calls, BARE_ID))
    of = f"webhook with the same {sum(map(len, replayed)) / 10:.0f} events and states"
    note("Whole calls", 10 / ours, "1/s", floor=10 / floor, of=of)


@asynccontextmanager
async def posting(session: ClientSession, url: str, rate: int) -> AsyncGenerator[None]:
    """Post so many reports of other phones a second meanwhile."""

    async def post() -> None:
        for turn in count():
            body = extension_status(2401 + turn % 50, bool(turn // 50 % 2))
            async with session.post(url, data=body):
                await asyncio.sleep(1 / rate)

    tasks = [asyncio.create_task(post())] if rate else []
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.usefixtures("without_polls")
@pytest.mark.parametrize("rate", [0, 200])
async def test_report_to_state(
    hass: HomeAssistant, large: Office, session: ClientSession, note: Note, rate: int
) -> None:
    """How long a state takes from the post of its report."""

    async def write(
        hass: HomeAssistant, webhook_id: str, request: web.Request
    ) -> web.Response:
        report = await request.json()
        hass.states.async_set(f"sensor.bare_{report['extension']}", report["status"])
        return web.Response()

    webhook.async_register(hass, "test", "bare", BARE_ID, write, local_only=True)
    written: asyncio.Queue[float] = asyncio.Queue()

    unique_id = f"{SERIAL_NUMBER}_2400_state"
    phone = er.async_get(hass).async_get_entity_id("sensor", DOMAIN, unique_id)

    @callback
    def changed(event: Event) -> None:
        if event.data["entity_id"] in (phone, "sensor.bare_2400"):
            written.put_nowait(time.perf_counter())

    hass.bus.async_listen("state_changed", changed)
    assert hass.config.api is not None
    base = f"http://127.0.0.1:{hass.config.api.port}/api/webhook/"
    times: dict[str, list[float]] = {WEBHOOK_ID: [], BARE_ID: []}
    for _ in range(10):
        for webhook_id, taken in times.items():
            async with posting(session, base + webhook_id, rate):
                for turn in range(40):
                    body = extension_status(2400, not turn % 2)
                    begin = time.perf_counter()
                    async with session.post(base + webhook_id, data=body):
                        taken.append(await asyncio.wait_for(written.get(), 5) - begin)
                    await asyncio.sleep(0.005 if rate else 0)
    share = 0.99 if rate else 0.5
    ours, floor = milliseconds(
        *(sorted(taken)[int(len(taken) * share)] for taken in times.values())
    )
    what = "From the post of a report to its state"
    if rate:
        what += f", 99 % of them under {rate} reports a second"
    note(what, ours, "ms", floor=floor, of="webhook that sets a state")


async def test_dialling(
    hass: HomeAssistant, large: Office, session: ClientSession, note: Note
) -> None:
    """How long it takes from an action to its request at the PBX."""
    _, pbx = large
    operation = "extension/dial_extension"
    url = f"http://{pbx.host}:{pbx.port}/api/v1.0.0/{operation}?token=t"
    fields = {"extension": "2400", "number": "2401"}
    ours, floor = [], []
    for _ in range(100):
        begin = time.perf_counter()
        await hass.services.async_call("yeastar", "dial", fields, blocking=True)
        ours.append(pbx.came[operation] - begin)
        begin = time.perf_counter()
        async with session.post(url, json={"caller": "2400", "callee": "2401"}):
            floor.append(pbx.came[operation] - begin)
    ours_ms, floor_ms = milliseconds(median(ours), median(floor))
    what = "From the action `dial` to its request"
    note(what, ours_ms, "ms", floor=floor_ms, of="bare post")
