"""Imports run one way, those for types alone too, and no module name stands twice."""

import ast
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.source import FOLDER, SOURCES, Source

LAYERS = (
    ("pbx",),
    ("const", "local_time", "text_limits", "topics"),
    ("errors", "issues"),
    ("phonebook", "push", "features", "presentation", "connection", "migration"),
    ("coordinator",),
    ("runtime",),
    ("devices", "permissions"),
    ("entity", "bus"),
    ("actions", "flows"),
    ("voice", "cards"),
)
"""From the bottom to the top; what is not named is on top: platforms and set-up."""

SAME_ROLE = {
    "__init__",
    "client",
    "errors",
    "listings",
    "operations",
    "pbx",
    "records",
    "refusals",
    "reports",
    "session",
}
"""Names of one role in the library, in the package of a family, and above."""


def imports_of(source: Source) -> Iterator[str]:
    """Yield the names of the modules of the integration that a module imports."""
    package = source.name if source.path.name == "__init__.py" else _parent(source.name)
    names = {other.name for other in SOURCES}
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = package.split(".") if package else []
        base = base[: len(base) - (node.level - 1)]
        target = ".".join([*base, *(node.module or "").split(".")]).strip(".")
        for alias in node.names:
            inner = f"{target}.{alias.name}".strip(".")
            yield inner if inner in names else target


def _parent(name: str) -> str:
    return name.rpartition(".")[0]


def layer_of(name: str) -> int:
    """Return how high a module stands."""
    room = name.partition(".")[0]
    for height, rooms in enumerate(LAYERS):
        if room in rooms:
            return height
    return len(LAYERS)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name or "setup")
def test_a_module_imports_only_from_its_own_layer_or_below(source: Source) -> None:
    """Data travels one way: from the PBX to what people see."""
    higher = {
        target
        for target in imports_of(source)
        if layer_of(target) > layer_of(source.name)
    }

    assert not higher


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Not even for types."""
    graph = {source.name: set(imports_of(source)) for source in SOURCES}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as err:
        pytest.fail(" <- ".join(err.args[1]))

    assert len(order) >= len(SOURCES)


def test_no_file_name_stands_twice() -> None:
    """But for one role in the library, its families and the room that uses it."""
    names = Counter(source.path.stem for source in SOURCES)
    twice = {name for name, count in names.items() if count > 1} - SAME_ROLE

    assert not twice


def test_the_rooms_are_those_that_are_drawn() -> None:
    """What has no room lies at the top, where Home Assistant expects it."""
    rooms = {path.name for path in FOLDER.iterdir() if (path / "__init__.py").exists()}

    assert rooms == {
        "actions",
        "cards",
        "features",
        "flows",
        "pbx",
        "phonebook",
        "push",
        "voice",
    }
    assert Path(FOLDER / "runtime.py").is_file()
