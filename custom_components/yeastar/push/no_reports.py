"""Says that no reports arrive, and where they should."""

from collections.abc import Callable
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import CONF_REPORT_ADDRESS, CONF_REPORTS, DOMAIN, ReportWay
from ..issues import NO_REPORTS, async_say_no_reports, async_withdraw, issue_id
from ..pbx.interface import Pbx
from .health import PushHealth
from .target import report_port, report_way, takes_no_http


@callback
def async_watch_reports(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    pbx: Pbx,
    health: PushHealth,
    listen: Callable[[CALLBACK_TYPE], CALLBACK_TYPE],
) -> None:
    """Keep the issue true until unload: there while no reports arrive.

    `listen` calls a listener whenever the health changed.
    """
    way = report_way(entry.options)
    issue = ir.async_get(hass).async_get_issue(
        DOMAIN, issue_id(NO_REPORTS, entry.entry_id)
    )
    if issue and issue.data and issue.data[CONF_REPORTS] != way:
        # It is about another way than the one that is now tried.
        async_withdraw(hass, entry.entry_id, NO_REPORTS)

    @callback
    def update() -> None:
        if health.works is False and way is not ReportWay.OFF:
            _create(hass, entry, pbx, way)
        elif health.works:
            async_withdraw(hass, entry.entry_id, NO_REPORTS)

    entry.async_on_unload(listen(update))
    update()


def _create(
    hass: HomeAssistant, entry: ConfigEntry[Any], pbx: Pbx, way: ReportWay
) -> None:
    address = entry.options.get(CONF_REPORT_ADDRESS) or pbx.own_address or "?"
    host = f"[{address}]" if ":" in address else address
    async_say_no_reports(
        hass,
        entry,
        way,
        https=takes_no_http(hass, entry.options),
        pbx=entry.data[CONF_HOST],
        # The id at the end stays secret.
        url=f"http://{host}:{report_port(hass, entry.options)}/api/webhook/…",
    )
