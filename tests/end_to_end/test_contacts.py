"""A contact is added in a browser, and the next call shows the name."""

import asyncio

from playwright.async_api import Page

from tests.demo.browser import fill_contact_form, log_in

from .conftest import STATE_TIMEOUT, Office


async def add_contact(page: Page, address: str, name: str, number: str) -> None:
    """Log in and fill the form as people do."""
    await log_in(page, f"{address}/config/integrations/integration/yeastar")
    await fill_contact_form(page, name, number)
    await page.fill("input[name=sms_number]", number)
    await page.get_by_text("Submit").click()
    await page.locator("dialog-data-entry-flow").get_by_text("Finish").click()


async def test_a_contact_of_the_browser_names_the_next_call(
    office: Office, page: Page
) -> None:
    """At once: nothing is loaded again."""
    await add_contact(page, office.demo.address, "Grandma", "+31 6 1123 4567")
    await office.demo.outside_call("+31611234567", "1000")
    party = office.demo.house.extensions["1000"].entities["connected_party"]
    async with asyncio.timeout(STATE_TIMEOUT):
        while (states := await office.client.states())[party] != "Grandma":
            await asyncio.sleep(0.05)
    assert states["notify.grandma"] == "unknown"
