"""Who is never reached by voice, whatever was said, and who only if allowed."""

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from phonenumbers import PhoneMetadata
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.voice.scope import is_emergency, is_premium
from tests.helpers import add_contact
from tests.simulator import Simulator

from .conftest import Ask, Sent, choose, phone_device

NOT_EXPOSED = "Kitchen is not exposed to Assist."
NEVER = "I can't dial emergency numbers."


@pytest.mark.parametrize("prefix", ["", "0", "9"])
@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("112", "DE"),
        ("110", "DE"),
        ("911", "US"),
        ("911", "DE"),
        ("112", "US"),
        ("999", "GB"),
        ("15", "FR"),
        ("0112", "DE"),
        ("0110", "DE"),
        ("00112", "DE"),
        ("9911", "US"),
        ("9112", "DE"),
        ("+49112", "DE"),
        ("0049110", "DE"),
        ("112", None),
        ("190", None),
    ],
)
def test_emergency_numbers(number: str, country: str | None, prefix: str) -> None:
    """In every form, with every prefix, in front of the number or not."""
    assert is_emergency(number, prefix, country)
    assert is_emergency(prefix + number, prefix, country)


def test_a_prefix_may_complete_an_emergency_number() -> None:
    """What is dialled counts, not what was said."""
    assert is_emergency("11", "9", "US")


@pytest.mark.parametrize("prefix", ["", "0", "9"])
@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("09001234567", "DE"),
        ("+499001234567", "FR"),
        ("00499001234567", "DE"),
        ("0900123456799", "DE"),
        ("19005551234", "US"),
        ("9005551234", "US"),
        ("+979123456789", "DE"),
        ("0899123456", "FR"),
        ("118500", "FR"),
    ],
)
def test_premium_numbers(number: str, country: str, prefix: str) -> None:
    """At home and abroad, also with digits too many."""
    PhoneMetadata.load_all()
    assert is_premium(number, prefix, country)
    assert is_premium(prefix + number, prefix, country)


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("030123456", "DE"),
        ("+12125550100", "US"),
        ("0911234567", "DE"),
        ("0155123456", "FR"),
        ("08001234567", "DE"),
        ("+442079460000", "DE"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "0", "9"])
def test_usual_numbers(number: str, country: str, prefix: str) -> None:
    """What only looks alike is no harm."""
    assert not is_emergency(number, prefix, country)
    assert not is_premium(number, prefix, country)


@pytest.mark.parametrize("said", ["112", "911", "110", "0112", "9 911"])
async def test_no_emergency_call(
    hass: HomeAssistant, house: MockConfigEntry, ask: Ask, sent: Sent, said: str
) -> None:
    """Not even where any number may be called, nor by a transfer."""
    hass.config.country = "DE"
    await choose(hass, house, voice_scope="any", outside_prefix="9")
    assert (await ask(f"call {said}")).startswith(NEVER)
    assert (await ask(f"transfer the call to {said}")).startswith(NEVER)
    assert not sent("extension/dial_outbound")
    assert not sent("extension/dial_extension")


async def test_an_emergency_is_told_of_before_a_phone_is_asked_for(
    hass: HomeAssistant, house: MockConfigEntry, ask: Ask
) -> None:
    """Nobody shall name one first, only to hear that it is of no use."""
    hass.config.country = "DE"
    await choose(hass, house, voice_scope="any", voice_extension="")
    assert (await ask("call 112")).startswith(NEVER)


async def test_a_contact_is_no_way_around(
    hass: HomeAssistant, house: MockConfigEntry, ask: Ask, sent: Sent
) -> None:
    """Whatever it is called, and though it may be called by voice."""
    hass.config.country = "DE"
    await add_contact(hass, house, "Fire brigade", "112", voice=True)
    await add_contact(hass, house, "Fortune teller", "0900 1234567", voice=True)
    await choose(hass, house, voice_scope="any")
    assert (await ask("call the fire brigade")).startswith(NEVER)
    assert "is a premium number" in await ask("call the fortune teller")
    assert not sent("extension/dial_outbound")


async def test_codes_are_not_dialled(
    hass: HomeAssistant, house: MockConfigEntry, ask: Ask, sent: Sent
) -> None:
    """They hide who calls, or forward a phone."""
    await choose(hass, house, voice_scope="any")
    assert "codes" in await ask("call *31#112")
    assert not sent("extension/dial_outbound")


