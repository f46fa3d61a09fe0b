"""A simulated PBX of the demo, and the config entry that Home Assistant has of it."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
import json
from pathlib import Path
import re
import socket
import sys
from typing import Any

import aiohttp

from .client import HomeAssistantClient
from .house import House
from .process import DemoError, Program

START_TIMEOUT = 30.0
CONTROL_TIMEOUT = aiohttp.ClientTimeout(total=10)
DOMAIN = "yeastar"
PASSWORD = "simulator-secret-1"
# So that there is something to play, buttons can ring, and Assist can call.
OPTIONS = {
    "phones": {"ring_prompt": "doorbell", "recordings": True},
    "voice": {"voice_sentences": True, "voice_extension": "1001"},
}

# Those who call the house, but one who stays a number.
CONTACTS: tuple[dict[str, Any], ...] = (
    {
        "name": "Grandma",
        "numbers": ["01705550134"],
        "sms_number": "01705550134",
        "voice": True,
    },
    {"name": "Doctor Bell", "numbers": ["0305550127"], "voice": True},
    {"name": "Garage", "numbers": ["06905550188"]},
    {"name": "Ben", "numbers": ["01525550171"], "voice": True},
)

type Show = Callable[[str, str], None]


class Family(StrEnum):
    """Which simulator plays the PBX."""

    S_SERIES = "s-series"
    P_SERIES = "p-series"


@dataclass(frozen=True, slots=True)
class Kind:
    """What tells the simulators apart."""

    name: str
    module: str
    user: str


KINDS = {
    Family.S_SERIES: Kind("PBX", "tests.simulator", "api"),
    Family.P_SERIES: Kind(
        "P-Series PBX", "tests.simulator.p_series", "SimulatorClientIdSimulatorClient"
    ),
}


def is_free(port: int) -> bool:
    """Tell whether a program could listen on a port."""
    with closing(socket.socket()) as probe:
        # As servers do, so that a connection of a moment ago is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port that no program listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class SimulatedPbx:
    """One simulator that runs beside Home Assistant.

    Attributes:
        entry_id: of its config entry, once Home Assistant has one.
        house: its entities, once they are there.
    """

    control_address: str
    entry_id: str
    house: House

    def __init__(self, family: Family, folder: Path, port: int | None) -> None:
        """Remember where it was the last time; nothing is started yet."""
        self.family = family
        self._kind = KINDS[family]
        self._port_file = folder / f"{family}-port"
        self._last_port = (
            int(self._port_file.read_text()) if self._port_file.exists() else None
        )
        self._wanted_port = port
        self.port = 0
        self._program: Program | None = None

    @property
    def name(self) -> str:
        """Return what people call it."""
        return self._kind.name

    @property
    def address(self) -> str:
        """Return where its API is."""
        return f"http://127.0.0.1:{self.port}"

    def choose_port(self, usual: int, taken: set[int]) -> None:
        """Choose the wanted port, that of the last run, the usual or a free one."""
        is_usual = usual not in taken and is_free(usual)
        self.port = (
            self._wanted_port or self._last_port or (usual if is_usual else free_port())
        )
        if self.port in taken:
            raise DemoError(
                "Home Assistant and the PBX cannot share a port: choose two."
            )
        if not is_free(self.port):
            raise DemoError(
                f"Port {self.port} is in use: choose another one with --pbx-port."
            )

    def forget_port(self) -> None:
        """Forget where it was the last time."""
        self._port_file.unlink(missing_ok=True)
        self._last_port = None

    # The program

    async def start(self, show: Show, *, is_quiet: bool, history_days: int = 0) -> None:
        """Start it and wait until it answers."""
        command = [
            *(sys.executable, "-m", self._kind.module, "--host", "127.0.0.1"),
            *("--port", str(self.port), "--password", PASSWORD),
            *("--house", "quiet" if is_quiet else "lively"),
        ]
        if history_days and self.family is Family.S_SERIES:
            command += ["--history", str(history_days)]
        self._program = await Program.start(
            f"The simulator of the {self.name}",
            command,
            lambda line: show(self.name, line),
        )
        line = await self._program.printed("listening on", START_TIMEOUT)
        found = re.search(r"control on (\S+)\)", line)
        self.control_address = found[1] if found else ""

    async def wait(self) -> int:
        """Wait until the program ends and return its exit code."""
        assert self._program
        return await self._program.wait()

    async def stop(self) -> None:
        """Stop the program, if it runs."""
        if self._program:
            await self._program.stop()

    # Its config entry

    async def add_to(self, client: HomeAssistantClient, *, has_contacts: bool) -> None:
        """Fill in the form of the integration, unless its entry is there."""
        known = self._entry_file.read_text() if self._entry_file.exists() else ""
        if known in {entry["entry_id"] for entry in await client.entries(DOMAIN)}:
            if self._last_port == self.port:
                self.entry_id = known
                return
            await client.remove_entry(known)
        entry = await client.add_entry(
            DOMAIN,
            {
                "host": "127.0.0.1",
                "port": self.port,
                "ssl": False,
                "verify_ssl": False,
                "username": self._kind.user,
                "password": PASSWORD,
            },
        )
        self.entry_id = entry["entry_id"]
        for step, answers in OPTIONS.items():
            await client.set_options(self.entry_id, step, answers)
        if has_contacts:
            await client.wait_until_loaded(DOMAIN)
            await client.perform_action(
                f"{DOMAIN}.import_contacts",
                config_entry_id=self.entry_id,
                contacts=CONTACTS,
            )
        self._port_file.write_text(str(self.port))
        self._entry_file.write_text(self.entry_id)

    @property
    def _entry_file(self) -> Path:
        return self._port_file.with_name(f"{self.family}-entry")

    # What happens on it

    async def control(self, action: str, **fields: Any) -> Any:
        """Let something happen on it; returns what it says of it."""
        return await self._ask("POST", action, json=fields)

    async def outside_call(self, number: str, to: str) -> dict[str, Any]:
        """Let an outside number call a phone."""
        call: dict[str, Any] = await self.control(
            "outside_call", **{"from": number, "to": to, "trunk": "SIP-Home"}
        )
        return call

    async def state(self) -> dict[str, Any]:
        """Return what it is and does."""
        state: dict[str, Any] = await self._ask("GET", "state")
        return state

    async def calls(self) -> list[dict[str, Any]]:
        """Return the calls that live on it."""
        calls: list[dict[str, Any]] = (await self.state())["calls"]
        return calls

    async def hang_up_everything(self) -> None:
        """End all calls."""
        for call in await self.calls():
            await self.control("hang_up", callid=call["callid"])

    async def _ask(self, method: str, path: str, **arguments: Any) -> Any:
        async with (
            aiohttp.ClientSession(timeout=CONTROL_TIMEOUT) as session,
            session.request(
                method, f"{self.control_address}/{path}", **arguments
            ) as response,
        ):
            answer = await response.text()
            if not response.ok:
                raise DemoError(f"The {self.name} cannot do {path}: {answer}")
            return json.loads(answer)
