"""The browser of this machine, with the demo's user logged in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import shutil

from playwright.async_api import Browser, Page, async_playwright

from .demo import PASSWORD, USER
from .process import DemoError

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Nothing but Home Assistant is to be asked for anything.
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--no-first-run",
    "--no-sandbox",
)
LOAD_TIMEOUT = 60_000
"""Milliseconds; the first page of a new browser compiles the whole frontend."""


def find_browser() -> str:
    """Return the browser of this machine."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    raise DemoError("This takes a Chromium on this machine, and there is none.")


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Run the browser for as long as the context lasts."""
    path = find_browser()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


async def fill_contact_form(page: Page, name: str, number: str) -> None:
    """Fill the form of a contact, from the page of the integration."""
    await page.get_by_text("Add contact").first.click()
    await page.fill("input[name=name]", name)
    await page.get_by_text("Add Number").click()
    # The list of numbers comes before the number for text messages.
    form = page.locator("dialog-data-entry-flow")
    await form.locator("input[type=tel]").first.fill(number)


async def log_in(page: Page, address: str) -> None:
    """Open a page of Home Assistant and log in on the way."""
    page.set_default_timeout(LOAD_TIMEOUT)
    await page.goto(address)
    await page.fill("input[name=username]", USER)
    await page.fill("input[name=password]", PASSWORD)
    await page.press("input[name=password]", "Enter")
    await page.wait_for_url(f"{address}**")
    await page.locator("home-assistant-main").wait_for()
