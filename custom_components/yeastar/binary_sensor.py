"""Binary sensor platform for Yeastar PBX."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import ExtensionEntity, PbxEntity, TrunkEntity, YeastarEntity, add_members
from .pbx.models import Extension, Trunk
from .runtime import YeastarConfigEntry, YeastarRuntime
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
    """Describes a binary sensor of the PBX and the topic that it shows."""

    topic: str
    is_on_fn: Callable[[YeastarRuntime], bool | None]


PBX_BINARY_SENSORS = (
    # Of no device class: by connectivity, pickers tell extensions from the PBX.
    PbxBinarySensorDescription(
        key="reports",
        translation_key="reports",
        entity_category=EntityCategory.DIAGNOSTIC,
        topic=REPORTS,
        is_on_fn=lambda runtime: runtime.health.works,
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
    runtime = entry.runtime_data
    async_add_entities(
        PbxBinarySensor(runtime, description, description.topic)
        for description in PBX_BINARY_SENSORS
    )
    await add_members(
        entry,
        async_add_entities,
        for_extension=lambda number: [
            ExtensionBinarySensor(runtime, description, number)
            for description in EXTENSION_BINARY_SENSORS
        ],
        for_trunk=lambda name: [
            TrunkBinarySensor(runtime, description, name)
            for description in TRUNK_BINARY_SENSORS
        ],
    )


class YeastarBinarySensor(YeastarEntity, BinarySensorEntity):
    """A binary sensor that shows one value."""

    @override
    def _show(self, value: object) -> None:
        self._attr_is_on = cast(bool | None, value)


class PbxBinarySensor(PbxEntity, YeastarBinarySensor):
    """A binary sensor of the PBX."""

    entity_description: PbxBinarySensorDescription

    @override
    def _value(self) -> bool | None:
        return self.entity_description.is_on_fn(self.runtime)


class ExtensionBinarySensor(ExtensionEntity, YeastarBinarySensor):
    """A binary sensor of an extension."""

    entity_description: ExtensionBinarySensorDescription

    @override
    def _value(self) -> bool | None:
        return self.entity_description.is_on_fn(self.extension)


class TrunkBinarySensor(TrunkEntity, YeastarBinarySensor):
    """A binary sensor of a trunk."""

    entity_description: TrunkBinarySensorDescription

    @override
    def _value(self) -> bool | None:
        return self.entity_description.is_on_fn(self.trunk)
