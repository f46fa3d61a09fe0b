"""From the sentence to the request at the PBX, and what is answered."""

from collections.abc import Callable
import re
import sys
from types import SimpleNamespace

from homeassistant.auth.const import GROUP_ID_READ_ONLY
from homeassistant.components.conversation import agent_manager
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.yeastar.const import EVENT_YEASTAR_ACTION
from custom_components.yeastar.features import write_queue
from tests.helpers import deliver, state_of
from tests.simulator import Simulator

from .conftest import Ask, Sent, choose, miss, put_into, speak

DIALS = [
    ("en", "Call the kitchen", "Calling the kitchen. Pick up Office."),
    ("en", "Could you call the kitchen please", "Calling Kitchen. Pick up Office."),
    (
        "de",
        "Kannst du bitte Kitchen anrufen",
        "Ich rufe Kitchen an. Bitte bei Office abheben.",
    ),
    ("fr", "Appelle Kitchen s'il te plaît", "J'appelle Kitchen. Décrochez Office."),
    ("de", "Ruf die Kitchen an", "Ich rufe die Kitchen an. Bitte bei Office abheben."),
    ("fr", "Appelle la kitchen", "J'appelle la kitchen. Décrochez Office."),
    ("es", "Llama a Kitchen", "Llamando a Kitchen. Descuelga Office."),
    ("it", "Chiama Kitchen", "Chiamo Kitchen. Alza Office."),
    ("nl", "Bel de kitchen", "Ik bel de kitchen. Neem Office op."),
    ("pt", "Liga para Kitchen", "A ligar para Kitchen. Atenda Office."),
    ("zh-CN", "打电话给Kitchen", "正在呼叫Kitchen。请摘机:Office。"),
]
BUSY = {
    "en": ("Call the kitchen", "Kitchen is on another call."),
    "de": ("Ruf Kitchen an", "Kitchen telefoniert gerade."),
    "fr": ("Appelle Kitchen", "Kitchen est déjà en communication."),
}


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(("language", "sentence", "answer"), DIALS)
async def test_call_a_phone(
    hass: HomeAssistant,
    ask: Ask,
    sent: Sent,
    language: str,
    sentence: str,
    answer: str,
) -> None:
    """The phone of the option calls, in every language."""
    await speak(hass, language)
    assert await ask(sentence, language) == answer
    (body,) = sent("extension/dial_extension")
    assert (body["caller"], body["callee"]) == ("1001", "1000")
    assert body["autoanswer"] == "no"


@pytest.mark.usefixtures("house")
async def test_call_a_contact(ask: Ask, sent: Sent) -> None:
    """At the first number."""
    assert await ask("ring grandma") == "Calling Grandma. Pick up Office."
    (body,) = sent("extension/dial_outbound")
    assert (body["extid"], body["outto"]) == ("1001", "+12125550100")


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("said", ["call 1002", "call extension 1002", "call Anna"])
async def test_call_an_extension_by_name_or_number(
    ask: Ask, sent: Sent, said: str
) -> None:
    """Anna is another one than Anna Mobile: the whole name was said."""
    assert await ask(said) == "Calling Anna. Pick up Office."
    assert sent("extension/dial_extension")[0]["callee"] == "1002"


async def test_call_a_place(
    hass: HomeAssistant, house: MockConfigEntry, ask: Ask, sent: Sent
) -> None:
    """An area stands for the phone in it, repeated as it was said."""
    put_into(hass, house, "1003", "Basement")
    assert await ask("call the basement") == "Calling the basement. Pick up Office."
    assert sent("extension/dial_extension")[0]["callee"] == "1003"


# Which phone calls


async def test_the_phone_where_it_was_said_calls(
    hass: HomeAssistant,
    house: MockConfigEntry,
    speaker_in: Callable[[str], str],
    ask: Ask,
    sent: Sent,
) -> None:
    """Not the one of the option."""
    put_into(hass, house, "1003", "Basement")
    await ask("call grandma", device_id=speaker_in("Basement"))
    assert sent("extension/dial_outbound")[0]["extid"] == "1003"


@pytest.mark.usefixtures("house")
async def test_the_phone_that_was_named_calls(ask: Ask, sent: Sent) -> None:
    """By its name."""
    await ask("call grandma from the kitchen phone")
    assert sent("extension/dial_outbound")[0]["extid"] == "1000"


async def test_a_question_if_no_phone_is_meant(
    hass: HomeAssistant, house: MockConfigEntry, ask: Ask, sent: Sent
) -> None:
    """Without an option, and without an area or with two phones in it."""
    await choose(hass, house, voice_extension="")
    assert (await ask("call grandma")).startswith("Which phone should I use?")
    assert not sent("extension/dial_outbound")


