"""Records of past calls of a P-Series, which it answers page by page."""

from contextlib import aclosing
from datetime import UTC, datetime

from aiohttp import ClientSession
import pytest

from custom_components.yeastar.pbx.calls.past import PastCalls
from custom_components.yeastar.pbx.errors import PbxUnsupportedError
from custom_components.yeastar.pbx.models import (
    CallDirection,
    CallRecord,
    LoggedRecord,
    RecordStatus,
)
from custom_components.yeastar.pbx.p_series import cdr_operations
from custom_components.yeastar.pbx.p_series.pbx import PSeriesPbx
from tests.simulator.p_series import Empty, PSeriesSimulator
from tests.simulator.p_series.errors import Errcode

from .house import requests_of, session_of

START = 1_790_000_000
HOUR = 3600
MUM, TRUNK = "5503301", "SIP-142"


@pytest.fixture
def pbx(web: ClientSession, box: PSeriesSimulator) -> PSeriesPbx:
    """Return the library's side of the PBX; nothing was sent yet."""
    return PSeriesPbx("PBX", session_of(web, box))


async def read(
    pbx: PSeriesPbx, since: float = START, until: float = START + HOUR
) -> list[LoggedRecord]:
    """Return the records of a span of time."""
    records = pbx.records(
        datetime.fromtimestamp(since, UTC), datetime.fromtimestamp(until, UTC)
    )
    async with aclosing(records) as batches:
        return [record async for batch in batches for record in batch]


def pages(box: PSeriesSimulator) -> list[int]:
    """Return which pages were asked for."""
    return [int(r.query["page"]) for r in requests_of(box, "cdr/search")]


async def test_a_record_is_read(pbx: PSeriesPbx, box: PSeriesSimulator) -> None:
    """With the numbers of both sides, not their names."""
    call_id = box.add_record(START + 60, MUM, "1000", src_trunk=TRUNK)

    assert await read(pbx) == [
        LoggedRecord(
            call_id=call_id,
            began=START + 60,
            record=CallRecord(
                started=datetime.fromtimestamp(START + 60, UTC).replace(tzinfo=None),
                caller=MUM,
                callee="1000",
                duration=42,
                talk_duration=34,
                source_trunk=TRUNK,
                status=RecordStatus.ANSWERED,
                direction=CallDirection.INBOUND,
            ),
        )
    ]


async def test_a_duration_of_zero_is_left_out(
    pbx: PSeriesPbx, box: PSeriesSimulator
) -> None:
    """So is that of the talk of a call that nobody answered."""
    box.add_record(START, MUM, "1000", status="NO ANSWER", src_trunk=TRUNK)
    (found,) = await read(pbx)
    assert (found.record.duration, found.record.talk_duration) == (42, 0)
    assert found.record.status is RecordStatus.NO_ANSWER


@pytest.mark.parametrize(
    ("party", "number"),
    [("Mum<5503301>", MUM), ("5503301", MUM), ("A <b> c<1000>", "1000")],
)
async def test_a_party_without_its_number_apart(party: str, number: str) -> None:
    """The number is within its name."""
    row = cdr_operations._read_row(
        {
            "call_id": "1790000000.1",
            "timestamp": START,
            "call_from": party,
            "call_to_number": "1002",
            "disposition": "ANSWERED",
            "call_type": "Internal",
        }
    )
    assert (row.record.caller, row.record.callee) == (number, "1002")


@pytest.mark.parametrize("empty", list(Empty))
async def test_no_record_at_all(
    pbx: PSeriesPbx, box: PSeriesSimulator, empty: Empty
) -> None:
    """However the PBX says so."""
    box.quirks.empty_list = empty
    assert await read(pbx) == []
    assert pages(box) == [1]


