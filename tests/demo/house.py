"""What Home Assistant knows of the PBX, found in its registries.

Entity ids are Home Assistant's choice, so they are looked up by unique id.
"""

import asyncio
from dataclasses import dataclass, field

from .client import HomeAssistantClient
from .process import DemoError

FIND_TIMEOUT = 30.0


@dataclass
class Part:
    """An extension or a trunk: its entity ids by the key of the entity."""

    name: str
    entities: dict[str, str] = field(default_factory=dict)


@dataclass
class House:
    """The PBX's devices with their entities."""

    pbx: Part
    extensions: dict[str, Part]
    trunks: dict[str, Part]

    @property
    def is_complete(self) -> bool:
        """Tell whether the platforms have all added something."""
        parts = (*self.extensions.values(), *self.trunks.values())
        return bool(parts) and all(
            len(part.entities) > 1 for part in (self.pbx, *parts)
        )


async def find_house(client: HomeAssistantClient, entry_id: str) -> House:
    """Wait for the entities of a PBX's config entry and return them."""
    try:
        async with asyncio.timeout(FIND_TIMEOUT):
            while not (house := await _look(client, entry_id)).is_complete:
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise DemoError(
            "The PBX's entities did not all appear in Home Assistant."
        ) from None
    return house


async def _look(client: HomeAssistantClient, entry_id: str) -> House:
    devices = {
        device["id"]: device["name_by_user"] or device["name"]
        for device in await client.command("config/device_registry/list")
    }
    entries = {
        entry["unique_id"]: entry
        for entry in await client.command("config/entity_registry/list")
        if entry["config_entry_id"] == entry_id and not entry["disabled_by"]
    }
    house = House(Part("PBX"), {}, {})
    serial = next(
        (
            key.removesuffix("inbound_calls")
            for key in entries
            if key.endswith("_inbound_calls")
        ),
        "",
    )
    for unique_id, entry in entries.items():
        own = unique_id.removeprefix(serial)
        if own.startswith(("queue_", "contact_")):
            continue
        name = devices[entry["device_id"]]
        if own.startswith("trunk_"):
            trunk, _, key = own.removeprefix("trunk_").rpartition("_")
            part = house.trunks.setdefault(trunk, Part(name))
        elif own[0].isdigit():
            number, _, key = own.partition("_")
            part = house.extensions.setdefault(number, Part(name))
        else:
            key, part = own, house.pbx
            part.name = name
        part.entities[key] = entry["entity_id"]
    return house
