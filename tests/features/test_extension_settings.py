"""When settings of extensions are read: seldom, and only what is needed."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
import re

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.yeastar.features import extension_settings
from custom_components.yeastar.features.extension_settings import INTERVAL, RETRY
from custom_components.yeastar.pbx.models import ExtensionSettings, Listing
from tests.helpers import deliver, pass_time, polls_of, requests_of, state_of
from tests.simulator import Fault, Simulator

JAYSON = "switch.jayson_do_not_disturb"
EVERY = INTERVAL.total_seconds()
AMY = "switch.amy_do_not_disturb"
NUMBERS = ["1000", "1001", "1002", "1003", "1005", "1006"]


def read(pbx: Simulator) -> list[list[str]]:
    """Return which extensions each request so far asked for."""
    return [
        item.body["extid"].split(",") for item in requests_of(pbx, "extension/query")
    ]


async def refresh(hass: HomeAssistant, entry: MockConfigEntry, times: int = 1) -> None:
    """Let the PBX be polled."""
    for _ in range(times):
        await entry.runtime_data.coordinator.async_refresh()
        await hass.async_block_till_done()


# How often


async def test_all_are_read_at_start_and_every_few_minutes(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """In one request, as long as they are few."""
    await pass_time(hass, 1)
    assert read(pbx) == [NUMBERS]
    pbx.state.extensions["1000"].dnd = True
    await pass_time(hass, EVERY - 30)
    assert len(read(pbx)) == 1
    await pass_time(hass, EVERY)
    assert read(pbx) == [NUMBERS, NUMBERS]
    assert state_of(hass, JAYSON) == STATE_ON


async def test_a_change_on_the_pbx_is_read_at_once(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The report names the extension, and no other one is read."""
    await pass_time(hass, 1)
    pbx.state.extensions["1002"].dnd = True
    pbx.rename_extension("1002", "Amy")
    pbx.rename_extension("1002", "Amy")
    await deliver(hass, pbx)
    await pass_time(hass, 1)
    assert read(pbx)[1:] == [["1002"]]
    assert (state_of(hass, AMY), state_of(hass, JAYSON)) == (STATE_ON, STATE_OFF)


async def test_a_change_of_a_trunk_is_no_reason_to_read(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Nor is one of an extension nobody looks at."""
    await pass_time(hass, 1)
    pbx.add_trunk("SIP-2")
    pbx.add_extension("1007", "Otto")
    await deliver(hass, pbx)
    before = len(read(pbx))
    await pass_time(hass, 1)
    assert read(pbx)[before:] in ([], [["1007"]])
    assert before == 1


async def test_a_restart_of_the_pbx(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Everything is read again."""
    await pass_time(hass, 1)
    pbx.reboot()
    await deliver(hass, pbx)
    await pass_time(hass, 1)
    # The first of them with the token that died.
    assert read(pbx)[1:] == [NUMBERS, NUMBERS]


async def test_without_polling_only_what_is_reported_is_read(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Home Assistant has an option for that; once after the start has to be."""
    hass.config_entries.async_update_entry(loaded, pref_disable_polling=True)
    await hass.config_entries.async_reload(loaded.entry_id)
    await pass_time(hass, 1)
    before = len(read(pbx))
    await pass_time(hass, EVERY)
    assert len(read(pbx)) == before
    pbx.rename_extension("1002", "Amy")
    await deliver(hass, pbx)
    await pass_time(hass, 1)
    assert read(pbx)[before:] == [["1002"]]


# Only what is needed


async def test_disabled_entities_cause_no_reading(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """The answer carries passwords that nobody needs."""
    for entity_id in [e for e in entity_registry.entities if e.startswith("switch.")]:
        entity_registry.async_update_entity(
            entity_id, disabled_by=er.RegistryEntryDisabler.USER
        )
    await hass.async_block_till_done()
    pbx.rename_extension("1000", "Jayson")
    await deliver(hass, pbx)
    await pass_time(hass, EVERY)
    assert not read(pbx)
    assert not loaded.runtime_data.settings.data


async def test_one_enabled_entity_causes_one_extension_to_be_read(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """And what was read of the others is forgotten."""
    await pass_time(hass, 1)
    for entity_id in [e for e in entity_registry.entities if e.startswith("switch.")]:
        if entity_id != AMY:
            entity_registry.async_update_entity(
                entity_id, disabled_by=er.RegistryEntryDisabler.USER
            )
    await hass.async_block_till_done()
    await pass_time(hass, EVERY)
    assert read(pbx)[1:] == [["1002"]]
    assert set(loaded.runtime_data.settings.data) == {"1002"}


async def test_an_extension_that_is_gone(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """It keeps none of the others from being read."""
    await pass_time(hass, 1)
    pbx.state.extensions["1000"].dnd = True
    pbx.remove_extension("1003")
    await deliver(hass, pbx)
    await pass_time(hass, EVERY)
    await pass_time(hass, EVERY)
    assert state_of(hass, JAYSON) == STATE_ON
    await refresh(hass, loaded, 3)
    await pass_time(hass, EVERY)
    assert set(loaded.runtime_data.settings.data) == set(NUMBERS) - {"1003"}


# What stands in the way


async def test_a_poll_waits_only_a_short_time_for_settings(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Calls are seen while a box is slow with its settings."""
    assert extension_settings.PATIENCE <= 5
    monkeypatch.setattr(extension_settings, "PATIENCE", 0.2)
    pbx.fail_next(Fault.HANG, endpoint="extension/query")
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=1))
    while not read(pbx):
        await asyncio.sleep(0.01)
    before = polls_of(pbx)
    async with asyncio.timeout(5):
        await loaded.runtime_data.coordinator.async_refresh()
    assert polls_of(pbx) == before + 1


