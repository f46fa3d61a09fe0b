"""Conditions of Yeastar PBX, for the visual editor."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final, Unpack, override

from homeassistant.const import CONF_OPTIONS, CONF_TARGET
from homeassistant.core import Event, HomeAssistant, State
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import (
    Condition,
    ConditionCheckParams,
    ConditionConfig,
)
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from .pbx.models import AWAY_STATES, Extension, ExtensionState, Presence
from .runtime import loaded_pbxs
from .targets import Target
from .text_limits import bounded_list, short_text

CONF_CALLER: Final = "caller"
CONF_EXTENSION: Final = "extension"
CONF_PRESENCE: Final = "presence"


class YeastarCondition(Condition):
    """A condition with a target; without one it is about everything."""

    _fields: ClassVar[dict[vol.Marker, Any]] = {}

    @classmethod
    @override
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        validated: ConfigType = vol.Schema(
            {
                vol.Optional(CONF_OPTIONS, default=dict): cls._fields,
                vol.Optional(CONF_TARGET): cv.TARGET_FIELDS,
            }
        )(config)
        return validated

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Remember what is meant."""
        super().__init__(hass, config)
        self._options: dict[str, Any] = config.options or {}
        self._target = Target(
            hass, config.target, self._options.get(CONF_EXTENSION, ())
        )


class CallIsActive(YeastarCondition):
    """Any call lives."""

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        return any(
            self._target.has_line(runtime, call.trunk)
            or self._target.has_phone(runtime, *call.extensions)
            for runtime in loaded_pbxs(self._hass)
            if runtime.is_available
            for call in runtime.calls.living.values()
        )


EXTENSION_FIELD: dict[vol.Marker, Any] = {
    vol.Optional(CONF_EXTENSION): vol.All(bounded_list, [short_text])
}


class CallerIs(YeastarCondition):
    """The caller of the call that triggered is one of some numbers or contacts."""

    _fields = {
        vol.Required(CONF_CALLER): vol.All(
            bounded_list, [short_text], vol.Length(min=1)
        )
    }

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        call_id = _call_id((kwargs.get("variables") or {}).get("trigger"))
        return any(
            runtime.names.caller_fits(call, wanted)
            for runtime in loaded_pbxs(self._hass)
            if (call := runtime.calls.find(call_id) or runtime.calls.log.get(call_id))
            for wanted in self._options[CONF_CALLER]
        )


def _call_id(trigger: object) -> str:
    """Return which call a trigger is about: one of ours, an event, or an event entity."""
    match trigger:
        case {"call_id": str(call_id)}:
            return call_id
        case {"event": Event(data={"call_id": str(call_id)})}:
            return call_id
        case {"to_state": State(attributes=Mapping() as attributes)}:
            return str(attributes.get("call_id", ""))
        case _:
            return ""


class ExtensionCondition(YeastarCondition):
    """Any of the extensions is in one of some states."""

    _fields = EXTENSION_FIELD
    _states: ClassVar[frozenset[ExtensionState]]

    def _holds(self, extension: Extension) -> bool:
        """Return whether an extension is as it should be."""
        return extension.state in self._states

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        return any(
            self._holds(extension) and self._target.has_phone(runtime, extension.number)
            for runtime in loaded_pbxs(self._hass)
            if runtime.is_available
            for extension in runtime.inventory.extensions.values()
        )


class ExtensionIsInCall(ExtensionCondition):
    """A phone is in a call, on hold or not."""

    _states = frozenset({ExtensionState.IN_CALL, ExtensionState.ON_HOLD})


class ExtensionIsRinging(ExtensionCondition):
    """A phone is ringing."""

    _states = frozenset({ExtensionState.RINGING})


class ExtensionIsRegistered(ExtensionCondition):
    """A phone is there that could ring."""

    _states = frozenset(ExtensionState) - AWAY_STATES


class ExtensionHasPresence(ExtensionCondition):
    """The user of an extension is where the PBX was told."""

    _fields = {
        **EXTENSION_FIELD,
        vol.Required(CONF_PRESENCE): vol.All(
            cv.ensure_list,
            [vol.In([presence.value for presence in Presence])],
            vol.Length(min=1),
        ),
    }

    @override
    def _holds(self, extension: Extension) -> bool:
        return extension.presence in self._options[CONF_PRESENCE]


CONDITIONS: dict[str, type[Condition]] = {
    "call_is_active": CallIsActive,
    "caller_is": CallerIs,
    "extension_has_presence": ExtensionHasPresence,
    "extension_is_in_call": ExtensionIsInCall,
    "extension_is_registered": ExtensionIsRegistered,
    "extension_is_ringing": ExtensionIsRinging,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions by name."""
    return CONDITIONS
