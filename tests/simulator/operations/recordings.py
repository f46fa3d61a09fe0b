"""Recordings of calls."""

from tests.simulator.pbx import Pbx

from .table import Answer, Query, operation


@operation("recording/get_random", "recording", version="v1.0.1")
def get_random(pbx: Pbx, query: Query) -> Answer:
    """Hand out a one-time string."""
    name = query["recording"]
    return {"recording": name, "random": pbx.recordings.open(name, query.peer)}


@operation("recording/download", "recording", "random", version="v1.0.1", method="GET")
def download(pbx: Pbx, query: Query) -> bytes:
    """Send a recording, once for each string."""
    return pbx.recordings.take(query["recording"], query.peer, query["random"])
