"""A reload or a restart while people call is no news, and removes nothing."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

from homeassistant.components import automation
from homeassistant.core import Event, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_mock_service,
)

from custom_components.yeastar.const import DOMAIN, EVENT_YEASTAR, EVENT_YEASTAR_CALL
from custom_components.yeastar.trigger import TRIGGERS
from tests.helpers import (
    add_contact,
    deliver,
    learn_slow_facts,
    members_of,
    pass_time,
    polls_of,
    state_of,
)
from tests.simulator import Fault, Simulator

from .actions.words import refused

pytestmark = pytest.mark.usefixtures("entity_registry_enabled_by_default")

CALL_EVENT = "event.yeastar_s100_call"
JAYSON = "sensor.jayson"
JAYSONS_CALL_EVENT = "event.jayson_call"
FAST = 11

type Reload = Callable[[], Awaitable[None]]


@pytest.fixture
def reload(hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry) -> Reload:
    """Return what reloads the entry, as to save an option does."""

    async def reload() -> None:
        assert await hass.config_entries.async_reload(loaded.entry_id)
        await deliver(hass, pbx)

    return reload


@pytest.fixture
async def ran(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> AsyncGenerator[list[ServiceCall]]:
    """Return what the automations of all triggers ran so far."""
    ran = async_mock_service(hass, "test", "automation")
    options: dict[str, dict[str, object]] = {"call_unanswered": {"seconds": 20}}
    automations = [
        {
            "alias": name,
            "triggers": [
                {"trigger": f"yeastar.{name}", "options": options.get(name, {})}
            ],
            "actions": [{"action": "test.automation", "data": {"name": name}}],
        }
        for name in TRIGGERS
    ]
    assert await async_setup_component(
        hass, automation.DOMAIN, {automation.DOMAIN: automations}
    )
    await hass.async_block_till_done()
    yield ran
    await hass.services.async_call(
        automation.DOMAIN, "turn_off", {"entity_id": "all"}, blocking=True
    )


@pytest.fixture
def fired(hass: HomeAssistant, loaded: MockConfigEntry) -> list[Event[Any]]:
    """Return what was told of calls on the event bus so far."""
    return async_capture_events(hass, EVENT_YEASTAR_CALL)


def names(ran: list[ServiceCall]) -> list[str]:
    """Return which automations ran."""
    return sorted(call.data["name"] for call in ran)


# What is no news


def ring_from_outside(pbx: Simulator) -> None:
    """Let a call from outside ring."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")


def talk_with_outside(pbx: Simulator) -> None:
    """Let a call from outside be answered."""
    ring_from_outside(pbx)
    pbx.answer("1000")


def ring_inside(pbx: Simulator) -> None:
    """Let a phone ring another one, which no query lists."""
    pbx.internal_call("1002", "1000")


def talk_inside(pbx: Simulator) -> None:
    """Let two phones talk, which no query lists."""
    ring_inside(pbx)
    pbx.answer("1000")


def call_out(pbx: Simulator) -> None:
    """Let an outside number ring."""
    pbx.outgoing_call("1000", "41000")


def talk_out(pbx: Simulator) -> None:
    """Let an outside number answer."""
    pbx.answer_outside(pbx.outgoing_call("1000", "41000"))


CALLS = [
    ring_from_outside,
    talk_with_outside,
    ring_inside,
    talk_inside,
    call_out,
    talk_out,
]


@pytest.mark.parametrize("begin", CALLS)
async def test_a_reload_during_a_call_tells_nothing_again(
    hass: HomeAssistant,
    pbx: Simulator,
    reload: Reload,
    ran: list[ServiceCall],
    fired: list[Event[Any]],
    begin: Callable[[Simulator], None],
) -> None:
    """No trigger, no event on the bus, no event entity: what it finds is no news."""
    begin(pbx)
    await deliver(hass, pbx)
    assert ran
    entities = (CALL_EVENT, JAYSONS_CALL_EVENT, JAYSON)
    before = names(ran), len(fired), [state_of(hass, entity) for entity in entities]
    await reload()
    await pass_time(hass, FAST)
    after = names(ran), len(fired), [state_of(hass, entity) for entity in entities]
    assert after == before


