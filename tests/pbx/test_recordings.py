"""Recordings: handed out once, checked, bounded, and streamed."""

import asyncio
import logging

import aiohttp
import pytest

from custom_components.yeastar.pbx import (
    http as http_module,
    recordings as recordings_module,
)
from custom_components.yeastar.pbx.errors import (
    PbxAddressError,
    PbxConnectionError,
    PbxError,
    PbxProtocolError,
    PbxRecordingGoneError,
    PbxRecordingRefusedError,
    PbxTokenError,
)
from custom_components.yeastar.pbx.s_series.client import SSeriesClient
from tests.simulator import Fault, Simulator
from tests.simulator.recordings import tone

from .conftest import Box, answer, endpoints
from .samples import named
from .test_secrets import told

pytestmark = pytest.mark.usefixtures("socket_enabled")

NAME = "20170901181806-1504261084.7-1001-1003-Internal.wav"
PAIR = ["recording/get_random", "recording/download"]


@pytest.fixture
def sound(pbx: Simulator) -> bytes:
    """Return what was recorded."""
    pbx.recordings.keep(NAME, 2)
    return pbx.recordings.files[NAME]


@pytest.fixture
def recording_box(box: Box) -> Box:
    """Return a box that hands out one-time strings as the guide prints them."""
    box.answers["recording/get_random"] = answer(
        named("response", "recording/get_random")[0].body
    )
    return box


async def get(client: SSeriesClient) -> bytes:
    """Get the recording."""
    async with client.recording(NAME) as recording:
        return b"".join([piece async for piece in recording.pieces()])


async def test_a_recording_is_handed_out(
    pbx: Simulator, client: SSeriesClient, sound: bytes
) -> None:
    """As it was recorded, twice if it is asked for twice."""
    assert await get(client) == sound
    assert await get(client) == sound
    assert endpoints(pbx) == ["login", *PAIR, *PAIR]


async def test_a_recording_is_asked_for_as_the_guide_prints_it(
    recording_box: Box, box_client: SSeriesClient
) -> None:
    """First a one-time string, then the file with it and the token."""
    recording_box.answers["recording/download"] = answer(tone(1))

    await get(box_client)

    _, random, download = recording_box.requests
    (printed,) = named("request", "recording/get_random")
    assert (random.method, random.path) == (
        "POST",
        "/api/v1.0.1/recording/get_random",
    )
    assert random.raw.decode() == printed.raw.replace(":", ": ")
    assert (download.method, download.path, download.raw) == (
        "GET",
        "/api/v1.0.1/recording/download",
        b"",
    )
    assert download.query == {
        "recording": NAME,
        "random": "120732c546381fb020f17fba676b0ea0",
        "token": random.query["token"],
    }


async def test_the_size_is_told_where_the_pbx_tells_it(
    recording_box: Box, box_client: SSeriesClient
) -> None:
    """Old boxes do not."""
    body = tone(1)
    recording_box.answers["recording/download"] = answer(body)
    async with box_client.recording(NAME) as recording:
        assert (recording.size, recording.content_type) == (None, "audio/wav")

    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}"
    recording_box.answers["recording/download"] = answer(body, head=head)
    async with box_client.recording(NAME) as recording:
        assert recording.size == len(body)


async def test_no_name_reaches_into_the_address(
    recording_box: Box, box_client: SSeriesClient
) -> None:
    """It comes from reports."""
    recording_box.answers["recording/download"] = answer(tone(1))
    name = "a&token=x#..b c+d%41%2F.wav"

    async with box_client.recording(name):
        pass

    request = recording_box.requests[-1]
    assert request.path == "/api/v1.0.1/recording/download"
    assert request.query["recording"] == name
    assert request.query["token"] != "x"


async def test_a_recording_that_is_gone(pbx: Simulator, client: SSeriesClient) -> None:
    """Has an error of its own."""
    with pytest.raises(PbxRecordingGoneError):
        await get(client)
    assert endpoints(pbx) == ["login", "recording/get_random"]


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "a/b.wav", "a\\b.wav", ".wav", "http://x/y.wav"]
)
async def test_what_is_no_name_of_a_file_is_not_asked_for(
    name: str, pbx: Simulator, client: SSeriesClient
) -> None:
    """Records carry what callers send."""
    with pytest.raises(PbxRecordingGoneError):
        async with client.recording(name):
            pass
    assert endpoints(pbx) == []


@pytest.mark.parametrize(
    ("number", "error"),
    [(20012, PbxRecordingRefusedError), (20014, PbxRecordingGoneError)],
)
async def test_a_file_may_be_refused_in_its_place(
    number: int,
    error: type[PbxError],
    pbx: Simulator,
    client: SSeriesClient,
    sound: bytes,
) -> None:
    """With a status that says that all is well."""
    pbx.refuse_next(number, "recording/download")

    with pytest.raises(error):
        await get(client)
    assert endpoints(pbx) == ["login", *PAIR]


@pytest.mark.parametrize("number", [20004, 20005, 20006])
async def test_a_dead_token_costs_one_login_and_a_new_string(
    number: int, pbx: Simulator, client: SSeriesClient, sound: bytes
) -> None:
    """The first one is used up."""
    pbx.refuse_next(number, "recording/download")

    assert await get(client) == sound
    assert endpoints(pbx) == ["login", *PAIR, "login", *PAIR]


