"""The integration in a real Home Assistant, set up by its form, against a simulated PBX."""

import asyncio
from collections.abc import Container
from pathlib import Path
from typing import Any

from tests.demo.dashboard import URL_PATH
from tests.demo.demo import Demo

from .conftest import Office, complaints_of

EVENT_TIMEOUT = 20


async def event_of(
    queue: asyncio.Queue[dict[str, Any]], types: Container[str]
) -> dict[str, Any]:
    """Wait for the next report of one of these types and return what it says."""
    async with asyncio.timeout(EVENT_TIMEOUT):
        while (data := (await queue.get())["data"])["type"] not in types:
            pass
    return dict(data)


async def test_a_call_from_the_first_ring_to_the_end(office: Office) -> None:
    """Dial, answer and hang up, and see every step in Home Assistant."""
    caller, called = "1000", "1001"
    assert await office.extension_state(caller) == "idle"
    assert await office.extension_state(called) == "idle"

    async with office.client.events("yeastar_event") as events:
        response = await office.client.perform_action(
            "yeastar.dial", extension=caller, number=called
        )
        assert response["call_id"]

        await office.wait_for_state(caller, "ringing")
        assert await event_of(events, {"extension_status"})

        await office.demo.control("answer", extension=caller)
        await office.wait_for_state(called, "ringing")
        ringing = await event_of(events, {"ringing"})
        assert ringing["call_id"] == response["call_id"]
        assert {caller, called} <= {party["number"] for party in ringing["parties"]}

        await office.demo.control("answer", extension=called)
        await office.wait_for_state(caller, "in_call")
        await office.wait_for_state(called, "in_call")
        assert await event_of(events, {"callee_answered", "caller_connected"})

        await office.client.command(
            "call_service",
            domain="yeastar",
            service="hang_up",
            service_data={"extension": caller},
        )
        assert await event_of(events, {"hang_up"})
        await office.wait_for_state(caller, "idle")
        await office.wait_for_state(called, "idle")


async def test_a_demo_with_contacts_keeps_its_title(tmp_path: Path) -> None:
    """It knows who calls, also when it is started again."""
    demo = Demo.aside(
        tmp_path, lambda name, line: print(f"{name} | {line}"), has_contacts=True
    )
    for _ in range(2):
        async with demo, demo.connect() as client:
            assert demo.house.pbx.name == "Yeastar S100"
            assert "contact" not in "".join(demo.house.pbx.entities)
            await demo.outside_call("01705550134", "1000")
            party = demo.house.extensions["1000"].entities["connected_party"]
            async with asyncio.timeout(EVENT_TIMEOUT):
                while (states := await client.states())[party] != "Grandma":
                    await asyncio.sleep(0.05)
            assert states["notify.grandma"] == "unknown"


async def test_home_assistant_is_content(office: Office) -> None:
    """Find everything of the PBX, a dashboard of it, and no error in the log."""
    house = office.demo.house
    states = await office.client.states()
    for part in (house.pbx, *house.extensions.values(), *house.trunks.values()):
        for key, entity_id in part.entities.items():
            assert states[entity_id] != "unavailable", (part.name, key)

    assert await office.client.command("lovelace/config", url_path=URL_PATH)
    [entry] = await office.client.entries("yeastar")
    assert entry["state"] == "loaded"

    await office.client.command(
        "call_service",
        domain="homeassistant",
        service="reload_config_entry",
        service_data={"entry_id": entry["entry_id"]},
    )
    [entry] = await office.client.entries("yeastar")
    assert entry["state"] == "loaded"

    assert complaints_of(office.log) == []
