"""Says that no reports arrive, and where they should."""

from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import CONF_REPORT_ADDRESS, CONF_REPORTS, DOMAIN, ReportWay
from ..coordinator import YeastarConfigEntry
from ..issues import issue_id
from ..topics import REPORTS
from .target import report_port, report_way, takes_no_http

NO_REPORTS = "no_reports"


@callback
def async_watch_reports(hass: HomeAssistant, entry: YeastarConfigEntry) -> None:
    """Keep the issue true until unload: there while no reports arrive."""
    coordinator = entry.runtime_data
    way = report_way(entry.options)
    issue = ir.async_get(hass).async_get_issue(
        DOMAIN, issue_id(NO_REPORTS, entry.entry_id)
    )
    if issue and issue.data and issue.data[CONF_REPORTS] != way:
        # It is about another way than the one that is now tried.
        async_forget_reports(hass, entry.entry_id)

    @callback
    def update() -> None:
        if coordinator.arrival.works is False and way is not ReportWay.OFF:
            _create(hass, entry, way)
        elif coordinator.arrival.works:
            async_forget_reports(hass, entry.entry_id)

    entry.async_on_unload(coordinator.async_add_listener(update, REPORTS))
    update()


@callback
def async_forget_reports(hass: HomeAssistant, entry_id: str) -> None:
    """Withdraw the issue."""
    ir.async_delete_issue(hass, DOMAIN, issue_id(NO_REPORTS, entry_id))


def _create(hass: HomeAssistant, entry: YeastarConfigEntry, way: ReportWay) -> None:
    ours = entry.runtime_data.client.own_address
    address = entry.options.get(CONF_REPORT_ADDRESS) or ours or "?"
    host = f"[{address}]" if ":" in address else address
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id(NO_REPORTS, entry.entry_id),
        data={"entry_id": entry.entry_id, CONF_REPORTS: way},
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key="no_reports_https"
        if takes_no_http(hass, entry.options)
        else NO_REPORTS,
        translation_placeholders={
            "name": entry.title,
            "pbx": entry.data[CONF_HOST],
            # The id at the end stays secret.
            "url": f"http://{host}:{report_port(hass, entry.options)}/api/webhook/…",
        },
    )
