"""What all entities have in common: they show one topic and write only what changed."""

import asyncio
from collections.abc import Callable, Iterable
from itertools import batched
from typing import Final, override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .coordinator import YeastarCoordinator
from .devices import extension_device, pbx_identifier, queue_device, trunk_device
from .pbx.models import Extension, QueueStatus, Trunk
from .runtime import YeastarConfigEntry, YeastarRuntime
from .topics import MEMBERS, NOTHING, extension_topic, trunk_topic

BATCH: Final = 20
"""Entities that are added before other tasks get their turn."""


class YeastarEntity(CoordinatorEntity[YeastarCoordinator]):
    """An entity that shows one topic and is told only of its changes."""

    _attr_has_entity_name = True

    def __init__(
        self,
        runtime: YeastarRuntime,
        description: EntityDescription,
        topic: str,
        key: str,
    ) -> None:
        """Listen to a topic; `key` completes the serial number to the unique id."""
        super().__init__(runtime.coordinator, topic)
        self.runtime = runtime
        self.entity_description = description
        self._attr_unique_id = f"{runtime.serial_number}_{key}"
        self._written: object = None

    def _value(self) -> object:
        """Return what is shown now; asked only while the entity is available."""
        return None

    def _show(self, value: object) -> None:
        """Show a value."""

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self._changed()

    def _changed(self) -> bool:
        """Show what is so now; returns whether it was otherwise before."""
        available = self.available
        value = self._value() if available else None
        if self._written == (available, value):
            return False
        self._written = (available, value)
        if available:
            self._show(value)
        return True

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state, but only if it changed: one topic feeds several entities."""
        if self._changed():
            self.async_write_ha_state()


class PbxEntity(YeastarEntity):
    """An entity of the PBX itself."""

    def __init__(
        self, runtime: YeastarRuntime, description: EntityDescription, topic: str
    ) -> None:
        """Belong to the device of the PBX."""
        super().__init__(runtime, description, topic, description.key)
        self._attr_device_info = DeviceInfo(identifiers={pbx_identifier(runtime)})


class ExtensionEntity(YeastarEntity):
    """An entity of an extension."""

    def __init__(
        self,
        runtime: YeastarRuntime,
        description: EntityDescription,
        number: str,
        topic: str | None = None,
    ) -> None:
        """Belong to the device of the extension, named by its user."""
        super().__init__(
            runtime,
            description,
            topic or extension_topic(number),
            f"{number}_{description.key}",
        )
        self.number = number

    @property
    @override
    def device_info(self) -> DeviceInfo:
        return extension_device(self.runtime, self.number)

    @property
    def extension(self) -> Extension:
        """Return the extension; only while the entity is available."""
        return self.runtime.inventory.extensions[self.number]

    @property
    @override
    def available(self) -> bool:
        return super().available and self.number in self.runtime.inventory.extensions


class TrunkEntity(YeastarEntity):
    """An entity of a trunk."""

    def __init__(
        self, runtime: YeastarRuntime, description: EntityDescription, name: str
    ) -> None:
        """Belong to the device of the trunk."""
        super().__init__(
            runtime,
            description,
            trunk_topic(name),
            f"trunk_{name}_{description.key}",
        )
        self.name_of_trunk = name

    @property
    @override
    def device_info(self) -> DeviceInfo:
        return trunk_device(self.runtime, self.name_of_trunk)

    @property
    def trunk(self) -> Trunk:
        """Return the trunk; only while the entity is available."""
        return self.runtime.inventory.trunks[self.name_of_trunk]

    @property
    @override
    def available(self) -> bool:
        return super().available and self.name_of_trunk in self.runtime.inventory.trunks


class QueueEntity(YeastarEntity):
    """An entity of a queue."""

    def __init__(
        self, runtime: YeastarRuntime, description: EntityDescription, number: str
    ) -> None:
        """Belong to the device of the queue."""
        super().__init__(
            runtime, description, NOTHING, f"queue_{number}_{description.key}"
        )
        self.number = number

    @property
    @override
    def device_info(self) -> DeviceInfo:
        return queue_device(self.runtime, self.number)

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the queue, which is asked for only while it has listeners."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.runtime.queues.async_add_listener(
                self._handle_coordinator_update, self.number
            )
        )

    @property
    def status(self) -> QueueStatus | None:
        """Return what happens in the queue, None if the PBX did not tell."""
        return self.runtime.queues.data.get(self.number)

    @property
    @override
    def available(self) -> bool:
        return super().available and self.number in self.runtime.inventory.queues


async def add_members(
    entry: YeastarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    *,
    for_extension: Callable[[str], Iterable[Entity]] = lambda number: (),
    for_trunk: Callable[[str], Iterable[Entity]] = lambda name: (),
    for_queue: Callable[[str], Iterable[Entity]] = lambda number: (),
) -> None:
    """Add entities for each extension, trunk and queue, now and when new ones come."""
    runtime = entry.runtime_data
    known: set[tuple[str, str]] = set()
    makers = {"extension": for_extension, "trunk": for_trunk, "queue": for_queue}

    async def add_new() -> None:
        inventory = runtime.inventory
        present = {("extension", e.number) for e in inventory.shown_extensions}
        present |= {("trunk", name) for name in inventory.trunks}
        present |= {("queue", number) for number in inventory.queues}
        entities: list[Entity] = []
        for kind, key in sorted(present - known):
            entities.extend(makers[kind](key))
        known.clear()
        known.update(present)
        for batch in batched(entities, BATCH, strict=False):
            # A large PBX must not keep other tasks from their turn.
            await asyncio.sleep(0)
            async_add_entities(batch)

    @callback
    def members_changed() -> None:
        entry.async_create_task(runtime.hass, add_new(), "yeastar new members")

    entry.async_on_unload(
        runtime.coordinator.async_add_listener(members_changed, MEMBERS)
    )
    await add_new()
