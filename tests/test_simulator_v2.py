"""API v2.0.0 of the simulator: parties are named by the channels that reports show."""

import json
from typing import Any

import pytest

from .simulator import Call, LegKind, LegState, MonitorMode, Simulator
from .simulator.operations import V2_OPERATIONS
from .simulator.peer import Client, Desk, desk

pytestmark = pytest.mark.usefixtures("socket_enabled")

# Endpoint and required fields; those of v1 that kept their name are among them.
NAMES: list[tuple[str, tuple[str, ...]]] = [
    ("call/accept_inbound", ("channelid",)),
    ("call/dial", ("caller", "callee")),
    ("call/hangup", ("channelid",)),
    ("call/hold", ("channelid",)),
    ("call/listen", ("monitor", "channelid", "type")),
    ("call/mute", ("channelid",)),
    ("call/playprompt", ("number", "prompt")),
    ("call/query", ()),
    ("call/refuse_inbound", ("channelid",)),
    ("call/transfer", ("channelid", "number")),
    ("call/unhold", ("channelid",)),
    ("call/unmute", ("channelid",)),
    ("cdr/download", ("number", "starttime", "endtime", "random")),
    ("cdr/get_random", ("number", "starttime", "endtime")),
    ("deviceinfo/query", ()),
    ("extension/list", ()),
    ("extension/query", ()),
    ("extension/query_call", ("number",)),
    ("extension/update", ("number",)),
    ("heartbeat", ()),
    ("ivr/query", ()),
    ("login", ()),
    ("logout", ()),
    ("queue/query", ()),
    ("queue/query_status", ("number",)),
    ("recording/download", ("recording", "random")),
    ("recording/get_random", ("recording",)),
    ("sms/send", ("trunk",)),
    ("trunk/list", ()),
]


async def ask(d: Desk, endpoint: str, **fields: Any) -> dict[str, Any]:
    """Send a request on the path of v2."""
    return await d.api.ask(endpoint, v="v2.0.0", **fields)


async def errno(d: Desk, endpoint: str, **fields: Any) -> str:
    """Return the errno of a request on the path of v2, or `Success`."""
    return await d.api.errno(endpoint, v="v2.0.0", **fields)


def channel(call: Call, number: str) -> str:
    """Return the channel of a party."""
    return next(leg.channelid for leg in call.living if leg.number == number)


def talking(d: Desk, number: str = "1000") -> Call:
    """Connect an outside caller with an extension."""
    call = d.pbx.outside_call("5503301", to=number, trunk="SIP-142")
    d.pbx.answer(number)
    return call


async def reports(d: Desk, event: str) -> list[dict[str, Any]]:
    """Return the reports of one kind so far."""
    await d.pbx.settle()
    bodies = [json.loads(text) for text in d.listener.texts]
    return [body for body in bodies if body["event"] == event]


def test_the_table_is_complete() -> None:
    """Nothing is missing and nothing is invented."""
    assert {name: entry.required for name, entry in V2_OPERATIONS.items()} == dict(
        NAMES
    )


@pytest.mark.parametrize(
    "endpoint",
    [name for name, _ in NAMES if name.startswith(("call/", "trunk/"))]
    + ["extension/list", "extension/query_call", "queue/query_status"],
)
async def test_names_of_v2_are_unsupported_on_the_paths_of_v1(endpoint: str) -> None:
    """10003."""
    async with desk() as d:
        assert await d.api.errno(endpoint, v="v1.1.0") == "10003"


@pytest.mark.parametrize(("endpoint", "names"), [row for row in NAMES if row[1]])
async def test_each_required_field_is_required(
    endpoint: str, names: tuple[str, ...]
) -> None:
    """10004, or 10003 where a file is not posted for."""
    async with desk() as d:
        for missing in names:
            fields = dict.fromkeys(names, "1") | {missing: ""}
            refused = await errno(d, endpoint, **fields)
            assert refused == ("10003" if endpoint == "recording/download" else "10004")


