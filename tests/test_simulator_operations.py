"""Each operation of the simulator: what it does, and each of its refusals."""

import asyncio
from urllib.parse import quote

import pytest

from .simulator import Direction, LegKind, LegState, MonitorMode, Simulator
from .simulator.peer import Desk, desk

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.mark.parametrize(
    ("endpoint", "fields", "errno"),
    [
        ("extension/dial_extension", {"caller": "9", "callee": "1000"}, "10006"),
        ("extension/dial_extension", {"caller": "1000", "callee": "9"}, "10006"),
        ("extension/dial_extension", {"caller": "1000", "callee": "6500"}, "10006"),
        (
            "extension/dial_extension",
            {"caller": "1000", "callee": "1002", "autoanswer": "true"},
            "10004",
        ),
        ("extension/dial_outbound", {"extid": "9", "outto": "41000"}, "10006"),
        ("extension/dial_outbound", {"extid": "1003", "outto": "41000"}, "10024"),
        ("extension/dial_outbound", {"extid": "1000", "outto": "06-12"}, "10031"),
        ("ivr/dial_extension", {"ivrid": "9", "extid": "1000"}, "10012"),
        ("ivr/dial_extension", {"ivrid": "6500", "extid": "9"}, "10006"),
        ("ivr/dial_outbound", {"ivrid": "9", "outto": "1", "fromext": "1000"}, "10012"),
        ("ivr/dial_outbound", {"ivrid": "6500", "outto": "1", "fromext": "9"}, "10006"),
        (
            "ivr/dial_outbound",
            {"ivrid": "6500", "outto": "1", "fromext": "1003"},
            "10024",
        ),
        (
            "queue/dial_outbound",
            {"queueid": "9", "outto": "1", "fromext": "1000", "v": "v1.0.1"},
            "10013",
        ),
        (
            "queue/dial_outbound",
            {"queueid": "6700", "outto": "1", "fromext": "9", "v": "v1.0.1"},
            "10006",
        ),
        (
            "ringgroup/dial_outbound",
            {"ringgroupid": "9", "outto": "1", "fromext": "1000", "v": "v1.0.1"},
            "10014",
        ),
        (
            "ringgroup/dial_outbound",
            {"ringgroupid": "6200", "outto": "1", "fromext": "9", "v": "v1.0.1"},
            "10006",
        ),
        (
            "outbound/dial_outbound",
            {"caller": "1", "outto": "2", "fromext": "9"},
            "10006",
        ),
        ("extension/playprompt", {"extid": "9", "prompt": "111"}, "10006"),
        ("extension/playprompt", {"extid": "1000", "prompt": "111+no"}, "10023"),
        ("extension/playprompt", {"extid": "1001", "prompt": "111"}, "10015"),
        ("outbound/playprompt", {"outto": "1", "prompt": "no"}, "10023"),
        (
            "outbound/playprompt",
            {"outto": "1", "prompt": "111", "fromext": "1003"},
            "10024",
        ),
        ("extension/hangup", {"extid": "1000"}, "10007"),
        ("extension/hangup", {"extid": "9"}, "10007"),
        ("extension/hold", {"extid": "1000"}, "10007"),
        ("extension/unhold", {"extid": "1000"}, "10007"),
        ("extension/mute", {"extid": "1000"}, "10007"),
        ("extension/unmute", {"extid": "1000"}, "10007"),
        ("inbound/hangup", {"inboundid": "1.1"}, "10007"),
        ("outbound/hangup", {"outboundid": "1.1"}, "10007"),
        ("inbound/transfer_extension", {"inboundid": "1.1", "extid": "1000"}, "10007"),
        ("inbound/transfer_extension", {"inboundid": "1.1", "extid": "9"}, "10006"),
        ("inbound/transfer_ivr", {"inboundid": "1.1", "ivrid": "6500"}, "10007"),
        ("inbound/transfer_ivr", {"inboundid": "1.1", "ivrid": "9"}, "10012"),
        ("inbound/transfer_queue", {"inboundid": "1.1", "queueid": "9"}, "10013"),
        (
            "inbound/transfer_ringgroup",
            {"inboundid": "1.1", "ringgroupid": "9"},
            "10014",
        ),
        (
            "inbound/transfer_outbound",
            {"inboundid": "1.1", "outto": "1", "fromext": "1000"},
            "10007",
        ),
        (
            "inbound/transfer_outbound",
            {"inboundid": "1.1", "outto": "1", "fromext": "9"},
            "10006",
        ),
        (
            "outbound/transfer_extension",
            {"outboundid": "1.1", "extid": "1000"},
            "10007",
        ),
        ("outbound/transfer_extension", {"outboundid": "1.1", "extid": "9"}, "10006"),
        ("outbound/transfer_ivr", {"outboundid": "1.1", "ivrid": "9"}, "10012"),
        (
            "outbound/transfer_outbound",
            {"outboundid": "1.1", "outto": "1", "fromext": "9"},
            "10006",
        ),
        ("inbound/accept", {"inboundid": "1.1"}, "10007"),
        ("inbound/refuse", {"inboundid": "1.1"}, "10007"),
        ("extension/query", {"extid": "9"}, "10006"),
        ("extension/update", {"extid": "9", "dnd": "on"}, "10006"),
        ("extension/update", {"extid": "1000", "dnd": "maybe"}, "10017"),
        ("ivr/query", {"ivrid": "9"}, "10012"),
        ("queue/query", {"queueid": "9"}, "10013"),
    ],
    ids=lambda value: (
        "-".join(map(str, value.values())) if isinstance(value, dict) else str(value)
    ),
)
async def test_refusals(endpoint: str, fields: dict[str, str], errno: str) -> None:
    """Nothing happens but the errno."""
    async with desk() as d:
        assert await d.api.errno(endpoint, **fields) == errno
        assert d.pbx.calls == {}


