"""What the cards are told: what lives, each change of it, and only what a user may see."""

from dataclasses import replace
import time
from types import MappingProxyType
from typing import Any

from homeassistant.auth.models import User
from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.yeastar.cards import subscription
from custom_components.yeastar.const import CONF_EXTENSIONS, DOMAIN
from tests.helpers import add_contact, deliver, pass_time, progress_of
from tests.simulator import Simulator

JAYSON = "sensor.jayson"


@pytest.fixture
async def websocket_api(hass: HomeAssistant) -> None:
    """Set up what has to be there before the web server starts."""
    assert await async_setup_component(hass, "websocket_api", {})


@pytest.fixture
def reachable(websocket_api: None, reachable: None) -> None:
    """Let both the PBX and the cards reach Home Assistant."""


@pytest.fixture
async def client(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> MockHAClientWebSocket:
    """Return the connection of an administrator."""
    return await hass_ws_client(hass)


async def connect(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, policy: dict[str, Any]
) -> MockHAClientWebSocket:
    """Return the connection of a user who may do what a policy says."""
    user: User = MockUser().add_to_hass(hass)
    user.mock_policy(policy)  # type: ignore[attr-defined]
    refresh = await hass.auth.async_create_refresh_token(user, "https://example.test/")
    return await hass_ws_client(hass, hass.auth.async_create_access_token(refresh))


async def ask(client: MockHAClientWebSocket, command: str, **fields: Any) -> Any:
    """Return the answer to a command; what is told meanwhile is left out."""
    await client.send_json_auto_id({"type": f"yeastar/{command}", **fields})
    while (answer := await client.receive_json())["type"] == "event":
        pass
    assert answer["success"], answer
    return answer["result"]


async def refusal(client: MockHAClientWebSocket, command: str, **fields: Any) -> str:
    """Return the code with which a command is refused."""
    await client.send_json_auto_id({"type": f"yeastar/{command}", **fields})
    answer = await client.receive_json()
    assert not answer["success"]
    code: str = answer["error"]["code"]
    return code


async def told(client: MockHAClientWebSocket, key: str = "now") -> dict[str, Any]:
    """Return the next message of a subscription that tells of something."""
    while True:
        answer = await client.receive_json()
        assert answer["type"] == "event"
        event: dict[str, Any] = answer["event"]
        if key in event:
            return event


async def subscribe(
    client: MockHAClientWebSocket, *parts: str, **fields: Any
) -> dict[str, Any]:
    """Subscribe and return the first message."""
    await ask(client, "subscribe_calls", parts=parts, **fields)
    return await told(client, "loaded")


async def living(client: MockHAClientWebSocket) -> Any:
    """Return the rows of the living calls."""
    return (await subscribe(client, "calls"))["calls"]


async def talk(hass: HomeAssistant, pbx: Simulator, number: str = "5503301") -> None:
    """Let somebody outside talk to Jayson."""
    pbx.outside_call(number, to="1000", trunk="SIP-142")
    pbx.answer("1000")
    await deliver(hass, pbx)


async def miss(hass: HomeAssistant, pbx: Simulator, number: str = "5503301") -> None:
    """Let somebody ring Jayson in vain."""
    call = pbx.outside_call(number, to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    pbx.outside_hangs_up(call)
    await deliver(hass, pbx)
    await pass_time(hass, 5)


# Calls


async def test_living_calls_have_names_and_what_may_be_done(
    hass: HomeAssistant, pbx: Simulator, client: MockHAClientWebSocket
) -> None:
    """Who, with whom, since when, and whether there is a leg to transfer."""
    await talk(hass, pbx)
    [call] = await living(client)
    assert call["from"] == "5503301"
    assert call["answered_by"] == "1000"
    assert call["status"] == "talking"
    assert call["answered"]
    assert call["transferable"] is True
    assert call["control"] is True
    assert call["offered_until"] is None


async def test_what_many_calls_do_is_told_a_few_times_a_second(
    hass: HomeAssistant,
    pbx: Simulator,
    client: MockHAClientWebSocket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All of it in one message."""
    monkeypatch.setattr(subscription, "FEW_CALLS", 0)
    monkeypatch.setattr(subscription, "PAUSE", 1)
    await talk(hass, pbx)
    await subscribe(client, "calls")
    for number in range(3):
        pbx.outside_call(f"550330{number}", to="1002", trunk="SIP-142")
        await deliver(hass, pbx)
    assert len((await told(client, "calls"))["calls"]) == 3


async def test_a_call_that_waits_for_a_decision_says_until_when(
    hass: HomeAssistant, pbx: Simulator, client: MockHAClientWebSocket
) -> None:
    """Its trunk asks, for ten seconds, and no longer once the call was let in."""
    pbx.state.trunks["SIP-142"].answering_control = True
    await subscribe(client, "calls")
    call = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    [row] = (await told(client, "calls"))["calls"]
    assert row["offered_until"] == pytest.approx(time.time() + 10, abs=5)
    pbx.phones.let_in(call)
    await deliver(hass, pbx)
    [row] = (await told(client, "calls"))["calls"]
    assert row["offered_until"] is None


async def test_a_call_that_was_dialled_says_which_phone_to_pick_up(
    hass: HomeAssistant, pbx: Simulator, client: MockHAClientWebSocket
) -> None:
    """The caller's own, until it was picked up; then the other side rings."""
    await hass.services.async_call(
        DOMAIN, "dial", {"extension": "1000", "number": "1002"}, blocking=True
    )
    [row] = await living(client)
    assert row["pick_up"] == "1000"
    pbx.answer("1000")
    await deliver(hass, pbx)
    [row] = await living(client)
    assert row["pick_up"] is None


async def test_a_call_from_outside_has_no_phone_to_pick_up_first(
    hass: HomeAssistant, pbx: Simulator, client: MockHAClientWebSocket
) -> None:
    """The phones that ring are those that are called."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    [row] = await living(client)
    assert row["pick_up"] is None


async def test_an_offer_that_nobody_decides_about_ends(
    hass: HomeAssistant, pbx: Simulator, client: MockHAClientWebSocket
) -> None:
    """After ten seconds, whether or not a report says so."""
    pbx.state.trunks["SIP-142"].answering_control = True
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    [call] = await living(client)
    assert call["offered_until"]
    await pass_time(hass, 11)
    [call] = await living(client)
    assert call["offered_until"] is None


# Subscribing


async def test_a_subscription_begins_with_all_and_goes_on_with_changes(
    hass: HomeAssistant, pbx: Simulator, client: MockHAClientWebSocket
) -> None:
    """Only the rows that changed, and the ids of calls that are over."""
    first = await subscribe(client, "calls", "extensions")
    assert first["whole"]
    assert first["available"]
    assert first["calls"] == []
    assert {row["number"] for row in first["extensions"]} == set(pbx.state.extensions)
    await talk(hass, pbx)
    seen = await told(client)
    assert "whole" not in seen
    while "calls" not in seen or seen["calls"][0]["status"] != "talking":
        seen = await told(client, "calls")
    assert {row["number"] for row in seen["extensions"]} == {"1000"}
    [call] = seen["calls"]
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    seen = await told(client, "calls_gone")
    assert seen["calls_gone"] == [call["call_id"]]


async def test_a_poll_that_changes_nothing_tells_nothing(
    hass: HomeAssistant, pbx: Simulator, loaded: Any, client: MockHAClientWebSocket
) -> None:
    """The next message is the answer to a question."""
    await subscribe(client, "calls", "extensions", "log")
    await loaded.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()
    await client.send_json_auto_id({"type": "yeastar/calls"})
    assert (await client.receive_json())["type"] == "result"


async def test_an_extension_row_shows_what_its_phone_does(
    hass: HomeAssistant, pbx: Simulator, client: MockHAClientWebSocket
) -> None:
    """State, the other side, the missed calls, and where to find it."""
    await miss(hass, pbx)
    await talk(hass, pbx, "5503302")
    first = await subscribe(client, "extensions")
    [row] = [row for row in first["extensions"] if row["number"] == "1000"]
    assert row["name"] == "Jayson"
    assert row["state"] == "in_call"
    assert row["party"] == "5503302"
    assert row["missed"] == 1
    assert row["control"] is True
    assert row["entity_id"] == JAYSON
    assert row["device_id"]


async def test_extensions_come_and_go(
    hass: HomeAssistant, pbx: Simulator, loaded: Any, client: MockHAClientWebSocket
) -> None:
    """As they do on the PBX."""
    await subscribe(client, "extensions")
    pbx.add_extension("1099", "Attic")
    await loaded.runtime_data.coordinator.async_refresh()
    [row] = (await told(client, "extensions"))["extensions"]
    assert row["name"] == "Attic"
    pbx.remove_extension("1099")
    for _ in range(3):
        await loaded.runtime_data.coordinator.async_refresh()
    assert (await told(client, "extensions_gone"))["extensions_gone"] == ["1099"]


async def test_an_extension_that_is_not_to_be_shown_has_no_device(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """By which cards leave it out; calls go on to name it."""
    options = {CONF_EXTENSIONS: ["1000", "1002"]}
    hass.config_entries.async_update_entry(loaded, options=options)
    assert await hass.config_entries.async_reload(loaded.entry_id)
    first = await subscribe(await hass_ws_client(hass), "extensions")

    shown = [row["number"] for row in first["extensions"] if row["device_id"]]
    assert shown == ["1000", "1002"]
    hidden = next(row for row in first["extensions"] if row["number"] == "1005")
    assert (hidden["name"], hidden["entity_id"]) == ("Supervisor", None)


async def test_a_subscription_outlives_a_reload(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    client: MockHAClientWebSocket,
) -> None:
    """It says that there is nothing meanwhile, and then all anew."""
    await subscribe(client, "calls", "extensions")
    await hass.config_entries.async_reload(loaded.entry_id)
    assert await told(client, "loaded") == {"loaded": False}
    again = await told(client, "whole")
    assert again["whole"]
    assert again["loaded"]
    assert again["extensions"]


async def test_a_subscription_may_come_before_the_pbx_is_there(
    hass: HomeAssistant, loaded: MockConfigEntry, client: MockHAClientWebSocket
) -> None:
    """As that of a page which was open when Home Assistant restarted."""
    await hass.config_entries.async_unload(loaded.entry_id)
    assert progress_of(loaded) is ConfigEntryState.NOT_LOADED
    assert await subscribe(client, "calls") == {"loaded": False}
    await hass.config_entries.async_setup(loaded.entry_id)
    assert (await told(client, "whole"))["whole"]


async def test_a_pbx_that_went_away_is_told(
    hass: HomeAssistant, pbx: Simulator, loaded: Any, client: MockHAClientWebSocket
) -> None:
    """What is shown may be old then."""
    await subscribe(client, "calls", "extensions")
    await pbx.stop()
    for _ in range(2):
        await loaded.runtime_data.coordinator.async_refresh()
    assert (await told(client, "available"))["available"] is False


async def test_whoever_unsubscribes_is_told_nothing_more(
    hass: HomeAssistant, pbx: Simulator, client: MockHAClientWebSocket
) -> None:
    """Nothing of it is left."""
    await client.send_json_auto_id({"type": "yeastar/subscribe_calls"})
    number = (await client.receive_json())["id"]
    await told(client)
    await client.send_json_auto_id(
        {"type": "unsubscribe_events", "subscription": number}
    )
    assert (await client.receive_json())["success"]
    await talk(hass, pbx)
    await client.send_json_auto_id({"type": "yeastar/calls"})
    assert (await client.receive_json())["type"] == "result"


# The log


async def test_the_log_comes_in_pages(
    hass: HomeAssistant, pbx: Simulator, client: MockHAClientWebSocket
) -> None:
    """Newest first; each page says where the next one begins, the last does not."""
    for number in ("1", "2", "3"):
        await miss(hass, pbx, f"550330{number}")
    first = await ask(client, "call_log", limit=2)
    assert [row["from"] for row in first["calls"]] == ["5503303", "5503302"]
    second = await ask(client, "call_log", limit=2, before=first["next"])
    assert [row["from"] for row in second["calls"]] == ["5503301"]
    assert second["next"] is None


async def test_the_log_can_be_narrowed(
    hass: HomeAssistant, pbx: Simulator, client: MockHAClientWebSocket
) -> None:
    """To missed calls, a direction or a phone."""
    await miss(hass, pbx)
    await talk(hass, pbx, "5503302")
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    for _ in range(2):  # One call is concluded after the other.
        await pass_time(hass, 5)
    assert len((await ask(client, "call_log"))["calls"]) == 2
    [row] = (await ask(client, "call_log", missed=True))["calls"]
    assert row["from"] == "5503301"
    assert row["unseen"] is True
    assert (await ask(client, "call_log", direction="outbound"))["calls"] == []
    assert (await ask(client, "call_log", extension="1002"))["calls"] == []
    assert len((await ask(client, "call_log", extension="1000"))["calls"]) == 2


@pytest.mark.parametrize("search", ["550-33 02", "anna", "ÁNNA", "  nna ", "jayson"])
async def test_the_log_is_searched_by_name_and_number(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    client: MockHAClientWebSocket,
    search: str,
) -> None:
    """By any part, however it is written; accents and case make no difference."""
    hass.config_entries.async_add_subentry(loaded, contact("5503302"))
    pbx.outside_call("5503301", to="1002", trunk="SIP-142")
    pbx.answer("1002")
    await deliver(hass, pbx)
    pbx.hang_up("1002")
    await talk(hass, pbx, "5503302")
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    for _ in range(2):  # One call is concluded after the other.
        await pass_time(hass, 5)
    assert len((await ask(client, "call_log"))["calls"]) == 2
    [row] = (await ask(client, "call_log", search=search))["calls"]
    assert row["from"] == "5503302"


async def test_a_search_with_letters_finds_no_numbers(
    hass: HomeAssistant, pbx: Simulator, client: MockHAClientWebSocket
) -> None:
    """Though digits of it are in one."""
    await miss(hass, pbx, "5503301")
    assert (await ask(client, "call_log", search="Phone 1"))["calls"] == []
    assert len((await ask(client, "call_log", search="3301"))["calls"]) == 1


async def test_what_is_searched_for_is_bounded(client: MockHAClientWebSocket) -> None:
    """No name is longer."""
    assert await refusal(client, "call_log", search="x" * 65) == "invalid_format"


async def test_a_call_that_ends_is_told_to_who_follows_the_log(
    hass: HomeAssistant, pbx: Simulator, client: MockHAClientWebSocket
) -> None:
    """As it is in the log, with the number of missed calls."""
    assert (await subscribe(client, "log"))["missed"] == 0
    await miss(hass, pbx)
    seen = await told(client, "ended")
    [row] = seen["ended"]
    assert row["missed"] is True
    assert row["unseen"] is True
    assert seen["missed"] == 1


async def test_missed_calls_that_were_seen_are_told(
    hass: HomeAssistant, pbx: Simulator, client: MockHAClientWebSocket
) -> None:
    """By the button that the first message names."""
    await miss(hass, pbx)
    first = await subscribe(client, "log")
    assert first["missed"] == 1
    await hass.services.async_call(
        "button",
        "press",
        {"entity_id": first["pbx"]["mark_seen_entity_id"]},
        blocking=True,
    )
    assert (await told(client, "missed"))["missed"] == 0
    [row] = (await ask(client, "call_log"))["calls"]
    assert row["unseen"] is False


# Who may see what


async def test_a_user_sees_only_phones_he_may_read(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Neither the others, nor their calls, living or over."""
    pbx.outside_call("5503302", to="1002", trunk="SIP-142")
    pbx.answer("1002")
    await deliver(hass, pbx)
    pbx.hang_up("1002")
    await deliver(hass, pbx)
    await pass_time(hass, 5)
    pbx.outside_call("5503302", to="1002", trunk="SIP-142")
    await talk(hass, pbx)
    policy = {"entities": {"entity_ids": {JAYSON: {"read": True}}}}
    client = await connect(hass, hass_ws_client, policy)
    first = await subscribe(client, "calls", "extensions")
    [row] = first["extensions"]
    assert row["number"] == "1000"
    assert row["control"] is False
    [call] = first["calls"]
    assert call["from"] == "5503301"
    assert call["control"] is False
    assert (await ask(client, "call_log"))["calls"] == []
    assert (await ask(client, "phone_book"))["extensions"] == [
        {"number": "1000", "name": "Jayson"}
    ]


async def test_a_user_controls_what_the_actions_let_him(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """So that the cards offer nothing that would be refused."""
    policy = {
        "entities": {
            "all": {"read": True},
            "entity_ids": {JAYSON: {"read": True, "control": True}},
        }
    }
    client = await connect(hass, hass_ws_client, policy)
    rows = (await subscribe(client, "extensions"))["extensions"]
    assert [row["number"] for row in rows if row["control"]] == ["1000"]


async def test_a_missed_call_counts_for_who_may_see_it(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Not for somebody who sees another phone only."""
    await miss(hass, pbx)
    amy = "sensor.amy"
    policy = {"entities": {"entity_ids": {amy: {"read": True}}}}
    client = await connect(hass, hass_ws_client, policy)
    first = await subscribe(client, "log")
    assert first["missed"] == 0
    assert first["pbx"]["mark_seen_entity_id"] is None


# The phone book


def contact(number: str = "5503301") -> ConfigSubentry:
    """Return a person outside whose number is known."""
    return ConfigSubentry(
        data=MappingProxyType({"numbers": [number]}),
        subentry_type="contact",
        title="Anna",
        unique_id=None,
    )


async def test_a_contact_shows_at_once_in_what_is_told(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    client: MockHAClientWebSocket,
) -> None:
    """All is told again with the name."""
    await talk(hass, pbx)
    first = await subscribe(client, "calls", "extensions")
    assert first["calls"][0]["from_name"] is None
    hass.config_entries.async_add_subentry(loaded, contact())
    again = await told(client, "whole")
    assert again["whole"]
    assert again["calls"][0]["from_name"] == "Anna"
    assert "Anna" in {row["party"] for row in again["extensions"]}
    book = await ask(client, "phone_book")
    assert book["contacts"] == [{"name": "Anna", "numbers": ["5503301"]}]


async def test_contacts_are_for_those_who_may_dial(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    """Who only looks on does not get their numbers."""
    hass.config_entries.async_add_subentry(loaded, contact())
    policy = {"entities": {"all": {"read": True}}}
    client = await connect(hass, hass_ws_client, policy)
    assert (await ask(client, "phone_book"))["contacts"] == []


async def test_a_recording_is_named_while_it_may_be_played(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    client: MockHAClientWebSocket,
) -> None:
    """By what the media source takes; not unless the option is on."""
    await talk(hass, pbx)
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    await pass_time(hass, 5)
    [row] = (await ask(client, "call_log"))["calls"]
    assert row["media_content_id"] is None
    calls = loaded.runtime_data.calls.log
    calls[row["call_id"]] = replace(calls[row["call_id"]], recording="a.wav")
    hass.config_entries.async_update_entry(loaded, options={"recordings": True})
    [row] = (await ask(client, "call_log"))["calls"]
    assert (
        row["media_content_id"]
        == f"media-source://yeastar/{loaded.entry_id}/call/{row['call_id']}"
    )


async def test_a_contact_has_a_picture(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    client: MockHAClientWebSocket,
) -> None:
    """In the log, as it has one in a call that goes on."""
    contact_id = await add_contact(hass, loaded, "Grandma", "5503301")
    subentry = loaded.subentries[contact_id]
    for picture in (None, "/local/grandma.jpg"):
        if picture:
            hass.config_entries.async_update_subentry(
                loaded, subentry, data={**subentry.data, "picture": picture}
            )
        call = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
        await deliver(hass, pbx)
        pbx.outside_hangs_up(call)
        await deliver(hass, pbx)
        await pass_time(hass, 5)
        row = (await ask(client, "call_log"))["calls"][0]
        assert row["picture"] == picture


async def test_the_phone_book_names_the_extensions(
    client: MockHAClientWebSocket,
) -> None:
    """By number and user."""
    book = await ask(client, "phone_book")
    assert {"number": "1000", "name": "Jayson"} in book["extensions"]
    assert book["contacts"] == []


async def test_the_phone_book_names_what_a_call_can_be_transferred_to(
    hass: HomeAssistant, client: MockHAClientWebSocket
) -> None:
    """IVRs and queues, for which the PBX is asked only if they are wanted."""
    assert "destinations" not in await ask(client, "phone_book")
    book = await ask(client, "phone_book", destinations=True)
    assert book["destinations"] == [
        {"kind": "ivr", "number": "6500", "name": "Welcome"},
        {"kind": "queue", "number": "6700", "name": "Support"},
    ]


async def test_destinations_are_for_those_who_may_transfer(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    """A user who controls no phone gets none of them."""
    policy = {"entities": {"all": {"read": True}}}
    client = await connect(hass, hass_ws_client, policy)
    assert (await ask(client, "phone_book", destinations=True))["destinations"] == []


# Which PBX


async def test_a_pbx_that_there_is_not_is_refused(
    client: MockHAClientWebSocket,
) -> None:
    """By every command."""
    for command in ("call_log", "phone_book", "subscribe_calls"):
        assert await refusal(client, command, config_entry_id="none") == "not_found"


async def test_several_pbxs_have_to_be_told_apart(
    hass: HomeAssistant, loaded: MockConfigEntry, client: MockHAClientWebSocket
) -> None:
    """By the entry."""
    MockConfigEntry(domain=DOMAIN, unique_id="other").add_to_hass(hass)
    assert await refusal(client, "call_log") == "choose_pbx"
    log = await ask(client, "call_log", config_entry_id=loaded.entry_id)
    assert log["calls"] == []


async def test_a_pbx_that_is_not_set_up_is_refused(
    hass: HomeAssistant, loaded: MockConfigEntry, client: MockHAClientWebSocket
) -> None:
    """A question cannot wait for it, a subscription can."""
    await hass.config_entries.async_unload(loaded.entry_id)
    assert await refusal(client, "call_log") == "not_loaded"
