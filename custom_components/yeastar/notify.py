"""Notify platform for Yeastar PBX: text messages to contacts."""

from typing import override

from homeassistant.components.notify import (
    NotifyEntity,
    NotifyEntityDescription,
    NotifyEntityFeature,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .devices import contact_identifier, registered_device
from .entity import YeastarEntity
from .features.text_messages import MOBILE_TRUNKS
from .permissions import async_user, require_outside
from .phonebook.contacts import Contact
from .runtime import YeastarConfigEntry, YeastarRuntime
from .topics import CONTACTS, MEMBERS

# The PBX sends one after the other by itself.
PARALLEL_UPDATES = 0

SMS = NotifyEntityDescription(key="sms", translation_key="sms", name=None)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YeastarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up a way to write to each contact, as contacts and GSM trunks come and go."""
    runtime = entry.runtime_data
    known: set[str] = set()

    @callback
    def update() -> None:
        reachable = _reachable(runtime)
        # A list of trunks that lacks the one for text messages proves nothing.
        if reachable or runtime.inventory.has_all_trunks:
            for contact_id in runtime.contacts.by_id.keys() - reachable.keys():
                _forget_device(runtime, contact_id)
        for contact_id, contact in reachable.items():
            if contact_id in known:
                _rename_device(runtime, contact)
            else:
                async_add_entities(
                    [ContactNotify(runtime, contact)],
                    config_subentry_id=contact_id,
                )
        known.clear()
        known.update(reachable)

    update()
    for topic in (CONTACTS, MEMBERS):
        entry.async_on_unload(runtime.coordinator.async_add_listener(update, topic))


def _reachable(runtime: YeastarRuntime) -> dict[str, Contact]:
    """Return the contacts that a text message can reach, by id."""
    if not any(
        trunk.type in MOBILE_TRUNKS for trunk in runtime.inventory.trunks.values()
    ):
        return {}
    return {
        contact_id: contact
        for contact_id, contact in runtime.contacts.by_id.items()
        if contact.sms_number
    }


def _forget_device(runtime: YeastarRuntime, contact_id: str) -> None:
    identifier = contact_identifier(runtime, contact_id)
    if device := registered_device(runtime, identifier):
        dr.async_get(runtime.hass).async_remove_device(device.id)


def _rename_device(runtime: YeastarRuntime, contact: Contact) -> None:
    registry = dr.async_get(runtime.hass)
    registry.async_get_or_create(
        config_entry_id=runtime.entry.entry_id,
        config_subentry_id=contact.contact_id,
        identifiers={contact_identifier(runtime, contact.contact_id)},
        name=contact.name,
    )


class ContactNotify(YeastarEntity, NotifyEntity):
    """Sends text messages to a contact."""

    _attr_supported_features = NotifyEntityFeature.TITLE

    def __init__(self, runtime: YeastarRuntime, contact: Contact) -> None:
        """Belong to the device of the contact."""
        super().__init__(
            runtime, SMS, CONTACTS, f"contact_{contact.contact_id}_{SMS.key}"
        )
        self._contact_id = contact.contact_id
        self._attr_device_info = DeviceInfo(
            entry_type=DeviceEntryType.SERVICE,
            identifiers={contact_identifier(runtime, contact.contact_id)},
            name=contact.name,
            via_device_id=runtime.device_id,
        )

    @property
    @override
    def available(self) -> bool:
        return super().available and self._contact_id in _reachable(self.runtime)

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Send a text message; a title becomes its first line.

        Raises:
            ServiceValidationError: it cannot be sent, or not by this person.
            HomeAssistantError: the PBX refused it.
        """
        require_outside(self.runtime, await async_user(self.hass, self._context))
        contact = self.runtime.contacts.by_id[self._contact_id]
        await self.runtime.text_messages.async_send(
            self.runtime.contacts.plan.completed(contact.sms_number),
            f"{title}\n{message}" if title else message,
        )
