"""Hands the contacts of a PBX out as a file."""

from http import HTTPStatus

from aiohttp import web
from homeassistant.components.http import KEY_HASS, KEY_HASS_USER, HomeAssistantView

from ..const import DOMAIN
from ..phonebook.contact_formats import as_csv, as_vcards
from ..phonebook.contacts import SUBENTRY_CONTACT, Contact

KINDS = {"vcf": ("text/vcard", as_vcards), "csv": ("text/csv", as_csv)}


def contacts_url(entry_id: str, kind: str) -> str:
    """Return where the contacts of an entry are downloaded; it has to be signed."""
    return ContactView.url.format(entry_id=entry_id, kind=kind)


class ContactView(HomeAssistantView):
    """Serves the contacts of an entry to administrators, by a signed address."""

    url = "/api/yeastar/contacts/{entry_id}.{kind}"
    name = "api:yeastar:contacts"

    async def get(self, request: web.Request, entry_id: str, kind: str) -> web.Response:
        """Return the file."""
        entry = request.app[KEY_HASS].config_entries.async_get_entry(entry_id)
        if not request[KEY_HASS_USER].is_admin:
            return web.Response(status=HTTPStatus.FORBIDDEN)
        if entry is None or entry.domain != DOMAIN or kind not in KINDS:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        content_type, written = KINDS[kind]
        subentries = entry.get_subentries_of_type(SUBENTRY_CONTACT)
        return web.Response(
            text=written(map(Contact.of, subentries)),
            content_type=content_type,
            charset="utf-8",
            headers={"Content-Disposition": f'attachment; filename="contacts.{kind}"'},
        )