async def test_many_records_come_in_pages(
    pbx: PSeriesPbx, box: PSeriesSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as are needed, the oldest first."""
    monkeypatch.setattr(cdr_operations, "PAGE", 4)
    ids = [box.add_record(START + 10 * number, MUM, "1000") for number in range(8)]
    assert [record.call_id for record in await read(pbx)] == ids
    assert pages(box) == [1, 2]


async def test_only_calls_that_began_in_the_span(
    pbx: PSeriesPbx, box: PSeriesSimulator
) -> None:
    """A part that began after it belongs to the call that began before its end."""
    box.add_record(START - 1, MUM, "1000")
    first = box.add_record(START, MUM, "1000")
    last = box.add_record(START + HOUR - 1, MUM, "6400")
    box.add_record(START + HOUR + 600, MUM, "1002", call_id=last)
    box.add_record(START + HOUR, MUM, "1000")

    assert [(r.call_id, r.began) for r in await read(pbx)] == [
        (first, START),
        (last, START + HOUR - 1),
        (last, START + HOUR - 1),
    ]


async def test_an_id_that_holds_another_time(
    pbx: PSeriesPbx, box: PSeriesSimulator
) -> None:
    """The time of the row counts then."""
    box.add_record(START + 5, MUM, "1000", call_id="1650094666.549")
    (found,) = await read(pbx)
    assert found.began == START + 5


@pytest.mark.parametrize("timestamp", [None, "yesterday", -1, 2**40])
async def test_a_row_without_its_time_is_left_out(
    pbx: PSeriesPbx,
    box: PSeriesSimulator,
    monkeypatch: pytest.MonkeyPatch,
    timestamp: object,
) -> None:
    """The others are read."""
    box.add_record(START, MUM, "1000")
    good = {"call_id": "1790000000.9", "timestamp": START, "call_from_number": MUM}
    rows = [good | {"timestamp": timestamp}, good]

    async def page(_query: object) -> dict[str, object]:
        return {"total_number": 2, "data": rows}

    monkeypatch.setattr(pbx, "_page", page)
    assert [record.call_id for record in await read(pbx)] == ["1790000000.9"]


@pytest.mark.parametrize("errcode", [Errcode.PARAMETER, Errcode.NO_INTERFACE])
async def test_a_firmware_that_gives_no_records_away(
    pbx: PSeriesPbx, box: PSeriesSimulator, errcode: Errcode
) -> None:
    """It does not know the request, or wants the times in another form."""
    box.refuse_next(errcode, endpoint="cdr/search")
    with pytest.raises(PbxUnsupportedError):
        await read(pbx)


async def test_a_call_through_a_queue_is_one_call(
    pbx: PSeriesPbx, box: PSeriesSimulator
) -> None:
    """The IVR that answered is nobody; the agent who did has talked."""
    call_id = box.add_record(START, MUM, "6500", src_trunk=TRUNK, duration=5, talked=5)
    box.add_record(START + 5, MUM, "6400", call_id=call_id, src_trunk=TRUNK, talked=0)
    box.add_record(START + 9, MUM, "1002", call_id=call_id, src_trunk=TRUNK)
    await pbx.connect()
    await pbx.poll(slowly=True)
    records = await read(pbx)

    past = PastCalls(pbx.calls, pbx.inventory.extensions.__contains__, {call_id}).read(
        call_id, records
    )

    assert past
    assert (past.call.answered_by, past.call.talk_seconds) == ("1002", 34)
    assert past.call.started == START
    assert past.call.while_away


async def test_a_caller_who_gave_up_in_an_ivr_is_missed(
    pbx: PSeriesPbx, box: PSeriesSimulator
) -> None:
    """Though the PBX answered."""
    call_id = box.add_record(START, MUM, "6500", src_trunk=TRUNK, duration=5, talked=5)
    await pbx.connect()
    await pbx.poll(slowly=True)
    past = PastCalls(pbx.calls, pbx.inventory.extensions.__contains__, {call_id}).read(
        call_id, await read(pbx)
    )
    assert past
    assert past.call.missed
