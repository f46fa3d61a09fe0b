"""A PBX that is taken away leaves nothing; a device that is stale may be deleted."""

import asyncio
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.yeastar.const import DOMAIN
from tests.conftest import WEBHOOK_ID
from tests.helpers import deliver, pass_time, progress_of, requests_of
from tests.simulator import Fault, Simulator


async def missed_call(hass: HomeAssistant, pbx: Simulator) -> None:
    """Let somebody call in vain."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.reject("1000")
    await deliver(hass, pbx)
    await pass_time(hass, 3)


def issue_about(hass: HomeAssistant, entry_id: str) -> None:
    """Complain about a PBX."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"whatever_{entry_id}",
        is_fixable=False,
        is_persistent=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key="call_log_damaged",
        translation_placeholders={"lost": "1"},
    )


# Removal


async def test_removal_logs_out(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The PBX posts no more."""
    await hass.config_entries.async_remove(loaded.entry_id)
    assert len(requests_of(pbx, "logout")) == 1
    assert not pbx.sessions.tokens
    assert pbx.report_target is None


async def test_removal_takes_the_webhook_and_all_listeners_away(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """What was not listened to before is not listened to any more."""
    await hass.config_entries.async_remove(loaded.entry_id)
    assert WEBHOOK_ID not in hass.data["webhook"]
    for _ in range(5):
        await pass_time(hass, 3600)
    assert pbx.requests[-1].endpoint == "logout"
    assert not [name for name in hass.bus.async_listeners() if "yeastar" in str(name)]


async def test_removal_takes_the_issues_of_the_pbx_away(
    hass: HomeAssistant,
    issue_registry: ir.IssueRegistry,
    loaded: MockConfigEntry,
) -> None:
    """And none of another one."""
    issue_about(hass, loaded.entry_id)
    issue_about(hass, "another")
    await hass.config_entries.async_remove(loaded.entry_id)
    assert list(issue_registry.issues) == [(DOMAIN, "whatever_another")]


async def test_removal_takes_the_file_away(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """With the calls of everybody in it."""
    await missed_call(hass, pbx)
    await pass_time(hass, 31)
    assert f"{DOMAIN}.{loaded.entry_id}" in hass_storage
    await hass.config_entries.async_remove(loaded.entry_id)
    await pass_time(hass, 61)
    assert not [key for key in hass_storage if DOMAIN in key]


async def test_what_is_not_written_yet_is_not_written_after_removal(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Changes wait half a minute to be written; then there is nothing to write."""
    await missed_call(hass, pbx)
    await hass.config_entries.async_remove(loaded.entry_id)
    await pass_time(hass, 61)
    assert not [key for key in hass_storage if DOMAIN in key]


async def test_a_call_that_ends_during_removal_brings_no_file_back(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Saying goodbye takes a moment, in which there may be news."""
    await missed_call(hass, pbx)
    runtime = loaded.runtime_data
    assert await hass.config_entries.async_unload(loaded.entry_id)
    runtime.call_log.async_learn(frozenset(runtime.calls.log))
    await hass.config_entries.async_remove(loaded.entry_id)
    await pass_time(hass, 61)
    assert not [key for key in hass_storage if DOMAIN in key]


async def test_unload_keeps_what_was_not_written_yet(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Only removal forgets."""
    await missed_call(hass, pbx)
    assert await hass.config_entries.async_reload(loaded.entry_id)
    assert len(loaded.runtime_data.calls.log) == 1
    assert loaded.runtime_data.call_log.missed == 1


async def test_unload_writes_nothing_if_nothing_happened(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """A PBX that cannot be reached is tried again and again."""
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert not [key for key in hass_storage if DOMAIN in key]


async def test_a_pbx_that_is_away_can_be_removed(
    hass: HomeAssistant,
    reachable: None,
    pbx: Simulator,
    entry: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    """Nobody waits for its goodbye, nothing is tried again."""
    pbx.fault = Fault.CLOSE
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert progress_of(entry).value == "setup_retry"
    await hass.config_entries.async_remove(entry.entry_id)
    so_far = len(pbx.requests)
    await pass_time(hass, 3600)
    assert len(pbx.requests) == so_far
    assert not issue_registry.issues
    assert WEBHOOK_ID not in hass.data["webhook"]


async def test_no_task_is_left(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Not even of a report that asked for a poll just before."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    await hass.config_entries.async_remove(loaded.entry_id)
    names = [task.get_name() for task in asyncio.all_tasks()]
    assert not [name for name in names if DOMAIN in name or loaded.title in name]


# Stale devices


@pytest.fixture
async def page(hass: HomeAssistant) -> None:
    """Let there be a page of devices: no web server that runs takes a new one."""
    for component in ("websocket_api", "config"):
        assert await async_setup_component(hass, component, {})


@pytest.fixture
def delete(
    hass_ws_client: WebSocketGenerator,
    device_registry: dr.DeviceRegistry,
    entry: MockConfigEntry,
) -> Any:
    """Return how a person deletes a device, and whether that worked."""

    async def press(key: str) -> bool:
        identifier = (DOMAIN, f"{entry.unique_id}{key}")
        device = device_registry.async_get_device_by_identifier(
            identifier, entry.entry_id
        )
        assert device
        client = await hass_ws_client()
        answer = await client.remove_device(device.id)
        gone = device_registry.async_get(device.id) is None
        assert gone == answer["success"]
        return gone

    return press


@pytest.mark.parametrize("key", ["", "_1000", "_trunk_SIP-142"])
async def test_what_the_pbx_has_is_not_deleted(
    page: None, loaded: MockConfigEntry, delete: Any, key: str
) -> None:
    """It would be back at once; the PBX itself is deleted with its entry."""
    assert not await delete(key)


@pytest.mark.parametrize("key", ["_1999", "_trunk_old"])
async def test_what_the_pbx_no_longer_has_may_be_deleted(
    page: None,
    loaded: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    delete: Any,
    key: str,
) -> None:
    """A device that was left over."""
    device_registry.async_get_or_create(
        config_entry_id=loaded.entry_id,
        identifiers={(DOMAIN, f"{loaded.unique_id}{key}")},
        name="Left over",
        via_device_id=loaded.runtime_data.device_id,
    )
    assert await delete(key)


async def test_while_nobody_knows_nothing_is_deleted(
    hass: HomeAssistant, page: None, loaded: MockConfigEntry, delete: Any
) -> None:
    """A PBX that is not set up is not asked."""
    await hass.config_entries.async_unload(loaded.entry_id)
    assert not await delete("_1000")
