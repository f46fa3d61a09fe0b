"""Event platform for Yeastar PBX."""

from collections.abc import Iterable
from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import ExtensionEntity, PbxEntity, add_members
from .features.text_messages import sms_was_sent
from .mailbox_entity import GroupMailboxEntity, MailboxEntity, add_group_mailboxes
from .pbx.calls.call import CallEvent, CallEventType
from .pbx.interface import Feature
from .pbx.reports import Report, ReportType
from .presentation import describe_event, describe_sms, describe_voicemail
from .runtime import YeastarConfigEntry, YeastarRuntime
from .topics import NOTHING

# Nothing is asked here; the coordinator tells.
PARALLEL_UPDATES = 0

SYSTEM_EVENTS = ("operation", "reminder", "security", "system", "telephony")
"""The vendor's kinds of system events."""

CALL = EventEntityDescription(
    key="call",
    translation_key="call",
    event_types=list(CallEventType),
    # Triggers tell the same, and the logbook would repeat each step of a call.
    entity_registry_enabled_default=False,
)
MESSAGE = EventEntityDescription(
    key="message", translation_key="message", event_types=["sent", "failed"]
)
VOICEMAIL = EventEntityDescription(
    key="voicemail", translation_key="voicemail", event_types=["received"]
)
GROUP_VOICEMAIL = EventEntityDescription(
    key="voicemail", translation_key="group_voicemail", event_types=["received"]
)
SYSTEM = EventEntityDescription(
    key="system",
    translation_key="system",
    entity_category=EntityCategory.DIAGNOSTIC,
    event_types=[*SYSTEM_EVENTS, "other"],
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YeastarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the event entities of a PBX and its extensions."""
    runtime = entry.runtime_data
    async_add_entities([PbxCallEvent(runtime, CALL, NOTHING)])
    if runtime.can(Feature.SMS_RESULT):
        async_add_entities([MessageEvent(runtime, MESSAGE, NOTHING)])
    if runtime.can(Feature.SYSTEM_EVENTS):
        async_add_entities([SystemEvent(runtime, SYSTEM, NOTHING)])

    def for_extension(number: str) -> Iterable[ExtensionEntity]:
        yield ExtensionCallEvent(runtime, CALL, number, NOTHING)
        if runtime.can(Feature.VOICEMAIL) and runtime.wants(
            Platform.EVENT, number, VOICEMAIL.key
        ):
            yield VoicemailEvent(runtime, VOICEMAIL, number, NOTHING)

    await add_members(entry, async_add_entities, for_extension=for_extension)
    if runtime.can(Feature.VOICEMAIL):
        add_group_mailboxes(
            entry,
            async_add_entities,
            lambda number: [GroupVoicemailEvent(runtime, GROUP_VOICEMAIL, number)],
        )


class CallEventEntity(EventEntity):
    """The last thing that happened to a call."""

    runtime: YeastarRuntime

    @callback
    def _happened(self, event: CallEvent) -> None:
        described = describe_event(self.runtime.names, event)
        self._trigger_event(event.type, described)
        self.async_write_ha_state()


class PbxCallEvent(PbxEntity, CallEventEntity):
    """The last thing that happened to any call."""

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        coordinator = self.runtime.coordinator
        self.async_on_remove(coordinator.async_listen_calls(self._happened))

    @callback
    @override
    def _happened(self, event: CallEvent) -> None:
        if event.whole:
            super()._happened(event)


class ExtensionCallEvent(ExtensionEntity, CallEventEntity):
    """The last thing that happened to a call of an extension."""

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        coordinator = self.runtime.coordinator
        self.async_on_remove(
            coordinator.async_listen_calls(self._happened, self.number)
        )


class MailboxEvent(MailboxEntity, EventEntity):
    """The last message that was left in a mailbox."""

    _known: frozenset[str] | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Know which messages are there already."""
        await super().async_added_to_hass()
        self._mailbox_read()

    @callback
    @override
    def _mailbox_read(self) -> None:
        """Tell of messages that were not there before; the first are no news."""
        messages = self.runtime.mailboxes.data.get(self.number)
        if messages is None:
            return
        known, self._known = self._known, frozenset(m.id for m in messages)
        for message in messages:
            if known is not None and message.id not in known:
                described = describe_voicemail(self.runtime.names, message)
                del described["read"]
                self._trigger_event("received", described)
                self.async_write_ha_state()


class VoicemailEvent(MailboxEvent, ExtensionEntity):
    """The last message that was left in the mailbox of an extension."""


class GroupVoicemailEvent(MailboxEvent, GroupMailboxEntity):
    """The last message that was left in a mailbox that several extensions share."""


class MessageEvent(PbxEntity, EventEntity):
    """What became of the last text message."""

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        coordinator = self.runtime.coordinator
        self.async_on_remove(coordinator.async_listen_reports(self._reported))

    @callback
    def _reported(self, report: Report) -> None:
        if report.type is not ReportType.SMS_RESULT:
            return
        self._trigger_event(
            "sent" if sms_was_sent(report) else "failed",
            describe_sms(self.runtime.names, report),
        )
        self.async_write_ha_state()


class SystemEvent(PbxEntity, EventEntity):
    """The last event of the PBX that is about no call."""

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        coordinator = self.runtime.coordinator
        self.async_on_remove(coordinator.async_listen_reports(self._reported))

    @callback
    def _reported(self, report: Report) -> None:
        if report.type is not ReportType.SYSTEM_EVENT:
            return
        kind = report.word("event_type")
        self._trigger_event(
            kind if kind in SYSTEM_EVENTS else "other",
            {
                "name": report.word("event_name"),
                "level": report.word("event_level"),
                "content": report.word("event_content"),
            },
        )
        self.async_write_ha_state()
