"""Where the PBX is to post its reports, as the options say."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components import webhook
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant

from ..const import (
    CONF_PBX_REPORT_PORT,
    CONF_REPORT_ADDRESS,
    CONF_REPORT_PORT,
    CONF_REPORTS,
    DEFAULT_PBX_REPORT_PORT,
    DEFAULT_REPORT_PORT,
    ReportWay,
)
from ..pbx.s_series.client import ReportTarget


def report_way(options: Mapping[str, Any]) -> ReportWay:
    """Return how reports arrive."""
    return ReportWay(options.get(CONF_REPORTS, ReportWay.HOME_ASSISTANT))


def own_port(options: Mapping[str, Any]) -> int:
    """Return the separate port."""
    return int(options.get(CONF_REPORT_PORT, DEFAULT_REPORT_PORT))


def report_port(hass: HomeAssistant, options: Mapping[str, Any]) -> int | None:
    """Return the port that takes the reports, None if there is none."""
    match report_way(options):
        case ReportWay.HOME_ASSISTANT:
            return hass.config.api.port if hass.config.api else None
        case ReportWay.OWN_PORT:
            return own_port(options)
        case ReportWay.CONNECTION | ReportWay.OFF:
            return None


def pbx_report_port(options: Mapping[str, Any]) -> int | None:
    """Return the port of an S-Series PBX to fetch reports from, None if it posts them."""
    if report_way(options) is not ReportWay.CONNECTION:
        return None
    return int(options.get(CONF_PBX_REPORT_PORT, DEFAULT_PBX_REPORT_PORT))


def report_path(data: Mapping[str, Any]) -> str:
    """Return the path, whose id is the only secret that a report carries."""
    return webhook.async_generate_path(data[CONF_WEBHOOK_ID])


def takes_no_http(hass: HomeAssistant, options: Mapping[str, Any]) -> bool:
    """Return whether the PBX, which posts http, would meet https.

    Whoever names another address has something there that takes http.
    """
    return (
        report_way(options) is ReportWay.HOME_ASSISTANT
        and not options.get(CONF_REPORT_ADDRESS)
        and hass.config.api is not None
        and hass.config.api.use_ssl
    )


def report_target(
    hass: HomeAssistant, data: Mapping[str, Any], options: Mapping[str, Any]
) -> ReportTarget | None:
    """Return what the login names to the PBX, None if nothing would take reports."""
    port = report_port(hass, options)
    if port is None or takes_no_http(hass, options):
        return None
    address = options.get(CONF_REPORT_ADDRESS)
    return ReportTarget(
        port=port,
        path=report_path(data).lstrip("/"),
        address=f"[{address}]" if address and ":" in address else address,
    )
