"""Takes the pictures of the documents: `scripts/pictures`."""

from argparse import ArgumentParser, Namespace
import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
import io
from pathlib import Path
import sys
import tempfile
from typing import Any
from urllib.parse import quote

from homeassistant.util.yaml import parse_yaml
from PIL import Image
from playwright.async_api import Browser, Page, expect

from .browser import fill_contact_form, find_browser, log_in, open_browser
from .client import HomeAssistantClient
from .dashboard import URL_PATH
from .demo import Demo
from .process import REPOSITORY, DemoError
from .simulated_pbx import CONTACTS, Family

DOCUMENTS = REPOSITORY / "docs"
FOLDER = DOCUMENTS / "images"
INTEGRATION = "config/integrations/integration/yeastar"
STATISTICS = "demo-statistics"
HISTORY_DAYS = 30
"""Days of calls that the PBX has records of."""
PATIENCE = 20_000
SETTLED = 1.0
"""Seconds until everything that moves has arrived."""
FRAMES_A_SECOND = 5
QUALITY = 70
GRANDMA, DOCTOR, GARAGE, BEN = (contact["numbers"][0] for contact in CONTACTS)
KITCHEN, OFFICE, ANNA, WORKSHOP = "1000", "1001", "1002", "1003"
QUEUE, QUEUE_NUMBER = "Workshop orders", "6700"


