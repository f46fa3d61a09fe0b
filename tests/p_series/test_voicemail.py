"""Mailboxes of a P-Series: what is new, who left it, how it sounds."""

from collections.abc import AsyncGenerator, Callable, Coroutine
from datetime import UTC, datetime
from http import HTTPStatus
import time
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth.models import User
from homeassistant.components.media_player import BrowseMedia
from homeassistant.components.media_source import (
    MediaSourceError,
    Unresolvable,
    async_browse_media,
    async_resolve_media,
)
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)
import voluptuous as vol

from custom_components.yeastar.const import CONF_RECORDINGS, DOMAIN
from tests.actions.words import refused
from tests.helpers import state_of
from tests.simulator.p_series import PSeriesSimulator
from tests.simulator.p_series.records import Voicemail
from tests.simulator.p_series.state import GroupMailbox
from tests.test_rights import CONTROL_JAYSON, NOTHING, READ_JAYSON, user_with

from .conftest import deliver, pass_time, until

SHARED = "sensor.pbx_unread_voicemails_of_family"
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


# Deleting


async def delete(
    hass: HomeAssistant, context: Context | None = None, **data: Any
) -> None:
    """Delete a message."""
    await hass.services.async_call(
        DOMAIN, "delete_voicemail", data, blocking=True, context=context
    )


async def test_a_message_is_deleted(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry, leave: Leave
) -> None:
    """That one alone, and it shows at once."""
    first, second = await leave(), await leave()
    await delete(hass, extension="Jayson", message_id=first.msg_id)
    assert pbx.archive.voicemails["1000"] == [second]
    assert state_of(hass, UNREAD) == "1"


@pytest.mark.parametrize("message_id", [{}, {"message_id": ""}])
async def test_not_all_messages_are_deleted_at_once(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    known: MockConfigEntry,
    leave: Leave,
    message_id: dict[str, Any],
) -> None:
    """A template that came out empty deletes nothing."""
    await leave()
    with pytest.raises(vol.Invalid):
        await delete(hass, extension="1000", **message_id)
    assert pbx.archive.voicemails["1000"]


async def test_a_message_of_another_mailbox_is_not_deleted(
    hass: HomeAssistant, pbx: PSeriesSimulator, known: MockConfigEntry, leave: Leave
) -> None:
    """It is refused in words."""
    message = await leave()
    with refused("voicemail_unknown"):
        await delete(hass, extension="1002", message_id=message.msg_id)
    assert pbx.archive.voicemails["1000"] == [message]


async def test_who_may_not_control_the_extension_deletes_nothing(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    known: MockConfigEntry,
    leave: Leave,
    hass_read_only_user: User,
) -> None:
    """As with every action on an extension."""
    message = await leave()
    context = Context(user_id=hass_read_only_user.id)
    with pytest.raises(Unauthorized):
        await delete(hass, context, extension="1000", message_id=message.msg_id)
    assert pbx.archive.voicemails["1000"] == [message]


# Groups


@pytest.fixture
async def shared(
    hass: HomeAssistant, pbx: PSeriesSimulator, reachable: None, entry: MockConfigEntry
) -> AsyncGenerator[MockConfigEntry]:
    """Return the entry of a PBX with mailboxes of groups, of which one keeps messages."""
    pbx.state.mailboxes = {
        "6100": GroupMailbox(1, "6100", "Family", ["1000"]),
        "6101": GroupMailbox(2, "6101", "Everyone", ["1000", "1002"], mode="broadcast"),
    }
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options={CONF_RECORDINGS: True})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data.health.works)
    await pass_time(hass, 2)
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


async def leave_shared(hass: HomeAssistant, pbx: PSeriesSimulator) -> Voicemail:
    """Let a message be in the mailbox of the family."""
    message = pbx.archive.leave("6100", "5503301", time.time(), 3)
    (entry,) = hass.config_entries.async_loaded_entries(DOMAIN)
    await entry.runtime_data.mailboxes.async_refresh()
    await hass.async_block_till_done()
    return message


async def test_the_mailbox_of_a_group_has_entities(
    hass: HomeAssistant, pbx: PSeriesSimulator, shared: MockConfigEntry
) -> None:
    """On the device of the PBX; what is only copied to the members has none."""
    assert state_of(hass, SHARED) == "0"
    assert not [s for s in hass.states.async_all() if "everyone" in s.entity_id]
    message = await leave_shared(hass, pbx)
    assert state_of(hass, SHARED) == "1"
    event = hass.states.get("event.pbx_voicemail_of_family")
    assert event
    assert event.attributes["message_id"] == message.msg_id
    registry = er.async_get(hass)
    assert (
        registry.entities[SHARED].device_id
        == registry.entities["sensor.pbx_inbound_calls"].device_id
    )


async def test_a_new_mailbox_of_a_group_appears(
    hass: HomeAssistant, pbx: PSeriesSimulator, shared: MockConfigEntry
) -> None:
    """Without a reload; one that is gone is unavailable, and the others are read."""
    pbx.state.mailboxes["6102"] = GroupMailbox(3, "6102", "Office", ["1002"])
    await read_again(hass, shared)
    await pass_time(hass, 2)
    assert state_of(hass, "sensor.pbx_unread_voicemails_of_office") == "0"
    del pbx.state.mailboxes["6102"]
    await leave_shared(hass, pbx)
    gone = "sensor.pbx_unread_voicemails_of_office"
    assert state_of(hass, gone) == STATE_UNAVAILABLE
    assert state_of(hass, SHARED) == "1"


