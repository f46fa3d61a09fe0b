"""What the logbook says of calls and of actions that others should know of."""

from typing import Any

from homeassistant.core import Event, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.yeastar.const import (
    DOMAIN,
    EVENT_YEASTAR_ACTION,
    EVENT_YEASTAR_CALL,
)
from custom_components.yeastar.logbook import async_describe_events
from tests.simulator import Simulator


def line(hass: HomeAssistant, event: Event[Any]) -> str:
    """Return the line of the logbook for an event."""
    found = {}

    def describe(domain: str, event_type: str, describer: Any) -> None:
        assert domain == DOMAIN
        found[event_type] = describer

    async_describe_events(hass, describe)
    described = found[str(event.event_type)](event)
    return f"{described['name']} {described['message']}"


async def test_a_call_reads_like_a_sentence(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Names, not numbers, in the order in which it happens."""
    events = async_capture_events(hass, EVENT_YEASTAR_CALL)
    pbx.internal_call("1000", "1002")
    pbx.answer("1002")
    await pbx.settle()
    await hass.async_block_till_done()
    assert [line(hass, event) for event in events] == [
        "Jayson calls Amy",
        "Amy answered Jayson",
    ]


async def test_a_call_that_goes_on_is_no_news_after_a_start(
    hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry, reachable: None
) -> None:
    """What the first poll shows is not announced."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    events = async_capture_events(hass, EVENT_YEASTAR_CALL)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert not events
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"type": "received", "from": "55", "to_name": "Amy"}, "55 calls Amy"),
        ({"type": "received"}, "Somebody calls somebody"),
        ({"type": "missed", "from": "55", "to_name": "Amy"}, "Amy missed a call of 55"),
        ({"type": "failed", "from": "55", "to": "66"}, "55 could not reach 66"),
        ({"type": "transferred", "from": "55"}, "55 was transferred"),
        ({"type": "key_pressed", "from": "55", "key": "1"}, "55 pressed 1"),
        ({"type": "ended", "from": "55", "to": "66"}, "55 and 66 ended their call"),
    ],
)
def test_everything_that_happens_has_a_line(
    hass: HomeAssistant, data: dict[str, str], expected: str
) -> None:
    """Whatever is known or not."""
    assert line(hass, Event(EVENT_YEASTAR_CALL, data)) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            {
                "supervisor": "Ann",
                "extension": "Amy",
                "mode": "listen",
                "asked_by": "X",
            },
            "Ann listens to the call of Amy, asked by X",
        ),
        (
            {"extension": "Amy", "action": "dial"},
            "Amy shall answer by itself (dial), asked by an automation",
        ),
    ],
)
def test_who_opened_whose_microphone_is_named(
    hass: HomeAssistant, data: dict[str, str], expected: str
) -> None:
    """With who asked for it."""
    assert line(hass, Event(EVENT_YEASTAR_ACTION, data)) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            {"action": "dial", "callee": "Grandma", "via": "voice"},
            "call Grandma, asked by somebody by voice",
        ),
        (
            {"action": "transfer", "callee": "Ann", "via": "voice", "asked_by": "X"},
            "hand its call over to Ann, asked by X by voice",
        ),
        (
            {"action": "ring", "via": "voice", "asked_by": "X"},
            "ring, asked by X by voice",
        ),
        (
            {"action": "hang_up", "via": "llm", "asked_by": "X"},
            "hang up, asked by X through a language model",
        ),
        (
            {
                "action": "set_do_not_disturb",
                "quiet": "off",
                "via": "llm",
                "asked_by": "X",
            },
            "be quiet: off, asked by X through a language model",
        ),
        (
            {"action": "send_sms", "via": "llm", "asked_by": "X"},
            "get a text message, asked by X through a language model",
        ),
    ],
)
def test_what_was_said_and_what_a_model_did_is_told(
    hass: HomeAssistant, data: dict[str, str], expected: str
) -> None:
    """With who asked for it, and how."""
    event: Event[Any] = Event(EVENT_YEASTAR_ACTION, {"extension": "Amy", **data})
    assert line(hass, event) == f"Amy shall {expected}"
