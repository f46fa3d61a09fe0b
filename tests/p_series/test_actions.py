"""Actions that an S-Series has as well, done by a P-Series."""

from homeassistant.components.switch import DOMAIN as SWITCH
from homeassistant.const import ATTR_ENTITY_ID, SERVICE_TURN_OFF, SERVICE_TURN_ON
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.actions.words import refused
from tests.helpers import state_of
from tests.simulator.p_series import PSeriesSimulator

from .conftest import Act, body_of, deliver, until

QUIET = "switch.jayson_do_not_disturb"
SMS = {"number": "01705550134", "message": "Dinner & dancing", "trunk": "GSM-trunk"}


async def test_a_number_outside_calls_back(pbx: PSeriesSimulator, act: Act) -> None:
    """The first number rings first, by the rights of the phone that is named."""
    answer = await act(
        "callback",
        first_number="01705550134",
        second_number="01705550135",
        permission_of="1000",
    )
    body = body_of(pbx, "call/dial")
    assert (body["caller"], body["callee"]) == ("01705550134", "01705550135")
    assert body["dial_permission"] == "1000"
    assert answer["call_id"] in pbx.calls


async def test_a_phone_is_sent_to_an_ivr(pbx: PSeriesSimulator, act: Act) -> None:
    """It rings, and hears the menu when it is picked up."""
    await act("dial_to_ivr", ivr="6500", extension="1000")
    body = body_of(pbx, "call/dial")
    assert (body["caller"], body["callee"]) == ("1000", "6500")


async def test_a_number_outside_is_sent_to_a_queue(
    pbx: PSeriesSimulator, act: Act
) -> None:
    """The PBX calls it out of the queue, by the rights of the phone that is named."""
    queue = min(pbx.state.queues)
    await act(
        "dial_to_queue", queue=queue, number="01705550134", permission_of="Jayson"
    )
    body = body_of(pbx, "call/dial")
    assert (body["caller"], body["callee"]) == (queue, "01705550134")
    assert body["dial_permission"] == "1000"


# Text messages


async def test_a_text_message(pbx: PSeriesSimulator, act: Act) -> None:
    """The PBX gives no id for it."""
    assert (await act("send_sms", **SMS))["sms_id"] == ""
    assert pbx.sms_sent == [("GSM-trunk", "01705550134", "Dinner & dancing")]


async def test_the_result_of_a_text_message_is_not_told(
    pbx: PSeriesSimulator, act: Act
) -> None:
    """An automation that needs it learns so before the message is sent."""
    with refused("sms_result_unsupported"):
        await act("send_sms", **SMS, wait_for="result")
    assert pbx.sms_sent == []


# Do not disturb


async def switch(hass: HomeAssistant, pbx: PSeriesSimulator, service: str) -> None:
    """Turn the switch of Jayson's phone."""
    await hass.services.async_call(
        SWITCH, service, {ATTR_ENTITY_ID: QUIET}, blocking=True
    )
    await deliver(hass, pbx)


async def test_after_do_not_disturb_comes_the_presence_of_before(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """Not simply *Available*, which would send calls to somebody who is at lunch."""
    jayson = pbx.state.extensions["1000"]
    pbx.set_presence("1000", "lunch")
    await deliver(hass, pbx)
    await switch(hass, pbx, SERVICE_TURN_ON)
    assert jayson.presence == "do_not_disturb"
    await switch(hass, pbx, SERVICE_TURN_OFF)
    assert jayson.presence == "lunch"
    await switch(hass, pbx, SERVICE_TURN_ON)
    await switch(hass, pbx, SERVICE_TURN_OFF)
    assert jayson.presence == "lunch"


async def test_it_is_kept_over_a_restart(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """Which presence it was."""
    pbx.set_presence("1000", "off_work")
    await switch(hass, pbx, SERVICE_TURN_ON)
    await hass.config_entries.async_reload(loaded.entry_id)
    await until(lambda: loaded.runtime_data.health.works)
    await switch(hass, pbx, SERVICE_TURN_OFF)
    assert pbx.state.extensions["1000"].presence == "off_work"


async def test_a_phone_that_was_quiet_before_becomes_available(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """Nobody knows which presence it had."""
    pbx.set_presence("1000", "do_not_disturb")
    await deliver(hass, pbx)
    await switch(hass, pbx, SERVICE_TURN_ON)
    await switch(hass, pbx, SERVICE_TURN_OFF)
    assert pbx.state.extensions["1000"].presence == "available"


async def test_forwarding_is_refused_in_words(pbx: PSeriesSimulator, act: Act) -> None:
    """A P-Series forwards by presence, in which it is not built."""
    before = len(pbx.requests)
    with refused("forwarding_unsupported"):
        await act("set_forwarding", extension="1000", when="always", to="mobile")
    assert not [r for r in pbx.requests[before:] if r.method == "POST"]


# Phones and trunks


async def test_a_phone_that_is_unplugged(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """It shows with the next list: another phone may be there for the extension."""
    pbx.set_device("1000", "Sip", registered=False)
    await deliver(hass, pbx)
    assert state_of(hass, "sensor.jayson") == "idle"
    await loaded.runtime_data.coordinator.async_refresh()
    assert state_of(hass, "sensor.jayson") == "unregistered"
    pbx.set_device("1000", "Sip", registered=True)
    await deliver(hass, pbx)
    assert state_of(hass, "sensor.jayson") == "idle"


async def test_a_trunk_that_fails(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """Its state changes at once, not with the next list of trunks."""
    pbx.set_trunk_status("SIP-142", 41)
    await deliver(hass, pbx)
    trunks = loaded.runtime_data.inventory.trunks
    assert trunks["SIP-142"].state == "failure"
