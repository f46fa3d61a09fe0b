"""The session with a PBX: it comes back by itself, and nothing is sent in vain."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
import logging
import re
import time
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import CONF_PASSWORD, CONF_PORT, CONF_USERNAME, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.yeastar.const import CONF_PASSWORD_REFUSED, DOMAIN
from custom_components.yeastar.pbx.events import CallMoved
from custom_components.yeastar.pbx.http import Http
from custom_components.yeastar.pbx.interface import Pbx
from custom_components.yeastar.pbx.s_series import client as client_module
from tests.conftest import WEBHOOK_ID
from tests.helpers import (
    deliver,
    pass_time,
    polls_of,
    progress_of,
    requests_of,
    state_of,
)
from tests.simulator import Fault, Outcome, Simulator
from tests.source import texts

ENGLISH = texts("en")
JAYSON = "sensor.jayson"
SOON = 3
FAST = 11
AWAY = 61
HOUR = 3600
NIGHT = 10 * HOUR
LOCK_OUT = 600


@pytest.fixture
def together(freezer: FrozenDateTimeFactory, pbx: Simulator) -> FrozenDateTimeFactory:
    """Let the PBX live in the same frozen time; return what moves it."""

    def clock() -> float:
        return time.time()

    pbx.clock = pbx.sessions.clock = clock
    return freezer


async def wait(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float
) -> None:
    """Let time pass at once."""
    freezer.tick(seconds)
    await pass_time(hass, 0)


async def an_hour(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Let an hour pass in which nothing happens but polls."""
    for _ in range(6):
        await wait(hass, freezer, HOUR / 6)


async def assert_reports_arrive(hass: HomeAssistant, pbx: Simulator) -> None:
    """Check that a phone that rings now shows without a poll."""
    polls = polls_of(pbx)
    assert state_of(hass, JAYSON) == "idle"
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert state_of(hass, JAYSON) == "ringing"
    assert polls_of(pbx) == polls


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set an entry up, whatever comes of it."""
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


async def hang_up(hass: HomeAssistant) -> None:
    """Let a person do something."""
    await hass.services.async_call(
        DOMAIN, "hang_up", {"extension": "1000"}, blocking=True
    )


def change_password(pbx: Simulator) -> None:
    """Let an administrator of the PBX change the password; the tokens go too."""
    pbx.password = "changed-by-somebody"
    pbx.expire_tokens()


# It comes back by itself


async def test_a_dead_token_costs_one_login(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The next poll is as good as any, and reports come again."""
    pbx.expire_tokens()
    await pass_time(hass, FAST)
    assert pbx.logins_ok == 2
    await assert_reports_arrive(hass, pbx)


