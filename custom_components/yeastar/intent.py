"""What Assist can do with phones: the intents and their spoken answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, override

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
)
from homeassistant.helpers import config_validation as cv, intent
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .text_limits import is_too_long
from .voice import spoken_actions
from .voice.language import Language, async_language
from .voice.speaker import Speaker
from .voice.spoken_names import Target, UnclearError
from .voice.times import SLOTS as MOMENT_SLOTS, moment

MAX_NAMES = 3
"""Callers that an answer names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asked for, and the language to answer in."""

    speaker: Speaker
    language: Language
    slots: Mapping[str, Any]

    def slot(self, name: str) -> str:
        """Return what was said for a slot, empty if nothing was."""
        return str(self.slots.get(name, "")).strip()

    def answer(self, key: str, **values: str) -> str:
        """Return a sentence of ours that is there in every language."""
        return self.language.answer(key, **values) or key

    def said(self, target: Target, said: str) -> str:
        """Return how to name somebody: in the words of who asked, if they fit."""
        if self.language.has_article(said) and not target.by_number:
            return said
        return target.name


async def _dial(asked: Asked) -> str:
    said = asked.slot("who")
    try:
        _, callee = await spoken_actions.async_dial(
            asked.speaker, said, asked.slot("phone")
        )
    except ServiceValidationError:
        # Nothing was sent yet. Only a whole name can have such words in it.
        if (split := asked.language.split(said)) is None:
            raise
        _, callee = await spoken_actions.async_dial(asked.speaker, *split)
        said = split[0]
    return asked.answer("dial", said=asked.said(callee, said), name=callee.name)


async def _hang_up(asked: Asked) -> str:
    await spoken_actions.async_hang_up(asked.speaker, asked.slot("phone"))
    return asked.answer("hang_up")


async def _ring(asked: Asked) -> str:
    phone = await spoken_actions.async_ring(asked.speaker, asked.slot("phone"))
    return asked.answer("ring", name=phone.name)


async def _missed_calls(asked: Asked) -> str:
    return _list(asked, "missed", await spoken_actions.async_missed(asked.speaker))


async def _who_is_calling(asked: Asked) -> str:
    return _list(asked, "calling", await spoken_actions.async_calling(asked.speaker))


def _list(asked: Asked, key: str, callers: list[str]) -> str:
    """Return how many call, and who; each of them once."""
    if not callers:
        return asked.answer(f"{key}_0")
    names = list(dict.fromkeys(callers))[:MAX_NAMES]
    return asked.answer(
        key if len(callers) > 1 else f"{key}_1",
        names=asked.language.listed(names),
        count=str(len(callers)),
    )


async def _do_not_disturb(asked: Asked) -> str:
    enabled = asked.slot("state") != "off"
    now = dt_util.now()
    until = moment(asked.slots, now) if enabled else None
    phone = await spoken_actions.async_set_do_not_disturb(
        asked.speaker, asked.slot("phone"), enabled=enabled, until=until
    )
    if not enabled:
        return asked.answer("quiet_off", name=phone.name)
    if until is None:
        return asked.answer("quiet", name=phone.name)
    time = until.strftime(asked.language.time_format).lstrip("0")
    return asked.answer("quiet_until", name=phone.name, time=time)


async def _transfer(asked: Asked) -> str:
    said = asked.slot("who")
    _, target = await spoken_actions.async_transfer(
        asked.speaker, said, asked.slot("phone")
    )
    return asked.answer("transfer", said=asked.said(target, said), name=target.name)


class YeastarIntentHandler(intent.IntentHandler):
    """Does what was asked for, and says what became of it."""

    def __init__(
        self,
        intent_type: str,
        description: str,
        do: Callable[[Asked], Awaitable[str]],
        slots: Mapping[vol.Marker, Any],
    ) -> None:
        """Handle one intent."""
        self.intent_type = intent_type
        self.description = description
        self._do = do
        self._slots = slots

    @property
    @override
    def slot_schema(self) -> dict[vol.Marker, Any]:
        return dict(self._slots)

    @override
    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        language = await async_language(intent_obj.hass, intent_obj.language)
        response = intent_obj.create_response()
        if any(is_too_long(slot.get("value")) for slot in intent_obj.slots.values()):
            response.async_set_error(
                intent.IntentResponseErrorCode.FAILED_TO_HANDLE,
                language.answer("voice_too_long") or "voice_too_long",
            )
            return response
        slots = self.async_validate_slots(intent_obj.slots)
        asked = Asked(
            speaker=Speaker(
                hass=intent_obj.hass,
                context=intent_obj.context,
                via="voice",
                assistant=intent_obj.assistant or "conversation",
                device_id=intent_obj.device_id,
                satellite_id=intent_obj.satellite_id,
                words=language.words,
            ),
            language=language,
            slots={name: slot["value"] for name, slot in slots.items()},
        )
        try:
            response.async_set_speech(await self._do(asked))
        except HomeAssistantError as err:
            response.async_set_error(
                intent.IntentResponseErrorCode.FAILED_TO_HANDLE,
                _refusal(err, language),
            )
        return response


def _refusal(err: HomeAssistantError, language: Language) -> str:
    """Return in the speaker's language why something was not done."""
    if isinstance(err, UnclearError):
        key = "unclear" if err.said else "unclear_phone"
        names = language.alternatives(err.names)
        return language.answer(key, names=names) or str(err)
    reason = "not_allowed" if isinstance(err, Unauthorized) else err.translation_key
    values = err.translation_placeholders or {}
    return (
        language.answer(reason or "failed", **values)
        or language.answer("failed")
        or str(err)
    )


_PHONE: dict[vol.Marker, Any] = {vol.Optional("phone"): cv.string}
_WHO: dict[vol.Marker, Any] = {
    vol.Required("who"): intent.non_empty_string,
    **_PHONE,
}


async def async_setup_intents(hass: HomeAssistant) -> None:
    """Register the intents."""
    for handler in (
        YeastarIntentHandler(
            "YeastarDial", "Calls somebody with a phone of the PBX", _dial, _WHO
        ),
        YeastarIntentHandler(
            "YeastarHangUp", "Ends the call of a phone", _hang_up, _PHONE
        ),
        YeastarIntentHandler(
            "YeastarRing",
            "Makes a phone ring",
            _ring,
            {vol.Required("phone"): intent.non_empty_string},
        ),
        YeastarIntentHandler(
            "YeastarMissedCalls", "Tells who called in vain", _missed_calls, {}
        ),
        YeastarIntentHandler(
            "YeastarWhoIsCalling", "Tells who rings a phone now", _who_is_calling, {}
        ),
        YeastarIntentHandler(
            "YeastarDoNotDisturb",
            "Keeps a phone from ringing, or lets it ring again",
            _do_not_disturb,
            {
                vol.Optional("state"): vol.In(["on", "off"]),
                **_PHONE,
                **{
                    vol.Optional(slot): vol.Any(int, float, str)
                    for slot in MOMENT_SLOTS
                },
            },
        ),
        YeastarIntentHandler(
            "YeastarTransfer", "Moves a call to somebody else", _transfer, _WHO
        ),
    ):
        intent.async_register(hass, handler)
