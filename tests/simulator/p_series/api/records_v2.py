"""Records of API v2.0: a row for each call, from firmware x.23.0.123 on."""

from tests.simulator.p_series.errors import Errcode, RefusedError
from tests.simulator.p_series.pbx import Pbx
from tests.simulator.p_series.records import Record

from .records import in_search, party
from .table import OPERATIONS_V2, Answer, Params, Row, get, listed

SORTED_BY = ("id", "uid", "time", "call_duration", "last_status", "call_type")


@get("cdr/list", table=OPERATIONS_V2)
def cdr_list(pbx: Pbx, params: Params) -> Answer:
    """List the calls."""
    return listed(pbx, params, _rows(pbx, pbx.archive.records), SORTED_BY)


@get("cdr/search", table=OPERATIONS_V2)
def cdr_search(pbx: Pbx, params: Params) -> Answer:
    """List the calls of which a part fits."""
    fit = in_search(pbx, params)
    uids = {record.uid for record in pbx.archive.records if fit(record)}
    records = [record for record in pbx.archive.records if record.uid in uids]
    return listed(pbx, params, _rows(pbx, records), SORTED_BY)


@get("cdr/detail", "uid", table=OPERATIONS_V2)
def cdr_detail(pbx: Pbx, params: Params) -> Answer:
    """Tell one call, part by part."""
    uid = params.text("uid")
    parts = [record for record in pbx.archive.records if record.uid == uid]
    if not parts:
        raise RefusedError(Errcode.NOT_FOUND)
    basic = _row(pbx, parts)
    for key in ("id", "call_from", "call_to", "queues"):
        del basic[key]
    timeline: list[Row] = [
        {
            "leg": leg,
            "time": pbx.state.device.display(part.began),
            "status": part.disposition,
            "call_from": party(pbx, part.call_from),
            "call_to": party(pbx, part.call_to),
            "call_duration": part.duration,
            "ring_duration": part.ring_duration,
            "talk_duration": part.talk_duration,
            "hold_duration": 0,
        }
        for leg, part in enumerate(parts, 1)
    ]
    return {"data": {"basic": basic, "call_notes": {}, "timeline": timeline}}


def _rows(pbx: Pbx, records: list[Record]) -> list[Row]:
    calls: dict[str, list[Record]] = {}
    for record in records:
        calls.setdefault(record.uid, []).append(record)
    return [_row(pbx, parts) for parts in calls.values()]


def _row(pbx: Pbx, parts: list[Record]) -> Row:
    first, last = parts[0], parts[-1]
    state = pbx.state
    talked = sum(part.talk_duration for part in parts)
    duration = sum(part.duration for part in parts)
    return {
        "id": f"{int(first.began):X}-{first.id:08X}",
        "uid": first.uid,
        "time": state.device.display(first.began),
        "call_type": first.call_type,
        "call_from": party(pbx, first.call_from),
        "call_from_name": state.name_of(first.call_from),
        "call_from_number": first.call_from,
        "call_to": party(pbx, first.call_to),
        "call_to_name": state.name_of(first.call_to),
        "call_to_number": first.call_to,
        "last_status": last.disposition,
        "call_duration": duration,
        "routing_duration": duration - talked,
        "handling_duration": talked,
        "queues": [
            {"name": queue.name, "number": queue.number, "status": part.disposition}
            for part in parts
            for queue in state.queues.values()
            if part.call_to.partition("(")[0] == queue.number
        ],
    }
