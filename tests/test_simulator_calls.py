"""How calls live in the simulator, seen through queries and reports in their order."""

import asyncio
from collections.abc import Callable

import pytest

from .simulator import (
    CallStatus,
    Direction,
    Forward,
    LegState,
    NotPossibleError,
    Simulator,
)
from .simulator.peer import Desk, desk

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def inbound(d: Desk) -> list[dict[str, object]]:
    """Return what inbound/query shows."""
    rows: list[dict[str, object]] = (await d.api.ask("inbound/query"))["inbound"]
    return rows


async def outbound(d: Desk) -> list[dict[str, object]]:
    """Return what outbound/query shows."""
    rows: list[dict[str, object]] = (await d.api.ask("outbound/query"))["outbound"]
    return rows


async def status(d: Desk, number: str) -> str:
    """Return what extensionlist/query shows of an extension."""
    rows = (await d.api.ask("extensionlist/query"))["extlist"]
    return str(next(row["status"] for row in rows if row["extnumber"] == number))


async def trunk_status(d: Desk, name: str) -> str:
    """Return what trunklist/query shows of a trunk."""
    rows = (await d.api.ask("trunklist/query"))["trunklist"]
    return str(next(row["status"] for row in rows if row["trunkname"] == name))


async def test_an_inbound_call_from_ring_to_bye() -> None:
    """The full run of a v1 inbound call."""
    async with desk() as d:
        call = d.pbx.outside_call("5503301", to="1000", trunk="SIP-142")
        assert call.direction is Direction.INBOUND
        assert call.legs[0].inboundid == call.callid
        row = {
            "inboundid": call.callid,
            "from": "5503301",
            "to": "1000",
            "trunk": "SIP-142",
            "status": "Progress",
            "callee": [{"extid": "1000"}],
        }
        assert await inbound(d) == [row]
        assert await d.reported() == ["ALERT", "RING", "1000 Ringing"]
        assert await status(d, "1000") == "Ringing"
        d.pbx.answer("1000")
        assert await inbound(d) == [row | {"status": "Talking"}]
        assert await d.reported() == ["ANSWER", "ANSWERED", "1000 Busy"]
        d.pbx.hold("1000")
        assert await status(d, "1000") == "Hold"
        d.pbx.resume("1000")
        assert await d.reported() == ["1000 Hold", "1000 Busy"]
        d.pbx.outside_hangs_up(call)
        assert await d.reported() == ["BYE", "NewCdr", "1000 Registered"]
        assert await inbound(d) == []
        assert call.ended
        assert d.pbx.calls == {}


async def test_a_missed_call() -> None:
    """The caller gives up while the phone rings."""
    async with desk() as d:
        call = d.pbx.outside_call("5503301", to="1000")
        await d.reported()
        d.pbx.outside_hangs_up(call)
        await d.pbx.settle()
        assert d.listener.names == ["BYE", "NewCdr", "1000 Registered"]
        assert '"status":"NO ANSWER"' in d.listener.texts[1]


async def test_nobody_answers_in_time() -> None:
    """After the ring time-out the PBX gives up."""
    async with desk(pbx=Simulator(time_scale=0.001)) as d:
        call = d.pbx.outside_call("5503301", to="1000")
        while not call.ended:
            await asyncio.sleep(0.01)
        assert await d.reported() == [
            "ALERT",
            "RING",
            "1000 Ringing",
            "CallFailed",
            "NewCdr",
            "1000 Registered",
        ]


@pytest.mark.parametrize(
    ("change", "reason", "record"),
    [
        ({"status": "Unavailable"}, "Line unreachable", "FAILED"),
        ({"dnd": True}, "DND", "BUSY"),
    ],
)
async def test_an_extension_that_cannot_be_rung(
    change: dict[str, object], reason: str, record: str
) -> None:
    """CallFailed says why, the CDR what that means."""
    async with desk() as d:
        for name, value in change.items():
            setattr(d.pbx.state.extensions["1002"], name, value)
        d.pbx.state.extensions["1002"].reported = d.pbx.state.extensions["1002"].status
        d.pbx.internal_call("1000", "1002")
        await d.pbx.settle()
        assert d.listener.names == ["CallFailed", "NewCdr"]
        assert f'"reason":"{reason}"' in d.listener.texts[0]
        assert '"ext":{"extid":"1002"}' in d.listener.texts[0]
        assert f'"status":"{record}"' in d.listener.texts[1]


