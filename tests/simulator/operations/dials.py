"""Operations that start a call."""

from tests.simulator.calls import Goal, Plan
from tests.simulator.errors import Errno, RefusedError
from tests.simulator.pbx import Pbx
from tests.simulator.versions import ApiVersion

from .table import Answer, Query, may_dial_out, must_exist, operation, outside_number


@operation("extension/dial_extension", "caller", "callee")
def dial_extension(pbx: Pbx, query: Query) -> Answer:
    """Let one extension call another."""
    must_exist(pbx, query["caller"], query["callee"])
    plan = Plan(Goal.EXTENSION, query["callee"])
    return _from_extension(pbx, query, query["caller"], plan)


@operation("extension/dial_outbound", "extid", "outto")
def dial_outbound(pbx: Pbx, query: Query) -> Answer:
    """Let an extension call an outside number."""
    may_dial_out(pbx, query["extid"])
    plan = Plan(Goal.OUTSIDE, outside_number(query["outto"]), query["extid"])
    return _from_extension(pbx, query, query["extid"], plan)


@operation("ivr/dial_extension", "ivrid", "extid")
def ivr_dial_extension(pbx: Pbx, query: Query) -> Answer:
    """Call an extension and let it hear a menu."""
    if query["ivrid"] not in pbx.state.ivrs:
        raise RefusedError(Errno.NO_IVR)
    must_exist(pbx, query["extid"])
    plan = Plan(Goal.IVR, query["ivrid"])
    return _from_extension(pbx, query, query["extid"], plan)


@operation("ivr/dial_outbound", "ivrid", "outto", "fromext")
def ivr_dial_outbound(pbx: Pbx, query: Query) -> Answer:
    """Call an outside number and let it hear a menu."""
    if query["ivrid"] not in pbx.state.ivrs:
        raise RefusedError(Errno.NO_IVR)
    return _from_outside(pbx, query, Goal.IVR, query["ivrid"])


@operation(
    "queue/dial_outbound", "queueid", "outto", "fromext", since=ApiVersion.V1_0_1
)
def queue_dial_outbound(pbx: Pbx, query: Query) -> Answer:
    """Call an outside number and put it into a queue."""
    if query["queueid"] not in pbx.state.queues:
        raise RefusedError(Errno.NO_QUEUE)
    return _from_outside(pbx, query, Goal.QUEUE, query["queueid"])


@operation(
    "ringgroup/dial_outbound",
    "ringgroupid",
    "outto",
    "fromext",
    since=ApiVersion.V1_0_1,
)
def ring_group_dial_outbound(pbx: Pbx, query: Query) -> Answer:
    """Call an outside number and let a ring group answer it."""
    if query["ringgroupid"] not in pbx.state.ring_groups:
        raise RefusedError(Errno.NO_RING_GROUP)
    return _from_outside(pbx, query, Goal.RING_GROUP, query["ringgroupid"])


@operation("outbound/dial_outbound", "caller", "outto", "fromext")
def call_back(pbx: Pbx, query: Query) -> Answer:
    """Call two outside numbers and connect them; 10024 is not in this one's list."""
    must_exist(pbx, query["fromext"])
    plan = Plan(Goal.OUTSIDE, outside_number(query["outto"]), query["fromext"])
    call = pbx.dialling.from_outside(outside_number(query["caller"]), plan)
    return {"callid": call.callid}


@operation("extension/playprompt", "extid", "prompt")
def play_to_extension(pbx: Pbx, query: Query) -> Answer:
    """Call an extension and play prompts to it."""
    must_exist(pbx, query["extid"])
    prompts_exist(pbx, query["prompt"])
    if not pbx.state.extensions[query["extid"]].ready:
        raise RefusedError(Errno.NOT_CONNECTED)
    plan = Plan(Goal.PROMPT, query["prompt"])
    return _from_extension(pbx, query, query["extid"], plan)


@operation("outbound/playprompt", "outto", "prompt")
def play_to_outside(pbx: Pbx, query: Query) -> Answer:
    """Call an outside number and play prompts to it."""
    prompts_exist(pbx, query["prompt"])
    if query.get("fromext"):
        may_dial_out(pbx, query["fromext"])
    if not pbx.board.free_trunks():
        raise RefusedError(Errno.NOT_CONNECTED)
    plan = Plan(Goal.PROMPT, query["prompt"], query.get("fromext"))
    call = pbx.dialling.from_outside(outside_number(query["outto"]), plan)
    return {"callid": call.callid}


def prompts_exist(pbx: Pbx, prompts: str) -> None:
    """Refuse prompts that do not exist; several are one text with `+`."""
    if not set(prompts.split("+")) <= pbx.state.prompts:
        raise RefusedError(Errno.NO_PROMPT)


def _from_extension(pbx: Pbx, query: Query, number: str, plan: Plan) -> Answer:
    autoanswer = query.yes("autoanswer")
    call = pbx.dialling.from_extension(number, plan, autoanswer=autoanswer)
    return {"callid": call.callid}


def _from_outside(pbx: Pbx, query: Query, goal: Goal, number: str) -> Answer:
    may_dial_out(pbx, query["fromext"])
    plan = Plan(goal, number, query["fromext"])
    call = pbx.dialling.from_outside(outside_number(query["outto"]), plan)
    return {"callid": call.callid}
