"""The same for a P-Series: a large office, and a websocket with which everything goes wrong."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import suppress
from random import Random
import time

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import DOMAIN
from tests.helpers import state_of
from tests.p_series.conftest import entry, loaded  # noqa: F401
from tests.simulator import Direction, LegState, NotPossibleError
from tests.simulator.p_series import Fault, PSeriesSimulator
from tests.simulator.p_series.calls import Call
from tests.simulator.p_series.offices import large_office

from .conftest import forget_writes
from .memory import Memory

CALLS = 120
STEPS = 40
"""Things that happen in a second."""
SAMPLE_EVERY = 5.0
CALM = 90.0
TRUNK = "SIP-142"
_STATES = {"Ringing": "ringing", "Busy": "in_call", "Idle": "idle"}


@pytest.fixture
async def pbx(socket_enabled: None) -> AsyncGenerator[PSeriesSimulator]:
    """Return a P-Series with many phones."""
    async with PSeriesSimulator(state=large_office()) as simulator:
        yield simulator


class Bustle:
    """Lets people call, answer, hold and hang up, and the PBX fail, by chance."""

    def __init__(self, pbx: PSeriesSimulator, chance: Random) -> None:
        """Move in."""
        self._pbx = pbx
        self._chance = chance
        self._numbers = list(pbx.state.extensions)
        self.done: Counter[str] = Counter()

    def step(self) -> None:
        """Let one thing happen, if it can."""
        living = list(self._pbx.calls.values())
        with suppress(NotPossibleError):
            if len(living) < CALLS:
                self._call()
            else:
                self._go_on(self._chance.choice(living))

    def _call(self) -> None:
        number, other = self._chance.sample(self._numbers, 2)
        if self._chance.random() < 0.7:
            self._pbx.outside_call(f"55{number}", number, TRUNK)
        else:
            self._pbx.internal_call(number, other)
        self.done["calls"] += 1

    def _go_on(self, call: Call) -> None:
        phones = [member for member in call.living if not member.outside]
        if ringing := [member for member in phones if member.ringing]:
            self._pbx.answer(ringing[0].number)
        elif held := [m for m in phones if m.state is LegState.HELD]:
            self._pbx.resume(held[0].number)
        elif phones and self._chance.random() < 0.3:
            self._pbx.hold(phones[0].number)
        else:
            self._pbx.hang_up_call(call.call_id)

    def trouble(self) -> None:
        """Let one more thing go wrong."""
        fault = self._chance.choice(list(Fault))
        wrong: dict[str, Callable[[], object]] = {
            "sockets cut": self._pbx.cut_sockets,
            "token died": self._pbx.expire_tokens,
            "restart": lambda: self._pbx.reboot(down=self._chance.uniform(0, 5)),
            f"request {fault}": lambda: self._pbx.fail_next(fault, count=1),
            "nonsense": lambda: self._pbx.send_report('{"type":30011,"msg":"{"}'),
            "too large": lambda: self._pbx.send_report("x" * 70_000),
        }
        what = self._chance.choice(list(wrong))
        wrong[what]()
        self.done[what] += 1


async def test_everything_goes_wrong_with_a_p_series(
    hass: HomeAssistant,
    loaded: MockConfigEntry,  # noqa: F811
    pbx: PSeriesSimulator,
    minutes: float,
    seed: int,
) -> None:
    """States are the PBX's in the end, and neither a token nor a task is left over.

    Memory is printed only: it grows until the call log holds its 2,000 calls.
    """
    chance = Random(seed)  # noqa: S311
    bustle, memory = Bustle(pbx, chance), Memory()
    begin, steps = time.monotonic(), 0
    next_trouble, next_sample = 5.0, SAMPLE_EVERY
    while (elapsed := time.monotonic() - begin) < minutes * 60:
        while steps < elapsed * STEPS:
            steps += 1
            bustle.step()
        if elapsed >= next_trouble:
            bustle.trouble()
            next_trouble = elapsed + chance.uniform(4, 20)
        if elapsed >= next_sample:
            # What the simulator remembers grows without end.
            pbx.frames.clear()
            pbx.requests.clear()
            pbx.archive.records.clear()
            pbx.board.ended.clear()
            forget_writes()
            memory.sample()
            next_sample = elapsed + SAMPLE_EVERY
        await asyncio.sleep(0.02)
    pbx.faults.clear()
    print(f"\n\n{elapsed:.0f} s, {steps} steps; {dict(bustle.done)}")
    calm = time.monotonic()
    while differences := list(wrong_states(hass, pbx)):
        if time.monotonic() - calm > CALM:
            break
        await asyncio.sleep(0.5)
    print(f"all true after {time.monotonic() - calm:.1f} s: {not differences}")
    for difference in differences:
        print(f"  {difference}")
    counts = loaded.runtime_data.report_counts
    print(f"{counts}; sockets: {pbx.hub.opened}, logins: {pbx.logins_ok}")
    print(f"memory: {memory}; tokens alive: {pbx.tokens_alive}")
    print(f"grown since warm: {memory.grown}")
    assert not differences
    assert pbx.tokens_alive <= 2
    assert await hass.config_entries.async_unload(loaded.entry_id)
    await hass.async_block_till_done()
    assert not [
        task for task in asyncio.all_tasks() if "yeastar" in task.get_name().lower()
    ]


def wrong_states(hass: HomeAssistant, pbx: PSeriesSimulator) -> Iterator[str]:
    """Yield what is shown of phones and calls, but not so."""
    registry = er.async_get(hass)
    for number, extension in pbx.state.extensions.items():
        entity_id = registry.async_get_entity_id(
            Platform.SENSOR, DOMAIN, f"{pbx.state.device.sn}_{number}_state"
        )
        shown = state_of(hass, entity_id or number)
        held = pbx.board.find_leg(number, LegState.HELD)
        status = "on_hold" if held else _STATES[pbx.board.shown_status(extension)]
        if shown != status:
            yield f"{number} shows {shown}, but is {status}"
    for kind in (Direction.INBOUND, Direction.INTERNAL):
        lives = sum(call.direction is kind for call in pbx.calls.values())
        shown = state_of(hass, f"sensor.pbx_{kind}_calls")
        if shown != str(lives):
            yield f"{shown} {kind} calls are shown, but {lives} live"