async def test_a_refused_call_is_busy() -> None:
    """The callee presses the red key."""
    async with desk() as d:
        d.pbx.internal_call("1000", "1002")
        await d.reported()
        d.pbx.reject("1002")
        await d.pbx.settle()
        assert '"reason":"User busy"' in d.listener.texts[0]
        assert '"status":"BUSY"' in d.listener.texts[1]


async def test_an_internal_call_is_shown_by_no_query() -> None:
    """Only statuses and reports tell of it."""
    async with desk() as d:
        call = d.pbx.internal_call("1000", "1002")
        assert call.parties == ["1000", "1002"]
        assert await d.reported() == ["ALERT", "RING", "1000 Busy", "1002 Ringing"]
        d.pbx.answer("1002")
        assert await inbound(d) == []
        assert await outbound(d) == []
        assert await d.reported() == ["ANSWER", "ANSWERED", "1002 Busy"]
        d.pbx.hang_up("1002")
        await d.pbx.settle()
        assert d.listener.texts[0] == (
            f'{{"action":"BYE","callid":"{call.callid}",'
            '"ext":{"extid":"1002"},"ext":{"extid":"1000"}}'
        )


async def test_an_api_dial_rings_the_caller_first() -> None:
    """Until that phone is answered, only its status tells."""
    async with desk() as d:
        answer = await d.api.ask("extension/dial_outbound", extid="1000", outto="41000")
        assert await outbound(d) == []
        assert await d.reported() == ["1000 Ringing"]
        call = d.pbx.answer("1000")
        assert call.callid == answer["callid"]
        leg = call.legs[1]
        assert leg.outboundid
        assert leg.outboundid != call.callid
        row = {
            "outboundid": leg.outboundid,
            "from": "1000",
            "to": "41000",
            "trunk": "SIP-142",
            "status": "Progress",
        }
        assert await outbound(d) == [row]
        assert await d.reported() == ["ALERT", "RING", "1000 Busy"]
        d.pbx.answer_outside(call)
        assert await outbound(d) == [row | {"status": "Talking"}]
        assert await d.reported() == ["ANSWER", "ANSWERED"]
        d.pbx.hang_up("1000")
        assert await d.reported() == ["BYE", "NewCdr", "1000 Registered"]


async def test_an_internal_api_dial() -> None:
    """The callee rings when the caller's phone is answered."""
    async with desk() as d:
        await d.api.ask("extension/dial_extension", caller="1000", callee="1002")
        assert await d.reported() == ["1000 Ringing"]
        d.pbx.answer("1000")
        assert await d.reported() == ["ALERT", "RING", "1000 Busy", "1002 Ringing"]
        d.pbx.answer("1002")
        assert await d.reported() == ["ANSWER", "ANSWERED", "1002 Busy"]


async def test_auto_answer_needs_no_hand() -> None:
    """A SIP phone takes the call by itself, an analogue one cannot."""
    async with desk() as d:
        await d.api.ask(
            "extension/dial_extension", caller="1000", callee="1002", autoanswer="yes"
        )
        assert await status(d, "1002") == "Ringing"
        await d.api.ask(
            "extension/dial_extension", caller="1006", callee="1003", autoanswer="Yes"
        )
        assert await status(d, "1006") == "Ringing"
        assert await status(d, "1003") == "Registered"


async def test_the_caller_does_not_pick_up_an_api_dial() -> None:
    """The call fails, and names the caller's own phone."""
    async with desk(pbx=Simulator(time_scale=0.001)) as d:
        await d.api.ask("extension/dial_extension", caller="1000", callee="1002")
        while d.pbx.calls:
            await asyncio.sleep(0.01)
        await d.pbx.settle()
        assert d.listener.names == ["1000 Ringing", "CallFailed", "1000 Registered"]
        assert '"reason":"User alerting, no answer"' in d.listener.texts[1]
        assert '"ext":{"extid":"1000"}' in d.listener.texts[1]


