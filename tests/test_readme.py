"""Every example of the README works."""

from collections.abc import Callable
from pathlib import Path
import re
from typing import Any, cast

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import Script, async_validate_actions_config
from homeassistant.helpers.trigger import async_validate_trigger_config
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.yeastar.actions import ACTIONS
from tests.simulator import Simulator

README = Path(__file__).parent.parent / "README.md"
BLOCKS: list[dict[str, Any]] = [
    cast("dict[str, Any]", parse_yaml(block))
    for block in re.findall(r"```yaml\n(.*?)```", README.read_text(), re.DOTALL)
]
EXAMPLES = [block for block in BLOCKS if "action" in block]
IDS = [f"{index}-{example['action']}" for index, example in enumerate(EXAMPLES)]

type Situation = Callable[[Simulator], object]


def quiet(pbx: Simulator) -> None:
    """Let nothing happen."""


def call_comes_in(pbx: Simulator) -> None:
    """Let somebody ring Jayson."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")


def amy_talks(pbx: Simulator) -> None:
    """Let Amy talk to somebody outside."""
    pbx.outside_call("5503301", to="1002", trunk="SIP-142")
    pbx.answer("1002")


def amy_holds(pbx: Simulator) -> None:
    """Let Amy have somebody on hold."""
    amy_talks(pbx)
    pbx.hold("1002")


def call_is_on_offer(pbx: Simulator) -> None:
    """Let the PBX ask whether to take a call."""
    pbx.state.trunks["SIP-142"].answering_control = True
    call_comes_in(pbx)


SITUATIONS: dict[str, Situation] = {
    "yeastar.accept_call": call_is_on_offer,
    "yeastar.hang_up": amy_talks,
    "yeastar.hold": amy_talks,
    "yeastar.monitor": amy_talks,
    "yeastar.mute": amy_talks,
    "yeastar.refuse_call": call_is_on_offer,
    "yeastar.resume": amy_holds,
    "yeastar.transfer": call_comes_in,
    "yeastar.unmute": amy_talks,
}


@pytest.mark.parametrize("example", EXAMPLES, ids=IDS)
async def test_an_example_of_an_action_works(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    hass_admin_user: MockUser,
    example: dict[str, Any],
) -> None:
    """The PBX does what the example asks for, for an administrator."""
    hass.config_entries.async_update_entry(loaded, options={"supervision": True})
    # A second trunk to the outside, which calling back needs.
    pbx.add_trunk("SIP-2", type="SIP", status="Registered")
    SITUATIONS.get(example["action"], quiet)(pbx)
    await pbx.settle()
    await hass.async_block_till_done()
    call_id = next(iter(pbx.calls), "")
    sequence = await async_validate_actions_config(hass, cv.SCRIPT_SCHEMA([example]))
    script = Script(hass, sequence, "README", "test")
    before = len(pbx.requests)
    await script.async_run(
        {"trigger": {"event": {"data": {"call_id": call_id}}}},
        Context(user_id=hass_admin_user.id),
    )
    asked = [request.endpoint for request in pbx.requests[before:]]
    assert asked or example["action"] == "yeastar.get_call_log"


async def test_every_action_has_an_example() -> None:
    """None is left to guessing."""
    shown = {example["action"].removeprefix("yeastar.") for example in EXAMPLES}
    assert shown == {action.name for action in ACTIONS}


async def test_the_examples_of_triggers_are_valid(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Home Assistant accepts every trigger that is shown."""
    triggers = [trigger for block in BLOCKS for trigger in block.get("triggers", ())]
    assert triggers
    await async_validate_trigger_config(hass, cv.TRIGGER_SCHEMA(triggers))
