"""What Home Assistant's quality scale demands, as far as a machine can see it."""

import ast
from collections.abc import AsyncGenerator
from importlib import import_module
import inspect
import json
from pathlib import Path
import re
import struct
import tomllib
from typing import Any, get_args, get_type_hints

import aiohttp
from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
from homeassistant.components import diagnostics
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_CONFIG_ENTRY_ID, EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    condition,
    device_registry as dr,
    entity_registry as er,
    service,
    trigger,
)
from homeassistant.helpers.entity_platform import async_get_platforms
from homeassistant.helpers.update_coordinator import (
    CoordinatorEntity,
    DataUpdateCoordinator,
)
from homeassistant.loader import Manifest, async_get_integration
from homeassistant.requirements import pkg_util
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

import custom_components.yeastar as integration
from custom_components.yeastar import coordinator, entity, runtime
from custom_components.yeastar.actions import ACTIONS
from custom_components.yeastar.condition import CONDITIONS
from custom_components.yeastar.const import DOMAIN
from custom_components.yeastar.pbx.calls.call import CallEventType
from custom_components.yeastar.pbx.models import ExtensionState, ForwardWhen, TrunkState
from custom_components.yeastar.pbx.s_series.client import SSeriesClient
from custom_components.yeastar.phonebook.callers import CallerId
from custom_components.yeastar.trigger import TRIGGERS

from .helpers import add_contact, deliver
from .simulator import Simulator
from .simulator.p_series import PSeriesSimulator
from .simulator.p_series.state import GroupMailbox
from .source import FOLDER, PACKAGE, ROOT, SOURCES, Texts, calls, source, texts

ENGLISH = texts("en")
ICONS: Texts = json.loads((FOLDER / "icons.json").read_text("utf-8"))
MANIFEST: Texts = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
DOCUMENTATION = "\n".join(path.read_text("utf-8") for path in DOCUMENTS)

# The scale itself


def test_every_rule_is_kept_or_does_not_apply() -> None:
    """All that Home Assistant's own integrations answer, and for what reason not."""
    theirs = inspect.getfile(diagnostics).replace("diagnostics/__init__.py", "")
    rules = load_yaml_dict(FOLDER / "quality_scale.yaml")["rules"]
    assert list(rules) == list(
        load_yaml_dict(f"{theirs}peblar/quality_scale.yaml")["rules"]
    )
    for rule, answer in rules.items():
        if answer != "done":
            assert answer["status"] in ("done", "exempt"), rule
            assert answer["comment"].strip(), rule


# Bronze


async def test_actions_are_there_without_a_pbx(
    hass: HomeAssistant, reachable: None
) -> None:
    """So that automations which use them are valid before it is set up (action-setup)."""
    assert hass.config_entries.async_entries(DOMAIN) == []
    assert set(hass.services.async_services_for_domain(DOMAIN)) == ACTION_NAMES


def test_polling_cannot_be_configured() -> None:
    """Nor can names: entities are named by people (appropriate-polling, config-flow)."""
    asked = set(json.dumps([ENGLISH["config"], ENGLISH["options"]]).split('"'))
    assert not asked & {"scan_interval", "update_interval", "name_of_device"}


@pytest.mark.parametrize("kind", ["icon", "logo"])
@pytest.mark.parametrize("dark", ["", "dark_"])
def test_pictures_have_the_sizes_that_are_wanted(kind: str, dark: str) -> None:
    """Once and twice as large, icons square (brands)."""
    for name, sizes in ((f"{dark}{kind}", 256), (f"{dark}{kind}@2x", 512)):
        picture = (FOLDER / "brand" / f"{name}.png").read_bytes()
        assert picture.startswith(b"\x89PNG")
        width, height = struct.unpack(">II", picture[16:24])
        assert min(width, height) <= sizes
        assert kind == "logo" or width == height == sizes


def test_what_is_common_is_where_everybody_looks_for_it() -> None:
    """The coordinator and the entity that others are made of (common-modules)."""
    assert issubclass(coordinator.YeastarCoordinator, DataUpdateCoordinator)
    assert issubclass(entity.YeastarEntity, CoordinatorEntity)


