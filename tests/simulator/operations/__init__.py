"""The operations of the PBX's API."""

from . import (
    dials,
    messages,
    moves,
    one_extension,
    queries,
    recordings,
    session,
    wakeups,
)
from .table import OPERATIONS, Answer, Operation, Query

__all__ = [
    "OPERATIONS",
    "Answer",
    "Operation",
    "Query",
    "dials",
    "messages",
    "moves",
    "one_extension",
    "queries",
    "recordings",
    "session",
    "wakeups",
]