@dataclass(frozen=True, slots=True)
class Scene:
    """A page in a demo whose house does what it is told."""

    demo: Demo
    client: HomeAssistantClient
    page: Page
    pace: float
    """How long a second of a call is; 0 where nobody looks at its clocks."""

    async def sleep(self, seconds: float) -> None:
        """Let time pass in the house."""
        await asyncio.sleep(seconds * self.pace)

    async def open(self, path: str) -> None:
        """Open a page of Home Assistant."""
        await self.page.goto(f"{self.demo.address}/{path}")
        await self.page.locator("home-assistant-main").wait_for()

    async def device_id(self, name: str) -> str:
        """Return the device with a name."""
        devices = await self.client.command("config/device_registry/list")
        return next(str(item["id"]) for item in devices if item["name"] == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture: what is done to see it, how large a screen is, and of which family.

    One that moves has what happens while it is taken.
    """

    show: Callable[[Scene], Awaitable[None]]
    width: int
    height: int
    is_dark: bool = False
    family: Family = Family.S_SERIES
    happens: Callable[[Scene], Awaitable[None]] | None = None

    @property
    def suffix(self) -> str:
        """Return how the name of its file ends."""
        return ".webp" if self.happens else ".png"

    async def take(
        self,
        browser: Browser,
        login: Any,
        demo: Demo,
        client: HomeAssistantClient,
        *,
        pace: float = 1,
    ) -> bytes:
        """Return the picture as the content of its file."""
        context = await browser.new_context(
            storage_state=login,
            viewport={"width": self.width, "height": self.height},
            color_scheme="dark" if self.is_dark else "light",
            # As phones have it.
            device_scale_factor=2 if self.width < 500 else 1,
        )
        try:
            page = await context.new_page()
            page.set_default_timeout(PATIENCE)
            scene = Scene(demo, client, page, pace)
            await self.show(scene)
            await asyncio.sleep(SETTLED)
            if self.happens:
                return await take_moving(page, self.happens(scene))
            picture: bytes = await page.screenshot()
            return picture
        finally:
            await context.close()


async def take_moving(page: Page, story: Awaitable[None]) -> bytes:
    """Return what a page shows while something happens, as an animated WebP.

    A moment in which nothing changes is one frame that stays longer.
    """
    frames: list[bytes] = []
    durations: list[int] = []
    task = asyncio.ensure_future(story)
    loop = asyncio.get_running_loop()
    try:
        shown = loop.time()
        while not task.done():
            frame = await page.screenshot()
            await asyncio.sleep(1 / FRAMES_A_SECOND)
            now = loop.time()
            milliseconds = round((now - shown) * 1000)
            shown = now
            if frames and frames[-1] == frame:
                durations[-1] += milliseconds
            else:
                frames.append(frame)
                durations.append(milliseconds)
        await task
    finally:
        task.cancel()
    images = [Image.open(io.BytesIO(frame)).convert("RGB") for frame in frames]
    film = io.BytesIO()
    images[0].save(
        film,
        "WEBP",
        save_all=True,
        append_images=images[1:],
        duration=durations,
        loop=0,
        quality=QUALITY,
        method=6,
    )
    return film.getvalue()


async def let_calls_be_over(demo: Demo, *, pace: float = 1) -> None:
    """Let there be something in the log: calls of different length, one of them missed."""
    talks = [
        await demo.outside_call(GARAGE, OFFICE),
        await demo.outside_call(BEN, ANNA),
        await demo.control("internal_call", **{"from": WORKSHOP, "to": KITCHEN}),
    ]
    for extension in (OFFICE, ANNA, KITCHEN):
        await demo.control("answer", extension=extension)
    for call, seconds in zip(talks, (21, 17, 9), strict=True):
        await asyncio.sleep(seconds * pace)
        await demo.control("hang_up", callid=call["callid"])
    missed = await demo.outside_call(DOCTOR, WORKSHOP)
    await asyncio.sleep(6 * pace)
    await demo.control("outside_hangs_up", callid=missed["callid"])


async def let_grandma_talk(demo: Demo) -> None:
    """End all calls, and let Grandma talk with the kitchen."""
    await demo.hang_up_everything()
    await demo.outside_call(GRANDMA, KITCHEN)
    await demo.control("answer", extension=KITCHEN)


async def let_people_talk(scene: Scene) -> None:
    """Let people talk, one wait on hold and a phone ring, and nothing else."""
    demo = scene.demo
    await let_grandma_talk(demo)
    await scene.sleep(17)
    await demo.control("internal_call", **{"from": OFFICE, "to": ANNA})
    await demo.control("answer", extension=ANNA)
    await scene.sleep(8)
    await demo.control("hold", extension=ANNA)
    await demo.outside_call(DOCTOR, WORKSHOP)


async def show_dashboard(scene: Scene) -> None:
    """Show the cards in a house where people talk."""
    await let_people_talk(scene)
    await scene.open(URL_PATH)
    calls = scene.page.locator("yeastar-phone-card yeastar-call-row")
    await expect(calls).to_have_count(3)
    await expect(scene.page.locator("yeastar-call-log-card li").nth(3)).to_be_visible()


async def switch_popup_on(scene: Scene) -> None:
    """Let this browser show the pop-up on every page."""
    await scene.open("profile")
    await scene.page.evaluate("localStorage.setItem('yeastar-popup', 'on')")


async def show_quiet_dashboard(scene: Scene) -> None:
    """Show the cards in a house without a call, with the pop-up switched on."""
    await scene.demo.hang_up_everything()
    await switch_popup_on(scene)
    await scene.open(URL_PATH)
    await expect(scene.page.locator("yeastar-call-log-card li").nth(3)).to_be_visible()


async def let_grandma_call(scene: Scene) -> None:
    """Let Grandma call the office, and be put on hold for a moment."""
    demo = scene.demo
    await asyncio.sleep(SETTLED)
    call = await demo.outside_call(GRANDMA, OFFICE)
    await expect(scene.page.get_by_role("alertdialog")).to_contain_text("Grandma")
    await scene.sleep(4)
    await demo.control("answer", extension=OFFICE)
    await scene.sleep(4)
    await demo.control("hold", extension=OFFICE)
    await scene.sleep(2.5)
    await demo.control("resume", extension=OFFICE)
    await scene.sleep(2.5)
    await demo.control("hang_up", callid=call["callid"])
    await scene.sleep(4)


@asynccontextmanager
async def offered_calls(demo: Demo) -> AsyncIterator[None]:
    """Let the PBX ask whether to accept calls from outside."""
    await demo.control("answering_control", trunk="SIP-Home", on=True)
    try:
        yield
    finally:
        await demo.control("answering_control", trunk="SIP-Home", on=False)


async def show_popup(scene: Scene) -> None:
    """Show an offered call above a page that has no card."""
    await scene.demo.hang_up_everything()
    await switch_popup_on(scene)
    await scene.open("logbook")
    await scene.page.get_by_text("Grandma").first.wait_for()
    async with offered_calls(scene.demo):
        await scene.demo.outside_call(GRANDMA, KITCHEN)
    popup = scene.page.get_by_role("alertdialog")
    await expect(popup.get_by_role("button", name="Accept")).to_be_visible()


async def show_p_series_card(scene: Scene) -> None:
    """Show the buttons of a call on a P-Series, and those where it is transferred."""
    await let_grandma_talk(scene.demo)
    await scene.sleep(12)
    await scene.demo.outside_call(GARAGE, QUEUE_NUMBER)
    await scene.open(URL_PATH)
    rows = scene.page.locator("yeastar-phone-card yeastar-call-row")
    await expect(rows).to_have_count(2)
    await scene.page.get_by_role("button", name="Transfer").first.click()
    await rows.locator("input").fill("Anna")
    await rows.locator("[role=option]").first.click()
    await expect(scene.page.get_by_role("button", name="Ask first")).to_be_enabled()


async def show_queue(scene: Scene) -> None:
    """Show the page of a queue in which all agents talk and a call waits."""
    demo = scene.demo
    await demo.hang_up_everything()
    for caller, agent in ((GARAGE, OFFICE), (BEN, WORKSHOP)):
        await demo.outside_call(caller, QUEUE_NUMBER)
        await demo.control("answer", extension=agent)
    await demo.outside_call(DOCTOR, QUEUE_NUMBER)
    await scene.sleep(12)
    await scene.open(f"config/devices/device/{await scene.device_id(QUEUE)}")
    await scene.page.get_by_text("Longest wait").wait_for()


async def show_voicemail(scene: Scene) -> None:
    """Show the messages in a mailbox that a family shares."""
    await scene.open(
        f"media-browser/browser/{quote('app,media-source://yeastar', safe='')}"
    )
    for folder in ("Voicemail", "Family"):
        await scene.page.get_by_text(folder, exact=True).last.click()
    await scene.page.get_by_text("0:12").wait_for()


async def show_integration(scene: Scene) -> None:
    """Show the page of the integration."""
    await scene.open(INTEGRATION)
    await scene.page.get_by_text("Add contact").first.wait_for()


async def show_setup_form(scene: Scene) -> None:
    """Show the form that asks for a PBX, with an address as it may be."""
    await scene.open("config/integrations/dashboard/add?domain=yeastar")
    await scene.page.get_by_text("OK", exact=True).click()
    await scene.page.fill("input[name=host]", "192.168.5.150")


async def show_options(scene: Scene) -> None:
    """Show the menu of the options."""
    await show_integration(scene)
    await scene.page.get_by_label("Configure").first.click()
    await scene.page.get_by_text("Outside calls and text messages").wait_for()


async def show_contact_form(scene: Scene) -> None:
    """Show the form of a contact."""
    await show_integration(scene)
    await fill_contact_form(scene.page, "Grandma", "0611 111 111")


async def show_extension(scene: Scene) -> None:
    """Show the page of the device of an extension in a call."""
    await let_people_talk(scene)
    await scene.open(f"config/devices/device/{await scene.device_id('Kitchen')}")
    await scene.page.get_by_text("In a call").first.wait_for()


async def show_triggers(scene: Scene) -> None:
    """Show what the editor of automations offers as triggers."""
    await scene.open("config/automation/edit/new")
    for text in ("Add trigger", "By type", "Yeastar PBX"):
        await scene.page.get_by_text(text).first.click()
    await scene.page.get_by_text("Call missed").wait_for()


async def show_action(scene: Scene) -> None:
    """Show an action where people try them, with its fields filled in."""
    await scene.open("config/tools/action?service=yeastar.dial")
    fields = scene.page.locator("ha-service-control")
    await fields.locator("ha-selector-text input").first.fill("Grandma")
    await fields.get_by_text("Select a device").click()
    await scene.page.get_by_text("Office").last.click()


async def show_statistics(scene: Scene) -> None:
    """Show the examples of the documents, of the calls of a month."""
    text = (DOCUMENTS / "statistics.md").read_text("utf-8")
    parts = text.split("```yaml\n")[1:]
    cards: list[Any] = [parse_yaml(part.partition("```")[0]) for part in parts]
    shown = {entity["entity"] for card in cards for entity in card["entities"]}
    listed: set[str] = set()
    async with asyncio.timeout(PATIENCE / 1000):
        while not shown <= listed:
            await asyncio.sleep(0.5)
            rows = await scene.client.command("recorder/list_statistic_ids")
            listed = {row["statistic_id"] for row in rows}
    await scene.client.command(
        "lovelace/dashboards/create",
        url_path=STATISTICS,
        title="Statistics",
        show_in_sidebar=False,
    )
    await scene.client.command(
        "lovelace/config/save",
        url_path=STATISTICS,
        config={"views": [{"cards": cards}]},
    )
    await scene.open(STATISTICS)
    charts = scene.page.locator("hui-statistics-graph-card canvas")
    await expect(charts).to_have_count(len(cards))


PICTURES = {
    "action": Picture(show=show_action, width=870, height=900),
    "dashboard": Picture(show=show_dashboard, width=1360, height=930),
    "cards-dark": Picture(show=show_dashboard, width=820, height=1000, is_dark=True),
    "cards-phone": Picture(show=show_dashboard, width=390, height=844),
    "contact": Picture(show=show_contact_form, width=580, height=780),
    "extension": Picture(show=show_extension, width=870, height=900),
    "integration": Picture(show=show_integration, width=1000, height=760),
    "options": Picture(show=show_options, width=580, height=700),
    "statistics": Picture(show=show_statistics, width=1000, height=390),
    "setup-form": Picture(show=show_setup_form, width=580, height=1020),
    "triggers": Picture(show=show_triggers, width=1000, height=860),
    "card-p-series": Picture(
        show=show_p_series_card, width=700, height=740, family=Family.P_SERIES
    ),
    "queue": Picture(show=show_queue, width=870, height=640, family=Family.P_SERIES),
    "voicemail": Picture(
        show=show_voicemail, width=700, height=380, family=Family.P_SERIES
    ),
    # Their calls are in the log afterwards.
    "call": Picture(
        show=show_quiet_dashboard, happens=let_grandma_call, width=840, height=640
    ),
    "popup": Picture(show=show_popup, width=840, height=420),
}


def parse_arguments() -> Namespace:
    """Read the command line."""
    parser = ArgumentParser(
        prog="scripts/pictures", description="Take the pictures of the documents."
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(PICTURES)}"
    )
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, help="where they go (default: docs)"
    )
    return parser.parse_args()


@asynccontextmanager
async def demo_for_pictures(
    family: Family, folder: Path, *, pace: float = 1
) -> AsyncIterator[tuple[Demo, HomeAssistantClient]]:
    """Run a demo of its own, which has only names that are made up."""
    demo = Demo.aside(
        folder,
        lambda _name, _line: None,
        family,
        history_days=HISTORY_DAYS,
        has_contacts=True,
    )
    async with demo, demo.connect() as client:
        await let_calls_be_over(demo, pace=pace)
        yield demo, client


async def run(names: list[str], folder: Path) -> None:
    """Take some pictures, those of each family in one demo."""
    for family in Family:
        wanted = [name for name in names if PICTURES[name].family is family]
        if wanted:
            await take_of(family, wanted, folder)


async def take_of(family: Family, names: list[str], folder: Path) -> None:
    """Take pictures of a PBX of one family."""
    with tempfile.TemporaryDirectory() as temporary:
        async with (
            demo_for_pictures(family, Path(temporary)) as (demo, client),
            open_browser() as browser,
        ):
            page = await browser.new_page()
            await log_in(page, demo.dashboard_address)
            login = await page.context.storage_state()
            for name in names:
                picture = await PICTURES[name].take(browser, login, demo, client)
                path = folder / f"{name}{PICTURES[name].suffix}"
                path.write_bytes(picture)
                print(path, flush=True)


def main() -> int:
    """Run the program."""
    arguments = parse_arguments()
    if unknown := set(arguments.names) - set(PICTURES):
        print(f"There is no picture {', '.join(unknown)}.", file=sys.stderr)
        return 2
    try:
        find_browser()
        arguments.folder.mkdir(parents=True, exist_ok=True)
        asyncio.run(run(arguments.names or list(PICTURES), arguments.folder))
    except DemoError as err:
        print(err, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
