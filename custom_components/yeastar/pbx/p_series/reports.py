"""Reads one frame of the websocket: an event of the vendor's list (30007 to 30036).

`msg` is JSON text in most events and an object in others; both are always understood.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
import re
from typing import Final

from ..errors import PbxProtocolError
from ..records import called
from ..report_fields import MAX_FIELDS, plain, plain_object, snake_case
from ..reports import Party, PartyKind, PartyStatus, Report, ReportType, Value
from ..wire import MAX_TEXT, Pairs, Tidy, decode_report, word

TOPICS: Final = (
    *range(30007, 30020),
    30022,
    30023,
    30025,
    30026,
    30029,
    *range(30034, 30037),
)
"""The events to subscribe to (Developer Guide, Events)."""

_TYPES: Final = {
    "30007": ReportType.EXTENSION_STATUS,
    "30008": ReportType.EXTENSION_STATUS,
    "30009": ReportType.PRESENCE,
    "30010": ReportType.TRUNK_STATUS,
    "30011": ReportType.CALL_STATUS,
    "30012": ReportType.CALL_RECORD,
    "30013": ReportType.CALL_TRANSFERRED,
    "30014": ReportType.CALL_FORWARDED,
    "30015": ReportType.CALL_FAILED,
    "30016": ReportType.INVITE,
    "30017": ReportType.KEY_PRESSED,
    "30018": ReportType.PROMPT_ENDED,
    "30019": ReportType.SURVEY_RESULT,
    "30022": ReportType.CONFIG_CHANGED,
    "30023": ReportType.CONFIG_CHANGED,
    "30025": ReportType.QUEUE_AGENT_PAUSED,
    "30026": ReportType.QUEUE_AGENT_NO_ANSWER,
    "30029": ReportType.QUEUE_AGENT_STATUS,
    "30034": ReportType.SYSTEM_EVENT,
    "30035": ReportType.SYSTEM_EVENT,
    "30036": ReportType.SYSTEM_EVENT,
}
_KINDS: Final = {
    "extension": PartyKind.EXTENSION,
    "inbound": PartyKind.INBOUND,
    "outbound": PartyKind.OUTBOUND,
}
_STATUSES: Final = {
    "alert": PartyStatus.ALERTING,
    "ring": PartyStatus.RINGING,
    "earlymedia": PartyStatus.RINGING,
    "answer": PartyStatus.ANSWERED,
    "answered": PartyStatus.CONNECTED,
    "hold": PartyStatus.ON_HOLD,
    "bye": PartyStatus.ENDED,
}
_NAMES: Final = {
    "dst_trunk_name": "destination_trunk",
    "ext_number": "extension",
    "flag": "key_index",
    "info": "key",
    "infos": "keys",
    "src_trunk_name": "source_trunk",
    "trunk_name": "trunk",
    # `type` says what the report is; the PBX's own is a kind of call or thing.
    "type": "kind",
}
_APART: Final = frozenset({"call_id", "members"})

MAX_PARTIES = 100
"""Of one report: a hundred phones that ring at once would fit."""


_OUTLASTS: Final = re.compile(rb'"type"\s*:\s*"?300(?:1[2-7]|19|34|35|36)\b')


def outlasts_polls(frame: bytes) -> bool:
    """Return, without reading it, whether a frame tells what no later poll would.

    That is a record, a transfer, a failure, an offered call, a key, and what a person
    should know of the PBX.
    """
    return _OUTLASTS.search(frame) is not None


def parse_frame(frame: bytes) -> Report:
    """Read one frame.

    Raises:
        PbxProtocolError: it is no event.
    """
    envelope = decode_report(frame)
    outer = envelope.by_key()
    if not (wire_type := word(outer.get("type"))):
        raise PbxProtocolError("The event does not say what it is about")
    inside = outer.get("msg")
    if isinstance(inside, str):
        inside = decode_report(inside.encode()) if inside else Pairs()
    if not isinstance(inside, Pairs):
        raise PbxProtocolError("The event has no message")
    values = inside.by_key()
    fields: dict[str, Value] = {
        _own_name(key): plain(value, MAX_TEXT)
        for key, value in islice(values.items(), MAX_FIELDS)
        if key not in _APART
    }
    return Report(
        type=_TYPES.get(wire_type, ReportType.UNKNOWN),
        call_id=word(values.get("call_id")),
        serial_number=word(outer.get("sn")),
        parties=tuple(islice(read_members(values.get("members")), MAX_PARTIES)),
        fields=fields,
        raw={**plain_object(envelope), "msg": plain_object(inside)},
    )


def read_members(value: Tidy | None) -> Iterator[Party]:
    """Yield the members of a call, each an object with one key (Event 30011)."""
    for member in value if isinstance(value, list) else (value,):
        for key, row in member if isinstance(member, Pairs) else ():
            if (kind := _KINDS.get(key)) and isinstance(row, Pairs):
                yield _party(kind, row.by_key())


def _party(kind: PartyKind, fields: dict[str, Tidy]) -> Party:
    caller, callee = word(fields.get("from")), called(word(fields.get("to")))
    number = {
        PartyKind.EXTENSION: word(fields.get("number")),
        PartyKind.INBOUND: caller,
        PartyKind.OUTBOUND: callee,
    }[kind]
    return Party(
        kind=kind,
        number=number,
        caller=caller,
        callee=callee,
        trunk=word(fields.get("trunk_name")),
        status=_STATUSES.get(word(fields.get("member_status")).casefold()),
        id=word(fields.get("channel_id")),
        path=word(fields.get("call_path")),
    )


# The same few words come in every report.
@lru_cache(maxsize=256)
def _own_name(key: str) -> str:
    """Return what this library calls a field: its own word, or the PBX's in snake_case."""
    return _NAMES.get(key) or snake_case(key)
