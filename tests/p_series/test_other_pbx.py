"""Another P-Series PBX answers at the address of one that is set up."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import DOMAIN
from tests.helpers import dial_at_another_pbx, progress_of
from tests.p_series.conftest import pass_time, until
from tests.simulator.p_series import PSeriesSimulator, Request

OTHER = "3631A0000001"


def exchange(pbx: PSeriesSimulator) -> None:
    """Put another PBX in the place of one."""
    pbx.state.device.sn = OTHER
    pbx.revoke_tokens()


def accepted(pbx: PSeriesSimulator) -> list[Request]:
    """Return the requests that the PBX agreed to."""
    return [request for request in pbx.requests if request.answer.get("errcode") == 0]


def is_said(hass: HomeAssistant, entry: MockConfigEntry) -> bool:
    """Return whether there is an issue that another PBX answers."""
    issue_id = f"other_pbx_{entry.entry_id}"
    return ir.async_get(hass).async_get_issue(DOMAIN, issue_id) is not None


async def test_the_next_poll_stops_and_gives_its_token_back(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """A PBX has eight tokens for an application; a lost one would block a slot."""
    exchange(pbx)
    await pass_time(hass, 31)
    await until(lambda: progress_of(loaded) is ConfigEntryState.SETUP_ERROR)
    assert is_said(hass, loaded)
    assert pbx.tokens_alive == 0


async def test_the_other_pbx_gets_no_action(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """It is looked at after the login, before the call is placed."""
    exchange(pbx)
    await dial_at_another_pbx(hass)
    assert "call/dial" not in {request.endpoint for request in accepted(pbx)}


async def test_a_pbx_that_forgot_its_tokens_is_the_same(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """A restart is no exchange."""
    pbx.revoke_tokens()
    await pass_time(hass, 31)
    assert progress_of(loaded) is ConfigEntryState.LOADED
    assert not is_said(hass, loaded)
