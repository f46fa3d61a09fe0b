"""Report bodies, byte by byte against the samples, and their delivery."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import json
from typing import Any

import pytest

from .simulator import Framing, Outcome, Pairs, Simulator
from .simulator.pairs import to_json
from .simulator.peer import Client, Desk, desk

pytestmark = pytest.mark.usefixtures("socket_enabled")
EPOCH = 1_495_706_238


def at_epoch() -> float:
    """Return the time of the samples."""
    return EPOCH


@contextmanager
def channels(pbx: Simulator, *numbers: int) -> Iterator[None]:
    """Let the next ids be those of the samples."""
    pbx.board.channels = iter(numbers)  # type: ignore[assignment]
    yield


async def internal(d: Desk) -> list[str]:
    """Play an internal call and return the bodies about it."""
    with channels(d.pbx, 328, 329):
        d.pbx.internal_call("1002", "1000")
        d.pbx.answer("1000")
        d.pbx.hang_up("1000")
    await d.pbx.settle()
    return [text for text in d.listener.texts if "ExtensionStatus" not in text]


async def test_v1_bodies_are_those_of_the_samples() -> None:
    """Two parties are the key `ext` twice, in an order that means something."""
    async with desk(pbx=Simulator(clock=at_epoch)) as d:
        bodies = await internal(d)
    assert bodies == [
        '{"action":"ALERT","callid":"1495706238.328","ext":{"extid":"1002"}}',
        (
            '{"action":"RING","callid":"1495706238.328",'
            '"ext":{"extid":"1000"},"ext":{"extid":"1002"}}'
        ),
        (
            '{"action":"ANSWER","callid":"1495706238.328",'
            '"ext":{"extid":"1000"},"ext":{"extid":"1002"}}'
        ),
        (
            '{"action":"ANSWERED","callid":"1495706238.328",'
            '"ext":{"extid":"1002"},"ext":{"extid":"1000"}}'
        ),
        (
            '{"action":"BYE","callid":"1495706238.328",'
            '"ext":{"extid":"1000"},"ext":{"extid":"1002"}}'
        ),
        (
            '{"action":"NewCdr","callid":"1495706238.328","timestart":"2017-05-25 01:57:18",'
            '"callfrom":"1002","callto":"1000","desttrunkname":"","callduraction":"0",'
            '"talkduraction":"0","status":"ANSWERED","type":"Internal"}'
        ),
    ]


async def test_v1_outbound_ring_is_that_of_the_sample() -> None:
    """The callee comes first here, too."""
    async with desk(pbx=Simulator(clock=lambda: 1495771030)) as d:
        with channels(d.pbx, 365, 366):
            d.pbx.outgoing_call("1002", "42003", "SIP-142")
        await d.pbx.settle()
        assert d.listener.texts[1] == (
            '{"action":"RING","callid":"1495771030.365",'
            '"outbound":{"from":"1002","to":"42003","trunk":"SIP-142",'
            '"outboundid":"1495771030.366"},"ext":{"extid":"1002"}}'
        )


async def test_v1_0_2_has_a_list_of_parties_and_the_serial_number() -> None:
    """Every body is well-formed."""
    async with desk(version="1.0.2", pbx=Simulator(clock=at_epoch)) as d:
        bodies = await internal(d)
    assert bodies[1] == (
        '{"action":"RING","callid":"1495706238.328",'
        '"call":[{"ext":{"extid":"1000"}},{"ext":{"extid":"1002"}}],"sn":"369364835218"}'
    )
    assert [json.loads(body)["sn"] for body in bodies] == ["369364835218"] * 6


async def test_v2_tells_every_change_of_a_call() -> None:
    """Members with their statuses, hold included, which v1 does not report."""
    async with desk(version="2.0.0") as d:
        call = d.pbx.outside_call("5503301", to="1000")
        d.pbx.answer("1000")
        d.pbx.hold("1000")
        d.pbx.resume("1000")
        d.pbx.hang_up("1000")
        await d.pbx.settle()
        bodies = [json.loads(text) for text in d.listener.texts]
    statuses = [_statuses(body) for body in bodies if body["event"] == "CallStatus"]
    assert statuses == [
        {"inbound": "ALERT", "ext": "RING"},
        {"inbound": "ANSWERED", "ext": "ANSWER"},
        {"inbound": "ANSWERED", "ext": "HOLD"},
        {"inbound": "ANSWERED", "ext": "ANSWER"},
        {"inbound": "BYE", "ext": "BYE"},
    ]
    assert bodies[0] == {
        "event": "CallStatus",
        "callid": call.callid,
        "members": [
            {
                "inbound": {
                    "from": "5503301",
                    "to": "1000",
                    "trunkname": "SIP-142",
                    "channelid": call.legs[0].channelid,
                    "memberstatus": "ALERT",
                }
            },
            {
                "ext": {
                    "number": "1000",
                    "channelid": call.legs[1].channelid,
                    "memberstatus": "RING",
                }
            },
        ],
        "sn": "369364835218",
    }


def _statuses(body: dict[str, Any]) -> dict[str, str]:
    return {
        kind: member["memberstatus"]
        for entry in body["members"]
        for kind, member in entry.items()
    }


async def test_v2_records_name_everything_and_misspell_one_thing() -> None:
    """Empty values are there."""
    async with desk(version="2.0.0") as d:
        d.pbx.outside_call("5503301", to="1000")
        d.pbx.hang_up("1000")
        await d.pbx.settle()
        body = json.loads(next(t for t in d.listener.texts if "NewCdr" in t))
    assert body["dsttrcunkname"] == ""
    assert body["srctrunkname"] == "SIP-142"
    assert body["didnumber"] == "1000"
    assert body["pincode"] == body["recording"] == ""


async def test_an_agent_who_missed_is_reported_in_v2_alone() -> None:
    """QueueAgentRingNoAnswerTimeout."""
    async with desk(version="2.0.0", pbx=Simulator(time_scale=0.001)) as d:
        d.pbx.outside_call("5503301", to="6700")
        while "QueueAgentRingNoAnswerTimeout" not in d.listener.names:
            await asyncio.sleep(0.01)
        name = "QueueAgentRingNoAnswerTimeout"
        body = json.loads(d.listener.texts[d.listener.names.index(name)])
    assert (body["queue"], body["agent"], body["caller"]) == (
        "queue-6700",
        "Jayson",
        "5503301",
    )


@pytest.mark.parametrize(
    ("version", "fields"),
    [("1.0.0", {"info": "5"}), ("1.0.2", {"info": "5", "flag": "0"})],
)
async def test_keys(version: str, fields: dict[str, str]) -> None:
    """Newer shapes count the keys."""
    async with desk(version=version) as d:
        d.pbx.press_key(d.pbx.outside_call("5503301", to="6500"), "5")
        await d.pbx.settle()
        body = json.loads(d.listener.texts[0])
    assert body["action"] == "DTMF"
    assert {k: v for k, v in body.items() if k in ("info", "flag")} == fields


async def test_durations_and_recording() -> None:
    """Seconds as text; the name of the recording as boxes make it."""
    now = [float(EPOCH)]
    async with desk(pbx=Simulator(clock=lambda: now[0])) as d:
        d.pbx.state.record_calls = True
        call = d.pbx.outside_call("102", to="1000")
        now[0] += 9
        d.pbx.answer("1000")
        now[0] += 29
        d.pbx.hang_up("1000")
        await d.pbx.settle()
        body = json.loads(next(t for t in d.listener.texts if "NewCdr" in t))
    assert (body["callduraction"], body["talkduraction"]) == ("38", "29")
    assert body["recording"] == f"20170525015727-{call.callid}-102-1000-Inbound.wav"


async def test_quirk_group_in_callto() -> None:
    """Group and the extension that answered."""
    async with desk() as d:
        d.pbx.quirks.group_in_callto = True
        d.pbx.outside_call("5503301", to="6200")
        d.pbx.answer("1002")
        d.pbx.hang_up("1002")
        await d.pbx.settle()
        assert any('"callto":"6200(1002)"' in text for text in d.listener.texts)


async def test_quirk_cdr_per_agent() -> None:
    """One answered record among those of the phones that rang in vain."""
    async with desk() as d:
        d.pbx.quirks.cdr_per_agent = d.pbx.quirks.group_in_callto = True
        d.pbx.outside_call("5503301", to="6700")
        d.pbx.answer("1002")
        d.pbx.hang_up("1002")
        await d.pbx.settle()
        records = [json.loads(t) for t in d.listener.texts if "NewCdr" in t]
    assert [(r["callto"], r["status"]) for r in records] == [
        ("6700(1000)", "NO ANSWER"),
        ("6700(1003)", "NO ANSWER"),
        ("6700(1002)", "ANSWERED"),
    ]


@pytest.mark.parametrize(
    ("early", "names"),
    [
        (False, ["Tranfer", "BYE", "NewCdr", "NewCdr"]),
        (True, ["Tranfer", "NewCdr", "BYE", "NewCdr"]),
    ],
)
async def test_a_transferred_call_has_two_records(
    early: bool, names: list[str]
) -> None:
    """At its end, or by a quirk the first one at once."""
    async with desk() as d:
        d.pbx.quirks.cdr_at_transfer = early
        d.pbx.outside_call("5503301", to="1000")
        d.pbx.answer("1000")
        d.pbx.transfer("1000", "1002")
        d.pbx.answer("1002")
        d.pbx.hang_up("1002")
        await d.pbx.settle()
        kept = [n for n in d.listener.names if n in ("Tranfer", "BYE", "NewCdr")]
    assert kept == names


async def test_quirk_two_byes() -> None:
    """Swapped, and under another id."""
    async with desk(pbx=Simulator(clock=at_epoch)) as d:
        d.pbx.quirks.two_byes = True
        bodies = [text for text in await internal(d) if "BYE" in text]
    assert bodies == [
        (
            '{"action":"BYE","callid":"1495706238.328",'
            '"ext":{"extid":"1000"},"ext":{"extid":"1002"}}'
        ),
        (
            '{"action":"BYE","callid":"1495706238.329",'
            '"ext":{"extid":"1002"},"ext":{"extid":"1000"}}'
        ),
    ]


async def test_quirk_ext_id_list() -> None:
    """The clone's way to name two extensions."""
    async with desk() as d:
        d.pbx.quirks.ext_id_list = True
        assert '"ext":{"extid":["1000","1002"]}' in (await internal(d))[1]


