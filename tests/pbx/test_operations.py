"""What is sent for each operation, byte for byte what the guide prints, and what returns."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import json
from operator import attrgetter

import pytest

from custom_components.yeastar.pbx.calls import model
from custom_components.yeastar.pbx.errors import (
    PbxError,
    PbxOccupiedError,
    PbxProtocolError,
    PbxRefusedError,
    PbxUnconfirmedError,
)
from custom_components.yeastar.pbx.models import (
    CallDirection,
    CallStatus,
    Destination,
    DestinationKind,
    ExtensionState,
    Listing,
    MonitorMode,
    TrunkState,
)
from custom_components.yeastar.pbx.s_series import call_operations
from custom_components.yeastar.pbx.s_series.client import SSeriesClient
from tests.simulator import Direction, Fault, Simulator

from .conftest import Box, answer, endpoints, until
from .samples import Sample, named

pytestmark = pytest.mark.usefixtures("socket_enabled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of the client beside the sample of the guide."""

    endpoint: str
    do: Callable[[SSeriesClient], Awaitable[object]]
    result: object = None
    version: str = "v1.0.0"
    sample: int = 0

    @property
    def request(self) -> Sample:
        """Return the request as the guide prints it."""
        return named("request", self.endpoint)[self.sample]

    @property
    def response(self) -> Sample:
        """Return the answer as the guide prints it."""
        return named("response", self.endpoint)[0]

    @property
    def label(self) -> str:
        """Return a name for a test of it."""
        return f"{self.endpoint} {self.sample}"


