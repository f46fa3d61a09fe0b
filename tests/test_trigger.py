"""Triggers, in real automations, while a simulated PBX has real calls."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from homeassistant.components import automation
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from custom_components.yeastar.const import DOMAIN
from tests.simulator import Simulator

type Automate = Callable[[str, dict[str, Any]], Awaitable[list[ServiceCall]]]
type Deliver = Callable[[], Awaitable[None]]


@pytest.fixture
def automate(hass: HomeAssistant, loaded: MockConfigEntry) -> Automate:
    """Return how to automate: the trigger and its options -> what it ran."""

    async def automate(name: str, options: dict[str, Any]) -> list[ServiceCall]:
        ran = async_mock_service(hass, "test", "automation")
        trigger = {"trigger": f"yeastar.{name}", "options": options}
        assert await async_setup_component(
            hass,
            automation.DOMAIN,
            {
                automation.DOMAIN: {
                    "triggers": [trigger],
                    "actions": [
                        {
                            "action": "test.automation",
                            "data": {"trigger": "{{ trigger }}"},
                        }
                    ],
                }
            },
        )
        await hass.async_block_till_done()
        return ran

    return automate


@pytest.fixture
def deliver(hass: HomeAssistant, pbx: Simulator) -> Deliver:
    """Return how to wait until all reports took effect and all calls settled."""

    async def deliver() -> None:
        await pbx.settle()
        await hass.async_block_till_done()

    return deliver


async def pass_time(hass: HomeAssistant, seconds: float) -> None:
    """Let time pass for Home Assistant."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=seconds))
    await hass.async_block_till_done(wait_background_tasks=True)


