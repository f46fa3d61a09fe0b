"""What remains of calls: records, recordings, voicemail."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from secrets import token_hex

from tests.simulator.calls import Direction
from tests.simulator.recordings import tone

from .calls import Call, MemberKind, Segment
from .events import Events
from .state import Clock, State

MOST_SECONDS = 10
LINK_LIFE = 30 * 60
FIRST_RECORD = 1727


@dataclass(frozen=True, slots=True)
class Record:
    """One part of a call, as 30012 and cdr/* tell it; times are epoch seconds."""

    id: int
    call_id: str
    uid: str
    began: float
    call_from: str
    call_to: str
    duration: int
    ring_duration: int
    talk_duration: int
    disposition: str
    call_type: str
    src_trunk: str
    dst_trunk: str
    did_number: str
    record_file: str
    reason: str


@dataclass(slots=True)
class Voicemail:
    """One message of a mailbox."""

    msg_id: str
    number: str
    caller: str
    name: str
    received: float
    duration: int
    is_read: bool = False


@dataclass(slots=True)
class Links:
    """Addresses below /api/download, each for half an hour."""

    clock: Clock
    files: dict[str, tuple[bytes, float]] = field(default_factory=dict)

    def make(self, name: str, data: bytes) -> str:
        """Return the address of a file."""
        self.files[name] = data, self.clock() + LINK_LIFE
        return f"/api/download/{name}"

    def take(self, name: str) -> bytes | None:
        """Return a file whose link still works."""
        data, until = self.files.get(name, (None, 0.0))
        return data if until > self.clock() else None


class Archive:
    """Everything that is kept of calls, oldest first."""

    def __init__(self, state: State, events: Events, clock: Clock) -> None:
        """Start empty."""
        self.records: list[Record] = []
        self.voicemails: dict[str, list[Voicemail]] = {}
        self.links = Links(clock)
        self._state = state
        self._events = events
        self._clock = clock
        self._ids = count(FIRST_RECORD)

    @property
    def recordings(self) -> list[Record]:
        """Return the records of calls that were recorded."""
        return [record for record in self.records if record.record_file]

    def write(self, call: Call) -> None:
        """Write and tell the records of a call that are due."""
        for record in self._due(call):
            self.records.append(record)
            self._events.record(call, _told(self._state, record))

    def add(
        self,
        began: float,
        call_from: str,
        call_to: str,
        *,
        call_id: str,
        duration: int,
        talk_duration: int,
        src_trunk: str,
        dst_trunk: str,
        disposition: str,
        call_type: str,
    ) -> str:
        """Keep a record of the past that nothing tells of; return its call."""
        number = next(self._ids)
        call_id = call_id or f"{int(began)}.{number}"
        self.records.append(
            Record(
                id=number,
                call_id=call_id,
                uid=f"{self._state.device.digits(began)}{number:05}",
                began=began,
                call_from=call_from,
                call_to=call_to,
                duration=duration,
                ring_duration=duration - talk_duration,
                talk_duration=talk_duration,
                disposition=disposition,
                call_type=call_type,
                src_trunk=src_trunk,
                dst_trunk=dst_trunk,
                did_number="",
                record_file="",
                reason="",
            )
        )
        return call_id

    def _due(self, call: Call) -> Iterator[Record]:
        for segment in call.segments:
            if segment.ended is None or segment.written:
                continue
            segment.written = True
            call.uid = call.uid or self._uid(call)
            if segment.status == "VOICEMAIL":
                self._keep_message(segment)
            yield self._record(call, segment)

    def _uid(self, call: Call) -> str:
        tail = token_hex(3)[:5].upper()
        return self._state.device.digits(call.started) + tail

    def _record(self, call: Call, segment: Segment) -> Record:
        began, ended = int(segment.began), int(segment.ended or self._clock())
        answered = int(segment.answered) if segment.answered else ended
        inbound = [m for m in call.members if m.kind is MemberKind.INBOUND]
        did = inbound[0].target if inbound else ""
        return Record(
            id=next(self._ids),
            call_id=call.call_id,
            uid=call.uid,
            began=segment.began,
            call_from=segment.call_from,
            call_to=segment.call_to,
            duration=ended - began,
            ring_duration=answered - began,
            talk_duration=ended - answered,
            disposition=segment.status,
            call_type=call.direction.capitalize(),
            src_trunk=segment.src_trunk,
            dst_trunk=segment.dst_trunk,
            did_number=did if call.direction is Direction.INBOUND else "",
            record_file=self._file(call, segment),
            reason=segment.reason,
        )

    def _file(self, call: Call, segment: Segment) -> str:
        if not call.recorded or segment.status != "ANSWERED":
            return ""
        time = self._state.device.digits(segment.answered or segment.began)
        parties = f"{segment.call_from}-{segment.call_to}"
        return f"{time}-{call.call_id}-{parties}-{call.direction.capitalize()}.wav"

    def _keep_message(self, segment: Segment) -> None:
        ended = segment.ended or self._clock()
        seconds = max(1, int(ended - (segment.answered or ended)))
        self.leave(segment.call_to, segment.call_from, ended, seconds)

    def leave(
        self,
        mailbox: str,
        caller: str,
        received: float,
        seconds: int,
        *,
        is_read: bool = False,
    ) -> Voicemail:
        """Keep a message of a caller in a mailbox."""
        message = Voicemail(
            f"{int(received)}-{next(self._ids):08}",
            mailbox,
            caller,
            self._state.name_of(caller),
            received,
            seconds,
            is_read,
        )
        self.voicemails.setdefault(mailbox, []).append(message)
        return message

    def message(self, msg_id: str) -> Voicemail | None:
        """Return a voicemail message by its id."""
        every = (message for box in self.voicemails.values() for message in box)
        return next((m for m in every if m.msg_id == msg_id), None)


def sound(seconds: int) -> bytes:
    """Return a WAV file in the place of what was said."""
    return tone(min(max(1, seconds), MOST_SECONDS))


def _told(state: State, record: Record) -> dict[str, object]:
    """Return a record as 30012 writes it."""
    return {
        "call_id": record.call_id,
        "time_start": state.device.record_time(record.began),
        "call_from": record.call_from,
        "call_to": record.call_to,
        "call_duration": record.duration,
        "talk_duration": record.talk_duration,
        "src_trunk_name": record.src_trunk,
        "dst_trunk_name": record.dst_trunk,
        "pin_code": "",
        "status": record.disposition,
        "type": record.call_type,
        "recording": record.record_file,
        "did_number": record.did_number,
        "agent_ring_time": 0,
        "uid": record.uid,
        "call_note_id": "",
        "enb_call_note": 0,
    }
