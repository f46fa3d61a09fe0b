"""What the permissions of a user hide is hidden everywhere, and what costs needs control."""

import asyncio
from http import HTTPStatus
from typing import Any

from homeassistant.auth.models import User
from homeassistant.components.media_source import async_browse_media
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.yeastar.const import CONF_RECORDINGS, DOMAIN
from custom_components.yeastar.features.recording_view import recording_url
from tests.helpers import deliver, pass_time
from tests.simulator import Simulator

JAYSON = "sensor.jayson"
SMS = {"number": "0171 3920010", "message": "Hello", "trunk": "GSM-trunk"}
NOTHING: dict[str, Any] = {"entities": {}}
READ_ALL = {"entities": {"all": {"read": True}}}
READ_JAYSON = {"entities": {"entity_ids": {JAYSON: {"read": True}}}}
CONTROL_JAYSON = {"entities": {"entity_ids": {JAYSON: {"control": True}}}}
CONTROL_LIGHTS = {"entities": {"domains": {"light": {"control": True}}}}


@pytest.fixture
def entry(entry: MockConfigEntry) -> MockConfigEntry:
    """Return an entry whose recordings may be played."""
    return MockConfigEntry(
        domain=DOMAIN,
        title=entry.title,
        unique_id=entry.unique_id,
        data=entry.data,
        options={CONF_RECORDINGS: True},
    )


def user_with(hass: HomeAssistant, policy: dict[str, Any]) -> User:
    """Return a user who may do what a policy says."""
    user: User = MockUser().add_to_hass(hass)
    user.mock_policy(policy)  # type: ignore[attr-defined]
    return user


async def act(hass: HomeAssistant, name: str, user: User | None, **data: Any) -> Any:
    """Return the answer to an action of a user, or of an automation."""
    return await hass.services.async_call(
        DOMAIN,
        name,
        data,
        blocking=True,
        context=Context(user_id=user.id if user else None),
        return_response=True,
    )


async def recorded(hass: HomeAssistant, pbx: Simulator, number: str) -> str:
    """Let an extension answer a call that the PBX records; return its id."""
    pbx.state.record_calls = True
    call = pbx.outside_call("5503301", to=number, trunk="SIP-142")
    pbx.answer(number)
    await deliver(hass, pbx)
    pbx.hang_up(number)
    await deliver(hass, pbx)
    await pass_time(hass, 5)
    return call.callid


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("get_calls", {}),
        ("get_extension", {"extension": "1000"}),
        ("hang_up", {"call_id": "1763900000.404"}),
    ],
)
async def test_a_reader_locks_no_user_out(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    name: str,
    data: dict[str, str],
) -> None:
    """However often a user asks, what others do goes first."""
    reader = user_with(hass, READ_ALL)
    pbx.latency = 0.05
    asking = [
        hass.async_create_task(act(hass, name, reader, **data)) for _ in range(400)
    ]
    await asyncio.sleep(0.1)
    async with asyncio.timeout(2):
        await act(hass, "dial", None, extension="1000", number="1002")
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)


@pytest.mark.parametrize("policy", [NOTHING, READ_ALL, CONTROL_LIGHTS])
async def test_a_text_message_costs_and_needs_control_of_a_phone(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, policy: dict[str, Any]
) -> None:
    """A user who may only look, or who controls other things, sends none."""
    with pytest.raises(Unauthorized):
        await act(hass, "send_sms", user_with(hass, policy), **SMS)
    assert not pbx.sms_sent
    await act(hass, "send_sms", user_with(hass, CONTROL_JAYSON), **SMS)
    await act(hass, "send_sms", None, **SMS)
    assert len(pbx.sms_sent) == 2


async def test_actions_tell_of_no_call_that_the_user_may_not_read(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Neither of living ones nor of those in the log; an automation reads all."""
    over = {number: await recorded(hass, pbx, number) for number in ("1000", "1002")}
    living = pbx.outside_call("5503302", to="1002", trunk="SIP-142")
    await deliver(hass, pbx)

    async def told(name: str, user: User | None, **data: Any) -> set[str]:
        return {
            row["call_id"] for row in (await act(hass, name, user, **data))["calls"]
        }

    reader = user_with(hass, READ_JAYSON)
    assert await told("get_call_log", reader) == {over["1000"]}
    assert await told("get_call_log", reader, number="5503301") == {over["1000"]}
    assert await told("get_calls", reader) == set()
    assert await told("get_calls", user_with(hass, READ_ALL)) == {living.callid}
    assert await told("get_call_log", user_with(hass, NOTHING)) == set()
    assert await told("get_call_log", None) == set(over.values())


@pytest.mark.parametrize("action", ["get_calls", "get_call_log"])
async def test_a_phone_that_a_user_may_not_read_is_refused(
    hass: HomeAssistant, loaded: MockConfigEntry, action: str
) -> None:
    """As Home Assistant refuses it."""
    reader = user_with(hass, READ_JAYSON)
    assert await act(hass, action, reader, extension="1000") == {"calls": []}
    with pytest.raises(Unauthorized):
        await act(hass, action, reader, extension="1002")


async def test_recordings_are_for_those_who_may_read_the_call(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    pbx: Simulator,
    loaded: MockConfigEntry,
) -> None:
    """They are listed, resolved and played to no others."""
    calls = {number: await recorded(hass, pbx, number) for number in ("1000", "1002")}
    (day,) = (await async_browse_media(hass, "media-source://yeastar")).children or ()
    refresh = await hass.auth.async_create_refresh_token(
        user_with(hass, READ_JAYSON), "https://example.test/"
    )
    token = hass.auth.async_create_access_token(refresh)
    websocket = await hass_ws_client(hass, token)

    async def ask(command: str, media: str) -> Any:
        await websocket.send_json_auto_id(
            {"type": f"media_source/{command}", "media_content_id": media}
        )
        return await websocket.receive_json()

    shown = (await ask("browse_media", day.media_content_id))["result"]["children"]
    assert [item["media_content_id"].rpartition("/")[2] for item in shown] == [
        calls["1000"]
    ]
    hidden = f"{day.media_content_id}/{calls['1002']}"
    assert not (await ask("resolve_media", hidden))["success"]
    client = await hass_client(token)
    for number, status in (("1000", HTTPStatus.OK), ("1002", HTTPStatus.NOT_FOUND)):
        url = recording_url(loaded.entry_id, calls[number])
        async with client.get(url) as response:
            assert response.status == status
