"""For everybody: axe finds nothing, nothing sticks out, and pictures to look at."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect
import pytest

from tests.demo.process import REPOSITORY

from .conftest import LOG, PHONES
from .stage import call, ended, extension, put_on_stage, whole

AXE = REPOSITORY / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
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
    """Return what axe finds grave in an element."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = await page.locator(selector).first.evaluate(
        "async (element) => (await axe.run(element)).violations"
    )
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in GRAVE
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
        ended(2, direction="outbound", media_content_id="media-source://yeastar/1"),
        ended(3, direction="internal", from_name="Anna"),
        ended(4, outcome="voicemail"),
        ended(5, outcome="busy", direction="outbound"),
    ]
    await stage.answer("yeastar/call_log", {"calls": rows, "next": "more"})
    await stage.tell(whole(extensions=[extension(1000)], missed=1))
    await expect(stage.card.locator("li")).to_have_count(len(rows))


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
async def test_axe_finds_nothing_serious(
    page: Page, is_dark: bool, pictures: Path
) -> None:
    """In either card, with everything that can be seen on it."""
    if is_dark:
        await use_dark_theme(page)
    for fill, name in ((fill_board, "board"), (fill_log, "log")):
        await fill(page)
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
