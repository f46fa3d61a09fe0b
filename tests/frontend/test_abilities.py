"""Buttons of a call for what only some PBXs can do."""

from typing import Any

from playwright.async_api import Page, expect

from .conftest import PHONES
from .stage import PBX, Stage, call, extension, put_on_stage, whole

ABLE = {
    "pbx": {
        **PBX,
        "abilities": ["attended_transfer", "conference", "parking", "record_calls"],
    }
}
CALL = {"config_entry_id": "entry", "call_id": call(1000)["call_id"]}
PHONE = {"config_entry_id": "entry", "extension": "1000"}


async def talking(page: Page, **fields: Any) -> Stage:
    """Show a phone in a call, on the card of a PBX that can do all."""
    stage = await put_on_stage(page, PHONES)
    message = whole(extensions=[extension(1000), extension(1001)], calls=[call(1000)])
    await stage.tell(message | ABLE | fields)
    return stage


async def pick(stage: Stage, number: str) -> None:
    """Type who is meant."""
    await stage.card.get_by_title("Transfer", exact=True).click()
    row = stage.card.locator("yeastar-call-row")
    await row.get_by_role("combobox").fill(number)


async def test_a_call_through_a_queue_names_it(page: Page) -> None:
    """Once, also while it waits and no phone is meant."""
    through: Any = {"queue_name": "Workshop orders"}
    stage = await put_on_stage(page, PHONES)
    waits = call(1000, to_name="Workshop orders", answered_by=None, **through)
    await stage.tell(whole(extensions=[extension(1000)], calls=[waits]))
    row = stage.card.locator("yeastar-call-row")
    await expect(row.get_by_text("Workshop orders")).to_have_count(1)
    await stage.tell(whole(extensions=[extension(1000)], calls=[call(1000, **through)]))
    await expect(row).to_contain_text("Phone 1000")
    await expect(row.locator(".dim")).to_contain_text("Workshop orders")
    # What is cut on a narrow screen.
    await expect(row.get_by_title("Workshop orders · SIP-Home")).to_be_visible()


async def test_a_pbx_that_cannot_shows_no_buttons(page: Page) -> None:
    """An S-Series has none of them."""
    stage = await talking(page, pbx=PBX)
    await pick(stage, "1001")
    for title in ("Park", "Record", "Ask first", "Invite into the call"):
        await expect(stage.card.get_by_title(title, exact=True)).to_have_count(0)


async def test_a_call_is_parked(page: Page) -> None:
    """With one click."""
    stage = await talking(page)
    await stage.card.get_by_title("Park", exact=True).click()
    assert await stage.done() == [("yeastar.park", PHONE)]


async def test_a_call_is_recorded_with_pauses(page: Page) -> None:
    """The button says what the next click does."""
    stage = await talking(page)
    for title in ("Record", "Pause the recording", "Resume the recording"):
        await stage.card.get_by_title(title, exact=True).click()
    await expect(stage.card.get_by_title("Pause the recording")).to_be_visible()
    assert await stage.done() == [
        ("yeastar.record", PHONE),
        ("yeastar.record", PHONE | {"step": "pause"}),
        ("yeastar.record", PHONE | {"step": "resume"}),
    ]


async def test_another_phone_is_asked_before_it_gets_the_call(page: Page) -> None:
    """Then the call is handed over, or taken back."""
    stage = await talking(page)
    attended = {"mode": "attended"}
    for title, step in (("Complete the transfer", "complete"), ("Take", "cancel")):
        await pick(stage, "1001")
        await stage.card.get_by_title("Ask first").click()
        await expect(stage.card.get_by_title("Hold", exact=True)).to_have_count(0)
        await stage.card.get_by_title(title).click()
        asked, decided = (await stage.done())[-2:]
        assert asked == (
            "yeastar.transfer",
            CALL | attended | {"extension": "1001"},
        )
        assert decided == ("yeastar.transfer", CALL | attended | {"step": step})
    await expect(stage.card.get_by_title("Hold", exact=True)).to_be_visible()


async def test_one_more_is_invited(page: Page) -> None:
    """Into the call that goes on."""
    stage = await talking(page)
    await pick(stage, "1001")
    await stage.card.get_by_title("Invite into the call").click()
    assert await stage.done() == [("yeastar.add_member", PHONE | {"number": "1001"})]


async def test_all_buttons_have_room_on_a_phone(page: Page) -> None:
    """On the narrowest of today's screens."""
    await page.set_viewport_size({"width": 375, "height": 700})
    stage = await talking(page)
    await pick(stage, "1001")
    wide = await stage.card.evaluate("(card) => card.scrollWidth - card.clientWidth")
    assert wide <= 0
    typed = stage.card.locator("yeastar-call-row yeastar-picker")
    box = await typed.bounding_box()
    assert box
    assert box["width"] >= 150
