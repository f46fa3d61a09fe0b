"""The form for a P-Series: the same as for an S-Series, and told apart before a login."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import CONF_PASSWORD, CONF_USERNAME, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import Store
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import CONF_FAMILY, DOMAIN
from custom_components.yeastar.features import login
from custom_components.yeastar.issues import NO_REPORTS, issue_id
from custom_components.yeastar.pbx.p_series import session
from custom_components.yeastar.pbx.p_series.session import PSeriesSession
from custom_components.yeastar.push import health
from tests.helpers import progress_of
from tests.setup_form import submit
from tests.simulator.p_series import PSeriesSimulator

from .conftest import pass_time, until


@pytest.fixture
def form(entry: MockConfigEntry) -> dict[str, Any]:
    """Return what a person fills in."""
    kept = (CONF_FAMILY, CONF_WEBHOOK_ID)
    return {key: value for key, value in entry.data.items() if key not in kept}


@pytest.fixture(autouse=True)
async def ended(hass: HomeAssistant, reachable: None) -> AsyncGenerator[None]:
    """Let entries that a form made end with the test."""
    yield
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        await hass.config_entries.async_unload(entry.entry_id)


async def test_a_p_series_is_set_up(
    hass: HomeAssistant, pbx: PSeriesSimulator, form: dict[str, Any]
) -> None:
    """Its family is kept, and the token of the form is revoked."""
    result = await submit(hass, form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    assert entry.data[CONF_FAMILY] == "p_series"
    assert entry.unique_id == pbx.state.device.sn
    assert entry.state is ConfigEntryState.LOADED
    assert pbx.tokens_alive == 1


async def test_which_family_it_is_is_asked_without_a_secret(
    hass: HomeAssistant, pbx: PSeriesSimulator, form: dict[str, Any]
) -> None:
    """Nothing of what was typed goes to a server that may be something else."""
    await submit(hass, form)
    first = pbx.requests[0]
    assert (first.method, first.endpoint) == ("GET", "system/information")
    assert not first.query


@pytest.mark.parametrize(
    ("errcode", "error"),
    [
        (10003, "invalid_auth"),
        (10004, "invalid_auth"),
        (60002, "too_many_sessions"),
        (70004, "locked_out"),
        (70087, "ip_not_allowed"),
        (10001, "api_unavailable"),
        (10002, "api_unavailable"),
    ],
)
async def test_what_the_pbx_refuses_is_said(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    form: dict[str, Any],
    errcode: int,
    error: str,
) -> None:
    """In one sentence each, and the form can be sent again."""
    pbx.refuse_next(errcode, "get_token", 9)
    result = await submit(hass, form)
    assert result["errors"] == {"base": error}
    pbx.faults.clear()
    result = await hass.config_entries.flow.async_configure(result["flow_id"], form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_a_wrong_secret_is_sent_once(
    hass: HomeAssistant, pbx: PSeriesSimulator, form: dict[str, Any]
) -> None:
    """Five of them would lock Home Assistant out."""
    result = await submit(hass, {**form, CONF_PASSWORD: "0" * 32})
    assert result["errors"] == {"base": "invalid_auth"}
    assert pbx.logins_failed == 1


# While it runs


async def test_a_token_is_kept_alive_where_polling_is_off(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else it would die while nothing happens."""
    hass.config_entries.async_update_entry(loaded, pref_disable_polling=True)
    pbx.expire_tokens()
    loaded.runtime_data.pbx.forget_session()
    monkeypatch.setattr(login, "HEARTBEAT_AFTER", 0.0)
    before = len(pbx.requests)
    await pass_time(hass, 301)
    await until(lambda: "refresh_token" in [r.endpoint for r in pbx.requests[before:]])


async def test_a_lock_out_is_waited_out_after_a_restart(
    hass: HomeAssistant, pbx: PSeriesSimulator, entry: MockConfigEntry
) -> None:
    """Another login would make it longer."""
    entry.add_to_hass(hass)
    pbx.lock_out()
    await hass.config_entries.async_setup(entry.entry_id)
    assert progress_of(entry) is ConfigEntryState.SETUP_RETRY
    sent = len([r for r in pbx.requests if r.endpoint == "get_token"])
    await hass.config_entries.async_reload(entry.entry_id)
    assert progress_of(entry) is ConfigEntryState.SETUP_RETRY
    assert len([r for r in pbx.requests if r.endpoint == "get_token"]) == sent


