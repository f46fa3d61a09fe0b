"""The media source: what was recorded of calls, for those who are logged in."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from aiohttp import ClientPayloadError
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.media_player import BrowseMedia
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSourceError,
    Unresolvable,
    async_browse_media,
    async_resolve_media,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_load_integrations
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.yeastar.const import CONF_RECORDINGS, DOMAIN
from custom_components.yeastar.features import recording_view
from custom_components.yeastar.pbx import recordings
from custom_components.yeastar.pbx.calls.call import Call
from tests.helpers import deliver, pass_time, requests_of
from tests.simulator import Framing, Simulator

ROOT = "media-source://yeastar"


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


@pytest.fixture
async def call(hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry) -> Call:
    """Return a call from outside that Jayson answered and the PBX recorded."""
    pbx.state.record_calls = True
    ringing = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.answer("1000")
    await deliver(hass, pbx)
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    await pass_time(hass, 5)
    recorded: Call = loaded.runtime_data.calls.log[ringing.callid]
    return recorded


def play_path(entry: MockConfigEntry, call: Call) -> str:
    """Return where the recording of a call is played."""
    return f"/api/yeastar/recording/{entry.entry_id}/{call.call_id}"


def children(folder: BrowseMedia) -> list[BrowseMediaSource]:
    """Return what a folder shows."""
    found = list(folder.children or ())
    assert all(isinstance(item, BrowseMediaSource) for item in found)
    return [item for item in found if isinstance(item, BrowseMediaSource)]


async def test_recordings_are_listed_by_day_and_caller(
    hass: HomeAssistant, loaded: MockConfigEntry, call: Call
) -> None:
    """With one PBX, its days come first; a recording says who called whom."""
    days = children(await async_browse_media(hass, ROOT))
    assert len(days) == 1
    assert days[0].can_expand
    found = children(await async_browse_media(hass, days[0].media_content_id))
    title = found[0].title
    assert title.partition("M ")[2].partition(" (")[0] == "5503301 → Jayson"
    assert found[0].can_play


@pytest.mark.parametrize(
    ("language", "days", "time"),
    [
        ("en", ["Today", "Yesterday", "Monday, November 9"], "9:05 PM 5503301"),
        ("de", ["Heute", "Gestern", "Montag, 9. November"], "21:05 5503301"),
        ("fr", ["Aujourd'hui", "Hier", "Lundi 9 novembre"], "21:05 5503301"),
        ("zh-Hans", ["今天", "昨天", "11月9日周一"], "21:05 5503301"),
    ],
)
async def test_days_and_times_are_in_the_language_of_home_assistant(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    call: Call,
    freezer: FrozenDateTimeFactory,
    language: str,
    days: list[str],
    time: str,
) -> None:
    """And in its time zone, in which calls of one night are of two days."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    hass.config.language = language
    await async_load_integrations(hass, {DOMAIN})
    now = datetime(2026, 11, 14, 23, 30, tzinfo=UTC)
    freezer.move_to(now)
    log = loaded.runtime_data.calls.log
    log.clear()
    for moment in (
        now,
        now - timedelta(hours=1),
        datetime(2026, 11, 9, 20, 5, tzinfo=UTC),
    ):
        call_id = f"{moment.timestamp()}"
        log[call_id] = replace(call, call_id=call_id, started=moment.timestamp())
    folders = children(await async_browse_media(hass, ROOT))
    assert [folder.title for folder in folders] == days
    opened = await async_browse_media(hass, folders[-1].media_content_id)
    assert opened.title == days[-1]
    assert [item.title[: len(time)] for item in children(opened)] == [time]


async def test_several_pbxs_are_told_apart(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, call: Call
) -> None:
    """The first level names them."""
    async with Simulator() as other:
        other.state.device.sn = "369421860001"
        second = MockConfigEntry(
            domain=DOMAIN,
            title="Barn",
            unique_id=other.state.device.sn,
            data={**loaded.data, "port": other.port, "webhook_id": "f" * 64},
            options={CONF_RECORDINGS: True},
        )
        second.add_to_hass(hass)
        assert await hass.config_entries.async_setup(second.entry_id)
        pbxs = children(await async_browse_media(hass, ROOT))
        assert [item.title for item in pbxs] == ["Yeastar S100", "Barn"]
        days = children(await async_browse_media(hass, pbxs[0].media_content_id))
        assert len(days) == 1
        assert not children(await async_browse_media(hass, pbxs[1].media_content_id))
        await hass.config_entries.async_unload(second.entry_id)


