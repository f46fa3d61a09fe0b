"""Media source platform for Yeastar PBX: what was recorded of calls."""

from collections.abc import Iterable
from datetime import datetime
from typing import NoReturn, override

from homeassistant.components.media_player import MediaClass
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceError,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .coordinator import YeastarCoordinator
from .features.recordings import (
    coordinators,
    find,
    may_be_played,
    recorded,
    recording_url,
)
from .pbx import Recording
from .pbx.calls.model import Call
from .presentation import name_ends

NAME = "Yeastar PBX"


async def async_get_media_source(hass: HomeAssistant) -> YeastarMediaSource:
    """Return where the recordings of all PBXs are."""
    return YeastarMediaSource(hass)


class YeastarMediaSource(MediaSource):
    """The recordings by PBX, day and call; an identifier is `entry/day/call`."""

    name = NAME

    def __init__(self, hass: HomeAssistant) -> None:
        """Prepare to look into the logs."""
        super().__init__(DOMAIN)
        self._hass = hass

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        """Return the address of a recording; who may open it is asked there."""
        entry_id, _, rest = item.identifier.partition("/")
        _, _, call_id = rest.partition("/")
        if find(self._hass, entry_id, call_id) is None:
            _unresolvable()
        return PlayMedia(recording_url(entry_id, call_id), Recording.content_type)

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        """Return one level: the PBXs, the days of one, or the calls of a day."""
        available = {c.config_entry.entry_id: c for c in coordinators(self._hass)}
        if not available:
            raise MediaSourceError(
                translation_domain=DOMAIN,
                translation_key=(
                    "recordings_away" if may_be_played(self._hass) else "recordings_off"
                ),
            )
        if not item.identifier:
            if len(available) > 1:
                return _folder("", NAME, map(_pbx, available.values()))
            return _days(next(iter(available.values())))
        entry_id, _, day = item.identifier.partition("/")
        if entry_id not in available or "/" in day:
            _unresolvable()
        coordinator = available[entry_id]
        return _calls(coordinator, day) if day else _days(coordinator)


def _pbx(coordinator: YeastarCoordinator) -> BrowseMediaSource:
    return _folder(coordinator.config_entry.entry_id, coordinator.config_entry.title)


def _days(coordinator: YeastarCoordinator) -> BrowseMediaSource:
    """Return a PBX with the days it recorded something, the newest first."""
    entry = coordinator.config_entry
    days = dict.fromkeys(_day(call) for call in recorded(coordinator))
    return _folder(
        entry.entry_id,
        entry.title,
        (_folder(f"{entry.entry_id}/{day}", day) for day in days),
    )


def _calls(coordinator: YeastarCoordinator, day: str) -> BrowseMediaSource:
    """Return a day with its calls, the newest first."""
    parent = f"{coordinator.config_entry.entry_id}/{day}"
    return _folder(
        parent,
        day,
        (
            BrowseMediaSource(
                domain=DOMAIN,
                identifier=f"{parent}/{call.call_id}",
                media_class=MediaClass.MUSIC,
                media_content_type=Recording.content_type,
                title=_title(coordinator, call),
                can_play=True,
                can_expand=False,
            )
            for call in recorded(coordinator)
            if _day(call) == day
        ),
    )


def _folder(
    identifier: str, title: str, children: Iterable[BrowseMediaSource] | None = None
) -> BrowseMediaSource:
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=identifier,
        media_class=MediaClass.DIRECTORY,
        media_content_type="",
        title=title,
        can_play=False,
        can_expand=True,
        children=None if children is None else list(children),
    )


def _started(call: Call) -> datetime:
    return dt_util.as_local(dt_util.utc_from_timestamp(call.started))


def _day(call: Call) -> str:
    return _started(call).date().isoformat()


def _title(coordinator: YeastarCoordinator, call: Call) -> str:
    """Return when a call was, who called whom and how long they talked."""
    caller, callee = name_ends(coordinator, call)
    minutes, seconds = divmod(call.talk_seconds, 60)
    return f"{_started(call):%H:%M} {caller} → {callee} ({minutes}:{seconds:02})"


def _unresolvable() -> NoReturn:
    raise Unresolvable(translation_domain=DOMAIN, translation_key="recording_unknown")
