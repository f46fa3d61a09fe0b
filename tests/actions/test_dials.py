"""Calls that a part of the PBX goes on with, and the numbers they go to."""

import asyncio
from collections.abc import Callable, Generator
from unittest.mock import patch

from homeassistant.auth.models import User
from homeassistant.core import Event, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.yeastar.const import (
    CONF_NUMBER_FORMAT,
    CONF_OUTSIDE_CALLS,
    CONF_OUTSIDE_PREFIX,
    EVENT_YEASTAR_ACTION,
)
from custom_components.yeastar.phonebook import destinations
from custom_components.yeastar.phonebook.numbers import NumberFormat, NumberPlan
from tests.simulator import Fault, Simulator

from .conftest import Act, Sent
from .words import refused

OUT = {"number": "41000", "permission_of": "Jayson"}
STARTS = [
    ("dial_to_ivr", {"ivr": "6500", "extension": "1002"}, "ivr/dial_extension"),
    ("dial_to_ivr", {"ivr": "welcome", **OUT}, "ivr/dial_outbound"),
    ("dial_to_queue", {"queue": "Support", **OUT}, "queue/dial_outbound"),
    ("dial_to_ring_group", {"ring_group": 6200, **OUT}, "ringgroup/dial_outbound"),
    (
        "callback",
        {"first_number": "1002", "second_number": "41 000", "permission_of": "1000"},
        "outbound/dial_outbound",
    ),
    ("play_prompt", {"extension": "1002", "prompts": "111"}, "extension/playprompt"),
    (
        "play_prompt",
        {"prompts": ["1", "queue1", "queue2"], **OUT},
        "outbound/playprompt",
    ),
]
EVERY_START = pytest.mark.parametrize(
    ("action", "data", "endpoint"), STARTS, ids=[endpoint for _, _, endpoint in STARTS]
)


@EVERY_START
async def test_it_starts(
    pbx: Simulator,
    act: Act,
    sent: Sent,
    action: str,
    data: dict[str, object],
    endpoint: str,
) -> None:
    """One request goes out, and the id of the call comes back."""
    answer = await act(action, **data)
    (call,) = pbx.calls.values()
    assert answer == {"call_id": call.callid}
    assert len(sent(endpoint)) == 1


@EVERY_START
async def test_what_goes_wrong(
    pbx: Simulator,
    act: Act,
    sent: Sent,
    action: str,
    data: dict[str, object],
    endpoint: str,
) -> None:
    """Gone, lost, nonsense and a dead token: nothing is ever sent twice."""
    pbx.fail_next(Fault.CLOSE_AFTER, endpoint=endpoint)
    with refused("unconfirmed", HomeAssistantError):
        await act(action, **data)
    assert len(sent(endpoint)) == 1
    pbx.fail_next(Fault.HTML, endpoint=endpoint)
    with refused("nonsense", HomeAssistantError):
        await act(action, **data)
    assert len(sent(endpoint)) == 2
    pbx.refuse_next(20006, endpoint)
    assert await act(action, **data)
    assert len(sent(endpoint)) == 4
    await pbx.stop()
    with refused("cannot_connect", HomeAssistantError):
        await act(action, **data)


@EVERY_START
async def test_who_may_only_look(
    pbx: Simulator,
    act: Act,
    sent: Sent,
    reader: User,
    action: str,
    data: dict[str, object],
    endpoint: str,
) -> None:
    """Somebody without control is refused before anything is sent."""
    before = len(pbx.requests)
    with pytest.raises(Unauthorized):
        await act(action, user=reader, **data)
    assert len(pbx.requests) == before


@EVERY_START
async def test_outside_calls_for_administrators(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    act: Act,
    sent: Sent,
    ordinary: User,
    action: str,
    data: dict[str, object],
    endpoint: str,
) -> None:
    """The option keeps ordinary people from outside numbers, and from no others."""
    hass.config_entries.async_update_entry(
        loaded, options={CONF_OUTSIDE_CALLS: "administrators"}
    )
    if "extension" in data:
        assert await act(action, user=ordinary, **data)
    else:
        with refused("outside_administrators"):
            await act(action, user=ordinary, **data)
    assert await act(action, **data)