@pytest.mark.parametrize("fault", [Fault.MISSING_LIST, Fault.GARBAGE, Fault.HTTP_500])
async def test_what_is_no_answer_changes_nothing_at_first(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, fault: Fault
) -> None:
    """The second time the state is unknown; the PBX itself stays available."""
    await pass_time(hass, 1)
    pbx.fail_next(fault, count=2, endpoint="extension/query")
    await pass_time(hass, EVERY)
    assert state_of(hass, JAYSON) == STATE_OFF
    await pass_time(hass, RETRY.total_seconds() + 1)
    assert state_of(hass, JAYSON) == STATE_UNKNOWN
    await pass_time(hass, RETRY.total_seconds() + 1)
    assert state_of(hass, JAYSON) == STATE_OFF


async def test_a_pbx_that_is_away_is_not_asked(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Everything is read as soon as it is back."""
    await pass_time(hass, 1)
    pbx.fault = Fault.HTTP_500
    await refresh(hass, loaded, 2)
    await pass_time(hass, EVERY)
    assert len(read(pbx)) == 1
    pbx.fault = None
    pbx.state.extensions["1000"].dnd = True
    await refresh(hass, loaded)
    await pass_time(hass, 1)
    assert state_of(hass, JAYSON) == STATE_ON


async def test_a_reading_never_undoes_a_change(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was asked for before it is answered too late."""
    device = loaded.runtime_data.pbx
    ask, changed = device.settings_of, asyncio.Event()

    async def answer_late(numbers: Sequence[str]) -> Listing[ExtensionSettings]:
        listing: Listing[ExtensionSettings] = await ask(numbers)
        if len(numbers) > 1:
            await changed.wait()
        return listing

    monkeypatch.setattr(device, "settings_of", answer_late)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=1))
    while not read(pbx):
        await asyncio.sleep(0.01)
    await loaded.runtime_data.do_not_disturb.async_set("1000", enabled=True)
    changed.set()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert (state_of(hass, JAYSON), state_of(hass, AMY)) == (STATE_ON, STATE_OFF)


async def test_a_state_is_written_only_when_it_changed(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Another setting of the same extension is not shown here."""
    await pass_time(hass, 1)
    before = hass.states.get(JAYSON)
    pbx.state.extensions["1000"].ring_timeout = 60
    await pass_time(hass, EVERY)
    assert loaded.runtime_data.settings.data["1000"].ring_timeout == 60
    after = hass.states.get(JAYSON)
    assert before and after
    assert after.last_reported == before.last_reported


async def test_no_password_is_kept(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Nor is it in a state."""
    await pass_time(hass, 1)
    kept = repr(loaded.runtime_data.settings.data) + repr(hass.states.async_all())
    for extension in pbx.state.extensions.values():
        for secret in (
            extension.register_password,
            extension.login_password_md5,
            extension.voicemail_pin,
        ):
            # Not within a longer number, as four digits are in many a time.
            assert not re.search(rf"(?<!\d){re.escape(secret)}(?!\d)", kept)
