"""Plays recordings of calls and voicemail to users who are logged in."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from urllib.parse import quote

from aiohttp import hdrs, web
from homeassistant.auth.models import User
from homeassistant.components.http import KEY_HASS_USER, HomeAssistantView
from homeassistant.exceptions import HomeAssistantError

from ..errors import translated
from ..pbx.calls.call import Call
from ..pbx.errors import PbxError, PbxRecordingGoneError
from ..pbx.interface import Pbx
from ..pbx.recordings import Recording

LONGEST_PAUSE = 20.0
"""Seconds in which a player takes nothing; it may ask for the rest later."""


def recording_url(entry_id: str, call_id: str) -> str:
    """Return where a recording is played; Home Assistant signs it for its users."""
    return RecordingView.url.format(entry_id=entry_id, call_id=quote(call_id, safe=""))


def voicemail_url(entry_id: str, mailbox: str, message_id: str) -> str:
    """Return where a message is played; Home Assistant signs it for its users."""
    return VoicemailView.url.format(
        entry_id=entry_id,
        mailbox=quote(mailbox, safe=""),
        message_id=quote(message_id, safe=""),
    )


class RecordingView(HomeAssistantView):
    """Passes a recording on while the PBX sends it; nothing is kept."""

    url = "/api/yeastar/recording/{entry_id}/{call_id}"
    name = "api:yeastar:recording"

    def __init__(
        self, find: Callable[[str, str, User | None], tuple[Pbx, Call] | None]
    ) -> None:
        """Play what `find` returns for the ids of an entry and a call, and a user."""
        self._find = find

    async def get(
        self, request: web.Request, entry_id: str, call_id: str
    ) -> web.StreamResponse:
        """Play the recording of one call."""
        if not (found := self._find(entry_id, call_id, request[KEY_HASS_USER])):
            return web.Response(status=HTTPStatus.NOT_FOUND)
        pbx, call = found
        return await _play(request, pbx.recording(call.recording))


class VoicemailView(HomeAssistantView):
    """Passes a message of a mailbox on while the PBX sends it; nothing is kept."""

    url = "/api/yeastar/voicemail/{entry_id}/{mailbox}/{message_id}"
    name = "api:yeastar:voicemail"

    def __init__(self, find: Callable[[User, str, str, str], Pbx | None]) -> None:
        """Play from the PBX that `find` returns for a user and the ids of a message."""
        self._find = find

    async def get(
        self, request: web.Request, entry_id: str, mailbox: str, message_id: str
    ) -> web.StreamResponse:
        """Play one message."""
        user: User = request[KEY_HASS_USER]
        if not (pbx := self._find(user, entry_id, mailbox, message_id)):
            return web.Response(status=HTTPStatus.NOT_FOUND)
        return await _play(request, pbx.voicemail_sound(message_id))


async def _play(
    request: web.Request, opening: AbstractAsyncContextManager[Recording]
) -> web.StreamResponse:
    try:
        async with opening as recording:
            return await _pass_on(request, recording)
    except PbxError as err:
        if isinstance(err, PbxRecordingGoneError):
            status = HTTPStatus.NOT_FOUND
        else:
            status = HTTPStatus.BAD_GATEWAY
        sentence = translated(err)
        return web.Response(status=status, text=str(HomeAssistantError(**sentence)))


async def _write(response: web.StreamResponse, piece: bytes) -> None:
    """Send a piece, unless the player does not take it: others wait for its place."""
    async with asyncio.timeout(LONGEST_PAUSE):
        await response.write(piece)


def _wanted(request: web.Request, size: int | None) -> range | None:
    """Return which bytes a player asks for, None for all; Safari plays only such.

    Raises:
        ValueError: it asks for others than there are.
    """
    asked = request.http_range
    if size is None or (asked.start is None and asked.stop is None):
        return None
    wanted = range(*asked.indices(size))
    if not wanted:
        raise ValueError
    return wanted


async def _pass_on(request: web.Request, recording: Recording) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Cache-Control": "private, max-age=3600"})
    response.content_type = recording.content_type
    if recording.size is not None:
        response.headers[hdrs.ACCEPT_RANGES] = "bytes"
    try:
        wanted = _wanted(request, recording.size)
    except ValueError:
        return web.Response(
            status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            headers={hdrs.CONTENT_RANGE: f"bytes */{recording.size}"},
        )
    if wanted:
        first, last = wanted.start, wanted.stop - 1
        response.set_status(HTTPStatus.PARTIAL_CONTENT)
        response.headers[hdrs.CONTENT_RANGE] = f"bytes {first}-{last}/{recording.size}"
    response.content_length = len(wanted) if wanted else recording.size
    await response.prepare(request)
    begin = 0
    try:
        async for piece in recording.pieces():
            if wanted is None:
                await _write(response, piece)
            elif begin >= wanted.stop:
                break
            else:
                start = max(0, wanted.start - begin)
                await _write(response, piece[start : max(0, wanted.stop - begin)])
            begin += len(piece)
    except PbxError, TimeoutError:
        # The answer has begun, so all that is left is to break it off: a player
        # must not take half a recording for the whole.
        if request.transport:
            request.transport.abort()
        return response
    await response.write_eof()
    return response
