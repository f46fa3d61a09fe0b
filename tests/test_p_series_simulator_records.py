"""What remains of calls on the P-Series simulator: records, recordings, voicemail."""

from collections.abc import AsyncIterator
import io
from typing import Any
from urllib.parse import quote
import wave

import pytest

from .simulator.p_series import PSeriesSimulator, household
from .simulator.p_series.peer import Client, Clock, parsed

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
def clock() -> Clock:
    """Return a clock that is set by hand."""
    return Clock()


@pytest.fixture
async def pbx(clock: Clock) -> AsyncIterator[PSeriesSimulator]:
    """Return the house of the demo, in which calls are recorded."""
    async with PSeriesSimulator(clock=clock, state=household()) as simulator:
        yield simulator


@pytest.fixture
async def api(pbx: PSeriesSimulator) -> Client:
    """Return a client that is logged in."""
    client = Client(pbx)
    await client.login()
    return client


def talk(pbx: PSeriesSimulator, clock: Clock, ring: int = 3, seconds: int = 20) -> None:
    """Let an outside party and the kitchen talk."""
    call = pbx.outside_call("0612345678", "1000")
    clock.now += ring
    pbx.answer("1000")
    clock.now += seconds
    pbx.outside_hangs_up(call)


def miss(pbx: PSeriesSimulator, clock: Clock, ring: int = 5) -> None:
    """Let an outside party give up."""
    call = pbx.outside_call("0612345678", "1000")
    clock.now += ring
    pbx.outside_hangs_up(call)


async def test_a_record_of_a_talk(
    pbx: PSeriesSimulator, api: Client, clock: Clock
) -> None:
    """With names, numbers and durations."""
    began = clock.now
    talk(pbx, clock)
    (row,) = (await api.get("cdr/list"))["data"]
    assert row["timestamp"] == int(began)
    assert (row["duration"], row["ring_duration"], row["talk_duration"]) == (23, 3, 20)
    assert (row["call_from"], row["call_from_name"]) == ("0612345678", "")
    assert (row["call_to"], row["call_to_number"]) == ("Kitchen<1000>", "1000")
    assert (row["disposition"], row["call_type"]) == ("ANSWERED", "Inbound")
    assert (row["src_trunk"], row["dst_trunk"]) == ("SIP-Home", "")
    assert row["did_number"] == "1000"
    assert row["reason"] == " " * 16


async def test_durations_of_zero_are_left_out(
    pbx: PSeriesSimulator, api: Client, clock: Clock
) -> None:
    """Each by itself."""
    miss(pbx, clock)
    miss(pbx, clock, ring=0)
    first, second = (await api.get("cdr/list"))["data"]
    assert (first["duration"], first["ring_duration"]) == (5, 5)
    assert "talk_duration" not in first
    assert not {"duration", "ring_duration", "talk_duration"} & set(second)


@pytest.mark.parametrize(
    ("dates", "times", "shown"),
    [
        ("YYYY/MM/DD", "HH:mm:ss", "2026/09/21 15:13:20"),
        ("MM/DD/YYYY", "HH:mm:ss", "09/21/2026 15:13:20"),
        ("DD/MM/YYYY", "hh:mm:ss PM", "21/09/2026 03:13:20 PM"),
    ],
)
async def test_times_follow_the_display_format(
    pbx: PSeriesSimulator, api: Client, clock: Clock, dates: str, times: str, shown: str
) -> None:
    """Everywhere but in 30012."""
    pbx.state.device.date_format, pbx.state.device.time_format = dates, times
    data = (await api.get("system/information"))["data"]
    assert data["system_time"] == shown
    assert (data["system_date_format"], data["system_time_format"]) == (dates, times)
    miss(pbx, clock)
    (row,) = (await api.get("cdr/list"))["data"]
    assert row["time"] == shown
    assert '\\"time_start\\":\\"2026-09-21 15:13:20\\"' in pbx.frames[-1].text


