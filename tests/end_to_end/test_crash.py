"""Home Assistant is killed: what was saved is there again, and no phone stays quiet."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
import resource
import sys
import time
from typing import Any

import pytest

from tests.demo.client import HomeAssistantClient
from tests.demo.demo import Demo
from tests.demo.process import DemoError
from tests.demo.simulated_pbx import Family

from .conftest import Office

SAVE_DELAY = 30.0
"""Seconds after a call until it is surely saved."""
SLACK = 4.0
"""Seconds to decide what became of a call, and to write it."""
START_TIMEOUT = 60.0
KILLS = 10
MOST_TOKENS = 2
"""Of the eight that a P-Series has for all its programs."""


@asynccontextmanager
async def restarted(demo: Demo) -> AsyncIterator[HomeAssistantClient]:
    """Start a Home Assistant again that was killed."""
    await demo.home_assistant.start()
    async with demo.connect() as client:
        await until_loaded(client)
        yield client


async def until_loaded(client: HomeAssistantClient) -> None:
    """Wait until Home Assistant runs and the PBX is set up."""
    await client.wait_until_running()
    async with asyncio.timeout(START_TIMEOUT):
        while [e["state"] for e in await client.entries("yeastar")] != ["loaded"]:
            await asyncio.sleep(0.1)


async def miss_a_call(demo: Demo) -> str:
    """Let a call from outside be missed; returns its id."""
    call = await demo.outside_call("+49 30 5550127", "1000")
    await demo.control("hang_up", callid=call["callid"])
    return str(call["callid"])


async def logged(client: HomeAssistantClient) -> set[str]:
    """Return the ids of the calls in the log."""
    response = await client.perform_action("yeastar.get_call_log", limit=1000)
    return {call["call_id"] for call in response["calls"]}


def stored_file(demo: Demo, ending: str = "") -> Path:
    """Return a file of the integration: its call log, or what else it stores."""
    [path] = [
        path
        for path in demo.storage.glob("yeastar.*")
        if path.name.count(".") == 1 + ending.count(".") and path.name.endswith(ending)
    ]
    return path


async def is_quiet(demo: Demo, extension: str) -> bool:
    """Return whether do not disturb of a phone is on, by what the PBX says."""
    state: dict[str, Any] = await demo.state()
    return bool(state["extensions"][extension]["dnd"])


async def test_calls_are_in_the_log_half_a_minute_later(office: Office) -> None:
    """However many come: a busy PBX does not put off the saving."""
    missed: dict[str, float] = {}
    begin = time.monotonic()
    while time.monotonic() - begin < SAVE_DELAY + 2 * SLACK:
        missed[await miss_a_call(office.demo)] = time.monotonic() - begin
        await asyncio.sleep(1)
    await office.demo.home_assistant.kill()
    async with restarted(office.demo) as client:
        found = await logged(client)
        assert {call for call, at in missed.items() if at < SAVE_DELAY - SLACK} <= found
        issues = (await client.command("repairs/list_issues"))["issues"]
        assert [issue for issue in issues if issue["domain"] == "yeastar"] == []


async def test_do_not_disturb_ends_after_a_crash(office: Office) -> None:
    """In time if Home Assistant is there by then, at once if not; damage stops nothing.

    What a power failure leaves of a file that was just written may be NULs alone.
    """
    demo = office.demo
    now = datetime.now(UTC)
    # The PBX takes one change in ten seconds.
    for extension, seconds in (("1001", 75), ("1000", 22)):
        await office.client.command(
            "call_service",
            domain="yeastar",
            service="set_do_not_disturb",
            service_data={
                "extension": extension,
                "enabled": True,
                "until": (now + timedelta(seconds=seconds)).isoformat(),
            },
        )
        assert await is_quiet(demo, extension)
    await demo.home_assistant.kill()
    log = demo.storage / stored_file(demo, ".quiet").name.removesuffix(".quiet")
    log.write_bytes(b"\0" * 4096)
    await asyncio.sleep(
        (now + timedelta(seconds=23) - datetime.now(UTC)).total_seconds()
    )
    assert await is_quiet(demo, "1000")
    async with restarted(demo) as client:
        async with asyncio.timeout(30):
            while await is_quiet(demo, "1000"):
                await asyncio.sleep(0.1)
        if datetime.now(UTC) < now + timedelta(seconds=70):
            assert await is_quiet(demo, "1001")
        issues = (await client.command("repairs/list_issues"))["issues"]
        assert "call_log_unreadable" in [issue["translation_key"] for issue in issues]
        assert len(list(demo.storage.glob(f"{log.name}.damaged-*"))) == 1
        async with asyncio.timeout(60):
            while await is_quiet(demo, "1001"):
                await asyncio.sleep(0.1)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is one of Linux")
async def test_a_full_disk_leaves_no_phone_quiet_for_good(office: Office) -> None:
    """Do not disturb is not switched on if its end cannot be stored."""
    demo, pid = office.demo, office.demo.home_assistant.pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    fields = {"extension": "1000", "enabled": True, "until": "03:00:00"}
    action = {"domain": "yeastar", "service": "set_do_not_disturb"}
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        with pytest.raises(DemoError, match="could not be stored"):
            await office.client.command("call_service", **action, service_data=fields)
        assert not await is_quiet(demo, "1000")
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
    await office.client.command("call_service", **action, service_data=fields)
    assert await is_quiet(demo, "1000")
    assert "1000" in stored_file(demo, ".quiet").read_text(encoding="utf-8")


async def test_ten_kills_take_two_of_the_eight_tokens_of_a_p_series(
    tmp_path: Path,
) -> None:
    """The next start uses the token of the one that was killed, at any moment."""
    async with Demo.aside(tmp_path, lambda *_: None, Family.P_SERIES) as demo:
        entries = demo.storage / "core.config_entries"
        async with asyncio.timeout(START_TIMEOUT):
            while '"yeastar"' not in entries.read_text(encoding="utf-8"):
                await asyncio.sleep(0.1)
        for kill in range(KILLS):
            await demo.home_assistant.kill()
            await demo.home_assistant.start()
            if kill % 2:
                # In the middle of the start, sooner or later.
                await asyncio.sleep(kill / 3)
                continue
            async with demo.connect() as client:
                await until_loaded(client)
            assert (await demo.state())["tokens_alive"] <= MOST_TOKENS
        async with demo.connect() as client:
            await until_loaded(client)
            await client.perform_action("yeastar.get_calls")
        assert 1 <= (await demo.state())["tokens_alive"] <= MOST_TOKENS
