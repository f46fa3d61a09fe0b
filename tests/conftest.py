"""A PBX and a Home Assistant that reach each other over real sockets."""

from collections.abc import AsyncGenerator, Generator
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
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
from homeassistant.helpers.entity import Entity
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

# Whoever is imported first owns the package: it has to be ours.
import custom_components.yeastar  # noqa: F401
from custom_components.yeastar.const import CONF_FAMILY, DOMAIN
from custom_components.yeastar.migration import MINOR_VERSION, VERSION
from tests.simulator import Simulator

WEBHOOK_ID = "0123456789abcdef" * 4


@pytest.fixture(autouse=True)
def custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let a Home Assistant, where a test has one, find the integration."""
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


@pytest.fixture(autouse=True)
def up_to_date(caplog: pytest.LogCaptureFixture) -> Generator[None]:
    """Fail a test in which Home Assistant finds the integration outdated."""
    yield
    for when in ("setup", "call", "teardown"):
        for record in caplog.get_records(when):
            message = record.getMessage()
            outdated = "Detected that" in message or "deprecated" in message
            assert not outdated or DOMAIN not in message, message


@pytest.fixture
async def pbx(socket_enabled: None) -> AsyncGenerator[Simulator]:
    """Return a PBX that is switched on."""
    async with Simulator() as simulator:
        yield simulator


@pytest.fixture
def entity_registry_enabled_by_default() -> Generator[None]:
    """Let every entity be enabled at first."""
    with patch.object(Entity, "entity_registry_enabled_default", new=True):
        yield


@pytest.fixture
async def reachable(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Let the PBX reach the web server of Home Assistant."""
    assert await async_setup_component(hass, "webhook", {})
    # Whoever adds to the web server has to come before it starts.
    for component in ("calendar", "media_source", "notify", "websocket_api", DOMAIN):
        assert await async_setup_component(hass, component, {})
    client = await hass_client_no_auth()
    assert hass.config.api is not None
    assert client.server is not None
    assert client.server.port is not None
    hass.config.api.port = client.server.port


@pytest.fixture
def entry(pbx: Simulator) -> MockConfigEntry:
    """Return an entry for the PBX that is not set up yet."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="Yeastar S100",
        unique_id=pbx.state.device.sn,
        version=VERSION,
        minor_version=MINOR_VERSION,
        data={
            CONF_HOST: pbx.host,
            CONF_PORT: pbx.port,
            CONF_SSL: False,
            CONF_VERIFY_SSL: False,
            CONF_USERNAME: pbx.username,
            CONF_PASSWORD: pbx.password,
            CONF_WEBHOOK_ID: WEBHOOK_ID,
            CONF_FAMILY: "s_series",
        },
    )


@pytest.fixture
async def loaded(
    hass: HomeAssistant, reachable: None, pbx: Simulator, entry: MockConfigEntry
) -> AsyncGenerator[MockConfigEntry]:
    """Return an entry whose PBX is set up and posts its reports."""
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    yield entry
    # The simulator goes before Home Assistant does, so say goodbye here.
    if hass.config_entries.async_get_entry(entry.entry_id):
        await hass.config_entries.async_unload(entry.entry_id)
