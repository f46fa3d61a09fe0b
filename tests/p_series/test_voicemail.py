"""Mailboxes of a P-Series: what is new, who left it, how it sounds."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from homeassistant.auth.models import User
from homeassistant.components.media_player import BrowseMedia
from homeassistant.components.media_source import (
    MediaSourceError,
    Unresolvable,
    async_browse_media,
    async_resolve_media,
)
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.yeastar.const import CONF_RECORDINGS, DOMAIN
from tests.helpers import state_of
from tests.simulator.p_series import PSeriesSimulator
from tests.simulator.p_series.records import Voicemail
from tests.test_rights import NOTHING, READ_JAYSON, user_with

from .conftest import deliver, pass_time

UNREAD = "sensor.jayson_unread_voicemails"
EVENT = "event.jayson_voicemail"
ROOT = "media-source://yeastar"

type Leave = Callable[[], Coroutine[Any, Any, Voicemail]]


@pytest.fixture
async def known(
    hass: HomeAssistant, loaded: MockConfigEntry, entry: MockConfigEntry
) -> MockConfigEntry:
    """Return an entry that lets recordings be played, once its mailboxes were read."""
    hass.config_entries.async_update_entry(loaded, options={CONF_RECORDINGS: True})
    await pass_time(hass, 2)
    return loaded


@pytest.fixture
def leave(hass: HomeAssistant, pbx: PSeriesSimulator) -> Leave:
    """Return how a caller leaves a message for Jayson."""

    async def leave() -> Voicemail:
        call = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
        pbx.voicemail(call)
        pbx.outside_hangs_up(call)
        await deliver(hass, pbx)
        await pass_time(hass, 2)
        return pbx.archive.voicemails["1000"][-1]

    return leave


def children(folder: BrowseMedia) -> list[BrowseMedia]:
    """Return what a folder shows."""
    return list(folder.children or ())


async def mark(hass: HomeAssistant, **data: str) -> None:
    """Mark messages as read."""
    await hass.services.async_call(DOMAIN, "mark_voicemail_read", data, blocking=True)


# Entities


async def test_a_message_that_is_left_shows_at_once(
    hass: HomeAssistant, known: MockConfigEntry, leave: Leave
) -> None:
    """The record of the call tells that there is one, the mailbox which."""
    assert state_of(hass, UNREAD) == "0"
    assert state_of(hass, EVENT) == STATE_UNKNOWN
    message = await leave()
    assert state_of(hass, UNREAD) == "1"
    assert state_of(hass, "sensor.amy_unread_voicemails") == "0"
    sensor, event = hass.states.get(UNREAD), hass.states.get(EVENT)
    assert sensor
    assert event
    (row,) = sensor.attributes["messages"]
    assert (row["message_id"], row["from"]) == (message.msg_id, "5503301")
    assert row["read"] is False
    assert event.attributes["event_type"] == "received"
    assert event.attributes["message_id"] == message.msg_id
    assert hass.states.get("event.amy_voicemail").state == STATE_UNKNOWN  # type: ignore[union-attr]


async def test_a_message_that_was_there_is_no_news(
    hass: HomeAssistant,
    reachable: None,
    pbx: PSeriesSimulator,
    entry: MockConfigEntry,
) -> None:
    """It counts, but it did not arrive now."""
    call = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.voicemail(call)
    pbx.outside_hangs_up(call)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await deliver(hass, pbx)
    await pass_time(hass, 2)
    assert state_of(hass, UNREAD) == "1"
    assert state_of(hass, EVENT) == STATE_UNKNOWN
    await hass.config_entries.async_unload(entry.entry_id)


async def read_again(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Let the mailboxes be read as they are every five minutes."""
    await entry.runtime_data.mailboxes.async_refresh()
    await hass.async_block_till_done()


