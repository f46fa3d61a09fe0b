"""Every text that can be said exists in every language, and no text is for nothing."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
import inspect
import re
from typing import Any, cast
from unittest.mock import Mock, patch

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.helpers import config_validation as cv, issue_registry as ir
from homeassistant.helpers.condition import Condition
from homeassistant.helpers.selector import SelectSelector
from homeassistant.helpers.trigger import Trigger
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.yeastar import config_flow, issues, logbook, repairs
from custom_components.yeastar.actions import ACTIONS
from custom_components.yeastar.condition import CONDITIONS
from custom_components.yeastar.const import CONF_FAMILY, DOMAIN
from custom_components.yeastar.errors import NO_CALL, translated
from custom_components.yeastar.features.forwarding import NO_MOBILE
from custom_components.yeastar.features.hourly_counts import Measure
from custom_components.yeastar.flows.contact import CONTACT_SCHEMA
from custom_components.yeastar.flows.contact_files import (
    FILE_SCHEMA,
    SUBENTRY_CONTACT_FILES,
    _many_schema,
)
from custom_components.yeastar.pbx.errors import (
    PbxCertificateChangedError,
    PbxError,
    PbxOtherPbxError,
    PbxRedirectError,
    PbxRefusedError,
    Refusal,
)
from custom_components.yeastar.pbx.models import Family
from custom_components.yeastar.phonebook.contacts import SUBENTRY_CONTACT
from custom_components.yeastar.presentation import Sentence
from custom_components.yeastar.trigger import TRIGGERS

from .source import (
    FOLDER,
    ROOT,
    Call,
    Texts,
    calls,
    flat,
    placeholders_in,
    source,
    texts,
)

ENGLISH = texts("en")
EXCEPTIONS: dict[str, dict[str, str]] = ENGLISH["exceptions"]
LANGUAGES = sorted(path.stem for path in (FOLDER / "translations").glob("*.json"))

type Said = dict[str, set[str]]
"""Placeholders by key."""


def said_by(found: Iterator[tuple[Call, set[str], set[str]]]) -> Said:
    """Return the keys that calls say; each has the same placeholders everywhere."""
    said: Said = {}
    for call, keys, placeholders in found:
        for key in keys:
            assert said.setdefault(key, placeholders) == placeholders, str(call)
    return said


@pytest.mark.parametrize("language", LANGUAGES)
def test_counts_have_no_unit(language: str) -> None:
    """A unit is a plural in the frontend, and "1 calls" is none."""
    for platform in texts(language)["entity"].values():
        assert not [
            key for key, text in platform.items() if "unit_of_measurement" in text
        ]


# Errors


def raised() -> Iterator[tuple[Call, set[str], set[str]]]:
    """Return what errors of ours are raised with."""
    for call in calls("refuse"):
        if isinstance(call.node.func, ast.Name):
            yield call, call.values(call.node.args[0]), set(call.keywords)
    for call in calls():
        if "translation_domain" in call.keywords and call.source.name != "errors":
            yield (
                call,
                call.values(call.keywords.get("translation_key")),
                call.placeholders(call.keywords.get("translation_placeholders")),
            )


def classes(base: type[PbxError]) -> Iterator[type[PbxError]]:
    """Return a class of errors and all below it."""
    yield base
    for kind in base.__subclasses__():
        yield from classes(kind)


def errors_of_the_client() -> Iterator[PbxError]:
    """Return an error of every kind that the client raises."""
    for kind in classes(PbxError):
        if issubclass(kind, PbxRefusedError):
            yield kind(99999)
        else:
            special: dict[type[PbxError], tuple[Any, ...]] = {
                PbxCertificateChangedError: ("00", "01"),
                PbxOtherPbxError: ("1", "2"),
                PbxRedirectError: ("https", 8088),
            }
            yield kind(*special.get(kind, ("Something happened",)))
    for reason in Refusal:
        yield PbxRefusedError(99999, reason)


def passed_on() -> Said:
    """Return the sentences for what the client raises."""
    said: Said = {}
    for error in errors_of_the_client():
        sentence = translated(error)
        said[sentence["translation_key"]] = set(sentence["translation_placeholders"])
    return said


def put_instead() -> set[str]:
    """Return the sentences that some operations have for an error of the PBX."""
    return {*NO_CALL.values(), *NO_MOBILE.values()}


RAISED = said_by(raised())
ALL_RAISED = {**RAISED, **passed_on(), **{key: set[str]() for key in put_instead()}}


@pytest.mark.parametrize("key", sorted(ALL_RAISED))
def test_an_error_has_a_sentence_with_its_words(key: str) -> None:
    """No placeholder is missing, none is for nothing."""
    assert placeholders_in(EXCEPTIONS[key]["message"]) == ALL_RAISED[key]


def test_no_sentence_of_an_error_is_left_over() -> None:
    """What nobody says is not kept."""
    assert set(EXCEPTIONS) == set(ALL_RAISED)


def test_every_error_that_people_see_is_translated() -> None:
    """No error of Home Assistant's is made of bare words."""
    bare = [
        str(call)
        for call in calls()
        if isinstance(call.called, type)
        and issubclass(call.called, HomeAssistantError)
        # Its words are Home Assistant's.
        and not issubclass(call.called, Unauthorized)
        # Those of ours bring their sentence along.
        and not call.called.__module__.startswith("custom_components")
        and (call.node.args or not _is_translated(call))
    ]
    assert bare == []


