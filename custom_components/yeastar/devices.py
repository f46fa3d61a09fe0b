"""The devices of a PBX: identifiers, what they show, removal."""

from collections.abc import Iterator
from typing import NamedTuple

from homeassistant.const import CONF_HOST, CONF_PORT, CONF_SSL
from homeassistant.core import Event, callback
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)

from .const import DOMAIN
from .phonebook.folding import name_key
from .runtime import YeastarRuntime

MANUFACTURER = "Yeastar"
_TRUNK = "trunk_"
_QUEUE = "queue_"
_CONTACT = "contact_"


def pbx_identifier(runtime: YeastarRuntime) -> tuple[str, str]:
    """Return the identifier of the PBX's device."""
    return (DOMAIN, runtime.serial_number)


def extension_identifier(runtime: YeastarRuntime, number: str) -> tuple[str, str]:
    """Return the identifier of an extension's device."""
    return (DOMAIN, f"{runtime.serial_number}_{number}")


def trunk_identifier(runtime: YeastarRuntime, name: str) -> tuple[str, str]:
    """Return the identifier of a trunk's device."""
    return (DOMAIN, f"{runtime.serial_number}_{_TRUNK}{name}")


def queue_identifier(runtime: YeastarRuntime, number: str) -> tuple[str, str]:
    """Return the identifier of a queue's device."""
    return (DOMAIN, f"{runtime.serial_number}_{_QUEUE}{number}")


def contact_identifier(runtime: YeastarRuntime, contact_id: str) -> tuple[str, str]:
    """Return the identifier of a contact's device."""
    return (DOMAIN, f"{runtime.serial_number}_{_CONTACT}{contact_id}")


class Shown(NamedTuple):
    """What the device of an extension or a trunk shows."""

    name: str
    model: str | None
    manufacturer: str = MANUFACTURER


def shown_extension(runtime: YeastarRuntime, number: str) -> Shown:
    """Return what the device of an extension shows: kind and number as model."""
    extension = runtime.inventory.extensions[number]
    return Shown(extension.name, f"{extension.type} {number}".strip())


def shown_trunk(runtime: YeastarRuntime, name: str) -> Shown:
    """Return what the device of a trunk shows: its kind as model."""
    return Shown(name, runtime.inventory.trunks[name].type or None)


def shown_queue(runtime: YeastarRuntime, number: str) -> Shown:
    """Return what the device of a queue shows: its number as model."""
    return Shown(runtime.inventory.queues[number].name, number)


def extension_device(runtime: YeastarRuntime, number: str) -> dr.DeviceInfo:
    """Return what the entities of an extension say of their device."""
    identifier = extension_identifier(runtime, number)
    return _device_info(runtime, identifier, shown_extension(runtime, number))


def trunk_device(runtime: YeastarRuntime, name: str) -> dr.DeviceInfo:
    """Return what the entities of a trunk say of their device."""
    identifier = trunk_identifier(runtime, name)
    return _device_info(runtime, identifier, shown_trunk(runtime, name))


def queue_device(runtime: YeastarRuntime, number: str) -> dr.DeviceInfo:
    """Return what the entities of a queue say of their device."""
    identifier = queue_identifier(runtime, number)
    return _device_info(runtime, identifier, shown_queue(runtime, number))


def _device_info(
    runtime: YeastarRuntime, identifier: tuple[str, str], shown: Shown
) -> dr.DeviceInfo:
    return dr.DeviceInfo(
        identifiers={identifier},
        manufacturer=shown.manufacturer,
        model=shown.model,
        name=shown.name,
        via_device_id=runtime.device_id,
    )


def registered_device(
    runtime: YeastarRuntime, identifier: tuple[str, str]
) -> dr.DeviceEntry | None:
    """Return a device of a PBX, None if it is not registered."""
    return dr.async_get(runtime.hass).async_get_device_by_identifier(
        identifier, runtime.entry.entry_id
    )


def device_of(runtime: YeastarRuntime, extension: str) -> dr.DeviceEntry | None:
    """Return the device of an extension, None if it is not one of these."""
    if extension not in runtime.inventory.extensions:
        return None
    return registered_device(runtime, extension_identifier(runtime, extension))


def device_id_of(runtime: YeastarRuntime, extension: str) -> str | None:
    """Return the id of the device of an extension, None if it is not one of these."""
    device = device_of(runtime, extension)
    return device.id if device else None


def trunk_device_id(runtime: YeastarRuntime, name: str) -> str | None:
    """Return the id of the device of a trunk, None if it has none."""
    device = registered_device(runtime, trunk_identifier(runtime, name))
    return device.id if device else None


# Names that people gave


@callback
def follow_given_names(runtime: YeastarRuntime) -> None:
    """Let the names that people give devices come before those of the PBX."""
    hass = runtime.hass

    @callback
    def changed(event: Event[dr.EventDeviceRegistryUpdatedData] | None) -> None:
        given = {
            number: device.name_by_user
            for number, device in extension_devices(runtime)
            if device.name_by_user
        }
        if given != runtime.names.given:
            runtime.names.given = given
            runtime.async_names_changed()

    runtime.entry.async_on_unload(
        hass.bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, changed, _is_renamed)
    )
    changed(None)


@callback
def _is_renamed(data: dr.EventDeviceRegistryUpdatedData) -> bool:
    return data["action"] == "update" and "name_by_user" in data["changes"]


def extension_devices(
    runtime: YeastarRuntime,
) -> Iterator[tuple[str, dr.DeviceEntry]]:
    """Return the extensions that have devices, by number, with these."""
    for number in runtime.inventory.extensions:
        if device := device_of(runtime, number):
            yield number, device


