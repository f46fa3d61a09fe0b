"""Says that no reports arrive, and where they should."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import CONF_REPORT_ADDRESS, CONF_REPORTS, DOMAIN, ReportWay
from ..issues import (
    NO_REPORTS,
    async_say_no_reports,
    async_say_unmonitored,
    async_withdraw,
    issue_id,
)
from ..pbx.errors import PbxError
from ..pbx.http import in_background
from ..pbx.interface import Feature, Pbx
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
    if issue and issue.data and issue.data.get(CONF_REPORTS) != way:
        # It is about another way than the one that is now tried.
        async_withdraw(hass, entry.entry_id, NO_REPORTS)

    @callback
    def update() -> None:
        if Feature.EVENT_SOCKET in pbx.features:
            if health.is_silent:
                entry.async_create_background_task(
                    hass, _async_say_unmonitored(hass, entry, pbx), "yeastar monitoring"
                )
        elif health.works is False and way is not ReportWay.OFF:
            _create(hass, entry, pbx, way)
        if health.works:
            async_withdraw(hass, entry.entry_id, NO_REPORTS)

    entry.async_on_unload(listen(update))
    update()


async def _async_say_unmonitored(
    hass: HomeAssistant, entry: ConfigEntry[Any], pbx: Pbx
) -> None:
    names: Sequence[str] = ()
    with suppress(PbxError), in_background():
        names = await pbx.unmonitored()
    async_say_unmonitored(hass, entry, names)


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
