"""A P-Series PBX that is away: how often it is tried, and that it is found again."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
import random
from types import SimpleNamespace

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.pbx import interface
from custom_components.yeastar.pbx.clock import Moment
from custom_components.yeastar.pbx.http import Http
from tests.helpers import state_of
from tests.simulator.p_series import PSeriesSimulator

from .conftest import pass_time, until

REPORTS = "binary_sensor.pbx_reports"


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what was tried to connect: requests and websockets."""
    tried: list[str] = []

    def counted[**P, T](name: str, connect: Callable[P, T]) -> Callable[P, T]:
        def count(*args: P.args, **kwargs: P.kwargs) -> T:
            tried.append(name)
            return connect(*args, **kwargs)

        return count

    monkeypatch.setattr(Http, "exchange", counted("request", Http.exchange))
    monkeypatch.setattr(Http, "websocket", counted("websocket", Http.websocket))
    return tried


class FastTime:
    """Time that passes when the test says so, for the task that follows the events.

    Attributes:
        now: seconds since the test began.
    """

    def __init__(self) -> None:
        """Start at zero."""
        self.now = 0.0
        self._due = 0.0
        self._sleeper: asyncio.Future[None] | None = None

    async def sleep(self, seconds: float) -> None:
        """Sleep until the test lets so many seconds pass."""
        self._due = self.now + seconds
        self._sleeper = asyncio.get_running_loop().create_future()
        await self._sleeper

    def moment(self) -> Moment:
        """Return the time for the library."""
        return Moment(steady=1000 + self.now, wall=1_790_000_000 + self.now)

    async def pass_until(self, end: float) -> None:
        """Let time pass, and let each attempt come to its end."""
        while True:
            await until(lambda: self._sleeper is not None)
            if self._due > end:
                break
            self.wake()
        self.now = end

    def wake(self) -> None:
        """Let the sleep end, now that its time has passed."""
        self.now = self._due
        sleeper, self._sleeper = self._sleeper, None
        assert sleeper
        sleeper.set_result(None)


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> FastTime:
    """Let the test decide how long the task that follows the events sleeps."""
    time = FastTime()
    quick = SimpleNamespace(**{**vars(asyncio), "sleep": time.sleep})
    monkeypatch.setattr(interface, "asyncio", quick)
    # The shortest pauses cost the most attempts.
    monkeypatch.setattr(random.SystemRandom, "uniform", lambda self, low, high: low)
    return time


async def test_ten_minutes_without_the_pbx_cost_fifteen_attempts(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    fast: FastTime,
    loaded: MockConfigEntry,
    attempts: list[str],
) -> None:
    """Polls and the websocket together; then it is found with the next poll."""
    runtime = loaded.runtime_data
    coordinator = runtime.coordinator
    runtime.pbx._clock = fast.moment
    opened = pbx.hub.opened
    attempts.clear()
    await pbx.stop()
    await until(lambda: state_of(hass, REPORTS) == "off")
    while (due := fast.now + coordinator.update_interval.total_seconds()) <= 600:
        await fast.pass_until(due)
        await coordinator.async_refresh()
    assert not coordinator.last_update_success
    assert 10 <= len(attempts) <= 15
    assert attempts.count("websocket") >= 3

    await pbx.start()
    await coordinator.async_refresh()
    fast.wake()
    await until(lambda: pbx.hub.opened > opened)
    await until(lambda: state_of(hass, REPORTS) == "on")


async def test_polling_goes_on_quickly_while_the_websocket_is_refused(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """Nothing is missed for long, and the websocket is tried again."""
    pbx.refuse_upgrades()
    pbx.cut_sockets()
    await until(lambda: state_of(hass, REPORTS) == "off")
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await pass_time(hass, 11)
    await until(lambda: state_of(hass, "sensor.jayson") == "ringing")
    pbx.refuse_upgrades(refuse=False)
    await until(lambda: state_of(hass, REPORTS) == "on")


async def test_while_nothing_happens_only_polls_are_sent(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """Those of phones, calls and queues each 30 s, others each five minutes."""
    # What is asked once after the start.
    await pass_time(hass, 2)
    opened = pbx.hub.opened
    coordinator = loaded.runtime_data.coordinator
    await coordinator.async_refresh()
    assert coordinator.update_interval == timedelta(seconds=30)
    queues = len(pbx.state.queues)
    quick = {
        "extension/list": 1,
        "call/query": 3,
        "queue/call_status": queues,
        "queue/agent_status": queues,
    }
    # The records of the time before the start are read meanwhile.
    await pass_time(hass, 32)
    for _ in range(3):
        before = len(pbx.requests)
        await pass_time(hass, 32)
        assert Counter(r.endpoint for r in pbx.requests[before:]) == quick
    before = len(pbx.requests)
    await pass_time(hass, 302)
    sent = Counter(request.endpoint for request in pbx.requests[before:])
    slow = {"vm/query": 1}
    assert {key: n for key, n in sent.items() if key not in quick} == slow
    assert pbx.hub.opened == opened
