"""The table of operations and what they have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.simulator.errors import Errno, RefusedError
from tests.simulator.pbx import Pbx
from tests.simulator.versions import ApiVersion

type Answer = dict[str, object]
type Handler = Callable[[Pbx, Query], Answer | bytes | None]


@dataclass(frozen=True, slots=True)
class Query:
    """A request that passed the general checks; `fields` are the texts in its body."""

    fields: dict[str, str]
    peer: str
    token: str
    version: ApiVersion
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
    """One endpoint: the version that brought it, what it needs, what it does.

    With `in_url` its fields are in the query string for every method.
    """

    endpoint: str
    handler: Handler
    required: tuple[str, ...]
    since: ApiVersion
    session: bool
    methods: tuple[str, ...]
    in_url: bool


OPERATIONS: dict[str, Operation] = {}
"""The names of API v1."""
V2_OPERATIONS: dict[str, Operation] = {}
"""The names of API v2.0.0."""
POST = ("POST",)
GET_OR_POST = ("GET", "POST")
"""Eight public programs query with GET, although the guide wants POST."""


def operation(
    endpoint: str,
    *required: str,
    since: ApiVersion = ApiVersion.V1_0_0,
    session: bool = True,
    methods: tuple[str, ...] = POST,
    in_url: bool = False,
    kept_in_v2: bool = False,
) -> Callable[[Handler], Handler]:
    """Enter a function into the table of v1, and of v2 if its name was kept."""

    def enter(handler: Handler) -> Handler:
        entry = Operation(endpoint, handler, required, since, session, methods, in_url)
        OPERATIONS[endpoint] = entry
        if kept_in_v2:
            V2_OPERATIONS[endpoint] = entry
        return handler

    return enter


def v2_operation(
    endpoint: str,
    *required: str,
    methods: tuple[str, ...] = POST,
    in_url: bool = False,
) -> Callable[[Handler], Handler]:
    """Enter a function into the table of v2 alone."""

    def enter(handler: Handler) -> Handler:
        since = ApiVersion.V2_0_0
        V2_OPERATIONS[endpoint] = Operation(
            endpoint, handler, required, since, True, methods, in_url
        )
        return handler

    return enter


def find_operation(endpoint: str, version: ApiVersion) -> Operation | None:
    """Return what a path leads to: names of v1 are no names of v2 unless they stayed."""
    table = V2_OPERATIONS if version.is_v2 else OPERATIONS
    found = table.get(endpoint)
    return found if found and version.includes(found.since) else None


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
