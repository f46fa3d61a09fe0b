"""Ten minutes of a large PBX with which everything goes wrong, and what is left of it."""

import asyncio
from collections.abc import Iterator
from dataclasses import fields
from random import Random
import time

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import DOMAIN
from custom_components.yeastar.pbx.s_series.listings import extension_state
from tests.helpers import state_of
from tests.simulator import Direction, Simulator

from .conftest import forget_writes
from .memory import Memory
from .office import Office
from .trouble import Trouble

RATE = 200
"""Reports a second."""
TICK = 0.02
SAMPLE_EVERY = 5.0
CALM = 60.0
"""Seconds until all is true again: the last fault may be a request that hangs."""


async def test_everything_goes_wrong_and_nothing_is_left_of_it(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    pbx: Simulator,
    minutes: float,
    seed: int,
) -> None:
    """States are the PBX's, every report is accounted for, memory is level."""
    chance = Random(seed)  # noqa: S311
    office, memory = Office(pbx, chance), Memory()
    trouble = Trouble(pbx, chance)
    highest, slowest, seconds = 0, 0.0, minutes * 60
    begin = time.monotonic()
    next_trouble, next_sample = 5.0, SAMPLE_EVERY
    while (elapsed := time.monotonic() - begin) < seconds:
        office.live(int(elapsed * RATE))
        highest = max(highest, len(pbx.calls))
        if elapsed >= next_trouble:
            trouble.make()
            next_trouble = elapsed + chance.uniform(4, 20)
        if elapsed >= next_sample:
            forget_writes()
            memory.sample()
            next_sample = elapsed + SAMPLE_EVERY
        turn = time.monotonic()
        await asyncio.sleep(TICK)
        slowest = max(slowest, time.monotonic() - turn)
    trouble.end()
    print(f"\n\n{elapsed:.0f} s, {office.calls} calls, at most {highest} at once")
    print(f"{office.made} reports ({office.made / elapsed:.0f} a second)")
    for what, times in sorted(trouble.done.items()):
        print(f"{times:6} {what}")

    calm = time.monotonic()
    while differences := [*wrong_states(hass, pbx), *wrong_calls(loaded, pbx)]:
        if time.monotonic() - calm > CALM:
            break
        await asyncio.sleep(0.5)
    await pbx.settle(30)
    await hass.async_block_till_done()
    counts = loaded.runtime_data.report_counts
    by_kind = {item.name: getattr(counts, item.name) for item in fields(counts)}
    refused = sum(
        by_kind[kind]
        for kind in ("repeated", "dropped", "foreign", "malformed", "too_large")
    )
    print(f"all true after {time.monotonic() - calm:.1f} s: {not differences}")
    for difference in differences:
        print(f"  {difference}")
    lost = ", ".join(f"{times} {why}" for why, times in office.lost.items())
    print(f"reports lost on the way: {lost or 'none'}")
    print(f"reports taken: {office.taken} = {counts.accepted} + {refused}: {by_kind}")
    print(
        f"{office.unanswered} more had no answer in time; slowest turn {slowest:.1f} s"
    )
    print(f"logins: {pbx.logins_ok}; memory: {memory}")
    print(f"grown since warm: {memory.grown}")
    assert not differences
    # Of those without an answer nobody can tell whether they arrived.
    assert 0 <= counts.accepted + refused - office.taken <= office.unanswered
    assert memory.is_level
    assert await hass.config_entries.async_unload(loaded.entry_id)
    await hass.async_block_till_done()
    assert not [
        task for task in asyncio.all_tasks() if "yeastar" in task.get_name().lower()
    ]


def wrong_states(hass: HomeAssistant, pbx: Simulator) -> Iterator[str]:
    """Yield what is shown of the phones, but not so."""
    registry, statuses = er.async_get(hass), pbx.board.shown_statuses()
    for number, status in statuses.items():
        entity_id = registry.async_get_entity_id(
            Platform.SENSOR, DOMAIN, f"{pbx.state.device.sn}_{number}_state"
        )
        shown = state_of(hass, entity_id or number)
        if shown != extension_state(status):
            yield f"{number} shows {shown}, but is {status}"
    for kind in (Direction.INBOUND, Direction.OUTBOUND):
        lives = sum(call.direction is kind for call in pbx.calls.values())
        shown = state_of(hass, f"sensor.yeastar_s100_{kind}_calls")
        if shown != str(lives):
            yield f"{shown} {kind} calls are shown, but {lives} live"


def wrong_calls(entry: MockConfigEntry, pbx: Simulator) -> Iterator[str]:
    """Yield the calls that live with us or with the PBX alone.

    No query shows calls between phones: one whose reports were lost is unknown.
    """
    book = entry.runtime_data.calls
    known = set()
    for call in pbx.calls.values():
        ids = [call.callid, *(leg.id for leg in call.outside_legs)]
        found = next((ours for each in ids if (ours := book.find(each))), None)
        if found:
            known.add(found.call_id)
        elif call.direction is not Direction.INTERNAL:
            yield f"{call.direction} call {call.callid} is not known"
    for call_id, ours in book.living.items():
        if call_id not in known:
            yield f"{ours.direction} call {call_id} is over, but lives"
