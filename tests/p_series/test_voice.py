"""What Assist and language models tell of the mailboxes of a P-Series."""

from collections.abc import Callable, Coroutine
import time
from typing import Any

from homeassistant.auth.models import User
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.helpers import entity_registry as er, llm
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import DOMAIN
from tests.helpers import add_contact
from tests.simulator.p_series import PSeriesSimulator
from tests.simulator.p_series.state import GroupMailbox
from tests.voice.conftest import choose, converse, speak

from .conftest import until

ANNA = "+12125550101"
QUESTION = "Do I have any voicemails?"
ANSWERS = [
    ("en", QUESTION, "You have 2 voicemails from Anna."),
    ("de", "Habe ich Sprachnachrichten?", "Du hast 2 Sprachnachrichten von Anna."),
    ("es", "¿Tengo mensajes de voz?", "Tienes 2 mensajes de voz de Anna."),
    ("fr", "Ai-je des messages vocaux ?", "Vous avez 2 messages vocaux de Anna."),
    ("it", "Ho messaggi vocali?", "Hai 2 messaggi vocali da Anna."),
    ("nl", "Heb ik voicemails?", "Je hebt 2 voicemails van Anna."),
    ("pt", "Tenho mensagens de voz?", "Tem 2 mensagens de voz de Anna."),
    ("zh-CN", "我有语音留言吗", "有2条语音留言,来自Anna。"),
]

type Ask = Callable[..., Coroutine[Any, Any, str]]


@pytest.fixture
async def assist(hass: HomeAssistant) -> None:
    """Have Home Assistant's own agent."""
    for component in ("homeassistant", "conversation", "llm"):
        assert await async_setup_component(hass, component, {})


@pytest.fixture
async def house(
    hass: HomeAssistant, assist: None, loaded: MockConfigEntry
) -> MockConfigEntry:
    """Return a PBX that understands sentences, with a contact."""
    # What comes later, such as the switches of agents, would be exposed.
    await until(lambda: hass.states.get("switch.amy_paused_in_support"))
    await choose(hass, loaded, voice_sentences=True)
    await add_contact(hass, loaded, "Anna", ANNA, voice=True)
    return loaded


@pytest.fixture
def ask(hass: HomeAssistant) -> Ask:
    """Return how to ask something, and hear the answer."""

    async def ask(text: str, language: str = "en", **where: Any) -> str:
        result = await converse(hass, text, language, **where)
        speech: str = result.response.speech["plain"]["speech"]
        return speech

    return ask


def leave(pbx: PSeriesSimulator, *callers: str, to: str = "1000") -> None:
    """Let messages be left, one after the other."""
    for caller in callers:
        call = pbx.outside_call(caller, to=to, trunk="SIP-142")
        pbx.voicemail(call)
        pbx.outside_hangs_up(call)


def hide(hass: HomeAssistant, name: str) -> None:
    """Expose nothing of an extension."""
    device_id = er.async_get(hass).entities[f"sensor.{name}"].device_id
    assert device_id
    for entry in er.async_entries_for_device(er.async_get(hass), device_id):
        async_expose_entity(hass, "conversation", entry.entity_id, False)


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(("language", "question", "answer"), ANSWERS)
async def test_two_voicemails_from_anna(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    ask: Ask,
    language: str,
    question: str,
    answer: str,
) -> None:
    """Assist says how many and from whom, in every language."""
    leave(pbx, ANNA, ANNA)
    await speak(hass, language)
    assert await ask(question, language) == answer


@pytest.mark.usefixtures("house")
async def test_messages_of_several_people(pbx: PSeriesSimulator, ask: Ask) -> None:
    """Each caller is named once, strangers by number, users of phones by name."""
    assert await ask(QUESTION) == "You have no new voicemails."
    leave(pbx, "5503301", to="1002")
    assert await ask(QUESTION) == "You have one voicemail from 5503301."
    leave(pbx, ANNA, "5503301", to="1000")
    assert await ask(QUESTION) == "You have 3 voicemails from Anna and 5503301."


@pytest.mark.usefixtures("house")
async def test_a_message_that_was_read_is_not_told(
    hass: HomeAssistant, pbx: PSeriesSimulator, ask: Ask
) -> None:
    """Nor one that was read a moment ago on a phone: the PBX is asked each time."""
    leave(pbx, ANNA, "5503301")
    assert await ask(QUESTION) == "You have 2 voicemails from Anna and 5503301."
    pbx.archive.voicemails["1000"][0].is_read = True
    assert await ask(QUESTION) == "You have one voicemail from 5503301."


@pytest.mark.usefixtures("house")
async def test_a_caller_without_a_number(pbx: PSeriesSimulator, ask: Ask) -> None:
    """The answer says that it was withheld."""
    leave(pbx, "anonymous")
    assert await ask(QUESTION) == "You have one voicemail from a hidden number."


@pytest.mark.usefixtures("house")
async def test_the_mailbox_of_one_phone(pbx: PSeriesSimulator, ask: Ask) -> None:
    """The answer names it."""
    leave(pbx, ANNA, ANNA)
    for text, answer in (
        ("Does Jayson have voicemails?", "2 voicemails for Jayson from Anna."),
        ("Are there voicemails for Amy", "no new voicemails for Amy."),
    ):
        assert await ask(text) == f"There are {answer}"


@pytest.fixture
async def family(
    hass: HomeAssistant, pbx: PSeriesSimulator, house: MockConfigEntry
) -> None:
    """Let Jayson and Amy share a mailbox, in which Anna left a message."""
    pbx.state.mailboxes["6100"] = GroupMailbox(1, "6100", "Family", ["1000", "1002"])
    pbx.archive.leave("6100", ANNA, time.time(), 3)
    await hass.config_entries.async_reload(house.entry_id)
    await until(lambda: house.runtime_data.mailboxes.groups)


