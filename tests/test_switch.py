"""Do not disturb as a switch: what it shows, what it sends, and what is said if it fails."""

import asyncio
from datetime import timedelta
from itertools import pairwise
import time

from homeassistant.components.switch import DOMAIN as SWITCH
from homeassistant.const import (
    ATTR_ENTITY_ID,
    EVENT_STATE_CHANGED,
    SERVICE_TURN_OFF,
    SERVICE_TURN_ON,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.yeastar.const import DOMAIN
from custom_components.yeastar.features import extension_settings, write_queue
from custom_components.yeastar.pbx.models import ExtensionChange
from tests.helpers import deliver, learn_slow_facts, pass_time, requests_of, state_of
from tests.simulator import Fault, Simulator

from .actions.words import refused

JAYSON = "switch.jayson_do_not_disturb"
AMY = "switch.amy_do_not_disturb"
NEW_FIRMWARE = "30.11.0.7"


@pytest.fixture(autouse=True)
def new_firmware(pbx: Simulator) -> None:
    """Let the PBX be one that changes harm nobody on."""
    pbx.state.device.firmwarever = NEW_FIRMWARE


async def turn(hass: HomeAssistant, service: str, entity_id: str = JAYSON) -> None:
    """Turn the switch."""
    await hass.services.async_call(
        SWITCH, service, {ATTR_ENTITY_ID: entity_id}, blocking=True
    )


@pytest.fixture
def read_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let settings be read when a test says so, however slow the machine is."""
    monkeypatch.setattr(extension_settings, "SOON", 60)


async def test_it_shows_what_the_pbx_has(
    hass: HomeAssistant, pbx: Simulator, read_late: None, loaded: MockConfigEntry
) -> None:
    """Nothing before it was read."""
    pbx.state.extensions["1000"].dnd = True
    assert state_of(hass, JAYSON) == STATE_UNKNOWN
    await pass_time(hass, 60)
    assert (state_of(hass, JAYSON), state_of(hass, AMY)) == (STATE_ON, STATE_OFF)


async def test_it_is_turned_on_and_off(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Once each, and shown as the PBX has it afterwards."""
    monkeypatch.setattr(write_queue, "GAP", 0.0)
    for service, state in ((SERVICE_TURN_ON, STATE_ON), (SERVICE_TURN_OFF, STATE_OFF)):
        await turn(hass, service)
        assert pbx.state.extensions["1000"].dnd is (state == STATE_ON)
        assert state_of(hass, JAYSON) == state
    assert [item.body for item in requests_of(pbx, "extension/update")] == [
        {"extid": "1000", "dnd": "on"},
        {"extid": "1000", "dnd": "off"},
    ]


async def test_what_is_so_already_is_not_sent(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Each change is one that the PBX applies for all of its phones."""
    pbx.state.extensions["1000"].dnd = True
    await turn(hass, SERVICE_TURN_ON)
    assert state_of(hass, JAYSON) == STATE_ON
    assert not requests_of(pbx, "extension/update")


async def test_a_value_that_is_not_kept(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """It is told, and the switch shows what is true."""
    pbx.quirks.forgets = {"dnd"}
    with refused("setting_not_kept", HomeAssistantError) as said:
        await turn(hass, SERVICE_TURN_ON)
    assert "Jayson" in said.sentence
    assert state_of(hass, JAYSON) == STATE_OFF


@pytest.mark.parametrize(
    ("endpoint", "errno", "key"),
    [
        ("extension/query", 30001, "pbx_internal"),
        ("extension/query", 10006, "pbx_extension_unknown"),
        ("extension/query", 10003, "pbx_unsupported_request"),
        ("extension/query", 10004, "pbx_parameter_blank"),
        ("extension/query", 20010, "pbx_service_unreachable"),
        ("extension/query", 30003, "pbx_service_not_running"),
        ("extension/query", 12345, "pbx_refused"),
        ("extension/update", 10003, "pbx_unsupported_request"),
        ("extension/update", 10004, "pbx_parameter_blank"),
        ("extension/update", 10006, "pbx_extension_unknown"),
        ("extension/update", 10017, "pbx_extension_not_configured"),
        ("extension/update", 20010, "pbx_service_unreachable"),
        ("extension/update", 30001, "pbx_internal"),
        ("extension/update", 30003, "pbx_service_not_running"),
        ("extension/update", 12345, "pbx_refused"),
    ],
)
async def test_what_the_pbx_refuses(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    endpoint: str,
    errno: int,
    key: str,
) -> None:
    """It is said in words, and nothing is sent twice."""
    pbx.refuse_next(errno, endpoint)
    with refused(key, HomeAssistantError):
        await turn(hass, SERVICE_TURN_ON)
    assert not pbx.state.extensions["1000"].dnd
    assert len(requests_of(pbx, endpoint)) == 1


async def test_a_lost_answer_is_looked_up(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Whether it was done is read instead of guessed, and it is not sent again."""
    pbx.fail_next(Fault.CLOSE_AFTER, endpoint="extension/update")
    await turn(hass, SERVICE_TURN_ON)
    assert state_of(hass, JAYSON) == STATE_ON
    assert len(requests_of(pbx, "extension/update")) == 1


async def test_a_request_that_was_lost(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """It is told, and not sent again."""
    pbx.fail_next(Fault.RESET, endpoint="extension/update")
    with refused("unconfirmed", HomeAssistantError):
        await turn(hass, SERVICE_TURN_ON)
    assert len(requests_of(pbx, "extension/update")) == 1


async def test_a_change_that_cannot_be_read_back(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody says then that nothing was sent; it is read again soon."""
    await pass_time(hass, 1)
    monkeypatch.setattr(pbx, "apply", lambda: pbx.refuse_next(30001, "extension/query"))
    with refused("unconfirmed", HomeAssistantError):
        await turn(hass, SERVICE_TURN_ON)
    assert state_of(hass, JAYSON) == STATE_OFF
    await pass_time(hass, 1)
    assert state_of(hass, JAYSON) == STATE_ON


async def test_a_pbx_that_is_gone(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Nothing was sent, and the switch is unavailable with all the rest."""
    await pass_time(hass, 1)
    await pbx.stop()
    with refused("cannot_connect", HomeAssistantError):
        await turn(hass, SERVICE_TURN_ON)
    await loaded.runtime_data.coordinator.async_refresh()
    await loaded.runtime_data.coordinator.async_refresh()
    assert state_of(hass, JAYSON) == STATE_UNAVAILABLE


# Pace


async def test_a_pbx_that_still_applies_the_last_change(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing was changed then, so that it is sent again a little later."""
    monkeypatch.setattr(write_queue, "BUSY_PAUSE", 0.01)
    monkeypatch.setattr(write_queue, "GAP", 0.01)
    pbx.refuse_next(10025, "extension/update", count=write_queue.ATTEMPTS - 1)
    await turn(hass, SERVICE_TURN_ON)
    assert pbx.state.extensions["1000"].dnd


async def test_a_pbx_that_never_takes_it(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After a few times it is told."""
    monkeypatch.setattr(write_queue, "BUSY_PAUSE", 0.01)
    monkeypatch.setattr(write_queue, "GAP", 0.01)
    pbx.refuse_next(10025, "extension/update", count=99)
    with refused("pbx_apply_too_frequent", HomeAssistantError):
        await turn(hass, SERVICE_TURN_ON)
    assert len(requests_of(pbx, "extension/update")) == write_queue.ATTEMPTS


@pytest.mark.parametrize(
    ("firmware", "spaced"), [(NEW_FIRMWARE, False), ("30.11.0.6", True), ("", True)]
)
async def test_changes_are_spaced(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    firmware: str,
    spaced: bool,
) -> None:
    """Further where changes may break calls; each is sent, in the order of asking."""
    assert write_queue.OLD_GAP >= 10
    monkeypatch.setattr(write_queue, "OLD_GAP", 0.2 if spaced else 1000)
    monkeypatch.setattr(write_queue, "GAP", 0.0)
    pbx.state.device.firmwarever = firmware
    await learn_slow_facts(hass, pbx)
    applied: list[float] = []
    monkeypatch.setattr(pbx, "apply", lambda: applied.append(time.monotonic()))
    await asyncio.gather(
        turn(hass, SERVICE_TURN_ON),
        turn(hass, SERVICE_TURN_ON, AMY),
        turn(hass, SERVICE_TURN_OFF),
    )
    sent = [item.body for item in requests_of(pbx, "extension/update")]
    assert [(item["extid"], item["dnd"]) for item in sent] == [
        ("1000", "on"),
        ("1002", "on"),
        ("1000", "off"),
    ]
    gaps = [later - earlier for earlier, later in pairwise(applied)]
    assert not spaced or min(gaps) >= 0.2


async def test_the_last_wish_counts(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a later change of the phone replaces is not sent, and is answered at once."""
    monkeypatch.setattr(write_queue, "GAP", 0.5)
    began = time.monotonic()
    wishes = [
        turn(hass, SERVICE_TURN_OFF if number % 2 else SERVICE_TURN_ON)
        for number in range(20)
    ]
    answers = await asyncio.gather(
        *wishes, turn(hass, SERVICE_TURN_ON, AMY), return_exceptions=True
    )
    assert time.monotonic() - began < 5
    sent = [item.body for item in requests_of(pbx, "extension/update")]
    assert [(item["extid"], item["dnd"]) for item in sent] == [
        ("1000", "on"),
        ("1000", "off"),
        ("1002", "on"),
    ]
    dropped = [answer for answer in answers if answer is not None]
    assert len(dropped) == 18
    for answer in dropped:
        assert isinstance(answer, ServiceValidationError)
        assert answer.translation_key == "setting_replaced"
        assert answer.translation_placeholders == {"extension": "Jayson"}


async def test_a_change_of_something_else_replaces_none(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of the same phone: what it does not set is still to be set."""
    monkeypatch.setattr(write_queue, "GAP", 0.1)
    settings = loaded.runtime_data.settings
    await asyncio.gather(
        settings.async_change("1000", ExtensionChange(do_not_disturb=True)),
        settings.async_change("1000", ExtensionChange(do_not_disturb=False)),
        settings.async_change("1000", ExtensionChange(ring_timeout=20)),
    )
    assert not pbx.state.extensions["1000"].dnd
    assert pbx.state.extensions["1000"].ring_timeout == 20


async def test_the_end_of_a_later_change_is_kept(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The end of do not disturb that was replaced does not come back."""
    monkeypatch.setattr(write_queue, "GAP", 0.2)
    quiet = loaded.runtime_data.do_not_disturb
    now = dt_util.utcnow()
    ends = [now + timedelta(hours=hours) for hours in range(1, 5)]
    await quiet.async_set("1002", enabled=True)
    await asyncio.gather(
        *(quiet.async_set("1000", enabled=True, until=until) for until in ends),
        return_exceptions=True,
    )
    until = quiet.until("1000")
    assert until
    assert until.timestamp() == ends[-1].timestamp()


async def test_calls_survive_changes_on_old_firmware(
    hass: HomeAssistant,
    issue_registry: ir.IssueRegistry,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """An issue tells why it takes so long, until the firmware is a newer one."""
    issue = (DOMAIN, f"old_firmware_apply_{loaded.entry_id}")
    pbx.quirks.apply_breaks_calls = True
    pbx.state.device.firmwarever = "30.10.0.67"
    await learn_slow_facts(hass, pbx)
    await pass_time(hass, 1)
    assert issue not in issue_registry.issues
    await turn(hass, SERVICE_TURN_ON)
    found = issue_registry.issues[issue]
    assert found.translation_placeholders == {
        "name": "Yeastar S100",
        "firmware": "30.10.0.67",
        "needed": NEW_FIRMWARE,
    }
    pbx.state.device.firmwarever = NEW_FIRMWARE
    await learn_slow_facts(hass, pbx)
    assert issue not in issue_registry.issues


async def test_an_unload_leaves_nobody_waiting(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Who waits for a turn is told, and nothing is sent any more."""
    await turn(hass, SERVICE_TURN_ON)
    waiting = hass.async_create_task(
        loaded.runtime_data.do_not_disturb.async_set("1002", enabled=True)
    )
    await asyncio.sleep(0.1)
    await hass.config_entries.async_unload(loaded.entry_id)
    with refused("cannot_connect", HomeAssistantError):
        await waiting
    assert len(requests_of(pbx, "extension/update")) == 1


# While a change waits


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let changes be as far from each other as a person notices."""
    monkeypatch.setattr(write_queue, "GAP", 0.5)


async def press(
    hass: HomeAssistant, service: str, entity_id: str = JAYSON
) -> asyncio.Task[None]:
    """Turn the switch, without waiting for the PBX."""
    task = hass.async_create_task(turn(hass, service, entity_id))
    await asyncio.sleep(0.1)
    assert not task.done()
    return task


@pytest.mark.usefixtures("slow")
async def test_a_change_that_waits_is_shown_at_once(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """On and off, and reading the PBX meanwhile does not take it back."""
    await turn(hass, SERVICE_TURN_ON, AMY)
    on = await press(hass, SERVICE_TURN_ON)
    assert not pbx.state.extensions["1000"].dnd
    assert state_of(hass, JAYSON) == STATE_ON
    await pass_time(hass, 400)
    assert state_of(hass, JAYSON) == STATE_ON
    await on
    off = await press(hass, SERVICE_TURN_OFF, AMY)
    assert pbx.state.extensions["1002"].dnd
    assert (state_of(hass, JAYSON), state_of(hass, AMY)) == (STATE_ON, STATE_OFF)
    await off
    assert (state_of(hass, JAYSON), state_of(hass, AMY)) == (STATE_ON, STATE_OFF)


@pytest.mark.usefixtures("slow")
async def test_a_refusal_is_told_and_the_switch_goes_back(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """To what the PBX has."""
    await pass_time(hass, 1)
    await turn(hass, SERVICE_TURN_ON, AMY)
    pbx.refuse_next(10017, "extension/update")
    on = await press(hass, SERVICE_TURN_ON)
    assert state_of(hass, JAYSON) == STATE_ON
    with refused("pbx_extension_not_configured", HomeAssistantError):
        await on
    assert state_of(hass, JAYSON) == STATE_OFF


@pytest.mark.usefixtures("slow")
async def test_a_replaced_change_leaves_the_later_one_shown(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Although it is answered with an error."""
    pbx.state.extensions["1000"].dnd = True
    await pass_time(hass, 1)
    await turn(hass, SERVICE_TURN_ON, AMY)
    other = await press(hass, SERVICE_TURN_OFF, AMY)
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    first = hass.async_create_task(turn(hass, SERVICE_TURN_OFF))
    second = hass.async_create_task(turn(hass, SERVICE_TURN_ON))
    third = hass.async_create_task(turn(hass, SERVICE_TURN_OFF))
    for task in (first, second):
        with refused("setting_replaced"):
            await task
    assert state_of(hass, JAYSON) == STATE_OFF
    await asyncio.gather(other, third)
    assert not pbx.state.extensions["1000"].dnd
    assert [
        state.state
        for change in changes
        if (state := change.data["new_state"]) and state.entity_id == JAYSON
    ] == [STATE_OFF, STATE_ON, STATE_OFF]


# Which there are


async def test_large_offices_have_no_switches_but_those_they_had(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    reachable: None,
    pbx: Simulator,
    entry: MockConfigEntry,
) -> None:
    """Above fifty phones only those of a PBX that was smaller before are read."""
    for number in range(2000, 2050):
        pbx.add_extension(str(number))
    entry.add_to_hass(hass)
    entity_registry.async_get_or_create(
        "switch", DOMAIN, f"{entry.unique_id}_1002_do_not_disturb", config_entry=entry
    )
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert len(hass.states.async_entity_ids("switch")) == 1
    await pass_time(hass, 400)
    asked = {item.body["extid"] for item in requests_of(pbx, "extension/query")}
    assert asked == {"1002"}
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_switch_appears_with_its_extension(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Without a reload, and it is read at once."""
    pbx.add_extension("1007", "Otto", dnd=True)
    await deliver(hass, pbx)
    await loaded.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()
    await pass_time(hass, 1)
    assert state_of(hass, "switch.otto_do_not_disturb") == STATE_ON
