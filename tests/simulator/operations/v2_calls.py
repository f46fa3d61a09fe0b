"""Operations of API v2.0.0 on calls; most name one party by its channel.

Field names of dial, query, hold, hang up, transfer, accept and refuse are the vendor's.
Those of listen and playprompt are inferred from the API of the P-Series, which has the
same operations with underscores.
"""

from tests.simulator.calls import Call, Goal, Leg, LegState, Plan
from tests.simulator.errors import Errno, RefusedError
from tests.simulator.pbx import Pbx
from tests.simulator.state import MonitorMode

from .dials import prompts_exist
from .table import (
    Answer,
    Query,
    comma_list,
    may_dial_out,
    must_exist,
    outside_number,
    v2_operation,
)

MONITOR_MODES = {
    "listen": MonitorMode.LISTEN,
    "whisper": MonitorMode.WHISPER,
    "barge": MonitorMode.BARGE_IN,
}


@v2_operation("call/dial", "caller", "callee")
def dial(pbx: Pbx, query: Query) -> Answer:
    """Call from an extension to anything, or connect something else with outside."""
    caller, callee = query["caller"], query["callee"]
    if caller in pbx.state.extensions:
        inside = pbx.state.knows(callee)
        if not inside:
            may_dial_out(pbx, query.get("dialpermission") or caller)
        goal = Goal.EXTENSION if inside else Goal.OUTSIDE
        number = callee if inside else outside_number(callee)
        plan = Plan(goal, number, query.get("dialpermission"))
        autoanswer = query.yes("autoanswer")
        return _answer(pbx.dialling.from_extension(caller, plan, autoanswer=autoanswer))
    permission = _permission(pbx, query)
    if pbx.state.knows(callee):
        raise RefusedError(Errno.CALLEE)
    plan = Plan(_goal(pbx, caller), caller, permission)
    first = callee
    if plan.goal is Goal.OUTSIDE:
        plan, first = Plan(Goal.OUTSIDE, outside_number(callee), permission), caller
    return _answer(pbx.dialling.from_outside(outside_number(first), plan))


def _goal(pbx: Pbx, caller: str) -> Goal:
    if caller in pbx.state.ivrs:
        return Goal.IVR
    if caller in pbx.state.queues:
        return Goal.QUEUE
    return Goal.RING_GROUP if caller in pbx.state.ring_groups else Goal.OUTSIDE


def _permission(pbx: Pbx, query: Query) -> str:
    number = query.get("dialpermission")
    if not number:
        raise RefusedError(Errno.BLANK_PARAMETER)
    may_dial_out(pbx, number)
    return number


def _answer(call: Call) -> Answer:
    return {"callid": call.callid}


@v2_operation("call/hangup", "channelid")
def hang_up(pbx: Pbx, query: Query) -> Answer:
    """Let one party hang up."""
    call, leg = pbx.board.find_channel(query["channelid"])
    if leg.outside:
        pbx.board.end(call, leg)
    elif leg.state is LegState.PREPARING:
        pbx.board.abandon(call)
    else:
        pbx.board.release(call, leg)
    return _answer(call)


@v2_operation("call/hold", "channelid")
def hold(pbx: Pbx, query: Query) -> Answer:
    """Let one party put its call on hold."""
    return _set_leg(pbx, query, LegState.TALKING, LegState.HELD)


@v2_operation("call/unhold", "channelid")
def resume(pbx: Pbx, query: Query) -> Answer:
    """Let one party resume its call."""
    return _set_leg(pbx, query, LegState.HELD, LegState.TALKING)


def _set_leg(pbx: Pbx, query: Query, old: LegState, new: LegState) -> Answer:
    call, leg = _party(pbx, query["channelid"], old)
    pbx.board.set_leg(call, leg, new)
    return _answer(call)


@v2_operation("call/mute", "channelid")
def mute(pbx: Pbx, query: Query) -> Answer:
    """Mute one or several parties."""
    return _set_muted(pbx, query, muted=True)


