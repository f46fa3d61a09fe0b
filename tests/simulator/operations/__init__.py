"""The operations of the PBX's API."""

from . import (
    cdr,
    dials,
    messages,
    moves,
    one_extension,
    queries,
    recordings,
    session,
    v2_calls,
    v2_queries,
    wakeups,
)
from .table import OPERATIONS, V2_OPERATIONS, Answer, Operation, Query, find_operation

__all__ = [
    "OPERATIONS",
    "V2_OPERATIONS",
    "Answer",
    "Operation",
    "Query",
    "cdr",
    "dials",
    "find_operation",
    "messages",
    "moves",
    "one_extension",
    "queries",
    "recordings",
    "session",
    "v2_calls",
    "v2_queries",
    "wakeups",
]
