"""Imports and exports contacts, and changes many of them at once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from homeassistant.components.file_upload import process_uploaded_file
from homeassistant.components.http.auth import async_sign_path
from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    BooleanSelector,
    FileSelector,
    FileSelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from ..features.contact_view import contacts_url
from ..phonebook.contact_formats import MAX_FILE, Entry, read_contacts
from ..phonebook.contact_import import MAX_CONTACTS, import_contacts
from ..phonebook.contacts import CONF_VOICE, SUBENTRY_CONTACT, Contact
from ..phonebook.numbers import load_countries
from .contact import extension_names

SUBENTRY_CONTACT_FILES = "contact_files"
CONF_FILE = "file"
CONF_CONTACTS = "contacts"
CONF_CHANGE = "change"
REMOVE = "remove"
VOICE_ON = "voice_on"
VOICE_OFF = "voice_off"

FILE_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_FILE): FileSelector(
            FileSelectorConfig(accept=".vcf,.csv,text/vcard,text/csv")
        ),
        vol.Required(CONF_VOICE, default=False): BooleanSelector(),
    }
)
LINK_LIFE = timedelta(minutes=10)
MAX_REFUSED = 10
"""Names of contacts in one sentence."""


class ContactFilesFlow(ConfigSubentryFlow):
    """Does something to many contacts; it leaves no subentry."""

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask what to do."""
        return self.async_show_menu(
            step_id="user", menu_options=["import_file", "export_file", "change_many"]
        )

    async def async_step_import_file(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for a file and add the contacts of it."""
        errors: dict[str, str] = {}
        if user_input is not None:
            entries = await self.hass.async_add_executor_job(
                _read, self.hass, user_input[CONF_FILE]
            )
            if 0 < len(entries) <= MAX_CONTACTS:
                return self._import(entries, voice=user_input[CONF_VOICE])
            errors[CONF_FILE] = "too_many_contacts" if entries else "no_contacts"
        return self.async_show_form(
            step_id="import_file",
            data_schema=self.add_suggested_values_to_schema(
                FILE_SCHEMA,  # type: ignore[arg-type]
                {CONF_VOICE: (user_input or {}).get(CONF_VOICE, False)},
            ),
            errors=errors,
        )

    def _import(self, entries: list[Entry], *, voice: bool) -> SubentryFlowResult:
        entry = self._get_entry()
        done = import_contacts(
            self.hass, entry, entries, taken=extension_names(entry), voice=voice
        )
        names = done.refused[:MAX_REFUSED]
        more = ["\u2026"] if len(done.refused) > MAX_REFUSED else []
        return self.async_abort(
            reason="imported_some" if names else "imported",
            description_placeholders={
                "added": str(done.added),
                "changed": str(done.changed),
                "unchanged": str(done.unchanged),
                "refused": ", ".join(names + more),
            },
        )

    async def async_step_export_file(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Offer the contacts as files."""
        if user_input is not None:
            return self.async_abort(reason="exported")
        return self.async_show_form(
            step_id="export_file",
            data_schema=vol.Schema({}),  # type: ignore[arg-type]
            description_placeholders={
                "vcard": self._link("vcf", "vCard"),
                "csv": self._link("csv", "CSV"),
            },
        )

    def _link(self, kind: str, words: str) -> str:
        path = contacts_url(self._get_entry().entry_id, kind)
        signed = async_sign_path(self.hass, path, LINK_LIFE)
        # The frontend takes a link without a target for one of its own pages.
        return f'<a href="{signed}" target="_blank">{words}</a>'

    async def async_step_change_many(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask which contacts to change, and how."""
        entry = self._get_entry()
        contacts = {
            subentry.subentry_id: Contact.of(subentry)
            for subentry in entry.get_subentries_of_type(SUBENTRY_CONTACT)
        }
        if not contacts:
            return self.async_abort(reason="no_contacts_yet")
        if user_input is not None:
            chosen = [key for key in user_input[CONF_CONTACTS] if key in contacts]
            for key in chosen:
                self._change(key, user_input[CONF_CHANGE])
            return self.async_abort(
                reason="changed", description_placeholders={"count": str(len(chosen))}
            )
        return self.async_show_form(
            step_id="change_many",
            data_schema=_many_schema(contacts),  # type: ignore[arg-type]
        )

    def _change(self, contact_id: str, change: str) -> None:
        entry, entries = self._get_entry(), self.hass.config_entries
        if change == REMOVE:
            entries.async_remove_subentry(entry, contact_id)
            return
        subentry = entry.subentries[contact_id]
        voice = {CONF_VOICE: change == VOICE_ON}
        entries.async_update_subentry(entry, subentry, data={**subentry.data, **voice})


def _read(hass: HomeAssistant, file_id: str) -> list[Entry]:
    """Return the contacts of an uploaded file, which is deleted."""
    load_countries()
    with process_uploaded_file(hass, file_id) as path:
        if path.stat().st_size > MAX_FILE:
            return []
        return read_contacts(path.read_bytes())


def _many_schema(contacts: Mapping[str, Contact]) -> vol.Schema:
    options = [
        SelectOptionDict(value=key, label=f"{contact.name} ({contact.numbers[0]})")
        for key, contact in contacts.items()
    ]
    return vol.Schema(
        {
            # A list that one can type into, to search.
            vol.Required(CONF_CONTACTS): SelectSelector(
                SelectSelectorConfig(
                    options=sorted(options, key=lambda option: option["label"]),
                    multiple=True,
                    mode=SelectSelectorMode.DROPDOWN,
                )
            ),
            vol.Required(CONF_CHANGE, default=VOICE_ON): SelectSelector(
                SelectSelectorConfig(
                    options=[VOICE_ON, VOICE_OFF, REMOVE],
                    translation_key="change_contacts",
                )
            ),
        }
    )