OPERATIONS = [
    Operation(
        endpoint="extension/dial_extension",
        do=lambda c: c.dial_extension("1000", "1002", auto_answer=False),
        result="1505193218.96",
    ),
    Operation(
        endpoint="extension/dial_outbound",
        do=lambda c: c.dial_outside("1002", "41000", auto_answer=False),
        result="1495710387.333",
    ),
    Operation(endpoint="extension/hangup", do=lambda c: c.hang_up_extension("1000")),
    Operation(
        endpoint="inbound/hangup", do=lambda c: c.hang_up_inbound("1495698510.206")
    ),
    Operation(
        endpoint="outbound/hangup", do=lambda c: c.hang_up_outbound("1495705264.322")
    ),
    Operation(
        endpoint="inbound/transfer_extension",
        do=lambda c: c.transfer_inbound_to_extension("1495698591.209", "1003"),
        result="1495698591.209",
    ),
    Operation(
        endpoint="inbound/transfer_ivr",
        do=lambda c: c.transfer_inbound_to_ivr("1495698591.209", "6500"),
        result="1495698591.209",
    ),
    Operation(
        endpoint="inbound/transfer_outbound",
        do=lambda c: c.transfer_inbound_to_outside(
            "1495698843.215", "22003", permission_of="1000"
        ),
        result="1495698843.215",
    ),
    Operation(
        endpoint="inbound/transfer_queue",
        do=lambda c: c.transfer_inbound_to_queue("1495700191.223", "6700"),
        result="1495700191.223",
    ),
    Operation(
        endpoint="outbound/transfer_extension",
        do=lambda c: c.transfer_outbound_to_extension("1495700976.276", "1003"),
        result="1495700976.275",
    ),
    Operation(
        endpoint="outbound/transfer_ivr",
        do=lambda c: c.transfer_outbound_to_ivr("1495700976.276", "6500"),
        result="1495700976.275",
    ),
    Operation(
        endpoint="outbound/transfer_outbound",
        do=lambda c: c.transfer_outbound_to_outside(
            "1495701184.282", "22003", permission_of="1000"
        ),
        result="1495701183.281",
    ),
    Operation(
        endpoint="ivr/dial_extension",
        do=lambda c: c.dial_extension_to_ivr("6500", "1002", auto_answer=False),
        result="1495700350.261",
    ),
    Operation(
        endpoint="ivr/dial_outbound",
        do=lambda c: c.dial_outside_to_ivr("6500", "41000", permission_of="1000"),
        result="1495700406.266",
    ),
    Operation(
        endpoint="queue/dial_outbound",
        version="v1.0.1",
        do=lambda c: c.dial_outside_to_queue(
            "6700", "118396210850", permission_of="1000000"
        ),
        result="1501126620.23",
    ),
    Operation(
        endpoint="ringgroup/dial_outbound",
        version="v1.0.1",
        do=lambda c: c.dial_outside_to_ring_group(
            "6200", "118396210850", permission_of="1000000"
        ),
        result="1501145750.391",
    ),
    Operation(
        endpoint="outbound/dial_outbound",
        do=lambda c: c.call_back("1002", "41000", permission_of="1000"),
        result="1495701633.295",
    ),
    Operation(
        endpoint="extension/playprompt",
        do=lambda c: c.play_to_extension("1000", ["hello111"], auto_answer=False),
        result="1495697869.171",
    ),
    Operation(
        endpoint="extension/playprompt",
        sample=1,
        do=lambda c: c.play_to_extension(
            "1000000", ["1", "queue1", "queue2"], auto_answer=False
        ),
        result="1495697869.171",
    ),
    Operation(
        endpoint="outbound/playprompt",
        do=lambda c: c.play_to_outside("41000", ["hello111"], permission_of="1000"),
        result="1495701728.300",
    ),
    Operation(endpoint="extension/hold", do=lambda c: c.hold("1000")),
    Operation(endpoint="extension/unhold", do=lambda c: c.resume("1000")),
    Operation(endpoint="extension/mute", do=lambda c: c.mute("1000")),
    Operation(endpoint="extension/unmute", do=lambda c: c.unmute("1000")),
    Operation(
        endpoint="extension/listen",
        do=lambda c: c.monitor("1005", "1002", MonitorMode.LISTEN),
    ),
    Operation(
        endpoint="extension/whisper",
        do=lambda c: c.monitor("1005", "1002", MonitorMode.WHISPER),
    ),
    Operation(
        endpoint="extension/barge",
        do=lambda c: c.monitor("1005", "1002", MonitorMode.BARGE_IN),
    ),
    Operation(
        endpoint="inbound/accept", do=lambda c: c.accept_inbound("1495703883.314")
    ),
    Operation(
        endpoint="inbound/refuse", do=lambda c: c.refuse_inbound("1495703883.314")
    ),
]
TRANSFERS: list[Callable[[SSeriesClient, str], Awaitable[str]]] = [
    lambda c, leg: c.transfer_inbound_to_extension(leg, "1000"),
    lambda c, leg: c.transfer_inbound_to_ivr(leg, "6500"),
    lambda c, leg: c.transfer_inbound_to_queue(leg, "6700"),
    lambda c, leg: c.transfer_inbound_to_ring_group(leg, "6200"),
    lambda c, leg: c.transfer_inbound_to_outside(leg, "41000", permission_of="1000"),
]
OUTBOUND_TRANSFERS: list[Callable[[SSeriesClient, str], Awaitable[str]]] = [
    lambda c, leg: c.transfer_outbound_to_extension(leg, "1000"),
    lambda c, leg: c.transfer_outbound_to_ivr(leg, "6500"),
    lambda c, leg: c.transfer_outbound_to_outside(leg, "42000", permission_of="1000"),
]
QUERIES: list[tuple[str, Callable[[SSeriesClient], Awaitable[object]]]] = [
    ("deviceinfo/query", lambda c: c.device_info()),
    ("extensionlist/query", lambda c: c.extensions()),
    ("trunklist/query", lambda c: c.trunks()),
    ("inbound/query", lambda c: c.inbound_calls()),
    ("outbound/query", lambda c: c.outbound_calls()),
]


# As the guide prints it


@pytest.mark.parametrize("operation", OPERATIONS, ids=attrgetter("label"))
async def test_an_operation_is_sent_as_the_guide_prints_it(
    operation: Operation, box: Box, box_client: SSeriesClient
) -> None:
    """Path, method and every field are those of the guide's sample."""
    box.answers[operation.endpoint] = answer(operation.response.body)

    await operation.do(box_client)

    request = box.requests[-1]
    assert request.method == "POST"
    assert request.path == f"/api/{operation.version}/{operation.endpoint}"
    assert json.loads(request.raw) == json.loads(operation.request.raw)


