"""Reports come much faster than any PBX posts them: people notice next to nothing.

A minute of each, on a machine that does nothing else, shows most:
`scripts/test` takes no options, `python -m pytest --confcutdir=tests/end_to_end
tests/end_to_end/test_flood.py -s --flood-seconds 60` does.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from pathlib import Path
import sys
import time
from typing import Any

import pytest

from tests.demo.client import HomeAssistantClient
from tests.demo.process import REPOSITORY

from .conftest import Office
from .flood import KINDS

RATE = 2000
"""Reports a second that are asked for."""
SLOWEST = 0.25
"""Seconds in which 99 of 100 questions of the page are to be answered."""
SLOWEST_AT_ALL = 3.0
"""The same in a short flood, on a machine that other programs may use as well."""
LONG = 60.0
"""Seconds from which on a flood is long, and measures."""
ASK_EVERY = 0.02
MAX_MORE_MEGABYTES = 200
"""After all floods: the call log is full, and what was freed may be kept for later."""
SETTLE_TIMEOUT = 120.0


class Page:
    """Asks what an open page asks, and notes how long the answers take."""

    def __init__(self, client: HomeAssistantClient) -> None:
        """Ask over a connection that is told all states as well."""
        self._client = client
        self.seconds: list[float] = []

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Ask again and again, whether what was asked before is answered or not."""
        self.seconds.clear()
        async with asyncio.TaskGroup() as group:
            asking = group.create_task(self._ask_often(group))
            try:
                yield
            finally:
                asking.cancel()

    async def _ask_often(self, group: asyncio.TaskGroup) -> None:
        while True:
            group.create_task(self._ask())
            await asyncio.sleep(ASK_EVERY)

    async def _ask(self) -> None:
        begin = time.monotonic()
        await self._client.command("auth/current_user")
        self.seconds.append(time.monotonic() - begin)

    def percentile(self, share: float) -> float:
        """Return in how many seconds such a share of the answers came."""
        return sorted(self.seconds)[int(len(self.seconds) * share)]


def megabytes(pid: int) -> float:
    """Return how much memory a process has."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


async def flood(port: int, path: str, kind: str, seconds: float, pieces: int) -> Any:
    """Let another program post; returns how many were answered."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.end_to_end.flood", "--port", str(port)),
        *("--path", path, "--kind", kind, "--rate", str(RATE)),
        *("--seconds", str(seconds), "--pieces", str(pieces)),
        cwd=REPOSITORY,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    return json.loads(output)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read as Linux tells it")
async def test_a_flood_of_reports(
    office: Office, flood_seconds: float, flood_kinds: list[str]
) -> None:
    """The page answers, memory comes back, and the phones are right afterwards."""
    demo, pid = office.demo, office.demo.home_assistant.pid
    target: str = (await demo.state())["report_target"]
    _, _, rest = target.partition("://")
    address, _, path = rest.partition("/")
    port = int(address.rpartition(":")[2])
    before = megabytes(pid)
    async with demo.connect() as client:
        await client.command("subscribe_entities")
        page = Page(client)
        late: dict[str, float] = {}
        for kind in flood_kinds or KINDS:
            async with page.watching():
                counts = await flood(port, path, kind, flood_seconds, 0)
            late[kind] = page.percentile(0.99)
            print(
                f"{kind:18} {counts['answered'] / flood_seconds:6.0f}/s answered, "
                f"{counts['failed']} failed; 99 % in {1000 * late[kind]:.0f} ms, "
                f"slowest {1000 * max(page.seconds):.0f} ms; {megabytes(pid):.0f} MB"
            )
            assert counts["answered"] > 0
            await asyncio.sleep(1)
    # Calls that no query lists are over after the second one.
    async with asyncio.timeout(SETTLE_TIMEOUT):
        while await office.extension_state("1000") != "idle":
            await asyncio.sleep(0.5)
    assert megabytes(pid) - before < MAX_MORE_MEGABYTES
    slowest = SLOWEST if flood_seconds >= LONG else SLOWEST_AT_ALL
    assert {kind: at for kind, at in late.items() if at > slowest} == {}
