"""The call detail records that a box keeps, and the one-time strings that open them."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
import csv
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
import io
from itertools import chain, count
from random import Random
import re
from secrets import token_hex

from .errors import Errno, RefusedError
from .quirks import Quirks
from .state import Device

RANDOM_LIFE = 30
MOST_ENDED = 2000
SLOT = 2400
"""Seconds of a household in which there is one call at most."""
LONGEST = 1000
"""Seconds that a call of the past takes at most, with its ringing."""
COLUMNS = (
    "callid",
    "timestart",
    "callfrom",
    "callto",
    "callduraction",
    "talkduraction",
    "srctrunkname",
    "dsttrunkname",
    "status",
    "type",
    "pincode",
    "recording",
    "didnumber",
    "sn",
)
JUNK = b"\xff\xfe\x80\xa0;;junk\x00"
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One row; `start` is an epoch, durations are seconds, `duration` includes ringing."""

    start: float
    callfrom: str
    callto: str
    callid: str
    duration: int = 0
    talked: int = 0
    source_trunk: str = ""
    target_trunk: str = ""
    status: str = "ANSWERED"
    type: str = "Inbound"
    pincode: str = ""
    recording: str = ""
    did: str = ""

    @property
    def numbers(self) -> set[str]:
        """Return the parties; `6200(4002)` are two."""
        return {self.callfrom, *re.split(r"[()]", self.callto)}


@dataclass(frozen=True, slots=True)
class Asked:
    """What one string opens: the texts of the request, and the addresses that may fetch."""

    numbers: str
    start: str
    end: str
    peers: tuple[str, ...] = ()


@dataclass(slots=True)
class CallLog:
    """Calls that a test added, then those that ended here, the last ones of them."""

    clock: Callable[[], float]
    device: Callable[[], Device]
    quirks: Quirks
    added: list[LoggedCall] = field(default_factory=list)
    ended: deque[LoggedCall] = field(default_factory=lambda: deque(maxlen=MOST_ENDED))
    randoms: dict[str, tuple[Asked, float]] = field(default_factory=dict)
    serials: count[int] = field(default_factory=lambda: count(1))

    def add(self, start: float, fields: dict[str, str]) -> None:
        """Keep what the record of a call that ended here reports."""
        row = LoggedCall(
            start,
            fields["callfrom"],
            fields["callto"],
            fields["callid"],
            int(fields["callduraction"]),
            int(fields["talkduraction"]),
            fields["srctrunkname"],
            fields["desttrunkname"],
            fields["status"],
            fields["type"],
            fields["pincode"],
            fields["recording"],
            fields["didnumber"],
        )
        self.ended.append(row)

    def new_id(self, start: float) -> str:
        """Return the callid of a call that began then."""
        return f"{int(start)}.{next(self.serials)}"

    def open(self, asked: Asked) -> str:
        """Return a one-time string for a file, or refuse if it would be empty."""
        if not self.find(asked):
            plain = self.quirks.cdr_nothing_plain
            raise RefusedError(None if plain else Errno.NO_CDR)
        now, random = self.clock(), token_hex(16)
        for old in [key for key, (_, until) in self.randoms.items() if until <= now]:
            del self.randoms[old]
        self.randoms[random] = (asked, now + RANDOM_LIFE)
        return random

    def take(self, asked: Asked, random: str, peer: str) -> bytes:
        """Return a file, once: its string is used up even by a mistake."""
        nothing = Asked("", "", ""), 0.0
        granted, until = self.randoms.pop(random, nothing)
        same = (granted.numbers, granted.start, granted.end) == (
            asked.numbers,
            asked.start,
            asked.end,
        )
        if not same or peer not in granted.peers or until <= self.clock():
            raise RefusedError(Errno.CDR_RANDOM)
        return self.file(self.find(granted))

    def find(self, asked: Asked) -> list[LoggedCall]:
        """Return the rows of some extensions that began in a span of time."""
        start, end = self._epoch(asked.start), self._epoch(asked.end)
        wanted = {number.strip() for number in asked.numbers.split(",")}
        return [
            row
            for row in chain(self.added, self.ended)
            if start <= int(row.start) <= end
            and (wanted == {"all"} or row.numbers & wanted)
        ]

    def file(self, rows: list[LoggedCall]) -> bytes:
        """Return rows as text with commas."""
        quirks = self.quirks
        if quirks.cdr_unsorted:
            rows = [*rows]
            Random(7).shuffle(rows)  # noqa: S311
        text = io.StringIO()
        ending = "\r\n" if quirks.cdr_crlf else "\n"
        writer = csv.writer(
            text,
            lineterminator=ending,
            quoting=csv.QUOTE_ALL if quirks.cdr_quotes else csv.QUOTE_MINIMAL,
        )
        writer.writerow(COLUMNS)
        writer.writerows(self._cells(row) for row in rows)
        encoding = "latin-1" if quirks.cdr_latin_1 else "utf-8"
        body = text.getvalue().encode(encoding, "replace")
        if quirks.cdr_junk:
            body += JUNK + ending.encode()
        return b"\xef\xbb\xbf" + body if quirks.cdr_bom else body

    def _cells(self, row: LoggedCall) -> tuple[str, ...]:
        moment = datetime.fromtimestamp(int(row.start), UTC) + self._offset
        return (
            row.callid,
            moment.strftime("%Y-%m-%d %H:%M:%S"),
            row.callfrom,
            row.callto,
            str(row.duration),
            str(row.talked),
            row.source_trunk,
            row.target_trunk,
            row.status,
            row.type,
            row.pincode,
            row.recording,
            row.did,
            self.device().sn,
        )

    @property
    def _offset(self) -> timedelta:
        device = self.device()
        hours = device.utc_offset + device.summer_time
        return timedelta(hours=0 if self.quirks.cdr_in_utc else hours)

    def _epoch(self, text: str) -> float:
        """Return a time as the box writes it as an epoch, or refuse it."""
        try:
            moment = datetime.fromisoformat(text) if TIME.fullmatch(text) else None
        except ValueError:
            moment = None
        if moment is None:
            raise RefusedError(Errno.CDR_TIME)
        return (moment.replace(tzinfo=UTC) - self._offset).timestamp()