async def test_phones_that_are_not_monitored_are_named(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Once calls change of which no event told."""
    monkeypatch.setattr(health, "UNREPORTED_SECONDS", 0.0)
    pbx.state.extensions["1000"].monitor_calls = False
    pbx.state.trunks["SIP-142"].monitor_calls = False
    pbx.outside_call("5503301", to=min(pbx.state.ivrs), trunk="SIP-142")
    await loaded.runtime_data.coordinator.async_refresh()
    registry = ir.async_get(hass)
    issue = issue_id(NO_REPORTS, loaded.entry_id)
    await until(lambda: registry.async_get_issue(DOMAIN, issue))
    found = registry.async_get_issue(DOMAIN, issue)
    assert found
    assert found.translation_key == "no_events"
    assert (found.translation_placeholders or {})["names"] == "1000, SIP-142"


async def test_a_reload_does_not_go_on_with_the_session_that_it_ended(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Though the disk is slow: it would be refused, and renewed in vain."""
    write = Store._async_write_data

    async def slowly(store: Store[Any], *args: Any) -> None:
        await asyncio.sleep(0.3)
        await write(store, *args)

    before = len(pbx.requests)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Store, "_async_write_data", slowly)
        assert await hass.config_entries.async_reload(loaded.entry_id)
    sent = [request.endpoint for request in pbx.requests[before:]]
    assert sent[:2] == ["del_token", "get_token"]
    assert "refresh_token" not in sent
    await until(lambda: loaded.runtime_data.health.works)


async def test_ten_kills_of_home_assistant_take_two_tokens_at_most(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of the eight that the PBX has: each run goes on with what the one before stored."""

    async def die(self: PSeriesSession) -> None:
        """End without a word to the PBX."""
        if self._login:
            self._login.cancel()

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(PSeriesSession, "log_out", die)
        for run in range(10):
            if run in (3, 6):
                # Half an hour passes.
                pbx.expire_tokens()
            assert await hass.config_entries.async_reload(loaded.entry_id)
            await until(lambda: loaded.runtime_data.health.works)
            assert pbx.tokens_alive <= 2
    assert pbx.logins_ok <= 2


async def test_a_secret_that_was_changed_at_the_pbx_is_sent_once(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """Polls, reloads and actions do not send it again before a person submitted the form."""
    old, pbx.client_secret = pbx.client_secret, "1" * 32
    coordinator = loaded.runtime_data.coordinator
    for _ in range(3):
        await coordinator.async_refresh()
    assert pbx.logins_failed == 1
    for _ in range(2):
        await hass.config_entries.async_reload(loaded.entry_id)
        assert progress_of(loaded) is ConfigEntryState.SETUP_ERROR
    assert pbx.logins_failed == 1
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    form = {CONF_USERNAME: pbx.client_id, CONF_PASSWORD: pbx.client_secret}
    assert pbx.client_secret != old
    await hass.config_entries.flow.async_configure(flow["flow_id"], form)
    await hass.async_block_till_done()
    await until(lambda: progress_of(loaded) is ConfigEntryState.LOADED)
    assert pbx.logins_failed == 1


def take_all_tokens(pbx: PSeriesSimulator) -> None:
    """Let other programs take all eight."""
    pbx.revoke_tokens()
    for _ in range(8):
        pbx.sessions.open()


def allow_another_address(pbx: PSeriesSimulator) -> None:
    """Let the PBX listen to another address alone."""
    pbx.allowed_ips = {"127.0.0.2"}


def allow_again(pbx: PSeriesSimulator) -> None:
    """Let a person mend what can be mended."""
    pbx.allowed_ips = None
    pbx.clear_lockout()
    pbx.revoke_tokens()


@pytest.mark.parametrize(
    ("trouble", "issue"),
    [
        (take_all_tokens, "too_many_sessions"),
        (PSeriesSimulator.lock_out, "locked_out"),
        (allow_another_address, "address_not_allowed"),
    ],
)
async def test_what_a_person_can_mend_is_a_repair_issue(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Callable[[PSeriesSimulator], object],
    issue: str,
) -> None:
    """Until the PBX gives a token again; no user is asked for another secret."""
    for wait in ("SESSIONS_WAIT", "LOCK_OUT"):
        monkeypatch.setattr(session, wait, 0.0)
    registry = ir.async_get(hass)
    coordinator = loaded.runtime_data.coordinator
    trouble(pbx)
    for _ in range(2):
        await coordinator.async_refresh()
    assert registry.async_get_issue(DOMAIN, issue_id(issue, loaded.entry_id))
    allow_again(pbx)
    await coordinator.async_refresh()
    assert coordinator.last_update_success
    assert not registry.async_get_issue(DOMAIN, issue_id(issue, loaded.entry_id))
    assert not hass.config_entries.flow.async_progress()
