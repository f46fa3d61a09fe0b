"""What each extension does: no query tells it, so it is put together here.

Lists and events say which phones are registered, events which of them ring or are
busy, and the members of calls which talk or hold.
"""

from dataclasses import dataclass
from typing import Final

from ..calls.model import Calls
from ..models import Extension, ExtensionState, Listing
from ..reports import PartyKind, PartyStatus
from .listings import ExtensionRow

IDLE_SECONDS: Final = 3.0
"""Between two queries without a call of a phone, for it not to be busy any more."""

_REPORTED: Final = {
    "ringing": ExtensionState.RINGING,
    "busy": ExtensionState.IN_CALL,
    "idle": ExtensionState.IDLE,
}
_REGISTERED: Final = {"registered": True, "unregistered": False}


@dataclass(slots=True)
class _Phone:
    """What is known of the phones of one extension.

    Attributes:
        row: how the last list had it, None until there was one.
        extension: what was told after that list.
        registered: None until a list or an event told.
        registered_order: of the last event that one of them registered.
        reported: ringing or in a call, by the last event; None for idle.
        reported_order: of that event.
        unseen_since: since when queries show no call, though an event said so.
    """

    row: ExtensionRow | None = None
    extension: Extension | None = None
    registered: bool | None = None
    registered_order: int = 0
    reported: ExtensionState | None = None
    reported_order: int = 0
    unseen_since: float | None = None


class Phones:
    """Learns what the phones of each extension do."""

    def __init__(self, calls: Calls) -> None:
        """Know of no phone."""
        self._calls = calls
        self._phones: dict[str, _Phone] = {}

    def report(self, number: str, status: str, order: int) -> None:
        """Learn from an event (30007, 30008); of other words nothing."""
        phone = self._phones.setdefault(number, _Phone())
        word = status.casefold()
        if (registered := _REGISTERED.get(word)) is not None:
            # One device of several may have gone; the next list tells of the others,
            # even one that was asked for before.
            if registered or phone.registered is None:
                phone.registered = registered
                phone.registered_order = order
        elif state := _REPORTED.get(word):
            phone.reported = None if state is ExtensionState.IDLE else state
            phone.reported_order = order
            phone.unseen_since = None

    def forget_reports(self) -> None:
        """Forget what events said: some may have been lost."""
        for phone in self._phones.values():
            phone.reported = None

    def apply(self, listing: Listing[ExtensionRow], order: int) -> Listing[Extension]:
        """Learn from a list that was asked for at `order`; return the extensions."""
        items: list[Extension] = []
        phones = self._phones
        idle, gone = ExtensionState.IDLE, ExtensionState.UNREGISTERED
        calls = self._calls.living.values()
        in_calls = {number for call in calls for number in call.extensions}
        for row in listing.items:
            number = row.number
            if (phone := phones.get(number)) is None:
                phone = phones[number] = _Phone()
            if phone.registered_order <= order:
                phone.registered = row.is_registered
            if number in in_calls:
                state = self._state(number, phone)
            else:
                state = phone.reported or (idle if phone.registered else gone)
            # The same object if nothing changed.
            extension = phone.extension
            if (
                extension is None
                or phone.row is not row
                or extension.state is not state
            ):
                phone.row, phone.extension = row, (extension := row.extension(state))
            items.append(extension)
        if listing.complete:
            numbers = {row.number for row in listing.items}
            for number in self._phones.keys() - numbers:
                del self._phones[number]
        return Listing(items=tuple(items), complete=listing.complete)

    def queried(self, order: int, steady: float) -> list[str]:
        """Note that calls were queried; return the extensions that turned out idle.

        The event that a phone is idle again may have been lost.
        """
        idle: list[str] = []
        for number, phone in self._phones.items():
            if phone.reported is None or phone.reported_order > order:
                continue
            if self._calls.of_extension(number):
                phone.unseen_since = None
            elif phone.unseen_since is None:
                phone.unseen_since = steady
            elif steady - phone.unseen_since >= IDLE_SECONDS:
                phone.reported = phone.unseen_since = None
                idle.append(number)
        return idle

    def state_of(self, number: str) -> ExtensionState | None:
        """Return what an extension does, None if nothing is known of it."""
        phone = self._phones.get(number)
        return self._state(number, phone) if phone else None

    def _state(self, number: str, phone: _Phone) -> ExtensionState:
        member = self._in_calls(number)
        if member is ExtensionState.ON_HOLD:
            return member
        if busy := phone.reported or member:
            return busy
        return ExtensionState.IDLE if phone.registered else ExtensionState.UNREGISTERED

    def _in_calls(self, number: str) -> ExtensionState | None:
        """Return what the members of living calls say, None if it is in no call."""
        found: ExtensionState | None = None
        for call in self._calls.of_extension(number):
            seen = self._calls.seen_of(call.call_id)
            for party in seen.parties.values() if seen else ():
                status = party.status
                if (
                    party.number != number
                    or party.kind is not PartyKind.EXTENSION
                    or status is PartyStatus.ENDED
                ):
                    continue
                # A phone that is to be picked up first rings, so that it calls then.
                if status is PartyStatus.RINGING or call.pick_up == number:
                    found = found or ExtensionState.RINGING
                elif status is PartyStatus.ON_HOLD:
                    return ExtensionState.ON_HOLD
                else:
                    found = ExtensionState.IN_CALL
        return found
