"""Every blueprint is loaded and run against a simulated PBX."""

from pathlib import Path
import shutil

from homeassistant.components import automation
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.simulator import Simulator

BLUEPRINTS = Path(__file__).parent.parent / "blueprints" / "automation" / "yeastar"


@pytest.fixture
def folder(hass: HomeAssistant, tmp_path: Path) -> None:
    """Let Home Assistant have the blueprints where it looks for them."""
    shutil.copytree(BLUEPRINTS, tmp_path / "blueprints" / "automation" / "yeastar")
    hass.config.config_dir = str(tmp_path)


@pytest.mark.parametrize(
    ("caller", "refused"),
    [
        ("0900123456", True),
        ("5503301", True),
        ("0611111111", False),
        ("anonymous", True),
        ("unknown", False),
    ],
)
@pytest.mark.usefixtures("folder")
async def test_unwanted_callers_are_refused(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    caller: str,
    refused: bool,
) -> None:
    """Numbers of the list and those that begin so, and no others."""
    pbx.state.trunks["SIP-142"].answering_control = True
    assert await async_setup_component(
        hass,
        automation.DOMAIN,
        {
            automation.DOMAIN: {
                "use_blueprint": {
                    "path": "yeastar/refuse_callers.yaml",
                    "input": {"numbers": ["0900*", "5503301", "withheld"]},
                }
            }
        },
    )
    await hass.async_block_till_done()
    call = pbx.outside_call(caller, to="1000", trunk="SIP-142")
    await pbx.settle()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert (call.callid not in pbx.calls) is refused
