"""Calling with the cards: which phone to pick up, favourites, keys, taking a call over."""

import re
from typing import Any

from playwright.async_api import Page, expect
import pytest

from .conftest import LOG, PHONES, Office, Screen
from .stage import call, ended, extension, put_on_stage, whole

CALLER = "01705550134"


def dialled(**fields: Any) -> dict[str, Any]:
    """Return the row of a call that was dialled a moment ago."""
    ends = {"from": "1000", "to": "0611111111"}
    return call(
        1000,
        direction="outbound",
        from_name="Phone 1000",
        to_name="Grandma",
        status=None,
        answered=None,
        answered_by=None,
        pick_up="1000",
        **ends,
        **fields,
    )


def ringing(**fields: Any) -> dict[str, Any]:
    """Return the row of a call from outside that rings the phone 1001."""
    return call(
        1001, **{"status": "ringing", "answered": None, "answered_by": None, **fields}
    )


# Which phone to pick up


async def test_the_card_says_which_phone_to_pick_up(
    office: Office, screen: Screen
) -> None:
    """Until that was done; then the other side rings."""
    await screen.phone("Anna").click()
    await screen.phones.locator("yeastar-dial button.go").click()
    await expect(screen.call).to_contain_text("Pick up Kitchen…")
    await expect(screen.phones.locator(".hidden[role=status]")).to_have_text(
        "Pick up Kitchen…"
    )
    await office.demo.control("answer", extension="1000")
    await expect(screen.call).to_contain_text("Ringing")
    await expect(screen.call).not_to_contain_text("Pick up")


async def test_the_call_log_says_which_phone_to_pick_up(page: Page) -> None:
    """For the call that was dialled there, and for no other one."""
    stage = await put_on_stage(page, LOG)
    await stage.answer("yeastar/call_log", {"calls": [ended(1)], "next": None})
    await stage.answer("yeastar.dial", {"call_id": dialled()["call_id"]})
    await stage.tell(whole(extensions=[extension(1000)], calls=[dialled()]))
    await expect(stage.card.locator("li")).to_have_count(1)
    await expect(stage.card).not_to_contain_text("Pick up")
    await stage.card.locator("button.back").click()
    await expect(stage.card).to_contain_text("Pick up Phone 1000… Grandma")
    await stage.tell({"calls": [dialled() | {"pick_up": None}]})
    await expect(stage.card).not_to_contain_text("Pick up")


async def test_a_caller_who_picked_nothing_up_is_logged_so(page: Page) -> None:
    """In few words."""
    stage = await put_on_stage(page, LOG)
    row = ended(1, direction="outbound", outcome="caller_no_answer")
    await stage.answer("yeastar/call_log", {"calls": [row], "next": None})
    await stage.tell(whole(extensions=[extension(1000)]))
    await expect(stage.card.locator("li")).to_contain_text("Not picked up")


# Taking a call over


async def test_a_call_that_rings_elsewhere_is_taken_with_one_click(page: Page) -> None:
    """By a transfer to the phone of the user."""
    stage = await put_on_stage(page, PHONES, phone="1000")
    phones = [extension(1000), extension(1001, state="ringing")]
    await stage.tell(whole(extensions=phones, calls=[ringing()]))
    await stage.card.get_by_title("Take on Phone 1000").click()
    assert await stage.done() == [
        (
            "yeastar.transfer",
            {
                "config_entry_id": "entry",
                "call_id": ringing()["call_id"],
                "extension": "1000",
            },
        )
    ]


async def test_a_call_that_waits_in_a_queue_is_taken(page: Page) -> None:
    """It rings no phone yet."""
    stage = await put_on_stage(page, PHONES, phone="1000")
    waiting = ringing(status="waiting", extensions=[])
    await stage.tell(whole(extensions=[extension(1000)], calls=[waiting]))
    await expect(stage.card.get_by_title("Take on Phone 1000")).to_be_visible()


@pytest.mark.parametrize(
    ("row", "phone"),
    [
        (ringing(extensions=["1000", "1001"]), extension(1000, state="ringing")),
        (call(1001), extension(1000)),
        (ringing(transferable=False), extension(1000)),
        (ringing(control=False), extension(1000)),
        (ringing(offered_until=4e9), extension(1000)),
        (ringing(direction="internal"), extension(1000)),
        (ringing(), extension(1000, state="unregistered")),
        (ringing(), extension(1000, control=False)),
    ],
    ids=[
        "rings there",
        "answered",
        "not transferable",
        "another's",
        "offered",
        "internal",
        "phone is gone",
        "another's phone",
    ],
)
async def test_a_call_that_cannot_be_taken_is_not_offered(
    page: Page, row: dict[str, Any], phone: dict[str, Any]
) -> None:
    """Nor is one that rings at the user's phone anyway."""
    stage = await put_on_stage(page, PHONES, phone="1000")
    await stage.tell(
        whole(extensions=[phone, extension(1001, state="ringing")], calls=[row])
    )
    await expect(stage.card.locator("yeastar-call-row")).to_be_visible()
    await expect(stage.card.get_by_title(re.compile("^Take on"))).to_have_count(0)


