"""Queues of a P-Series: devices with their calls, and switches of their agents."""

from collections.abc import Callable, Coroutine
from typing import Any

from homeassistant.components import automation
from homeassistant.const import (
    ATTR_ENTITY_ID,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_mock_service,
)

from custom_components.yeastar.const import DOMAIN, EVENT_YEASTAR_CALL
from tests.helpers import state_of
from tests.simulator.p_series import PSeriesSimulator
from tests.simulator.p_series.state import Agent, Queue

from .conftest import deliver, pass_time

QUEUE, TRUNK = "6700", "SIP-142"
LOGIN = "switch.amy_logged_in_to_support"
PAUSE = "switch.amy_paused_in_support"

type Automate = Callable[..., Coroutine[Any, Any, list[ServiceCall]]]


def shown(hass: HomeAssistant, *keys: str) -> tuple[str, ...]:
    """Return what sensors of the queue show."""
    return tuple(state_of(hass, f"sensor.support_{key}") for key in keys)


def asked(pbx: PSeriesSimulator) -> int:
    """Return how often the PBX was asked what happens in a queue."""
    return sum(r.endpoint == "queue/call_status" for r in pbx.requests)


@pytest.fixture
async def known(hass: HomeAssistant, loaded: MockConfigEntry) -> MockConfigEntry:
    """Return the entry once its queues were read."""
    await pass_time(hass, 2)
    return loaded


async def use(hass: HomeAssistant, service: str, entity_id: str) -> None:
    """Switch something as people do."""
    await hass.services.async_call(
        "switch", service, {ATTR_ENTITY_ID: entity_id}, blocking=True
    )


# What happens in a queue


