"""Every example of the README and of `docs/` works."""

from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path
import re
import shutil
from typing import Any

from homeassistant.components import automation, recorder
from homeassistant.const import ENTITY_MATCH_ALL, SERVICE_TURN_OFF
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import Script, async_validate_actions_config
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_mock_service,
)
import voluptuous as vol

from custom_components.yeastar.actions import ACTIONS
from custom_components.yeastar.const import DOMAIN, EVENT_YEASTAR, EVENT_YEASTAR_CALL
from custom_components.yeastar.features.hourly_counts import Measure

from .helpers import deliver, pass_time
from .simulator import Simulator
from .source import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FORMS = ROOT / "frontend" / "src" / "forms.ts"
ELEMENTS = ROOT / "frontend" / "src" / "index.ts"

type Example = dict[str, Any]


def examples(*keys: str) -> dict[str, Example]:
    """Return the examples that have one of some keys, by where they are."""
    return {
        f"{path.stem}-{index}": block
        for path in DOCUMENTS
        for index, block in enumerate(blocks(path), 1)
        if not block.keys().isdisjoint(keys)
    }


def blocks(path: Path) -> list[Example]:
    """Return the YAML of a document, block by block."""
    found: list[Example] = []
    for text in re.findall(
        r"^```yaml\n(.*?)^```", path.read_text("utf-8"), re.MULTILINE | re.DOTALL
    ):
        block = parse_yaml(text)
        assert isinstance(block, dict), text
        found.append(block)
    return found


SINGLE = examples("action")
AUTOMATIONS = examples("triggers", "use_blueprint")
CARDS = examples("type")
RECORDER = examples("recorder")

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


ONLY_ON_A_P_SERIES = {
    f"yeastar.{name}"
    for name in (
        "add_member",
        "delete_voicemail",
        "export_contacts",
        "mark_voicemail_read",
        "park",
        "retrieve",
        "record",
    )
}
"""Their examples are tried in `p_series/test_examples.py`."""

ANSWERED_WITHOUT_A_REQUEST = {
    "yeastar.get_call_log",
    "yeastar.get_calls",
    "yeastar.import_contacts",
}
"""What is known already, was asked a moment ago, or is Home Assistant's alone."""


@pytest.mark.parametrize(
    "where", [w for w in SINGLE if SINGLE[w]["action"] not in ONLY_ON_A_P_SERIES]
)
async def test_an_example_of_an_action_works(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    hass_admin_user: MockUser,
    where: str,
) -> None:
    """The PBX does what the example asks for, for an administrator."""
    example = SINGLE[where]
    if "timeout" in example["data"]:
        # Nobody picks up in this house.
        example = example | {"data": example["data"] | {"timeout": 1}}
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
    assert asked or example["action"] in ANSWERED_WITHOUT_A_REQUEST


async def test_every_action_has_an_example() -> None:
    """None is left to guessing."""
    shown = {example["action"].removeprefix("yeastar.") for example in SINGLE.values()}
    assert shown == {action.name for action in ACTIONS}


@pytest.fixture
async def blueprints(hass: HomeAssistant, tmp_path: Path) -> AsyncGenerator[None]:
    """Let Home Assistant have the blueprints, and stop its automations at the end."""
    shutil.copytree(ROOT / "blueprints", tmp_path / "blueprints")
    hass.config.config_dir = str(tmp_path)
    yield
    await hass.services.async_call(
        automation.DOMAIN,
        SERVICE_TURN_OFF,
        {"entity_id": ENTITY_MATCH_ALL},
        blocking=True,
    )


