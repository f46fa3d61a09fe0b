"""Each operation of a P-Series sends exactly this; each frame is an event of this type."""

from collections.abc import Callable
from dataclasses import dataclass
import re
from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.yeastar.const import CONF_SUPERVISION, DOMAIN, EVENT_YEASTAR
from tests.actions.words import refused
from tests.simulator.p_series import PSeriesSimulator
from tests.simulator.p_series.samples import SAMPLES

from .conftest import Act, body_of, deliver

MUM, TAXI = "5503301", "01705550135"
TRUNK = "SIP-142"
JAYSON, AMY, INA = "1000", "1002", "1003"


@dataclass(frozen=True, slots=True)
class Scene:
    """A call from outside that Jayson answered, and its channels."""

    call_id: str
    outside: str
    inside: str


@pytest.fixture
async def scene(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> Scene:
    """Let Jayson talk with his mother."""
    call = pbx.outside_call(MUM, to=JAYSON, trunk=TRUNK)
    pbx.answer(JAYSON)
    await deliver(hass, pbx)
    outside, inside = (member.channel_id for member in call.members)
    return Scene(call.call_id, outside, inside)


type Fields = dict[str, Any]
type Made = Callable[[Scene], Fields]
TO_AMY = {"extension": AMY}
OUTWARDS = {"number": TAXI, "permission_of": INA}


def of_jayson(at: Scene) -> Fields:
    """Return the fields of an action on Jayson's phone."""
    return {"extension": JAYSON}


def inside(at: Scene) -> Fields:
    """Return the body of a request about Jayson's channel."""
    return {"channel_id": at.inside}


def calls_taxi(caller: str) -> Made:
    """Return the body that lets an IVR, a queue or a ring group call outside."""
    return lambda at: {
        "caller": caller,
        "callee": TAXI,
        "dial_permission": INA,
        "auto_answer": "no",
    }


def moves_to(number: str, permission: str) -> Made:
    """Return the body that transfers the caller."""
    return lambda at: {
        "type": "blind",
        "channel_id": at.outside,
        "number": number,
        "dial_permission": permission,
    }


CASES: dict[str, tuple[str, Made, str, Made]]
CASES = {
    "dial inside": (
        "dial",
        lambda at: {"extension": AMY, "number": INA},
        "call/dial",
        lambda at: {"caller": AMY, "callee": INA, "auto_answer": "no"},
    ),
    "dial outside": (
        "dial",
        lambda at: {"extension": AMY, "number": TAXI, "auto_answer": True},
        "call/dial",
        lambda at: {
            "caller": AMY,
            "callee": TAXI,
            "dial_permission": AMY,
            "auto_answer": "yes",
        },
    ),
    "callback": (
        "callback",
        lambda at: {
            "first_number": TAXI,
            "second_number": "0612345678",
            "permission_of": AMY,
        },
        "call/dial",
        lambda at: {"caller": TAXI, "callee": "0612345678", "dial_permission": AMY},
    ),
    "dial to an IVR": (
        "dial_to_ivr",
        lambda at: {"ivr": "6500", **TO_AMY},
        "call/dial",
        lambda at: {"caller": AMY, "callee": "6500", "auto_answer": "no"},
    ),
    "an IVR calls": (
        "dial_to_ivr",
        lambda at: {"ivr": "6500", **OUTWARDS},
        "call/dial",
        calls_taxi("6500"),
    ),
    "a queue calls": (
        "dial_to_queue",
        lambda at: {"queue": "6700", **OUTWARDS},
        "call/dial",
        calls_taxi("6700"),
    ),
    "a ring group calls": (
        "dial_to_ring_group",
        lambda at: {"ring_group": "6200", **OUTWARDS},
        "call/dial",
        calls_taxi("6200"),
    ),
    "hang up a phone": (
        "hang_up",
        of_jayson,
        "call/hangup",
        inside,
    ),
    "transfer inside": (
        "transfer",
        lambda at: {"call_id": at.call_id, **TO_AMY},
        "call/transfer",
        moves_to(AMY, JAYSON),
    ),
    "transfer of a channel": (
        "transfer",
        lambda at: {"call_id": at.outside, **TO_AMY},
        "call/transfer",
        moves_to(AMY, JAYSON),
    ),
    "transfer outside": (
        "transfer",
        lambda at: {"call_id": at.call_id, **OUTWARDS},
        "call/transfer",
        moves_to(TAXI, INA),
    ),
    "hold": (
        "hold",
        of_jayson,
        "call/hold",
        inside,
    ),
    "mute": (
        "mute",
        of_jayson,
        "call/mute",
        inside,
    ),
    "unmute": (
        "unmute",
        of_jayson,
        "call/unmute",
        inside,
    ),
    "play a prompt": (
        "play_prompt",
        lambda at: {"extension": AMY, "prompts": ["hello111.wav"]},
        "call/play_prompt",
        lambda at: {
            "number": AMY,
            "prompts": ["hello111"],
            "count": 1,
            "auto_answer": "no",
        },
    ),
    "play a prompt outside": (
        "play_prompt",
        lambda at: {"prompts": ["hello111"], **OUTWARDS},
        "call/play_prompt",
        lambda at: {
            "number": TAXI,
            "prompts": ["hello111"],
            "count": 1,
            "dial_permission": INA,
            "auto_answer": "no",
        },
    ),
    "send a text message": (
        "send_sms",
        lambda at: {"number": TAXI, "message": "Tea & cake?", "trunk": "GSM-trunk"},
        "sms/create",
        lambda at: {
            "number": TAXI,
            "trunk_name": "GSM-trunk",
            "message": "Tea%20%26%20cake%3F",
        },
    ),
    "do not disturb": (
        "set_do_not_disturb",
        lambda at: {"extension": JAYSON, "enabled": True},
        "extension/update",
        lambda at: {"id": 73, "presence_status": "do_not_disturb"},
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_an_operation_sends_this_and_nothing_else(
    pbx: PSeriesSimulator, scene: Scene, act: Act, case: str
) -> None:
    """By POST, with a User-Agent, on a connection of its own, and accepted."""
    name, data, endpoint, body = CASES[case]
    await act(name, **data(scene))
    posted = [r for r in pbx.requests if r.method == "POST"]
    (request,) = [r for r in posted if r.endpoint != "get_token"]
    assert (request.endpoint, request.body) == (endpoint, body(scene))
    assert request.answer["errcode"] == 0
    assert request.headers["user-agent"]
    assert request.headers["connection"] == "close"


async def test_a_call_is_resumed_by_the_channel_that_holds(
    pbx: PSeriesSimulator, scene: Scene, act: Act
) -> None:
    """As it was held."""
    await act("hold", extension=JAYSON)
    await act("resume", extension=JAYSON)
    assert body_of(pbx, "call/unhold") == {"channel_id": scene.inside}


async def test_a_call_is_hung_up_by_each_channel_that_is_left(
    pbx: PSeriesSimulator, scene: Scene, act: Act
) -> None:
    """Of two, both go with the first."""
    await act("hang_up", call_id=scene.call_id)
    bodies = [r.body for r in pbx.requests if r.endpoint == "call/hangup"]
    assert {"channel_id": scene.outside} in bodies
    assert not pbx.calls


async def test_a_phone_whose_call_no_event_told_is_hung_up(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry, act: Act
) -> None:
    """The PBX is asked for the calls of that phone, and for nothing else before."""
    pbx.deafen_sockets()
    call = pbx.outside_call(MUM, to=JAYSON, trunk=TRUNK)
    pbx.answer(JAYSON)
    pbx.requests.clear()
    await act("hang_up", extension=JAYSON)
    asked = pbx.requests[0]
    assert (asked.endpoint, asked.query["extension"]) == ("call/query", JAYSON)
    assert pbx.requests[1].endpoint == "call/hangup"
    body = {"channel_id": call.members[1].channel_id}
    assert body_of(pbx, "call/hangup") == body
    pbx.deafen_sockets(deaf=False)


@pytest.mark.parametrize(
    ("mode", "word"),
    [("listen", "listen"), ("whisper", "whisper"), ("barge_in", "barge")],
)
async def test_a_supervisor_monitors_the_channel_of_a_phone(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    scene: Scene,
    mode: str,
    word: str,
    hass_admin_user: User,
) -> None:
    """In one of three ways."""
    (entry,) = hass.config_entries.async_loaded_entries(DOMAIN)
    options = {**entry.options, CONF_SUPERVISION: True}
    hass.config_entries.async_update_entry(entry, options=options)
    pbx.state.extensions[JAYSON].may_be_monitored = True
    pbx.state.extensions[INA].monitor_mode = "Extensive"
    await hass.services.async_call(
        DOMAIN,
        "monitor",
        {"supervisor": INA, "extension": JAYSON, "mode": mode},
        blocking=True,
        context=Context(user_id=hass_admin_user.id),
    )
    body = {"monitor": INA, "channel_id": scene.inside, "type": word}
    assert body_of(pbx, "call/listen") == body


@pytest.mark.parametrize("decision", ["accept", "refuse"])
async def test_an_offered_call_is_decided_by_its_channel(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    loaded: MockConfigEntry,
    act: Act,
    decision: str,
) -> None:
    """That of the event that offered it."""
    pbx.state.trunks[TRUNK].answering_control = True
    call = pbx.outside_call(MUM, to=JAYSON, trunk=TRUNK)
    await deliver(hass, pbx)
    await act(f"{decision}_call", call_id=call.call_id)
    body = {"channel_id": call.members[0].channel_id}
    assert body_of(pbx, f"call/{decision}_inbound") == body
    assert not call.offered


async def test_the_legs_of_a_call_are_its_channels(scene: Scene, act: Act) -> None:
    """An action takes each of them in the place of the call's id."""
    (call,) = (await act("get_calls"))["calls"]
    assert call["call_id"] == scene.call_id
    assert set(call["leg_ids"]) == {scene.outside, scene.inside}


async def test_an_extension_is_told_without_its_secrets(
    pbx: PSeriesSimulator, loaded: MockConfigEntry, act: Act
) -> None:
    """Though the PBX answers them."""
    answer = await act("get_extension", extension=JAYSON)
    (request,) = [r for r in pbx.requests if r.endpoint == "extension/get"]
    assert request.query["id"] == "73"
    assert "Web-Secret-1" in str(request.answer)
    assert answer["number"] == JAYSON
    assert "Secret" not in str(answer)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("set_wake_up_call", {"extension": JAYSON, "time": "07:00:00"}),
        ("get_wake_up_calls", {"extension": JAYSON}),
        ("delete_wake_up_call", {"extension": JAYSON, "time": "07:00:00"}),
    ],
)
async def test_wake_up_calls_are_refused_in_words(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    loaded: MockConfigEntry,
    act: Act,
    name: str,
    data: dict[str, str],
) -> None:
    """This PBX has none, and no entity for them; nothing is sent."""
    before = len(pbx.requests)
    with refused("wake_up_calls_unsupported", ServiceValidationError):
        await act(name, **data)
    assert len(pbx.requests) == before
    registry = er.async_get(hass)
    ours = er.async_entries_for_config_entry(registry, loaded.entry_id)
    assert not [entity for entity in ours if "wake_up" in entity.unique_id]


# Events

TYPES = {
    30007: "extension_status",
    30008: "extension_status",
    30009: "presence",
    30010: "trunk_status",
    30011: "call_status",
    30012: "call_record",
    30013: "call_transferred",
    30014: "call_forwarded",
    30015: "call_failed",
    30016: "invite",
    30017: "key_pressed",
    30018: "prompt_ended",
    30019: "survey_result",
    30022: "config_changed",
    30023: "config_changed",
    30025: "queue_agent_paused",
    30026: "queue_agent_no_answer",
    30029: "queue_agent_status",
    30034: "system_event",
    30035: "system_event",
    30036: "system_event",
    30033: "unknown",
    30039: "unknown",
}


@pytest.mark.parametrize("kind", TYPES)
async def test_each_frame_is_one_event_of_its_type(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry, kind: int
) -> None:
    """With fields in snake_case, and the frame itself with its `msg` decoded."""
    frames = [s for s in SAMPLES if s.raw.startswith(f'{{"type":{kind},')]
    text = frames[0].raw if frames else f'{{"type":{kind},"msg":{{"key":"x"}}}}'
    # A frame of another PBX would not be taken.
    text = re.sub('"sn":"[^"]*"', f'"sn":"{pbx.state.device.sn}"', text)
    events = async_capture_events(hass, EVENT_YEASTAR)
    pbx.send_report(text)
    await deliver(hass, pbx)
    (event,) = events
    assert event.data["type"] == TYPES[kind]
    assert event.data["raw"]["type"] == str(kind)
    assert isinstance(event.data["raw"]["msg"], dict)
    assert all(key == key.lower() for key in event.data)
