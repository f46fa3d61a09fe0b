"""Two PBXs of different families in one real Home Assistant, with the same automation."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.demo.client import HomeAssistantClient
from tests.demo.demo import Demo
from tests.demo.simulated_pbx import Family, SimulatedPbx

from .conftest import complaints_of

PATIENCE = 20
CALLER, OFFICE, KITCHEN = "0305550127", "1001", "1000"


@pytest.fixture
async def log() -> list[str]:
    """Return what Home Assistant writes into its log."""
    return []


@pytest.fixture
async def demo(tmp_path: Path, log: list[str]) -> AsyncIterator[Demo]:
    """Run a PBX of each family and a real Home Assistant."""

    def remember(name: str, line: str) -> None:
        if name == "Home Assistant":
            log.append(line)
        # pytest shows it if the test fails.
        print(f"{name} | {line}")

    async with Demo.aside(tmp_path, remember, *Family) as demo:
        yield demo


@pytest.fixture
async def client(demo: Demo) -> AsyncIterator[HomeAssistantClient]:
    """Return the connection of the demo's user."""
    async with demo.connect() as client:
        yield client


async def wait_for_state(
    client: HomeAssistantClient, pbx: SimulatedPbx, extension: str, state: str
) -> None:
    """Wait until an extension of a PBX has a state in Home Assistant."""
    entity_id = pbx.house.extensions[extension].entities["state"]
    async with asyncio.timeout(PATIENCE):
        while (await client.states())[entity_id] != state:
            await asyncio.sleep(0.05)


async def test_one_automation_serves_both(
    demo: Demo, client: HomeAssistantClient, log: list[str]
) -> None:
    """The words are the same, and each event tells of which PBX it is."""
    await client.add_automation(
        "answered",
        {
            "alias": "Answered",
            "mode": "parallel",
            "triggers": [{"trigger": "yeastar.call_answered", "options": {}}],
            "actions": [
                {
                    "event": "somebody_talks",
                    "event_data": {
                        "who": "{{ trigger.answered_by | string }}",
                        "from": "{{ trigger.from | string }}",
                    },
                }
            ],
        },
    )
    async with client.events("somebody_talks") as events:
        for pbx in demo.pbxs:
            await pbx.outside_call(CALLER, OFFICE)
            await wait_for_state(client, pbx, OFFICE, "ringing")
            await pbx.control("answer", extension=OFFICE)
            async with asyncio.timeout(PATIENCE):
                event = await events.get()
            # A template makes a number of what looks like one.
            assert event["data"] == {"who": int(OFFICE), "from": CALLER}
            await wait_for_state(client, pbx, OFFICE, "in_call")
    s_series, p_series = demo.pbxs
    await p_series.hang_up_everything()
    await wait_for_state(client, p_series, OFFICE, "idle")
    await wait_for_state(client, s_series, OFFICE, "in_call")
    assert complaints_of(log) == []


async def test_an_action_reaches_the_pbx_of_its_entry(
    demo: Demo, client: HomeAssistantClient, log: list[str]
) -> None:
    """Both PBXs have extensions of the same numbers."""
    for pbx in demo.pbxs:
        response = await client.perform_action(
            "yeastar.dial",
            config_entry_id=pbx.entry_id,
            extension=KITCHEN,
            number=OFFICE,
        )
        assert response["call_id"]
        await pbx.control("answer", extension=KITCHEN)
        await wait_for_state(client, pbx, OFFICE, "ringing")
        await pbx.control("answer", extension=OFFICE)
        await wait_for_state(client, pbx, KITCHEN, "in_call")
        assert len(await pbx.calls()) == 1
    assert complaints_of(log) == []


async def test_each_page_of_the_demo_is_called_like_its_pbx(demo: Demo) -> None:
    """Not like a queue, which is a device of its own on a P-Series."""
    assert [pbx.house.pbx.name for pbx in demo.pbxs] == ["Yeastar S100", "PBX"]