async def test_polls_and_actions_share_one_login(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """However many find the token dead at the same time."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    pbx.expire_tokens()
    await asyncio.gather(
        loaded.runtime_data.coordinator.async_ask_now(),
        *(loaded.runtime_data.pbx.client.extensions() for _ in range(10)),
        hang_up(hass),
    )
    assert pbx.logins_ok == 2


async def test_a_restart_that_keeps_the_tokens_is_seen_by_its_report(
    together: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """The token still works, so only the start of the PBX tells."""
    await an_hour(hass, together)
    pbx.quirks.keeps_tokens = True
    pbx.reboot()
    await deliver(hass, pbx)
    await wait(hass, together, FAST)
    assert pbx.logins_ok == 2
    await assert_reports_arrive(hass, pbx)


async def test_a_restart_that_nobody_reports_is_seen_by_the_uptime(
    together: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Within the five minutes after which the PBX is asked for it."""
    await an_hour(hass, together)
    pbx.quirks.keeps_tokens = True
    pbx.report_target = None
    pbx.reboot()
    await wait(hass, together, 301)
    assert pbx.logins_ok == 2
    await assert_reports_arrive(hass, pbx)


async def test_a_pbx_that_did_not_restart_needs_no_login(
    together: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """A report that says so proves nothing: anybody could send it."""
    for _ in range(5):
        await wait(hass, together, 301)
        pbx.send_report({"action": "BootUp"})
        await deliver(hass, pbx)
        await wait(hass, together, SOON)
    assert pbx.logins_ok == 1


async def test_another_address_of_ours_gets_the_reports(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    reachable: None,
    pbx: Simulator,
    entry: MockConfigEntry,
) -> None:
    """The PBX posts to the address that logged in, so that has to be the new one."""
    entry.add_to_hass(hass)
    with patch.object(Http, "own_address", return_value="127.0.0.99"):
        await set_up(hass, entry)
    assert pbx.report_target
    pbx.report_target = replace(pbx.report_target, host="127.0.0.99")
    await wait(hass, freezer, 301)
    assert pbx.logins_ok == 2
    await assert_reports_arrive(hass, pbx)
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_pbx_that_was_off_for_a_night_is_there_again(
    together: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """It forgot everything about us."""
    await pbx.stop()
    for _ in range(20):
        await wait(hass, together, NIGHT / 20)
    assert state_of(hass, JAYSON) == "unavailable"
    pbx.sessions.forget_all()
    pbx.report_target = None
    pbx.state.device.booted = pbx.clock()
    await pbx.start()
    await wait(hass, together, AWAY)
    assert pbx.logins_ok == 2
    await assert_reports_arrive(hass, pbx)


async def test_home_assistant_that_was_off_for_a_night_is_there_again(
    together: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """It even was switched off without saying goodbye."""
    pbx.fail_next(Fault.CLOSE, endpoint="logout")
    await hass.config_entries.async_unload(loaded.entry_id)
    together.tick(NIGHT)
    pbx.outside_call("5503301", to="1002", trunk="SIP-142")
    await deliver(hass, pbx)
    assert {report.outcome for report in pbx.reports} == {Outcome.TOKEN_DEAD}
    await set_up(hass, loaded)
    assert pbx.logins_ok == 2
    await assert_reports_arrive(hass, pbx)


async def test_any_report_makes_a_pbx_that_was_away_be_asked_at_once(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Although the next poll would be a minute away."""
    pbx.fault = Fault.CLOSE
    for _ in range(7):
        await pass_time(hass, AWAY)
    assert state_of(hass, JAYSON) == "unavailable"
    pbx.fault = None
    pbx.send_report({"action": "SmsSendResult", "smsid": "1", "status": "Success"})
    await deliver(hass, pbx)
    await pass_time(hass, SOON)
    assert state_of(hass, JAYSON) == "idle"


async def test_where_polling_is_off_the_pbx_is_found_again_as_well(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """By the heartbeat, which then is all that is sent."""
    hass.config_entries.async_update_entry(loaded, pref_disable_polling=True)
    await hass.config_entries.async_reload(loaded.entry_id)
    pbx.reboot()
    pbx.fault = Fault.CLOSE
    for _ in range(6):
        await wait(hass, freezer, 310)
    pbx.fault = None
    await wait(hass, freezer, 310)
    assert pbx.logins_ok == 3
    await assert_reports_arrive(hass, pbx)


async def test_a_pbx_that_is_away_is_sent_no_heartbeat(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Polls look for it already."""
    pbx.fault = Fault.CLOSE
    for _ in range(12):
        await wait(hass, freezer, 310)
    assert state_of(hass, JAYSON) == "unavailable"
    assert not requests_of(pbx, "heartbeat")


# A password that the PBX refused


def asked(hass: HomeAssistant) -> int:
    """Return how often a person is asked for the password now."""
    flows = hass.config_entries.flow.async_progress()
    return sum(flow["context"]["source"] == SOURCE_REAUTH for flow in flows)


async def submit(hass: HomeAssistant, entry: MockConfigEntry) -> FlowResultType:
    """Let a person submit the form of the password as it was."""
    (flow,) = hass.config_entries.flow.async_progress()
    result = await hass.config_entries.flow.async_configure(
        flow["flow_id"],
        {key: entry.data[key] for key in (CONF_USERNAME, CONF_PASSWORD)},
    )
    await hass.async_block_till_done()
    return result["type"]


async def test_an_action_that_finds_the_password_changed_says_so(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """And a person is asked; the action does not send it again."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    change_password(pbx)
    for _ in range(7):
        with pytest.raises(HomeAssistantError, match="refused user name or password"):
            await hang_up(hass)
    assert pbx.logins_failed == 1
    assert loaded.data[CONF_PASSWORD_REFUSED]
    assert asked(hass) == 1


async def test_a_heartbeat_that_finds_the_password_changed_asks_a_person(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Where polling is off, nobody else would notice."""
    hass.config_entries.async_update_entry(loaded, pref_disable_polling=True)
    await hass.config_entries.async_reload(loaded.entry_id)
    change_password(pbx)
    for _ in range(8):
        await wait(hass, freezer, 310)
    assert pbx.logins_failed == 1
    assert loaded.data[CONF_PASSWORD_REFUSED]
    assert asked(hass) == 1


async def test_a_day_after_a_changed_password_costs_one_bad_login(
    together: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Polls, reports, actions, reloads and restarts: none of them sends it again."""
    target = pbx.report_target
    change_password(pbx)
    for hour in range(24):
        await an_hour(hass, together)
        pbx.report_target = target
        pbx.outside_call("5503301", to="1000", trunk="SIP-142")
        with pytest.raises(HomeAssistantError):
            await hang_up(hass)
        if hour % 3 == 2:
            await hass.config_entries.async_reload(loaded.entry_id)
    assert pbx.logins_failed == len(requests_of(pbx, "login")) - 1 == 1
    assert asked(hass) == 1


async def test_the_same_password_is_sent_again_when_a_person_says_so(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Somebody set it right at the PBX."""
    right = pbx.password
    change_password(pbx)
    await pass_time(hass, FAST)
    pbx.password = right
    await pass_time(hass, AWAY)
    assert state_of(hass, JAYSON) == "unavailable"
    assert await submit(hass, loaded) is FlowResultType.ABORT
    assert pbx.logins_failed == 1
    assert CONF_PASSWORD_REFUSED not in loaded.data
    await assert_reports_arrive(hass, pbx)


async def test_the_same_wrong_password_costs_one_login_more(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Each submit is one, and what comes between is none."""
    change_password(pbx)
    await pass_time(hass, FAST)
    assert await submit(hass, loaded) is FlowResultType.FORM
    await pass_time(hass, AWAY)
    await hass.config_entries.async_reload(loaded.entry_id)
    assert pbx.logins_failed == 2
    assert loaded.data[CONF_PASSWORD_REFUSED]


async def test_a_refused_operation_is_no_refused_password(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Only a login sends it; polls go on."""
    pbx.refuse_next(20003, endpoint="extensionlist/query")
    await pass_time(hass, FAST)
    await pass_time(hass, FAST)
    assert asked(hass) == 0
    assert state_of(hass, JAYSON) == "idle"
    assert CONF_PASSWORD_REFUSED not in loaded.data


# Locked out


def issue(
    hass: HomeAssistant, kind: str, entry: MockConfigEntry
) -> ir.IssueEntry | None:
    """Return what a person is told, None if nothing."""
    return ir.async_get(hass).async_get_issue(DOMAIN, f"{kind}_{entry.entry_id}")


@pytest.fixture
async def locked_out(
    together: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> MockConfigEntry:
    """Return an entry that just learnt that the PBX locked us out."""
    pbx.expire_tokens()
    pbx.lock_out()
    await wait(hass, together, FAST)
    return loaded


async def test_until_when_we_are_locked_out_is_told(
    hass: HomeAssistant, locked_out: MockConfigEntry
) -> None:
    """In local time, to the minute after it, and there is nothing to click."""
    told = issue(hass, "locked_out", locked_out)
    assert told
    assert not told.is_fixable
    assert told.severity is ir.IssueSeverity.ERROR
    over = dt_util.now().timestamp() + LOCK_OUT + 60
    local = datetime.fromtimestamp(over, dt_util.get_default_time_zone())
    assert told.translation_placeholders == {
        "name": "Yeastar S100",
        "time": local.strftime("%H:%M"),
    }


async def test_a_lock_out_is_waited_out(
    together: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    locked_out: MockConfigEntry,
) -> None:
    """Nothing is sent before it is over; then all is well and nothing is told."""
    sent = len(pbx.requests)
    for _ in range(9):
        await wait(hass, together, 65)
    assert len(pbx.requests) == sent
    await wait(hass, together, 20)
    assert issue(hass, "locked_out", locked_out) is None
    await assert_reports_arrive(hass, pbx)
    assert "locked_until" not in locked_out.data


async def test_an_action_of_one_who_is_locked_out_says_so(
    hass: HomeAssistant, pbx: Simulator, locked_out: MockConfigEntry
) -> None:
    """And sends nothing."""
    sent = len(pbx.requests)
    with pytest.raises(HomeAssistantError, match="locked out the address"):
        await hang_up(hass)
    assert len(pbx.requests) == sent


async def test_a_lock_out_is_waited_out_over_reloads(
    together: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    locked_out: MockConfigEntry,
) -> None:
    """What is told does not change by them, nor is anything sent."""
    sent = len(pbx.requests)
    told = issue(hass, "locked_out", locked_out)
    assert told
    for _ in range(5):
        await wait(hass, together, 100)
        await hass.config_entries.async_reload(locked_out.entry_id)
        again = issue(hass, "locked_out", locked_out)
        assert again
        assert again.translation_placeholders == told.translation_placeholders
    assert progress_of(locked_out) is ConfigEntryState.SETUP_RETRY
    assert len(pbx.requests) == sent
    for _ in range(2):
        await wait(hass, together, 90)
    assert progress_of(locked_out) is ConfigEntryState.LOADED
    assert issue(hass, "locked_out", locked_out) is None
    await assert_reports_arrive(hass, pbx)


async def test_a_lock_out_met_at_setup_is_waited_out(
    together: FrozenDateTimeFactory,
    hass: HomeAssistant,
    reachable: None,
    pbx: Simulator,
    entry: MockConfigEntry,
) -> None:
    """No reauthentication: the password may be right."""
    pbx.lock_out()
    entry.add_to_hass(hass)
    await set_up(hass, entry)
    assert progress_of(entry) is ConfigEntryState.SETUP_RETRY
    assert asked(hass) == 0
    for _ in range(6):
        await wait(hass, together, 95)
    assert len(requests_of(pbx, "login")) == 1
    for _ in range(2):
        await wait(hass, together, 95)
    assert progress_of(entry) is ConfigEntryState.LOADED
    assert pbx.logins_ok == 1
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_clock_that_was_set_back_locks_nobody_out_for_longer(
    together: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    locked_out: MockConfigEntry,
) -> None:
    """A box without a battery thinks that it is years ago, until it knows better."""
    pbx.clear_lockout()
    together.move_to("2020-01-01")
    await hass.config_entries.async_reload(locked_out.entry_id)
    assert progress_of(locked_out) is ConfigEntryState.LOADED


async def test_a_password_that_was_accepted_ends_a_lock_out(
    hass: HomeAssistant, pbx: Simulator, locked_out: MockConfigEntry
) -> None:
    """An administrator deleted the block, and somebody submitted the form."""
    pbx.clear_lockout()
    locked_out.async_start_reauth(hass)
    await hass.async_block_till_done()
    assert await submit(hass, locked_out) is FlowResultType.ABORT
    assert progress_of(locked_out) is ConfigEntryState.LOADED
    assert issue(hass, "locked_out", locked_out) is None


# An address that is not allowed


async def test_which_address_is_not_allowed_is_told(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The one that the PBX sees; the log says it once."""
    caplog.clear()
    pbx.allowed_ips = {"192.0.2.1"}
    for _ in range(6):
        await pass_time(hass, AWAY)
    told = issue(hass, "address_not_allowed", loaded)
    assert told
    assert not told.is_fixable
    assert told.translation_placeholders == {
        "name": "Yeastar S100",
        "address": "127.0.0.1",
    }
    lines = [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.WARNING and record.name.startswith("custom_")
    ]
    assert len(lines) == 1
    assert "does not allow the address of Home Assistant" in lines[0]


async def test_an_address_that_is_allowed_again_works_again(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Within a minute, and nothing is told any more."""
    pbx.allowed_ips = {"192.0.2.1"}
    for _ in range(3):
        await pass_time(hass, AWAY)
    pbx.allowed_ips.add("127.0.0.1")
    await pass_time(hass, AWAY)
    assert issue(hass, "address_not_allowed", loaded) is None
    await assert_reports_arrive(hass, pbx)


async def test_an_address_not_allowed_at_setup_is_told(
    hass: HomeAssistant, reachable: None, pbx: Simulator, entry: MockConfigEntry
) -> None:
    """And it is set up as soon as it is allowed."""
    pbx.allowed_ips = set()
    entry.add_to_hass(hass)
    await set_up(hass, entry)
    assert issue(hass, "address_not_allowed", entry)
    pbx.allowed_ips = None
    await pass_time(hass, AWAY)
    assert progress_of(entry) is ConfigEntryState.LOADED
    assert issue(hass, "address_not_allowed", entry) is None
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("action", ["async_unload", "async_remove"])
async def test_nothing_is_told_of_a_pbx_that_is_not_there(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, action: str
) -> None:
    """Neither of one that was switched off here nor of one taken away."""
    pbx.allowed_ips = {"192.0.2.1"}
    await pass_time(hass, FAST)
    await pass_time(hass, FAST)
    assert issue(hass, "address_not_allowed", loaded)
    await getattr(hass.config_entries, action)(loaded.entry_id)
    assert issue(hass, "address_not_allowed", loaded) is None


@pytest.mark.parametrize(
    ("kind", "words"),
    [("locked_out", {"name", "time"}), ("address_not_allowed", {"name", "address"})],
)
def test_what_is_told_has_its_words(kind: str, words: set[str]) -> None:
    """In the title or the description."""
    texts: dict[str, str] = ENGLISH["issues"][kind]
    assert set(texts) == {"title", "description"}
    assert set(re.findall(r"\{(\w+)\}", "".join(texts.values()))) == words


# Goodbye


async def test_shutdown_logs_out(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """No session is left, so no report is sent to nobody."""
    await hass.async_stop()
    assert not pbx.sessions.tokens
    assert pbx.report_target is None
    so_far = len(pbx.requests)
    await pass_time(hass, 700)
    assert len(pbx.requests) == so_far


async def test_shutdown_does_not_wait_for_a_pbx_that_hangs(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Five seconds at most; the session dies by itself."""
    assert client_module.LOGOUT_TIMEOUT == 5
    monkeypatch.setattr(client_module, "LOGOUT_TIMEOUT", 0.05)
    pbx.fail_next(Fault.HANG, endpoint="logout")
    async with asyncio.timeout(2):
        await hass.async_stop()
    assert len(requests_of(pbx, "logout")) == 1


async def test_shutdown_does_not_wait_for_a_poll_that_hangs(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """And its session ends all the same."""
    so_far = len(pbx.requests)
    pbx.fail_next(Fault.HANG, endpoint="extensionlist/query")
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=FAST))
    while len(pbx.requests) == so_far:
        await asyncio.sleep(0.01)
    async with asyncio.timeout(2):
        await hass.async_stop()
    assert not pbx.sessions.tokens


async def test_a_failed_setup_does_not_log_out_at_shutdown(
    hass: HomeAssistant, reachable: None, pbx: Simulator, entry: MockConfigEntry
) -> None:
    """It did so before."""
    pbx.fail_next(Fault.GARBAGE, endpoint="extensionlist/query")
    entry.add_to_hass(hass)
    await set_up(hass, entry)
    await hass.async_stop()
    assert len(requests_of(pbx, "logout")) == 1


async def test_unload_ends_a_heartbeat_that_hangs(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Nothing of it is left."""
    hass.config_entries.async_update_entry(loaded, pref_disable_polling=True)
    await hass.config_entries.async_reload(loaded.entry_id)
    pbx.fail_next(Fault.HANG, endpoint="heartbeat")
    freezer.tick(910)
    async_fire_time_changed(hass)
    while not requests_of(pbx, "heartbeat"):
        await asyncio.sleep(0)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert not pbx.sessions.tokens


async def test_what_was_under_way_at_an_unload_leaves_no_timer(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """An answer or a report may still be applied while the entry goes."""
    call = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.outside_hangs_up(call)
    await deliver(hass, pbx)
    device: Pbx = loaded.runtime_data.pbx
    await hass.config_entries.async_unload(loaded.entry_id)
    device.apply(CallMoved(call_id=call.callid))
    device.tell()
    assert device.calls.next_due is not None
    # The end of the test looks for timers.


# Several at once


@pytest.fixture
async def other(socket_enabled: None) -> AsyncGenerator[Simulator]:
    """Return a second PBX."""
    async with Simulator() as simulator:
        simulator.state.device.sn = "369364835219"
        simulator.state.device.devicename = "Annexe"
        yield simulator


@pytest.fixture
async def other_loaded(
    hass: HomeAssistant, loaded: MockConfigEntry, other: Simulator
) -> AsyncGenerator[MockConfigEntry]:
    """Return the entry of the second PBX, set up."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Annexe",
        unique_id=other.state.device.sn,
        data={
            **loaded.data,
            CONF_PORT: other.port,
            CONF_WEBHOOK_ID: WEBHOOK_ID[::-1],
        },
    )
    entry.add_to_hass(hass)
    await set_up(hass, entry)
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda pbx: setattr(pbx, "fault", Fault.CLOSE),
        change_password,
        lambda pbx: (pbx.expire_tokens(), pbx.lock_out()),
        lambda pbx: setattr(pbx, "allowed_ips", set()),
    ],
    ids=["away", "password", "locked out", "address"],
)
async def test_two_pbxs_fail_each_for_itself(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    other: Simulator,
    other_loaded: MockConfigEntry,
    spoil: Callable[[Simulator], object],
) -> None:
    """What is wrong with one is neither told of nor felt by the other."""
    spoil(other)
    for _ in range(3):
        await pass_time(hass, AWAY)
    assert state_of(hass, "sensor.jayson_2") == "unavailable"
    assert CONF_PASSWORD_REFUSED not in loaded.data
    assert not issue(hass, "locked_out", loaded)
    assert not issue(hass, "address_not_allowed", loaded)
    assert pbx.logins_ok == 1
    await assert_reports_arrive(hass, pbx)


async def test_two_pbxs_report_each_for_itself(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    other: Simulator,
    other_loaded: MockConfigEntry,
) -> None:
    """The same extension number rings in one of them."""
    other.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, other)
    assert state_of(hass, "sensor.jayson_2") == "ringing"
    assert state_of(hass, JAYSON) == "idle"


# Forms that log in


async def test_a_form_that_fails_after_its_login_gives_the_reports_back(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """It does not know whose reports it took, so all log in again."""
    loaded.async_start_reauth(hass)
    await hass.async_block_till_done()
    pbx.fail_next(Fault.HTML, endpoint="deviceinfo/query")
    assert await submit(hass, loaded) is FlowResultType.FORM
    await assert_reports_arrive(hass, pbx)
