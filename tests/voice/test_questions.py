"""A question is answered by a yes: of the same speaker, at once, and only once."""

from collections.abc import Callable, Coroutine
from pathlib import Path
import shutil
from typing import Any

from homeassistant.components.conversation import ConversationResult
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import entity_registry as er, intent
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import DOMAIN
from custom_components.yeastar.intent import async_setup_intents
from custom_components.yeastar.voice.language import FOLDER
from custom_components.yeastar.voice.questions import SECONDS_TO_ANSWER
from tests.helpers import pass_time
from tests.simulator import Simulator

from .conftest import Ask, Sent, choose, converse, miss, phone_device, put_into, speak

type Say = Callable[..., Coroutine[Any, Any, str]]

GRANDMA = "+12125550100"
NOT_UNDERSTOOD = "Sorry, I couldn't understand that"
CALL_BACK = [
    (
        "en",
        "Call back",
        "Call back Grandma?",
        "Yes",
        "Calling Grandma. Pick up Office.",
    ),
    (
        "de",
        "Ruf zurück",
        "Soll ich Grandma zurückrufen?",
        "ja",
        "Ich rufe Grandma an. Bitte bei Office abheben.",
    ),
    (
        "es",
        "devuelve la llamada",
        "¿Devuelvo la llamada a Grandma?",
        "sí",
        "Llamando a Grandma. Descuelga Office.",
    ),
    (
        "fr",
        "rappelle",
        "Voulez-vous rappeler Grandma ?",
        "oui",
        "J'appelle Grandma. Décrochez Office.",
    ),
    ("it", "richiama", "Richiamo Grandma?", "sì", "Chiamo Grandma. Alza Office."),
    (
        "nl",
        "bel terug",
        "Zal ik Grandma terugbellen?",
        "ja graag",
        "Ik bel Grandma. Neem Office op.",
    ),
    (
        "pt",
        "liga de volta",
        "Ligo de volta para Grandma?",
        "sim",
        "A ligar para Grandma. Atenda Office.",
    ),
    (
        "zh-CN",
        "回电话",
        "要给Grandma回电吗?",
        "好的",
        "正在呼叫Grandma。请摘机:Office。",
    ),
]
ALIKE = [
    (
        "en",
        "Call Grandmas",
        "Do you mean Grandma?",
        "yes please",
        "Calling Grandma. Pick up Office.",
    ),
    (
        "de",
        "Ruf Grandmas an",
        "Meinst du Grandma?",
        "genau",
        "Ich rufe Grandma an. Bitte bei Office abheben.",
    ),
    (
        "es",
        "Llama a Grandmas",
        "¿Te refieres a Grandma?",
        "sí",
        "Llamando a Grandma. Descuelga Office.",
    ),
    (
        "fr",
        "Appelle Grandmas",
        "Voulez-vous dire Grandma ?",
        "oui",
        "J'appelle Grandma. Décrochez Office.",
    ),
    ("it", "Chiama Grandmas", "Intendi Grandma?", "sì", "Chiamo Grandma. Alza Office."),
    (
        "nl",
        "Bel Grandmas",
        "Bedoel je Grandma?",
        "ja",
        "Ik bel Grandma. Neem Office op.",
    ),
    (
        "pt",
        "Liga para Grandmas",
        "Quer dizer Grandma?",
        "sim",
        "A ligar para Grandma. Atenda Office.",
    ),
    (
        "zh-CN",
        "打电话给Grandmas",
        "您是指Grandma吗?",
        "是的",
        "正在呼叫Grandma。请摘机:Office。",
    ),
]
REFUSED = [
    ("en", "no", "All right.", "I did not ask you anything."),
    ("de", "nein", "In Ordnung.", "Ich habe dich nichts gefragt."),
    ("es", "no", "De acuerdo.", "No te he preguntado nada."),
    ("fr", "non merci", "D'accord.", "Je ne vous ai rien demandé."),
    ("it", "no grazie", "Va bene.", "Non ti ho chiesto nulla."),
    ("nl", "nee", "Prima.", "Ik heb je niets gevraagd."),
    ("pt", "não", "Está bem.", "Não lhe perguntei nada."),
    ("zh-CN", "不用了", "好的。", "我没有问您问题。"),
]


@pytest.fixture
def say(hass: HomeAssistant) -> Say:
    """Return how to say something in one conversation, as the dialog of Assist does."""

    async def converse_on(text: str, language: str = "en", **where: Any) -> str:
        where = {"conversation_id": "dialog", **where}
        return spoken(await converse(hass, text, language, **where))

    return converse_on


