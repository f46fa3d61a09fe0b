"""A PBX as large as one gets, and the table that all measurements go into."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
import logging

import pytest

from tests.conftest import *  # noqa: F403
from tests.simulator import Extension, Simulator, State, Trunk

type Note = Callable[[str, float, float, str], None]

EXTENSIONS = 500
CALLS = 120


def large_office(extensions: int) -> State:
    """Return an office with many phones."""
    state = State()
    for number in range(2000, 2000 + extensions):
        state.extensions[str(number)] = Extension(str(number), f"Phone {number}")
    state.trunks["SIP-142"] = Trunk("SIP-142")
    return state


def make_calls(pbx: Simulator, calls: int) -> None:
    """Let so many calls from outside be talking."""
    for number in range(2000, 2000 + calls):
        pbx.outside_call(f"55{number}", to=str(number), trunk="SIP-142")
        pbx.answer(str(number))


_rows: list[tuple[str, float, float, str]] = []


@pytest.fixture
def note() -> Note:
    """Return how to note a figure, its floor and their unit."""

    def note(what: str, ours: float, floor: float, unit: str) -> None:
        _rows.append((what, ours, floor, unit))

    return note


@pytest.fixture(autouse=True)
async def undisturbed() -> AsyncGenerator[None]:
    """Measure without what helps to find bugs."""
    loop = asyncio.get_running_loop()
    debug = loop.get_debug()
    loop.set_debug(False)
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)
    loop.set_debug(debug)


@pytest.fixture(scope="session", autouse=True)
def table() -> Generator[None]:
    """Print the table when all is measured."""
    yield
    print(f"\n\n{'what':<52}{'ours':>10}{'floor':>10}  unit    ratio")  # noqa: T201
    for what, ours, floor, unit in _rows:
        ratio = f"{ours / floor:8.2f}" if floor else ""
        print(f"{what:<52}{ours:>10.2f}{floor:>10.2f}  {unit:<6}{ratio}")  # noqa: T201
