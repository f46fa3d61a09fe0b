"""Calls that the API of the P-Series simulator starts."""

from collections.abc import AsyncIterator
import json
from typing import Any

import pytest

from .simulator.p_series import Empty, PSeriesSimulator
from .simulator.p_series.peer import Desk, desk

pytestmark = pytest.mark.usefixtures("socket_enabled")
OUTSIDE = "0612345678"


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    """Return a desk with a subscriber to everything."""
    async with desk() as one:
        yield one


async def dial(at: Desk, caller: str, callee: str, **fields: object) -> str:
    """Dial and return the id of the call."""
    answer = await at.api.post("call/dial", caller=caller, callee=callee, **fields)
    assert answer["errcode"] == 0
    call_id: str = answer["call_id"]
    return call_id


def message(text: str) -> dict[str, Any]:
    """Return the `msg` of a frame."""
    msg: dict[str, Any] = json.loads(json.loads(text)["msg"])
    return msg


async def test_the_callers_phone_rings_first(at: Desk) -> None:
    """ALERT is its word for that; the callee follows."""
    call_id = await dial(at, "1000", "1002")
    assert await at.told() == ["1000 ALERT", "30008 1000 Ringing"]
    at.pbx.answer("1000")
    assert await at.told() == [
        "1000 ANSWERED",
        "1002 RING",
        "30008 1000 Busy",
        "30008 1002 Ringing",
    ]
    at.pbx.answer("1002")
    at.pbx.hang_up("1002")
    frames = await at.frames()
    assert {message(text).get("call_id", call_id) for text in frames} == {call_id}


async def test_the_id_of_such_a_call_ends_in_six_digits(at: Desk) -> None:
    """Others do not."""
    assert len((await dial(at, "1000", "1002")).partition(".")[2]) == 6
    assert len(at.pbx.outside_call("1", "1003").call_id.partition(".")[2]) == 3


async def test_a_phone_can_answer_by_itself(at: Desk) -> None:
    """With `auto_answer`, a SIP phone only."""
    await dial(at, "1000", "1002", auto_answer="yes")
    assert "1002 RING" in await at.told()
    answer = await at.api.post(
        "call/dial", caller="1000", callee="1002", auto_answer="perhaps"
    )
    assert answer["errcode"] == 40002


async def test_a_call_to_the_outside_uses_the_callers_right(at: Desk) -> None:
    """Without `dial_permission`."""
    call_id = await dial(at, "1000", OUTSIDE, auto_answer="yes")
    call = at.pbx.calls[call_id]
    at.pbx.answer_outside(call)
    at.pbx.outside_hangs_up(call)
    lines = [line for line in await at.told() if not line.startswith("30008")]
    assert lines == [
        "1000 ALERT",
        "1000 ANSWERED",
        "outbound RING",
        "outbound ANSWER",
        "outbound BYE",
        "1000 BYE",
        f"30012 ANSWERED 1000>{OUTSIDE}",
    ]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"caller": "1003"}, "NO Outbound Restrictin"),
        ({"caller": "1000", "dial_permission": "1003"}, "NO Outbound Restrictin"),
        ({"caller": "1000", "dial_permission": "9999"}, "NO Dial Permission"),
    ],
    ids=["the caller's", "another's", "an unknown one's"],
)
async def test_dialling_without_right_is_accepted_and_fails(
    at: Desk, fields: dict[str, str], reason: str
) -> None:
    """Errcode 0, then 30015 with null instead of members."""
    call_id = await dial(at, **{"callee": OUTSIDE} | fields)
    (text,) = await at.frames()
    failed = {"call_id": call_id, "reason": reason, "members": None}
    assert message(text) == failed
    assert at.pbx.calls == {}


@pytest.mark.parametrize(
    ("with_member", "members"), [(False, "[]"), (True, "['1000 BYE']")]
)
async def test_a_caller_that_does_not_pick_up(with_member: bool, members: str) -> None:
    """Its BYE, then 30015 with null, or by a quirk with this member."""
    async with desk(PSeriesSimulator(time_scale=0.01)) as at:
        at.pbx.quirks.members_in_caller_failure = with_member
        await dial(at, "1000", "1002")
        lines = await at.until(f"30015 408 Request Time {members}")
    assert lines[-3:-1] == ["1000 BYE", "30008 1000 Idle"]
    assert at.pbx.archive.records == []


async def test_a_caller_that_is_busy_is_told_alone(at: Desk) -> None:
    """The callee was never dialled."""
    at.pbx.state.extensions["1002"].call_waiting = False
    at.pbx.internal_call("1002", "1000")
    await at.frames()
    await dial(at, "1002", "1003")
    assert (await at.told())[-1] == "30015 486 Busy here ['1002 BYE']"


async def test_reasons_may_be_spelled_as_a_live_box_does(at: Desk) -> None:
    """By a quirk."""
    at.pbx.quirks.live_spelling = True
    await dial(at, "1000", "nonsense", auto_answer="yes")
    assert (await at.told())[-1] == "30015 NOT found ['1000 BYE']"


async def test_an_outside_caller_without_permission_is_ignored(at: Desk) -> None:
    """Errcode 0, and nothing happens."""
    await dial(at, OUTSIDE, "1000")
    assert (await at.told(), at.pbx.calls) == ([], {})


