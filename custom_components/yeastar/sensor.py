"""Sensor platform for Yeastar PBX."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .const import DOMAIN
from .coordinator import YeastarConfigEntry, YeastarCoordinator
from .entity import (
    BookEntity,
    ExtensionEntity,
    PbxEntity,
    TrunkEntity,
    add_as_they_come,
)
from .features.wake_up_calls import NEXT_WAKE_UP
from .pbx import CallDirection, ExtensionState, Trunk, TrunkState
from .presentation import describe_call
from .topics import CALL_LOG, CALLS, CONTACTS, DEVICE, MEMBERS

# Nothing is asked here; the coordinator tells.
PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class PbxSensorDescription(SensorEntityDescription):
    """Describes a sensor of the PBX itself."""

    part: str
    value_fn: Callable[[YeastarCoordinator], StateType | datetime]


@dataclass(frozen=True, kw_only=True)
class CallsSensorDescription(SensorEntityDescription):
    """Describes a sensor that counts the living calls of a direction."""

    directions: frozenset[CallDirection]


@dataclass(frozen=True, kw_only=True)
class ExtensionSensorDescription(SensorEntityDescription):
    """Describes a sensor of an extension."""

    value_fn: Callable[[YeastarCoordinator, str], StateType]
    many_disabled: bool = False


@dataclass(frozen=True, kw_only=True)
class TrunkSensorDescription(SensorEntityDescription):
    """Describes a sensor of a trunk."""

    value_fn: Callable[[Trunk], StateType]


CALLS_SENSORS = (
    CallsSensorDescription(
        key="inbound_calls",
        translation_key="inbound_calls",
        state_class=SensorStateClass.MEASUREMENT,
        directions=frozenset({CallDirection.INBOUND}),
    ),
    CallsSensorDescription(
        key="outbound_calls",
        translation_key="outbound_calls",
        state_class=SensorStateClass.MEASUREMENT,
        directions=frozenset({CallDirection.OUTBOUND, CallDirection.CALLBACK}),
    ),
    CallsSensorDescription(
        key="internal_calls",
        translation_key="internal_calls",
        state_class=SensorStateClass.MEASUREMENT,
        directions=frozenset({CallDirection.INTERNAL}),
    ),
)
PBX_SENSORS = (
    PbxSensorDescription(
        key="missed_calls",
        translation_key="missed_calls",
        state_class=SensorStateClass.MEASUREMENT,
        part=CALL_LOG,
        value_fn=lambda coordinator: coordinator.history.missed,
    ),
    PbxSensorDescription(
        key="last_call",
        translation_key="last_call",
        device_class=SensorDeviceClass.TIMESTAMP,
        part=CALL_LOG,
        value_fn=lambda coordinator: (
            datetime.fromtimestamp(call.started, UTC)
            if (call := coordinator.history.last_call)
            else None
        ),
    ),
    PbxSensorDescription(
        key="registered_extensions",
        translation_key="registered_extensions",
        state_class=SensorStateClass.MEASUREMENT,
        part=DEVICE,
        value_fn=lambda coordinator: coordinator.data.registered,
    ),
    PbxSensorDescription(
        key="last_restart",
        translation_key="last_restart",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        part=DEVICE,
        value_fn=lambda coordinator: coordinator.data.last_restart,
    ),
)
EXTENSION_SENSORS = (
    ExtensionSensorDescription(
        key="state",
        translation_key="extension_state",
        device_class=SensorDeviceClass.ENUM,
        options=list(ExtensionState),
        value_fn=lambda coordinator, number: coordinator.data.extensions[number].state,
    ),
    ExtensionSensorDescription(
        key="connected_party",
        translation_key="connected_party",
        value_fn=lambda coordinator, number: coordinator.connected_party(number),
    ),
    ExtensionSensorDescription(
        key="missed_calls",
        translation_key="extension_missed_calls",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda coordinator, number: coordinator.history.missed_by(number),
        many_disabled=True,
    ),
)
TRUNK_SENSORS = (
    TrunkSensorDescription(
        key="state",
        translation_key="trunk_state",
        device_class=SensorDeviceClass.ENUM,
        options=list(TrunkState),
        value_fn=lambda trunk: trunk.state,
    ),
)

NEXT_WAKE_UP_SENSOR = SensorEntityDescription(
    key=NEXT_WAKE_UP,
    translation_key=NEXT_WAKE_UP,
    device_class=SensorDeviceClass.TIMESTAMP,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YeastarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of a PBX, its extensions and its trunks."""
    coordinator = entry.runtime_data
    async_add_entities(
        [
            *(CallsSensor(coordinator, description) for description in CALLS_SENSORS),
            *(PbxSensor(coordinator, description) for description in PBX_SENSORS),
        ]
    )
    add_as_they_come(
        entry,
        async_add_entities,
        for_extension=lambda number: [
            ExtensionSensor(coordinator, description, number)
            for description in EXTENSION_SENSORS
        ],
        for_trunk=lambda name: [
            TrunkSensor(coordinator, description, name) for description in TRUNK_SENSORS
        ],
    )
    _follow_wake_up_calls(hass, entry, async_add_entities)


