"""What Assist can do with phones: the intents and their spoken answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
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
from .voice import spoken_actions, spoken_calls
from .voice.language import ANSWER, Language, async_language
from .voice.questions import async_questions, conversation_id
from .voice.speaker import Speaker
from .voice.spoken_calls import Talk
from .voice.spoken_names import Target, UnclearError
from .voice.spoken_voicemails import async_unread, left_by
from .voice.times import SLOTS as MOMENT_SLOTS, moment

MAX_NAMES = 3
"""Callers and calls that an answer names."""


class NoQuestionError(HomeAssistantError):
    """The speaker was not asked anything that a yes or a no could answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a speaker asked for, and the language to answer in."""

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
        """Return how to name a person: in the words of the speaker, if they fit."""
        if self.language.has_article(said) and not target.by_number:
            return said
        return target.name


type Do = Callable[[Asked], Awaitable[str]]


async def _dial(asked: Asked) -> str:
    said = asked.slot("who")
    try:
        phone, callee = await spoken_actions.async_dial(
            asked.speaker, said, asked.slot("phone")
        )
    except ServiceValidationError:
        # Nothing was sent yet. Only a whole name can have such words in it.
        if (split := asked.language.split(said)) is None:
            raise
        phone, callee = await spoken_actions.async_dial(asked.speaker, *split)
        said = split[0]
    return asked.answer(
        "dial", said=asked.said(callee, said), name=callee.name, phone=phone.name
    )


async def _hang_up(asked: Asked) -> str:
    await spoken_actions.async_hang_up(asked.speaker, asked.slot("phone"))
    return asked.answer("hang_up")


async def _ring(asked: Asked) -> str:
    phone = await spoken_actions.async_ring(asked.speaker, asked.slot("phone"))
    return asked.answer("ring", name=phone.name)


async def _missed_calls(asked: Asked) -> str:
    return _list(asked, "missed", await spoken_calls.async_missed(asked.speaker))


async def _who_is_calling(asked: Asked) -> str:
    return _list(asked, "calling", await spoken_calls.async_calling(asked.speaker))


async def _callers_today(asked: Asked) -> str:
    return _list(asked, "today", await spoken_calls.async_callers_today(asked.speaker))


async def _on_the_phone(asked: Asked) -> str:
    talks = await spoken_calls.async_talks(asked.speaker)
    if not talks:
        return asked.answer("talking_0")
    told = asked.language.listed([_talk(asked, talk) for talk in talks[:MAX_NAMES]])
    key = "talking" if len(talks) <= MAX_NAMES else "talking_more"
    return asked.answer(key, talks=told, count=str(len(talks)))


async def _is_on_the_phone(asked: Asked) -> str:
    target, talk = await spoken_calls.async_talk_of(asked.speaker, asked.slot("who"))
    if talk is None:
        return asked.answer("talking_no", name=target.name)
    return asked.answer("talking_yes", talks=_talk(asked, talk))


def _talk(asked: Asked, talk: Talk) -> str:
    """Return who talks with whom, as a part of a sentence."""
    if talk.other:
        return asked.answer("talk", name=talk.name, other=talk.other)
    return asked.answer("talk_alone", name=talk.name)


async def _call_back(asked: Asked) -> str:
    """Ask whether to call the last missed caller; only a yes dials."""
    phone = asked.speaker.phone()
    call = await spoken_calls.async_last_missed(asked.speaker, phone.runtime)
    if call is None:
        return asked.answer("missed_0")
    caller = spoken_calls.caller_to_call(phone.runtime, call)
    if caller is None:
        return asked.answer("call_back_no_number")
    await spoken_actions.async_require_call(asked.speaker, phone, caller)
    text = asked.answer("call_back", name=caller.name)
    _ask(text, _dial, replace(asked, slots={"who": caller.name}), caller.name, caller)
    return text


async def _answer(asked: Asked) -> str:
    """Do what the speaker was asked about, after a yes."""
    questions = async_questions(asked.speaker.hass)
    if (question := questions.async_take(asked.speaker)) is None:
        raise NoQuestionError
    if asked.slot("answer") != "yes":
        return asked.answer("answer_no")
    return await question.act(asked.speaker)


def _ask(text: str, do: Do, asked: Asked, said: str, meant: Target) -> None:
    """Remember a question: whether a target is what was meant by what was said."""
    understood = {**asked.speaker.understood, said: meant}

    async def act(speaker: Speaker) -> str:
        speaker = replace(speaker, understood=understood, words=asked.speaker.words)
        return await _carry_out(do, replace(asked, speaker=speaker))

    async_questions(asked.speaker.hass).async_ask(asked.speaker, text, act)


async def _new(do: Do, asked: Asked) -> str:
    """Do something else than what the speaker was asked about before."""
    async_questions(asked.speaker.hass).async_take(asked.speaker)
    return await _carry_out(do, asked)


async def _carry_out(do: Do, asked: Asked) -> str:
    """Do what was asked for; a question with one name in it can be answered by yes."""
    try:
        return await do(asked)
    except UnclearError as err:
        if len(err.targets) == 1:
            text = _question(err, asked.language) or ""
            _ask(text, do, asked, err.said, err.targets[0])
        raise


def _list(asked: Asked, key: str, callers: list[str], **values: str) -> str:
    """Return how many call, and who; each of them once."""
    if not callers:
        return asked.answer(f"{key}_0", **values)
    names = [
        asked.language.caller(name) for name in list(dict.fromkeys(callers))[:MAX_NAMES]
    ]
    return asked.answer(
        key if len(callers) > 1 else f"{key}_1",
        names=asked.language.listed(names),
        count=str(len(callers)),
        **values,
    )


async def _voicemails(asked: Asked) -> str:
    phone = asked.speaker.phone(said) if (said := asked.slot("phone")) else None
    unread = await async_unread(asked.speaker, phone)
    callers = [left_by(pbx, message) for pbx, message in unread]
    if phone:
        return _list(asked, "voicemails_of", callers, phone=phone.name)
    return _list(asked, "voicemails", callers)


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
        do: Do,
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
                conversation_id=conversation_id(),
                words=language.words,
            ),
            language=language,
            slots={name: slot["value"] for name, slot in slots.items()},
        )
        try:
            response.async_set_speech(
                await (_answer(asked) if self._do is _answer else _new(self._do, asked))
            )
        except NoQuestionError:
            # With this code Home Assistant asks the next agent, as if no sentence of
            # ours had fit.
            response.async_set_error(
                intent.IntentResponseErrorCode.NO_INTENT_MATCH,
                asked.answer("answer_none"),
            )
        except HomeAssistantError as err:
            response.async_set_error(
                intent.IntentResponseErrorCode.FAILED_TO_HANDLE,
                _refusal(err, language),
            )
        return response


def _refusal(err: HomeAssistantError, language: Language) -> str:
    """Return in the speaker's language why something was not done."""
    if isinstance(err, UnclearError):
        return _question(err, language) or str(err)
    reason = "not_allowed" if isinstance(err, Unauthorized) else err.translation_key
    values = err.translation_placeholders or {}
    return (
        language.answer(reason or "failed", **values)
        or language.answer("failed")
        or str(err)
    )


