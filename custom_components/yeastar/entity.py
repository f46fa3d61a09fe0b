"""The devices of a PBX and what their entities have in common."""

from collections.abc import Callable, Iterable
from typing import override

from homeassistant.const import CONF_HOST, CONF_PORT, CONF_SSL
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import ChildDeviceInfo, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN
from .coordinator import YeastarConfigEntry, YeastarCoordinator
from .features.extension_settings import SettingsBook
from .features.wake_up_calls import WakeUpBook
from .pbx import Extension, ExtensionSettings, Trunk
from .topics import MEMBERS, NOTHING, extension_part, trunk_part


def pbx_identifier(coordinator: YeastarCoordinator) -> tuple[str, str]:
    """Return the identifier of the PBX's device."""
    return (DOMAIN, coordinator.serial_number)


def extension_identifier(
    coordinator: YeastarCoordinator, number: str
) -> tuple[str, str]:
    """Return the identifier of an extension's device."""
    return (DOMAIN, f"{coordinator.serial_number}_{number}")


def trunk_identifier(coordinator: YeastarCoordinator, name: str) -> tuple[str, str]:
    """Return the identifier of a trunk's device."""
    return (DOMAIN, f"{coordinator.serial_number}_trunk_{name}")


def contact_identifier(
    coordinator: YeastarCoordinator, contact_id: str
) -> tuple[str, str]:
    """Return the identifier of a contact's device."""
    return (DOMAIN, f"{coordinator.serial_number}_contact_{contact_id}")


