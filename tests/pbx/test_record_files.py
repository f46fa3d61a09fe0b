"""Records of past calls: asked for, downloaded, and read whatever a box writes."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
import contextlib
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.yeastar.pbx.errors import (
    PbxBusyError,
    PbxConnectionError,
    PbxError,
    PbxProtocolError,
    PbxTokenError,
    PbxUnsupportedError,
)
from custom_components.yeastar.pbx.interface import Feature, Pbx
from custom_components.yeastar.pbx.models import (
    CallDirection,
    CallRecord,
    LoggedRecord,
    RecordStatus,
)
from custom_components.yeastar.pbx.s_series.client import SSeriesClient
from custom_components.yeastar.pbx.s_series.pbx import SSeriesPbx
from custom_components.yeastar.pbx.s_series.record_files import BATCH, records_in
from tests.simulator import Fault, Simulator, Versions, many_calls

from .conftest import Box, answer, endpoints
from .test_secrets import told

pytestmark = pytest.mark.usefixtures("socket_enabled")

# 2020-05-12 16:05:28 UTC.
START = 1589299528
PAIR = ["cdr/get_random", "cdr/download"]
HEAD = (
    "callid,timestart,callfrom,callto,callduraction,talkduraction,srctrunkname,"
    "dsttrunkname,status,type,pincode,recording,didnumber,sn"
)
ROW = (
    "1589299528.4,2020-05-12 17:05:28,966000001,110,42,34,TRUNK,,"
    "ANSWERED,Inbound,7391,a.wav,5503300,369300000000"
)
READ = LoggedRecord(
    call_id="1589299528.4",
    began=float(START),
    record=CallRecord(
        started=datetime(2020, 5, 12, 17, 5, 28),
        caller="966000001",
        callee="110",
        duration=42,
        talk_duration=34,
        source_trunk="TRUNK",
        status=RecordStatus.ANSWERED,
        direction=CallDirection.INBOUND,
        called_number="5503300",
        recording="a.wav",
    ),
)
UTC_PLUS_1 = timedelta(hours=1)


def moment(epoch: float) -> datetime:
    """Return epoch seconds with a zone."""
    return datetime.fromtimestamp(epoch, UTC)


async def get(
    client: SSeriesClient,
    since: float = START - 3600,
    until: float = START + 3600,
    clock_ahead: timedelta = timedelta(),
) -> list[LoggedRecord]:
    """Get the records of calls that began in a span of time."""
    records = client.records(moment(since), moment(until), clock_ahead)
    async with aclosing(records) as batches:
        return [record async for batch in batches for record in batch]


def add(
    pbx: Simulator, start: float = START, caller: str = "0611", **fields: Any
) -> str:
    """Let the box have a record; returns the id of its call."""
    added = pbx.add_record(start, caller, "1000", source_trunk="SIP-142", **fields)
    return added.callid


async def read(
    *pieces: bytes, clock_ahead: timedelta = UTC_PLUS_1
) -> list[LoggedRecord]:
    """Read the records of a file that comes in pieces."""

    async def coming() -> AsyncGenerator[bytes]:
        for piece in pieces:
            yield piece

    batches = records_in(coming(), clock_ahead)
    return [record async for batch in batches for record in batch]


def run(*pieces: bytes) -> list[LoggedRecord]:
    """Read a file in a test that has no loop of its own."""
    return asyncio.run(read(*pieces))


def ids(records: Iterable[LoggedRecord]) -> list[str]:
    """Return the ids of calls, sorted."""
    return sorted(record.call_id for record in records)


# Asking


async def test_records_are_asked_for_as_the_guide_prints_it(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """A string for all extensions, in v1.1.0, then the file with the same values."""
    call_id = add(pbx)

    assert ids(await get(client)) == [call_id]

    grant, download = pbx.requests[-2:]
    assert [grant.version, download.version] == ["v1.1.0", "v1.1.0"]
    assert [grant.method, download.method] == ["POST", "GET"]
    assert grant.body["extid"] == "all"
    assert endpoints(pbx) == ["login", *PAIR]


@pytest.mark.parametrize("hours", [-12, -8, 0, 1, 5.75, 14])
@pytest.mark.parametrize("in_utc", [False, True])
async def test_the_zone_of_the_box_does_not_matter(
    pbx: Simulator, client: SSeriesClient, hours: float, in_utc: bool
) -> None:
    """What is asked for reaches far enough, and the time comes from the id."""
    pbx.state.device.utc_offset = hours
    pbx.quirks.cdr_in_utc = in_utc
    first = add(pbx, START - 3600)
    last = add(pbx, START + 3599)
    add(pbx, START - 3601)
    add(pbx, START + 3600)

    found = await get(client)

    assert ids(found) == sorted([first, last])
    assert {record.began for record in found} == {START - 3600.0, START + 3599.0}


async def test_a_late_part_of_a_call_belongs_to_the_start_of_the_call(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """A transfer after the end of the span that was asked for."""
    pbx.state.device.utc_offset = 14
    call_id = add(pbx)
    add(pbx, START + 4 * 3600, callid=call_id, type="Transfer")

    found = await get(client, until=START + 1)

    assert ids(found) == [call_id, call_id]
    assert {record.began for record in found} == {float(START)}


async def test_where_v1_1_0_is_refused_v2_0_0_is_asked(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """It calls the extensions otherwise."""
    call_id = add(pbx)
    await client.login()
    pbx.quirks.versions = Versions.V2_ONLY

    assert ids(await get(client)) == [call_id]
    assert pbx.requests[-2].version == "v2.0.0"
    assert pbx.requests[-2].body["number"] == "all"


async def test_a_firmware_without_records_says_so(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """All that is before API v1.1.0."""
    pbx.quirks.versions = Versions.V1_0_ONLY

    with pytest.raises(PbxUnsupportedError):
        await get(client)

    assert "cdr/download" not in endpoints(pbx)


async def test_a_box_that_wants_other_times_is_not_supported(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """It would want them the next time, too."""
    pbx.refuse_next(20019, "cdr/get_random")

    with pytest.raises(PbxUnsupportedError):
        await get(client)


@pytest.mark.parametrize("plain", [False, True])
async def test_no_call_is_no_error(
    pbx: Simulator, client: SSeriesClient, plain: bool
) -> None:
    """With and without a number of an error."""
    pbx.quirks.cdr_nothing_plain = plain

    assert await get(client) == []


@pytest.mark.parametrize("errno", [10006, 20012, 29999])
async def test_a_refusal_that_no_guide_explains_is_taken_for_no_call(
    pbx: Simulator, client: SSeriesClient, errno: int
) -> None:
    """The number that says so is in no guide."""
    add(pbx)
    pbx.refuse_next(errno, "cdr/get_random")

    assert await get(client) == []


async def test_a_box_that_is_busy_is_an_error(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """It has calls to tell later."""
    pbx.refuse_next(30001, "cdr/get_random")

    with pytest.raises(PbxBusyError):
        await get(client)


@pytest.mark.parametrize("endpoint", PAIR)
async def test_a_token_that_died_costs_one_login(
    pbx: Simulator, client: SSeriesClient, endpoint: str
) -> None:
    """And a one-time string of the new session."""
    call_id = add(pbx)
    await client.login()
    pbx.refuse_next(20006, endpoint)

    assert ids(await get(client)) == [call_id]
    assert pbx.logins_ok == 2


async def test_a_token_that_dies_again_is_an_error(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """There is no third try."""
    add(pbx)
    pbx.refuse_next(20006, "cdr/download", count=2)

    with pytest.raises(PbxTokenError):
        await get(client)


@pytest.mark.parametrize(
    "fault",
    [
        Fault.RESET,
        Fault.CLOSE,
        Fault.HTTP_500,
        Fault.HTML,
        Fault.REDIRECT,
        Fault.HALF,
        Fault.GARBAGE,
        Fault.NOT_OBJECT,
    ],
)
@pytest.mark.parametrize("endpoint", PAIR)
async def test_a_box_that_fails_is_an_error(
    pbx: Simulator, client: SSeriesClient, fault: Fault, endpoint: str
) -> None:
    """It must not be taken for one without calls."""
    add(pbx)
    # A GET is sent twice by the library beneath.
    pbx.fail_next(fault, count=2, endpoint=endpoint)

    with pytest.raises(PbxError):
        await get(client)


async def test_a_box_that_agrees_without_a_string_is_an_error(
    pbx: Simulator, box: Box, box_client: SSeriesClient
) -> None:
    """There is nothing to download with."""
    box.answers["cdr/get_random"] = answer('{"status":"Success"}')

    with pytest.raises(PbxProtocolError):
        await get(box_client)


async def test_no_error_tells_the_token_or_the_string(
    pbx: Simulator, client: SSeriesClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Both are in the address of the file."""
    add(pbx)
    pbx.fail_next(Fault.RESET, count=2, endpoint="cdr/download")

    with pytest.raises(PbxConnectionError) as caught:
        await get(client)

    (token,) = pbx.sessions.tokens
    assert token not in told(caught.value, caplog)
    assert "random=" not in told(caught.value, caplog)