async def test_the_area_of_a_satellite_chooses_the_phone(
    hass: HomeAssistant,
    house: MockConfigEntry,
    speaker_in: Callable[[str], str],
    entity_registry: er.EntityRegistry,
    ask: Ask,
    sent: Sent,
) -> None:
    """Its own area, or else that of its device."""
    put_into(hass, house, "1000", "Lounge")
    attic = put_into(hass, house, "1003", "Attic")
    satellite = entity_registry.async_get_or_create(
        "assist_satellite",
        "test",
        "one",
        device_id=speaker_in("Lounge"),
        original_name="Ear",
    ).entity_id
    await ask("call grandma", satellite_id=satellite)
    entity_registry.async_update_entity(satellite, area_id=attic.id)
    await ask("call grandma", satellite_id=satellite)
    assert [body["extid"] for body in sent("extension/dial_outbound")] == [
        "1000",
        "1003",
    ]


async def test_a_question_if_two_phones_are_there(
    hass: HomeAssistant,
    house: MockConfigEntry,
    speaker_in: Callable[[str], str],
    ask: Ask,
) -> None:
    """Neither is guessed, nor the one of the option taken."""
    put_into(hass, house, "1003", "Basement")
    put_into(hass, house, "1002", "Basement")
    answer = await ask("call grandma", device_id=speaker_in("Basement"))
    assert answer == "Which phone, Anna or Workshop?"


async def test_phones_are_not_where_the_pbx_is(
    hass: HomeAssistant,
    house: MockConfigEntry,
    speaker_in: Callable[[str], str],
    ask: Ask,
    sent: Sent,
) -> None:
    """The area of the box, which its phones inherit, says nothing of them."""
    registry = dr.async_get(hass)
    cellar = speaker_in("Cellar")
    listening = registry.async_get(cellar)
    assert listening
    registry.async_update_device(
        house.runtime_data.device_id, area_id=listening.area_id
    )
    await ask("call grandma", device_id=cellar)
    assert sent("extension/dial_outbound")[0]["extid"] == "1001"


# Failures are spoken as well


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("language", BUSY)
async def test_a_busy_phone(
    hass: HomeAssistant, pbx: Simulator, ask: Ask, sent: Sent, language: str
) -> None:
    """In the language of who asked, before anything rings."""
    await speak(hass, language)
    pbx.internal_call("1000", "1002")
    await deliver(hass, pbx)
    sentence, answer = BUSY[language]
    assert await ask(sentence, language) == answer
    assert not sent("extension/dial_extension")


async def test_a_phone_that_is_not_connected(
    hass: HomeAssistant, house: MockConfigEntry, ask: Ask
) -> None:
    """It could not call."""
    await choose(hass, house, voice_extension="1005")
    assert await ask("call Anna") == "Guest room is offline."


@pytest.mark.usefixtures("house")
async def test_a_phone_cannot_call_itself(ask: Ask) -> None:
    """The one of the option is in the office."""
    assert await ask("call the office") == "A phone cannot call itself."


async def test_who_may_not_control_phones_may_not_speak_to_them(
    hass: HomeAssistant, house: MockConfigEntry, ask: Ask, sent: Sent
) -> None:
    """The permissions are those of the actions."""
    await hass.auth.async_create_user("Owner")
    guest = await hass.auth.async_create_user("Guest", group_ids=[GROUP_ID_READ_ONLY])
    answer = await ask("call Anna", context=Context(user_id=guest.id))
    assert answer == "You are not allowed to do that."
    assert not sent("extension/dial_extension")


# Other things than calls


def quiet(pbx: Simulator) -> list[str]:
    """Return which phones are quiet."""
    return [number for number, item in pbx.state.extensions.items() if item.dnd]


@pytest.mark.usefixtures("house")
async def test_hang_up(
    hass: HomeAssistant, pbx: Simulator, ask: Ask, sent: Sent
) -> None:
    """If there is a call."""
    assert await ask("hang up") == "Office is not in a call."
    pbx.internal_call("1001", "1002")
    pbx.answer("1002")
    await deliver(hass, pbx)
    assert await ask("hang up") == "Call ended."
    assert sent("extension/hangup") == [{"extid": "1001"}]