def _is_translated(call: Call) -> bool:
    # What has two stars was made by `translated`.
    return "translation_key" in call.keywords or any(
        keyword.arg is None for keyword in call.node.keywords
    )


# Forms


def fields(schema: Any) -> Texts:
    """Return what a form asks for; a section has fields of its own."""
    return {
        str(marker): fields(value.schema) if isinstance(value, section) else value
        for marker, value in schema.schema.items()
    }


def worded(step: Texts) -> set[str]:
    """Return the fields that a form has words for; each is explained, too."""
    assert set(step.get("data", {})) == set(step.get("data_description", {}))
    return set(step.get("data", {}))


def steps(flow: str) -> Said:
    """Return the placeholders that the steps of a flow name themselves."""
    return {
        step: {
            name
            for names in (call.keywords.get("description_placeholders"),)
            if isinstance(names, ast.Dict)
            for key in names.keys
            if key
            for name in call.values(key)
        }
        for call in source(flow).calls("async_show_form", "async_show_menu")
        for step in call.values(call.keywords.get("step_id"))
    }


def check_step(step: Texts, placeholders: set[str]) -> None:
    """Check that a step has a title, a description, and only words that it knows."""
    assert step["title"]
    assert step["description"]
    for text in flat(step).values():
        assert placeholders_in(text) <= placeholders


FORMS = {
    "user": config_flow.USER_SCHEMA,
    "reauth_confirm": config_flow.REAUTH_SCHEMA,
    "reconfigure": config_flow.RECONFIGURE_SCHEMA,
    "confirm_move": vol.Schema({}),
    "accept_certificate": vol.Schema({}),
    "allow_old_tls": vol.Schema({}),
}


def test_every_step_of_the_setup_has_texts() -> None:
    """Those that are shown, and no others; each field has a name and a description."""
    shown = steps("config_flow")
    assert set(ENGLISH["config"]["step"]) == set(shown) == set(FORMS)
    for name, placeholders in shown.items():
        step = ENGLISH["config"]["step"][name]
        check_step(step, placeholders)
        assert worded(step) == set(fields(FORMS[name]))


def test_every_error_of_the_setup_has_a_text() -> None:
    """With no words but those that come along with every such error."""
    given: Said = {}
    for error in errors_of_the_client():
        words = set(config_flow.words_of(error))
        for kind, key in config_flow._ERRORS:
            if isinstance(error, kind):
                given[key] = given.get(key, words) & words
                break
    for place in source("config_flow").put_into("errors"):
        given |= {key: set() for key in place.all_values()}
    assert set(ENGLISH["config"]["error"]) == set(given)
    for key, text in ENGLISH["config"]["error"].items():
        assert placeholders_in(text) <= given[key]


def test_every_end_of_the_setup_has_a_text() -> None:
    """Home Assistant itself has words for those that it knows."""
    ends = {
        key: call.placeholders(call.keywords.get("description_placeholders"))
        for call in source("config_flow").calls(
            "async_abort", "async_update_reload_and_abort"
        )
        for key in call.values(call.keywords["reason"])
    }
    ends["already_configured"] = set()
    assert {
        key: placeholders_in(text) for key, text in ENGLISH["config"]["abort"].items()
    } == ends


