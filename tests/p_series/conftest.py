"""A Home Assistant with a P-Series PBX, over real sockets."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import astuple
from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
    CONF_WEBHOOK_ID,
)
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.yeastar.const import CONF_FAMILY, DOMAIN
from tests.conftest import WEBHOOK_ID
from tests.simulator import Simulator
from tests.simulator.p_series import PSeriesSimulator

type Act = Callable[..., Awaitable[Any]]


@pytest.fixture
async def pbx(socket_enabled: None) -> AsyncGenerator[PSeriesSimulator]:
    """Return a P-Series PBX that is switched on."""
    async with PSeriesSimulator() as simulator:
        yield simulator


@pytest.fixture
def entry(pbx: PSeriesSimulator) -> MockConfigEntry:
    """Return an entry for the PBX that is not set up yet."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="P550",
        unique_id=pbx.state.device.sn,
        minor_version=2,
        data={
            CONF_FAMILY: "p_series",
            CONF_HOST: pbx.host,
            CONF_PORT: pbx.port,
            CONF_SSL: False,
            CONF_VERIFY_SSL: False,
            CONF_USERNAME: pbx.client_id,
            CONF_PASSWORD: pbx.client_secret,
            CONF_WEBHOOK_ID: WEBHOOK_ID,
        },
    )


@pytest.fixture
async def loaded(
    hass: HomeAssistant,
    reachable: None,
    pbx: PSeriesSimulator,
    entry: MockConfigEntry,
) -> AsyncGenerator[MockConfigEntry]:
    """Return an entry whose PBX is set up and tells its events."""
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    await until(lambda: entry.runtime_data.health.works)
    await hass.async_block_till_done()
    yield entry
    if hass.config_entries.async_get_entry(entry.entry_id):
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def s_series(
    hass: HomeAssistant, reachable: None, socket_enabled: None
) -> AsyncGenerator[MockConfigEntry]:
    """Return the entry of a PBX of the other family, which is set up alone."""
    async with Simulator() as box:
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="S100",
            unique_id=box.state.device.sn,
            minor_version=2,
            data={
                CONF_FAMILY: "s_series",
                CONF_HOST: box.host,
                CONF_PORT: box.port,
                CONF_SSL: False,
                CONF_VERIFY_SSL: False,
                CONF_USERNAME: box.username,
                CONF_PASSWORD: box.password,
                CONF_WEBHOOK_ID: WEBHOOK_ID,
            },
        )
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        yield entry
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
def act(hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry) -> Act:
    """Return how to act: the action and its fields -> its answer."""

    async def act(name: str, /, **data: Any) -> Any:
        answers = hass.services.supports_response(DOMAIN, name).value != "none"
        answered = await hass.services.async_call(
            DOMAIN, name, data, blocking=True, return_response=answers
        )
        await deliver(hass, pbx)
        return answered

    return act


def body_of(pbx: PSeriesSimulator, endpoint: str) -> dict[str, object]:
    """Return what the only request for an operation carried."""
    (request,) = [r for r in pbx.requests if r.endpoint == endpoint]
    assert isinstance(request.body, dict)
    return request.body


async def until(holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)


async def deliver(hass: HomeAssistant, pbx: PSeriesSimulator) -> None:
    """Let all events take effect, without letting time pass."""
    await pbx.settle()
    seen = -1
    while (came := _reports(hass)) != seen:
        seen = came
        # Longer than reading pauses where the machine is busy.
        await asyncio.sleep(0.05)
    await hass.async_block_till_done()


def _reports(hass: HomeAssistant) -> int:
    """Return how many events have come."""
    return sum(
        sum(astuple(entry.runtime_data.report_counts))
        for entry in hass.config_entries.async_loaded_entries(DOMAIN)
    )


async def pass_time(hass: HomeAssistant, seconds: float) -> None:
    """Let what is due within so many seconds happen now.

    The connection of the events is a task that never ends, so tasks in the background
    are given a moment instead of being waited for.
    """
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=seconds))
    for _ in range(4):
        await asyncio.sleep(0.05)
        await hass.async_block_till_done()
        for entry in hass.config_entries.async_entries(DOMAIN):
            for task in list(entry._background_tasks):
                # What is read at intervals, which may take long on a busy machine.
                if isinstance(task, asyncio.Task) and "refresh" in task.get_name():
                    await asyncio.wait([task])
