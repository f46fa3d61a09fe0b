"""What the logbook says of calls and of actions that others should know of."""

from collections.abc import Mapping
from dataclasses import replace
import re
from typing import Any

from homeassistant.components.logbook.helpers import is_sensor_continuous
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.yeastar.const import (
    DOMAIN,
    EVENT_YEASTAR_ACTION,
    EVENT_YEASTAR_ACTIVITY,
    EVENT_YEASTAR_CAUGHT_UP,
)
from custom_components.yeastar.logbook import async_describe_events
from custom_components.yeastar.pbx.calls.call import CallEvent, CallEventType, Outcome
from custom_components.yeastar.presentation import activities, duration
from tests.helpers import add_contact, deliver, pass_time
from tests.simulator import Simulator

GRANDMA = "5503301"


def line(hass: HomeAssistant, event: Event[Any]) -> str:
    """Return the line of the logbook for an event."""
    found = {}

    def describe(domain: str, event_type: str, describer: Any) -> None:
        assert domain == DOMAIN
        found[event_type] = describer

    async_describe_events(hass, describe)
    described = found[str(event.event_type)](event)
    return f"{described['name']} {described['message']}"


@pytest.fixture
def told(hass: HomeAssistant) -> list[Event[Any]]:
    """Return the events of the logbook about calls, as they come."""
    hass.config.components.add("logbook")
    return async_capture_events(hass, EVENT_YEASTAR_ACTIVITY)


