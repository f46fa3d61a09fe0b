"""Takes the pictures of the documents: `scripts/pictures`."""

from argparse import ArgumentParser, Namespace
import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
import sys
import tempfile
from typing import Any

from homeassistant.util.yaml import parse_yaml
from playwright.async_api import Browser, Page, expect

from .browser import fill_contact_form, find_browser, log_in, open_browser
from .client import HomeAssistantClient
from .dashboard import URL_PATH
from .demo import Demo
from .process import REPOSITORY, DemoError

DOCUMENTS = REPOSITORY / "docs"
FOLDER = DOCUMENTS / "images"
INTEGRATION = "config/integrations/integration/yeastar"
STATISTICS = "demo-statistics"
HISTORY_DAYS = 30
"""Days of calls that the PBX has records of."""
PATIENCE = 20_000
SETTLED = 1.0
"""Seconds until everything that moves has arrived."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A page in a demo whose house does what it is told."""

    demo: Demo
    client: HomeAssistantClient
    page: Page

    async def open(self, path: str) -> None:
        """Open a page of Home Assistant."""
        await self.page.goto(f"{self.demo.address}/{path}")
        await self.page.locator("home-assistant-main").wait_for()

    async def device_id(self, extension: str) -> str:
        """Return the device of an extension."""
        entity_id = self.demo.house.extensions[extension].entities["state"]
        entry: dict[str, Any] = await self.client.command(
            "config/entity_registry/get", entity_id=entity_id
        )
        return str(entry["device_id"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture: what is done to see it, and how large a screen is."""

    show: Callable[[Scene], Awaitable[None]]
    width: int
    height: int
    is_dark: bool = False

    async def take(
        self, browser: Browser, login: Any, demo: Demo, client: HomeAssistantClient
    ) -> bytes:
        """Return the picture as PNG."""
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
            await self.show(Scene(demo, client, page))
            await asyncio.sleep(SETTLED)
            picture: bytes = await page.screenshot()
            return picture
        finally:
            await context.close()


async def let_calls_be_over(demo: Demo) -> None:
    """Let there be something in the log."""
    missed = await demo.outside_call("0305550127", "1003")
    await demo.control("outside_hangs_up", callid=missed["callid"])
    for number, to in (("06905550188", "1001"), ("01525550171", "1000")):
        call = await demo.outside_call(number, to)
        await demo.control("answer", extension=to)
        await demo.control("hang_up", callid=call["callid"])
    call = await demo.control("internal_call", **{"from": "1003", "to": "1000"})
    await demo.control("answer", extension="1000")
    await demo.control("hang_up", callid=call["callid"])


async def let_people_talk(demo: Demo) -> None:
    """Let people talk, one wait on hold and somebody ring, and nothing else."""
    await demo.hang_up_everything()
    await demo.outside_call("01705550134", "1000")
    await demo.control("answer", extension="1000")
    await demo.control("internal_call", **{"from": "1001", "to": "1002"})
    await demo.control("answer", extension="1002")
    await demo.control("hold", extension="1002")
    await demo.outside_call("0305550127", "1003")


async def show_dashboard(scene: Scene) -> None:
    """Show the cards in a house where people talk."""
    await let_people_talk(scene.demo)
    await scene.open(URL_PATH)
    calls = scene.page.locator("yeastar-phone-card yeastar-call-row")
    await expect(calls).to_have_count(3)
    await expect(scene.page.locator("yeastar-call-log-card li").nth(3)).to_be_visible()


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
    await let_people_talk(scene.demo)
    await scene.open(f"config/devices/device/{await scene.device_id('1000')}")
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
    "dashboard": Picture(show=show_dashboard, width=1360, height=760),
    "cards-dark": Picture(show=show_dashboard, width=820, height=1000, is_dark=True),
    "cards-phone": Picture(show=show_dashboard, width=390, height=844),
    "contact": Picture(show=show_contact_form, width=580, height=780),
    "extension": Picture(show=show_extension, width=870, height=900),
    "integration": Picture(show=show_integration, width=1000, height=760),
    "options": Picture(show=show_options, width=580, height=700),
    "statistics": Picture(show=show_statistics, width=1000, height=390),
    "setup-form": Picture(show=show_setup_form, width=580, height=1020),
    "triggers": Picture(show=show_triggers, width=1000, height=860),
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


async def run(names: list[str], folder: Path) -> None:
    """Take some pictures in a demo of their own."""
    with tempfile.TemporaryDirectory() as temporary:
        demo = Demo.aside(
            Path(temporary), lambda _name, _line: None, history_days=HISTORY_DAYS
        )
        async with demo, demo.connect() as client, open_browser() as browser:
            page = await browser.new_page()
            await log_in(page, demo.dashboard_address)
            login = await page.context.storage_state()
            await let_calls_be_over(demo)
            for name in names:
                picture = await PICTURES[name].take(browser, login, demo, client)
                (folder / f"{name}.png").write_bytes(picture)
                print(folder / f"{name}.png", flush=True)


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