async def test_a_call_dialled_on_the_phone() -> None:
    """It is shown while the other side rings; its leg has an id of its own."""
    async with desk() as d:
        call = d.pbx.outgoing_call("1000", "0612345678")
        rows = await outbound(d)
        assert rows[0]["status"] == "Progress"
        assert rows[0]["outboundid"] == call.legs[1].id != call.callid
        assert await d.reported() == ["ALERT", "RING", "1000 Busy"]
        d.pbx.outside_hangs_up(call)
        assert await d.reported() == ["CallFailed", "NewCdr", "1000 Registered"]


async def test_a_call_without_permission() -> None:
    """Dialled on the phone it fails with the vendor's reason."""
    async with desk() as d:
        d.pbx.outgoing_call("1003", "0612345678")
        await d.pbx.settle()
        assert '"reason":"NO Outbound Restriction"' in d.listener.texts[0]


async def test_a_call_without_a_trunk() -> None:
    """Nothing leads out."""
    async with desk() as d:
        for trunk in d.pbx.state.trunks.values():
            trunk.status = "Failure"
        d.pbx.outgoing_call("1000", "0612345678")
        await d.pbx.settle()
        assert '"reason":"Line unreachable"' in d.listener.texts[0]


async def test_a_line_for_one_call_is_busy_while_it_is_used() -> None:
    """FXO and GSM; a SIP trunk stays registered."""
    async with desk() as d:
        call = d.pbx.outside_call("5503301", to="1000", trunk="FXO2-3")
        assert await trunk_status(d, "FXO2-3") == "Busy"
        d.pbx.outside_hangs_up(call)
        assert await trunk_status(d, "FXO2-3") == "Idle"
        d.pbx.outside_call("5503301", to="1000", trunk="SIP-142")
        assert await trunk_status(d, "SIP-142") == "Registered"


async def test_two_calls_at_one_extension() -> None:
    """The second rings through; answering it holds the first, its end resumes it."""
    async with desk() as d:
        first = d.pbx.outside_call("5503301", to="1000")
        d.pbx.answer("1000")
        second = d.pbx.outside_call("5503302", to="1000")
        assert await status(d, "1000") == "Busy"
        assert len(await inbound(d)) == 2
        assert d.pbx.answer("1000") is second
        assert [leg.state for leg in first.legs] == [LegState.TALKING, LegState.HELD]
        assert await status(d, "1000") == "Busy"
        assert d.pbx.hang_up("1000") is second
        assert [leg.state for leg in first.legs] == [LegState.TALKING] * 2
        assert first.status is CallStatus.TALKING


async def test_a_second_call_that_is_not_answered_resumes_nothing() -> None:
    """What a person put on hold stays there."""
    async with desk() as d:
        first = d.pbx.outside_call("5503301", to="1000")
        d.pbx.answer("1000")
        d.pbx.hold("1000")
        second = d.pbx.outside_call("5503302", to="1000")
        d.pbx.outside_hangs_up(second)
        assert first.legs[1].state is LegState.HELD


async def test_a_phone_without_call_waiting_is_busy() -> None:
    """The FXS at the door."""
    async with desk() as d:
        d.pbx.outside_call("5503301", to="1006")
        d.pbx.answer("1006")
        await d.reported()
        d.pbx.internal_call("1000", "1006")
        await d.pbx.settle()
        assert '"reason":"User busy"' in d.listener.texts[0]
        d.pbx.hang_up("1006")
        assert await status(d, "1006") == "Idle"


async def test_a_queue_rings_all_and_one_answers() -> None:
    """The others stop; the caller waited until then."""
    async with desk() as d:
        call = d.pbx.outside_call("5503301", to="6700")
        assert (await inbound(d))[0]["status"] == "Wait"
        assert await d.reported() == [
            "ALERT",
            "RING",
            "RING",
            "RING",
            "1000 Ringing",
            "1002 Ringing",
            "1003 Ringing",
        ]
        d.pbx.answer("1002")
        assert (await inbound(d))[0]["callee"] == [{"extid": "1002"}]
        assert await d.reported() == [
            "ANSWER",
            "ANSWERED",
            "1000 Registered",
            "1002 Busy",
            "1003 Registered",
        ]
        d.pbx.hang_up_call(call.callid)
        assert (await d.reported())[:2] == ["BYE", "NewCdr"]


