"""Wake-up calls; the guide calls them alarms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
import re
from typing import Final, Self

from ..errors import PbxProtocolError
from ..models import Listing, required, row_fields
from .operations import Operations
from .wire import Json, integer, rows, text

CHUNK = 50
"""Extensions asked for at once."""


class Repeat(StrEnum):
    """On which days a phone rings."""

    ONCE = "once"
    DAILY = "daily"
    WEEKDAYS = "weekdays"


_WORDS: Final = {
    Repeat.ONCE: "onetime",
    Repeat.DAILY: "everyday",
    Repeat.WEEKDAYS: "custom",
}
# The Chinese guide writes "every day".
_REPEATS: Final = {word: repeat for repeat, word in _WORDS.items()}
# "00:45"; a table of the guide prints "00.45".
_TIME: Final = re.compile(r"(\d{1,2})[:.](\d{2})(?::\d{2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeUpCall:
    """One wake-up call of an extension.

    Attributes:
        time: by the PBX's own clock, hours and minutes. One that comes once has no
            date: it comes at the next such time, and is gone then.
        weekdays: 0 is Sunday; only for those that repeat on weekdays.
        attempts: how often the phone rings, 1 to 3.
        interval: minutes between two attempts.
        prompt: the file of a custom prompt, empty for the PBX's own.
        id: by which newer firmware knows it (API v1.1.0), else empty.
    """

    extension: str
    time: time
    repeat: Repeat
    weekdays: frozenset[int] = frozenset()
    attempts: int = 1
    interval: int = 5
    prompt: str = ""
    id: str = ""

    def next_after(self, local: datetime) -> datetime:
        """Return when the phone rings next; both times are the PBX's, without a zone."""
        moment = datetime.combine(local.date(), self.time)
        if moment <= local:
            moment += timedelta(days=1)
        if self.repeat is Repeat.WEEKDAYS:
            while moment.isoweekday() % 7 not in self.weekdays:
                moment += timedelta(days=1)
        return moment

    @classmethod
    def from_wire(cls, extension: str, value: Json) -> Self:
        """Read one alarm (API guide, Query an Alarm)."""
        row = row_fields(value)
        kind = text(row.get("type")).casefold().replace(" ", "")
        weekdays = frozenset(map(int, re.findall("[0-6]", text(row.get("weekdays")))))
        match = _TIME.fullmatch(required(row, "time"))
        repeat = _REPEATS.get(kind)
        if not match or repeat is None or (repeat is Repeat.WEEKDAYS and not weekdays):
            raise PbxProtocolError("The PBX sent an alarm without a time or a day")
        try:
            at = time(int(match[1]), int(match[2]))
        except ValueError:
            raise PbxProtocolError("The PBX sent an impossible time") from None
        return cls(
            extension=extension,
            time=at,
            repeat=repeat,
            weekdays=weekdays if repeat is Repeat.WEEKDAYS else frozenset(),
            attempts=integer(row.get("repeats")) or 1,
            # Both tables of the guide begin it with a capital.
            interval=integer(row.get("repeatinterval", row.get("Repeatinterval"))) or 0,
            prompt=text(row.get("prompt")),
            id=text(row.get("wakeupid")),
        )

    def to_wire(self) -> dict[str, Json]:
        """Return it as the PBX wants it (API guide, Add an Alarm)."""
        row: dict[str, Json] = {"time": _hhmm(self.time), "type": _WORDS[self.repeat]}
        if self.repeat is Repeat.WEEKDAYS:
            row["weekdays"] = ",".join(map(str, sorted(self.weekdays)))
        row |= {"repeats": str(self.attempts), "repeatinterval": str(self.interval)}
        if self.prompt:
            row["prompt"] = self.prompt
        return row

    def key(self) -> dict[str, Json]:
        """Return the fields that say which alarm is meant.

        Older firmware knows it by its time, newer by its id. Firmware that misses the
        one it wants takes all alarms of the extension to be meant (API guide, Delete
        an Alarm), so both are sent.
        """
        row: dict[str, Json] = {"extid": self.extension, "time": _hhmm(self.time)}
        return row | {"wakeupid": self.id} if self.id else row


class WakeUpOperations(Operations):
    """Reads and changes wake-up calls."""

    async def wake_up_calls(self, extensions: Sequence[str]) -> Listing[WakeUpCall]:
        """Return the wake-up calls of some extensions (API guide, Query an Alarm).

        Extensions without any are not in the answer, and without all its list is
        missing. That several may be asked for at once is from the guide of API
        v2.0.0.
        """
        found: list[WakeUpCall] = []
        complete = True
        for start in range(0, len(extensions), CHUNK):
            chunk = ",".join(extensions[start : start + CHUNK])
            answer = await self._call("wakeupcall/query", {"extid": chunk})
            listing = Listing.from_wire(
                _alarms(answer.get("wakeups")), _alarm, may_be_missing=True
            )
            found += listing.items
            complete = complete and listing.complete
        return Listing(items=tuple(found), complete=complete)

    async def create_wake_up_call(self, call: WakeUpCall) -> None:
        """Add a wake-up call (API guide, Add an Alarm)."""
        await self._call(
            "wakeupcall/create", {"extid": call.extension, "wakeup": [call.to_wire()]}
        )

    async def update_wake_up_call(self, old: WakeUpCall, new: WakeUpCall) -> None:
        """Change a wake-up call as it was read (API guide, Modify an Alarm)."""
        await self._call("wakeupcall/update", {**old.key(), "wakeup": [new.to_wire()]})

    async def delete_wake_up_call(self, call: WakeUpCall) -> None:
        """Remove a wake-up call as it was read (API guide, Delete an Alarm)."""
        await self._call("wakeupcall/delete", call.key())


def _alarms(value: Json) -> Json:
    """Return the alarms of all extensions in one list, each with its extension."""
    if not isinstance(value, (list, dict)):
        return value
    return [
        {"extid": row.get("extid", row.get("number")), "alarm": alarm}
        for row in map(row_fields, rows(value))
        for alarm in rows(row.get("wakeup"))
    ]


def _alarm(value: Json) -> WakeUpCall:
    row = row_fields(value)
    return WakeUpCall.from_wire(required(row, "extid"), row.get("alarm"))


def _hhmm(value: time) -> str:
    return f"{value:%H:%M}"
