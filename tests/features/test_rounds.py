"""What settings and wake-up calls have in common: when their turn comes again."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.yeastar.features.rounds import EVERY, RETRY_SECONDS, SOON
from custom_components.yeastar.pbx import ExtensionSettings, Listing
from tests.helpers import deliver, pass_time, requests_of
from tests.simulator import Fault, Simulator

SETTINGS, WAKE_UP_CALLS = "extension/query", "wakeupcall/query"
ENDPOINTS = pytest.mark.parametrize("endpoint", [SETTINGS, WAKE_UP_CALLS])


def read(pbx: Simulator, endpoint: str) -> list[str]:
    """Return which extensions each request so far asked for."""
    return [str(request.body["extid"]) for request in requests_of(pbx, endpoint)]


@ENDPOINTS
async def test_after_an_absence_all_are_read_at_once(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, endpoint: str
) -> None:
    """And none during it: anything may have been changed meanwhile."""
    await pass_time(hass, SOON)
    (everybody,) = read(pbx, endpoint)
    pbx.fault = Fault.HTTP_500
    for _ in range(2):
        await loaded.runtime_data.async_refresh()
    await pass_time(hass, EVERY)
    assert read(pbx, endpoint) == [everybody]
    pbx.fault = None
    await loaded.runtime_data.async_refresh()
    await pass_time(hass, SOON)
    assert read(pbx, endpoint) == [everybody, everybody]


@ENDPOINTS
async def test_what_failed_is_tried_again_after_a_minute(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, endpoint: str
) -> None:
    """Not sooner, as the PBX may be busy."""
    pbx.fail_next(Fault.HTML, endpoint=endpoint)
    await pass_time(hass, SOON)
    await pass_time(hass, RETRY_SECONDS - 1)
    assert len(read(pbx, endpoint)) == 1
    await pass_time(hass, RETRY_SECONDS)
    assert len(read(pbx, endpoint)) == 2


async def test_what_changes_while_it_is_read_is_read_again(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The answer under way may be from before."""
    client = loaded.runtime_data.client
    ask, changed = client.settings_of, asyncio.Event()

    async def answer_late(numbers: Sequence[str]) -> Listing[ExtensionSettings]:
        listing: Listing[ExtensionSettings] = await ask(numbers)
        await changed.wait()
        return listing

    monkeypatch.setattr(client, "settings_of", answer_late)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=SOON))
    while not read(pbx, SETTINGS):
        await asyncio.sleep(0.01)
    pbx.rename_extension("1002", "Amy")
    await deliver(hass, pbx)
    changed.set()
    await hass.async_block_till_done(wait_background_tasks=True)
    await pass_time(hass, SOON)
    assert read(pbx, SETTINGS)[1:] == ["1002"]
