"""Call detail records as a file: a string for a span of time, then the download."""

import asyncio
import csv
import io
import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from .simulator import Fault, Simulator, Versions, many_calls
from .simulator.call_log import household_history
from .simulator.peer import Client, Desk, desk

pytestmark = pytest.mark.usefixtures("socket_enabled")

# 2020-05-12 16:05:28 UTC, which a box at UTC+1 calls 17:05:28.
START = 1589299528.0
DAY = {"starttime": "2020-05-12 00:00:00", "endtime": "2020-05-12 23:59:59"}
HEADER = (
    "callid,timestart,callfrom,callto,callduraction,talkduraction,srctrunkname,"
    "dsttrunkname,status,type,pincode,recording,didnumber,sn"
)
SAMPLE = (
    f"{HEADER}\n1589299528.4,2020-05-12 17:05:28,966000001,110,42,34,TRUNK,,"
    "ANSWERED,Inbound,,,,369300000000\n"
)


def box(now: float = START + 86400) -> Simulator:
    """Return a box at UTC+1 that is not yet started."""
    pbx = Simulator(clock=lambda: now)
    pbx.state.device.utc_offset = 1
    pbx.state.device.sn = "369300000000"
    return pbx


def add_sample(pbx: Simulator) -> None:
    """Add the call of the sample."""
    pbx.add_extension("110")
    pbx.add_record(
        START, "966000001", "110", callid="1589299528.4", source_trunk="TRUNK"
    )


async def grant(d: Desk, v: str = "v1.1.0", **fields: str) -> dict[str, Any]:
    """Ask for a string; all extensions and the day of the sample unless said."""
    name = "number" if v == "v2.0.0" else "extid"
    return await d.api.ask("cdr/get_random", v=v, **({name: "all"} | DAY | fields))