@pytest.mark.usefixtures("family")
async def test_a_mailbox_that_phones_share(
    hass: HomeAssistant, pbx: PSeriesSimulator, ask: Ask
) -> None:
    """Its messages are for each of them, and told once."""
    assert await ask(QUESTION) == "You have one voicemail from Anna."
    answer = await ask("Does Amy have voicemails?")
    assert answer == "There is one voicemail for Amy from Anna."
    assert "no new" in await ask("Does Ina Tang have voicemails?")
    told_of = await told(hass, phone="Jayson")
    assert [row["mailbox"] for row in told_of["voicemails"]] == [
        {"kind": "group", "name": "Family"}
    ]


@pytest.mark.usefixtures("family")
async def test_a_shared_mailbox_of_phones_that_are_not_exposed(
    hass: HomeAssistant, ask: Ask
) -> None:
    """One of them that is exposed is enough."""
    hide(hass, "jayson")
    assert await ask(QUESTION) == "You have one voicemail from Anna."
    hide(hass, "amy")
    assert await ask(QUESTION) == "You have no new voicemails."


@pytest.mark.usefixtures("house")
async def test_a_phone_that_is_not_exposed_has_no_say(
    hass: HomeAssistant, pbx: PSeriesSimulator, ask: Ask
) -> None:
    """Its messages do not count, and to ask for them is refused."""
    leave(pbx, ANNA)
    hide(hass, "jayson")
    assert await ask(QUESTION) == "You have no new voicemails."
    assert "not exposed" in await ask("Does Jayson have voicemails?")


@pytest.mark.usefixtures("house")
async def test_a_user_who_may_not_read_the_phone(
    hass: HomeAssistant, pbx: PSeriesSimulator, ask: Ask, hass_admin_user: User
) -> None:
    """As with calls."""
    leave(pbx, ANNA)
    stranger = await hass.auth.async_create_user("Stranger")
    context = Context(user_id=stranger.id)
    assert await ask(QUESTION, context=context) == "You have no new voicemails."
    answer = await ask("Does Jayson have voicemails?", context=context)
    assert answer == "You are not allowed to do that."


@pytest.mark.usefixtures("house")
async def test_a_pbx_that_does_not_tell(pbx: PSeriesSimulator, ask: Ask) -> None:
    """Is no PBX without messages."""
    pbx.refuse_next(-1, "vm/query")
    assert await ask(QUESTION) == "That didn't work."


async def test_a_pbx_without_mailboxes(
    hass: HomeAssistant, assist: None, s_series: MockConfigEntry, ask: Ask
) -> None:
    """Says so in words, and its language models are not offered the tool."""
    await choose(hass, s_series, voice_sentences=True)
    assert await ask(QUESTION) == "The PBX cannot do that."
    assert "yeastar__voicemails" not in await offered(hass)


# Language models


def context_of(user: User | None = None) -> llm.LLMContext:
    """Return what an agent tells of the user it speaks with."""
    return llm.LLMContext(
        platform="openai_conversation",
        context=Context(user_id=user.id if user else None),
        language="en",
        assistant="conversation",
        device_id=None,
    )


async def offered(hass: HomeAssistant) -> list[str]:
    """Return the tools that an agent is offered."""
    api = await llm.async_get_api(hass, "assist", context_of())
    return [tool.name for tool in api.tools]


async def told(
    hass: HomeAssistant, user: User | None = None, **wanted: str
) -> dict[str, Any]:
    """Return what a language model learns of the mailboxes."""
    api = await llm.async_get_api(hass, "assist", context_of(user))
    asked = llm.ToolInput(tool_name=f"{DOMAIN}__voicemails", tool_args=wanted)
    return dict((await api.async_call_tool(asked)).data)


@pytest.mark.usefixtures("house")
async def test_a_language_model_learns_who_left_messages(
    hass: HomeAssistant, pbx: PSeriesSimulator
) -> None:
    """Contacts it may reach by name, of strangers the last digits."""
    assert "yeastar__voicemails" in await offered(hass)
    leave(pbx, ANNA, "5503301", "anonymous")
    answer = await told(hass, phone="Jayson")
    assert [row["from"] for row in answer["voicemails"]] == [
        {"kind": "contact", "name": "Anna"},
        {"kind": "other", "number_ends_in": "301"},
        {"kind": "withheld"},
    ]
    jayson = {"kind": "phone", "name": "Jayson", "number": "1000"}
    assert all(row["mailbox"] == jayson for row in answer["voicemails"])
    assert not answer["more"]
    assert await told(hass, phone="Amy") == {"voicemails": [], "more": False}


@pytest.mark.usefixtures("house")
async def test_a_language_model_of_a_user_without_rights(
    hass: HomeAssistant, pbx: PSeriesSimulator, hass_admin_user: User
) -> None:
    """It learns nothing that the user may not read."""
    leave(pbx, ANNA)
    stranger = await hass.auth.async_create_user("Stranger")
    assert (await told(hass, stranger))["voicemails"] == []
    with pytest.raises(Unauthorized):
        await told(hass, stranger, phone="Jayson")


@pytest.mark.usefixtures("house")
async def test_a_language_model_is_told_that_the_pbx_refused(
    hass: HomeAssistant, pbx: PSeriesSimulator
) -> None:
    """In words."""
    pbx.refuse_next(10005, "vm/query")
    with pytest.raises(HomeAssistantError) as caught:
        await told(hass)
    assert caught.value.translation_key == "pbx_access_denied"
