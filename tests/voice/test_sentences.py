"""What is understood, by sentence triggers and by copied files, and what is not."""

from collections.abc import Callable, Iterator
import json
from pathlib import Path
import shutil
from typing import Any

from hassil import Intents
from hassil.intents import SlotList, TextSlotList
from hassil.sample import sample_expression
import home_assistant_intents
from homeassistant.components.conversation import async_get_agent
from homeassistant.components.conversation.default_agent import DefaultAgent
from homeassistant.components.conversation.models import ConversationInput
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import intent
import pytest

from custom_components.yeastar.phonebook.callers import CallerId
from custom_components.yeastar.voice.language import FOLDER, read_languages
from custom_components.yeastar.voice.questions import async_questions
from custom_components.yeastar.voice.sentence_triggers import Sentences
from custom_components.yeastar.voice.speaker import Speaker

from .conftest import converse
from .everyday import EVERYDAY
from .utterances import UTTERANCES

LANGUAGES = list(UTTERANCES)


class Recorder(intent.IntentHandler):
    """Remembers what it is asked for, instead of doing it."""

    def __init__(self, intent_type: str, heard: list[Any]) -> None:
        """Stand in for the handler of one intent."""
        self.intent_type = intent_type
        self._heard = heard

    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        """Remember the slots."""
        slots = {name: slot["value"] for name, slot in intent_obj.slots.items()}
        self._heard.append((self.intent_type, slots))
        response = intent_obj.create_response()
        response.async_set_speech("ok")
        return response


@pytest.fixture
def heard(hass: HomeAssistant, assist: None) -> list[Any]:
    """Return what our intents were asked for."""
    found: list[Any] = []
    for name in read_languages()["en"].source["intents"]:
        intent.async_register(hass, Recorder(name, found))
    return found


async def spoken_here(hass: HomeAssistant, language: str) -> DefaultAgent:
    """Register our sentences in a language; returns Home Assistant's agent."""
    await hass.config.async_update(language=language)
    sentences = Sentences(hass)
    sentences.async_want("any")
    await sentences.async_register()
    agent = async_get_agent(hass)
    assert isinstance(agent, DefaultAgent)
    return agent


def wait_for_an_answer(hass: HomeAssistant) -> None:
    """Ask a question in another room, so that a yes and a no mean something."""
    elsewhere = Speaker(
        hass=hass, context=Context(), via="voice", device_id="elsewhere"
    )

    async def act(speaker: Speaker) -> str:
        return ""

    async_questions(hass).async_ask(elsewhere, "Really?", act)


async def check(hass: HomeAssistant, language: str, heard: list[Any]) -> None:
    """Say all that the table lists, and compare what was understood."""
    for text, name, slots in UTTERANCES[language]:
        heard.clear()
        await converse(hass, text, language)
        assert heard == [(name, slots)], text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_sentence_triggers(
    hass: HomeAssistant, heard: list[Any], language: str
) -> None:
    """With the option on, every utterance means what the table says."""
    await spoken_here(hass, language)
    wait_for_an_answer(hass)
    await check(hass, language, heard)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_copied_files(
    hass: HomeAssistant, heard: list[Any], tmp_path: Path, language: str
) -> None:
    """The same file among the custom sentences does the same without the option."""
    folder = tmp_path / "custom_sentences" / language
    folder.mkdir(parents=True)
    shutil.copy(FOLDER / f"{language[:2]}.yaml", folder / "yeastar.yaml")
    hass.config.config_dir = str(tmp_path)
    await check(hass, language, heard)


def test_the_table_is_long() -> None:
    """More than a hundred utterances, and every intent in every language."""
    assert sum(map(len, UTTERANCES.values())) > 100
    wanted = set(read_languages()["en"].source["intents"])
    for meant in UTTERANCES.values():
        assert {name for _, name, _ in meant} == wanted