async def download(
    d: Desk, granted: dict[str, Any], v: str = "v1.1.0", method: str = "GET"
) -> bytes:
    """Return the file that a string opens."""
    fields = {k: x for k, x in granted.items() if k != "status"}
    query = urlencode({"token": d.api.token} | fields, quote_via=quote)
    answer = await d.api.send(
        f"{method} /api/{v}/cdr/download?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    )
    return answer.partition(b"\r\n\r\n")[2]


async def file(d: Desk, **fields: str) -> str:
    """Return the text of a file."""
    return (await download(d, await grant(d, **fields))).decode()


async def rows(d: Desk, **fields: str) -> list[dict[str, str]]:
    """Return the rows of a file."""
    return list(csv.DictReader(io.StringIO(await file(d, **fields))))


async def test_the_file_is_that_of_the_sample() -> None:
    """14 columns, commas alone, times of the box, no announced size."""
    async with desk(pbx=box()) as d:
        add_sample(d.pbx)
        granted = await grant(d)
        assert granted == {
            "status": "Success",
            "extid": "all",
            **DAY,
            "random": granted["random"],
        }
        assert len(granted["random"]) == 32
        assert (await download(d, granted)).decode() == SAMPLE


async def test_v2_names_the_extension_in_another_way() -> None:
    """`number`; the two names do not mix."""
    async with desk(pbx=box()) as d:
        add_sample(d.pbx)
        granted = await grant(d, v="v2.0.0")
        assert granted["number"] == "all"
        assert (await download(d, granted, v="v2.0.0")).decode() == SAMPLE
        for v, name in (("v1.1.0", "number"), ("v2.0.0", "extid")):
            fields: dict[str, Any] = {name: "all"} | DAY
            assert await d.api.errno("cdr/get_random", v=v, **fields) == "10004"


@pytest.mark.parametrize("v", ["v1.0.0", "v1.0.1", "v1.0.6"])
async def test_records_came_with_v1_1_0(v: str) -> None:
    """10003 on the paths before."""
    async with desk(pbx=box()) as d:
        add_sample(d.pbx)
        assert (await grant(d, v=v))["errno"] == "10003"


async def test_an_old_box_has_no_records() -> None:
    """10003 on every path."""
    async with desk(pbx=box()) as d:
        add_sample(d.pbx)
        d.pbx.quirks.versions = Versions.V1_0_ONLY
        for v in ("v1.1.0", "v1.10", "v2.0.0"):
            assert (await grant(d, v=v))["errno"] == "10003"


async def test_the_file_can_be_posted_for() -> None:
    """With its fields in the query, and no body."""
    async with desk(pbx=box()) as d:
        add_sample(d.pbx)
        body = await download(d, await grant(d), method="POST")
        assert body.decode() == SAMPLE


async def test_spaces_may_be_written_as_a_plus() -> None:
    """As some libraries do."""
    async with desk(pbx=box()) as d:
        add_sample(d.pbx)
        granted = await grant(d)
        fields = {k: v for k, v in granted.items() if k != "status"}
        query = urlencode({"token": d.api.token} | fields)
        assert "2020-05-12+00" in query
        line = f"GET /api/v1.1.0/cdr/download?{query} HTTP/1.1\r\n\r\n"
        assert (await d.api.send(line.encode())).endswith(SAMPLE.encode())


@pytest.mark.parametrize("name", ["extid", "starttime", "endtime"])
async def test_every_field_is_required(name: str) -> None:
    """10004 for one that is blank."""
    async with desk(pbx=box()) as d:
        add_sample(d.pbx)
        assert (await grant(d, **{name: ""}))["errno"] == "10004"


@pytest.mark.parametrize(
    "time",
    [
        "2020-05-12",
        "2020-05-12T00:00:00",
        "12.05.2020 00:00:00",
        "2020-05-32 00:00:00",
        "1589299528",
        "2020-05-12 00:00:00Z",
    ],
)
@pytest.mark.parametrize("name", ["starttime", "endtime"])
async def test_times_have_one_format(name: str, time: str) -> None:
    """20019 for any other."""
    async with desk(pbx=box()) as d:
        add_sample(d.pbx)
        assert (await grant(d, **{name: time}))["errno"] == "20019"


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2020-05-12 17:05:28", "2020-05-12 17:05:28", True),
        ("2020-05-12 17:05:29", "2020-05-12 23:00:00", False),
        ("2020-05-12 00:00:00", "2020-05-12 17:05:27", False),
        ("2020-05-12 18:00:00", "2020-05-12 17:00:00", False),
    ],
)
async def test_a_span_has_its_first_and_its_last_second(
    start: str, end: str, found: bool
) -> None:
    """20021 if there is nothing in it."""
    async with desk(pbx=box()) as d:
        add_sample(d.pbx)
        answer = await grant(d, starttime=start, endtime=end)
        assert answer.get("errno") == (None if found else "20021")


async def test_nothing_found_may_be_a_plain_failure() -> None:
    """Without an errno."""
    async with desk(pbx=box()) as d:
        d.pbx.quirks.cdr_nothing_plain = True
        assert await grant(d) == {"status": "Failed"}


async def test_extensions_are_chosen() -> None:
    """One, several; a party on either side, or behind a group."""
    async with desk(pbx=box()) as d:
        for callfrom, callto in (
            ("0611", "1000"),
            ("1002", "0612"),
            ("0613", "6200(1003)"),
            ("1005", "1000"),
        ):
            d.pbx.add_record(START, callfrom, callto)

        async def found(numbers: str) -> list[str]:
            return [row["callfrom"] for row in await rows(d, extid=numbers)]

        assert await found("1000") == ["0611", "1005"]
        assert await found("1002,1003") == ["1002", "0613"]
        assert len(await found("all")) == 4
        assert (await grant(d, extid="1006"))["errno"] == "20021"
        assert (await grant(d, extid="1000,9"))["errno"] == "10006"


