"""The question that a speaker was asked last, as long as an answer to it counts.

Only the same speaker can answer, for a short time, once, and as the next that is said
in the conversation.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.chat_session import current_session
from homeassistant.helpers.event import async_call_later
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from .speaker import Speaker

SECONDS_TO_ANSWER = 30
_QUESTIONS: HassKey[Questions] = HassKey(f"{DOMAIN}_questions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked, and what a yes does.

    Attributes:
        text: the question as it was spoken.
        user_id: of the user who was asked, None at a satellite.
        act: does it for the speaker who says yes, and returns what to say.
    """

    text: str
    user_id: str | None
    act: Callable[[Speaker], Awaitable[str]]


class Questions:
    """The questions that wait for an answer: one of each speaker at most."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Wait for no answer yet."""
        self._hass = hass
        self._pending: dict[str, tuple[Question, CALLBACK_TYPE]] = {}
        self._listeners: list[CALLBACK_TYPE] = []

    @property
    def pending(self) -> bool:
        """Return whether any question waits for an answer."""
        return bool(self._pending)

    @callback
    def async_listen(self, listener: CALLBACK_TYPE) -> None:
        """Call a listener whenever questions come or go."""
        self._listeners.append(listener)

    @callback
    def async_ask(
        self, speaker: Speaker, text: str, act: Callable[[Speaker], Awaitable[str]]
    ) -> None:
        """Remember what a speaker is asked now, if the speaker can be told again."""
        if (place := _place(speaker)) is None:
            return
        self._drop(place)

        @callback
        def too_late(_now: datetime) -> None:
            self._drop(place)
            self._tell()

        later = HassJob(too_late, cancel_on_shutdown=True)
        self._pending[place] = (
            Question(text=text, user_id=speaker.context.user_id, act=act),
            async_call_later(self._hass, SECONDS_TO_ANSWER, later),
        )
        self._tell()

    @callback
    def async_take(self, speaker: Speaker) -> Question | None:
        """Return the question that a speaker answers now, and forget it."""
        if (place := _place(speaker)) is None:
            return None
        if (question := self._drop(place)) is None:
            return None
        self._tell()
        if question.user_id != speaker.context.user_id:
            return None
        said_last = _said_last(self._hass)
        return question if said_last in (None, question.text) else None

    def _drop(self, place: str) -> Question | None:
        if (waiting := self._pending.pop(place, None)) is None:
            return None
        question, cancel = waiting
        cancel()
        return question

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


@callback
def async_questions(hass: HomeAssistant) -> Questions:
    """Return the questions of all speakers."""
    if _QUESTIONS not in hass.data:
        hass.data[_QUESTIONS] = Questions(hass)
    return hass.data[_QUESTIONS]


def conversation_id() -> str | None:
    """Return the conversation in which something is said now; intents do not have it."""
    session = current_session.get()
    return session.conversation_id if session else None


def _place(speaker: Speaker) -> str | None:
    """Return what tells a speaker from others: the satellite, device or conversation."""
    return speaker.satellite_id or speaker.device_id or speaker.conversation_id


def _said_last(hass: HomeAssistant) -> str | None:
    """Return the last answer in this conversation, None if it is the first."""
    if (session := current_session.get()) is None:
        return None
    from homeassistant.components.conversation import async_get_chat_log

    with async_get_chat_log(hass, session) as chat_log:
        answers = (
            content.content
            for content in reversed(chat_log.content)
            if content.role == "assistant" and content.content
        )
        return next(answers, None)
