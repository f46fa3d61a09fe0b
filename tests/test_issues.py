"""Repair issues of a PBX live no longer than the PBX is set up."""

from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import DOMAIN
from custom_components.yeastar.issues import (
    NoReports,
    async_say_call_log_damaged,
    async_say_no_reports,
    async_say_old_firmware,
)
from tests.helpers import progress_of
from tests.simulator import Simulator


def raise_issues(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Let there be issues of several kinds."""
    async_say_call_log_damaged(hass, entry, "any", 1)
    async_say_old_firmware(hass, entry, "30.10.0.1", "30.11.0.7")
    async_say_no_reports(hass, entry, "own_port", NoReports.UNKNOWN, pbx="", url="")


def kinds(issue_registry: ir.IssueRegistry) -> set[str]:
    """Return which issues there are."""
    return {
        str(issue.translation_key)
        for (domain, _), issue in issue_registry.issues.items()
        if domain == DOMAIN
    }


@pytest.mark.parametrize("disable", [False, True])
async def test_a_disabled_or_unloaded_entry_leaves_no_issue(
    hass: HomeAssistant,
    issue_registry: ir.IssueRegistry,
    loaded: MockConfigEntry,
    disable: bool,
) -> None:
    """Nothing that it says could be mended."""
    raise_issues(hass, loaded)
    assert kinds(issue_registry) == {
        "call_log_damaged",
        "no_reports",
        "old_firmware_apply",
    }
    if disable:
        await hass.config_entries.async_set_disabled_by(
            loaded.entry_id, ConfigEntryDisabler.USER
        )
    else:
        await hass.config_entries.async_unload(loaded.entry_id)
    assert progress_of(loaded) is ConfigEntryState.NOT_LOADED
    assert kinds(issue_registry) == set()


async def test_an_entry_disabled_while_its_setup_fails_leaves_no_issue(
    hass: HomeAssistant,
    issue_registry: ir.IssueRegistry,
    reachable: None,
    pbx: Simulator,
    entry: MockConfigEntry,
) -> None:
    """As long as it is tried again, the issue says why; then it would say nothing."""
    pbx.lock_out()
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert progress_of(entry) is ConfigEntryState.SETUP_RETRY
    assert kinds(issue_registry) == {"locked_out"}
    await hass.config_entries.async_set_disabled_by(
        entry.entry_id, ConfigEntryDisabler.USER
    )
    assert kinds(issue_registry) == set()


async def test_an_unload_leaves_the_issues_of_another_pbx(
    hass: HomeAssistant, issue_registry: ir.IssueRegistry, loaded: MockConfigEntry
) -> None:
    """It is set up still."""
    other = MockConfigEntry(domain=DOMAIN, title="Annexe")
    async_say_call_log_damaged(hass, other, "any", 1)
    raise_issues(hass, loaded)
    await hass.config_entries.async_unload(loaded.entry_id)
    assert kinds(issue_registry) == {"call_log_damaged"}
