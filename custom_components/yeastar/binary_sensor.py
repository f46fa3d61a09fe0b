"""Binary sensor platform for Yeastar PBX."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import YeastarConfigEntry, YeastarCoordinator
from .entity import ExtensionEntity, PbxEntity, TrunkEntity, add_as_they_come
from .pbx import Extension, Trunk
from .topics import REPORTS

# Nothing is asked here; the coordinator tells.
PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class ExtensionBinarySensorDescription(BinarySensorEntityDescription):
    """Describes a binary sensor of an extension."""

    is_on_fn: Callable[[Extension], bool | None]


@dataclass(frozen=True, kw_only=True)
class TrunkBinarySensorDescription(BinarySensorEntityDescription):
    """Describes a binary sensor of a trunk."""

    is_on_fn: Callable[[Trunk], bool | None]


@dataclass(frozen=True, kw_only=True)
class PbxBinarySensorDescription(BinarySensorEntityDescription):
    """Describes a binary sensor of the PBX and the part that it shows."""

    part: str
    is_on_fn: Callable[[YeastarCoordinator], bool | None]


PBX_BINARY_SENSORS = (
    # Of no device class: by connectivity, pickers tell extensions from the PBX.
    PbxBinarySensorDescription(
        key="reports",
        translation_key="reports",
        entity_category=EntityCategory.DIAGNOSTIC,
        part=REPORTS,
        is_on_fn=lambda coordinator: coordinator.arrival.works,
    ),
)
EXTENSION_BINARY_SENSORS = (
    ExtensionBinarySensorDescription(
        key="registered",
        translation_key="registered",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on_fn=lambda extension: extension.is_registered if extension.state else None,
    ),
)
TRUNK_BINARY_SENSORS = (
    TrunkBinarySensorDescription(
        key="problem",
        device_class=BinarySensorDeviceClass.PROBLEM,
        is_on_fn=lambda trunk: trunk.has_problem if trunk.state else None,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YeastarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensors of the PBX, its extensions and trunks."""
    coordinator = entry.runtime_data
    async_add_entities(
        PbxBinarySensor(coordinator, description) for description in PBX_BINARY_SENSORS
    )
    add_as_they_come(
        entry,
        async_add_entities,
        for_extension=lambda number: [
            ExtensionBinarySensor(coordinator, description, number)
            for description in EXTENSION_BINARY_SENSORS
        ],
        for_trunk=lambda name: [
            TrunkBinarySensor(coordinator, description, name)
            for description in TRUNK_BINARY_SENSORS
        ],
    )


class PbxBinarySensor(PbxEntity, BinarySensorEntity):
    """A binary sensor of the PBX."""

    entity_description: PbxBinarySensorDescription

    def __init__(
        self, coordinator: YeastarCoordinator, description: PbxBinarySensorDescription
    ) -> None:
        """Show what the description computes from the part it names."""
        super().__init__(coordinator, description, description.part)

    @override
    def _shown(self) -> object:
        return self.is_on

    @property
    @override
    def is_on(self) -> bool | None:
        return self.entity_description.is_on_fn(self.coordinator)


class ExtensionBinarySensor(ExtensionEntity, BinarySensorEntity):
    """A binary sensor of an extension."""

    entity_description: ExtensionBinarySensorDescription

    @override
    def _shown(self) -> object:
        return self.is_on

    @property
    @override
    def is_on(self) -> bool | None:
        return self.entity_description.is_on_fn(self.extension)


class TrunkBinarySensor(TrunkEntity, BinarySensorEntity):
    """A binary sensor of a trunk."""

    entity_description: TrunkBinarySensorDescription

    @override
    def _shown(self) -> object:
        return self.is_on

    @property
    @override
    def is_on(self) -> bool | None:
        return self.entity_description.is_on_fn(self.trunk)