async def test_quirk_ring_reports_for_api_only() -> None:
    """The English guide says so."""
    async with desk() as d:
        d.pbx.quirks.ring_reports_for_api_only = True
        d.pbx.outside_call("5503301", to="1000")
        assert await d.reported() == ["1000 Ringing"]


async def test_quirk_caller_phone_reports() -> None:
    """The caller's own phone rings and answers like any other."""
    async with desk() as d:
        d.pbx.quirks.caller_phone_reports = True
        await d.api.ask("extension/dial_extension", caller="1000", callee="1002")
        d.pbx.answer("1000")
        assert (await d.reported())[:4] == [
            "RING",
            "1000 Ringing",
            "ANSWER",
            "1000 Busy",
        ]


def parsed(d: Desk, name: str) -> list[dict[str, Any]]:
    """Return the bodies of one kind."""
    bodies = [json.loads(text) for text in d.listener.texts]
    return [body for body in bodies if name in (body.get("action"), body.get("event"))]


async def forwarded_outside(d: Desk) -> None:
    """Play a call from outside that a phone forwards to a mobile."""
    d.pbx.other_program_changes(
        "1000",
        mobile="0170",
        alwaysforward="on",
        atransferto="Mobile Number",
    )
    call = d.pbx.outside_call("5503301", "1000", trunk="SIP-142")
    d.pbx.answer_outside(call)
    d.pbx.outside_hangs_up(call)
    await d.pbx.settle()


