"""Says that no reports arrive, why as far as it is known, and where they should."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_call_later

from ..const import CONF_REPORTS, DOMAIN, ReportWay
from ..issues import (
    NO_REPORTS,
    REPORTS_TAKEN,
    NoReports,
    async_say_no_reports,
    async_say_reports_taken,
    async_say_unmonitored,
    async_withdraw,
    issue_id,
)
from ..pbx.errors import PbxError
from ..pbx.http import in_background
from ..pbx.interface import Pbx
from ..pbx.models import Family
from .health import PushHealth
from .target import (
    in_url,
    named_address,
    pbx_report_port,
    report_port,
    report_way,
    takes_no_http,
)

CONNECT_PATIENCE = 120.0
"""Seconds in which a connection that broke is made anew, unless something is wrong."""


@callback
def async_watch_reports(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    pbx: Pbx,
    health: PushHealth,
    listen: Callable[[CALLBACK_TYPE], CALLBACK_TYPE],
) -> None:
    """Keep the issues true until unload: there while no reports arrive.

    `listen` calls a listener whenever the health changed.
    """
    way = report_way(entry.options)
    issue = ir.async_get(hass).async_get_issue(
        DOMAIN, issue_id(NO_REPORTS, entry.entry_id)
    )
    if issue and issue.data and issue.data.get(CONF_REPORTS) != way:
        # It is about another way than the one that is now tried.
        async_withdraw(hass, entry.entry_id, NO_REPORTS)
    cancel_later: CALLBACK_TYPE | None = None

    @callback
    def not_connected(_now: datetime) -> None:
        nonlocal cancel_later
        cancel_later = None
        _create(hass, entry, pbx, way, NoReports.CONNECTION)

    @callback
    def cancel() -> None:
        nonlocal cancel_later
        if cancel_later:
            cancel_later()
            cancel_later = None

    @callback
    def update() -> None:
        nonlocal cancel_later
        cancel()
        if health.is_taken_away:
            async_say_reports_taken(hass, entry)
        else:
            async_withdraw(hass, entry.entry_id, REPORTS_TAKEN)
        if health.works or health.is_taken_away:
            async_withdraw(hass, entry.entry_id, NO_REPORTS)
        elif pbx.family is Family.P_SERIES:
            if health.is_silent:
                entry.async_create_background_task(
                    hass, _async_say_unmonitored(hass, entry, pbx), "yeastar monitoring"
                )
        elif way is ReportWay.CONNECTION:
            job = HassJob(not_connected, cancel_on_shutdown=True)
            cancel_later = async_call_later(hass, CONNECT_PATIENCE, job)
        elif way is not ReportWay.OFF and (health.works is False or pbx.reports_by_tcp):
            _create(hass, entry, pbx, way, _why(hass, entry, pbx))

    entry.async_on_unload(cancel)
    entry.async_on_unload(listen(update))
    update()


async def _async_say_unmonitored(
    hass: HomeAssistant, entry: ConfigEntry[Any], pbx: Pbx
) -> None:
    names: Sequence[str] = ()
    with suppress(PbxError), in_background():
        names = await pbx.unmonitored()
    async_say_unmonitored(hass, entry, names)


def _why(hass: HomeAssistant, entry: ConfigEntry[Any], pbx: Pbx) -> NoReports:
    if pbx.reports_by_tcp:
        return NoReports.TCP
    https = takes_no_http(hass, entry.options)
    return NoReports.HTTPS if https else NoReports.UNKNOWN


def _create(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    pbx: Pbx,
    way: ReportWay,
    why: NoReports,
) -> None:
    if port := pbx_report_port(entry.options):
        words = {"port": str(port)}
    else:
        host, port = named_address(entry.options)
        host = host or in_url(pbx.own_address or "?")
        port = port or report_port(hass, entry.options)
        # The id at the end stays secret.
        words = {"url": f"http://{host}:{port}/api/webhook/…"}
    async_say_no_reports(hass, entry, way, why, pbx=entry.data[CONF_HOST], **words)
