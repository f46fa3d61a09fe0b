"""Nothing is shown to live that is not known to, and nothing is offered that would fail."""

from typing import Any

from playwright.async_api import Page, expect
import pytest

from .conftest import LOG, PHONES
from .stage import Stage, call, ended, extension, put_on_stage, whole

AWAY = "The PBX does not answer"
LOST = "Connection to Home Assistant lost"
STARTING = "Home Assistant is starting"


async def busy_house(page: Page) -> Stage:
    """Show calls in every way, on a card with a pop-up."""
    stage = await put_on_stage(page, PHONES, popup=True, favourites=["Grandma"])
    ringing = call(1000, status="ringing", answered=None, answered_by=None)
    offered = call(1001, status="waiting", answered=None, offered_until=4e9)
    phones = [
        extension(1000, state="ringing", party="0170"),
        extension(1002, state="in_call", party="0170"),
    ]
    await stage.tell(
        whole(extensions=phones, calls=[ringing, offered, call(1002)], missed=2)
    )
    await expect(stage.card.get_by_role("alertdialog")).to_be_visible()
    await expect(stage.card.locator("yeastar-since").first).to_be_attached()
    return stage


async def expect_nothing_lives(stage: Stage) -> None:
    """Look for pop-up, clocks, and buttons that could be pressed."""
    await expect(stage.card.get_by_role("alertdialog")).to_have_count(0)
    await expect(stage.card.locator("yeastar-since")).to_have_count(0)
    await expect(stage.card.locator("button:enabled")).to_have_count(0)
    await expect(stage.card.locator("input:enabled")).to_have_count(0)


async def test_while_the_pbx_is_away_nothing_lives(page: Page) -> None:
    """What was known stays, faded; it lives again when the PBX answers."""
    stage = await busy_house(page)
    await stage.tell({"available": False})
    await expect(stage.card).to_contain_text(AWAY)
    await expect_nothing_lives(stage)
    await expect(stage.card.locator("yeastar-call-row")).to_have_count(3)
    await stage.tell({"available": True})
    await expect(stage.card).not_to_contain_text(AWAY)
    await expect(stage.card.get_by_role("alertdialog")).to_be_visible()
    await expect(stage.card.locator("yeastar-since").first).to_be_attached()


async def test_while_home_assistant_is_away_nothing_lives(page: Page) -> None:
    """It is not the PBX that does not answer."""
    stage = await busy_house(page)
    await stage.happens("disconnected")
    await expect(stage.card).to_contain_text(LOST)
    await expect(stage.card).not_to_contain_text(AWAY)
    await expect_nothing_lives(stage)


async def test_while_home_assistant_starts_the_card_says_so(page: Page) -> None:
    """It answers, but knows nothing of the integration yet."""
    stage = await busy_house(page)
    await stage.happens("disconnected")
    await stage.refuse("unknown_command")
    config = await page.evaluate("stage.hass.config")
    await stage.change(config=config | {"state": "STARTING"})
    await stage.happens("ready")
    await expect(stage.card).to_contain_text(STARTING)
    await expect_nothing_lives(stage)
    await stage.refuse(None)
    await stage.change(config=config)
    await expect(stage.card).to_contain_text(AWAY)
    await stage.page.wait_for_function("stage.subscriptions === 2")
    await stage.tell(whole(extensions=[extension(1000)]))
    await expect(stage.card).not_to_contain_text(AWAY)


async def test_a_connection_that_is_lost_again_is_no_answer(page: Page) -> None:
    """The frontend itself refuses then, with a number."""
    stage = await busy_house(page)
    await stage.happens("disconnected")
    await stage.refuse(3)
    await stage.happens("ready")
    await expect(stage.card).to_contain_text(LOST)


async def test_a_pbx_that_is_not_set_up_is_waited_for(page: Page) -> None:
    """As while its entry is loaded again."""
    stage = await put_on_stage(page, PHONES)
    await stage.tell(whole(extensions=[extension(1000)]))
    await stage.tell({"loaded": False})
    await expect(stage.card).to_contain_text("Waiting for the PBX")


@pytest.mark.parametrize("message", [{"available": False}, None], ids=["pbx", "lost"])
async def test_the_call_log_offers_nothing_meanwhile(
    page: Page, message: dict[str, Any] | None
) -> None:
    """What was is still shown; it can be filtered as long as Home Assistant answers."""
    stage = await put_on_stage(page, LOG)
    rows = [ended(1, media_content_id="media-source://yeastar/1", unseen=True)]
    await stage.answer("yeastar/call_log", {"calls": rows, "next": None})
    await stage.tell(whole(extensions=[extension(1000)], missed=1))
    await expect(stage.card.get_by_title("Play recording")).to_be_enabled()
    if message:
        await stage.tell(message)
    else:
        await stage.happens("disconnected")
    await expect(stage.card.get_by_title("Play recording")).to_be_disabled()
    await expect(stage.card.locator("button.back")).to_be_disabled()
    await expect(stage.card.get_by_label("Mark missed calls as seen")).to_be_disabled()
    await expect(stage.card.locator(".chip.inbound")).to_be_enabled(
        enabled=message is not None
    )
    await expect(stage.card).to_contain_text(AWAY if message else LOST)