async def test_who_waits_in_a_queue_is_served_when_an_agent_is_free() -> None:
    """First come, first served."""
    async with desk() as d:
        d.pbx.state.queues["6700"].agents = ["1000"]
        d.pbx.internal_call("1000", "1002")
        call = d.pbx.outside_call("5503301", to="6700")
        assert call.ringing == []
        d.pbx.hang_up("1000")
        assert [leg.number for leg in call.ringing] == ["1000"]


async def test_an_agent_who_refuses_is_not_rung_again_at_once() -> None:
    """The others go on ringing, and the caller waits."""
    async with desk() as d:
        call = d.pbx.outside_call("5503301", to="6700")
        for number in ("1000", "1002", "1003"):
            d.pbx.reject(number)
        assert call.ringing == []
        assert call.status is CallStatus.WAIT


async def test_a_ring_group_gives_up() -> None:
    """Nobody answers in time."""
    async with desk(pbx=Simulator(time_scale=0.001)) as d:
        call = d.pbx.outside_call("5503301", to="6200")
        assert call.status is CallStatus.PROGRESS
        while not call.ended:
            await asyncio.sleep(0.01)
        await d.pbx.settle()
        assert "BYE" in d.listener.names
        assert '"callto":"6200"' in d.listener.texts[d.listener.names.index("NewCdr")]


async def test_a_menu_leads_on() -> None:
    """Keys are reported; one of the menu rings an extension."""
    async with desk() as d:
        call = d.pbx.outside_call("5503301", to="6500")
        assert (await inbound(d))[0]["status"] == "Talking"
        assert (await inbound(d))[0]["callee"] == []
        d.pbx.press_key(call, "9")
        d.pbx.press_key(call, "1")
        assert await d.reported() == ["DTMF", "DTMF", "ALERT", "RING", "1000 Ringing"]
        with pytest.raises(NotPossibleError):
            d.pbx.press_key(call, "1")


async def test_a_menu_has_a_prompt_that_ends() -> None:
    """Its name says which menu."""
    async with desk(pbx=Simulator(time_scale=0.001)) as d:
        d.pbx.outside_call("5503301", to="6500")
        while "PlayPromptEnd" not in d.listener.names:
            await asyncio.sleep(0.01)
        assert '"prompt":"ivr:6500"' in d.listener.texts[-1]


async def test_voicemail() -> None:
    """The ringing stops, no extension answers, the CDR says so."""
    async with desk() as d:
        call = d.pbx.outside_call("5503301", to="1000")
        d.pbx.voicemail(call)
        assert (await inbound(d))[0]["status"] == "Talking"
        assert await status(d, "1000") == "Registered"
        d.pbx.outside_hangs_up(call)
        await d.pbx.settle()
        assert '"status":"VOICEMAIL"' in d.listener.texts[-1]


@pytest.mark.parametrize(
    ("setting", "change"),
    [
        ("always_forward", {}),
        ("busy_forward", {"dnd": True}),
        ("no_answer_forward", {"status": "Unavailable"}),
    ],
)
async def test_forwarding(setting: str, change: dict[str, object]) -> None:
    """The next phone rings, and a report tells of it."""
    async with desk() as d:
        for name, value in {
            setting: Forward.to_extension("1002"),
            **change,
        }.items():
            setattr(d.pbx.state.extensions["1000"], name, value)
        call = d.pbx.outside_call("5503301", to="1000")
        assert [leg.number for leg in call.ringing] == ["1002"]
        assert (await d.reported())[0] == "Tranfer"


async def test_forwarding_in_a_circle_ends() -> None:
    """Two phones that forward to each other."""
    async with desk() as d:
        d.pbx.state.extensions["1000"].always_forward = Forward.to_extension("1002")
        d.pbx.state.extensions["1002"].always_forward = Forward.to_extension("1000")
        call = d.pbx.outside_call("5503301", to="1000")
        assert len(call.ringing) == 1


