"""What a language model gets to see of calls.

Names are those whom it may reach: phones that are exposed, contacts that may be
called by voice. Of all others it learns that they called, and no more of their
number than tells them apart. What a caller sends as a number and is none, it does not
learn at all. The user who asks needs the right to read the phone, too.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache

from homeassistant.auth.models import User
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ..pbx.calls.call import Call
from ..pbx.models import Voicemail
from ..permissions import may_read, may_read_call
from ..phonebook.callers import missing_number, undiallable
from ..phonebook.contacts import Contact
from ..phonebook.numbers import diallable
from ..presentation import caller_id
from ..runtime import YeastarRuntime
from .scope import is_callable, is_exposed, reaches_anybody
from .speaker import Speaker
from .spoken_names import phone_of

MAX_NAME = 64
MAX_NUMBER = 20
TELLING_DIGITS = 3
"""The last digits of a number that tell callers apart, but not who they are."""
PUBLIC_DIGITS = 7
"""Digits of the shortest number of which some are shown."""


class Sight:
    """One PBX, as a language model sees it for a user."""

    def __init__(
        self, speaker: Speaker, pbx: YeastarRuntime, user: User | None
    ) -> None:
        """Look at a PBX that is set up; without a user, as any listener."""
        self._pbx = pbx
        self._user = user
        self.knows_phone: Callable[[str], bool] = cache(self._knows_phone)
        self._assistant = speaker.assistant

    def _knows_phone(self, number: str) -> bool:
        phone = phone_of(self._pbx, number)
        return (
            phone is not None
            and is_exposed(self._pbx.hass, phone, self._assistant)
            and (self._user is None or may_read(self._pbx, self._user, number))
        )

    def _sees(self, call: Call) -> bool:
        """Return whether a call may be told of.

        One that reached no phone, as in a menu, if it is of a contact it may reach.
        """
        if call.extensions:
            return any(map(self.knows_phone, call.extensions))
        return self._contact(call.outside_number) is not None and (
            self._user is None or may_read_call(self._pbx, self._user, call)
        )

    def living(self) -> Iterator[tuple[float, JsonObjectType]]:
        """Return the calls that live, with their start."""
        for call in self._visible(self._pbx.calls.living.values()):
            yield (
                call.started,
                {
                    **self._ends(call),
                    "status": call.status,
                    "started": _time(call.started),
                    "answered": _time(call.answered),
                },
            )

    def ended(
        self, fits: Callable[[Call], bool]
    ) -> Iterator[tuple[float, JsonObjectType]]:
        """Return the calls that are over, with their start."""
        for call in filter(fits, self._visible(self._pbx.calls.log.values())):
            yield (
                call.started,
                {
                    **self._ends(call),
                    "outcome": call.outcome,
                    "missed": call.missed,
                    "started": _time(call.started),
                    "talk_seconds": call.talk_seconds,
                },
            )

    def voicemail(self, message: Voicemail) -> JsonObjectType:
        """Return a message in a mailbox, as its PBX dates it."""
        number = message.caller
        group = self._pbx.mailboxes.groups.get(message.mailbox)
        outside = self._pbx.names.of_extension(number) is None
        reason = missing_number(number)
        return {
            "mailbox": {"kind": "group", "name": group.name[:MAX_NAME]}
            if group
            else self._party(message.mailbox, outside=False),
            "from": {"kind": str(reason)}
            if reason
            else self._party(number, outside=outside),
            "received": message.received[:MAX_NAME],
            "seconds": message.duration,
        }

    def _visible(self, calls: Iterable[Call]) -> Iterator[Call]:
        return filter(self._sees, calls)

    def _ends(self, call: Call) -> JsonObjectType:
        reason = caller_id(call)
        return {
            "direction": call.direction,
            "from": {"kind": str(reason)}
            if reason
            else self._party(call.caller, outside=call.caller_is_outside),
            "to": self._party(call.callee, outside=call.callee_is_outside),
            "answered_by": self._party(
                call.answered_by, outside=call.answered_by not in call.extensions
            )
            if call.answered_by
            else None,
        }

    def _contact(self, number: str) -> Contact | None:
        """Return the contact that may be reached at a number."""
        contacts = self._pbx.contacts.of_number(number)
        return next((c for c in contacts if is_callable(self._pbx, c)), None)

    def _party(self, number: str, *, outside: bool) -> JsonObjectType:
        """Return a person by name, or as little as tells one from another."""
        name = None if outside else self._pbx.names.of_extension(number)
        if name is not None:
            if not self.knows_phone(number):
                return {"kind": "phone"}
            return {"kind": "phone", "name": name[:MAX_NAME], "number": number}
        if contact := self._contact(number):
            return {"kind": "contact", "name": contact.name[:MAX_NAME]}
        digits = diallable(number)
        if undiallable(digits) or not 0 < len(digits) <= MAX_NUMBER:
            return {"kind": "other"}
        if reaches_anybody(self._pbx):
            return {"kind": "other", "number": digits}
        if len(digits) < PUBLIC_DIGITS:
            return {"kind": "other"}
        return {"kind": "other", "number_ends_in": digits[-TELLING_DIGITS:]}


def _time(epoch: float | None) -> str | None:
    """Return epoch seconds as the time people have on their clocks."""
    if epoch is None:
        return None
    local = dt_util.as_local(dt_util.utc_from_timestamp(epoch))
    return local.isoformat(timespec="seconds")
