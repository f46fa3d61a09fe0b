"""Where the PBX is to post its reports, as the options say."""

from collections.abc import Mapping
import re
from typing import Any, Final

from homeassistant.components import webhook
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.util.network import is_host_valid, is_ip_address

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

HIGHEST_PORT: Final = 65535
_ADDRESS: Final = re.compile(r"(\[[^\[\]]+\]|[^:\[\]]+)(?::(\d{1,5}))?", re.ASCII)


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


def split_address(address: str) -> tuple[str, int | None]:
    """Return the host and the port of an address; the port is None if it has none.

    Raises:
        ValueError: it is no host name and no IP address, or no port.
    """
    host, port = address, ""
    # One of version 6 has colons by itself.
    if not is_ip_address(address) and (match := _ADDRESS.fullmatch(address)):
        host, port = match[1].strip("[]"), match[2] or ""
    if not is_host_valid(host) or (port and not 1 <= int(port) <= HIGHEST_PORT):
        raise ValueError(address)
    return host, int(port) if port else None


def named_address(options: Mapping[str, Any]) -> tuple[str | None, int | None]:
    """Return the host, as in a URL, and the port that the options name, if any."""
    if not (address := options.get(CONF_REPORT_ADDRESS)):
        return None, None
    host, port = split_address(address)
    return in_url(host), port


def in_url(host: str) -> str:
    """Return a host as a URL has it."""
    return f"[{host}]" if ":" in host else host


def takes_no_http(hass: HomeAssistant, options: Mapping[str, Any]) -> bool:
    """Return whether the PBX, which posts http, would meet https.

    A user who names another address has a server there that takes http.
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
    host, outside = named_address(options)
    return ReportTarget(
        port=outside or port, path=report_path(data).lstrip("/"), address=host
    )
