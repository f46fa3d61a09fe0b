"""For everybody: axe finds nothing, nothing sticks out, and pictures to look at."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect
import pytest

from tests.demo.process import REPOSITORY

from .conftest import LOG, PHONES
from .stage import call, ended, extension, put_on_stage, whole

AXE = REPOSITORY / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 3

STICKING_OUT = """
(card) => {
  const limit = card.getBoundingClientRect();
  const all = (root) => [...root.querySelectorAll("*")].flatMap((one) =>
    one.shadowRoot ? [one, ...all(one.shadowRoot)] : [one]);
  return all(card.shadowRoot).filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && !one.closest(".hidden, .cut") &&
      (box.right > limit.right + 1 || box.left < limit.left - 1);
  }).map((one) => one.outerHTML.slice(0, 80));
}
"""


async def violations(page: Page, selector: str) -> list[str]:
    """Return what axe finds in an element."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = await page.locator(selector).first.evaluate(
        "async (element) => (await axe.run(element)).violations"
    )
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
    ]


async def use_dark_theme(page: Page) -> None:
    """Show what those see who like it dark."""
    await page.emulate_media(color_scheme="dark")
    await page.wait_for_function(
        "document.querySelector('home-assistant').hass.themes.darkMode"
    )


async def fill_board(page: Page) -> None:
    """Show a phone in every state, and a call in every one."""
    stage = await put_on_stage(page, PHONES)
    states = ("idle", "ringing", "in_call", "on_hold", "unregistered", "malfunction")
    phones = [
        extension(1000 + i, state=state, party="Anna", missed=i % 2)
        for i, state in enumerate(states)
    ]
    calls = [
        call(1001, status="ringing", answered=None, offered_until=4e9),
        call(1002),
        call(1003, status="on_hold"),
        call(1004, status="waiting", answered=None, direction="outbound"),
    ]
    await stage.tell(whole(extensions=phones, calls=calls, missed=3))
    await stage.answer(
        "yeastar/phone_book",
        {"extensions": [], "contacts": [{"name": "Anna", "numbers": ["0611111111"]}]},
    )
    await stage.card.get_by_title("Transfer", exact=True).first.click()
    await stage.card.locator("yeastar-dial input").fill("an")
    await expect(stage.card.get_by_role("option", name="Anna")).to_be_visible()


async def fill_log(page: Page) -> None:
    """Show a call of every kind."""
    stage = await put_on_stage(page, LOG)
    rows = [
        ended(1, missed=True, unseen=True, outcome="no_answer"),
        ended(1, call_id="again", missed=True, outcome="no_answer"),
        ended(2, direction="outbound", media_content_id="media-source://yeastar/1"),
        ended(3, direction="internal", from_name="Anna"),
        ended(4, outcome="voicemail"),
        ended(5, outcome="busy", direction="outbound"),
    ]
    await stage.answer("yeastar/call_log", {"calls": rows, "next": "more"})
    await stage.tell(whole(extensions=[extension(1000)], missed=1))
    await expect(stage.card.locator("li")).to_have_count(len(rows) - 1)
    await stage.card.locator(".fold").click()
    await stage.card.get_by_title("Search").click()
    await expect(stage.card.locator("li")).to_have_count(len(rows))


async def fill_popup(page: Page) -> None:
    """Show a call that can be decided about, and that there are more."""
    stage = await put_on_stage(page, PHONES, popup=True)
    ringing: dict[str, Any] = {"status": "ringing", "answered": None}
    calls = [
        call(1010, offered_until=4e9, from_name="Grandma", **ringing),
        call(1011, **ringing),
    ]
    await stage.tell(whole(extensions=[extension(1000)], calls=calls))
    await expect(stage.card.get_by_role("alertdialog")).to_be_visible()


async def fill_many(page: Page) -> None:
    """Show many phones, one of them selected, with the dial pad and favourites."""
    stage = await put_on_stage(page, PHONES, favourites=["Grandma"])
    phones = [
        extension(1000 + n, do_not_disturb_entity_id="switch.quiet") for n in range(30)
    ]
    dialled = call(
        1000, direction="outbound", pick_up="1000", answered=None, status=None
    )
    await stage.tell(whole(extensions=phones, calls=[dialled]))
    await stage.set_state("switch.quiet", "on")
    await stage.card.get_by_title("Dial pad").click()
    await stage.card.locator(".main").nth(1).click()
    await expect(stage.card.get_by_role("button", name="Details")).to_be_visible()


async def fill_away(page: Page) -> None:
    """Show what was known of a PBX that is away."""
    stage = await put_on_stage(page, PHONES)
    await stage.tell(whole(extensions=[extension(1000)], calls=[call(1000)], missed=1))
    await stage.tell({"available": False})
    await expect(stage.card).to_contain_text("The PBX does not answer")


async def fill_settings(page: Page) -> None:
    """Show the dialog in which users choose how they hear of calls."""
    stage = await put_on_stage(page, PHONES)
    await stage.tell(whole(extensions=[extension(1000)]))
    await stage.card.get_by_title("Incoming calls").click()
    await expect(page.get_by_role("dialog", name="Incoming calls")).to_be_visible()


FILLS = {
    "board": fill_board,
    "log": fill_log,
    "popup": fill_popup,
    "many": fill_many,
    "away": fill_away,
    "settings": fill_settings,
}


@pytest.mark.parametrize("name", FILLS)
@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
async def test_axe_finds_nothing(
    page: Page, name: str, is_dark: bool, pictures: Path
) -> None:
    """In all that can be seen of the cards."""
    if is_dark:
        await use_dark_theme(page)
    await FILLS[name](page)
    theme = "dark" if is_dark else "light"
    await page.screenshot(path=pictures / f"all-{name}-{theme}.png")
    assert await violations(page, "#on-stage") == []


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
async def test_nothing_sticks_out(page: Page, direction: str) -> None:
    """On no screen, in neither direction, whatever the names are."""
    await page.evaluate("(dir) => { document.documentElement.dir = dir; }", direction)
    stage = await put_on_stage(page, PHONES)
    await stage.tell(
        whole(
            extensions=[
                extension(1000, name=LONG, state="in_call", party=LONG),
                extension(1001, name=LONG),
            ],
            calls=[call(1000, from_name=LONG, to_name=LONG, trunk=LONG)],
            pbx={"config_entry_id": "entry", "name": LONG},
            missed=12,
        )
    )
    await expect(stage.card.locator(".tile")).to_have_count(2)
    for width in (320, 390, 820):
        await page.set_viewport_size({"width": width, "height": 800})
        assert await stage.card.evaluate(STICKING_OUT) == []