async def test_other_numbers_only_if_an_option_allows_them(
    hass: HomeAssistant, house: MockConfigEntry, ask: Ask, sent: Sent
) -> None:
    """The refusal says so."""
    hass.config.country = "US"
    answer = await ask("call 212 555 0177")
    assert "can be allowed in the options" in answer
    assert not sent("extension/dial_outbound")
    await choose(hass, house, voice_scope="any")
    assert await ask("call 212 555 0177") == "Calling 2125550177. Pick up Office."
    assert sent("extension/dial_outbound")[0]["outto"] == "2125550177"


@pytest.mark.usefixtures("house")
async def test_a_contact_has_to_allow_it(ask: Ask, sent: Sent) -> None:
    """The refusal says where."""
    answer = await ask("call the landlord")
    assert answer.startswith("Calling Landlord by voice is off. You can allow it")
    assert not sent("extension/dial_outbound")


async def test_a_phone_has_to_be_exposed(
    hass: HomeAssistant, house: MockConfigEntry, ask: Ask, sent: Sent
) -> None:
    """One of its entities is enough; the switch is exposed by default."""
    device = phone_device(hass, house, "1000")
    entries = er.async_entries_for_device(er.async_get(hass), device.id)
    for entry in entries:
        async_expose_entity(hass, "conversation", entry.entity_id, False)
    answer = await ask("call the kitchen")
    assert answer.startswith("Kitchen is not exposed to Assist. You can expose it")
    assert (await ask("call Anna from the kitchen")).startswith(NOT_EXPOSED)
    assert (await ask("do not disturb in the kitchen")).startswith(NOT_EXPOSED)
    assert not sent("extension/dial_extension")
    async_expose_entity(hass, "conversation", entries[0].entity_id, True)
    assert await ask("call the kitchen") == "Calling the kitchen. Pick up Office."


async def test_a_contact_with_the_number_of_a_hidden_phone(
    hass: HomeAssistant, house: MockConfigEntry, ask: Ask, sent: Sent
) -> None:
    """It is the phone that would ring, and that decides."""
    contact_id = await add_contact(hass, house, "Cook", "1999", voice=True)
    data = {"numbers": ["1000"], "voice": True}
    cook = house.subentries[contact_id]
    hass.config_entries.async_update_subentry(house, cook, data=data)
    device = phone_device(hass, house, "1000")
    for entry in er.async_entries_for_device(er.async_get(hass), device.id):
        async_expose_entity(hass, "conversation", entry.entity_id, False)
    assert (await ask("call the cook")).startswith(NOT_EXPOSED)
    assert not sent("extension/dial_extension")


# Nobody is guessed


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("Gramma", "Do you mean Grandma?"),
        ("Mobile", "Do you mean Anna Mobile?"),
        ("Kitchn", "Do you mean Kitchen?"),
        ("Bob", "I couldn't find Bob."),
    ],
)
@pytest.mark.usefixtures("house")
async def test_what_sounds_alike_is_asked_back(
    ask: Ask, sent: Sent, said: str, question: str
) -> None:
    """Even if it is one alone."""
    assert await ask(f"call {said}") == question
    assert not sent("extension/dial_extension")
    assert not sent("extension/dial_outbound")


async def test_two_who_are_meant_are_asked_back(
    hass: HomeAssistant, house: MockConfigEntry, ask: Ask, sent: Sent
) -> None:
    """In the language of who asked."""
    await add_contact(hass, house, "Lena Mobile", "+1 212 555-0104", voice=True)
    await add_contact(hass, house, "Lena Office", "+1 212 555-0105", voice=True)
    assert await ask("call Lena") == "Do you mean Lena Mobile or Lena Office?"
    assert not sent("extension/dial_outbound")


async def test_two_of_the_same_name_are_told_apart_by_number(
    hass: HomeAssistant, pbx: Simulator, house: MockConfigEntry, ask: Ask, sent: Sent
) -> None:
    """And understood by what the question called them."""
    pbx.state.extensions["1003"].username = "Anna"
    await hass.config_entries.async_reload(house.entry_id)
    await hass.async_block_till_done()
    assert await ask("call Anna") == "Do you mean Anna 1002 or Anna 1003?"
    assert not sent("extension/dial_extension")
    assert await ask("call Anna 1003") == "Calling Anna. Pick up Office."
    assert sent("extension/dial_extension")[0]["callee"] == "1003"