def many_calls(
    number_of_rows: int,
    *,
    until: float,
    seconds_apart: float = 300,
    extensions: Iterable[str] = ("1000", "1002", "1003"),
    seed: int = 7,
) -> Iterator[LoggedCall]:
    """Yield a history of calls of every kind, oldest first; the same for the same seed."""
    random = Random(seed)  # noqa: S311
    phones = list(extensions)
    begin = until - number_of_rows * seconds_apart
    made = 0
    while made < number_of_rows:
        start = begin + made * seconds_apart
        for row in _a_call(random, phones, start, made)[: number_of_rows - made]:
            yield row
            made += 1


def household_history(
    days: int, *, until: float, callers: Sequence[str], trunk: str
) -> Iterator[LoggedCall]:
    """Yield the calls of a house: in the daytime, and on some days more than on others.

    A later run has the same calls, and those of the time between.
    """
    phones = ["1000", "1001", "1002", "1003"]
    last = int(until // SLOT)
    for slot in range(last - days * 86400 // SLOT, last):
        random = Random(slot)  # noqa: S311
        start = slot * SLOT + random.randrange(SLOT - LONGEST)
        moment = datetime.fromtimestamp(start, UTC)
        often = 2 + moment.toordinal() * 7 % 5
        if 7 <= moment.hour < 22 and slot % 7 < often:
            for row in _a_call(random, phones, start, slot % 1000, callers):
                yield replace(
                    row,
                    source_trunk=row.source_trunk and trunk,
                    target_trunk=row.target_trunk and trunk,
                )


def _a_call(
    random: Random,
    phones: list[str],
    start: float,
    serial: int,
    callers: Sequence[str] = (),
) -> list[LoggedCall]:
    """Return the rows of one call; some kinds have several under one callid."""
    callid = f"{int(start)}.{serial}"
    phone, other = random.sample(phones, 2)
    outside = random.choice(callers) if callers else f"06{random.randrange(10**8):08}"
    ringing, talked = random.randint(2, 40), random.randint(1, 900)
    whole = ringing + talked

    def row(
        callfrom: str,
        callto: str,
        kind: str,
        status: str = "ANSWERED",
        *,
        source: str = "",
        target: str = "",
    ) -> LoggedCall:
        answered = status == "ANSWERED"
        return LoggedCall(
            start,
            callfrom,
            callto,
            callid,
            whole if answered else ringing,
            talked if answered else 0,
            source,
            target,
            status,
            kind,
        )

    kinds: list[Callable[[], list[LoggedCall]]] = [
        lambda: [row(outside, phone, "Inbound", source="SIP-142")],
        lambda: [row(outside, phone, "Inbound", "NO ANSWER", source="SIP-142")],
        lambda: [row(outside, phone, "Inbound", "VOICEMAIL", source="SIP-142")],
        lambda: [row(outside, phone, "Inbound", "BUSY", source="SIP-142")],
        lambda: [row(phone, outside, "Outbound", target="SIP-142")],
        lambda: [row(phone, outside, "Outbound", "FAILED", target="SIP-142")],
        lambda: [row(phone, other, "Internal")],
        lambda: [
            row(outside, f"6200({other})", "Inbound", "NO ANSWER", source="SIP-142"),
            row(outside, f"6200({phone})", "Inbound", source="SIP-142"),
        ],
        lambda: [
            row(outside, phone, "Inbound", source="SIP-142"),
            row(outside, other, "Transfer", source="SIP-142"),
        ],
        lambda: [row(outside, "0699", "Outbound", source="SIP-142", target="FXO2-3")],
    ]
    return random.choice(kinds)()