def test_every_step_has_its_method() -> None:
    """By the name that is shown (config-flow)."""
    for call in calls("async_show_form", "async_show_menu"):
        for step in call.values(call.keywords["step_id"]):
            assert f"async_step_{step}" in call.source.functions, str(call)


def test_requirements_are_of_one_version() -> None:
    """The one that was tested (dependency-transparency)."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    for requirement in MANIFEST["requirements"]:
        parsed = pkg_util.parse_requirement_safe(requirement)
        assert parsed is not None
        assert "==" in str(parsed.specifier)
        assert requirement in project["dependency-groups"]["test"]


ACTION_NAMES = {action.name for action in ACTIONS}
REFERENCE: Texts = {
    **{action.name: action.schema.schema for action in ACTIONS},
    **{name: kind._fields for name, kind in TRIGGERS.items()},  # type: ignore[attr-defined]
    **{name: kind._fields for name, kind in CONDITIONS.items()},  # type: ignore[attr-defined]
}


def test_what_automations_are_made_of_is_in_the_reference() -> None:
    """All of it, and nothing else (docs-actions, docs-triggers, docs-conditions)."""
    named = re.findall(r"^### `yeastar\.(\w+)`$", DOCUMENTATION, re.MULTILINE)
    assert sorted(named) == sorted(REFERENCE)


@pytest.mark.parametrize("name", sorted(REFERENCE))
def test_every_field_is_in_the_reference(name: str) -> None:
    """With whether it is required; the one that all actions have is said once."""
    _, _, chapter = DOCUMENTATION.partition(f"\n### `yeastar.{name}`\n")
    table = dict(
        re.findall(r"^\| `(\w+)` \| (.*?) ?\|", chapter.split("\n#")[0], re.MULTILINE)
    )
    assert table == {
        str(field): _in_words(field)
        for field in REFERENCE[name]
        if field != ATTR_CONFIG_ENTRY_ID
    }


def _in_words(field: Any) -> str:
    if isinstance(field.default, vol.Undefined):
        return "required" if isinstance(field, vol.Required) else ""
    value = field.default()
    return f"`{str(value).lower() if isinstance(value, bool) else value}` unless given"


def test_nothing_is_kept_in_the_common_data() -> None:
    """An entry has its own (runtime-data)."""
    for one in SOURCES:
        assert "hass.data[DOMAIN]" not in one.path.read_text("utf-8")


@pytest.mark.parametrize("platform", integration.PLATFORMS)
def test_a_platform_says_what_it_is_and_how_much_at_once(platform: Platform) -> None:
    """Typed by our entry (strict-typing, parallel-updates)."""
    module = import_module(f"{PACKAGE}.{platform}")
    assert isinstance(module.PARALLEL_UPDATES, int)
    entry = inspect.signature(module.async_setup_entry).parameters["entry"]
    assert entry.annotation is runtime.YeastarConfigEntry


def test_platforms_are_sorted() -> None:
    """As Home Assistant asks for."""
    assert sorted(integration.PLATFORMS) == integration.PLATFORMS


# Silver


@pytest.mark.parametrize("section", ["config", "options"])
def test_everything_that_is_asked_for_is_documented(section: str) -> None:
    """By the name it has in the form (docs-configuration-parameters)."""
    steps = ENGLISH[section]["step"]
    asked = [steps["user"]] if section == "config" else steps.values()
    names = {name for step in asked for name in step.get("data", {}).values()}
    assert {name for name in names if name not in DOCUMENTATION} == set()


def test_an_entry_can_be_unloaded_and_removed() -> None:
    """And what is gone for sure can be deleted (config-entry-unloading, stale-devices)."""
    assert inspect.iscoroutinefunction(integration.async_unload_entry)
    assert inspect.iscoroutinefunction(integration.async_remove_config_entry_device)


def test_somebody_answers_for_it() -> None:
    """By the name of an account (integration-owner)."""
    assert MANIFEST["codeowners"]
    assert all(owner.startswith("@") for owner in MANIFEST["codeowners"])


def test_log_messages_are_no_sentences() -> None:
    """They begin with a capital and have no full stop, as all of Home Assistant's."""
    for call in calls("debug", "info", "warning", "error", "exception"):
        if call.node.args and isinstance(message := call.node.args[0], ast.Constant):
            assert not str(message.value).endswith("."), str(call)
            assert str(message.value).startswith("%") or str(message.value)[0].isupper()