async def test_mailboxes_of_groups_are_listed_while_an_entity_shows_one(
    hass: HomeAssistant, pbx: PSeriesSimulator, shared: MockConfigEntry
) -> None:
    """Else once, and again when the settings of the PBX were changed."""

    def listed() -> int:
        return [r.endpoint for r in pbx.requests].count("vm_group/list")

    before = listed()
    await read_again(hass, shared)
    assert listed() == before + 1
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, shared.entry_id):
        if "mailbox_6100" in entity.unique_id:
            registry.async_update_entity(
                entity.entity_id, disabled_by=er.RegistryEntryDisabler.USER
            )
    await hass.async_block_till_done()
    before = listed()
    for _ in range(3):
        await read_again(hass, shared)
    assert listed() == before
    pbx.state.mailboxes["6102"] = GroupMailbox(3, "6102", "Office", ["1002"])
    pbx.add_extension("1010")
    await deliver(hass, pbx)
    await read_again(hass, shared)
    assert listed() == before + 1
    await pass_time(hass, 2)
    assert state_of(hass, "sensor.pbx_unread_voicemails_of_office") == "0"


async def test_a_firmware_that_lists_no_mailboxes_of_groups(
    hass: HomeAssistant, pbx: PSeriesSimulator, shared: MockConfigEntry
) -> None:
    """The mailboxes of the extensions are read."""
    pbx.refuse_next(10001, "vm_group/list")
    await read_again(hass, shared)
    assert state_of(hass, SHARED) == STATE_UNAVAILABLE
    assert state_of(hass, UNREAD) == "0"


@pytest.mark.parametrize("mailbox", ["6100", "family"])
async def test_messages_of_a_group_are_marked_and_deleted(
    hass: HomeAssistant, pbx: PSeriesSimulator, shared: MockConfigEntry, mailbox: str
) -> None:
    """By the number of the mailbox or its name."""
    first, second = await leave_shared(hass, pbx), await leave_shared(hass, pbx)
    await mark(hass, mailbox=mailbox, message_id=first.msg_id)
    assert (first.is_read, second.is_read) == (True, False)
    await delete(hass, mailbox=mailbox, message_id=first.msg_id)
    assert pbx.archive.voicemails["6100"] == [second]
    assert state_of(hass, SHARED) == "1"


async def test_a_mailbox_that_is_not_there(
    hass: HomeAssistant, shared: MockConfigEntry
) -> None:
    """The sentence names those that are; and one mailbox has to be meant."""
    with refused("mailbox_unknown") as said:
        await mark(hass, mailbox="6101")
    assert "6100 (Family)" in said.sentence
    with refused("one_of"):
        await mark(hass, mailbox="6100", extension="1000")


async def test_the_mailbox_of_a_group_is_for_its_members(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    shared: MockConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    """Who may read one of them hears the messages, who may control one deletes them."""
    message = await leave_shared(hass, pbx)
    address = f"/api/yeastar/voicemail/{shared.entry_id}/6100/{message.msg_id}"
    for policy, status in (
        (READ_JAYSON, HTTPStatus.OK),
        (NOTHING, HTTPStatus.NOT_FOUND),
    ):
        user = user_with(hass, policy)
        refresh = await hass.auth.async_create_refresh_token(user, "https://a.test/")
        client = await hass_client(hass.auth.async_create_access_token(refresh))
        async with client.get(address) as response:
            assert response.status == status
        with pytest.raises(Unauthorized):
            await delete(
                hass,
                Context(user_id=user.id),
                mailbox="Family",
                message_id=message.msg_id,
            )
    owner = Context(user_id=user_with(hass, CONTROL_JAYSON).id)
    await delete(hass, owner, mailbox="Family", message_id=message.msg_id)
    assert pbx.archive.voicemails["6100"] == []


async def test_messages_of_a_group_are_in_the_media_browser(
    hass: HomeAssistant, pbx: PSeriesSimulator, shared: MockConfigEntry
) -> None:
    """Beside those of the extensions."""
    await leave_shared(hass, pbx)
    root = f"{ROOT}/{shared.entry_id}/voicemail"
    boxes = children(await async_browse_media(hass, root))
    assert [item.title for item in boxes] == ["Family"]
    (item,) = children(await async_browse_media(hass, boxes[0].media_content_id))
    assert "5503301" in item.title


async def test_the_newest_message_is_first_with_its_time_in_words(
    hass: HomeAssistant,
    pbx: PSeriesSimulator,
    shared: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """In the zone of Home Assistant; without a known time, as the PBX displays it."""
    await hass.config.async_set_time_zone("America/New_York")
    noon = datetime(2026, 11, 23, 17, tzinfo=UTC)
    freezer.move_to(noon)
    for caller, hours in (("5503301", 25), ("anonymous", 1), ("5503303", 100)):
        received = noon.timestamp() - hours * 3600
        message = pbx.archive.leave("6100", caller, received, 12)
    message.msg_id = "vm-7"
    display = pbx.state.device.display(message.received)
    root = f"{ROOT}/{shared.entry_id}/voicemail/6100"
    assert [item.title for item in children(await async_browse_media(hass, root))] == [
        "Today, 11:00 AM Withheld number (0:12)",
        "Yesterday, 11:00 AM 5503301 (0:12)",
        f"{display} 5503303 (0:12)",
    ]


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
    with refused("pbx_unsupported_request"):
        await mark(hass, extension="1000")
    with refused("pbx_unsupported_request"):
        await delete(hass, extension="1000", message_id="1713033769-00000619")
