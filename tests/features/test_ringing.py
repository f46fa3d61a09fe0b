"""Phones that ring because we asked for it: they ring alone, or not by us to the end."""

import asyncio
from collections.abc import AsyncGenerator

from homeassistant.components.button import DOMAIN as BUTTON, SERVICE_PRESS
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import CONF_REPORTS, CONF_RING_PROMPT, DOMAIN
from custom_components.yeastar.runtime import MANY_EXTENSIONS
from tests.actions.words import refused
from tests.helpers import deliver, pass_time, requests_of, state_of
from tests.simulator import Fault, Simulator

SECONDS = 10


@pytest.fixture
async def without_reports(
    hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry
) -> AsyncGenerator[None]:
    """Let a PBX be set up whose reports reach nothing."""
    pbx.poster.attempts = 1
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options={CONF_REPORTS: "off"})
    assert await hass.config_entries.async_setup(entry.entry_id)
    yield
    await hass.config_entries.async_unload(entry.entry_id)


async def ring(hass: HomeAssistant, extension: str = "1000", **data: object) -> None:
    """Let a phone ring."""
    await hass.services.async_call(
        DOMAIN,
        "ring",
        {"extension": extension, "prompt": "111", "seconds": SECONDS, **data},
        blocking=True,
    )


async def time_is_up(hass: HomeAssistant, pbx: Simulator) -> None:
    """Let the seconds pass."""
    await deliver(hass, pbx)
    await pass_time(hass, SECONDS + 1)
    await deliver(hass, pbx)


async def press(hass: HomeAssistant, entity_id: str) -> None:
    """Press a button."""
    await hass.services.async_call(
        BUTTON, SERVICE_PRESS, {ATTR_ENTITY_ID: entity_id}, blocking=True
    )