async def test_a_queue_is_a_device_of_its_own(
    hass: HomeAssistant, known: MockConfigEntry
) -> None:
    """Below the PBX, with zeros while nothing happens and all agents free."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{known.unique_id}_queue_{QUEUE}"), known.entry_id
    )
    assert device
    assert device.name == "Support"
    keys = ("waiting_calls", "ringing_calls", "active_calls", "longest_wait")
    assert shown(hass, *keys) == ("0", "0", "0", "0")
    assert shown(hass, "agents_logged_in", "free_agents") == ("3", "3")


async def test_a_call_through_a_queue(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry
) -> None:
    """It rings its agents, talks with one, and is gone; a moment after each event."""
    pbx.outside_call("5503301", to=QUEUE, trunk=TRUNK)
    await deliver(hass, pbx)
    await pass_time(hass, 2)
    assert shown(hass, "ringing_calls", "active_calls") == ("3", "0")
    assert shown(hass, "agents_logged_in", "free_agents") == ("3", "0")
    pbx.answer("1000")
    await deliver(hass, pbx)
    await pass_time(hass, 2)
    assert shown(hass, "ringing_calls", "active_calls") == ("0", "1")
    assert shown(hass, "free_agents") == ("2",)
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    await pass_time(hass, 2)
    assert shown(hass, "active_calls", "free_agents") == ("0", "3")


async def test_a_caller_waits_while_no_agent_is_free(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry
) -> None:
    """How long the one who waits longest does, is shown as well."""
    for agent in pbx.state.queues[QUEUE].agents.values():
        agent.is_paused = True
    pbx.outside_call("5503301", to=QUEUE, trunk=TRUNK)
    began = pbx.clock()
    pbx.board.clock = pbx.clock = lambda: began + 42
    await deliver(hass, pbx)
    await pass_time(hass, 2)
    assert shown(hass, "waiting_calls", "longest_wait") == ("1", "42")
    assert shown(hass, "agents_logged_in", "free_agents") == ("3", "0")


async def test_a_queue_that_nobody_looks_at_is_not_asked_for(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry
) -> None:
    """All of its entities are disabled."""
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, known.entry_id):
        if "queue_" in entity.unique_id:
            registry.async_update_entity(
                entity.entity_id, disabled_by=er.RegistryEntryDisabler.USER
            )
    await pass_time(hass, 60)
    await pass_time(hass, 2)
    before = asked(pbx)
    pbx.outside_call("5503301", to=QUEUE, trunk=TRUNK)
    await deliver(hass, pbx)
    await pass_time(hass, 60)
    assert asked(pbx) == before


async def test_a_queue_is_asked_for_again_and_again_while_calls_are_in_it(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry
) -> None:
    """Events may be lost."""
    pbx.outside_call("5503301", to=QUEUE, trunk=TRUNK)
    await deliver(hass, pbx)
    await pass_time(hass, 2)
    before = asked(pbx)
    await pass_time(hass, 12)
    assert asked(pbx) == before + 1


async def test_a_queue_that_the_pbx_does_not_tell_is_unknown(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry
) -> None:
    """After the second time; the first may be bad luck."""
    pbx.refuse_next(-1, "queue/call_status", 2)
    await pass_time(hass, 31)
    assert shown(hass, "waiting_calls") == ("0",)
    await pass_time(hass, 31)
    assert shown(hass, "waiting_calls") == (STATE_UNKNOWN,)
    await pass_time(hass, 31)
    assert shown(hass, "waiting_calls") == ("0",)


async def test_queues_come_and_go(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry
) -> None:
    """A new one appears without a reload, one that is gone loses its device."""
    coordinator = known.runtime_data.coordinator
    sales = Queue(44, "6701", "Sales", {"1002": Agent("1002")})
    pbx.state.queues["6701"] = sales

    async def look() -> None:
        coordinator._slow_facts_due = 0
        await coordinator.async_refresh()
        await pass_time(hass, 2)

    await look()
    assert state_of(hass, "sensor.sales_waiting_calls") == "0"
    assert state_of(hass, "switch.amy_paused_in_sales") == STATE_OFF
    # One that is no dynamic agent cannot log out.
    assert hass.states.get("switch.amy_logged_in_to_sales") is None
    del pbx.state.queues["6701"]
    for _ in range(3):
        assert hass.states.get("sensor.sales_waiting_calls")
        await look()
    assert hass.states.get("sensor.sales_waiting_calls") is None


async def test_a_pbx_that_refuses_to_list_its_queues_has_none(
    hass: HomeAssistant, reachable: None, pbx: PSeriesSimulator, entry: MockConfigEntry
) -> None:
    """Its plan may lack them; everything else works."""
    pbx.refuse_next(10005, "queue/list", 99)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await deliver(hass, pbx)
    assert hass.states.get("sensor.support_waiting_calls") is None
    assert state_of(hass, "sensor.jayson") == "idle"
    await hass.config_entries.async_unload(entry.entry_id)


# Agents


async def test_an_agent_logs_out_and_in(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry
) -> None:
    """It shows at once, and stays so when the queue is read."""
    agent = pbx.state.queues[QUEUE].agents["1002"]
    assert state_of(hass, LOGIN) == STATE_ON
    await use(hass, "turn_off", LOGIN)
    assert not agent.is_logged_in
    assert state_of(hass, LOGIN) == STATE_OFF
    await pass_time(hass, 2)
    assert state_of(hass, LOGIN) == STATE_OFF
    assert shown(hass, "agents_logged_in", "free_agents") == ("2", "2")
    await use(hass, "turn_on", LOGIN)
    assert agent.is_logged_in


async def test_an_agent_pauses(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry
) -> None:
    """It stays logged in, but is not free."""
    await use(hass, "turn_on", PAUSE)
    assert pbx.state.queues[QUEUE].agents["1002"].is_paused
    await pass_time(hass, 2)
    assert state_of(hass, PAUSE) == STATE_ON
    assert shown(hass, "agents_logged_in", "free_agents") == ("3", "2")
    await use(hass, "turn_off", PAUSE)
    assert state_of(hass, PAUSE) == STATE_OFF


async def test_an_agent_that_pauses_at_its_phone(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry
) -> None:
    """The PBX tells it, with a prefix before the number of the queue."""
    queue = pbx.state.queues[QUEUE]
    pbx.groups.pause(queue, queue.agents["1000"])
    await deliver(hass, pbx)
    await pass_time(hass, 2)
    assert state_of(hass, "switch.jayson_paused_in_support") == STATE_ON


async def test_a_pbx_that_refuses_leaves_the_switch_as_it_is(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry
) -> None:
    """In words."""
    pbx.refuse_next(-1, "queue/agent_pause")
    with pytest.raises(HomeAssistantError) as caught:
        await use(hass, "turn_on", PAUSE)
    assert caught.value.translation_key == "pbx_operation_failed"
    assert state_of(hass, PAUSE) == STATE_OFF


async def test_an_extension_that_is_no_agent_any_more(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry
) -> None:
    """Its switches are not available."""
    del pbx.state.queues[QUEUE].agents["1002"]
    await pass_time(hass, 31)
    assert state_of(hass, PAUSE) == STATE_UNAVAILABLE


# Calls name the queue


async def test_a_call_names_the_queue_it_came_through(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry
) -> None:
    """In attributes, events and the log, although the line has a number of its own."""
    events = async_capture_events(hass, EVENT_YEASTAR_CALL)
    call = pbx.outside_call("5503301", to=QUEUE, trunk=TRUNK)
    call.living[0].target = "031555000"
    pbx.answer("1000")
    await deliver(hass, pbx)
    state = hass.states.get("sensor.pbx_inbound_calls")
    assert state
    (row,) = state.attributes["calls"]
    assert (row["queue"], row["queue_name"]) == (QUEUE, "Support")
    assert row["to_name"] == "Support"
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    await pass_time(hass, 5)
    assert {event.data["queue_name"] for event in events} == {"Support"}
    log: Any = await hass.services.async_call(
        DOMAIN, "get_call_log", {}, blocking=True, return_response=True
    )
    assert [call["queue_name"] for call in log["calls"]] == ["Support"]


async def test_a_call_through_no_queue_names_none(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry
) -> None:
    """Not even an empty one."""
    pbx.outside_call("5503301", to="1000", trunk=TRUNK)
    await deliver(hass, pbx)
    state = hass.states.get("sensor.pbx_inbound_calls")
    assert state
    (row,) = state.attributes["calls"]
    assert "queue" not in row


# A caller waits


@pytest.fixture
def automate(hass: HomeAssistant, known: MockConfigEntry) -> Automate:
    """Return how to automate: options and target of the trigger -> what it ran."""

    async def automate(options: dict[str, Any], **target: Any) -> list[ServiceCall]:
        ran = async_mock_service(hass, "test", "automation")
        trigger: dict[str, Any] = {
            "trigger": "yeastar.queue_caller_waits",
            "options": options,
        }
        if target:
            trigger["target"] = target
        data = {"trigger": "{{ trigger }}"}
        assert await async_setup_component(
            hass,
            automation.DOMAIN,
            {
                automation.DOMAIN: {
                    "triggers": [trigger],
                    "actions": [{"action": "test.automation", "data": data}],
                }
            },
        )
        await hass.async_block_till_done()
        return ran

    return automate


async def test_a_caller_waits_too_long(
    hass: HomeAssistant, pbx: PSeriesSimulator, automate: Automate
) -> None:
    """Once for each call, with what is known of it."""
    ran = await automate({"seconds": 30})
    pbx.outside_call("5503301", to=QUEUE, trunk=TRUNK)
    await deliver(hass, pbx)
    await pass_time(hass, 29)
    assert ran == []
    await pass_time(hass, 31)
    (call,) = ran
    trigger = call.data["trigger"]
    assert trigger["from"] == "5503301"
    assert (trigger["queue_name"], trigger["seconds"]) == ("Support", 30)
    await pass_time(hass, 100)
    assert len(ran) == 1


async def test_a_caller_who_is_answered_does_not_wait(
    hass: HomeAssistant, pbx: PSeriesSimulator, automate: Automate
) -> None:
    """Nor does one who gives up."""
    ran = await automate({"seconds": 30})
    pbx.outside_call("5503301", to=QUEUE, trunk=TRUNK)
    pbx.answer("1000")
    gives_up = pbx.outside_call("5503302", to=QUEUE, trunk=TRUNK)
    await deliver(hass, pbx)
    pbx.outside_hangs_up(gives_up)
    await deliver(hass, pbx)
    await pass_time(hass, 31)
    assert ran == []


@pytest.mark.parametrize(
    ("key", "is_meant"), [("_queue_6700", True), ("", True), ("_1000", False)]
)
async def test_only_the_queues_that_are_meant(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    known: MockConfigEntry,
    automate: Automate,
    key: str,
    is_meant: bool,
) -> None:
    """A queue or the PBX, but no phone; and no call that goes to a phone."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{known.unique_id}{key}"), known.entry_id
    )
    assert device
    ran = await automate({"seconds": 30}, device_id=[device.id])
    pbx.outside_call("5503301", to=QUEUE, trunk=TRUNK)
    pbx.outside_call("5503302", to="1005", trunk=TRUNK)
    await deliver(hass, pbx)
    await pass_time(hass, 31)
    callers = [call.data["trigger"]["from"] for call in ran]
    assert callers == (["5503301"] if is_meant else [])


async def test_a_caller_waits_while_the_entry_is_not_loaded(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    known: MockConfigEntry,
    automate: Automate,
) -> None:
    """Then it is not known whether it still does."""
    ran = await automate({"seconds": 30})
    pbx.outside_call("5503301", to=QUEUE, trunk=TRUNK)
    await deliver(hass, pbx)
    await hass.config_entries.async_unload(known.entry_id)
    await pass_time(hass, 31)
    assert ran == []


async def test_an_automation_that_is_switched_off_waits_no_more(
    hass: HomeAssistant, pbx: PSeriesSimulator, automate: Automate
) -> None:
    """What it waited for is forgotten."""
    ran = await automate({"seconds": 30})
    pbx.outside_call("5503301", to=QUEUE, trunk=TRUNK)
    await deliver(hass, pbx)
    await hass.services.async_call(
        automation.DOMAIN, "turn_off", {ATTR_ENTITY_ID: "all"}, blocking=True
    )
    await pass_time(hass, 31)
    assert ran == []
