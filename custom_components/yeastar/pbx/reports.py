"""Reports: what a PBX tells by itself, in the words of this library."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
    QUEUE_AGENT_PAUSED = "queue_agent_paused"
    QUEUE_AGENT_STATUS = "queue_agent_status"
    PRESENCE = "presence"
    TRUNK_STATUS = "trunk_status"
    SYSTEM_EVENT = "system_event"
    UNKNOWN = "unknown"


class PartyKind(StrEnum):
    """What takes part in a call: an extension, or a leg on a trunk."""

    EXTENSION = "extension"
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class PartyStatus(StrEnum):
    """What happens at one end of a call.

    Attributes:
        CALLING: it calls; its own phone may still have to be picked up.
        ALERTING: it calls, and hears that the other end rings.
        CONNECTED: it called, and its call was taken, if only by the dialplan.
        ANSWERED: it was called, and picked up.
    """

    CALLING = "calling"
    ALERTING = "alerting"
    RINGING = "ringing"
    ANSWERED = "answered"
    CONNECTED = "connected"
    ON_HOLD = "on_hold"
    ENDED = "ended"


type Value = str | int | float | bool | list[Value] | dict[str, Value] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One end of a call; what the PBX did not name is empty.

    Attributes:
        number: the other side's number: of an extension its own, of an inbound
            leg the caller's, of an outbound leg the one that is called.
        id: by which the PBX knows this end.
        path: the IVR, queue or ring group through which it came.
    """

    kind: PartyKind
    number: str = ""
    caller: str = ""
    callee: str = ""
    trunk: str = ""
    status: PartyStatus | None = None
    id: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report of a PBX; what `yeastar_event` carries.

    Attributes:
        call_id: empty if it is not about a call.
        serial_number: empty if the PBX does not name it.
        parties: in the order the PBX named them.
        fields: the report's own fields, in words of this library.
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
        """Return the number of the only extension that the report is about."""
        if isinstance(number := self.fields.get("extension"), str) and number:
            return number
        numbers = {
            party.number for party in self.parties if party.kind is PartyKind.EXTENSION
        }
        return numbers.pop() if len(numbers) == 1 else ""

    def word(self, name: str) -> str:
        """Return one of the report's own fields as text, empty if it is missing."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""
