"""Media source platform for Yeastar PBX: recordings of calls, and voicemail."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NoReturn, override

from homeassistant.auth.models import User
from homeassistant.components.media_player import MediaClass
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceError,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)
from homeassistant.components.websocket_api import current_connection
from homeassistant.const import WEEKDAYS
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .const import CONF_RECORDINGS, DOMAIN
from .errors import translated
from .features.recording_view import recording_url, voicemail_url
from .pbx.calls.call import Call
from .pbx.errors import PbxError
from .pbx.interface import Feature, Pbx
from .pbx.models import Voicemail
from .pbx.recordings import Recording
from .permissions import may_read_call, may_read_mailbox
from .phonebook.callers import missing_number
from .presentation import choice, name_ends, text, who, word
from .runtime import YeastarRuntime, loaded_pbxs

NAME = "Yeastar PBX"
_VOICEMAIL_KEY = "voicemail"


async def async_get_media_source(hass: HomeAssistant) -> YeastarMediaSource:
    """Return where the recordings of all PBXs are."""
    return YeastarMediaSource(hass)


class YeastarMediaSource(MediaSource):
    """The recordings by PBX, day and call; an identifier is `entry/day/call`.

    A person finds those of the calls that the cards show, an automation all.
    Messages in mailboxes are `entry/voicemail/mailbox/message`.
    """

    name = NAME

    def __init__(self, hass: HomeAssistant) -> None:
        """Prepare to look into the logs."""
        super().__init__(DOMAIN)
        self._hass = hass

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        """Return the address of a recording; there the user is asked for again."""
        entry_id, _, rest = item.identifier.partition("/")
        day, _, call_id = rest.partition("/")
        if day == _VOICEMAIL_KEY:
            mailbox, _, message_id = call_id.partition("/")
            if not _with_message(self._hass, entry_id, mailbox, message_id):
                _unresolvable()
            url = voicemail_url(entry_id, mailbox, message_id)
            return PlayMedia(url, Recording.content_type)
        if find_recording(self._hass, entry_id, call_id, _user()) is None:
            _unresolvable()
        return PlayMedia(recording_url(entry_id, call_id), Recording.content_type)

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        """Return one level: the PBXs, the days of one, or what is in a folder."""
        available = {r.entry.entry_id: r for r in _playable(self._hass)}
        if not available:
            raise MediaSourceError(
                translation_domain=DOMAIN,
                translation_key=(
                    "recordings_away"
                    if _may_be_played(self._hass)
                    else "recordings_off"
                ),
            )
        if not item.identifier:
            if len(available) > 1:
                return _folder("", NAME, map(_pbx, available.values()))
            return _days(next(iter(available.values())))
        entry_id, _, day = item.identifier.partition("/")
        day, _, mailbox = day.partition("/")
        runtime = available.get(entry_id)
        if runtime is None or (mailbox and day != _VOICEMAIL_KEY):
            _unresolvable()
        if day == _VOICEMAIL_KEY and runtime.can(Feature.VOICEMAIL):
            return await (
                _messages(runtime, mailbox) if mailbox else _mailboxes(runtime)
            )
        return _calls(runtime, day) if day else _days(runtime)


def find_voicemail(
    hass: HomeAssistant, user: User, entry_id: str, mailbox: str, message_id: str
) -> Pbx | None:
    """Return the PBX that has a message, None if the user may not or cannot hear it."""
    runtime = _with_message(hass, entry_id, mailbox, message_id)
    return runtime.pbx if runtime and may_read_mailbox(runtime, user, mailbox) else None


def _with_message(
    hass: HomeAssistant, entry_id: str, mailbox: str, message_id: str
) -> YeastarRuntime | None:
    for runtime in _playable(hass):
        if runtime.entry.entry_id == entry_id:
            return runtime if runtime.mailboxes.find(mailbox, message_id) else None
    return None


def find_recording(
    hass: HomeAssistant, entry_id: str, call_id: str, user: User | None
) -> tuple[Pbx, Call] | None:
    """Return a recorded call with its PBX, None if it may not or cannot be played."""
    for runtime in _playable(hass):
        call = runtime.calls.log.get(call_id)
        if (
            runtime.entry.entry_id == entry_id
            and call
            and call.recording
            and (user is None or may_read_call(runtime, user, call))
        ):
            return runtime.pbx, call
    return None


def _user() -> User | None:
    """Return the user whose browser asks, None if an automation does."""
    connection = current_connection.get()
    return connection.user if connection else None


def _is_readable(runtime: YeastarRuntime, mailbox: str) -> bool:
    """Return whether who asks may read a mailbox."""
    user = _user()
    return user is None or may_read_mailbox(runtime, user, mailbox)


def _playable(hass: HomeAssistant) -> list[YeastarRuntime]:
    """Return the PBXs whose recordings may be played."""
    return [
        runtime
        for runtime in loaded_pbxs(hass)
        if runtime.entry.options.get(CONF_RECORDINGS)
    ]


def _may_be_played(hass: HomeAssistant) -> bool:
    """Return whether the option of any PBX says so, connected or not."""
    return any(
        entry.options.get(CONF_RECORDINGS)
        for entry in hass.config_entries.async_entries(DOMAIN)
    )


def _recorded(runtime: YeastarRuntime) -> list[Call]:
    """Return the recorded calls that the user may read, the newest first."""
    user = _user()
    return sorted(
        (
            call
            for call in runtime.calls.log.values()
            if call.recording and (user is None or may_read_call(runtime, user, call))
        ),
        key=lambda call: call.started,
        reverse=True,
    )


def _pbx(runtime: YeastarRuntime) -> BrowseMediaSource:
    return _folder(runtime.entry.entry_id, runtime.entry.title)


def _days(runtime: YeastarRuntime) -> BrowseMediaSource:
    """Return a PBX with the days it recorded something, the newest first."""
    entry = runtime.entry
    days = dict.fromkeys(_day(call) for call in _recorded(runtime))
    folders = [
        _folder(f"{entry.entry_id}/{day.isoformat()}", _day_in_words(runtime.hass, day))
        for day in days
    ]
    if runtime.can(Feature.VOICEMAIL):
        title = _voicemail(runtime.hass)
        folders.insert(0, _folder(f"{entry.entry_id}/{_VOICEMAIL_KEY}", title))
    return _folder(entry.entry_id, entry.title, folders)


async def _mailboxes(runtime: YeastarRuntime) -> BrowseMediaSource:
    """Return the mailboxes with messages that the user may read, as they are now."""
    parent = f"{runtime.entry.entry_id}/{_VOICEMAIL_KEY}"
    mailboxes = {
        number: name
        for number, name in _names_of_mailboxes(runtime).items()
        if _is_readable(runtime, number)
    }
    messages = await _read(runtime, mailboxes)
    return _folder(
        parent,
        _voicemail(runtime.hass),
        (
            _folder(f"{parent}/{number}", name)
            for number, name in mailboxes.items()
            if messages[number]
        ),
    )


async def _messages(runtime: YeastarRuntime, mailbox: str) -> BrowseMediaSource:
    """Return the messages of a mailbox, the newest first as far as that is known."""
    name = _names_of_mailboxes(runtime).get(mailbox)
    if name is None or not _is_readable(runtime, mailbox):
        _unresolvable()
    parent = f"{runtime.entry.entry_id}/{_VOICEMAIL_KEY}/{mailbox}"
    found = (await _read(runtime, [mailbox]))[mailbox]
    return _folder(
        parent,
        name,
        (
            BrowseMediaSource(
                domain=DOMAIN,
                identifier=f"{parent}/{message.id}",
                media_class=MediaClass.MUSIC,
                media_content_type=Recording.content_type,
                title=_title_of_message(runtime, message),
                can_play=True,
                can_expand=False,
            )
            for message in sorted(
                found, key=lambda message: message.received_at or 0, reverse=True
            )
        ),
    )


def _names_of_mailboxes(runtime: YeastarRuntime) -> dict[str, str]:
    """Return the mailboxes of extensions and of groups, by number."""
    return {e.number: e.name for e in runtime.inventory.shown_extensions} | {
        group.number: group.name for group in runtime.mailboxes.groups.values()
    }


async def _read(
    runtime: YeastarRuntime, mailboxes: Iterable[str]
) -> dict[str, tuple[Voicemail, ...]]:
    try:
        return await runtime.mailboxes.async_read(mailboxes)
    except PbxError as err:
        raise MediaSourceError(**translated(err)) from err


def _title_of_message(runtime: YeastarRuntime, message: Voicemail) -> str:
    """Return when a message was left, by whom, and how long it is."""
    names = runtime.names
    number = missing_number(message.caller) or message.caller
    name = names.of_inside(message.caller) or message.name
    caller = name or who(runtime.hass, number) or "?"
    minutes, seconds = divmod(message.duration, 60)
    received = message.received
    if at := message.received_at:
        moment = dt_util.as_local(dt_util.utc_from_timestamp(at))
        day = _day_in_words(runtime.hass, moment.date())
        received = f"{day}, {_time(runtime.hass, moment)}"
    return f"{received} {caller} ({minutes}:{seconds:02})"


def _calls(runtime: YeastarRuntime, day: str) -> BrowseMediaSource:
    """Return a day with its calls, the newest first."""
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        _unresolvable()
    parent = f"{runtime.entry.entry_id}/{day}"
    return _folder(
        parent,
        _day_in_words(runtime.hass, wanted),
        (
            BrowseMediaSource(
                domain=DOMAIN,
                identifier=f"{parent}/{call.call_id}",
                media_class=MediaClass.MUSIC,
                media_content_type=Recording.content_type,
                title=_title(runtime, call),
                can_play=True,
                can_expand=False,
            )
            for call in _recorded(runtime)
            if _day(call) == wanted
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


def _day(call: Call) -> date:
    return _started(call).date()


# In the language of Home Assistant, as it does not tell that of the user


def _voicemail(hass: HomeAssistant) -> str:
    return word(hass, "event", "voicemail", "name")


def _day_in_words(hass: HomeAssistant, day: date) -> str:
    """Return a day as the call log card writes it."""
    today = dt_util.now().date()
    if day == today:
        return text(hass, "card_today")
    if day == today - timedelta(days=1):
        return text(hass, "card_yesterday")
    months = text(hass, "media_months").split(", ")
    return text(
        hass,
        "media_day",
        weekday=choice(hass, "repeat", WEEKDAYS[day.weekday()]),
        day=str(day.day),
        month=months[day.month - 1],
    )


def _time(hass: HomeAssistant, moment: datetime) -> str:
    time_format = text(hass, "media_time")
    time = moment.strftime(time_format)
    return time.removeprefix("0") if "%p" in time_format else time


def _title(runtime: YeastarRuntime, call: Call) -> str:
    """Return when a call was, who called whom and how long they talked."""
    caller, callee = (
        who(runtime.hass, name) or runtime.entry.title
        for name in name_ends(runtime.names, call)
    )
    minutes, seconds = divmod(call.talk_seconds, 60)
    time = _time(runtime.hass, _started(call))
    return f"{time} {caller} → {callee} ({minutes}:{seconds:02})"


def _unresolvable() -> NoReturn:
    raise Unresolvable(translation_domain=DOMAIN, translation_key="recording_unknown")