async def test_queries_by_id() -> None:
    """One, several, unknown ones."""
    async with desk() as d:
        first = d.pbx.outside_call("1", to="1000").callid
        second = d.pbx.outside_call("2", to="1002").callid
        ask = d.api.ask
        rows = (await ask("inbound/query", inboundid=first))["inbound"]
        assert [row["inboundid"] for row in rows] == [first]
        rows = (await ask("inbound/query", inboundid=f"{second}, {first}"))["inbound"]
        assert len(rows) == 2
        assert (await ask("inbound/query", inboundid="1.1"))["inbound"] == []


async def test_quirks_of_queries() -> None:
    """An object for one callee, no list for none, lower case, no agent id."""
    async with desk() as d:
        quirks = d.pbx.quirks
        quirks.omit_empty_lists = quirks.callee_as_object = True
        quirks.lower_case_status = quirks.no_agentid = True
        assert await d.api.ask("inbound/query") == {"status": "Success"}
        d.pbx.outside_call("1", to="1000")
        rows = (await d.api.ask("inbound/query"))["inbound"]
        assert rows[0]["callee"] == {"extid": "1000"}
        rows = (await d.api.ask("extensionlist/query"))["extlist"]
        assert rows[1]["status"] == "unavailable"
        assert "agentid" not in rows[1]


async def test_device_information() -> None:
    """As in the sample: local time with its zone, up-time, registered of total."""
    async with desk(pbx=Simulator(clock=lambda: 1495697120)) as d:
        d.pbx.state.device.booted = 1495697120 - 3 * 86400 - 14262
        info = (await d.api.ask("deviceinfo/query"))["deviceinfo"]
    assert info == {
        "devicename": "Yeastar S100",
        "sn": "369364835218",
        "hardwarever": "V1.30 0000-0000",
        "firmwarever": "30.10.0.67",
        "systemtime": "2017-05-24 23:25:20 UTC-8",
        "uptime": "3days 03:57:42",
        "extensionstatus": "5/100",
    }


async def test_extension_query_shows_secrets() -> None:
    """As the box does, so that leaks can be tested."""
    async with desk() as d:
        row = (await d.api.ask("extension/query", extid="1000"))["extinfos"][0]
        assert row["registerpassword"] == "Sip-Secret-1"
        assert len(row["loginpassword"]) == 32
        assert row["vmsecret"] == "7391"
        rows = (await d.api.ask("extension/query", extid="1000,1002"))["extinfos"]
        assert [row["extnumber"] for row in rows] == ["1000", "1002"]
        for everything in ({}, {"extid": "all"}):
            rows = (await d.api.ask("extension/query", **everything))["extinfos"]
            assert len(rows) == 6


async def test_extension_query_during_a_call() -> None:
    """The other party is added."""
    async with desk() as d:
        call = d.pbx.outside_call("5503301", to="1000")
        d.pbx.internal_call("1002", "1003")
        rows = (await d.api.ask("extension/query", extid="1000,1002"))["extinfos"]
        assert rows[0]["inbound"]["inboundid"] == call.callid
        assert rows[1]["ext"] == {"extid": "1003"}


