"""Reports that the PBX started: some are forged, some PBXs repeat them."""

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.yeastar.const import EVENT_YEASTAR_CALL
from tests.helpers import deliver, pass_time, requests_of
from tests.simulator import Simulator


async def boot(hass: HomeAssistant, pbx: Simulator, times: int) -> None:
    """Report that the PBX started, every two seconds, each in another body."""
    for number in range(times):
        pbx.send_report({"action": "BootUp", "sn": pbx.state.device.sn, "n": number})
        await deliver(hass, pbx)
        await pass_time(hass, 2)


async def test_a_report_alone_ends_no_call(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """A call ends when the PBX no longer lists it."""
    pbx.outside_call("0123456789", to="1000", trunk="SIP-142")
    pbx.answer("1000")
    await deliver(hass, pbx)
    told = async_capture_events(hass, EVENT_YEASTAR_CALL)
    await boot(hass, pbx, 3)
    assert loaded.runtime_data.calls.living
    assert not told


async def test_repeated_reports_cost_few_requests(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """What hardly ever changes is read once, since a start takes longer than a minute."""
    await boot(hass, pbx, 1)
    slow = ("deviceinfo/query", "extension/query", "wakeupcall/query")
    before = {endpoint: len(requests_of(pbx, endpoint)) for endpoint in slow}
    assert min(before.values()) > 0
    await boot(hass, pbx, 10)
    after = {endpoint: len(requests_of(pbx, endpoint)) for endpoint in slow}
    assert after == before