def device_of(hass: HomeAssistant, entry: MockConfigEntry, number: str) -> str:
    """Return the id of the device of an extension, or of a trunk."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}_{number}"), entry.entry_id
    )
    assert device is not None
    return device.id


async def test_a_call_from_outside_triggers_call_received(
    pbx: Simulator, automate: Automate, deliver: Deliver
) -> None:
    """An automation runs once for a call that comes in, and knows who calls."""
    ran = await automate("call_received", {})
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver()
    assert len(ran) == 1
    assert ran[0].data["trigger"]["from"] == "5503301"
    assert ran[0].data["trigger"]["to_name"] == "Jayson"


async def test_a_trigger_can_be_narrowed_to_a_phone(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    automate: Automate,
    deliver: Deliver,
) -> None:
    """Calls that ring other phones do not run an automation for this one."""
    ran = await automate(
        "call_received", {"extension": device_of(hass, loaded, "1002")}
    )
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver()
    assert not ran
    pbx.outside_call("5503302", to="1002", trunk="SIP-142")
    await deliver()
    assert [call.data["trigger"]["from"] for call in ran] == ["5503302"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"caller": "5503301"}, 1),
        ({"caller": "999"}, 0),
        ({"trunk": "SIP-142"}, 1),
        ({"trunk": "FXO2-3"}, 0),
    ],
)
async def test_a_trigger_can_be_narrowed_to_a_caller_or_a_trunk(
    pbx: Simulator,
    automate: Automate,
    deliver: Deliver,
    options: dict[str, str],
    expected: int,
) -> None:
    """Only calls from that number, or over that trunk, run the automation."""
    ran = await automate("call_received", options)
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver()
    assert len(ran) == expected


@pytest.mark.parametrize(("trunk", "expected"), [("SIP-142", 1), ("FXO2-3", 0)])
async def test_a_trunk_can_be_chosen_in_the_editor(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    pbx: Simulator,
    automate: Automate,
    deliver: Deliver,
    trunk: str,
    expected: int,
) -> None:
    """It stores the device. Calls without a trunk are over none."""
    device_id = device_of(hass, loaded, f"trunk_{trunk}")
    ran = await automate("call_received", {"trunk": device_id})
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.internal_call("1002", "1003")
    await deliver()
    assert len(ran) == expected


async def test_answering_triggers_call_answered(
    pbx: Simulator, automate: Automate, deliver: Deliver
) -> None:
    """Who answered is told."""
    ran = await automate("call_answered", {})
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver()
    assert not ran
    pbx.answer("1000")
    await deliver()
    assert [call.data["trigger"]["answered_by"] for call in ran] == ["1000"]


async def test_a_call_nobody_answered_triggers_call_missed(
    hass: HomeAssistant, pbx: Simulator, automate: Automate, deliver: Deliver
) -> None:
    """The caller gave up; a second later it is a missed call."""
    ran = await automate("call_missed", {})
    call = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver()
    pbx.outside_hangs_up(call)
    await deliver()
    await pass_time(hass, 5)
    assert [call.data["trigger"]["from"] for call in ran] == ["5503301"]


async def test_an_answered_call_is_not_missed(
    hass: HomeAssistant, pbx: Simulator, automate: Automate, deliver: Deliver
) -> None:
    """An answered call ends without having been missed."""
    ran = await automate("call_missed", {})
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.answer("1000")
    await deliver()
    pbx.hang_up("1000")
    await deliver()
    await pass_time(hass, 5)
    assert not ran


@pytest.mark.parametrize(("outcome", "expected"), [("answered", 1), ("busy", 0)])
async def test_call_ended_can_be_narrowed_to_an_outcome(
    hass: HomeAssistant,
    pbx: Simulator,
    automate: Automate,
    deliver: Deliver,
    outcome: str,
    expected: int,
) -> None:
    """The end of a call runs only automations that wait for such an end."""
    ran = await automate("call_ended", {"outcome": [outcome]})
    pbx.internal_call("1000", "1002")
    pbx.answer("1002")
    await deliver()
    pbx.hang_up("1002")
    await deliver()
    await pass_time(hass, 5)
    assert len(ran) == expected


async def test_call_started_knows_who_calls(
    pbx: Simulator, automate: Automate, deliver: Deliver
) -> None:
    """A call between phones is started, not received, for the house."""
    ran = await automate("call_started", {})
    pbx.internal_call("1000", "1002")
    await deliver()
    assert [call.data["trigger"]["from_name"] for call in ran] == ["Jayson"]


async def test_a_phone_that_rings_for_long_triggers_call_unanswered(
    hass: HomeAssistant, pbx: Simulator, automate: Automate, deliver: Deliver
) -> None:
    """Not before the time is up, and once."""
    ran = await automate("call_unanswered", {"seconds": 20})
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver()
    await pass_time(hass, 15)
    assert not ran
    await pass_time(hass, 21)
    assert len(ran) == 1


async def test_an_answer_stops_call_unanswered(
    hass: HomeAssistant, pbx: Simulator, automate: Automate, deliver: Deliver
) -> None:
    """Who was answered in time is not reported."""
    ran = await automate("call_unanswered", {"seconds": 20})
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver()
    pbx.answer("1000")
    await deliver()
    await pass_time(hass, 30)
    assert not ran


async def test_a_key_in_an_ivr_triggers_key_pressed(
    pbx: Simulator, automate: Automate, deliver: Deliver
) -> None:
    """The key is told."""
    ran = await automate("key_pressed", {"key": "5"})
    call = pbx.outside_call("5503301", to="6500", trunk="SIP-142")
    pbx.press_key(call, "4")
    pbx.press_key(call, "5")
    await deliver()
    assert [call.data["trigger"]["key"] for call in ran] == ["5"]


async def test_a_phone_that_goes_away_triggers_extension_offline(
    pbx: Simulator, automate: Automate, deliver: Deliver
) -> None:
    """Going away triggers, coming back does not."""
    ran = await automate("extension_offline", {})
    pbx.set_extension_status("1000", "Unavailable")
    await deliver()
    pbx.set_extension_status("1000", "Registered")
    await deliver()
    assert [call.data["trigger"]["name"] for call in ran] == ["Jayson"]


@pytest.mark.parametrize(
    ("status", "result"),
    [("Success", "sent"), ("Succeed", "sent"), ("Failed", "failed")],
)
async def test_a_message_triggers_sms_result(
    pbx: Simulator, automate: Automate, deliver: Deliver, status: str, result: str
) -> None:
    """Firmware spells success in two ways."""
    ran = await automate("sms_result", {"result": result})
    pbx.send_report({"action": "sms-send", "status": status, "smsid": "0611-1"})
    await deliver()
    assert [call.data["trigger"]["sms_id"] for call in ran] == ["0611-1"]


async def test_an_automation_survives_the_reload_of_its_pbx(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    automate: Automate,
    deliver: Deliver,
) -> None:
    """It runs for the calls after the reload as well."""
    ran = await automate("call_received", {})
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver()
    assert len(ran) == 1
