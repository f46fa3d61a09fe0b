"""The program: asks the owner, visits the PBX and writes the file."""

from argparse import ArgumentParser, Namespace
import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
import json
from pathlib import Path
import signal
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import aiohttp

from custom_components.yeastar.pbx.certificate import CertificatePin
from custom_components.yeastar.pbx.detection import detect_family
from custom_components.yeastar.pbx.errors import (
    PbxAddressError,
    PbxConnectionError,
    PbxCredentialsError,
    PbxError,
    PbxHandshakeError,
    PbxLockedOutError,
    PbxOldTlsError,
    PbxProtocolError,
    PbxRedirectError,
    PbxTooManySessionsError,
    PbxUnsupportedError,
)
from custom_components.yeastar.pbx.models import Family

from .capture import capture_text
from .p_series import PSeriesVisit
from .recorder import Recorder
from .s_series import SSeriesVisit
from .tls import is_reached, tls_facts
from .visit import Place, Visit

ISSUES: Final = "https://github.com/yeastar-home-assistant/yeastar/issues/new/choose"
PORT: Final = 8088
_OLD_TLS: Final = ("TLSv1", "TLSv1.1")
_MANIFEST: Final = (
    Path(__file__).parents[2] / "custom_components" / "yeastar" / "manifest.json"
)
CALLS: Final = """\
Please make these calls now, in this order; leave out what you do not have:
  1. One phone calls another, which answers. Hold the call, go on, hang up.
  2. Call the PBX from outside and answer. Transfer the call to another phone, hang up.
  3. Call the PBX from outside, and let it ring until you hang up.
  4. Call a number outside, talk, and hang up.
  5. Call a queue or a ring group from outside, answer, and hang up.
  6. Call a menu (IVR), press a key, answer, and hang up.
  7. Call a phone that is busy, or that rejects the call.
  8. Disconnect a phone from the network for a minute."""


class Console(Protocol):
    """How the program talks with the owner."""

    def say(self, text: str) -> None:
        """Show a text."""

    def ask(self, question: str) -> str:
        """Return what is typed."""

    def ask_secret(self, question: str) -> str:
        """Return what is typed, which is not shown."""


class Failure(Exception):
    """The visit ends; the text says why in a sentence."""


def main(arguments: Sequence[str], console: Console) -> int:
    """Run the program and return its exit code."""
    options = options_of(arguments)
    try:
        asyncio.run(visit(options, console))
    except Failure as err:
        console.say(str(err))
        return 1
    except KeyboardInterrupt, EOFError:
        console.say("\nStopped; nothing was written.")
        return 1
    return 0


def options_of(arguments: Sequence[str]) -> Namespace:
    """Return what the command line asks for; `scripts/probe --help` explains it."""
    parser = ArgumentParser(prog="scripts/probe", add_help=False)
    parser.add_argument("host")
    parser.add_argument("--port", type=int)
    parser.add_argument("--http", action="store_true")
    parser.add_argument("--user")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--report-port", type=int, default=8260)
    parser.add_argument("--tcp-port", type=int, default=8333)
    parser.add_argument("--output", type=Path)
    return parser.parse_args(arguments)


async def visit(options: Namespace, console: Console) -> None:
    """Make the visit that the options ask for, and write its file.

    Raises:
        Failure: nothing could be found out.
    """
    host, port, ssl = address_of(options)
    recorder = Recorder()
    facts = await tls_facts(host, port) if ssl else {}
    if ssl and not facts and await is_reached(host, port):
        raise Failure(sentence(PbxHandshakeError()))
    pin = _pin(facts, console) if ssl else None
    async with aiohttp.ClientSession() as web:
        place = Place(host=host, port=port, ssl=ssl, pin=pin)
        try:
            family = await detect_family(place.http(recorder, web))
        except PbxError as err:
            raise Failure(sentence(err)) from None
        kind = SSeriesVisit if family is Family.S_SERIES else PSeriesVisit
        console.say(f"\n{kind.before}\n")
        _agree(console, "Go on?")
        place = Place(
            host=host,
            port=port,
            ssl=ssl,
            pin=pin,
            username=options.user or console.ask(_USER[family]).strip(),
            password=console.ask_secret(_PASSWORD[family]),
        )
        guest = _guest(family, recorder, web, place, options)
        try:
            await _stay(guest, options.minutes * 60, console)
        finally:
            await guest.log_out()
    text = capture_text(
        family,
        facts or None,
        recorder,
        made=datetime.now(UTC).date().isoformat(),
        integration=json.loads(_MANIFEST.read_text("utf-8"))["version"],
        reports_by=guest.reports_by,
        trouble=guest.trouble,
    )
    _hand_over(text, options.output or _file_name(family), recorder, console)