async def test_a_phone_rings_and_stops(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The action does not wait for the end."""
    await ring(hass)
    await deliver(hass, pbx)
    assert state_of(hass, "sensor.jayson") == "ringing"
    await pass_time(hass, SECONDS - 1)
    assert pbx.calls
    await time_is_up(hass, pbx)
    assert not pbx.calls
    assert state_of(hass, "sensor.jayson") == "idle"
    await ring(hass)
    assert pbx.calls


async def test_who_picked_up_is_left_alone(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The prompt is heard to its end."""
    await ring(hass)
    pbx.answer("1000")
    await time_is_up(hass, pbx)
    assert not requests_of(pbx, "extension/hangup")


async def test_who_picked_up_unseen_is_left_alone(
    hass: HomeAssistant, pbx: Simulator, without_reports: None
) -> None:
    """Without reports it is only seen by asking again at the end."""
    await ring(hass)
    pbx.answer("1000")
    await time_is_up(hass, pbx)
    assert not requests_of(pbx, "extension/hangup")


async def test_without_reports_it_stops_as_well(
    hass: HomeAssistant, pbx: Simulator, without_reports: None
) -> None:
    """As long as nobody else uses a phone."""
    await ring(hass)
    await time_is_up(hass, pbx)
    assert not pbx.calls


async def test_a_call_that_comes_meanwhile_is_not_ended(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The PBX would end it: it ends whatever an extension does."""
    await ring(hass)
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await time_is_up(hass, pbx)
    assert len(pbx.calls) == 2
    assert not requests_of(pbx, "extension/hangup")


@pytest.mark.parametrize("holds", [False, True])
async def test_a_call_that_nobody_tells_of_is_not_ended(
    hass: HomeAssistant, pbx: Simulator, without_reports: None, holds: bool
) -> None:
    """Calls between phones are in no query: a busy phone may be calling this one."""
    if holds:
        pbx.outside_call("5503301", to="1002", trunk="SIP-142")
        pbx.answer("1002")
        pbx.hold("1002")
    await ring(hass)
    if not holds:
        pbx.internal_call("1002", "1000")
    await time_is_up(hass, pbx)
    assert len(pbx.calls) == 2
    assert not requests_of(pbx, "extension/hangup")


async def test_others_who_are_known_to_talk_change_nothing(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """In an office somebody always does."""
    pbx.outside_call("5503301", to="1002", trunk="SIP-142")
    pbx.answer("1002")
    await deliver(hass, pbx)
    await ring(hass)
    await time_is_up(hass, pbx)
    assert [call.destination for call in pbx.calls.values()] == ["1002"]


@pytest.mark.parametrize("fault", [Fault.CLOSE_AFTER, Fault.HTML])
async def test_a_pbx_that_does_not_tell_is_asked_for_nothing(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, fault: Fault
) -> None:
    """What is doing what is not known then."""
    await ring(hass)
    await deliver(hass, pbx)
    pbx.fail_next(fault, 9, "extensionlist/query")
    await time_is_up(hass, pbx)
    assert pbx.calls
    assert not requests_of(pbx, "extension/hangup")


async def test_a_phone_that_is_not_there_is_not_called_busy(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Who looks for a handset is told that its battery may be flat."""
    with refused("ring_unreachable"):
        await ring(hass, "1001")
    assert not requests_of(pbx, "extension/playprompt")


async def test_only_an_idle_phone_rings(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Whoever talks is not disturbed, even if nothing was reported yet."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.answer("1000")
    with refused("ring_not_idle"):
        await ring(hass)
    assert not requests_of(pbx, "extension/playprompt")


async def ring_again_and_again(hass: HomeAssistant, pbx: Simulator) -> None:
    """Let a phone ring, be picked up and put down, and ring again at once."""
    for times in (1, 2, 3):
        await ring(hass)
        assert len(requests_of(pbx, "extension/playprompt")) == times
        pbx.answer("1000")
        pbx.hang_up("1000")
        await deliver(hass, pbx)
    await time_is_up(hass, pbx)
    assert not requests_of(pbx, "extension/hangup")


async def test_a_phone_that_was_picked_up_and_put_down_rings_again(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Its call is over."""
    await ring_again_and_again(hass, pbx)


async def test_a_phone_of_which_nothing_is_told_rings_again(
    hass: HomeAssistant, pbx: Simulator, without_reports: None
) -> None:
    """The PBX is asked, which says that it is idle."""
    await ring_again_and_again(hass, pbx)


async def test_a_phone_that_rings_does_not_ring_twice(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The first ringing still ends in time."""
    await ring(hass)
    await deliver(hass, pbx)
    with refused("ring_not_idle"):
        await ring(hass)
    assert len(requests_of(pbx, "extension/playprompt")) == 1
    await time_is_up(hass, pbx)
    assert not pbx.calls


async def test_a_phone_rings_once_at_a_time(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Two who press the doorbell make it ring once; it can ring again later."""
    results = await asyncio.gather(ring(hass), ring(hass), return_exceptions=True)
    assert [type(result) for result in results].count(type(None)) == 1
    assert len(requests_of(pbx, "extension/playprompt")) == 1


@pytest.mark.parametrize("picked_up", [False, True])
async def test_an_unload_ends_only_what_rings(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, picked_up: bool
) -> None:
    """Nobody would be there to end it later."""
    await ring(hass)
    if picked_up:
        pbx.answer("1000")
    await deliver(hass, pbx)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert bool(pbx.calls) is picked_up


async def test_an_unload_does_not_wait_for_long(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A PBX that hangs holds nothing up."""
    monkeypatch.setattr(
        "custom_components.yeastar.features.ringing.GOODBYE_SECONDS", 0.1
    )
    await ring(hass)
    pbx.fail_next(Fault.HANG, 1, "extensionlist/query")
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert pbx.calls


async def test_an_unload_while_it_begins(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Leaves no timer behind."""
    pbx.latency = 0.05
    begins = asyncio.create_task(ring(hass))
    while not requests_of(pbx, "extension/playprompt"):
        await asyncio.sleep(0.01)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    await asyncio.wait([begins])


# Buttons


async def test_the_button_rings_with_the_prompt_of_the_option(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Without one it says where to enter it."""
    with refused("ring_prompt_needed"):
        await press(hass, "button.jayson_ring")
    assert not requests_of(pbx, "extension/playprompt")
    hass.config_entries.async_update_entry(loaded, options={CONF_RING_PROMPT: "111"})
    await press(hass, "button.jayson_ring")
    (request,) = requests_of(pbx, "extension/playprompt")
    assert request.body == {"extid": "1000", "prompt": "111", "autoanswer": "no"}


async def test_the_button_hangs_up(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Or says that there is nothing to hang up."""
    with refused("pbx_no_call", HomeAssistantError):
        await press(hass, "button.amy_hang_up")
    pbx.outside_call("5503301", to="1002", trunk="SIP-142")
    pbx.answer("1002")
    await press(hass, "button.amy_hang_up")
    assert not pbx.calls


async def test_a_large_pbx_has_no_such_buttons_but_those_it_had(
    hass: HomeAssistant,
    reachable: None,
    entity_registry: er.EntityRegistry,
    pbx: Simulator,
    entry: MockConfigEntry,
) -> None:
    """It would have too many; those of a small PBX that grew stay."""
    for number in range(2000, 2000 + MANY_EXTENSIONS):
        pbx.add_extension(str(number), f"Phone {number}")
    entry.add_to_hass(hass)
    entity_registry.async_get_or_create(
        "button", DOMAIN, f"{entry.unique_id}_1002_ring", config_entry=entry
    )
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    found = {
        entity.unique_id
        for entity in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
        if entity.unique_id.endswith(("_ring", "_hang_up"))
    }
    assert found == {f"{entry.unique_id}_1002_ring"}
    await hass.config_entries.async_unload(entry.entry_id)
