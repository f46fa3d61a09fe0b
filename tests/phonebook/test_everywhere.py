"""A number is the same number wherever numbers meet, and a trunk shows no extension."""

import json
from pathlib import Path
import shutil
import time
from typing import Any

from homeassistant.components import automation
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_mock_service,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.yeastar.const import DOMAIN, EVENT_YEASTAR, EVENT_YEASTAR_CALL
from tests.helpers import add_contact, deliver, pass_time, requests_of, state_of
from tests.simulator import Simulator

pytestmark = pytest.mark.usefixtures("entity_registry_enabled_by_default")
BLUEPRINTS = Path(__file__).parents[2] / "blueprints" / "automation" / "yeastar"
PARTY = "sensor.jayson_connected_party"
WRITTEN = "0171 3920010"
MOBILE = "+491713920010"
FORMS = [
    "491713920010",
    "01713920010",
    "+491713920010",
    "00491713920010",
    "sip:+491713920010@sip.example",
    "+491713920010;user=phone",
    '"Mobile" <sip:01713920010@sip.example>',
]


@pytest.fixture(autouse=True)
def in_germany(hass: HomeAssistant) -> None:
    """Let Home Assistant be in Germany."""
    hass.config.country = "DE"


async def call_log(hass: HomeAssistant, **wanted: Any) -> list[dict[str, Any]]:
    """Return the rows of the log."""
    answer = await hass.services.async_call(
        DOMAIN, "get_call_log", wanted, blocking=True, return_response=True
    )
    assert answer
    rows: Any = answer["calls"]
    return list(rows)


async def missed(hass: HomeAssistant, pbx: Simulator, *callers: str) -> None:
    """Let calls come in that nobody answers."""
    for caller in callers:
        call = pbx.outside_call(caller, to="1000", trunk="SIP-142")
        pbx.outside_hangs_up(call)
        await deliver(hass, pbx)
        await pass_time(hass, 5)


async def automate(hass: HomeAssistant, **config: Any) -> list[ServiceCall]:
    """Return what an automation ran."""
    ran = async_mock_service(hass, "test", "automation")
    action = {"action": "test.automation", "data": {"trigger": "{{ trigger }}"}}
    assert await async_setup_component(
        hass, automation.DOMAIN, {automation.DOMAIN: {**config, "actions": [action]}}
    )
    await hass.async_block_till_done()
    return ran


# Names, states, events


@pytest.mark.parametrize("form", FORMS)
async def test_a_caller_is_named_in_whatever_form_the_number_comes(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, form: str
) -> None:
    """In the state and in events, with the form in which numbers are compared."""
    calls = async_capture_events(hass, EVENT_YEASTAR_CALL)
    reports = async_capture_events(hass, EVENT_YEASTAR)
    await add_contact(hass, loaded, "Mobile", WRITTEN)
    pbx.outside_call(form, to="1000", trunk="SIP-142")
    await deliver(hass, pbx)

    assert state_of(hass, PARTY) == "Mobile"
    (received,) = calls
    assert received.data["from_name"] == "Mobile"
    assert received.data["from_normalized"] == MOBILE
    assert received.data["to_normalized"] == "1000"
    parties = [party for report in reports for party in report.data.get("parties", ())]
    inbound = [party for party in parties if party["kind"] == "inbound"]
    assert inbound
    assert {party["normalized"] for party in inbound} == {MOBILE}
    assert all(party["number"].strip("+").isdigit() for party in inbound)


