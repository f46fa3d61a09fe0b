"""Starting and asking for calls."""

from tests.simulator.calls import Direction
from tests.simulator.p_series.calls import Call
from tests.simulator.p_series.errors import Errcode, RefusedError
from tests.simulator.p_series.events import member_of
from tests.simulator.p_series.pbx import Pbx

from .table import Answer, Params, get, post, with_rows

YES_NO = ("yes", "no")
LOUDEST = 20


@post("call/dial", "caller", "callee")
def dial(pbx: Pbx, params: Params) -> Answer:
    """Connect two numbers; a refusal is told by 30015, not by this answer."""
    call = pbx.dialling.dial(
        params.text("caller"),
        params.text("callee"),
        params.text("dial_permission", ""),
        auto_answer=_auto_answer(params),
    )
    return {"call_id": call.call_id}


@post("call/play_prompt", "number")
def play_prompt(pbx: Pbx, params: Params) -> Answer:
    """Ring a number and play prompts; their names have no file extension."""
    prompts = params.values.get("prompts")
    if (
        not isinstance(prompts, list)
        or not prompts
        or not all(isinstance(prompt, str) for prompt in prompts)
    ):
        raise params.wrong("prompts")
    count = params.number("count", 1, least=1)
    params.number("volume", LOUDEST, most=LOUDEST)
    if not set(prompts) <= pbx.state.prompts:
        raise RefusedError(Errcode.NOT_FOUND)
    call = pbx.dialling.play_prompt(
        params.text("number"),
        tuple(prompts) * count,
        params.text("dial_permission", ""),
        auto_answer=_auto_answer(params),
    )
    return {"call_id": call.call_id}


def _auto_answer(params: Params) -> bool:
    return params.choice("auto_answer", YES_NO, "no") == "yes"


@get("call/query")
def query(pbx: Pbx, params: Params) -> Answer:
    """Tell whole calls: one by its id, all of a type, or those of an extension."""
    calls = [call for call in pbx.calls.values() if call.living]
    if params.has("call_id"):
        wanted = params.text("call_id")
        calls = [call for call in calls if call.call_id == wanted]
    elif params.has("type"):
        kinds = [Direction.INBOUND, Direction.OUTBOUND, Direction.INTERNAL]
        kind = params.choice("type", kinds)
        calls = [call for call in calls if call.direction == kind]
    elif params.has("extension"):
        number = params.text("extension")
        if number not in pbx.state.extensions:
            raise RefusedError(Errcode.NOT_FOUND)
        calls = [call for call, _ in pbx.board.legs_of(number)]
    else:
        raise params.wrong("type")
    return with_rows(pbx.quirks.idle_query, "data", [_row(call) for call in calls])


def _row(call: Call) -> Answer:
    members = [member_of(member) for member in call.living]
    return {"call_id": call.call_id, "members": members}
