"""Reads one report body, of any of the three shapes that a PBX posts.

v1 is flat and carries the key `ext` twice in one object, v1.0.2 has a list
`call`, v2 has `event` and a list `members`. Which one comes depends on the
`version` of the login and on the firmware, so all three are always understood.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice
import re
from typing import Final

from ..errors import PbxProtocolError
from ..records import called
from ..report_fields import MAX_FIELDS, plain, plain_object, snake_case
from ..reports import Party, PartyKind, PartyStatus, Report, ReportType, Value
from ..wire import MAX_TEXT, MAX_VALUES, Pairs, Tidy, decode_report, word
from .listings import extension_numbers

# By the letters of their names alone.
_TYPES: Final = {
    "bootup": ReportType.BOOT,
    "configchange": ReportType.CONFIG_CHANGED,
    "extensionstatus": ReportType.EXTENSION_STATUS,
    "ring": ReportType.RINGING,
    "alert": ReportType.ALERTING,
    "answer": ReportType.CALLEE_ANSWERED,
    "answered": ReportType.CALLER_CONNECTED,
    "bye": ReportType.HANG_UP,
    "callstatus": ReportType.CALL_STATUS,
    "callfailed": ReportType.CALL_FAILED,
    # Really spelled so, in all guides.
    "tranfer": ReportType.CALL_TRANSFERRED,
    "transfer": ReportType.CALL_TRANSFERRED,
    "calltransfer": ReportType.CALL_TRANSFERRED,
    "forward": ReportType.CALL_FORWARDED,
    "callforward": ReportType.CALL_FORWARDED,
    "invite": ReportType.INVITE,
    "incoming": ReportType.INCOMING,
    "dtmf": ReportType.KEY_PRESSED,
    "dtmfevent": ReportType.KEY_PRESSED,
    "playpromptend": ReportType.PROMPT_ENDED,
    "satisfaction": ReportType.SURVEY_RESULT,
    "newcdr": ReportType.CALL_RECORD,
    "smssend": ReportType.SMS_RESULT,
    "conferencestatus": ReportType.CONFERENCE_STATUS,
    "queueagentringnoanswertimeout": ReportType.QUEUE_AGENT_NO_ANSWER,
}
_PARTY_KINDS: Final = {
    "ext": PartyKind.EXTENSION,
    "inbound": PartyKind.INBOUND,
    "outbound": PartyKind.OUTBOUND,
}
_PARTY_STATUSES: Final = {
    "alert": PartyStatus.ALERTING,
    "ring": PartyStatus.RINGING,
    "answer": PartyStatus.ANSWERED,
    "answered": PartyStatus.CONNECTED,
    "hold": PartyStatus.ON_HOLD,
    "bye": PartyStatus.ENDED,
}
# What the type of a v1 report says about the called side and about the caller's.
_CALLED_AND_CALLER: Final = {
    ReportType.RINGING: (PartyStatus.RINGING, PartyStatus.ALERTING),
    ReportType.ALERTING: (PartyStatus.RINGING, PartyStatus.ALERTING),
    ReportType.CALLEE_ANSWERED: (PartyStatus.ANSWERED, PartyStatus.CONNECTED),
    ReportType.CALLER_CONNECTED: (PartyStatus.ANSWERED, PartyStatus.CONNECTED),
    ReportType.HANG_UP: (PartyStatus.ENDED, PartyStatus.ENDED),
}
_CALLED_SIDE_FIRST: Final = (ReportType.RINGING, ReportType.CALLEE_ANSWERED)
_NAMES: Final = {
    "agentringtime": "agent_ring_time",
    # Spelled both ways.
    "callduraction": "call_duration",
    "callduration": "call_duration",
    "callfrom": "call_from",
    "callto": "call_to",
    "conferencename": "conference_name",
    "conferencenumber": "conference_number",
    "desttrunkname": "destination_trunk",
    "didnumber": "did_number",
    "dsttrcunkname": "destination_trunk",
    "dsttrunkname": "destination_trunk",
    "dstrunkname": "destination_trunk",
    "extid": "extension",
    "extnumber": "extension",
    "flag": "key_index",
    "info": "key",
    "infos": "keys",
    "registeredIP": "registered_ip",
    "smsid": "sms_id",
    "srctrunkname": "source_trunk",
    "surveyresult": "survey_result",
    "talkduraction": "talk_duration",
    "talkduration": "talk_duration",
    "timestart": "time_start",
    "trunkname": "trunk",
    # `type` says what the report is; the PBX's own is a kind of call or thing.
    "type": "kind",
}
_PARTIES: Final = frozenset({"call", "members", *_PARTY_KINDS})
_ENVELOPE: Final = frozenset({"action", "event", "callid", "sn", *_PARTIES})

MAX_PARTIES = 100
"""Of one report: a hundred phones that ring at once would fit."""

# One that does not end yet reaches to the end.
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_OUTLASTS = re.compile(
    rb'"(?:action|event)"\s*:\s*"(?:new[\W_]?cdr|bye|invite|sms[\W_]?send)"',
    re.IGNORECASE,
)


def is_complete(body: bytes | bytearray) -> bool:
    """Return whether a body holds the whole of a JSON object, if it is JSON at all.

    One that has more texts than a report is not waited for.
    """
    if body.count(b'"') > 4 * MAX_VALUES:
        return True
    outside = _STRINGS.sub(b"", body).rstrip(b" \t\r\n\0")
    return outside.endswith(b"}") and outside.count(b"{") <= outside.count(b"}")


def outlasts_polls(body: bytes) -> bool:
    """Return, without reading it, whether a report tells what no later poll would.

    That is the end of a call, one that waits to be accepted, a record, and what became
    of a text message.
    """
    return _OUTLASTS.search(body) is not None


def parse_report(body: bytes) -> Report:
    """Read one report; one of a type that no guide names is of type `unknown`.

    Raises:
        PbxProtocolError: the body is no report.
    """
    pairs = decode_report(body)
    envelope: dict[str, Tidy] = {}
    fields: dict[str, Value] = {}
    for key, value in pairs:
        if key in _ENVELOPE:
            envelope.setdefault(key, value)
        elif len(fields) < MAX_FIELDS:
            fields[own_name(key)] = plain(value, MAX_TEXT)
    wire_type = word(envelope.get("action")) or word(envelope.get("event"))
    if not wire_type:
        raise PbxProtocolError("The report does not say what it is about")
    report_type = _type(wire_type)
    parties: tuple[Party, ...] = ()
    if not envelope.keys().isdisjoint(_PARTIES):
        parties = tuple(islice(_parties(pairs), MAX_PARTIES))
        if statuses := _CALLED_AND_CALLER.get(report_type):
            called_first = report_type in _CALLED_SIDE_FIRST
            parties = tuple(_with_implied(parties, statuses, called_first=called_first))
    return Report(
        type=report_type,
        call_id=word(envelope.get("callid")),
        serial_number=word(envelope.get("sn")),
        parties=parties,
        fields=fields,
        raw=plain_object(pairs),
    )


# The same few words come in every report.
@lru_cache(maxsize=64)
def _type(wire_type: str) -> ReportType:
    """Return the type of a report; boxes write it with and without spaces."""
    letters = re.sub(r"[\W_]", "", wire_type.casefold())
    return _TYPES.get(letters, ReportType.UNKNOWN)


def _with_implied(
    parties: tuple[Party, ...],
    statuses: tuple[PartyStatus, PartyStatus],
    *,
    called_first: bool,
) -> Iterator[Party]:
    """Yield parties with what the type of a v1 report says about each.

    An inbound leg is always the caller's side, and what stands beside an inbound or
    an outbound leg is the other side. Of several phones, the order tells.
    """
    of_called, of_caller = statuses
    kinds = {party.kind for party in parties}
    for index, party in enumerate(parties):
        if party.kind is PartyKind.INBOUND:
            is_called = False
        elif PartyKind.INBOUND in kinds:
            is_called = True
        elif len(kinds) > 1:
            is_called = party.kind is PartyKind.OUTBOUND
        elif party.kind is PartyKind.OUTBOUND:
            is_called = True
        else:
            is_called = called_first is (index == 0)
        implied = of_called if is_called else of_caller
        yield replace(party, status=party.status or implied)


def read_members(value: Tidy | None) -> Iterator[Party]:
    """Yield the members of a call, each an object with one key (Event CallStatus)."""
    for row in value if isinstance(value, list) else (value,):
        if isinstance(row, Pairs):
            yield from _parties(row)


def _parties(pairs: Pairs) -> Iterator[Party]:
    for key, value in pairs:
        if key not in _PARTIES:
            continue
        kind = _PARTY_KINDS.get(key)
        for row in value if isinstance(value, list) else (value,):
            if isinstance(row, Pairs):
                yield from _party(kind, row) if kind else _parties(row)


def _party(kind: PartyKind, row: Pairs) -> Iterable[Party]:
    fields = row.by_key()
    status = _PARTY_STATUSES.get(word(fields.get("memberstatus")).casefold())
    channel = word(fields.get("channelid"))
    if kind is PartyKind.EXTENSION:
        return [
            Party(kind=kind, number=number, status=status, id=channel)
            for number in extension_numbers(row)
        ]
    caller, callee = word(fields.get("from")), called(word(fields.get("to")))
    return [
        Party(
            kind=kind,
            number=caller if kind is PartyKind.INBOUND else callee,
            caller=caller,
            callee=callee,
            trunk=word(fields.get("trunk", fields.get("trunkname"))),
            status=status,
            id=word(fields.get(f"{kind}id")) or channel,
        )
    ]


# The same few words come in every report.
@lru_cache(maxsize=256)
def own_name(key: str) -> str:
    """Return what this library calls a field: its own word, or the PBX's in snake_case."""
    return _NAMES.get(key) or snake_case(key)