@pytest.mark.usefixtures("house")
async def test_transfer(
    hass: HomeAssistant, pbx: Simulator, ask: Ask, sent: Sent
) -> None:
    """A call with somebody outside, to a phone or to a contact."""
    assert "no outside call" in await ask("transfer the call to the kitchen")
    call = pbx.outside_call("+12125550100", "1001")
    pbx.answer("1001")
    await deliver(hass, pbx)
    answer = await ask("transfer the call to the kitchen")
    assert answer == "Transferring the call to the kitchen."
    (body,) = sent("inbound/transfer_extension")
    assert body == {"inboundid": call.callid, "extid": "1000"}


@pytest.mark.usefixtures("house")
async def test_no_transfer_to_the_phone_that_talks(ask: Ask) -> None:
    """It has the call already."""
    answer = await ask("transfer the call to the office")
    assert answer == "A phone cannot call itself."


@pytest.mark.usefixtures("house")
async def test_which_of_two_calls_to_transfer_is_asked_back(
    hass: HomeAssistant, pbx: Simulator, ask: Ask, sent: Sent
) -> None:
    """None of them is guessed."""
    pbx.outside_call("+12125550100", "1001", trunk="SIP-Home")
    pbx.answer("1001")
    pbx.hold("1001")
    pbx.outgoing_call("1001", "5503302", trunk="SIP-Home")
    await deliver(hass, pbx)
    answer = await ask("transfer the call to the kitchen")
    assert "Grandma" in answer
    assert "5503302" in answer
    assert not sent("inbound/transfer_extension")


@pytest.mark.usefixtures("house")
async def test_transfer_to_a_contact(
    hass: HomeAssistant, pbx: Simulator, ask: Ask, sent: Sent
) -> None:
    """With the permission of the phone that talks, and only whom voice may reach."""
    call = pbx.outside_call("5503301", "1001")
    pbx.answer("1001")
    await deliver(hass, pbx)
    refusal = await ask("transfer the call to the landlord")
    assert refusal.startswith("Calling Landlord by voice is off.")
    assert not sent("inbound/transfer_outbound")
    assert await ask("transfer the call to Grandma") == (
        "Transferring the call to Grandma."
    )
    (body,) = sent("inbound/transfer_outbound")
    assert body["inboundid"] == call.callid
    assert body["outto"] == "+12125550100"


@pytest.mark.parametrize(
    ("language", "sentence", "answer"),
    [
        ("en", "let the kitchen ring", "Kitchen is ringing."),
        ("de", "lass Kitchen klingeln", "Bei Kitchen klingelt es."),
        ("fr", "fais sonner Kitchen", "Ça sonne chez Kitchen."),
    ],
)
async def test_ring(
    hass: HomeAssistant,
    house: MockConfigEntry,
    pbx: Simulator,
    ask: Ask,
    language: str,
    sentence: str,
    answer: str,
) -> None:
    """As the button does, with the prompt of the option; nobody is called."""
    await choose(hass, house, ring_prompt="dinner")
    await speak(hass, language)
    assert await ask(sentence, language) == answer
    await deliver(hass, pbx)
    assert state_of(hass, "sensor.kitchen") == "ringing"
    assert await ask(sentence, language) != answer
    assert len(pbx.calls) == 1


@pytest.mark.usefixtures("house")
async def test_ring_without_a_prompt(pbx: Simulator, ask: Ask) -> None:
    """There is nothing to ring with, and the answer says where to choose it."""
    assert "No ring prompt is set." in await ask("let the kitchen ring")
    assert not pbx.calls


async def test_ring_without_a_button(
    hass: HomeAssistant,
    house: MockConfigEntry,
    pbx: Simulator,
    entity_registry: er.EntityRegistry,
    ask: Ask,
) -> None:
    """Whoever disabled it does not want the phone to ring so."""
    entity_registry.async_update_entity(
        "button.kitchen_ring", disabled_by=er.RegistryEntryDisabler.USER
    )
    await choose(hass, house, ring_prompt="dinner")
    answer = await ask("let the kitchen ring")
    assert answer == "I can't make Kitchen ring here."
    assert not pbx.calls


@pytest.mark.usefixtures("house")
async def test_who_is_calling(hass: HomeAssistant, pbx: Simulator, ask: Ask) -> None:
    """By name, as long as it rings."""
    assert await ask("who is calling?") == "Nobody is calling."
    pbx.outside_call("+12125550100", "1001")
    await deliver(hass, pbx)
    assert await ask("who is calling?") == "Grandma is calling."
    pbx.answer("1001")
    await deliver(hass, pbx)
    assert await ask("who is calling?") == "Nobody is calling."