# Gold: entities


@pytest.fixture
async def p_series(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> AsyncGenerator[MockConfigEntry]:
    """Return the entry of a P-Series that is set up beside the other PBX."""
    async with PSeriesSimulator() as box:
        box.state.mailboxes["6100"] = GroupMailbox(1, "6100", "Family", ["1000"])
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="P550",
            unique_id=box.state.device.sn,
            minor_version=2,
            data={
                **loaded.data,
                "family": "p_series",
                "port": box.port,
                "username": box.client_id,
                "password": box.client_secret,
            },
        )
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        # Agents of queues and mailboxes of groups are read a moment later.
        await entry.runtime_data.queues.async_refresh()
        await entry.runtime_data.mailboxes.async_refresh()
        await hass.async_block_till_done()
        yield entry
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def entities(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    p_series: MockConfigEntry,
) -> list[er.RegistryEntry]:
    """Return the entities of two PBXs that have one of every kind."""
    await add_contact(hass, loaded, "Grandma", "0611111111", sms_number="0611111111")
    wake_up = {
        "config_entry_id": loaded.entry_id,
        "extension": "1000",
        "time": "07:00:00",
    }
    await hass.services.async_call(DOMAIN, "set_wake_up_call", wake_up, blocking=True)
    await deliver(hass, pbx)
    registry = er.async_get(hass)
    return [
        entity
        for entry in (loaded, p_series)
        for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
    ]


def kinds(entities: list[er.RegistryEntry]) -> dict[tuple[str, str], er.RegistryEntry]:
    """Return an entity of each kind, by platform and key."""
    return {(e.domain, e.translation_key): e for e in entities if e.translation_key}


def test_every_platform_has_entities(entities: list[er.RegistryEntry]) -> None:
    """Or what follows would prove nothing of it."""
    assert {Platform(one.domain) for one in entities} == set(integration.PLATFORMS)


def test_unique_ids_are_of_the_pbx(
    pbx: Simulator, p_series: MockConfigEntry, entities: list[er.RegistryEntry]
) -> None:
    """Of its serial number, not of its address or of our names (entity-unique-id)."""
    for one in entities:
        rest = one.unique_id.removeprefix(f"{pbx.state.device.sn}_")
        rest = rest.removeprefix(f"{p_series.unique_id}_")
        assert rest != one.unique_id
        assert DOMAIN not in rest
        assert one.domain not in rest
        assert pbx.host not in rest


def test_entities_have_names_of_ours_or_of_their_class(
    entities: list[er.RegistryEntry],
) -> None:
    """Below that of the device, and translated (has-entity-name, entity-translations)."""
    for one in entities:
        assert one.has_entity_name, one.entity_id
        assert one.translation_key or one.original_device_class, one.entity_id
    # The notify entity of a contact is called as the contact.
    named = set(kinds(entities)) - {("notify", "sms")}
    assert named == {
        (platform, key)
        for platform, texts in ENGLISH["entity"].items()
        for key in texts
    }
    # The main entity of a phone or a trunk is called as its device.
    main = {("sensor", "extension_state"), ("sensor", "trunk_state")}
    nameless = {
        (platform, key)
        for platform, key in named
        if "name" not in ENGLISH["entity"][platform][key]
    }
    assert nameless == main