async def test_an_ivr_has_a_record_of_its_own(
    pbx: PSeriesSimulator, api: Client, clock: Clock
) -> None:
    """ANSWERED on it is no human; both have the id of the call."""
    call = pbx.outside_call("0612345678", "6500")
    clock.now += 4
    pbx.press_key(call, "1")
    clock.now += 6
    pbx.outside_hangs_up(call)
    rows = (await api.get("cdr/list"))["data"]
    assert [(r["call_to_number"], r["disposition"]) for r in rows] == [
        ("6500", "ANSWERED"),
        ("1000", "NO ANSWER"),
    ]
    assert {r["call_id"] for r in rows} == {call.call_id}
    assert len({r["uid"] for r in rows}) == 1


async def test_the_record_of_a_transferred_part_may_come_at_once(
    pbx: PSeriesSimulator, clock: Clock
) -> None:
    """By a quirk; by default all come at the end of the call."""
    for at_once, records in ((False, 0), (True, 1)):
        pbx.quirks.records_at_transfer = at_once
        pbx.archive.records.clear()
        call = pbx.outside_call("0612345678", "1000")
        pbx.answer("1000")
        pbx.transfer("1000", "1002")
        assert len(pbx.archive.records) == records
        pbx.outside_hangs_up(call)
        assert len(pbx.archive.records) == 2


# Searching


@pytest.fixture
async def two(pbx: PSeriesSimulator, api: Client, clock: Clock) -> tuple[int, int]:
    """Leave a talk and a missed call an hour later; return when they began."""
    first = int(clock.now)
    talk(pbx, clock)
    clock.now = first + 3600
    miss(pbx, clock)
    await api.login()
    return first, first + 3600


async def search(api: Client, **fields: object) -> list[int]:
    """Return when the calls began that were found."""
    answer = await api.get("cdr/search", **fields)
    return [row["timestamp"] for row in answer["data"] or []]


async def test_records_are_searched(api: Client, two: tuple[int, int]) -> None:
    """By time, status, parties and number that was called."""
    first, second = two
    assert await search(api, start_time=first, end_time=second) == [first, second]
    assert await search(api, start_time=first + 1) == [second]
    assert await search(api, end_time=second - 1) == [first]
    assert await search(api, status="NO ANSWER") == [second]
    assert await search(api, call_from="0612345678", call_to="1000") == [first, second]
    assert await search(api, call_to="1002") == []
    assert await search(api, did="1000:SIP-Home") == [first, second]
    answer = await api.get("cdr/search", order_by="desc", sort_by="new_id")
    assert [row["timestamp"] for row in answer["data"]] == [second, first]
    assert "id" not in answer["data"][0]


async def test_a_status_that_is_none_is_refused(api: Client) -> None:
    """40002."""
    assert (await api.get("cdr/search", status="x"))["errcode"] == 40002


async def test_times_are_epoch_seconds(api: Client, two: tuple[int, int]) -> None:
    """A live box took nothing else."""
    answer = await api.get("cdr/search", start_time="2026/09/21 15:13:20")
    assert answer == {
        "errcode": 40002,
        "errmsg": "The parameter start_time is invalid.",
    }


async def raw_search(api: Client, start: str) -> dict[str, Any]:
    """Search with a query string as it is."""
    query = f"access_token={api.token}&start_time={start}"
    return parsed(await api.raw("GET", "cdr/search", query))


async def test_times_may_be_in_the_display_format(
    pbx: PSeriesSimulator, api: Client, two: tuple[int, int]
) -> None:
    """By a quirk; another one refuses blanks that were sent as `+`."""
    pbx.quirks.display_times = True
    later = pbx.state.device.display(two[1])
    for blank in ("%20", "+"):
        answer = await raw_search(api, quote(later).replace("%20", blank))
        assert answer["total_number"] == 1
    pbx.quirks.plus_refused = True
    assert (await raw_search(api, quote(later)))["total_number"] == 1
    assert (await raw_search(api, later.replace(" ", "+")))["errcode"] == 40002
    assert (await raw_search(api, "yesterday"))["errcode"] == 40002