async def test_an_answered_call_is_three_sentences(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    told: list[Event[Any]],
) -> None:
    """Names, not numbers, in the order in which it happens."""
    await add_contact(hass, loaded, "Grandma", GRANDMA)
    call = pbx.outside_call(GRANDMA, to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    pbx.answer("1000")
    await deliver(hass, pbx)
    pbx.hang_up_call(call.callid)
    await deliver(hass, pbx)
    await pass_time(hass, 11)
    *lines, last = (line(hass, event) for event in told)
    assert lines == ["Grandma called Jayson", "Jayson answered the call from Grandma"]
    assert re.fullmatch(r"Jayson talked \d s with Grandma", last)


async def test_a_call_inside_the_house_reads_alike(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    told: list[Event[Any]],
) -> None:
    """Both are phones."""
    pbx.internal_call("1000", "1002")
    pbx.answer("1002")
    await deliver(hass, pbx)
    assert [line(hass, event) for event in told] == [
        "Jayson called Amy",
        "Amy answered the call from Jayson",
    ]


async def test_sentences_stand_on_the_page_of_the_phone(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    pbx: Simulator,
    loaded: MockConfigEntry,
    told: list[Event[Any]],
) -> None:
    """The logbook chooses by the device, and its card by an entity."""
    pbx.outside_call(GRANDMA, to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    device = device_registry.async_get_device_by_identifier(
        (DOMAIN, f"{loaded.unique_id}_1000"), loaded.entry_id
    )
    assert device
    assert told[0].data["device_id"] == device.id
    assert told[0].data["entity_id"] == "binary_sensor.jayson_online"


async def test_each_phone_of_a_group_misses_a_call(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    told: list[Event[Any]],
) -> None:
    """On its own page."""
    call = pbx.outside_call(GRANDMA, to="6200", trunk="SIP-142")
    await deliver(hass, pbx)
    pbx.outside_hangs_up(call)
    await deliver(hass, pbx)
    await pass_time(hass, 11)
    assert sorted(line(hass, event) for event in told[1:]) == [
        "Amy missed a call from 5503301",
        "Jayson missed a call from 5503301",
    ]


async def test_a_call_of_no_phone_stands_on_the_page_of_the_pbx(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    told: list[Event[Any]],
) -> None:
    """An IVR rings no phone."""
    pbx.outside_call(GRANDMA, to="6500", trunk="SIP-142")
    await deliver(hass, pbx)
    await pass_time(hass, 11)
    assert told[0].data["device_id"] == loaded.runtime_data.device_id
    assert told[0].data["entity_id"] == "binary_sensor.yeastar_s100_reports"


async def test_a_caller_without_a_number_has_a_word(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    told: list[Event[Any]],
) -> None:
    """That of the entities."""
    pbx.outside_call("anonymous", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert line(hass, told[0]) == "Withheld number called Jayson"


@pytest.mark.parametrize(
    "entity_id",
    [
        "sensor.jayson",
        "sensor.jayson_connected_party",
        "sensor.jayson_missed_calls",
        "sensor.sip_142",
        "sensor.yeastar_s100_inbound_calls",
        "sensor.yeastar_s100_last_call",
        "sensor.yeastar_s100_missed_calls",
    ],
)
async def test_sensors_that_change_with_each_call_have_no_rows(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    loaded: MockConfigEntry,
    entity_id: str,
) -> None:
    """The sentences say it better; Home Assistant takes these sensors for numbers."""
    assert hass.states.get(entity_id)
    assert is_sensor_continuous(hass, entity_registry, entity_id)


async def test_the_event_entities_of_calls_are_disabled_at_first(
    entity_registry: er.EntityRegistry, loaded: MockConfigEntry
) -> None:
    """The logbook has no way to leave them out."""
    calls = {
        entity.disabled_by
        for entity in er.async_entries_for_config_entry(
            entity_registry, loaded.entry_id
        )
        if entity.unique_id.endswith("_call") and entity.domain == "event"
    }
    assert calls == {er.RegistryEntryDisabler.INTEGRATION}


async def test_without_a_logbook_there_is_nothing_to_tell(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The events are for it alone."""
    events = async_capture_events(hass, EVENT_YEASTAR_ACTIVITY)
    pbx.internal_call("1000", "1002")
    await deliver(hass, pbx)
    assert not events


async def test_a_call_that_goes_on_is_no_news_after_a_start(
    hass: HomeAssistant,
    pbx: Simulator,
    entry: MockConfigEntry,
    reachable: None,
    told: list[Event[Any]],
) -> None:
    """What the first poll shows is not announced."""
    pbx.outside_call(GRANDMA, to="1000", trunk="SIP-142")
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert not told
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome.BUSY, "Jayson did not reach Amy: busy"),
        (Outcome.CALLER_NO_ANSWER, "Jayson did not pick up to call Amy"),
        (Outcome.NO_PERMISSION, "Jayson may not call Amy"),
        (Outcome.TRANSFERRED, "Jayson was transferred"),
        (Outcome.VOICEMAIL, "Jayson reached the voicemail"),
        (Outcome.REFUSED, "Jayson did not reach Amy"),
        (Outcome.FAILED, "Jayson did not reach Amy"),
    ],
)
async def test_every_end_of_a_call_has_a_sentence(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    outcome: Outcome,
    expected: str,
) -> None:
    """About who called."""
    pbx.internal_call("1000", "1002")
    await deliver(hass, pbx)
    (call,) = loaded.runtime_data.calls.living.values()
    ended = replace(call, outcome=outcome)
    event = CallEvent(type=CallEventType.ENDED, call=ended)
    (activity,) = activities(loaded.runtime_data.names, event)
    data: Mapping[str, Any] = {
        "sentence": activity.sentence,
        "name": activity.name,
        "other": activity.other,
        "seconds": activity.seconds,
    }
    assert line(hass, Event(EVENT_YEASTAR_ACTIVITY, data)) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (200, "3 min"), (5400, "1 h 30 min")],
)
def test_a_duration_is_short(seconds: int, expected: str) -> None:
    """In units that all languages share."""
    assert duration(seconds) == expected


async def test_sentences_are_in_the_language_of_home_assistant(
    hass: HomeAssistant,
    pbx: Simulator,
    entry: MockConfigEntry,
    reachable: None,
    told: list[Event[Any]],
) -> None:
    """That of its settings."""
    hass.config.language = "de"
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    pbx.internal_call("1000", "1002")
    await deliver(hass, pbx)
    assert line(hass, told[0]) == "Jayson hat Amy angerufen"
    await hass.config_entries.async_unload(entry.entry_id)


# Actions


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            {"supervisor": "Ann", "mode": "listen", "asked_by": "X"},
            "Ann listened to a call of Amy, asked by X",
        ),
        (
            {"supervisor": "Ann", "mode": "whisper", "asked_by": "X"},
            "Ann spoke to Amy during a call, asked by X",
        ),
        (
            {"supervisor": "Ann", "mode": "barge_in", "asked_by": "X"},
            "Ann joined a call of Amy, asked by X",
        ),
        ({"action": "dial"}, "Amy auto-answered, asked by an automation"),
    ],
)
def test_who_opened_whose_microphone_is_named(
    hass: HomeAssistant, data: dict[str, str], expected: str
) -> None:
    """With who asked for it."""
    event: Event[Any] = Event(EVENT_YEASTAR_ACTION, {"extension": "Amy", **data})
    assert line(hass, event) == expected


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            {"action": "dial", "callee": "Grandma", "via": "voice"},
            "by voice (unknown user): call Grandma",
        ),
        (
            {"action": "transfer", "callee": "Ann", "via": "voice", "asked_by": "X"},
            "by voice (X): transfer to Ann",
        ),
        ({"action": "ring", "via": "voice", "asked_by": "X"}, "by voice (X): ring"),
        (
            {"action": "hang_up", "via": "llm", "asked_by": "X"},
            "by a language model (X): hang up",
        ),
        (
            {"action": "set_do_not_disturb", "quiet": "off", "via": "llm"},
            "by a language model (unknown user): do not disturb off",
        ),
        (
            {"action": "send_sms", "via": "llm", "asked_by": "X"},
            "by a language model (X): text message",
        ),
    ],
)
def test_what_was_said_and_what_a_model_did_is_told(
    hass: HomeAssistant, data: dict[str, str], expected: str
) -> None:
    """With who asked for it, and how."""
    event: Event[Any] = Event(EVENT_YEASTAR_ACTION, {"extension": "Amy", **data})
    assert line(hass, event) == f"Amy was asked {expected}"


async def test_calls_that_were_not_seen(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """The PBX tells of them, also after it was removed."""
    data = {"entry_id": loaded.entry_id, "calls": 3, "missed": 2}
    event: Event[Any] = Event(EVENT_YEASTAR_CAUGHT_UP, data)
    told = "reported calls that were not seen: 3, missed: 2"
    assert line(hass, event) == f"Yeastar S100 {told}"
    assert line(hass, Event(EVENT_YEASTAR_CAUGHT_UP, data | {"entry_id": "gone"})) == (
        f"yeastar {told}"
    )
