"""The commands by which the cards ask what is in no state; they change nothing.

Each takes `config_entry_id`, which may be left out when there is one PBX, and shows a
user only what he may read. What the cards do, they do by the actions.
"""

from collections.abc import Mapping
from typing import Any

from homeassistant.components import websocket_api
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
import voluptuous as vol

from ..const import DOMAIN
from ..pbx.calls.call import Call
from ..pbx.models import CallDirection
from ..runtime import YeastarConfigEntry
from ..text_limits import MAX_TEXT
from .subscription import Part, Subscription
from .user_view import UserView

MAX_PAGE = 200
SHORT_TEXT = vol.All(str, vol.Length(max=MAX_TEXT))
MAX_SEARCH = 64
"""Characters; more is in no name."""

type Message = dict[str, Any]


def _command(name: str, fields: Mapping[Any, Any] | None = None) -> dict[Any, Any]:
    """Return what a command takes; every one may name the PBX."""
    return {
        vol.Required("type"): f"{DOMAIN}/{name}",
        vol.Optional("config_entry_id"): SHORT_TEXT,
        **(fields or {}),
    }


@callback
def async_setup_websocket(hass: HomeAssistant) -> None:
    """Register the commands."""
    for command in (_call_log, _phone_book, _subscribe_calls):
        websocket_api.async_register_command(hass, command)


def _entry(
    hass: HomeAssistant, connection: websocket_api.ActiveConnection, message: Message
) -> YeastarConfigEntry | None:
    """Return the entry that is meant, or say why there is none."""
    entry_id = message.get("config_entry_id")
    entries: list[YeastarConfigEntry] = [
        entry
        for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False)
        if entry_id in (None, entry.entry_id)
    ]
    if len(entries) == 1:
        return entries[0]
    if entries:
        connection.send_error(message["id"], "choose_pbx", "There are several PBXs")
    else:
        connection.send_error(
            message["id"], websocket_api.ERR_NOT_FOUND, "There is no such PBX"
        )
    return None


def _view(
    hass: HomeAssistant, connection: websocket_api.ActiveConnection, message: Message
) -> UserView | None:
    """Return what the user sees of the PBX, or say why that is nothing."""
    entry = _entry(hass, connection, message)
    if entry and entry.state is not ConfigEntryState.LOADED:
        connection.send_error(message["id"], "not_loaded", "The PBX is not set up")
        entry = None
    return UserView(hass, entry, connection.user) if entry else None


@callback
@websocket_api.websocket_command(
    _command(
        "call_log",
        {
            vol.Optional("limit", default=50): vol.All(
                int, vol.Range(min=1, max=MAX_PAGE)
            ),
            vol.Optional("before"): SHORT_TEXT,
            vol.Optional("missed", default=False): bool,
            vol.Optional("direction"): vol.Coerce(CallDirection),
            vol.Optional("extension"): SHORT_TEXT,
            vol.Optional("search", default=""): vol.All(
                str, vol.Strip, vol.Length(max=MAX_SEARCH)
            ),
        },
    )
)
def _call_log(
    hass: HomeAssistant, connection: websocket_api.ActiveConnection, message: Message
) -> None:
    """Answer a page of the calls that are over, newest first.

    The answer is `{calls: [UserView.ended], next}`; `next`, if not None, is the `before` of
    the following page.
    """
    if not (view := _view(hass, connection, message)):
        return
    before = message.get("before")
    direction: CallDirection | None = message.get("direction")
    extension: str | None = message.get("extension")
    is_found = view.found_by(message["search"]) if message["search"] else None

    def fits(call: Call) -> bool:
        return (
            (before is None or _cursor(call) < before)
            and (call.missed or not message["missed"])
            and direction in (None, call.direction)
            and (extension is None or extension in call.extensions)
            and view.sees_call(call)
            and (is_found is None or is_found(call))
        )

    log = filter(fits, view.runtime.calls.log.values())
    page = sorted(log, key=_cursor, reverse=True)
    shown = page[: message["limit"]]
    connection.send_result(
        message["id"],
        {
            "calls": [view.ended(call) for call in shown],
            "next": _cursor(shown[-1]) if len(page) > len(shown) else None,
        },
    )


def _cursor(call: Call) -> str:
    """Return the place of a call in the log, as text that sorts."""
    return f"{call.started:017.3f} {call.call_id}"


@websocket_api.websocket_command(
    _command("phone_book", {vol.Optional("destinations", default=False): bool})
)
@websocket_api.async_response
async def _phone_book(
    hass: HomeAssistant, connection: websocket_api.ActiveConnection, message: Message
) -> None:
    """Answer whom the user can dial by name.

    The answer is `{extensions: [{number, name}], contacts: [{name, numbers}]}`, and
    with `destinations`, for which the PBX may have to be asked, `[{kind, number,
    name}]` of its IVRs and queues.
    """
    if not (view := _view(hass, connection, message)):
        return
    book = view.phone_book()
    if message["destinations"]:
        book["destinations"] = await view.async_destinations()
    connection.send_result(message["id"], book)


@callback
@websocket_api.websocket_command(
    _command(
        "subscribe_calls",
        {vol.Optional("parts", default=[Part.CALLS]): [vol.Coerce(Part)]},
    )
)
def _subscribe_calls(
    hass: HomeAssistant, connection: websocket_api.ActiveConnection, message: Message
) -> None:
    """Tell what lives now, and then each change.

    Messages have, as far as it changed: `loaded`, `available`, `pbx`, `missed`,
    `extensions` and `extensions_gone` (numbers), `calls` and `calls_gone` (call ids),
    `ended` and `ended_gone` (of the log), and `now` in epoch seconds. One with `whole`
    takes the place of all that was told before. While the PBX is not set up there is
    only `{loaded: false}`.
    """
    if not (entry := _entry(hass, connection, message)):
        return
    subscription = Subscription(
        hass, connection, message["id"], entry, message["parts"]
    )
    connection.send_result(message["id"])
    connection.subscriptions[message["id"]] = subscription.async_start()
