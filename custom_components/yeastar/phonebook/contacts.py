"""The people outside whom a PBX is told of by name."""

from collections.abc import Callable, Iterable, Mapping
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

from ..const import CONF_OUTSIDE_PREFIX
from .numbers import CallerId, comparable, diallable, missing_number, undiallable

SUBENTRY_CONTACT: Final = "contact"
CONF_NUMBERS: Final = "numbers"
CONF_SMS_NUMBER: Final = "sms_number"
CONF_VOICE: Final = "voice"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody outside.

    Attributes:
        numbers: as they were entered; the first is called.
        sms_number: the one for text messages, empty for none.
        voice: may be called by voice.
    """

    contact_id: str
    name: str
    numbers: tuple[str, ...]
    sms_number: str = ""
    voice: bool = False

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
        """Know nobody before the first refresh."""
        self._hass = hass
        self._entry = entry
        self._country: str | None = None
        self._by_number: dict[str, Contact] = {}
        self.by_id: Mapping[str, Contact] = {}

    def refresh(self) -> bool:
        """Read the subentries again; returns whether anything changed."""
        country = self._hass.config.country
        contacts = {
            subentry.subentry_id: Contact.of(subentry)
            for subentry in self._entry.get_subentries_of_type(SUBENTRY_CONTACT)
        }
        if (contacts, country) == (self.by_id, self._country):
            return False
        self.by_id, self._country = contacts, country
        self._by_number = {
            comparable(number, country): contact
            # Backwards, so that of two who share a number the first keeps it.
            for contact in reversed(contacts.values())
            for number in contact.numbers
        }
        return True

    def of_number(self, number: str) -> Contact | None:
        """Return whose number this is, with or without country code or prefix."""
        if not self._by_number:
            return None
        for form in self.forms(number):
            if contact := self._by_number.get(form):
                return contact
        return None

    def forms(self, number: str) -> Iterable[str]:
        """Return what a number may be, as the PBX shows those it dialled."""
        yield comparable(number, self._country)
        prefix: str = self._entry.options.get(CONF_OUTSIDE_PREFIX, "")
        if prefix and number.startswith(prefix):
            yield comparable(number.removeprefix(prefix), self._country)

    def are_same(self, wanted: str, number: str) -> bool:
        """Return whether a number is the wanted one.

        Wanted may be a number, the name of a contact, or the word for callers
        without a number (`CallerId`).
        """
        if wanted in CallerId:
            return missing_number(number) == wanted
        if named := self.named(wanted):
            return self.of_number(number) in named
        return comparable(wanted, self._country) in self.forms(number)

    def named(self, name: str) -> list[Contact]:
        """Return those with this name."""
        wanted = spoken(name)
        return [c for c in self.by_id.values() if spoken(c.name) == wanted]

    def beginning(self, name: str) -> list[Contact]:
        """Return those whose names begin so."""
        wanted = spoken(name)
        return [c for c in self.by_id.values() if spoken(c.name).startswith(wanted)]


@callback
def async_follow_contacts(
    hass: HomeAssistant, entry: ConfigEntry, look: Callable[[], None]
) -> None:
    """Let look whoever knows contacts when they may have changed.

    A finished subentry reloads nothing and tells nobody else.
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


def is_name(value: str) -> bool:
    """Return whether a text could name somebody, since it is no number."""
    return undiallable(diallable(value)) is not None


def spoken(name: str) -> str:
    """Return a name without what people do not hear of it."""
    return " ".join(name.casefold().split())
