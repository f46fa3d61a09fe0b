"""What an older version set up goes on as it was."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import CONF_FAMILY, DOMAIN
from custom_components.yeastar.migration import MINOR_VERSION, VERSION, async_migrate
from tests.simulator import Simulator

STATE = "sensor.yeastar_s100_jayson_state"
FORWARDING = "sensor.yeastar_s100_jayson_forwarding"


@dataclass(frozen=True)
class Before:
    """What an entry of version 1.2 had in the registries."""

    device_id: str
    area_id: str
    state_id: str


@pytest.fixture
def before(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> Before:
    """Return a phone that was a child device, with all that a person may change."""
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, minor_version=2)
    serial = str(entry.unique_id)
    pbx = device_registry.async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(DOMAIN, serial)}
    )
    phone = device_registry.async_get_or_create_child(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, f"{serial}_1000")},
        name="Jayson",
        parent_device_id=pbx.id,
    )
    area = ar.async_get(hass).async_create("Study")
    device_registry.async_update_child_device(
        phone.id, area_id=area.id, labels={"important"}, name_by_user="Desk"
    )
    state = entity_registry.async_get_or_create(
        "sensor",
        DOMAIN,
        f"{serial}_1000_state",
        config_entry=entry,
        device_id=phone.id,
        has_entity_name=True,
        original_name="State",
        suggested_object_id="yeastar_s100_jayson_state",
    )
    entity_registry.async_get_or_create(
        "sensor",
        DOMAIN,
        f"{serial}_1000_forwarding",
        config_entry=entry,
        device_id=phone.id,
        disabled_by=er.RegistryEntryDisabler.INTEGRATION,
        entity_category=EntityCategory.DIAGNOSTIC,
        suggested_object_id="yeastar_s100_jayson_forwarding",
    )
    return Before(phone.id, area.id, state.id)


@pytest.fixture
async def migrated(
    hass: HomeAssistant,
    reachable: None,
    pbx: Simulator,
    entry: MockConfigEntry,
    before: Before,
) -> AsyncGenerator[None]:
    """Set the entry up with this version."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.minor_version == MINOR_VERSION
    yield
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.usefixtures("migrated")
async def test_a_phone_keeps_its_device(
    device_registry: dr.DeviceRegistry, before: Before
) -> None:
    """It can show its number then; automations know it by its id."""
    device = device_registry.async_get(before.device_id, include_child_devices=False)
    assert device
    assert device.model == "SIP 1000"
    assert device.name_by_user == "Desk"
    assert device.area_id == before.area_id
    assert device.labels == {"important"}


@pytest.mark.usefixtures("migrated")
async def test_the_entities_of_a_phone_keep_their_ids(
    hass: HomeAssistant, entity_registry: er.EntityRegistry, before: Before
) -> None:
    """Only the name that is shown changes: it is the name of the phone."""
    entity = entity_registry.async_get(STATE)
    assert entity
    assert (entity.id, entity.device_id) == (before.state_id, before.device_id)
    state = hass.states.get(STATE)
    assert state
    assert state.name == "Desk"


@pytest.mark.usefixtures("migrated")
async def test_an_entity_that_is_disabled_stays_so(
    entity_registry: er.EntityRegistry, before: Before
) -> None:
    """At the same device."""
    entity = entity_registry.async_get(FORWARDING)
    assert entity
    assert entity.disabled
    assert entity.device_id == before.device_id


async def test_an_entry_of_the_first_version_is_of_an_s_series(
    hass: HomeAssistant, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    """The entities of forwarding go, which an action took the place of."""
    entry.add_to_hass(hass)
    data = {key: value for key, value in entry.data.items() if key != CONF_FAMILY}
    hass.config_entries.async_update_entry(entry, data=data, minor_version=1)
    kept = {"sensor": "1000_state", "switch": "1000_do_not_disturb"}
    gone = {"select": "1000_always_forward", "text": "1000_always_forward_number"}
    for domain, key in (kept | gone).items():
        entity_registry.async_get_or_create(
            domain, DOMAIN, f"{entry.unique_id}_{key}", config_entry=entry
        )
    assert async_migrate(hass, entry)
    assert (entry.minor_version, entry.data[CONF_FAMILY]) == (MINOR_VERSION, "s_series")
    left = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    assert {entity.domain for entity in left} == set(kept)


async def test_an_entry_of_today_stays_as_it_is(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """And so does that of a newer version that only added something."""
    entry.add_to_hass(hass)
    for minor in (MINOR_VERSION, MINOR_VERSION + 5):
        hass.config_entries.async_update_entry(entry, minor_version=minor)
        before = entry.as_dict()
        assert async_migrate(hass, entry)
        assert entry.as_dict() == before


async def test_an_entry_of_a_version_that_is_not_known_is_left_alone(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Home Assistant says that it cannot be read."""
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, version=VERSION + 1)
    assert not async_migrate(hass, entry)
