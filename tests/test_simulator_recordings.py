"""The simulator's recordings, each to be had once by a string."""

import io
import json
import wave

import pytest

from .simulator import Simulator
from .simulator.peer import Desk, desk

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def recorded(d: Desk) -> str:
    """Record a call and return the name in its record."""
    d.pbx.state.record_calls = True
    d.pbx.internal_call("1000", "1002")
    d.pbx.answer("1002")
    d.pbx.hang_up("1002")
    await d.pbx.settle()
    record = next(text for text in d.listener.texts if "NewCdr" in text)
    name: str = json.loads(record)["recording"]
    return name


async def random(d: Desk, name: str) -> str:
    """Return a one-time string."""
    answer = await d.api.ask("recording/get_random", v="v1.0.1", recording=name)
    assert answer["recording"] == name
    value: str = answer["random"]
    return value


async def download(d: Desk, name: str, random: str, token: str | None = None) -> bytes:
    """Return the body of the answer."""
    path = f"recording/download?recording={name}&random={random}&token="
    line = f"GET /api/v1.0.1/{path}{d.api.token if token is None else token} HTTP/1.1"
    answer = await d.api.send(f"{line}\r\nHost: x\r\n\r\n".encode())
    return answer.partition(b"\r\n\r\n")[2]


def errno(body: bytes) -> str:
    """Return the errno of a refusal."""
    value: str = json.loads(body)["errno"]
    return value


async def test_a_recording_is_sound() -> None:
    """In the format of telephones."""
    async with desk() as d:
        name = await recorded(d)
        body = await download(d, name, await random(d, name))
        with wave.open(io.BytesIO(body)) as file:
            assert (file.getnchannels(), file.getframerate()) == (1, 8000)
            assert file.getnframes() >= 8000


async def test_a_string_is_good_once() -> None:
    """20012 after that, and for one that was never handed out."""
    async with desk() as d:
        name = await recorded(d)
        once = await random(d, name)
        assert (await download(d, name, once)).startswith(b"RIFF")
        assert errno(await download(d, name, once)) == "20012"
        assert errno(await download(d, name, "0" * 32)) == "20012"
        other = await random(d, name)
        assert errno(await download(d, "other.wav", other)) == "20012"


async def test_a_string_is_good_for_thirty_seconds() -> None:
    """Not longer."""
    now = 1_000_000.0
    async with desk(pbx=Simulator(clock=lambda: now)) as d:
        name = await recorded(d)
        for seconds, start in ((29, b"RIFF"), (30, b"{")):
            once = await random(d, name)
            now += seconds
            assert (await download(d, name, once)).startswith(start)


async def test_a_recording_may_be_gone() -> None:
    """Before it is asked for, or between."""
    async with desk() as d:
        name = await recorded(d)
        once = await random(d, name)
        del d.pbx.recordings.files[name]
        assert errno(await download(d, name, once)) == "20014"
        fields = {"v": "v1.0.1", "recording": name}
        assert await d.api.errno("recording/get_random", **fields) == "20014"


@pytest.mark.parametrize("name", ["../x.wav", "a/../x.wav", "..\\x.wav", "/x.wav"])
async def test_a_path_is_no_name_of_a_recording(name: str) -> None:
    """20014, even if there were such a file."""
    async with desk() as d:
        d.pbx.recordings.files[name] = b"RIFF"
        fields = {"v": "v1.0.1", "recording": name}
        assert await d.api.errno("recording/get_random", **fields) == "20014"


async def test_a_download_needs_a_living_token() -> None:
    """As every operation."""
    async with desk() as d:
        name = await recorded(d)
        once = await random(d, name)
        assert errno(await download(d, name, once, token="x")) == "20004"
        assert errno(await download(d, name, once, token="")) == "20005"
        assert errno(await download(d, name, "")) == "10004"


async def test_a_recording_is_not_posted_for() -> None:
    """The guide gets it."""
    async with desk() as d:
        name = await recorded(d)
        fields = {"recording": name, "random": await random(d, name)}
        path = "recording/download"
        assert await d.api.errno(path, v="v1.0.1", **fields) == "10003"
