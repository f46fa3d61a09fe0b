"""One demo and one browser for all tests of the cards; each test has a page of its own."""

import asyncio
from collections.abc import AsyncIterator
import contextlib
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Error, Locator, Page, expect
import pytest
import pytest_asyncio

from tests.browser import browser_or_skip
from tests.demo.browser import log_in
from tests.demo.client import HomeAssistantClient
from tests.demo.dashboard import URL_PATH
from tests.demo.demo import Demo
from tests.demo.process import REPOSITORY, DemoError

from .stage import CLEAR

PATIENCE = 20_000
"""Milliseconds until what should be on the page is missing."""
PHONES = "yeastar-phone-card"
LOG = "yeastar-call-log-card"
OURS = "yeastar"

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let all tests share the loop in which the demo and the browser live."""
    for item in items:
        if item.get_closest_marker("asyncio"):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@dataclass
class Office:
    """A demo with a quiet house, and what happens there."""

    demo: Demo
    client: HomeAssistantClient


@dataclass
class Screen:
    """A page that shows the dashboard."""

    page: Page
    address: str
    errors: list[str] = field(default_factory=list)

    @property
    def phones(self) -> Locator:
        """Return the phone card."""
        return self.page.locator(PHONES).first

    @property
    def log(self) -> Locator:
        """Return the call log card."""
        return self.page.locator(LOG).first

    def phone(self, name: str) -> Locator:
        """Return the tile of a phone."""
        return self.phones.locator(f'.tile:has(.name:text-is("{name}"))')

    @property
    def field(self) -> Locator:
        """Return the field of the phone card in which one says whom to call."""
        return self.phones.locator("yeastar-dial input")

    @property
    def call(self) -> Locator:
        """Return the first of the active calls."""
        return self.phones.locator(".calls yeastar-call-row").first

    def remember(self, message: ConsoleMessage) -> None:
        """Note what the console says of the cards."""
        where = message.location.get("url", "")
        if message.type == "error" and (OURS in message.text or OURS in where):
            self.errors.append(f"{message.text} ({where})")

    def remember_error(self, error: Error) -> None:
        """Note an exception that nobody caught."""
        if OURS in (error.stack or str(error)):
            self.errors.append(str(error.stack or error))

    async def open(self, path: str = URL_PATH) -> None:
        """Open the dashboard, or another page."""
        await self.page.goto(f"{self.address}/{path}")
        await self.page.locator("home-assistant-main").wait_for()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """Run a simulated PBX and a real Home Assistant, which may restart itself."""
    folder: Path = tmp_path_factory.mktemp("demo")
    demo = Demo.aside(folder, lambda name, line: print(f"{name} | {line}"))
    async with demo:
        restarter = asyncio.create_task(demo.wait())
        async with demo.connect() as client:
            yield Office(demo, client)
        restarter.cancel()
        with contextlib.suppress(asyncio.CancelledError, DemoError):
            await restarter


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Start the browser of this machine."""
    async with browser_or_skip() as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def login(office: Office, browser: Browser) -> Any:
    """Log in once, and return what a browser remembers of it."""
    return await log_in_once(office, browser)


async def log_in_once(office: Office, browser: Browser) -> Any:
    """Return what a browser remembers of a login."""
    context = await browser.new_context()
    page = await context.new_page()
    await log_in(page, office.demo.dashboard_address)
    await page.locator(PHONES).wait_for()
    state = await context.storage_state()
    await context.close()
    return state


@asynccontextmanager
async def new_screen(
    office: Office, browser: Browser, login: Any
) -> AsyncIterator[Screen]:
    """Open the dashboard in a browser that knows nothing but its user."""
    context = await browser.new_context(storage_state=login)
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    screen = Screen(page, office.demo.address)
    page.on("console", screen.remember)
    page.on("pageerror", screen.remember_error)
    await screen.open()
    yield screen
    await context.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared(office: Office, browser: Browser, login: Any) -> AsyncIterator[Screen]:
    """Open a page that knows the frontend by heart after its first test."""
    async with new_screen(office, browser, login) as screen:
        yield screen


@pytest_asyncio.fixture(loop_scope="session")
async def own_screen(
    office: Office, browser: Browser, login: Any
) -> AsyncIterator[Screen]:
    """Open a page for one test alone, whose browser is changed by it."""
    async with new_screen(office, browser, login) as screen:
        yield screen
        await office.demo.hang_up_everything()
        assert screen.errors == []


@pytest_asyncio.fixture(loop_scope="session")
async def screen(office: Office, shared: Screen) -> AsyncIterator[Screen]:
    """Show the dashboard; whatever the cards complain about fails the test."""
    await shared.page.set_viewport_size({"width": 1360, "height": 900})
    await shared.page.evaluate("localStorage.removeItem('yeastar-phone')")
    await shared.open()
    await shared.phones.locator(".tile").first.wait_for()
    # Calls of the test before may be on the way out.
    await expect(shared.phones.locator(".calls")).to_have_count(0)
    shared.errors.clear()
    yield shared
    await office.demo.hang_up_everything()
    assert shared.errors == []


@pytest_asyncio.fixture(loop_scope="session")
async def page(shared: Screen) -> AsyncIterator[Page]:
    """Return a page of the frontend to put a card on."""
    if "edit" in shared.page.url:
        # A dialog of the test before would cover the card.
        await shared.open()
    shared.errors.clear()
    await shared.page.set_viewport_size({"width": 1360, "height": 900})
    yield shared.page
    await shared.page.evaluate(CLEAR)
    await shared.page.emulate_media(color_scheme="light")
    assert shared.errors == []


@pytest.fixture
def pictures() -> Path:
    """Return where pictures go."""
    folder = REPOSITORY / ".tools" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
