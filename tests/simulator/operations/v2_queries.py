"""Questions of API v2.0.0 that change nothing."""

from tests.simulator.calls import Call, Leg, LegKind, LegState
from tests.simulator.errors import Errno, RefusedError
from tests.simulator.pairs import Pairs
from tests.simulator.pbx import Pbx
from tests.simulator.reports import v2_member
from tests.simulator.state import Queue

from . import queries
from .queries import Row
from .table import Answer, Query, comma_list, must_exist, v2_operation

AGENT_STATUS = {
    frozenset({LegState.RINGING}): "6",
    frozenset({LegState.TALKING, LegState.RINGING}): "7",
    frozenset({LegState.HELD}): "8",
}


@v2_operation("extension/list")
def extension_list(pbx: Pbx, query: Query) -> Answer:
    """List the extensions; their status is that of v1."""
    answer = queries.listed(pbx, "extlist", queries.extension_rows(pbx))
    return _by_number("extlist", "extnumber", answer)


@v2_operation("trunk/list")
def trunk_list(pbx: Pbx, query: Query) -> Answer:
    """List the trunks, each with an id."""
    rows = [
        queries.trunk_row(pbx, trunk) | {"id": str(serial)}
        for serial, trunk in enumerate(pbx.state.trunks.values(), 1)
    ]
    return queries.listed(pbx, "trunklist", rows)


@v2_operation("extension/query")
def extension_query(pbx: Pbx, query: Query) -> Answer:
    """Tell everything about extensions, secrets included."""
    answer = queries.extensions(pbx, query.get("number"))
    return _by_number("extinfos", "extnumber", answer)


@v2_operation("ivr/query")
def ivr_query(pbx: Pbx, query: Query) -> Answer:
    """Tell about IVRs: all, one, several."""
    return _by_number("ivr", "ivrnumber", queries.ivrs(pbx, query.get("number")))


@v2_operation("queue/query")
def queue_query(pbx: Pbx, query: Query) -> Answer:
    """Tell about queues: all, one, several."""
    answer = queries.queues(pbx, query.get("number"))
    return _by_number("queues", "queuenumber", answer)


@v2_operation("queue/query_status", "number")
def queue_status(pbx: Pbx, query: Query) -> Answer:
    """Return the callers that wait in a queue and what its agents do."""
    numbers = comma_list(query["number"])
    if any(number not in pbx.state.queues for number in numbers):
        raise RefusedError(Errno.NO_QUEUE)
    return {"queues": [_queue_row(pbx, pbx.state.queues[one]) for one in numbers]}


def _queue_row(pbx: Pbx, queue: Queue) -> Row:
    waiting = [
        (call, leg)
        for call in pbx.board.calls.values()
        if call.place and call.place.number == queue.number
        for leg in call.living
        if leg.state is LegState.CALLING
    ]
    status: Row = {
        "callercount": str(len(waiting)),
        "members": [
            {"agent": number, "agentstatus": _agent_status(pbx, number)}
            for number in queue.agents
        ],
        "callers": [
            {
                "callernum": leg.number,
                "waittime": str(int(pbx.clock() - call.started)),
                "channelid": leg.channelid,
            }
            for call, leg in waiting
        ],
    }
    return {"number": queue.number, "queuestatus": [status]}


def _agent_status(pbx: Pbx, number: str) -> str:
    extension = pbx.state.extensions.get(number)
    if extension is None:
        return "4"
    if not extension.ready:
        return "5"
    states = frozenset(leg.state for _, leg in pbx.board.legs_of(number))
    return AGENT_STATUS.get(states, "2") if states else "1"


@v2_operation("call/query")
def call_query(pbx: Pbx, query: Query) -> Answer:
    """List calls over trunks: one by its id, or all of a direction."""
    callid = query.get("callid")
    if callid:
        call = pbx.board.calls.get(callid)
        if call is None or not call.outside_legs:
            raise RefusedError(Errno.NO_CALL_ID)
        return {"calls": [_call_row(call)]}
    if query.get("type") not in (LegKind.INBOUND, LegKind.OUTBOUND):
        raise RefusedError(Errno.BLANK_PARAMETER)
    rows = [
        _call_row(call)
        for call in pbx.board.calls.values()
        if any(leg.kind == query["type"] for leg in call.outside_legs)
    ]
    return queries.listed(pbx, "calls", rows)


@v2_operation("extension/query_call", "number")
def query_call(pbx: Pbx, query: Query) -> Answer:
    """List the calls of extensions; those between extensions are shown by a quirk."""
    numbers = comma_list(query["number"])
    if numbers == ["all"]:
        numbers = list(pbx.state.extensions)
    must_exist(pbx, *numbers)
    internal = pbx.quirks.internal_in_query_call
    rows: list[Row] = [
        {
            "number": number,
            "numbercalls": [
                _call_row(call)
                for call, leg in pbx.board.legs_of(number)
                if leg in call.living and (call.outside_legs or internal)
            ],
        }
        for number in numbers
    ]
    return {"calllist": rows}


def _call_row(call: Call) -> Row:
    return {
        "callid": call.callid,
        "members": [_member(leg) for leg in call.living],
    }


def _member(leg: Leg) -> Row:
    """Return a party as reports name it, for an answer."""
    return {
        kind: dict(fields)
        for kind, fields in v2_member(leg)
        if isinstance(fields, Pairs)
    }


def _by_number(name: str, old: str, answer: Answer) -> Answer:
    """Rename the number in every row."""
    rows = answer.get(name)
    if not isinstance(rows, list):
        return answer
    return answer | {
        name: [
            {"number" if key == old else key: value for key, value in row.items()}
            for row in rows
        ]
    }