async def test_extension_update() -> None:
    """All fields or none, and a report."""
    async with desk() as d:
        extension = d.pbx.state.extensions["1000"]
        fields = {"username": "Amy", "dnd": "on", "ringtimeout": "15"}
        assert (
            await d.api.errno("extension/update", extid="1000", **fields) == "Success"
        )
        assert (extension.username, extension.dnd) == ("Amy", True)
        assert extension.ring_timeout == 15
        assert await d.reported() == ["ConfigChange"]
        bad = {"username": "Bob", "ringtimeout": "soon"}
        assert await d.api.errno("extension/update", extid="1000", **bad) == "10017"
        assert extension.username == "Amy"


@pytest.mark.parametrize(
    ("fields", "to"),
    [
        ({"alwaysforward": "on"}, "Voicemail"),
        ({"alwaysforward": "on", "atransferto": "Voicemail"}, "Voicemail"),
        (
            {"alwaysforward": "on", "atransferto": "Extension", "atransferext": "1002"},
            "1002",
        ),
        ({"alwaysforward": "off"}, ""),
    ],
    ids=["default", "voicemail", "extension", "off"],
)
async def test_forwarding_is_set_and_shown(fields: dict[str, str], to: str) -> None:
    """What was set can be read."""
    async with desk() as d:
        await d.api.ask("extension/update", extid="1000", **fields)
        assert d.pbx.state.extensions["1000"].always_forward.leads_to("") == to
        row = (await d.api.ask("extension/query", extid="1000"))["extinfos"][0]
        assert row["alwaysforward"] == fields["alwaysforward"]


async def test_ivrs_and_queues() -> None:
    """All, or by number."""
    async with desk() as d:
        rows = (await d.api.ask("ivr/query"))["ivr"]
        assert [(row["ivrnumber"], row["ivrname"]) for row in rows] == [
            ("6500", "Welcome")
        ]
        rows = (await d.api.ask("queue/query", queueid="6700"))["queues"]
        assert rows[0]["agents"] == "1000,1002,1003,"
        assert rows[0]["password"] == "Queue-Secret-1"


async def talking(d: Desk, number: str = "1000") -> str:
    """Connect an outside caller with an extension."""
    call = d.pbx.outside_call("5503301", to=number)
    d.pbx.answer(number)
    return call.callid


@pytest.mark.parametrize("ring", [True, False], ids=["ringing", "talking"])
@pytest.mark.parametrize(
    ("what", "fields", "rings"),
    [
        ("extension", {"extid": "1002"}, ["1002"]),
        ("ivr", {"ivrid": "6500"}, []),
        ("queue", {"queueid": "6700"}, ["1000", "1002", "1003"]),
        ("ringgroup", {"ringgroupid": "6200"}, ["1000", "1002"]),
        ("outbound", {"outto": "22003", "fromext": "1000"}, ["22003"]),
    ],
    ids=["extension", "ivr", "queue", "ringgroup", "outbound"],
)
async def test_an_inbound_call_is_transferred(
    what: str, fields: dict[str, str], rings: list[str], ring: bool
) -> None:
    """Whether it rings or talks; the callid stays."""
    async with desk() as d:
        call = d.pbx.outside_call("5503301", to="1000", trunk="SIP-142")
        if not ring:
            d.pbx.answer("1000")
        answer = await d.api.ask(
            f"inbound/transfer_{what}", inboundid=call.callid, **fields
        )
        assert answer == {"status": "Success", "callid": call.callid}
        assert [leg.number for leg in call.ringing] == rings
        assert not call.ended
        assert "Tranfer" not in await d.reported()


async def test_an_outside_transfer_takes_another_trunk() -> None:
    """The PBX is the transit stop; both queries show it."""
    async with desk() as d:
        call_id = await talking(d)
        await d.api.ask(
            "inbound/transfer_outbound",
            inboundid=call_id,
            outto="22003",
            fromext="1000",
        )
        d.pbx.answer_outside(d.pbx.calls[call_id])
        coming = (await d.api.ask("inbound/query"))["inbound"][0]
        going = (await d.api.ask("outbound/query"))["outbound"][0]
        assert coming["status"] == going["status"] == "Talking"
        assert coming["trunk"] != going["trunk"]
        assert going["to"] == "22003"


