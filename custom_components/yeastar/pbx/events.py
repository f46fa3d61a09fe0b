"""What a family learned from a query or a report, in the words of the call model.

Queries and reports become the same events, and they are the only way into the call
model (`calls.model.Calls.apply`).
"""

from dataclasses import dataclass
from enum import StrEnum

from .models import CallDirection, CallRecord, CallStatus
from .reports import Party


class Source(StrEnum):
    """What showed that a call lives.

    Attributes:
        REPORT: the PBX reported something about it.
        LIST: a query of living calls has it.
        PHONES: no query lists such calls, but one of its phones is busy.
    """

    REPORT = "report"
    LIST = "list"
    PHONES = "phones"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSeen:
    """A call lives, and so do its parties; those that left have the status `ENDED`.

    Attributes:
        status: how far it got, if a query told.
        offered: the PBX waits whether the call is accepted or refused.
    """

    call_id: str
    parties: tuple[Party, ...] = ()
    source: Source = Source.REPORT
    status: CallStatus | None = None
    offered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAbsent:
    """A complete query of living calls, which would list this one, does not."""

    call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded:
    """The PBX said that a call is over."""

    call_id: str
    parties: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLeft:
    """Parties left a call, which is over unless it shows life."""

    call_id: str
    parties: tuple[Party, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFailed:
    """The PBX could not connect a call, or one of its phones.

    Attributes:
        number: of the extension or the outside party that failed; may be empty.
        reason: in the PBX's words.
    """

    call_id: str
    number: str
    reason: str
    parties: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecorded:
    """The PBX wrote a record of a call, or of a part of it."""

    call_id: str
    record: CallRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTransferred:
    """A call was transferred or forwarded by the PBX or one of its users."""

    call_id: str
    parties: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPressed:
    """A caller pressed a key.

    Attributes:
        index: which key of the call it is; empty where the PBX does not count.
    """

    call_id: str
    key: str
    index: str
    parties: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDialled:
    """The PBX started a call for Home Assistant; the caller's own phone rings first."""

    call_id: str
    direction: CallDirection
    caller: str
    callee: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMoved:
    """Home Assistant transferred a call."""

    call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRefused:
    """Home Assistant refused a call, which is therefore not missed."""

    call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAccepted:
    """Home Assistant accepted an offered call."""

    call_id: str


type PbxEvent = (
    CallSeen
    | CallAbsent
    | CallEnded
    | CallLeft
    | CallFailed
    | CallRecorded
    | CallTransferred
    | KeyPressed
    | CallDialled
    | CallMoved
    | CallRefused
    | CallAccepted
)
