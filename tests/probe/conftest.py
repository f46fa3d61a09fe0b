"""An owner at a terminal, and visits to simulated PBXs over real sockets."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
import signal
from typing import Any, Protocol

import pytest

from scripts.pbx_probe import program, visit
from scripts.pbx_probe.capture import Capture, read_capture
from tests.simulator import Simulator
from tests.simulator.p_series import PSeriesSimulator

LISTEN = ("--minutes", "0.5")
"""At most: `Owner` ends it after the calls."""
LOOKS = 8
"""Requests in which the visit asks for all calls once at least."""
OUTSIDE = "01705550134"


@dataclass(slots=True)
class Owner:
    """Answers the questions, and makes calls when asked for them."""

    username: str
    password: str
    agrees: bool = True
    calls: Callable[[], Awaitable[None]] | None = None
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    task: asyncio.Future[None] | None = None

    def say(self, text: str) -> None:
        """Read a text."""
        self.said.append(text)
        if program.CALLS in text and self.calls:
            self.task = asyncio.ensure_future(self._call(self.calls))

    async def _call(self, calls: Callable[[], Awaitable[None]]) -> None:
        await calls()
        # As Ctrl-C does.
        signal.raise_signal(signal.SIGINT)

    def ask(self, question: str) -> str:
        """Type an answer."""
        self.asked.append(question)
        if "[y/N]" in question:
            return "y" if self.agrees else "n"
        return self.username

    def ask_secret(self, question: str) -> str:
        """Type the password."""
        self.asked.append(question)
        return self.password

    @property
    def read(self) -> str:
        """Return everything that was shown."""
        return "\n".join(self.said)


class Visits(Protocol):
    """Makes one visit, and returns what the file holds."""

    async def __call__(
        self, owner: Owner, pbx: Simulator | PSeriesSimulator, *options: str
    ) -> Capture:
        """Visit a PBX."""


@pytest.fixture
async def p_series(socket_enabled: None) -> AsyncGenerator[PSeriesSimulator]:
    """Return a P-Series that is switched on."""
    async with PSeriesSimulator() as simulator:
        yield simulator


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the file that a visit writes."""
    return tmp_path / "capture.jsonl"


@pytest.fixture
def make_visit(
    file: Path, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> Visits:
    """Return what makes a visit that awaits no reports unless its options say so."""
    monkeypatch.setattr(visit, "POLL_SECONDS", 0.01)

    async def make(
        owner: Owner, pbx: Simulator | PSeriesSimulator, *options: str
    ) -> Capture:
        arguments = [pbx.url, "--output", str(file)]
        arguments += ["--report-port", str(unused_tcp_port), "--minutes", "0", *options]
        await program.visit(program.options_of(arguments), owner)
        if owner.task:
            await owner.task
        return read_capture(file)

    return make


def owner_of(pbx: Simulator | PSeriesSimulator, **changes: Any) -> Owner:
    """Return an owner who knows the password."""
    return Owner(pbx.username, pbx.password, **changes)


async def make_calls(pbx: Any) -> None:
    """Make the calls of the list; the simulators of both families have the same names."""
    steps: list[Callable[[], Any]] = [
        lambda: pbx.internal_call("1000", "1002"),
        lambda: pbx.answer("1002"),
        lambda: pbx.hold("1000"),
        lambda: pbx.resume("1000"),
        lambda: pbx.hang_up("1000"),
        lambda: pbx.outside_call(OUTSIDE, "1000"),
        lambda: pbx.answer("1000"),
        lambda: pbx.transfer("1000", "1003"),
        lambda: pbx.answer("1003"),
        lambda: pbx.hang_up("1003"),
        lambda: pbx.outside_call("00441632960018", "1002"),
        lambda: pbx.outside_hangs_up(_newest(pbx)),
        lambda: pbx.outgoing_call("1000", "5503301"),
        lambda: pbx.answer_outside(_newest(pbx)),
        lambda: pbx.hang_up("1000"),
        lambda: pbx.outside_call(OUTSIDE, "6700"),
        lambda: pbx.answer("1002"),
        lambda: pbx.hang_up("1002"),
        lambda: pbx.outside_call(OUTSIDE, "6500"),
        lambda: pbx.press_key(_newest(pbx), "1"),
        lambda: pbx.answer("1000"),
        lambda: pbx.hang_up("1000"),
        lambda: pbx.outside_call(OUTSIDE, "1000"),
        lambda: pbx.reject("1000"),
    ]
    for step in steps:
        step()
        await pbx.settle()
        seen = len(pbx.requests) + LOOKS
        async with asyncio.timeout(5):
            while len(pbx.requests) < seen:
                await asyncio.sleep(0.005)


def _newest(pbx: Any) -> Any:
    calls = pbx.calls if isinstance(pbx, Simulator) else pbx.board.calls
    return list(calls.values())[-1]


def text_of(file: Path) -> str:
    """Return what a file holds, nothing if there is none."""
    return file.read_text("utf-8") if file.exists() else ""
