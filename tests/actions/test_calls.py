"""Starting, ending and moving calls, over sockets."""

import asyncio
from unittest.mock import patch

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.actions import request
from custom_components.yeastar.pbx.http import Http
from tests.helpers import impatient
from tests.simulator import Fault, Simulator
from tests.simulator.quirks import Framing

from .conftest import Act, Sent
from .words import refused


async def test_dial_answers_the_call(pbx: Simulator, act: Act, sent: Sent) -> None:
    """The id of the call is a string, and the phone rings."""
    answer = await act("dial", extension="1000", number="41000", auto_answer=True)
    (call,) = pbx.calls.values()
    assert answer == {"call_id": call.callid}
    assert sent("extension/dial_outbound") == [
        {"extid": "1000", "outto": "41000", "autoanswer": "yes"}
    ]


async def test_dialling_oneself(act: Act, sent: Sent) -> None:
    """A phone cannot call itself."""
    with refused("dials_itself"):
        await act("dial", extension="1000", number="Jayson")
    assert not sent("extension/dial_extension")


async def test_the_state_follows_an_action(
    hass: HomeAssistant, pbx: Simulator, act: Act, loaded: MockConfigEntry
) -> None:
    """The dashboard follows within a second even when no report comes."""
    pbx.report_target = None
    await act("dial", extension="1000", number="1002")
    await asyncio.sleep(0.5)
    await hass.async_block_till_done()
    state = hass.states.get("sensor.jayson")
    assert state
    assert state.state == "ringing"


async def test_hang_up_an_extension(pbx: Simulator, act: Act, sent: Sent) -> None:
    """Its call ends."""
    await act("dial", extension="1000", number="1002")
    assert await act("hang_up", extension="1000") is None
    assert sent("extension/hangup") == [{"extid": "1000"}]
    assert not pbx.calls


@pytest.mark.parametrize("by_leg", [False, True])
async def test_hang_up_calls_on_trunks(
    pbx: Simulator, act: Act, sent: Sent, by_leg: bool
) -> None:
    """The id of a call and the id of its leg both mean it."""
    call = pbx.outgoing_call("1002", "41000")
    await pbx.settle()
    leg = call.outside_legs[0].id
    assert leg != call.callid
    await act("hang_up", call_id=leg if by_leg else call.callid)
    assert sent("outbound/hangup") == [{"outboundid": leg}]
    call = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await pbx.settle()
    await act("hang_up", call_id=call.callid)
    assert sent("inbound/hangup") == [{"inboundid": call.callid}]
    assert not pbx.calls


async def test_hang_up_an_internal_call(pbx: Simulator, act: Act, sent: Sent) -> None:
    """It is in no query and has no operation, so one of its phones is hung up."""
    call = pbx.internal_call("1000", "1002")
    await pbx.settle()
    await act("hang_up", call_id=call.callid)
    assert len(sent("extension/hangup")) == 1
    assert not pbx.calls


