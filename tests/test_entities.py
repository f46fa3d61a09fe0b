"""What the entities of a PBX show over whole calls."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar import sensor
from custom_components.yeastar.const import DOMAIN, EVENT_YEASTAR_CALL
from tests.helpers import deliver, pass_time, state_of
from tests.simulator import Fault, Simulator

JAYSON = "sensor.jayson"
AMY = "sensor.amy"
INBOUND = "sensor.yeastar_s100_inbound_calls"
OUTBOUND = "sensor.yeastar_s100_outbound_calls"
INTERNAL = "sensor.yeastar_s100_internal_calls"
REGISTERED = "binary_sensor.jayson_online"
REGISTERED_EXTENSIONS = "sensor.yeastar_s100_phones_online"
TRUNK = "sensor.sip_142"
PROBLEM = "binary_sensor.sip_142_problem"

COUNTS = (INBOUND, OUTBOUND, INTERNAL)
MISSED = "sensor.yeastar_s100_missed_calls"


@pytest.fixture(params=[True, False], ids=["with reports", "by polls alone"])
async def way(
    request: pytest.FixtureRequest, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Let what happens be known by reports and polls, or by polls alone."""
    pbx.report_target = pbx.report_target if request.param else None


async def see(hass: HomeAssistant, pbx: Simulator) -> None:
    """Let reports come, and a poll be answered."""
    await deliver(hass, pbx)
    (entry,) = hass.config_entries.async_loaded_entries(DOMAIN)
    await entry.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()


def calls_of(hass: HomeAssistant, entity_id: str) -> list[dict[str, Any]]:
    """Return the calls that a sensor lists."""
    state = hass.states.get(entity_id)
    assert state is not None
    calls: list[dict[str, Any]] = state.attributes["calls"]
    return calls


def counts(hass: HomeAssistant) -> tuple[str, ...]:
    """Return how many calls come in, go out and stay inside."""
    return tuple(state_of(hass, entity_id) for entity_id in COUNTS)


# Calls


