"""The log of finished calls on disk, and the missed calls that are not marked as seen."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
import time
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..issues import async_say_call_log_damaged, async_say_call_log_unreadable
from ..pbx.calls.call import NOT_MISSED, Call, CallLeg, Outcome, PastCall
from ..pbx.calls.model import MAX_LOG, Calls
from ..pbx.models import CallDirection
from ..pbx.reports import PartyKind
from .private_store import FAR_FUTURE, PrivateStore
from .returned_calls import ReturnedCalls

STORAGE_MINOR_VERSION: Final = 2
"""1 was written before the PBX families; its rows are read as well."""
DAY: Final = 86400

type Row = dict[str, Any]


class CallLog:
    """The log of a PBX's calls, and which of the missed ones are not marked as seen.

    A phone missed a call that rang it and was not answered, internal calls too; the
    PBX missed those from outside.

    Attributes:
        complete_until: up to when all calls that began are known, in epoch seconds;
            None until the records of the PBX were read.
        firmware_without_records: the one that was found to give no records away.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        calls: Calls,
        returned: ReturnedCalls,
        *,
        days: int,
    ) -> None:
        """Prepare to remember calls for so many days; nothing is read yet."""
        self._returned = returned
        self._hass = hass
        self._entry = entry
        self._store = PrivateStore(
            hass, entry.entry_id, self._as_stored, minor_version=STORAGE_MINOR_VERSION
        )
        self._calls = calls
        self._seconds = days * DAY
        # Written by another thread, which only ever copies it.
        self._rows: dict[str, Row] = {}
        self._unseen: dict[str, Call] = {}
        self._by_extension: Counter[str] = Counter()
        self._listeners: list[Callable[[frozenset[str]], None]] = []
        self._closed = False
        self.complete_until: float | None = None
        self.firmware_without_records = ""

    async def async_load(self) -> None:
        """Take back what an earlier run remembered."""
        stored = await self._store.async_read()
        if stored is None and not self._store.set_aside:
            return
        stored = stored if isinstance(stored, dict) else {}
        rows, unseen = stored.get("calls"), stored.get("unseen")
        calls = [call for row in _list(rows) if (call := restored(row))]
        lost = len(_list(rows)) - len(calls)
        if lost or not (isinstance(rows, list) and isinstance(unseen, list)):
            await self._store.async_set_aside()
        if aside := self._store.set_aside:
            if lost:
                async_say_call_log_damaged(self._hass, self._entry, aside, lost)
            else:
                async_say_call_log_unreadable(self._hass, self._entry, aside)
            self._store.async_save_soon()
        else:
            with suppress(TypeError, ValueError):
                self.complete_until = _optional_number(stored.get("complete_until"))
        if isinstance(firmware := stored.get("firmware_without_records"), str):
            self.firmware_without_records = firmware
        self._calls.restore(calls)
        await self._async_note_returns(calls)
        self._rows = {call.call_id: stored_row(call) for call in calls}
        self._forget_old()
        for call_id in _list(unseen):
            if isinstance(call_id, str) and (call := self._calls.log.get(call_id)):
                self._note(call)

    @staticmethod
    async def async_remove(hass: HomeAssistant, entry_id: str) -> None:
        """Forget the log of a PBX that was removed."""
        await PrivateStore(hass, entry_id).async_remove()

    async def async_close(self) -> None:
        """Write what was not written yet; what still comes is no longer remembered.

        It would be written by a timer that outlives the PBX.
        """
        if self.complete_until is not None:
            # Reports move it without a write of their own.
            self._store.async_save_soon()
        self._closed = True
        await self._store.async_close()

    @callback
    def async_listen(self, listener: Callable[[frozenset[str]], None]) -> CALLBACK_TYPE:
        """Listen for the ids of calls that the log shows otherwise than before.

        An empty set means that the missed calls were marked as seen.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self, call_ids: frozenset[str]) -> None:
        for listener in list(self._listeners):
            listener(call_ids)

    @property
    def unseen(self) -> Mapping[str, Call]:
        """Return the missed calls that are not marked as seen, by id."""
        return self._unseen

    @property
    def last_call(self) -> Call | None:
        """Return the call that ended last."""
        log = self._calls.log
        return log[next(reversed(log))] if log else None

    @property
    def missed(self) -> int:
        """Return how many calls from outside were missed and not marked as seen."""
        return sum(call.missed for call in self._unseen.values())

    def missed_by(self, extension: str) -> int:
        """Return how many calls a phone missed that are not marked as seen."""
        return self._by_extension[extension]

    @callback
    def async_learn(self, call_ids: frozenset[str]) -> set[str]:
        """Note calls that are over, or about which more became known since.

        Returns the extensions that have fewer missed calls, since the log is full or
        some were returned.
        """
        returns = False
        for call_id in call_ids:
            self._forget(call_id)
            if call := self._calls.log.get(call_id):
                returns |= self._returned.note(call)
                self._note(call)
                self._rows[call_id] = stored_row(call)
            else:
                self._rows.pop(call_id, None)
        extensions = self._forget_what_left_the_log()
        returned = self._forget_returned() if returns else {}
        extensions.update(*(call.rang for call in returned.values()))
        self._save_soon()
        self._tell(call_ids | returned.keys())
        return extensions

    async def _async_note_returns(self, calls: Sequence[Call]) -> None:
        # Each new number is looked up in the tables of its country.
        await self._hass.async_add_executor_job(self._returned.note_all, calls)

    async def async_add_past(
        self, calls: Sequence[PastCall], *, seen: bool
    ) -> set[str]:
        """Put calls into the log of which records of the PBX tell.

        Of those that were unknown, missed ones count unless `seen`. Returns the
        extensions whose missed calls changed.
        """
        await self._async_note_returns([past.call for past in calls])
        if not (added := self._calls.add_past(calls)):
            return set()
        extensions: set[str] = set()
        for past in added:
            call, known = past.call, past.known
            self._rows[call.call_id] = stored_row(call)
            counted = call.call_id in self._unseen
            news = _is_missed(call) and not (known and _is_missed(known))
            self._forget(call.call_id)
            if counted or (news and not seen):
                self._note(call)
                extensions.update(call.rang)
        returned = self._forget_returned()
        extensions.update(*(call.rang for call in returned.values()))
        extensions |= self._forget_what_left_the_log()
        # They are stored in the order of the log.
        self._rows = {
            key: self._rows[key] for key in self._calls.log if key in self._rows
        }
        self._save_soon()
        self._tell(
            frozenset((*(past.call.call_id for past in added), *returned.keys()))
        )
        return extensions

    @callback
    def async_set_complete(self, until: float) -> None:
        """Note up to when all calls are known."""
        self.complete_until = until
        self._save_soon()

    @callback
    def async_set_without_records(self, firmware: str) -> None:
        """Note which firmware gives no records away, empty for none."""
        self.firmware_without_records = firmware
        self._save_soon()

    @property
    def days(self) -> float:
        """Return for how many days calls are remembered."""
        return self._seconds / DAY

    @property
    def complete_since(self) -> float:
        """Return since when no call left the log, in epoch seconds."""
        log = self._calls.log
        oldest = time.time() - self._seconds
        if len(log) >= MAX_LOG:
            oldest = max(oldest, min(call.started for call in log.values()))
        return oldest

    @callback
    def async_mark_seen(self) -> set[str]:
        """Count from zero again; returns the extensions that had missed calls."""
        extensions = set(self._by_extension)
        self._unseen.clear()
        self._by_extension.clear()
        self._save_soon()
        self._tell(frozenset())
        return extensions

    def is_returned(self, call: Call) -> bool:
        """Return whether a missed call was returned by an answered one."""
        return _is_missed(call) and self._returned.is_returned(call)

    def _forget_returned(self) -> dict[str, Call]:
        """Count missed calls no longer that were returned; return them by id."""
        returned = {
            call_id: call
            for call_id, call in self._unseen.items()
            if self._returned.is_returned(call)
        }
        for call_id in returned:
            self._forget(call_id)
        return returned

    def _note(self, call: Call) -> None:
        if _is_missed(call) and not self._returned.is_returned(call):
            self._unseen[call.call_id] = call
            self._by_extension.update(call.rang)

    def _forget(self, call_id: str) -> None:
        if call := self._unseen.pop(call_id, None):
            self._by_extension.subtract(call.rang)

    def _forget_what_left_the_log(self) -> set[str]:
        """Count no call that is no longer in the log, as after a restart."""
        extensions: set[str] = set()
        log = self._calls.log
        if len(self._rows) <= len(log):
            return extensions
        for call_id in [key for key in self._rows if key not in log]:
            del self._rows[call_id]
            if call := self._unseen.get(call_id):
                self._forget(call_id)
                extensions.update(call.rang)
        return extensions

    def _forget_old(self) -> None:
        self._calls.forget_before(time.time() - self._seconds)
        self._forget_what_left_the_log()

    def _save_soon(self) -> None:
        if not self._closed and self._store.async_save_soon():
            self._forget_old()

    def _as_stored(self) -> dict[str, Any]:
        return {
            "calls": list(self._rows.values()),
            "unseen": list(self._unseen),
            "complete_until": self.complete_until,
            "firmware_without_records": self.firmware_without_records,
        }


def _is_missed(call: Call) -> bool:
    """Return whether the house or one of its phones missed a call."""
    return call.outcome not in NOT_MISSED and (call.missed or bool(call.rang))


def stored_row(call: Call) -> Row:
    """Return a call as it is stored: without what is empty, as most of it is."""
    row = {
        "call_id": call.call_id,
        "legs": [[leg.id, leg.kind, leg.number] for leg in call.legs],
        "direction": call.direction,
        "caller": call.caller,
        "callee": call.callee,
        "called_number": call.called_number,
        "trunk": call.trunk,
        "extensions": list(call.extensions),
        "rang": list(call.rang),
        "answered_by": call.answered_by,
        "started": call.started,
        "answered": call.answered,
        "ended": call.ended,
        "outcome": call.outcome,
        "missed": call.missed,
        "reason": call.reason,
        "recording": call.recording,
        "ring_seconds": call.ring_seconds,
        "talk_seconds": call.talk_seconds,
        "path": call.path,
        "records": call.records,
        "while_away": call.while_away,
    }
    return {key: value for key, value in row.items() if value}


def restored(row: object) -> Call | None:
    """Return a stored call, or None if it is damaged.

    An unknown key is ignored, and one that is missing has a default, so that files of
    older and newer versions can be read.
    """
    if not isinstance(row, dict):
        return None
    try:
        started = _number(row["started"])
        return Call(
            call_id=_text(row["call_id"]),
            legs=tuple(_legs(row.get("legs", []))),
            direction=CallDirection(row["direction"]),
            caller=_text(row.get("caller", "")),
            callee=_text(row.get("callee", "")),
            called_number=_text(row.get("called_number", "")),
            trunk=_text(row.get("trunk", "")),
            extensions=_texts(row.get("extensions", [])),
            rang=_texts(row.get("rang", [])),
            answered_by=_text(row.get("answered_by", "")),
            pick_up="",
            offered_until=None,
            status=None,
            started=started,
            answered=_optional_number(row.get("answered")),
            ended=_number(row.get("ended", started)),
            outcome=Outcome(row["outcome"]),
            missed=row.get("missed") is True,
            reason=_text(row.get("reason", "")),
            recording=_text(row.get("recording", "")),
            ring_seconds=int(_number(row.get("ring_seconds", 0))),
            talk_seconds=int(_number(row.get("talk_seconds", 0))),
            path=_text(row.get("path", "")),
            records=int(_number(row.get("records", 0))),
            while_away=row.get("while_away") is True,
        )
    except KeyError, TypeError, ValueError:
        return None


def _legs(value: Iterable[Any]) -> Iterable[CallLeg]:
    for leg in value:
        leg_id, kind, *number = leg
        yield CallLeg(_text(leg_id), PartyKind(kind), *map(_text, number[:1]))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(map(_text, value))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    if not 0 <= value < FAR_FUTURE:
        raise ValueError
    return float(value)


def _optional_number(value: object) -> float | None:
    return None if value is None else _number(value)
