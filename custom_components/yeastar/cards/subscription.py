"""Tells one websocket connection what changes at one PBX, and nothing else.

The first message, and the one after the PBX was set up anew, is whole
(`"whole": true`); all others carry only rows that changed and the keys of those that
are gone. Everything that changes in one turn of the event loop is one message, or in a
quarter of a second while many calls live.
"""

import asyncio
from collections.abc import Iterable
from enum import StrEnum
import time
from typing import Any

from homeassistant.auth.models import User
from homeassistant.components.websocket_api import ActiveConnection, messages
from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..pbx.calls.call import Call
from ..runtime import YeastarConfigEntry
from ..topics import CALLS, CONTACTS, MEMBERS, extension_topic
from .user_view import Row, UserView

FEW_CALLS = 20
"""Calls up to which each change is told at once."""
PAUSE = 0.25
"""Seconds to gather what more calls do."""


class Part(StrEnum):
    """What a subscription can be about."""

    CALLS = "calls"
    EXTENSIONS = "extensions"
    LOG = "log"


class Subscription:
    """One subscription: follows one PBX over reloads of its entry."""

    def __init__(
        self,
        hass: HomeAssistant,
        connection: ActiveConnection,
        message_id: int,
        entry: YeastarConfigEntry,
        parts: Iterable[Part],
    ) -> None:
        """Prepare; nothing is sent yet."""
        self._hass = hass
        self._connection = connection
        self._user: User = connection.user
        self._id = message_id
        self._entry = entry
        self._parts = frozenset(parts)
        self._view: UserView | None = None
        self._unlisten: list[CALLBACK_TYPE] = []
        self._unlisten_extensions: dict[str, CALLBACK_TYPE] = {}
        self._scheduled: asyncio.Handle | None = None
        self._whole = False
        # What was sent, or has to be looked at again.
        self._calls: dict[str, Call] = {}
        self._numbers: set[str] = set()
        self._touched: set[str] = set()
        self._ended: set[str] = set()
        self._missed: int | None = None
        self._available: bool | None = None

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Follow the PBX, from now on or from when it is loaded."""
        self._unsubscribe = async_dispatcher_connect(
            self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._async_entry_changed
        )
        if self._entry.state is ConfigEntryState.LOADED:
            self._attach()
        else:
            self._send({"loaded": False})
        return self._close

    @callback
    def _close(self) -> None:
        if self._scheduled:
            self._scheduled.cancel()
        self._unsubscribe()
        self._detach()

    @callback
    def _async_entry_changed(
        self, _change: ConfigEntryChange, entry: ConfigEntry
    ) -> None:
        if entry.entry_id != self._entry.entry_id:
            return
        loaded = entry.state is ConfigEntryState.LOADED
        if loaded and not self._view:
            self._attach()
        elif self._view and not loaded:
            self._detach()
            self._send({"loaded": False})

    def _attach(self) -> None:
        self._view = UserView(self._hass, self._entry, self._user)
        runtime = self._view.runtime
        self._whole = True
        self._unlisten = [
            runtime.coordinator.async_add_listener(self._schedule, CALLS),
            runtime.coordinator.async_add_listener(self._schedule, MEMBERS),
            runtime.coordinator.async_add_listener(self._attach_anew, CONTACTS),
            runtime.call_log.async_listen(self._log_changed),
        ]
        self._flush()

    def _detach(self) -> None:
        for unlisten in (*self._unlisten, *self._unlisten_extensions.values()):
            unlisten()
        self._unlisten.clear()
        self._unlisten_extensions.clear()
        self._view = None
        self._calls = {}
        self._numbers = set()
        self._touched.clear()
        self._ended.clear()
        self._missed = self._available = None

    # What happens

    @callback
    def _attach_anew(self) -> None:
        """Tell all again: a contact gives or takes names everywhere."""
        self._detach()
        self._attach()

    @callback
    def _log_changed(self, call_ids: frozenset[str]) -> None:
        if Part.LOG in self._parts:
            self._ended |= call_ids
        self._missed = None
        self._schedule()

    def _listen_to(self, number: str) -> CALLBACK_TYPE:
        assert self._view

        @callback
        def touched() -> None:
            self._touched.add(number)
            self._schedule()

        runtime = self._view.runtime
        return runtime.coordinator.async_add_listener(touched, extension_topic(number))

    @callback
    def _schedule(self) -> None:
        """Gather what changes in this turn of the loop, or soon, into one message."""
        if self._scheduled:
            return
        loop = self._hass.loop
        if len(self._calls) <= FEW_CALLS:
            self._scheduled = loop.call_soon(self._flush)
        else:
            self._scheduled = loop.call_later(PAUSE, self._flush)

    # What is told

    @callback
    def _flush(self) -> None:
        self._scheduled = None
        if not (view := self._view):
            return
        message: Row = {}
        if self._whole:
            message |= {"whole": True, "loaded": True, "pbx": view.pbx()}
        if Part.EXTENSIONS in self._parts:
            self._add_extensions(view, message)
        if Part.CALLS in self._parts:
            self._add_calls(view, message)
        if self._ended:
            self._add_ended(view, message)
        if self._missed is None:
            self._missed = view.missed()
            message["missed"] = self._missed
        available = view.runtime.is_available
        if available != self._available:
            self._available = available
            message["available"] = available
        self._whole = False
        if message:
            self._send(message | {"now": time.time()})

    def _add_extensions(self, view: UserView, message: Row) -> None:
        extensions = view.runtime.inventory.extensions
        if extensions.keys() != self._unlisten_extensions.keys():
            # Listening costs nothing until something happens.
            for number in extensions.keys() - self._unlisten_extensions.keys():
                self._unlisten_extensions[number] = self._listen_to(number)
                self._touched.add(number)
            for number in self._unlisten_extensions.keys() - extensions.keys():
                self._unlisten_extensions.pop(number)()
                self._touched.add(number)
        touched, self._touched = self._touched, set()
        there = {
            number for number in touched if number in extensions and view.sees(number)
        }
        rows = [view.extension(number) for number in sorted(there)]
        gone = sorted((touched - there) & self._numbers)
        self._numbers = (self._numbers - touched) | there
        if rows or self._whole:
            message["extensions"] = rows
        if gone:
            message["extensions_gone"] = gone

    def _add_calls(self, view: UserView, message: Row) -> None:
        calls = {call.call_id: call for call in view.living()}
        rows = [
            view.call(call)
            for call_id, call in calls.items()
            if self._calls.get(call_id) is not call
        ]
        gone = [call_id for call_id in self._calls if call_id not in calls]
        self._calls = calls
        if rows or self._whole:
            message["calls"] = rows
        if gone:
            message["calls_gone"] = gone

    def _add_ended(self, view: UserView, message: Row) -> None:
        call_ids, self._ended = self._ended, set()
        log = view.runtime.calls.log
        message["ended"] = [
            view.ended(log[call_id])
            for call_id in sorted(call_ids)
            if call_id in log and view.sees_call(log[call_id])
        ]
        if gone := sorted(call_ids - log.keys()):
            message["ended_gone"] = gone

    def _send(self, message: dict[str, Any]) -> None:
        self._connection.send_message(messages.event_message(self._id, message))