async def test_a_message_that_no_event_told_of(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry, leave: Leave
) -> None:
    """It is found by the next reading."""
    pbx.deafen_sockets()
    await leave()
    assert state_of(hass, UNREAD) == "0"
    await read_again(hass, known)
    assert state_of(hass, UNREAD) == "1"


async def test_mailboxes_that_the_pbx_does_not_tell_are_unknown(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry, leave: Leave
) -> None:
    """After the second time; and what is found then did not arrive now."""
    await leave()
    arrived = state_of(hass, EVENT)
    pbx.refuse_next(-1, "vm/query", 2)
    await read_again(hass, known)
    assert state_of(hass, UNREAD) == "1"
    await read_again(hass, known)
    assert state_of(hass, UNREAD) == STATE_UNKNOWN
    await read_again(hass, known)
    assert state_of(hass, UNREAD) == "1"
    assert state_of(hass, EVENT) == arrived


async def test_a_pbx_that_was_away_is_asked_again(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry
) -> None:
    """Messages may have been left meanwhile."""
    mailboxes = known.runtime_data.mailboxes
    mailboxes.async_reachable(False)
    await read_again(hass, known)
    before = sum(r.endpoint == "vm/query" for r in pbx.requests)
    mailboxes.async_reachable(True)
    await pass_time(hass, 2)
    assert sum(r.endpoint == "vm/query" for r in pbx.requests) == before + 1


# Marking as read


async def test_a_message_is_marked_as_read(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry, leave: Leave
) -> None:
    """That one alone, and it shows at once."""
    first, second = await leave(), await leave()
    await mark(hass, extension="Jayson", message_id=second.msg_id)
    assert (first.is_read, second.is_read) == (False, True)
    assert state_of(hass, UNREAD) == "1"


async def test_all_messages_are_marked_as_read(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry, leave: Leave
) -> None:
    """Those that are read already are left alone."""
    await leave()
    await mark(hass, extension="1000")
    await leave()
    await mark(hass, extension="1000")
    assert state_of(hass, UNREAD) == "0"
    assert sum(r.endpoint == "vm/update" for r in pbx.requests) == 2


async def test_a_message_that_is_not_there(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry, leave: Leave
) -> None:
    """It is refused in words, as is one in the mailbox of another extension."""
    message = await leave()
    for extension in ("1000", "1002"):
        wanted = "1-1" if extension == "1000" else message.msg_id
        with pytest.raises(ServiceValidationError) as caught:
            await mark(hass, extension=extension, message_id=wanted)
        assert caught.value.translation_key == "voicemail_unknown"
    assert not message.is_read


async def test_who_may_not_control_the_extension_marks_nothing(
    hass: HomeAssistant,
    known: MockConfigEntry,
    leave: Leave,
    hass_read_only_user: User,
) -> None:
    """As with every action on an extension."""
    message = await leave()
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN,
            "mark_voicemail_read",
            {"extension": "1000"},
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
        )
    assert not message.is_read


# Listening


async def test_messages_are_in_the_media_browser(
    hass: HomeAssistant,
    known: MockConfigEntry,
    leave: Leave,
    hass_client: ClientSessionGenerator,
) -> None:
    """By mailbox; each can be played, as it comes from the PBX."""
    message = await leave()
    folders = children(await async_browse_media(hass, ROOT))
    assert folders[0].title == "Voicemail"
    boxes = children(await async_browse_media(hass, folders[0].media_content_id))
    assert [item.title for item in boxes] == ["Jayson"]
    (item,) = children(await async_browse_media(hass, boxes[0].media_content_id))
    assert "5503301" in item.title
    assert item.can_play
    played = await async_resolve_media(hass, item.media_content_id, None)
    assert played.url.endswith(message.msg_id)
    client = await hass_client()
    async with client.get(played.url) as response:
        assert response.status == HTTPStatus.OK
        assert (await response.read()).startswith(b"RIFF")