def test_no_name_and_no_icon_is_in_the_code(entities: list[er.RegistryEntry]) -> None:
    """They are in the files for that (entity-translations, icon-translations)."""
    for one in entities:
        # The kind of a trunk is no state, by which the file could choose.
        assert one.original_icon is None or one.translation_key == "trunk_state"
    for call in calls():
        if call.name.endswith("Description"):
            assert "icon" not in call.keywords, str(call)
            name = call.keywords.get("name", ast.Constant(None))
            assert isinstance(name, ast.Constant) and name.value is None, str(call)
    for one_source in SOURCES:
        assert "_attr_icon" not in one_source.path.read_text("utf-8")
        assert "_attr_name" not in one_source.path.read_text("utf-8")


def test_every_state_has_a_word(entities: list[er.RegistryEntry]) -> None:
    """Each of those that there are to choose from, and no others (entity-translations)."""
    there = {
        ("binary_sensor", "reports"): {"on", "off"},
        # Besides names and numbers.
        ("sensor", "connected_party"): {"nobody", *map(str, CallerId)},
        ("sensor", "extension_state"): set(map(str, ExtensionState)),
        ("sensor", "trunk_state"): set(map(str, TrunkState)),
    }
    for kind, one in kinds(entities).items():
        if options := (one.capabilities or {}).get("options"):
            there[kind] = set(map(str, options))
    assert {
        (platform, key): set(text["state"])
        for platform, texts in ENGLISH["entity"].items()
        for key, text in texts.items()
        if "state" in text
    } == there