@pytest.mark.parametrize("name", ["transport", "token"])
async def test_a_login_tells_how_reports_come(name: str) -> None:
    """On the path of v2 alone."""
    async with Simulator() as pbx:
        api = Client(pbx)
        assert name in await api.login(v="v2.0.0")
        assert (name in await api.login(v="v1.1.0")) is (name == "token")
        assert (await api.login(v="v2.0.0"))["transport"] == "HTTP"


# Queries


async def test_extensions_are_listed_by_number() -> None:
    """Else as in v1."""
    async with desk() as d:
        rows = (await ask(d, "extension/list"))["extlist"]
        assert rows[0] == {
            "number": "1000",
            "status": "Registered",
            "type": "SIP",
            "username": "Jayson",
            "agentid": "",
        }
        assert rows[5]["port"] == "Span2-Port1"


async def test_trunks_have_an_id() -> None:
    """A number as text."""
    async with desk() as d:
        rows = (await ask(d, "trunk/list"))["trunklist"]
        assert rows[0] == {
            "trunkname": "SIP-142",
            "status": "Registered",
            "type": "SIP",
            "id": "1",
        }
        assert len({row["id"] for row in rows}) == len(rows)


async def test_device_information_counts_the_extensions_that_exist() -> None:
    """V1 counts those that are registered."""
    async with desk() as d:
        new = (await ask(d, "deviceinfo/query"))["deviceinfo"]
        old = (await d.api.ask("deviceinfo/query"))["deviceinfo"]
        assert (old["extensionstatus"], new["extensionstatus"]) == ("5/100", "6/100")


async def test_settings_are_read_and_written_by_number() -> None:
    """The fields are those of v1."""
    async with desk() as d:
        assert await errno(d, "extension/update", number="1000", dnd="on") == "Success"
        rows = (await ask(d, "extension/query", number="1000,1002"))["extinfos"]
        assert [(row["number"], row["dnd"]) for row in rows] == [
            ("1000", "on"),
            ("1002", "off"),
        ]
        assert "extnumber" not in rows[0]
        assert len((await ask(d, "extension/query"))["extinfos"]) == 6
        assert await errno(d, "extension/update", number="9", dnd="on") == "10006"
        assert await errno(d, "extension/query", number="9") == "10006"
        wrong = {"number": "1000", "extid": "1000", "dnd": "on"}
        assert await errno(d, "extension/update", **wrong) == "10017"


async def test_menus_and_queues_are_read_by_number() -> None:
    """All, or those that are named."""
    async with desk() as d:
        for endpoint, name, number, unknown in (
            ("ivr/query", "ivr", "6500", "10012"),
            ("queue/query", "queues", "6700", "10013"),
        ):
            for fields in ({}, {"number": number}, {"number": "all"}):
                rows = (await ask(d, endpoint, **fields))[name]
                assert [row["number"] for row in rows] == [number]
            assert await errno(d, endpoint, number="9") == unknown


async def test_the_status_of_a_queue() -> None:
    """The callers that wait, and what each agent does."""
    async with desk() as d:
        d.pbx.state.queues["6700"].agents = ["1000", "1001", "1002", "1003", "9"]
        d.pbx.internal_call("1002", "1006")
        d.pbx.answer("1006")
        d.pbx.outside_call("0699", to="1002")
        call = d.pbx.outside_call("5503301", to="6700")
        d.pbx.reject("1003")
        (row,) = (await ask(d, "queue/query_status", number="6700"))["queues"]
        assert row["number"] == "6700"
        (status,) = row["queuestatus"]
        assert status["callercount"] == "1"
        assert status["callers"] == [
            {
                "callernum": "5503301",
                "waittime": "0",
                "channelid": channel(call, "5503301"),
            }
        ]
        told = {member["agent"]: member["agentstatus"] for member in status["members"]}
        assert told == {"1000": "6", "1001": "5", "1002": "7", "1003": "1", "9": "4"}
        assert await errno(d, "queue/query_status", number="9") == "10013"


