"""Sensor platform for Yeastar PBX."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, cast, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    ATTR_UNIT_OF_MEASUREMENT,
    EntityCategory,
    Platform,
    UnitOfTime,
)
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.typing import StateType

from .const import DOMAIN
from .entity import (
    ExtensionEntity,
    PbxEntity,
    QueueEntity,
    TrunkEntity,
    YeastarEntity,
    add_members,
)
from .features.wake_up_calls import NEXT_WAKE_UP
from .mailbox_entity import GroupMailboxEntity, MailboxEntity, add_group_mailboxes
from .pbx.interface import Feature
from .pbx.models import (
    BUSY_STATES,
    CallDirection,
    ExtensionSettings,
    ForwardTo,
    ForwardWhen,
    QueueStatus,
    Trunk,
    Voicemail,
)
from .presentation import describe_call, describe_voicemail
from .runtime import YeastarConfigEntry, YeastarRuntime
from .topics import CALL_LOG, CALLS, CONTACTS, DEVICE, MEMBERS, NOTHING

# Nothing is asked here; the coordinator tells.
PARALLEL_UPDATES = 0

FEW_CALLS = 20
"""Calls up to which each change is shown at once."""
PAUSE = 0.5
"""Seconds between two changes of a longer list."""
MAX_LISTED = 200
"""Calls that the attribute lists; no S-Series PBX has more at a time."""

type Value = StateType | datetime


@dataclass(frozen=True, kw_only=True)
class PbxSensorDescription(SensorEntityDescription):
    """Describes a sensor of the PBX itself."""

    topic: str
    value_fn: Callable[[YeastarRuntime], Value]


@dataclass(frozen=True, kw_only=True)
class CallsSensorDescription(SensorEntityDescription):
    """Describes a sensor that counts the living calls of a direction."""

    directions: frozenset[CallDirection]


@dataclass(frozen=True, kw_only=True)
class ExtensionSensorDescription(SensorEntityDescription):
    """Describes a sensor of an extension.

    Attributes:
        for_few: made only where there are few phones.
    """

    value_fn: Callable[[YeastarRuntime, str], Value]
    for_few: bool = False


@dataclass(frozen=True, kw_only=True)
class TrunkSensorDescription(SensorEntityDescription):
    """Describes a sensor of a trunk."""

    value_fn: Callable[[Trunk], Value]


@dataclass(frozen=True, kw_only=True)
class QueueSensorDescription(SensorEntityDescription):
    """Describes a sensor of a queue."""

    state_class: SensorStateClass = SensorStateClass.MEASUREMENT
    value_fn: Callable[[QueueStatus], Value]


OF_CALLS = cast(SensorDeviceClass, f"{DOMAIN}__call")
"""The device class of sensors that change with each call.

