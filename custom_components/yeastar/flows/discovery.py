"""Which PBX a device is that DHCP saw, and whether it moves by itself."""

import asyncio
import socket

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util.network import is_ip_address

from ..const import CONF_FINGERPRINT, CONF_OLD_TLS, DOMAIN
from ..pbx.certificate import shows_certificate


@callback
def async_entry_by_mac(hass: HomeAssistant, mac: str) -> ConfigEntry | None:
    """Return the entry of the PBX that was seen with this hardware address."""
    devices = dr.async_get(hass).async_get_devices(
        connections={(dr.CONNECTION_NETWORK_MAC, mac)}
    )
    entries = (
        hass.config_entries.async_get_entry(device.config_entry_id)
        for device in devices
    )
    return next((entry for entry in entries if entry and entry.domain == DOMAIN), None)


async def async_is_at(entry: ConfigEntry, address: str) -> bool:
    """Return whether an entry's host is an address, or a name that leads to it."""
    host = entry.data[CONF_HOST]
    if host == address or is_ip_address(host):
        return bool(host == address)
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError, UnicodeError:
        return False
    return address in {sockaddr[0] for *_, sockaddr in found}


@callback
def async_remember_mac(hass: HomeAssistant, entry: ConfigEntry, mac: str) -> None:
    """Let the device of a PBX be known by the hardware address at its host."""
    registry = dr.async_get(hass)
    for device in registry.async_get_devices(
        identifiers={(DOMAIN, entry.unique_id or "")}, config_entry_id=entry.entry_id
    ):
        registry.async_update_device(
            device.id,
            new_connections=device.connections | {(dr.CONNECTION_NETWORK_MAC, mac)},
        )


async def async_has_moved(entry: ConfigEntry, host: str) -> bool:
    """Return whether a host has the certificate of the PBX and its key, and it alone.

    If the former address shows it as well, the host may be a relay to it. No request
    is sent. A PBX without TLS, or whose certificate is verified in the
    usual way, is not known by its certificate.
    """
    sha256 = entry.data.get(CONF_FINGERPRINT)
    if sha256 is None:
        return False
    port, old_tls = entry.data[CONF_PORT], entry.data.get(CONF_OLD_TLS, False)
    return await shows_certificate(
        host, port, sha256, old_tls=old_tls
    ) and not await shows_certificate(
        entry.data[CONF_HOST], port, sha256, old_tls=old_tls
    )