async def test_who_may_not_read_the_extension_hears_nothing(
    hass: HomeAssistant,
    known: MockConfigEntry,
    leave: Leave,
    hass_client: ClientSessionGenerator,
    hass_admin_user: User,
) -> None:
    """Though the address is known."""
    message = await leave()
    hass_admin_user.groups = []
    client = await hass_client()
    address = f"/api/yeastar/voicemail/{known.entry_id}/1000/{message.msg_id}"
    async with client.get(address) as response:
        assert response.status == HTTPStatus.NOT_FOUND


async def test_the_list_of_messages_is_for_those_who_may_read_the_extension(
    hass: HomeAssistant,
    known: MockConfigEntry,
    leave: Leave,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """It tells who called: other users find neither the mailbox nor what is in it."""
    message = await leave()
    root = f"{ROOT}/{known.entry_id}/voicemail"

    async def listed(user: User, path: str) -> list[str] | None:
        refresh = await hass.auth.async_create_refresh_token(user, "https://a.test/")
        token = hass.auth.async_create_access_token(refresh)
        websocket = await hass_ws_client(hass, token)
        await websocket.send_json_auto_id(
            {"type": "media_source/browse_media", "media_content_id": f"{root}{path}"}
        )
        answer = await websocket.receive_json()
        if not answer["success"]:
            return None
        return [
            item["media_content_id"].removeprefix(f"{root}/")
            for item in answer["result"]["children"]
        ]

    reader = user_with(hass, READ_JAYSON)
    assert await listed(reader, "") == ["1000"]
    assert await listed(reader, "/1000") == [f"1000/{message.msg_id}"]
    stranger = user_with(hass, NOTHING)
    assert await listed(stranger, "") == []
    assert await listed(stranger, "/1000") is None


@pytest.mark.parametrize("path", ["1000/1-1", "4711/1-1"])
async def test_a_message_that_is_gone_cannot_be_played(
    hass: HomeAssistant,
    known: MockConfigEntry,
    path: str,
    hass_client: ClientSessionGenerator,
) -> None:
    """Nor one of a mailbox that is not there."""
    with pytest.raises(Unresolvable):
        await async_resolve_media(
            hass, f"{ROOT}/{known.entry_id}/voicemail/{path}", None
        )
    client = await hass_client()
    address = f"/api/yeastar/voicemail/{known.entry_id}/{path}"
    async with client.get(address) as response:
        assert response.status == HTTPStatus.NOT_FOUND


async def test_a_mailbox_of_nobody_cannot_be_opened(
    hass: HomeAssistant, known: MockConfigEntry
) -> None:
    """The PBX is not even asked."""
    with pytest.raises(MediaSourceError):
        await async_browse_media(hass, f"{ROOT}/{known.entry_id}/voicemail/4711")


async def test_a_pbx_that_does_not_tell_its_messages(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry
) -> None:
    """The media browser says why."""
    pbx.refuse_next(10005, "vm/query")
    with pytest.raises(MediaSourceError) as caught:
        await async_browse_media(hass, f"{ROOT}/{known.entry_id}/voicemail")
    assert caught.value.translation_key == "pbx_access_denied"


async def test_messages_are_kept_from_the_media_browser_without_the_option(
    hass: HomeAssistant, known: MockConfigEntry, leave: Leave
) -> None:
    """It is the one for recordings."""
    message = await leave()
    hass.config_entries.async_update_entry(known, options={})
    with pytest.raises(Unresolvable):
        await async_resolve_media(
            hass, f"{ROOT}/{known.entry_id}/voicemail/1000/{message.msg_id}", None
        )


# A PBX without


async def test_a_pbx_without_mailboxes_refuses_in_words(
    hass: HomeAssistant, s_series: MockConfigEntry
) -> None:
    """And shows nothing of them."""
    assert not [s for s in hass.states.async_all() if "voicemail" in s.entity_id]
    with pytest.raises(HomeAssistantError) as caught:
        await mark(hass, extension="1000")
    assert caught.value.translation_key == "pbx_unsupported_request"
