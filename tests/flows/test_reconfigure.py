"""Changing how a PBX is reached: another address, another user, the same PBX."""

from collections.abc import AsyncGenerator
from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
    CONF_WEBHOOK_ID,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import (
    CONF_API_VERSION,
    CONF_FAMILY,
    CONF_FINGERPRINT,
    CONF_PASSWORD_REFUSED,
    DOMAIN,
)
from tests.conftest import WEBHOOK_ID
from tests.helpers import deliver, progress_of, state_of
from tests.setup_form import go_on
from tests.simulator import Fault, Simulator
from tests.simulator.server import Server
from tests.simulator.tls import fingerprint, new_certificate, server_context, show

WRONG = "not-the-password"


@pytest.fixture
def form(pbx: Simulator) -> dict[str, Any]:
    """Return what is filled in when nothing is to change."""
    return {
        CONF_HOST: pbx.host,
        CONF_PORT: pbx.port,
        CONF_SSL: False,
        CONF_VERIFY_SSL: False,
        CONF_USERNAME: pbx.username,
    }


@pytest.fixture
async def elsewhere(pbx: Simulator) -> AsyncGenerator[int]:
    """Return another port where the same PBX answers."""
    second = Server(pbx, pbx.faults)
    await second.start(0, None)
    yield second.port
    await second.stop()


async def open_form(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    """Return the form as a person sees it first."""
    result = await entry.start_reconfigure_flow(hass)
    assert result["type"] is FlowResultType.FORM
    return result


async def submit(
    hass: HomeAssistant, entry: MockConfigEntry, answers: dict[str, Any]
) -> ConfigFlowResult:
    """Open the form and submit it with these answers."""
    return await go_on(hass, await open_form(hass, entry), answers)


async def assert_reports_arrive(hass: HomeAssistant, pbx: Simulator) -> None:
    """Let a phone ring, and expect to be told at once."""
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert pbx.report_target
    assert pbx.report_target.path == f"/api/webhook/{entry.data[CONF_WEBHOOK_ID]}"
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert state_of(hass, "sensor.jayson") == "ringing"


async def test_the_form_shows_all_but_the_password(
    hass: HomeAssistant, loaded: MockConfigEntry, form: dict[str, Any]
) -> None:
    """A password is never sent back to a browser."""
    schema = (await open_form(hass, loaded))["data_schema"]
    assert schema
    shown = {
        str(key): key.description["suggested_value"]
        for key in schema.schema
        if key.description
    }
    assert shown == form


@pytest.mark.parametrize("empty", [{}, {CONF_PASSWORD: ""}])
async def test_an_address_that_changed(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    elsewhere: int,
    form: dict[str, Any],
    empty: dict[str, str],
) -> None:
    """The password stays if it is left empty; reports go to a new secret path."""
    result = await submit(hass, loaded, {**form, CONF_PORT: elsewhere, **empty})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    assert loaded.data == {
        **form,
        CONF_PORT: elsewhere,
        CONF_PASSWORD: pbx.password,
        CONF_WEBHOOK_ID: loaded.data[CONF_WEBHOOK_ID],
        CONF_FAMILY: "s_series",
        CONF_API_VERSION: "v1.0.0",
    }
    assert loaded.data[CONF_WEBHOOK_ID] != WEBHOOK_ID
    assert loaded.state is ConfigEntryState.LOADED
    await assert_reports_arrive(hass, pbx)


async def test_a_new_password(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, form: dict[str, Any]
) -> None:
    """It is used from then on."""
    pbx.password = "another-one"
    result = await submit(hass, loaded, {**form, CONF_PASSWORD: "another-one"})
    assert result["reason"] == "reconfigure_successful"
    assert loaded.data[CONF_PASSWORD] == "another-one"
    await assert_reports_arrive(hass, pbx)


async def test_a_wrong_new_password_leaves_the_entry_alone(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, form: dict[str, Any]
) -> None:
    """It is sent once, and the form takes the right one then."""
    before = loaded.data
    result = await submit(hass, loaded, {**form, CONF_PASSWORD: WRONG})
    assert result["errors"] == {"base": "invalid_auth"}
    assert pbx.logins_failed == 1
    assert loaded.data == before
    await assert_reports_arrive(hass, pbx)
    result = await go_on(hass, result, {**form, CONF_PASSWORD: pbx.password})
    assert result["reason"] == "reconfigure_successful"


async def test_a_kept_password_that_is_refused_is_remembered(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, form: dict[str, Any]
) -> None:
    """Neither the running entry nor a restart sends it again."""
    pbx.password = "another-one"
    result = await submit(hass, loaded, form)
    assert result["errors"] == {"base": "invalid_auth"}
    assert loaded.data[CONF_PASSWORD_REFUSED]
    assert progress_of(loaded) is ConfigEntryState.SETUP_ERROR
    await hass.config_entries.async_reload(loaded.entry_id)
    assert pbx.logins_failed == 1
    result = await go_on(hass, result, {**form, CONF_PASSWORD: "another-one"})
    assert result["reason"] == "reconfigure_successful"
    assert CONF_PASSWORD_REFUSED not in loaded.data
    assert progress_of(loaded) is ConfigEntryState.LOADED


async def test_a_password_refused_elsewhere_is_no_matter_of_the_entry(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, form: dict[str, Any]
) -> None:
    """A wrong address may be that of another PBX."""
    async with Simulator() as other:
        other.password = "another-one"
        result = await submit(hass, loaded, {**form, CONF_PORT: other.port})
        assert result["errors"] == {"base": "invalid_auth"}
    assert CONF_PASSWORD_REFUSED not in loaded.data
    assert loaded.state is ConfigEntryState.LOADED


async def test_another_pbx_is_refused(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, form: dict[str, Any]
) -> None:
    """Both serial numbers are named, and nothing changes."""
    before = loaded.data
    async with Simulator() as other:
        other.state.device.sn = "369364835219"
        result = await submit(hass, loaded, {**form, CONF_PORT: other.port})
        assert not other.sessions.tokens
    assert result["reason"] == "unique_id_mismatch"
    assert result["description_placeholders"] == {
        "serial_number": "369364835219",
        "expected": pbx.state.device.sn,
    }
    assert loaded.data == before
    await assert_reports_arrive(hass, pbx)


async def test_the_address_of_another_entry_is_refused_before_any_login(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, form: dict[str, Any]
) -> None:
    """A login would take the reports away from it."""
    other = MockConfigEntry(domain=DOMAIN, data={**loaded.data, CONF_PORT: 8089})
    other.add_to_hass(hass)
    result = await submit(hass, loaded, {**form, CONF_PORT: 8089})
    assert result["reason"] == "already_configured"
    assert pbx.logins_ok == 1


async def test_an_impossible_host_is_told_at_its_field(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, form: dict[str, Any]
) -> None:
    """Nothing is sent."""
    result = await submit(hass, loaded, {**form, CONF_HOST: "a b"})
    assert result["errors"] == {CONF_HOST: "invalid_host"}
    assert pbx.logins_ok == 1
    result = await go_on(hass, result, form)
    assert result["reason"] == "reconfigure_successful"


async def test_a_failed_probe_gives_the_reports_back(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, form: dict[str, Any]
) -> None:
    """It had logged in before it failed, so that they went nowhere."""
    pbx.fail_next(Fault.GARBAGE, endpoint="deviceinfo/query")
    result = await submit(hass, loaded, form)
    assert result["errors"] == {"base": "api_unavailable"}
    await assert_reports_arrive(hass, pbx)


@pytest.mark.parametrize(
    "before",
    [
        {CONF_HOST: "127.0.0.9"},
        {CONF_SSL: True, CONF_FINGERPRINT: "00" * 32},
        {CONF_SSL: True, CONF_VERIFY_SSL: True},
    ],
)
async def test_a_stored_password_goes_to_no_other_host_and_not_out_in_clear(
    hass: HomeAssistant,
    reachable: None,
    entry: MockConfigEntry,
    form: dict[str, Any],
    before: dict[str, Any],
) -> None:
    """Only one that is typed: what answers at the new address may be anything."""
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, data={**entry.data, **before})
    async with Simulator() as other:
        answers = {**form, CONF_PORT: other.port}
        result = await submit(hass, entry, answers)
        assert result["errors"] == {CONF_PASSWORD: "password_needed"}
        assert not other.logins_ok + other.logins_failed
        result = await go_on(hass, result, {**answers, CONF_PASSWORD: other.password})
        assert result["reason"] == "reconfigure_successful"
        assert other.logins_ok
        await hass.config_entries.async_unload(entry.entry_id)


