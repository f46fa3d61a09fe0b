"""For everybody: axe finds nothing, nothing sticks out, and pictures to look at."""

from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, expect
import pytest
import pytest_asyncio

from tests.demo.dashboard import URL_PATH
from tests.demo.process import REPOSITORY

from .conftest import LOG, PHONES, Office
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


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def past(office: Office) -> None:
    """Let there be something in the log."""
    missed = await office.outside_call("0305550127", "1003")
    await office.control("outside_hangs_up", callid=missed["callid"])
    for number, to in (("06905550188", "1001"), ("01525550171", "1000")):
        call = await office.outside_call(number, to)
        await office.control("answer", extension=to)
        await office.control("hang_up", callid=call["callid"])
    call = await office.control("internal_call", **{"from": "1003", "to": "1000"})
    await office.control("answer", extension="1000")
    await office.control("hang_up", callid=call["callid"])


async def live(office: Office) -> None:
    """Let people talk, one wait on hold and somebody ring."""
    await office.outside_call("01705550134", "1000")
    await office.control("answer", extension="1000")
    await office.control("internal_call", **{"from": "1001", "to": "1002"})
    await office.control("answer", extension="1002")
    await office.control("hold", extension="1002")
    await office.outside_call("0305550127", "1003")


@pytest.mark.parametrize(
    ("name", "width", "height", "is_dark"),
    [
        ("desktop-light", 1360, 760, False),
        ("desktop-dark", 1360, 760, True),
        ("tablet-light", 820, 1000, False),
        ("phone-light", 390, 844, False),
    ],
)
async def test_pictures(
    office: Office,
    browser: Browser,
    login: Any,
    past: None,
    pictures: Path,
    name: str,
    width: int,
    height: int,
    is_dark: bool,
) -> None:
    """Of a living house, to be looked at."""
    context: BrowserContext = await browser.new_context(
        storage_state=login,
        viewport={"width": width, "height": height},
        color_scheme="dark" if is_dark else "light",
        device_scale_factor=2 if width < 500 else 1,
    )
    page = await context.new_page()
    page.set_default_timeout(20_000)
    try:
        await live(office)
        await page.goto(f"{office.demo.address}/{URL_PATH}")
        await expect(page.locator(f"{PHONES} yeastar-call-row")).to_have_count(3)
        await expect(page.locator(f"{LOG} li").nth(3)).to_be_visible()
        await page.screenshot(path=pictures / f"{name}.png")
    finally:
        await context.close()
        await office.hang_up_everything()
