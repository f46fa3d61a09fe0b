"""What a person mends by a click: one flow for each kind of fixable issue."""

from typing import override

from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.core import HomeAssistant

from .certificate import CERTIFICATE_CHANGED
from .const import CONF_FINGERPRINT

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


# The id of an issue is its kind, an underscore and the id of the entry.
FLOWS: dict[str, type[RepairsFlow]] = {CERTIFICATE_CHANGED: CertificateChangedFlow}


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: IssueData | None
) -> RepairsFlow:
    """Return the flow that mends an issue."""
    return FLOWS[issue_id.rpartition("_")[0]]()
