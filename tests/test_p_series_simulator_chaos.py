"""People and requests act in random order, and the P-Series simulator stays consistent."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
import json
from random import Random
from typing import Any

import pytest

from .simulator.p_series import LegState, NotPossibleError, PSeriesSimulator
from .simulator.p_series.api import OPERATIONS
from .simulator.p_series.peer import errcode_of

pytestmark = pytest.mark.usefixtures("socket_enabled")
NUMBERS = ["1000", "1001", "1002", "1003", "1005", "1006"]
PLACES = [*NUMBERS, "6500", "6700", "6200"]
CHANGING = ("call/", "queue/agent_login", "queue/agent_pause")
ENDPOINTS = sorted(name for name in OPERATIONS if name.startswith(CHANGING))
ENDPOINTS += ["call/transfer"] * 10


def random_fields(pbx: PSeriesSimulator, rnd: Random) -> dict[str, Any]:
    """Return fields that often make sense."""
    members = [member for call in pbx.calls.values() for member in call.living]
    talking = [member for member in members if member.connected] or members
    consulting = [second[1] for _, second in pbx.moves._consults.values()] or talking
    chosen = rnd.choice([members, talking, consulting])
    channels = [member.channel_id for member in chosen] or ["x"]
    return {
        "channel_id": rnd.choice(channels),
        "caller": rnd.choice([*PLACES, "0612"]),
        "callee": rnd.choice([*PLACES, "0613"]),
        "number": rnd.choice([*PLACES, "0614", "6001"]),
        "dial_permission": rnd.choice(NUMBERS),
        "auto_answer": rnd.choice(["yes", "no"]),
        "prompts": ["111"],
        "monitor": rnd.choice(NUMBERS),
        "ext_ids": rnd.choice(["73", "75", "76"]),
        "queue_id": 3,
    }


def words(endpoint: str, rnd: Random) -> dict[str, str]:
    """Return the words that mean something else in each endpoint."""
    if endpoint == "call/transfer":
        operate = rnd.choice(["", "", "abort", "complete", "swap", "threeway"])
        return {"type": rnd.choice(["blind", "attended"]), "attended_operate": operate}
    if endpoint == "call/listen":
        return {"type": rnd.choice(["listen", "whisper", "barge"])}
    if endpoint == "queue/agent_login":
        return {"operation": rnd.choice(["login", "logout"])}
    return {"operation": rnd.choice(["pause", "unpause"])}


def people(pbx: PSeriesSimulator, rnd: Random) -> list[Callable[[], object]]:
    """Return things that people may do now."""
    number = rnd.choice(NUMBERS)
    things: list[Callable[[], object]] = [
        lambda: pbx.outside_call("0699", rnd.choice(PLACES)),
        lambda: pbx.internal_call(number, rnd.choice([*PLACES, "6000", "6001"])),
        lambda: pbx.outgoing_call(number, "0612"),
        lambda: pbx.reject(number),
        lambda: pbx.hang_up(number),
        lambda: pbx.hold(number),
        lambda: pbx.resume(number),
        lambda: pbx.transfer(number, rnd.choice(PLACES)),
        *[lambda: pbx.answer(rnd.choice(NUMBERS))] * 8,
    ]
    if pbx.calls:
        call = rnd.choice(list(pbx.calls.values()))
        things += [
            lambda: pbx.answer_outside(call),
            lambda: pbx.outside_hangs_up(call),
            lambda: pbx.outside_busy(call),
            lambda: pbx.voicemail(call),
            lambda: pbx.end_prompt(call),
            lambda: pbx.press_key(call, rnd.choice("129")),
        ]
    return things


def check(pbx: PSeriesSimulator) -> None:
    """Check what must always be true."""
    for call_id, call in pbx.calls.items():
        assert call.call_id == call_id
        assert not call.ended
        assert call.living
        alone = call.place or call.plan or call.offered or call.slot or call.monitors
        assert len(call.living) > 1 or alone
        waiting = [m for m in call.living if m.state is LegState.CALLING]
        assert not waiting or call.ringing or alone
    for call in pbx.board.ended:
        assert call.ended
        assert not call.living
        assert not [s for s in call.segments if s.ended is None]
    for number, extension in pbx.state.extensions.items():
        assert extension.reported == pbx.board.shown_status(extension)
        legs = [member for _, member in pbx.board.legs_of(number)]
        assert (extension.reported == "Idle") == (not legs)
        assert len([leg for leg in legs if leg.state is LegState.TALKING]) < 2


def replayed(pbx: PSeriesSimulator) -> dict[str, str]:
    """Return the last status of every channel, as the frames told them."""
    last: dict[str, str] = {}
    for frame in pbx.frames:
        if frame.type == 30011:
            for member in json.loads(json.loads(frame.text)["msg"])["members"]:
                (row,) = member.values()
                last[row["channel_id"]] = row["member_status"]
    return last


@pytest.mark.parametrize("seed", range(25))
async def test_chaos(seed: int) -> None:
    """Three hundred things in a random order; the frames tell what is."""
    rnd = Random(seed)  # noqa: S311
    errors: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, what: errors.append(what)
    )
    async with PSeriesSimulator(time_scale=0.001) as pbx:
        token = pbx.sessions.open().access
        pbx.timers.cancel(f"token {token}")
        pbx.sessions.check = lambda access: None  # type: ignore[method-assign]
        for quirk in ("whole_calls", "early_answered", "records_at_transfer"):
            setattr(pbx.quirks, quirk, rnd.random() < 0.3)
        pbx.state.trunks["SIP-142"].answering_control = rnd.random() < 0.3
        for extension in pbx.state.extensions.values():
            extension.may_be_monitored = True
        for _ in range(300):
            if rnd.random() < 0.4:
                endpoint = rnd.choice(ENDPOINTS)
                fields = random_fields(pbx, rnd) | words(endpoint, rnd)
                query = {"access_token": token} | fields
                assert isinstance(errcode_of(pbx, endpoint, query, fields), int)
            else:
                with suppress(NotPossibleError):
                    rnd.choice(people(pbx, rnd))()
            check(pbx)
            if rnd.random() < 0.1:
                await asyncio.sleep(0.001)
        alive = {m.channel_id: m for c in pbx.calls.values() for m in c.living}
        told = replayed(pbx)
        shown = {c: m.status for c, m in alive.items() if c in told}
        assert shown == {c: status for c, status in told.items() if status != "BYE"}
        for call_id in list(pbx.calls):
            if call_id in pbx.calls:
                pbx.hang_up_call(call_id)
        check(pbx)
    assert errors == []
