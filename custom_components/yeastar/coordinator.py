"""Polls one PBX, takes what it reports, and tells each listener what changed."""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial
import time
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryError
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .const import LOGGER
from .errors import translated
from .pbx.calls.call import CallEvent
from .pbx.errors import (
    PbxCertificateChangedError,
    PbxError,
    PbxLockedOutError,
    PbxOtherPbxError,
)
from .pbx.http import in_background
from .pbx.interface import Change, Pbx
from .pbx.inventory import Inventory
from .pbx.models import Extension
from .pbx.reports import Report, ReportType
from .push.health import PushHealth
from .topics import (
    CALL_LOG,
    CALLS,
    DEVICE,
    MEMBERS,
    REPORTS,
    extension_topic,
    trunk_topic,
)

FAST_POLL = timedelta(seconds=10)
"""While a call lives, or while reports have not been seen to work."""
SLOW_POLL = timedelta(seconds=30)
LONGEST_POLL = timedelta(seconds=60)
"""While the PBX is away."""
SLOW_FACTS = 300.0
"""Seconds between two looks at trunks and device information."""
SLOW_FACTS_AT_MOST = 10.0
"""The same, where reports ask for them."""
ASK_SOON = 0.3
"""Seconds to gather reports and actions before the calls are asked for, once."""
ASK_AT_MOST = 2.0
"""Seconds between two rounds that reports ask for, however many come."""
FAILURES_TO_UNAVAILABLE = 2

type IdentityError = PbxCertificateChangedError | PbxOtherPbxError
"""What answers may not be the PBX."""