async def test_a_recording_is_played_through_a_signed_address(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    call: Call,
    hass_ws_client: WebSocketGenerator,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """As the media browser does it: ask for the address, then open it."""
    day = children(await async_browse_media(hass, ROOT))[0]
    item = children(await async_browse_media(hass, day.media_content_id))[0]
    websocket = await hass_ws_client(hass)
    await websocket.send_json_auto_id(
        {
            "type": "media_source/resolve_media",
            "media_content_id": item.media_content_id,
        }
    )
    resolved = (await websocket.receive_json())["result"]
    assert resolved["mime_type"] == "audio/wav"
    client = await hass_client_no_auth()
    async with client.get(resolved["url"]) as response:
        assert response.status == HTTPStatus.OK
        assert response.content_type == "audio/wav"
        assert await response.read() == pbx.recordings.files[call.recording]


async def test_who_is_not_logged_in_hears_nothing(
    pbx: Simulator,
    loaded: MockConfigEntry,
    call: Call,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """The PBX is not even asked."""
    client = await hass_client_no_auth()
    async with client.get(play_path(loaded, call)) as response:
        assert response.status == HTTPStatus.UNAUTHORIZED
    assert not requests_of(pbx, "recording/get_random")


async def test_a_pbx_that_is_away_has_its_option_still(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Nobody is sent to an option that is on already."""
    await hass.config_entries.async_unload(loaded.entry_id)
    with pytest.raises(MediaSourceError) as listed:
        await async_browse_media(hass, ROOT)
    assert listed.value.translation_key == "recordings_away"


async def test_without_the_option_nothing_is_played(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    call: Call,
    hass_client: ClientSessionGenerator,
) -> None:
    """Neither listed, nor resolved, nor opened by who guesses the address."""
    day = children(await async_browse_media(hass, ROOT))[0]
    item = children(await async_browse_media(hass, day.media_content_id))[0]
    hass.config_entries.async_update_entry(loaded, options={})
    with pytest.raises(MediaSourceError) as listed:
        await async_browse_media(hass, ROOT)
    assert listed.value.translation_key == "recordings_off"
    with pytest.raises(Unresolvable) as resolved:
        await async_resolve_media(hass, item.media_content_id, None)
    assert resolved.value.translation_key == "recording_unknown"
    client = await hass_client()
    async with client.get(play_path(loaded, call)) as response:
        assert response.status == HTTPStatus.NOT_FOUND
    assert not requests_of(pbx, "recording/get_random")


@pytest.mark.parametrize(
    "identifier",
    [
        "nobody",
        "nobody/2026-01-01",
        "{entry}/2026-01-01/x/y",
        "{entry}/2026-01-01/77.1",
        "{entry}/yesterday",
    ],
)
async def test_what_is_not_there_is_neither_listed_nor_played(
    hass: HomeAssistant, loaded: MockConfigEntry, call: Call, identifier: str
) -> None:
    """A made-up address is refused in words."""
    address = f"{ROOT}/{identifier.format(entry=loaded.entry_id)}"
    with pytest.raises(Unresolvable) as resolved:
        await async_resolve_media(hass, address, None)
    assert resolved.value.translation_key == "recording_unknown"
    with pytest.raises(MediaSourceError):
        await async_browse_media(hass, address)


async def test_a_recording_that_was_deleted_on_the_pbx_is_a_sentence(
    pbx: Simulator,
    loaded: MockConfigEntry,
    call: Call,
    hass_client: ClientSessionGenerator,
) -> None:
    """Error 20014 of the PBX."""
    pbx.recordings.files.clear()
    client = await hass_client()
    async with client.get(play_path(loaded, call)) as response:
        assert response.status == HTTPStatus.NOT_FOUND
        assert "recording" in await response.text()


async def test_a_one_time_string_that_was_refused_is_a_sentence(
    pbx: Simulator,
    loaded: MockConfigEntry,
    call: Call,
    hass_client: ClientSessionGenerator,
) -> None:
    """Error 20012 of the PBX."""
    pbx.refuse_next(20012, "recording/download")
    client = await hass_client()
    async with client.get(play_path(loaded, call)) as response:
        assert response.status == HTTPStatus.BAD_GATEWAY
        assert "recording" in await response.text()


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-1", slice(0, 2)),
        ("bytes=0-", slice(0, None)),
        ("bytes=5000-70000", slice(5000, 70001)),
        ("bytes=100-999999999", slice(100, None)),
        ("bytes=-500", slice(-500, None)),
    ],
)
async def test_a_player_may_ask_for_a_part(
    pbx: Simulator,
    loaded: MockConfigEntry,
    call: Call,
    hass_client: ClientSessionGenerator,
    asked: str,
    part: slice,
) -> None:
    """Safari plays nothing from a server that does not answer so."""
    pbx.framing = Framing.CONTENT_LENGTH
    whole = pbx.recordings.files[call.recording]
    first, stop, _ = part.indices(len(whole))
    client = await hass_client()
    async with client.get(play_path(loaded, call), headers={"Range": asked}) as answer:
        assert answer.status == HTTPStatus.PARTIAL_CONTENT
        assert answer.headers["Accept-Ranges"] == "bytes"
        named = f"bytes {first}-{stop - 1}/{len(whole)}"
        assert answer.headers["Content-Range"] == named
        assert await answer.read() == whole[part]


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=9-1"])
async def test_a_part_that_does_not_exist_is_refused(
    pbx: Simulator,
    loaded: MockConfigEntry,
    call: Call,
    hass_client: ClientSessionGenerator,
    asked: str,
) -> None:
    """With the size, so that the player can ask better."""
    pbx.framing = Framing.CONTENT_LENGTH
    size = len(pbx.recordings.files[call.recording])
    client = await hass_client()
    async with client.get(play_path(loaded, call), headers={"Range": asked}) as answer:
        assert answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        assert answer.headers["Content-Range"] == f"bytes */{size}"


async def test_of_a_recording_of_unknown_size_all_is_sent(
    pbx: Simulator,
    loaded: MockConfigEntry,
    call: Call,
    hass_client: ClientSessionGenerator,
) -> None:
    """Some boxes do not say how large a file is."""
    client = await hass_client()
    headers = {"Range": "bytes=0-1"}
    async with client.get(play_path(loaded, call), headers=headers) as answer:
        assert answer.status == HTTPStatus.OK
        assert await answer.read() == pbx.recordings.files[call.recording]


@pytest.mark.parametrize("call_id", ["1763900000.1/x", "a%2Fb", "Ü 1?x=y#z"])
async def test_a_recording_of_any_call_id_is_played(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    call: Call,
    hass_client: ClientSessionGenerator,
    call_id: str,
) -> None:
    """The id of a call is a word of the PBX, and any character may be in it."""
    log = loaded.runtime_data.calls.log
    log[call_id] = replace(log.pop(call.call_id), call_id=call_id)
    day = children(await async_browse_media(hass, ROOT))[0]
    item = children(await async_browse_media(hass, day.media_content_id))[0]
    resolved = await async_resolve_media(hass, item.media_content_id, None)
    client = await hass_client()
    async with client.get(resolved.url) as response:
        assert response.status == HTTPStatus.OK
        assert await response.read() == pbx.recordings.files[call.recording]


async def test_players_that_take_nothing_keep_no_place(
    monkeypatch: pytest.MonkeyPatch,
    pbx: Simulator,
    loaded: MockConfigEntry,
    call: Call,
    hass_client: ClientSessionGenerator,
) -> None:
    """A PBX sends two recordings at a time; two that stand still are broken off."""
    monkeypatch.setattr(recording_view, "LONGEST_PAUSE", 0.3)
    sound = pbx.recordings.files[call.recording]
    pbx.recordings.files[call.recording] = sound + bytes(20_000_000)
    client = await hass_client()
    path = play_path(loaded, call)
    async with client.get(path) as first, client.get(path) as second:
        assert (first.status, second.status) == (HTTPStatus.OK, HTTPStatus.OK)
        pbx.recordings.files[call.recording] = sound
        async with asyncio.timeout(10), client.get(path) as third:
            assert await third.read() == sound


async def test_half_a_recording_is_not_taken_for_the_whole(
    monkeypatch: pytest.MonkeyPatch,
    loaded: MockConfigEntry,
    call: Call,
    hass_client: ClientSessionGenerator,
) -> None:
    """What goes wrong in the middle cuts the player off."""
    monkeypatch.setattr(recordings, "MAX_RECORDING", 4000)
    client = await hass_client()
    async with client.get(play_path(loaded, call)) as response:
        assert response.status == HTTPStatus.OK
        with pytest.raises(ClientPayloadError):
            await response.read()
