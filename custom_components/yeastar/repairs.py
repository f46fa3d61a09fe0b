"""What a person mends by a click: one flow for each kind of fixable issue."""

from typing import override

from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from .const import CONF_FINGERPRINT, CONF_REPORTS, DOMAIN, ReportWay
from .issues import (
    CERTIFICATE_CHANGED,
    NO_REPORTS,
    OTHER_PBX,
    SYSTEM_EVENT,
    NoReports,
    kind_of,
)
from .push.target import takes_no_http

type IssueData = dict[str, str | int | float | None]


class CertificateChangedFlow(ConfirmRepairFlow):
    """Accepts the certificate that the issue names, and no later one."""

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Show both fingerprints; keep the new one once a person agreed."""
        if user_input is not None:
            assert self.data
            entries = self.hass.config_entries
            entry = entries.async_get_known_entry(str(self.data["entry_id"]))
            entries.async_update_entry(
                entry,
                data={**entry.data, CONF_FINGERPRINT: self.data[CONF_FINGERPRINT]},
            )
            entries.async_schedule_reload(entry.entry_id)
        return await super().async_step_confirm(user_input)


class OtherPbxFlow(ConfirmRepairFlow):
    """Connects again, where the known PBX is back at its address."""

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Say which PBX answers; set the entry up again once a person asks for it."""
        if user_input is not None:
            assert self.data
            entry_id = str(self.data["entry_id"])
            self.hass.config_entries.async_schedule_reload(entry_id)
        return await super().async_step_confirm(user_input)


class SystemEventFlow(ConfirmRepairFlow):
    """Shows an event of the PBX until a person says that it is dealt with."""


class NoReportsFlow(RepairsFlow):
    """Lets reports come in the other way, or leaves it as it is."""

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Say where the PBX should post, and offer what else there is."""
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        assert issue
        assert self.data
        ways = [ReportWay.HOME_ASSISTANT, ReportWay.OWN_PORT]
        if issue.translation_key == NoReports.TCP:
            ways = [ReportWay.CONNECTION]
        ways = [way for way in ways if way != self.data[CONF_REPORTS]]
        if takes_no_http(self.hass, {}):
            ways = [way for way in ways if way is not ReportWay.HOME_ASSISTANT]
        return self.async_show_menu(
            step_id="init",
            menu_options=[*ways, "keep"],
            description_placeholders=issue.translation_placeholders,
        )

    async def async_step_home_assistant(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Let the web server of Home Assistant take the reports."""
        return self._take(ReportWay.HOME_ASSISTANT)

    async def async_step_own_port(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Let the listener of ours take the reports."""
        return self._take(ReportWay.OWN_PORT)

    async def async_step_connection(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Fetch the reports from the PBX."""
        return self._take(ReportWay.CONNECTION)

    async def async_step_keep(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Let the issue rest."""
        ir.async_ignore_issue(self.hass, DOMAIN, self.issue_id, True)
        return self.async_abort(reason="kept")

    def _take(self, way: ReportWay) -> RepairsFlowResult:
        assert self.data
        entries = self.hass.config_entries
        entry = entries.async_get_known_entry(str(self.data["entry_id"]))
        entries.async_update_entry(entry, options={**entry.options, CONF_REPORTS: way})
        entries.async_schedule_reload(entry.entry_id)
        return self.async_create_entry(data={})


FLOWS: dict[str, type[RepairsFlow]] = {
    CERTIFICATE_CHANGED: CertificateChangedFlow,
    NO_REPORTS: NoReportsFlow,
    OTHER_PBX: OtherPbxFlow,
    SYSTEM_EVENT: SystemEventFlow,
}


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: IssueData | None
) -> RepairsFlow:
    """Return the flow that mends an issue."""
    return FLOWS[kind_of(issue_id)]()
