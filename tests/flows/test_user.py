"""Setting a PBX up by its form, and giving it a new password."""

from collections.abc import AsyncGenerator, Callable
import socket
from typing import Any
from unittest.mock import patch

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
    CONF_PASSWORD_REFUSED,
    DOMAIN,
)
from tests.conftest import WEBHOOK_ID
from tests.helpers import deliver, pass_time, requests_of, state_of
from tests.setup_form import go_on, submit
from tests.simulator import Fault, Simulator
from tests.simulator.server import Server
from tests.simulator.tls import server_context
from tests.simulator.versions import Versions

type Change = Callable[[Simulator], object]

WRONG = "not-the-password"


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
        CONF_SSL: False,
        CONF_VERIFY_SSL: False,
        CONF_USERNAME: pbx.username,
        CONF_PASSWORD: pbx.password,
    }


@pytest.fixture
def closed_port() -> int:
    """Return a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def suggestions(result: ConfigFlowResult) -> dict[str, Any]:
    """Return what a form is filled in with."""
    schema = result["data_schema"]
    assert schema is not None
    return {
        str(key): key.description["suggested_value"]
        for key in schema.schema
        if key.description
    }


# Success


async def test_a_pbx_is_set_up_by_its_form(
    hass: HomeAssistant, pbx: Simulator, form: dict[str, Any]
) -> None:
    """Title and identity come from the PBX; the data are what was filled in."""
    result = await submit(hass, form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Yeastar S100"
    data = dict(result["data"])
    assert len(data.pop(CONF_WEBHOOK_ID)) == 64
    assert data == {**form, CONF_FAMILY: "s_series", CONF_API_VERSION: "v1.0.0"}
    assert result["result"].unique_id == pbx.state.device.sn
    assert result["result"].state is ConfigEntryState.LOADED
    assert state_of(hass, "sensor.jayson") == "idle"


async def test_reports_come_to_the_webhook_that_was_made(
    hass: HomeAssistant, pbx: Simulator, form: dict[str, Any]
) -> None:
    """The PBX posts to the address only this entry has."""
    result = await submit(hass, form)
    assert pbx.report_target
    assert pbx.report_target.path == f"/api/webhook/{result['data'][CONF_WEBHOOK_ID]}"


async def test_the_probe_logs_in_and_out_once(
    hass: HomeAssistant, pbx: Simulator, form: dict[str, Any]
) -> None:
    """The probe leaves no session behind, only the entry's own stays."""
    await submit(hass, form)
    assert pbx.logins_ok == 2
    assert len(requests_of(pbx, "logout")) == 1
    assert len(pbx.sessions.tokens) == 1


@pytest.mark.parametrize("typed", [" 127.0.0.1 ", "127.0.0.1/", "//127.0.0.1"])
async def test_a_host_is_taken_without_what_is_around_it(
    hass: HomeAssistant, form: dict[str, Any], typed: str
) -> None:
    """Port and scheme stay as the form says."""
    result = await submit(hass, {**form, CONF_HOST: typed})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_HOST] == "127.0.0.1"


@pytest.mark.parametrize(
    "typed",
    [
        "http://127.0.0.1:{port}/",
        "HTTP://127.0.0.1:{port}/#/login?next=x",
        "http://admin:secret@127.0.0.1:{port}",
    ],
)
async def test_a_pasted_address_fills_in_host_port_and_scheme(
    hass: HomeAssistant, pbx: Simulator, form: dict[str, Any], typed: str
) -> None:
    """Whatever the other fields say."""
    wrong = {**form, CONF_PORT: 1, CONF_SSL: True}
    result = await submit(hass, {**wrong, CONF_HOST: typed.format(port=pbx.port)})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert form.items() <= result["data"].items()


