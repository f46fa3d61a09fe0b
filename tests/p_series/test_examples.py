"""The examples in the documents of what only a P-Series does."""

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import Script, async_validate_actions_config
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.simulator.p_series import PSeriesSimulator
from tests.test_readme import ONLY_ON_A_P_SERIES, SINGLE

from .conftest import deliver, pass_time


@pytest.mark.parametrize(
    "where", [w for w in SINGLE if SINGLE[w]["action"] in ONLY_ON_A_P_SERIES]
)
async def test_an_example_of_an_action_works(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry, where: str
) -> None:
    """The PBX does what the example asks for, while Amy talks and Jayson has mail."""
    message = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.voicemail(message)
    pbx.outside_hangs_up(message)
    await deliver(hass, pbx)
    await pass_time(hass, 2)
    pbx.outside_call("5503301", to="1002", trunk="SIP-142")
    pbx.answer("1002")
    await deliver(hass, pbx)
    sequence = await async_validate_actions_config(
        hass, cv.SCRIPT_SCHEMA([SINGLE[where]])
    )
    before = len(pbx.requests)
    script = Script(hass, sequence, "Example", "test")
    await script.async_run({}, Context())
    assert pbx.requests[before:]
    assert {r.answer.get("errcode") for r in pbx.requests[before:]} == {0}
