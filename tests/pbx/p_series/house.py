"""A P-Series PBX and the library that follows it, as a test needs them."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession

from custom_components.yeastar.pbx.calls.call import Call, CallEvent
from custom_components.yeastar.pbx.clock import Moment
from custom_components.yeastar.pbx.errors import PbxProtocolError
from custom_components.yeastar.pbx.interface import Change
from custom_components.yeastar.pbx.p_series.pbx import PSeriesPbx
from custom_components.yeastar.pbx.p_series.session import PSeriesSession
from tests.simulator.p_series import PSeriesSimulator, Request

PATIENCE = 5.0


class Clock:
    """A clock that is set by hand, for the PBX and for the library."""

    def __init__(self) -> None:
        """Start at some time."""
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        """Return the time as the PBX asks for it."""
        return self.now

    def moment(self) -> Moment:
        """Return the time as the library asks for it."""
        return Moment(self.now, self.now)


def session_of(
    web: ClientSession, box: PSeriesSimulator, **changes: Any
) -> PSeriesSession:
    """Return a session with the simulated PBX; nothing is sent yet."""
    arguments: dict[str, Any] = {
        "host": box.host,
        "port": box.port,
        "ssl": False,
        "client_id": box.client_id,
        "client_secret": box.client_secret,
    }
    return PSeriesSession(web, **(arguments | changes))


def requests_of(box: PSeriesSimulator, endpoint: str) -> list[Request]:
    """Return the requests so far for one endpoint."""
    return [request for request in box.requests if request.endpoint == endpoint]


async def until(holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.005)


@dataclass
class House:
    """A simulated PBX, and what the library learns of it.

    Attributes:
        changes: each `Change` that was told.
        connected: whether the events arrive.
    """

    box: PSeriesSimulator
    pbx: PSeriesPbx
    changes: list[Change] = field(default_factory=list)
    connected: list[bool] = field(default_factory=list)
    _task: asyncio.Task[None] | None = None
    _received: int = 0
    _lost: int = 0

    def __post_init__(self) -> None:
        """Listen to the library."""
        self.pbx.listen(self.changes.append)

    async def start(self) -> None:
        """Poll once, then follow the events."""
        await self.pbx.poll(slowly=True)
        self._task = asyncio.create_task(
            self.pbx.follow(self._receive, self.connected.append)
        )
        await until(lambda: self.connected and self.connected[-1])

    def _receive(self, body: bytes) -> None:
        self._received += 1
        # As the integration does, which counts what is no report.
        with suppress(PbxProtocolError):
            self.pbx.receive(self.pbx.parse_report(body))

    async def stop(self) -> None:
        """End the connection and the session."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self.pbx.close()

    async def settle(self) -> None:
        """Wait until every event so far has arrived, but for those that got lost."""
        await self.box.settle()
        sent = sum(frame.sockets for frame in self.box.frames) - self._lost
        with suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                while self._received < sent:
                    await asyncio.sleep(0.005)
        self._lost += max(0, sent - self._received)
        await asyncio.sleep(0.05)

    def tick(self, seconds: float = 5.0) -> None:
        """Let what is due within so many seconds happen now."""
        while (due := self.pbx.calls.next_due) is not None:
            if due > asyncio.get_running_loop().time() + seconds:
                return
            self.pbx.tick(due)

    @property
    def events(self) -> list[CallEvent]:
        """Return what happened to calls as a whole."""
        return [
            event for change in self.changes for event in change.events if event.whole
        ]

    @property
    def told(self) -> list[str]:
        """Return the types of what happened to calls as a whole."""
        return [event.type.value for event in self.events]

    @property
    def call(self) -> Call:
        """Return the only living call."""
        (call,) = self.pbx.calls.living.values()
        return call

    @property
    def ended(self) -> Call:
        """Return the only call that is over, once it was decided."""
        self.tick()
        (call,) = self.pbx.calls.log.values()
        return call

    def state(self, number: str) -> str | None:
        """Return what an extension does."""
        return self.pbx.inventory.states.get(number)
