"""What the cards are told of a P-Series: where users are, and who has new messages."""

from typing import Any

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from tests.simulator.p_series import PSeriesSimulator

from .conftest import deliver, pass_time


async def test_a_phone_shows_presence_and_new_messages(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    loaded: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """As they change; that somebody is available is not worth a word."""
    await pass_time(hass, 2)
    client = await hass_ws_client(hass)

    async def told(wanted: dict[str, Any]) -> None:
        """Wait for a row of Jayson's phone with these values."""
        while True:
            message = await client.receive_json()
            for row in message.get("event", {}).get("extensions", ()):
                if row["number"] == "1000" and row.items() >= wanted.items():
                    return

    await client.send_json_auto_id(
        {
            "type": "yeastar/subscribe_calls",
            "config_entry_id": loaded.entry_id,
            "parts": ["extensions"],
        }
    )
    await told({"presence": None, "unread": 0})
    pbx.state.extensions["1000"].presence = "lunch"
    pbx.events.presence(pbx.state.extensions["1000"])
    await deliver(hass, pbx)
    await told({"presence": "lunch", "unread": 0})
    call = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.voicemail(call)
    pbx.outside_hangs_up(call)
    await deliver(hass, pbx)
    await pass_time(hass, 2)
    await told({"presence": "lunch", "unread": 1})


async def abilities(entry: MockConfigEntry, connect: WebSocketGenerator) -> list[str]:
    """Return what the cards of a PBX are told that it can do."""
    client = await connect()
    await client.send_json_auto_id(
        {"type": "yeastar/subscribe_calls", "config_entry_id": entry.entry_id}
    )
    assert (await client.receive_json())["success"]
    told = (await client.receive_json())["event"]
    able: list[str] = told["pbx"]["abilities"]
    return able


async def test_a_card_knows_what_the_pbx_can_do(
    loaded: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    """It has a button for each."""
    able = await abilities(loaded, hass_ws_client)
    assert able == ["attended_transfer", "conference", "parking", "record_calls"]


async def test_a_card_offers_nothing_that_an_s_series_refuses(
    s_series: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    """Its API has no operation for any of it."""
    assert await abilities(s_series, hass_ws_client) == []