def other_names(runtime: YeastarRuntime) -> Iterator[tuple[str, str]]:
    """Return what extensions are called besides the name that is shown, with numbers.

    That is the user's name at the PBX, and the names and aliases that people gave
    areas and entities.
    """
    areas, entities = ar.async_get(runtime.hass), er.async_get(runtime.hass)
    for number, device in extension_devices(runtime):
        for name in runtime.names.names_of(number)[1:]:
            yield name, number
        area = areas.async_get_area(device.area_id) if device.area_id else None
        for name in (area.name, *area.aliases) if area else ():
            yield name, number
        for entry in er.async_entries_for_device(entities, device.id):
            for given in (entry.name, *entry.aliases):
                if isinstance(given, str):
                    yield given, number


def extensions_named(runtime: YeastarRuntime, name: str) -> set[str]:
    """Return the numbers of the extensions that are shown by a name."""
    wanted, names = name_key(name), runtime.names
    return {
        number
        for number in runtime.inventory.extensions
        if name_key(names.of_extension(number) or "") == wanted
    }


def extensions_also_named(runtime: YeastarRuntime, name: str) -> set[str]:
    """Return the numbers of the extensions that have a name among their other ones."""
    wanted = name_key(name)
    return {
        number for other, number in other_names(runtime) if name_key(other) == wanted
    }


# What the registry holds


def shown_members(runtime: YeastarRuntime) -> dict[tuple[str, str], Shown]:
    """Return what the devices of extensions, trunks and queues show, by identifier."""
    inventory = runtime.inventory
    return (
        {
            extension_identifier(runtime, extension.number): shown_extension(
                runtime, extension.number
            )
            for extension in inventory.shown_extensions
        }
        | {
            trunk_identifier(runtime, name): shown_trunk(runtime, name)
            for name in inventory.trunks
        }
        | {
            queue_identifier(runtime, number): shown_queue(runtime, number)
            for number in inventory.queues
        }
    )


@callback
def expect_members(runtime: YeastarRuntime) -> None:
    """Let the inventory look out for what has a device.

    One that was removed while Home Assistant was off is found to be gone by that.
    """
    extensions, trunks, queues = [], [], []
    for _, key in _members_in_registry(runtime):
        if key.startswith(_TRUNK):
            trunks.append(key.removeprefix(_TRUNK))
        elif key.startswith(_QUEUE):
            queues.append(key.removeprefix(_QUEUE))
        else:
            extensions.append(key)
    runtime.inventory.expect(extensions, trunks, queues)


@callback
def update_devices(runtime: YeastarRuntime) -> None:
    """Register the PBX, rename what was renamed, remove what is surely gone."""
    registry = dr.async_get(runtime.hass)
    entry_id = runtime.entry.entry_id
    device = runtime.inventory.device
    pbx = registry.async_get_or_create(
        config_entry_id=entry_id,
        identifiers={pbx_identifier(runtime)},
        manufacturer=MANUFACTURER,
        model=(device.model or device.name) if device else None,
        name=(device and device.name) or runtime.entry.title,
        serial_number=runtime.serial_number,
        sw_version=device.firmware_version if device else None,
        hw_version=device.hardware_version if device else None,
        configuration_url=_web_page(runtime),
    )
    runtime.device_id = pbx.id
    members = shown_members(runtime)
    for member, key in _members_in_registry(runtime):
        identifier = (DOMAIN, f"{runtime.serial_number}_{key}")
        shown = members.get(identifier)
        if _is_gone(runtime, key):
            registry.async_remove_device(member.id)
        elif shown and shown != (member.name, member.model, member.manufacturer):
            registry.async_get_or_create(
                config_entry_id=entry_id,
                identifiers={identifier},
                **shown._asdict(),
            )


def _web_page(runtime: YeastarRuntime) -> str:
    """Return the address of the PBX's web interface."""
    data = runtime.entry.data
    host = f"[{data[CONF_HOST]}]" if ":" in data[CONF_HOST] else data[CONF_HOST]
    scheme = "https" if data[CONF_SSL] else "http"
    return f"{scheme}://{host}:{data[CONF_PORT]}"


def _is_gone(runtime: YeastarRuntime, key: str) -> bool:
    """Return whether what has a device is gone, or not to be shown any more.

    A list that lacks it proves nothing: it may be incomplete.
    """
    inventory = runtime.inventory
    if key.startswith(_TRUNK):
        return key.removeprefix(_TRUNK) in inventory.removed_trunks
    if key.startswith(_QUEUE):
        return key.removeprefix(_QUEUE) in inventory.removed_queues
    return key in inventory.removed_extensions or not inventory.is_shown(key)


def _members_in_registry(runtime: YeastarRuntime) -> list[tuple[dr.DeviceEntry, str]]:
    """Return the devices of extensions, trunks and queues, each with its key."""
    start = f"{runtime.serial_number}_"
    return [
        (device, key)
        for device in dr.async_entries_for_config_entry(
            dr.async_get(runtime.hass), runtime.entry.entry_id
        )
        for domain, identifier in device.identifiers
        if domain == DOMAIN and identifier.startswith(start)
        if not (key := identifier.removeprefix(start)).startswith(_CONTACT)
    ]


def is_present(runtime: YeastarRuntime, identifiers: set[tuple[str, str]]) -> bool:
    """Return whether a device with these identifiers shows what the PBX still has."""
    present = {
        pbx_identifier(runtime),
        *shown_members(runtime),
        *(contact_identifier(runtime, key) for key in runtime.contacts.by_id),
    }
    return not identifiers.isdisjoint(present)
