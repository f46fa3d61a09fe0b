"""The people outside whom a PBX is told of by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigSubentry,
)
from homeassistant.const import EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .callers import CallerId, missing_number
from .folding import name_key
from .numbers import ANY, NumberPlan

SUBENTRY_CONTACT: Final = "contact"
CONF_NUMBERS: Final = "numbers"
CONF_SMS_NUMBER: Final = "sms_number"
CONF_VOICE: Final = "voice"
CONF_PICTURE: Final = "picture"
MAX_NAMES: Final = 3
"""Of those who share a number."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A person outside the PBX.

    Attributes:
        numbers: as they were entered; the first is called.
        sms_number: the one for text messages, empty for none.
        voice: may be called by voice.
        picture: where Home Assistant serves one, empty for none.
    """

    contact_id: str
    name: str
    numbers: tuple[str, ...]
    sms_number: str = ""
    voice: bool = False
    picture: str = ""

    @classmethod
    def of(cls, subentry: ConfigSubentry) -> Contact:
        """Return the contact that a subentry of this type keeps."""
        data = subentry.data
        return cls(
            subentry.subentry_id,
            subentry.title,
            tuple(data[CONF_NUMBERS]),
            data.get(CONF_SMS_NUMBER, ""),
            data.get(CONF_VOICE, False),
            data.get(CONF_PICTURE, ""),
        )

    def __str__(self) -> str:
        """Return how a sentence names it among others."""
        return f"{self.name} ({self.numbers[0]})"


class Contacts:
    """The contacts of one PBX, found by number and by name.

    Attributes:
        by_id: in the order they were added.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Know no contact before the first refresh."""
        self._hass = hass
        self._entry = entry
        self._plan = NumberPlan()
        self._by_number: dict[str, list[Contact]] = {}
        self._by_name: dict[str, list[Contact]] = {}
        self.by_id: Mapping[str, Contact] = {}

    @property
    def plan(self) -> NumberPlan:
        """Return how numbers are read and written here, by the options of now."""
        return NumberPlan.of(self._entry.options, self._hass.config.country)

    def normalized(self, number: str) -> str:
        """Return the one form of a number by the options of now."""
        return self.plan.normalized(number)

    def refresh(self) -> bool:
        """Read the subentries again; returns whether anything changed."""
        plan = self.plan
        contacts = {
            subentry.subentry_id: Contact.of(subentry)
            for subentry in self._entry.get_subentries_of_type(SUBENTRY_CONTACT)
        }
        if (contacts, plan) == (self.by_id, self._plan):
            return False
        self.by_id, self._plan = contacts, plan
        self._by_number, self._by_name = {}, {}
        for contact in contacts.values():
            self._by_name.setdefault(name_key(contact.name), []).append(contact)
        # The most probable reading of every number comes before any other.
        for rank in (slice(1), slice(1, None)):
            for contact in contacts.values():
                for number in contact.numbers:
                    for reading in plan.readings(number)[rank]:
                        known = self._by_number.setdefault(reading, [])
                        if contact not in known:
                            known.append(contact)
        return True

    def of_number(self, number: str) -> tuple[Contact, ...]:
        """Return those who have a number, in any of its forms; several may share one."""
        if not self._by_number:
            return ()
        for reading in self.plan.readings(number):
            if contacts := self._by_number.get(reading):
                return tuple(contacts)
        return ()

    def name_of(self, number: str) -> str | None:
        """Return the name to show for a number; of those who share it, all names."""
        names = [contact.name for contact in self.of_number(number)]
        more = ["\u2026"] if len(names) > MAX_NAMES else []
        return " / ".join(names[:MAX_NAMES] + more) or None

    def are_same(self, wanted: str, number: str) -> bool:
        """Return whether a number outside is the wanted one.

        Wanted may be a number, the beginning of numbers (`0900*`), the name of a
        contact, or the word for callers without a number (`CallerId`).
        """
        wanted, missing = wanted.strip(), missing_number(number)
        if wanted == ANY:
            return True
        if wanted.casefold() in CallerId:
            return missing == wanted.casefold()
        if named := self.named(wanted):
            return any(contact in named for contact in self.of_number(number))
        if missing:
            return missing == missing_number(wanted)
        return self.plan.fits(wanted, number)

    def named(self, name: str) -> list[Contact]:
        """Return those with this name."""
        return list(self._by_name.get(name_key(name), ()))

    def beginning(self, name: str) -> list[Contact]:
        """Return those whose names begin so."""
        start = name_key(name)
        return [
            contact
            for key, contacts in self._by_name.items()
            if key.startswith(start)
            for contact in contacts
        ]


@callback
def async_follow_contacts(
    hass: HomeAssistant, entry: ConfigEntry, look: Callable[[], None]
) -> None:
    """Call a listener when contacts may have changed.

    A finished subentry reloads nothing and tells no other listener.
    """

    @callback
    def entry_changed(_change: ConfigEntryChange, changed: ConfigEntry) -> None:
        if changed.entry_id == entry.entry_id:
            look()

    @callback
    def settings_changed(_event: Event) -> None:
        # The country may be another one, and with it the same numbers.
        look()

    entry.async_on_unload(
        async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, entry_changed)
    )
    entry.async_on_unload(
        hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, settings_changed)
    )


def is_picture(address: str) -> bool:
    """Return whether Home Assistant itself serves a picture, which the cards show."""
    return address.startswith("/") and not address.startswith("//")
