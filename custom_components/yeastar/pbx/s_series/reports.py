"""One report body of any of the three shapes a PBX posts -> one typed Report.

v1 is flat and carries the key `ext` twice in one object, v1.0.2 has a list
`call`, v2 has `event` and a list `members`. Which one comes depends on the
`version` of the login and on the firmware, so all three are always understood.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import chain, islice, repeat
import re
from typing import Final

from ..errors import PbxProtocolError
from ..models import ExtensionState, extension_numbers, extension_state
from .wire import MAX_TEXT, Pairs, Tidy, decode_pairs, word


class ReportType(StrEnum):
    """What a report is about."""

    BOOT = "boot"
    CONFIG_CHANGED = "config_changed"
    EXTENSION_STATUS = "extension_status"
    RINGING = "ringing"
    ALERTING = "alerting"
    CALLEE_ANSWERED = "callee_answered"
    CALLER_CONNECTED = "caller_connected"
    HANG_UP = "hang_up"
    CALL_STATUS = "call_status"
    CALL_FAILED = "call_failed"
    CALL_TRANSFERRED = "call_transferred"
    CALL_FORWARDED = "call_forwarded"
    INVITE = "invite"
    INCOMING = "incoming"
    KEY_PRESSED = "key_pressed"
    PROMPT_ENDED = "prompt_ended"
    SURVEY_RESULT = "survey_result"
    CALL_RECORD = "call_record"
    SMS_RESULT = "sms_result"
    CONFERENCE_STATUS = "conference_status"
    QUEUE_AGENT_NO_ANSWER = "queue_agent_no_answer"
    UNKNOWN = "unknown"


class PartyKind(StrEnum):
    """Who takes part in a call."""

    EXTENSION = "extension"
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class PartyStatus(StrEnum):
    """What happens at one end of a call."""

    ALERTING = "alerting"
    RINGING = "ringing"
    ANSWERED = "answered"
    CONNECTED = "connected"
    ON_HOLD = "on_hold"
    ENDED = "ended"


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
    "playpromptend": ReportType.PROMPT_ENDED,
    "satisfaction": ReportType.SURVEY_RESULT,
    "newcdr": ReportType.CALL_RECORD,
    "sms-send": ReportType.SMS_RESULT,
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
# What the type of a v1 report says about its parties: the first, all others.
_FLAT_STATUSES: Final = {
    ReportType.RINGING: (PartyStatus.RINGING, PartyStatus.ALERTING),
    ReportType.ALERTING: (PartyStatus.ALERTING, PartyStatus.RINGING),
    ReportType.CALLEE_ANSWERED: (PartyStatus.ANSWERED, PartyStatus.CONNECTED),
    ReportType.CALLER_CONNECTED: (PartyStatus.CONNECTED, PartyStatus.ANSWERED),
    ReportType.HANG_UP: (PartyStatus.ENDED, PartyStatus.ENDED),
}
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
    # Our own `type` is what the report is; the PBX's is a kind of call or thing.
    "type": "kind",
}
_PARTIES: Final = frozenset({"call", "members", *_PARTY_KINDS})
_ENVELOPE: Final = frozenset({"action", "event", "callid", "sn", *_PARTIES})

MAX_PARTIES = 100
"""Of one report: a hundred phones that ring at once would fit."""

type Value = str | list[Value] | dict[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One end of a call, as a report names it; what was not named is empty.

    Attributes:
        number: the other side's number: of an extension its own, of an inbound
            leg the caller's, of an outbound leg the one that is called.
        id: the id of the leg on a trunk, or the channel in API v2.
    """

    kind: PartyKind
    number: str = ""
    caller: str = ""
    callee: str = ""
    trunk: str = ""
    status: PartyStatus | None = None
    id: str = ""

    @property
    def leg_id(self) -> str:
        """Return the id by which v1 operations know a trunk leg, empty if none.

        The channel of API v2 (`PJSIP/trunk-...`) is no such id.
        """
        is_leg = self.kind is not PartyKind.EXTENSION and "/" not in self.id
        return self.id if is_leg else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a PBX reports.

    Attributes:
        call_id: empty if it is not about a call.
        serial_number: empty in v1 reports.
        parties: in the order the PBX named them, which means something: the
            called side rings first, who hung up comes first.
        fields: the report's own fields, in words of our own.
        raw: what the PBX sent, without secrets; a repeated key is a list.
    """

    type: ReportType
    call_id: str = ""
    serial_number: str = ""
    parties: tuple[Party, ...] = ()
    fields: Mapping[str, Value] = field(default_factory=dict)
    raw: Mapping[str, Value] = field(default_factory=dict)

    @property
    def extension(self) -> str:
        """Return the number of the extension that the report is about, if one."""
        if isinstance(number := self.fields.get("extension"), str) and number:
            return number
        numbers = {
            party.number for party in self.parties if party.kind is PartyKind.EXTENSION
        }
        return numbers.pop() if len(numbers) == 1 else ""

    @property
    def extension_state(self) -> ExtensionState | None:
        """Return the new state of an extension_status report, if it is known."""
        return extension_state(self.word("status"))

    def word(self, name: str) -> str:
        """Return one of the report's own fields as text, empty if it is not there."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""


