"""What is true now about one PBX: polls, applies reports, owns the calls."""

from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime, timedelta
import time
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util
from homeassistant.util.signal_type import SignalType

from .const import (
    CONF_CALL_LOG_DAYS,
    CONF_EXTENSIONS,
    DEFAULT_CALL_LOG_DAYS,
    DOMAIN,
    LOGGER,
)
from .errors import translated
from .features.call_log import CallHistory
from .features.do_not_disturb import DoNotDisturb
from .features.extension_settings import SettingsBook
from .features.login import SessionKeeper
from .features.ringing import Ringing
from .features.wake_up_calls import WakeUpBook
from .flows.changed_certificate import (
    async_ask_about_certificate,
    async_stop_asking_about_certificate,
)
from .pbx import (
    CallDirection,
    Extension,
    ExtensionState,
    PbxCertificateChangedError,
    PbxClient,
    PbxError,
    PbxLockedOutError,
    Report,
    ReportType,
)
from .pbx.calls.model import CallBook, CallEvent
from .pbx.inventory import Members, PbxData
from .phonebook.contacts import Contacts
from .phonebook.destinations import Directory
from .phonebook.numbers import load_countries, missing_number
from .push.health import Arrival, ReportCounts
from .topics import CALL_LOG, CALLS, CONTACTS, REPORTS, extension_part

FAST_POLL = timedelta(seconds=10)
"""While a call lives, or while reports have not been seen to work."""
SLOW_POLL = timedelta(seconds=30)
LONGEST_POLL = timedelta(seconds=60)
"""While the PBX is away."""
SLOW_FACTS = 300.0
"""Seconds between two looks at trunks and device information."""
REPORT_COOLDOWN = 0.3
"""Seconds to gather reports before the calls are asked for again, once."""
FAILURES_TO_UNAVAILABLE = 2
MANY_EXTENSIONS = 50

type YeastarConfigEntry = ConfigEntry[YeastarCoordinator]


