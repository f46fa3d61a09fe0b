"""The table of operations and what they have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.simulator.errors import Errno, RefusedError
from tests.simulator.pbx import Pbx

type Answer = dict[str, object]
type Handler = Callable[[Pbx, Query], Answer | bytes | None]


@dataclass(frozen=True, slots=True)
class Query:
    """A request that passed the general checks; `fields` are the texts in its body."""

    fields: dict[str, str]
    peer: str
    token: str
    body: Mapping[str, object] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """Return a field that the operation requires."""
        return self.fields[name]

    def get(self, name: str) -> str:
        """Return a field, or nothing."""
        return self.fields.get(name, "")

    def yes(self, name: str) -> bool:
        """Return a yes or no; anything else is refused."""
        value = self.get(name).lower() or "no"
        if value not in ("yes", "no"):
            raise RefusedError(Errno.BLANK_PARAMETER)
        return value == "yes"


@dataclass(frozen=True, slots=True)
class Operation:
    """One endpoint: its version in the path, what it needs, what it does."""

    endpoint: str
    handler: Handler
    required: tuple[str, ...]
    version: str
    session: bool
    method: str


OPERATIONS: dict[str, Operation] = {}


def operation(
    endpoint: str,
    *required: str,
    version: str = "v1.0.0",
    session: bool = True,
    method: str = "POST",
) -> Callable[[Handler], Handler]:
    """Enter a function into the table."""

    def enter(handler: Handler) -> Handler:
        OPERATIONS[endpoint] = Operation(
            endpoint, handler, required, version, session, method
        )
        return handler

    return enter


def must_exist(pbx: Pbx, *extensions: str) -> None:
    """Refuse extensions that do not exist."""
    for number in extensions:
        if number not in pbx.state.extensions:
            raise RefusedError(Errno.NO_EXTENSION)


def may_dial_out(pbx: Pbx, number: str) -> None:
    """Refuse an extension that does not exist or has no way out."""
    must_exist(pbx, number)
    if not pbx.state.extensions[number].may_dial_out:
        raise RefusedError(Errno.NO_PERMISSION)


def comma_list(value: str) -> list[str]:
    """Return the items of a list that is one text."""
    return [item.strip() for item in value.split(",") if item.strip()]


def outside_number(number: str) -> str:
    """Return an outside number, or refuse what no dial pattern matches."""
    if not number.isascii() or not all(c.isdigit() or c in "+*#" for c in number):
        raise RefusedError(Errno.NUMBER_FORMAT)
    return number
