"""The endpoints of the API; importing a module enters its functions into the table."""

from . import (
    call_control,
    calls,
    contacts,
    extensions,
    groups,
    messages,
    queues,
    records,
    session,
    system,
    trunks,
    voicemail,
)
from .table import OPERATIONS, Answer, Operation, Params

__all__ = [
    "OPERATIONS",
    "Answer",
    "Operation",
    "Params",
    "call_control",
    "calls",
    "contacts",
    "extensions",
    "groups",
    "messages",
    "queues",
    "records",
    "session",
    "system",
    "trunks",
    "voicemail",
]
