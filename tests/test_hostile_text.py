"""Whoever calls chooses a name and a number: neither does harm, however odd."""

from collections.abc import Callable, Iterator, Mapping
import logging
from typing import Any
import unicodedata

from homeassistant.components.logbook import LOGBOOK_ENTRY_MESSAGE, LOGBOOK_ENTRY_NAME
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.json import json_bytes
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.yeastar.const import (
    DOMAIN,
    EVENT_YEASTAR,
    EVENT_YEASTAR_ACTIVITY,
    EVENT_YEASTAR_CALL,
)
from custom_components.yeastar.logbook import async_describe_events
from custom_components.yeastar.pbx.calls.call import CallEventType
from custom_components.yeastar.pbx.s_series.listings import read_extension
from custom_components.yeastar.pbx.s_series.reports import parse_report
from custom_components.yeastar.pbx.wire import MAX_TEXT, text
from custom_components.yeastar.phonebook.callers import shown_caller
from tests.helpers import deliver, members_of, pass_time, state_of
from tests.simulator import Simulator

JAYSON = "sensor.jayson_connected_party"
HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "template": "{{ states.sensor | list }}{% for x in range(9**9) %}{% endfor %}",
    "markdown": "[click](javascript:alert(1)) ![](http://192.0.2.1/x.png)",
    "new line": "Anna\r\n2026-01-01 ERROR (MainThread) [root] All is lost",
    "line separator": "Anna\u2028Berta\u2029Clara\u0085Doris",
    "terminal": "Anna\x1b]0;owned\x07\x1b[31m\x9b31m",
    "NUL": "Anna\0Berta",
    "bidi": "Anna \u202e10550\u202c \u2066\u2067x\u2069 \u200f\u061c",
    "invisible": "An\u200bna\ufeff\u2060 \U000e0041\U000e007f\ufff9x\ufffa\ufffb",
    "long": "x" * 10_000,
    "long and wide": "\N{PILE OF POO}" * 10_000,
    "combining": "a" + "\u0301" * 10_000,
}
# What is allowed of the characters that are not seen: joiners of letters.
JOINERS = "\u200c\u200d"


def is_harmless(line: str) -> bool:
    """Return whether it is one line that is shown as it is stored."""
    return (
        len(line) <= MAX_TEXT
        and line == line.strip()
        and all(
            unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
            or character in JOINERS
            for character in line
        )
    )


def texts_in(value: object) -> Iterator[str]:
    """Walk through everything that was written somewhere."""
    match value:
        case str():
            yield value
        case Mapping():
            for key, inner in value.items():
                yield from texts_in(key)
                yield from texts_in(inner)
        case list() | tuple():
            for inner in value:
                yield from texts_in(inner)


def harmful_in(value: object) -> list[str]:
    """Return what could do harm."""
    return [found for found in texts_in(value) if not is_harmless(found)]


@pytest.fixture(params=HOSTILE)
def hostile(request: pytest.FixtureRequest) -> str:
    """Return what somebody calls himself."""
    return HOSTILE[request.param]


# A word of the PBX


def test_every_text_is_one_harmless_line(hostile: str) -> None:
    """And stays the same if it is read again."""
    line = text(f" \t{hostile}\n")
    assert line
    assert is_harmless(line)
    assert text(line) == line


@pytest.mark.parametrize(
    "name",
    [
        "Ina Tang",
        "Jérôme O'Neil-Müller <3",
        "田中 太郎",
        "\u0645\u06cc\u200c\u062e\u0648\u0631",  # with a joiner that it needs
        "\N{WOMAN}\u200d\N{PERSONAL COMPUTER}",
        "+49 (30) 123-45*6#",
    ],
)
def test_a_name_is_left_as_it_is(name: str) -> None:
    """Whatever language it is in."""
    assert text(name) == name


def test_the_ends_of_lines_part_words() -> None:
    """What was hidden goes without a trace."""
    assert text("Anna\r\nBerta") == "Anna Berta"
    assert text("An\u202ena\0") == "Anna"


def test_half_a_surrogate_pair_is_no_text() -> None:
    """It could neither be sent nor stored."""
    assert read_extension({"extnumber": "1", "username": "A\ud83d"}).name == "A?"


@pytest.mark.parametrize("key", ["password\0", "pass\u200bword", " \u202ePASSWORD"])
def test_a_secret_does_not_hide_behind_what_is_not_seen(key: str) -> None:
    """Its name would be tidied up later."""
    body = json_bytes({"action": "X", key: "sesame", "inner": {key: "sesame"}})
    report = parse_report(body)
    assert "sesame" not in str(report)


def test_a_long_text_stays_whole_in_what_the_pbx_sent() -> None:
    """But not in the fields of ours."""
    report = parse_report(json_bytes({"action": "X", "reason": "x" * 1000}))
    assert report.fields["reason"] == "x" * MAX_TEXT
    assert report.raw["reason"] == "x" * 1000


