"""A page that is open while Home Assistant restarts."""

import contextlib

from playwright.async_api import expect

from tests.demo.process import DemoError

from .conftest import Office, Screen


async def test_a_page_that_was_open_survives_a_restart(
    office: Office, screen: Screen
) -> None:
    """It says that Home Assistant is away meanwhile, and goes on by itself."""
    with contextlib.suppress(DemoError):
        # It closes the connection at once.
        await office.client.command(
            "call_service", domain="homeassistant", service="restart"
        )
    await expect(screen.phones).to_contain_text("Connection to Home Assistant lost")
    await expect(screen.log).to_contain_text("Connection to Home Assistant lost")
    await expect(screen.phones.locator(".content:not(.stale)")).to_be_visible(
        timeout=60_000
    )
    await office.demo.outside_call("01705550134", "1002")
    await expect(screen.call).to_contain_text("01705550134")
    await office.demo.hang_up_everything()
    await expect(screen.log.locator("li").first).to_contain_text("01705550134")