They stay out of the logbook, which tells of calls in sentences: it leaves out numbers,
for which it takes each class that Home Assistant does not define. History shows them.
"""
NOBODY = "nobody"
"""The state of the connected party while the phone is not in a call."""


def _connected_party(runtime: YeastarRuntime, number: str) -> str | None:
    """Return who a phone is connected to; None if that is not known."""
    if party := runtime.connected_party(number):
        return party
    state = runtime.inventory.states.get(number)
    return None if state is None or state in BUSY_STATES else NOBODY


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
        topic=CALL_LOG,
        value_fn=lambda runtime: runtime.call_log.missed,
    ),
    PbxSensorDescription(
        key="registered_extensions",
        translation_key="registered_extensions",
        state_class=SensorStateClass.MEASUREMENT,
        topic=DEVICE,
        value_fn=lambda runtime: runtime.inventory.registered,
    ),
    PbxSensorDescription(
        key="last_restart",
        translation_key="last_restart",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        topic=DEVICE,
        value_fn=lambda runtime: runtime.inventory.last_restart,
    ),
)
CAPACITY_SENSORS = (
    PbxSensorDescription(
        key="concurrent_calls",
        translation_key="concurrent_calls",
        state_class=SensorStateClass.MEASUREMENT,
        topic=CALLS,
        value_fn=lambda runtime: len(runtime.calls.living),
    ),
    PbxSensorDescription(
        key="call_capacity",
        translation_key="call_capacity",
        entity_category=EntityCategory.DIAGNOSTIC,
        topic=DEVICE,
        value_fn=lambda runtime: (
            capacity.most_calls if (capacity := runtime.inventory.capacity) else None
        ),
    ),
)
LAST_CALL = PbxSensorDescription(
    key="last_call",
    translation_key="last_call",
    device_class=SensorDeviceClass.TIMESTAMP,
    topic=CALL_LOG,
    value_fn=lambda runtime: (
        datetime.fromtimestamp(call.started, UTC)
        if (call := runtime.call_log.last_call)
        else None
    ),
)
EXTENSION_SENSORS = (
    ExtensionSensorDescription(
        key="state",
        name=None,
        translation_key="extension_state",
        device_class=OF_CALLS,
        value_fn=lambda runtime, number: runtime.inventory.states.get(number),
    ),
    ExtensionSensorDescription(
        key="connected_party",
        translation_key="connected_party",
        device_class=OF_CALLS,
        value_fn=_connected_party,
    ),
    ExtensionSensorDescription(
        key="missed_calls",
        translation_key="extension_missed_calls",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda runtime, number: runtime.call_log.missed_by(number),
        for_few=True,
    ),
)
TRUNK_SENSORS = (
    TrunkSensorDescription(
        key="state",
        name=None,
        translation_key="trunk_state",
        device_class=OF_CALLS,
        value_fn=lambda trunk: trunk.state,
    ),
)
QUEUE_SENSORS = (
    QueueSensorDescription(
        key="waiting_calls",
        translation_key="queue_waiting_calls",
        value_fn=lambda status: status.waiting,
    ),
    QueueSensorDescription(
        key="ringing_calls",
        translation_key="queue_ringing_calls",
        value_fn=lambda status: status.ringing,
    ),
    QueueSensorDescription(
        key="active_calls",
        translation_key="queue_active_calls",
        value_fn=lambda status: status.active,
    ),
    QueueSensorDescription(
        key="longest_wait",
        translation_key="queue_longest_wait",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_display_precision=0,
        value_fn=lambda status: status.longest_wait,
    ),
    QueueSensorDescription(
        key="agents_logged_in",
        translation_key="queue_agents_logged_in",
        value_fn=lambda status: sum(agent.logged_in for agent in status.agents),
    ),
    QueueSensorDescription(
        key="free_agents",
        translation_key="queue_free_agents",
        value_fn=lambda status: sum(agent.free for agent in status.agents),
    ),
)
FORWARDING = SensorEntityDescription(
    key="forwarding",
    translation_key="forwarding",
    device_class=SensorDeviceClass.ENUM,
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
    options=["off", *ForwardWhen, "several"],
)
_MOBILE = "mdi:sim"
_DIGITAL = "mdi:transit-connection-horizontal"
TRUNK_ICONS = {
    "FXO": "mdi:phone-classic",
    **dict.fromkeys(("GSM", "UMTS", "LTE", "CDMA"), _MOBILE),
    **dict.fromkeys(("BRI", "E1", "T1", "J1"), _DIGITAL),
}
"""By the kind of trunk; all others go over the network, as `icons.json` shows."""
UNREAD_VOICEMAILS = SensorEntityDescription(
    key="unread_voicemails",
    translation_key="unread_voicemails",
    state_class=SensorStateClass.MEASUREMENT,
)
GROUP_VOICEMAILS = SensorEntityDescription(
    key="unread_voicemails",
    translation_key="group_voicemails",
    state_class=SensorStateClass.MEASUREMENT,
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
    """Set up the sensors of a PBX, its extensions, trunks and queues."""
    runtime = entry.runtime_data
    async_add_entities(
        [
            *(CallsSensor(runtime, description) for description in CALLS_SENSORS),
            *(
                PbxSensor(runtime, description, description.topic)
                for description in (
                    *PBX_SENSORS,
                    *(CAPACITY_SENSORS if runtime.can(Feature.CAPACITY) else ()),
                )
            ),
            LastCallSensor(runtime, LAST_CALL, LAST_CALL.topic),
        ]
    )

    def for_extension(number: str) -> Iterable[ExtensionEntity]:
        for description in EXTENSION_SENSORS:
            if not description.for_few or runtime.wants(
                Platform.SENSOR, number, description.key
            ):
                yield ExtensionSensor(runtime, description, number)
        if runtime.can(Feature.FORWARDING) and runtime.wants(
            Platform.SENSOR, number, FORWARDING.key
        ):
            yield ForwardingSensor(runtime, FORWARDING, number, NOTHING)
        if runtime.can(Feature.VOICEMAIL) and runtime.wants(
            Platform.SENSOR, number, UNREAD_VOICEMAILS.key
        ):
            yield VoicemailSensor(runtime, UNREAD_VOICEMAILS, number, NOTHING)

    await add_members(
        entry,
        async_add_entities,
        for_extension=for_extension,
        for_trunk=lambda name: [
            TrunkSensor(runtime, description, name) for description in TRUNK_SENSORS
        ],
        for_queue=lambda number: [
            QueueSensor(runtime, description, number) for description in QUEUE_SENSORS
        ],
    )
    if runtime.can(Feature.VOICEMAIL):
        add_group_mailboxes(
            entry,
            async_add_entities,
            lambda number: [GroupVoicemailSensor(runtime, GROUP_VOICEMAILS, number)],
        )
    if runtime.can(Feature.WAKE_UP_CALLS):
        await _follow_wake_up_calls(hass, entry, async_add_entities)


async def _follow_wake_up_calls(
    hass: HomeAssistant,
    entry: YeastarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a sensor for each extension that has, or once had, a wake-up call."""
    runtime = entry.runtime_data
    registry = er.async_get(hass)
    added: set[str] = set()

    def for_extension(number: str) -> Iterable[NextWakeUpSensor]:
        unique_id = f"{runtime.serial_number}_{number}_{NEXT_WAKE_UP}"
        had = registry.async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id)
        if had or runtime.wake_ups.data.get(number):
            added.add(number)
            yield NextWakeUpSensor(runtime, NEXT_WAKE_UP_SENSOR, number, NOTHING)
        else:
            added.discard(number)

    @callback
    def appeared() -> None:
        shown = {e.number for e in runtime.inventory.shown_extensions}
        for number in (shown & runtime.wake_ups.next.keys()) - added:
            async_add_entities(for_extension(number))

    await add_members(entry, async_add_entities, for_extension=for_extension)
    entry.async_on_unload(runtime.wake_ups.async_add_listener(appeared))