async def test_the_record_of_a_call_forwarded_outside_is_outbound() -> None:
    """From the outside caller to the mobile, over two trunks."""
    async with desk() as d:
        await forwarded_outside(d)
        (record,) = parsed(d, "NewCdr")
        wanted = {
            "type": "Outbound",
            "callfrom": "5503301",
            "callto": "0170",
            "srctrunkname": "SIP-142",
            "desttrunkname": "FXO2-3",
            "status": "ANSWERED",
        }
        assert {name: record[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("version", "name"), [("1.0.2", "Tranfer"), ("2.0.0", "Forward")]
)
async def test_v2_alone_has_a_name_for_forwarding(version: str, name: str) -> None:
    """The others call it a transfer."""
    async with desk(version=version) as d:
        await forwarded_outside(d)
        assert len(parsed(d, name)) == 1


async def test_a_forwarded_call_has_an_inbound_and_an_outbound_member() -> None:
    """Together in one CallStatus."""
    async with desk(version="2.0.0") as d:
        await forwarded_outside(d)
        assert [_statuses(body) for body in parsed(d, "CallStatus")] == [
            {"inbound": "ALERT", "outbound": "RING"},
            {"inbound": "ANSWERED", "outbound": "ANSWER"},
            {"inbound": "BYE", "outbound": "BYE"},
        ]


async def test_members_tell_the_group_that_they_came_through() -> None:
    """`callpath` of the caller and of the phones that ring; others have none."""
    async with desk(version="2.0.0") as d:
        d.pbx.outside_call("5503301", to="6200")
        await d.pbx.settle()
        (body,) = parsed(d, "CallStatus")
        paths = [next(iter(m.values()))["callpath"] for m in body["members"]]
        assert paths == ["6200"] * 3


async def test_quirk_transfer_records() -> None:
    """The part after the transfer; both have the same callid."""
    async with desk() as d:
        d.pbx.quirks.transfer_records = True
        d.pbx.outside_call("5503301", to="1000")
        d.pbx.answer("1000")
        d.pbx.transfer("1000", "1002")
        d.pbx.answer("1002")
        d.pbx.hang_up("1002")
        await d.pbx.settle()
        records = parsed(d, "NewCdr")
        assert [(r["type"], r["callto"]) for r in records] == [
            ("Inbound", "1000"),
            ("Transfer", "1002"),
        ]
        assert len({record["callid"] for record in records}) == 1


@pytest.mark.parametrize("on", [False, True])
async def test_quirk_sn_in_records(on: bool) -> None:
    """A flat CDR with the serial number; other flat reports have none."""
    async with desk() as d:
        d.pbx.quirks.sn_in_records = on
        await internal(d)
        assert ["sn" in json.loads(text) for text in d.listener.texts].count(True) == on
        assert ("sn" in parsed(d, "NewCdr")[0]) is on


async def test_quirk_no_trunk_in_internal_records() -> None:
    """No key of a trunk at all; calls over a trunk keep theirs."""
    async with desk() as d:
        d.pbx.quirks.no_trunk_in_internal_records = True
        d.pbx.internal_call("1002", "1000")
        d.pbx.hang_up("1002")
        d.pbx.outside_hangs_up(d.pbx.outgoing_call("1000", "0612345678"))
        await d.pbx.settle()
        inside, outside = parsed(d, "NewCdr")
        assert [key for key in inside if "trunk" in key] == []
        assert outside["desttrunkname"] == "SIP-142"


def byes(d: Desk) -> list[list[str]]:
    """Return the parties that each flat BYE names."""
    return [
        [party["extid"] if key == "ext" else party["from"] for key, party in pairs[2:]]
        for pairs in (
            [(k, dict(v) if isinstance(v, list) else v) for k, v in body]
            for body in d.listener.pairs
        )
        if pairs[0] == ("action", "BYE")
    ]


async def test_quirk_bye_per_leg() -> None:
    """Each phone that stops ringing, then each party of the end, alone."""
    async with desk() as d:
        d.pbx.quirks.bye_per_leg = True
        call = d.pbx.outside_call("5503301", to="6700")
        d.pbx.answer("1002")
        await d.pbx.settle()
        names = d.listener.names
        assert names.index("BYE") > names.index("ANSWERED")
        assert byes(d) == [["1000"], ["1003"]]
        assert not call.ended
        d.pbx.hang_up("1002")
        await d.pbx.settle()
        assert byes(d)[2:] == [["1002"], ["5503301"]]


async def test_quirk_bye_per_leg_of_a_phone_that_refuses() -> None:
    """The others go on ringing."""
    async with desk() as d:
        d.pbx.quirks.bye_per_leg = True
        call = d.pbx.outside_call("5503301", to="6200")
        d.pbx.reject("1000")
        await d.pbx.settle()
        assert byes(d) == [["1000"]]
        assert [leg.number for leg in call.ringing] == ["1002"]


async def test_quirk_bye_per_leg_of_a_transfer() -> None:
    """The phone that transferred leaves, the caller stays."""
    async with desk() as d:
        d.pbx.quirks.bye_per_leg = True
        call = d.pbx.outside_call("5503301", to="1000")
        d.pbx.answer("1000")
        d.pbx.transfer("1000", "1002")
        await d.pbx.settle()
        assert byes(d) == [["1000"]]
        assert call.parties == ["5503301", "1002"]


async def test_quirk_bye_per_leg_in_v2() -> None:
    """The member that left says BYE while the others say what they do."""
    async with desk(version="2.0.0") as d:
        d.pbx.quirks.bye_per_leg = True
        d.pbx.outside_call("5503301", to="6200")
        d.pbx.answer("1002")
        await d.pbx.settle()
        members = parsed(d, "CallStatus")[-1]["members"]
        assert [m[k]["memberstatus"] for m in members for k in m] == [
            "ANSWERED",
            "ANSWER",
            "BYE",
        ]
        assert members[2]["ext"]["number"] == "1000"


async def test_quirk_empty_call_status() -> None:
    """After the end, before the CDR."""
    async with desk(version="2.0.0") as d:
        d.pbx.quirks.empty_call_status = True
        d.pbx.outside_hangs_up(d.pbx.outside_call("5503301", to="1000"))
        await d.pbx.settle()
        assert parsed(d, "CallStatus")[-1]["members"] == []
        assert d.listener.names[-4:-1] == ["CallStatus", "CallStatus", "NewCdr"]


async def test_quirk_late_call_status() -> None:
    """The end is told once more after the CDR."""
    async with desk(version="2.0.0") as d:
        d.pbx.quirks.late_call_status = True
        d.pbx.outside_hangs_up(d.pbx.outside_call("5503301", to="1000"))
        await d.pbx.settle()
        assert d.listener.names[-4:-1] == ["CallStatus", "NewCdr", "CallStatus"]
        before, after = parsed(d, "CallStatus")[-2:]
        assert _statuses(after) == _statuses(before) == {"inbound": "BYE", "ext": "BYE"}


async def test_quirk_dtmf_event() -> None:
    """Another name for the same report."""
    async with desk() as d:
        d.pbx.quirks.dtmf_event = True
        d.pbx.press_key(d.pbx.outside_call("5503301", to="6500"), "5")
        assert await d.reported() == ["DTMF event"]


async def test_quirk_registered_ip() -> None:
    """The address of a phone that is reachable."""
    async with desk(version="2.0.0") as d:
        d.pbx.quirks.registered_ip = True
        d.pbx.internal_call("1000", "1002")
        d.pbx.set_extension_status("1003", "Unavailable")
        await d.pbx.settle()
        told = {
            body["extension"]: body.get("registeredIP")
            for body in parsed(d, "ExtensionStatus")
        }
        assert told == {"1000": "192.168.5.100", "1002": "192.168.5.100", "1003": None}


async def test_a_record_of_one_second_that_was_no_call() -> None:
    """Nothing rang, and no query ever showed it."""
    async with desk() as d:
        d.pbx.record_no_call("5503301", "1000")
        assert d.pbx.calls == {}
        await d.pbx.settle()
        (record,) = parsed(d, "NewCdr")
        assert d.listener.names == ["NewCdr"]
        assert (record["callduraction"], record["talkduraction"]) == ("1", "0")
        assert record["callfrom"] == "5503301"


async def test_the_head_of_a_report() -> None:
    """One connection each, a length, no authentication."""
    async with desk() as d:
        d.pbx.send_report("{}")
        await d.pbx.settle()
        port = d.listener.port
        assert d.listener.heads[0].split("\r\n") == [
            "POST / HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "User-Agent: WebAPI",
            "Content-Type: application/json",
            "Accept: application/json",
            "Content-Length: 2",
            "Connection: close",
            "",
            "",
        ]


async def test_odd_heads_are_quirks() -> None:
    """An empty path and the PBX's own address as host."""
    async with desk() as d:
        d.pbx.quirks.empty_path = d.pbx.quirks.odd_host_header = True
        d.pbx.send_report("{}")
        await d.pbx.settle()
        lines = d.listener.heads[0].split("\r\n")
        assert lines[0] == "POST  HTTP/1.1"
        assert lines[1] == f"Host: 127.0.0.1: {d.listener.port}"


@pytest.mark.parametrize(
    "raw",
    [
        "not json",
        b"\xff\x00",
        {"action": "BootUp", "x": "ü"},
        Pairs([("ext", "1"), ("ext", "2")]),
    ],
    ids=["text", "bytes", "object", "pairs"],
)
async def test_any_body_can_be_sent(raw: str | bytes | dict[str, str] | Pairs) -> None:
    """As it is; objects as compact JSON."""
    async with desk() as d:
        d.pbx.send_report(raw)
        await d.pbx.settle()
        wanted = {
            str: b"not json",
            bytes: b"\xff\x00",
            dict: '{"action":"BootUp","x":"ü"}'.encode(),
            Pairs: b'{"ext":"1","ext":"2"}',
        }
        assert d.listener.bodies == [wanted[type(raw)]]


async def test_a_report_is_repeated_until_it_gets_200() -> None:
    """Bounded; what else waits keeps its order."""
    async with desk() as d:
        d.listener.status = 204
        d.pbx.send_report("first")
        d.pbx.send_report("second")
        await d.pbx.settle()
        assert d.listener.texts == ["first"] * 3 + ["second"] * 3
        assert [r.outcome for r in d.pbx.reports] == [Outcome.GIVEN_UP] * 2
        assert d.pbx.reports[0].statuses == [204, 204, 204]
        d.listener.status = 200
        d.pbx.send_report("third")
        await d.pbx.settle()
        assert d.pbx.reports[-1].outcome is Outcome.DELIVERED
        assert d.pbx.reports[-1].attempts == 1


async def test_needless_repeats_are_a_quirk() -> None:
    """The same body twice although it was taken."""
    async with desk() as d:
        d.pbx.quirks.repeats = 1
        d.pbx.send_report("once")
        await d.pbx.settle()
        assert d.listener.texts == ["once", "once"]


async def test_nobody_listens() -> None:
    """Reports are given up, and do not pile up."""
    async with Simulator() as pbx:
        pbx.poster.interval = 0
        await Client(pbx).login(1)
        for _ in range(3):
            pbx.send_report("x")
        await pbx.settle()
        assert [r.outcome for r in pbx.reports] == [Outcome.GIVEN_UP] * 3
        pbx.poster.patience = 0
        pbx.send_report("x")
        await pbx.settle()
        assert pbx.reports[-1].attempts == 0
        for _ in range(600):
            pbx.send_report("x")
        given_up = [r for r in pbx.reports if r.outcome is Outcome.GIVEN_UP]
        assert len(given_up) == 4 + 100


async def test_a_listener_that_never_answers_does_not_block_for_ever() -> None:
    """The PBX has a time-out as well."""

    async def silent(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server, Simulator() as pbx:
        pbx.poster.answer_timeout = 0.05
        pbx.poster.attempts = 1
        await Client(pbx).login(server.sockets[0].getsockname()[1])
        pbx.send_report("x")
        await pbx.settle()
        assert pbx.reports[0].outcome is Outcome.GIVEN_UP


async def test_an_impatient_box_does_not_wait_for_answers() -> None:
    """A receiver that never answers gets every report at once, and again."""
    bodies: list[bytes] = []

    async def silent(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.readuntil(b"\r\n\r\n")
        bodies.append(await reader.readexactly(2))
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server, Simulator() as pbx:
        pbx.quirks.impatient_poster = True
        pbx.poster.answer_timeout, pbx.poster.interval = 0.2, 0.01
        pbx.poster.attempts = 2
        await Client(pbx).login(server.sockets[0].getsockname()[1])
        loop = asyncio.get_running_loop()
        began = loop.time()
        sent = [b"%02d" % number for number in range(20)]
        for body in sent:
            pbx.send_report(body)
        await pbx.settle()
        assert loop.time() - began < 20 * 0.2
        assert sorted(bodies) == sorted(sent * 2)
        assert {report.outcome for report in pbx.reports} == {Outcome.GIVEN_UP}


@pytest.mark.parametrize("impatient", [False, True])
async def test_a_receiver_that_answers_400_keeps_getting_reports(
    impatient: bool,
) -> None:
    """One that refused some goes on to receive all that follow."""
    async with desk() as d:
        d.pbx.quirks.impatient_poster = impatient
        d.pbx.poster.attempts = 1
        d.listener.status = 400
        for text in "abc":
            d.pbx.send_report(text)
        await d.pbx.settle()
        d.listener.status = 200
        d.pbx.send_report("d")
        await d.pbx.settle()
        assert sorted(d.listener.texts) == ["a", "b", "c", "d"]
        assert [r.status for r in d.pbx.reports] == [400, 400, 400, 200]


async def test_an_impatient_box_stops_with_reports_under_way() -> None:
    """Nothing is left behind."""

    async def silent(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        async with Simulator() as pbx:
            pbx.quirks.impatient_poster = True
            await Client(pbx).login(server.sockets[0].getsockname()[1])
            pbx.send_report("x")
            await asyncio.sleep(0.05)
        waiting = [t for t in asyncio.all_tasks() if "deliver" in repr(t)]
        assert waiting == []


async def test_reports_stop_silently_with_the_token() -> None:
    """Until someone logs in again."""
    async with desk() as d:
        d.pbx.expire_tokens()
        d.pbx.send_report("lost")
        await d.pbx.settle()
        assert d.pbx.reports[-1].outcome is Outcome.TOKEN_DEAD
        await d.api.login(d.listener.port)
        d.pbx.send_report("found")
        await d.pbx.settle()
        assert d.listener.texts == ["found"]


async def test_port_zero_means_no_reports() -> None:
    """As does no login."""
    async with Simulator() as pbx:
        pbx.send_report("x")
        await Client(pbx).login(0)
        pbx.send_report("x")
        assert [r.outcome for r in pbx.reports] == [Outcome.NO_TARGET] * 2


async def test_framing_does_not_change_reports() -> None:
    """It belongs to answers alone."""
    async with desk() as d:
        d.pbx.framing = Framing.KEEP_ALIVE
        d.pbx.send_report("x")
        await d.pbx.settle()
        assert d.listener.texts == ["x"]


def test_pairs_keep_order_and_repeated_keys() -> None:
    """The serializer of our own."""
    body = Pairs([("b", "ü"), ("a", Pairs([("n", 1)])), ("b", ["1", "2"])])
    assert to_json(body) == '{"b":"ü","a":{"n":1},"b":["1","2"]}'
