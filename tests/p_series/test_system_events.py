"""Events of a P-Series itself: an entity for all, an issue for those that need a person."""

from http import HTTPStatus

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.yeastar.const import DOMAIN
from tests.simulator.p_series import PSeriesSimulator

from .conftest import deliver


def issue_of(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    """Return the issue about an event of the PBX."""
    return ir.async_get(hass).async_get_issue(DOMAIN, f"system_event_{entry.entry_id}")


@pytest.mark.parametrize(
    ("kind", "level", "needs_a_person"),
    [
        ("security", "warn", True),
        ("system", "warn", True),
        ("reminder", "warn", True),
        ("telephony", "error", True),
        ("telephony", "warn", False),
        ("operation", "warn", False),
        ("security", "info", False),
    ],
)
async def test_an_event_that_needs_a_person(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    loaded: MockConfigEntry,
    kind: str,
    level: str,
    needs_a_person: bool,
) -> None:
    """All show in the entity."""
    pbx.system_event("something", kind, level, "An address was blocked.")
    await deliver(hass, pbx)
    state = hass.states.get("event.pbx_system_event")
    assert state
    assert state.attributes["event_type"] == kind
    assert (issue_of(hass, loaded) is not None) is needs_a_person


async def test_the_issue_quotes_the_event_without_markup(
    hass: HomeAssistant, pbx: PSeriesSimulator, loaded: MockConfigEntry
) -> None:
    """The name that somebody tried to log in with may be anything."""
    content = "Login of [admin](http://192.0.2.1) <b>failed</b>.\nLook."
    pbx.system_event("web_login_failed", "security", "warn", content)
    await deliver(hass, pbx)
    issue = issue_of(hass, loaded)
    assert issue
    assert issue.translation_placeholders
    shown = issue.translation_placeholders["content"]
    assert shown == "Login of admin (http://192.0.2.1) b failed /b . Look."


async def test_an_issue_is_gone_once_it_is_dealt_with(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    loaded: MockConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    """A person says so."""
    assert await async_setup_component(hass, REPAIRS, {})
    pbx.system_event("disk_full", "system", "error", "")
    await deliver(hass, pbx)
    issue = issue_of(hass, loaded)
    assert issue
    client = await hass_client()
    begun = await client.post(
        "/api/repairs/issues/fix",
        json={"handler": DOMAIN, "issue_id": issue.issue_id},
    )
    assert begun.status == HTTPStatus.OK
    flow = await begun.json()
    assert flow["step_id"] == "confirm"
    assert flow["description_placeholders"]["content"] == "disk full"
    await client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={})
    assert issue_of(hass, loaded) is None