@pytest.mark.parametrize("begin", CALLS)
async def test_the_end_of_a_call_after_a_reload_is_told_once(
    hass: HomeAssistant,
    pbx: Simulator,
    reload: Reload,
    fired: list[Event[Any]],
    begin: Callable[[Simulator], None],
) -> None:
    """What happened before it is not told with it."""
    long_ago(pbx)
    begin(pbx)
    await deliver(hass, pbx)
    await reload()
    before = len(fired)
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    await pass_time(hass, FAST)
    told = [event.data["type"] for event in fired[before:]]
    assert told.count("ended") == 1
    assert not {"started", "received"} & set(told)
    assert "answered" not in told or begin in (ring_from_outside, ring_inside, call_out)


async def test_a_call_that_rings_over_a_reload_is_answered_once(
    hass: HomeAssistant, pbx: Simulator, reload: Reload, ran: list[ServiceCall]
) -> None:
    """The answer is news, the ringing before it is none."""
    ring_from_outside(pbx)
    await deliver(hass, pbx)
    await reload()
    assert names(ran) == ["call_received"]
    pbx.answer("1000")
    await deliver(hass, pbx)
    assert names(ran) == ["call_answered", "call_received"]


async def test_a_call_that_begins_while_a_reload_goes_on_is_told_once(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    ran: list[ServiceCall],
) -> None:
    """Its reports wait until all is there that is to be told."""
    reports = async_capture_events(hass, EVENT_YEASTAR)
    pbx.latency = 0.1
    reloading = hass.async_create_task(
        hass.config_entries.async_reload(loaded.entry_id)
    )
    so_far = polls_of(pbx)
    async with asyncio.timeout(10):
        while polls_of(pbx) == so_far:
            await asyncio.sleep(0.01)
    ring_from_outside(pbx)
    assert await reloading
    await deliver(hass, pbx)
    assert len(reports) == len(pbx.reports)
    assert state_of(hass, JAYSON) == "ringing"
    assert names(ran) == ["call_received"]
    event = hass.states.get(JAYSONS_CALL_EVENT)
    assert event
    assert event.attributes["event_type"] == "received"


# What goes on


async def test_call_unanswered_runs_for_a_call_that_rings_on_after_a_reload(
    hass: HomeAssistant, pbx: Simulator, reload: Reload, ran: list[ServiceCall]
) -> None:
    """Its seconds count from the first ring."""
    ring_from_outside(pbx)
    await deliver(hass, pbx)
    await reload()
    await pass_time(hass, 21)
    assert names(ran) == ["call_received", "call_unanswered"]


async def test_call_unanswered_does_not_run_for_a_call_that_ended_during_a_reload(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    ran: list[ServiceCall],
) -> None:
    """It was answered and ended while no report was taken."""
    ring_from_outside(pbx)
    await deliver(hass, pbx)
    await hass.config_entries.async_unload(loaded.entry_id)
    pbx.answer("1000")
    pbx.hang_up("1000")
    await pbx.settle()
    assert await hass.config_entries.async_setup(loaded.entry_id)
    await pass_time(hass, 21)
    assert names(ran) == ["call_received"]


async def test_call_unanswered_does_not_run_for_a_pbx_that_is_unloaded(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    ran: list[ServiceCall],
) -> None:
    """Whether the call rings still is not known."""
    ring_from_outside(pbx)
    await deliver(hass, pbx)
    await hass.config_entries.async_unload(loaded.entry_id)
    await pass_time(hass, 21)
    assert names(ran) == ["call_received"]


