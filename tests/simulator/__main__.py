"""The simulator as a program: `python -m tests.simulator`."""

from argparse import ArgumentParser, Namespace
import asyncio
from errno import EADDRINUSE
import logging
import signal
import sys

from .call_log import household_history
from .control import Control
from .house import OUTSIDE, House
from .offices import household
from .quirks import ReportMethod
from .simulator import Simulator
from .tls import server_context


def arguments() -> Namespace:
    """Read the command line."""
    parser = ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8088)
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument(
        "--report-port",
        type=int,
        help="let programs connect here for their reports, instead of posting them",
    )
    parser.add_argument("--house", choices=("lively", "quiet"), default="lively")
    parser.add_argument(
        "--history", type=int, default=0, help="days of calls in the records"
    )
    parser.add_argument("--password", help="password of the API user `api`")
    parser.add_argument(
        "--speed", type=float, default=1.0, help="2 lives twice as fast"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--tls", action="store_true", help="speak HTTPS")
    parser.add_argument(
        "--old-tls", action="store_true", help="speak HTTPS as an old box does"
    )
    parser.add_argument("--verbose", action="store_true", help="show the polling, too")
    return parser.parse_args()


def show(level: int) -> None:
    """Let what happens appear on stdout, one line each."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logger = logging.getLogger("pbx_simulator")
    logger.setLevel(level)
    logger.addHandler(handler)


async def run(options: Namespace) -> None:
    """Run until a signal comes."""
    tls = options.tls or options.old_tls
    pbx = Simulator(
        host=options.host,
        port=options.port,
        state=household(),
        time_scale=1 / options.speed,
        ssl_context=server_context(old_box=options.old_tls) if tls else None,
        report_port=options.report_port or 0,
    )
    if options.report_port is not None:
        pbx.quirks.report_method = ReportMethod.TCP
    pbx.password = options.password or pbx.password
    pbx.add_records(
        household_history(
            options.history, until=pbx.clock(), callers=OUTSIDE, trunk="SIP-Home"
        )
    )
    control = Control(pbx)
    house = House(pbx, speed=options.speed, seed=options.seed)
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
            ports = (options.port, options.control_port, options.report_port)
            named = " or ".join(str(port) for port in ports if port)
            reason = f"port {named} is in use"
        sys.stderr.write(f"The simulator cannot listen: {reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
