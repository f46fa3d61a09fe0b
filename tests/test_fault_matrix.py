"""Every fault in every phase: once it ends, all is as if it had never been."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from logging import ERROR, LogRecord

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import DOMAIN
from custom_components.yeastar.features import login
from custom_components.yeastar.pbx.http import Http
from custom_components.yeastar.pbx.s_series import client
from custom_components.yeastar.pbx.s_series.listings import extension_state
from tests.helpers import (
    impatient,
    members_of,
    pass_time,
    polls_of,
    requests_of,
    state_of,
)
from tests.simulator import Fault, Simulator

ONE_POLL = 61
PATIENCE = 1.0
"""Seconds to wait for an answer that something is wrong with."""


type Step = Callable[[HomeAssistant, Simulator, MockConfigEntry], Awaitable[None]]


async def log_in(hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry) -> None:
    """Need a new token."""
    pbx.expire_tokens()
    await pass_time(hass, ONE_POLL)


async def poll(hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry) -> None:
    """Poll so often in vain that everything is unavailable."""
    for _ in range(2):
        await pass_time(hass, ONE_POLL)


async def dial(hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry) -> None:
    """Start a call, or be told that it is not known whether it was."""
    with suppress(HomeAssistantError):
        await hass.services.async_call(
            DOMAIN, "dial", {"extension": "1000", "number": "1002"}, blocking=True
        )


async def keep_alive(
    hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry
) -> None:
    """Let so much time pass without polls that a heartbeat is due."""
    hass.config_entries.async_update_entry(entry, pref_disable_polling=True)
    await pass_time(hass, 301)


async def log_out(hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry) -> None:
    """Take the entry down."""
    assert await hass.config_entries.async_unload(entry.entry_id)


async def wait_for_poll(
    hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry
) -> None:
    """Poll once, without being asked to."""
    await pass_time(hass, ONE_POLL)


async def set_up(hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry) -> None:
    """Set up what was taken down."""
    assert await hass.config_entries.async_setup(entry.entry_id)


async def ask(hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry) -> None:
    """Poll once, as an automation asks for where polling is off."""
    await entry.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()


@dataclass(frozen=True, slots=True)
class Phase:
    """Something that sends a request of one kind, so and so often."""

    endpoint: str
    run: Step
    times: int = 1
    poll_again: Step = wait_for_poll


PHASES = {
    "login": Phase("login", log_in),
    "poll": Phase("extensionlist/query", poll, times=2),
    "poll of calls": Phase("inbound/query", poll, times=2),
    "action": Phase("extension/dial_extension", dial),
    "heartbeat": Phase("heartbeat", keep_alive, poll_again=ask),
    "logout": Phase("logout", log_out, poll_again=set_up),
}


def change_unnoticed(pbx: Simulator) -> None:
    """Let something happen that no report tells."""
    pbx.report_target = None
    pbx.set_extension_status("1003", "Unavailable")
    pbx.outside_call("5503301", to="1005", trunk="SIP-142")
    # Who is not answered gives up in the time that passes.
    pbx.answer("1005")
    pbx.add_extension("1999", "New")


def devices_of(hass: HomeAssistant, entry: MockConfigEntry) -> int:
    """Return how many phones and lines are there."""
    return len(members_of(hass, entry))


def shown(hass: HomeAssistant, pbx: Simulator) -> dict[str, str]:
    """Return what is shown of the phones."""
    registry, serial = er.async_get(hass), pbx.state.device.sn
    found = {
        number: registry.async_get_entity_id(
            Platform.SENSOR, DOMAIN, f"{serial}_{number}_state"
        )
        for number in pbx.state.extensions
    }
    return {
        number: state_of(hass, entity_id or number)
        for number, entity_id in found.items()
    }


def real(pbx: Simulator) -> dict[str, str | None]:
    """Return what the phones do."""
    return {
        number: extension_state(pbx.board.shown_status(extension))
        for number, extension in pbx.state.extensions.items()
    }


def is_bug(record: LogRecord) -> bool:
    """Return whether we logged an error that nobody thought of."""
    ours = record.name.startswith("custom_components")
    return ours and record.levelno >= ERROR and bool(record.exc_info)


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("phase", PHASES.values(), ids=PHASES)
async def test_a_fault_leaves_nothing_behind(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    phase: Phase,
    fault: Fault,
) -> None:
    """All states are right within one poll, and nothing was sent twice.

    That no task and no timer is left is checked at the end of every test.
    """
    devices = devices_of(hass, loaded)
    # What is read once after the start is no part of this.
    await pass_time(hass, 2)
    # Nor are reports that are asked for once more, since none told of the changes.
    monkeypatch.setattr(loaded.runtime_data.coordinator, "on_unreported", lambda: None)
    change_unnoticed(pbx)
    before = len(requests_of(pbx, phase.endpoint))
    pbx.fail_next(fault, count=99, endpoint=phase.endpoint)
    with monkeypatch.context() as meanwhile:
        if fault in (Fault.HANG, Fault.SLOW):
            meanwhile.setattr(Http, "exchange", impatient(PATIENCE, phase.endpoint))
            meanwhile.setattr(client, "LOGOUT_TIMEOUT", PATIENCE)
        meanwhile.setattr(login, "HEARTBEAT_AFTER", 0.0)
        await phase.run(hass, pbx, loaded)
    sent = requests_of(pbx, phase.endpoint)[before:]
    assert [request.fault for request in sent] == [fault] * phase.times

    pbx.faults.clear()
    polls = polls_of(pbx)
    await phase.poll_again(hass, pbx, loaded)
    assert polls_of(pbx) == polls + 1
    assert shown(hass, pbx) == real(pbx)
    assert state_of(hass, "sensor.yeastar_s100_inbound_calls") == "1"
    assert devices_of(hass, loaded) == devices + 1
    assert len(requests_of(pbx, "extension/dial_extension")) <= 1
    assert not [record for record in caplog.records if is_bug(record)]
