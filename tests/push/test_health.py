"""Whether reports arrive: what tells, who is told, and what a person can do."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.repairs import (
    DOMAIN as REPAIRS,
    RepairsFlowManager,
    repairs_flow_manager,
)
from homeassistant.const import CONF_WEBHOOK_ID, STATE_UNKNOWN, EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import (
    CONF_REPORT_ADDRESS,
    CONF_REPORT_PORT,
    CONF_REPORTS,
    DOMAIN,
    ReportWay,
)
from custom_components.yeastar.push.target import report_target
from tests.conftest import WEBHOOK_ID
from tests.helpers import deliver, pass_time, polls_of, requests_of, set_up, state_of
from tests.simulator import Fault, Simulator

REPORTS = "binary_sensor.yeastar_s100_reports"
JAYSON = "sensor.jayson"
FAST = 11
SLOW = 31
SOON = 1
BUSY = {"action": "ExtensionStatus", "extension": "1000", "status": "Busy"}
CONFIG = {"action": "ConfigChange", "type": "trunk"}


def issue_of(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    """Return what is said about reports of an entry."""
    return ir.async_get(hass).async_get_issue(DOMAIN, f"no_reports_{entry.entry_id}")


async def let_pass(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float
) -> None:
    """Let time pass on every clock."""
    freezer.tick(seconds)
    await pass_time(hass, 0)


async def change_unreported(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    status: str,
    seconds: float = FAST,
) -> None:
    """Change an extension where no report comes, and let a poll find it."""
    target, pbx.report_target = pbx.report_target, None
    pbx.set_extension_status("1000", status)
    pbx.report_target = target
    await let_pass(hass, freezer, seconds)


async def miss_reports(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, pbx: Simulator
) -> None:
    """Let the PBX change more than a minute long without a report."""
    await change_unreported(hass, freezer, pbx, "Unavailable", SLOW)
    await change_unreported(hass, freezer, pbx, "Registered", 61)


async def send(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    pbx: Simulator,
    report: dict[str, str],
) -> None:
    """Let one report arrive, and what it makes us ask."""
    pbx.send_report(report)
    await deliver(hass, pbx)
    await let_pass(hass, freezer, SOON)


# What the sensor shows


async def test_nobody_knows_at_first(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Nothing happened yet."""
    assert state_of(hass, REPORTS) == STATE_UNKNOWN
    assert issue_of(hass, loaded) is None


async def test_the_sensor_is_of_no_class(
    hass: HomeAssistant, entity_registry: er.EntityRegistry, loaded: MockConfigEntry
) -> None:
    """Device pickers tell an extension by its sensor of the class connectivity."""
    entity = entity_registry.async_get(REPORTS)
    assert entity
    assert entity.original_device_class is None
    assert entity.entity_category is EntityCategory.DIAGNOSTIC
    assert entity.unique_id == f"{loaded.unique_id}_reports"