async def test_a_string_is_good_once() -> None:
    """20020 after that, for one that was never handed out, and for other values."""
    async with desk(pbx=box()) as d:
        add_sample(d.pbx)
        granted = await grant(d)
        assert (await download(d, granted)).startswith(b"callid")
        refused = b'{"status":"Failed","errno":"20020"}'
        assert await download(d, granted) == refused
        assert await download(d, granted | {"random": "0" * 32}) == refused
        for change in (
            {"extid": "110"},
            {"starttime": "2020-05-12 00:00:01"},
            {"endtime": "2020-05-12 23:59:58"},
        ):
            granted = await grant(d)
            assert await download(d, granted | change) == refused
            assert await download(d, granted) == refused


@pytest.mark.parametrize(
    ("seconds", "start"), [(29, b"callid"), (30, b'{"status":"Failed"')]
)
async def test_a_string_is_good_for_thirty_seconds(seconds: int, start: bytes) -> None:
    """Not longer."""
    now = START + 60
    async with desk(pbx=Simulator(clock=lambda: now)) as d:
        add_sample(d.pbx)
        granted = await grant(d)
        now += seconds
        assert (await download(d, granted)).startswith(start)


async def test_another_address_may_be_allowed() -> None:
    """The asking program is, whether it names one or not."""
    async with desk(pbx=box()) as d:
        add_sample(d.pbx)
        answer = await grant(d, allowedip="192.0.2.9")
        asked, _ = d.pbx.call_log.randoms[answer["random"]]
        assert set(asked.peers) == {"127.0.0.1", "192.0.2.9"}
        for allowed in ("", "192.0.2.9"):
            granted = await grant(d, allowedip=allowed)
            assert (await download(d, granted)).decode() == SAMPLE


async def test_a_refusal_comes_in_the_place_of_the_file() -> None:
    """JSON, with HTTP status 200, for any errno."""
    async with desk(pbx=box()) as d:
        add_sample(d.pbx)
        granted = await grant(d)
        d.pbx.refuse_next(30001, "cdr/download")
        assert await download(d, granted) == b'{"status":"Failed","errno":"30001"}'


@pytest.mark.parametrize("fault", [Fault.MISSING_LIST, Fault.BROKEN_LIST])
async def test_faults_of_lists_leave_a_file_alone(fault: Fault) -> None:
    """It has none."""
    async with desk(pbx=box()) as d:
        add_sample(d.pbx)
        granted = await grant(d)
        d.pbx.fault = fault
        assert (await download(d, granted)).decode() == SAMPLE


@pytest.mark.parametrize(
    ("status", "talked"), [("ANSWERED", "34"), ("NO ANSWER", "0"), ("BUSY", "0")]
)
async def test_only_an_answered_call_was_talked(status: str, talked: str) -> None:
    """Unless a test says otherwise."""
    async with desk(pbx=box()) as d:
        d.pbx.add_record(START, "1", "1000", status=status)
        d.pbx.add_record(START, "1", "1000", status=status, talked=3)
        found = [row["talkduraction"] for row in await rows(d)]
        assert found == [talked, "3"]


async def test_a_download_needs_a_living_token() -> None:
    """As every operation."""
    async with desk(pbx=box()) as d:
        add_sample(d.pbx)
        granted = await grant(d)
        d.pbx.expire_tokens()
        assert json.loads(await download(d, granted))["errno"] == "20006"


@pytest.mark.parametrize(
    ("offset", "summer", "time"),
    [
        (0, 0, "2020-05-12 16:05:28"),
        (1, 1, "2020-05-12 18:05:28"),
        (5.5, 0, "2020-05-12 21:35:28"),
        (-3.5, 0, "2020-05-12 12:35:28"),
        (5.75, 0, "2020-05-12 21:50:28"),
    ],
)
async def test_times_are_those_of_the_box(
    offset: float, summer: int, time: str
) -> None:
    """In the rows and in the question."""
    async with desk(pbx=box()) as d:
        d.pbx.state.device.utc_offset = offset
        d.pbx.state.device.summer_time = summer
        add_sample(d.pbx)
        (row,) = await rows(d, starttime=time, endtime=time)
        assert row["timestart"] == time