async def test_an_extension_transfers_a_call() -> None:
    """That is reported, misspelt as the vendor does."""
    async with desk() as d:
        call = d.pbx.outside_call("5503301", to="1000")
        d.pbx.answer("1000")
        await d.reported()
        d.pbx.transfer("1000", "1002")
        assert await d.reported() == [
            "Tranfer",
            "ALERT",
            "RING",
            "1000 Registered",
            "1002 Ringing",
        ]
        d.pbx.answer("1002")
        assert call.parties == ["5503301", "1002"]


async def test_answering_control_offers_a_call_first() -> None:
    """Ten seconds, then it goes on by itself."""
    async with desk(pbx=Simulator(time_scale=0.005)) as d:
        d.pbx.state.trunks["SIP-142"].answering_control = True
        call = d.pbx.outside_call("5503301", to="1000")
        assert call.status is CallStatus.WAIT
        assert (await inbound(d))[0]["callee"] == []
        assert await d.reported() == ["Invite"]
        while call.offered:
            await asyncio.sleep(0.01)
        assert await d.reported() == ["Incoming", "ALERT", "RING", "1000 Ringing"]


async def test_destination_control_reports_incoming_alone() -> None:
    """Nothing is offered."""
    async with desk() as d:
        d.pbx.state.trunks["SIP-142"].destination_control = True
        d.pbx.outside_call("5503301", to="1000")
        assert (await d.reported())[0] == "Incoming"


async def test_extensions_and_trunks_come_and_go() -> None:
    """Every change of the configuration is reported."""
    async with desk() as d:
        d.pbx.add_extension("1010", "Lab", dnd=True)
        d.pbx.rename_extension("1010", "Laboratory")
        d.pbx.remove_extension("1010")
        d.pbx.add_trunk("New", type="GSM")
        assert await trunk_status(d, "New") == "Idle"
        d.pbx.remove_trunk("New")
        await d.pbx.settle()
        assert d.listener.names == ["ConfigChange"] * 5
        assert d.listener.texts[0] == (
            '{"action":"ConfigChange","type":"extension","extid":"1010","operation":"add"}'
        )
        assert '"trunkname":"New","operation":"del"' in d.listener.texts[-1]


async def test_removing_ends_the_calls() -> None:
    """An extension or a trunk in a call."""
    async with desk() as d:
        first = d.pbx.internal_call("1000", "1002")
        second = d.pbx.outside_call("5503301", to="1003", trunk="SIP-142")
        d.pbx.remove_extension("1002")
        d.pbx.remove_trunk("SIP-142")
        assert first.ended
        assert second.ended


async def test_statuses_without_monitor_are_not_reported() -> None:
    """Status monitor is a switch of each extension."""
    async with desk() as d:
        d.pbx.state.extensions["1000"].status_monitor = False
        d.pbx.set_extension_status("1000", "Unavailable")
        d.pbx.set_extension_status("1002", "Unavailable")
        d.pbx.set_trunk_status("SIP-142", "Failure")
        assert await d.reported() == ["1002 Unavailable"]
        assert await status(d, "1000") == "Unavailable"
        assert await trunk_status(d, "SIP-142") == "Failure"


async def test_what_cannot_happen_is_said() -> None:
    """A test that asks for nonsense fails loudly."""
    async with Simulator() as pbx:
        call = pbx.outside_call("5503301", to="1000")
        pbx.outside_hangs_up(call)
        nonsense: list[Callable[[], object]] = [
            lambda: pbx.answer("1000"),
            lambda: pbx.hang_up("1000"),
            lambda: pbx.reject("1000"),
            lambda: pbx.hold("1000"),
            lambda: pbx.resume("1000"),
            lambda: pbx.answer_outside(call),
            lambda: pbx.outside_hangs_up(call),
            lambda: pbx.voicemail(call),
            lambda: pbx.hang_up_call("1.1"),
            lambda: pbx.outside_call("1", to="9999"),
            lambda: pbx.outside_call("1", to="1000", trunk="no"),
            lambda: pbx.internal_call("1001", "1000"),
        ]
        for ask in nonsense:
            with pytest.raises(NotPossibleError):
                ask()