async def test_calls_are_queried_with_their_members() -> None:
    """By callid, or all of a direction, as CallStatus shows them."""
    async with desk(version="2.0.0") as d:
        call = talking(d)
        (last,) = [
            body
            for body in await reports(d, "CallStatus")
            if "ANSWER" in json.dumps(body)
        ]
        row = {"callid": call.callid, "members": last["members"]}
        assert (await ask(d, "call/query", callid=call.callid))["calls"] == [row]
        assert (await ask(d, "call/query", type="inbound"))["calls"] == [row]
        assert (await ask(d, "call/query", type="outbound"))["calls"] == []
        out = d.pbx.outgoing_call("1002", "0612")
        (row,) = (await ask(d, "call/query", type="outbound"))["calls"]
        assert row["callid"] == out.callid
        assert [list(member) for member in row["members"]] == [["ext"], ["outbound"]]


async def test_a_call_that_is_gone_is_not_found() -> None:
    """10005 for its id; without id and direction 10004."""
    async with desk() as d:
        call = talking(d)
        d.pbx.hang_up("1000")
        assert await errno(d, "call/query", callid=call.callid) == "10005"
        for fields in ({}, {"type": "internal"}, {"type": ""}):
            assert await errno(d, "call/query", **fields) == "10004"


async def test_calls_between_extensions_are_in_no_query() -> None:
    """CallStatus alone shows them."""
    async with desk(version="2.0.0") as d:
        call = d.pbx.internal_call("1000", "1002")
        assert await errno(d, "call/query", callid=call.callid) == "10005"
        for kind in ("inbound", "outbound"):
            assert (await ask(d, "call/query", type=kind))["calls"] == []
        rows = (await ask(d, "extension/query_call", number="1000"))["calllist"]
        assert rows == [{"number": "1000", "numbercalls": []}]
        assert len(await reports(d, "CallStatus")) == 1
        d.pbx.quirks.internal_in_query_call = True
        rows = (await ask(d, "extension/query_call", number="1000"))["calllist"]
        assert rows[0]["numbercalls"][0]["callid"] == call.callid


async def test_the_calls_of_extensions() -> None:
    """One, several, all."""
    async with desk() as d:
        call = talking(d)
        rows = (await ask(d, "extension/query_call", number="1000,1002"))["calllist"]
        assert [(r["number"], len(r["numbercalls"])) for r in rows] == [
            ("1000", 1),
            ("1002", 0),
        ]
        assert rows[0]["numbercalls"][0]["callid"] == call.callid
        assert len(rows[0]["numbercalls"][0]["members"]) == 2
        rows = (await ask(d, "extension/query_call", number="all"))["calllist"]
        assert len(rows) == 6
        assert await errno(d, "extension/query_call", number="1000,9") == "10006"


# Dialling


@pytest.mark.parametrize(
    ("callee", "kind", "rings"),
    [
        ("1002", LegKind.EXTENSION, ["1002"]),
        ("6200", LegKind.EXTENSION, ["1002"]),
        ("6700", LegKind.EXTENSION, ["1002", "1003"]),
        ("6500", LegKind.EXTENSION, []),
        ("41000", LegKind.OUTBOUND, ["41000"]),
    ],
    ids=["extension", "group", "queue", "menu", "outside"],
)
async def test_an_extension_dials_anything(
    callee: str, kind: LegKind, rings: list[str]
) -> None:
    """Its own phone rings first."""
    async with desk() as d:
        answer = await ask(d, "call/dial", caller="1000", callee=callee)
        call = d.pbx.calls[answer["callid"]]
        assert call.legs[0].state is LegState.PREPARING
        d.pbx.answer("1000")
        assert [leg.number for leg in call.ringing] == rings
        assert {leg.kind for leg in call.ringing} <= {kind}
        assert call.legs[0].kind is LegKind.EXTENSION


