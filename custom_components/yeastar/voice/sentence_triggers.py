"""Lets Assist understand our sentences while an option says so.

Home Assistant has no public way for that: this is the one place that uses what its
sentence triggers are made of. If that is gone some day, only this is.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import intent
from homeassistant.setup import async_when_setup
from homeassistant.util.hass_dict import HassKey

from ..const import CONF_VOICE_SENTENCES, DOMAIN, LOGGER
from .language import Language, async_languages, nearest_language
from .questions import async_questions

if TYPE_CHECKING:
    from hassil import Intents
    from hassil.recognize import RecognizeResult
    from homeassistant.components.conversation import ConversationInput

CONVERSATION = "conversation"
PIPELINES = "assist_pipeline"

_SENTENCES: HassKey[Sentences] = HassKey(f"{DOMAIN}_sentences")


@callback
def async_setup_sentences(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Let our sentences be understood while this PBX is loaded, if it wants so."""
    if not entry.options.get(CONF_VOICE_SENTENCES):
        return
    sentences = hass.data.setdefault(_SENTENCES, Sentences(hass))
    entry.async_on_unload(sentences.async_want(entry.entry_id))

    async def conversation_ready(_hass: HomeAssistant, _component: str) -> None:
        await sentences.async_register()

    async_when_setup(hass, CONVERSATION, conversation_ready)


class Sentences:
    """Our sentences, registered once for all PBXs."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Register nothing yet."""
        self._hass = hass
        self._wanted: set[str] = set()
        self._unregister: CALLBACK_TYPE | None = None
        self._unregister_answers: CALLBACK_TYPE | None = None
        self._answers: list[str] = []
        self._intents: dict[str, Intents] = {}
        async_questions(hass).async_listen(self._async_questions_changed)

    @callback
    def async_want(self, entry_id: str) -> CALLBACK_TYPE:
        """Want them for a PBX; returns what ends that."""
        self._wanted.add(entry_id)

        @callback
        def end() -> None:
            self._wanted.discard(entry_id)
            if not self._wanted and self._unregister:
                self._unregister()
                self._unregister = None
                self._answers = []
                self._async_questions_changed()

        return end

    @callback
    def _async_questions_changed(self) -> None:
        """Understand a yes or a no only while a question waits for it.

        A sentence trigger takes its sentence from all that could answer it.
        """
        wanted = async_questions(self._hass).pending and bool(self._answers)
        if wanted and not self._unregister_answers:
            from homeassistant.components.conversation.agent_manager import (
                get_agent_manager,
            )

            self._unregister_answers = get_agent_manager(self._hass).register_trigger(
                self._answers, self._async_said
            )
        elif not wanted and self._unregister_answers:
            self._unregister_answers()
            self._unregister_answers = None

    async def async_register(self) -> None:
        """Register them, if some PBX still wants them."""
        languages = await async_languages(self._hass)
        try:
            from homeassistant.components.conversation.agent_manager import (
                get_agent_manager,
            )

            spoken = [languages[code] for code in self._spoken(languages)]
            self._intents = await self._hass.async_add_executor_job(_parse, spoken)
            if self._unregister or not self._wanted:
                return
            self._unregister = get_agent_manager(self._hass).register_trigger(
                [sentence for language in spoken for sentence in language.sentences],
                self._async_said,
            )
            self._answers = [
                sentence for language in spoken for sentence in language.answers
            ]
            self._async_questions_changed()
        except (AttributeError, ImportError, TypeError) as err:
            LOGGER.warning(
                "This version of Home Assistant does not accept the sentences of the"
                " integration; use the file of custom sentences instead: %s",
                err,
            )

    async def _async_said(
        self, user_input: ConversationInput, _result: RecognizeResult
    ) -> str | None:
        """Do what was said, and return what to answer."""
        code, result = await self._hass.async_add_executor_job(
            self._recognize, user_input.text, user_input.language
        )
        if result is None:
            # Only names may be anything: a time that is none was caught.
            language = (await async_languages(self._hass))[code]
            return language.answer("until")
        response = await intent.async_handle(
            self._hass,
            DOMAIN,
            result.intent.name,
            {
                entity.name: {"value": entity.value, "text": entity.text}
                for entity in result.entities_list
            },
            user_input.text,
            user_input.context,
            user_input.language,
            assistant=CONVERSATION,
            device_id=user_input.device_id,
            satellite_id=user_input.satellite_id,
            conversation_agent_id=user_input.agent_id,
        )
        speech: str = response.speech["plain"]["speech"]
        return speech

    def _spoken(self, known: Iterable[str]) -> Iterable[str]:
        """Return the languages that are spoken here; each costs time to match."""
        spoken = [self._hass.config.language]
        if PIPELINES in self._hass.config.components:
            from homeassistant.components.assist_pipeline import async_get_pipelines

            pipelines = async_get_pipelines(self._hass)
            spoken += [pipeline.language for pipeline in pipelines]
        return dict.fromkeys(nearest_language(code, known) for code in spoken)

    def _recognize(self, text: str, code: str) -> tuple[str, RecognizeResult | None]:
        """Return what was said, in the language of the speaker if possible."""
        from hassil import recognize_best

        nearest = nearest_language(code, self._intents)
        for known in dict.fromkeys((nearest, *self._intents)):
            if known in self._intents and (
                result := recognize_best(text, self._intents[known])
            ):
                return known, result
        return nearest, None


def _parse(languages: Iterable[Language]) -> dict[str, Intents]:
    """Return the sentences of each language as hassil understands them."""
    from hassil import Intents

    return {
        language.code: Intents.from_dict(
            {
                **language.source,
                "skip_words": [
                    *language.source[DOMAIN]["polite"],
                    *language.source[DOMAIN]["thanks"],
                ],
            }
        )
        for language in languages
    }
