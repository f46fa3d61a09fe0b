"""What the cards show of what they are told."""

import re

from playwright.async_api import Page, expect

from .conftest import LOG, PHONES, Screen
from .stage import call, ended, extension, put_on_stage, whole


async def test_who_controls_nothing_has_no_buttons(page: Page) -> None:
    """Nothing is offered that would be refused."""
    stage = await put_on_stage(page, PHONES)
    await stage.tell(
        whole(
            extensions=[extension(1000, control=False)],
            calls=[call(1000, control=False)],
        )
    )
    await expect(stage.card.locator("yeastar-call-row")).to_contain_text("Talking")
    await expect(stage.card.locator("yeastar-call-row button")).to_have_count(0)
    await expect(stage.card.locator("yeastar-dial")).to_have_count(0)


async def test_a_board_of_some_phones_shows_their_calls_alone(page: Page) -> None:
    """They may be named by device or number."""
    stage = await put_on_stage(page, PHONES, extensions=["device1000"])
    await stage.tell(
        whole(
            extensions=[extension(1000), extension(1001)],
            calls=[call(1000), call(1001)],
        )
    )
    await expect(stage.card.locator(".tile")).to_have_count(1)
    await expect(stage.card.locator("yeastar-call-row")).to_have_count(1)


async def test_a_phone_that_is_not_to_be_shown_is_only_named(page: Page) -> None:
    """It has no device then; nobody calls with it, though it was the last that did."""
    await page.evaluate("localStorage.setItem('yeastar-phone', '1001')")
    stage = await put_on_stage(page, PHONES)
    hidden = extension(1001, device_id=None, entity_id=None)
    await stage.tell(whole(extensions=[extension(1000), hidden], calls=[call(1001)]))
    await expect(stage.card.locator(".tile")).to_have_count(1)
    await expect(stage.card.locator("yeastar-call-row")).to_contain_text("Phone 1001")
    await stage.card.locator("yeastar-dial input").fill("0611111111")
    await stage.card.locator("yeastar-dial button.go").click()
    [[action, data]] = await stage.done()
    assert action == "yeastar.dial"
    assert data["extension"] == "1000"


async def test_nobody_calls_back_with_a_phone_that_is_not_to_be_shown(
    page: Page,
) -> None:
    """Though it took the call."""
    await page.evaluate("localStorage.removeItem('yeastar-phone')")
    stage = await put_on_stage(page, LOG)
    hidden = extension(1001, device_id=None, entity_id=None)
    row = ended(1, answered_by="1001", extensions=["1001"])
    await stage.answer("yeastar/call_log", {"calls": [row], "next": None})
    await stage.tell(whole(extensions=[hidden, extension(1000)]))
    await stage.card.locator("li button.back").click()
    [[action, data]] = await stage.done()
    assert action == "yeastar.dial"
    assert data["extension"] == "1000"


async def test_counters_go_by_the_clock_of_the_server(page: Page) -> None:
    """Whatever the browser's own says."""
    stage = await put_on_stage(page, PHONES)
    talking = call(1000, answered="2026-11-23T12:00:05+00:00")
    now = 1795435205 + 3600 + 65
    await stage.tell(whole(extensions=[], calls=[talking]) | {"now": now})
    counter = stage.card.locator("yeastar-call-row yeastar-since")
    await expect(counter).to_have_text(re.compile(r"^1:01:0[5-9]$"))


async def test_a_contact_is_dialled_by_name(page: Page) -> None:
    """The name with its accents left out finds it, and its number is dialled."""
    stage = await put_on_stage(page, PHONES)
    await stage.answer(
        "yeastar/phone_book",
        {
            "extensions": [],
            "contacts": [{"name": "Zoë Müller", "numbers": ["0611111111"]}],
        },
    )
    await stage.tell(whole(extensions=[extension(1000)]))
    await stage.card.locator("yeastar-dial input").fill("zoe mu")
    await stage.card.get_by_role("option", name="Zoë Müller").click()
    assert await stage.done() == []
    await stage.card.get_by_label("Call", exact=True).click()
    assert await stage.done() == [
        (
            "yeastar.dial",
            {"config_entry_id": "entry", "extension": "1000", "number": "0611111111"},
        )
    ]


async def test_all_cards_of_a_page_share_one_subscription(own_screen: Screen) -> None:
    """So that each change is told once."""
    sent: list[str] = []

    def note(payload: str | bytes) -> None:
        sent.append(str(payload))

    own_screen.page.on("websocket", lambda socket: socket.on("framesent", note))
    await own_screen.open()
    await own_screen.phones.locator(".tile").first.wait_for()
    await own_screen.log.locator(".chip.all").wait_for()
    assert sum("yeastar/subscribe_calls" in one for one in sent) == 1


async def test_a_card_that_comes_later_knows_all_at_once(page: Page) -> None:
    """Though nothing is told again for it."""
    stage = await put_on_stage(page, PHONES)
    await stage.tell(whole(extensions=[extension(1000)], calls=[call(1000)]))
    await page.evaluate(
        """() => {
            const later = document.createElement("yeastar-phone-card");
            later.id = "later";
            later.setConfig({ type: "custom:yeastar-phone-card" });
            later.hass = stage.hass;
            stage.card.after(later);
        }"""
    )
    later = page.locator("#later")
    await expect(later.locator("yeastar-call-row")).to_be_visible()
    assert await page.evaluate("stage.subscriptions") == 1
