"""What the entities of mailboxes have in common."""

from collections.abc import Callable, Iterable
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .devices import pbx_identifier
from .entity import YeastarEntity
from .runtime import YeastarConfigEntry, YeastarRuntime
from .topics import NOTHING


class MailboxEntity(YeastarEntity):
    """An entity of a mailbox, which is read only for its listeners."""

    number: str

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the mailbox."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.runtime.mailboxes.async_add_listener(self._mailbox_read, self.number)
        )

    @callback
    def _mailbox_read(self) -> None:
        self._handle_coordinator_update()


class GroupMailboxEntity(MailboxEntity):
    """An entity of a mailbox that several extensions share, on the device of the PBX."""

    def __init__(
        self, runtime: YeastarRuntime, description: EntityDescription, number: str
    ) -> None:
        """Be called by the name that the mailbox has on the PBX."""
        super().__init__(
            runtime, description, NOTHING, f"mailbox_{number}_{description.key}"
        )
        self.number = number
        self._attr_translation_placeholders = {
            "name": runtime.mailboxes.groups[number].name
        }
        self._attr_device_info = DeviceInfo(identifiers={pbx_identifier(runtime)})

    @property
    @override
    def available(self) -> bool:
        return super().available and self.number in self.runtime.mailboxes.groups


def add_group_mailboxes(
    entry: YeastarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[str], Iterable[Entity]],
) -> None:
    """Add entities for each mailbox of a group, now and when new ones come."""
    mailboxes = entry.runtime_data.mailboxes
    known: set[str] = set()

    @callback
    def add_new() -> None:
        new = sorted(mailboxes.groups.keys() - known)
        known.update(new)
        if new:
            async_add_entities(entity for number in new for entity in make(number))

    entry.async_on_unload(mailboxes.async_add_listener(add_new))
    add_new()
