"""A PBX whose certificate nobody signed: known by what was seen, exchanged by a person."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
import ssl
from typing import Any

from homeassistant.components.repairs import RepairsFlowResult, repairs_flow_manager
from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigFlowResult
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
    STATE_UNAVAILABLE,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import ssl as ssl_util
from homeassistant.util.ssl import SSLCipherList
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import (
    CONF_FINGERPRINT,
    CONF_PASSWORD_REFUSED,
    DOMAIN,
)
from tests.helpers import pass_time, progress_of, state_of
from tests.setup_form import submit
from tests.simulator import Simulator
from tests.simulator.tls import (
    KEY_SIZE,
    fingerprint,
    new_certificate,
    server_context,
    show,
)

STATE = "sensor.jayson"


@dataclass(slots=True)
class Listener:
    """The TLS of the simulated PBX, and whose certificate it shows."""

    context: ssl.SSLContext = field(
        default_factory=lambda: server_context(old_box=True)
    )
    certificate: bytes = b""

    def show(self, certificate: bytes) -> str:
        """Show a certificate from now on; return its fingerprint."""
        self.certificate = certificate
        show(self.context, certificate)
        return fingerprint(certificate)


@pytest.fixture(autouse=True)
async def repairs(hass: HomeAssistant) -> None:
    """Let people mend things."""
    assert await async_setup_component(hass, "repairs", {})


@pytest.fixture
def listener() -> Listener:
    """Return the TLS of an old box."""
    listener = Listener()
    listener.show(new_certificate())
    return listener


@pytest.fixture
async def pbx(socket_enabled: None, listener: Listener) -> AsyncGenerator[Simulator]:
    """Return a PBX that speaks TLS as old boxes do."""
    async with Simulator(ssl_context=listener.context) as simulator:
        yield simulator


@pytest.fixture
def entry(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Return an entry that uses TLS; it comes from before certificates were kept."""
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_SSL: True})
    return entry


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


def kept(entry: ConfigEntry) -> str:
    """Return the fingerprint in the entry as people read it."""
    return bytes.fromhex(entry.data[CONF_FINGERPRINT]).hex(":").upper()


