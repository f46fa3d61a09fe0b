"""People outside show by name, whoever calls whom and however their number is written."""

from datetime import timedelta
from typing import Any
from unittest.mock import MagicMock

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_mock_service,
)

from custom_components.yeastar.const import (
    DOMAIN,
    EVENT_YEASTAR,
    EVENT_YEASTAR_ACTIVITY,
    EVENT_YEASTAR_CALL,
)
from custom_components.yeastar.topics import CONTACTS
from tests.helpers import add_contact, deliver, pass_time, requests_of, state_of
from tests.simulator import Simulator
from tests.simulator.calls import Call
from tests.test_logbook import line

PARTY = "sensor.jayson_connected_party"
INBOUND = "sensor.yeastar_s100_inbound_calls"
GRANDMA = "+1 212 555 1234"


@pytest.fixture(autouse=True)
def at_home(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant, where a test has one, be in the United States."""
    if "hass" in request.fixturenames:
        request.getfixturevalue("hass").config.country = "US"


def calls_of(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return the inbound calls as the sensor lists them."""
    state = hass.states.get(INBOUND)
    assert state
    calls: list[dict[str, Any]] = state.attributes["calls"]
    return calls


async def automate(hass: HomeAssistant, trigger: dict[str, Any]) -> None:
    """Run `test.automation`, with what the trigger tells, whenever it triggers."""
    action = {"action": "test.automation", "data": {"trigger": "{{ trigger }}"}}
    automation = {"triggers": trigger, "actions": action}
    assert await async_setup_component(hass, "automation", {"automation": automation})
    await hass.async_block_till_done()


async def somebody_calls(
    hass: HomeAssistant, pbx: Simulator, number: str = "2125551234"
) -> Call:
    """Let somebody ring Jayson."""
    call = pbx.outside_call(number, to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    return call


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_a_caller_shows_by_name(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """In states, events and lines of the logbook."""
    reports = async_capture_events(hass, EVENT_YEASTAR)
    hass.config.components.add("logbook")
    calls = async_capture_events(hass, EVENT_YEASTAR_ACTIVITY)
    await add_contact(hass, loaded, "Grandma", GRANDMA)
    await somebody_calls(hass, pbx)
    assert state_of(hass, PARTY) == "Grandma"
    assert calls_of(hass)[0]["from_name"] == "Grandma"
    happened = hass.states.get("event.yeastar_s100_call")
    assert happened
    assert happened.attributes["from_name"] == "Grandma"
    parties = [party for report in reports for party in report.data.get("parties", ())]
    assert {p.get("name") for p in parties if p["kind"] == "inbound"} == {"Grandma"}
    assert [line(hass, event) for event in calls] == ["Grandma called Jayson"]


async def test_the_log_and_the_calendar_name_a_contact(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    """Calls that were over before the contact was there, too."""
    entity_id = "calendar.yeastar_s100_calls"
    entity_registry.async_update_entity(entity_id, disabled_by=None)
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    call = await somebody_calls(hass, pbx)
    pbx.outside_hangs_up(call)
    await deliver(hass, pbx)
    await pass_time(hass, 5)
    await add_contact(hass, loaded, "Grandma", GRANDMA)

    async def ask(domain: str, action: str, **data: Any) -> Any:
        return await hass.services.async_call(
            domain, action, data, blocking=True, return_response=True
        )

    for wanted in ("grandma", "1-212-555-1234", "2125551234"):
        (logged,) = (await ask(DOMAIN, "get_call_log", number=wanted))["calls"]
        assert (logged["name"], logged["from_name"]) == ("Grandma", "Grandma")
        assert logged["to_name"] == "Jayson"
    now = dt_util.utcnow()
    found = await ask(
        "calendar",
        "get_events",
        **{
            ATTR_ENTITY_ID: entity_id,
            "start_date_time": (now - timedelta(hours=1)).isoformat(),
            "end_date_time": (now + timedelta(hours=1)).isoformat(),
        },
    )
    (event,) = found[entity_id]["events"]
    assert event["summary"] == "Missed: Grandma → Jayson"


async def test_the_result_of_a_message_names_a_contact(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """In the event entity and for automations; the id of the message has the number."""
    await add_contact(hass, loaded, "Grandma", GRANDMA)
    ran: list[ServiceCall] = async_mock_service(hass, "test", "automation")
    await automate(hass, {"trigger": "yeastar.sms_result"})
    sms_id = "2125551234-1795439067"
    pbx.send_report({"action": "sms-send", "status": "Success", "smsid": sms_id})
    await deliver(hass, pbx)
    told = {"sms_id": sms_id, "number": "2125551234", "name": "Grandma"}
    happened = hass.states.get("event.yeastar_s100_message")
    assert happened
    assert told.items() <= happened.attributes.items()
    assert told.items() <= ran[0].data["trigger"].items()


async def test_somebody_who_is_called_shows_by_name(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Also with the prefix that the PBX wants before outside numbers."""
    hass.config_entries.async_update_entry(loaded, options={"outside_prefix": "9"})
    await add_contact(hass, loaded, "Grandma", GRANDMA)
    await hass.services.async_call(
        DOMAIN, "dial", {"extension": "1000", "number": "2125551234"}, blocking=True
    )
    pbx.answer("1000")
    await deliver(hass, pbx)
    assert requests_of(pbx, "extension/dial_outbound")[0].body["outto"] == "92125551234"
    assert state_of(hass, PARTY) == "Grandma"


async def test_a_new_contact_is_named_at_once_and_the_call_goes_on(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Nothing is loaded again, and only what shows the name is written."""
    call = await somebody_calls(hass, pbx)
    assert state_of(hass, PARTY) == "2125551234"
    coordinator, logins = loaded.runtime_data, len(requests_of(pbx, "login"))
    written: list[Event[EventStateChangedData]] = []
    hass.bus.async_listen("state_changed", written.append)
    contact_id = await add_contact(hass, loaded, "Grandma", GRANDMA)
    assert state_of(hass, PARTY) == "Grandma"
    assert {event.data["entity_id"] for event in written} == {PARTY, INBOUND}
    assert loaded.runtime_data is coordinator
    assert len(requests_of(pbx, "login")) == logins
    assert list(coordinator.calls.living) == [call.callid]

    subentry = loaded.subentries[contact_id]
    hass.config_entries.async_update_subentry(loaded, subentry, title="Granny")
    assert state_of(hass, PARTY) == "Granny"
    hass.config_entries.async_remove_subentry(loaded, contact_id)
    await hass.async_block_till_done()
    assert state_of(hass, PARTY) == "2125551234"
    assert loaded.runtime_data is coordinator


async def test_what_is_no_contact_writes_nothing(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """A new title of the entry is none, and nobody is told of one."""
    await somebody_calls(hass, pbx)
    written = async_capture_events(hass, "state_changed")
    told = MagicMock()
    loaded.async_on_unload(
        loaded.runtime_data.coordinator.async_add_listener(told, CONTACTS)
    )
    hass.config_entries.async_update_entry(loaded, title="Our PBX")
    await hass.async_block_till_done()
    assert not written
    assert not told.called


async def test_numbers_are_those_of_the_country(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """When Home Assistant moves, a number without country code is another one."""
    await add_contact(hass, loaded, "Grandma", "+49 30 123456")
    await somebody_calls(hass, pbx, "030123456")
    assert state_of(hass, PARTY) == "030123456"
    await hass.config.async_update(country="DE")
    await hass.async_block_till_done()
    assert state_of(hass, PARTY) == "Grandma"


async def test_an_extension_is_named_by_its_user(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """A contact whose number became an extension's does not take its name."""
    await add_contact(hass, loaded, "Grandma", "7777")
    pbx.add_extension("7777", "New phone")
    await loaded.runtime_data.coordinator.async_refresh()
    assert loaded.runtime_data.names.of_inside("7777") == "New phone"


@pytest.mark.parametrize(
    ("caller", "caller_id", "words"),
    [
        ("anonymous", "withheld", "Withheld number"),
        ("Anonymous@anonymous.invalid", "withheld", "Withheld number"),
        ("Unknown", "unknown_number", "Unknown number"),
    ],
)
async def test_a_caller_without_a_number(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    caller: str,
    caller_id: str,
    words: str,
) -> None:
    """The number stays empty, no name is made up, and a field tells why."""
    reports = async_capture_events(hass, EVENT_YEASTAR)
    calls = async_capture_events(hass, EVENT_YEASTAR_CALL)
    hass.config.components.add("logbook")
    lines = async_capture_events(hass, EVENT_YEASTAR_ACTIVITY)
    await somebody_calls(hass, pbx, caller)
    assert state_of(hass, PARTY) == caller_id
    (call,) = calls_of(hass)
    assert (call["from"], call["from_name"]) == ("", None)
    assert call["caller_id"] == caller_id
    assert calls[0].data["caller_id"] == caller_id
    assert not calls[0].data.keys() & {"from", "from_name"}
    parties = [party for report in reports for party in report.data.get("parties", ())]
    inbound = [party for party in parties if party["kind"] == "inbound"]
    assert {party["caller_id"] for party in inbound} == {caller_id}
    assert not any(party.keys() & {"from", "number", "name"} for party in inbound)
    assert [line(hass, event) for event in lines] == [f"{words} called Jayson"]


async def test_a_caller_nobody_knows_is_not_withheld(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Its number shows."""
    await somebody_calls(hass, pbx, "5503301")
    assert state_of(hass, PARTY) == "5503301"
    assert calls_of(hass)[0]["caller_id"] is None


@pytest.mark.parametrize(
    ("wanted", "caller", "runs"),
    [
        ("Grandma", "2125551234", 1),
        ("grandma", "12125551234", 1),
        ("+1 (212) 555-1234", "2125551234", 1),
        ("Grandma", "2125551235", 0),
        ("withheld", "anonymous", 1),
        ("withheld", "2125551234", 0),
        ("unknown_number", "anonymous", 0),
    ],
)
async def test_a_trigger_takes_a_caller_as_people_name_one(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    wanted: str,
    caller: str,
    runs: int,
) -> None:
    """By a contact's name, by any way to write the number, or by having none."""
    ran: list[ServiceCall] = async_mock_service(hass, "test", "automation")
    await add_contact(hass, loaded, "Grandma", GRANDMA)
    await automate(
        hass, {"trigger": "yeastar.call_received", "options": {"caller": wanted}}
    )
    await somebody_calls(hass, pbx, caller)
    assert len(ran) == runs
