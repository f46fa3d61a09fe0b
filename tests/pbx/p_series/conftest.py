"""Fixtures of the P-Series."""

from collections.abc import AsyncGenerator

from aiohttp import ClientSession
import pytest

from custom_components.yeastar.pbx.p_series.pbx import PSeriesPbx
from tests.simulator.p_series import PSeriesSimulator

from .house import House, session_of


@pytest.fixture
async def box(socket_enabled: None) -> AsyncGenerator[PSeriesSimulator]:
    """Return a P-Series PBX that is switched on."""
    async with PSeriesSimulator() as simulator:
        yield simulator


@pytest.fixture
async def web() -> AsyncGenerator[ClientSession]:
    """Return the session that all clients share."""
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def house(box: PSeriesSimulator, web: ClientSession) -> AsyncGenerator[House]:
    """Return a PBX whose events are followed."""
    house = House(box, PSeriesPbx("PBX", session_of(web, box)))
    await house.start()
    yield house
    await house.stop()
