"""Reports by chance to a PBX that is set up."""

from dataclasses import dataclass
import logging
from random import Random
from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.json import json_bytes
from hypothesis import HealthCheck, given, settings, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import EVENT_YEASTAR
from custom_components.yeastar.push.receiver import ReportReceiver

from .bodies import REPORTS, spoiled
from .invariants import broken


@dataclass(slots=True)
class Written:
    """How many lines went to browsers and to the database."""

    lines: int = 0


@pytest.fixture
def written(hass: HomeAssistant) -> Written:
    """Write all that happens as it is written there, and count it."""
    count = Written()

    @callback
    def write(event: Event[Any]) -> None:
        count.lines += bool(json_bytes(event.as_dict()))

    hass.bus.async_listen(EVENT_YEASTAR, write)
    hass.bus.async_listen(EVENT_STATE_CHANGED, write)
    return count


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.integers(0, 2**32))
async def test_no_report_raises_or_breaks_anything(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    written: Written,
    caplog: pytest.LogCaptureFixture,
    seed: int,
) -> None:
    """It is applied or counted, and what it becomes can be shown and stored."""
    random = Random(seed)  # noqa: S311
    runtime = loaded.runtime_data
    pbx, counts = runtime.pbx, runtime.report_counts
    receiver = ReportReceiver(
        hass, loaded, pbx, counts, runtime.coordinator.async_ask_for_reports
    )
    lines, accepted = written.lines, counts.accepted
    for _ in range(random.randrange(1, 6)):
        receiver.async_receive(spoiled(REPORTS, random))
        assert not broken(pbx.calls, pbx._tracker)
    await hass.async_block_till_done()
    assert written.lines - lines >= counts.accepted - accepted
    assert not [line for line in caplog.records if line.levelno >= logging.ERROR]
    caplog.clear()