@pytest.mark.parametrize("operation", OPERATIONS, ids=attrgetter("label"))
async def test_an_operation_returns_what_the_guide_answers(
    operation: Operation, box: Box, box_client: SSeriesClient
) -> None:
    """Who starts or moves a call learns its id, which need not be that of the leg."""
    box.answers[operation.endpoint] = answer(operation.response.body)

    assert await operation.do(box_client) == operation.result


async def test_a_transfer_to_a_ring_group_is_sent_as_the_guide_prints_it(
    box: Box, box_client: SSeriesClient
) -> None:
    """Its printed answer is no JSON, so it has a test of its own."""
    box.answers["inbound/transfer_ringgroup"] = answer(
        '{"status":"Success","callid":"1495700191.223"}'
    )

    result = await box_client.transfer_inbound_to_ring_group("1495700191.223", "6200")

    (printed,) = named("request", "inbound/transfer_ringgroup")
    assert box.requests[-1].path == "/api/v1.0.0/inbound/transfer_ringgroup"
    assert json.loads(box.requests[-1].raw) == json.loads(printed.raw)
    assert result == "1495700191.223"


async def test_the_printed_answer_with_a_curly_quote_is_refused(
    box: Box, box_client: SSeriesClient
) -> None:
    """What no parser understands is an error of ours, not one of Python's."""
    (printed,) = named("response", "inbound/transfer_ringgroup")
    box.answers["inbound/transfer_ringgroup"] = answer(printed.body)

    with pytest.raises(PbxProtocolError):
        await box_client.transfer_inbound_to_ring_group("1495700191.223", "6200")


async def test_a_message_is_sent_as_the_guide_prints_it(
    box: Box, box_client: SSeriesClient
) -> None:
    """The text is URL-encoded UTF-8, and the version of the path is another."""
    box.answers["sms/send"] = answer(named("response", "sms/send")[0].body)

    result = await box_client.send_sms("GSM-trunk", "18396210850", "你好")

    (printed,) = named("request", "sms/send")
    assert box.requests[-1].path == "/api/v1.0.1/sms/send"
    # A space after the text is the guide's own.
    assert json.loads(box.requests[-1].raw) == {
        **json.loads(printed.raw),
        "message": "%E4%BD%A0%E5%A5%BD",
    }
    assert result == "18396210850-1502874159"


@pytest.mark.parametrize(("endpoint", "ask"), QUERIES, ids=[q[0] for q in QUERIES])
async def test_a_query_without_parameters_is_an_empty_object(
    endpoint: str,
    ask: Callable[[SSeriesClient], Awaitable[object]],
    pbx: Simulator,
    client: SSeriesClient,
) -> None:
    """Boxes were seen to take that; no body at all is not sure to be taken."""
    await ask(client)

    request = pbx.requests[-1]
    assert (request.version, request.endpoint) == ("v1.0.0", endpoint)
    assert (request.method, request.raw) == ("POST", b"{}")


@pytest.mark.parametrize(
    ("auto_answer", "word"), [(True, "yes"), (False, "no")], ids=["yes", "no"]
)
async def test_auto_answer_is_yes_or_no(
    auto_answer: bool, word: str, pbx: Simulator, client: SSeriesClient
) -> None:
    """Both ways to dial say whether the caller's own phone answers by itself."""
    await client.dial_extension("1000", "1002", auto_answer=auto_answer)
    await client.dial_outside("1006", "41000", auto_answer=auto_answer)

    assert [request.body.get("autoanswer") for request in pbx.requests] == [
        None,
        word,
        word,
    ]


