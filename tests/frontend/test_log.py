"""The calls that are over: found by kind, name and number, and told in few lines."""

import re
from typing import Any

from playwright.async_api import Page, expect
import pytest

from .conftest import LOG, Office, Screen
from .stage import Stage, ended, extension, put_on_stage, whole

MISSED = {"missed": True, "outcome": "no_answer"}


async def stage_of(page: Page, *rows: dict[str, Any], **config: Any) -> Stage:
    """Return a card that shows calls."""
    stage = await put_on_stage(page, LOG, **config)
    await stage.answer("yeastar/call_log", {"calls": list(rows), "next": None})
    await stage.tell(whole(extensions=[extension(1000, missed=2)], missed=17))
    await expect(stage.card.locator("li").first).to_be_visible()
    return stage


async def asked_last(stage: Stage) -> dict[str, Any]:
    """Return what the card asked for last."""
    asked: dict[str, Any] = await stage.page.evaluate("stage.asked.at(-1)")
    return asked


# What is shown


async def test_a_call_through_a_queue_names_it(page: Page) -> None:
    """Beside the phone that answered; alone where none did."""
    queue = {"queue_name": "Orders", "to_name": "Orders"}
    missed = {**queue, **MISSED, "answered_by": None, "answered_by_name": None}
    stage = await stage_of(page, ended(2, **queue), ended(1, **missed))
    lines = stage.card.locator("li .dim")
    await expect(lines.nth(0)).to_contain_text("Phone 1000 · Orders")
    await expect(lines.nth(1).get_by_text("Orders")).to_have_count(1)


@pytest.mark.parametrize(
    ("label", "wanted"),
    [
        ("Incoming", {"missed": False, "direction": "inbound"}),
        ("Outgoing", {"missed": False, "direction": "outbound"}),
        ("17 missed", {"missed": True}),
    ],
)
async def test_calls_of_one_kind_are_shown_alone(
    page: Page, label: str, wanted: dict[str, Any]
) -> None:
    """And all of them again."""
    stage = await stage_of(page, ended(1))
    chip = stage.card.get_by_role("button", name=label)
    await chip.click()
    await expect(chip).to_have_attribute("aria-pressed", "true")
    asked = await asked_last(stage)
    assert {key: asked.get(key) for key in ("missed", "direction")} == {
        "direction": None,
        **wanted,
    }
    await stage.card.get_by_role("button", name="All", exact=True).click()
    asked = await asked_last(stage)
    assert (asked["missed"], asked.get("direction")) == (False, None)


async def test_a_call_that_ends_is_shown_only_where_it_fits(page: Page) -> None:
    """To the filter, and to what is searched for."""
    stage = await stage_of(page, ended(1, direction="outbound"))
    await stage.card.get_by_role("button", name="Outgoing").click()
    await page.wait_for_function("stage.asked.at(-1).direction === 'outbound'")
    await stage.tell({"ended": [ended(2), ended(3, direction="outbound", to="0611")]})
    await expect(stage.card.locator("li")).to_have_count(2)


async def test_a_call_is_found_by_name_or_number(page: Page) -> None:
    """Home Assistant searches; what comes later is compared here."""
    stage = await stage_of(page, ended(1, from_name="Zoë"))
    await stage.card.get_by_title("Search").click()
    await stage.card.get_by_role("searchbox").fill(" zoe ")
    await page.wait_for_function("stage.asked.at(-1).search === 'zoe'")
    await stage.tell({"ended": [ended(2), ended(3, to_name="Zoé Müller")]})
    await expect(stage.card.locator("li")).to_have_count(2)
    await stage.card.get_by_role("searchbox").fill("0170-555 4")
    await page.wait_for_function("stage.asked.at(-1).search === '0170-555 4'")
    await stage.tell({"ended": [ended(4), ended(5)]})
    await expect(stage.card.locator("li")).to_have_count(2)
    await stage.answer("yeastar/call_log", {"calls": [], "next": None})
    await stage.card.get_by_role("searchbox").fill("nothing")
    await expect(stage.card).to_contain_text("No call found.")


async def test_closing_the_search_shows_all_again(page: Page) -> None:
    """Without a word of it left."""
    stage = await stage_of(page, ended(1))
    await stage.card.get_by_title("Search").click()
    await stage.card.get_by_role("searchbox").fill("zoe")
    await page.wait_for_function("stage.asked.at(-1).search === 'zoe'")
    await stage.card.get_by_title("Search").click()
    await page.wait_for_function("!('search' in stage.asked.at(-1))")
    await expect(stage.card.get_by_role("searchbox")).to_have_count(0)


