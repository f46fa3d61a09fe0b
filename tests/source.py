"""What the code says, read from its syntax trees: keys of texts and their placeholders."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
import json
from pathlib import Path
import re
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "custom_components" / "yeastar"
PACKAGE = "custom_components.yeastar"

type Texts = dict[str, Any]
type Function = ast.FunctionDef | ast.AsyncFunctionDef


class UnreadableError(Exception):
    """Code that tells a key in a way this cannot follow."""


def texts(language: str) -> Texts:
    """Return all texts in a language."""
    loaded: Texts = json.loads(
        (FOLDER / "translations" / f"{language}.json").read_text("utf-8")
    )
    return loaded


def placeholders_in(text: str) -> set[str]:
    """Return the placeholders of a text."""
    return set(re.findall(r"\{(\w+)\}", text))


def flat(node: Texts, trail: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    """Return texts by the path that leads to them."""
    found: dict[tuple[str, ...], str] = {}
    for key, value in node.items():
        if isinstance(value, dict):
            found |= flat(value, (*trail, key))
        else:
            found[*trail, key] = value
    return found


@dataclass(frozen=True, eq=False)
class Source:
    """One module of the integration."""

    path: Path

    @cached_property
    def name(self) -> str:
        """Return the name without the package: `actions.calls`."""
        parts = self.path.relative_to(FOLDER).with_suffix("").parts
        return ".".join(part for part in parts if part != "__init__")

    @property
    def module_name(self) -> str:
        """Return the name by which it is imported."""
        return f"{PACKAGE}.{self.name}".rstrip(".")

    @cached_property
    def tree(self) -> ast.Module:
        """Return the syntax tree."""
        return ast.parse(self.path.read_text("utf-8"))

    @cached_property
    def module(self) -> ModuleType:
        """Return the module itself."""
        return import_module(self.module_name)

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Return the functions and methods by name."""
        return {
            node.name: node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }

    @cached_property
    def all_calls(self) -> list[Call]:
        """Return all calls of functions and methods."""
        return [
            Call(self, node)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Call)
        ]

    def calls(self, *names: str) -> Iterator[Call]:
        """Return the calls of functions or methods of these names; of all without."""
        for call in self.all_calls:
            if not names or call.name in names:
                yield from call.each_way()

    def put_into(self, name: str) -> Iterator[Place]:
        """Return what is put into a dictionary that the module has by this name."""
        for node in ast.walk(self.tree):
            match node:
                case ast.Assign(
                    targets=[ast.Subscript(value=ast.Name(id=target))], value=value
                ) if target == name:
                    yield Place(self, value)

    @cached_property
    def functions_around(self) -> dict[ast.AST, Function]:
        """Return the innermost function of each node that is in one."""
        around: dict[ast.AST, Function] = {}
        for function in ast.walk(self.tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                # Outer ones come first, so that inner ones overwrite them.
                for part in function.body:
                    around |= dict.fromkeys(ast.walk(part), function)
        return around


@dataclass(frozen=True, eq=False)
class Place[NodeT: ast.expr = ast.expr]:
    """An expression, and what it can be."""

    source: Source
    node: NodeT
    caller: Call | None = None
    """The call of the function that it is in."""

    def __str__(self) -> str:
        """Return where to look."""
        return f"{self.source.name}:{self.node.lineno}"

    @cached_property
    def function(self) -> Function | None:
        """Return the function that it is in."""
        return self.source.functions_around.get(self.node)

    def values(self, node: ast.expr | None) -> set[str]:
        """Return all texts that an argument can be.

        Raises:
            UnreadableError: it comes from where this does not look.
        """
        match node:
            case ast.Constant(value=str(value)):
                return {value}
            case ast.Constant(value=None):
                return set()
            case ast.IfExp():
                return self.values(node.body) | self.values(node.orelse)
            case ast.NamedExpr() | ast.Await():
                return self.values(node.value)
            case ast.BoolOp():
                return set().union(*map(self.values, node.values))
            case ast.JoinedStr():
                return self._joined(node)
            case ast.Starred():
                return self.values(node.value)
            case ast.List() | ast.Tuple():
                return set().union(*map(self.values, node.elts))
            case ast.Call():
                return self._returned(node)
            case ast.Name():
                return self._named(node)
            case ast.Subscript(value=ast.Name(id=name)):
                table = getattr(self.source.module, name, None)
                if isinstance(table, Mapping):
                    return _as_texts(table.values())
            case ast.Attribute(value=ast.Name(id=owner), attr=attribute):
                known = getattr(
                    getattr(self.source.module, owner, None), attribute, None
                )
                return _as_texts(known) or self._fail(node)
        return self._fail(node)

    def all_values(self) -> set[str]:
        """Return all texts that it can be."""
        return self.values(self.node)

    def placeholders(self, node: ast.expr | None) -> set[str]:
        """Return the names of the placeholders that an argument gives.

        Raises:
            UnreadableError: they come from where this does not look.
        """
        match node:
            case None:
                return set()
            case ast.Dict():
                return {
                    name
                    for key, value in zip(node.keys, node.values, strict=True)
                    for name in (self.values(key) if key else self.placeholders(value))
                }
            case ast.Name(id=name) if self.function:
                kwarg = self.function.args.kwarg
                if kwarg and kwarg.arg == name and self.caller:
                    own = {argument.arg for argument in _parameters(self.function)}
                    return set(self.caller.keywords) - own
                for value in self._assigned(name):
                    return self.placeholders(value)
        self._fail(node)
        return set()

    def _fail(self, node: ast.AST | None) -> set[str]:
        said = ast.unparse(node) if node else "nothing"
        raise UnreadableError(f"{self}: {said}")

    def _joined(self, node: ast.JoinedStr) -> set[str]:
        whole = {""}
        for part in node.values:
            ends = self.values(
                part.value if isinstance(part, ast.FormattedValue) else part
            )
            whole = {start + end for start in whole for end in ends}
        return whole

    def _returned(self, node: ast.Call) -> set[str]:
        """Return what the functions of the module that a call names can return."""
        found: set[str] = set()
        for name in (node.func, *node.args):
            called = name.attr if isinstance(name, ast.Attribute) else ""
            called = name.id if isinstance(name, ast.Name) else called
            if function := self.source.functions.get(called):
                for inner in ast.walk(function):
                    if isinstance(inner, ast.Return) and inner.value:
                        found |= Place(self.source, inner.value).values(inner.value)
            elif isinstance(name, ast.Constant):
                found |= self.values(name)
        return found or self._fail(node)

    def _named(self, node: ast.Name) -> set[str]:
        if assigned := list(self._assigned(node.id)):
            return set().union(*map(self.values, assigned))
        if self.function and self.caller:
            names = [argument.arg for argument in _parameters(self.function)]
            if node.id in names:
                if names[0] == "self":
                    names.remove("self")
                position = names.index(node.id)
                given = self.caller.keywords.get(node.id)
                if given is None and position < len(self.caller.node.args):
                    given = self.caller.node.args[position]
                return self.caller.values(given) if given else set()
        return _as_texts(getattr(self.source.module, node.id, None)) or self._fail(node)

    def _assigned(self, name: str) -> Iterator[ast.expr]:
        """Return what is assigned to a variable of the function around."""
        for node in ast.walk(self.function) if self.function else ():
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=target)], value=value)
                    | ast.NamedExpr(target=ast.Name(id=target), value=value)
                    | ast.AnnAssign(
                        target=ast.Name(id=target), value=ast.expr() as value
                    )
                ) if target == name:
                    yield value


