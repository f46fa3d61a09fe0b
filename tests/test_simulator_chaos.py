"""Whatever people and requests do to calls in whatever order, the simulator stays sane."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

import pytest

from .simulator import LegState, MonitorMode, NotPossibleError, Shape, Simulator
from .simulator.gateway import answer
from .simulator.operations import OPERATIONS, V2_OPERATIONS
from .simulator.wire import Request

pytestmark = pytest.mark.usefixtures("socket_enabled")
NUMBERS = ["1000", "1001", "1002", "1003", "1005", "1006"]
PLACES = [*NUMBERS, "6500", "6700", "6200"]


TABLES = {"v1.1.0": OPERATIONS, "v2.0.0": V2_OPERATIONS}


def ask(
    pbx: Simulator, token: str, version: str, endpoint: str, fields: dict[str, str]
) -> str:
    """Ask for an operation without the network."""
    pairs = ",".join(f'"{name}":"{value}"' for name, value in fields.items())
    request = Request("POST", "", {}, f"{{{pairs}}}".encode(), "x", {"token": token})
    request.endpoint, request.version = endpoint, version
    result = answer(pbx, request)
    return str(result.get("errno", result["status"]))


def random_fields(
    pbx: Simulator, rnd: Random, version: str, endpoint: str
) -> dict[str, str]:
    """Return fields that often make sense."""
    calls = list(pbx.calls.values())
    legs = [leg.id for call in calls for leg in call.outside_legs] or ["1"]
    parties = [leg.channelid for call in calls for leg in call.legs + call.monitors]
    values: dict[str, list[str]] = {
        "inboundid": legs,
        "outboundid": legs,
        "outto": ["0612", "0613"],
        "ivrid": ["6500"],
        "queueid": ["6700"],
        "ringgroupid": ["6200"],
        "prompt": ["111"],
        "trunk": ["GSM-trunk"],
        "channelid": parties or ["1"],
        "type": ["listen", "whisper", "barge"],
    }
    if version == "v2.0.0":
        anything = [*PLACES, "0612"]
        values |= {"caller": anything, "callee": anything, "number": anything}
    names = TABLES[version][endpoint].required
    fields = {name: rnd.choice(values.get(name, NUMBERS)) for name in names}
    return fields | {
        "autoanswer": rnd.choice(["yes", "no"]),
        "dialpermission": rnd.choice(NUMBERS),
    }


def people(pbx: Simulator, rnd: Random) -> list[Callable[[], object]]:
    """Return things that people may do now."""
    number = rnd.choice(NUMBERS)
    things: list[Callable[[], object]] = [
        lambda: pbx.outside_call("0699", rnd.choice(PLACES)),
        lambda: pbx.internal_call(number, rnd.choice(PLACES)),
        lambda: pbx.outgoing_call(number, "0612"),
        lambda: pbx.reject(number),
        lambda: pbx.hang_up(number),
        lambda: pbx.hold(number),
        lambda: pbx.resume(number),
        lambda: pbx.transfer(number, rnd.choice(PLACES)),
        *[lambda: pbx.answer(rnd.choice(NUMBERS))] * 4,
    ]
    if pbx.calls:
        call = rnd.choice(list(pbx.calls.values()))
        things += [
            lambda: pbx.answer_outside(call),
            lambda: pbx.outside_hangs_up(call),
            lambda: pbx.voicemail(call),
            lambda: pbx.end_prompt(call),
            lambda: pbx.press_key(call, rnd.choice("129")),
        ]
    return things


def check(pbx: Simulator) -> None:
    """Check what must always be true."""
    for callid, call in pbx.calls.items():
        assert call.callid == callid
        assert not call.ended
        assert call.living
        assert len(call.living) > 1 or call.place or call.plan or call.offered
        waiting = [leg for leg in call.living if leg.state is LegState.CALLING]
        assert not waiting or call.ringing or call.place or call.offered
    for call in pbx.board.ended:
        assert call.ended
        assert not call.living
        assert not call.monitors
    for number, extension in pbx.state.extensions.items():
        shown = pbx.board.shown_status(extension)
        assert extension.reported == shown
        idle = not pbx.board.legs_of(number)
        assert (shown == extension.status) == idle
        active = [
            leg for _, leg in pbx.board.legs_of(number) if leg.state is LegState.TALKING
        ]
        assert len(active) < 2


@pytest.mark.parametrize("seed", range(15))
async def test_chaos(seed: int) -> None:
    """Three hundred things in a random order, in a random shape of reports."""
    rnd = Random(seed)  # noqa: S311
    errors: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, what: errors.append(what)
    )
    async with Simulator(time_scale=0.0001) as pbx:
        token = pbx.sessions.open()
        pbx.reporter.shape = rnd.choice(list(Shape))
        pbx.quirks.caller_phone_reports = rnd.random() < 0.3
        pbx.quirks.cdr_per_agent = rnd.random() < 0.3
        pbx.quirks.bye_per_leg = rnd.random() < 0.3
        pbx.quirks.late_call_status = rnd.random() < 0.3
        pbx.state.trunks["SIP-142"].answering_control = rnd.random() < 0.3
        pbx.state.extensions["1005"].monitor_mode = MonitorMode.EXTENSIVE
        endpoints = [
            (version, endpoint)
            for version, table in TABLES.items()
            for endpoint in sorted(set(table) - {"login", "logout", "heartbeat"})
        ]
        for _ in range(300):
            if rnd.random() < 0.3:
                which = rnd.choice(endpoints)
                ask(pbx, token, *which, random_fields(pbx, rnd, *which))
            else:
                with suppress(NotPossibleError):
                    rnd.choice(people(pbx, rnd))()
            check(pbx)
            if rnd.random() < 0.1:
                await asyncio.sleep(0.001)
        for callid in list(pbx.calls):
            if callid in pbx.calls:
                pbx.board.end(pbx.calls[callid], pbx.calls[callid].living[0])
        check(pbx)
    assert errors == []