async def test_an_action_that_waits_for_a_call_answers_at_an_unload(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """With what is known by then; the call goes on."""
    waiting = hass.async_create_task(
        hass.services.async_call(
            DOMAIN,
            "dial",
            {
                "extension": "1000",
                "number": "1002",
                "wait_for": "ended",
                "timeout": 3600,
            },
            blocking=True,
            return_response=True,
        )
    )
    await until_called(pbx)
    pbx.answer("1000")
    pbx.answer("1002")
    await pbx.settle()
    assert not waiting.done()
    assert await hass.config_entries.async_unload(loaded.entry_id)
    async with asyncio.timeout(5):
        answer = await waiting
    assert answer
    assert (answer["outcome"], answer["answered_by"]) == ("answered", "1002")
    assert pbx.calls


async def test_an_action_that_waits_for_a_prompt_answers_at_an_unload(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """It is not known yet what becomes of the call."""
    waiting = hass.async_create_task(
        hass.services.async_call(
            DOMAIN,
            "play_prompt",
            {
                "extension": "1000",
                "prompts": "111",
                "wait_for": "ended",
                "timeout": 3600,
            },
            blocking=True,
            return_response=True,
        )
    )
    await until_called(pbx)
    await pbx.settle()
    assert await hass.config_entries.async_unload(loaded.entry_id)
    async with asyncio.timeout(5):
        answer = await waiting
    assert answer
    assert (answer["outcome"], answer["played"]) == ("timeout", False)


async def test_an_action_that_waits_for_a_text_message_ends_at_an_unload(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Its sentence says that the PBX has the message."""
    pbx.timers.scale = 1000
    waiting = hass.async_create_task(
        hass.services.async_call(
            DOMAIN,
            "send_sms",
            {
                "number": "0611",
                "message": "Hello",
                "trunk": "GSM-trunk",
                "wait_for": "result",
                "timeout": 3600,
            },
            blocking=True,
            return_response=True,
        )
    )
    async with asyncio.timeout(10):
        while not pbx.sms_sent:
            await asyncio.sleep(0.01)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    with refused("sms_no_result", HomeAssistantError):
        async with asyncio.timeout(5):
            await waiting


# What stays


def registered(hass: HomeAssistant, entry: MockConfigEntry) -> tuple[set[str], int]:
    """Return which devices and how many entities a PBX has."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {device.id for device in members_of(hass, entry)}, len(entities)


@pytest.mark.parametrize("fault", [Fault.MISSING_LIST, Fault.BROKEN_LIST])
@pytest.mark.parametrize("endpoint", ["extensionlist/query", "trunklist/query"])
async def test_an_incomplete_first_list_removes_nothing(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    reload: Reload,
    fault: Fault,
    endpoint: str,
) -> None:
    """Neither devices nor entities; with the next complete list they live again."""
    before = registered(hass, loaded)
    assert len(before[0]) > 10
    pbx.fail_next(fault, 99, endpoint)
    await reload()
    assert registered(hass, loaded) == before
    for _ in range(4):
        await learn_slow_facts(hass, pbx)
        await pass_time(hass, FAST)
    assert registered(hass, loaded) == before
    pbx.faults.clear()
    await learn_slow_facts(hass, pbx)
    await pass_time(hass, FAST)
    assert registered(hass, loaded) == before
    assert state_of(hass, JAYSON) == "idle"
    assert state_of(hass, "sensor.sip_142") == "registered"


@pytest.mark.parametrize("fault", [Fault.MISSING_LIST, Fault.BROKEN_LIST])
async def test_an_incomplete_first_list_of_trunks_removes_no_way_to_write(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    reload: Reload,
    fault: Fault,
) -> None:
    """Whether there is a trunk for text messages is not known then."""
    await add_contact(hass, loaded, "Grandma", "1", sms_number="1")
    notify = er.async_get(hass).async_get("notify.grandma")
    assert notify
    pbx.fail_next(fault, 99, "trunklist/query")
    await reload()
    for _ in range(4):
        await learn_slow_facts(hass, pbx)
    assert er.async_get(hass).async_get("notify.grandma") == notify
    assert notify.device_id
    assert dr.async_get(hass).async_get(notify.device_id)
    pbx.faults.clear()
    await learn_slow_facts(hass, pbx)
    assert state_of(hass, "notify.grandma") == "unknown"


async def test_what_was_removed_while_it_was_unloaded_goes_after_three_lists(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """One list without it could be a mistake, after a restart as well."""
    devices, _ = registered(hass, loaded)
    await hass.config_entries.async_unload(loaded.entry_id)
    pbx.remove_extension("1000")
    pbx.remove_trunk("SIP-142")
    assert await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done()
    await learn_slow_facts(hass, pbx)
    assert registered(hass, loaded)[0] == devices
    for _ in range(2):
        await learn_slow_facts(hass, pbx)
    assert len(registered(hass, loaded)[0]) == len(devices) - 2
    assert hass.states.get(JAYSON) is None


def long_ago(pbx: Simulator) -> None:
    """Let calls begin so long ago that no clock can be mistaken about it."""
    now = pbx.clock
    pbx.clock = lambda: now() - 60


async def until_called(pbx: Simulator) -> None:
    """Wait until there is a call."""
    async with asyncio.timeout(10):
        while not pbx.calls:
            await asyncio.sleep(0.01)