def is_complete(body: bytes) -> bool:
    """Return whether a body holds the whole of a JSON object."""
    try:
        decode_pairs(body)
    except PbxProtocolError:
        return False
    return True


def parse_report(body: bytes) -> Report:
    """Read one report.

    Raises:
        PbxProtocolError: the body is no report at all. A report of a type that
            nobody knows is one of type `unknown`.
    """
    pairs = decode_pairs(body)
    envelope: dict[str, Tidy] = {}
    fields: dict[str, Value] = {}
    for key, value in pairs:
        if key in _ENVELOPE:
            envelope.setdefault(key, value)
        else:
            fields[_own_name(key)] = _plain(value, MAX_TEXT)
    wire_type = word(envelope.get("action")) or word(envelope.get("event"))
    if not wire_type:
        raise PbxProtocolError("The report does not say what it is about")
    report_type = _TYPES.get(wire_type.casefold(), ReportType.UNKNOWN)
    parties: Iterable[Party] = ()
    if not envelope.keys().isdisjoint(_PARTIES):
        parties = _parties(pairs, _implied_statuses(report_type))
    return Report(
        type=report_type,
        call_id=word(envelope.get("callid")),
        serial_number=word(envelope.get("sn")),
        parties=tuple(islice(parties, MAX_PARTIES)),
        fields=fields,
        raw=_plain_object(pairs),
    )


type Statuses = Iterator[PartyStatus | None]


def _implied_statuses(report_type: ReportType) -> Statuses:
    """Return what the type says about the first party, the second and so on."""
    first, others = _FLAT_STATUSES.get(report_type, (None, None))
    return chain((first,), repeat(others))


def _parties(pairs: Pairs, implied: Statuses) -> Iterator[Party]:
    for key, value in pairs:
        if key not in _PARTIES:
            continue
        kind = _PARTY_KINDS.get(key)
        for row in value if isinstance(value, list) else (value,):
            if isinstance(row, Pairs):
                yield from (
                    _party(kind, row, implied) if kind else _parties(row, implied)
                )


def _party(kind: PartyKind, row: Pairs, implied: Statuses) -> Iterator[Party]:
    fields = row.by_key()
    status = _PARTY_STATUSES.get(word(fields.get("memberstatus")).casefold())
    channel = word(fields.get("channelid"))
    if kind is PartyKind.EXTENSION:
        for number, said in zip(extension_numbers(row), implied, strict=False):
            yield Party(kind=kind, number=number, status=status or said, id=channel)
        return
    said = next(implied)
    caller, callee = word(fields.get("from")), word(fields.get("to"))
    yield Party(
        kind=kind,
        number=caller if kind is PartyKind.INBOUND else callee,
        caller=caller,
        callee=callee,
        trunk=word(fields.get("trunk", fields.get("trunkname"))),
        status=status or said,
        id=word(fields.get(f"{kind}id")) or channel,
    )


# The same few words come in every report.
@lru_cache(maxsize=256)
def _own_name(key: str) -> str:
    """Return what we call a field: in our own words, or the PBX's in snake_case."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", key)
    return _NAMES.get(key) or words.lower().strip("_")


def _plain(value: Tidy, longest: int | None = None) -> Value:
    """Return a value with each text in it cut to a length."""
    if isinstance(value, str):
        return value[:longest].rstrip()
    if isinstance(value, list):
        return [_plain(item, longest) for item in value]
    return _plain_object(value, longest)


def _plain_object(pairs: Pairs, longest: int | None = None) -> dict[str, Value]:
    """Return an object as a dictionary; repeated keys are lists."""
    values: dict[str, Value] = {}
    repeated: dict[str, list[Value]] = {}
    for key, value in pairs:
        one = _plain(value, longest)
        if key in values:
            repeated.setdefault(key, [values[key]]).append(one)
        else:
            values[key] = one
    return values | repeated