async def test_an_outside_transfer_without_permission_leaves_the_call() -> None:
    """10024 is not in its list, so it is reported instead."""
    async with desk() as d:
        call_id = await talking(d)
        await d.reported()
        fields = {"inboundid": call_id, "outto": "22003", "fromext": "1003"}
        assert await d.api.errno("inbound/transfer_outbound", **fields) == "Success"
        assert await d.reported() == ["CallFailed"]
        assert d.pbx.calls[call_id].parties == ["5503301", "1000"]


@pytest.mark.parametrize(
    ("what", "fields", "rings"),
    [
        ("extension", {"extid": "1002"}, ["1002"]),
        ("ivr", {"ivrid": "6500"}, []),
        ("outbound", {"outto": "22003", "fromext": "1000"}, ["22003"]),
    ],
    ids=["extension", "ivr", "outbound"],
)
async def test_an_outbound_call_is_transferred(
    what: str, fields: dict[str, str], rings: list[str]
) -> None:
    """By the id of its leg, which is not the callid."""
    async with desk() as d:
        call = d.pbx.outgoing_call("1000", "41000")
        d.pbx.answer_outside(call)
        leg = call.outside_legs[0]
        endpoint = f"outbound/transfer_{what}"
        assert await d.api.errno(endpoint, outboundid=call.callid, **fields) == "10007"
        answer = await d.api.ask(endpoint, outboundid=leg.id, **fields)
        assert answer == {"status": "Success", "callid": call.callid}
        assert [item.number for item in call.ringing] == rings
        assert d.pbx.board.legs_of("1000") == []


async def test_hanging_up() -> None:
    """By extension, by inbound id, by outbound id."""
    async with desk() as d:
        d.pbx.internal_call("1000", "1002")
        assert await d.api.errno("extension/hangup", extid="1002") == "Success"
        call_id = await talking(d)
        assert await d.api.errno("inbound/hangup", inboundid=call_id) == "Success"
        leg = d.pbx.outgoing_call("1000", "41000").legs[1]
        assert await d.api.errno("outbound/hangup", outboundid=leg.id) == "Success"
        assert d.pbx.calls == {}


async def test_an_api_dial_is_taken_back_without_a_word() -> None:
    """While only the caller's phone rings there is no call for anyone else."""
    async with desk() as d:
        await d.api.ask("extension/dial_extension", caller="1000", callee="1002")
        assert await d.api.errno("extension/hangup", extid="1000") == "Success"
        assert await d.reported() == ["1000 Ringing", "1000 Registered"]


async def test_hold_and_mute() -> None:
    """Each can be done and undone once."""
    async with desk() as d:
        call_id = await talking(d)
        leg = d.pbx.calls[call_id].legs[1]
        errno = d.api.errno
        assert await errno("extension/unhold", extid="1000") == "10007"
        assert await errno("extension/hold", extid="1000") == "Success"
        assert await errno("extension/hold", extid="1000") == "10007"
        assert await errno("extension/unhold", extid="1000") == "Success"
        assert await errno("extension/mute", extid="1000") == "Success"
        assert leg.muted
        assert await errno("extension/unmute", extid="1000") == "Success"
        assert not leg.muted


async def test_who_holds_a_call_can_make_another() -> None:
    """And gets the first one back when the second is over."""
    async with desk() as d:
        first = d.pbx.calls[await talking(d)]
        await d.api.ask("extension/hold", extid="1000")
        await d.api.ask("extension/dial_extension", caller="1000", callee="1002")
        d.pbx.answer("1000")
        second = d.pbx.answer("1002")
        assert len(d.pbx.calls) == 2
        await d.api.ask("extension/hangup", extid="1000")
        assert second.ended
        assert first.legs[1].state is LegState.TALKING


MONITORS = [
    ("extension/listen", "listener", "listenedext", MonitorMode.LISTEN),
    ("extension/whisper", "whisperer", "whisperedext", MonitorMode.WHISPER),
    ("extension/barge", "bargein", "bargedext", MonitorMode.BARGE_IN),
]


