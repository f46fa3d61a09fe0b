"""The contacts that the PBX itself knows: names for callers who are no contacts here."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..const import LOGGER
from ..pbx.errors import PbxError
from ..pbx.http import in_background
from ..pbx.interface import Pbx
from ..pbx.models import CompanyContact
from .contacts import Contacts

INTERVAL = timedelta(minutes=30)
"""No event tells that they changed."""
PATIENCE = 10.0
"""Seconds for an answer, for which the poll of the calls may have to wait."""


class CompanyContacts(DataUpdateCoordinator[tuple[CompanyContact, ...]]):
    """Reads the contacts of a PBX now and then, and finds them by number."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], pbx: Pbx, contacts: Contacts
    ) -> None:
        """Know no contact before the start."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=f"{entry.title} company contacts",
            update_interval=INTERVAL,
            always_update=False,
        )
        self._pbx = pbx
        self._contacts = contacts
        self._names: dict[str, str] = {}
        self.data = ()

    async def async_start(self, changed: Callable[[], None]) -> None:
        """Read them now and from time to time, and tell when they changed."""
        assert self.config_entry
        self.config_entry.async_on_unload(self.async_add_listener(changed))
        await self.async_refresh()

    @override
    async def _async_update_data(self) -> tuple[CompanyContact, ...]:
        try:
            with in_background(PATIENCE):
                found = tuple(await self._pbx.company_contacts())
        except PbxError as err:
            # That the PBX is away is logged for the poll of the calls.
            LOGGER.debug("%s missed: %s", self.name, err)
            return self.data
        if found != self.data:
            self._names = {
                form: contact.name
                # Backwards, so that of two who share a number the first keeps it.
                for contact in reversed(found)
                for number in contact.numbers
                for form in self._contacts.plan.readings(number)
            }
        return found

    def name_of(self, number: str) -> str | None:
        """Return the name of who has a number, with or without country code."""
        if not self._names:
            return None
        for form in self._contacts.plan.readings(number):
            if name := self._names.get(form):
                return name
        return None