@pytest.mark.usefixtures("freezer", "way")
async def test_an_inbound_call_from_ring_to_end(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """The phone rings, talks and is free again; the PBX counts the call."""
    assert counts(hass) == ("0", "0", "0")
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await see(hass, pbx)
    assert state_of(hass, JAYSON) == "ringing"
    assert counts(hass) == ("1", "0", "0")
    pbx.answer("1000")
    await see(hass, pbx)
    assert state_of(hass, JAYSON) == "in_call"
    assert counts(hass) == ("1", "0", "0")
    pbx.hang_up("1000")
    await see(hass, pbx)
    freezer.tick(10)
    await see(hass, pbx)
    assert state_of(hass, JAYSON) == "idle"
    assert counts(hass) == ("0", "0", "0")


@pytest.mark.usefixtures("freezer", "way")
async def test_the_states_are_new_when_an_event_of_the_call_comes(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """An automation that an event starts reads in its templates what is so now."""
    shown: dict[str, tuple[str, str]] = {}

    @callback
    def happened(event: Event) -> None:
        shown[event.data["type"]] = state_of(hass, INBOUND), state_of(hass, MISSED)

    hass.bus.async_listen(EVENT_YEASTAR_CALL, happened)
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await see(hass, pbx)
    pbx.hang_up("1000")
    await see(hass, pbx)
    freezer.tick(10)
    await see(hass, pbx)
    assert shown["received"] == ("1", "0")
    assert shown["missed"] == shown["ended"] == ("0", "1")


@pytest.mark.usefixtures("freezer", "way")
async def test_an_outbound_call_from_dialling_to_end(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """The same the other way round."""
    call = pbx.outgoing_call("1000", "5503302", "SIP-142")
    await see(hass, pbx)
    assert counts(hass) == ("0", "1", "0")
    pbx.answer_outside(call)
    await see(hass, pbx)
    assert state_of(hass, JAYSON) == "in_call"
    assert counts(hass) == ("0", "1", "0")
    pbx.outside_hangs_up(call)
    await see(hass, pbx)
    freezer.tick(10)
    await see(hass, pbx)
    assert state_of(hass, JAYSON) == "idle"
    assert counts(hass) == ("0", "0", "0")


async def test_an_internal_call_from_ring_to_end(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Reports alone tell of it; no query of the PBX does."""
    pbx.internal_call("1000", "1002")
    await see(hass, pbx)
    assert state_of(hass, AMY) == "ringing"
    assert counts(hass) == ("0", "0", "1")
    pbx.answer("1002")
    await see(hass, pbx)
    assert state_of(hass, JAYSON) == state_of(hass, AMY) == "in_call"
    assert counts(hass) == ("0", "0", "1")
    pbx.hang_up("1000")
    await see(hass, pbx)
    assert state_of(hass, JAYSON) == state_of(hass, AMY) == "idle"
    assert counts(hass) == ("0", "0", "0")


@pytest.mark.usefixtures("way")
async def test_a_call_on_hold_and_back(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The phone is on hold, the call lives on."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.answer("1000")
    await see(hass, pbx)
    pbx.hold("1000")
    await see(hass, pbx)
    assert state_of(hass, JAYSON) == "on_hold"
    assert counts(hass) == ("1", "0", "0")
    pbx.resume("1000")
    await see(hass, pbx)
    assert state_of(hass, JAYSON) == "in_call"
    assert counts(hass) == ("1", "0", "0")


@pytest.mark.usefixtures("freezer", "way")
async def test_several_calls_at_once(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Each has its place, and the end of one leaves the others alone."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.outside_call("5503302", to="1002", trunk="SIP-142")
    pbx.outgoing_call("1005", "5503303", "SIP-142")
    await see(hass, pbx)
    assert counts(hass) == ("2", "1", "0")
    pbx.answer("1000")
    pbx.hang_up("1000")
    await see(hass, pbx)
    freezer.tick(10)
    await see(hass, pbx)
    assert counts(hass) == ("1", "1", "0")
    assert state_of(hass, AMY) == "ringing"
    assert [call["from"] for call in calls_of(hass, INBOUND)] == ["5503302"]


@pytest.mark.usefixtures("way")
async def test_a_ring_group_rings_every_phone(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """One call, two phones; who does not answer is free again."""
    pbx.outside_call("5503301", to="6200", trunk="SIP-142")
    await see(hass, pbx)
    assert state_of(hass, JAYSON) == state_of(hass, AMY) == "ringing"
    assert counts(hass) == ("1", "0", "0")
    pbx.answer("1002")
    await see(hass, pbx)
    assert state_of(hass, JAYSON) == "idle"
    assert state_of(hass, AMY) == "in_call"
    assert counts(hass) == ("1", "0", "0")


async def test_the_calls_say_who_talks_to_whom(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """All that a dashboard needs for a list of calls."""
    call = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await see(hass, pbx)
    (shown,) = calls_of(hass, INBOUND)
    assert set(shown) == {
        "call_id",
        "leg_ids",
        "caller_id",
        "called_number",
        "direction",
        "from",
        "to",
        "from_name",
        "to_name",
        "from_normalized",
        "to_normalized",
        "trunk",
        "extensions",
        "status",
        "started",
        "answered",
    }
    assert shown["call_id"] == call.callid
    assert shown["leg_ids"] == [call.legs[0].id]
    assert (shown["direction"], shown["status"]) == ("inbound", "ringing")
    assert (shown["from"], shown["from_name"]) == ("5503301", None)
    assert (shown["to"], shown["to_name"]) == ("1000", "Jayson")
    assert (shown["from_normalized"], shown["to_normalized"]) == ("5503301", "1000")
    assert (shown["trunk"], shown["extensions"]) == ("SIP-142", ["1000"])
    assert shown["answered"] is None


async def test_a_held_call_stays_on_hold_when_a_poll_lists_it(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The list of the PBX says that it talks; its phone holds it."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.answer("1000")
    pbx.hold("1000")
    await deliver(hass, pbx)
    assert [call["status"] for call in calls_of(hass, INBOUND)] == ["on_hold"]
    for _ in range(2):
        await see(hass, pbx)
        assert [call["status"] for call in calls_of(hass, INBOUND)] == ["on_hold"]
    pbx.resume("1000")
    await see(hass, pbx)
    assert [call["status"] for call in calls_of(hass, INBOUND)] == ["talking"]


async def test_the_calls_follow_the_life_of_a_call(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Answered once, and nothing left at the end."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.answer("1000")
    await see(hass, pbx)
    (shown,) = calls_of(hass, INBOUND)
    assert shown["status"] == "talking"
    assert shown["answered"] >= shown["started"]
    pbx.hang_up("1000")
    await see(hass, pbx)
    assert calls_of(hass, INBOUND) == []


async def test_an_outbound_call_has_the_id_of_its_leg(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The leg's id is not the call's, and both are understood by actions."""
    call = pbx.outgoing_call("1000", "5503302", "SIP-142")
    pbx.answer_outside(call)
    await see(hass, pbx)
    (shown,) = calls_of(hass, OUTBOUND)
    (leg,) = call.outside_legs
    assert leg.id != call.callid
    assert shown["call_id"] == call.callid
    assert shown["leg_ids"] == [leg.id]
    assert (shown["from"], shown["from_name"]) == ("1000", "Jayson")


@pytest.mark.parametrize("entity_id", COUNTS)
async def test_who_calls_whom_is_not_recorded(
    hass: HomeAssistant, loaded: MockConfigEntry, entity_id: str
) -> None:
    """The number of calls is history, the parties are not."""
    state = hass.states.get(entity_id)
    assert state is not None
    assert state.state_info is not None
    assert "calls" in state.state_info["unrecorded_attributes"]


# The words of extensions


@pytest.mark.parametrize(
    ("word", "state", "registered"),
    [
        ("Registered", "idle", STATE_ON),
        ("Idle", "idle", STATE_ON),
        ("registered", "idle", STATE_ON),
        ("Ringing", "ringing", STATE_ON),
        ("Busy", "in_call", STATE_ON),
        ("InUse", "in_call", STATE_ON),
        ("Hold", "on_hold", STATE_ON),
        ("Unavailable", "unregistered", STATE_OFF),
        ("Unregistered", "unregistered", STATE_OFF),
        ("UNREGISTERED", "unregistered", STATE_OFF),
        ("Malfunction", "malfunction", STATE_OFF),
        ("Fxsnoport", "no_port", STATE_OFF),
        ("Unknown", "unknown", "unknown"),
        ("Moonwalking", "unknown", "unknown"),
    ],
)
@pytest.mark.usefixtures("way")
async def test_every_word_for_an_extension_has_its_state(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    word: str,
    state: str,
    registered: str,
) -> None:
    """In reports as in lists, however it is written."""
    pbx.set_extension_status("1000", word)
    await see(hass, pbx)
    assert state_of(hass, JAYSON) == state
    assert state_of(hass, REGISTERED) == registered


async def test_registered_extensions_are_counted(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """A phone in a call is registered, one unplugged is not."""
    assert state_of(hass, REGISTERED_EXTENSIONS) == "5"
    pbx.set_extension_status("1000", "Unavailable")
    await deliver(hass, pbx)
    assert state_of(hass, REGISTERED_EXTENSIONS) == "4"
    pbx.outside_call("5503301", to="1002", trunk="SIP-142")
    await deliver(hass, pbx)
    assert state_of(hass, REGISTERED_EXTENSIONS) == "4"
    pbx.set_extension_status("1000", "Registered")
    await deliver(hass, pbx)
    assert state_of(hass, REGISTERED_EXTENSIONS) == "5"


# The words of trunks


@pytest.mark.parametrize(
    ("word", "state", "problem"),
    [
        ("Registered", "registered", STATE_OFF),
        ("Registered (Unmonitored)", "registered", STATE_OFF),
        ("Registering", "registering", STATE_OFF),
        ("Failure", "failure", STATE_ON),
        ("Disable", "disabled", STATE_OFF),
        ("Disabled", "disabled", STATE_OFF),
        ("Fault", "fault", STATE_ON),
        ("Idle", "idle", STATE_OFF),
        ("idle", "idle", STATE_OFF),
        ("Busy", "busy", STATE_OFF),
        ("Alarm", "alarm", STATE_ON),
        ("Down", "down", STATE_ON),
        ("Up", "up", STATE_OFF),
        ("Power Off", "power_off", STATE_ON),
        ("No SIM", "no_sim", STATE_ON),
        ("No Signal", "no_signal", STATE_ON),
        ("Pin Error", "pin_error", STATE_ON),
        ("Unregister", "unregistered", STATE_ON),
        ("Unregistered", "unregistered", STATE_ON),
        ("Unknown", "unknown", "unknown"),
        ("Dreaming", "unknown", "unknown"),
    ],
)
async def test_every_word_for_a_trunk_has_its_state(
    hass: HomeAssistant,
    reachable: None,
    pbx: Simulator,
    entry: MockConfigEntry,
    word: str,
    state: str,
    problem: str,
) -> None:
    """A line that is switched off is no problem, one out of order is."""
    pbx.set_trunk_status("SIP-142", word)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, TRUNK) == state
    assert state_of(hass, PROBLEM) == problem
    assert await hass.config_entries.async_unload(entry.entry_id)


# Identity and absence


@pytest.mark.parametrize(
    ("entity_id", "key"),
    [
        (INBOUND, "inbound_calls"),
        (OUTBOUND, "outbound_calls"),
        (INTERNAL, "internal_calls"),
        (REGISTERED_EXTENSIONS, "registered_extensions"),
        ("sensor.yeastar_s100_missed_calls", "missed_calls"),
        ("sensor.yeastar_s100_last_call", "last_call"),
        ("sensor.yeastar_s100_last_restart", "last_restart"),
        (JAYSON, "1000_state"),
        ("sensor.jayson_connected_party", "1000_connected_party"),
        ("sensor.jayson_missed_calls", "1000_missed_calls"),
        (REGISTERED, "1000_registered"),
        (TRUNK, "trunk_SIP-142_state"),
        (PROBLEM, "trunk_SIP-142_problem"),
    ],
)
async def test_an_entity_is_known_by_serial_number_and_key(
    entity_registry: er.EntityRegistry,
    loaded: MockConfigEntry,
    entity_id: str,
    key: str,
) -> None:
    """Dashboards and automations outlive a new address and a new name."""
    entity = entity_registry.async_get(entity_id)
    assert entity is not None
    assert entity.unique_id == f"{loaded.unique_id}_{key}"


@pytest.mark.parametrize(
    "entity_id",
    [JAYSON, REGISTERED, TRUNK, PROBLEM, REGISTERED_EXTENSIONS, *COUNTS],
)
async def test_entities_are_unavailable_without_the_pbx(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, entity_id: str
) -> None:
    """An old state would be a lie; it is true again when the PBX is back."""
    before = state_of(hass, entity_id)
    pbx.fault = Fault.CLOSE
    await pass_time(hass, 61)
    await pass_time(hass, 61)
    assert state_of(hass, entity_id) == STATE_UNAVAILABLE
    pbx.fault = None
    await pass_time(hass, 61)
    assert state_of(hass, entity_id) == before


async def test_an_extension_that_is_gone_is_unavailable_only_itself(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Amy stays when Jayson goes."""
    del pbx.state.extensions["1000"]
    for _ in range(3):
        await see(hass, pbx)
    assert hass.states.get(JAYSON) is None
    assert state_of(hass, AMY) == "idle"
    assert state_of(hass, REGISTERED_EXTENSIONS) == "4"


async def test_a_long_list_of_calls_is_shown_twice_a_second(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first change at once; what an attribute lists is bounded, the number not."""
    monkeypatch.setattr(sensor, "FEW_CALLS", 1)
    monkeypatch.setattr(sensor, "MAX_LISTED", 2)
    for number in range(3):
        pbx.outside_call(f"550330{number}", to="1000", trunk="SIP-142")
        await deliver(hass, pbx)
    assert state_of(hass, INBOUND) == "1"
    await pass_time(hass, sensor.PAUSE)
    assert state_of(hass, INBOUND) == "3"
    assert len(calls_of(hass, INBOUND)) == 2
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    assert await hass.config_entries.async_unload(loaded.entry_id)