@pytest.mark.parametrize(
    ("caller", "rings"),
    [("6500", []), ("6700", ["1000", "1002", "1003"]), ("6200", ["1000", "1002"])],
)
async def test_something_else_dials_outside(caller: str, rings: list[str]) -> None:
    """The outside number rings first; the menu, queue or group follows."""
    async with desk() as d:
        answer = await ask(
            d, "call/dial", caller=caller, callee="41000", dialpermission="1000"
        )
        call = d.pbx.calls[answer["callid"]]
        assert [leg.number for leg in call.ringing] == ["41000"]
        d.pbx.answer_outside(call)
        assert [leg.number for leg in call.ringing] == rings


async def test_two_outside_numbers_are_connected() -> None:
    """The caller first."""
    async with desk() as d:
        answer = await ask(
            d, "call/dial", caller="0611", callee="0612", dialpermission="1000"
        )
        call = d.pbx.calls[answer["callid"]]
        assert [leg.number for leg in call.ringing] == ["0611"]
        d.pbx.answer_outside(call)
        assert [leg.number for leg in call.ringing] == ["0612"]


async def test_auto_answer() -> None:
    """The caller's phone takes the call by itself."""
    async with desk() as d:
        await ask(d, "call/dial", caller="1000", callee="1002", autoanswer="yes")
        assert [leg.number for leg in next(iter(d.pbx.calls.values())).ringing] == [
            "1002"
        ]


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"caller": "1003", "callee": "41000"}, "10024"),
        ({"caller": "1000", "callee": "06-12"}, "10031"),
        ({"caller": "1000", "callee": "41000", "dialpermission": "9"}, "10006"),
        ({"caller": "6500", "callee": "41000"}, "10004"),
        ({"caller": "0611", "callee": "0612"}, "10004"),
        ({"caller": "0611", "callee": "0612", "dialpermission": "9"}, "10006"),
        ({"caller": "0611", "callee": "0612", "dialpermission": "1003"}, "10024"),
        ({"caller": "6500", "callee": "1000", "dialpermission": "1000"}, "10011"),
        ({"caller": "1000", "callee": "1002", "autoanswer": "1"}, "10004"),
    ],
    ids=str,
)
async def test_refusals_of_dial(fields: dict[str, str], refused: str) -> None:
    """Nothing rings."""
    async with desk() as d:
        assert await errno(d, "call/dial", **fields) == refused
        assert d.pbx.calls == {}


async def test_a_permission_of_another_extension() -> None:
    """One that may not dial out may borrow it."""
    async with desk() as d:
        fields = {"caller": "1003", "callee": "41000", "dialpermission": "1000"}
        answer = await ask(d, "call/dial", **fields)
        d.pbx.answer("1003")
        call = d.pbx.calls[answer["callid"]]
        assert [leg.number for leg in call.ringing] == ["41000"]


# Control


async def test_channels_of_reports_are_those_that_operations_take() -> None:
    """Hold by the channel that CallStatus shows."""
    async with desk(version="2.0.0") as d:
        talking(d)
        members = (await reports(d, "CallStatus"))[-1]["members"]
        ours = next(m["ext"]["channelid"] for m in members if "ext" in m)
        answer = await ask(d, "call/hold", channelid=ours)
        assert answer["status"] == "Success"
        members = (await reports(d, "CallStatus"))[-1]["members"]
        assert {k: m[k]["memberstatus"] for m in members for k in m} == {
            "inbound": "ANSWERED",
            "ext": "HOLD",
        }


@pytest.mark.parametrize("number", ["1000", "5503301"])
async def test_hold_and_resume(number: str) -> None:
    """Either party; each once, and with the callid as answer."""
    async with desk() as d:
        call = talking(d)
        which = {"channelid": channel(call, number)}
        answered = {"status": "Success", "callid": call.callid}
        assert await ask(d, "call/hold", **which) == answered
        assert await errno(d, "call/hold", **which) == "10007"
        assert await ask(d, "call/unhold", **which) == answered
        assert await errno(d, "call/unhold", **which) == "10007"


