"""A real Home Assistant in a folder of its own."""

import asyncio
from collections.abc import Callable, Mapping
from importlib.util import find_spec
import json
import os
from pathlib import Path
import shutil
import sys
from typing import Any

import aiohttp

from .process import REPOSITORY, DemoError, Program

START_TIMEOUT = 180.0
RESTART_EXIT_CODE = 100

# Less than default_config, which looks for devices on the network and asks the internet.
CONFIGURATION = """\
homeassistant:
  name: PBX demo
  country: GB
  language: en
  time_zone: UTC
  unit_system: metric
frontend:
config:
conversation:
history:
logbook:
media_source:
my:
recorder:
  commit_interval: 1
logger:
  default: warning
  logs:
    custom_components.yeastar: info
    haffmpeg: critical
    homeassistant.components.camera.img_util: critical
automation: !include automations.yaml
script: !include scripts.yaml
system_health:
"""
INCLUDED = ("automations.yaml", "scripts.yaml")
# It needs packages that cannot be installed everywhere.
VOICE = "assist_pipeline:\n"
VOICE_PACKAGES = ("pymicro_vad", "pyspeex_noise")


class HomeAssistant:
    """A Home Assistant that is started, started again when it asks for it, and stopped."""

    def __init__(self, folder: Path, port: int, show: Callable[[str], None]) -> None:
        """Keep Home Assistant's configuration in a folder, made if it is missing."""
        self.address = f"http://127.0.0.1:{port}"
        self._folder = folder
        self._port = port
        self._show = show
        self._program: Program | None = None

    def prepare(self) -> None:
        """Write the configuration; what a user has made of an earlier one stays."""
        self._folder.mkdir(parents=True, exist_ok=True)
        has_voice = all(find_spec(package) for package in VOICE_PACKAGES)
        (self._folder / "configuration.yaml").write_text(
            CONFIGURATION + (VOICE if has_voice else ""), encoding="utf-8"
        )
        for name in INCLUDED:
            (self._folder / name).touch()
        self._link_custom_component()
        self._store_http()
        self._store_onboarding()
        self._store_config_entries()

    def _link_custom_component(self) -> None:
        parent = self._folder / "custom_components"
        shutil.rmtree(parent, ignore_errors=True)
        parent.mkdir()
        (parent / "yeastar").symlink_to(REPOSITORY / "custom_components" / "yeastar")

    def _store_http(self) -> None:
        """Set address and port where Home Assistant keeps them.

        In configuration.yaml they would only be tried for five minutes.
        """
        stable = {
            "cors_allowed_origins": [],
            "created_at": "2026-01-01T00:00:00+00:00",
            "error": None,
            "error_message": None,
            "ip_ban_enabled": True,
            "login_attempts_threshold": -1,
            "server_host": ["127.0.0.1"],
            "server_port": self._port,
            "ssl_profile": "intermediate_v6",
            "use_x_frame_options": True,
        }
        data = {"stable": stable, "pending": None, "yaml_migration_done": True}
        self._store("http", data, version=3)

    def _store_onboarding(self) -> None:
        """Leave only the user to be created.

        The other steps would set up integrations that ask the internet.
        """
        if not self._stored("onboarding").exists():
            steps = {"done": ["core_config", "analytics", "integration"]}
            self._store("onboarding", steps, version=4)

    def _store_config_entries(self) -> None:
        """Switch the Marketplace off, which asks the internet at every start."""
        if self._stored("core.config_entries").exists():
            return
        marketplace = {
            "created_at": "2026-01-01T00:00:00+00:00",
            "data": {},
            "disabled_by": "user",
            "discovery_keys": {},
            "domain": "marketplace",
            "entry_id": "00000000000000000000000000",
            "minor_version": 1,
            "modified_at": "2026-01-01T00:00:00+00:00",
            "options": {},
            "pref_disable_new_entities": False,
            "pref_disable_polling": False,
            "source": "system",
            "subentries": [],
            "title": "Marketplace",
            "unique_id": None,
            "version": 1,
        }
        self._store(
            "core.config_entries",
            {"entries": [marketplace]},
            version=1,
            minor_version=5,
        )

    def _stored(self, key: str) -> Path:
        return self._folder / ".storage" / key

    def _store(
        self, key: str, data: Mapping[str, Any], *, version: int, minor_version: int = 1
    ) -> None:
        path = self._stored(key)
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            json.dumps(
                {
                    "version": version,
                    "minor_version": minor_version,
                    "key": key,
                    "data": data,
                }
            ),
            encoding="utf-8",
        )

    async def start(self) -> None:
        """Start Home Assistant and wait until it answers."""
        environment = dict(os.environ)
        # Without compiled files every start takes three times as long.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [
            sys.executable,
            "-m",
            "homeassistant",
            "--skip-pip",
            "--config",
            str(self._folder),
        ]
        self._program = await Program.start(
            "Home Assistant", command, self._show, environment
        )
        try:
            async with (
                asyncio.timeout(START_TIMEOUT),
                aiohttp.ClientSession() as session,
            ):
                while not await self._is_up(session):
                    if self._program.has_ended:
                        raise DemoError(
                            "Home Assistant ended while it was starting; its last words were:\n"
                            + self._program.last_lines
                        )
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise DemoError(
                f"Home Assistant did not start within {START_TIMEOUT:.0f} seconds."
            ) from None

    async def _is_up(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.address}/manifest.json") as response:
                return response.ok
        except aiohttp.ClientError:
            return False

    async def wait(self) -> int:
        """Wait for Home Assistant's end, which a restart is not, and return its exit code."""
        assert self._program
        while (code := await self._program.wait()) == RESTART_EXIT_CODE:
            await self.start()
        return code

    @property
    def pid(self) -> int:
        """Return the id of the process that runs."""
        assert self._program
        return self._program.pid

    async def kill(self) -> None:
        """End Home Assistant as a power failure does."""
        assert self._program
        await self._program.kill()

    async def stop(self) -> None:
        """Stop Home Assistant, if it runs."""
        if self._program:
            await self._program.stop()
