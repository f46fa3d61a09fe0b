"""Recordings of calls."""

from tests.simulator.pbx import Pbx
from tests.simulator.versions import ApiVersion

from .table import Answer, Query, operation


@operation(
    "recording/get_random", "recording", since=ApiVersion.V1_0_1, kept_in_v2=True
)
def get_random(pbx: Pbx, query: Query) -> Answer:
    """Hand out a one-time string."""
    name = query["recording"]
    return {"recording": name, "random": pbx.recordings.open(name, query.peer)}


@operation(
    "recording/download",
    "recording",
    "random",
    since=ApiVersion.V1_0_1,
    methods=("GET",),
    in_url=True,
    kept_in_v2=True,
)
def download(pbx: Pbx, query: Query) -> bytes:
    """Send a recording, once for each string."""
    return pbx.recordings.take(query["recording"], query.peer, query["random"])