def question(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    """Return the issue that asks whether the certificate is the PBX's."""
    issue_id = f"certificate_changed_{entry.entry_id}"
    return ir.async_get(hass).async_get_issue(DOMAIN, issue_id)


async def open_question(
    hass: HomeAssistant, entry: MockConfigEntry
) -> RepairsFlowResult:
    """Click on the issue."""
    manager = repairs_flow_manager(hass)
    assert manager
    return await manager.async_init(
        DOMAIN, context={"issue_id": f"certificate_changed_{entry.entry_id}"}
    )


async def agree(hass: HomeAssistant, question: RepairsFlowResult) -> RepairsFlowResult:
    """Submit what the issue asks."""
    manager = repairs_flow_manager(hass)
    assert manager
    result = await manager.async_configure(question["flow_id"], {})
    await hass.async_block_till_done()
    return result


# What is kept


async def test_the_form_keeps_the_certificate_it_saw(
    hass: HomeAssistant, reachable: None, listener: Listener, form: dict[str, Any]
) -> None:
    """An old box with a small key, its cipher and a certificate of its own works."""
    result = await submit(hass, form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    created = result["result"]
    assert created.state is ConfigEntryState.LOADED
    assert result["data"][CONF_FINGERPRINT] == created.data[CONF_FINGERPRINT]
    assert kept(created) == fingerprint(listener.certificate)
    await hass.config_entries.async_unload(created.entry_id)


async def test_an_entry_from_before_trusts_what_it_sees_first(
    hass: HomeAssistant, loaded: MockConfigEntry, listener: Listener
) -> None:
    """And keeps it."""
    assert kept(loaded) == fingerprint(listener.certificate)
    assert state_of(hass, STATE) == "idle"


async def test_without_tls_there_is_nothing_to_keep(
    hass: HomeAssistant, reachable: None, form: dict[str, Any]
) -> None:
    """Nothing is told apart then."""
    async with Simulator() as plain:
        result = await submit(hass, {**form, CONF_PORT: plain.port, CONF_SSL: False})
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert CONF_FINGERPRINT not in result["result"].data
        await hass.config_entries.async_unload(result["result"].entry_id)


# Another certificate


async def test_nothing_is_sent_to_another_certificate(
    hass: HomeAssistant, loaded: MockConfigEntry, pbx: Simulator, listener: Listener
) -> None:
    """Whoever it is, it gets neither token nor password."""
    await hass.async_block_till_done(wait_background_tasks=True)
    listener.show(new_certificate())
    seen = len(pbx.requests)
    pbx.expire_tokens()
    for _ in range(3):
        await pass_time(hass, 61)
    assert len(pbx.requests) == seen
    assert state_of(hass, STATE) == STATE_UNAVAILABLE


async def test_an_action_says_what_is_wrong(
    hass: HomeAssistant, loaded: MockConfigEntry, pbx: Simulator, listener: Listener
) -> None:
    """And that it was not sent."""
    await hass.async_block_till_done(wait_background_tasks=True)
    listener.show(new_certificate())
    seen = len(pbx.requests)
    with pytest.raises(HomeAssistantError, match="another certificate"):
        await hass.services.async_call(
            DOMAIN, "hang_up", {"extension": "1000"}, blocking=True
        )
    assert len(pbx.requests) == seen


async def test_a_person_is_asked_about_another_certificate(
    hass: HomeAssistant, loaded: MockConfigEntry, listener: Listener
) -> None:
    """Both fingerprints are named as browsers and boxes show them."""
    before = fingerprint(listener.certificate)
    after = listener.show(new_certificate())
    await pass_time(hass, 31)
    issue = question(hass, loaded)
    assert issue
    assert issue.is_fixable
    assert issue.translation_placeholders == {
        "name": loaded.title,
        "expected": before,
        "seen": after,
    }


async def test_the_question_goes_when_the_certificate_is_back(
    hass: HomeAssistant, loaded: MockConfigEntry, listener: Listener
) -> None:
    """Somebody took the wrong box away."""
    before = listener.certificate
    listener.show(new_certificate())
    await pass_time(hass, 31)
    assert question(hass, loaded)
    listener.show(before)
    await pass_time(hass, 61)
    assert question(hass, loaded) is None
    assert state_of(hass, STATE) == "idle"


async def test_a_person_accepts_another_certificate(
    hass: HomeAssistant, loaded: MockConfigEntry, listener: Listener
) -> None:
    """From then on it is the only one."""
    after = listener.show(new_certificate())
    await pass_time(hass, 31)
    form = await open_question(hass, loaded)
    assert form["type"] is FlowResultType.FORM
    assert (form["description_placeholders"] or {})["seen"] == after
    result = await agree(hass, form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert kept(loaded) == after
    assert progress_of(loaded) is ConfigEntryState.LOADED
    assert state_of(hass, STATE) == "idle"
    assert question(hass, loaded) is None


async def test_only_the_certificate_that_was_shown_is_accepted(
    hass: HomeAssistant, loaded: MockConfigEntry, pbx: Simulator, listener: Listener
) -> None:
    """A third one, put there while the question was open, is asked about as well."""
    second = listener.show(new_certificate())
    await pass_time(hass, 31)
    form = await open_question(hass, loaded)
    third = listener.show(new_certificate())
    seen = len(pbx.requests)
    await agree(hass, form)
    assert kept(loaded) == second
    assert len(pbx.requests) == seen
    issue = question(hass, loaded)
    assert issue
    assert issue.translation_placeholders
    assert issue.translation_placeholders["seen"] == third


async def test_a_restart_trusts_no_other_certificate(
    hass: HomeAssistant, loaded: MockConfigEntry, pbx: Simulator, listener: Listener
) -> None:
    """The one in the entry counts, not the first of the day."""
    before = kept(loaded)
    listener.show(new_certificate())
    await hass.config_entries.async_unload(loaded.entry_id)
    seen = len(pbx.requests)
    await hass.config_entries.async_setup(loaded.entry_id)
    assert progress_of(loaded) is ConfigEntryState.SETUP_RETRY
    assert loaded.reason
    assert "another certificate" in loaded.reason
    assert len(pbx.requests) == seen
    assert kept(loaded) == before
    assert question(hass, loaded)


async def test_nobody_is_asked_about_a_pbx_that_was_removed(
    hass: HomeAssistant, loaded: MockConfigEntry, listener: Listener
) -> None:
    """Nothing is left of it."""
    listener.show(new_certificate())
    await pass_time(hass, 31)
    await hass.config_entries.async_remove(loaded.entry_id)
    assert question(hass, loaded) is None


# A new password


@pytest.fixture
async def refused(
    hass: HomeAssistant, reachable: None, entry: MockConfigEntry
) -> AsyncGenerator[MockConfigEntry]:
    """Return an entry that waits for its new password."""
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, CONF_PASSWORD_REFUSED: True}
    )
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


async def new_password(hass: HomeAssistant, pbx: Simulator) -> ConfigFlowResult:
    """Fill in the form that asks for the new password."""
    (flow,) = hass.config_entries.flow.async_progress()
    result = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {CONF_USERNAME: pbx.username, CONF_PASSWORD: pbx.password}
    )
    await hass.async_block_till_done()
    return result