@v2_operation("call/unmute", "channelid")
def unmute(pbx: Pbx, query: Query) -> Answer:
    """Unmute one or several parties."""
    return _set_muted(pbx, query, muted=False)


def _set_muted(pbx: Pbx, query: Query, *, muted: bool) -> Answer:
    parties = [
        _party(pbx, channel, LegState.TALKING, LegState.HELD)
        for channel in comma_list(query["channelid"])
    ]
    if not parties:
        raise RefusedError(Errno.BLANK_PARAMETER)
    for _, leg in parties:
        leg.muted = muted
    return _answer(parties[0][0])


@v2_operation("call/transfer", "channelid", "number")
def transfer(pbx: Pbx, query: Query) -> Answer:
    """Move one party to another destination; outside takes an extension's permission."""
    number = query["number"]
    active = (LegState.TALKING, LegState.HELD, LegState.CALLING)
    call, leg = pbx.board.find_channel(query["channelid"])
    if not leg.outside:
        call, leg = _party(pbx, query["channelid"], *active)
    if leg in call.monitors or call.offered:
        raise RefusedError(Errno.NO_CALL)
    if pbx.state.knows(number):
        pbx.dialling.move(call, leg, number)
        return _answer(call)
    outside = outside_number(number)
    if not query.get("dialpermission"):
        raise RefusedError(Errno.BLANK_PARAMETER)
    must_exist(pbx, query["dialpermission"])
    pbx.dialling.move_outside(call, leg, outside, query["dialpermission"])
    return _answer(call)


@v2_operation("call/listen", "monitor", "channelid", "type")
def listen(pbx: Pbx, query: Query) -> Answer:
    """Let an extension hear, whisper into or join the call of another extension."""
    if query["type"] not in MONITOR_MODES:
        raise RefusedError(Errno.BLANK_PARAMETER)
    call, leg = _party(pbx, query["channelid"], LegState.TALKING, LegState.HELD)
    pbx.dialling.monitor(query["monitor"], leg.number, MONITOR_MODES[query["type"]])
    return _answer(call)


@v2_operation("call/accept_inbound", "channelid")
def accept(pbx: Pbx, query: Query) -> Answer:
    """Let an offered call in, if there is still time."""
    call, _ = _offered(pbx, query)
    pbx.phones.let_in(call)
    return _answer(call)


@v2_operation("call/refuse_inbound", "channelid")
def refuse(pbx: Pbx, query: Query) -> Answer:
    """Refuse an offered call, if there is still time."""
    call, leg = _offered(pbx, query)
    pbx.board.end(call, leg)
    return _answer(call)


def _offered(pbx: Pbx, query: Query) -> tuple[Call, Leg]:
    call, leg = pbx.board.find_channel(query["channelid"])
    if not call.offered:
        raise RefusedError(Errno.TOO_LATE)
    return call, leg


@v2_operation("call/playprompt", "number", "prompt")
def play(pbx: Pbx, query: Query) -> Answer:
    """Call an extension or an outside number and play prompts to it."""
    number = query["number"]
    prompts_exist(pbx, query["prompt"])
    autoanswer = query.yes("autoanswer")
    if number in pbx.state.extensions:
        if not pbx.state.extensions[number].ready:
            raise RefusedError(Errno.NOT_CONNECTED)
        plan = Plan(Goal.PROMPT, query["prompt"])
        return _answer(pbx.dialling.from_extension(number, plan, autoanswer=autoanswer))
    permission = _permission(pbx, query)
    if not pbx.board.free_trunks():
        raise RefusedError(Errno.NOT_CONNECTED)
    plan = Plan(Goal.PROMPT, query["prompt"], permission)
    return _answer(pbx.dialling.from_outside(outside_number(number), plan))


def _party(pbx: Pbx, channel: str, *states: LegState) -> tuple[Call, Leg]:
    """Return a party in one of the states, or refuse."""
    call, leg = pbx.board.find_channel(channel)
    if leg.state not in states:
        raise RefusedError(Errno.NO_CALL)
    return call, leg