async def test_a_host_with_a_port_fills_in_both(
    hass: HomeAssistant, pbx: Simulator, form: dict[str, Any]
) -> None:
    """The scheme stays as the form says."""
    typed = f"127.0.0.1:{pbx.port}"
    result = await submit(hass, {**form, CONF_PORT: 1, CONF_HOST: typed})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert form.items() <= result["data"].items()


@pytest.mark.parametrize(
    ("typed", "host", "port", "ssl"),
    [
        ("https://pbx.invalid", "pbx.invalid", 1, True),
        ("http://pbx.invalid/", "pbx.invalid", 1, False),
        ("pbx.invalid:8443/path", "pbx.invalid", 8443, False),
        ("::1", "::1", 1, False),
        ("[::1]", "::1", 1, False),
        ("[::1]:8443", "::1", 8443, False),
        ("https://[::1]:8443", "::1", 8443, True),
    ],
)
async def test_an_address_that_is_not_reached_shows_what_was_understood(
    hass: HomeAssistant,
    form: dict[str, Any],
    typed: str,
    host: str,
    port: int,
    ssl: bool,
) -> None:
    """In the fields of the form that comes back."""
    with patch(
        "custom_components.yeastar.config_flow.async_find_pbx", side_effect=ValueError
    ):
        result = await submit(hass, {**form, CONF_PORT: 1, CONF_HOST: typed})
    understood = {CONF_HOST: host, CONF_PORT: port, CONF_SSL: ssl}
    assert understood.items() <= suggestions(result).items()


@pytest.mark.parametrize("port", [0, 99999])
async def test_an_impossible_port_is_told_at_its_field(
    hass: HomeAssistant, pbx: Simulator, form: dict[str, Any], port: int
) -> None:
    """In the words of this form."""
    result = await submit(hass, {**form, CONF_PORT: port})
    assert result["errors"] == {CONF_PORT: "invalid_port"}
    await recover(hass, result, form)


@pytest.mark.parametrize(
    ("https", "options"), [(False, {}), (True, {"reports": "own_port"})]
)
async def test_a_home_assistant_with_https_takes_reports_at_a_port_of_its_own(
    hass: HomeAssistant, form: dict[str, Any], https: bool, options: dict[str, str]
) -> None:
    """A PBX posts without encryption."""
    assert hass.config.api
    hass.config.api.use_ssl = https
    with patch("custom_components.yeastar.async_setup_entry", return_value=True):
        result = await submit(hass, form)
    assert result["result"].options == options


# Errors, each of which a second submit recovers from


async def recover(
    hass: HomeAssistant, result: ConfigFlowResult, form: dict[str, Any]
) -> None:
    """Submit the same form again, with success."""
    result = await go_on(hass, result, form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].state is ConfigEntryState.LOADED


