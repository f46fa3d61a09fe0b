"""Two PBXs in one Home Assistant: a phone calls within its own, and neither is guessed."""

from collections.abc import AsyncGenerator, Callable
from typing import Any

from homeassistant.const import CONF_PORT, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import DOMAIN
from tests.helpers import add_contact, deliver
from tests.simulator import Simulator
from tests.simulator.offices import household

from .conftest import Ask, Sent, choose, put_into


@pytest.fixture
async def neighbour(socket_enabled: None) -> AsyncGenerator[Simulator]:
    """Return a PBX with the same phones and one more."""
    state = household()
    state.device.sn = "another"
    del state.extensions["1002"]
    state.extensions["1003"].username = "Barn"
    async with Simulator(state=state) as simulator:
        yield simulator


@pytest.fixture
async def next_door(
    hass: HomeAssistant, house: MockConfigEntry, neighbour: Simulator
) -> AsyncGenerator[MockConfigEntry]:
    """Return the entry of that PBX, set up beside the one of the house."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Next door",
        unique_id=neighbour.state.device.sn,
        data={
            **house.data,
            CONF_PORT: neighbour.port,
            CONF_WEBHOOK_ID: "fedcba9876543210" * 4,
        },
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


def dialled(pbx: Simulator) -> list[tuple[Any, Any]]:
    """Return which phones were to call whom inside a PBX."""
    return [
        (item.body["caller"], item.body["callee"])
        for item in pbx.requests
        if item.endpoint == "extension/dial_extension"
    ]


@pytest.mark.usefixtures("next_door")
async def test_who_is_called_is_sought_where_the_phone_is(
    pbx: Simulator, neighbour: Simulator, ask: Ask
) -> None:
    """Both houses have a kitchen; only the phone of the option's house calls."""
    assert await ask("call the kitchen") == "Calling the kitchen. Pick up Office."
    assert dialled(pbx) == [("1001", "1000")]
    assert dialled(neighbour) == []


async def test_the_phone_where_it_was_said_chooses_the_pbx(
    hass: HomeAssistant,
    next_door: MockConfigEntry,
    pbx: Simulator,
    neighbour: Simulator,
    speaker_in: Callable[[str], str],
    ask: Ask,
) -> None:
    """The option of the other one does not count there."""
    put_into(hass, next_door, "1003", "Hayloft")
    hayloft = speaker_in("Hayloft")
    assert (
        await ask("call the kitchen", device_id=hayloft)
        == "Calling the kitchen. Pick up Barn."
    )
    assert dialled(neighbour) == [("1003", "1000")]
    assert dialled(pbx) == []


@pytest.mark.usefixtures("next_door")
async def test_who_is_only_in_the_other_pbx_is_nobody(
    pbx: Simulator, neighbour: Simulator, ask: Ask
) -> None:
    """A phone cannot call there."""
    assert await ask("call the barn") == "I couldn't find the barn."
    assert dialled(pbx) == dialled(neighbour) == []


async def test_contacts_are_those_of_the_phones_pbx(
    hass: HomeAssistant, next_door: MockConfigEntry, ask: Ask, sent: Sent
) -> None:
    """The same name next door is another one."""
    await add_contact(hass, next_door, "Grandma", "+1 212 555-0199", voice=True)
    await ask("call grandma")
    assert sent("extension/dial_outbound")[0]["outto"] == "+12125550100"


@pytest.mark.usefixtures("next_door")
async def test_a_phone_that_both_have_is_asked_back(
    pbx: Simulator, neighbour: Simulator, ask: Ask
) -> None:
    """By the name of the PBX, with which it can be named then."""
    answer = await ask("call Workshop from the kitchen")
    assert answer == "Do you mean Kitchen (Yeastar S100) or Kitchen (Next door)?"
    assert dialled(pbx) == dialled(neighbour) == []
    answer = await ask("call the barn from the kitchen next door")
    assert answer == "Calling the barn. Pick up Kitchen."
    assert dialled(neighbour) == [("1000", "1003")]


@pytest.mark.usefixtures("next_door")
async def test_a_call_next_door_is_not_that_of_the_same_number_here(
    hass: HomeAssistant, neighbour: Simulator, ask: Ask
) -> None:
    """Both have a phone 1003; only the barn talks."""
    neighbour.outside_call("5503301", "1003", trunk="SIP-Home")
    neighbour.answer("1003")
    await deliver(hass, neighbour)
    assert await ask("is the workshop on the phone") == (
        "No, Workshop is not on the phone."
    )
    assert await ask("is the barn on the phone") == "Yes, Barn is talking to 5503301."


async def test_two_options_are_asked_back(
    hass: HomeAssistant,
    next_door: MockConfigEntry,
    pbx: Simulator,
    neighbour: Simulator,
    ask: Ask,
) -> None:
    """Each names a phone of its own PBX."""
    await choose(hass, next_door, voice_extension="1003")
    assert await ask("call the kitchen") == "Which phone, Office or Barn?"
    assert dialled(pbx) == dialled(neighbour) == []
    assert (
        await ask("call the kitchen from the barn")
        == "Calling the kitchen. Pick up Barn."
    )
    assert dialled(neighbour) == [("1003", "1000")]


async def test_sentences_are_understood_as_long_as_one_pbx_wants_them(
    hass: HomeAssistant, house: MockConfigEntry, next_door: MockConfigEntry, ask: Ask
) -> None:
    """They are registered once, whoever comes or goes."""
    await choose(hass, next_door, voice_sentences=True)
    assert await ask("who is calling?") == "Nobody is calling."
    await choose(hass, next_door, voice_sentences=False)
    assert await ask("who is calling?") == "Nobody is calling."
    await choose(hass, house, voice_sentences=False)
    assert await ask("who is calling?") != "Nobody is calling."