@pytest.mark.usefixtures("blueprints")
async def test_the_examples_of_automations_are_loaded(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Home Assistant takes each of them as it is, and nothing is said against one."""
    configs = [{"alias": where, **config} for where, config in AUTOMATIONS.items()]
    assert await async_setup_component(
        hass, automation.DOMAIN, {automation.DOMAIN: configs}
    )
    await hass.async_block_till_done()
    # One with a mistake is there, but off.
    states = hass.states.async_all(automation.DOMAIN)
    assert {state.name: state.state for state in states} == dict.fromkeys(
        AUTOMATIONS, "on"
    )
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def steps(block: object) -> Iterator[Example]:
    """Yield the actions within a block, however deep."""
    if isinstance(block, list):
        for item in block:
            yield from steps(item)
    elif isinstance(block, dict):
        if "action" in block:
            yield block
        for item in block.values():
            yield from steps(item)


def is_ours(step: Example) -> bool:
    """Return whether a step is an action of the integration."""
    return str(step["action"]).startswith(f"{DOMAIN}.")


@pytest.mark.usefixtures("blueprints")
async def test_the_examples_of_automations_say_what_happens(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whoever calls, named or not: no template misses anything."""
    configs = [
        config
        for config in AUTOMATIONS.values()
        if "triggers" in config and not any(map(is_ours, steps(config)))
    ]
    used = {step["action"] for step in steps(configs)}
    done = {
        action: async_mock_service(hass, *action.split(".", 1))
        for action in sorted(used)
    }
    assert await async_setup_component(
        hass, automation.DOMAIN, {automation.DOMAIN: configs}
    )
    await hass.async_block_till_done()
    pbx.outside_call("anonymous", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    pbx.outside_hangs_up(next(iter(pbx.calls.values())))
    await deliver(hass, pbx)
    await pass_time(hass, 5)
    amy_talks(pbx)
    pbx.outgoing_call("1000", "0900123456", trunk="SIP-142")
    await deliver(hass, pbx)
    messages = {call.data["message"] for call in done["notify.send_message"]}
    assert messages >= {
        "A caller hides the number",
        "Missed: a hidden number",
        "Jayson was not reached: no_answer",
        "Jayson calls 0900123456",
    }
    assert done["media_player.media_pause"]
    assert "Template variable" not in caplog.text
    assert "Error" not in caplog.text


@pytest.mark.parametrize("where", AUTOMATIONS)
def test_automations_give_our_actions_what_they_take(where: str) -> None:
    """Fields that are there, and all that have to be given."""
    fields = {action.name: action.schema.schema for action in ACTIONS}
    for step in filter(is_ours, steps(AUTOMATIONS[where])):
        known = fields[step["action"].removeprefix("yeastar.")]
        assert step["data"].keys() <= set(map(str, known))
        needed = {str(field) for field in known if isinstance(field, vol.Required)}
        assert needed <= step["data"].keys()


@pytest.mark.parametrize("where", CARDS)
def test_the_examples_of_cards_are_of_ours(where: str) -> None:
    """With fields that their forms have; a graph is of statistics that are counted."""
    if CARDS[where]["type"] == "statistics-graph":
        measures = "|".join(Measure)
        for row in CARDS[where]["entities"]:
            assert re.fullmatch(rf"yeastar:\d+(_\d+)?_({measures})", row["entity"])
        return
    kind = CARDS[where]["type"].removeprefix("custom:")
    assert f'"{kind}"' in ELEMENTS.read_text("utf-8")
    fields = set(re.findall(r'name: "(\w+)"', FORMS.read_text("utf-8")))
    assert CARDS[where].keys() - {"type"} <= fields


@pytest.mark.parametrize("where", RECORDER)
def test_the_recorder_is_told_of_events_that_there_are(where: str) -> None:
    """In the form that its configuration has."""
    config = recorder.CONFIG_SCHEMA(RECORDER[where])
    left_out = config["recorder"]["exclude"]["event_types"]
    assert set(left_out) == {EVENT_YEASTAR, EVENT_YEASTAR_CALL}


def test_no_example_is_of_an_unknown_kind() -> None:
    """So that each of them is tried here."""
    tried = len(SINGLE) + len(AUTOMATIONS) + len(CARDS) + len(RECORDER)
    assert tried == sum(len(blocks(path)) for path in DOCUMENTS)