_USER: Final = {
    Family.S_SERIES: "API user name: ",
    Family.P_SERIES: "Client ID: ",
}
_PASSWORD: Final = {
    Family.S_SERIES: "API password (it is not shown or stored): ",
    Family.P_SERIES: "Client Secret (it is not shown or stored): ",
}


def _guest(
    family: Family,
    recorder: Recorder,
    web: aiohttp.ClientSession,
    place: Place,
    options: Namespace,
) -> Visit:
    if family is Family.P_SERIES:
        return PSeriesVisit(recorder, web, place)
    return SSeriesVisit(
        recorder,
        web,
        place,
        report_port=options.report_port if options.minutes else None,
        tcp_port=options.tcp_port,
    )


async def _stay(guest: Visit, seconds: float, console: Console) -> None:
    console.say("Logging in ...")
    try:
        await guest.log_in()
    except PbxError as err:
        raise Failure(sentence(err)) from None
    except OSError:
        raise Failure(
            "Another program on this machine has the port for reports; name another "
            "one with --report-port."
        ) from None
    console.say("Asking ...")
    await guest.ask()
    if not seconds:
        return
    console.say(
        f"\n{CALLS}\n\nReports are awaited for {seconds / 60:g} minutes; Ctrl-C ends it."
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError, RuntimeError, ValueError):
        loop.add_signal_handler(signal.SIGINT, stop.set)
    try:
        await guest.listen(seconds, stop)
    finally:
        loop.remove_signal_handler(signal.SIGINT)
    if guest.trouble:
        console.say(f"The connection of reports ended: {guest.trouble}.")
    elif not guest.recorder.reports:
        console.say(
            "No report came. Look whether Status Monitor is on for the extensions in the\n"
            "PBX, and whether a firewall of this machine keeps the PBX away."
        )


def address_of(options: Namespace) -> tuple[str, int, bool]:
    """Return host, port and whether there is TLS.

    Raises:
        Failure: it is no address.
    """
    named = options.host if "//" in options.host else f"//{options.host}"
    try:
        parts = urlsplit(named)
        host, port = parts.hostname, options.port or parts.port or PORT
    except ValueError:
        host, port = None, 0
    if not host or not 0 < port < 65536:
        raise Failure("This is not the address of a PBX.")
    return host, port, not (options.http or parts.scheme == "http")


def _pin(facts: dict[str, Any], console: Console) -> CertificatePin:
    if old_tls := bool(facts) and facts["version"] in _OLD_TLS:
        console.say("The PBX speaks only TLS 1.0 or 1.1, which are outdated.")
        _agree(console, "Send the password by it nevertheless?")
    return CertificatePin(old_tls=old_tls)


def _agree(console: Console, question: str) -> None:
    if console.ask(f"{question} [y/N] ").strip().casefold() not in ("y", "yes"):
        raise Failure("Stopped; nothing was written.")


def sentence(err: PbxError) -> str:
    """Return what an error means for the owner."""
    match err:
        case PbxCredentialsError():
            return (
                "The PBX refused user name or password, which were sent once. Compare them "
                "with its API page before you try again: five wrong ones lock you out."
            )
        case PbxLockedOutError():
            return (
                "The PBX has locked this address out after too many wrong passwords. Wait "
                "ten minutes, or delete the block in the PBX."
            )
        case PbxAddressError():
            return "The PBX does not allow this address: add it to the list on its API page."
        case PbxTooManySessionsError():
            return (
                "Other programs use all sessions that the PBX allows; try again later."
            )
        case PbxRedirectError():
            option = " and --http" if err.scheme == "http" else ""
            return f"The PBX wants to be reached by {err.scheme}: try --port {err.port}{option}."
        case PbxUnsupportedError() | PbxProtocolError():
            return (
                "Something answers there, but not with the API of a Yeastar PBX: it may be "
                "switched off, or this is another port."
            )
        case PbxOldTlsError():
            return "The PBX speaks only TLS 1.0 or 1.1, which this machine does not."
        case PbxHandshakeError():
            return "There is no https at this port: try --http, or another --port."
        case PbxConnectionError():
            return "The PBX cannot be reached at this address and port, or does not answer."
        case _:
            return f"{err}."


def _file_name(family: Family) -> Path:
    return Path(
        f"yeastar-{family.value.replace('_', '-')}-{datetime.now(UTC):%Y%m%d-%H%M}.jsonl"
    )


def _hand_over(text: str, file: Path, recorder: Recorder, console: Console) -> None:
    file.write_text(text, "utf-8")
    console.say(f"\n{text}")
    answers = len(recorder.entries) - recorder.reports
    console.say(
        f"{answers} answers and {recorder.reports} reports are in {file}, shown above.\n"
        "Numbers, names, secrets and addresses are replaced; times, words and the order\n"
        "of calls are not. Read it. If you agree that it is public, attach it to a new\n"
        f"issue of the kind 'A file about my PBX': {ISSUES}"
    )
