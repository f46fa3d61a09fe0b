"""The blueprint of the wake-up call by automation."""

from collections.abc import Callable

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.helpers import deliver, requests_of
from tests.simulator import Simulator

from .conftest import Use
from .test_household import BELL, until

type Called = Callable[[], int]


@pytest.fixture
async def called(loaded: MockConfigEntry, pbx: Simulator, use: Use) -> Called:
    """Return how often the blueprint called the phone so far."""
    await use(
        "wake_up_call",
        {
            "phone": "1000",
            "wake_at": BELL,
            "prompt": "111",
            "attempts": 2,
            "pause": {"milliseconds": 10},
        },
    )
    return lambda: len(requests_of(pbx, "extension/playprompt"))


async def test_a_phone_that_was_picked_up_is_not_called_again(
    hass: HomeAssistant, pbx: Simulator, called: Called
) -> None:
    """The person is awake."""
    hass.bus.async_fire("bell")
    await until(lambda: pbx.calls)
    pbx.answer("1000")
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    (automation,) = hass.states.async_all("automation")
    assert automation.attributes["current"] == 0
    assert called() == 1


async def test_a_phone_that_was_not_picked_up_is_called_again(
    hass: HomeAssistant, pbx: Simulator, called: Called
) -> None:
    """As often as was asked for, and no more."""
    hass.bus.async_fire("bell")
    for attempt in (1, 2):
        await until(lambda: pbx.calls)
        assert called() == attempt
        pbx.reject("1000")
        await until(lambda: not pbx.calls)
    await deliver(hass, pbx)
    (automation,) = hass.states.async_all("automation")
    assert automation.attributes["current"] == 0
    assert called() == 2
