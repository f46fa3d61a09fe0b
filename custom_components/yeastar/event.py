"""Event platform for Yeastar PBX."""

from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import YeastarConfigEntry, YeastarCoordinator
from .entity import ExtensionEntity, PbxEntity, add_as_they_come
from .features.text_messages import describe_sms, sms_was_sent
from .pbx import Report, ReportType
from .pbx.calls.model import CallEvent, CallEventType
from .presentation import describe_event
from .topics import NOTHING

# Nothing is asked here; the coordinator tells.
PARALLEL_UPDATES = 0

CALL = EventEntityDescription(
    key="call", translation_key="call", event_types=list(CallEventType)
)
MESSAGE = EventEntityDescription(
    key="message", translation_key="message", event_types=["sent", "failed"]
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YeastarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the event entities of a PBX and its extensions."""
    coordinator = entry.runtime_data
    async_add_entities(
        [PbxCallEvent(coordinator), MessageEvent(coordinator, MESSAGE, NOTHING)]
    )
    add_as_they_come(
        entry,
        async_add_entities,
        for_extension=lambda number: [
            ExtensionCallEvent(coordinator, CALL, number, NOTHING)
        ],
    )


class PbxCallEvent(PbxEntity, EventEntity):
    """The last thing that happened to any call."""

    def __init__(self, coordinator: YeastarCoordinator) -> None:
        """Belong to the PBX."""
        super().__init__(coordinator, CALL, NOTHING)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_listen_calls(self._happened))

    @callback
    def _happened(self, event: CallEvent) -> None:
        if event.whole:
            self._trigger_event(event.type, describe_event(self.coordinator, event))
            self.async_write_ha_state()


class ExtensionCallEvent(ExtensionEntity, EventEntity):
    """The last thing that happened to a call of an extension."""

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.async_listen_calls(self._happened, self.number)
        )

    @callback
    def _happened(self, event: CallEvent) -> None:
        self._trigger_event(event.type, describe_event(self.coordinator, event))
        self.async_write_ha_state()


class MessageEvent(PbxEntity, EventEntity):
    """What became of the last text message."""

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_listen_reports(self._reported))

    @callback
    def _reported(self, report: Report) -> None:
        if report.type is not ReportType.SMS_RESULT:
            return
        self._trigger_event(
            "sent" if sms_was_sent(report) else "failed",
            describe_sms(self.coordinator, report),
        )
        self.async_write_ha_state()