def _question(err: UnclearError, language: Language) -> str | None:
    """Return the question which one is meant."""
    key = "unclear" if err.said else "unclear_phone"
    return language.answer(key, names=language.alternatives(err.names))


_PHONE: dict[vol.Marker, Any] = {vol.Optional("phone"): cv.string}
_WHO: dict[vol.Marker, Any] = {
    vol.Required("who"): intent.non_empty_string,
    **_PHONE,
}


async def async_setup_intents(hass: HomeAssistant) -> None:
    """Register the intents."""
    for handler in (
        YeastarIntentHandler(
            "YeastarDial",
            "Calls a person or a phone with a phone of the PBX",
            _dial,
            _WHO,
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
            "YeastarMissedCalls", "Names the missed callers", _missed_calls, {}
        ),
        YeastarIntentHandler(
            "YeastarVoicemails",
            "Names the callers of unread voicemails",
            _voicemails,
            _PHONE,
        ),
        YeastarIntentHandler(
            "YeastarWhoIsCalling",
            "Names the callers whose calls ring now",
            _who_is_calling,
            {},
        ),
        YeastarIntentHandler(
            "YeastarCalledToday", "Names the callers of today", _callers_today, {}
        ),
        YeastarIntentHandler(
            "YeastarOnThePhone",
            "Names the phones in a call and the other side",
            _on_the_phone,
            {},
        ),
        YeastarIntentHandler(
            "YeastarIsOnThePhone",
            "Says whether a phone or a contact is in a call",
            _is_on_the_phone,
            {vol.Required("who"): intent.non_empty_string},
        ),
        YeastarIntentHandler(
            "YeastarCallBack",
            "Asks whether to call the last missed caller",
            _call_back,
            {},
        ),
        YeastarIntentHandler(
            ANSWER,
            "Answers the question that was asked last",
            _answer,
            {vol.Required("answer"): vol.In(["yes", "no"])},
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
            "YeastarTransfer", "Moves a call to another person", _transfer, _WHO
        ),
    ):
        intent.async_register(hass, handler)
