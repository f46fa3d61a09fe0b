"""Who is on the phone, and who called today."""

from datetime import datetime
from unittest.mock import patch

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.helpers import deliver
from tests.simulator import Simulator

from .conftest import Ask, miss, phone_device, speak

GRANDMA = "+12125550100"
TALKING = [
    ("en", "Who is on the phone?", "Kitchen is talking to Grandma."),
    ("de", "Wer telefoniert gerade?", "Kitchen telefoniert mit Grandma."),
    ("es", "¿Quién está al teléfono?", "Kitchen habla con Grandma."),
    ("fr", "Qui est au téléphone ?", "Kitchen parle avec Grandma."),
    ("it", "Chi è al telefono?", "Kitchen parla con Grandma."),
    ("nl", "Wie is er aan de telefoon?", "Kitchen is in gesprek met Grandma."),
    ("pt", "Quem está ao telefone?", "Kitchen está a falar com Grandma."),
    ("zh-CN", "谁在通话", "Kitchen正在和Grandma通话。"),
]
IS_TALKING = [
    (
        "en",
        "Is Kitchen on the phone?",
        "Yes, Kitchen is talking to Grandma.",
        "Is Anna on the phone?",
        "No, Anna is not on the phone.",
    ),
    (
        "de",
        "Ist Kitchen am Telefon?",
        "Ja, Kitchen telefoniert mit Grandma.",
        "Telefoniert Anna gerade?",
        "Nein, Anna telefoniert gerade nicht.",
    ),
    (
        "es",
        "¿Está Kitchen al teléfono?",
        "Sí, Kitchen habla con Grandma.",
        "¿Está Anna al teléfono?",
        "No, Anna no está al teléfono.",
    ),
    (
        "fr",
        "Est-ce que Kitchen est au téléphone ?",
        "Oui, Kitchen parle avec Grandma.",
        "Anna est-elle au téléphone ?",
        "Non, Anna n'est pas au téléphone.",
    ),
    (
        "it",
        "Kitchen è al telefono?",
        "Sì, Kitchen parla con Grandma.",
        "Anna sta telefonando?",
        "No, Anna non è al telefono.",
    ),
    (
        "nl",
        "Is Kitchen aan de telefoon?",
        "Ja, Kitchen is in gesprek met Grandma.",
        "Is Anna in gesprek?",
        "Nee, Anna is niet aan de telefoon.",
    ),
    (
        "pt",
        "Kitchen está ao telefone?",
        "Sim, Kitchen está a falar com Grandma.",
        "A Anna está ao telefone?",
        "Não, Anna não está ao telefone.",
    ),
    (
        "zh-CN",
        "Kitchen在通话吗",
        "是的,Kitchen正在和Grandma通话。",
        "Anna在通话吗",
        "不,Anna没有在通话。",
    ),
]
TODAY = [
    ("en", "Who called today?", "There were 2 calls today, from Grandma and {other}."),
    (
        "de",
        "Wer hat heute angerufen?",
        "Heute gab es 2 Anrufe, von Grandma und {other}.",
    ),
    (
        "es",
        "¿Quién ha llamado hoy?",
        "Hoy ha habido 2 llamadas, de Grandma y {other}.",
    ),
    (
        "fr",
        "Qui a appelé aujourd'hui ?",
        "Il y a eu 2 appels aujourd'hui, de Grandma et {other}.",
    ),
    (
        "it",
        "Chi ha chiamato oggi?",
        "Oggi ci sono state 2 chiamate, da Grandma e {other}.",
    ),
    (
        "nl",
        "Wie heeft er vandaag gebeld?",
        "Er waren vandaag 2 oproepen, van Grandma en {other}.",
    ),
    ("pt", "Quem ligou hoje?", "Hoje houve 2 chamadas, de Grandma e {other}."),
    ("zh-CN", "今天谁打过电话", "今天有2个来电,来自Grandma和{other}。"),
]


async def talk(
    hass: HomeAssistant, pbx: Simulator, caller: str = GRANDMA, phone: str = "1000"
) -> None:
    """Let a phone talk with a caller from outside."""
    pbx.outside_call(caller, phone, trunk="SIP-Home")
    pbx.answer(phone)
    await deliver(hass, pbx)


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(("language", "sentence", "answer"), TALKING)
async def test_who_is_on_the_phone(
    hass: HomeAssistant,
    pbx: Simulator,
    ask: Ask,
    language: str,
    sentence: str,
    answer: str,
) -> None:
    """Who talks with whom, in every language."""
    await speak(hass, language)
    await talk(hass, pbx)
    assert await ask(sentence, language) == answer


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(("language", "asked", "yes", "other", "no"), IS_TALKING)
async def test_is_a_phone_on_the_phone(
    hass: HomeAssistant,
    pbx: Simulator,
    ask: Ask,
    language: str,
    asked: str,
    yes: str,
    other: str,
    no: str,
) -> None:
    """With whom, or that it is not."""
    await speak(hass, language)
    await talk(hass, pbx)
    assert await ask(asked, language) == yes
    assert await ask(other, language) == no


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(("language", "sentence", "answer"), TODAY)
async def test_who_called_today(
    hass: HomeAssistant,
    pbx: Simulator,
    ask: Ask,
    language: str,
    sentence: str,
    answer: str,
) -> None:
    """Missed or not, the newest first."""
    await speak(hass, language)
    await miss(hass, pbx, "5503301")
    await talk(hass, pbx)
    assert await ask(sentence, language) == answer.format(other="5503301")


