"""One demo and one browser for all tests of the cards; each test has a page of its own."""

import asyncio
from collections.abc import AsyncIterator
import contextlib
from dataclasses import dataclass, field
import json
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    async_playwright,
    expect,
)
import pytest
import pytest_asyncio

from tests.demo.client import HomeAssistantClient
from tests.demo.dashboard import URL_PATH
from tests.demo.demo import PASSWORD, USER, Demo, free_port
from tests.demo.picture import BROWSER_ARGUMENTS, find_browser
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

    async def control(self, action: str, **fields: Any) -> Any:
        """Let something happen on the simulated PBX."""
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session,
            session.post(
                f"{self.demo.control_address}/{action}", json=fields
            ) as response,
        ):
            answer = await response.text()
            assert response.ok, answer
            return json.loads(answer)

    async def calls(self) -> list[dict[str, Any]]:
        """Return the calls that live on the PBX."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.demo.control_address}/state") as response,
        ):
            calls: list[dict[str, Any]] = (await response.json())["calls"]
            return calls

    async def outside_call(self, number: str, to: str) -> dict[str, Any]:
        """Let somebody outside call a phone."""
        call: dict[str, Any] = await self.control(
            "outside_call", **{"from": number, "to": to, "trunk": "SIP-Home"}
        )
        return call

    async def hang_up_everything(self) -> None:
        """End all calls."""
        for call in await self.calls():
            await self.control("hang_up", callid=call["callid"])


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
    demo = Demo(
        folder,
        port=free_port(),
        pbx_port=free_port(),
        is_quiet=True,
        show=lambda name, line: print(f"{name} | {line}"),
    )
    async with demo:
        restarter = asyncio.create_task(demo.wait())
        async with demo.connect() as client:
            yield Office(demo, client)
        restarter.cancel()
        with contextlib.suppress(asyncio.CancelledError, DemoError):
            await restarter


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Start the browser of this machine; without one there is nothing to test."""
    try:
        path = find_browser()
    except DemoError as err:
        pytest.skip(str(err))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=BROWSER_ARGUMENTS
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def login(office: Office, browser: Browser) -> Any:
    """Log in once, and return what a browser remembers of it."""
    context = await browser.new_context()
    page = await context.new_page()
    page.set_default_timeout(3 * PATIENCE)
    address = f"{office.demo.address}/{URL_PATH}"
    await page.goto(address)
    await page.fill("input[name=username]", USER)
    await page.fill("input[name=password]", PASSWORD)
    await page.press("input[name=password]", "Enter")
    await page.wait_for_url(f"{address}**")
    await page.locator(PHONES).wait_for()
    state = await context.storage_state()
    await context.close()
    return state


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared(office: Office, browser: Browser, login: Any) -> AsyncIterator[Screen]:
    """Open a page that knows the frontend by heart after its first test."""
    context = await browser.new_context(storage_state=login)
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    screen = Screen(page, office.demo.address)
    page.on("console", screen.remember)
    page.on("pageerror", screen.remember_error)
    await screen.open()
    yield screen
    await context.close()


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
    await office.hang_up_everything()
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
