"""A PBX that DHCP sees: offered to be set up, and followed when it moves."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from functools import partial
import socket
import ssl
from unittest.mock import Mock

from homeassistant.config_entries import (
    SOURCE_DHCP,
    SOURCE_IGNORE,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_SSL, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.loader import DHCPMatcher, async_get_dhcp
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_socket import socket_allow_hosts

from custom_components.yeastar.const import CONF_FINGERPRINT, DOMAIN
from tests.conftest import WEBHOOK_ID
from tests.helpers import deliver, state_of
from tests.setup_form import go_on
from tests.simulator import Simulator
from tests.simulator.tls import fingerprint, new_certificate, server_context, show

MAC = "f4b549aabbcc"
CONNECTION = (dr.CONNECTION_NETWORK_MAC, "f4:b5:49:aa:bb:cc")
# The simulated PBX is at 127.0.0.1; an entry that has this address was left behind.
FORMER = "127.0.0.9"


@pytest.fixture(autouse=True)
def former_may_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test connect to where the PBX was before."""
    with monkeypatch.context() as patched:
        # The guard of all sockets is in the class below that which forbids some.
        patched.setattr(socket, "socket", socket.socket.__base__)
        socket_allow_hosts(["127.0.0.1", FORMER])


@pytest.fixture(autouse=True)
async def goodbye(
    hass: HomeAssistant, reachable: None, pbx: Simulator
) -> AsyncGenerator[None]:
    """Unload what a test set up while the PBX is still there."""
    yield
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        await hass.config_entries.async_unload(entry.entry_id)


async def see(hass: HomeAssistant, address: str) -> ConfigFlowResult:
    """Let DHCP see the PBX at an address."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_DHCP},
        data=DhcpServiceInfo(ip=address, hostname="pbx", macaddress=MAC),
    )
    await hass.async_block_till_done()
    return result


def connections(hass: HomeAssistant, entry: MockConfigEntry) -> set[tuple[str, str]]:
    """Return by which hardware addresses the device of the PBX is known."""
    (device,) = dr.async_get(hass).async_get_devices(
        identifiers={(DOMAIN, entry.unique_id or "")}, config_entry_id=entry.entry_id
    )
    return device.connections


def leave_behind(
    hass: HomeAssistant, entry: MockConfigEntry, **data: object
) -> MockConfigEntry:
    """Let an entry have the address that the PBX had before it moved."""
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, CONF_HOST: FORMER, **data}
    )
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, entry.unique_id or "")},
        connections={CONNECTION},
    )
    return entry


@pytest.fixture
def moved(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Return an entry whose PBX, without TLS, is elsewhere now."""
    return leave_behind(hass, entry)


# A PBX that nobody set up yet


async def test_yeastar_addresses_are_looked_for(hass: HomeAssistant) -> None:
    """Those of the vendor's block, and those of devices that are known."""
    wanted = [matcher for matcher in await async_get_dhcp(hass) if is_ours(matcher)]
    assert wanted == [
        {"domain": DOMAIN, "macaddress": "F4B549*"},
        {"domain": DOMAIN, "registered_devices": True},
    ]


def is_ours(matcher: DHCPMatcher) -> bool:
    """Return whether DHCP looks for it on our behalf."""
    return matcher["domain"] == DOMAIN


async def test_a_discovered_pbx_is_offered(hass: HomeAssistant, pbx: Simulator) -> None:
    """The form knows its address; nothing is sent before it is submitted."""
    result = await see(hass, pbx.host)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "user"
    assert not pbx.requests
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["title_placeholders"] == {"name": pbx.host}
    done = await go_on(
        hass,
        result,
        {
            CONF_HOST: suggested_host(result),
            "port": pbx.port,
            CONF_SSL: False,
            "username": pbx.username,
            CONF_PASSWORD: pbx.password,
        },
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["result"].unique_id == pbx.state.device.sn


def suggested_host(result: ConfigFlowResult) -> str:
    """Return the address that the form is filled in with."""
    schema = result["data_schema"]
    assert schema
    (host,) = (
        key.description["suggested_value"] for key in schema.schema if key.description
    )
    return str(host)


async def test_a_device_is_offered_once(hass: HomeAssistant, pbx: Simulator) -> None:
    """However often DHCP sees it."""
    await see(hass, pbx.host)
    again = await see(hass, pbx.host)
    assert again["type"] is FlowResultType.ABORT
    assert again["reason"] == "already_in_progress"


async def test_an_ignored_device_is_not_offered(
    hass: HomeAssistant, pbx: Simulator
) -> None:
    """It may be one of Yeastar's gateways."""
    result = await see(hass, pbx.host)
    await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_IGNORE},
        data={"unique_id": "f4:b5:49:aa:bb:cc", "title": "Gateway"},
    )
    assert result["type"] is FlowResultType.FORM
    again = await see(hass, pbx.host)
    assert again["reason"] == "already_configured"