class YeastarEntity(CoordinatorEntity[YeastarCoordinator]):
    """An entity that shows one part of a PBX and is told only of its changes."""

    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: YeastarCoordinator,
        description: EntityDescription,
        part: str,
        key: str,
    ) -> None:
        """Listen to one part; `key` completes the serial number to the unique id."""
        super().__init__(coordinator, part)
        self.entity_description = description
        self._attr_unique_id = f"{coordinator.serial_number}_{key}"
        self._written: tuple[bool, object] | None = None

    def _shown(self) -> object:
        """Return what is shown, to be compared with what was written before."""
        return None

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state, but only if it changed: one part feeds several entities."""
        available = self.available
        shown = (available, self._shown() if available else None)
        if shown != self._written:
            self._written = shown
            self.async_write_ha_state()


class PbxEntity(YeastarEntity):
    """An entity of the PBX itself."""

    def __init__(
        self, coordinator: YeastarCoordinator, description: EntityDescription, part: str
    ) -> None:
        """Belong to the device of the PBX."""
        super().__init__(coordinator, description, part, description.key)
        self._attr_device_info = DeviceInfo(identifiers={pbx_identifier(coordinator)})


class ExtensionEntity(YeastarEntity):
    """An entity of an extension."""

    def __init__(
        self,
        coordinator: YeastarCoordinator,
        description: EntityDescription,
        number: str,
        part: str | None = None,
    ) -> None:
        """Belong to the device of the extension, named by its user."""
        super().__init__(
            coordinator,
            description,
            part or extension_part(number),
            f"{number}_{description.key}",
        )
        self.number = number
        self._attr_device_info = ChildDeviceInfo(
            identifiers={extension_identifier(coordinator, number)},
            name=coordinator.data.extensions[number].name,
            parent_device_id=coordinator.device_id,
        )

    @property
    def extension(self) -> Extension:
        """Return the extension; only while the entity is available."""
        return self.coordinator.data.extensions[self.number]

    @property
    @override
    def available(self) -> bool:
        return super().available and self.number in self.coordinator.data.extensions


class BookEntity(ExtensionEntity):
    """An entity of what a book knows of an extension, whatever the phone does."""

    def __init__(
        self,
        coordinator: YeastarCoordinator,
        description: EntityDescription,
        number: str,
        book: SettingsBook | WakeUpBook,
    ) -> None:
        """Follow the book alone."""
        super().__init__(coordinator, description, number, NOTHING)
        self._book = book

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the book, which may read the extension only for its listeners."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self._book.async_listen(self.number, self._handle_coordinator_update)
        )


class SettingEntity(BookEntity):
    """An entity of how an extension is set up, which is only read for such entities."""

    def __init__(
        self,
        coordinator: YeastarCoordinator,
        description: EntityDescription,
        number: str,
    ) -> None:
        """Follow the settings of an extension."""
        super().__init__(coordinator, description, number, coordinator.settings)

    @property
    def settings(self) -> ExtensionSettings | None:
        """Return how the extension is set up, None if that was not read yet."""
        return self.coordinator.settings.known.get(self.number)


class TrunkEntity(YeastarEntity):
    """An entity of a trunk."""

    def __init__(
        self, coordinator: YeastarCoordinator, description: EntityDescription, name: str
    ) -> None:
        """Belong to the device of the trunk."""
        super().__init__(
            coordinator,
            description,
            trunk_part(name),
            f"trunk_{name}_{description.key}",
        )
        self.name_of_trunk = name
        self._attr_device_info = ChildDeviceInfo(
            identifiers={trunk_identifier(coordinator, name)},
            name=name,
            parent_device_id=coordinator.device_id,
        )

    @property
    def trunk(self) -> Trunk:
        """Return the trunk; only while the entity is available."""
        return self.coordinator.data.trunks[self.name_of_trunk]

    @property
    @override
    def available(self) -> bool:
        return super().available and self.name_of_trunk in self.coordinator.data.trunks


def add_as_they_come(
    entry: YeastarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    *,
    for_extension: Callable[[str], Iterable[Entity]] = lambda number: (),
    for_trunk: Callable[[str], Iterable[Entity]] = lambda name: (),
) -> None:
    """Add entities for each extension and trunk, now and when new ones come."""
    coordinator = entry.runtime_data
    known: set[tuple[str, str]] = set()

    @callback
    def add_new() -> None:
        present = {("extension", e.number) for e in coordinator.shown_extensions}
        present |= {("trunk", name) for name in coordinator.data.trunks}
        entities: list[Entity] = []
        for kind, key in sorted(present - known):
            make = for_extension if kind == "extension" else for_trunk
            entities.extend(make(key))
        known.clear()
        known.update(present)
        if entities:
            async_add_entities(entities)

    entry.async_on_unload(coordinator.async_add_listener(add_new, MEMBERS))
    add_new()


def member_names(coordinator: YeastarCoordinator) -> dict[tuple[str, str], str]:
    """Return the names of the devices of extensions and trunks, by identifier."""
    return {
        extension_identifier(coordinator, extension.number): extension.name
        for extension in coordinator.shown_extensions
    } | {trunk_identifier(coordinator, name): name for name in coordinator.data.trunks}


@callback
def update_devices(coordinator: YeastarCoordinator) -> None:
    """Register the PBX, rename extensions that were renamed, remove what is gone."""
    registry = dr.async_get(coordinator.hass)
    entry_id = coordinator.config_entry.entry_id
    data = coordinator.config_entry.data
    host = f"[{data[CONF_HOST]}]" if ":" in data[CONF_HOST] else data[CONF_HOST]
    scheme = "https" if data[CONF_SSL] else "http"
    info = coordinator.data.device
    pbx = registry.async_get_or_create(
        config_entry_id=entry_id,
        identifiers={pbx_identifier(coordinator)},
        manufacturer="Yeastar",
        model=info.name if info else None,
        name=info.name if info else coordinator.config_entry.title,
        serial_number=coordinator.serial_number,
        sw_version=info.firmware_version if info else None,
        hw_version=info.hardware_version if info else None,
        configuration_url=f"{scheme}://{host}:{data[CONF_PORT]}",
    )
    coordinator.device_id = pbx.id
    names = member_names(coordinator)
    for device in dr.async_child_entries_for_config_entry(registry, entry_id):
        identifier = next(iter(device.identifiers))
        if identifier not in names:
            registry.async_remove_device(device.id)
        elif device.name != names[identifier]:
            registry.async_get_or_create_child(
                config_entry_id=entry_id,
                identifiers={identifier},
                name=names[identifier],
                parent_device_id=pbx.id,
            )