def spoken(result: ConversationResult) -> str:
    """Return what was answered."""
    speech: str = result.response.speech["plain"]["speech"]
    return speech


def dialled(sent: Sent) -> list[str]:
    """Return which numbers outside were called."""
    return [body["outto"] for body in sent("extension/dial_outbound")]


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("language", "sentence", "question", "yes", "answer"), CALL_BACK
)
async def test_call_back_is_read_back_and_dials_after_a_yes(
    hass: HomeAssistant,
    pbx: Simulator,
    say: Say,
    sent: Sent,
    language: str,
    sentence: str,
    question: str,
    yes: str,
    answer: str,
) -> None:
    """The last missed caller, in every language."""
    await speak(hass, language)
    await miss(hass, pbx, "+12125550101", GRANDMA)
    assert await say(sentence, language) == question
    assert dialled(sent) == []
    assert await say(yes, language) == answer
    assert dialled(sent) == [GRANDMA]


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(("language", "sentence", "question", "yes", "answer"), ALIKE)
async def test_a_yes_to_the_name_that_sounds_alike(
    hass: HomeAssistant,
    say: Say,
    sent: Sent,
    language: str,
    sentence: str,
    question: str,
    yes: str,
    answer: str,
) -> None:
    """Does what was asked for, with this name."""
    await speak(hass, language)
    assert await say(sentence, language) == question
    assert dialled(sent) == []
    assert await say(yes, language) == answer
    assert dialled(sent) == [GRANDMA]


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(("language", "no", "answer", "nothing"), REFUSED)
async def test_a_no_ends_the_question(
    hass: HomeAssistant,
    say: Say,
    sent: Sent,
    language: str,
    no: str,
    answer: str,
    nothing: str,
) -> None:
    """A yes after it is an answer to nothing."""
    await speak(hass, language)
    sentence, yes = next((row[1], row[3]) for row in ALIKE if row[0] == language)
    await say(sentence, language)
    assert await say(no, language) == answer
    # Another question keeps the answers understood.
    await say(sentence, language, conversation_id="another")
    assert await say(yes, language) == nothing
    assert dialled(sent) == []


@pytest.mark.usefixtures("house")
async def test_a_second_yes_dials_nothing(
    hass: HomeAssistant, pbx: Simulator, say: Say, sent: Sent
) -> None:
    """The first one used the question up."""
    await miss(hass, pbx, GRANDMA)
    await say("call back")
    await say("yes")
    assert await say("yes") == NOT_UNDERSTOOD
    assert dialled(sent) == [GRANDMA]


@pytest.mark.usefixtures("house")
async def test_a_yes_without_a_question_is_left_to_home_assistant(say: Say) -> None:
    """It may mean something to another agent."""
    assert await say("yes") == NOT_UNDERSTOOD
    assert await say("no") == NOT_UNDERSTOOD


@pytest.mark.usefixtures("house")
async def test_an_answer_that_is_late_is_left_to_home_assistant(
    hass: HomeAssistant, say: Say, sent: Sent
) -> None:
    """After half a minute nothing is dialled any more."""
    await say("call Grandmas")
    await pass_time(hass, SECONDS_TO_ANSWER + 1)
    assert await say("yes") == NOT_UNDERSTOOD
    assert dialled(sent) == []


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("where", ["device_id", "satellite_id", "conversation_id"])
async def test_only_who_was_asked_can_answer(say: Say, sent: Sent, where: str) -> None:
    """Not another satellite, and not another conversation."""
    here = {"conversation_id": None, where: "here"}
    there = {"conversation_id": None, where: "there"}
    await say("call Grandmas", **here)
    assert await say("yes", **there) == "I did not ask you anything."
    assert dialled(sent) == []
    assert await say("yes", **here) == "Calling Grandma. Pick up Office."


async def test_another_user_cannot_answer(
    hass: HomeAssistant, house: MockConfigEntry, say: Say, sent: Sent
) -> None:
    """Even at the same device."""
    ann = Context(user_id=(await hass.auth.async_create_user("Ann")).id)
    bob = Context(user_id=(await hass.auth.async_create_user("Bob")).id)
    await say("call Grandmas", device_id="tablet", context=ann, conversation_id="ann")
    answer = await say("yes", device_id="tablet", context=bob, conversation_id="bob")
    assert answer == "I did not ask you anything."
    assert dialled(sent) == []


