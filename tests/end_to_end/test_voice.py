"""Calls are placed by what is said to Assist, in a real Home Assistant."""

from playwright.async_api import Page

from tests.demo.browser import log_in

from .conftest import Office

KITCHEN = "1000"
OFFICE = "1001"


async def test_a_sentence_places_a_call(office: Office) -> None:
    """The office's phone rings first, then the one in the kitchen."""
    assert await office.client.say("call the kitchen") == (
        "Calling the kitchen. Pick up Office."
    )
    await office.wait_for_state(OFFICE, "ringing")
    await office.demo.control("answer", extension=OFFICE)
    await office.wait_for_state(KITCHEN, "ringing")
    assert await office.client.say("who is calling?") == "Office is calling."
    await office.demo.control("answer", extension=KITCHEN)
    await office.wait_for_state(KITCHEN, "in_call")
    assert await office.client.say("hang up") == "Call ended."
    await office.wait_for_state(KITCHEN, "idle")
    await office.wait_for_state(OFFICE, "idle")


async def test_sentences_of_home_assistant_still_do_what_they_did(
    office: Office,
) -> None:
    """Ours are on, and take nothing from them."""
    answer = await office.client.say("turn on Yeastar S100 Kitchen Do not disturb")
    assert answer.startswith("Turned on")
    switch = office.demo.house.extensions[KITCHEN].entities["do_not_disturb"]
    assert (await office.client.states())[switch] == "on"


async def ask_assist(page: Page, address: str, text: str) -> None:
    """Log in, open the dialog and write into it."""
    await log_in(page, address)
    await page.get_by_role("button", name="Assist (A)").click()
    request = page.locator("ha-voice-command-dialog input")
    await request.fill(text)
    await request.press("Enter")


async def test_the_assist_dialog_places_a_call(office: Office, page: Page) -> None:
    """It shows the answer, and the phone rings."""
    await ask_assist(page, office.demo.dashboard_address, "call the kitchen")
    await page.get_by_text("Calling the kitchen. Pick up Office.").wait_for()
    await office.wait_for_state(OFFICE, "ringing")
    await office.demo.control("answer", extension=OFFICE)
    await office.wait_for_state(KITCHEN, "ringing")
