"""A demo of its own for the end-to-end test."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Page
import pytest

from tests.browser import browser_or_skip
from tests.demo.client import HomeAssistantClient
from tests.demo.demo import Demo

STATE_TIMEOUT = 20


def complaints_of(log: list[str]) -> list[str]:
    """Return the lines of Home Assistant's log that should not be there."""
    return [
        line
        for line in log
        if (
            " ERROR " in line
            or "Traceback" in line
            or ("WARNING" in line and "yeastar" in line)
        )
        # Every custom integration gets this one.
        and "has not been tested by" not in line
    ]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the flood test."""
    parser.addoption(
        "--flood-seconds", type=float, default=2.0, help="how long each flood takes"
    )
    parser.addoption("--flood-kinds", default="", help="which floods, by commas")


@pytest.fixture
def flood_seconds(request: pytest.FixtureRequest) -> float:
    """Return how long each flood takes."""
    return float(request.config.getoption("--flood-seconds"))


@pytest.fixture
def flood_kinds(request: pytest.FixtureRequest) -> list[str]:
    """Return which floods there are, all if none is named."""
    named: str = request.config.getoption("--flood-kinds")
    return named.split(",") if named else []


@dataclass
class Office:
    """A running demo with a quiet house, and what a test does with it."""

    demo: Demo
    client: HomeAssistantClient
    log: list[str] = field(default_factory=list)

    async def extension_state(self, extension: str) -> str:
        """Return the state of an extension in Home Assistant."""
        entity_id = self.demo.house.extensions[extension].entities["state"]
        return (await self.client.states())[entity_id]

    async def wait_for_state(self, extension: str, state: str) -> None:
        """Wait until an extension has a state in Home Assistant."""
        seen = ""
        try:
            async with asyncio.timeout(STATE_TIMEOUT):
                while (seen := await self.extension_state(extension)) != state:
                    await asyncio.sleep(0.05)
        except TimeoutError:
            pytest.fail(f"extension {extension} is {seen}, not {state}")


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Run a simulated PBX and a real Home Assistant; both are bounded in time."""
    log: list[str] = []

    def remember(name: str, line: str) -> None:
        if name == "Home Assistant":
            log.append(line)
        # pytest shows it if the test fails.
        print(f"{name} | {line}")

    demo = Demo.aside(tmp_path, remember)
    async with demo, demo.connect() as client:
        yield Office(demo, client, log)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """Open a page in the browser of this machine."""
    async with browser_or_skip() as browser:
        yield await browser.new_page()
