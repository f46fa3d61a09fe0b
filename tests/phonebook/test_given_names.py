"""The names that people give in Home Assistant come first, and all of them are understood."""

from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.yeastar.const import DOMAIN, EVENT_YEASTAR_CALL
from custom_components.yeastar.voice.speaker import Speaker
from custom_components.yeastar.voice.spoken_names import find_anybody
from tests.helpers import add_contact, deliver, pass_time, requests_of, state_of
from tests.simulator import Simulator

pytestmark = pytest.mark.usefixtures("entity_registry_enabled_by_default")
AMY = "sensor.amy_connected_party"


def device_of(hass: HomeAssistant, entry: MockConfigEntry, number: str) -> str:
    """Return the id of the device of an extension."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}_{number}"), entry.entry_id
    )
    assert device
    return device.id


@pytest.fixture
async def renamed(hass: HomeAssistant, loaded: MockConfigEntry) -> str:
    """Let Jayson's phone have a name that a person gave it; returns its device."""
    device_id = device_of(hass, loaded, "1000")
    dr.async_get(hass).async_update_device(
        device_id, name_by_user="Living room \u2013 phone"
    )
    await hass.async_block_till_done()
    return device_id


async def dial(hass: HomeAssistant, extension: str, number: str = "1003") -> None:
    """Let an extension call another one."""
    await hass.services.async_call(
        DOMAIN, "dial", {"extension": extension, "number": number}, blocking=True
    )


def callers(pbx: Simulator) -> list[str]:
    """Return which extensions called."""
    return [r.body["caller"] for r in requests_of(pbx, "extension/dial_extension")]


async def test_a_given_name_shows_wherever_calls_show(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    pbx: Simulator,
    loaded: MockConfigEntry,
    renamed: str,
) -> None:
    """In events, states, the log and the cards, also after a reload."""
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    name = "Living room \u2013 phone"
    calls = async_capture_events(hass, EVENT_YEASTAR_CALL)
    pbx.internal_call("1000", "1002")
    await deliver(hass, pbx)
    assert state_of(hass, AMY) == name
    assert calls[0].data["from_name"] == name
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    await pass_time(hass, 5)
    answer: Any = await hass.services.async_call(
        DOMAIN, "get_call_log", {"number": name}, blocking=True, return_response=True
    )
    assert answer["calls"][0]["from_name"] == name
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "yeastar/phone_book"})
    book = (await client.receive_json())["result"]["extensions"]
    assert {"number": "1000", "name": name} in book


async def test_a_name_that_is_given_during_a_call_shows_at_once(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """And the name of the PBX again when it is taken away."""
    pbx.internal_call("1000", "1002")
    await deliver(hass, pbx)
    assert state_of(hass, AMY) == "Jayson"
    for given, shown in (("Hall", "Hall"), (None, "Jayson")):
        dr.async_get(hass).async_update_device(
            device_of(hass, loaded, "1000"), name_by_user=given
        )
        await hass.async_block_till_done()
        assert state_of(hass, AMY) == shown


@pytest.mark.parametrize(
    "said",
    [
        "living room - phone",
        "Living room \u2013 phone",
        "LIVING ROOM PHONE",
        "Jayson",
        "jayson\u00a0",
        "10 00",
        "O\u2019Brien",
        "o'brien",
        "Parlour",
        "Best room",
        "Ring Ring",
    ],
)
async def test_an_extension_is_found_by_each_of_its_names(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    renamed: str,
    said: str,
) -> None:
    """Those of its device, its user, its area and its entities, by action and by voice."""
    area = ar.async_get(hass).async_create("Parlour", aliases={"Best room"})
    dr.async_get(hass).async_update_device(renamed, area_id=area.id)
    entities = er.async_get(hass)
    for entity_id, change in (
        ("sensor.jayson", {"name": "O'Brien"}),
        ("switch.jayson_do_not_disturb", {"aliases": ["Ring  ring"]}),
    ):
        entities.async_update_entity(entity_id, **change)
    await dial(hass, said)
    assert callers(pbx) == ["1000"]
    speaker = Speaker(hass=hass, context=Context(), via="voice")
    assert find_anybody(speaker.pbxs, said).number == "1000"


async def test_a_place_with_two_phones_is_asked_back(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Nothing is guessed."""
    area = ar.async_get(hass).async_create("Parlour")
    for number in ("1000", "1002"):
        device_id = device_of(hass, loaded, number)
        dr.async_get(hass).async_update_device(device_id, area_id=area.id)
    with pytest.raises(ServiceValidationError) as refused:
        await dial(hass, "parlour")
    assert refused.value.translation_key == "extension_ambiguous"
    assert refused.value.translation_placeholders == {
        "name": "parlour",
        "numbers": "1000, 1002",
    }


async def test_a_name_that_is_shown_comes_before_the_name_of_a_place(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """As Amy's phone is in a room that is called like Jayson."""
    area = ar.async_get(hass).async_create("Jayson")
    device_id = device_of(hass, loaded, "1002")
    dr.async_get(hass).async_update_device(device_id, area_id=area.id)
    await dial(hass, "Jayson")
    assert callers(pbx) == ["1000"]


async def test_a_contact_comes_before_the_name_of_a_place(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """A person is called, not the phone in the room."""
    area = ar.async_get(hass).async_create("Grandma")
    device_id = device_of(hass, loaded, "1002")
    dr.async_get(hass).async_update_device(device_id, area_id=area.id)
    await dial(hass, "1000", "grandma")
    assert callers(pbx) == ["1000"]
    await add_contact(hass, loaded, "Grandma", "0611111111")
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    await dial(hass, "1000", "grandma")
    (request,) = requests_of(pbx, "extension/dial_outbound")
    assert request.body["outto"] == "0611111111"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Zwei Leerzeichen", "Zwei  Leerzeichen"),
        ("O'Brien", "O\u2019Brien"),
        ("Jos\u00e9", "jose\u0301"),
        ("Anne-Marie", "Anne\u2011Marie"),
    ],
)
async def test_a_contact_is_found_however_its_name_is_written(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    name: str,
    said: str,
) -> None:
    """By an action, by a filter of the log, and by voice."""
    await add_contact(hass, loaded, name, "0611111111")
    await dial(hass, "1000", said)
    assert len(requests_of(pbx, "extension/dial_outbound")) == 1
    runtime = loaded.runtime_data
    assert runtime.names.outside_fits("0611111111", said)
    assert find_anybody([runtime], said).name == name


async def test_an_error_names_an_extension_as_it_is_shown(
    hass: HomeAssistant, loaded: MockConfigEntry, renamed: str
) -> None:
    """Not by a name that is nowhere else."""
    with pytest.raises(ServiceValidationError, match="Living room"):
        await dial(hass, "Jayson", "1000")
