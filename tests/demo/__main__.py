"""The demo as a program: `scripts/demo`."""

from argparse import ArgumentParser, Namespace
import asyncio
import signal
import sys
import webbrowser

from .demo import PASSWORD, USER, Demo
from .process import REPOSITORY, DemoError
from .simulated_pbx import Family

FOLDER = REPOSITORY / ".demo"
BOTH = "both"
HISTORY_DAYS = 14
REMIND_AFTER = 60.0
"""Seconds of a lively house, whose lines push all others out of sight."""


def parse_arguments() -> Namespace:
    """Read the command line."""
    parser = ArgumentParser(
        prog="scripts/demo",
        description="Run a real Home Assistant with a simulated Yeastar PBX.",
    )
    parser.add_argument(
        "--pbx",
        choices=[*Family, BOTH],
        default=Family.S_SERIES.value,
        help="which family the PBX is of (default: %(default)s)",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=8123,
        help="Home Assistant's port (default: %(default)s)",
    )
    parser.add_argument(
        "--pbx-port",
        type=int,
        help="the port of the (first) simulated PBX (default: the last one, or 8088)",
    )
    parser.add_argument(
        "--quiet-house",
        action="store_true",
        help="let nothing happen on the PBX by itself",
    )
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="throw the demo's Home Assistant away first",
    )
    parser.add_argument(
        "--open", action="store_true", help="open the dashboard in a browser"
    )
    return parser.parse_args()


def show(name: str, line: str) -> None:
    """Print a line of one of the programs."""
    print(f"{name:<14} | {line}", flush=True)


async def remind(address: str) -> None:
    """Print now and then where to look and how to log in."""
    while True:
        await asyncio.sleep(REMIND_AFTER)
        show("Demo", f"{address} (user {USER}, password {PASSWORD}; Ctrl-C stops it)")


async def run(arguments: Namespace) -> None:
    """Run the demo until somebody ends it."""
    task = asyncio.current_task()
    assert task
    interruptions = 0

    def interrupt() -> None:
        # Only once: everything is being stopped from then on, which must not be cut short.
        nonlocal interruptions
        interruptions += 1
        if interruptions == 1:
            print("\nStopping.", flush=True)
            task.cancel()

    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, interrupt)

    chosen = arguments.pbx
    demo = Demo(
        # Each choice has its own Home Assistant, which knows no PBX that is away.
        FOLDER if chosen == Family.S_SERIES else FOLDER / chosen,
        port=arguments.port,
        pbx_port=arguments.pbx_port,
        families=list(Family) if chosen == BOTH else [Family(chosen)],
        is_quiet=arguments.quiet_house,
        is_fresh=arguments.fresh,
        history_days=HISTORY_DAYS,
        has_contacts=True,
        show=show,
    )
    async with demo:
        lines = [
            "",
            "Home Assistant with a simulated PBX is ready; Ctrl-C stops both.",
            "",
            f"Address       {demo.dashboard_address}",
            f"User          {USER}",
            f"Password      {PASSWORD}",
            *(
                f"{pbx.name:<13} {pbx.address}, controlled at {pbx.control_address}"
                for pbx in demo.pbxs
            ),
            "",
        ]
        print("\n".join(f"  {line}".rstrip() for line in lines), flush=True)
        if arguments.open:
            webbrowser.open(demo.dashboard_address)
        reminder = asyncio.create_task(remind(demo.dashboard_address))
        try:
            await demo.wait()
        finally:
            reminder.cancel()


def main() -> int:
    """Run the program."""
    arguments = parse_arguments()
    try:
        asyncio.run(run(arguments))
    except asyncio.CancelledError, KeyboardInterrupt:
        return 0
    except DemoError as err:
        print(f"{err}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