@pytest.mark.parametrize(
    ("endpoint", "who", "whom", "mode"), MONITORS, ids=["listen", "whisper", "barge"]
)
async def test_monitoring(
    endpoint: str, who: str, whom: str, mode: MonitorMode
) -> None:
    """Every condition of the guide, one after the other."""
    async with desk() as d:
        extensions = d.pbx.state.extensions

        async def attempt(supervisor: str = "1005", number: str = "1000") -> str:
            return await d.api.errno(endpoint, **{who: supervisor, whom: number})

        assert await attempt("9") == "10006"
        assert await attempt(number="9") == "10006"
        assert await attempt() == "10007"
        await talking(d)
        extensions["1000"].may_be_monitored = False
        assert await attempt() == "10009"
        extensions["1000"].may_be_monitored = True
        extensions["1005"].monitor_mode = MonitorMode.DISABLED
        assert await attempt() == "10010"
        d.pbx.internal_call("1005", "1002")
        assert await attempt() == "10008"
        d.pbx.hang_up("1005")
        extensions["1005"].monitor_mode = mode
        await d.reported()
        assert await attempt() == "Success"
        assert await d.reported() == ["1005 Busy"]
        d.pbx.hang_up("1000")
        assert "1005 Registered" in await d.reported()


async def test_only_one_may_listen() -> None:
    """And the listener may leave without ending the call."""
    async with desk() as d:
        call = d.pbx.calls[await talking(d)]
        d.pbx.state.extensions["1003"].monitor_mode = MonitorMode.LISTEN
        listen = {"listenedext": "1000"}
        errno = d.api.errno
        assert await errno("extension/listen", listener="1005", **listen) == "Success"
        assert await errno("extension/listen", listener="1003", **listen) == "10009"
        d.pbx.hang_up("1005")
        assert not call.ended
        assert await errno("extension/listen", listener="1003", **listen) == "Success"


async def test_an_extension_is_dialled_into_a_menu() -> None:
    """It is the called party, and its keys are reported."""
    async with desk() as d:
        await d.api.ask("ivr/dial_extension", ivrid="6500", extid="1002")
        assert await d.reported() == ["RING", "1002 Ringing"]
        call = d.pbx.answer("1002")
        assert await d.reported() == ["ANSWER", "1002 Busy"]
        d.pbx.press_key(call, "3")
        await d.pbx.settle()
        assert '"ext":{"extid":"1002"},"info":"3"' in d.listener.texts[0]


async def test_an_outside_number_is_dialled_into_a_menu() -> None:
    """It is shown from the start, in progress, then talking."""
    async with desk() as d:
        fields = {"ivrid": "6500", "outto": "41000", "fromext": "1000"}
        answer = await d.api.ask("ivr/dial_outbound", **fields)
        row = (await d.api.ask("outbound/query"))["outbound"][0]
        assert (row["from"], row["to"], row["status"]) == ("1000", "41000", "Progress")
        call = d.pbx.calls[answer["callid"]]
        d.pbx.answer_outside(call)
        assert (await d.api.ask("outbound/query"))["outbound"][0]["status"] == "Talking"
        d.pbx.press_key(call, "1")
        assert [leg.number for leg in call.ringing] == ["1000"]


@pytest.mark.parametrize(
    ("endpoint", "field", "number", "rings"),
    [
        ("queue/dial_outbound", "queueid", "6700", ["1000", "1002", "1003"]),
        ("ringgroup/dial_outbound", "ringgroupid", "6200", ["1000", "1002"]),
    ],
    ids=["queue", "ringgroup"],
)
async def test_an_outside_number_is_dialled_into_a_group(
    endpoint: str, field: str, number: str, rings: list[str]
) -> None:
    """Once it has answered, it is an inbound call there."""
    async with desk() as d:
        fields = {field: number, "outto": "41000", "fromext": "1000"}
        answer = await d.api.ask(endpoint, v="v1.0.1", **fields)
        call = d.pbx.calls[answer["callid"]]
        assert len((await d.api.ask("outbound/query"))["outbound"]) == 1
        d.pbx.answer_outside(call)
        assert (await d.api.ask("outbound/query"))["outbound"] == []
        row = (await d.api.ask("inbound/query"))["inbound"][0]
        assert (row["from"], row["to"]) == ("41000", number)
        assert call.legs[0].kind is LegKind.INBOUND
        assert [leg.number for leg in call.ringing] == rings
        d.pbx.answer(rings[1])
        d.pbx.hang_up(rings[1])
        assert call.ended


