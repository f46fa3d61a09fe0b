"""The devices of a PBX: identifiers, parents and children, removal."""

from homeassistant.const import CONF_HOST, CONF_PORT, CONF_SSL
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr

from .const import DOMAIN
from .runtime import YeastarRuntime

_TRUNK = "trunk_"
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


def contact_identifier(runtime: YeastarRuntime, contact_id: str) -> tuple[str, str]:
    """Return the identifier of a contact's device."""
    return (DOMAIN, f"{runtime.serial_number}_{_CONTACT}{contact_id}")


def device_id_of(runtime: YeastarRuntime, extension: str) -> str | None:
    """Return the id of the device of an extension, None if it is not one of these."""
    if extension not in runtime.inventory.extensions:
        return None
    device = dr.async_get(runtime.hass).async_get_child_device_by_identifier(
        extension_identifier(runtime, extension), runtime.entry.entry_id
    )
    return device.id if device else None


def member_names(runtime: YeastarRuntime) -> dict[tuple[str, str], str]:
    """Return the names of the devices of extensions and trunks, by identifier."""
    return {
        extension_identifier(runtime, extension.number): extension.name
        for extension in runtime.inventory.shown_extensions
    } | {trunk_identifier(runtime, name): name for name in runtime.inventory.trunks}


@callback
def expect_members(runtime: YeastarRuntime) -> None:
    """Let the inventory look out for extensions and trunks that have a device.

    One that was removed while Home Assistant was off is found to be gone by that.
    """
    extensions, trunks = [], []
    for _, key in _members_in_registry(runtime):
        if key.startswith(_TRUNK):
            trunks.append(key.removeprefix(_TRUNK))
        else:
            extensions.append(key)
    runtime.inventory.expect(extensions, trunks)


@callback
def update_devices(runtime: YeastarRuntime) -> None:
    """Register the PBX, rename what was renamed, remove what is surely gone."""
    registry = dr.async_get(runtime.hass)
    entry_id = runtime.entry.entry_id
    device = runtime.inventory.device
    pbx = registry.async_get_or_create(
        config_entry_id=entry_id,
        identifiers={pbx_identifier(runtime)},
        manufacturer="Yeastar",
        model=(device.model or device.name) if device else None,
        name=(device and device.name) or runtime.entry.title,
        serial_number=runtime.serial_number,
        sw_version=device.firmware_version if device else None,
        hw_version=device.hardware_version if device else None,
        configuration_url=_web_page(runtime),
    )
    runtime.device_id = pbx.id
    names = member_names(runtime)
    for member, key in _members_in_registry(runtime):
        identifier = (DOMAIN, f"{runtime.serial_number}_{key}")
        if _is_gone(runtime, key):
            registry.async_remove_device(member.id)
        elif identifier in names and member.name != names[identifier]:
            registry.async_get_or_create_child(
                config_entry_id=entry_id,
                identifiers={identifier},
                name=names[identifier],
                parent_device_id=pbx.id,
            )


def _web_page(runtime: YeastarRuntime) -> str:
    """Return the address of the PBX's web interface."""
    data = runtime.entry.data
    host = f"[{data[CONF_HOST]}]" if ":" in data[CONF_HOST] else data[CONF_HOST]
    scheme = "https" if data[CONF_SSL] else "http"
    return f"{scheme}://{host}:{data[CONF_PORT]}"


def _is_gone(runtime: YeastarRuntime, key: str) -> bool:
    """Return whether an extension or a trunk is gone, or not to be shown any more.

    A list that lacks it proves nothing: it may be incomplete.
    """
    inventory = runtime.inventory
    if key.startswith(_TRUNK):
        return key.removeprefix(_TRUNK) in inventory.removed_trunks
    return key in inventory.removed_extensions or not inventory.is_shown(key)


def _members_in_registry(
    runtime: YeastarRuntime,
) -> list[tuple[dr.ChildDeviceEntry, str]]:
    """Return the devices of extensions and trunks, each with its key."""
    start = f"{runtime.serial_number}_"
    found = []
    for device in dr.async_child_entries_for_config_entry(
        dr.async_get(runtime.hass), runtime.entry.entry_id
    ):
        for domain, identifier in device.identifiers:
            if domain == DOMAIN and identifier.startswith(start):
                found.append((device, identifier.removeprefix(start)))
    return found


def is_present(runtime: YeastarRuntime, identifiers: set[tuple[str, str]]) -> bool:
    """Return whether a device with these identifiers shows what the PBX still has."""
    present = {
        pbx_identifier(runtime),
        *member_names(runtime),
        *(contact_identifier(runtime, key) for key in runtime.contacts.by_id),
    }
    return not identifiers.isdisjoint(present)
