"""A program that runs beside this one and ends with it."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
import contextlib
import os
from pathlib import Path
import signal
from typing import Self

REPOSITORY = Path(__file__).parents[2]
STOP_TIMEOUT = 20.0


class DemoError(Exception):
    """The demo cannot go on, for a reason that a person can read."""


class Program:
    """A running program whose output is followed line by line."""

    def __init__(
        self,
        name: str,
        process: asyncio.subprocess.Process,
        show: Callable[[str], None],
    ) -> None:
        """Follow a program that has been started."""
        self.name = name
        self._process = process
        self._show = show
        self._last_lines: deque[str] = deque(maxlen=20)
        self._reader = asyncio.create_task(self._follow())

    @classmethod
    async def start(
        cls,
        name: str,
        command: Sequence[str],
        show: Callable[[str], None],
        environment: Mapping[str, str] | None = None,
    ) -> Self:
        """Start a program; every line it prints is passed on."""
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=REPOSITORY,
            env=environment or os.environ,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=2**20,
            # Ctrl-C reaches every program of a terminal, but stopping these is up to us.
            start_new_session=True,
        )
        return cls(name, process, show)

    async def _follow(self) -> None:
        assert self._process.stdout
        while line := await self._process.stdout.readline():
            text = line.decode(errors="replace").rstrip()
            self._last_lines.append(text)
            self._show(text)

    @property
    def has_ended(self) -> bool:
        """Tell whether the program is over."""
        return self._process.returncode is not None

    @property
    def last_lines(self) -> str:
        """Return the end of what it printed."""
        return "\n".join(self._last_lines)

    async def printed(self, text: str, timeout: float) -> str:
        """Wait until the program has printed a line with a text, and return the line."""
        for _ in range(round(timeout / 0.05)):
            for line in self._last_lines:
                if text in line:
                    return line
            if self.has_ended:
                raise DemoError(f"{self.name} ended at once:\n{self.last_lines}")
            await asyncio.sleep(0.05)
        raise DemoError(f"{self.name} did not start within {timeout:.0f} seconds.")

    async def wait(self) -> int:
        """Wait for the end of the program and return its exit code."""
        code = await self._process.wait()
        await self._reader
        return code

    @property
    def pid(self) -> int:
        """Return the id of the process."""
        return self._process.pid

    async def kill(self) -> None:
        """End the program at once, without a chance to save anything."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self.wait()

    async def stop(self) -> None:
        """End the program, kindly at first."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_TIMEOUT):
                await self.wait()
        except TimeoutError:
            await self.kill()
