"""Everything that owners of a PBX sent is understood.

A file that `scripts/probe` wrote is put into `tests/captures`, and is replayed here.
"""

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from custom_components.yeastar.pbx.http import Http
from custom_components.yeastar.pbx.s_series.record_files import records_in
from scripts.pbx_probe.capture import Capture, read_capture

from .captured import ReplayedPbx

FILES = sorted((Path(__file__).parent.parent / "captures").glob("*.jsonl"))


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def capture(request: pytest.FixtureRequest) -> Capture:
    """Return what a file holds."""
    path: Path = request.param
    return read_capture(path)


@pytest.fixture
async def replayed(
    capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[ReplayedPbx]:
    """Return a PBX that answers as the captured one."""
    async with aiohttp.ClientSession() as web:
        box = ReplayedPbx(capture, web)

        async def exchange(http: Http, *args: object, **fields: object) -> bytes:
            return await box.exchange(http, *args, **fields)  # type: ignore[arg-type]

        async def own_address(http: Http) -> None:
            """Open no socket to find it out."""

        monkeypatch.setattr(Http, "exchange", exchange)
        monkeypatch.setattr(Http, "own_address", own_address)
        yield box


async def test_every_answer_is_read(replayed: ReplayedPbx) -> None:
    """Each row of it; a refusal is one that a guide knows."""
    problems = {
        f"{line['endpoint']} at {line['at']}": problem
        for line in replayed.capture.answers
        if (problem := await replayed.problem_with(line))
    }

    assert replayed.capture.answers
    assert problems == {}


async def test_every_answer_that_is_left_out_says_why(capture: Capture) -> None:
    """A body that is not JSON, or a request without an answer."""
    for line in capture.lines:
        assert len(line.keys() & {"body", "table", "error"}) == 1


async def test_every_record_is_read(capture: Capture) -> None:
    """In the files that an S-Series gives away."""
    for line in capture.tables:
        table: str = line["table"]

        async def pieces(text: str = table) -> AsyncGenerator[bytes]:
            yield text.encode()

        found = [r async for batch in records_in(pieces(), timedelta()) for r in batch]
        # The last row may be a part of one.
        rows = [row for row in table.split("\n") if row and "callid" not in row]
        assert len(found) >= len(rows) - 1 > 0


async def test_every_report_is_taken(replayed: ReplayedPbx) -> None:
    """It is of a known type, of this PBX, and of one of its phones."""
    await replayed.pbx.poll(slowly=True)

    refused = [
        line["body"]
        for line in replayed.capture.reports
        if not replayed.is_understood(replayed.tell(line))
    ]

    assert refused == []


async def test_reports_of_calls_become_events(replayed: ReplayedPbx) -> None:
    """Of each call that is reported by its members."""
    await replayed.pbx.poll(slowly=True)

    reported = {
        report.call_id
        for report in map(replayed.tell, replayed.capture.reports)
        if report.call_id and report.parties
    }

    told = {
        event.call.call_id for change in replayed.changes for event in change.events
    }
    assert reported
    assert reported == told
