"""Call detail records."""

from collections.abc import Iterator

from .calls import Call, Direction, LegKind, Segment
from .quirks import Quirks
from .state import State

type Timed = tuple[float, dict[str, str]]


def cdr_rows(state: State, quirks: Quirks, call: Call, now: float) -> Iterator[Timed]:
    """Yield start and fields of each CDR that was not sent yet, oldest first."""
    for segment in call.segments:
        if segment.sent or segment.ended is None:
            continue
        segment.sent = True
        if quirks.cdr_per_agent and segment.group:
            yield from _missed_by_agents(state, call, segment)
        yield segment.began, _row(state, quirks, call, segment, now)


def _row(
    state: State, quirks: Quirks, call: Call, segment: Segment, now: float
) -> dict[str, str]:
    ended = segment.ended or now
    talked = int(ended) - int(segment.answered) if segment.answered else 0
    callto = segment.callto
    if quirks.group_in_callto and segment.group and segment.answered:
        callto = f"{segment.group}({segment.callto})"
    return {
        "callid": call.callid,
        "timestart": state.device.local_time(segment.began),
        "callfrom": segment.callfrom,
        "callto": callto,
        "srctrunkname": segment.source_trunk,
        "desttrunkname": segment.target_trunk,
        "callduraction": str(int(ended) - int(segment.began)),
        "talkduraction": str(talked),
        "status": segment.status,
        "type": _type(call, segment),
        "pincode": "",
        "recording": _recording(state, call, segment),
        "didnumber": _did(call),
        "agentringtime": "0",
    }


def _recording(state: State, call: Call, segment: Segment) -> str:
    if not state.record_calls or not segment.answered:
        return ""
    moment = state.device.local_time(segment.answered)
    digits = "".join(char for char in moment if char.isdigit())
    parties = f"{segment.callfrom}-{segment.callto}"
    return f"{digits}-{call.callid}-{parties}-{_type(call, segment)}.wav"


def _type(call: Call, segment: Segment) -> str:
    return segment.type or call.direction.capitalize()


def _did(call: Call) -> str:
    if call.direction is not Direction.INBOUND:
        return ""
    inbound = [leg for leg in call.legs if leg.kind is LegKind.INBOUND]
    return inbound[0].target if inbound else ""


def _missed_by_agents(state: State, call: Call, segment: Segment) -> Iterator[Timed]:
    for number in segment.rang:
        if number != segment.callto:
            in_vain = Segment(
                segment.callfrom,
                f"{segment.group}({number})",
                segment.began,
                source_trunk=segment.source_trunk,
                ended=segment.answered or segment.ended,
                status="NO ANSWER",
            )
            row = _row(state, Quirks(), call, in_vain, segment.began)
            yield segment.began, row