def test_the_name_of_a_field_is_bounded() -> None:
    """It becomes a key of an event."""
    report = parse_report(json_bytes({"action": "X", "k" * 9000: "1"}))
    assert max(map(len, report.fields)) <= MAX_TEXT


# From end to end


def line_of(hass: HomeAssistant, event: Event[Any]) -> dict[str, str]:
    """Return what the logbook makes of an event."""
    describers: dict[str, Callable[[Event[Any]], dict[str, str]]] = {}
    async_describe_events(
        hass, lambda domain, kind, describe: describers.update({kind: describe})
    )
    return describers[str(event.event_type)](event)


async def test_a_hostile_caller_is_shown_bounded(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    hostile: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """In states, attributes, events, the logbook and the call log."""
    caplog.set_level(logging.DEBUG, "custom_components.yeastar")
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    reports = async_capture_events(hass, EVENT_YEASTAR)
    calls = async_capture_events(hass, EVENT_YEASTAR_CALL)
    hass.config.components.add("logbook")
    lines = async_capture_events(hass, EVENT_YEASTAR_ACTIVITY)
    call = pbx.outside_call(hostile, to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    await pass_time(hass, 11)
    shown = state_of(hass, JAYSON)
    assert shown == (shown_caller(text(hostile)) or "unknown_number")
    assert not set(shown) & set("<>[](){}|`!&")
    pbx.answer("1000")
    await deliver(hass, pbx)
    pbx.hang_up_call(call.callid)
    await deliver(hass, pbx)
    await pass_time(hass, 11)

    assert changes
    for change in changes:
        new = change.data["new_state"]
        assert new
        assert not harmful_in(new.as_dict())
    assert reports
    for report in reports:
        assert not harmful_in({**report.data, "raw": None})
    assert [event.data["type"] for event in calls] == [
        CallEventType.RECEIVED,
        CallEventType.ANSWERED,
        CallEventType.ENDED,
    ]
    for event in calls:
        assert not harmful_in(event.data)
    assert len(lines) == 3
    for event in lines:
        assert not harmful_in(event.data)
        line = line_of(hass, event)
        assert "\n" not in line[LOGBOOK_ENTRY_NAME] + line[LOGBOOK_ENTRY_MESSAGE]
    log = await hass.services.async_call(
        DOMAIN, "get_call_log", {}, blocking=True, return_response=True
    )
    assert log
    assert not harmful_in(log)
    assert shown in texts_in(log)
    ours = [r for r in caplog.records if r.name.startswith("custom_components")]
    assert ours
    assert all(record.getMessage().isprintable() for record in ours)


async def test_a_hostile_name_of_a_phone_is_shown_bounded(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
    pbx: Simulator,
    loaded: MockConfigEntry,
    hostile: str,
) -> None:
    """A new phone gets its entities and their ids, an old one its new name."""
    pbx.rename_extension("1000", hostile)
    pbx.add_extension("1999", hostile)
    await deliver(hass, pbx)
    await pass_time(hass, 31)

    devices = members_of(hass, loaded)
    assert [device.name for device in devices].count(text(hostile)) == 2
    assert not harmful_in([device.name for device in devices])
    new = [
        entity.entity_id
        for entity in entity_registry.entities.values()
        if "_1999_" in entity.unique_id and not entity.disabled
    ]
    assert len(new) >= 5
    assert all(hass.states.get(entity_id) for entity_id in new)
    for state in hass.states.async_all():
        # A friendly name is made of several names and has no limit of its own.
        attributes = {**state.attributes, "friendly_name": None}
        assert not harmful_in([state.entity_id, state.state, attributes])
        assert state.name.isprintable()
    assert state_of(hass, "sensor.jayson") == "idle"


async def test_a_hostile_caller_survives_a_restart(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, hostile: str
) -> None:
    """What was stored is what is read."""
    pbx.outside_call(hostile, to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    pbx.reject("1000")
    await deliver(hass, pbx)
    await pass_time(hass, 11)
    (before,) = loaded.runtime_data.calls.log.values()
    assert before.caller == text(hostile)

    assert await hass.config_entries.async_reload(loaded.entry_id)

    (after,) = loaded.runtime_data.calls.log.values()
    assert after == before


async def test_what_the_pbx_sent_is_a_line_in_events_too(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The raw body keeps its length, but nothing that is not seen."""
    events = async_capture_events(hass, EVENT_YEASTAR)
    pbx.send_report(
        b'{"action":"Strange","na\\u0000me":"a\\u202e\\ud83d\\u0000b\\nc","n":"'
        + b"y" * 1500
        + b'"}'
    )
    await deliver(hass, pbx)
    (event,) = events
    assert event.data["raw"] == {"action": "Strange", "name": "a?b c", "n": "y" * 1500}
    assert event.data["name"] == "a?b c"


async def test_words_that_nobody_knows_do_not_fill_the_log(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Each is said once, and a flood of them not at all."""
    for number in range(100):
        pbx.send_report(
            {"action": "ExtensionStatus", "extension": "1000", "status": f"x{number}"}
        )
    await deliver(hass, pbx)
    assert caplog.text.count("reports a state that is not documented") == 20
