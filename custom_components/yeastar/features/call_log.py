"""Remembers the calls that are over, and which of the missed ones nobody saw yet."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
import time
from typing import Any

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from ..issues import issue_id
from ..pbx import CallDirection
from ..pbx.calls.model import Call, CallBook, Outcome

STORAGE_VERSION = 1
SAVE_DELAY = 30
"""Seconds to gather changes, so that a busy PBX does not wear out an SD card."""
DAY = 86400

# What is nobody's fault, or somebody's will.
_NOT_MISSED = (None, Outcome.ANSWERED, Outcome.VOICEMAIL, Outcome.REFUSED)


class CallHistory:
    """The log of a PBX's calls on disk, and the missed calls nobody saw yet.

    A phone missed a call that rang it and that nobody answered, from inside the
    house too; the PBX missed those from outside.
    """

    def __init__(
        self, hass: HomeAssistant, entry_id: str, book: CallBook, *, days: int
    ) -> None:
        """Prepare to remember calls for so many days; nothing is read yet."""
        self._hass = hass
        self._entry_id = entry_id
        self._store = _store(hass, entry_id)
        self._book = book
        self._seconds = days * DAY
        self._unseen: dict[str, Call] = {}
        self._by_extension: Counter[str] = Counter()
        self._listeners: list[Callable[[set[str]], None]] = []
        self._changed = False
        self._closed = False

    async def async_load(self) -> None:
        """Take back what an earlier run remembered."""
        stored = await self._store.async_load()
        if not isinstance(stored, dict):
            # Nothing yet. Of a file that is no JSON Home Assistant itself makes an
            # issue, and sets it aside.
            return
        rows = stored.get("calls", [])
        calls = [call for row in rows if (call := _restore(row))]
        if len(calls) < len(rows):
            self._say_damaged(len(rows) - len(calls))
        self._book.restore(calls)
        self._book.forget_before(time.time() - self._seconds)
        for call_id in stored.get("unseen", ()):
            if call := self._book.log.get(call_id):
                self._note(call)

    def _say_damaged(self, lost: int) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id("call_log_damaged", self._entry_id),
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="call_log_damaged",
            translation_placeholders={"lost": str(lost)},
        )

    @staticmethod
    async def async_remove(hass: HomeAssistant, entry_id: str) -> None:
        """Forget the log of a PBX that was taken away."""
        await _store(hass, entry_id).async_remove()

    async def async_close(self) -> None:
        """Write what was not written yet; what still comes is no longer remembered.

        It would be written by a timer that outlives the PBX.
        """
        self._closed = True
        if self._changed:
            await self._store.async_save(self._as_stored())

    @callback
    def async_listen(self, listener: Callable[[set[str]], None]) -> CALLBACK_TYPE:
        """Listen for the ids of calls that the log tells otherwise than before.

        None of them means that the missed calls were seen.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self, call_ids: set[str]) -> None:
        for listener in list(self._listeners):
            listener(call_ids)

    @property
    def unseen(self) -> Mapping[str, Call]:
        """Return the calls that somebody missed and nobody saw yet, by id."""
        return self._unseen

    @property
    def last_call(self) -> Call | None:
        """Return the call that was over last."""
        log = self._book.log
        return log[next(reversed(log))] if log else None

    @property
    def missed(self) -> int:
        """Return how many calls from outside were missed since somebody looked."""
        return sum(call.missed for call in self._unseen.values())

    def missed_by(self, extension: str) -> int:
        """Return how many calls a phone missed since somebody looked."""
        return self._by_extension[extension]

    def learn(self, call_ids: set[str]) -> set[str]:
        """Note calls that are over, or about which more became known since.

        Returns the extensions that have fewer missed calls since the log is full.
        """
        for call_id in call_ids:
            self._forget(call_id)
            if call := self._book.log.get(call_id):
                self._note(call)
        extensions = self._forget_what_left_the_log()
        self._save_soon()
        self._tell(call_ids)
        return extensions

    def mark_seen(self) -> set[str]:
        """Count from zero again; returns the extensions that had missed calls."""
        extensions = set(self._by_extension)
        self._unseen.clear()
        self._by_extension.clear()
        self._save_soon()
        self._tell(set())
        return extensions

    def _note(self, call: Call) -> None:
        if call.outcome not in _NOT_MISSED and (call.missed or call.rang):
            self._unseen[call.call_id] = call
            self._by_extension.update(call.rang)

    def _forget(self, call_id: str) -> None:
        if call := self._unseen.pop(call_id, None):
            self._by_extension.subtract(call.rang)

    def _forget_what_left_the_log(self) -> set[str]:
        """Count no call that nobody can look up any more, as after a restart."""
        extensions: set[str] = set()
        while self._unseen:
            call_id, call = next(iter(self._unseen.items()))
            if call_id in self._book.log:
                break
            self._forget(call_id)
            extensions.update(call.rang)
        return extensions

    def _save_soon(self) -> None:
        if not self._closed:
            self._changed = True
            self._store.async_delay_save(self._as_stored, SAVE_DELAY)

    def _as_stored(self) -> dict[str, Any]:
        self._book.forget_before(time.time() - self._seconds)
        return {
            "calls": [asdict(call) for call in self._book.log.values()],
            "unseen": list(self._unseen),
        }


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    return Store(hass, STORAGE_VERSION, f"{DOMAIN}.{entry_id}", private=True)


def _restore(row: Mapping[str, Any]) -> Call | None:
    """Return a stored call, or None if it is not one: a file can be damaged."""
    try:
        return Call(
            **{
                **row,
                "direction": CallDirection(row["direction"]),
                "outcome": Outcome(row["outcome"]),
                "legs": tuple(
                    (leg_id, CallDirection(direction))
                    for leg_id, direction in row["legs"]
                ),
                "extensions": tuple(row["extensions"]),
                "rang": tuple(row["rang"]),
            }
        )
    except KeyError, TypeError, ValueError:
        return None