async def test_times_may_be_in_utc() -> None:
    """In every zone of the box; two public programs read them so."""
    async with desk(pbx=box()) as d:
        d.pbx.quirks.cdr_in_utc = True
        add_sample(d.pbx)
        time = "2020-05-12 16:05:28"
        (row,) = await rows(d, starttime=time, endtime=time)
        assert row["timestart"] == time


@pytest.mark.parametrize(
    ("quirk", "body"),
    [
        ("cdr_bom", b"\xef\xbb\xbf" + SAMPLE.encode()),
        ("cdr_crlf", SAMPLE.replace("\n", "\r\n").encode()),
        (
            "cdr_quotes",
            "".join(
                '"' + line.replace(",", '","') + '"\n' for line in SAMPLE.splitlines()
            ).encode(),
        ),
        ("cdr_junk", SAMPLE.encode() + b"\xff\xfe\x80\xa0;;junk\x00\n"),
    ],
)
async def test_files_differ_from_box_to_box(quirk: str, body: bytes) -> None:
    """Each difference is a quirk."""
    async with desk(pbx=box()) as d:
        add_sample(d.pbx)
        setattr(d.pbx.quirks, quirk, True)
        assert await download(d, await grant(d)) == body


@pytest.mark.parametrize(("on", "name"), [(False, "Büro".encode()), (True, b"B\xfcro")])
async def test_quirk_cdr_latin_1(on: bool, name: bytes) -> None:
    """Else the file is UTF-8."""
    async with desk(pbx=box()) as d:
        d.pbx.quirks.cdr_latin_1 = on
        d.pbx.add_record(START, "1", "1000", source_trunk="Büro")
        assert b"," + name + b"," in await download(d, await grant(d))


async def test_quirk_cdr_unsorted() -> None:
    """Else the order is that in which the calls ended."""
    async with desk(pbx=box()) as d:
        for second in range(20):
            d.pbx.add_record(START + second, "1", "1000")
        times = [row["timestart"] for row in await rows(d)]
        assert times == sorted(times)
        d.pbx.quirks.cdr_unsorted = True
        mixed = [row["timestart"] for row in await rows(d)]
        assert mixed != times
        assert sorted(mixed) == times


async def test_a_comma_in_a_name_is_quoted() -> None:
    """The only quotes that other boxes write."""
    async with desk(pbx=box()) as d:
        d.pbx.add_record(START, "1", "1000", source_trunk='A, "B"')
        assert ',"A, ""B""",' in await file(d)
        assert (await rows(d))[0]["srctrunkname"] == 'A, "B"'


TODAY = {"starttime": "2020-05-13 00:00:00", "endtime": "2020-05-13 23:59:59"}


async def test_calls_that_end_are_in_the_file() -> None:
    """With what their CDR reports."""
    async with desk(pbx=box()) as d:
        d.pbx.state.record_calls = True
        call = d.pbx.outside_call("5503301", to="1000", trunk="SIP-142")
        d.pbx.answer("1000")
        assert (await grant(d, **TODAY))["errno"] == "20021"
        d.pbx.hang_up("1000")
        (row,) = await rows(d, **TODAY)
        assert row["callid"] == call.callid
        assert (row["srctrunkname"], row["dsttrunkname"]) == ("SIP-142", "")
        assert (row["type"], row["status"]) == ("Inbound", "ANSWERED")
        assert row["recording"].endswith("-5503301-1000-Inbound.wav")
        assert (row["didnumber"], row["sn"]) == ("1000", "369300000000")


async def test_a_call_may_have_several_rows() -> None:
    """One for each agent of a queue, one for each part of a transferred call."""
    async with desk(pbx=box()) as d:
        quirks = d.pbx.quirks
        quirks.cdr_per_agent = quirks.group_in_callto = quirks.transfer_records = True
        first = d.pbx.outside_call("5503301", to="6700")
        d.pbx.answer("1002")
        d.pbx.transfer("1002", "1000")
        d.pbx.answer("1000")
        d.pbx.hang_up("1000")
        found = await rows(d, **TODAY)
        assert {row["callid"] for row in found} == {first.callid}
        assert [(row["callto"], row["type"], row["status"]) for row in found] == [
            ("6700(1000)", "Inbound", "NO ANSWER"),
            ("6700(1003)", "Inbound", "NO ANSWER"),
            ("6700(1002)", "Inbound", "ANSWERED"),
            ("1000", "Transfer", "ANSWERED"),
        ]