class YeastarSensor(YeastarEntity, SensorEntity):
    """A sensor that shows one value."""

    @override
    def _show(self, value: object) -> None:
        self._attr_native_value = cast(Value, value)


class CallsSensor(PbxEntity, YeastarSensor):
    """The number of calls that live, and which they are."""

    entity_description: CallsSensorDescription
    # Who calls whom does not belong into years of history.
    _unrecorded_attributes = frozenset({"calls"})

    def __init__(
        self, runtime: YeastarRuntime, description: CallsSensorDescription
    ) -> None:
        """Listen to the calls."""
        super().__init__(runtime, description, CALLS)
        self._rows: dict[str, dict[str, Any]] = {}
        self._may_write_at = 0.0
        self._cancel_write: CALLBACK_TYPE | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to each call, and to the names."""
        self.async_on_remove(self._stop_waiting)
        coordinator = self.runtime.coordinator
        self.async_on_remove(coordinator.async_listen_living(self._describe))
        for topic in (CONTACTS, MEMBERS):
            self.async_on_remove(
                coordinator.async_add_listener(self._names_changed, topic)
            )
        self._describe(self.runtime.calls.living)
        await super().async_added_to_hass()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state, a long list of calls only now and then."""
        now = self.hass.loop.time()
        if len(self._rows) > FEW_CALLS and now < self._may_write_at:
            if not self._cancel_write:
                job = HassJob(self._waited, cancel_on_shutdown=True)
                self._cancel_write = async_call_later(
                    self.hass, self._may_write_at - now, job
                )
            return
        self._stop_waiting()
        self._may_write_at = now + PAUSE
        super()._handle_coordinator_update()

    @callback
    def _waited(self, _now: datetime) -> None:
        self._cancel_write = None
        self._may_write_at = 0.0
        self._handle_coordinator_update()

    @callback
    def _stop_waiting(self) -> None:
        if self._cancel_write:
            self._cancel_write()
            self._cancel_write = None

    @callback
    def _names_changed(self) -> None:
        self._describe(self.runtime.calls.living)
        self._handle_coordinator_update()

    @callback
    def _describe(self, call_ids: Iterable[str]) -> None:
        """Describe the calls that changed; the others are as they were."""
        living = self.runtime.calls.living
        for call_id in call_ids:
            call = living.get(call_id)
            if call and call.direction in self.entity_description.directions:
                self._rows[call_id] = describe_call(self.runtime.names, call)
            else:
                self._rows.pop(call_id, None)

    @override
    def _value(self) -> tuple[int, list[dict[str, Any]]]:
        rows = self._rows.values()
        return len(rows), list(islice(rows, MAX_LISTED))

    @override
    def _show(self, value: object) -> None:
        self._attr_native_value, calls = cast(tuple[int, list[dict[str, Any]]], value)
        self._attr_extra_state_attributes = {"calls": calls}


