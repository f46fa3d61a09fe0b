"""Every sentence that can be said exists, and every one that exists can be said."""

import ast
import json
from pathlib import Path
import re
from typing import Any

import pytest

from custom_components.yeastar import errors
from custom_components.yeastar.actions import ACTIONS
from custom_components.yeastar.condition import CONDITIONS
from custom_components.yeastar.trigger import TRIGGERS

FOLDER = Path(__file__).parent.parent / "custom_components" / "yeastar"
ENGLISH: dict[str, Any] = json.loads((FOLDER / "translations" / "en.json").read_text())
EXCEPTIONS: dict[str, dict[str, str]] = ENGLISH["exceptions"]


def refusals() -> list[tuple[str, tuple[str, ...]]]:
    """Return the keys of all refusals, with their placeholders."""
    found = {
        (
            node.args[0].value,
            tuple(sorted(keyword.arg or "" for keyword in node.keywords)),
        )
        for path in FOLDER.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "refuse"
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }
    return sorted(found)


@pytest.mark.parametrize(("key", "placeholders"), refusals(), ids=str)
def test_a_refusal_has_a_sentence_with_its_words(
    key: str, placeholders: tuple[str, ...]
) -> None:
    """No placeholder is missing, none is for nothing."""
    sentence = EXCEPTIONS[key]["message"]
    assert set(re.findall(r"\{(\w+)\}", sentence)) == set(placeholders)


@pytest.mark.parametrize("name", sorted(errors.SENTENCES))
def test_what_the_pbx_refuses_has_a_sentence(name: str) -> None:
    """In words, not as a number."""
    assert EXCEPTIONS[f"pbx_{name}"]["message"]


def test_no_sentence_is_left_over() -> None:
    """What nobody says is not kept."""
    code = "\n".join(path.read_text() for path in FOLDER.rglob("*.py"))
    said = {f"pbx_{name}" for name in errors.SENTENCES}
    unsaid = {
        key
        for key in EXCEPTIONS
        if key not in said and f'"{key}"' not in code and not key.endswith("_unknown")
    }
    assert unsaid == set()


def test_actions_triggers_and_conditions_have_texts() -> None:
    """Exactly those that there are."""
    assert set(ENGLISH["services"]) == {action.name for action in ACTIONS}
    assert set(ENGLISH["triggers"]) == set(TRIGGERS)
    assert set(ENGLISH["conditions"]) == set(CONDITIONS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: str(action.name))
def test_every_field_of_an_action_has_texts(action: Any) -> None:
    """And no text is for a field that there is not."""
    fields = {str(marker) for marker in action.schema.schema}
    assert set(ENGLISH["services"][action.name].get("fields", {})) == fields
