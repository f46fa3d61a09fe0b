"""What is done to a call; it is named by the channel of one of its members."""

from tests.simulator.calls import LegState
from tests.simulator.p_series.calls import MemberKind
from tests.simulator.p_series.errors import Errcode, RefusedError
from tests.simulator.p_series.moves import Operate
from tests.simulator.p_series.pbx import Pbx
from tests.simulator.p_series.register import Found

from .table import Answer, Params, post

MODES = ("listen", "whisper", "barge")


def _found(pbx: Pbx, params: Params) -> Found:
    """Return the member of a living channel; a number is no channel: 60001 (inferred)."""
    found = pbx.board.find_channel(params.text("channel_id"))
    if found is None:
        raise RefusedError(Errcode.NOT_FOUND)
    return found


def _must(be: bool) -> None:
    """Refuse what does not fit the state of a call; the code is inferred."""
    if not be:
        raise RefusedError(Errcode.OPERATION_FAILED)


@post("call/hangup", "channel_id")
def hang_up(pbx: Pbx, params: Params) -> Answer:
    """Drop a member; of two, both go."""
    call, member = _found(pbx, params)
    pbx.board.hang_up(call, member)
    return {"call_id": call.call_id}


@post("call/hold", "channel_id")
def hold(pbx: Pbx, params: Params) -> Answer:
    """Let a member hold its call."""
    call, member = _found(pbx, params)
    _must(member.state is LegState.TALKING)
    pbx.board.hold(call, member)
    return {"call_id": call.call_id}


@post("call/unhold", "channel_id")
def resume(pbx: Pbx, params: Params) -> Answer:
    """Let a member take its call back."""
    call, member = _found(pbx, params)
    _must(member.state is LegState.HELD)
    pbx.board.resume(call, member)
    return {"call_id": call.call_id}


@post("call/mute", "channel_id")
def mute(pbx: Pbx, params: Params) -> Answer:
    """Silence a member; no frame tells this."""
    return _set_muted(pbx, params, muted=True)


@post("call/unmute", "channel_id")
def unmute(pbx: Pbx, params: Params) -> Answer:
    """Let a member be heard again."""
    return _set_muted(pbx, params, muted=False)


def _set_muted(pbx: Pbx, params: Params, *, muted: bool) -> Answer:
    call, member = _found(pbx, params)
    _must(member.connected)
    member.muted = muted
    return {"call_id": call.call_id}


@post("call/transfer", "type", "channel_id")
def transfer(pbx: Pbx, params: Params) -> Answer:
    """Transfer blind, or begin and end an attended transfer."""
    kind = params.choice("type", ("blind", "attended"))
    call, member = _found(pbx, params)
    if params.has("attended_operate"):
        operation = params.choice("attended_operate", list(Operate))
        first = pbx.moves.operate(member.number, Operate(operation))
        return {"call_id": first.call_id}
    number = params.text("number")
    permission = params.text("dial_permission")
    _must(not (member.ringing or member.preparing or call.offered))
    if kind == "blind":
        pbx.moves.transfer(call, member, number, permission)
        return {"call_id": call.call_id}
    _must(member.connected and not member.outside)
    return {"call_id": pbx.moves.consult(call, member, number, permission).call_id}


@post("call/add_member", "channel_id", "number")
def add_member(pbx: Pbx, params: Params) -> Answer:
    """Let a member invite one number into its call."""
    call, member = _found(pbx, params)
    _must(member.state is LegState.TALKING)
    permission = params.text("dial_permission", member.number)
    pbx.moves.invite(call, member, params.text("number"), permission)
    return {"call_id": call.call_id}


@post("call/park", "channel_id")
def park(pbx: Pbx, params: Params) -> Answer:
    """Park a party; it is taken by dialling its slot."""
    call, member = _found(pbx, params)
    _must(member.connected)
    slot = pbx.moves.park(call, member, params.text("parking_slot", ""))
    return {"call_id": call.call_id, "parking_slot": slot}


@post("call/listen", "monitor", "channel_id")
def listen(pbx: Pbx, params: Params) -> Answer:
    """Let a supervisor's phone ring to monitor a member."""
    call, member = _found(pbx, params)
    mode = params.choice("type", MODES)
    monitoring = pbx.moves.monitor(params.text("monitor"), call, member, mode)
    return {"call_id": monitoring.call_id}


@post("call/accept_inbound", "channel_id")
def accept(pbx: Pbx, params: Params) -> Answer:
    """Route an offered call at once; this does not answer it."""
    call, _ = _offered(pbx, params)
    pbx.phones.let_in(call)
    return {"call_id": call.call_id}


@post("call/refuse_inbound", "channel_id")
def refuse(pbx: Pbx, params: Params) -> Answer:
    """Drop an offered call; nothing rings."""
    call, member = _offered(pbx, params)
    pbx.board.end(call, member)
    return {"call_id": call.call_id}


def _offered(pbx: Pbx, params: Params) -> Found:
    """Return a call that is still offered; after ten seconds 60001 (inferred)."""
    call, member = _found(pbx, params)
    if not call.offered or member.kind is not MemberKind.INBOUND:
        raise RefusedError(Errcode.NOT_FOUND)
    return call, member


@post("call/record_start", "channel_id")
def record_start(pbx: Pbx, params: Params) -> Answer:
    """Record a call from now on."""
    call, member = _found(pbx, params)
    _must(member.connected and not call.recorded)
    call.recorded, call.paused = True, False
    return {"call_id": call.call_id}


@post("call/record_pause", "channel_id")
def record_pause(pbx: Pbx, params: Params) -> Answer:
    """Pause the recording of a call."""
    call, _ = _found(pbx, params)
    _must(call.recorded and not call.paused)
    call.paused = True
    return {"call_id": call.call_id}


@post("call/record_unpause", "channel_id")
def record_unpause(pbx: Pbx, params: Params) -> Answer:
    """Go on with the recording of a call."""
    call, _ = _found(pbx, params)
    _must(call.paused)
    call.paused = False
    return {"call_id": call.call_id}
