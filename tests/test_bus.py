"""What automations get to see of a report."""

import json
from typing import Any

from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.json import json_bytes
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.yeastar.const import CONF_WHOLE_REPORTS, DOMAIN, EVENT_YEASTAR
from tests.helpers import deliver
from tests.simulator import Simulator

CALL = "1495706238.328"
EXT = '"ext":{"extid":"1000"}'
OTHER = '"ext":{"extid":"1002"}'
INBOUND = (
    f'"inbound":{{"from":"5503301","to":"1000","trunk":"SIP-142","inboundid":"{CALL}"}}'
)
OUTBOUND = (
    '"outbound":{"from":"1000","to":"5503302","trunk":"SIP-142",'
    '"outboundid":"1495706238.329"}'
)
SECRETS = (
    "password",
    "registerpassword",
    "loginpassword",
    "vmsecret",
    "pincode",
    "token",
)

INBOUND_PARTY = {
    "kind": "inbound",
    "number": "5503301",
    "normalized": "5503301",
    "from": "5503301",
    "to": "1000",
    "trunk": "SIP-142",
    "id": CALL,
}
OUTBOUND_PARTY = {
    "kind": "outbound",
    "number": "5503302",
    "normalized": "5503302",
    "from": "1000",
    "to": "5503302",
    "trunk": "SIP-142",
    "id": "1495706238.329",
}


@pytest.fixture
def events(hass: HomeAssistant) -> list[Event]:
    """Return the reports that were fired so far."""
    return async_capture_events(hass, EVENT_YEASTAR)


def device_id(hass: HomeAssistant, entry: MockConfigEntry, number: str) -> str:
    """Return the id of the device of an extension."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}_{number}"), entry.entry_id
    )
    assert device is not None
    return device.id


def pbx_device_id(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    """Return the id of the device of the PBX."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, str(entry.unique_id)), entry.entry_id
    )
    assert device is not None
    return device.id


async def report(
    hass: HomeAssistant, pbx: Simulator, events: list[Event], body: str
) -> dict[str, Any]:
    """Let the PBX send a report and return the event it caused."""
    pbx.send_report(body)
    await deliver(hass, pbx)
    (event,) = events
    return dict(event.data)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"action":"BootUp"}', {"type": "boot"}),
        (
            (
                '{"action":"ConfigChange","type":"trunk","trunkname":"SIP-142",'
                '"operation":"del"}'
            ),
            {
                "type": "config_changed",
                "kind": "trunk",
                "trunk": "SIP-142",
                "operation": "del",
            },
        ),
        (
            '{"action":"ExtensionStatus","extension":"1000","status":"Busy"}',
            {"type": "extension_status", "extension": "1000", "status": "Busy"},
        ),
        (f'{{"action":"RING","callid":"{CALL}",{EXT}}}', {"type": "ringing"}),
        (f'{{"action":"ALERT","callid":"{CALL}",{EXT}}}', {"type": "alerting"}),
        (
            f'{{"action":"ANSWER","callid":"{CALL}",{EXT}}}',
            {"type": "callee_answered"},
        ),
        (
            f'{{"action":"ANSWERED","callid":"{CALL}",{EXT}}}',
            {"type": "caller_connected"},
        ),
        (f'{{"action":"BYE","callid":"{CALL}",{EXT}}}', {"type": "hang_up"}),
        (
            f'{{"event":"CallStatus","callid":"{CALL}","members":[]}}',
            {"type": "call_status"},
        ),
        (
            (
                '{"action":"CallFailed","reason":"NO Outbound Restriction",'
                f'"callid":"{CALL}"}}'
            ),
            {"type": "call_failed", "reason": "NO Outbound Restriction"},
        ),
        (
            f'{{"action":"Tranfer","callid":"{CALL}",{EXT},{INBOUND}}}',
            {"type": "call_transferred"},
        ),
        (
            f'{{"event":"Forward","callid":"{CALL}","members":[]}}',
            {"type": "call_forwarded"},
        ),
        (f'{{"action":"Invite","callid":"{CALL}",{INBOUND}}}', {"type": "invite"}),
        (f'{{"action":"Incoming","callid":"{CALL}",{INBOUND}}}', {"type": "incoming"}),
        (
            f'{{"action":"DTMF","callid":"{CALL}",{INBOUND},"info":"#"}}',
            {"type": "key_pressed", "key": "#"},
        ),
        (
            f'{{"action":"PlayPromptEnd","callid":"{CALL}",{EXT},"prompt":"dinner"}}',
            {"type": "prompt_ended", "prompt": "dinner"},
        ),
        (
            f'{{"action":"satisfaction","surveyresult":"1","callid":"{CALL}"}}',
            {"type": "survey_result", "survey_result": "1"},
        ),
        (
            (
                f'{{"action":"NewCdr","callid":"{CALL}","timestart":"2017-05-25 22:15:10",'
                '"callfrom":"1002","callto":"1000","desttrunkname":"","callduraction":"3",'
                '"talkduraction":"2","status":"ANSWERED","type":"Internal"}'
            ),
            {
                "type": "call_record",
                "kind": "Internal",
                "time_start": "2017-05-25 22:15:10",
                "call_from": "1002",
                "call_to": "1000",
                "destination_trunk": "",
                "call_duration": "3",
                "talk_duration": "2",
                "status": "ANSWERED",
            },
        ),
        (
            '{"action":"sms-send","status":"Failed","smsid":"18396210850-1502874159"}',
            {
                "type": "sms_result",
                "status": "Failed",
                "sms_id": "18396210850-1502874159",
            },
        ),
        (
            (
                '{"event":"ConferenceStatus","conferencename":"Monday",'
                '"conferencenumber":"6400"}'
            ),
            {
                "type": "conference_status",
                "conference_name": "Monday",
                "conference_number": "6400",
            },
        ),
        (
            (
                f'{{"event":"QueueAgentRingNoAnswerTimeout","callid":"{CALL}",'
                '"queue":"queue-6700","agent":"1000","caller":"5503301"}'
            ),
            {
                "type": "queue_agent_no_answer",
                "queue": "queue-6700",
                "agent": "1000",
                "caller": "5503301",
            },
        ),
        (
            '{"event":"uacstacall","operation":"callanswer","extnumber":"1000"}',
            {"type": "unknown", "operation": "callanswer", "extension": "1000"},
        ),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