def test_the_form_of_a_contact_has_texts() -> None:
    """For both of its steps, all fields and all that can be wrong."""
    contact = ENGLISH["config_subentries"][SUBENTRY_CONTACT]
    assert set(contact) == {"entry_type", "initiate_flow", "step", "error"}
    assert set(contact["initiate_flow"]) == set(contact["step"])
    assert set(contact["step"]) == set(steps("flows.contact"))
    for step in contact["step"].values():
        check_step(step, set())
        assert worded(step) == set(fields(CONTACT_SCHEMA))
    wrong = said_by(
        (call, call.values(call.node.args[1]), set(call.keywords))
        for call in source("flows.contact").calls("InvalidError")
    )
    assert {
        key: placeholders_in(text) for key, text in contact["error"].items()
    } == wrong


def test_the_forms_for_many_contacts_have_texts() -> None:
    """For each of their steps, and all that they end with."""
    texts = ENGLISH["config_subentries"][SUBENTRY_CONTACT_FILES]
    flow = source("flows.contact_files")
    assert set(texts["initiate_flow"]) == {"user"}
    assert set(texts["step"]) == set(steps("flows.contact_files"))
    menu = texts["step"]["user"]
    assert set(menu["menu_options"]) == set(texts["step"]) - {"user"}
    assert set(menu["menu_option_descriptions"]) == set(menu["menu_options"])
    forms = {
        "user": {},
        "import_file": fields(FILE_SCHEMA),
        "export_file": {},
        "change_many": fields(_many_schema({})),
    }
    for name, step in texts["step"].items():
        check_step(step, {"vcard", "csv"} if name == "export_file" else set())
        assert worded(step) == set(forms[name])
    ends = {
        end
        for call in flow.calls("async_abort")
        for end in call.values(call.keywords["reason"])
    }
    assert set(texts["abort"]) == ends
    wrong = flow.put_into("errors")
    assert set(texts["error"]) == set().union(*(one.all_values() for one in wrong))


async def options_forms(
    hass: HomeAssistant, entry: MockConfigEntry
) -> dict[str, Texts]:
    """Return what each step of the options asks for, for any family."""
    options = hass.config_entries.options
    forms = {}
    for family in Family:
        hass.config_entries.async_update_entry(
            entry, data={**entry.data, CONF_FAMILY: family}
        )
        menu = await options.async_init(entry.entry_id)
        for step in cast(list[str], menu["menu_options"]):
            menu = await options.async_init(entry.entry_id)
            form = await options.async_configure(
                menu["flow_id"], {"next_step_id": step}
            )
            forms[step] = fields(form["data_schema"])
    return forms


