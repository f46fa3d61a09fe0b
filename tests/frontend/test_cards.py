"""What the cards show of what they are told."""

import re

from playwright.async_api import Page, expect

from .conftest import LOG, PHONES
from .stage import call, ended, extension, put_on_stage, whole


async def test_the_popup_goes_across_the_page(page: Page) -> None:
    """With the buttons of the call, until it is answered or dismissed."""
    stage = await put_on_stage(page, PHONES, popup=True)
    ringing = call(1000, status="ringing", answered=None, answered_by=None)
    phone = extension(1000, state="ringing")
    await stage.tell(whole(extensions=[phone], calls=[ringing]))
    popup = stage.card.locator(".popup")
    await expect(popup).to_be_visible()
    box = await popup.bounding_box()
    assert box
    assert (box["x"], box["y"], box["width"]) == (0, 0, 1360)
    await popup.get_by_title("Dismiss").click()
    await expect(popup).to_have_count(0)
    await stage.tell({"calls": [call(1001, status="ringing", answered=None)]})
    await expect(popup).to_be_visible()
    await stage.tell({"calls": [call(1001)]})
    await expect(popup).to_have_count(0)


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


async def test_a_pbx_that_is_away_is_said_to_be(page: Page) -> None:
    """What is shown may be old."""
    stage = await put_on_stage(page, PHONES)
    await stage.tell(whole(extensions=[extension(1000)]))
    await stage.tell({"available": False})
    await expect(stage.card).to_contain_text("The PBX does not answer")
    await stage.tell({"available": True})
    await expect(stage.card).not_to_contain_text("The PBX does not answer")
    await stage.tell({"loaded": False})
    await expect(stage.card).to_contain_text("Waiting for the PBX")


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


async def test_a_recording_is_played_where_there_is_one(page: Page) -> None:
    """By what Home Assistant makes of it."""
    stage = await put_on_stage(page, LOG)
    source = "media-source://yeastar/entry/call/1"
    rows = [ended(1), ended(2, media_content_id=source)]
    await stage.answer("yeastar/call_log", {"calls": rows, "next": None})
    await stage.answer(
        "media_source/resolve_media", {"url": "data:audio/wav;base64,UklGRg=="}
    )
    await stage.tell(whole(extensions=[extension(1000)]))
    await expect(stage.card.locator("li")).to_have_count(2)
    await stage.card.get_by_title("Play recording").click()
    asked = await page.evaluate("stage.asked")
    assert {
        "type": "media_source/resolve_media",
        "media_content_id": source,
    } in asked


async def test_a_long_log_comes_page_by_page(page: Page) -> None:
    """Older calls are asked for when somebody wants them."""
    stage = await put_on_stage(page, LOG)
    first = {"calls": [ended(n) for n in range(60, 30, -1)], "next": "here"}
    second = {"calls": [ended(n) for n in range(30, 0, -1)], "next": None}
    await stage.answer("yeastar/call_log", first)
    await stage.tell(whole(extensions=[extension(1000)]))
    await expect(stage.card.locator("li")).to_have_count(30)
    await stage.answer("yeastar/call_log", second)
    await stage.card.get_by_text("Older calls").click()
    await expect(stage.card.locator("li")).to_have_count(60)
    await expect(stage.card.get_by_text("Older calls")).to_have_count(0)
    asked = await page.evaluate("stage.asked.map((one) => one.before ?? null)")
    assert asked == [None, "here"]


async def test_do_not_disturb_is_shown(page: Page) -> None:
    """As the switch of the phone says, when it says so."""
    stage = await put_on_stage(page, PHONES)
    quiet = extension(1000, do_not_disturb_entity_id="switch.quiet")
    await stage.tell(whole(extensions=[quiet]))
    tile = stage.card.locator(".tile")
    await expect(tile).to_contain_text("Idle")
    await page.evaluate(
        """() => {
            const states = { ...stage.hass.states, "switch.quiet": { state: "on" } };
            stage.card.hass = { ...stage.hass, states };
        }"""
    )
    await expect(tile).to_contain_text("Do not disturb")
