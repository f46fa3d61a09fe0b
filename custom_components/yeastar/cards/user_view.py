"""What one user sees of a PBX, as rows for the cards.

A user sees the phones whose `state` entity he may read, and the calls in which one
of them takes part; a call that no phone takes part in is for those who see all.
Times are epoch seconds or, as elsewhere, ISO 8601 in UTC.
"""

from collections.abc import Callable
from itertools import islice
from typing import Any

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
    may_control_any,
    may_control_call,
    may_read,
    may_read_call,
    state_entity_id,
)
from ..phonebook.folding import name_key
from ..presentation import describe_call, describe_ended
from ..runtime import YeastarConfigEntry, YeastarRuntime

type Row = dict[str, Any]

MAX_CONTACTS = 1000
_ABILITIES = (
    Feature.ATTENDED_TRANSFER,
    Feature.CONFERENCE,
    Feature.PARKING,
    Feature.RECORD_CALLS,
)
"""What the buttons of a call offer where the PBX has it."""
_SHOWN = frozenset(Presence) - {Presence.AVAILABLE}


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
        return may_control_any(self.runtime, self._user)

    def sees_call(self, call: Call) -> bool:
        """Return whether the user may read a call, living or over."""
        return may_read_call(self.runtime, self._user, call)

    def found_by(self, search: str) -> Callable[[Call], bool]:
        """Return a test whether a call has a name or number with this text in it."""
        key, names = name_key(search), self.runtime.names
        # With a letter in it, it is meant as a name, though there may be a digit.
        has_letter = any(map(str.isalpha, search))

        def fits(call: Call) -> bool:
            named = (names.of_caller(call), names.of_callee(call))
            answerer = names.of_answerer(call) if call.answered_by else None
            if any(key in name_key(name or "") for name in (*named, answerer)):
                return True
            numbers = (call.caller, call.callee, call.answered_by)
            return not has_letter and any(
                names.plan.contains(search, number) for number in numbers if number
            )

        return fits

    # Rows

    def pbx(self) -> Row:
        """Return what is shown of the PBX itself, and what only some PBXs can do."""
        device = self.runtime.inventory.device
        return {
            "config_entry_id": self.entry.entry_id,
            "name": device.name if device else self.entry.title,
            "missed_entity_id": self._readable(Platform.SENSOR, "missed_calls"),
            "mark_seen_entity_id": self._readable(
                Platform.BUTTON, "mark_missed_calls_seen"
            ),
            "abilities": [able for able in _ABILITIES if self.runtime.can(able)],
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
            "name": runtime.names.of_extension(number),
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
            "picture": self._picture(call),
            "transferable": call.leg() is not None
            or self.runtime.can(Feature.TRANSFER_INTERNAL),
        }

    def ended(self, call: Call) -> Row:
        """Return the row of a call that is over."""
        runtime = self.runtime
        returned = runtime.call_log.is_returned(call)
        return describe_ended(runtime.names, call, returned=returned) | {
            "answered_by_name": runtime.names.of_answerer(call),
            "unseen": call.missed and call.call_id in runtime.call_log.unseen,
            "media_content_id": self._recording(call),
            "picture": self._picture(call),
        }

    def _picture(self, call: Call) -> str | None:
        """Return where the picture of the contact outside is served, if it is only one."""
        contacts = self.runtime.contacts.of_number(call.outside_number)
        return (contacts[0].picture or None) if len(contacts) == 1 else None

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
        names = self.runtime.names
        contacts: list[Row] = []
        if self._controls_any:
            known = self.runtime.contacts.by_id.values()
            contacts = [
                {"name": contact.name, "numbers": list(contact.numbers)}
                for contact in islice(known, MAX_CONTACTS)
            ]
        return {
            "extensions": [
                {"number": number, "name": names.of_extension(number)}
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