@pytest.mark.usefixtures("house")
async def test_a_satellite_is_answered_in_its_next_conversation(
    say: Say, sent: Sent
) -> None:
    """It may begin a new one with each wake word."""
    await say("call Grandmas", device_id="satellite", conversation_id=None)
    answer = await say("yes", device_id="satellite", conversation_id=None)
    assert answer == "Calling Grandma. Pick up Office."
    assert dialled(sent) == [GRANDMA]


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("sentence", ["who is calling?", "what time is it"])
async def test_anything_else_ends_the_question(
    say: Say, sent: Sent, sentence: str
) -> None:
    """Whether it is a sentence of ours or of Home Assistant."""
    await say("call Grandmas")
    await say(sentence)
    assert await say("yes") in (NOT_UNDERSTOOD, "I did not ask you anything.")
    assert dialled(sent) == []


@pytest.mark.usefixtures("house")
async def test_a_new_question_takes_the_place_of_the_old_one(
    hass: HomeAssistant, pbx: Simulator, say: Say, sent: Sent
) -> None:
    """The yes means the one that was asked last."""
    await miss(hass, pbx, "+12125550101")
    await say("call Grandmas")
    assert await say("call back") == "Call back Anna Mobile?"
    assert await say("yes") == "Calling Anna Mobile. Pick up Office."
    assert dialled(sent) == ["+12125550101"]


@pytest.mark.usefixtures("house")
async def test_two_names_that_sound_alike_are_asked_one_after_the_other(
    say: Say, sent: Sent
) -> None:
    """Each yes is kept for the next question."""
    assert await say("call Grandmas from Kitchens") == "Do you mean Kitchen?"
    assert await say("yes") == "Do you mean Grandma?"
    assert await say("yes") == "Calling Grandma. Pick up Kitchen."
    assert dialled(sent) == [GRANDMA]
    assert sent("extension/dial_outbound")[0]["extid"] == "1000"


@pytest.mark.usefixtures("house")
async def test_which_of_several_is_no_question_for_a_yes(say: Say, sent: Sent) -> None:
    """The whole sentence has to be said again."""
    assert await say("call Mobile Anna Grandma") != "Calling Grandma."
    await say("transfer the call to the landlords")
    assert await say("no") == "All right."
    assert dialled(sent) == []


# What is checked again when the yes is said


def expose(hass: HomeAssistant, entry: MockConfigEntry, number: str, on: bool) -> None:
    """Expose a phone to Assist, or take it away."""
    registry = er.async_get(hass)
    device = phone_device(hass, entry, number)
    for item in er.async_entries_for_device(registry, device.id):
        async_expose_entity(hass, "conversation", item.entity_id, on)


async def test_a_phone_that_is_no_longer_exposed_does_not_call(
    hass: HomeAssistant, house: MockConfigEntry, say: Say, sent: Sent
) -> None:
    """Though it was when the question was asked."""
    await say("call Grandmas")
    expose(hass, house, "1001", False)
    assert (await say("yes")).startswith("Office is not exposed to Assist.")
    assert dialled(sent) == []


async def test_a_contact_that_is_gone_is_not_called(
    hass: HomeAssistant, house: MockConfigEntry, say: Say, sent: Sent
) -> None:
    """Its number is forgotten with it."""
    await say("call Grandmas")
    (contact,) = [
        key for key, item in house.subentries.items() if item.title == "Grandma"
    ]
    hass.config_entries.async_remove_subentry(house, contact)
    await hass.async_block_till_done()
    assert await say("yes") == "I couldn't find Grandmas."
    assert dialled(sent) == []


async def test_a_pbx_that_was_set_up_anew_still_calls(
    hass: HomeAssistant, house: MockConfigEntry, say: Say, sent: Sent
) -> None:
    """Who was meant is looked up again."""
    await say("call Grandmas")
    await choose(hass, house)
    assert await say("yes") == "Calling Grandma. Pick up Office."
    assert dialled(sent) == [GRANDMA]


async def test_a_pbx_that_is_gone_calls_nobody(
    hass: HomeAssistant, house: MockConfigEntry, say: Say, sent: Sent
) -> None:
    """Its sentences are gone, and the answers with them."""
    await say("call Grandmas")
    assert await hass.config_entries.async_unload(house.entry_id)
    assert await say("yes") == NOT_UNDERSTOOD
    assert dialled(sent) == []


async def test_an_answer_after_the_pbx_is_gone(
    hass: HomeAssistant, house: MockConfigEntry, sent: Sent
) -> None:
    """A copied file of sentences outlives it."""
    where: dict[str, Any] = {"device_id": "tablet"}
    asked = {"who": {"value": "Anna"}, "phone": {"value": "Kitchens"}}
    await intent.async_handle(hass, DOMAIN, "YeastarDial", asked, **where)
    assert await hass.config_entries.async_unload(house.entry_id)
    yes = {"answer": {"value": "yes"}}
    said = await intent.async_handle(hass, DOMAIN, "YeastarAnswer", yes, **where)
    assert said.speech["plain"]["speech"] == "I couldn't find Kitchens."
    assert not sent("extension/dial_extension")


