"""A PBX as large as one gets, and how long it is to be endured."""

import asyncio
from collections.abc import AsyncGenerator
import logging
from typing import cast
from unittest.mock import Mock

from homeassistant.helpers.storage import Store
import pytest

from tests.conftest import custom_integrations, entry, loaded, reachable  # noqa: F401
from tests.simulator import Simulator, poster, server

from .office import large_office


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let people say how long."""
    parser.addoption("--minutes", type=float, default=10.0, help="how long to run")
    parser.addoption("--seed", type=int, default=7, help="what chance begins with")


@pytest.fixture
def minutes(request: pytest.FixtureRequest) -> float:
    """Return how long to run."""
    return float(request.config.getoption("--minutes"))


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """Return what chance begins with."""
    return int(request.config.getoption("--seed"))


@pytest.fixture
async def pbx(
    socket_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Simulator]:
    """Return a PBX with many phones, whose own memory does not grow for long."""
    monkeypatch.setattr(poster, "MOST_REMEMBERED", 1000)
    monkeypatch.setattr(server, "MOST_REMEMBERED", 50)
    async with Simulator(state=large_office()) as simulator:
        yield simulator


def forget_writes() -> None:
    """Forget what was written to the disk.

    Its stand-in in tests remembers the arguments of all writes, and with them calls
    that left the log long ago.
    """
    cast(Mock, Store._async_write_data).reset_mock()


@pytest.fixture(autouse=True)
async def undisturbed() -> AsyncGenerator[None]:
    """Run without what helps to find bugs, which remembers much."""
    loop = asyncio.get_running_loop()
    debug = loop.get_debug()
    loop.set_debug(False)
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)
    loop.set_debug(debug)