def test_every_language_says_everything() -> None:
    """The answers have the same keys and the same words to fill in."""
    languages = read_languages()
    assert len(languages) == len(LANGUAGES)
    english = languages["en"].source["yeastar"]
    for language in languages.values():
        ours = language.source["yeastar"]
        assert set(ours) == set(english)
        assert set(ours["answers"]) == set(english["answers"])
        assert set(ours["callers"]) == set(CallerId)
        assert set(language.source["intents"]) == set(languages["en"].source["intents"])


# Sentences of Home Assistant


def own_sentences(language: str) -> Iterator[tuple[str, str]]:
    """Return one sentence for each way Home Assistant understands, with its intent."""
    folder = Path(home_assistant_intents.__file__).parent / "data"
    data = json.loads((folder / f"{language}.json").read_text("utf-8"))
    intents = Intents.from_dict(data)
    # One word for each list, or there were too many sentences to begin with.
    lists: dict[str, SlotList] = {
        **dict.fromkeys(intents.slot_lists, TextSlotList.from_strings(["50"])),
        "name": TextSlotList.from_strings(["bedroom lamp"]),
        "area": TextSlotList.from_strings(["kitchen"]),
        "floor": TextSlotList.from_strings(["ground floor"]),
    }
    for name, known in intents.intents.items():
        for block in known.data:
            for sentence in block.sentences[:1]:
                samples = sample_expression(
                    sentence.expression,
                    lists,
                    {**intents.expansion_rules, **block.expansion_rules},
                    language=language,
                )
                yield name, next(iter(samples))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_sentences_of_home_assistant_are_left_alone(
    hass: HomeAssistant, assist: None, language: str
) -> None:
    """None of hundreds in each language is caught, even while a question is open."""
    agent = await spoken_here(hass, language)
    wait_for_an_answer(hass)
    sentences = list(own_sentences(language))
    assert len(sentences) > 100
    for name, text in sentences:
        said = ConversationInput(
            text=text,
            context=Context(),
            conversation_id=None,
            device_id=None,
            satellite_id=None,
            language=language,
            agent_id="conversation.home_assistant",
        )
        assert await agent.async_recognize_sentence_trigger(said) is None, (name, text)


EXPOSED = {
    "cover.garage_door": "garage door",
    "cover.kitchen_blinds": "kitchen blinds",
    "climate.thermostat": "thermostat",
    "fan.ceiling_fan": "ceiling fan",
    "light.bedroom_lamp": "bedroom lamp",
    "lock.front_door": "front door",
    "media_player.tv": "TV",
    "person.anna": "Anna",
    "scene.dinner": "dinner",
    "script.good_night": "good night",
    "switch.coffee_machine": "coffee machine",
    "switch.mode": "do not disturb mode",
    "todo.shopping_list": "shopping list",
    "todo.tasks": "tasks",
    "vacuum.robot": "robot",
    "weather.home": "home",
}


@pytest.fixture
def speaker(hass: HomeAssistant, speaker_in: Callable[[str], str]) -> str:
    """Return what listens in a house with all that is spoken of."""
    for entity_id, name in EXPOSED.items():
        hass.states.async_set(entity_id, "on", {"friendly_name": name})
        async_expose_entity(hass, "conversation", entity_id, True)
    speaker_in("Bedroom")
    return speaker_in("Kitchen")


@pytest.mark.parametrize("ours", [False, True])
async def test_home_assistant_does_what_it_did(
    hass: HomeAssistant, heard: list[Any], speaker: str, ours: bool
) -> None:
    """With our sentences and without, its own sentences mean its own intents."""
    for name in dict(own_sentences("en")):
        intent.async_register(hass, Recorder(name, heard))
    if ours:
        await spoken_here(hass, "en")
    misheard = []
    for text, meant in EVERYDAY:
        heard.clear()
        await converse(hass, text, device_id=speaker)
        if (names := [name for name, _ in heard]) != [meant]:
            misheard.append((text, meant, names))
    assert misheard == []
    assert len(EVERYDAY) > 100