async def test_a_stored_password_does_not_go_to_a_certificate_that_is_not_known(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, form: dict[str, Any]
) -> None:
    """Where HTTPS is turned on, the first certificate may be that of anything."""
    context = server_context(old_box=True)
    show(context, new_certificate())
    async with Simulator(ssl_context=context) as other:
        answers = {**form, CONF_PORT: other.port, CONF_SSL: True}
        result = await submit(hass, loaded, answers)
        assert result["errors"] == {CONF_PASSWORD: "password_needed"}
        assert not other.logins_ok + other.logins_failed


# Certificates


async def test_another_certificate_has_to_be_accepted_first(
    hass: HomeAssistant, reachable: None, entry: MockConfigEntry, form: dict[str, Any]
) -> None:
    """Nothing is sent to it before; what else was typed is not typed again."""
    entry.add_to_hass(hass)
    context = server_context(old_box=True)
    shown = new_certificate()
    show(context, shown)
    async with Simulator(ssl_context=context) as pbx:
        hass.config_entries.async_update_entry(
            entry, data={**entry.data, CONF_FINGERPRINT: "00" * 32, CONF_SSL: True}
        )
        answers = {**form, CONF_PORT: pbx.port, CONF_SSL: True}
        result = await submit(hass, entry, answers)
        assert result["step_id"] == "accept_certificate"
        assert result["description_placeholders"] == {
            "expected": ":".join(["00"] * 32),
            "seen": fingerprint(shown),
        }
        assert not pbx.requests
        result = await go_on(hass, result, {})
        assert result["reason"] == "reconfigure_successful"
        assert entry.data[CONF_PORT] == pbx.port
        assert bytes.fromhex(entry.data[CONF_FINGERPRINT]).hex(":").upper() == (
            fingerprint(shown)
        )
        await hass.config_entries.async_unload(entry.entry_id)


async def test_only_the_certificate_that_was_shown_is_accepted(
    hass: HomeAssistant, reachable: None, entry: MockConfigEntry, form: dict[str, Any]
) -> None:
    """A third one is asked about again."""
    entry.add_to_hass(hass)
    context = server_context(old_box=True)
    async with Simulator(ssl_context=context) as pbx:
        hass.config_entries.async_update_entry(
            entry, data={**entry.data, CONF_FINGERPRINT: "00" * 32, CONF_SSL: True}
        )
        answers = {**form, CONF_PORT: pbx.port, CONF_SSL: True}
        result = await submit(hass, entry, answers)
        third = new_certificate()
        show(context, third)
        result = await go_on(hass, result, {})
        assert result["step_id"] == "accept_certificate"
        words = result["description_placeholders"] or {}
        assert words["seen"] == fingerprint(third)
        assert not pbx.requests
