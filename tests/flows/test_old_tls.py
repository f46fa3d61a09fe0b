"""A PBX that speaks TLS 1.0 and 1.1 alone: said in words, and used once it is allowed."""

from collections.abc import AsyncGenerator
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import CONF_FINGERPRINT, CONF_OLD_TLS, DOMAIN
from tests.helpers import pass_time, progress_of, state_of
from tests.setup_form import go_on, submit
from tests.simulator import Simulator
from tests.simulator.tls import outdated_context, refusing_tls_1_2, server_context

STATE = "sensor.jayson"


@pytest.fixture
async def pbx(socket_enabled: None) -> AsyncGenerator[Simulator]:
    """Return a PBX whose TLS is outdated."""
    async with Simulator(ssl_context=outdated_context()) as simulator:
        yield simulator


@pytest.fixture(autouse=True)
async def goodbye(
    hass: HomeAssistant, reachable: None, pbx: Simulator
) -> AsyncGenerator[None]:
    """Unload what a test set up while the PBX is still there."""
    yield
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
def form(pbx: Simulator) -> dict[str, Any]:
    """Return what a person fills in."""
    return {
        CONF_HOST: pbx.host,
        CONF_PORT: pbx.port,
        CONF_SSL: True,
        CONF_VERIFY_SSL: False,
        CONF_USERNAME: pbx.username,
        CONF_PASSWORD: pbx.password,
    }


@pytest.fixture
def allowed(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Return an entry that may use old versions of TLS."""
    entry.add_to_hass(hass)
    data = {**entry.data, CONF_SSL: True, CONF_OLD_TLS: True}
    hass.config_entries.async_update_entry(entry, data=data)
    return entry


async def set_up(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Set an entry up."""
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


async def test_a_person_is_asked_before_anything_is_sent(
    hass: HomeAssistant, pbx: Simulator, form: dict[str, Any]
) -> None:
    """The question says what is wrong."""
    result = await submit(hass, form)
    assert result["step_id"] == "allow_old_tls"
    assert not pbx.requests


async def test_what_a_person_allowed_is_kept(
    hass: HomeAssistant, form: dict[str, Any]
) -> None:
    """With the certificate that was seen, over restarts."""
    result = await go_on(hass, await submit(hass, form), {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    assert entry.data[CONF_OLD_TLS] is True
    assert len(entry.data[CONF_FINGERPRINT]) == 64
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert state_of(hass, STATE) == "idle"


async def test_what_was_allowed_is_allowed_for_this_pbx_alone(
    hass: HomeAssistant, form: dict[str, Any]
) -> None:
    """Another one that is typed into the same form is asked about again."""
    wrong = {**form, CONF_PASSWORD: "not-the-password"}
    result = await go_on(hass, await submit(hass, wrong), {})
    assert result["errors"] == {"base": "invalid_auth"}
    async with Simulator(ssl_context=outdated_context()) as other:
        result = await go_on(hass, result, {**form, CONF_PORT: other.port})
        assert result["step_id"] == "allow_old_tls"
        assert not other.requests


async def test_a_certificate_that_is_to_be_verified_allows_no_old_version(
    hass: HomeAssistant, form: dict[str, Any]
) -> None:
    """The form says so, and what to do."""
    async with refusing_tls_1_2() as port:
        strict = {**form, CONF_PORT: port, CONF_VERIFY_SSL: True}
        result = await submit(hass, strict)
        assert result["errors"] == {"base": "old_tls"}
        # This server talks to nobody, so that the question comes again and again.
        result = await go_on(hass, result, {**strict, CONF_VERIFY_SSL: False})
        assert result["step_id"] == "allow_old_tls"
    result = await go_on(hass, result, {})
    assert result["errors"] == {"base": "cannot_connect"}
    result = await go_on(hass, await go_on(hass, result, form), {})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_pbx_that_is_not_allowed_to_says_why_it_is_not_reached(
    hass: HomeAssistant, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    """At its entry and in the log."""
    entry.add_to_hass(hass)
    async with refusing_tls_1_2() as port:
        data = {**entry.data, CONF_SSL: True, CONF_PORT: port}
        hass.config_entries.async_update_entry(entry, data=data)
        await set_up(hass, entry)
    assert progress_of(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.reason
    assert "TLS 1.0 or 1.1" in entry.reason
    lines = [r.getMessage() for r in caplog.records if r.levelno >= logging.INFO]
    assert any("TLS 1.0 or 1.1" in line for line in lines)


async def test_a_form_that_meets_old_tls_says_so_in_the_log(
    hass: HomeAssistant, form: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Once."""
    await submit(hass, form)
    lines = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
    assert len([line for line in lines if "TLS 1.0 or 1.1" in line]) == 1


async def test_reconfiguring_asks_again(
    hass: HomeAssistant, allowed: MockConfigEntry, form: dict[str, Any]
) -> None:
    """A newer firmware may do without."""
    await set_up(hass, allowed)
    assert state_of(hass, STATE) == "idle"
    result = await allowed.start_reconfigure_flow(hass)
    result = await go_on(hass, result, form)
    assert result["step_id"] == "allow_old_tls"
    result = await go_on(hass, result, {})
    assert result["type"] is FlowResultType.ABORT
    assert allowed.data[CONF_OLD_TLS] is True
    assert progress_of(allowed) is ConfigEntryState.LOADED


async def test_reconfiguring_to_newer_tls_takes_the_permission_back(
    hass: HomeAssistant, allowed: MockConfigEntry, form: dict[str, Any]
) -> None:
    """Nobody needs it any more."""
    await set_up(hass, allowed)
    async with Simulator(ssl_context=server_context()) as updated:
        result = await allowed.start_reconfigure_flow(hass)
        result = await go_on(hass, result, {**form, CONF_PORT: updated.port})
        assert result["step_id"] == "accept_certificate"
        await go_on(hass, result, {})
        assert CONF_OLD_TLS not in allowed.data
        await pass_time(hass, 31)
        assert state_of(hass, STATE) == "idle"
        await hass.config_entries.async_unload(allowed.entry_id)