# A PBX that is set up


async def test_dhcp_tells_the_hardware_address_of_a_known_host(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """From then on the PBX is recognised elsewhere; a reload keeps that."""
    result = await see(hass, pbx.host)
    assert result["reason"] == "already_configured"
    assert connections(hass, loaded) == {CONNECTION}
    await hass.config_entries.async_reload(loaded.entry_id)
    assert connections(hass, loaded) == {CONNECTION}
    assert pbx.logins_ok == 2


@pytest.mark.parametrize("found", [True, False])
async def test_a_pbx_that_is_set_up_by_its_name_is_known(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    found: bool,
) -> None:
    """If its name leads to the address that DHCP saw."""
    if not found:
        nowhere = Mock(side_effect=socket.gaierror)
        monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    hass.config_entries.async_update_entry(
        loaded, data={**loaded.data, CONF_HOST: "localhost"}
    )
    result = await see(hass, pbx.host)
    assert (result.get("reason") == "already_configured") is found
    assert (connections(hass, loaded) == {CONNECTION}) is found


async def test_a_pbx_at_another_address_is_offered_as_well(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """A house may have two."""
    result = await see(hass, FORMER)
    assert result["step_id"] == "user"
    assert connections(hass, loaded) == set()


async def test_a_known_pbx_at_its_address_is_nothing_new(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """DHCP sees devices again and again."""
    await see(hass, pbx.host)
    result = await see(hass, pbx.host)
    assert result["reason"] == "already_configured"
    assert pbx.logins_ok == 1


async def test_a_name_needs_no_move(
    hass: HomeAssistant, moved: MockConfigEntry
) -> None:
    """It leads to the new address by itself."""
    hass.config_entries.async_update_entry(
        moved, data={**moved.data, CONF_HOST: "pbx.example"}
    )
    result = await see(hass, "127.0.0.1")
    assert result["reason"] == "already_configured"
    assert moved.data[CONF_HOST] == "pbx.example"


async def test_a_device_of_another_integration_is_not_ours(
    hass: HomeAssistant, pbx: Simulator
) -> None:
    """A router may know the same hardware address."""
    router = MockConfigEntry(domain="router")
    router.add_to_hass(hass)
    dr.async_get(hass).async_get_or_create(
        config_entry_id=router.entry_id, connections={CONNECTION}
    )
    assert (await see(hass, pbx.host))["step_id"] == "user"


# A PBX that moved, without TLS


async def test_a_move_is_asked_about(
    hass: HomeAssistant, pbx: Simulator, moved: MockConfigEntry
) -> None:
    """Both addresses are named, and the new one is sent nothing."""
    result = await see(hass, pbx.host)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "confirm_move"
    assert result["description_placeholders"] == {
        "name": moved.title,
        "before": FORMER,
        "now": pbx.host,
    }
    assert moved.data[CONF_HOST] == FORMER
    assert not pbx.requests


async def test_a_confirmed_move_brings_the_entry_back(
    hass: HomeAssistant, pbx: Simulator, moved: MockConfigEntry
) -> None:
    """With states and reports."""
    result = await go_on(hass, await see(hass, pbx.host), {})
    assert result["reason"] == "move_successful"
    assert moved.data[CONF_HOST] == pbx.host
    assert moved.state is ConfigEntryState.LOADED
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert state_of(hass, "sensor.jayson") == "ringing"


async def test_another_pbx_at_the_new_address_is_refused(
    hass: HomeAssistant, pbx: Simulator, moved: MockConfigEntry
) -> None:
    """The serial number decides."""
    pbx.state.device.sn = "369364835219"
    result = await go_on(hass, await see(hass, pbx.host), {})
    assert result["reason"] == "unique_id_mismatch"
    assert result["description_placeholders"] == {
        "serial_number": "369364835219",
        "expected": moved.unique_id,
    }
    assert moved.data[CONF_HOST] == FORMER
    assert not pbx.sessions.tokens


async def test_a_move_that_fails_can_be_tried_again(
    hass: HomeAssistant, pbx: Simulator, moved: MockConfigEntry
) -> None:
    """The form says what is wrong."""
    pbx.lock_out()
    result = await go_on(hass, await see(hass, pbx.host), {})
    assert result["errors"] == {"base": "locked_out"}
    assert moved.data[CONF_HOST] == FORMER
    pbx.clear_lockout()
    result = await go_on(hass, result, {})
    assert result["reason"] == "move_successful"


async def test_a_move_that_somebody_else_made_is_done(
    hass: HomeAssistant, pbx: Simulator, moved: MockConfigEntry
) -> None:
    """A person changed the address in the meantime."""
    result = await see(hass, pbx.host)
    hass.config_entries.async_update_entry(
        moved, data={**moved.data, CONF_HOST: pbx.host}
    )
    result = await go_on(hass, result, {})
    assert result["reason"] == "already_configured"
    assert not pbx.requests


async def test_a_pbx_removed_in_the_meantime_is_set_up_anew(
    hass: HomeAssistant, pbx: Simulator, moved: MockConfigEntry
) -> None:
    """Then it is a discovery like any other."""
    result = await see(hass, pbx.host)
    await hass.config_entries.async_remove(moved.entry_id)
    result = await go_on(hass, result, {})
    assert result["step_id"] == "user"
    assert suggested_host(result) == pbx.host


# A PBX that moved, with TLS


@pytest.fixture
def listener() -> ssl.SSLContext:
    """Return the TLS of an old box."""
    return server_context(old_box=True)


@pytest.fixture
async def secure(listener: ssl.SSLContext) -> AsyncGenerator[Simulator]:
    """Return a PBX that speaks TLS as old boxes do."""
    async with Simulator(ssl_context=listener) as simulator:
        yield simulator


@pytest.fixture
def certificate(listener: ssl.SSLContext) -> str:
    """Return the SHA-256 of what the PBX shows, as the entry keeps it."""
    return show_new(listener)


def show_new(listener: ssl.SSLContext) -> str:
    """Show another certificate from now on; return its SHA-256."""
    made = new_certificate()
    show(listener, made)
    return fingerprint(made).replace(":", "").lower()


@pytest.fixture
async def secure_moved(
    hass: HomeAssistant, secure: Simulator, entry: MockConfigEntry, certificate: str
) -> AsyncGenerator[MockConfigEntry]:
    """Return an entry that knows the certificate of a PBX that is elsewhere now."""
    yield leave_behind(
        hass,
        entry,
        port=secure.port,
        **{CONF_SSL: True, CONF_FINGERPRINT: certificate},
    )
    if entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(entry.entry_id)


async def test_an_entry_follows_the_certificate_by_itself(
    hass: HomeAssistant, secure: Simulator, secure_moved: MockConfigEntry
) -> None:
    """Who shows it, and has its key, is the PBX."""
    result = await see(hass, secure.host)
    assert result["reason"] == "already_configured"
    assert secure_moved.data[CONF_HOST] == secure.host
    assert secure_moved.data[CONF_WEBHOOK_ID] != WEBHOOK_ID
    assert secure_moved.state is ConfigEntryState.LOADED
    assert secure.logins_ok == 1


async def test_a_relay_to_the_pbx_is_not_followed(
    hass: HomeAssistant, secure: Simulator, secure_moved: MockConfigEntry
) -> None:
    """The certificate is right at both addresses: a person decides."""
    relay = await asyncio.start_server(
        partial(pass_through, secure.host, secure.port), FORMER, secure.port
    )
    async with relay:
        result = await see(hass, secure.host)
    assert result["step_id"] == "confirm_move"
    assert secure_moved.data[CONF_HOST] == FORMER
    assert not secure.requests


async def pass_through(
    host: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Pass on what comes to another server, and its answers."""
    there, to = await asyncio.open_connection(host, port)

    async def copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await source.read(65536):
                sink.write(piece)
        sink.close()

    await asyncio.gather(copy(reader, to), copy(there, writer))


async def test_another_certificate_gets_nothing(
    hass: HomeAssistant,
    secure: Simulator,
    secure_moved: MockConfigEntry,
    listener: ssl.SSLContext,
) -> None:
    """Not before a person confirmed the move, and not before that of the certificate."""
    seen = show_new(listener)
    result = await see(hass, secure.host)
    assert result["step_id"] == "confirm_move"
    result = await go_on(hass, result, {})
    assert result["step_id"] == "accept_certificate"
    words = result["description_placeholders"] or {}
    assert words["seen"].replace(":", "").lower() == seen
    assert not secure.requests
    result = await go_on(hass, result, {})
    assert result["reason"] == "move_successful"
    assert secure_moved.data[CONF_FINGERPRINT] == seen
    assert secure_moved.state is ConfigEntryState.LOADED


async def test_nobody_at_the_new_address_moves_nothing(
    hass: HomeAssistant, secure: Simulator, secure_moved: MockConfigEntry
) -> None:
    """A person decides, later perhaps."""
    await secure.stop()
    result = await see(hass, secure.host)
    assert result["step_id"] == "confirm_move"
    assert secure_moved.data[CONF_HOST] == FORMER
