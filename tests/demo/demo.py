"""The whole demo: the PBX simulator, Home Assistant, and the integration between them."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing
import fcntl
import json
from pathlib import Path
import re
import shutil
import socket
import sys
from types import TracebackType
from typing import Any, Self, override

import aiohttp

from .client import HomeAssistantClient
from .dashboard import URL_PATH, save_dashboard
from .home_assistant import HomeAssistant
from .house import House, find_house
from .process import DemoError, Program

USER = "demo"
PASSWORD = "demo"
PBX_USER = "api"
PBX_PASSWORD = "simulator-secret-1"
PBX_PORT = 8088
SIMULATOR_START_TIMEOUT = 30.0
RELOAD_TIMEOUT = 30.0
CONTROL_TIMEOUT = aiohttp.ClientTimeout(total=10)
# So that there is something to play, buttons can ring, and Assist can call.
OPTIONS = {
    "phones": {"ring_prompt": "doorbell", "recordings": True},
    "voice": {"voice_sentences": True, "voice_extension": "1001"},
}

type Show = Callable[[str, str], None]


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


class Demo(AbstractAsyncContextManager["Demo"]):
    """A demo that runs for as long as its context lasts."""

    house: House
    control_address: str

    def __init__(
        self,
        folder: Path,
        *,
        port: int,
        pbx_port: int | None = None,
        is_quiet: bool = False,
        is_fresh: bool = False,
        show: Show,
    ) -> None:
        """Keep everything in a folder; nothing is started yet."""
        self._folder = folder
        self._is_quiet = is_quiet
        self._is_fresh = is_fresh
        self._show = show
        self._port = port
        self._wanted_pbx_port = pbx_port
        self._pbx_port_file = folder / "pbx-port"
        self._home_assistant_folder = folder / "home-assistant"
        self.storage = self._home_assistant_folder / ".storage"
        self.home_assistant = HomeAssistant(
            self._home_assistant_folder, port, lambda line: show("Home Assistant", line)
        )
        self._simulator: Program | None = None

    @classmethod
    def aside(cls, folder: Path, show: Show) -> Self:
        """Return a demo with a quiet house that disturbs no other one."""
        return cls(
            folder, port=free_port(), pbx_port=free_port(), is_quiet=True, show=show
        )

    @property
    def address(self) -> str:
        """Return where Home Assistant is."""
        return self.home_assistant.address

    @property
    def dashboard_address(self) -> str:
        """Return where the dashboard of the PBX is."""
        return f"{self.address}/{URL_PATH}"

    @property
    def pbx_address(self) -> str:
        """Return where the simulated PBX is."""
        return f"http://127.0.0.1:{self._pbx_port}"

    @override
    async def __aenter__(self) -> Self:
        """Start everything and wait until it can be used."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock_folder()
        if self._is_fresh:
            self._pbx_port_file.unlink(missing_ok=True)
        self._choose_ports()
        if self._is_fresh:
            shutil.rmtree(self._home_assistant_folder, ignore_errors=True)
        try:
            await self._start_simulator()
            self.home_assistant.prepare()
            await self.home_assistant.start()
            async with self.connect() as client:
                await client.wait_until_running()
                await self._add_integration(client)
                self.house = await find_house(client)
                await save_dashboard(client, self.house)
        except BaseException:
            await self._stop()
            raise
        return self

    @override
    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop everything."""
        await self._stop()

    def _lock_folder(self) -> None:
        """Keep a second demo out of the folder, until this program ends."""
        self._lock = (self._folder / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DemoError(
                "The demo of this clone runs already: stop it before starting another one."
            ) from None

    def _choose_ports(self) -> None:
        self._known_pbx_port = (
            int(self._pbx_port_file.read_text())
            if self._pbx_port_file.exists()
            else None
        )
        self._pbx_port = (
            self._wanted_pbx_port
            or self._known_pbx_port
            or (PBX_PORT if is_free(PBX_PORT) else free_port())
        )
        if self._port == self._pbx_port:
            raise DemoError(
                "Home Assistant and the PBX cannot share a port: choose two."
            )
        for port, option in ((self._port, "--port"), (self._pbx_port, "--pbx-port")):
            if not is_free(port):
                raise DemoError(
                    f"Port {port} is in use: choose another one with {option}."
                )

    async def _start_simulator(self) -> None:
        command = [
            *(sys.executable, "-m", "tests.simulator", "--host", "127.0.0.1"),
            *("--port", str(self._pbx_port), "--password", PBX_PASSWORD),
            *("--house", "quiet" if self._is_quiet else "lively"),
        ]
        self._simulator = await Program.start(
            "The PBX simulator", command, lambda line: self._show("PBX", line)
        )
        line = await self._simulator.printed("listening on", SIMULATOR_START_TIMEOUT)
        found = re.search(r"control on (\S+)\)", line)
        self.control_address = found[1] if found else ""

    async def control(self, action: str, **fields: Any) -> Any:
        """Let something happen on the simulated PBX; returns what it says of it."""
        return await self._ask("POST", action, json=fields)

    async def outside_call(self, number: str, to: str) -> dict[str, Any]:
        """Let somebody outside call a phone."""
        call: dict[str, Any] = await self.control(
            "outside_call", **{"from": number, "to": to, "trunk": "SIP-Home"}
        )
        return call

    async def state(self) -> dict[str, Any]:
        """Return what the simulated PBX is and does."""
        state: dict[str, Any] = await self._ask("GET", "state")
        return state

    async def calls(self) -> list[dict[str, Any]]:
        """Return the calls that live on the simulated PBX."""
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
                raise DemoError(f"The simulated PBX cannot do {path}: {answer}")
            return json.loads(answer)

    def connect(self) -> AbstractAsyncContextManager[HomeAssistantClient]:
        """Connect to Home Assistant as the demo's user."""
        return HomeAssistantClient.connect(
            self.address, user=USER, password=PASSWORD, name="Demo"
        )

    async def _add_integration(self, client: HomeAssistantClient) -> None:
        entries = await client.entries("yeastar")
        if entries and self._known_pbx_port == self._pbx_port:
            return
        for entry in entries:
            await client.remove_entry(entry["entry_id"])
        entry = await client.add_entry(
            "yeastar",
            {
                "host": "127.0.0.1",
                "port": self._pbx_port,
                "ssl": False,
                "verify_ssl": False,
                "username": PBX_USER,
                "password": PBX_PASSWORD,
            },
        )
        for step, answers in OPTIONS.items():
            await client.set_options(entry["entry_id"], step, answers)
        await self._wait_until_loaded(client)
        self._pbx_port_file.write_text(str(self._pbx_port))

    async def _wait_until_loaded(self, client: HomeAssistantClient) -> None:
        try:
            async with asyncio.timeout(RELOAD_TIMEOUT):
                while [e["state"] for e in await client.entries("yeastar")] != [
                    "loaded"
                ]:
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise DemoError("The integration did not start with its options.") from None

    async def wait(self) -> None:
        """Wait until Home Assistant or the simulator ends by itself."""
        assert self._simulator
        tasks = {
            "Home Assistant": asyncio.create_task(self.home_assistant.wait()),
            "The PBX simulator": asyncio.create_task(self._simulator.wait()),
        }
        try:
            await asyncio.wait(tasks.values(), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks.values():
                task.cancel()
        for name, task in tasks.items():
            if task.done() and not task.cancelled():
                raise DemoError(
                    f"{name} ended by itself, with exit code {task.result()}."
                )

    async def _stop(self) -> None:
        # Home Assistant logs out of the PBX, so it goes first.
        await self.home_assistant.stop()
        if self._simulator:
            await self._simulator.stop()
        self._lock.close()