def _follow_wake_up_calls(
    hass: HomeAssistant,
    entry: YeastarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a sensor for each extension that has, or once had, a wake-up call."""
    coordinator = entry.runtime_data
    registry = er.async_get(hass)
    added: set[str] = set()

    def for_extension(number: str) -> list[NextWakeUpSensor]:
        unique_id = f"{coordinator.serial_number}_{number}_{NEXT_WAKE_UP}"
        had = registry.async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id)
        if not had and not coordinator.wake_ups.known.get(number):
            added.discard(number)
            return []
        added.add(number)
        return [
            NextWakeUpSensor(
                coordinator, NEXT_WAKE_UP_SENSOR, number, coordinator.wake_ups
            )
        ]

    @callback
    def appeared(number: str) -> None:
        if number not in added:
            async_add_entities(for_extension(number))

    add_as_they_come(entry, async_add_entities, for_extension=for_extension)
    coordinator.wake_ups.on_appearing = appeared


class CallsSensor(PbxEntity, SensorEntity):
    """The number of calls that live, and which they are."""

    entity_description: CallsSensorDescription
    # Who calls whom is nobody's business years later.
    _unrecorded_attributes = frozenset({"calls"})

    def __init__(
        self, coordinator: YeastarCoordinator, description: CallsSensorDescription
    ) -> None:
        """Listen to the calls."""
        super().__init__(coordinator, description, CALLS)
        self._rows: dict[str, dict[str, Any]] = {}

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to each call, and to the names."""
        await super().async_added_to_hass()
        coordinator = self.coordinator
        self.async_on_remove(coordinator.async_listen_living(self._describe))
        for part in (CONTACTS, MEMBERS):
            self.async_on_remove(
                coordinator.async_add_listener(self._names_changed, part)
            )
        self._describe(coordinator.calls.living)

    @callback
    def _names_changed(self) -> None:
        self._describe(self.coordinator.calls.living)
        self._handle_coordinator_update()

    @callback
    def _describe(self, call_ids: Iterable[str]) -> None:
        """Describe the calls that changed; the others are as they were."""
        living = self.coordinator.calls.living
        for call_id in call_ids:
            call = living.get(call_id)
            if call and call.direction in self.entity_description.directions:
                self._rows[call_id] = describe_call(self.coordinator, call)
            else:
                self._rows.pop(call_id, None)

    @override
    def _shown(self) -> object:
        return list(self._rows.values())

    @property
    @override
    def native_value(self) -> int:
        return len(self._rows)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, list[dict[str, Any]]]:
        return {"calls": list(self._rows.values())}


class PbxSensor(PbxEntity, SensorEntity):
    """A sensor of the PBX itself."""

    entity_description: PbxSensorDescription

    def __init__(
        self, coordinator: YeastarCoordinator, description: PbxSensorDescription
    ) -> None:
        """Listen to the part that the sensor shows."""
        super().__init__(coordinator, description, description.part)

    @override
    def _shown(self) -> object:
        return self.native_value

    @property
    @override
    def native_value(self) -> StateType | datetime:
        return self.entity_description.value_fn(self.coordinator)


class ExtensionSensor(ExtensionEntity, SensorEntity):
    """A sensor of an extension."""

    entity_description: ExtensionSensorDescription

    def __init__(
        self,
        coordinator: YeastarCoordinator,
        description: ExtensionSensorDescription,
        number: str,
    ) -> None:
        """Start disabled where a large PBX would make too many of these."""
        super().__init__(coordinator, description, number)
        if description.many_disabled:
            self._attr_entity_registry_enabled_default = coordinator.is_small

    @override
    def _shown(self) -> object:
        return self.native_value

    @property
    @override
    def native_value(self) -> StateType:
        return self.entity_description.value_fn(self.coordinator, self.number)


class NextWakeUpSensor(BookEntity, SensorEntity):
    """When the PBX wakes somebody up next, unknown if never."""

    @override
    def _shown(self) -> object:
        return self.native_value

    @property
    @override
    def native_value(self) -> datetime | None:
        return self.coordinator.wake_ups.next.get(self.number)


class TrunkSensor(TrunkEntity, SensorEntity):
    """A sensor of a trunk."""

    entity_description: TrunkSensorDescription

    @override
    def _shown(self) -> object:
        return self.native_value

    @property
    @override
    def native_value(self) -> StateType:
        return self.entity_description.value_fn(self.trunk)
