"""Queues, their calls and their agents."""

from collections.abc import Sequence

from tests.simulator.calls import LegState
from tests.simulator.p_series.calls import Call, Member
from tests.simulator.p_series.errors import Errcode, RefusedError
from tests.simulator.p_series.pbx import Pbx
from tests.simulator.p_series.state import Agent, Queue

from .table import Answer, Params, Row, get, listed, matching

SORTED_BY = ("id", "number", "name")
SHORTEST_THRESHOLD = 10


@get("queue/list")
def queue_list(pbx: Pbx, params: Params) -> Answer:
    """List the queues, in an array of another name [seen live]."""
    return listed(pbx, params, _rows(pbx), SORTED_BY, array="queue_list")


@get("queue/search", "search_value")
def queue_search(pbx: Pbx, params: Params) -> Answer:
    """List the queues that have a text in number or name."""
    rows = matching(params, _rows(pbx), ("number", "name"))
    return listed(pbx, params, rows, SORTED_BY, array="queue_list")


@get("queue/get", "id")
def queue_get(pbx: Pbx, params: Params) -> Answer:
    """Tell the settings of one queue."""
    return {"data": _settings(pbx, _queue(pbx, params.number("id")))}


@get("queue/query", "ids")
def queue_query(pbx: Pbx, params: Params) -> Answer:
    """Tell the settings of several queues."""
    ids = params.ids("ids")
    found = [q for q in pbx.state.queues.values() if q.id in ids]
    if not found:
        raise RefusedError(Errcode.NOT_FOUND)
    return {"data": [_settings(pbx, queue) for queue in found]}


def _queue(pbx: Pbx, id: int) -> Queue:
    for queue in pbx.state.queues.values():
        if queue.id == id:
            return queue
    raise RefusedError(Errcode.NOT_FOUND)


def _rows(pbx: Pbx) -> list[Row]:
    return [_row(pbx, queue) for queue in pbx.state.queues.values()]


def _row(pbx: Pbx, queue: Queue) -> Row:
    dynamic = [a.number for a in queue.agents.values() if a.is_dynamic]
    static = [a.number for a in queue.agents.values() if not a.is_dynamic]
    return {
        "id": queue.id,
        "number": queue.number,
        "name": queue.name,
        "ring_strategy": queue.ring_strategy,
        "dynamic_agent_list": _people(pbx, dynamic),
        "static_agent_list": _people(pbx, static),
        "manager_list": _people(pbx, queue.managers),
    }


def _people(pbx: Pbx, numbers: Sequence[str]) -> list[Row] | None:
    """Return extensions as lists of members write them; an empty list is null."""
    people = [pbx.state.extensions[n] for n in numbers if n in pbx.state.extensions]
    return [
        {
            "text": person.username,
            "text2": person.number,
            "value": str(person.id),
            "type": "extension",
        }
        for person in people
    ] or None


def _settings(pbx: Pbx, queue: Queue) -> Row:
    """Return the settings that were seen; a real answer has about seventy."""
    return _row(pbx, queue) | {
        "moh": "default",
        "max_wait_time": int(queue.max_wait),
        "fail_dest": "end_call",
        "fail_dest_prefix": "",
        "fail_dest_value": "",
        "agent_timeout": int(queue.agent_timeout),
        "retry_time": int(queue.retry),
        "wrap_up_time": 0,
        "enb_ring_in_use": 0,
        "agent_prompt": "",
        "enb_auto_pause": int(bool(queue.pauses_after)),
        "max_pause_miss_call": queue.pauses_after,
        "max_calls": 0,
        "sla_time": 60,
        "sla_interval": 30,
        "sla_alarm_threshold": 80,
        "weight": 0,
        "timezone_id": 1,
        "outoffice_dest": "end_call",
    }


# Calls


@get("queue/call_status", "id")
def call_status(pbx: Pbx, params: Params) -> Answer:
    """Tell the calls of a queue; an idle one is 60001 with zeros and nulls [seen live]."""
    queue = _queue(pbx, params.number("id"))
    waiting, active, ringing = _calls_of(pbx, queue)
    answer: Answer = {
        "waiting_list": waiting or None,
        "active_list": active or None,
        "waiting_calls": len(waiting),
        "active_calls": len(active),
        "ringing_list": ringing or None,
        "ringing_calls": len(ringing),
    }
    if not (waiting or active or ringing):
        raise RefusedError(Errcode.NOT_FOUND, fields=answer)
    return answer