@pytest.mark.parametrize(
    ("caller", "caller_id"),
    [
        ("sip:anonymous@anonymous.invalid", "withheld"),
        ("Private Number", "withheld"),
        ("P", "withheld"),
        ("O", "unknown_number"),
        ("Out of area", "unknown_number"),
        ("0000000000", "unknown_number"),
    ],
)
async def test_a_hidden_caller_is_hidden_in_any_words(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    caller: str,
    caller_id: str,
) -> None:
    """It triggers what waits for hidden callers, and shows as one."""
    ran = await automate(
        hass,
        triggers=[
            {"trigger": "yeastar.call_received", "options": {"caller": caller_id}}
        ],
    )
    pbx.outside_call(caller, to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert state_of(hass, PARTY) == caller_id
    assert [call.data["trigger"]["caller_id"] for call in ran] == [caller_id]
    assert not ran[0].data["trigger"].keys() & {"from", "from_normalized"}


async def test_a_local_number_is_completed_by_the_area_code(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """As the option says."""
    hass.config_entries.async_update_entry(loaded, options={"area_code": "030"})
    await add_contact(hass, loaded, "Neighbour", "030 23125001")
    pbx.outside_call("23125001", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert state_of(hass, PARTY) == "Neighbour"


async def test_people_who_share_a_number_show_together(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """A filter for one of them finds the calls of both."""
    await add_contact(hass, loaded, "Anna", WRITTEN)
    await add_contact(hass, loaded, "Ben", "+49 171 3920010", "030 23125002")
    await missed(hass, pbx, "491713920010")
    for name in ("Anna", "ben", WRITTEN):
        (row,) = await call_log(hass, number=name)
        assert row["from_name"] == "Anna / Ben"


# Filters, triggers, conditions, blueprints


@pytest.mark.parametrize(
    "wanted", [*FORMS[:4], WRITTEN, "+49 (0) 171 3920010", "0171*"]
)
async def test_the_log_finds_a_number_in_any_form(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, wanted: str
) -> None:
    """Whatever form is asked for, and whatever form was logged."""
    await missed(hass, pbx, "491713920010", "01713920010", "03023125001")
    rows = await call_log(hass, number=wanted)
    assert {row["from"] for row in rows} == {"491713920010", "01713920010"}


@pytest.mark.parametrize(
    ("callers", "caller", "runs"),
    [
        (["0171/3920010"], "491713920010", 1),
        (["030 1", "+49 171 39*"], "01713920010", 1),
        (["Mobile"], "00491713920010", 1),
        (["0172*"], "01713920010", 0),
    ],
)
async def test_a_trigger_compares_callers_as_numbers(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    callers: list[str],
    caller: str,
    runs: int,
) -> None:
    """Any of several."""
    await add_contact(hass, loaded, "Mobile", WRITTEN)
    ran = await automate(
        hass,
        triggers=[{"trigger": "yeastar.call_received", "options": {"caller": callers}}],
    )
    pbx.outside_call(caller, to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert len(ran) == runs


@pytest.mark.parametrize(
    ("called", "runs"),
    [("030 23125010", 1), ("+49 30 231250*", 1), ("030 23125011", 0), ("*", 1)],
)
async def test_a_trigger_knows_which_number_was_called(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    called: str,
    runs: int,
) -> None:
    """In any form; the number is told, and in the log."""
    ran = await automate(
        hass,
        triggers=[
            {"trigger": "yeastar.call_ended", "options": {"called_number": called}}
        ],
    )
    ringing = forged("5503301")
    ringing["inbound"]["to"] = "493023125010"
    pbx.send_report(ringing)
    pbx.send_report({"action": "BYE", "callid": ringing["callid"]})
    await deliver(hass, pbx)
    await pass_time(hass, 5)
    assert len(ran) == runs
    (row,) = await call_log(hass)
    assert row["called_number"] == "493023125010"


@pytest.mark.parametrize(
    "trigger",
    [
        {"trigger": "yeastar.call_received"},
        {"trigger": "event", "event_type": "yeastar_call"},
        {"trigger": "state", "entity_id": "event.yeastar_s100_call"},
    ],
    ids=["trigger", "event", "event entity"],
)
@pytest.mark.parametrize(
    ("wanted", "runs"),
    [
        ("0171 3920010", 1),
        ("0171*", 1),
        ("Mobile", 1),
        ("030 23125001", 0),
        ("withheld", 0),
    ],
)
async def test_a_condition_compares_the_caller_of_what_triggered(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    trigger: dict[str, Any],
    wanted: str,
    runs: int,
) -> None:
    """Whichever of our triggers it was."""
    await add_contact(hass, loaded, "Mobile", WRITTEN)
    ran = await automate(
        hass,
        triggers=[trigger],
        conditions=[
            {"condition": "yeastar.caller_is", "options": {"caller": ["x1", wanted]}}
        ],
    )
    pbx.outside_call("491713920010", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert len(ran) == runs


async def test_a_condition_about_no_call_does_not_hold(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Something else triggered."""
    ran = await automate(
        hass,
        triggers=[{"trigger": "event", "event_type": "bell"}],
        conditions=[{"condition": "yeastar.caller_is", "options": {"caller": "*"}}],
    )
    hass.bus.async_fire("bell")
    await hass.async_block_till_done()
    assert ran == []


@pytest.mark.parametrize(
    ("caller", "refused"),
    [
        ("03023125001", True),
        ("+493023125001", True),
        ("493023125001", True),
        ("03023125002", True),
        ("0049 30 23125002", True),
        ("+49900123456", True),
        ("49900123456", True),
        ("0900123456", True),
        ("01713920010", True),
        ("03023125003", False),
        ("+4930900123456", False),
    ],
)
async def test_a_list_of_unwanted_callers_means_all_their_forms(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    tmp_path: Path,
    caller: str,
    refused: bool,
) -> None:
    """As the blueprint compares it."""
    shutil.copytree(BLUEPRINTS, tmp_path / "blueprints" / "automation" / "yeastar")
    hass.config.config_dir = str(tmp_path)
    pbx.state.trunks["SIP-142"].answering_control = True
    await add_contact(hass, loaded, "Mobile", WRITTEN)
    numbers = ["030 23125001", "+49 30 23125002", "0900*", "Mobile"]
    blueprint = {"path": "yeastar/refuse_callers.yaml", "input": {"numbers": numbers}}
    assert await async_setup_component(
        hass, automation.DOMAIN, {automation.DOMAIN: {"use_blueprint": blueprint}}
    )
    await hass.async_block_till_done()
    call = pbx.outside_call(caller, to="1000", trunk="SIP-142")
    await pbx.settle()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert (call.callid not in pbx.calls) is refused


@pytest.mark.parametrize("search", ["0171 39", "+49171", "0049 171", "mobile"])
async def test_the_cards_search_a_number_in_any_form(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    pbx: Simulator,
    loaded: MockConfigEntry,
    search: str,
) -> None:
    """And rows of one number in two forms can be grouped."""
    await add_contact(hass, loaded, "Mobile", WRITTEN)
    await missed(hass, pbx, "491713920010", "01713920010", "03023125001")
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "yeastar/call_log", "search": search})
    rows = (await client.receive_json())["result"]["calls"]
    assert [row["from_normalized"] for row in rows] == [MOBILE, MOBILE]


# Dialling


@pytest.mark.parametrize(
    ("number", "dialled"),
    [
        ("+49 (0) 171 3920010", MOBILE),
        ("491713920010", MOBILE),
        ("0171/3920010", "01713920010"),
        ("\u2068+49 30 23125001\u2069", "+493023125001"),
        ("0800 FLOWERS", "08003569377"),
        ("Mobile", "01713920010"),
    ],
)
async def test_a_number_is_dialled_in_a_form_that_exchanges_understand(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    number: str,
    dialled: str,
) -> None:
    """By an action, and of a contact."""
    await add_contact(hass, loaded, "Mobile", WRITTEN)
    await hass.services.async_call(
        DOMAIN, "dial", {"extension": "1000", "number": number}, blocking=True
    )
    (request,) = requests_of(pbx, "extension/dial_outbound")
    assert request.body["outto"] == dialled


async def test_an_extension_is_dialled_by_its_number_however_it_is_written(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """With a blank in it, or one that is not seen."""
    for number in ("10 02", "\u200e1002"):
        await hass.services.async_call(
            DOMAIN, "dial", {"extension": " 1000", "number": number}, blocking=True
        )
        pbx.hang_up("1000")
        await deliver(hass, pbx)
    requests = requests_of(pbx, "extension/dial_extension")
    assert [request.body["callee"] for request in requests] == ["1002", "1002"]


# A missed call that was returned


async def test_a_missed_call_that_was_returned_counts_no_longer(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Called back in another form of the number, and answered."""
    await missed(hass, pbx, "491713920010", "03023125001")
    assert state_of(hass, "sensor.yeastar_s100_missed_calls") == "2"
    await hass.services.async_call(
        DOMAIN, "dial", {"extension": "1000", "number": "0171 3920010"}, blocking=True
    )
    pbx.answer("1000")
    (call,) = pbx.calls.values()
    pbx.answer_outside(call)
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    await pass_time(hass, 5)

    assert state_of(hass, "sensor.yeastar_s100_missed_calls") == "1"
    assert state_of(hass, "sensor.jayson_missed_calls") == "1"
    rows = await call_log(hass, direction="inbound")
    assert {row["from"]: (row["missed"], row["returned"]) for row in rows} == {
        "491713920010": (True, True),
        "03023125001": (True, False),
    }
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, "sensor.yeastar_s100_missed_calls") == "1"
    assert sum(row["returned"] for row in await call_log(hass)) == 1


async def test_a_call_back_that_nobody_answered_returns_nothing(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Nor does a call that was before the missed one."""
    await hass.services.async_call(
        DOMAIN, "dial", {"extension": "1000", "number": "0171 3920010"}, blocking=True
    )
    pbx.answer("1000")
    (call,) = pbx.calls.values()
    pbx.outside_unreachable(call)
    await deliver(hass, pbx)
    await missed(hass, pbx, "491713920010")
    await pass_time(hass, 5)
    assert state_of(hass, "sensor.yeastar_s100_missed_calls") == "1"


# A caller on a trunk who shows the number of an extension


def forged(caller: str, action: str = "RING", to: str = "1002") -> dict[str, Any]:
    """Return what is reported of a call from outside with a number of the house."""
    call_id = f"{int(time.time())}.1"
    return {
        "action": action,
        "callid": call_id,
        "ext": {"extid": to},
        "inbound": {
            "from": caller,
            "to": to,
            "trunk": "SIP-142",
            "inboundid": call_id,
        },
    }


@pytest.mark.parametrize("called", ["1002", "1000"], ids=["another", "the same"])
async def test_a_caller_on_a_trunk_is_no_extension(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, called: str
) -> None:
    """The phone whose number it shows takes no part, and gives no name."""
    calls = async_capture_events(hass, EVENT_YEASTAR_CALL)
    ringing = forged("1000", "RING", called)
    for action in ("RING", "ANSWER"):
        pbx.send_report({**ringing, "action": action})
    await deliver(hass, pbx)

    (living,) = loaded.runtime_data.calls.living.values()
    assert living.extensions == (called,)
    assert living.rang == (called,)
    assert living.answered_by == called
    assert [event.data["type"] for event in calls] == ["received", "answered"]
    assert "from_name" not in calls[0].data
    assert calls[1].data["extensions"] == [called]
    if called != "1000":
        jayson = hass.states.get("event.jayson_call")
        assert jayson
        assert jayson.state == "unknown"
    assert json.dumps(calls[0].data).count("Jayson") == (called == "1000")


@pytest.mark.parametrize("wanted", ["1000", "Jayson", "10*", "1000 "])
async def test_what_trusts_an_extension_does_not_trust_its_number_on_a_trunk(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, wanted: str
) -> None:
    """A call from the phone itself triggers, one that only shows its number does not."""
    ran = await automate(
        hass,
        triggers=[
            {"trigger": f"yeastar.call_{kind}", "options": {"caller": wanted}}
            for kind in ("received", "started")
        ],
    )
    pbx.send_report(forged("1000"))
    await deliver(hass, pbx)
    assert ran == []
    assert await call_log(hass, number=wanted) == []
    pbx.internal_call("1000", "1002")
    await deliver(hass, pbx)
    assert [call.data["trigger"]["from"] for call in ran] == ["1000"]


async def test_a_search_for_an_extension_finds_no_call_that_shows_its_number(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """By its name; the digits are there."""
    ringing = forged("1000")
    pbx.send_report(ringing)
    pbx.send_report({"action": "BYE", "callid": ringing["callid"]})
    await deliver(hass, pbx)
    await pass_time(hass, 5)
    client = await hass_ws_client(hass)
    found = {}
    for search in ("Jayson", "1000"):
        await client.send_json_auto_id({"type": "yeastar/call_log", "search": search})
        found[search] = len((await client.receive_json())["result"]["calls"])
    assert found == {"Jayson": 0, "1000": 1}