async def test_a_report_proves_that_reports_arrive(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Of whatever kind."""
    await send(hass, freezer, pbx, CONFIG)
    assert state_of(hass, REPORTS) == "on"


async def test_changes_without_reports_prove_that_none_arrive(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """The sensor tells, and so does a repair issue."""
    await miss_reports(hass, freezer, pbx)
    assert state_of(hass, JAYSON) == "idle"
    assert state_of(hass, REPORTS) == "off"
    assert issue_of(hass, loaded)


async def test_one_change_without_a_report_proves_nothing(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """A single report may get lost."""
    await change_unreported(hass, freezer, pbx, "Unavailable")
    for _ in range(12):
        await let_pass(hass, freezer, SLOW)
    assert state_of(hass, JAYSON) == "unregistered"
    assert state_of(hass, REPORTS) == STATE_UNKNOWN


async def test_changes_within_a_minute_prove_nothing(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Reports may be late."""
    for status in ("Unavailable", "Registered", "Unavailable"):
        await change_unreported(hass, freezer, pbx, status)
    assert state_of(hass, REPORTS) == STATE_UNKNOWN


async def test_a_report_in_between_proves_the_contrary(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Who lost a report now and then is not told that none arrive."""
    for status in ("Unavailable", "Registered", "Unavailable"):
        await change_unreported(hass, freezer, pbx, status, SLOW)
        assert state_of(hass, REPORTS) != "off"
        await send(hass, freezer, pbx, CONFIG)
        await let_pass(hass, freezer, SLOW)
    assert state_of(hass, REPORTS) == "on"


async def test_what_changed_while_the_pbx_was_away_proves_nothing(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Its reports could not come."""
    await change_unreported(hass, freezer, pbx, "Unavailable")
    pbx.fail_next(Fault.CLOSE)
    await change_unreported(hass, freezer, pbx, "Registered", 61)
    await let_pass(hass, freezer, FAST)
    assert state_of(hass, JAYSON) == "idle"
    assert state_of(hass, REPORTS) == STATE_UNKNOWN


async def test_reports_that_stop_are_noticed(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Somebody closed the firewall: it is said, and polling is fast again."""
    await send(hass, freezer, pbx, BUSY)
    await let_pass(hass, freezer, SLOW)
    await miss_reports(hass, freezer, pbx)
    assert state_of(hass, REPORTS) == "off"
    assert issue_of(hass, loaded)
    so_far = polls_of(pbx)
    await let_pass(hass, freezer, FAST)
    assert polls_of(pbx) == so_far + 1


async def test_a_report_ends_the_alarm(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Without a click."""
    await miss_reports(hass, freezer, pbx)
    await send(hass, freezer, pbx, CONFIG)
    assert state_of(hass, REPORTS) == "on"
    assert issue_of(hass, loaded) is None


# What the issue says


async def test_the_issue_says_where_the_pbx_should_post(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """But not the secret at the end."""
    await miss_reports(hass, freezer, pbx)
    issue = issue_of(hass, loaded)
    assert issue
    assert issue.is_fixable
    assert issue.severity is ir.IssueSeverity.WARNING
    assert issue.translation_key == "no_reports"
    assert hass.config.api
    assert issue.translation_placeholders == {
        "name": "Yeastar S100",
        "pbx": "127.0.0.1",
        "url": f"http://127.0.0.1:{hass.config.api.port}/api/webhook/…",
    }
    assert WEBHOOK_ID not in repr(issue)


async def test_the_issue_goes_with_the_entry(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Nothing is left behind."""
    await miss_reports(hass, freezer, pbx)
    await hass.config_entries.async_remove(loaded.entry_id)
    assert issue_of(hass, loaded) is None


# What a person can do


@pytest.fixture
async def repairs(hass: HomeAssistant) -> RepairsFlowManager:
    """Return what runs the flows that mend issues."""
    assert await async_setup_component(hass, REPAIRS, {})
    manager = repairs_flow_manager(hass)
    assert manager
    return manager


async def choose(
    hass: HomeAssistant,
    repairs: RepairsFlowManager,
    entry: MockConfigEntry,
    offered: list[str],
    choice: str,
) -> FlowResultType:
    """Open the issue, see what is offered, choose."""
    issue = issue_of(hass, entry)
    assert issue
    menu = await repairs.async_init(DOMAIN, context={"issue_id": issue.issue_id})
    assert menu["type"] is FlowResultType.MENU
    assert menu["menu_options"] == offered
    assert menu["description_placeholders"] == issue.translation_placeholders
    result = await repairs.async_configure(menu["flow_id"], {"next_step_id": choice})
    await hass.async_block_till_done()
    return result["type"]


async def test_the_fix_is_the_other_way(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    repairs: RepairsFlowManager,
    pbx: Simulator,
    loaded: MockConfigEntry,
    unused_tcp_port: int,
) -> None:
    """One click, and reports come to a port of our own; a second one, and back."""
    hass.config_entries.async_update_entry(
        loaded, options={CONF_REPORT_PORT: unused_tcp_port}
    )
    await miss_reports(hass, freezer, pbx)
    done = await choose(hass, repairs, loaded, ["own_port", "keep"], "own_port")
    assert done is FlowResultType.CREATE_ENTRY
    assert loaded.options[CONF_REPORTS] == ReportWay.OWN_PORT
    assert issue_of(hass, loaded) is None
    assert pbx.report_target
    assert pbx.report_target.port == unused_tcp_port
    assert state_of(hass, REPORTS) == STATE_UNKNOWN
    await miss_reports(hass, freezer, pbx)
    offered = ["home_assistant", "keep"]
    await choose(hass, repairs, loaded, offered, "home_assistant")
    assert pbx.report_target.path == f"/api/webhook/{WEBHOOK_ID}"
    await send(hass, freezer, pbx, BUSY)
    assert state_of(hass, REPORTS) == "on"


async def test_it_may_stay_as_it_is(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    repairs: RepairsFlowManager,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Then it is not mentioned again, reload or not, until reports came."""
    await miss_reports(hass, freezer, pbx)
    done = await choose(hass, repairs, loaded, ["own_port", "keep"], "keep")
    assert done is FlowResultType.ABORT
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await miss_reports(hass, freezer, pbx)
    issue = issue_of(hass, loaded)
    assert issue
    assert issue.dismissed_version
    await send(hass, freezer, pbx, CONFIG)
    await miss_reports(hass, freezer, pbx)
    issue = issue_of(hass, loaded)
    assert issue
    assert not issue.dismissed_version


async def test_the_issue_goes_when_another_way_is_chosen_in_the_options(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """It was about the way before."""
    await miss_reports(hass, freezer, pbx)
    hass.config_entries.async_update_entry(
        loaded, options={CONF_REPORTS: ReportWay.OFF}
    )
    assert await hass.config_entries.async_reload(loaded.entry_id)
    assert issue_of(hass, loaded) is None


# Off


async def test_off_asks_for_no_reports(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    reachable: None,
    pbx: Simulator,
    entry: MockConfigEntry,
) -> None:
    """The login names no target, nothing listens, and polling is fast."""
    await set_up(hass, entry, **{CONF_REPORTS: ReportWay.OFF})
    (login,) = requests_of(pbx, "login")
    assert "url" not in login.body
    assert login.body["port"] == "9"
    assert WEBHOOK_ID not in hass.data.get("webhook", {})
    assert state_of(hass, REPORTS) == "off"
    for _ in range(6):
        so_far = polls_of(pbx)
        await change_unreported(hass, freezer, pbx, "Unavailable")
        assert polls_of(pbx) == so_far + 1
        await change_unreported(hass, freezer, pbx, "Registered")
    assert issue_of(hass, entry) is None
    await hass.config_entries.async_unload(entry.entry_id)


# Another address, and https


async def test_another_address_may_be_named(
    hass: HomeAssistant, reachable: None, pbx: Simulator, entry: MockConfigEntry
) -> None:
    """For a firmware that knows absolute urls."""
    pbx.state.device.firmwarever = "30.10.0.59"
    await set_up(hass, entry, **{CONF_REPORT_ADDRESS: "192.0.2.7"})
    assert pbx.report_target
    assert hass.config.api
    assert pbx.report_target.url == (
        f"http://192.0.2.7:{hass.config.api.port}/api/webhook/{WEBHOOK_ID}"
    )
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("192.0.2.7:18123", "192.0.2.7:18123"),
        ("home.example:80", "home.example:80"),
        ("192.0.2.7", "192.0.2.7:{port}"),
    ],
)
async def test_another_port_may_be_named(
    hass: HomeAssistant,
    reachable: None,
    pbx: Simulator,
    entry: MockConfigEntry,
    address: str,
    sent: str,
) -> None:
    """That of a container, which leads to the one of Home Assistant."""
    pbx.state.device.firmwarever = "30.10.0.59"
    await set_up(hass, entry, **{CONF_REPORT_ADDRESS: address})
    assert hass.config.api
    place = sent.format(port=hass.config.api.port)
    assert requests_of(pbx, "login")[-1].body["url"] == (
        f"{place}/api/webhook/{WEBHOOK_ID}"
    )
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("[2001:db8::7]:18123", ("[2001:db8::7]", 18123)),
        ("[2001:db8::7]", ("[2001:db8::7]", 8123)),
        ("2001:db8::7", ("[2001:db8::7]", 8123)),
    ],
)
def test_an_address_of_version_6_may_be_named(
    hass: HomeAssistant, reachable: None, address: str, sent: tuple[str, int]
) -> None:
    """With brackets or without."""
    assert hass.config.api
    hass.config.api.port = 8123
    target = report_target(
        hass, {CONF_WEBHOOK_ID: WEBHOOK_ID}, {CONF_REPORT_ADDRESS: address}
    )
    assert target
    assert (target.address, target.port) == sent


@pytest.fixture
def https(hass: HomeAssistant, reachable: None) -> None:
    """Let Home Assistant serve https."""
    assert hass.config.api
    hass.config.api.use_ssl = True


async def test_https_cannot_take_reports_and_it_is_said_at_once(
    hass: HomeAssistant,
    repairs: RepairsFlowManager,
    https: None,
    pbx: Simulator,
    entry: MockConfigEntry,
    unused_tcp_port: int,
) -> None:
    """The PBX is not even asked to post; a port of our own is offered."""
    await set_up(hass, entry, **{CONF_REPORT_PORT: unused_tcp_port})
    assert "url" not in requests_of(pbx, "login")[0].body
    assert state_of(hass, REPORTS) == "off"
    issue = issue_of(hass, entry)
    assert issue
    assert issue.translation_key == "no_reports_https"
    await choose(hass, repairs, entry, ["own_port", "keep"], "own_port")
    pbx.send_report(BUSY)
    await deliver(hass, pbx)
    assert state_of(hass, JAYSON) == "in_call"
    assert state_of(hass, REPORTS) == "on"
    assert issue_of(hass, entry) is None
    await hass.config_entries.async_unload(entry.entry_id)


async def test_with_https_there_is_no_way_back(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    repairs: RepairsFlowManager,
    https: None,
    pbx: Simulator,
    entry: MockConfigEntry,
    unused_tcp_port: int,
) -> None:
    """Only what can work is offered."""
    options = {CONF_REPORTS: ReportWay.OWN_PORT, CONF_REPORT_PORT: unused_tcp_port}
    await set_up(hass, entry, **options)
    await miss_reports(hass, freezer, pbx)
    await choose(hass, repairs, entry, ["keep"], "keep")
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.usefixtures("https")
async def test_https_with_another_address_is_tried(
    hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry
) -> None:
    """Something there may take http."""
    pbx.state.device.firmwarever = "30.10.0.59"
    await set_up(hass, entry, **{CONF_REPORT_ADDRESS: "192.0.2.7"})
    assert pbx.report_target
    assert pbx.report_target.host == "192.0.2.7"
    assert state_of(hass, REPORTS) == STATE_UNKNOWN
    await hass.config_entries.async_unload(entry.entry_id)