async def test_a_call_back() -> None:
    """Two outside numbers, one after the other, over two trunks."""
    async with desk() as d:
        fields = {"caller": "0611", "outto": "0622", "fromext": "1000"}
        answer = await d.api.ask("outbound/dial_outbound", **fields)
        call = d.pbx.calls[answer["callid"]]
        assert call.direction is Direction.CALLBACK
        d.pbx.answer_outside(call)
        rows = (await d.api.ask("outbound/query"))["outbound"]
        assert [(row["from"], row["to"]) for row in rows] == [
            ("1000", "0611"),
            ("0611", "0622"),
        ]
        assert rows[0]["trunk"] != rows[1]["trunk"]
        d.pbx.answer_outside(call)
        d.pbx.outside_hangs_up(call)
        await d.pbx.settle()
        assert '"type":"Callback"' in d.listener.texts[-1]


async def test_a_call_back_needs_two_trunks() -> None:
    """Otherwise the second number cannot be reached."""
    async with desk() as d:
        for name in ("FXO2-3", "GSM-trunk"):
            d.pbx.set_trunk_status(name, "Failure")
        fields = {"caller": "0611", "outto": "0622", "fromext": "1000"}
        answer = await d.api.ask("outbound/dial_outbound", **fields)
        d.pbx.answer_outside(d.pbx.calls[answer["callid"]])
        assert "CallFailed" in await d.reported()


async def test_a_prompt_is_played_to_an_extension() -> None:
    """It ends by itself and says so."""
    async with desk(pbx=Simulator(time_scale=0.001)) as d:
        fields = {"extid": "1000", "prompt": "1+queue1", "autoanswer": "yes"}
        await d.api.ask("extension/playprompt", **fields)
        while d.pbx.calls:
            await asyncio.sleep(0.01)
        await d.pbx.settle()
        assert d.listener.names == [
            "RING",
            "1000 Ringing",
            "ANSWER",
            "1000 Busy",
            "PlayPromptEnd",
            "BYE",
            "1000 Registered",
        ]
        assert '"ext":{"extid":"1000"},"prompt":"1+queue1"' in d.listener.texts[4]


async def test_a_prompt_that_nobody_wants_to_hear() -> None:
    """The phone rings in vain, and no prompt ends."""
    async with desk(pbx=Simulator(time_scale=0.001)) as d:
        fields = {"extid": "1000", "prompt": "111"}
        await d.api.ask("extension/playprompt", **fields)
        while d.pbx.calls:
            await asyncio.sleep(0.01)
        await d.pbx.settle()
        assert [name for name in d.listener.names if name != "NewCdr"] == [
            "RING",
            "1000 Ringing",
            "CallFailed",
            "1000 Registered",
        ]
        assert '"reason":"User alerting, no answer"' in d.listener.texts[2]


async def test_a_phone_that_rings_for_a_prompt_is_hung_up() -> None:
    """Before somebody answers it."""
    async with desk() as d:
        await d.api.ask("extension/playprompt", extid="1000", prompt="111")
        assert await d.api.errno("extension/hangup", extid="1000") == "Success"
        assert not d.pbx.calls
        names = await d.reported()
        assert "PlayPromptEnd" not in names
        assert names[-1] == "1000 Registered"


async def test_a_prompt_does_not_disturb() -> None:
    """Who wants quiet has it: the call fails."""
    async with desk() as d:
        d.pbx.state.extensions["1000"].dnd = True
        await d.api.ask("extension/playprompt", extid="1000", prompt="111")
        assert await d.reported() == ["CallFailed"]
        assert '"reason":"DND"' in d.pbx.reports[-1].raw.decode()


async def test_a_prompt_is_played_outside() -> None:
    """v1 names the trunk alone."""
    async with desk() as d:
        answer = await d.api.ask("outbound/playprompt", outto="41000", prompt="111")
        call = d.pbx.calls[answer["callid"]]
        d.pbx.answer_outside(call)
        await d.reported()
        d.pbx.end_prompt(call)
        await d.pbx.settle()
        assert d.listener.texts[0] == (
            f'{{"action":"PlayPromptEnd","callid":"{call.callid}",'
            '"outbound":{"trunkname":"SIP-142"},"prompt":"111"}'
        )


async def test_a_prompt_outside_needs_a_trunk() -> None:
    """10015: not connected."""
    async with desk() as d:
        for trunk in d.pbx.state.trunks.values():
            trunk.status = "Failure"
        fields = {"outto": "41000", "prompt": "111"}
        assert await d.api.errno("outbound/playprompt", **fields) == "10015"


