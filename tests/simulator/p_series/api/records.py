"""Records of calls (v1.0: a row for each part of a call) and recordings."""

from collections.abc import Callable

from tests.simulator.p_series.errors import Errcode, RefusedError
from tests.simulator.p_series.pbx import Pbx
from tests.simulator.p_series.records import Record, sound

from .table import Answer, Params, Row, get, listed, matching

SORTED_BY = (
    "id",
    "uid",
    "time",
    "duration",
    "ring_duration",
    "talk_duration",
    "disposition",
    "src_trunk",
    "dst_trunk",
    "call_type",
    "did_number",
    "dod_number",
    "src_addr",
)
STATUSES = ("ANSWERED", "NO ANSWER", "BUSY", "FAILED", "VOICEMAIL")
DURATIONS = ("duration", "ring_duration", "talk_duration")
RECORDINGS_SORTED_BY = ("id", "time", "uid", "call_from", "call_to", "duration", "size")
REASON_WIDTH = 16


@get("cdr/list")
def cdr_list(pbx: Pbx, params: Params) -> Answer:
    """List the records."""
    rows = [_row(pbx, record, "id") for record in pbx.archive.records]
    return listed(pbx, params, rows, SORTED_BY)


@get("cdr/search")
def cdr_search(pbx: Pbx, params: Params) -> Answer:
    """List the records that fit; its rows are numbered by `new_id`."""
    fits = in_search(pbx, params)
    rows = [_row(pbx, r, "new_id") for r in pbx.archive.records if fits(r)]
    return listed(pbx, params, rows, ("new_id", *SORTED_BY[1:]))


def in_search(pbx: Pbx, params: Params) -> Callable[[Record], bool]:
    """Return what tells whether a record fits the parameters of a search."""
    begin, end = _time(pbx, params, "start_time"), _time(pbx, params, "end_time")
    status = params.choice("status", ("", *STATUSES), "")
    caller, callee = params.text("call_from", ""), params.text("call_to", "")
    did = params.text("did", "").partition(":")[0]

    def fits(record: Record) -> bool:
        return (
            (begin is None or record.began >= begin)
            and (end is None or record.began <= end)
            and status in ("", record.disposition)
            and caller in ("", record.call_from)
            and callee in ("", record.call_to)
            and did in ("", record.did_number)
        )

    return fits


def _time(pbx: Pbx, params: Params, name: str) -> float | None:
    """Return the epoch of a time; a live box took nothing but epoch seconds."""
    text = params.text(name, "")
    wrong = RefusedError(Errcode.PARAMETER, f"The parameter {name} is invalid.")
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return float(text)
    if not pbx.quirks.display_times:
        raise wrong
    if pbx.quirks.plus_refused and params.has_plus(name):
        raise wrong
    try:
        return pbx.state.device.read(text)
    except ValueError:
        raise wrong from None


def _row(pbx: Pbx, record: Record, id_key: str) -> Row:
    state = pbx.state
    caller, callee = state.name_of(record.call_from), state.name_of(record.call_to)
    row: Row = {
        id_key: record.id,
        "time": state.device.display(record.began),
        "timestamp": int(record.began),
        "uid": record.uid,
        "call_id": record.call_id,
        "call_from": party(pbx, record.call_from),
        "call_from_number": record.call_from,
        "call_from_name": caller,
        "call_to": party(pbx, record.call_to),
        "call_to_number": record.call_to,
        "call_to_name": callee,
        "duration": record.duration,
        "ring_duration": record.ring_duration,
        "talk_duration": record.talk_duration,
        "disposition": record.disposition,
        "call_type": record.call_type,
        "src_trunk": record.src_trunk,
        "dst_trunk": record.dst_trunk,
        "src_addr": "",
        "did": record.did_number,
        "did_name": "",
        "did_number": record.did_number,
        "dod_number": "",
        "record_file": record.record_file,
        "reason": record.reason.ljust(REASON_WIDTH),
        "pin_code": "",
        "call_note": "",
        "call_note_id": "",
        "enb_call_note": 0,
    }
    return {k: v for k, v in row.items() if k not in DURATIONS or v != 0}


def party(pbx: Pbx, number: str) -> str:
    """Return a number as records write it, with the name of the PBX for it."""
    name = pbx.state.name_of(number)
    return f"{name}<{number}>" if name else number


# Recordings


@get("recording/list")
def recording_list(pbx: Pbx, params: Params) -> Answer:
    """List the recordings."""
    return listed(pbx, params, _recordings(pbx), RECORDINGS_SORTED_BY)


@get("recording/search", "search_value")
def recording_search(pbx: Pbx, params: Params) -> Answer:
    """List the recordings that have a text in one of their parties or their file."""
    rows = matching(params, _recordings(pbx), ("call_from", "call_to", "file"))
    return listed(pbx, params, rows, RECORDINGS_SORTED_BY)


def _recordings(pbx: Pbx) -> list[Row]:
    return [
        {
            "id": record.id,
            "time": pbx.state.device.display(record.began),
            "uid": record.uid,
            "call_from": party(pbx, record.call_from),
            "call_to": party(pbx, record.call_to),
            "duration": record.talk_duration,
            "size": len(sound(record.talk_duration)),
            "call_type": record.call_type,
            "file": record.record_file,
        }
        for record in pbx.archive.recordings
    ]


@get("recording/download")
def recording_download(pbx: Pbx, params: Params) -> Answer:
    """Return the address of a recording, asked for by its id or by its file."""
    if params.has("id"):
        wanted = params.number("id")
        found = [r for r in pbx.archive.recordings if r.id == wanted]
    else:
        file = params.text("file")
        found = [r for r in pbx.archive.recordings if r.record_file == file]
    if not found:
        raise RefusedError(Errcode.NOT_FOUND)
    data = sound(found[0].talk_duration)
    return pbx.link(found[0].record_file, "Recording", data)