@pytest.mark.parametrize(
    ("error", "spoil", "mend"),
    [
        pytest.param(
            "locked_out",
            lambda pbx: pbx.lock_out(),
            lambda pbx: pbx.clear_lockout(),
            id="locked out",
        ),
        pytest.param(
            "ip_not_allowed",
            lambda pbx: setattr(pbx, "allowed_ips", {"192.0.2.1"}),
            lambda pbx: setattr(pbx, "allowed_ips", None),
            id="address not allowed",
        ),
        *(
            pytest.param(
                error,
                lambda pbx, fault=fault: setattr(pbx, "fault", fault),
                lambda pbx: setattr(pbx, "fault", None),
                id=fault,
            )
            for error, fault in (
                ("api_unavailable", Fault.HTML),
                ("api_unavailable", Fault.HTTP_500),
                ("redirected", Fault.REDIRECT),
                ("api_unavailable", Fault.GARBAGE),
                ("api_unavailable", Fault.EMPTY),
                ("api_unavailable", Fault.NOT_OBJECT),
                ("cannot_connect", Fault.RESET),
                ("cannot_connect", Fault.CLOSE),
            )
        ),
        pytest.param(
            "api_unavailable",
            lambda pbx: pbx.fail_next(Fault.MISSING_LIST, endpoint="deviceinfo/query"),
            lambda pbx: None,
            id="no serial number",
        ),
        pytest.param(
            "unsupported_firmware",
            lambda pbx: setattr(pbx.quirks, "versions", Versions.OFF),
            lambda pbx: setattr(pbx.quirks, "versions", Versions.ANY),
            id="unsupported firmware",
        ),
        pytest.param(
            "not_running",
            lambda pbx: pbx.refuse_next(20010, "login"),
            lambda pbx: None,
            id="API server not reachable",
        ),
        pytest.param(
            "not_running",
            lambda pbx: pbx.refuse_next(30003, "deviceinfo/query"),
            lambda pbx: None,
            id="API server not running",
        ),
        pytest.param(
            "refused",
            lambda pbx: pbx.refuse_next(12345, "deviceinfo/query"),
            lambda pbx: None,
            id="another errno",
        ),
    ],
)
async def test_what_is_wrong_is_told_and_can_be_mended(
    hass: HomeAssistant,
    pbx: Simulator,
    form: dict[str, Any],
    error: str,
    spoil: Change,
    mend: Change,
) -> None:
    """Each fault has its own message, and the open form goes on when it is gone."""
    spoil(pbx)
    result = await submit(hass, form)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": error}
    mend(pbx)
    await recover(hass, result, form)


async def test_a_closed_port_cannot_be_connected_to(
    hass: HomeAssistant, form: dict[str, Any], closed_port: int
) -> None:
    """Nobody listens there; the right port is accepted then."""
    result = await submit(hass, {**form, CONF_PORT: closed_port})
    assert result["errors"] == {"base": "cannot_connect"}
    await recover(hass, result, form)


async def test_a_redirect_names_where_to_go(
    hass: HomeAssistant, pbx: Simulator, form: dict[str, Any]
) -> None:
    """The password did not follow it."""
    pbx.fault = Fault.REDIRECT
    result = await submit(hass, form)
    assert result["errors"] == {"base": "redirected"}
    words = result["description_placeholders"] or {}
    assert words.keys() == {"scheme", "port"}
    pbx.fault = None
    await recover(hass, result, form)


async def test_a_certificate_that_nobody_trusts_is_told(
    hass: HomeAssistant, form: dict[str, Any]
) -> None:
    """Nothing is sent; without verification it is kept and goes on."""
    async with Simulator(ssl_context=server_context()) as box:
        strict = {**form, CONF_PORT: box.port, CONF_SSL: True, CONF_VERIFY_SSL: True}
        result = await submit(hass, strict)
        assert result["errors"] == {"base": "certificate_not_trusted"}
        assert not box.requests
        await recover(hass, result, {**strict, CONF_VERIFY_SSL: False})
        await hass.config_entries.async_unload(
            hass.config_entries.async_entries(DOMAIN)[0].entry_id
        )


async def test_a_wrong_password_is_told(
    hass: HomeAssistant, form: dict[str, Any]
) -> None:
    """The form comes back and takes the right one."""
    result = await submit(hass, {**form, CONF_PASSWORD: WRONG})
    assert result["errors"] == {"base": "invalid_auth"}
    await recover(hass, result, form)


async def test_a_refused_password_is_sent_once_for_each_submit(
    hass: HomeAssistant, pbx: Simulator, form: dict[str, Any]
) -> None:
    """The PBX locks out after five; only a person may use one up."""
    result = await submit(hass, {**form, CONF_PASSWORD: WRONG})
    assert pbx.logins_failed == 1
    await go_on(hass, result, {**form, CONF_PASSWORD: WRONG})
    assert pbx.logins_failed == 2