@pytest.mark.usefixtures("house")
async def test_one_call_or_none_today(
    hass: HomeAssistant, pbx: Simulator, ask: Ask
) -> None:
    """Calls between phones of the house do not count, nor those of yesterday."""
    pbx.internal_call("1000", "1002")
    await deliver(hass, pbx)
    assert await ask("who called today?") == "Nobody called today."
    await miss(hass, pbx, GRANDMA)
    assert await ask("who called today?") == "There was one call today, from Grandma."
    tomorrow = datetime.fromtimestamp(dt_util.utcnow().timestamp() + 86400, dt_util.UTC)
    with patch.object(dt_util, "start_of_local_day", return_value=tomorrow):
        assert await ask("who called today?") == "Nobody called today."


@pytest.mark.usefixtures("house")
async def test_several_are_on_the_phone(
    hass: HomeAssistant, pbx: Simulator, ask: Ask
) -> None:
    """Each call once, though both phones of it are ours."""
    assert await ask("who is on the phone?") == "Nobody is on the phone."
    await talk(hass, pbx, phone="1003")
    pbx.internal_call("1000", "1002")
    await deliver(hass, pbx)
    assert await ask("who's on the line") == (
        "Kitchen is on the phone and Workshop is talking to Grandma."
    )
    pbx.answer("1002")
    await deliver(hass, pbx)
    assert await ask("who is on the phone?") == (
        "Kitchen is talking to Anna and Workshop is talking to Grandma."
    )
    assert await ask("is Anna on the phone?") == "Yes, Anna is talking to Kitchen."
    assert (
        await ask("is grandma on the phone") == "Yes, Grandma is talking to Workshop."
    )
    assert await ask("is Anna Mobile on the phone") == (
        "No, Anna Mobile is not on the phone."
    )


@pytest.mark.usefixtures("house")
async def test_more_calls_than_an_answer_names(
    hass: HomeAssistant,
    pbx: Simulator,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It says how many there are."""
    monkeypatch.setattr("custom_components.yeastar.intent.MAX_NAMES", 1)
    await talk(hass, pbx)
    await talk(hass, pbx, "5503301", "1003")
    assert await ask("who is on the phone?") == (
        "There are 2 calls now. Among them: Kitchen is talking to Grandma."
    )


@pytest.mark.usefixtures("house")
async def test_a_caller_who_shows_no_number_is_not_named(
    hass: HomeAssistant, pbx: Simulator, ask: Ask
) -> None:
    """Only the phone is."""
    await talk(hass, pbx, "anonymous")
    assert await ask("who is on the phone?") == "Kitchen is on the phone."


@pytest.mark.usefixtures("house")
async def test_a_caller_without_a_number_called_today(
    hass: HomeAssistant, pbx: Simulator, ask: Ask
) -> None:
    """It counts, without a name."""
    await miss(hass, pbx, "anonymous")
    assert await ask("who called today?") == (
        "There was one call today, from a hidden number."
    )


def hide(hass: HomeAssistant, entry: MockConfigEntry, number: str) -> None:
    """Expose nothing of a phone to Assist."""
    device = phone_device(hass, entry, number)
    for item in er.async_entries_for_device(er.async_get(hass), device.id):
        async_expose_entity(hass, "conversation", item.entity_id, False)


async def test_phones_that_are_not_exposed_are_not_told_of(
    hass: HomeAssistant, house: MockConfigEntry, pbx: Simulator, ask: Ask
) -> None:
    """Nor named as the other side."""
    hide(hass, house, "1002")
    pbx.internal_call("1002", "1000")
    pbx.answer("1000")
    await talk(hass, pbx, phone="1003")
    hide(hass, house, "1003")
    assert await ask("who is on the phone?") == "Kitchen is on the phone."
    assert (await ask("is 1002 on the phone")).startswith("1002 is not exposed")
    assert await ask("is grandma on the phone") == "No, Grandma is not on the phone."


@pytest.mark.usefixtures("house")
async def test_a_user_hears_only_of_phones_that_the_user_may_read(
    hass: HomeAssistant, pbx: Simulator, ask: Ask
) -> None:
    """As in the cards."""
    await hass.auth.async_create_user("Owner")
    nobody = await hass.auth.async_create_user("Nobody", group_ids=[])
    context = Context(user_id=nobody.id)
    await miss(hass, pbx, GRANDMA)
    await talk(hass, pbx)
    assert await ask("who is on the phone?", context=context) == (
        "Nobody is on the phone."
    )
    assert await ask("is the kitchen on the phone", context=context) == (
        "You are not allowed to do that."
    )
    assert await ask("who called today?", context=context) == "Nobody called today."
    assert await ask("call back", context=context) == "You missed no calls."
