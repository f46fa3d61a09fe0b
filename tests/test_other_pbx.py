"""Another PBX answers at the address of one that is set up: it is not taken for it."""

from typing import Any

from homeassistant.components.repairs import repairs_flow_manager
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import DOMAIN
from tests.helpers import (
    dial_at_another_pbx,
    pass_time,
    progress_of,
    requests_of,
    state_of,
)
from tests.simulator import Simulator

STATE = "sensor.jayson"
OTHER = "369000000001"


@pytest.fixture(autouse=True)
async def repairs(hass: HomeAssistant) -> None:
    """Let people mend things."""
    assert await async_setup_component(hass, "repairs", {})


def exchange(pbx: Simulator, serial_number: str = OTHER) -> str:
    """Put another PBX in the place of one; return the serial number of the former."""
    former = pbx.state.device.sn
    pbx.state.device.sn = serial_number
    pbx.expire_tokens()
    return former


def issue_of(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    """Return the issue that another PBX answers."""
    issue_id = f"other_pbx_{entry.entry_id}"
    return ir.async_get(hass).async_get_issue(DOMAIN, issue_id)


async def submit(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Click on the issue and submit its form."""
    manager = repairs_flow_manager(hass)
    assert manager
    context: Any = {"issue_id": f"other_pbx_{entry.entry_id}"}
    form = await manager.async_init(DOMAIN, context=context)
    assert form["type"] is FlowResultType.FORM
    await manager.async_configure(form["flow_id"], {})
    await hass.async_block_till_done()


async def test_the_next_poll_stops_and_says_which_pbx_answers(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """No phone of the other PBX is shown as one of the PBX that was set up."""
    former = exchange(pbx)
    pbx.rename_extension("1000", "Stranger")
    await pass_time(hass, 31)
    assert progress_of(loaded) is ConfigEntryState.SETUP_ERROR
    assert state_of(hass, STATE) == STATE_UNAVAILABLE
    issue = issue_of(hass, loaded)
    assert issue
    assert issue.translation_placeholders == {
        "name": loaded.title,
        "expected": former,
        "seen": OTHER,
    }
    assert loaded.reason == (
        f"Another PBX answers: its serial number is {OTHER}, not {former}. "
        "Nothing was done"
    )


async def test_the_other_pbx_gets_no_action(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """It is looked at after the login, before the call is placed."""
    exchange(pbx)
    await dial_at_another_pbx(hass)
    accepted = [
        request
        for request in requests_of(pbx, "extension/dial_extension")
        if request.answer.get("status") == "Success"
    ]
    assert not accepted


async def test_its_session_is_given_back(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The other PBX is not left to post its reports here."""
    exchange(pbx)
    await pass_time(hass, 31)
    logins = len(requests_of(pbx, "login"))
    assert [request.endpoint for request in pbx.requests[-1:]] == ["logout"]
    await pass_time(hass, 120)
    assert len(requests_of(pbx, "login")) == logins


async def test_a_restart_of_home_assistant_finds_it_as_well(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """What was exchanged while the entry was not loaded is found at its setup."""
    await hass.config_entries.async_unload(loaded.entry_id)
    exchange(pbx)
    await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done()
    assert progress_of(loaded) is ConfigEntryState.SETUP_ERROR
    assert issue_of(hass, loaded)


async def test_the_known_pbx_is_taken_again_on_request(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The form of the issue asks again; the issue goes once the PBX is the known one."""
    former = exchange(pbx)
    await pass_time(hass, 31)
    await submit(hass, loaded)
    assert progress_of(loaded) is ConfigEntryState.SETUP_ERROR
    assert issue_of(hass, loaded)
    exchange(pbx, former)
    await submit(hass, loaded)
    assert progress_of(loaded) is ConfigEntryState.LOADED
    assert issue_of(hass, loaded) is None


async def test_a_pbx_that_forgot_its_tokens_is_the_same(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """A reboot is no exchange."""
    pbx.expire_tokens()
    await pass_time(hass, 31)
    assert progress_of(loaded) is ConfigEntryState.LOADED
    assert issue_of(hass, loaded) is None


async def test_a_pbx_that_no_longer_says_what_it_is_stays(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """A refused query proves nothing."""
    pbx.expire_tokens()
    pbx.refuse_next(10002, "deviceinfo/query")
    await pass_time(hass, 31)
    assert progress_of(loaded) is ConfigEntryState.LOADED
    assert issue_of(hass, loaded) is None
