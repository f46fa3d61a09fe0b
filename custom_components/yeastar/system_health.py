"""System health of the PBXs: is each reached, and do its reports reach us?"""

from homeassistant.components import system_health
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .runtime import YeastarConfigEntry

_ARRIVAL = {
    True: "reports arrive",
    False: "reports do not arrive",
    None: "no reports yet",
}


@callback
def async_register(
    hass: HomeAssistant, register: system_health.SystemHealthRegistration
) -> None:
    """Register what the page of system health asks for."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, str]:
    """Return a line for each PBX; nothing is sent for it, polls know."""
    entries: list[YeastarConfigEntry] = hass.config_entries.async_entries(
        DOMAIN, include_ignore=False, include_disabled=False
    )
    return {
        # Two boxes of the same model have the same name.
        f"{entry.title} ({(entry.unique_id or '')[-4:]})": _health(entry)
        for entry in entries
    }


def _health(entry: YeastarConfigEntry) -> str:
    if entry.state is not ConfigEntryState.LOADED:
        return f"not set up ({entry.state.value})"
    runtime = entry.runtime_data
    device = runtime.inventory.device
    return ", ".join(
        [
            "reachable" if runtime.is_available else "not reachable",
            f"firmware {device.firmware_version}" if device else "firmware unknown",
            _ARRIVAL[runtime.health.works],
        ]
    )