@pytest.mark.parametrize(
    ("action", "data", "key"),
    [
        ("dial_to_ivr", {"ivr": "6599", "extension": "1000"}, "ivr_unknown"),
        ("dial_to_queue", {"queue": "Nobody", **OUT}, "queue_unknown"),
        ("dial_to_ivr", {"ivr": "6500"}, "one_of"),
        ("dial_to_ivr", {"ivr": "6500", "extension": "1000", **OUT}, "one_of"),
        ("dial_to_ivr", {"ivr": "6500", "number": "41000"}, "permission_of_needed"),
        ("play_prompt", {"prompts": ["a+b"], "extension": "1000"}, "prompt_name"),
        ("play_prompt", {"prompts": [" "], "extension": "1000"}, "prompt_name"),
    ],
)
async def test_wrong_input(
    pbx: Simulator, act: Act, action: str, data: dict[str, object], key: str
) -> None:
    """Each mistake has its sentence, and starts nothing."""
    with refused(key):
        await act(action, **data)
    assert not pbx.calls


async def test_what_there_is_is_named(act: Act) -> None:
    """Somebody who mistook a number reads which there are."""
    with refused("ivr_unknown") as said:
        await act("dial_to_ivr", ivr="6599", extension="1000")
    assert "6500 (Welcome)" in said.sentence


@pytest.fixture
def without_lists(pbx: Simulator) -> None:
    """Let the PBX refuse to tell its IVRs from the start."""
    pbx.refuse_next(10003, "ivr/query", 5)


@pytest.mark.usefixtures("without_lists")
async def test_a_pbx_that_does_not_tell_judges_itself(act: Act) -> None:
    """A list that cannot be had blocks nothing."""
    with refused("pbx_ivr_unknown", HomeAssistantError):
        await act("dial_to_ivr", ivr="6599", extension="1000")
    assert await act("dial", extension="1000", number="6500")


@pytest.mark.parametrize(
    ("number", "key", "action"),
    [("6500", "number_is_ivr", "dial_to_ivr"), ("67 00", "number_is_queue", "_queue")],
)
async def test_dial_refuses_menus(
    pbx: Simulator, act: Act, number: str, key: str, action: str
) -> None:
    """The sentence says what a person can do, and names the action to use.

    The lists are asked for once.
    """
    for _ in range(2):
        with refused(key) as said:
            await act("dial", extension="1000", number=number)
        for_all, _, for_automations = said.sentence.partition("An automation")
        assert f"Dial {number.replace(' ', '')} on the phone" in for_all
        assert action in for_automations
    assert not pbx.calls
    assert sum(item.endpoint == "ivr/query" for item in pbx.requests) == 1


@pytest.fixture
def slow_lists(pbx: Simulator) -> Generator[None]:
    """Let the PBX never finish to tell its IVRs."""
    pbx.fail_next(Fault.HANG, 9, "ivr/query")
    with patch.object(destinations, "PATIENCE", 1):
        yield


@pytest.mark.usefixtures("slow_lists")
async def test_a_pbx_that_is_slow_to_tell_blocks_no_call(
    pbx: Simulator, act: Act
) -> None:
    """Dialling goes on without the lists, which are not asked for again at once."""
    assert await act("dial", extension="1000", number="01705550134")
    assert await act("dial", extension="1002", number="41000")
    assert sum(item.endpoint == "ivr/query" for item in pbx.requests) == 1


async def test_waiting_for_a_prompt(pbx: Simulator, act: Act) -> None:
    """The answer says what became of the call."""
    waiting = asyncio.create_task(
        act("play_prompt", extension="1000", prompts=["111"], wait_for="answered")
    )
    while not pbx.calls:
        await asyncio.sleep(0.01)
    (call,) = pbx.calls.values()
    await pbx.settle()
    pbx.answer("1000")
    answer = await waiting
    assert answer["call_id"] == call.callid
    assert (answer["outcome"], answer["answered_by"]) == ("answered", "1000")


