"""What one user sees of a PBX, as rows for the cards.

A user sees the phones whose `state` entity he may read, and the calls in which one
of them takes part; a call that no phone takes part in is for those who see all.
Times are epoch seconds or, as elsewhere, ISO 8601 in UTC.
"""

from collections.abc import Callable
from functools import cache
from itertools import islice
import re
from typing import Any
import unicodedata

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..const import CONF_RECORDINGS, DOMAIN
from ..pbx.calls.call import Call
from ..pbx.interface import Feature
from ..pbx.models import Presence
from ..permissions import (
    may_control,
    may_control_call,
    may_read,
    may_read_call,
    state_entity_id,
)
from ..presentation import describe_call, describe_ended
from ..runtime import YeastarConfigEntry, YeastarRuntime

type Row = dict[str, Any]

MAX_CONTACTS = 1000
_SHOWN = frozenset(Presence) - {Presence.AVAILABLE}
_NO_DIGITS = re.compile(r"[^\d+*#]")


class UserView:
    """One PBX through the eyes of one user."""

    def __init__(
        self, hass: HomeAssistant, entry: YeastarConfigEntry, user: User
    ) -> None:
        """Look at a PBX that is loaded."""
        self._user = user
        self._entities = er.async_get(hass)
        self.entry = entry
        self.runtime: YeastarRuntime = entry.runtime_data

    # Permissions

    def _entity_id(self, platform: Platform, key: str) -> str | None:
        unique_id = f"{self.runtime.serial_number}_{key}"
        return self._entities.async_get_entity_id(platform, DOMAIN, unique_id)

    def sees(self, number: str) -> bool:
        """Return whether the user may read an extension."""
        return may_read(self.runtime, self._user, number)

    def controls(self, number: str) -> bool:
        """Return whether the user may control an extension, as for the actions."""
        return may_control(self.runtime, self._user, number)

    @property
    def _controls_any(self) -> bool:
        return any(map(self.controls, self.runtime.inventory.extensions))

    def sees_call(self, call: Call) -> bool:
        """Return whether the user may read a call, living or over."""
        return may_read_call(self.runtime, self._user, call)

    def found_by(self, search: str) -> Callable[[Call], bool]:
        """Return a test whether a call has a name or number with this text in it."""
        name = _plain(search)
        # With a letter in it, it is meant as a name, though there may be a digit.
        is_name = any(map(str.isalpha, search))
        digits = "" if is_name else _NO_DIGITS.sub("", search)

        @cache
        def fits(number: str) -> bool:
            return (bool(digits) and digits in number) or (
                name in _plain(self.runtime.names.of(number) or "")
            )

        return lambda call: any(
            map(fits, {call.caller, call.callee, call.answered_by} - {""})
        )

    # Rows

    def pbx(self) -> Row:
        """Return what is shown of the PBX itself."""
        device = self.runtime.inventory.device
        return {
            "config_entry_id": self.entry.entry_id,
            "name": device.name if device else self.entry.title,
            "missed_entity_id": self._readable(Platform.SENSOR, "missed_calls"),
            "mark_seen_entity_id": self._readable(
                Platform.BUTTON, "mark_missed_calls_seen"
            ),
        }

    def _readable(self, platform: Platform, key: str) -> str | None:
        entity_id = self._entity_id(platform, key)
        if entity_id and self._user.permissions.check_entity(entity_id, POLICY_READ):
            return entity_id
        return None

    def extension(self, number: str) -> Row:
        """Return the row of an extension.

        `device_id` and `entity_id` (of its state) are None for one without a device,
        `do_not_disturb_entity_id` is one whose state tells, `presence` is None for a
        user who is available or elsewhere than all PBXs know.
        """
        runtime = self.runtime
        extension = runtime.inventory.extensions[number]
        entity_id = state_entity_id(runtime, number)
        entry = self._entities.async_get(entity_id) if entity_id else None
        return {
            "number": number,
            "name": extension.name,
            "state": extension.state,
            "party": runtime.connected_party(number),
            "missed": runtime.call_log.missed_by(number),
            "presence": extension.presence if extension.presence in _SHOWN else None,
            "unread": sum(
                not message.is_read
                for message in runtime.mailboxes.data.get(number, ())
            ),
            "control": self.controls(number),
            "device_id": entry.device_id if entry else None,
            "entity_id": entity_id,
            "do_not_disturb_entity_id": self._entity_id(
                Platform.SWITCH, f"{number}_do_not_disturb"
            ),
        }

    def call(self, call: Call) -> Row:
        """Return the row of a living call.

        `offered_until` is None unless its trunk asks whether to let it in;
        `transferable` says that it has a leg on a trunk; `pick_up` is the extension
        whose phone has to be picked up before the other side is called.
        """
        return describe_call(self.runtime.names, call) | {
            "answered_by": call.answered_by or None,
            "pick_up": call.pick_up or None,
            "control": may_control_call(self.runtime, self._user, call),
            "offered_until": call.offered_until,
            "transferable": call.leg() is not None
            or self.runtime.can(Feature.TRANSFER_INTERNAL),
        }

    def ended(self, call: Call) -> Row:
        """Return the row of a call that is over."""
        runtime = self.runtime
        return describe_ended(runtime.names, call) | {
            "answered_by_name": runtime.names.of_answerer(call),
            "unseen": call.missed and call.call_id in runtime.call_log.unseen,
            "media_content_id": self._recording(call),
        }

    def _recording(self, call: Call) -> str | None:
        """Return what Home Assistant plays, if recordings may be played."""
        if not call.recording or not self.entry.options.get(CONF_RECORDINGS):
            return None
        return f"media-source://{DOMAIN}/{self.entry.entry_id}/call/{call.call_id}"

    def missed(self) -> int:
        """Return how many missed calls are not marked as seen, of those this user sees."""
        unseen = self.runtime.call_log.unseen.values()
        return sum(call.missed and self.sees_call(call) for call in unseen)

    def living(self) -> list[Call]:
        """Return the calls that live and that the user sees, oldest first."""
        return [
            call for call in self.runtime.calls.living.values() if self.sees_call(call)
        ]

    def numbers(self) -> list[str]:
        """Return the numbers of the extensions that the user sees."""
        return [
            number for number in self.runtime.inventory.extensions if self.sees(number)
        ]

    def phone_book(self) -> Row:
        """Return whom the user can dial by name: phones, and contacts if he may dial."""
        extensions = self.runtime.inventory.extensions
        contacts: list[Row] = []
        if self._controls_any:
            known = self.runtime.contacts.by_id.values()
            contacts = [
                {"name": contact.name, "numbers": list(contact.numbers)}
                for contact in islice(known, MAX_CONTACTS)
            ]
        return {
            "extensions": [
                {"number": number, "name": extensions[number].name}
                for number in self.numbers()
            ],
            "contacts": contacts,
        }

    async def async_destinations(self) -> list[Row]:
        """Return what a call can be transferred to besides numbers, if the user may."""
        if not self._controls_any:
            return []
        destinations = self.runtime.destinations
        await destinations.async_refresh()
        return [
            {"kind": item.kind, "number": item.number, "name": item.name}
            for item in (destinations.by_number or {}).values()
        ]


def _plain(text: str) -> str:
    """Return a text without accents and case, as people search for it."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