async def test_the_phone_rings_for_a_call_that_was_taken(
    office: Office, screen: Screen
) -> None:
    """Instead of the one that it came to."""
    await screen.page.evaluate("localStorage.setItem('yeastar-phone', '1001')")
    await office.demo.outside_call(CALLER, "1002")
    await screen.call.get_by_title("Take on Office").click()
    await expect(screen.phone("Office")).to_have_class(re.compile("ringing"))
    await expect(screen.phone("Anna")).to_have_class(re.compile("idle"))


# Whom to call


async def test_a_favourite_is_called_with_one_click(page: Page) -> None:
    """A contact by name, a phone by its number or device."""
    favourites = ["Grandma", "device1001"]
    stage = await put_on_stage(page, PHONES, phone="1000", favourites=favourites)
    await stage.tell(whole(extensions=[extension(1000), extension(1001)]))
    await stage.card.get_by_role("button", name="Call Grandma").click()
    await stage.card.get_by_role("button", name="Call Phone 1001").click()
    assert [(action, data["number"]) for action, data in await stage.done()] == [
        ("yeastar.dial", "Grandma"),
        ("yeastar.dial", "1001"),
    ]


async def test_a_number_is_typed_on_the_dial_pad(page: Page) -> None:
    """And on the keys for numbers of a phone; the last one can be taken back."""
    stage = await put_on_stage(page, PHONES)
    await stage.tell(whole(extensions=[extension(1000)]))
    field = stage.card.locator("yeastar-dial input")
    await expect(field).to_have_attribute("inputmode", "text")
    await stage.card.get_by_title("Dial pad").click()
    await expect(field).to_have_attribute("inputmode", "tel")
    pad = stage.card.get_by_role("group", name="Dial pad")
    for key in "+4906#":
        await pad.get_by_role("button", name=key, exact=True).click()
    await pad.get_by_role("button", name="Delete the last character").click()
    await expect(field).to_have_value("+4906")
    await stage.card.locator("yeastar-dial button.go").click()
    [[action, data]] = await stage.done()
    assert (action, data["number"]) == ("yeastar.dial", "+4906")


# Where a call can go

BOOK = {
    "extensions": [{"number": "1001", "name": "Welcome desk"}],
    "contacts": [],
    "destinations": [
        {"kind": "ivr", "number": "6500", "name": "Welcome"},
        {"kind": "queue", "number": "6700", "name": "Welcome orders"},
        {"kind": "ring_group", "number": "6200", "name": "Welcome house"},
    ],
}


async def test_a_call_is_transferred_to_a_queue_by_name(page: Page) -> None:
    """Groups, queues and IVRs are offered beside phones and contacts."""
    stage = await put_on_stage(page, PHONES)
    await stage.answer("yeastar/phone_book", BOOK)
    await stage.tell(whole(extensions=[extension(1000)], calls=[call(1000)]))
    await stage.card.get_by_title("Transfer", exact=True).click()
    row = stage.card.locator("yeastar-call-row")
    await row.get_by_role("combobox").fill("welc")
    await expect(row.get_by_role("option")).to_have_count(4)
    await row.get_by_role("option", name="Queue · 6700").click()
    await row.get_by_title("Transfer now").click()
    [[action, data]] = await stage.done()
    assert action == "yeastar.transfer"
    assert (data["queue"], data.get("number")) == ("6700", None)


async def test_an_outbound_call_cannot_go_to_a_group(page: Page) -> None:
    """The PBX has no operation for it, but one for an IVR."""
    stage = await put_on_stage(page, PHONES)
    await stage.answer("yeastar/phone_book", BOOK)
    outbound = call(1000, direction="outbound")
    await stage.tell(whole(extensions=[extension(1000)], calls=[outbound]))
    await stage.card.get_by_title("Transfer", exact=True).click()
    row = stage.card.locator("yeastar-call-row")
    await row.get_by_role("combobox").fill("welc")
    await expect(row.get_by_role("option")).to_have_text(
        [re.compile("1001"), re.compile("IVR")]
    )


async def test_what_cannot_be_dialled_is_not_offered_to_dial(page: Page) -> None:
    """Nor is the PBX asked for it."""
    stage = await put_on_stage(page, PHONES)
    await stage.answer("yeastar/phone_book", BOOK)
    await stage.tell(whole(extensions=[extension(1000)]))
    await stage.card.locator("yeastar-dial input").fill("welc")
    await expect(stage.card.locator("[role=option]")).to_have_count(1)
    [asked] = await page.evaluate("stage.asked")
    assert "destinations" not in asked


async def test_the_name_has_room_where_a_call_goes_on_a_phone(page: Page) -> None:
    """On the narrowest of today's screens."""
    await page.set_viewport_size({"width": 375, "height": 700})
    stage = await put_on_stage(page, PHONES)
    await stage.answer(
        "yeastar/phone_book",
        {
            "extensions": [],
            "contacts": [{"name": "Grandma Müller", "numbers": ["+49 8821 555 0134"]}],
        },
    )
    await stage.tell(whole(extensions=[extension(1000)], calls=[call(1000)]))
    await stage.card.get_by_title("Transfer", exact=True).click()
    row = stage.card.locator("yeastar-call-row")
    await row.get_by_role("combobox").fill("gra")
    name = row.get_by_role("option").locator("bdi").first
    await expect(name).to_have_text("Grandma Müller")
    assert await name.evaluate("(one) => one.scrollWidth <= one.clientWidth")
