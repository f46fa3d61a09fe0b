"""Wake-up calls; the guide calls them alarms."""

from collections.abc import Sequence
from datetime import time
import re
from typing import Final

from ..errors import PbxProtocolError, PbxRefusedError, Refusal
from ..listing_reader import read_list, required, row_fields
from ..models import Listing, Repeat, WakeUpCall
from ..wire import Json, integer, rows, text
from .operations import Operations

CHUNK = 50
"""Extensions asked for at once."""

_WORDS: Final = {
    Repeat.ONCE: "onetime",
    Repeat.DAILY: "everyday",
    Repeat.WEEKDAYS: "custom",
}
# The Chinese guide writes "every day".
_REPEATS: Final = {word: repeat for repeat, word in _WORDS.items()}
# "00:45"; a table of the guide prints "00.45".
_TIME: Final = re.compile(r"(\d{1,2})[:.](\d{2})(?::\d{2})?")


def read_wake_up_call(extension: str, value: Json) -> WakeUpCall:
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
    return WakeUpCall(
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


def write_wake_up_call(call: WakeUpCall) -> dict[str, Json]:
    """Return an alarm as the PBX wants it (API guide, Add an Alarm)."""
    row: dict[str, Json] = {"time": _hhmm(call.time), "type": _WORDS[call.repeat]}
    if call.repeat is Repeat.WEEKDAYS:
        row["weekdays"] = ",".join(map(str, sorted(call.weekdays)))
    row |= {"repeats": str(call.attempts), "repeatinterval": str(call.interval)}
    if call.prompt:
        row["prompt"] = call.prompt
    return row


def key_of(call: WakeUpCall) -> dict[str, Json]:
    """Return the fields that say which alarm is meant.

    Older firmware knows it by its time, newer by its id. Firmware that misses the
    one it wants takes all alarms of the extension to be meant (API guide, Delete an
    Alarm), so both are sent.
    """
    row: dict[str, Json] = {"extid": call.extension, "time": _hhmm(call.time)}
    return row | {"wakeupid": call.id} if call.id else row


class WakeUpOperations(Operations):
    """Reads and changes wake-up calls."""

    _one_at_a_time = False

    async def wake_up_calls(self, extensions: Sequence[str]) -> Listing[WakeUpCall]:
        """Return the wake-up calls of some extensions (API guide, Query an Alarm).

        Extensions without any are not in the answer, and without all its list is
        missing. That several may be asked for at once is from the guide of API
        v2.0.0; other firmware takes the list for an unknown extension.
        """
        found: list[WakeUpCall] = []
        complete = True
        for start in range(0, len(extensions), CHUNK):
            chunk = extensions[start : start + CHUNK]
            try:
                if self._one_at_a_time:
                    listing = await self._wake_ups_of_each(chunk)
                else:
                    listing = await self._wake_ups(",".join(chunk))
            except PbxRefusedError as err:
                if len(chunk) == 1 or err.reason is not Refusal.EXTENSION_UNKNOWN:
                    raise
                listing = await self._wake_ups_of_each(chunk)
                self._one_at_a_time = listing.complete
            found += listing.items
            complete = complete and listing.complete
        return Listing(items=tuple(found), complete=complete)

    async def _wake_ups_of_each(self, extensions: Sequence[str]) -> Listing[WakeUpCall]:
        """Ask for each extension alone; it is not complete if one is unknown."""
        found: list[WakeUpCall] = []
        complete = True
        for extension in extensions:
            try:
                listing = await self._wake_ups(extension)
            except PbxRefusedError as err:
                if err.reason is not Refusal.EXTENSION_UNKNOWN:
                    raise
                complete = False
            else:
                found += listing.items
                complete = complete and listing.complete
        return Listing(items=tuple(found), complete=complete)

    async def _wake_ups(self, extensions: str) -> Listing[WakeUpCall]:
        answer = await self._call("wakeupcall/query", {"extid": extensions})
        return read_list(_alarms(answer.get("wakeups")), _alarm, may_be_missing=True)

    async def create_wake_up_call(self, call: WakeUpCall) -> None:
        """Add a wake-up call (API guide, Add an Alarm)."""
        await self._call(
            "wakeupcall/create",
            {"extid": call.extension, "wakeup": [write_wake_up_call(call)]},
        )

    async def update_wake_up_call(self, old: WakeUpCall, new: WakeUpCall) -> None:
        """Change a wake-up call as it was read (API guide, Modify an Alarm)."""
        await self._call(
            "wakeupcall/update", {**key_of(old), "wakeup": [write_wake_up_call(new)]}
        )

    async def delete_wake_up_call(self, call: WakeUpCall) -> None:
        """Remove a wake-up call as it was read (API guide, Delete an Alarm)."""
        await self._call("wakeupcall/delete", key_of(call))


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
    return read_wake_up_call(required(row, "extid"), row.get("alarm"))


def _hhmm(value: time) -> str:
    return f"{value:%H:%M}"