async def offered(d: Desk) -> str:
    """Let a call be offered to us."""
    d.pbx.state.trunks["SIP-142"].answering_control = True
    return d.pbx.outside_call("5503301", to="1000", trunk="SIP-142").callid


async def test_an_offered_call_is_accepted_once() -> None:
    """Then it is too late for anything else."""
    async with desk() as d:
        call_id = await offered(d)
        assert await d.api.errno("inbound/accept", inboundid=call_id) == "Success"
        assert (await d.reported())[:3] == ["Invite", "Incoming", "ALERT"]
        assert await d.api.errno("inbound/accept", inboundid=call_id) == "10016"
        assert await d.api.errno("inbound/refuse", inboundid=call_id) == "10016"


async def test_an_offered_call_is_refused() -> None:
    """No phone rings."""
    async with desk() as d:
        call_id = await offered(d)
        assert await d.api.errno("inbound/refuse", inboundid=call_id) == "Success"
        assert await d.reported() == ["Invite", "BYE", "NewCdr"]
        assert await d.api.errno("inbound/refuse", inboundid=call_id) == "10007"


async def test_an_offer_ends_after_ten_seconds() -> None:
    """The call went on; deciding now is too late."""
    async with desk(pbx=Simulator(time_scale=0.02)) as d:
        call_id = await offered(d)
        while d.pbx.calls[call_id].offered:
            await asyncio.sleep(0.001)
        assert await d.api.errno("inbound/accept", inboundid=call_id) == "10016"


async def test_a_text_message() -> None:
    """The id holds number and time; the result is reported later."""
    async with desk(pbx=Simulator(time_scale=0.001, clock=lambda: 1502874159)) as d:
        answer = await d.api.ask(
            "sms/send",
            v="v1.0.1",
            trunk="GSM-trunk",
            phonenumber="18396210850",
            message="%E4%BD%A0%E5%A5%BD ",
        )
        assert answer == {"status": "Success", "smsid": "18396210850-1502874159"}
        assert d.pbx.sms_sent == [("GSM-trunk", "18396210850", "你好 ")]
        while not d.listener.texts:
            await asyncio.sleep(0.001)
        assert d.listener.texts == [
            '{"action":"sms-send","status":"Success","smsid":"18396210850-1502874159"}'
        ]
        d.pbx.sms_outcome = "Failed"


@pytest.mark.parametrize(
    ("change", "errno"),
    [
        ({"trunk": "nothing"}, "10026"),
        ({"trunk": "SIP-142"}, "10026"),
        ({"trunk": "GSM2-8"}, "10027"),
        ({"phonenumber": ""}, "10028"),
        ({"phonenumber": None}, "10028"),
        ({"phonenumber": "06 12"}, "10031"),
        ({"message": ""}, "10030"),
        ({"message": None}, "10030"),
        ({"message": " "}, "10030"),
        ({"message": "你好"}, "20000"),
        ({"message": "100%"}, "20000"),
        ({"message": "%zz"}, "20000"),
        ({"message": "%E4%BD"}, "20000"),
        ({"message": quote("👋")}, "10029"),
        ({"message": "x" * 2001}, "10029"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_messages_that_are_refused(
    change: dict[str, str | None], errno: str
) -> None:
    """Each field has its own code."""
    good = {"trunk": "GSM-trunk", "phonenumber": "0612", "message": "hello"}
    async with desk() as d:
        assert await d.api.errno("sms/send", v="v1.0.1", **(good | change)) == errno
        assert d.pbx.sms_sent == []


async def test_the_longest_message() -> None:
    """The length counts before encoding; both ways to write a space are one."""
    text = "ü " * 1000
    async with desk() as d:
        for message in (quote(text), quote(text).replace("%20", "+")):
            fields = {"trunk": "GSM-trunk", "phonenumber": "0612", "message": message}
            assert await d.api.errno("sms/send", v="v1.0.1", **fields) == "Success"
        assert {sent[2] for sent in d.pbx.sms_sent} == {text}


async def test_a_gsm_trunk_that_talks_is_busy() -> None:
    """10027 until the call is over."""
    async with desk() as d:
        call = d.pbx.outside_call("1", to="1000", trunk="GSM-trunk")
        fields = {"trunk": "GSM-trunk", "phonenumber": "0612", "message": "x"}
        assert await d.api.errno("sms/send", v="v1.0.1", **fields) == "10027"
        d.pbx.outside_hangs_up(call)
        assert await d.api.errno("sms/send", v="v1.0.1", **fields) == "Success"