def loaded_pbxs(hass: HomeAssistant) -> list[YeastarCoordinator]:
    """Return the PBXs that are set up now."""
    entries: list[YeastarConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    return [entry.runtime_data for entry in entries]


# For those who follow all PBXs, loaded or not: triggers.
SIGNAL_CALL: SignalType[YeastarCoordinator, CallEvent] = SignalType("yeastar_call")
SIGNAL_REGISTERED: SignalType[YeastarCoordinator, Extension] = SignalType(
    "yeastar_registered"
)
SIGNAL_REPORT: SignalType[YeastarCoordinator, Report] = SignalType("yeastar_report")


class YeastarCoordinator(DataUpdateCoordinator[PbxData]):
    """Keeps what is known of one PBX true, by reports first and polls always.

    Listeners name the part they show as their context and are told only when
    that part changed, so that the cost of a report does not grow with the PBX.
    """

    config_entry: YeastarConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: YeastarConfigEntry, client: PbxClient
    ) -> None:
        """Prepare to poll; nothing is sent before the first refresh."""
        debouncer: Debouncer[Coroutine[Any, Any, None]] = Debouncer(
            hass, LOGGER, cooldown=REPORT_COOLDOWN, immediate=False
        )
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=entry.title,
            update_interval=FAST_POLL,
            request_refresh_debouncer=debouncer,
        )
        self._debouncer = debouncer
        self.client = client
        self.directory = Directory(client)
        self.contacts = Contacts(hass, entry)
        self._chosen = frozenset(entry.options.get(CONF_EXTENSIONS, ()))
        self._members = Members(entry.title, self.shows)
        self.data = self._members.data
        self.calls = CallBook(self.data.extensions.__contains__)
        self.history = CallHistory(
            hass,
            entry.entry_id,
            self.calls,
            days=entry.options.get(CONF_CALL_LOG_DAYS, DEFAULT_CALL_LOG_DAYS),
        )
        self.settings = SettingsBook(self)
        self.do_not_disturb = DoNotDisturb(self)
        self.ringing = Ringing(self)
        self.wake_ups = WakeUpBook(self)
        self.arrival = Arrival()
        self.report_counts = ReportCounts()
        self.serial_number = entry.unique_id or ""
        self.device_id = ""
        self._parts: dict[str, dict[int, CALLBACK_TYPE]] = {}
        self._listener_ids = 0
        self._changed: set[str] = set()
        self._told_available = True
        self._call_listeners: dict[str, list[Callable[[CallEvent], None]]] = {}
        self._living_listeners: list[Callable[[set[str]], None]] = []
        self._report_listeners: list[Callable[[Report], None]] = []
        # Grows with each report that comes and each poll that is sent, so that
        # the older of the two never undoes the newer.
        self._order = 0
        self._slow_facts_due = 0.0
        self._failures = 0
        # Half a PBX is none: until the first whole poll, every failure counts.
        self._complete = False
        self._ticks_at: float | None = None
        self._cancel_tick: CALLBACK_TYPE | None = None
        entry.async_on_unload(self._stop_ticking)
        self._session = SessionKeeper(hass, entry, client)

    # Listening

    @callback
    @override
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: Any = None
    ) -> Callable[[], None]:
        """Listen for changes of the part named by the context, or of any part."""
        remove = super().async_add_listener(update_callback, context)
        if context is None:
            return remove
        self._listener_ids += 1
        listener_id = self._listener_ids
        listeners = self._parts.setdefault(context, {})
        listeners[listener_id] = update_callback

        @callback
        def remove_listener() -> None:
            remove()
            listeners.pop(listener_id, None)

        return remove_listener

    @callback
    @override
    def async_update_listeners(self) -> None:
        """Tell those who listen to what changed; all of them when the PBX came or went."""
        changed, self._changed = self._changed | self._members.changed, set()
        self._members.changed = set()
        if self.last_update_success != self._told_available:
            self._told_available = self.last_update_success
            super().async_update_listeners()
            return
        for part in changed:
            for update_callback in list(self._parts.get(part, {}).values()):
                update_callback()

    @callback
    def async_listen_calls(
        self, listener: Callable[[CallEvent], None], extension: str = ""
    ) -> CALLBACK_TYPE:
        """Listen for what happens to calls, of one extension or as a whole."""
        listeners = self._call_listeners.setdefault(extension, [])
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    @callback
    def async_listen_living(
        self, listener: Callable[[set[str]], None]
    ) -> CALLBACK_TYPE:
        """Listen for the ids of calls that live otherwise than before, or no longer.

        Told at once; that CALLS changed is told later, with all else that did.
        """
        self._living_listeners.append(listener)
        return lambda: self._living_listeners.remove(listener)

    @callback
    def async_listen_reports(self, listener: Callable[[Report], None]) -> CALLBACK_TYPE:
        """Listen for reports, after they were applied."""
        self._report_listeners.append(listener)
        return lambda: self._report_listeners.remove(listener)

    def _announce(self, event: CallEvent) -> None:
        for extension in ("", *event.extensions):
            for listener in list(self._call_listeners.get(extension, ())):
                listener(event)
        async_dispatcher_send(self.hass, SIGNAL_CALL, self, event)

    # Polling

    @override
    async def _async_setup(self) -> None:
        await self.history.async_load()
        await self.hass.async_add_executor_job(load_countries)
        self.contacts.refresh()

    @override
    async def _async_update_data(self) -> PbxData:
        try:
            await self._async_poll()
        except PbxError as err:
            if self.client.password_refused:
                raise ConfigEntryAuthFailed(**translated(err)) from err
            self._failures += 1
            self.arrival.interrupted()
            self._set_interval()
            if isinstance(err, PbxCertificateChangedError):
                async_ask_about_certificate(self.hass, self.config_entry, err)
            retry = None
            if isinstance(err, PbxLockedOutError):
                # Asking again would not help before the lock-out is over.
                retry = self.client.locked_seconds + 1
            elif self._complete and self._failures < FAILURES_TO_UNAVAILABLE:
                LOGGER.debug("%s missed a poll: %s", self.name, err)
                return self.data
            raise UpdateFailed(**translated(err), retry_after=retry) from err
        self._failures = 0
        self._complete = True
        async_stop_asking_about_certificate(self.hass, self.config_entry.entry_id)
        self._set_interval()
        return self.data

    @property
    def failures(self) -> int:
        """Return how many polls failed since the last one that worked."""
        return self._failures

    async def _async_poll(self) -> None:
        """Ask for what changes often, and now and then for what does not."""
        now = time.monotonic()
        if now >= self._slow_facts_due or self._failures:
            device = await self.client.device_info()
            await self._session.async_check(device.uptime)
            self._members.apply_device(device, dt_util.now())
            self._members.apply_trunks(await self.client.trunks())
            self._slow_facts_due = now + SLOW_FACTS
        order = self._next_order()
        extensions = await self.client.extensions()
        calls_order = self._next_order()
        inbound = await self.client.inbound_calls()
        outbound = await self.client.outbound_calls()
        unreported = self._members.apply_extensions(extensions, order)
        if unreported and self.arrival.unreported(time.monotonic()):
            self._changed.add(REPORTS)
        self._tell_registrations()
        states = self._members.states
        events = self.calls.apply_poll(
            inbound, outbound, states, order=calls_order, now=time.time()
        )
        self._calls_changed(events)

    def _set_interval(self) -> None:
        if self._failures:
            self.update_interval = min(FAST_POLL * self._failures, LONGEST_POLL)
        elif self.calls.living or not self.reports_seen:
            self.update_interval = FAST_POLL
        else:
            self.update_interval = SLOW_POLL

    # Applying what reports tell

    @callback
    def async_apply_report(self, report: Report) -> None:
        """Learn from a report, tell who listens, and ask the PBX about its calls."""
        if self.arrival.reported():
            self._changed.add(REPORTS)
        order = self._next_order()
        now = time.time()
        match report.type:
            case ReportType.EXTENSION_STATUS:
                self._apply_extension_status(report, order, now)
            case ReportType.BOOT | ReportType.CONFIG_CHANGED:
                self._slow_facts_due = 0.0
        self._calls_changed(self.calls.apply_report(report, order, now))
        for listener in list(self._report_listeners):
            listener(report)
        async_dispatcher_send(self.hass, SIGNAL_REPORT, self, report)
        self.async_update_listeners()
        # Who posts is there again, whatever the last polls said.
        if (
            self._failures
            or report.call_id
            or report.type
            in (
                ReportType.BOOT,
                ReportType.CONFIG_CHANGED,
                ReportType.EXTENSION_STATUS,
            )
        ):
            self.async_ask_soon()

    def _apply_extension_status(self, report: Report, order: int, now: float) -> None:
        number, members = report.extension, self._members
        status = report.word("status")
        if members.apply_status(number, report.extension_state, status, order):
            self._tell_registrations()
            events = self.calls.apply_states(number, members.states, order, now)
            self._calls_changed(events)

    def _tell_registrations(self) -> None:
        """Tell whose phone came or went."""
        extensions, self._members.registrations = self._members.registrations, []
        for extension in extensions:
            async_dispatcher_send(self.hass, SIGNAL_REGISTERED, self, extension)

    @property
    def reports_seen(self) -> bool:
        """Return whether reports were seen to work, and not to fail since."""
        return self.arrival.works is True

    def shows(self, extension: str) -> bool:
        """Return whether an extension has a device: all do unless some were chosen.

        Calls and names know all of them, and whoever may can dial them.
        """
        return not self._chosen or extension in self._chosen

    @property
    def shown_extensions(self) -> list[Extension]:
        """Return the extensions that have a device."""
        return self._members.shown_extensions

    @property
    def is_small(self) -> bool:
        """Return whether every phone may have entities that few people need."""
        return len(self.shown_extensions) <= MANY_EXTENSIONS

    def connected_party(self, extension: str) -> str | None:
        """Return the name or number an extension talks to, or whom it rings for.

        A phone that rang while another answered has no part in the call any more.
        """
        calls = self.calls.of_extension(extension)
        match self._members.states.get(extension):
            case ExtensionState.RINGING:
                meant = [call for call in calls if not call.answered_by]
            case ExtensionState.IN_CALL | ExtensionState.ON_HOLD:
                meant = [
                    call
                    for call in calls
                    if extension in (call.answered_by, call.caller)
                ]
            case _:
                return None
        # Whoever got a call by transfer neither called nor answered first.
        if not (meant := meant or list(calls)):
            return None
        number = meant[-1].other_side(extension)
        if name := self.name_of(number):
            return name
        if meant[-1].direction is CallDirection.INBOUND:
            return missing_number(number) or number
        return number or None

    def name_of(self, number: str) -> str | None:
        """Return the name of an extension's user or of a contact, None for others."""
        if extension := self.data.extensions.get(number):
            return extension.name
        contact = self.contacts.of_number(number)
        return contact.name if contact else None

    @callback
    def async_look_at_contacts(self) -> None:
        """Show names anew if contacts came, went or changed."""
        if self.contacts.refresh():
            self._changed |= {CALLS, CALL_LOG, CONTACTS}
            self._changed |= {
                extension_part(number)
                for call in self.calls.living.values()
                for number in call.extensions
            }
            self.async_update_listeners()

    # Our own actions

    @callback
    def async_dialled(
        self, call_id: str, direction: CallDirection, caller: str, callee: str
    ) -> None:
        """Note a call that the PBX started for us."""
        self._calls_changed(
            self.calls.dialled(
                call_id,
                direction,
                caller,
                callee,
                order=self._next_order(),
                now=time.time(),
            )
        )
        self.async_update_listeners()

    @callback
    def async_mark_missed_calls_seen(self) -> None:
        """Count missed calls from zero again."""
        self._changed.add(CALL_LOG)
        self._changed |= {extension_part(e) for e in self.history.mark_seen()}
        self.async_update_listeners()

    @callback
    def async_moved(self, call_id: str) -> None:
        """Note that we transferred a call."""
        self._calls_changed(self.calls.moved(call_id, time.time()))
        self.async_update_listeners()

    @callback
    def async_refused(self, call_id: str) -> None:
        """Note that we refused a call: then nobody missed it."""
        self._calls_changed(self.calls.refused(call_id, time.time()))
        self.async_update_listeners()

    async def async_ask_now(self) -> None:
        """Ask the PBX about its calls now.

        Raises:
            PbxError: it did not tell.
        """
        await self._async_poll()
        self.async_update_listeners()

    @callback
    def async_log_in_again(self) -> None:
        """Log in now, since another login took the reports of the PBX away."""
        self.client.forget_token()
        self.config_entry.async_create_task(self.hass, self.async_refresh())

    @callback
    def async_ask_soon(self) -> None:
        """Ask the PBX about its calls soon, once, however many want to know."""
        self._debouncer.async_schedule_call()

    # Calls

    def _calls_changed(self, events: Iterable[CallEvent]) -> None:
        """Tell what happened to calls, and see to what is due later."""
        changed, self.calls.changed = self.calls.changed, set()
        if changed:
            self._changed.add(CALLS)
            for listener in list(self._living_listeners):
                listener(changed)
        touched, self.calls.touched = self.calls.touched, set()
        self._changed |= {extension_part(number) for number in touched}
        concluded, self.calls.concluded = self.calls.concluded, set()
        if concluded:
            self._changed.add(CALL_LOG)
            forgotten = self.history.learn(concluded)
            self._changed |= {extension_part(number) for number in forgotten}
        for event in events:
            self._announce(event)
        self._tick_at(self.calls.next_due)

    def _tick_at(self, due: float | None) -> None:
        """Look at the calls again at a time, in epoch seconds, and not before."""
        if self._shutdown_requested:
            # What was under way when the entry was unloaded leaves no timer behind.
            due = None
        if due == self._ticks_at:
            return
        self._stop_ticking()
        if due is not None:
            self._ticks_at = due
            self._cancel_tick = async_call_later(
                self.hass, max(0.0, due - time.time()), self._async_tick
            )

    @callback
    def _async_tick(self, now: datetime) -> None:
        self._ticks_at = self._cancel_tick = None
        self._calls_changed(self.calls.tick(now.timestamp()))
        self.async_update_listeners()

    @callback
    def _stop_ticking(self) -> None:
        if self._cancel_tick:
            self._cancel_tick()
            self._ticks_at = self._cancel_tick = None

    def _next_order(self) -> int:
        self._order += 1
        return self._order