async def test_some_calls_can_be_asked_for(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Several ids are separated by commas, as the guide says."""
    await client.inbound_calls("1.1", "1.2")
    await client.outbound_calls("1.3")

    assert [request.body for request in pbx.requests[1:]] == [
        {"inboundid": "1.1,1.2"},
        {"outboundid": "1.3"},
    ]


async def test_the_settings_of_one_extension_are_asked_for_by_its_number(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """As the guide prints it."""
    await client.extension_settings("1000")

    assert pbx.requests[-1].body == json.loads(
        named("request", "extension/query")[0].raw
    )


async def test_all_ivrs_and_queues_are_asked_for(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Nobody here knows their numbers beforehand."""
    await client.ivrs()
    await client.queues()

    assert [request.body for request in pbx.requests[1:]] == [
        {"ivrid": "all"},
        {"queueid": "all"},
    ]


# What comes of it at a PBX


async def test_the_pbx_tells_what_it_is(pbx: Simulator, client: SSeriesClient) -> None:
    """Its serial number is the one thing that must be there."""
    info = await client.device_info()

    assert info.serial_number == pbx.state.device.sn
    assert info.name == pbx.state.device.devicename
    assert info.uptime is not None
    assert info.local_time is not None
    assert info.zone is not None


async def test_all_extensions_are_listed(pbx: Simulator, client: SSeriesClient) -> None:
    """A ringing phone rings in the list as well."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")

    listing = await client.extensions()

    assert listing.complete
    assert {extension.number for extension in listing.items} == set(
        pbx.state.extensions
    )
    states = {extension.number: extension.state for extension in listing.items}
    assert states["1000"] is ExtensionState.RINGING
    assert states["1001"] is ExtensionState.UNREGISTERED
    assert states["1002"] is ExtensionState.IDLE


async def test_all_trunks_are_listed(pbx: Simulator, client: SSeriesClient) -> None:
    """Each with its state."""
    listing = await client.trunks()

    assert listing.complete
    assert {trunk.name: trunk.state for trunk in listing.items} == {
        "SIP-142": TrunkState.REGISTERED,
        "FXO2-3": TrunkState.IDLE,
        "FXO2-4": TrunkState.FAULT,
        "GSM-trunk": TrunkState.IDLE,
        "GSM2-8": TrunkState.NO_SIM,
    }


async def test_an_inbound_call_is_listed(pbx: Simulator, client: SSeriesClient) -> None:
    """With the extension it rings."""
    call = pbx.outside_call("5503301", to="1000", trunk="SIP-142")

    (found,) = (await client.inbound_calls()).items

    assert found.leg_id == call.legs[0].id
    assert found.direction is CallDirection.INBOUND
    assert (found.caller, found.callee, found.trunk) == ("5503301", "1000", "SIP-142")
    assert found.status is CallStatus.RINGING
    assert found.extensions == ("1000",)


async def test_an_outbound_call_is_listed(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """With the number that is called."""
    call = pbx.outgoing_call("1000", "41000", trunk="SIP-142")
    pbx.answer_outside(call)

    (found,) = (await client.outbound_calls()).items

    assert found.direction is CallDirection.OUTBOUND
    assert (found.caller, found.callee, found.trunk) == ("1000", "41000", "SIP-142")
    assert found.status is CallStatus.TALKING


async def test_only_the_calls_asked_for_are_listed(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Another call at the same time is not."""
    first = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.outside_call("5503302", to="1002", trunk="SIP-142")

    listing = await client.inbound_calls(first.legs[0].id)

    assert [call.caller for call in listing.items] == ["5503301"]


async def test_the_settings_of_an_extension_are_told(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Those of the one that was asked for."""
    pbx.state.extensions["1002"].dnd = True

    first = await client.extension_settings("1000")
    second = await client.extension_settings("1002")

    assert (first.number, first.name, first.do_not_disturb) == ("1000", "Jayson", False)
    assert (second.number, second.name, second.do_not_disturb) == ("1002", "Amy", True)


async def test_ivrs_and_queues_are_listed(client: SSeriesClient) -> None:
    """By kind, number and name, and nothing else."""
    assert await client.ivrs() == Listing(
        items=(Destination(kind=DestinationKind.IVR, number="6500", name="Welcome"),),
        complete=True,
    )
    assert await client.queues() == Listing(
        items=(Destination(kind=DestinationKind.QUEUE, number="6700", name="Support"),),
        complete=True,
    )


async def test_a_dialled_extension_leads_to_a_call(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """The id that is returned is the call's."""
    call_id = await client.dial_extension("1000", "1002", auto_answer=True)

    assert pbx.calls[call_id].direction is Direction.INTERNAL


async def test_a_dialled_outside_number_leads_to_a_call(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """The id that is returned is the call's."""
    call_id = await client.dial_outside("1000", "41000", auto_answer=True)

    assert pbx.calls[call_id].direction is Direction.OUTBOUND


async def test_an_extension_hangs_up(pbx: Simulator, client: SSeriesClient) -> None:
    """Its internal call ends."""
    pbx.internal_call("1000", "1002")
    pbx.answer("1002")

    await client.hang_up_extension("1000")

    assert not pbx.calls


async def test_an_inbound_call_is_hung_up(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """By the id of its leg."""
    call = pbx.outside_call("5503301", to="1000", trunk="SIP-142")

    await client.hang_up_inbound(call.legs[0].id)

    assert not pbx.calls


async def test_an_outbound_call_is_hung_up(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """By the id of its leg on the trunk."""
    call = pbx.outgoing_call("1000", "41000", trunk="SIP-142")
    pbx.answer_outside(call)

    await client.hang_up_outbound(call.outside_legs[0].id)

    assert not pbx.calls


@pytest.mark.parametrize(
    "move", TRANSFERS, ids=["extension", "ivr", "queue", "ring group", "outside"]
)
async def test_an_inbound_call_is_moved(
    move: Callable[[SSeriesClient, str], Awaitable[str]],
    pbx: Simulator,
    client: SSeriesClient,
) -> None:
    """It lives on under its id."""
    call = pbx.outside_call("5503301", to="1005", trunk="SIP-142")
    pbx.answer("1005")

    assert await move(client, call.legs[0].id) == call.callid
    assert "1005" not in pbx.calls[call.callid].parties


@pytest.mark.parametrize(
    "move", OUTBOUND_TRANSFERS, ids=["extension", "ivr", "outside"]
)
async def test_an_outbound_call_is_moved(
    move: Callable[[SSeriesClient, str], Awaitable[str]],
    pbx: Simulator,
    client: SSeriesClient,
) -> None:
    """The id of its leg is asked for, the id of the call comes back."""
    call = pbx.outgoing_call("1002", "41000", trunk="SIP-142")
    pbx.answer_outside(call)

    assert await move(client, call.outside_legs[0].id) == call.callid
    assert "1002" not in pbx.calls[call.callid].parties


@pytest.mark.parametrize(
    "message",
    ["Hello", "100 % & more + less = ?#/\\", "Grüße\naus Köln", "你好", 'a "b" {c}'],
)
async def test_a_message_arrives_letter_by_letter(
    message: str, pbx: Simulator, client: SSeriesClient
) -> None:
    """Whatever characters it has."""
    sms_id = await client.send_sms("GSM-trunk", "18396210850", message)

    assert sms_id.startswith("18396210850-")
    assert pbx.sms_sent == [("GSM-trunk", "18396210850", message)]


@pytest.mark.parametrize(
    ("operation", "errno"),
    [
        (lambda c: c.dial_extension("1000", "9999", auto_answer=False), 10006),
        (lambda c: c.hang_up_inbound("1.1"), 10007),
        (lambda c: c.send_sms("SIP-142", "1", "x"), 10026),
    ],
    ids=["unknown extension", "unknown call", "no GSM trunk"],
)
async def test_a_refusal_says_why(
    operation: Callable[[SSeriesClient], Awaitable[object]],
    errno: int,
    pbx: Simulator,
    client: SSeriesClient,
) -> None:
    """By the number the PBX answered."""
    with pytest.raises(PbxRefusedError) as caught:
        await operation(client)

    assert caught.value.number == errno


# Calls that the PBX offers


OFFER_ANSWERS: list[tuple[str, Callable[[SSeriesClient], Awaitable[None]]]] = [
    ("inbound/accept", lambda c: c.accept_inbound("1495703883.314")),
    ("inbound/refuse", lambda c: c.refuse_inbound("1495703883.314")),
]
OFFER_IDS = [endpoint for endpoint, _ in OFFER_ANSWERS]


def test_a_pbx_waits_ten_seconds_for_a_decision() -> None:
    """Later it goes on by itself (API guide, Invite)."""
    assert model.OFFER_SECONDS == 10.0


@pytest.mark.parametrize(("endpoint", "decide"), OFFER_ANSWERS, ids=OFFER_IDS)
async def test_a_decision_takes_no_longer_than_the_pbx_waits_for_it(
    endpoint: str,
    decide: Callable[[SSeriesClient], Awaitable[None]],
    pbx: Simulator,
    client: SSeriesClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Other requests may take longer."""
    monkeypatch.setattr(call_operations, "OFFER_SECONDS", 0.1)
    await client.login()
    pbx.fault = Fault.HANG
    other = asyncio.create_task(client.device_info())

    async with asyncio.timeout(2):
        with pytest.raises(PbxUnconfirmedError):
            await decide(client)

    assert set(endpoints(pbx)) == {"login", "deviceinfo/query", endpoint}
    assert not other.done()
    other.cancel()
    await asyncio.gather(other, return_exceptions=True)


@pytest.mark.parametrize(("endpoint", "decide"), OFFER_ANSWERS, ids=OFFER_IDS)
async def test_a_decision_that_waits_for_other_requests_has_the_rest_of_the_time(
    endpoint: str,
    decide: Callable[[SSeriesClient], Awaitable[None]],
    pbx: Simulator,
    client: SSeriesClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its turn counts, too."""
    monkeypatch.setattr(call_operations, "OFFER_SECONDS", 0.8)
    await client.login()
    pbx.fault = Fault.HANG
    others = [asyncio.create_task(client.device_info()) for _ in range(2)]
    await until(lambda: pbx.server.in_flight == 2)
    begin = asyncio.get_running_loop().time()
    decision = asyncio.ensure_future(decide(client))
    await asyncio.sleep(0.35)
    others[0].cancel()

    with pytest.raises(PbxUnconfirmedError):
        await decision

    assert asyncio.get_running_loop().time() - begin < 1.05
    assert endpoints(pbx)[-1] == endpoint
    others[1].cancel()
    await asyncio.gather(*others, return_exceptions=True)


@pytest.mark.parametrize(("endpoint", "decide"), OFFER_ANSWERS, ids=OFFER_IDS)
async def test_a_decision_that_gets_no_turn_is_not_sent(
    endpoint: str,
    decide: Callable[[SSeriesClient], Awaitable[None]],
    pbx: Simulator,
    client: SSeriesClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The error says so after half the time."""
    monkeypatch.setattr(call_operations, "OFFER_SECONDS", 0.1)
    await client.login()
    pbx.fault = Fault.HANG
    others = [asyncio.create_task(client.device_info()) for _ in range(2)]
    await until(lambda: pbx.server.in_flight == 2)

    with pytest.raises(PbxOccupiedError):
        await decide(client)

    assert endpoint not in endpoints(pbx)
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


# Answers that lack something


@pytest.mark.parametrize("fault", [Fault.MISSING_LIST, Fault.BROKEN_LIST])
@pytest.mark.parametrize(
    "ask", [lambda c: c.extensions(), lambda c: c.trunks()], ids=["ext", "trunks"]
)
async def test_a_broken_list_is_never_complete(
    ask: Callable[[SSeriesClient], Awaitable[Listing[object]]],
    fault: Fault,
    pbx: Simulator,
    client: SSeriesClient,
) -> None:
    """So nobody takes what it does not name for gone."""
    await client.login()
    pbx.fail_next(fault)

    listing = await ask(client)

    assert listing == Listing(items=(), complete=False)


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: c.inbound_calls(),
        lambda c: c.outbound_calls(),
        lambda c: c.ivrs(),
        lambda c: c.queues(),
    ],
    ids=["inbound", "outbound", "ivrs", "queues"],
)
async def test_no_list_is_an_empty_one_where_there_may_be_none(
    ask: Callable[[SSeriesClient], Awaitable[Listing[object]]],
    pbx: Simulator,
    client: SSeriesClient,
) -> None:
    """Boxes leave the list out when there is nothing in it."""
    await client.login()
    pbx.fail_next(Fault.MISSING_LIST)

    listing = await ask(client)

    assert listing == Listing(items=(), complete=True)


async def test_a_callee_that_is_an_object_is_read(
    pbx: Simulator, client: SSeriesClient
) -> None:
    """Some boxes write a single callee without its list."""
    pbx.quirks.callee_as_object = True
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")

    (found,) = (await client.inbound_calls()).items

    assert found.extensions == ("1000",)


@pytest.mark.parametrize(
    "body",
    [
        '{"status":"Success"}',
        '{"status":"Success","deviceinfo":[]}',
        '{"status":"Success","deviceinfo":{"devicename":"x"}}',
    ],
)
async def test_device_information_without_a_serial_number_is_refused(
    body: str, box: Box, box_client: SSeriesClient
) -> None:
    """Nothing could be told from anything without it."""
    box.answers["deviceinfo/query"] = answer(body)

    with pytest.raises(PbxProtocolError):
        await box_client.device_info()


@pytest.mark.parametrize(
    "body",
    [
        '{"status":"Success"}',
        '{"status":"Success","extinfos":[]}',
        '{"status":"Success","extinfos":[{"extnumber":"1001"}]}',
        '{"status":"Success","extinfos":[null]}',
    ],
)
async def test_settings_of_another_extension_are_refused(
    body: str, box: Box, box_client: SSeriesClient
) -> None:
    """Those of the one that was asked for are not among them."""
    box.answers["extension/query"] = answer(body)

    with pytest.raises(PbxProtocolError):
        await box_client.extension_settings("1000")


@pytest.mark.parametrize(
    "body", ['{"status":"Success"}', '{"status":"Success","callid":""}']
)
async def test_a_call_that_has_no_id_is_refused(
    body: str, box: Box, box_client: SSeriesClient
) -> None:
    """Those who dial wait for an id."""
    box.answers["extension/dial_extension"] = answer(body)

    with pytest.raises(PbxProtocolError):
        await box_client.dial_extension("1000", "1002", auto_answer=False)


async def test_an_id_that_is_a_number_keeps_every_digit(
    box: Box, box_client: SSeriesClient
) -> None:
    """A float would lose the zero at its end."""
    box.answers["extension/dial_extension"] = answer(
        '{"status":"Success","callid":1495700976.270}'
    )

    call_id = await box_client.dial_extension("1000", "1002", auto_answer=False)

    assert call_id == "1495700976.270"


# Nothing twice


@pytest.mark.parametrize(
    "fault", [Fault.CLOSE_AFTER, Fault.HALF, Fault.GARBAGE, Fault.EMPTY]
)
async def test_an_operation_whose_answer_is_lost_is_not_repeated(
    fault: Fault, pbx: Simulator, client: SSeriesClient
) -> None:
    """The phone that rings must not ring a second time."""
    pbx.fail_next(fault, endpoint="extension/dial_extension")

    with pytest.raises(PbxError):
        await client.dial_extension("1000", "1002", auto_answer=True)

    assert len(pbx.calls) == 1
    assert endpoints(pbx) == ["login", "extension/dial_extension"]


@pytest.mark.parametrize(
    "fault", [Fault.RESET, Fault.CLOSE, Fault.HTTP_500, Fault.HTML, Fault.REDIRECT]
)
async def test_an_operation_that_failed_is_not_repeated(
    fault: Fault, pbx: Simulator, client: SSeriesClient
) -> None:
    """Nobody here can know that nothing was done."""
    pbx.fail_next(fault, endpoint="extension/dial_extension")

    with pytest.raises(PbxError):
        await client.dial_extension("1000", "1002", auto_answer=True)

    assert endpoints(pbx) == ["login", "extension/dial_extension"]
