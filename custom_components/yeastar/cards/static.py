"""Gives the cards to the frontend, where there is one."""

from hashlib import sha256
from pathlib import Path

from homeassistant.components.http import StaticPathConfig
from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_integration

from ..const import DOMAIN

FILE = Path(__file__).parents[1] / "www" / "yeastar-cards.js"
ADDRESS = f"/{DOMAIN}/{FILE.name}"


async def async_setup_card(hass: HomeAssistant) -> None:
    """Serve the cards and let every dashboard load them.

    Browsers keep the file for a month, so its address changes when it does.
    """
    if "frontend" not in hass.config.components:
        return
    # Its dependencies are large, and not there in every Home Assistant.
    from homeassistant.components.frontend import add_extra_js_url

    digest = await hass.async_add_executor_job(_digest)
    integration = await async_get_integration(hass, DOMAIN)
    await hass.http.async_register_static_paths(
        [StaticPathConfig(ADDRESS, str(FILE), cache_headers=True)]
    )
    add_extra_js_url(hass, f"{ADDRESS}?v={integration.version}-{digest}")


def _digest() -> str:
    return sha256(FILE.read_bytes()).hexdigest()[:8]
