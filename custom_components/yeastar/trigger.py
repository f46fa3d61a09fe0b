"""Triggers of Yeastar PBX, for the visual editor.

They follow the call model over a dispatcher, so that an automation survives the
reload of a PBX and may be there before it.
"""

from abc import abstractmethod
from datetime import datetime
from typing import Any, ClassVar, Final, override

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_OPTIONS, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.trigger import (
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType
from homeassistant.util.signal_type import SignalType
import voluptuous as vol

from .devices import trunk_device_id
from .features.catch_up import CaughtUp
from .features.text_messages import sms_was_sent
from .pbx.calls.call import Call, CallEvent, CallEventType, Outcome
from .pbx.models import Extension, Presence
from .pbx.reports import Report, ReportType
from .presentation import describe_caught_up, describe_event, describe_sms
from .runtime import (
    SIGNAL_CALL,
    SIGNAL_CAUGHT_UP,
    SIGNAL_PRESENCE,
    SIGNAL_QUEUED,
    SIGNAL_REGISTERED,
    SIGNAL_REPORT,
    YeastarRuntime,
)
from .targets import Target
from .text_limits import bounded_list, short_text

CONF_CALLED_NUMBER: Final = "called_number"
CONF_CALLER: Final = "caller"
CONF_EXTENSION: Final = "extension"
CONF_KEY: Final = "key"
CONF_OUTCOME: Final = "outcome"
CONF_PRESENCE: Final = "presence"
CONF_RESULT: Final = "result"
CONF_SECONDS: Final = "seconds"
CONF_TRUNK: Final = "trunk"

NUMBERS = vol.All(bounded_list, [short_text])
EXTENSION_FIELD: dict[vol.Marker, Any] = {
    vol.Optional(CONF_EXTENSION): vol.All(bounded_list, [short_text]),
}
TARGET_FIELD: dict[vol.Marker, Any] = {vol.Optional(CONF_TARGET): cv.TARGET_FIELDS}
CALL_FIELDS: dict[vol.Marker, Any] = {
    **EXTENSION_FIELD,
    vol.Optional(CONF_TRUNK): short_text,
    vol.Optional(CONF_CALLER): NUMBERS,
    vol.Optional(CONF_CALLED_NUMBER): NUMBERS,
}


type Found = tuple[dict[str, Any], str]
"""The variables of a run, and what happened, for its trace."""


class YeastarTrigger(Trigger):
    """A trigger with options."""

    _fields: ClassVar[dict[vol.Marker, Any]]
    _target_fields: ClassVar[dict[vol.Marker, Any]] = {}

    @classmethod
    @override
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        validated: ConfigType = vol.Schema(
            {
                vol.Optional(CONF_OPTIONS, default=dict): cls._fields,
                **cls._target_fields,
            }
        )(config)
        return validated

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Remember what the trigger is narrowed to."""
        super().__init__(hass, config)
        self._options: dict[str, Any] = config.options or {}
        self._target = Target(
            hass, config.target, self._options.get(CONF_EXTENSION, ())
        )


class SignalTrigger[SubjectT](YeastarTrigger):
    """A trigger that waits for what the runtimes tell by a signal."""

    _signal: ClassVar[SignalType[YeastarRuntime, Any]]

    @abstractmethod
    def _found(self, runtime: YeastarRuntime, subject: SubjectT) -> Found | None:
        """Return what was waited for, None if this is something else."""

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        @callback
        def told(runtime: YeastarRuntime, subject: SubjectT) -> None:
            if found := self._found(runtime, subject):
                variables, description = found
                run_action(_of(runtime, variables), description)

        return async_dispatcher_connect(self._hass, self._signal, told)


class CallTrigger(SignalTrigger[CallEvent]):
    """Something happened to a call."""

    _target_fields = TARGET_FIELD
    _signal = SIGNAL_CALL

    _fields = CALL_FIELDS
    _event_type: ClassVar[CallEventType]

    def _accepts(self, runtime: YeastarRuntime, event: CallEvent) -> bool:
        """Return whether an event is what the automation waits for."""
        if event.type is not self._event_type:
            return False
        call, options = event.call, self._options
        return (
            self._is_meant(runtime, event)
            and self._is_over(runtime, options.get(CONF_TRUNK), call.trunk)
            and self._accepts_numbers(runtime, call)
        )

    @staticmethod
    def _is_over(runtime: YeastarRuntime, wanted: str | None, trunk: str) -> bool:
        """Return whether a trunk is meant by its name or, as in the editor, its device."""
        return (
            not wanted or wanted == trunk or wanted == trunk_device_id(runtime, trunk)
        )

    def _is_meant(self, runtime: YeastarRuntime, event: CallEvent) -> bool:
        """Return whether the target has the line of the call, or one of its phones.

        That one more phone rings is no news of the line.
        """
        if self._target.has_line(runtime, event.call.trunk):
            return event.whole
        return self._target.has_phone(runtime, *event.extensions)

    def _accepts_numbers(self, runtime: YeastarRuntime, call: Call) -> bool:
        callers = self._options.get(CONF_CALLER)
        called = self._options.get(CONF_CALLED_NUMBER)
        names = runtime.names
        return (
            not callers or any(names.caller_fits(call, wanted) for wanted in callers)
        ) and (not called or names.plan.fits_any(called, call.called_number))

    @override
    def _found(self, runtime: YeastarRuntime, subject: CallEvent) -> Found | None:
        if not self._accepts(runtime, subject):
            return None
        return describe_event(runtime.names, subject), f"call {subject.type}"


class CallStarted(CallTrigger):
    """A phone of the PBX starts a call."""

    _event_type = CallEventType.STARTED


class CallReceived(CallTrigger):
    """A call comes in, or a phone begins to ring."""

    _event_type = CallEventType.RECEIVED


class CallAnswered(CallTrigger):
    """A call was answered by the called side."""

    _event_type = CallEventType.ANSWERED


class CallMissed(CallTrigger):
    """A call from outside was not answered."""

    _event_type = CallEventType.MISSED


class CallEnded(CallTrigger):
    """A call is over, and it is known what became of it."""

    _event_type = CallEventType.ENDED
    _fields = {
        **CALL_FIELDS,
        vol.Optional(CONF_OUTCOME): vol.All(
            cv.ensure_list, [vol.In([outcome.value for outcome in Outcome])]
        ),
    }

    @override
    def _accepts(self, runtime: YeastarRuntime, event: CallEvent) -> bool:
        wanted = self._options.get(CONF_OUTCOME)
        return super()._accepts(runtime, event) and (
            not wanted or event.call.outcome in wanted
        )


class KeyPressed(CallTrigger):
    """A caller pressed a key in an IVR."""

    _event_type = CallEventType.KEY_PRESSED
    _fields = {**CALL_FIELDS, vol.Optional(CONF_KEY): short_text}

    @override
    def _accepts(self, runtime: YeastarRuntime, event: CallEvent) -> bool:
        return super()._accepts(runtime, event) and (
            self._options.get(CONF_KEY) in (None, event.key)
        )


class CallUnanswered(CallReceived):
    """A call has been ringing for so long, and is not answered."""

    _fields = {
        **CALL_FIELDS,
        vol.Required(CONF_SECONDS, default=20): vol.All(
            vol.Coerce(int), vol.Range(min=1, max=600)
        ),
    }

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        waiting: dict[str, CALLBACK_TYPE] = {}

        @callback
        def happened(runtime: YeastarRuntime, event: CallEvent) -> None:
            call_id = event.call.call_id
            if event.type in (CallEventType.ANSWERED, CallEventType.ENDED):
                if cancel := waiting.pop(call_id, None):
                    cancel()
                return
            if not self._accepts(runtime, event) or call_id in waiting:
                return

            @callback
            def too_long(_now: datetime) -> None:
                waiting.pop(call_id, None)
                entry = runtime.entry
                if entry.state is not ConfigEntryState.LOADED:
                    return
                # After a reload, another runtime knows what became of the call.
                call = entry.runtime_data.calls.living.get(call_id)
                if call and not call.answered_by:
                    run_action(
                        _of(runtime, describe_event(runtime.names, event)),
                        "call unanswered",
                    )

            waiting[call_id] = async_call_later(
                self._hass, self._options[CONF_SECONDS], too_long
            )

        disconnect = async_dispatcher_connect(self._hass, SIGNAL_CALL, happened)

        @callback
        def detach() -> None:
            disconnect()
            for cancel in waiting.values():
                cancel()
            waiting.clear()

        return detach


class QueueCallerWaits(YeastarTrigger):
    """A caller has been waiting in a queue for so long."""

    _fields = {
        vol.Required(CONF_SECONDS, default=60): vol.All(
            vol.Coerce(int), vol.Range(min=1, max=3600)
        ),
    }
    _target_fields = TARGET_FIELD

    def _waits(self, runtime: YeastarRuntime, call: Call) -> bool:
        """Return whether a call waits in a queue that the automation is about."""
        queue = runtime.names.queue_of(call)
        return (
            queue is not None
            and not call.answered_by
            and self._target.has_queue(runtime, queue.number)
        )

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        waiting: dict[str, CALLBACK_TYPE] = {}
        seconds: int = self._options[CONF_SECONDS]

        @callback
        def queued(runtime: YeastarRuntime, call: Call) -> None:
            if call.call_id in waiting or not self._waits(runtime, call):
                return

            @callback
            def too_long(_now: datetime) -> None:
                waiting.pop(call.call_id, None)
                entry = runtime.entry
                if entry.state is not ConfigEntryState.LOADED:
                    return
                # After a reload, another runtime knows what became of the call.
                living = entry.runtime_data.calls.living.get(call.call_id)
                if living and self._waits(entry.runtime_data, living):
                    event = CallEvent(
                        type=CallEventType.RECEIVED,
                        call=living,
                        extensions=living.extensions,
                    )
                    described = describe_event(entry.runtime_data.names, event)
                    run_action(
                        _of(runtime, {**described, "seconds": seconds}), "caller waits"
                    )

            waiting[call.call_id] = async_call_later(self._hass, seconds, too_long)

        disconnect = async_dispatcher_connect(self._hass, SIGNAL_QUEUED, queued)

        @callback
        def detach() -> None:
            disconnect()
            for cancel in waiting.values():
                cancel()
            waiting.clear()

        return detach


class CallsCaughtUp(SignalTrigger[CaughtUp]):
    """The records of the PBX told of calls that Home Assistant did not see."""

    _fields: ClassVar[dict[vol.Marker, Any]] = {}
    _signal = SIGNAL_CAUGHT_UP

    @override
    def _found(self, runtime: YeastarRuntime, subject: CaughtUp) -> Found | None:
        return describe_caught_up(subject), f"{subject.calls} calls caught up"


class ExtensionOffline(SignalTrigger[Extension]):
    """A phone is no longer registered."""

    _fields = EXTENSION_FIELD
    _target_fields = TARGET_FIELD
    _signal = SIGNAL_REGISTERED

    @override
    def _found(self, runtime: YeastarRuntime, subject: Extension) -> Found | None:
        number = subject.number
        if subject.is_registered or not self._target.has_phone(runtime, number):
            return None
        name = runtime.names.of_extension(number) or subject.name
        return {"extension": number, "name": name}, f"{name} went offline"


class PresenceChanged(SignalTrigger[Extension]):
    """The user of an extension is elsewhere now."""

    _fields = {
        **EXTENSION_FIELD,
        vol.Optional(CONF_PRESENCE): vol.All(
            cv.ensure_list, [vol.In([presence.value for presence in Presence])]
        ),
    }
    _target_fields = TARGET_FIELD
    _signal = SIGNAL_PRESENCE

    @override
    def _found(self, runtime: YeastarRuntime, subject: Extension) -> Found | None:
        number, name, presence = subject.number, subject.name, subject.presence
        wanted = self._options.get(CONF_PRESENCE)
        if wanted and presence not in wanted:
            return None
        if not self._target.has_phone(runtime, number):
            return None
        told = {"extension": number, "name": name, "presence": presence}
        return told, f"presence of {name}"


class SmsResult(SignalTrigger[Report]):
    """The PBX told what became of a text message."""

    _fields = {vol.Optional(CONF_RESULT): vol.In(["sent", "failed"])}
    _signal = SIGNAL_REPORT

    @override
    def _found(self, runtime: YeastarRuntime, subject: Report) -> Found | None:
        if subject.type is not ReportType.SMS_RESULT:
            return None
        result = "sent" if sms_was_sent(subject) else "failed"
        if self._options.get(CONF_RESULT) not in (None, result):
            return None
        told = {"result": result, **describe_sms(runtime.names, subject)}
        return told, f"text message {result}"


def _of(runtime: YeastarRuntime, data: dict[str, Any]) -> dict[str, Any]:
    """Return the variables of a trigger: data, and the PBX that an action may need."""
    return {"entry_id": runtime.entry.entry_id, **data}


TRIGGERS: dict[str, type[Trigger]] = {
    "call_answered": CallAnswered,
    "call_ended": CallEnded,
    "call_missed": CallMissed,
    "call_received": CallReceived,
    "call_started": CallStarted,
    "call_unanswered": CallUnanswered,
    "caught_up": CallsCaughtUp,
    "extension_offline": ExtensionOffline,
    "key_pressed": KeyPressed,
    "presence_changed": PresenceChanged,
    "queue_caller_waits": QueueCallerWaits,
    "sms_result": SmsResult,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers by name."""
    return TRIGGERS