async def test_a_token_that_dies_again_is_an_error(
    pbx: Simulator, client: SSeriesClient, sound: bytes
) -> None:
    """Nobody tries for ever."""
    pbx.refuse_next(20004, "recording/download", count=2)

    with pytest.raises(PbxTokenError):
        await get(client)


async def test_an_address_that_is_not_allowed_is_an_error(
    pbx: Simulator, client: SSeriesClient, sound: bytes
) -> None:
    """As with every operation."""
    pbx.refuse_next(20015, "recording/download")

    with pytest.raises(PbxAddressError):
        await get(client)
    assert not client.logged_in


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"RIFF",
        b"<!DOCTYPE html><html></html>",
        b"RIFF\x00\x00\x00\x00AVI LIST",
        b"\xff\xfb\x90\x00" * 9,
        b'{"status":"Success"}',
        b'{"random":1}',
        b"{" + b"x" * 100,
        b"{" * 200_000,
    ],
    ids=["nothing", "half a head", "page", "film", "mp3", "yes", "no", "text", "long"],
)
async def test_what_is_no_sound_is_refused(
    body: bytes, recording_box: Box, box_client: SSeriesClient
) -> None:
    """Before anything of it is passed on."""
    recording_box.answers["recording/download"] = answer(body)

    with pytest.raises(PbxProtocolError):
        await get(box_client)


@pytest.mark.parametrize(
    "body", ['{"status":"Success"}', '{"status":"Success","random":""}']
)
async def test_no_string_is_no_recording(
    body: str, box: Box, box_client: SSeriesClient
) -> None:
    """Nothing is asked for with an empty one."""
    box.answers["recording/get_random"] = answer(body)

    with pytest.raises(PbxProtocolError):
        await get(box_client)
    assert len(box.requests) == 2


async def test_a_recording_has_an_end(
    recording_box: Box, box_client: SSeriesClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is larger is cut off with an error, and is not kept in memory."""
    monkeypatch.setattr(recordings_module, "MAX_RECORDING", 100_000)
    recording_box.answers["recording/download"] = answer(tone(1) + b"x" * 5_000_000)
    received = bytearray()

    async def listen() -> None:
        async with box_client.recording(NAME) as recording:
            async for piece in recording.pieces():
                received.extend(piece)

    with pytest.raises(PbxProtocolError):
        await listen()
    assert len(received) <= 100_000
    assert recording_box.sent < 5_000_000


async def test_one_that_stops_reading_stops_the_pbx(
    recording_box: Box, box_client: SSeriesClient
) -> None:
    """The connection ends with the block."""
    recording_box.answers["recording/download"] = answer(tone(1) + b"x" * 20_000_000)

    async with box_client.recording(NAME) as recording:
        async for _ in recording.pieces():
            break

    assert recording_box.sent < 20_000_000


async def test_a_connection_that_breaks_is_an_error(
    recording_box: Box, box_client: SSeriesClient
) -> None:
    """Nobody takes half a recording for a whole one."""
    head = "HTTP/1.1 200 OK\r\nContent-Length: 99999999"
    recording_box.answers["recording/download"] = answer(tone(1), head=head)

    with pytest.raises(PbxConnectionError):
        await get(box_client)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RESET, PbxConnectionError),
        (Fault.CLOSE, PbxConnectionError),
        (Fault.HTTP_500, PbxProtocolError),
        (Fault.HTML, PbxProtocolError),
        (Fault.REDIRECT, PbxProtocolError),
        (Fault.EMPTY, PbxProtocolError),
    ],
)
async def test_whatever_goes_wrong_names_no_secret(
    fault: Fault,
    error: type[PbxError],
    pbx: Simulator,
    client: SSeriesClient,
    sound: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Token and one-time string stand in the address."""
    caplog.set_level(logging.DEBUG)
    # aiohttp itself repeats what only gets something, once.
    pbx.fail_next(fault, count=2, endpoint="recording/download")

    with pytest.raises(error) as caught:
        await get(client)

    query = pbx.requests[-1].query
    text = told(caught.value, caplog)
    assert query["token"] not in text
    assert query["random"] not in text


async def test_a_silent_pbx_is_waited_for_only_so_long(
    pbx: Simulator,
    client: SSeriesClient,
    sound: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Then it cannot be reached."""
    timeout = aiohttp.ClientTimeout(sock_read=0.05)
    monkeypatch.setattr(http_module, "_DOWNLOAD_TIMEOUT", timeout)
    pbx.fail_next(Fault.HANG, endpoint="recording/download")

    with pytest.raises(PbxConnectionError):
        await get(client)


async def test_listening_holds_up_no_action(
    pbx: Simulator, client: SSeriesClient, sound: bytes
) -> None:
    """However long somebody listens, and however many do."""
    async with client.recording(NAME), client.recording(NAME):
        waiting = asyncio.create_task(get(client))
        await asyncio.gather(*(client.device_info() for _ in range(3)))
        assert not waiting.done()
        # The string of one that waits would grow too old.
        assert endpoints(pbx).count("recording/get_random") == 2
    assert await waiting == sound


async def test_nobody_waits_for_ever_to_listen(
    pbx: Simulator,
    client: SSeriesClient,
    sound: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Others may have paused."""
    monkeypatch.setattr(recordings_module, "PATIENCE", 0.02)
    async with client.recording(NAME), client.recording(NAME):
        with pytest.raises(PbxConnectionError):
            await get(client)
    assert await get(client) == sound
