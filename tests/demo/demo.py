"""The whole demo: PBX simulators, Home Assistant, and the integration between them."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
import fcntl
from pathlib import Path
import shutil
from types import TracebackType
from typing import Any, Self, override

from .client import HomeAssistantClient
from .dashboard import URL_PATH, save_dashboard
from .home_assistant import HomeAssistant
from .house import House, find_house
from .process import DemoError
from .simulated_pbx import DOMAIN, Family, Show, SimulatedPbx, free_port, is_free

USER = "demo"
PASSWORD = "demo"
PBX_PORT = 8088
"""Of the first PBX; each other one has the next."""


class Demo(AbstractAsyncContextManager["Demo"]):
    """A demo that runs for as long as its context lasts.

    Attributes:
        pbxs: the simulated ones; what names none is about the first.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int,
        pbx_port: int | None = None,
        families: Sequence[Family] = (Family.S_SERIES,),
        is_quiet: bool = False,
        is_fresh: bool = False,
        history_days: int = 0,
        has_contacts: bool = False,
        show: Show,
    ) -> None:
        """Keep everything in a folder; nothing is started yet."""
        self._folder = folder
        self._is_quiet = is_quiet
        self._is_fresh = is_fresh
        self._history_days = history_days
        self._has_contacts = has_contacts
        self._show = show
        self._port = port
        self.pbxs = [
            SimulatedPbx(family, folder, None if index else pbx_port)
            for index, family in enumerate(families)
        ]
        self._home_assistant_folder = folder / "home-assistant"
        self.storage = self._home_assistant_folder / ".storage"
        self.home_assistant = HomeAssistant(
            self._home_assistant_folder, port, lambda line: show("Home Assistant", line)
        )

    @classmethod
    def aside(
        cls,
        folder: Path,
        show: Show,
        *families: Family,
        history_days: int = 0,
        has_contacts: bool = False,
    ) -> Self:
        """Return a demo with a quiet house that disturbs no other one."""
        return cls(
            folder,
            port=free_port(),
            pbx_port=free_port(),
            families=families or (Family.S_SERIES,),
            is_quiet=True,
            history_days=history_days,
            has_contacts=has_contacts,
            show=show,
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
    def house(self) -> House:
        """Return the entities of the first PBX."""
        return self.pbxs[0].house

    @override
    async def __aenter__(self) -> Self:
        """Start everything and wait until it can be used."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock_folder()
        if self._is_fresh:
            for pbx in self.pbxs:
                pbx.forget_port()
        self._choose_ports()
        if self._is_fresh:
            shutil.rmtree(self._home_assistant_folder, ignore_errors=True)
        try:
            for pbx in self.pbxs:
                await pbx.start(
                    self._show,
                    is_quiet=self._is_quiet,
                    history_days=self._history_days,
                )
            self.home_assistant.prepare()
            await self.home_assistant.start()
            async with self.connect() as client:
                await client.wait_until_running()
                for pbx in self.pbxs:
                    await pbx.add_to(client, has_contacts=self._has_contacts)
                await client.wait_until_loaded(DOMAIN)
                for pbx in self.pbxs:
                    pbx.house = await find_house(client, pbx.entry_id)
                await save_dashboard(client, self.pbxs)
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
        if not is_free(self._port):
            raise DemoError(
                f"Port {self._port} is in use: choose another one with --port."
            )
        taken = {self._port}
        for index, pbx in enumerate(self.pbxs):
            pbx.choose_port(PBX_PORT + index, taken)
            taken.add(pbx.port)

    async def control(self, action: str, **fields: Any) -> Any:
        """Let something happen on the PBX; returns what it says of it."""
        return await self.pbxs[0].control(action, **fields)

    async def outside_call(self, number: str, to: str) -> dict[str, Any]:
        """Let an outside number call a phone."""
        return await self.pbxs[0].outside_call(number, to)

    async def state(self) -> dict[str, Any]:
        """Return what the PBX is and does."""
        return await self.pbxs[0].state()

    async def calls(self) -> list[dict[str, Any]]:
        """Return the calls that live on the PBX."""
        return await self.pbxs[0].calls()

    async def hang_up_everything(self) -> None:
        """End all calls of the PBX."""
        await self.pbxs[0].hang_up_everything()

    def connect(self) -> AbstractAsyncContextManager[HomeAssistantClient]:
        """Connect to Home Assistant as the demo's user."""
        return HomeAssistantClient.connect(
            self.address, user=USER, password=PASSWORD, name="Demo"
        )

    async def wait(self) -> None:
        """Wait until Home Assistant or a simulator ends by itself."""
        tasks = {
            "Home Assistant": asyncio.create_task(self.home_assistant.wait()),
            **{pbx.name: asyncio.create_task(pbx.wait()) for pbx in self.pbxs},
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
        # Home Assistant logs out of the PBXs, so it goes first.
        await self.home_assistant.stop()
        for pbx in self.pbxs:
            await pbx.stop()
        self._lock.close()
