"""Call detail records: what a PBX writes down when a call is over."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
import re
from typing import Self

from ..models import CallDirection
from .reports import Report


class RecordStatus(StrEnum):
    """How a call ended, by its record."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"
    VOICEMAIL = "voicemail"


# `NO ANSWERED` is the English v2 page, `ANSWERD` the Chinese one.
_STATUSES = {
    "answered": RecordStatus.ANSWERED,
    "answerd": RecordStatus.ANSWERED,
    "no answer": RecordStatus.NO_ANSWER,
    "no answered": RecordStatus.NO_ANSWER,
    "busy": RecordStatus.BUSY,
    "failed": RecordStatus.FAILED,
    "voicemail": RecordStatus.VOICEMAIL,
}
_DIRECTIONS = {
    "inbound": CallDirection.INBOUND,
    "outbound": CallDirection.OUTBOUND,
    "internal": CallDirection.INTERNAL,
    "callback": CallDirection.CALLBACK,
}
# `6200(4002)`: the group that was called, and the extension that answered.
_GROUP = re.compile(r"(.+?)\((\w+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One record; a call through a queue or a ring group leaves several.

    Attributes:
        started: the PBX's local time, without a zone; None if not readable.
        member: the extension of the called group that answered, if it says so.
        duration: seconds from the start to the end.
        talk_duration: seconds from the answer to the end.
        direction: None for other kinds, such as transfers.
    """

    started: datetime | None
    caller: str
    callee: str
    member: str
    duration: int
    talk_duration: int
    trunk: str
    status: RecordStatus | None
    direction: CallDirection | None
    recording: str

    @classmethod
    def from_report(cls, report: Report) -> Self:
        """Read the record in a report of type call_record (API guide, NewCdr)."""
        callee, member = report.word("call_to"), ""
        if match := _GROUP.fullmatch(callee):
            callee, member = match.groups()
        return cls(
            started=_local_time(report.word("time_start")),
            caller=report.word("call_from"),
            callee=callee,
            member=member,
            duration=_seconds(report.word("call_duration")),
            talk_duration=_seconds(report.word("talk_duration")),
            trunk=report.word("source_trunk") or report.word("destination_trunk"),
            status=_STATUSES.get(report.word("status").casefold()),
            direction=_DIRECTIONS.get(report.word("kind").casefold()),
            recording=report.word("recording"),
        )


def _local_time(value: str) -> datetime | None:
    try:
        return datetime.strptime(value, "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None


def _seconds(value: str) -> int:
    """Return a number of seconds, bounded to a week against nonsense."""
    return min(int(value[:9]), 7 * 86400) if value.isascii() and value.isdigit() else 0
