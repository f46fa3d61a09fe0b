"""Takes the picture of the dashboard that the README shows: `scripts/picture`."""

from argparse import ArgumentParser, Namespace
import asyncio
from pathlib import Path
import shutil
import sys
import tempfile

from playwright.async_api import async_playwright

from .dashboard import URL_PATH
from .demo import PASSWORD, USER, Demo, free_port
from .process import REPOSITORY, DemoError

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Nothing but Home Assistant is to be asked for anything.
BROWSER_ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--no-first-run",
    "--no-sandbox",
)
LOAD_TIMEOUT = 60_000


def parse_arguments() -> Namespace:
    """Read the command line."""
    parser = ArgumentParser(
        prog="scripts/picture", description="Take a picture of the demo's dashboard."
    )
    parser.add_argument(
        "--address",
        help="a demo that runs, such as http://127.0.0.1:8123 (default: an own one)",
    )
    parser.add_argument(
        "--path", default=URL_PATH, help="the page (default: the dashboard)"
    )
    parser.add_argument(
        "--wait", type=float, default=90, help="seconds to let the house live before"
    )
    parser.add_argument("--dark", action="store_true", help="use the dark theme")
    parser.add_argument("--width", type=int, default=1360)
    parser.add_argument("--height", type=int, default=860)
    parser.add_argument(
        "output",
        nargs="?",
        type=Path,
        default=REPOSITORY / "docs" / "images" / "dashboard.png",
    )
    return parser.parse_args()


def find_browser() -> str:
    """Return the browser of this machine."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    raise DemoError("The picture takes a Chromium on this machine, and there is none.")


async def take_picture(address: str, arguments: Namespace) -> None:
    """Log in as the demo's user, open the page and save what it shows."""
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_browser(), args=BROWSER_ARGUMENTS
        )
        page = await browser.new_page(
            viewport={"width": arguments.width, "height": arguments.height},
            color_scheme="dark" if arguments.dark else "light",
        )
        page.set_default_timeout(LOAD_TIMEOUT)
        await page.goto(f"{address}/{arguments.path}")
        await page.fill("input[name=username]", USER)
        await page.fill("input[name=password]", PASSWORD)
        await page.press("input[name=password]", "Enter")
        await page.wait_for_url(f"{address}/{arguments.path}**")
        await page.locator("home-assistant-main").wait_for()
        await asyncio.sleep(arguments.wait)
        await page.screenshot(path=arguments.output)
        await browser.close()


async def run(arguments: Namespace) -> None:
    """Take the picture of a demo that runs, or of one started for it."""
    if arguments.address:
        await take_picture(arguments.address, arguments)
        return
    with tempfile.TemporaryDirectory() as folder:
        demo = Demo(
            Path(folder),
            port=free_port(),
            pbx_port=free_port(),
            show=lambda _name, _line: None,
        )
        async with demo:
            await take_picture(demo.address, arguments)


def main() -> int:
    """Run the program."""
    arguments = parse_arguments()
    try:
        find_browser()
        asyncio.run(run(arguments))
    except DemoError as err:
        print(err, file=sys.stderr)
        return 1
    print(arguments.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
