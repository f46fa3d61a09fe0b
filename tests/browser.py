"""The browser of a test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser
import pytest

from tests.demo.browser import find_browser, open_browser
from tests.demo.process import DemoError


@asynccontextmanager
async def browser_or_skip() -> AsyncIterator[Browser]:
    """Run the browser of this machine; without one there is nothing to test."""
    try:
        find_browser()
    except DemoError as err:
        pytest.skip(str(err))
    async with open_browser() as browser:
        yield browser