class PbxSensor(PbxEntity, YeastarSensor):
    """A sensor of the PBX itself."""

    entity_description: PbxSensorDescription

    @override
    def _value(self) -> Value:
        return self.entity_description.value_fn(self.runtime)


class LastCallSensor(PbxSensor):
    """When the last call began that is over."""

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        # The logbook leaves out sensors with a unit, even if that is none.
        return {ATTR_UNIT_OF_MEASUREMENT: None}


class ExtensionSensor(ExtensionEntity, YeastarSensor):
    """A sensor of an extension."""

    entity_description: ExtensionSensorDescription

    @override
    def _value(self) -> Value:
        return self.entity_description.value_fn(self.runtime, self.number)


class ForwardingSensor(ExtensionEntity, YeastarSensor):
    """When the calls of an extension are forwarded, and where to."""

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the settings, which are read only for their listeners."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.runtime.settings.async_add_listener(
                self._handle_coordinator_update, self.number
            )
        )

    @override
    def _value(self) -> ExtensionSettings | None:
        return self.runtime.settings.shown(self.number)

    @override
    def _show(self, value: object) -> None:
        settings = cast(ExtensionSettings | None, value)
        if settings is None:
            self._attr_native_value = None
            self._attr_extra_state_attributes = {}
            return
        active = [
            when
            for when, forwarding in settings.forwarding.items()
            if forwarding.to is not ForwardTo.OFF
        ]
        self._attr_native_value = (
            "off" if not active else "several" if len(active) > 1 else active[0]
        )
        self._attr_extra_state_attributes = {
            **{
                str(when): {"to": forwarding.to, "number": forwarding.number or None}
                for when, forwarding in settings.forwarding.items()
            },
            "ring_timeout": settings.ring_timeout,
        }


class UnreadSensor(MailboxEntity, YeastarSensor):
    """How many messages in a mailbox are not read, and which."""

    # Who left messages does not belong into years of history.
    _unrecorded_attributes = frozenset({"messages"})

    @override
    def _value(self) -> tuple[Voicemail, ...] | None:
        return self.runtime.mailboxes.data.get(self.number)

    @override
    def _show(self, value: object) -> None:
        messages = cast(tuple[Voicemail, ...] | None, value)
        names = self.runtime.names
        self._attr_native_value = (
            None if messages is None else sum(not m.is_read for m in messages)
        )
        self._attr_extra_state_attributes = {
            "messages": [describe_voicemail(names, m) for m in messages or ()]
        }


class VoicemailSensor(UnreadSensor, ExtensionEntity):
    """The unread messages in the mailbox of an extension."""


class GroupVoicemailSensor(UnreadSensor, GroupMailboxEntity):
    """The unread messages in a mailbox that several extensions share."""


class NextWakeUpSensor(ExtensionEntity, YeastarSensor):
    """When the PBX wakes an extension's user up next, unknown if never."""

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the wake-up calls."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.runtime.wake_ups.async_add_listener(self._handle_coordinator_update)
        )

    @override
    def _value(self) -> datetime | None:
        return self.runtime.wake_ups.next.get(self.number)


class TrunkSensor(TrunkEntity, YeastarSensor):
    """A sensor of a trunk."""

    entity_description: TrunkSensorDescription

    @property
    @override
    def icon(self) -> str | None:
        # The kind is no state, by which alone `icons.json` could choose.
        trunk = self.runtime.inventory.trunks.get(self.name_of_trunk)
        return TRUNK_ICONS.get(trunk.type) if trunk else None

    @override
    def _value(self) -> Value:
        return self.entity_description.value_fn(self.trunk)


class QueueSensor(QueueEntity, YeastarSensor):
    """A sensor of a queue."""

    entity_description: QueueSensorDescription

    @override
    def _value(self) -> Value:
        status = self.status
        return None if status is None else self.entity_description.value_fn(status)
