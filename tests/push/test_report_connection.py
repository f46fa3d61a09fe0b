"""Reports that Home Assistant fetches over a connection to an S-Series PBX (TCP)."""

import asyncio

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.repairs import DOMAIN as REPAIRS, repairs_flow_manager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.yeastar.const import (
    CONF_PBX_REPORT_PORT,
    CONF_REPORTS,
    DOMAIN,
    ReportWay,
)
from custom_components.yeastar.issues import NoReports, async_say_no_reports
from custom_components.yeastar.push.no_reports import CONNECT_PATIENCE
from tests.helpers import deliver, pass_time, set_up, state_of
from tests.simulator import ReportMethod, Simulator

REPORTS = "binary_sensor.yeastar_s100_reports"
JAYSON = "sensor.jayson"
SLOW = 31


def issue_of(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    """Return what is said about reports of an entry."""
    return ir.async_get(hass).async_get_issue(DOMAIN, f"no_reports_{entry.entry_id}")


@pytest.fixture
async def tells_by_tcp(pbx: Simulator) -> Simulator:
    """Return a PBX whose report method is TCP."""
    await pbx.report_by_tcp()
    return pbx


async def until(hass: HomeAssistant, entity_id: str, state: str) -> None:
    """Wait for a state; the connection is real."""
    async with asyncio.timeout(5):
        while state_of(hass, entity_id) != state:
            await asyncio.sleep(0.01)
            await hass.async_block_till_done()


def by_connection(pbx: Simulator) -> dict[str, object]:
    """Return the options that fetch the reports of a PBX."""
    port = pbx.report_server.port
    return {CONF_REPORTS: ReportWay.CONNECTION, CONF_PBX_REPORT_PORT: port}


async def test_reports_are_fetched(
    hass: HomeAssistant, tells_by_tcp: Simulator, entry: MockConfigEntry
) -> None:
    """The PBX is told of no address; what it tells is followed at once."""
    pbx = tells_by_tcp
    await set_up(hass, entry, **by_connection(pbx))
    await until(hass, REPORTS, "on")
    assert pbx.report_target is None or pbx.report_target.port == 9
    pbx.set_extension_status("1000", "Busy")
    await deliver(hass, pbx)
    await until(hass, JAYSON, "in_call")


async def test_a_connection_that_is_not_made_is_said(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    entry: MockConfigEntry,
    unused_tcp_port: int,
) -> None:
    """With the port that was tried, after two minutes; it goes when reports come."""
    await set_up(
        hass,
        entry,
        **{CONF_REPORTS: ReportWay.CONNECTION, CONF_PBX_REPORT_PORT: unused_tcp_port},
    )
    assert issue_of(hass, entry) is None
    freezer.tick(CONNECT_PATIENCE + 1)
    # The attempts to connect never end.
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    issue = issue_of(hass, entry)
    assert issue
    assert issue.translation_key == "no_reports_connection"
    assert issue.translation_placeholders == {
        "name": "Yeastar S100",
        "pbx": "127.0.0.1",
        "port": str(unused_tcp_port),
    }
    entry.runtime_data.coordinator.async_connected(True)
    await hass.async_block_till_done()
    assert issue_of(hass, entry) is None


async def test_what_was_said_of_another_way_is_withdrawn(
    hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry, unused_tcp_port: int
) -> None:
    """Whether the new way works is not known yet."""
    entry.add_to_hass(hass)
    async_say_no_reports(
        hass, entry, ReportWay.HOME_ASSISTANT, NoReports.UNKNOWN, pbx=pbx.host, url="?"
    )
    assert issue_of(hass, entry)
    by_connection = {
        CONF_REPORTS: ReportWay.CONNECTION,
        CONF_PBX_REPORT_PORT: unused_tcp_port,
    }
    hass.config_entries.async_update_entry(entry, options=by_connection)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert issue_of(hass, entry) is None


async def test_a_pbx_that_is_set_to_tcp_is_said_to_be(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    tells_by_tcp: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Its login says so, once reports are missed; a click fetches them."""
    pbx = tells_by_tcp
    pbx.set_extension_status("1000", "Unavailable")
    freezer.tick(SLOW)
    await pass_time(hass, 0)
    pbx.set_extension_status("1000", "Registered")
    freezer.tick(61)
    await pass_time(hass, 0)
    issue = issue_of(hass, loaded)
    assert issue
    assert issue.translation_key == "no_reports_tcp"
    assert await async_setup_component(hass, REPAIRS, {})
    repairs = repairs_flow_manager(hass)
    assert repairs
    menu = await repairs.async_init(DOMAIN, context={"issue_id": issue.issue_id})
    assert menu["menu_options"] == ["connection", "keep"]
    done = await repairs.async_configure(
        menu["flow_id"], {"next_step_id": "connection"}
    )
    await hass.async_block_till_done()
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert loaded.options[CONF_REPORTS] == ReportWay.CONNECTION


async def test_a_pbx_that_posts_is_not_said_to_use_tcp(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """As most do."""
    assert pbx.quirks.report_method is ReportMethod.HTTP
    assert not loaded.runtime_data.pbx.reports_by_tcp
