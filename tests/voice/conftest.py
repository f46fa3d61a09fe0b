"""A house with phones in rooms, and Home Assistant's own conversation agent."""

from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any

from homeassistant.components.conversation import ConversationResult, async_converse
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import DOMAIN
from custom_components.yeastar.pbx.calls.model import RECORD_SECONDS
from tests.helpers import add_contact, deliver, pass_time
from tests.simulator import Simulator
from tests.simulator.offices import household

type Ask = Callable[..., Coroutine[Any, Any, str]]
type Sent = Callable[[str], list[Any]]


@pytest.fixture
async def pbx(socket_enabled: None) -> AsyncGenerator[Simulator]:
    """Return the PBX of a house."""
    async with Simulator(state=household()) as simulator:
        yield simulator


@pytest.fixture
async def assist(hass: HomeAssistant) -> None:
    """Have Home Assistant's own agent."""
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "conversation", {})


@pytest.fixture
async def house(
    hass: HomeAssistant, assist: None, loaded: MockConfigEntry
) -> MockConfigEntry:
    """Return a PBX that understands sentences and calls with the office's phone."""
    await choose(hass, loaded, voice_sentences=True, voice_extension="1001")
    await add_contact(hass, loaded, "Grandma", "+1 212 555-0100", voice=True)
    await add_contact(hass, loaded, "Anna Mobile", "+1 212 555-0101", voice=True)
    await add_contact(hass, loaded, "Landlord", "+1 212 555-0102")
    return loaded


async def speak(hass: HomeAssistant, language: str) -> None:
    """Let another language be spoken at home."""
    await hass.config.async_update(language=language)
    (entry,) = hass.config_entries.async_loaded_entries(DOMAIN)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()


async def choose(
    hass: HomeAssistant, entry: MockConfigEntry, **options: object
) -> None:
    """Set some options and leave the others as they are."""
    hass.config_entries.async_update_entry(entry, options={**entry.options, **options})
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()


async def converse(
    hass: HomeAssistant, text: str, language: str = "en", **where: Any
) -> ConversationResult:
    """Return what Home Assistant's own agent makes of a sentence."""
    where.setdefault("context", Context())
    where.setdefault("conversation_id", None)
    return await async_converse(hass, text, language=language, **where)


@pytest.fixture
def ask(hass: HomeAssistant) -> Ask:
    """Return how to say something to Assist and hear the answer."""

    async def say(text: str, language: str = "en", **where: Any) -> str:
        result = await converse(hass, text, language, **where)
        speech: str = result.response.speech["plain"]["speech"]
        return speech

    return say


@pytest.fixture
def sent(pbx: Simulator) -> Sent:
    """Return how to look at the bodies that were sent to an endpoint."""

    def bodies(endpoint: str) -> list[Any]:
        return [item.body for item in pbx.requests if item.endpoint == endpoint]

    return bodies


async def miss(hass: HomeAssistant, pbx: Simulator, *numbers: str) -> None:
    """Let the office be called in vain."""
    for number in numbers:
        call = pbx.outside_call(number, "1001")
        await deliver(hass, pbx)
        pbx.outside_hangs_up(call)
        await deliver(hass, pbx)
        await pass_time(hass, RECORD_SECONDS + 1)


def phone_device(
    hass: HomeAssistant, entry: MockConfigEntry, number: str
) -> dr.DeviceEntry:
    """Return the device of an extension."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}_{number}"), entry.entry_id
    )
    assert device
    return device


def put_into(
    hass: HomeAssistant, entry: MockConfigEntry, number: str, area: str
) -> ar.AreaEntry:
    """Put a phone into an area, which is made if there is none of this name."""
    areas = ar.async_get(hass)
    found = areas.async_get_area_by_name(area) or areas.async_create(area)
    device = phone_device(hass, entry, number)
    dr.async_get(hass).async_update_device(device.id, area_id=found.id)
    return found


@pytest.fixture
def speaker_in(hass: HomeAssistant) -> Callable[[str], str]:
    """Return how to get the id of a device that listens in an area."""
    satellites = MockConfigEntry(domain="test")
    satellites.add_to_hass(hass)

    def make(area: str) -> str:
        areas = ar.async_get(hass)
        found = areas.async_get_area_by_name(area) or areas.async_create(area)
        device = dr.async_get(hass).async_get_or_create(
            config_entry_id=satellites.entry_id,
            identifiers={("test", area)},
            name=f"Satellite {area}",
        )
        dr.async_get(hass).async_update_device(device.id, area_id=found.id)
        return device.id

    return make