async def test_a_call_nobody_knows_is_asked_for_once(
    pbx: Simulator, act: Act, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without reports the PBX is asked before a call is refused."""
    monkeypatch.setattr(request, "KNOWN_SECONDS", 0.0)
    pbx.report_target = None
    call = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await act("hang_up", call_id=call.callid)
    assert sent("inbound/hangup")
    before = len(sent("inbound/query"))
    with refused("call_not_found"):
        await act("hang_up", call_id="1495700976.270")
    assert len(sent("inbound/query")) == before + 1


async def test_calls_that_were_asked_for_a_moment_ago_are_not_asked_for_again(
    act: Act, sent: Sent
) -> None:
    """However many ids are tried, the PBX has time for others."""
    before = len(sent("inbound/query"))
    for number in range(5):
        with refused("call_not_found"):
            await act("hang_up", call_id=f"1495700976.27{number}")
    await act("get_calls")
    assert len(sent("inbound/query")) <= before + 1


TRANSFERS: list[tuple[dict[str, object], str, dict[str, str]]] = [
    ({"extension": "1003"}, "extension", {"extid": "1003"}),
    ({"extension": "Ina Tang"}, "extension", {"extid": "1003"}),
    ({"ivr": "6500"}, "ivr", {"ivrid": "6500"}),
    (
        {"number": "22003", "permission_of": "1000"},
        "outbound",
        {"outto": "22003", "fromext": "1000"},
    ),
]
GROUPS: list[tuple[dict[str, object], str, dict[str, str]]] = [
    ({"queue": "6700"}, "queue", {"queueid": "6700"}),
    ({"ring_group": 6200}, "ringgroup", {"ringgroupid": "6200"}),
]


@pytest.mark.parametrize(("target", "kind", "fields"), TRANSFERS + GROUPS)
async def test_transfer_an_inbound_call(
    pbx: Simulator,
    act: Act,
    sent: Sent,
    target: dict[str, object],
    kind: str,
    fields: dict[str, str],
) -> None:
    """Each of the five destinations has its own operation."""
    call = pbx.outside_call("5503301", to="1002", trunk="SIP-142")
    await pbx.settle()
    answer = await act("transfer", call_id=call.callid, **target)
    assert answer == {"call_id": call.callid}
    assert sent(f"inbound/transfer_{kind}") == [{"inboundid": call.callid, **fields}]


@pytest.mark.parametrize(("target", "kind", "fields"), TRANSFERS)
async def test_transfer_an_outbound_call(
    pbx: Simulator,
    act: Act,
    sent: Sent,
    target: dict[str, object],
    kind: str,
    fields: dict[str, str],
) -> None:
    """The leg goes out on the wire, the call comes back."""
    call = pbx.outgoing_call("1002", "41000")
    await pbx.settle()
    leg = call.outside_legs[0].id
    answer = await act("transfer", call_id=call.callid, **target)
    assert answer == {"call_id": call.callid}
    assert sent(f"outbound/transfer_{kind}") == [{"outboundid": leg, **fields}]


@pytest.mark.parametrize("target", [{"queue": "6700"}, {"ring_group": "6200"}])
async def test_outbound_calls_go_to_no_group(
    pbx: Simulator, act: Act, target: dict[str, str]
) -> None:
    """The PBX has no such operation, and that is said."""
    call = pbx.outgoing_call("1002", "41000")
    await pbx.settle()
    with refused("transfer_outbound_to_group"):
        await act("transfer", call_id=call.callid, **target)


async def test_internal_calls_are_not_transferred(pbx: Simulator, act: Act) -> None:
    """The PBX moves only calls with the outside."""
    call = pbx.internal_call("1000", "1002")
    await pbx.settle()
    with refused("transfer_internal"):
        await act("transfer", call_id=call.callid, extension="1003")


async def test_transfer_outside_needs_a_permission(pbx: Simulator, act: Act) -> None:
    """Somebody's permission pays for it."""
    call = pbx.outside_call("5503301", to="1002", trunk="SIP-142")
    await pbx.settle()
    with refused("permission_of_needed"):
        await act("transfer", call_id=call.callid, number="22003")


async def test_transfer_by_who_may_only_look(
    pbx: Simulator, act: Act, reader: User
) -> None:
    """Somebody else's call stays where it is."""
    call = pbx.outside_call("5503301", to="1002", trunk="SIP-142")
    await pbx.settle()
    with pytest.raises(Unauthorized):
        await act("transfer", call_id=call.callid, extension="1003", user=reader)


# What goes wrong on the way


async def test_the_pbx_is_gone(pbx: Simulator, act: Act) -> None:
    """Nothing was sent, and that is said."""
    await pbx.stop()
    with refused("cannot_connect", HomeAssistantError):
        await act("dial", extension="1000", number="41000")


@pytest.mark.parametrize("fault", [Fault.GARBAGE, Fault.HTML, Fault.EMPTY])
async def test_nonsense(pbx: Simulator, act: Act, sent: Sent, fault: Fault) -> None:
    """An answer of something else is not repeated."""
    pbx.fail_next(fault, endpoint="extension/dial_outbound")
    with refused("nonsense", HomeAssistantError):
        await act("dial", extension="1000", number="41000")
    assert len(sent("extension/dial_outbound")) == 1


@pytest.mark.parametrize("fault", [Fault.CLOSE_AFTER, Fault.RESET, Fault.HALF])
async def test_a_lost_answer(
    pbx: Simulator, act: Act, sent: Sent, fault: Fault
) -> None:
    """It may have been done, so it is not done again."""
    pbx.framing = Framing.CONTENT_LENGTH
    pbx.fail_next(fault, endpoint="extension/dial_outbound")
    with refused("unconfirmed", HomeAssistantError):
        await act("dial", extension="1000", number="41000")
    assert len(sent("extension/dial_outbound")) == 1


@pytest.mark.parametrize(
    ("action", "data", "endpoint"),
    [
        ("dial", {"number": "1002"}, "login"),
        ("set_wake_up_call", {"time": "07:00"}, "wakeupcall/query"),
        ("get_wake_up_calls", {}, "wakeupcall/query"),
        ("set_do_not_disturb", {"enabled": True}, "extension/query"),
        ("get_extension", {}, "extension/query"),
    ],
)
async def test_a_lost_answer_to_what_changes_nothing(
    pbx: Simulator,
    act: Act,
    sent: Sent,
    action: str,
    data: dict[str, object],
    endpoint: str,
) -> None:
    """Nothing was done, so the sentence does not say that something may have been."""
    if endpoint == "login":
        pbx.expire_tokens()
    pbx.fail_next(Fault.CLOSE_AFTER, endpoint=endpoint)
    with refused("cannot_connect", HomeAssistantError):
        await act(action, extension="1000", **data)


async def test_no_answer_in_time(pbx: Simulator, act: Act, sent: Sent) -> None:
    """A PBX that hangs may have done it."""
    pbx.fail_next(Fault.HANG, endpoint="extension/dial_outbound")
    with (
        patch.object(Http, "exchange", impatient(0.3)),
        refused("unconfirmed", HomeAssistantError),
    ):
        await act("dial", extension="1000", number="41000")
    assert len(sent("extension/dial_outbound")) == 1


async def test_a_token_that_died_in_between(
    pbx: Simulator, act: Act, sent: Sent
) -> None:
    """The PBX refused before it did anything, so one login and one repetition."""
    logins = pbx.logins_ok
    pbx.expire_tokens()
    assert await act("dial", extension="1000", number="41000")
    assert len(pbx.calls) == 1
    assert pbx.logins_ok == logins + 1


async def test_a_password_that_was_changed(
    hass: HomeAssistant, pbx: Simulator, act: Act, loaded: MockConfigEntry
) -> None:
    """The person is asked for it; it is not sent again."""
    pbx.password = "another"
    pbx.expire_tokens()
    with refused("pbx_bad_credentials", HomeAssistantError):
        await act("dial", extension="1000", number="41000")
    await hass.async_block_till_done()
    assert hass.config_entries.flow.async_progress_by_handler("yeastar")
    assert pbx.logins_failed == 1