async def test_each_type_fires_with_its_fields(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    events: list[Event],
    body: str,
    expected: dict[str, str],
) -> None:
    """The fields in words of ours, and where they come from."""
    data = await report(hass, pbx, events, body)
    assert data["type"] == expected["type"]
    assert {key: data.get(key) for key in expected} == expected
    assert data["entry_id"] == loaded.entry_id
    assert data["serial_number"] == pbx.state.device.sn
    assert data["call_id"] == json.loads(body).get("callid")
    envelope = {"entry_id", "device_id", "serial_number", "call_id", "parties", "raw"}
    assert set(data) == envelope | set(expected)


async def test_a_key_that_comes_twice_is_two_parties_in_order(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, events: list[Event]
) -> None:
    """The called side rings first; a dictionary would keep the last only."""
    body = f'{{"action":"RING","callid":"{CALL}",{EXT},{OTHER}}}'
    data = await report(hass, pbx, events, body)
    assert data["parties"] == [
        {
            "kind": "extension",
            "number": "1000",
            "name": "Jayson",
            "status": "ringing",
            "device_id": device_id(hass, loaded, "1000"),
        },
        {
            "kind": "extension",
            "number": "1002",
            "name": "Amy",
            "status": "alerting",
            "device_id": device_id(hass, loaded, "1002"),
        },
    ]
    assert data["raw"]["ext"] == [{"extid": "1000"}, {"extid": "1002"}]


async def test_the_order_of_the_parties_is_that_of_the_report(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, events: list[Event]
) -> None:
    """Who hung up comes first."""
    body = f'{{"action":"BYE","callid":"{CALL}",{OTHER},{EXT}}}'
    data = await report(hass, pbx, events, body)
    assert [party["name"] for party in data["parties"]] == ["Amy", "Jayson"]


@pytest.mark.parametrize(
    ("party", "expected"), [(INBOUND, INBOUND_PARTY), (OUTBOUND, OUTBOUND_PARTY)]
)
async def test_an_outside_party_has_its_number_and_trunk(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    events: list[Event],
    party: str,
    expected: dict[str, str],
) -> None:
    """The number is the other side's; what is not known is left out."""
    body = f'{{"action":"Incoming","callid":"{CALL}",{party}}}'
    data = await report(hass, pbx, events, body)
    assert data["parties"] == [expected]


async def test_parties_of_the_newest_shape_are_the_same(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, events: list[Event]
) -> None:
    """An automation does not notice which firmware there is."""
    body = {
        "event": "CallStatus",
        "callid": CALL,
        "members": [
            {
                "inbound": {
                    "from": "5503301",
                    "to": "1000",
                    "trunkname": "SIP-142",
                    "channelid": "PJSIP/trunk-1",
                    "memberstatus": "ALERT",
                }
            },
            {
                "ext": {
                    "number": "1000",
                    "channelid": "PJSIP/1000-1",
                    "memberstatus": "RING",
                }
            },
        ],
        "sn": pbx.state.device.sn,
    }
    data = await report(hass, pbx, events, json.dumps(body))
    assert data["parties"] == [
        {**INBOUND_PARTY, "status": "alerting", "id": "PJSIP/trunk-1"},
        {
            "kind": "extension",
            "number": "1000",
            "name": "Jayson",
            "status": "ringing",
            "id": "PJSIP/1000-1",
            "device_id": device_id(hass, loaded, "1000"),
        },
    ]