@pytest.mark.usefixtures("house")
async def test_a_question_to_whom_nothing_tells_apart_cannot_be_answered(
    hass: HomeAssistant, sent: Sent
) -> None:
    """An intent may come from anywhere."""
    asked = {"who": {"value": "Grandmas"}}
    await intent.async_handle(hass, DOMAIN, "YeastarDial", asked)
    yes = {"answer": {"value": "yes"}}
    said = await intent.async_handle(hass, DOMAIN, "YeastarAnswer", yes)
    assert said.error_code is intent.IntentResponseErrorCode.NO_INTENT_MATCH
    assert dialled(sent) == []


# Who can be called back


@pytest.mark.usefixtures("house")
async def test_no_missed_call_to_return(say: Say) -> None:
    """There is nothing to ask."""
    assert await say("call back") == "You missed no calls."


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("caller", ["anonymous", "sip:bot@example.com"])
async def test_a_caller_without_a_number(
    hass: HomeAssistant, pbx: Simulator, say: Say, caller: str
) -> None:
    """The one before is not called instead."""
    await miss(hass, pbx, GRANDMA, caller)
    assert await say("call back") == "The last missed caller sent no number."
    assert await say("yes") == NOT_UNDERSTOOD


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("caller", "refusal"),
    [
        ("+12125550102", "Calling Landlord by voice is off."),
        ("+12125550199", "I only call extensions and contacts."),
        ("112", "I can't dial emergency numbers."),
        ("999", "I can't dial emergency numbers."),
    ],
)
async def test_who_may_not_be_called_is_not_called_back(
    hass: HomeAssistant, pbx: Simulator, say: Say, caller: str, refusal: str
) -> None:
    """Neither a contact without permission, nor a stranger, nor an emergency number."""
    await miss(hass, pbx, caller)
    assert (await say("call back")).startswith(refusal)
    assert await say("yes") == NOT_UNDERSTOOD


async def test_a_stranger_is_called_back_if_any_number_may_be_called(
    hass: HomeAssistant, house: MockConfigEntry, pbx: Simulator, say: Say, sent: Sent
) -> None:
    """By the number."""
    await choose(hass, house, voice_scope="any")
    await miss(hass, pbx, "+12125550199")
    assert await say("call back") == "Call back +12125550199?"
    assert await say("yes") == "Calling +12125550199. Pick up Office."
    assert dialled(sent) == ["+12125550199"]


async def test_the_phone_in_the_room_calls_back(
    hass: HomeAssistant,
    house: MockConfigEntry,
    pbx: Simulator,
    speaker_in: Callable[[str], str],
    say: Say,
    sent: Sent,
) -> None:
    """As for every call."""
    put_into(hass, house, "1003", "Basement")
    here = speaker_in("Basement")
    await miss(hass, pbx, GRANDMA)
    await say("call back", device_id=here)
    await say("yes", device_id=here)
    assert sent("extension/dial_outbound")[0]["extid"] == "1003"


async def test_who_calls_may_not_be_called_while_the_phone_is_busy(
    hass: HomeAssistant, house: MockConfigEntry, pbx: Simulator, ask: Ask
) -> None:
    """It is said before anything is asked."""
    await miss(hass, pbx, GRANDMA)
    await choose(hass, house, voice_extension="1005")
    assert await ask("call back") == "Guest room is offline."


# The copied file of sentences


async def test_the_copied_file_understands_the_answer_as_well(
    hass: HomeAssistant,
    house: MockConfigEntry,
    tmp_path: Path,
    sent: Sent,
) -> None:
    """A yes without a question fails in a way that lets the next agent have it."""
    await choose(hass, house, voice_sentences=False)
    await async_setup_intents(hass)
    folder = tmp_path / "custom_sentences" / "en"
    folder.mkdir(parents=True)
    shutil.copy(FOLDER / "en.yaml", folder / "yeastar.yaml")
    hass.config.config_dir = str(tmp_path)
    nothing = await converse(hass, "yes", conversation_id="dialog")
    assert nothing.response.error_code is intent.IntentResponseErrorCode.NO_INTENT_MATCH
    await converse(hass, "call Grandmas", conversation_id="dialog")
    answer = await converse(hass, "yes", conversation_id="dialog")
    assert spoken(answer) == "Calling Grandma. Pick up Office."
    assert dialled(sent) == [GRANDMA]
