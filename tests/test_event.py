"""Event entities, missed calls and the log over a restart."""

from datetime import timedelta

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.yeastar.pbx.calls import model
from tests.simulator import Simulator

# The event entities of calls are disabled at first.
pytestmark = pytest.mark.usefixtures("entity_registry_enabled_by_default")


def value(hass: HomeAssistant, entity_id: str) -> str:
    """Return the state of an entity that must be there."""
    state = hass.states.get(entity_id)
    assert state is not None, entity_id
    return state.state


def last_event(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return the type of the last event of an event entity."""
    state = hass.states.get(entity_id)
    assert state is not None, entity_id
    event_type: str | None = state.attributes["event_type"]
    return event_type


async def deliver(hass: HomeAssistant, pbx: Simulator, seconds: float = 0) -> None:
    """Let all reports take effect, and then time pass."""
    await pbx.settle()
    await hass.async_block_till_done()
    if seconds:
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=seconds))
        await hass.async_block_till_done(wait_background_tasks=True)


async def miss_a_call(
    hass: HomeAssistant, pbx: Simulator, number: str = "1000"
) -> None:
    """Let somebody ring an extension and give up."""
    call = pbx.outside_call("5503301", to=number, trunk="SIP-142")
    await deliver(hass, pbx)
    pbx.outside_hangs_up(call)
    await deliver(hass, pbx, 5)


async def test_the_pbx_tells_what_happens_to_calls(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Received, answered, ended: the event entity of the PBX has each in turn."""
    entity_id = "event.yeastar_s100_call"
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert last_event(hass, entity_id) == "received"
    pbx.answer("1000")
    await deliver(hass, pbx)
    assert last_event(hass, entity_id) == "answered"
    pbx.hang_up("1000")
    await deliver(hass, pbx, 5)
    assert last_event(hass, entity_id) == "ended"


async def test_a_phone_tells_only_of_its_own_calls(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Only the phone that rings has an event."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert last_event(hass, "event.jayson_call") == "received"
    assert last_event(hass, "event.amy_call") is None


async def test_the_connected_party_has_a_name(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Each side of an internal call sees the user's name of the other."""
    pbx.internal_call("1000", "1002")
    pbx.answer("1002")
    await deliver(hass, pbx)
    assert value(hass, "sensor.jayson_connected_party") == "Amy"
    assert value(hass, "sensor.amy_connected_party") == "Jayson"
    assert value(hass, "sensor.yeastar_s100_internal_calls") == "1"


async def test_a_phone_that_rang_in_vain_is_connected_to_nobody(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Both phones of a group ring, one answers."""
    pbx.outside_call("5503301", to="6200", trunk="SIP-142")
    await deliver(hass, pbx)
    assert value(hass, "sensor.amy_connected_party") == "5503301"
    pbx.answer("1000")
    await deliver(hass, pbx)
    assert value(hass, "sensor.jayson_connected_party") == "5503301"
    assert value(hass, "sensor.amy_connected_party") == "nobody"


async def test_a_call_that_waits_does_not_hide_the_one_that_is_on(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Two calls at once on one phone."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.answer("1000")
    pbx.outside_call("5503302", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert value(hass, "sensor.jayson_connected_party") == "5503301"
    assert value(hass, "sensor.yeastar_s100_inbound_calls") == "2"


async def test_missed_calls_count_until_somebody_looks(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The PBX and the phone that rang count; the button starts from zero."""
    await miss_a_call(hass, pbx)
    await miss_a_call(hass, pbx)
    assert value(hass, "sensor.yeastar_s100_missed_calls") == "2"
    assert value(hass, "sensor.jayson_missed_calls") == "2"
    assert value(hass, "sensor.amy_missed_calls") == "0"
    await hass.services.async_call(
        "button",
        "press",
        {ATTR_ENTITY_ID: "button.yeastar_s100_mark_missed_calls_as_seen"},
        blocking=True,
    )
    assert value(hass, "sensor.yeastar_s100_missed_calls") == "0"
    assert value(hass, "sensor.jayson_missed_calls") == "0"


async def test_a_missed_call_is_forgotten_with_the_log_of_it(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A house that never looks does not remember all calls of its life."""
    monkeypatch.setattr(model, "MAX_LOG", 2)
    for _ in range(3):
        await miss_a_call(hass, pbx)
    assert value(hass, "sensor.yeastar_s100_missed_calls") == "2"
    await miss_a_call(hass, pbx, "1002")
    await miss_a_call(hass, pbx, "1002")
    assert value(hass, "sensor.jayson_missed_calls") == "0"
    assert len(loaded.runtime_data.call_log.unseen) == 2


async def test_a_call_to_a_group_that_someone_answered_is_missed_by_nobody(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The phone that also rang counts nothing."""
    pbx.outside_call("5503301", to="6200", trunk="SIP-142")
    await deliver(hass, pbx)
    pbx.answer("1000")
    await deliver(hass, pbx)
    pbx.hang_up("1000")
    await deliver(hass, pbx, 5)
    assert value(hass, "sensor.yeastar_s100_missed_calls") == "0"
    assert value(hass, "sensor.amy_missed_calls") == "0"


async def test_missed_calls_survive_a_reload(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Counter and log are there after a reload, the last call as well."""
    await miss_a_call(hass, pbx)
    last = value(hass, "sensor.yeastar_s100_last_call")
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert loaded.state is ConfigEntryState.LOADED
    assert value(hass, "sensor.yeastar_s100_missed_calls") == "1"
    assert value(hass, "sensor.jayson_missed_calls") == "1"
    assert value(hass, "sensor.yeastar_s100_last_call") == last


async def test_a_damaged_call_in_the_stored_log_is_left_out(
    hass: HomeAssistant,
    issue_registry: ir.IssueRegistry,
    hass_storage: dict[str, object],
    reachable: None,
    pbx: Simulator,
    entry: MockConfigEntry,
) -> None:
    """What cannot be read is left out, somebody is told, and the rest goes on."""
    hass_storage[f"yeastar.{entry.entry_id}"] = {
        "version": 1,
        "key": f"yeastar.{entry.entry_id}",
        "data": {"calls": [{"call_id": "1"}, 5], "unseen": ["1"]},
    }
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert value(hass, "sensor.yeastar_s100_missed_calls") == "0"
    issue = issue_registry.async_get_issue(
        "yeastar", f"call_log_damaged_{entry.entry_id}"
    )
    assert issue is not None
    assert issue.translation_placeholders == {
        "lost": "2",
        "name": entry.title,
        "file": f"yeastar.{entry.entry_id}",
    }
    await hass.config_entries.async_unload(entry.entry_id)


async def test_removing_a_pbx_removes_its_log(
    hass: HomeAssistant,
    hass_storage: dict[str, object],
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Nothing of it is left on disk."""
    await miss_a_call(hass, pbx)
    await hass.config_entries.async_remove(loaded.entry_id)
    await hass.async_block_till_done()
    assert f"yeastar.{loaded.entry_id}" not in hass_storage


@pytest.mark.parametrize(
    ("status", "event"), [("Succeed", "sent"), ("Failed", "failed")]
)
async def test_the_result_of_a_message_is_an_event(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    status: str,
    event: str,
) -> None:
    """The event entity says whether it was sent."""
    pbx.send_report({"action": "sms-send", "status": status, "smsid": "0611-1"})
    await deliver(hass, pbx)
    assert last_event(hass, "event.yeastar_s100_message") == event