# Recordings


async def test_a_recording_is_downloaded(
    pbx: PSeriesSimulator, api: Client, clock: Clock
) -> None:
    """By its id or by its file; the address wants a token, too."""
    talk(pbx, clock)
    (row,) = (await api.get("recording/list"))["data"]
    assert row["duration"] == 20
    for fields in ({"id": row["id"]}, {"file": row["file"]}):
        answer = await api.get("recording/download", **fields)
        assert answer["file"] == row["file"]
    path = answer["download_resource_url"]
    request = f"GET {path}?access_token=%s HTTP/1.1\r\nHost: x\r\nUser-Agent: x\r\n\r\n"
    head, _, data = (await api.send((request % api.token).encode())).partition(
        b"\r\n\r\n"
    )
    assert b"audio/wav" in head
    assert len(data) == row["size"]
    with wave.open(io.BytesIO(data)) as sound:
        assert sound.getnframes() > 0
    assert parsed(await api.send((request % "x").encode()))["errcode"] == 10004


async def test_an_address_lives_for_half_an_hour(
    pbx: PSeriesSimulator, api: Client, clock: Clock
) -> None:
    """Afterwards the file must be asked for again."""
    talk(pbx, clock)
    (row,) = (await api.get("recording/list"))["data"]
    path = (await api.get("recording/download", id=row["id"]))["download_resource_url"]
    clock.now += 1800
    await api.login()
    request = f"GET {path}?access_token={api.token} HTTP/1.1\r\nHost: x\r\nUser-Agent: x\r\n\r\n"
    assert parsed(await api.send(request.encode()))["errcode"] == 60001


async def test_recordings_are_searched(
    pbx: PSeriesSimulator, api: Client, clock: Clock
) -> None:
    """A missed call has none; what does not exist is not found."""
    talk(pbx, clock)
    miss(pbx, clock)
    assert (await api.get("recording/list"))["total_number"] == 1
    found = await api.get("recording/search", search_value="kitchen")
    assert found["total_number"] == 1
    nothing = await api.get("recording/search", search_value="office")
    assert (nothing["total_number"], nothing["data"]) == (0, None)
    assert (await api.get("recording/download", id=1))["errcode"] == 60001
    assert (await api.get("recording/download"))["errcode"] == 40002


# Voicemail


async def test_a_message_is_read(
    pbx: PSeriesSimulator, api: Client, clock: Clock
) -> None:
    """It is listed, downloaded and marked."""
    call = pbx.outside_call("0612345678", "1000")
    pbx.voicemail(call)
    clock.now += 12
    pbx.outside_hangs_up(call)
    (row,) = (await api.get("vm/get", number="1000"))["data"]
    assert (row["is_read"], row["duration"], row["number"]) == (0, 12, "0612345678")
    answer = await api.get("vm/download", msg_id=row["msg_id"])
    assert answer["download_resource_url"] == f"/api/download/{answer['file']}"
    for status in (1, "1"):
        answer = await api.post("vm/update", id=row["msg_id"], vm_status=status)
        assert answer["errcode"] == 0
    boxes = (await api.get("vm/query", number="1000,1001"))["voicemail_list"]
    assert [box["total_number"] for box in boxes] == [1, 0]
    assert boxes[0]["data"][0]["is_read"] == 1
    assert boxes[1]["data"] is None


async def test_a_mailbox_or_message_that_is_none(api: Client) -> None:
    """60001; only one status can be set."""
    assert (await api.get("vm/get", number="9999"))["errcode"] == 60001
    assert (await api.get("vm/download", msg_id="x"))["errcode"] == 60001
    assert (await api.post("vm/update", id="x", vm_status=1))["errcode"] == 60001
