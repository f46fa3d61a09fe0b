"""Reads call detail records, as the reports and the files of all families tell them."""

from collections.abc import Callable
from datetime import datetime, timedelta
import re
from typing import Final

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
_GROUP = re.compile(r"(.+?)\(([^()]+)\)")
_LONGEST = 7 * 86400
"""Seconds, against nonsense."""
NEAR: Final = timedelta(hours=26)
"""How far the local time of a part of a call may be from the epoch in the call's id:
the widest zone, and half a day that the call lasted by then."""
_EPOCH_ID = re.compile(r"(\d{9,10})(\.\d+)?")
_TIME: Final = len("2020-05-12 17:05:28")


def record_of_report(report: Report) -> CallRecord:
    """Return the record in a report of type call_record."""
    return read_record(report.word)


def read_record(word: Callable[[str], str]) -> CallRecord:
    """Return a record whose fields are asked for by the names of this library."""
    callee, member = called(word("call_to")), ""
    if match := _GROUP.fullmatch(callee):
        callee, member = match.groups()
    duration = _seconds(word("call_duration"))
    return CallRecord(
        started=_local_time(word("time_start")),
        caller=word("call_from"),
        callee=callee,
        member=member,
        duration=duration,
        talk_duration=min(duration, _seconds(word("talk_duration"))),
        source_trunk=word("source_trunk"),
        destination_trunk=word("destination_trunk"),
        status=_STATUSES.get(word("status").casefold()),
        direction=_DIRECTIONS.get(word("kind").casefold()),
        called_number=called(word("did_number")),
        recording=word("recording"),
    )


def epoch_in(call_id: str) -> float | None:
    """Return the start of a call by its id, None if it is something else."""
    match = _EPOCH_ID.fullmatch(call_id)
    return float(match[1]) if match else None


def _local_time(value: str) -> datetime | None:
    """Return a time as the guide prints it; reading any format takes ten times longer."""
    try:
        moment = datetime.fromisoformat(value) if len(value) == _TIME else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo is None else None


def _seconds(value: str) -> int:
    """Return a whole number of seconds, 0 for anything else."""
    return min(int(value[:9]), _LONGEST) if value.isascii() and value.isdigit() else 0


def called(number: str) -> str:
    """Return the number that was called; `s` is where Asterisk starts without one."""
    return "" if number == "s" else number