async def test_a_forwarded_call_has_one_row_with_both_trunks() -> None:
    """Of type Outbound, from the outside caller."""
    async with desk(pbx=box()) as d:
        d.pbx.other_program_changes(
            "1000", mobile="0170", alwaysforward="on", atransferto="Mobile Number"
        )
        call = d.pbx.outside_call("5503301", "1000", trunk="SIP-142")
        d.pbx.answer_outside(call)
        d.pbx.outside_hangs_up(call)
        (row,) = await rows(d, **TODAY)
        assert (row["type"], row["callfrom"], row["callto"]) == (
            "Outbound",
            "5503301",
            "0170",
        )
        assert (row["srctrunkname"], row["dsttrunkname"]) == ("SIP-142", "FXO2-3")


async def test_records_survive_a_restart() -> None:
    """They are kept on the box."""
    async with desk(pbx=box()) as d:
        add_sample(d.pbx)
        d.pbx.reboot()
        await d.api.login()
        assert await file(d) == SAMPLE


async def test_a_long_history_can_be_loaded() -> None:
    """100,000 rows of every kind, in one file."""
    async with desk(pbx=box()) as d:
        d.pbx.add_records(many_calls(100_000, until=START, seconds_apart=60))
        span = {"starttime": "2019-01-01 00:00:00", "endtime": "2020-12-31 23:59:59"}
        granted = await grant(d, **span)
        reader = csv.DictReader(io.StringIO((await download(d, granted)).decode()))
        found = list(reader)
        assert len(found) == 100_000
        assert {row["type"] for row in found} == {
            "Inbound",
            "Outbound",
            "Internal",
            "Transfer",
        }
        assert {row["status"] for row in found} == {
            "ANSWERED",
            "NO ANSWER",
            "VOICEMAIL",
            "BUSY",
            "FAILED",
        }
        assert len({row["callid"] for row in found}) < 100_000


def test_a_history_is_the_same_each_time() -> None:
    """For the same seed."""
    assert list(many_calls(50, until=START)) == list(many_calls(50, until=START))
    other = list(many_calls(50, until=START, seed=8))
    assert other != list(many_calls(50, until=START))
    assert len(other) == 50
    assert all(row.start < START for row in other)


def test_a_house_that_starts_again_has_the_same_past() -> None:
    """And the calls of the time between."""
    house: dict[str, Any] = {"callers": ["0701"], "trunk": "SIP-Home"}
    before = list(household_history(3, until=START, **house))
    after = list(household_history(3, until=START + 86400, **house))
    known = [row for row in before if row in after]
    assert known == [row for row in before if row.start >= known[0].start]
    assert max(row.start for row in after) > START
    assert all(row.start + row.duration < START for row in before)
    numbers = {row.callfrom for row in after if row.type == "Inbound"}
    assert numbers == {"0701"}
    assert {row.source_trunk for row in after} == {"", "SIP-Home"}


async def test_two_strings_are_good_at_once() -> None:
    """Each for its own span."""
    async with desk(pbx=box()) as d:
        add_sample(d.pbx)
        granted = [await grant(d), await grant(d, extid="110")]
        bodies = await asyncio.gather(*(download(d, one) for one in granted))
        assert bodies == [SAMPLE.encode()] * 2


async def test_a_login_on_one_version_serves_records_of_another() -> None:
    """Login on v1.10, records on v2.0.0, as a public program does."""
    async with desk(pbx=box()) as d:
        add_sample(d.pbx)
        await Client.login(d.api, v="v1.10")
        granted = await grant(d, v="v2.0.0")
        assert (await download(d, granted, v="v2.0.0")).decode() == SAMPLE