class YeastarCoordinator(DataUpdateCoordinator[Inventory]):
    """Keeps what is known of one PBX true: reports tell first, polls correct them.

    Listeners name the topic they show as their context and are called only when that
    topic changed, so that the cost of a report does not grow with the PBX.
    """

    config_entry: ConfigEntry[Any]

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], pbx: Pbx, health: PushHealth
    ) -> None:
        """Prepare to poll; nothing is sent before the first refresh."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=entry.title,
            update_interval=FAST_POLL,
        )
        self.pbx = pbx
        self.health = health
        self.data = pbx.inventory
        self.on_identity: Callable[[IdentityError | None], None] = lambda err: None
        self.on_unreported: Callable[[], None] = lambda: None
        self.on_worked: Callable[[float], None] = lambda seconds: None
        self.failures = 0
        self._topics: dict[str, dict[CALLBACK_TYPE, None]] = {}
        self._changed: set[str] = set()
        self._told_available = True
        self._call_listeners: dict[str, list[Callable[[CallEvent], None]]] = {}
        self._living_listeners: list[Callable[[frozenset[str]], None]] = []
        self._concluded_listeners: list[Callable[[frozenset[str]], None]] = []
        self._report_listeners: list[Callable[[Report], None]] = []
        self._registration_listeners: list[Callable[[Extension], None]] = []
        self._presence_listeners: list[Callable[[Extension], None]] = []
        self._slow_facts_due = 0.0
        self._slow_facts_at = 0.0
        # Half a PBX is none: until the first whole poll, every failure counts.
        self._complete = False
        self._asked_at = 0.0
        self._asking: asyncio.Task[None] | None = None
        self._asks_at = 0.0
        self._cancel_asking: CALLBACK_TYPE | None = None
        self._ticks_at: float | None = None
        self._cancel_tick: CALLBACK_TYPE | None = None
        pbx.listen(self._async_apply)
        entry.async_on_unload(self._stop_timers)

    # Listening

    @callback
    @override
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: Any = None
    ) -> CALLBACK_TYPE:
        """Listen for changes of the topic named by the context, or of any topic."""
        if context is None:
            return super().async_add_listener(update_callback)
        if not self._topics:
            # Polls go on from the first listener to the unload.
            self.config_entry.async_on_unload(super().async_add_listener(_nothing))
        listeners = self._topics.setdefault(context, {})
        listeners[update_callback] = None
        return partial(listeners.pop, update_callback, None)

    @callback
    @override
    def async_update_listeners(self) -> None:
        """Call the listeners of what changed; all when the PBX came or went."""
        topics: Collection[str] = self._changed
        self._changed = set()
        if self.last_update_success != self._told_available:
            self._told_available = self.last_update_success
            super().async_update_listeners()
            topics = list(self._topics)
        for topic in topics:
            for update_callback in list(self._topics.get(topic, ())):
                update_callback()

    @callback
    def async_changed(self, *topics: str) -> None:
        """Call the listeners of topics that changed elsewhere."""
        self._changed.update(topics)
        self.async_update_listeners()

    @callback
    def async_listen_calls(
        self, listener: Callable[[CallEvent], None], extension: str = ""
    ) -> CALLBACK_TYPE:
        """Listen for what happens to calls, of one extension or as a whole."""
        return _listen(self._call_listeners.setdefault(extension, []), listener)

    @callback
    def async_listen_living(
        self, listener: Callable[[frozenset[str]], None]
    ) -> CALLBACK_TYPE:
        """Listen for the ids of calls that live otherwise than before, or no longer.

        Told at once; that CALLS changed is told later, with all else that did.
        """
        return _listen(self._living_listeners, listener)

    @callback
    def async_listen_concluded(
        self, listener: Callable[[frozenset[str]], None]
    ) -> CALLBACK_TYPE:
        """Listen for the ids of calls whose end was decided or corrected."""
        return _listen(self._concluded_listeners, listener)

    @callback
    def async_listen_reports(self, listener: Callable[[Report], None]) -> CALLBACK_TYPE:
        """Listen for reports, after they were applied."""
        return _listen(self._report_listeners, listener)

    @callback
    def async_listen_registrations(
        self, listener: Callable[[Extension], None]
    ) -> CALLBACK_TYPE:
        """Listen for extensions whose phones came or went."""
        return _listen(self._registration_listeners, listener)

    @callback
    def async_listen_presences(
        self, listener: Callable[[Extension], None]
    ) -> CALLBACK_TYPE:
        """Listen for extensions whose users are elsewhere now."""
        return _listen(self._presence_listeners, listener)

    # Polling

    @override
    async def _async_update_data(self) -> Inventory:
        now = time.monotonic()
        slowly = now >= self._slow_facts_due or bool(self.failures)
        try:
            with in_background():
                await self.pbx.poll(slowly=slowly)
        except PbxError as err:
            return self._failed(err)
        if slowly:
            self._slow_facts_at = now
            self._slow_facts_due = now + SLOW_FACTS
        self._asked_at = time.monotonic()
        self.failures = 0
        self._complete = True
        self.on_identity(None)
        self._set_interval()
        return self.data

    def _failed(self, err: PbxError) -> Inventory:
        """Return what was known before, or raise that the PBX is away."""
        if self.pbx.password_refused:
            raise ConfigEntryAuthFailed(**translated(err)) from err
        if isinstance(err, PbxOtherPbxError):
            self.on_identity(err)
            if self._complete:
                entries = self.hass.config_entries
                entries.async_schedule_reload(self.config_entry.entry_id)
            raise ConfigEntryError(**translated(err)) from err
        self.failures += 1
        self.health.interrupted()
        self._set_interval()
        if isinstance(err, PbxCertificateChangedError):
            self.on_identity(err)
        retry = None
        if isinstance(err, PbxLockedOutError):
            # Asking again would not help before the lock-out is over.
            retry = self.pbx.locked_seconds + 1
        elif self._complete and self.failures < FAILURES_TO_UNAVAILABLE:
            LOGGER.debug("%s missed a poll: %s", self.name, err)
            return self.data
        raise UpdateFailed(**translated(err), retry_after=retry) from err

    def _set_interval(self) -> None:
        if self.failures:
            self.update_interval = min(
                FAST_POLL * 2 ** min(self.failures - 1, 3), LONGEST_POLL
            )
        elif self.pbx.calls.living or not self.health.works:
            self.update_interval = FAST_POLL
        else:
            self.update_interval = SLOW_POLL

    async def async_ask_now(self, max_age: float = 0.0) -> None:
        """Ask the PBX about its calls now, unless an answer is younger, in seconds.

        All tasks that ask at the same time share one round.

        Raises:
            PbxError: it did not tell.
        """
        if time.monotonic() - self._asked_at < max_age:
            return
        if self._asking is None:
            self._asking = self.hass.async_create_task(
                self.pbx.poll(slowly=False), f"{self.name} asks", eager_start=True
            )
            self._asking.add_done_callback(self._asked)
        asking = self._asking
        # A task that gives up waiting does not take the round from the others.
        await asyncio.wait([asking])
        asking.result()

    def _asked(self, task: asyncio.Task[None]) -> None:
        self._asking = None
        if not task.cancelled() and task.exception() is None:
            self._asked_at = time.monotonic()

    @callback
    def async_ask_soon(self) -> None:
        """Ask the PBX about its calls soon, once for all that happens until then."""
        self._ask_at(time.monotonic() + ASK_SOON)

    @callback
    def async_ask_for_reports(self) -> None:
        """Ask the PBX as well, but not more often than reports may cause it."""
        now = time.monotonic()
        self._ask_at(max(now + ASK_SOON, self._asked_at + ASK_AT_MOST))

    def _ask_at(self, due: float) -> None:
        """Ask at a time of the steady clock, unless the PBX is asked before it."""
        if self._shutdown_requested:
            return
        if self._cancel_asking:
            if self._asks_at <= due:
                return
            self._cancel_asking()
        self._asks_at = due
        job = HassJob(self._async_ask, cancel_on_shutdown=True)
        self._cancel_asking = async_call_later(
            self.hass, max(0.0, due - time.monotonic()), job
        )

    async def _async_ask(self, _now: datetime) -> None:
        self._cancel_asking = None
        slowly = time.monotonic() >= self._slow_facts_due
        if not self.health.works or self.failures or slowly:
            await self.async_refresh()
            return
        self._asked_at = time.monotonic()
        try:
            with in_background():
                await self.pbx.poll_calls()
        except PbxError as err:
            # The next poll tells whether the PBX is away.
            LOGGER.debug("%s did not list its calls: %s", self.name, err)

    @callback
    def async_connected(self, connected: bool) -> None:
        """Note whether a PBX that tells its events over a connection has one."""
        if self.health.works is connected:
            return
        self.health.works = connected
        self.health.interrupted()
        self.async_changed(REPORTS)
        if not connected and not self._shutdown_requested:
            self._set_interval()
            self._schedule_refresh()

    # Applying

    @callback
    def _async_apply(self, change: Change) -> None:
        """Let entities show what changed, then tell each listener what happened.

        An automation that an event starts reads the states of now.
        """
        self._judge_reports(change)
        self._note_topics(change)
        if change.calls:
            _tell(self._living_listeners, change.calls)
        if change.concluded:
            _tell(self._concluded_listeners, change.concluded)
        self._tick_at(self.pbx.calls.next_due)
        self.async_update_listeners()
        for extension in change.registrations:
            _tell(self._registration_listeners, extension)
        for extension in change.presences:
            _tell(self._presence_listeners, extension)
        for event in change.events:
            for number in ("", *event.extensions):
                _tell(self._call_listeners.get(number, ()), event)
        if change.report:
            _tell(self._report_listeners, change.report)
            self._ask_about(change.report)

    def _judge_reports(self, change: Change) -> None:
        """Learn from a change whether reports arrive."""
        now, states = time.monotonic(), self.pbx.inventory.states
        if report := change.report:
            tells_state = report.type is ReportType.EXTENSION_STATUS
            number = report.extension if tells_state else ""
            if self.health.reported(now, number, states.get(number)):
                self._changed.add(REPORTS)
        if change.missed:
            self.health.missed({n: states.get(n) for n in change.missed}, now)
        if change.unreported:
            if self.health.unreported(now):
                self._changed.add(REPORTS)
            self.on_unreported()

    def _note_topics(self, change: Change) -> None:
        changed = self._changed
        changed.update(map(extension_topic, change.extensions))
        changed.update(map(trunk_topic, change.trunks))
        if change.device:
            changed.add(DEVICE)
        if change.members:
            changed.add(MEMBERS)
        if change.calls:
            changed.add(CALLS)
        if change.concluded:
            changed.add(CALL_LOG)

    def _ask_about(self, report: Report) -> None:
        """Ask the PBX, if a report leaves anything to ask."""
        if report.type in (ReportType.BOOT, ReportType.CONFIG_CHANGED):
            # A poll after that looks at them, if this one comes too early.
            self._slow_facts_due = min(
                self._slow_facts_due, self._slow_facts_at + SLOW_FACTS_AT_MOST
            )
            self.async_ask_for_reports()
        elif self.failures:
            # A PBX that reports is there again, no matter what the last polls said.
            self.async_ask_for_reports()
        elif report.type is ReportType.EXTENSION_STATUS:
            number = report.extension
            in_call = bool(self.pbx.calls.of_extension(number))
            if in_call != self.data.is_busy(number):
                self.async_ask_for_reports()
        elif report.call_id and self.pbx.calls.lives(report.call_id):
            self.async_ask_for_reports()

    # Calls that end by time

    def _tick_at(self, due: float | None) -> None:
        """Look at the calls again at a time of the steady clock, and not before."""
        if self._shutdown_requested:
            # A request that ends after the unload leaves no timer behind.
            due = None
        if due == self._ticks_at:
            return
        self._stop_ticking()
        if due is not None:
            self._ticks_at = due
            self._cancel_tick = async_call_later(
                self.hass,
                max(0.0, due - time.monotonic()),
                HassJob(self._async_tick, cancel_on_shutdown=True),
            )

    @callback
    def _async_tick(self, _now: datetime) -> None:
        due, self._ticks_at, self._cancel_tick = self._ticks_at, None, None
        if due is not None:
            began = time.perf_counter()
            self.pbx.tick(due)
            self.on_worked(time.perf_counter() - began)

    @callback
    def _stop_ticking(self) -> None:
        if self._cancel_tick:
            self._cancel_tick()
            self._ticks_at = self._cancel_tick = None

    @callback
    def _stop_timers(self) -> None:
        self._stop_ticking()
        if self._cancel_asking:
            self._cancel_asking()
            self._cancel_asking = None


def _listen[ItemT](
    listeners: list[Callable[[ItemT], None]], listener: Callable[[ItemT], None]
) -> CALLBACK_TYPE:
    listeners.append(listener)

    @callback
    def remove() -> None:
        if listener in listeners:
            listeners.remove(listener)

    return remove


@callback
def _nothing() -> None:
    """Do nothing."""


def _tell[ItemT](
    listeners: list[Callable[[ItemT], None]] | tuple[()], item: ItemT
) -> None:
    for listener in list(listeners):
        listener(item)
