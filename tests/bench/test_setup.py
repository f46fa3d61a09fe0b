"""What a PBX of 500 phones adds to the start, the memory and the network."""

from collections.abc import Awaitable, Callable
import gc
import time
import tracemalloc
from typing import override

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import ChildDeviceInfo
from homeassistant.helpers.entity import Entity
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockEntityPlatform,
)

from custom_components.yeastar.push import ReportReceiver
from tests.bench.bodies import extension_status
from tests.bench.conftest import CALLS, EXTENSIONS, Note, office
from tests.helpers import pass_time

MEASURED = 200
"""Phones to weigh; looking at memory makes everything slow."""
MINUTES = 10


class BareEntity(Entity):
    """An entity that shows nothing."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, parent_id: str, like: er.RegistryEntry) -> None:
        """Be registered like one of ours."""
        number = like.unique_id.split("_")[1]
        self._attr_name = like.original_name
        self._attr_unique_id = like.unique_id
        self._attr_entity_registry_enabled_default = not like.disabled
        self._attr_device_info = ChildDeviceInfo(
            identifiers={("bare", number)}, name=number, parent_device_id=parent_id
        )

    @property
    @override
    def state(self) -> str:
        return "idle"


async def add_bare(hass: HomeAssistant, like: list[er.RegistryEntry]) -> None:
    """Add as many entities and devices as ours are, that do nothing."""
    entry = MockConfigEntry(domain="bare")
    entry.add_to_hass(hass)
    parent = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("bare", "pbx")}
    )
    platform = MockEntityPlatform(hass, domain="sensor", platform_name="bare")
    platform.config_entry = entry
    await platform.async_add_entities([BareEntity(parent.id, one) for one in like])
    await hass.async_block_till_done()


def entities_of(hass: HomeAssistant, entry: ConfigEntry) -> list[er.RegistryEntry]:
    """Return what is registered for an entry."""
    return er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)


@pytest.mark.usefixtures("reachable")
async def test_setup_time(hass: HomeAssistant, note: Note) -> None:
    """How long the processor is busy with the setup."""
    # Once before, since the first one imports.
    async with office(hass, 10, 1):
        pass
    begin = time.process_time()
    async with office(hass) as (entry, _):
        ours = time.process_time() - begin
        like = entities_of(hass, entry)
    begin = time.process_time()
    await add_bare(hass, like)
    floor = time.process_time() - begin
    what = f"Setup of {EXTENSIONS} phones, {CALLS} calls"
    note(what, ours, "s", floor=floor, of=f"{len(like)} bare entities")


async def weigh(work: Callable[[], Awaitable[object]]) -> float:
    """Return how many KiB more there are after some work."""
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    await work()
    gc.collect()
    return (tracemalloc.get_traced_memory()[0] - before) / 1024


@pytest.mark.usefixtures("reachable")
async def test_memory(hass: HomeAssistant, note: Note) -> None:
    """How much memory a phone takes, with its device and entities."""
    async with office(hass, 10, 1):
        pass
    setup = office(hass, MEASURED, 0)
    tracemalloc.start()
    try:
        ours = await weigh(setup.__aenter__)
        (entry,) = hass.config_entries.async_entries("yeastar")
        like = entities_of(hass, entry)
        floor = await weigh(lambda: add_bare(hass, like))
    finally:
        tracemalloc.stop()
        await setup.__aexit__(None, None, None)
    each = len(like) / MEASURED
    note(
        "Memory of a phone",
        ours / MEASURED,
        "KiB",
        floor=floor / MEASURED,
        of=f"its {each:.0f} entities, bare",
    )


@pytest.mark.usefixtures("reachable")
async def test_requests(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, note: Note
) -> None:
    """How many requests a minute the PBX gets when its reports arrive."""
    for calls in (0, CALLS):
        async with office(hass, EXTENSIONS, calls) as (entry, pbx):
            ReportReceiver(hass, entry).async_receive(extension_status(2400, False))
            # What is asked once after the start.
            for _ in range(6):
                freezer.tick(10)
                await pass_time(hass, 0)
            before = pbx.requests.total()
            for _ in range(6 * MINUTES):
                freezer.tick(10)
                await pass_time(hass, 0)
            asked = (pbx.requests.total() - before) / MINUTES
        polls = 6 if calls else 2
        what = f"Requests a minute with {calls} calls"
        note(what, asked, "1/min", floor=3 * polls, of=f"{polls} polls of 3")