async def test_several_parties_are_muted_at_once() -> None:
    """All or none of them."""
    async with desk() as d:
        call = talking(d)
        ours, theirs = channel(call, "1000"), channel(call, "5503301")
        assert await errno(d, "call/mute", channelid=f"{ours},PJSIP/no") == "10007"
        assert [leg.muted for leg in call.legs] == [False, False]
        assert await errno(d, "call/mute", channelid=f"{ours},{theirs}") == "Success"
        assert [leg.muted for leg in call.legs] == [True, True]
        assert await errno(d, "call/unmute", channelid=theirs) == "Success"
        assert [leg.muted for leg in call.legs] == [False, True]
        assert await errno(d, "call/mute", channelid=",") == "10004"


@pytest.mark.parametrize("number", ["1000", "5503301"])
async def test_one_party_hangs_up(number: str) -> None:
    """Either of them; after that its channel is unknown."""
    async with desk() as d:
        call = talking(d)
        which = {"channelid": channel(call, number)}
        answered = {"status": "Success", "callid": call.callid}
        assert await ask(d, "call/hangup", **which) == answered
        assert call.ended
        assert await errno(d, "call/hangup", **which) == "10007"


async def test_one_ringing_phone_of_a_group_hangs_up() -> None:
    """The others go on ringing."""
    async with desk() as d:
        call = d.pbx.outside_call("5503301", to="6200")
        await ask(d, "call/hangup", channelid=channel(call, "1000"))
        assert [leg.number for leg in call.ringing] == ["1002"]


async def test_a_call_between_extensions_is_hung_up_by_its_channel() -> None:
    """Which CallStatus alone tells."""
    async with desk(version="2.0.0") as d:
        call = d.pbx.internal_call("1000", "1002")
        (body,) = await reports(d, "CallStatus")
        ours = body["members"][0]["ext"]["channelid"]
        assert await errno(d, "call/hangup", channelid=ours) == "Success"
        assert call.ended


@pytest.mark.parametrize(
    ("number", "rings"),
    [
        ("1002", ["1002"]),
        ("6200", ["1000", "1002"]),
        ("6700", ["1000", "1002", "1003"]),
        ("6500", []),
    ],
)
async def test_the_outside_party_is_transferred(number: str, rings: list[str]) -> None:
    """To anything of the PBX; the callid stays."""
    async with desk() as d:
        call = talking(d)
        fields = {"channelid": channel(call, "5503301"), "number": number}
        answer = await ask(d, "call/transfer", **fields)
        assert answer == {"status": "Success", "callid": call.callid}
        assert [leg.number for leg in call.ringing] == rings


async def test_a_party_of_an_internal_call_is_transferred() -> None:
    """V1 has no operation for that."""
    async with desk() as d:
        call = d.pbx.internal_call("1000", "1002")
        d.pbx.answer("1002")
        fields = {"channelid": channel(call, "1000"), "number": "1003"}
        assert await errno(d, "call/transfer", **fields) == "Success"
        assert call.parties == ["1000", "1003"]


async def test_a_transfer_outside_needs_a_permission() -> None:
    """Of an extension; one that has none fails by a report."""
    async with desk(version="2.0.0") as d:
        call = talking(d)
        fields = {"channelid": channel(call, "5503301"), "number": "22003"}
        assert await errno(d, "call/transfer", **fields) == "10004"
        fields["dialpermission"] = "9"
        assert await errno(d, "call/transfer", **fields) == "10006"
        fields["dialpermission"] = "1003"
        assert await errno(d, "call/transfer", **fields) == "Success"
        assert len(await reports(d, "CallFailed")) == 1
        fields["dialpermission"] = "1000"
        assert await errno(d, "call/transfer", **fields) == "Success"
        assert [leg.number for leg in call.ringing] == ["22003"]


@pytest.mark.parametrize("number", ["06-12", "a"])
async def test_a_transfer_needs_a_number(number: str) -> None:
    """10031."""
    async with desk() as d:
        call = talking(d)
        fields = {"channelid": channel(call, "5503301"), "number": number}
        assert await errno(d, "call/transfer", **fields) == "10031"


