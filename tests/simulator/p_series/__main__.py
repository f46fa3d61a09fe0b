"""The P-Series simulator as a program: `python -m tests.simulator.p_series`."""

from argparse import ArgumentParser, Namespace
import asyncio
from errno import EADDRINUSE
import logging
import signal
import sys

from tests.simulator.__main__ import show
from tests.simulator.house import House
from tests.simulator.tls import server_context

from .control import PSeriesControl, as_shared
from .offices import household, leave_messages
from .simulator import PSeriesSimulator


def arguments() -> Namespace:
    """Read the command line."""
    parser = ArgumentParser(
        prog="python -m tests.simulator.p_series", description=__doc__
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8088)
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--house", choices=("lively", "quiet"), default="lively")
    parser.add_argument("--username", help="Client ID")
    parser.add_argument("--password", help="Client Secret")
    parser.add_argument(
        "--speed", type=float, default=1.0, help="2 lives twice as fast"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--tls", action="store_true", help="speak HTTPS")
    parser.add_argument("--verbose", action="store_true", help="show the polling, too")
    return parser.parse_args()


async def run(options: Namespace) -> None:
    """Run until a signal comes."""
    pbx = PSeriesSimulator(
        host=options.host,
        port=options.port,
        state=household(),
        time_scale=1 / options.speed,
        ssl_context=server_context() if options.tls else None,
    )
    pbx.client_id = options.username or pbx.client_id
    pbx.client_secret = options.password or pbx.client_secret
    leave_messages(pbx.archive)
    control = PSeriesControl(pbx)
    house = House(as_shared(pbx), speed=options.speed, seed=options.seed)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    try:
        await pbx.start()
        await control.start(options.control_port)
        address = f"http://127.0.0.1:{control.port}"
        sys.stdout.write(
            f"PBX simulator listening on {pbx.url} (control on {address})\n"
        )
        sys.stdout.flush()
        if options.house == "lively":
            house.start()
        await stop.wait()
    finally:
        await house.stop()
        await control.stop()
        await pbx.stop()


def main() -> int:
    """Run the program."""
    options = arguments()
    show(logging.DEBUG if options.verbose else logging.INFO)
    try:
        asyncio.run(run(options))
    except OSError as err:
        reason = err.strerror
        if err.errno == EADDRINUSE:
            reason = f"port {options.port} or {options.control_port} is in use"
        sys.stderr.write(f"The simulator cannot listen: {reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