async def test_a_new_password_keeps_the_certificate_if_none_is_known(
    hass: HomeAssistant, refused: MockConfigEntry, pbx: Simulator, listener: Listener
) -> None:
    """As the form at setup does."""
    result = await new_password(hass, pbx)
    assert result["reason"] == "reauth_successful"
    assert kept(refused) == fingerprint(listener.certificate)


async def test_a_new_password_goes_to_the_known_certificate_only(
    hass: HomeAssistant, refused: MockConfigEntry, pbx: Simulator
) -> None:
    """It is what somebody in the PBX's place would wait for."""
    other = fingerprint(new_certificate()).replace(":", "").lower()
    hass.config_entries.async_update_entry(
        refused, data={**refused.data, CONF_FINGERPRINT: other}
    )
    result = await new_password(hass, pbx)
    assert result["errors"] == {"base": "certificate_changed"}
    assert not pbx.requests
    assert refused.data[CONF_FINGERPRINT] == other


# Verification


async def test_the_form_refuses_a_certificate_that_is_not_trusted(
    hass: HomeAssistant, reachable: None, pbx: Simulator, form: dict[str, Any]
) -> None:
    """It says so, and goes on when verification is switched off."""
    result = await submit(hass, {**form, CONF_VERIFY_SSL: True})
    assert result["errors"] == {"base": "certificate_not_trusted"}
    assert not pbx.requests
    result = await hass.config_entries.flow.async_configure(result["flow_id"], form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    await hass.config_entries.async_unload(result["result"].entry_id)


async def test_an_entry_that_verifies_refuses_a_certificate_that_is_not_trusted(
    hass: HomeAssistant, entry: MockConfigEntry, pbx: Simulator
) -> None:
    """The sentence says what to do; there is nothing a person could accept."""
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, CONF_VERIFY_SSL: True}
    )
    await hass.config_entries.async_setup(entry.entry_id)
    assert progress_of(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.reason
    assert "not trusted" in entry.reason
    assert "without verification" in entry.reason
    assert not pbx.requests
    assert question(hass, entry) is None


@pytest.fixture(params=["127.0.0.1"])
def trusted(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Give the PBX a certificate for an address that Home Assistant trusts."""
    certificate = new_certificate(KEY_SIZE, address=request.param)
    listener.show(certificate)
    pem = certificate[certificate.index(b"-----BEGIN CERTIFICATE") :].decode()

    def client_context(ciphers: SSLCipherList, *more: Any) -> ssl.SSLContext:
        context = ssl_util.create_client_context(ciphers, *more)
        if ciphers is SSLCipherList.PYTHON_DEFAULT:
            # As it is where nobody built Python with the defaults of OpenSSL.
            context.set_ciphers("@SECLEVEL=2:ECDH+AESGCM:ECDH+AES:DHE+AES:!SHA1")
        context.load_verify_locations(cadata=pem)
        # Else there would have to be somebody who signed it.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        return context

    monkeypatch.setattr(ssl_util, "client_context", client_context)


async def test_a_certificate_that_is_trusted_is_not_kept(
    hass: HomeAssistant,
    reachable: None,
    trusted: None,
    entry: MockConfigEntry,
) -> None:
    """Its signature counts, so none is kept; an old box can be verified, too."""
    data = {**entry.data, CONF_VERIFY_SSL: True, CONF_FINGERPRINT: "00" * 32}
    hass.config_entries.async_update_entry(entry, data=data)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert progress_of(entry) is ConfigEntryState.LOADED
    assert CONF_FINGERPRINT not in entry.data
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("trusted", ["192.0.2.1"], indirect=True)
async def test_a_trusted_certificate_of_another_address_is_refused(
    hass: HomeAssistant, trusted: None, entry: MockConfigEntry, pbx: Simulator
) -> None:
    """Somebody else may well have one."""
    data = {**entry.data, CONF_VERIFY_SSL: True}
    hass.config_entries.async_update_entry(entry, data=data)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.reason
    assert "not trusted" in entry.reason
    assert not pbx.requests