async def test_every_option_has_texts(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """In its step, with a name and a description, and all that can be wrong."""
    forms = await options_forms(hass, loaded)
    options = ENGLISH["options"]
    assert set(options["step"]) == {"init", *forms}
    menu = options["step"]["init"]
    check_step(menu, set())
    assert set(menu["menu_options"]) == set(forms)
    assert set(menu["menu_option_descriptions"]) == set(forms)
    for name, asked in forms.items():
        check_step(options["step"][name], set())
        assert worded(options["step"][name]) == set(asked)
    wrong = source("flows.options").put_into("errors")
    assert set(options["error"]) == set().union(*(one.all_values() for one in wrong))


# Choices


def selects_of(described: object) -> Iterator[tuple[str, list[str]]]:
    """Return the translated choices of an action, a trigger or a condition."""
    match described:
        case {"select": {"translation_key": str(key), "options": list(options)}}:
            yield key, options
        case dict():
            for inner in described.values():
                yield from selects_of(inner)


def selects_in(form: Texts) -> Iterator[tuple[str, list[str]]]:
    """Return the translated choices of a form."""
    for field in form.values():
        if isinstance(field, dict):
            yield from selects_in(field)
        elif isinstance(field, SelectSelector) and "translation_key" in field.config:
            yield (
                field.config["translation_key"],
                list(map(str, field.config["options"])),
            )


async def test_every_choice_has_words(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """For each of its options, whoever offers it."""
    offered: dict[str, set[str]] = {}
    files = ("services", "triggers", "conditions")
    for key, options in (
        *selects_in(await options_forms(hass, loaded)),
        *selects_in(fields(_many_schema({}))),
        *selects_of({name: load_yaml_dict(FOLDER / f"{name}.yaml") for name in files}),
    ):
        offered.setdefault(key, set()).update(options)
    assert {
        key: set(choice["options"]) for key, choice in ENGLISH["selector"].items()
    } == offered


# Issues


WORDS: dict[str, Any] = {
    "address": "192.0.2.1",
    "content": "An address was blocked.",
    "err": PbxCertificateChangedError("00", "01"),
    "file": "yeastar.1.damaged-20261128-120000",
    "firmware": "30.5",
    "lost": 1,
    "names": ["1000"],
    "needed": "30.11",
    "pbx": "192.0.2.2",
    "port": "8333",
    "until": datetime(2026, 11, 28, tzinfo=UTC),
    "url": "http://192.0.2.1:8123",
    "way": "own_port",
}
"""What the functions that raise issues are given, by the name of the argument."""
SAYING = [
    function
    for name, function in vars(issues).items()
    if name.startswith(("async_say_", "async_ask_"))
]


def raised_issues() -> dict[str, dict[str, Any]]:
    """Return the arguments of all issues that are raised, by translation key."""
    found: dict[str, dict[str, Any]] = {}
    entry = MockConfigEntry(domain=DOMAIN, title="PBX")

    def create(hass: object, domain: str, issue_id: str, **arguments: Any) -> None:
        found[arguments["translation_key"]] = arguments

    with (
        patch.object(ir, "async_create_issue", create),
        patch.object(ir, "async_delete_issue"),
    ):
        for say in SAYING:
            asked = list(inspect.signature(say).parameters)
            words = {name: WORDS[name] for name in asked if name in WORDS}
            if "why" not in asked:
                say(Mock(), entry, **words)
                continue
            for why in issues.NoReports:
                where = "port" if why is issues.NoReports.CONNECTION else "url"
                more = {name: WORDS[name] for name in ("pbx", where)}
                say(Mock(), entry, why=why, **words, **more)
    return found


RAISED_ISSUES = raised_issues()
ISSUES = {
    key: set(arguments["translation_placeholders"])
    for key, arguments in RAISED_ISSUES.items()
}
FIXABLE = {key for key, arguments in RAISED_ISSUES.items() if arguments["is_fixable"]}


def test_every_issue_has_texts() -> None:
    """Those that are raised, and no others; no other file raises any."""
    assert set(ENGLISH["issues"]) == set(ISSUES)
    assert {call.source.name for call in calls("async_create_issue")} == {"issues"}


@pytest.mark.parametrize("key", sorted(ISSUES))
def test_an_issue_is_explained_or_mended(key: str) -> None:
    """With no words but those that come along with it."""
    issue = ENGLISH["issues"][key]
    assert set(issue) == {"title", "fix_flow" if key in FIXABLE else "description"}
    for text in flat(issue).values():
        assert placeholders_in(text) <= ISSUES[key]


@pytest.mark.parametrize("key", sorted(FIXABLE))
def test_what_mends_an_issue_has_texts(key: str) -> None:
    """Each step that it shows, each way that it offers, each end that it takes."""
    (flow,) = [flow for name, flow in repairs.FLOWS.items() if key.startswith(name)]
    texts_of = ENGLISH["issues"][key]["fix_flow"]
    tree = source("repairs")
    own = {
        call
        for call in tree.calls("async_show_menu", "async_abort")
        if call.function and call.function.name in vars(flow)
    }
    ends = {
        end
        for call in own
        if call.name == "async_abort"
        for end in call.values(call.keywords["reason"])
    }
    assert set(texts_of.get("abort", {})) == ends
    shown = "init" if any(call.name == "async_show_menu" for call in own) else "confirm"
    assert set(texts_of["step"]) == {shown}
    step = texts_of["step"][shown]
    assert step["title"]
    assert step["description"]
    ways = set(step.get("menu_options", {}))
    assert set(step.get("menu_option_descriptions", {})) == ways
    assert all(hasattr(flow, f"async_step_{way}") for way in ways)


# Actions, triggers, conditions


def fields_of(kind: type[Trigger | Condition]) -> set[str]:
    """Return what a trigger or a condition takes."""
    return set(map(str, kind._fields))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "there"),
    [
        (
            "services",
            {action.name: set(map(str, action.schema.schema)) for action in ACTIONS},
        ),
        (
            "triggers",
            {name: fields_of(kind) for name, kind in TRIGGERS.items()},
        ),
        (
            "conditions",
            {name: fields_of(kind) for name, kind in CONDITIONS.items()},
        ),
    ],
    ids=["actions", "triggers", "conditions"],
)
def test_each_has_texts(kind: str, there: Said) -> None:
    """A name and a description; so has each of its fields, and nothing else has."""
    assert {
        name: set(text.get("fields", {})) for name, text in ENGLISH[kind].items()
    } == there
    for text in ENGLISH[kind].values():
        for words in (text, *text.get("fields", {}).values()):
            assert words["name"]
            assert words["description"]


