"""Plays what was recorded of calls to those who are logged in."""

from collections.abc import Iterator
from http import HTTPStatus

from aiohttp import web
from homeassistant.components.http import KEY_HASS, HomeAssistantView
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from ..const import CONF_RECORDINGS, DOMAIN
from ..coordinator import YeastarCoordinator, loaded_pbxs
from ..errors import translated
from ..pbx import PbxError, PbxRecordingGoneError, Recording
from ..pbx.calls.model import Call


@callback
def async_setup_recordings(hass: HomeAssistant) -> None:
    """Let recordings be played, of those PBXs whose option says so."""
    hass.http.register_view(RecordingView)


def coordinators(hass: HomeAssistant) -> Iterator[YeastarCoordinator]:
    """Yield the PBXs whose recordings may be played."""
    for coordinator in loaded_pbxs(hass):
        if coordinator.config_entry.options.get(CONF_RECORDINGS):
            yield coordinator


def may_be_played(hass: HomeAssistant) -> bool:
    """Return whether the option of any PBX says so, connected or not."""
    return any(
        entry.options.get(CONF_RECORDINGS)
        for entry in hass.config_entries.async_entries(DOMAIN)
    )


def recorded(coordinator: YeastarCoordinator) -> list[Call]:
    """Return the calls of which there is a recording, the newest first."""
    return sorted(
        (call for call in coordinator.calls.log.values() if call.recording),
        key=lambda call: call.started,
        reverse=True,
    )


def find(
    hass: HomeAssistant, entry_id: str, call_id: str
) -> tuple[YeastarCoordinator, Call] | None:
    """Return a recorded call with its PBX, None if it may not or cannot be played."""
    for coordinator in coordinators(hass):
        call = coordinator.calls.log.get(call_id)
        if coordinator.config_entry.entry_id == entry_id and call and call.recording:
            return coordinator, call
    return None


def recording_url(entry_id: str, call_id: str) -> str:
    """Return where a recording is played; Home Assistant signs it for its users."""
    return RecordingView.url.format(entry_id=entry_id, call_id=call_id)


class RecordingView(HomeAssistantView):
    """Passes a recording on while the PBX sends it; nothing is kept."""

    url = "/api/yeastar/recording/{entry_id}/{call_id}"
    name = "api:yeastar:recording"

    async def get(
        self, request: web.Request, entry_id: str, call_id: str
    ) -> web.StreamResponse:
        """Play the recording of one call."""
        if not (found := find(request.app[KEY_HASS], entry_id, call_id)):
            return web.Response(status=HTTPStatus.NOT_FOUND)
        coordinator, call = found
        try:
            async with coordinator.client.recording(call.recording) as recording:
                return await _pass_on(request, recording)
        except PbxError as err:
            if isinstance(err, PbxRecordingGoneError):
                status = HTTPStatus.NOT_FOUND
            else:
                status = HTTPStatus.BAD_GATEWAY
            return web.Response(
                status=status, text=str(HomeAssistantError(**translated(err)))
            )


async def _pass_on(request: web.Request, recording: Recording) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Cache-Control": "private, max-age=3600"})
    response.content_type = recording.content_type
    response.content_length = recording.size
    await response.prepare(request)
    try:
        async for piece in recording.pieces():
            await response.write(piece)
    except PbxError:
        # The answer has begun, so all that is left is to break it off: a player
        # must not take half a recording for the whole.
        if request.transport:
            request.transport.abort()
        return response
    await response.write_eof()
    return response