@pytest.mark.parametrize(
    "host",
    ["", "a b", "http://", "ex ample/path", "http://[::1", "pbx:port", "pbx:99999"],
)
async def test_an_impossible_host_is_told_at_its_field(
    hass: HomeAssistant, pbx: Simulator, form: dict[str, Any], host: str
) -> None:
    """Nothing is sent to what cannot be an address."""
    result = await submit(hass, {**form, CONF_HOST: host})
    assert result["errors"] == {CONF_HOST: "invalid_host"}
    assert not pbx.requests
    await recover(hass, result, form)


async def test_what_nobody_expected_does_not_end_the_flow(
    hass: HomeAssistant, form: dict[str, Any]
) -> None:
    """A mistake of ours is told as unknown and logged."""
    with patch(
        "custom_components.yeastar.pbx.s_series.client.SSeriesClient.device_info",
        side_effect=RuntimeError("a mistake"),
    ):
        result = await submit(hass, form)
    assert result["errors"] == {"base": "unknown"}
    await recover(hass, result, form)


async def test_a_pbx_that_keeps_to_its_guide_is_set_up(
    hass: HomeAssistant, pbx: Simulator, form: dict[str, Any]
) -> None:
    """It takes no port 0, and the probe leaves it with no port to post to."""
    pbx.quirks.strict_ports = True
    with patch("custom_components.yeastar.async_setup_entry", return_value=True):
        result = await submit(hass, form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert pbx.report_target is None


async def test_the_version_that_a_pbx_takes_is_kept(
    hass: HomeAssistant, pbx: Simulator, form: dict[str, Any]
) -> None:
    """The form finds it, and the entry does not look for it again."""
    pbx.quirks.versions = Versions.V1_1_AND_NEWER
    result = await submit(hass, form)
    assert result["data"][CONF_API_VERSION] == "v1.1.0"
    assert result["result"].state is ConfigEntryState.LOADED
    versions = [login.version for login in requests_of(pbx, "login")]
    assert versions == ["v1.0.0", "v1.1.0", "v1.1.0"]


async def test_a_version_that_another_firmware_takes_is_kept(
    hass: HomeAssistant, pbx: Simulator, form: dict[str, Any]
) -> None:
    """Without the form."""
    result = await submit(hass, form)
    pbx.quirks.versions = Versions.V1_1_AND_NEWER
    pbx.expire_tokens()
    await pass_time(hass, 31)
    assert result["result"].data[CONF_API_VERSION] == "v1.1.0"
    assert state_of(hass, "sensor.jayson") == "idle"


@pytest.mark.parametrize("fault", [Fault.HTML, Fault.GARBAGE, Fault.CLOSE])
async def test_a_probe_that_fails_after_its_login_logs_out(
    hass: HomeAssistant, pbx: Simulator, form: dict[str, Any], fault: Fault
) -> None:
    """No session is left behind, whatever the PBX answered."""
    pbx.fail_next(fault, endpoint="deviceinfo/query")
    await submit(hass, form)
    assert not pbx.sessions.tokens


async def test_the_form_keeps_what_was_typed(
    hass: HomeAssistant, form: dict[str, Any]
) -> None:
    """The password, too: it may be right."""
    typed = {**form, CONF_PASSWORD: WRONG}
    result = await submit(hass, typed)
    assert suggestions(result) == typed


# A PBX that is already there


async def test_the_same_address_aborts_before_any_login(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, form: dict[str, Any]
) -> None:
    """A login would take the reports away from the entry."""
    result = await submit(hass, form)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert pbx.logins_ok == 1


async def test_the_same_pbx_under_another_address_gives_the_reports_back(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, form: dict[str, Any]
) -> None:
    """The probe took them, so the running entry logs in again."""
    second = Server(pbx, pbx.faults)
    await second.start(0, None)
    result = await submit(hass, {**form, CONF_PORT: second.port})
    await second.stop()
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert loaded.state is ConfigEntryState.LOADED
    assert pbx.report_target
    assert pbx.report_target.path == f"/api/webhook/{WEBHOOK_ID}"
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert state_of(hass, "sensor.jayson") == "ringing"


async def test_two_pbxs_live_side_by_side(
    hass: HomeAssistant, loaded: MockConfigEntry, form: dict[str, Any]
) -> None:
    """Another serial number is another entry."""
    async with Simulator() as other:
        other.state.device.sn = "369364835219"
        result = await submit(hass, {**form, CONF_PORT: other.port})
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await hass.config_entries.async_unload(result["result"].entry_id)
    assert len(hass.config_entries.async_entries(DOMAIN)) == 2


# A new password


@pytest.fixture
async def refused(
    hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry
) -> MockConfigEntry:
    """Return an entry whose password the PBX refused at setup."""
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, CONF_PASSWORD: WRONG}
    )
    assert not await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