# Microphones


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("dial", {"extension": "1000", "number": "1002"}),
        ("dial_to_ivr", {"extension": "1000", "ivr": "6500"}),
        ("play_prompt", {"extension": "1000", "prompts": ["111"]}),
    ],
)
async def test_auto_answer(
    hass: HomeAssistant,
    pbx: Simulator,
    act: Act,
    ordinary: User,
    hass_admin_user: User,
    action: str,
    data: dict[str, object],
) -> None:
    """Administrators and automations open microphones, and the logbook knows."""
    events: list[Event] = async_capture_events(hass, EVENT_YEASTAR_ACTION)
    with refused("auto_answer_administrators"):
        await act(action, auto_answer=True, user=ordinary, **data)
    assert not events
    await act(action, auto_answer=True, **data)
    body = [item.body for item in pbx.requests if "autoanswer" in (item.body or {})]
    assert body[-1]["autoanswer"] == "yes"
    await act(action, auto_answer=True, user=hass_admin_user, **data)
    assert [event.data["asked_by"] for event in events] == ["", hass_admin_user.name]
    assert {event.data["extension"] for event in events} == {"Jayson"}
    await act(action, **data)
    assert len(events) == 2


# Outside numbers


async def test_prefix_and_form(
    hass: HomeAssistant, loaded: MockConfigEntry, act: Act, sent: Sent
) -> None:
    """They apply to outside numbers, not to extensions and not to a callback."""
    hass.config.country = "DE"
    hass.config_entries.async_update_entry(
        loaded, options={CONF_OUTSIDE_PREFIX: "9", CONF_NUMBER_FORMAT: "national"}
    )
    await act("dial", extension="1000", number="+49 30 1234567")
    assert sent("extension/dial_outbound")[0]["outto"] == "90301234567"
    await act("dial", extension="1003", number="1002")
    assert sent("extension/dial_extension")[0]["callee"] == "1002"
    await act(
        "callback",
        first_number="+49301234567",
        second_number="41000",
        permission_of="1000",
    )
    (body,) = sent("outbound/dial_outbound")
    assert (body["caller"], body["outto"]) == ("+49301234567", "41000")


@pytest.mark.parametrize(
    ("number", "country", "national", "international"),
    [
        ("+49301234567", "DE", "0301234567", "0049301234567"),
        ("0301234567", "DE", "0301234567", "0049301234567"),
        ("+33142685300", "DE", "0033142685300", "0033142685300"),
        ("+442079460000", "US", "011442079460000", "00442079460000"),
        ("0033142685300", "DE", "0033142685300", "0033142685300"),
        ("+390612345678", "IT", "0612345678", "00390612345678"),
        ("112", "DE", "112", "112"),
        ("110", "DE", "110", "110"),
        ("41000", "DE", "41000", "41000"),
        ("*72#", "DE", "*72#", "*72#"),
        ("+49301234567", None, "+49301234567", "0049301234567"),
        ("0301234567", None, "0301234567", "0301234567"),
    ],
)
def test_forms(
    number: str, country: str | None, national: str, international: str
) -> None:
    """What is no full number stays as it is."""
    for number_format, expected in (
        (NumberFormat.AS_STORED, number),
        (NumberFormat.NATIONAL, national),
        (NumberFormat.INTERNATIONAL_00, international),
    ):
        plan = NumberPlan(country, number_format=number_format)
        assert plan.dialled(number) == expected


async def test_a_device_says_which_pbx(
    act: Act, sent: Sent, device_id: Callable[[str], str]
) -> None:
    """Also when it is the one whose permission is used."""
    await act(
        "dial_to_queue",
        queue="6700",
        number="41000",
        permission_of=device_id("1000"),
    )
    assert sent("queue/dial_outbound")[0]["fromext"] == "1000"
