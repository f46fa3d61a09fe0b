"""Calendar platform for Yeastar PBX: the finished calls."""

from datetime import UTC, datetime
from typing import override

from homeassistant.components.calendar import (
    CalendarEntity,
    CalendarEntityDescription,
    CalendarEvent,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import PbxEntity
from .pbx.calls.call import Call, CallEventType, Outcome
from .presentation import duration, name_ends, who, word
from .runtime import YeastarConfigEntry
from .topics import CALL_LOG

# The log is here already.
PARALLEL_UPDATES = 0

CALENDAR = CalendarEntityDescription(
    key="calls", translation_key="calls", entity_registry_enabled_default=False
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: YeastarConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the calendar of a PBX."""
    async_add_entities([CallsCalendar(entry.runtime_data, CALENDAR, CALL_LOG)])


class CallsCalendar(PbxEntity, CalendarEntity):
    """The calls of a PBX, each at the time it was."""

    @property
    @override
    def event(self) -> CalendarEvent | None:
        # Calls enter when they are over, so none is ever ahead.
        return None

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Tell open calendars of the new call: the state stays the same."""
        super()._handle_coordinator_update()
        self.async_update_event_listeners()

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        first, last = start_date.timestamp(), end_date.timestamp()
        return sorted(
            (
                self._as_event(call)
                for call in self.runtime.calls.log.values()
                if call.started < last and (call.ended or call.started) >= first
            ),
            key=lambda event: event.start_datetime_local,
        )

    def _as_event(self, call: Call) -> CalendarEvent:
        """Return a call as an event; one of no length lasts a second.

        The title of a call without a talk begins with what became of it.
        """
        end = max(call.ended or 0.0, call.started + 1)
        talked = call.outcome is Outcome.ANSWERED
        outcome = self._outcome(call)
        ends = " → ".join(
            who(self.hass, name) or self.runtime.entry.title
            for name in name_ends(self.runtime.names, call)
        )
        details = (outcome, duration(call.talk_seconds) if talked else "", call.trunk)
        return CalendarEvent(
            start=datetime.fromtimestamp(call.started, UTC),
            end=datetime.fromtimestamp(end, UTC),
            summary=ends if talked else f"{outcome}: {ends}",
            description=", ".join(filter(None, details)),
            uid=call.call_id,
        )

    def _outcome(self, call: Call) -> str:
        """Return what became of a call, as the event entity words it."""
        shown = ("event", "call", "state_attributes")
        if call.missed:
            return word(self.hass, *shown, "event_type", "state", CallEventType.MISSED)
        return word(self.hass, *shown, "outcome", "state", str(call.outcome))
