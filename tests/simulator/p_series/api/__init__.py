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
    records_v2,
    session,
    system,
    trunks,
    voicemail,
    webhooks,
)
from .table import OPERATIONS, OPERATIONS_V2, Answer, Operation, Params

__all__ = [
    "OPERATIONS",
    "OPERATIONS_V2",
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
    "records_v2",
    "session",
    "system",
    "trunks",
    "voicemail",
    "webhooks",
]