async def test_a_phone_that_rings_is_not_transferred() -> None:
    """The caller is."""
    async with desk() as d:
        call = d.pbx.outside_call("5503301", to="1000")
        fields = {"channelid": channel(call, "1000"), "number": "1002"}
        assert await errno(d, "call/transfer", **fields) == "10007"
        fields["channelid"] = channel(call, "5503301")
        assert await errno(d, "call/transfer", **fields) == "Success"


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("listen", MonitorMode.LISTEN),
        ("whisper", MonitorMode.WHISPER),
        ("barge", MonitorMode.BARGE_IN),
    ],
)
async def test_supervision(kind: str, mode: MonitorMode) -> None:
    """By the channel of the supervised phone; one mode or all may be allowed."""
    async with desk() as d:
        call = talking(d)
        fields = {"monitor": "1005", "channelid": channel(call, "1000"), "type": kind}
        d.pbx.state.extensions["1005"].monitor_mode = MonitorMode.DISABLED
        assert await errno(d, "call/listen", **fields) == "10010"
        d.pbx.state.extensions["1005"].monitor_mode = mode
        assert await errno(d, "call/listen", **fields) == "Success"
        assert [leg.number for leg in call.monitors] == ["1005"]


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"monitor": "9"}, "10006"),
        ({"type": "spy"}, "10004"),
        ({"channelid": "PJSIP/1000-ffffffff"}, "10007"),
    ],
)
async def test_refusals_of_supervision(change: dict[str, str], refused: str) -> None:
    """As in v1."""
    async with desk() as d:
        call = talking(d)
        ours = channel(call, "1000")
        fields = {"monitor": "1005", "channelid": ours, "type": "listen"} | change
        assert await errno(d, "call/listen", **fields) == refused
        assert call.monitors == []


async def offered(d: Desk) -> tuple[Call, dict[str, str]]:
    """Offer a call and return the channel that the Invite names."""
    d.pbx.state.trunks["SIP-142"].answering_control = True
    call = d.pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    (invite,) = await reports(d, "Invite")
    return call, {"channelid": invite["members"][0]["inbound"]["channelid"]}


async def test_an_offered_call_is_accepted() -> None:
    """Once."""
    async with desk(version="2.0.0") as d:
        call, which = await offered(d)
        answered = {"status": "Success", "callid": call.callid}
        assert await ask(d, "call/accept_inbound", **which) == answered
        assert [leg.number for leg in call.ringing] == ["1000"]
        assert await errno(d, "call/accept_inbound", **which) == "10016"
        assert await errno(d, "call/refuse_inbound", **which) == "10016"


async def test_an_offered_call_is_refused() -> None:
    """Nothing rings."""
    async with desk(version="2.0.0") as d:
        call, which = await offered(d)
        assert await errno(d, "call/refuse_inbound", **which) == "Success"
        assert call.ended
        assert await errno(d, "call/accept_inbound", **which) == "10007"


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"number": "1000", "prompt": "111+no"}, "10023"),
        ({"number": "1001", "prompt": "111"}, "10015"),
        ({"number": "41000", "prompt": "111"}, "10004"),
        ({"number": "41000", "prompt": "111", "dialpermission": "1003"}, "10024"),
        ({"number": "1000", "prompt": "1+queue1"}, "Success"),
        ({"number": "41000", "prompt": "111", "dialpermission": "1000"}, "Success"),
    ],
    ids=str,
)
async def test_prompts_are_played(fields: dict[str, str], refused: str) -> None:
    """To an extension, or outside with a permission."""
    async with desk() as d:
        assert await errno(d, "call/playprompt", **fields) == refused
        assert bool(d.pbx.calls) is (refused == "Success")


async def test_messages_and_recordings_kept_their_names() -> None:
    """sms/send and recording/get_random."""
    async with desk(version="2.0.0") as d:
        fields = {"trunk": "GSM-trunk", "phonenumber": "0612", "message": "Hi"}
        assert await errno(d, "sms/send", **fields) == "Success"
        d.pbx.recordings.files["a.wav"] = b"RIFF"
        answer = await ask(d, "recording/get_random", recording="a.wav")
        assert len(answer["random"]) == 32