def _calls_of(pbx: Pbx, queue: Queue) -> tuple[list[Row], list[Row], list[Row]]:
    waiting: list[Row] = []
    active: list[Row] = []
    ringing: list[Row] = []
    for call in pbx.calls.values():
        if queue.number not in [m.call_path for m in call.living]:
            continue
        caller = call.living[0]
        agents = [m for m in call.living if m.called and not m.outside]
        if call.ringing:
            ringing += [_call_row(pbx, call, caller, m.number) for m in call.ringing]
        elif agents:
            active.append(_call_row(pbx, call, caller, agents[0].number))
        else:
            waiting.append(_call_row(pbx, call, caller, queue.number))
    return waiting, active, ringing


def _call_row(pbx: Pbx, call: Call, caller: Member, callee: str) -> Row:
    began = call.segments[-1].answered or call.segments[-1].began
    return {
        "call_id": call.call_id,
        "caller_number": caller.number,
        "caller_display_name": pbx.state.name_of(caller.number),
        "callee_number": callee,
        "callee_display_name": pbx.state.name_of(callee),
        "duration": int(pbx.clock() - began),
    }


# Agents


@get("queue/agent_status", "id")
def agent_status(pbx: Pbx, params: Params) -> Answer:
    """Tell the agents of a queue; a queue without agents is 60001 [seen live]."""
    queue = _queue(pbx, params.number("id"))
    rows: list[Row] = [
        {
            "name": pbx.state.name_of(agent.number),
            "number": agent.number,
            "is_login": int(agent.is_logged_in),
            "is_pause": int(agent.is_paused),
            "call_status": _call_status(pbx, agent.number),
            "pause_reason": agent.pause_reason,
            "agent_type": "dynamic" if agent.is_dynamic else "static",
            "max_threshold_for_pause_time": agent.pause_seconds,
            "max_threshold_for_logout_time": agent.logout_seconds,
        }
        for agent in queue.agents.values()
    ]
    if not rows:
        nothing: Answer = {"total_number": 0, "data": None}
        raise RefusedError(Errcode.NOT_FOUND, fields=nothing)
    return {"total_number": len(rows), "data": rows}


def _call_status(pbx: Pbx, number: str) -> int:
    """Return 1 idle, 2 in a call, 3 ringing, 4 in a call and ringing, 5 held by another."""
    legs = pbx.board.legs_of(number)
    rings = any(member.state is LegState.RINGING for _, member in legs)
    talks = [(call, m) for call, m in legs if m.connected]
    if rings:
        return 4 if talks else 3
    for call, member in talks:
        if any(o.state is LegState.HELD for o in call.others(member)):
            return 5
    return 2 if legs else 1


@get("queue/agent_login", "ext_ids", "queue_id", "operation")
def agent_login(pbx: Pbx, params: Params) -> None:
    """Log dynamic agents in or out; static ones are always in."""
    queue, agents = _agents(pbx, params)
    login = params.choice("operation", ("login", "logout")) == "login"
    is_paused = params.number("is_paused", 0, most=1)
    pause_seconds = _threshold(params, "max_threshold_for_pause_time")
    logout_seconds = _threshold(params, "max_threshold_for_logout_time")
    if not all(agent.is_dynamic for agent in agents):
        raise RefusedError(Errcode.OPERATION_FAILED)
    for agent in agents:
        if not login:
            pbx.groups.log_out(queue, agent, logout_seconds)
            continue
        pbx.groups.log_in(queue, agent)
        if is_paused:
            pbx.groups.pause(queue, agent, seconds=pause_seconds)


@get("queue/agent_pause", "ext_ids", "queue_id", "operation")
def agent_pause(pbx: Pbx, params: Params) -> None:
    """Pause agents or let them be rung again; `reason` is a feature code."""
    queue, agents = _agents(pbx, params)
    pause = params.choice("operation", ("pause", "unpause")) == "pause"
    seconds = _threshold(params, "max_threshold_for_pause_time")
    reasons = {} if pbx.quirks.basic_plan else pbx.state.pause_reasons
    code = params.choice("reason", ("", *reasons), "")
    for agent in agents:
        if pause:
            pbx.groups.pause(queue, agent, reasons.get(code, ""), seconds)
        else:
            pbx.groups.unpause(queue, agent)


def _agents(pbx: Pbx, params: Params) -> tuple[Queue, list[Agent]]:
    queue = _queue(pbx, params.number("queue_id"))
    ids = params.ids("ext_ids")
    numbers = [e.number for e in pbx.state.extensions.values() if e.id in ids]
    agents = [queue.agents[number] for number in numbers if number in queue.agents]
    if len(agents) != len(ids):
        raise RefusedError(Errcode.NOT_FOUND)
    return queue, agents


def _threshold(params: Params, name: str) -> int:
    seconds = params.number(name, 0)
    if 0 < seconds < SHORTEST_THRESHOLD:
        raise params.wrong(name)
    return seconds