@dataclass(frozen=True, eq=False)
class Call(Place[ast.Call]):
    """A call of a function, a method or a class."""

    @property
    def name(self) -> str:
        """Return what is called, without what it belongs to."""
        function = self.node.func
        if isinstance(function, ast.Attribute):
            return function.attr
        return function.id if isinstance(function, ast.Name) else ""

    @property
    def called(self) -> object:
        """Return what is called, if the module knows it by name."""
        return getattr(self.source.module, self.name, None)

    @property
    def keywords(self) -> dict[str, ast.expr]:
        """Return the arguments that have a name."""
        return {word.arg: word.value for word in self.node.keywords if word.arg}

    def each_way(self) -> list[Call]:
        """Return the call once for each call of the function that it is in.

        Only those count that pass something on to the arguments of this one.
        """
        function = self.function
        if function is None:
            return [self]
        names = {argument.arg for argument in _parameters(function)} - {"self"}
        used = {node.id for node in ast.walk(self.node) if isinstance(node, ast.Name)}
        callers = [
            caller
            for caller in self.source.all_calls
            if used & names and caller.name == function.name
        ]
        return [Call(self.source, self.node, caller) for caller in callers] or [self]


def _parameters(function: Function) -> list[ast.arg]:
    arguments = function.args
    extra = [arguments.kwarg] if arguments.kwarg else []
    return [*arguments.args, *arguments.kwonlyargs, *extra]


def _as_texts(value: object) -> set[str]:
    """Return a text, or those in a collection or a vocabulary."""
    if isinstance(value, str):
        return {str(value)}
    try:
        return {str(item) for item in value}  # type: ignore[attr-defined]
    except TypeError:
        return set()


SOURCES = [Source(path) for path in sorted(FOLDER.rglob("*.py"))]


def source(name: str) -> Source:
    """Return one module."""
    (found,) = [source for source in SOURCES if source.name == name]
    return found


def calls(*names: str) -> Iterator[Call]:
    """Return the calls of functions of these names in all modules, each way."""
    for one in SOURCES:
        yield from one.calls(*names)
