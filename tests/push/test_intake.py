"""Reports take no more than their share of the time, and none is lost without need."""

import asyncio
import time
from types import SimpleNamespace
from unittest.mock import patch

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.push import intake
from custom_components.yeastar.push.intake import FLOOD_SHARE, LEAST, SLICE, Intake
from tests.helpers import deliver, pass_time
from tests.simulator import Simulator


class Taker:
    """Takes reports, each of which costs so much of the processor's time."""

    def __init__(self, hass: HomeAssistant, entry: MockConfigEntry) -> None:
        """Take nothing yet."""
        self.loop = hass.loop
        self.cost = 0.0
        self.spent = 0.0
        self.taken: list[bytes] = []
        self.dropped = 0
        self.intake = Intake(hass, entry, self.take, self.is_kept, self.drop)

    def take(self, body: bytes) -> None:
        """Take a report."""
        self.taken.append(body)
        self.spent += self.cost

    def is_kept(self, body: bytes) -> bool:
        """Return whether a report is kept rather than others."""
        return body.startswith(b"BYE")

    def drop(self) -> None:
        """Count a report that was dropped."""
        self.dropped += 1


@pytest.fixture
def taker(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> Taker:
    """Return what takes reports, by a clock that a test sets."""
    monkeypatch.setattr(intake, "CREDIT", SLICE)
    taker = Taker(hass, entry)
    clock = SimpleNamespace(perf_counter=lambda: taker.spent)
    monkeypatch.setattr(intake, "time", clock)
    return taker


def numbered(first: int, last: int, kind: bytes = b"RING") -> list[bytes]:
    """Return reports that differ."""
    return [b"%s %d" % (kind, number) for number in range(first, last)]


def put(taker: Taker, bodies: list[bytes]) -> None:
    """Let reports come all at once: no share of the time is earned until then."""
    with patch.object(taker.loop, "time", return_value=taker.intake._counted_at):
        for body in bodies:
            taker.intake.async_put(body)


async def test_what_costs_little_is_taken_at_once(
    taker: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hundreds of reports in one turn of the loop."""
    monkeypatch.setattr(intake, "LEAST", 0.0)
    put(taker, numbered(0, 500))
    assert taker.taken == numbered(0, 500)


async def test_a_report_that_costs_little_costs_the_recorder_as_much(
    hass: HomeAssistant, taker: Taker
) -> None:
    """So that thousands of them do not come at once."""
    put(taker, numbered(0, 500))
    assert len(taker.taken) == pytest.approx(SLICE / LEAST, abs=1)
    taker.intake._credit = 1
    await hass.async_block_till_done()
    assert taker.taken == numbered(0, 500)


async def test_what_costs_much_lets_others_run(
    hass: HomeAssistant, taker: Taker
) -> None:
    """All are taken in their order, in no more than their share of the time."""
    taker.cost = 1.1 * SLICE
    begin = time.monotonic()
    put(taker, numbered(0, 6))
    assert taker.taken == numbered(0, 1)
    await hass.async_block_till_done()
    assert taker.taken == numbered(0, 6)
    assert time.monotonic() - begin >= 5 * SLICE / FLOOD_SHARE


async def test_work_that_comes_later_counts_as_well(
    hass: HomeAssistant, taker: Taker
) -> None:
    """Such as the end of calls, seconds after their reports."""
    taker.intake.async_charge(1.1 * SLICE)
    put(taker, numbered(0, 1))
    assert taker.taken == []
    await hass.async_block_till_done()
    assert taker.taken == numbered(0, 1)


async def test_however_much_it_was_reports_wait_no_longer_than_a_moment(
    hass: HomeAssistant, taker: Taker
) -> None:
    """A machine that stands still for a minute owes them nothing."""
    taker.intake.async_charge(60)
    begin = time.monotonic()
    put(taker, numbered(0, 1))
    await hass.async_block_till_done()
    assert taker.taken == numbered(0, 1)
    assert time.monotonic() - begin < 30


async def test_the_end_of_a_call_is_work_of_its_reports(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It comes when a timer is due, and not with a report."""
    call = pbx.outside_call("01713920010", to="1000", trunk="SIP-142")
    pbx.hang_up_call(call.callid)
    await deliver(hass, pbx)
    charged: list[float] = []
    monkeypatch.setattr(Intake, "async_charge", lambda _, spent: charged.append(spent))
    await pass_time(hass, 3)
    assert len(charged) == 1


async def test_a_burst_is_taken_without_a_pause_but_lets_others_run(
    hass: HomeAssistant, taker: Taker
) -> None:
    """As far as its credit goes."""
    taker.intake._credit = 100 * SLICE
    taker.cost = 1.1 * SLICE
    put(taker, numbered(0, 6))
    taken = [len(taker.taken)]
    while len(taker.taken) < 6:
        await asyncio.sleep(0)
        taken.append(len(taker.taken))
    assert sorted(set(taken)) == [1, 2, 3, 4, 5, 6]
    await hass.async_block_till_done()


@pytest.mark.parametrize(
    "bound", ["MAX_WAITING", "MAX_BYTES"], ids=["by their number", "by their size"]
)
async def test_what_there_is_no_room_for_is_dropped(
    hass: HomeAssistant,
    taker: Taker,
    monkeypatch: pytest.MonkeyPatch,
    bound: str,
) -> None:
    """Only what no poll would tell may use the reserve, which ends, too."""
    one = len(b"RING 1") if bound == "MAX_BYTES" else 1
    monkeypatch.setattr(intake, bound, 3 * one)
    taker.cost = 1.1 * SLICE
    put(taker, numbered(0, 9))
    assert taker.dropped == 5
    put(taker, numbered(0, 9, b"BYE"))
    assert taker.dropped == 11
    taker.cost = 0
    await hass.async_block_till_done()
    assert taker.taken == [*numbered(0, 4), *numbered(0, 3, b"BYE")]


async def test_nothing_is_taken_after_unload(
    hass: HomeAssistant, entry: MockConfigEntry, taker: Taker
) -> None:
    """What waits until then is forgotten."""
    taker.cost = 1.1 * SLICE
    put(taker, numbered(0, 3))
    await entry._async_process_on_unload(hass)
    await hass.async_block_till_done()
    assert taker.taken == numbered(0, 1)


async def test_a_sender_is_answered_late_while_many_wait(
    hass: HomeAssistant, taker: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that it sends no faster; but not more senders than there are places."""
    monkeypatch.setattr(intake, "CROWDED", 2)
    monkeypatch.setattr(intake, "MAX_PAUSING", 1)

    async def pause() -> float:
        begin = time.monotonic()
        await taker.intake.async_pause()
        return time.monotonic() - begin

    assert await pause() < intake.PAUSE
    taker.cost = 1.1 * SLICE
    put(taker, numbered(0, 3))
    first, second = await asyncio.gather(pause(), pause())
    assert second < intake.PAUSE <= first + 0.01
    await hass.async_block_till_done()