# Cards


def test_the_cards_have_texts() -> None:
    """All words that the cards say, and no others."""
    code = "\n".join(
        path.read_text("utf-8") for path in (ROOT / "frontend" / "src").glob("*.ts")
    )
    there = {
        key.removeprefix("card_")
        for key in ENGLISH["common"]
        if key.startswith("card_")
    }
    said = {
        word
        # What a text is asked for by, and the words of the type of what is done to calls.
        for words in re.findall(r"\btext\(([^()`]*)|type Verb =([^;]*);", code)
        for word in re.findall(r"\"(\w+)\"", "".join(words))
    }
    assert "accept_call" in said
    quoted = set(re.findall(r"\"(\w+)\"", code))
    starts = tuple(re.findall(r"\btext\(`(\w+)\$\{", code))
    assert starts
    assert said <= there
    assert {
        key for key in there if key not in quoted and not key.startswith(starts)
    } == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_year_has_twelve_months(language: str) -> None:
    """Each with a name of its own, as the media browser writes days."""
    assert len(set(texts(language)["common"]["media_months"].split(", "))) == 12


def test_the_logbook_has_texts() -> None:
    """For each sentence about a call and each thing that was asked for, and no others."""
    there = {
        key.removeprefix("activity_")
        for key in ENGLISH["common"]
        if key.startswith("activity_")
    }
    tasks = {*logbook._TASKS, "do_not_disturb_on", "do_not_disturb_off"}
    assert there == {
        *map(str, Sentence),
        *logbook._MODES.values(),
        *(f"task_{task}" for task in tasks - {"set_do_not_disturb"}),
        *("auto_answered", "automation", "by_llm", "by_voice", "somebody", "caught_up"),
    }


def test_each_statistic_has_a_name() -> None:
    """With the name of the PBX or the phone; nothing else is said of them."""
    named = {
        key.removeprefix("statistic_"): placeholders_in(text)
        for key, text in ENGLISH["common"].items()
        if key.startswith("statistic_")
    }
    assert named == {measure: {"name"} for measure in Measure}


# All languages


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_all_texts_and_no_others(language: str) -> None:
    """Translators forgot nothing, and keep nothing that is gone."""
    assert set(flat(texts(language))) == set(flat(ENGLISH))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_the_same_placeholders(language: str) -> None:
    """Or the sentence would lack what it is about."""
    english = flat(ENGLISH)
    assert {
        trail: placeholders_in(text)
        for trail, text in flat(texts(language)).items()
        if trail in english and placeholders_in(text) != placeholders_in(english[trail])
    } == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["ivr", "queue"])
def test_a_menu_can_be_dialled_without_an_automation(language: str, kind: str) -> None:
    """The cards dial, too, and those who use them know no actions."""
    sentence = texts(language)["exceptions"][f"number_is_{kind}"]["message"]
    advice, _, _ = sentence.rpartition("dial_to_")
    assert advice.count("{number}") == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_as_home_assistant_wants_them(language: str) -> None:
    """Plain words: no markup, no addresses, no quotes around what is put in."""
    for trail, text in flat(texts(language)).items():
        cv.string_with_no_html(text)
        assert text, trail
        assert text == text.strip(), trail
        assert not re.search(r"(https?|mqtt)://|www\.", text), trail
        assert not re.search(r"'\{\w+\}'", text), trail
        assert "[%key:" not in text, trail
