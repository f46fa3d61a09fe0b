"""Every fault in every phase of a P-Series: once it ends, it is as if it had never been."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
import random

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import DOMAIN
from custom_components.yeastar.pbx.http import Http
from custom_components.yeastar.pbx.p_series import session
from tests.helpers import impatient, state_of
from tests.simulator.p_series import Fault, PSeriesSimulator
from tests.test_fault_matrix import is_bug

from .conftest import until

PATIENCE = 1.0
"""Seconds to wait for an answer that something is wrong with."""
REPORTS = "binary_sensor.pbx_reports"
SUPERVISOR, AMY = "sensor.supervisor", "sensor.amy"

type Step = Callable[
    [HomeAssistant, PSeriesSimulator, MockConfigEntry], Awaitable[None]
]


async def poll(
    hass: HomeAssistant, pbx: PSeriesSimulator, entry: MockConfigEntry
) -> None:
    """Poll twice, so that everything is unavailable if it is in vain."""
    for _ in range(2):
        await entry.runtime_data.coordinator.async_refresh()


async def log_in(
    hass: HomeAssistant, pbx: PSeriesSimulator, entry: MockConfigEntry
) -> None:
    """Need new tokens, as after a restart of the PBX."""
    pbx.sessions.forget_all()
    await poll(hass, pbx, entry)


async def refresh(
    hass: HomeAssistant, pbx: PSeriesSimulator, entry: MockConfigEntry
) -> None:
    """Need a refresh of the tokens."""
    pbx.expire_tokens()
    await poll(hass, pbx, entry)


async def dial(
    hass: HomeAssistant, pbx: PSeriesSimulator, entry: MockConfigEntry
) -> None:
    """Start a call, or be told that it is not known whether it was."""
    with suppress(HomeAssistantError):
        await hass.services.async_call(
            DOMAIN, "dial", {"extension": "1000", "number": "1002"}, blocking=True
        )


async def reload(
    hass: HomeAssistant, pbx: PSeriesSimulator, entry: MockConfigEntry
) -> None:
    """End the session and begin another one."""
    assert await hass.config_entries.async_reload(entry.entry_id)


@dataclass(frozen=True, slots=True)
class Phase:
    """Something that sends a request of one kind."""

    endpoint: str
    run: Step


PHASES = {
    "login": Phase("get_token", log_in),
    "refresh": Phase("refresh_token", refresh),
    "poll": Phase("extension/list", poll),
    "poll of calls": Phase("call/query", poll),
    "action": Phase("call/dial", dial),
    "logout": Phase("del_token", reload),
}


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the websocket be tried again soon."""
    monkeypatch.setattr(random.SystemRandom, "uniform", lambda self, *_: 0.02)


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("phase", PHASES.values(), ids=PHASES)
async def test_a_fault_leaves_nothing_behind(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    phase: Phase,
    fault: Fault,
) -> None:
    """All is shown again after one poll, and no call is made twice.

    That no task and no timer is left is checked at the end of every test.
    """
    before = len(pbx.requests)
    pbx.fail_next(fault, count=99, endpoint=phase.endpoint)
    with monkeypatch.context() as meanwhile:
        if fault in (Fault.HANG, Fault.SLOW):
            meanwhile.setattr(Http, "exchange", impatient(PATIENCE, phase.endpoint))
            meanwhile.setattr(session, "LOGOUT_TIMEOUT", PATIENCE)
        await phase.run(hass, pbx, loaded)
    sent = [r for r in pbx.requests[before:] if r.endpoint == phase.endpoint]
    assert {request.fault for request in sent} == {fault}
    for call_id in list(pbx.calls):
        pbx.hang_up_call(call_id)

    # Other devices of the phone may be left: only a list tells that it is gone.
    pbx.set_device("1003", "Sip", registered=False)
    pbx.faults.clear()
    await loaded.runtime_data.coordinator.async_refresh()
    await until(lambda: state_of(hass, REPORTS) == "on")
    assert state_of(hass, "sensor.ina_tang") == "unregistered"
    pbx.outside_call("5503301", to="1005", trunk="SIP-142")
    await until(lambda: state_of(hass, "sensor.pbx_inbound_calls") == "1")
    dials = [r for r in pbx.requests if r.endpoint == "call/dial"]
    assert len(dials) == (phase.endpoint == "call/dial")
    if phase.endpoint != "get_token":
        # A login whose answer is lost takes a slot.
        assert pbx.tokens_alive <= 2
    assert not [record for record in caplog.records if is_bug(record)]


async def cut(pbx: PSeriesSimulator) -> None:
    """Break the connection without a word."""
    pbx.cut_sockets()


async def close(pbx: PSeriesSimulator) -> None:
    """End the connection in order."""
    await pbx.close_sockets()


async def token_dies(pbx: PSeriesSimulator) -> None:
    """Say that the token is dead."""
    pbx.expire_tokens()


async def restart(pbx: PSeriesSimulator) -> None:
    """Forget all tokens."""
    pbx.reboot()


async def send_too_much(pbx: PSeriesSimulator) -> None:
    """Send what is no event for its size alone."""
    pbx.send_report("x" * 100_000)


@pytest.mark.parametrize("fault", [cut, close, token_dies, restart, send_too_much])
async def test_a_fault_of_the_socket_leaves_nothing_behind(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    fault: Callable[[PSeriesSimulator], Awaitable[None]],
) -> None:
    """What happened meanwhile is found, and then events arrive again."""
    pbx.refuse_upgrades()
    await fault(pbx)
    await until(lambda: state_of(hass, REPORTS) == "off")
    pbx.outside_call("5503301", to="1005", trunk="SIP-142")
    pbx.answer("1005")
    pbx.set_device("1003", "Sip", registered=False)
    pbx.refuse_upgrades(refuse=False)
    await loaded.runtime_data.coordinator.async_refresh()
    await until(lambda: state_of(hass, REPORTS) == "on")
    assert state_of(hass, SUPERVISOR) == "in_call"
    assert state_of(hass, "sensor.ina_tang") == "unregistered"
    pbx.internal_call("1000", "1002")
    await until(lambda: state_of(hass, AMY) == "ringing")
    assert not [record for record in caplog.records if is_bug(record)]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"type":30011,"msg":"{"}'])
async def test_garbage_from_the_socket_changes_nothing(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry, body: str
) -> None:
    """The connection stays, and what is no event is counted."""
    opened = pbx.hub.opened
    pbx.send_report(body)
    counts = loaded.runtime_data.report_counts
    await until(lambda: counts.malformed or counts.unknown)
    pbx.internal_call("1000", "1002")
    await until(lambda: state_of(hass, AMY) == "ringing")
    assert pbx.hub.opened == opened
