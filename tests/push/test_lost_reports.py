"""Another program logs in as the same API user: the PBX reports there from then on."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import CONF_REPORTS, DOMAIN, ReportWay
from custom_components.yeastar.push.health import LOSS_WINDOW
from tests.conftest import WEBHOOK_ID
from tests.helpers import deliver, pass_time, requests_of, set_up, state_of
from tests.simulator import Fault, Simulator
from tests.simulator.peer import Client

REPORTS = "binary_sensor.yeastar_s100_reports"
JAYSON = "sensor.jayson"
SLOW = 31
TWO_MINUTES = 121
OURS = f"/api/webhook/{WEBHOOK_ID}"


async def let_pass(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float
) -> None:
    """Let time pass on every clock."""
    freezer.tick(seconds)
    await pass_time(hass, 0)


async def change(hass: HomeAssistant, pbx: Simulator, status: str) -> None:
    """Let a phone change, which is reported to whom the PBX knows."""
    pbx.set_extension_status("1000", status)
    await deliver(hass, pbx)


async def log_in_elsewhere(pbx: Simulator) -> None:
    """Let another program log in; the port that it wants reports at takes none."""
    pbx.poster.interval = 0
    await Client(pbx).login("9")
    assert path_of(pbx) != OURS


async def lose(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, pbx: Simulator, status: str
) -> None:
    """Let another program log in, a phone change, and a poll find it."""
    await log_in_elsewhere(pbx)
    await change(hass, pbx, status)
    await let_pass(hass, freezer, SLOW)


async def lose_and_recover(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, pbx: Simulator
) -> None:
    """Let another program take the reports away, and let them come again."""
    await lose(hass, freezer, pbx, "Unavailable")
    await let_pass(hass, freezer, TWO_MINUTES)
    await change(hass, pbx, "Registered")
    await let_pass(hass, freezer, TWO_MINUTES)


def path_of(pbx: Simulator) -> str:
    """Return the path to which the PBX reports."""
    assert pbx.report_target
    return pbx.report_target.path


def issue_of(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    """Return the issue that names the cause."""
    return ir.async_get(hass).async_get_issue(DOMAIN, f"reports_taken_{entry.entry_id}")


@pytest.fixture
async def reported(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> MockConfigEntry:
    """Return an entry to which reports came."""
    await change(hass, pbx, "Busy")
    await change(hass, pbx, "Registered")
    assert state_of(hass, REPORTS) == "on"
    return loaded


async def test_the_first_missing_report_takes_the_destination_back(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    reported: MockConfigEntry,
) -> None:
    """A heartbeat names it anew, with the poll that found the change."""
    await lose(hass, freezer, pbx, "Unavailable")
    assert state_of(hass, JAYSON) == "unregistered"
    assert path_of(pbx) == OURS
    assert len(requests_of(pbx, "heartbeat")) == 1
    assert state_of(hass, REPORTS) == "on"


async def test_the_next_change_is_reported_again(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    reported: MockConfigEntry,
) -> None:
    """Without a poll."""
    await lose(hass, freezer, pbx, "Unavailable")
    await change(hass, pbx, "Busy")
    assert state_of(hass, JAYSON) == "in_call"


async def test_where_no_report_ever_came_it_is_a_login(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """Its answer tells more than that of a heartbeat: by which way reports come."""
    so_far = pbx.logins_ok
    await lose(hass, freezer, pbx, "Unavailable")
    assert path_of(pbx) == OURS
    assert pbx.logins_ok == so_far + 2  # One is that of the other program.
    assert requests_of(pbx, "heartbeat") == []


async def test_it_is_done_every_two_minutes_at_most(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    reported: MockConfigEntry,
) -> None:
    """Two programs do not fight."""
    await lose(hass, freezer, pbx, "Unavailable")
    assert path_of(pbx) == OURS
    for status in ("Registered", "Unavailable"):
        await lose(hass, freezer, pbx, status)
        assert path_of(pbx) != OURS
    await let_pass(hass, freezer, TWO_MINUTES)
    await lose(hass, freezer, pbx, "Registered")
    assert path_of(pbx) == OURS


async def test_a_refusal_is_tried_again_later(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    reported: MockConfigEntry,
) -> None:
    """Nothing else suffers."""
    await log_in_elsewhere(pbx)
    await change(hass, pbx, "Unavailable")
    pbx.fail_next(Fault.CLOSE, endpoint="heartbeat")
    await let_pass(hass, freezer, SLOW)
    assert path_of(pbx) != OURS
    await let_pass(hass, freezer, TWO_MINUTES)
    await change(hass, pbx, "Registered")
    await let_pass(hass, freezer, SLOW)
    assert path_of(pbx) == OURS


async def test_where_no_reports_are_wanted_none_are_asked_for(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    entry: MockConfigEntry,
) -> None:
    """The other program may have them."""
    await set_up(hass, entry, **{CONF_REPORTS: ReportWay.OFF})
    await lose(hass, freezer, pbx, "Unavailable")
    assert path_of(pbx) != OURS


# Again and again


async def test_reports_that_are_lost_again_and_again_name_the_cause(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    reported: MockConfigEntry,
) -> None:
    """Three times within two hours; firewalls are not blamed."""
    for _ in range(2):
        await lose_and_recover(hass, freezer, pbx)
    assert issue_of(hass, reported) is None
    await lose_and_recover(hass, freezer, pbx)
    issue = issue_of(hass, reported)
    assert issue
    assert issue.translation_placeholders == {"name": "Yeastar S100"}
    silent = ir.async_get(hass).async_get_issue(
        DOMAIN, f"no_reports_{reported.entry_id}"
    )
    assert silent is None


async def test_the_issue_goes_when_the_reports_stay(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    reported: MockConfigEntry,
) -> None:
    """Two hours without a loss."""
    for _ in range(3):
        await lose_and_recover(hass, freezer, pbx)
    assert issue_of(hass, reported)
    await let_pass(hass, freezer, LOSS_WINDOW)
    await change(hass, pbx, "Busy")
    assert issue_of(hass, reported) is None


async def test_late_reports_are_no_loss(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    reported: MockConfigEntry,
) -> None:
    """A poll may be quicker than a report."""
    for status in ("Unavailable", "Registered", "Unavailable", "Registered"):
        target, pbx.report_target = pbx.report_target, None
        pbx.set_extension_status("1000", status)
        await let_pass(hass, freezer, SLOW)
        pbx.report_target = target
        pbx.send_report(
            {"action": "ExtensionStatus", "extension": "1000", "status": status}
        )
        await deliver(hass, pbx)
        await let_pass(hass, freezer, TWO_MINUTES)
    assert issue_of(hass, reported) is None


async def test_what_changed_while_the_pbx_was_away_is_no_loss(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    pbx: Simulator,
    reported: MockConfigEntry,
) -> None:
    """It could not report then."""
    for _ in range(3):
        await lose(hass, freezer, pbx, "Unavailable")
        pbx.fail_next(Fault.CLOSE)
        await let_pass(hass, freezer, SLOW)
        await lose_and_recover(hass, freezer, pbx)
    assert issue_of(hass, reported) is None
