"""Setting a PBX up and taking it away."""

import asyncio
from datetime import timedelta

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import CONF_PASSWORD, CONF_PORT, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.yeastar.const import CONF_PASSWORD_REFUSED, DOMAIN
from tests.conftest import WEBHOOK_ID
from tests.helpers import (
    deliver,
    members_of,
    pass_time,
    progress_of,
    requests_of,
    state_of,
)
from tests.simulator import Fault, Outcome, Simulator

JAYSON = "sensor.jayson"


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set an entry up, whatever comes of it."""
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


async def test_states_are_there_after_setup(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Every extension shows what it does as soon as the PBX is set up."""
    assert state_of(hass, JAYSON) == "idle"
    assert state_of(hass, "sensor.erwin_co") == "unregistered"


async def test_a_ringing_phone_shows_at_once(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """A report changes the state without waiting for a poll."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert state_of(hass, JAYSON) == "ringing"
    assert state_of(hass, "sensor.yeastar_s100_inbound_calls") == "1"


async def test_setup_logs_in_once(pbx: Simulator, loaded: MockConfigEntry) -> None:
    """One session does for everything."""
    assert pbx.logins_ok == 1


# A refused password


@pytest.fixture
async def refused(
    hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry
) -> MockConfigEntry:
    """Return an entry whose password the PBX refused at setup."""
    right, pbx.password = pbx.password, "changed-by-somebody"
    await set_up(hass, entry)
    pbx.password = right
    return entry


async def test_a_refused_password_starts_reauthentication(
    hass: HomeAssistant, refused: MockConfigEntry
) -> None:
    """A person is asked, once."""
    assert refused.state is ConfigEntryState.SETUP_ERROR
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert flow["context"]["entry_id"] == refused.entry_id


async def test_a_refused_password_is_not_sent_again_by_a_reload(
    hass: HomeAssistant, pbx: Simulator, refused: MockConfigEntry
) -> None:
    """The entry remembers it, so no reload and no restart leads to a lock-out."""
    assert refused.data[CONF_PASSWORD_REFUSED]
    assert pbx.logins_failed == 1
    for _ in range(6):
        await hass.config_entries.async_reload(refused.entry_id)
        await hass.async_block_till_done()
    assert refused.state is ConfigEntryState.SETUP_ERROR
    assert len(requests_of(pbx, "login")) == 1


async def test_reauthentication_ends_the_silence(
    hass: HomeAssistant, pbx: Simulator, refused: MockConfigEntry
) -> None:
    """Once a person submitted the form, setup and reloads send the password again."""
    (flow,) = hass.config_entries.flow.async_progress()
    result = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {CONF_USERNAME: pbx.username, CONF_PASSWORD: pbx.password}
    )
    assert result["type"] is FlowResultType.ABORT
    await hass.async_block_till_done()
    assert refused.state is ConfigEntryState.LOADED
    assert await hass.config_entries.async_reload(refused.entry_id)
    assert await hass.config_entries.async_unload(refused.entry_id)
    assert pbx.logins_failed == 1


async def test_a_password_refused_later_is_sent_once(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The password was changed in the PBX while we were logged in."""
    pbx.password = "changed-by-somebody"
    pbx.expire_tokens()
    for _ in range(4):
        await pass_time(hass, 61)
    assert pbx.logins_failed == 1
    assert loaded.data[CONF_PASSWORD_REFUSED]
    assert len(hass.config_entries.flow.async_progress()) == 1
    assert state_of(hass, JAYSON) == "unavailable"


# A PBX that is away


@pytest.mark.parametrize(
    "endpoint", ["login", "deviceinfo/query", "extensionlist/query", "inbound/query"]
)
async def test_setup_is_repeated_when_the_pbx_is_away(
    hass: HomeAssistant,
    reachable: None,
    pbx: Simulator,
    entry: MockConfigEntry,
    endpoint: str,
) -> None:
    """Whatever failed, there is no half a PBX; it is there when it answers again."""
    pbx.fail_next(Fault.CLOSE, endpoint=endpoint)
    await set_up(hass, entry)
    assert progress_of(entry) is ConfigEntryState.SETUP_RETRY
    await pass_time(hass, 61)
    assert progress_of(entry) is ConfigEntryState.LOADED
    assert state_of(hass, JAYSON) == "idle"
    await hass.config_entries.async_unload(entry.entry_id)


async def test_setup_that_failed_leaves_no_session(
    hass: HomeAssistant, reachable: None, pbx: Simulator, entry: MockConfigEntry
) -> None:
    """The next attempt logs in by itself."""
    pbx.fail_next(Fault.GARBAGE, endpoint="extensionlist/query")
    await set_up(hass, entry)
    assert not pbx.sessions.tokens
    await hass.config_entries.async_unload(entry.entry_id)


# Goodbye


async def test_unload_logs_out(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """No session is left, and so no reports are sent any more."""
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert not pbx.sessions.tokens
    assert pbx.report_target is None
    assert len(requests_of(pbx, "logout")) == 1


async def test_unload_stops_the_webhook(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """What comes afterwards is nobody's."""
    target = pbx.report_target
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert WEBHOOK_ID not in hass.data["webhook"]
    pbx.report_target = target
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert state_of(hass, JAYSON) == "unavailable"
    assert all(report.outcome is Outcome.TOKEN_DEAD for report in pbx.reports)


async def test_nothing_is_asked_after_unload(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Not even what a report asked for just before."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    so_far = len(pbx.requests)
    await pass_time(hass, 700)
    assert len(pbx.requests) == so_far


async def test_unload_does_not_hang_on_a_dead_pbx(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The session dies by itself after half an hour."""
    pbx.fault = Fault.CLOSE
    assert await hass.config_entries.async_unload(loaded.entry_id)


async def test_unload_ends_a_poll_that_hangs(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Nothing lingers, and the session is ended all the same."""
    so_far = len(pbx.requests)
    pbx.fail_next(Fault.HANG, endpoint="extensionlist/query")
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=31))
    while len(pbx.requests) == so_far:
        await asyncio.sleep(0.01)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert not pbx.sessions.tokens


async def test_a_pbx_comes_back_after_unload(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Unloaded is not removed."""
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert await hass.config_entries.async_setup(loaded.entry_id)
    assert state_of(hass, JAYSON) == "idle"


async def test_removal_leaves_no_device_and_no_entity(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Gone is gone."""
    await hass.config_entries.async_remove(loaded.entry_id)
    await hass.async_block_till_done()
    assert not dr.async_entries_for_config_entry(device_registry, loaded.entry_id)
    assert not er.async_entries_for_config_entry(entity_registry, loaded.entry_id)
    assert not pbx.sessions.tokens


# Devices


async def test_the_pbx_is_a_device(
    device_registry: dr.DeviceRegistry, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """It says what it is and where its web interface is."""
    device = device_registry.async_get_device_by_identifier(
        (DOMAIN, pbx.state.device.sn), loaded.entry_id
    )
    assert device is not None
    assert device.manufacturer == "Yeastar"
    assert device.name == device.model == "Yeastar S100"
    assert device.serial_number == pbx.state.device.sn
    assert device.sw_version == pbx.state.device.firmwarever
    assert device.hw_version == pbx.state.device.hardwarever
    assert device.configuration_url == f"http://127.0.0.1:{loaded.data[CONF_PORT]}"


@pytest.mark.parametrize(
    ("key", "name", "model"),
    [
        ("1000", "Jayson", "SIP 1000"),
        ("1003", "Ina Tang", "SIP 1003"),
        ("1006", "Front door", "FXS 1006"),
        ("trunk_SIP-142", "SIP-142", "SIP"),
        ("trunk_GSM2-8", "GSM2-8", "GSM"),
    ],
)
async def test_extensions_and_trunks_are_devices_of_the_pbx(
    device_registry: dr.DeviceRegistry,
    pbx: Simulator,
    loaded: MockConfigEntry,
    key: str,
    name: str,
    model: str,
) -> None:
    """A phone has the name of its user, and its number in the model."""
    serial = pbx.state.device.sn
    parent = device_registry.async_get_device_by_identifier(
        (DOMAIN, serial), loaded.entry_id
    )
    device = device_registry.async_get_device_by_identifier(
        (DOMAIN, f"{serial}_{key}"), loaded.entry_id
    )
    assert parent is not None
    assert device is not None
    assert (device.name, device.model, device.manufacturer) == (name, model, "Yeastar")
    assert device.via_device_id == parent.id


async def test_every_extension_and_trunk_has_one_device(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """No more, no fewer."""
    devices = members_of(hass, loaded)
    assert len(devices) == len(pbx.state.extensions) + len(pbx.state.trunks)