async def test_who_called(
    hass: HomeAssistant, house: MockConfigEntry, pbx: Simulator, ask: Ask
) -> None:
    """The newest first, each of them once, until somebody saw them."""
    assert await ask("did I miss any calls?") == "You missed no calls."
    await miss(hass, pbx, "+12125550100")
    assert await ask("who called?") == "You missed one call, from Grandma."
    await miss(hass, pbx, "+12125550101", "+12125550100")
    assert await ask("did I miss any calls?") == (
        "You missed 3 calls, from Grandma and Anna Mobile."
    )
    house.runtime_data.async_mark_missed_calls_seen()
    assert await ask("who called?") == "You missed no calls."


@pytest.mark.parametrize(
    ("language", "sentence", "answer"),
    [
        ("de", "wer hat angerufen?", "Du hast einen Anruf verpasst, von Grandma."),
        ("fr", "qui a appelé ?", "Vous avez manqué un appel, de Grandma."),
    ],
)
@pytest.mark.usefixtures("house")
async def test_who_called_in_other_languages(
    hass: HomeAssistant,
    pbx: Simulator,
    ask: Ask,
    language: str,
    sentence: str,
    answer: str,
) -> None:
    """The answer is in the language of the question."""
    await speak(hass, language)
    await miss(hass, pbx, "+12125550100")
    assert await ask(sentence, language) == answer


@pytest.mark.usefixtures("house")
async def test_do_not_disturb_until(
    pbx: Simulator,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The answer says which seven."""
    monkeypatch.setattr(write_queue, "OLD_GAP", 0.0)
    answer = await ask("do not disturb in the kitchen until seven")
    assert re.fullmatch(r"Do not disturb is on for Kitchen until 7:00 [AP]M\.", answer)
    assert quiet(pbx) == ["1000"]
    answer = await ask("do not disturb in the kitchen")
    assert answer == "Do not disturb is on for Kitchen."
    answer = await ask("turn off do not disturb in the kitchen")
    assert answer == "Do not disturb is off for Kitchen."
    assert quiet(pbx) == []
    assert await ask("do not disturb until whenever") == (
        "I didn't understand the time."
    )


async def test_every_call_is_in_the_logbook(
    hass: HomeAssistant,
    house: MockConfigEntry,
    speaker_in: Callable[[str], str],
    ask: Ask,
) -> None:
    """With who asked: a user, or else what heard it."""
    events = async_capture_events(hass, EVENT_YEASTAR_ACTION)
    user = await hass.auth.async_create_user("Owner")
    await ask("call grandma", context=Context(user_id=user.id))
    await ask("call Anna from the kitchen", device_id=speaker_in("Hall"))
    assert [
        (e.data["extension"], e.data["callee"], e.data["asked_by"], e.data["via"])
        for e in events
    ] == [
        ("Office", "Grandma", "Owner", "voice"),
        ("Kitchen", "Anna", "Satellite Hall", "voice"),
    ]


# Sentences


async def test_sentences_are_gone_with_the_pbx(
    hass: HomeAssistant, house: MockConfigEntry, ask: Ask, sent: Sent
) -> None:
    """And with the option."""
    await choose(hass, house, voice_sentences=False)
    assert "Calling" not in await ask("call the kitchen")
    await choose(hass, house, voice_sentences=True)
    assert "Calling" in await ask("call the kitchen")
    await hass.config_entries.async_unload(house.entry_id)
    assert "Calling" not in await ask("call the kitchen")
    assert len(sent("extension/dial_extension")) == 1


async def test_the_languages_of_the_assistants_are_understood(
    hass: HomeAssistant,
    house: MockConfigEntry,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Besides the one of the house."""
    assert "Ich rufe" not in await ask("Ruf Kitchen an", "de")
    pipelines = SimpleNamespace(
        async_get_pipelines=lambda hass: [SimpleNamespace(language="de-CH")]
    )
    monkeypatch.setitem(
        sys.modules, "homeassistant.components.assist_pipeline", pipelines
    )
    hass.config.components.add("assist_pipeline")
    await choose(hass, house)
    assert await ask("who is calling?") == "Nobody is calling."
    assert (
        await ask("Ruf Kitchen an", "de")
        == "Ich rufe Kitchen an. Bitte bei Office abheben."
    )


async def test_a_home_assistant_that_takes_no_sentences_goes_without(
    hass: HomeAssistant,
    house: MockConfigEntry,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The way in is not public, and may be another one tomorrow."""
    with monkeypatch.context() as meanwhile:
        meanwhile.delattr(agent_manager, "get_agent_manager")
        await choose(hass, house)
    assert "use the file of custom sentences instead" in caplog.text
    assert "Calling" not in await ask("call the kitchen")
    assert state_of(hass, "sensor.kitchen") == "idle"