async def test_two_outside_parties_are_connected(at: Desk) -> None:
    """With the right of an extension; each over a trunk of its own, if there are two."""
    call_id = await dial(at, OUTSIDE, "0305550127", dial_permission="1000")
    call = at.pbx.calls[call_id]
    at.pbx.answer_outside(call)
    at.pbx.answer_outside(call)
    assert [member.number for member in call.connected] == [OUTSIDE, "0305550127"]
    answer = await at.api.get("call/query", type="outbound")
    assert [row["call_id"] for row in answer["data"]] == [call_id]


@pytest.mark.parametrize(
    ("number", "line"),
    [("6500", "outbound ANSWER 6500"), ("6700", "1000 RING 6700")],
    ids=["IVR", "queue"],
)
async def test_a_number_of_the_pbx_as_caller_gets_the_outside_party(
    at: Desk, number: str, line: str
) -> None:
    """Which is called first."""
    call_id = await dial(at, number, OUTSIDE, dial_permission="1000")
    assert await at.told() == ["outbound RING"]
    at.pbx.answer_outside(at.pbx.calls[call_id])
    assert line in await at.told()


async def test_an_extension_is_connected_with_an_ivr(at: Desk) -> None:
    """The path appears when the menu is heard."""
    await dial(at, "1000", "6500", auto_answer="yes")
    assert (await at.told())[-2:] == ["1000 ANSWERED 6500", "30008 1000 Busy"]


async def test_prompts_are_played_one_after_the_other(at: Desk) -> None:
    """30018 each, then the PBX hangs up; `count` plays all of them again."""
    answer = await at.api.post(
        "call/play_prompt",
        number="1000",
        prompts=["hello111", "appletest"],
        count=2,
        auto_answer="yes",
    )
    call = at.pbx.calls[answer["call_id"]]
    for _ in range(4):
        at.pbx.end_prompt(call)
    frames = await at.frames()
    played = [m["prompt"] for m in map(message, frames) if "prompt" in m]
    assert played == ["hello111", "appletest"] * 2
    assert call.ended


async def test_a_prompt_for_an_outside_number_needs_a_right(at: Desk) -> None:
    """Without `dial_permission` nothing happens."""
    for permission, calls in (("", 0), ("1000", 1)):
        answer = await at.api.post(
            "call/play_prompt",
            number=OUTSIDE,
            prompts=["hello111"],
            dial_permission=permission,
        )
        assert answer["errcode"] == 0
        assert len(at.pbx.calls) == calls


@pytest.mark.parametrize(
    ("fields", "errcode"),
    [
        ({"prompts": ["hello111.wav"]}, 60001),
        ({"prompts": "hello111"}, 40002),
        ({"prompts": []}, 40002),
        ({"prompts": ["hello111"], "volume": 21}, 40002),
        ({"prompts": ["hello111"], "count": 0}, 40002),
        ({"prompts": ["hello111"], "number": ""}, 40002),
    ],
    ids=["a file extension", "no list", "empty", "too loud", "never", "no number"],
)
async def test_a_wrong_prompt_is_refused(
    at: Desk, fields: dict[str, object], errcode: int
) -> None:
    """Before anything rings."""
    answer = await at.api.post("call/play_prompt", **({"number": "1000"} | fields))
    assert answer["errcode"] == errcode
    assert at.pbx.calls == {}


@pytest.mark.parametrize("empty", Empty)
async def test_without_calls_a_query_says_so_in_one_of_four_ways(
    at: Desk, empty: Empty
) -> None:
    """The default is an answer without `data`."""
    assert at.pbx.quirks.idle_query is Empty.MISSING
    at.pbx.quirks.idle_query = empty
    answer = await at.api.get("call/query", type="inbound")
    assert answer.get("errcode") == (60001 if empty is Empty.NOT_FOUND else 0)
    shown: object = {Empty.NULL: None, Empty.EMPTY: []}.get(empty, "no key")
    assert answer.get("data", "no key") == shown


async def test_a_query_shows_whole_calls(at: Desk) -> None:
    """By type, by extension, by id; members that left are not in it."""
    inbound = at.pbx.outside_call(OUTSIDE, "6200")
    at.pbx.answer("1000")
    internal = at.pbx.internal_call("1002", "1003")
    asked: list[tuple[dict[str, str], str]] = [
        ({"type": "inbound"}, inbound.call_id),
        ({"type": "internal"}, internal.call_id),
        ({"extension": "1003"}, internal.call_id),
        ({"call_id": inbound.call_id}, inbound.call_id),
    ]
    for fields, call_id in asked:
        (row,) = (await at.api.get("call/query", **fields))["data"]
        assert row["call_id"] == call_id
        assert len(row["members"]) == 2
    assert "data" not in await at.api.get("call/query", type="outbound")
    assert "data" not in await at.api.get("call/query", call_id="1.1")


@pytest.mark.parametrize(
    ("fields", "errcode"),
    [({}, 40002), ({"type": "all"}, 40002), ({"extension": "9999"}, 60001)],
    ids=["nothing", "a wrong type", "an unknown extension"],
)
async def test_a_query_must_say_what_it_wants(
    at: Desk, fields: dict[str, str], errcode: int
) -> None:
    """One of three."""
    assert (await at.api.get("call/query", **fields))["errcode"] == errcode
