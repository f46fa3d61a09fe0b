"""The blueprints that send a notification with buttons to a mobile device."""

import asyncio
from typing import Any
from unittest.mock import Mock

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.template import render_complex
from homeassistant.helpers.typing import ConfigType
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    async_mock_service,
    mock_integration,
    mock_platform,
)
import voluptuous as vol

from tests.helpers import add_contact, requests_of
from tests.simulator import Simulator

from .conftest import Use
from .test_household import BELL, until

MOBILE_APP = "mobile_app"
PRESSED = "mobile_app_notification_action"
STRANGER = "5503301"

type Notifications = list[dict[str, Any]]


@pytest.fixture
def mobile(hass: HomeAssistant) -> str:
    """Return the id of a mobile device that takes notifications."""
    entry = MockConfigEntry(domain=MOBILE_APP, state=ConfigEntryState.LOADED)
    entry.add_to_hass(hass)
    return (
        dr.async_get(hass)
        .async_get_or_create(
            config_entry_id=entry.entry_id, identifiers={(MOBILE_APP, "pixel")}
        )
        .id
    )


@pytest.fixture
def sent(hass: HomeAssistant, mobile: str) -> Notifications:
    """Return the notifications that the mobile device got.

    The app's integration needs libraries for pictures, so its device action is
    imitated: the same fields, rendered in the same way.
    """
    notifications: Notifications = []

    async def notify(
        hass: HomeAssistant, config: ConfigType, variables: Any, context: Context | None
    ) -> None:
        assert config["device_id"] == mobile
        notifications.append(
            {
                key: render_complex(config[key], variables)
                for key in ("message", "title", "data")
            }
        )

    mock_integration(hass, MockModule(MOBILE_APP))
    mock_platform(
        hass,
        f"{MOBILE_APP}.device_action",
        Mock(
            spec=["ACTION_SCHEMA", "async_call_action_from_config"],
            ACTION_SCHEMA=cv.DEVICE_ACTION_BASE_SCHEMA.extend(
                {
                    vol.Required("type"): "notify",
                    vol.Required("message"): cv.template,
                    vol.Optional("title"): cv.template,
                    vol.Optional("data"): cv.template_complex,
                }
            ),
            async_call_action_from_config=notify,
        ),
    )
    return notifications


def press(
    hass: HomeAssistant, notification: dict[str, Any], button: int, **data: Any
) -> None:
    """Press a button of a notification."""
    action = notification["data"]["actions"][button]["action"]
    hass.bus.async_fire(PRESSED, {"action": action, **data})


async def miss_a_call(pbx: Simulator, number: str, sent: Notifications) -> None:
    """Let a caller hang up before the phone is picked up, and be notified of it."""
    before = len(sent)
    pbx.outside_hangs_up(pbx.outside_call(number, to="1000", trunk="SIP-142"))
    # The automation waits for a button: there is more to do until that is pressed.
    await until(lambda: len(sent) > before)


# Missed calls


async def test_a_missed_call_is_called_back_by_a_button(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    use: Use,
    mobile: str,
    sent: Notifications,
) -> None:
    """The notification names the contact; the button dials the number."""
    await add_contact(hass, loaded, "Granny", STRANGER)
    await use("missed_call_notification", {"mobile": mobile, "phone": "1002"})
    await miss_a_call(pbx, STRANGER, sent)
    (notification,) = sent
    assert notification["message"] == "Granny"
    (button,) = notification["data"]["actions"]
    assert button["title"] == "Call back"
    press(hass, notification, 0)
    await until(lambda: requests_of(pbx, "extension/dial_outbound"))
    (request,) = requests_of(pbx, "extension/dial_outbound")
    assert (request.body["extid"], request.body["outto"]) == ("1002", STRANGER)


async def test_a_missed_call_is_answered_with_a_text_message(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    use: Use,
    mobile: str,
    sent: Notifications,
) -> None:
    """The words are those that were typed into the notification."""
    hass.config_entries.async_update_entry(loaded, options={"sms_trunk": "GSM-trunk"})
    await hass.async_block_till_done()
    await use(
        "missed_call_notification",
        {"mobile": mobile, "phone": "1002", "offer_text": True},
    )
    await miss_a_call(pbx, STRANGER, sent)
    (notification,) = sent
    assert notification["data"]["actions"][1]["behavior"] == "textInput"
    press(hass, notification, 1, reply_text="I call you tonight.")
    await until(lambda: requests_of(pbx, "sms/send"))


async def test_a_caller_without_a_number_has_no_buttons(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    use: Use,
    mobile: str,
    sent: Notifications,
) -> None:
    """Nobody could be called back."""
    await use("missed_call_notification", {"mobile": mobile, "phone": "1002"})
    await miss_a_call(pbx, "anonymous", sent)
    (notification,) = sent
    assert notification["message"] == "No number"
    assert notification["data"]["actions"] == []


async def test_each_missed_call_has_its_own_buttons(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    use: Use,
    mobile: str,
    sent: Notifications,
) -> None:
    """The button of the first dials the first, after a second call was missed."""
    await use("missed_call_notification", {"mobile": mobile, "phone": "1002"})
    await miss_a_call(pbx, STRANGER, sent)
    await miss_a_call(pbx, "5503302", sent)
    press(hass, sent[0], 0)
    await until(lambda: requests_of(pbx, "extension/dial_outbound"))
    (request,) = requests_of(pbx, "extension/dial_outbound")
    assert request.body["outto"] == STRANGER


# The door


async def test_the_doorbell_shows_the_camera_and_opens_the_door(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    use: Use,
    mobile: str,
    sent: Notifications,
) -> None:
    """The button opens once; a button of an earlier ring opens nothing."""
    opened = async_mock_service(hass, "test", "open")
    await use(
        "doorbell_with_camera",
        {
            "doorbell": BELL,
            "camera": "camera.door",
            "mobile": mobile,
            "open_door": [{"action": "test.open"}],
        },
    )
    for rings in (1, 2):
        hass.bus.async_fire("bell")
        await until(lambda rings=rings: len(sent) == rings)
    first, second = sent
    assert second["data"]["image"] == "/api/camera_proxy/camera.door"
    press(hass, first, 0)
    await asyncio.sleep(0.1)
    assert not opened
    press(hass, second, 0)
    await hass.async_block_till_done()
    assert len(opened) == 1


async def test_a_doorbell_that_opens_nothing_has_no_button(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    use: Use,
    mobile: str,
    sent: Notifications,
) -> None:
    """Without actions the notification shows the picture alone."""
    await use(
        "doorbell_with_camera",
        {"doorbell": BELL, "camera": "camera.door", "mobile": mobile},
    )
    hass.bus.async_fire("bell")
    await until(lambda: sent)
    assert sent[0]["data"]["actions"] == []