def attributes_of(module: str, *functions: str) -> set[str]:
    """Return the names of the attributes that functions of a module put together."""
    return {
        key.value
        for name in functions
        for node in ast.walk(source(module).functions[name])
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


async def test_every_attribute_has_a_name(
    hass: HomeAssistant, entities: list[er.RegistryEntry]
) -> None:
    """Of those that Home Assistant does not know itself (entity-translations)."""
    there = {
        ("event", "call"): {"event_type"}
        | attributes_of(
            "presentation", "describe_event", "describe_ends", "describe_queue"
        ),
        ("event", "message"): {"event_type"}
        | attributes_of("presentation", "describe_sms"),
        **dict.fromkeys(
            [("event", "voicemail"), ("event", "group_voicemail")],
            {"event_type"}
            | attributes_of("presentation", "describe_voicemail") - {"read"},
        ),
        ("event", "system"): {"event_type"} | attributes_of("event", "_reported"),
        # It is disabled at first.
        ("sensor", "forwarding"): {*ForwardWhen, "ring_timeout"},
    }
    for platform in async_get_platforms(hass, DOMAIN):
        for one in platform.entities.values():
            if one.translation_key and (shown := one.extra_state_attributes):
                there[platform.domain, one.translation_key] = set(shown)
    # It is told to the logbook alone.
    assert there.pop(("sensor", "last_call")) == {"unit_of_measurement"}
    assert {
        (platform, key): set(text["state_attributes"])
        for platform, texts in ENGLISH["entity"].items()
        for key, text in texts.items()
        if "state_attributes" in text
    } == there


def test_everything_that_happens_has_a_word(entities: list[er.RegistryEntry]) -> None:
    """Each type of event, and each word that it is described with."""
    for kind, one in kinds(entities).items():
        if kind[0] == "event":
            attributes = ENGLISH["entity"]["event"][kind[1]]["state_attributes"]
            assert one.capabilities
            assert set(attributes["event_type"]["state"]) == set(
                one.capabilities["event_types"]
            )
    call = ENGLISH["entity"]["event"]["call"]["state_attributes"]
    assert set(call["event_type"]["state"]) == set(map(str, CallEventType))
    assert set(call["caller_id"]["state"]) == set(map(str, CallerId))
    choices = ENGLISH["selector"]
    assert call["direction"]["state"] == choices["call_direction"]["options"]
    assert call["outcome"]["state"] == choices["outcome"]["options"]


def test_every_entity_has_an_icon(entities: list[er.RegistryEntry]) -> None:
    """And no icon is for nothing (icon-translations)."""
    assert {
        (platform, key) for platform, icons in ICONS["entity"].items() for key in icons
    } == set(kinds(entities))
    for (platform, key), one in kinds(entities).items():
        icon = ICONS["entity"][platform][key]
        assert icon["default"].startswith("mdi:")
        # Sensors that change with each call have words for their states, but no options.
        texts_of = ENGLISH["entity"].get(platform, {}).get(key, {})
        words = texts_of.get("state", ("on", "off"))
        states = set((one.capabilities or {}).get("options", words))
        assert states.issuperset(icon.get("state", ()))


@pytest.mark.parametrize(
    ("section", "kind", "names"),
    [
        ("services", "service", ACTION_NAMES),
        ("triggers", "trigger", set(TRIGGERS)),
        ("conditions", "condition", set(CONDITIONS)),
    ],
)
def test_what_automations_are_made_of_has_an_icon(
    section: str, kind: str, names: set[str]
) -> None:
    """Each of them, and nothing else (icon-translations)."""
    assert set(ICONS[section]) == names
    assert all(icon[kind].startswith("mdi:") for icon in ICONS[section].values())


def test_settings_and_diagnoses_are_marked(entities: list[er.RegistryEntry]) -> None:
    """Those that tell how the PBX is set up, or how it is (entity-category)."""
    for (platform, key), one in kinds(entities).items():
        assert one.entity_category is not EntityCategory.CONFIG, (platform, key)
        diagnostic = one.entity_category is EntityCategory.DIAGNOSTIC
        assert diagnostic == (
            key
            in (
                "call_capacity",
                "forwarding",
                "last_restart",
                "registered",
                "reports",
                "system",
            )
        ), key


def test_what_few_people_need_is_disabled_at_first(
    entities: list[er.RegistryEntry],
) -> None:
    """It would have to be read for all phones (entity-disabled-by-default)."""
    assert {kind for kind, one in kinds(entities).items() if one.disabled_by} == {
        ("calendar", "calls"),
        ("event", "call"),
        ("sensor", "forwarding"),
    }


def test_the_device_says_what_it_is(
    hass: HomeAssistant, pbx: Simulator, entities: list[er.RegistryEntry]
) -> None:
    """All that the PBX tells of itself (devices)."""
    one = next(one for one in entities if one.translation_key == "last_restart")
    assert one.device_id
    device = dr.async_get(hass).async_get(one.device_id)
    assert isinstance(device, dr.DeviceEntry)
    assert device.manufacturer == "Yeastar"
    assert device.serial_number == pbx.state.device.sn
    assert device.model
    assert device.sw_version
    assert device.hw_version
    assert device.configuration_url


def test_entities_are_of_known_classes(entities: list[er.RegistryEntry]) -> None:
    """Wherever one fits (entity-device-class)."""
    classes = {
        one.translation_key or "problem": one.original_device_class for one in entities
    }
    assert {key: kind for key, kind in classes.items() if kind} == {
        "connected_party": "yeastar__call",
        "extension_state": "yeastar__call",
        "forwarding": "enum",
        "last_call": "timestamp",
        "last_restart": "timestamp",
        "next_wake_up": "timestamp",
        "problem": "problem",
        "queue_longest_wait": "duration",
        "registered": "connectivity",
        "trunk_state": "yeastar__call",
    }


# Gold: the rest


def test_there_are_diagnostics() -> None:
    """Of the PBX and of its devices (diagnostics)."""
    module = import_module(f"{PACKAGE}.diagnostics")
    assert inspect.iscoroutinefunction(module.async_get_config_entry_diagnostics)
    assert inspect.iscoroutinefunction(module.async_get_device_diagnostics)


@pytest.mark.parametrize("step", ["user", "dhcp", "reauth", "reconfigure"])
def test_the_setup_has_all_its_ways(step: str) -> None:
    """By hand, found, after a refusal, anew (discovery and three others)."""
    assert f"async_step_{step}" in source("config_flow").functions


CHAPTERS = {
    "docs-high-level-description": "# Yeastar PBX for Home Assistant",
    "docs-installation-instructions": "## Install",
    "docs-removal-instructions": "## Remove",
    "docs-installation-parameters": "### What the form asks",
    "docs-configuration-parameters": "### Reconfigure, discovery, options",
    "docs-supported-functions": "## Devices and entities",
    "docs-triggers": "## Triggers and conditions",
    "docs-actions": "## Actions",
    "docs-known-limitations": "## What it does not do",
    "docs-data-update": "# How it stays up to date",
    "docs-examples": "# Examples",
    "docs-supported-devices": "# Supported devices",
    "docs-troubleshooting": "# Troubleshooting",
    "docs-use-cases": "# What people use it for",
}


@pytest.mark.parametrize("rule", CHAPTERS)
def test_there_is_a_chapter(rule: str) -> None:
    """Where a reader looks for it."""
    chapter = re.escape(CHAPTERS[rule])
    assert re.search(rf"^#*{chapter}", DOCUMENTATION, re.MULTILINE)


# Actions, triggers and conditions: what is shown, and what is accepted


def described(fields: Texts) -> dict[str, tuple[bool, object]]:
    """Return whether a field must be given, and its value if it need not."""
    return {
        name: (required, None if required else field.get("default"))
        for name, field in fields.items()
        for required in (field.get("required", False),)
    }


def accepted(schema: dict[Any, Any]) -> dict[str, tuple[bool, object]]:
    """Return the same of a schema."""
    return {
        str(marker): (
            required,
            None
            if required or isinstance(marker.default, vol.Undefined)
            else marker.default(),
        )
        for marker in schema
        for required in (isinstance(marker, vol.Required),)
    }


def test_the_editor_shows_what_actions_take() -> None:
    """The same fields, required or not, with the same defaults."""
    shown = service._SERVICES_SCHEMA(load_yaml_dict(FOLDER / "services.yaml"))
    assert set(shown) == ACTION_NAMES
    for action in ACTIONS:
        assert described(shown[action.name]["fields"]) == accepted(action.schema.schema)


async def test_the_editor_shows_what_triggers_and_conditions_take(
    hass: HomeAssistant, reachable: None
) -> None:
    """The same fields, required or not, with the same defaults."""
    triggers = await trigger.async_get_all_descriptions(hass)
    for name, kind in TRIGGERS.items():
        shown = triggers[f"{DOMAIN}.{name}"]
        assert shown is not None
        assert described(shown["fields"]) == accepted(kind._fields)  # type: ignore[attr-defined]
    conditions = await condition.async_get_all_descriptions(hass)
    for name, kind_of in CONDITIONS.items():
        shown = conditions[f"{DOMAIN}.{name}"]
        assert shown is not None
        assert described(shown["fields"]) == accepted(kind_of._fields)  # type: ignore[attr-defined]


def words_of(validator: object) -> set[str]:
    """Return the words that a field takes, if it takes no others."""
    match validator:
        case vol.In():
            return set(map(str, validator.container))  # type: ignore[arg-type]
        case vol.All():
            return set().union(*map(words_of, validator.validators))
        case list():
            return set().union(*map(words_of, validator))
    return set()


@pytest.mark.parametrize("name", sorted(REFERENCE))
def test_the_editor_offers_all_words_that_a_field_takes(name: str) -> None:
    """And none that would be refused."""
    kinds_of = {
        "services": ACTION_NAMES,
        "triggers": TRIGGERS,
        "conditions": CONDITIONS,
    }
    (file,) = [file for file, names in kinds_of.items() if name in names]
    shown = load_yaml_dict(FOLDER / f"{file}.yaml")[name].get("fields", {})
    offered = {
        field: set(select["options"])
        for field, description in shown.items()
        if (select := description["selector"].get("select"))
    }
    assert offered == {
        str(field): words
        for field, validator in REFERENCE[name].items()
        if (words := words_of(validator))
    }


# Platinum


BLOCKING = {"http.client", "requests", "socketserver", "subprocess", "urllib.request"}


def imported(tree: ast.Module) -> set[str]:
    """Return the names of what a module imports from elsewhere."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module}
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_nothing_blocks() -> None:
    """There is asyncio for all that waits (async-dependency)."""
    for one in SOURCES:
        assert not imported(one.tree) & BLOCKING
        assert "time.sleep(" not in one.path.read_text("utf-8")


def test_the_client_gets_its_session() -> None:
    """And makes none itself (inject-websession)."""
    session = next(iter(inspect.signature(SSeriesClient).parameters.values()))
    assert session.annotation is aiohttp.ClientSession
    assert list(calls("ClientSession")) == []


def test_everything_is_typed() -> None:
    """Strictly, and the client says so to others (strict-typing)."""
    assert (FOLDER / "pbx" / "py.typed").is_file()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    mypy = project["tool"]["mypy"]
    assert mypy["strict"]
    assert "custom_components" in mypy["files"]
    for override in mypy["overrides"]:
        assert not any(
            name.startswith("custom_components") for name in override["module"]
        )
    assert get_args(runtime.YeastarConfigEntry.__value__) == (runtime.YeastarRuntime,)
    assert runtime.YeastarConfigEntry.__value__.__origin__ is ConfigEntry


def test_the_device_library_knows_nothing_of_home_assistant() -> None:
    """Others may use it, too, and what is true of calls is true everywhere."""
    found = [one for one in SOURCES if one.name.partition(".")[0] == "pbx"]
    assert len(found) > 10
    for one in found:
        assert not {name for name in imported(one.tree) if "homeassistant" in name}


# The manifest


async def test_home_assistant_accepts_the_manifest(hass: HomeAssistant) -> None:
    """It loads it, and knows the meaning of every key."""
    loaded = await async_get_integration(hass, DOMAIN)
    assert loaded.name == MANIFEST["name"]
    assert loaded.config_flow
    assert loaded.has_branding
    assert not loaded.overwrites_built_in
    assert await loaded.resolve_dependencies() is not None
    hints = get_type_hints(Manifest)
    assert set(MANIFEST) <= set(hints)
    assert MANIFEST["integration_type"] in get_args(hints["integration_type"])
    for key, value in MANIFEST.items():
        assert isinstance(value, str | bool | list), key


def test_the_manifest_is_in_order() -> None:
    """Domain and name, then the alphabet; and it has all that a custom one needs."""
    domain, name, *others = MANIFEST
    assert (domain, name) == ("domain", "name")
    assert others == sorted(others)
    assert MANIFEST["domain"] == FOLDER.name == DOMAIN
    assert {"documentation", "issue_tracker", "iot_class", "version"} <= set(MANIFEST)
    assert MANIFEST["iot_class"] == "local_push"
    AwesomeVersion(MANIFEST["version"], ensure_strategy=[AwesomeVersionStrategy.SEMVER])


ALWAYS_THERE = {
    "diagnostics",
    "homeassistant",
    "media_source",
    "system_health",
    "websocket_api",
    *map(str, Platform),
}
"""Integrations that need not be named: they have no requirements of their own."""


def test_every_dependency_is_named() -> None:
    """But for those that load the file with their name themselves."""
    named = {*MANIFEST["dependencies"], *MANIFEST["after_dependencies"], *ALWAYS_THERE}
    for one in SOURCES:
        used = {
            name.split(".")[2]
            for name in imported(one.tree)
            if name.startswith("homeassistant.components.")
        }
        assert used - named <= {one.name}, one.name


# What the documentation leads to


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    """To a file of ours and, in a document, to a heading of it."""
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
        if link.startswith("https://"):
            continue
        name, _, heading = link.partition("#")
        target = path.parent / name if name else path
        assert target.exists(), link
        if heading:
            headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", one.lower()) for one in headings}
            assert heading in {anchor.replace(" ", "-") for anchor in anchors}, link


def test_every_blueprint_is_documented() -> None:
    """By the name of its file."""
    blueprints = {path.name for path in (ROOT / "blueprints").rglob("*.yaml")}
    assert {name for name in blueprints if f"`{name}`" not in DOCUMENTATION} == set()
