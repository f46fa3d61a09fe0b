"""Reads call detail records, as the reports of all families tell them."""

from datetime import datetime
import re

from .models import CallDirection, CallRecord, RecordStatus
from .reports import Report

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
_GROUP = re.compile(r"(.+?)\((\+?\w+)\)")
_LONGEST = 7 * 86400
"""Seconds, against nonsense."""


def record_of_report(report: Report) -> CallRecord:
    """Return the record in a report of type call_record."""
    callee, member = called(report.word("call_to")), ""
    if match := _GROUP.fullmatch(callee):
        callee, member = match.groups()
    duration = _seconds(report.word("call_duration"))
    return CallRecord(
        started=_local_time(report.word("time_start")),
        caller=report.word("call_from"),
        callee=callee,
        member=member,
        duration=duration,
        talk_duration=min(duration, _seconds(report.word("talk_duration"))),
        source_trunk=report.word("source_trunk"),
        destination_trunk=report.word("destination_trunk"),
        status=_STATUSES.get(report.word("status").casefold()),
        direction=_DIRECTIONS.get(report.word("kind").casefold()),
        called_number=report.word("did_number"),
        recording=report.word("recording"),
    )


def _local_time(value: str) -> datetime | None:
    try:
        return datetime.strptime(value, "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None


def _seconds(value: str) -> int:
    """Return a whole number of seconds, 0 for anything else."""
    return min(int(value[:9]), _LONGEST) if value.isascii() and value.isdigit() else 0


def called(number: str) -> str:
    """Return the number that was called; `s` is where Asterisk starts without one."""
    return "" if number == "s" else number