async def test_a_reader_that_stops_leaves_no_connection(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Though most of the file was not read."""
    pbx.add_records(many_calls(20_000, until=START, seconds_apart=60))
    records = client.records(moment(START - 30 * 86400), moment(START), timedelta())

    async with aclosing(records) as batches:
        first = await anext(aiter(batches))

    assert 0 < len(first) <= BATCH
    async with asyncio.timeout(2):
        while pbx.server.in_flight:
            await asyncio.sleep(0.01)


async def test_a_pbx_gives_its_records_away(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Behind the interface of all families; the zone of its clock is known by then."""
    call_id = add(pbx, START, callid="abc")
    pbx.state.device.utc_offset = 5.5
    office = SSeriesPbx("Office", client)
    await office.poll(slowly=True)

    async with aclosing(office.records(moment(START), moment(START + 1))) as batches:
        found = [record async for batch in batches for record in batch]

    assert Feature.CALL_RECORDS in office.features
    assert ids(found) == [call_id]


def test_a_family_without_records_says_so() -> None:
    """At once, not when the first record is asked for."""
    with pytest.raises(PbxUnsupportedError):
        Pbx.records(None, moment(START), moment(START))  # type: ignore[arg-type]


# Reading


async def test_a_row_is_read() -> None:
    """All that is of use; the PIN code is no business of anybody."""
    (found,) = await read(f"{HEAD}\n{ROW}\n".encode())

    assert found == READ
    assert "7391" not in repr(found)


QUIRKS = ["bom", "crlf", "quotes", "latin_1", "junk", "unsorted", "in_utc"]


@pytest.mark.parametrize("quirk", [*QUIRKS, "all"])
async def test_a_file_of_any_box_is_read(
    pbx: Simulator, client: SSeriesClient, quirk: str
) -> None:
    """As public programs met them, one by one and all together."""
    pbx.add_records(many_calls(500, until=START, seconds_apart=60))
    add(pbx, START, caller="Bäckerei")
    plain = await get(client, START - 86400)
    for name in QUIRKS if quirk == "all" else [quirk]:
        setattr(pbx.quirks, f"cdr_{name}", True)

    found = await get(client, START - 86400)

    assert len(plain) == 501
    assert key(found) == key(plain)


def key(records: Iterable[LoggedRecord]) -> list[LoggedRecord]:
    """Return records in one order, but for their local time."""
    return sorted(
        (replace(row, record=replace(row.record, started=None)) for row in records),
        key=repr,
    )


@pytest.mark.parametrize(
    "file",
    [
        f"{ROW}\n",
        f"{HEAD}\n{ROW}",
        f"\n\n{HEAD}\n\n{ROW}\n\n",
        f"\ufeff{HEAD}\r\n{ROW}\r\n",
        f"{HEAD},more\n{ROW},5\n",
        f"{HEAD}\n{ROW},extra,cells\n",
        f"{HEAD.upper().lower()}\n  {ROW}  \n\0",
        f"{HEAD}\nnonsense\n,,,,,,,,,,,,,\n{ROW}\n",
        f'{HEAD}\n"never closed\n{ROW}\n',
        f"{HEAD}\n{'x' * 100_000}\n{ROW}\n",
        f"{HEAD}\n{'x,' * 100_000}\n{ROW}\n",
        f'{HEAD}\n"{"x" * 200_000}\n{ROW}\n',
    ],
    ids=[
        "no head",
        "no last line end",
        "blank lines",
        "byte order mark",
        "a new column",
        "more cells",
        "blanks",
        "rows without sense",
        "a quote",
        "a long line",
        "many cells",
        "a long quote",
    ],
)
async def test_what_surrounds_a_row_does_not_hide_it(file: str) -> None:
    """Each line by itself."""
    assert await read(file.encode()) == [READ]


async def test_columns_are_known_by_their_names() -> None:
    """In any order and any spelling that a guide has."""
    file = (
        "sn,type,callid,callto,callfrom,timestart,callduration,talkduration,"
        "srctrunkname,status,didnumber,recording\n"
        "3693,Inbound,1589299528.4,110,966000001,2020-05-12 17:05:28,42,34,TRUNK,"
        "ANSWERED,5503300,a.wav\n"
    )

    assert await read(file.encode()) == [READ]


@pytest.mark.parametrize(
    ("call_id", "local", "began"),
    [
        ("1589299528.4", "2020-05-12 17:05:28", START),
        ("1589299528.4", "2020-05-12 16:05:28", START),
        ("1589299528.4", "2020-05-13 06:05:28", START),
        ("1589299528.4", "2020-05-12 19:05:28", START),
        ("1589299528.4", "today", START),
        ("1589299528", "2020-05-12 17:05:28", START),
        ("17.4", "2020-05-12 17:05:28", START),
        ("call-4", "2020-05-12 17:05:28", START),
        ("4589299528.4", "2020-05-12 17:05:28", START),
    ],
)
async def test_when_a_call_began(call_id: str, local: str, began: float) -> None:
    """By the epoch in its id, or else by the clock of the box, an hour ahead of UTC."""
    row = ROW.replace("1589299528.4", call_id).replace("2020-05-12 17:05:28", local)

    (found,) = await read(f"{HEAD}\n{row}\n".encode())

    assert found.began == began


@pytest.mark.parametrize(
    ("call_id", "local"),
    [("call-4", "today"), ("call-4", ""), ("", "2020-05-12 17:05:28")],
)
async def test_a_row_of_no_time_or_no_call_is_left_out(
    call_id: str, local: str
) -> None:
    """It could be counted, but never be recognised."""
    row = ROW.replace("1589299528.4", call_id).replace("2020-05-12 17:05:28", local)

    assert await read(f"{HEAD}\n{row}\n".encode()) == []


async def test_a_file_that_breaks_off_is_an_error() -> None:
    """Its other calls are missing, so it must not be taken for the whole."""
    with pytest.raises(PbxConnectionError):
        await read(f"{HEAD}\n{ROW}\n{ROW[:40]}".encode())


async def test_an_end_that_is_no_row_is_none() -> None:
    """Some boxes end their files with what is no text."""
    assert await read(f"{HEAD}\n{ROW}\n\xff\xfe;;junk".encode("latin-1")) == [READ]


async def test_a_file_without_end_is_an_error(
    pbx: Simulator,
    box: Box,
    box_client: SSeriesClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No box keeps so many calls."""
    module = "custom_components.yeastar.pbx.s_series.record_operations._MAX_FILE"
    monkeypatch.setattr(module, 10_000)
    box.answers["cdr/get_random"] = answer('{"status":"Success","random":"r"}')
    rows = f"{HEAD}\n" + f"{ROW}\n" * 200

    box.answers["cdr/download"] = answer(rows)

    with pytest.raises(PbxProtocolError):
        await get(box_client)


@settings(max_examples=60)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=40))
def test_where_a_file_is_cut_does_not_matter(sizes: list[int]) -> None:
    """The network cuts it anywhere, also within a character."""
    file = f"\ufeff{HEAD}\r\n" + "".join(
        f"{ROW}\r\n".replace("TRUNK", f"Lïne {number}") for number in range(12)
    )
    body, pieces = file.encode(), []
    for size in sizes:
        pieces.append(body[:size])
        body = body[size:]

    assert run(*pieces, body) == run(file.encode())
    assert len(run(file.encode())) == 12


@settings(max_examples=200)
@given(st.lists(st.binary(max_size=200), max_size=20))
def test_no_bytes_make_it_fail(pieces: list[bytes]) -> None:
    """But with what the library says of a file that is none or breaks off."""
    with contextlib.suppress(PbxError):
        run(*pieces)
    assert run(f"{HEAD}\n".encode(), b"\n".join(pieces), f"\n{ROW}\n".encode())[
        -1:
    ] == [READ]


async def test_rows_come_in_small_batches() -> None:
    """So that the reader may let others do something in between."""

    async def one_piece() -> AsyncGenerator[bytes]:
        yield f"{HEAD}\n{f'{ROW}\n' * 1000}".encode()

    sizes = [len(batch) async for batch in records_in(one_piece(), UTC_PLUS_1)]

    assert sum(sizes) == 1000
    assert max(sizes) == BATCH