@pytest.mark.parametrize(
    "body",
    [
        '{"action":"ExtensionStatus","extension":"1000","status":"Busy"}',
        f'{{"action":"RING","callid":"{CALL}",{EXT},{INBOUND}}}',
    ],
)
async def test_what_is_about_one_extension_belongs_to_its_device(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    events: list[Event],
    body: str,
) -> None:
    """So that an automation can pick it by its device."""
    data = await report(hass, pbx, events, body)
    assert data["device_id"] == device_id(hass, loaded, "1000")


@pytest.mark.parametrize(
    "body",
    [
        '{"action":"BootUp"}',
        '{"action":"ExtensionStatus","extension":"9999","status":"Busy"}',
        f'{{"action":"RING","callid":"{CALL}",{EXT},{OTHER}}}',
        f'{{"action":"Incoming","callid":"{CALL}",{INBOUND}}}',
    ],
)
async def test_all_else_belongs_to_the_device_of_the_pbx(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    events: list[Event],
    body: str,
) -> None:
    """What is about nobody, about a stranger, or about several."""
    data = await report(hass, pbx, events, body)
    assert data["device_id"] == pbx_device_id(hass, loaded)


async def test_a_report_of_a_call_without_id_has_none(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, events: list[Event]
) -> None:
    """None, not an empty text."""
    data = await report(hass, pbx, events, '{"action":"BootUp"}')
    assert data["call_id"] is None
    assert data["parties"] == []


@pytest.mark.parametrize("secret", SECRETS)
async def test_a_secret_is_nowhere_in_the_event(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    events: list[Event],
    secret: str,
) -> None:
    """Every event is recorded, and shown to whoever looks."""
    body = {
        "action": "NewCdr",
        "callid": CALL,
        secret: "4711-hidden",
        "more": [{secret: "4711-hidden"}],
        "ext": {"extid": "1000", secret: "4711-hidden"},
    }
    data = await report(hass, pbx, events, json.dumps(body))
    assert b"hidden" not in json_bytes(data)


@pytest.mark.parametrize("size", [100, 1_900])
async def test_raw_is_what_the_pbx_sent(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    events: list[Event],
    size: int,
) -> None:
    """For those who need a field that has no word of ours."""
    body = {"action": "Odd", "Some-Field": "x" * size}
    data = await report(hass, pbx, events, json.dumps(body))
    assert data["raw"] == body
    assert "truncated" not in data


async def test_a_large_event_is_truncated(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, events: list[Event]
) -> None:
    """Above 2 KiB nothing that large gets to the recorder."""
    body = {"action": "Odd", "callid": CALL, "note": "n", "Some-Field": "x" * 2_100}
    data = await report(hass, pbx, events, json.dumps(body))
    assert data["truncated"] is True
    assert "raw" not in data
    assert data["call_id"] == CALL
    assert data["note"] == "n"
    assert len(json_bytes(data)) < 1024


async def test_the_parties_of_a_large_event_are_the_first_ones(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, events: list[Event]
) -> None:
    """A hundred members are 25 KB in the database, several times a second."""
    members = ",".join(f'"ext":{{"extid":"{number}"}}' for number in range(3000, 3100))
    body = f'{{"action":"RING","callid":"{CALL}",{members}}}'
    data = await report(hass, pbx, events, body)
    assert [party["number"] for party in data["parties"]] == [
        str(number) for number in range(3000, 3020)
    ]
    assert data["truncated"] is True


async def test_large_events_are_whole_on_request(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, events: list[Event]
) -> None:
    """For those who need a long field, up to 16 KiB."""
    hass.config_entries.async_update_entry(loaded, options={CONF_WHOLE_REPORTS: True})
    whole = {"action": "Odd", "Some-Field": "x" * 15_000}
    data = await report(hass, pbx, events, json.dumps(whole))
    assert data["raw"] == whole
    events.clear()
    larger = {"action": "Odd", "Some-Field": "x" * 17_000}
    data = await report(hass, pbx, events, json.dumps(larger))
    assert "raw" not in data


async def test_the_envelope_cannot_be_forged(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, events: list[Event]
) -> None:
    """A field of the report with the name of one of ours does not replace it."""
    body = {
        "action": "ExtensionStatus",
        "extension": "1000",
        "status": "Busy",
        "entry_id": "x",
        "device_id": "x",
        "serial_number": "x",
        "parties": "x",
        "raw": "x",
        "truncated": "x",
    }
    data = await report(hass, pbx, events, json.dumps(body))
    assert data["entry_id"] == loaded.entry_id
    assert data["device_id"] == device_id(hass, loaded, "1000")
    assert data["serial_number"] == pbx.state.device.sn
    assert data["parties"] == []
    assert data["raw"] == body
    assert "truncated" not in data
