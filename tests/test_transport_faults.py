"""What a person is told of a PBX whose answers are odd, broken or not there at all."""

import asyncio
from collections.abc import AsyncGenerator
import socket

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_PORT, CONF_SSL
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import DOMAIN
from custom_components.yeastar.pbx.http import Http
from tests.helpers import impatient, progress_of, requests_of, state_of
from tests.simulator import Fault, Framing, Simulator, server as server_module
from tests.simulator.tls import server_context

NONSENSE = "did not come from the API of a Yeastar PBX"
UNCONFIRMED = "No confirmation from the PBX"
UNREACHED = "cannot be reached"
REDIRECTED = "redirects to https on port 8088"

SENTENCES = {
    Fault.CLOSE: UNCONFIRMED,
    Fault.CLOSE_AFTER: UNCONFIRMED,
    Fault.EMPTY: NONSENSE,
    Fault.GARBAGE: NONSENSE,
    Fault.HALF: NONSENSE,
    Fault.HANG: UNCONFIRMED,
    Fault.HTML: NONSENSE,
    Fault.HTTP_500: NONSENSE,
    Fault.HUGE: NONSENSE,
    Fault.NOT_OBJECT: NONSENSE,
    Fault.REDIRECT: REDIRECTED,
    Fault.RESET: UNCONFIRMED,
    Fault.SLOW: UNCONFIRMED,
}


@pytest.fixture
async def pbx(socket_enabled: None) -> AsyncGenerator[Simulator]:
    """Return a PBX with TLS, which breaks in ways of its own."""
    async with Simulator(ssl_context=server_context(old_box=True)) as simulator:
        yield simulator


@pytest.fixture
def entry(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Return an entry that uses TLS."""
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_SSL: True})
    return entry


async def assert_works(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set the PBX up and find its phones, then say goodbye."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, "sensor.jayson") == "idle"
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("framing", Framing)
async def test_an_answer_may_end_in_every_way(
    hass: HomeAssistant,
    reachable: None,
    entry: MockConfigEntry,
    pbx: Simulator,
    framing: Framing,
) -> None:
    """Without a length as well: the end of the connection is the end."""
    pbx.framing = framing
    await assert_works(hass, entry)


@pytest.mark.parametrize("fault", [Fault.BOM, Fault.NUL, Fault.WRONG_TYPE, Fault.SLOW])
async def test_an_untidy_pbx_works(
    hass: HomeAssistant,
    reachable: None,
    entry: MockConfigEntry,
    pbx: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
) -> None:
    """Nobody notices."""
    monkeypatch.setattr(server_module, "DRIP_SECONDS", 0.0)
    pbx.fault = fault
    await assert_works(hass, entry)


@pytest.mark.parametrize(("fault", "sentence"), SENTENCES.items())
async def test_an_action_says_what_came_instead_of_an_answer(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    pbx: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    sentence: str,
) -> None:
    """It was sent once, and is not waited for any longer than it may take."""
    pbx.fail_next(fault, endpoint="extension/dial_extension")
    with monkeypatch.context() as meanwhile:
        if sentence == UNCONFIRMED:
            meanwhile.setattr(Http, "exchange", impatient(0.1))
        with pytest.raises(HomeAssistantError, match=sentence):
            await hass.services.async_call(
                DOMAIN, "dial", {"extension": "1000", "number": "1002"}, blocking=True
            )
    assert len(requests_of(pbx, "extension/dial_extension")) == 1


async def test_an_action_behind_others_that_hang_says_that_nothing_was_sent(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    pbx: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It does not wait until they give up, which may be long."""
    monkeypatch.setattr(Http, "exchange", impatient(0.4))
    pbx.fail_next(Fault.HANG, count=2, endpoint="trunklist/query")
    client = loaded.runtime_data.pbx.client
    hanging = [asyncio.create_task(client.trunks()) for _ in range(2)]
    while pbx.server.in_flight < 2:
        await asyncio.sleep(0.001)
    with pytest.raises(HomeAssistantError, match="so this one was not sent"):
        await hass.services.async_call(
            DOMAIN, "dial", {"extension": "1000", "number": "1002"}, blocking=True
        )
    assert not requests_of(pbx, "extension/dial_extension")
    # Their errors are nobody's, and would be logged as such.
    await asyncio.gather(*hanging, return_exceptions=True)


@pytest.mark.parametrize(("fault", "sentence"), SENTENCES.items())
async def test_a_pbx_that_cannot_be_set_up_says_why(
    hass: HomeAssistant,
    reachable: None,
    entry: MockConfigEntry,
    pbx: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    sentence: str,
) -> None:
    """It is tried again later, and nobody is asked for a password."""
    if sentence == UNCONFIRMED:
        monkeypatch.setattr(Http, "exchange", impatient(0.1))
        # Nothing was to be done, so that nothing needs to be confirmed.
        sentence = UNREACHED
    pbx.fault = fault
    await hass.config_entries.async_setup(entry.entry_id)
    assert progress_of(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.reason
    assert sentence in entry.reason
    assert not hass.config_entries.flow.async_progress()


async def test_a_pbx_that_is_off_cannot_be_reached(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Nothing was sent, and that is said."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    data = {**entry.data, CONF_PORT: port}
    hass.config_entries.async_update_entry(entry, data=data)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.reason
    assert UNREACHED in entry.reason
