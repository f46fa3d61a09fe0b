"""Text messages to contacts: an entity each, as long as there is a GSM trunk."""

from collections.abc import Callable, Coroutine
from typing import Any

from homeassistant.auth.const import GROUP_ID_USER
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from tests.actions.words import refused
from tests.helpers import add_contact, learn_slow_facts, requests_of, state_of
from tests.simulator import Simulator

TRUNK = "GSM-trunk"
SMS = "notify.grandma"

type Send = Callable[..., Coroutine[Any, Any, None]]


@pytest.fixture
async def one_trunk(pbx: Simulator) -> None:
    """Leave the PBX one GSM trunk."""
    pbx.remove_trunk("GSM2-8")


@pytest.fixture
def send(hass: HomeAssistant) -> Send:
    """Return how to write to Grandma."""

    async def call(message: str, title: str | None = None, user_id: str = "") -> None:
        data = {"entity_id": SMS, "message": message}
        if title:
            data["title"] = title
        await hass.services.async_call(
            "notify",
            "send_message",
            data,
            blocking=True,
            context=Context(user_id=user_id or None),
        )

    return call


async def add_grandma(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    """Add a contact who can read messages."""
    return await add_contact(
        hass,
        entry,
        "Grandma",
        "+1 212 555 1234",
        "+1 917 555 0100",
        sms_number="+1 917 555 0100",
    )


async def look_at_trunks(hass: HomeAssistant, pbx: Simulator) -> None:
    """Let the PBX name its trunks so often that one it does not name is gone."""
    for _ in range(3):
        await learn_slow_facts(hass, pbx)


@pytest.mark.usefixtures("one_trunk")
async def test_a_contact_is_written_to(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    send: Send,
) -> None:
    """At the number for messages, through the GSM trunk."""
    await add_grandma(hass, loaded)
    assert state_of(hass, SMS) == "unknown"
    await send("Lunch?")
    assert pbx.sms_sent == [(TRUNK, "+19175550100", "Lunch?")]
    assert state_of(hass, SMS) not in ("unknown", STATE_UNAVAILABLE)


@pytest.mark.usefixtures("one_trunk")
async def test_a_title_is_the_first_line(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, send: Send
) -> None:
    """A text message has no other place for it."""
    await add_grandma(hass, loaded)
    await send("Water in the cellar", "Alarm")
    assert pbx.sms_sent[0][2] == "Alarm\nWater in the cellar"


async def test_of_several_trunks_the_option_says_which(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, send: Send
) -> None:
    """Without it the sentence names them, and nothing is sent."""
    await add_grandma(hass, loaded)
    with refused("gsm_trunk_needed"):
        await send("Lunch?")
    assert not requests_of(pbx, "sms/send")
    hass.config_entries.async_update_entry(loaded, options={"sms_trunk": TRUNK})
    await send("Lunch?")
    assert pbx.sms_sent[0][0] == TRUNK


@pytest.mark.usefixtures("one_trunk")
@pytest.mark.parametrize(
    ("message", "key"),
    [
        (" ", "message_empty"),
        ("x" * 2001, "message_too_long"),
    ],
)
async def test_what_the_pbx_cannot_send_is_refused_in_words(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    send: Send,
    message: str,
    key: str,
) -> None:
    """As the action does, and before anything is sent."""
    await add_grandma(hass, loaded)
    with refused(key):
        await send(message)
    assert not requests_of(pbx, "sms/send")


@pytest.mark.usefixtures("one_trunk")
async def test_emoji_do_not_keep_an_alarm_from_going_out(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, send: Send
) -> None:
    """Another sign takes their place."""
    await add_grandma(hass, loaded)
    await send("\U0001f525 Fire!")
    assert pbx.sms_sent[-1][2] == "* Fire!"


@pytest.mark.usefixtures("one_trunk")
async def test_a_refusal_of_the_pbx_is_no_message(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, send: Send
) -> None:
    """It is raised, and the entity does not say that one was sent."""
    await add_grandma(hass, loaded)
    pbx.refuse_next(10027, "sms/send")
    with refused("pbx_gsm_module_busy", HomeAssistantError):
        await send("Lunch?")
    assert state_of(hass, SMS) == "unknown"


@pytest.mark.usefixtures("one_trunk")
async def test_outside_numbers_may_be_left_to_administrators(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, send: Send
) -> None:
    """Then other people cannot write to contacts either; automations can."""
    options = {"outside_calls": "administrators"}
    hass.config_entries.async_update_entry(loaded, options=options)
    await hass.auth.async_create_user("Owner")
    user = await hass.auth.async_create_user("Ordinary", group_ids=[GROUP_ID_USER])
    await add_grandma(hass, loaded)
    with refused("outside_administrators"):
        await send("Lunch?", user_id=user.id)
    assert not pbx.sms_sent
    await send("Lunch?")
    assert pbx.sms_sent


async def test_a_contact_without_a_number_for_messages_has_no_entity(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Nor a device."""
    await add_contact(hass, loaded, "Grandma", "+1 212 555 1234")
    assert hass.states.get(SMS) is None


async def test_a_contact_is_a_device_that_belongs_to_its_subentry(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    device_registry: dr.DeviceRegistry,
) -> None:
    """A service, reached through the PBX."""
    contact_id = await add_grandma(hass, loaded)
    entity = entity_registry.async_get(SMS)
    assert entity
    assert entity.config_subentry_id == contact_id
    assert entity.unique_id == f"{loaded.unique_id}_contact_{contact_id}_sms"
    device = device_registry.async_get(entity.device_id or "")
    assert isinstance(device, dr.DeviceEntry)
    assert device.config_subentry_id == contact_id
    assert device.entry_type is dr.DeviceEntryType.SERVICE
    assert device.via_device_id == loaded.runtime_data.device_id


async def test_entities_follow_contacts_without_a_reload(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Renamed, without a number for messages, with one again, and removed."""
    contact_id = await add_grandma(hass, loaded)
    subentry = loaded.subentries[contact_id]
    update = hass.config_entries.async_update_subentry
    update(loaded, subentry, title="Granny")
    await hass.async_block_till_done()
    state = hass.states.get(SMS)
    assert state
    assert state.name == "Granny"

    with_number = dict(subentry.data)
    update(loaded, subentry, data={**with_number, "sms_number": ""})
    await hass.async_block_till_done()
    assert hass.states.get(SMS) is None
    update(loaded, subentry, data=with_number)
    await hass.async_block_till_done()
    entities = hass.states.async_entity_ids("notify")
    assert len(entities) == 1

    hass.config_entries.async_remove_subentry(loaded, contact_id)
    await hass.async_block_till_done()
    assert not hass.states.async_entity_ids("notify")


async def test_a_changed_number_is_used_at_once(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, send: Send
) -> None:
    """The next message goes to the new one."""
    hass.config_entries.async_update_entry(loaded, options={"sms_trunk": TRUNK})
    contact_id = await add_grandma(hass, loaded)
    hass.config_entries.async_update_subentry(
        loaded,
        loaded.subentries[contact_id],
        data={"numbers": ["2"], "sms_number": "2", "voice": False},
    )
    await send("Lunch?")
    assert pbx.sms_sent[0][1] == "2"


async def test_without_a_gsm_trunk_there_is_no_entity(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """They go with the last GSM trunk, and come with the first."""
    await add_grandma(hass, loaded)
    pbx.remove_trunk("GSM2-8")
    await look_at_trunks(hass, pbx)
    assert hass.states.async_entity_ids("notify")
    pbx.remove_trunk(TRUNK)
    await look_at_trunks(hass, pbx)
    assert not hass.states.async_entity_ids("notify")
    pbx.add_trunk(TRUNK, type="GSM", status="Idle")
    await look_at_trunks(hass, pbx)
    assert hass.states.async_entity_ids("notify")


async def test_contacts_come_back_after_a_reload(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """The same entity, once."""
    await add_grandma(hass, loaded)
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert hass.states.async_entity_ids("notify") == [SMS]
    assert state_of(hass, SMS) != STATE_UNAVAILABLE


@pytest.fixture
async def page(hass: HomeAssistant) -> None:
    """Let there be a page of devices: no web server that runs takes a new one."""
    for component in ("websocket_api", "config"):
        assert await async_setup_component(hass, component, {})


async def test_the_device_of_a_contact_is_not_deleted_by_itself(
    hass: HomeAssistant,
    page: None,
    hass_ws_client: WebSocketGenerator,
    loaded: MockConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    """It goes with the contact, which would otherwise be left without its entity."""
    await add_grandma(hass, loaded)
    entity = entity_registry.async_get(SMS)
    assert entity
    assert entity.device_id
    client = await hass_ws_client()
    answer = await client.remove_device(entity.device_id)
    assert not answer["success"]
    assert hass.states.get(SMS)