async def test_a_real_log_is_searched(office: Office, screen: Screen) -> None:
    """By a part of a number."""
    for number in ("0305550161", "0305550162"):
        called = await office.demo.outside_call(number, "1002")
        await office.demo.control("outside_hangs_up", callid=called["callid"])
        await expect(screen.log.locator("li", has_text=number)).to_be_visible()
    await screen.log.get_by_title("Search").click()
    await screen.log.get_by_role("searchbox").fill("555 0161")
    await expect(screen.log.locator("li", has_text="0305550162")).to_have_count(0)
    await expect(screen.log.locator("li", has_text="0305550161")).to_be_visible()


# Callers


async def test_one_who_called_again_and_again_takes_one_line(page: Page) -> None:
    """With how often, and each of the calls when it is unfolded."""
    again = [ended(9, call_id=f"c{n}", from_name="Grandma", **MISSED) for n in range(5)]
    stage = await stage_of(page, *again, ended(8))
    await expect(stage.card.locator("li")).to_have_count(2)
    await expect(stage.card.locator("li").first).to_contain_text("Grandma")
    fold = stage.card.get_by_role("button", name="5 calls: Grandma")
    await expect(fold).to_contain_text("(5)")
    await expect(fold).to_have_attribute("aria-expanded", "false")
    await fold.click()
    await expect(stage.card.locator("li")).to_have_count(6)
    await expect(fold).to_have_attribute("aria-expanded", "true")
    await fold.click()
    await expect(stage.card.locator("li")).to_have_count(2)


async def test_only_what_is_alike_is_put_together(page: Page) -> None:
    """Missed and answered calls are not, nor those with another one between."""
    caller = {"from": "0611"}
    rows = [
        ended(9, **caller, **MISSED),
        ended(8, **caller),
        ended(7),
        ended(6, **caller),
        ended(5, direction="outbound", to="0611"),
    ]
    stage = await stage_of(page, *rows)
    await expect(stage.card.locator("li")).to_have_count(5)


async def test_callers_without_a_number_are_not_put_together(page: Page) -> None:
    """They need not be the same one."""
    withheld = {"from": "", "caller_id": "withheld"}
    stage = await stage_of(page, ended(2, **withheld), ended(1, **withheld))
    await expect(stage.card.locator("li")).to_have_count(2)


async def test_a_contact_has_a_picture_or_initials(page: Page) -> None:
    """And a number a sign of what became of the call."""
    picture = "/static/icons/favicon-192x192.png"
    stage = await stage_of(
        page,
        ended(3, from_name="Anna Maria Schmidt"),
        ended(2, from_name="Bob", picture=picture),
        ended(1),
    )
    rows = stage.card.locator("li")
    await expect(rows.nth(0).locator(".initials")).to_have_text("AS")
    await expect(rows.nth(1).locator("img")).to_have_attribute("src", picture)
    await expect(rows.nth(1).locator(".initials")).to_have_count(0)
    await expect(rows.nth(2).locator(".initials, img")).to_have_count(0)


@pytest.mark.parametrize("picture", ["//there/a.png", "javascript:alert(1)", "a.png"])
async def test_a_picture_comes_from_home_assistant_alone(
    page: Page, picture: str
) -> None:
    """Other addresses in the row are not loaded."""
    stage = await stage_of(page, ended(1, from_name="Anna", picture=picture))
    await expect(stage.card.locator(".initials")).to_have_text("A")
    await expect(stage.card.locator("img")).to_have_count(0)


async def test_a_card_of_one_phone_counts_its_missed_calls(page: Page) -> None:
    """Not those of the house."""
    stage = await stage_of(page, ended(1), extension="device1000")
    await expect(stage.card.locator("h2")).to_have_text("Phone 1000")
    await expect(stage.card.locator(".chip.missed")).to_contain_text("2 missed")


# Recordings and older calls


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
    play = stage.card.get_by_title("Play recording")
    await expect(play).to_have_accessible_name(re.compile("Play recording: 01705552, "))
    await play.click()
    asked = await page.evaluate("stage.asked")
    assert {
        "type": "media_source/resolve_media",
        "media_content_id": source,
    } in asked


async def test_a_long_log_comes_page_by_page(page: Page) -> None:
    """Older calls are loaded on request."""
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
