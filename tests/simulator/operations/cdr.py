"""Call detail records as a file; they came with API v1.1.0."""

from tests.simulator.call_log import Asked
from tests.simulator.pbx import Pbx
from tests.simulator.versions import ApiVersion

from .table import (
    GET_OR_POST,
    Answer,
    Query,
    comma_list,
    must_exist,
    operation,
    v2_operation,
)

TIMES = ("starttime", "endtime")
SINCE = ApiVersion.V1_1_0


@operation("cdr/get_random", "extid", *TIMES, since=SINCE)
@v2_operation("cdr/get_random", "number", *TIMES)
def get_random(pbx: Pbx, query: Query) -> Answer:
    """Hand out a one-time string for the file of a span of time."""
    name = _name(query)
    numbers = comma_list(query[name])
    if numbers != ["all"]:
        must_exist(pbx, *numbers)
    peers = (query.peer, query.get("allowedip"))
    asked = Asked(query[name], query["starttime"], query["endtime"], peers)
    return {
        name: asked.numbers,
        "starttime": asked.start,
        "endtime": asked.end,
        "random": pbx.call_log.open(asked),
    }


@operation(
    "cdr/download",
    "extid",
    *TIMES,
    "random",
    since=SINCE,
    methods=GET_OR_POST,
    in_url=True,
)
@v2_operation(
    "cdr/download", "number", *TIMES, "random", methods=GET_OR_POST, in_url=True
)
def download(pbx: Pbx, query: Query) -> bytes:
    """Send the file, once for each string; public programs get it or post for it."""
    asked = Asked(query[_name(query)], query["starttime"], query["endtime"])
    return pbx.call_log.take(asked, query["random"], query.peer)


def _name(query: Query) -> str:
    return "number" if query.version.is_v2 else "extid"
