"""What a household does with its phones, in the words of the guide's other chapters.

`household.json` holds it as `facts.json` holds the chapter on calls; errors are those
that the chapters name and those of the table of errors that can only mean them.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import time
import json
from pathlib import Path

import aiohttp
import pytest

from custom_components.yeastar.errors import translated
from custom_components.yeastar.pbx.errors import PbxRefusedError
from custom_components.yeastar.pbx.models import ExtensionChange, Repeat, WakeUpCall
from custom_components.yeastar.pbx.s_series.client import SSeriesClient
from tests.actions.words import SENTENCES
from tests.simulator import Simulator
from tests.simulator.wire import Request

from .facts import Fact

FACTS = [
    Fact(**row)
    for row in json.loads(Path(__file__).with_name("household.json").read_text())
]
EVERY = pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.endpoint)

AT_NIGHT = WakeUpCall(
    extension="1000", time=time(0, 45), repeat=Repeat.ONCE, attempts=3, interval=5
)
AT_NOON = WakeUpCall(
    extension="1000", time=time(11), repeat=Repeat.ONCE, attempts=3, interval=5
)
RECORDING = "20170901181806-1504261084.7-1001-1003-Internal.wav"


async def open_recording(client: SSeriesClient) -> None:
    """Ask for a recording and listen to nothing of it."""
    async with client.recording(RECORDING):
        pass


# What to do so that the sample is sent.
OPERATION_OF: dict[str, Callable[[SSeriesClient], Awaitable[object]]] = {
    "extension/query": lambda c: c.settings_of(["1000", "1001", "1002"]),
    "extension/update": lambda c: c.update_extension(
        "1002", ExtensionChange(do_not_disturb=True)
    ),
    "wakeupcall/create": lambda c: c.create_wake_up_call(AT_NIGHT),
    "wakeupcall/query": lambda c: c.wake_up_calls(["1000"]),
    "wakeupcall/update": lambda c: c.update_wake_up_call(AT_NIGHT, AT_NOON),
    "wakeupcall/delete": lambda c: c.delete_wake_up_call(AT_NOON),
    "extension/playprompt": lambda c: c.play_to_extension(
        "1000", ["hello111"], auto_answer=False
    ),
    "outbound/playprompt": lambda c: c.play_to_outside(
        "41000", ["hello111"], permission_of="1000"
    ),
    "recording/get_random": open_recording,
}


@pytest.fixture
async def client(socket_enabled: None, pbx: Simulator) -> AsyncGenerator[SSeriesClient]:
    """Return a client of the PBX."""
    async with aiohttp.ClientSession() as session:
        yield SSeriesClient(
            session,
            host=pbx.host,
            port=pbx.port,
            ssl=False,
            username=pbx.username,
            password=pbx.password,
        )


@pytest.fixture
def answers(
    monkeypatch: pytest.MonkeyPatch, pbx: Simulator
) -> dict[str, dict[str, object]]:
    """Return what the PBX answers, by endpoint, instead of what it would."""
    by_endpoint: dict[str, dict[str, object]] = {}
    usual = pbx.server._answer

    def answer(request: Request, errno: int | None) -> dict[str, object]:
        if errno is None and request.endpoint in by_endpoint:
            return by_endpoint[request.endpoint]
        return usual(request, errno)

    monkeypatch.setattr(pbx.server, "_answer", answer)
    return by_endpoint


def test_every_operation_can_be_done() -> None:
    """Nothing of the table is left out."""
    assert {fact.endpoint for fact in FACTS} == set(OPERATION_OF)


@EVERY
async def test_the_request(
    pbx: Simulator,
    client: SSeriesClient,
    answers: dict[str, dict[str, object]],
    fact: Fact,
) -> None:
    """Method, path, version, query and body are those of the sample."""
    answers[fact.endpoint] = {
        "status": "Success",
        "callid": "1.1",
        "random": "1",
        "extinfos": [],
    }
    pbx.recordings.keep(RECORDING, 1)
    sample = json.loads(fact.request)
    if "username" in sample:
        # The sample renames somebody, which nobody does from here.
        del sample["username"]
        sample["dnd"] = "on"

    try:
        await OPERATION_OF[fact.endpoint](client)
    except PbxRefusedError:
        # That one-time string was never handed out.
        assert fact.endpoint == "recording/get_random"

    (request,) = [item for item in pbx.requests if item.endpoint == fact.endpoint]
    assert request.method == "POST"
    assert request.path == f"/api/{fact.version}/{fact.endpoint}"
    assert set(request.query) == {"token"}
    assert json.loads(request.raw) == sample


@EVERY
async def test_the_response(
    pbx: Simulator,
    client: SSeriesClient,
    answers: dict[str, dict[str, object]],
    fact: Fact,
) -> None:
    """Each sample is understood; of one the guide forgot the last brace."""
    random = "120732c546381fb020f17fba676b0ea0"
    for raw in fact.responses:
        pbx.recordings.keep(RECORDING, 1)
        grant = (RECORDING, "127.0.0.1", pbx.clock() + 30)
        pbx.recordings.randoms[random] = grant
        missing = raw.count("{") - raw.count("}")
        response = json.loads(raw + "}" * missing)
        answers[fact.endpoint] = response

        result = await OPERATION_OF[fact.endpoint](client)

        match fact.endpoint:
            case "extension/query":
                (settings,) = result.items  # type: ignore[attr-defined]
                assert settings.number == "1000"
            case "wakeupcall/query":
                (call,) = result.items  # type: ignore[attr-defined]
                assert (call.time, call.prompt) == (time(0, 45), "macroform-cold_day")
            case _:
                assert result == response.get("callid")


@EVERY
async def test_the_errors(pbx: Simulator, client: SSeriesClient, fact: Fact) -> None:
    """Each possible error has a sentence of its own, and nothing is repeated."""
    for errno in fact.errors:
        pbx.refuse_next(errno, fact.endpoint)
        with pytest.raises(PbxRefusedError) as caught:
            await OPERATION_OF[fact.endpoint](client)
        assert caught.value.number == errno
        key = translated(caught.value)["translation_key"]
        assert key.startswith("pbx_")
        assert key != "pbx_refused"
        assert SENTENCES[key]["message"]
    asked = [item for item in pbx.requests if item.endpoint == fact.endpoint]
    assert len(asked) == len(fact.errors)
