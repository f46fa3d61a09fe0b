"""Reports, polls and states, with 500 extensions and 120 calls.

Each floor is measured in the same run: a bare webhook that only fires an event,
and the same JSON library decoding the same bytes.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
import json
import time

from aiohttp import ClientSession, web
from homeassistant.components import webhook
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.yeastar import push
from custom_components.yeastar.const import EVENT_YEASTAR
from custom_components.yeastar.push import ReportReceiver
from tests.bench.conftest import CALLS, EXTENSIONS, Note, large_office, make_calls
from tests.conftest import WEBHOOK_ID
from tests.simulator import Simulator

POSTS = 1000
ROUNDS = 20
BARE_ID = "b" * 64


@pytest.fixture(autouse=True)
def without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take more in a second than an office can report."""
    monkeypatch.setattr(push, "BURST", 1000 * POSTS)


@pytest.fixture
async def pbx(socket_enabled: None) -> AsyncGenerator[Simulator]:
    """Return a PBX with many phones and many calls."""
    async with Simulator(state=large_office(EXTENSIONS)) as simulator:
        make_calls(simulator, CALLS)
        yield simulator


def report(sequence: int) -> bytes:
    """Return the report of a change of one of the phones."""
    number = 2000 + sequence % EXTENSIONS
    status = "Ringing" if (sequence // EXTENSIONS) % 2 else "Registered"
    return json.dumps(
        {"action": "ExtensionStatus", "extension": str(number), "status": status}
    ).encode()


async def posts_a_second(session: ClientSession, url: str) -> float:
    """Return how many reports a second a web server takes, one after the other."""
    begin = time.perf_counter()
    for sequence in range(POSTS):
        async with session.post(url, data=report(sequence)) as response:
            assert response.status == 200
    return POSTS / (time.perf_counter() - begin)


async def test_reports_to_the_bus(
    hass: HomeAssistant, loaded: MockConfigEntry, note: Note
) -> None:
    """Reports a second, against a webhook that only fires an event."""

    async def bare(
        hass: HomeAssistant, webhook_id: str, request: web.Request
    ) -> web.Response:
        hass.bus.async_fire("bare", await request.json())
        return web.Response()

    webhook.async_register(hass, "test", "bare", BARE_ID, bare, local_only=True)
    assert hass.config.api is not None
    base = f"http://127.0.0.1:{hass.config.api.port}/api/webhook/"
    session = async_get_clientsession(hass)
    await posts_a_second(session, base + BARE_ID)
    floor = await posts_a_second(session, base + BARE_ID)
    ours = await posts_a_second(session, base + WEBHOOK_ID)
    note("reports to the bus, against a bare webhook", ours, floor, "1/s")


async def test_report_to_state(
    hass: HomeAssistant, loaded: MockConfigEntry, note: Note
) -> None:
    """Milliseconds from the post of a report to the written state."""
    written: asyncio.Queue[float] = asyncio.Queue()

    @callback
    def changed(event: Event) -> None:
        if event.data["entity_id"].endswith("_state"):
            written.put_nowait(time.perf_counter())

    hass.bus.async_listen("state_changed", changed)
    assert hass.config.api is not None
    url = f"http://127.0.0.1:{hass.config.api.port}/api/webhook/{WEBHOOK_ID}"
    session = async_get_clientsession(hass)
    times = []
    for sequence in range(CALLS, CALLS + 100):
        body = report(EXTENSIONS + sequence)
        begin = time.perf_counter()
        async with session.post(url, data=body):
            times.append(await asyncio.wait_for(written.get(), 5) - begin)
    note("report to state, median", sorted(times)[50] * 1000, 0, "ms")


async def median_ms(work: Callable[[], Awaitable[object]]) -> float:
    """Return the median time of some work in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        await work()
        times.append(time.perf_counter() - begin)
    return sorted(times)[ROUNDS // 2] * 1000


async def test_a_report_inside(
    hass: HomeAssistant, loaded: MockConfigEntry, note: Note
) -> None:
    """Microseconds of the event loop for a report, with everything behind it."""
    fired = async_capture_events(hass, EVENT_YEASTAR)
    receiver = ReportReceiver(hass, loaded)
    begin = time.perf_counter()
    for sequence in range(POSTS):
        receiver.async_receive(report(sequence))
    spent = (time.perf_counter() - begin) / POSTS * 1e6
    begin = time.perf_counter()
    for sequence in range(POSTS):
        json.loads(report(sequence))
    floor = (time.perf_counter() - begin) / POSTS * 1e6
    assert len(fired) == POSTS
    note("a report through push, model, states and bus", spent, floor, "us")


async def test_a_poll_that_changes_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry, note: Note
) -> None:
    """Milliseconds of a poll, and the states it writes: none."""
    coordinator = loaded.runtime_data
    writes: list[str] = []

    @callback
    def written(event: Event) -> None:
        writes.append(event.data["entity_id"])

    everything = callback(lambda data: True)
    hass.bus.async_listen("state_changed", written)
    hass.bus.async_listen("state_reported", written, event_filter=everything)
    await coordinator.async_refresh()
    await hass.async_block_till_done()
    writes.clear()
    ours = await median_ms(coordinator.async_refresh)
    await hass.async_block_till_done()
    note("poll of 500 extensions and 120 calls", ours, 0, "ms")
    note("states written by polls that change nothing", len(writes), 0, "")
    assert not writes


async def test_a_caller_is_refused_in_time(
    hass: HomeAssistant, loaded: MockConfigEntry, pbx: Simulator, note: Note
) -> None:
    """Milliseconds from an Invite to the request that refuses it; there are 10 s."""
    pbx.state.trunks["SIP-142"].answering_control = True
    asked = len(pbx.requests)
    times = []

    async def refuse(event: Event) -> None:
        if event.data["type"] == "invite":
            call_id = event.data["call_id"]
            await hass.services.async_call(
                "yeastar", "refuse_call", {"call_id": call_id}, blocking=True
            )

    hass.bus.async_listen(EVENT_YEASTAR, refuse)
    for number in range(10):
        begin = time.perf_counter()
        pbx.outside_call(f"66{number}", to="2400", trunk="SIP-142")
        while "inbound/refuse" not in [r.endpoint for r in pbx.requests[asked:]]:
            await asyncio.sleep(0.0005)
        times.append(time.perf_counter() - begin)
        await hass.async_block_till_done()
        asked = len(pbx.requests)
    note("an offered call to its refusal, median", sorted(times)[5] * 1000, 0, "ms")