def reauth_flow(hass: HomeAssistant) -> ConfigFlowResult:
    """Return the one reauthentication that was started."""
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["step_id"] == "reauth_confirm"
    return flow


async def test_a_new_password_brings_the_entry_back(
    hass: HomeAssistant, pbx: Simulator, refused: MockConfigEntry
) -> None:
    """The mark is gone, the entry is loaded with the new password."""
    new = {CONF_USERNAME: pbx.username, CONF_PASSWORD: pbx.password}
    result = await go_on(hass, reauth_flow(hass), new)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert refused.state is ConfigEntryState.LOADED
    assert refused.data[CONF_PASSWORD] == pbx.password
    assert not refused.data.get(CONF_PASSWORD_REFUSED)
    assert refused.data[CONF_WEBHOOK_ID] != WEBHOOK_ID


async def test_another_wrong_password_asks_again(
    hass: HomeAssistant, pbx: Simulator, refused: MockConfigEntry
) -> None:
    """It is sent once, and the entry still waits."""
    wrong = {CONF_USERNAME: pbx.username, CONF_PASSWORD: "also-wrong"}
    result = await go_on(hass, reauth_flow(hass), wrong)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "invalid_auth"}
    assert suggestions(result) == wrong
    assert pbx.logins_failed == 2
    assert refused.state is ConfigEntryState.SETUP_ERROR
    assert refused.data[CONF_PASSWORD_REFUSED]


async def test_the_reauthentication_form_knows_the_user_only(
    hass: HomeAssistant, pbx: Simulator, refused: MockConfigEntry
) -> None:
    """The password is never filled in."""
    result = await hass.config_entries.flow.async_configure(
        reauth_flow(hass)["flow_id"]
    )
    assert suggestions(result) == {CONF_USERNAME: pbx.username}


async def test_another_pbx_does_not_take_the_place_of_this_one(
    hass: HomeAssistant, pbx: Simulator, refused: MockConfigEntry
) -> None:
    """Somebody exchanged the box: that is another entry."""
    pbx.state.device.sn = "369364835219"
    new = {CONF_USERNAME: pbx.username, CONF_PASSWORD: pbx.password}
    result = await go_on(hass, reauth_flow(hass), new)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "unique_id_mismatch"
    assert refused.data[CONF_PASSWORD] == WRONG
    assert not pbx.sessions.tokens


async def test_a_mistaken_pbx_keeps_its_reports(
    hass: HomeAssistant,
    pbx: Simulator,
    refused: MockConfigEntry,
    form: dict[str, Any],
) -> None:
    """The box that answers now is set up elsewhere: its entry logs in again."""
    pbx.state.device.sn = "369364835219"
    second = Server(pbx, pbx.faults)
    await second.start(0, None)
    created = await submit(hass, {**form, CONF_PORT: second.port})
    assert created["type"] is FlowResultType.CREATE_ENTRY
    new = {CONF_USERNAME: pbx.username, CONF_PASSWORD: pbx.password}
    await go_on(hass, reauth_flow(hass), new)
    assert pbx.report_target
    assert pbx.report_target.path.endswith(created["data"][CONF_WEBHOOK_ID])
    await hass.config_entries.async_unload(created["result"].entry_id)
    await second.stop()
