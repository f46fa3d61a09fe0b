"""Builds, starts and stops everything that one config entry owns."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util.signal_type import SignalType

from .const import CONF_CALL_LOG_DAYS, CONF_EXTENSIONS, DEFAULT_CALL_LOG_DAYS, DOMAIN
from .coordinator import IdentityError, YeastarCoordinator
from .features.call_log import CallLog
from .features.call_statistics import CallStatistics
from .features.catch_up import CatchUp, CaughtUp
from .features.do_not_disturb import DoNotDisturb
from .features.extension_settings import ExtensionSettingsCoordinator
from .features.forwarding import CallForwarding
from .features.login import LoginGuard
from .features.mailboxes import MailboxCoordinator
from .features.queue_status import QueueCoordinator
from .features.returned_calls import ReturnedCalls
from .features.ringing import Ringing
from .features.session_store import SessionStore
from .features.system_events import for_a_person
from .features.text_messages import TextMessages
from .features.wake_up_calls import WakeUpCoordinator
from .issues import (
    CERTIFICATE_CHANGED,
    OTHER_PBX,
    async_ask_about_certificate,
    async_ask_about_system_event,
    async_say_other_pbx,
    async_withdraw,
)
from .pbx.calls.call import Call, CallEvent, CallEventType
from .pbx.calls.model import Calls
from .pbx.errors import PbxCertificateChangedError, PbxOtherPbxError
from .pbx.http import in_background
from .pbx.interface import Feature, Pbx
from .pbx.inventory import Inventory
from .pbx.models import CallDirection, Extension
from .pbx.reports import Report, ReportType
from .phonebook.company_contacts import CompanyContacts
from .phonebook.contacts import Contacts
from .phonebook.destinations import Destinations
from .phonebook.names import Names
from .phonebook.numbers import load_countries
from .push.health import PushHealth, ReportCounts
from .topics import (
    CALL_LOG,
    CALLS,
    CONTACTS,
    DEVICE,
    MEMBERS,
    NOTHING,
    REPORTS,
    extension_topic,
)

MANY_EXTENSIONS = 50
BOOT_SECONDS = 60.0
"""A start takes longer; a report of another one before is repeated or forged."""

type YeastarConfigEntry = ConfigEntry[YeastarRuntime]

# For listeners that follow all PBXs, loaded or not: triggers.
SIGNAL_CALL: SignalType[YeastarRuntime, CallEvent] = SignalType("yeastar_call")
SIGNAL_CAUGHT_UP: SignalType[YeastarRuntime, CaughtUp] = SignalType("yeastar_caught_up")
SIGNAL_REGISTERED: SignalType[YeastarRuntime, Extension] = SignalType(
    "yeastar_registered"
)
SIGNAL_PRESENCE: SignalType[YeastarRuntime, Extension] = SignalType("yeastar_presence")
SIGNAL_QUEUED: SignalType[YeastarRuntime, Call] = SignalType("yeastar_queued")
SIGNAL_REPORT: SignalType[YeastarRuntime, Report] = SignalType("yeastar_report")


@dataclass(kw_only=True)
class YeastarRuntime:
    """Everything that belongs to one PBX that is set up.

    Attributes:
        device_id: of the PBX in the device registry; set before the platforms are.
    """

    hass: HomeAssistant
    entry: YeastarConfigEntry
    pbx: Pbx
    coordinator: YeastarCoordinator
    contacts: Contacts
    company_contacts: CompanyContacts
    destinations: Destinations
    names: Names
    call_log: CallLog
    statistics: CallStatistics
    catch_up: CatchUp
    settings: ExtensionSettingsCoordinator
    do_not_disturb: DoNotDisturb
    forwarding: CallForwarding
    mailboxes: MailboxCoordinator
    queues: QueueCoordinator
    ringing: Ringing
    text_messages: TextMessages
    wake_ups: WakeUpCoordinator
    health: PushHealth
    report_counts: ReportCounts
    session_store: SessionStore
    device_id: str = ""
    _queued: set[str] = field(default_factory=set)
    _close_listeners: list[CALLBACK_TYPE] = field(default_factory=list)
    _learning: asyncio.Task[None] | None = None
    _booted_at: float = 0.0

    @property
    def serial_number(self) -> str:
        """Return the serial number of the PBX."""
        return self.entry.unique_id or ""

    @property
    def inventory(self) -> Inventory:
        """Return what the PBX is and has."""
        return self.pbx.inventory

    @property
    def calls(self) -> Calls:
        """Return the calls of the PBX."""
        return self.pbx.calls

    @property
    def is_available(self) -> bool:
        """Return whether the PBX answers."""
        return self.coordinator.last_update_success

    @property
    def is_small(self) -> bool:
        """Return whether every phone may have entities that few people need."""
        return self.inventory.shown <= MANY_EXTENSIONS

    def wants(self, platform: Platform, extension: str, key: str) -> bool:
        """Return whether a phone has an entity that few people need.

        A large PBX would make too many of them; those that are there already stay.
        """
        if self.is_small:
            return True
        unique_id = f"{self.serial_number}_{extension}_{key}"
        registry = er.async_get(self.hass)
        return registry.async_get_entity_id(platform, DOMAIN, unique_id) is not None

    def can(self, feature: Feature) -> bool:
        """Return whether the PBX can do something."""
        return feature in self.pbx.features

    # Start and end

    async def async_start(self) -> None:
        """Load what is stored, poll once, and connect the helpers with each other."""
        await self.hass.async_add_executor_job(load_countries)
        self.contacts.refresh()
        await self.session_store.async_load()
        await self.call_log.async_load()
        await self.coordinator.async_config_entry_first_refresh()

    async def async_start_features(self) -> None:
        """Let the helpers follow the PBX until the entry is unloaded."""
        coordinator, entry = self.coordinator, self.entry
        for unlisten in (
            coordinator.async_listen_concluded(self._calls_concluded),
            coordinator.async_listen_living(self._note_queued),
            coordinator.async_listen_calls(
                partial(async_dispatcher_send, self.hass, SIGNAL_CALL, self)
            ),
            coordinator.async_listen_calls(self._call_happened),
            coordinator.async_listen_registrations(
                partial(async_dispatcher_send, self.hass, SIGNAL_REGISTERED, self)
            ),
            coordinator.async_listen_presences(
                partial(async_dispatcher_send, self.hass, SIGNAL_PRESENCE, self)
            ),
            coordinator.async_listen_reports(self._reported),
            coordinator.async_add_listener(self._availability_changed, NOTHING),
            coordinator.async_add_listener(self._members_changed, MEMBERS),
            coordinator.async_add_listener(
                self.catch_up.async_reports_changed, REPORTS
            ),
            self.catch_up.async_listen(
                partial(async_dispatcher_send, self.hass, SIGNAL_CAUGHT_UP, self)
            ),
            coordinator.async_add_listener(self.wake_ups.async_clock_changed, DEVICE),
        ):
            entry.async_on_unload(unlisten)
        self._learn_destinations()
        self._note_queued(self.calls.living)
        await self.do_not_disturb.async_start()
        self.statistics.async_start()
        if self.can(Feature.CALL_RECORDS):
            self.catch_up.on_log_changed = self._missed_calls_changed
            self.catch_up.async_start()
        if self.can(Feature.WAKE_UP_CALLS):
            self.wake_ups.async_start()
        if self.can(Feature.VOICEMAIL):
            entry.async_on_unload(
                self.mailboxes.async_add_listener(self._mailboxes_read)
            )
        if self.can(Feature.COMPANY_CONTACTS):
            await self.company_contacts.async_start(self.async_names_changed)

    async def async_close(self) -> None:
        """End what waits or rings: the entry is unloaded."""
        for listener in list(self._close_listeners):
            listener()
        self.text_messages.async_close()
        await self.ringing.async_close()

    @callback
    def async_listen_close(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call a listener when the entry is unloaded."""
        self._close_listeners.append(listener)
        return lambda: self._close_listeners.remove(listener)

    @callback
    def _reported(self, report: Report) -> None:
        if report.type is not ReportType.BOOT or self._believes_boot():
            self.settings.async_reported(report)
            if self.can(Feature.WAKE_UP_CALLS):
                self.wake_ups.async_reported(report)
        self.queues.async_reported(report)
        self.mailboxes.async_reported(report)
        if content := for_a_person(report):
            async_ask_about_system_event(self.hass, self.entry, content)
        self.catch_up.async_reported()
        async_dispatcher_send(self.hass, SIGNAL_REPORT, self, report)

    def _believes_boot(self) -> bool:
        """Return whether a report that the PBX started may be true."""
        now = time.monotonic()
        if self._booted_at and now - self._booted_at < BOOT_SECONDS:
            return False
        self._booted_at = now
        return True

    @callback
    def _availability_changed(self) -> None:
        self.settings.async_reachable(self.is_available)
        self.queues.async_reachable(self.is_available)
        self.mailboxes.async_reachable(self.is_available)
        self.wake_ups.async_reachable(self.is_available)
        self.catch_up.async_reachable(self.is_available)

    @callback
    def _members_changed(self) -> None:
        self.settings.async_firmware_changed()
        if self.can(Feature.WAKE_UP_CALLS):
            self.wake_ups.async_members_changed()

    @callback
    def _call_happened(self, event: CallEvent) -> None:
        call = event.call
        begins = event.type in (CallEventType.RECEIVED, CallEventType.STARTED)
        inside = call.direction in (CallDirection.INBOUND, CallDirection.INTERNAL)
        if begins and inside and call.callee and not self.names.of_callee(call):
            self._learn_destinations()

    @callback
    def _learn_destinations(self) -> None:
        """Ask for the names of IVRs and queues, if that was not done just now."""
        if self._learning is None or self._learning.done():
            self._learning = self.entry.async_create_background_task(
                self.hass, self._async_learn_destinations(), "yeastar destinations"
            )

    async def _async_learn_destinations(self) -> None:
        before = self.destinations.by_number
        with in_background():
            await self.destinations.async_refresh()
        if self.destinations.by_number != before:
            # As when contacts change, whose names are shown in the same places.
            self.coordinator.async_changed(CALLS, CALL_LOG, CONTACTS)

    @callback
    def _note_queued(self, call_ids: Iterable[str]) -> None:
        """Tell of each call that begins to wait in a queue."""
        for call_id in call_ids:
            call = self.calls.living.get(call_id)
            if call is None or call.answered_by or not self.names.queue_of(call):
                self._queued.discard(call_id)
            elif call_id not in self._queued:
                self._queued.add(call_id)
                async_dispatcher_send(self.hass, SIGNAL_QUEUED, self, call)

    @callback
    def _mailboxes_read(self) -> None:
        self.coordinator.async_changed(*map(extension_topic, self.mailboxes.data))

    # Changes that begin here

    @callback
    def _calls_concluded(self, call_ids: frozenset[str]) -> None:
        extensions = self.call_log.async_learn(call_ids)
        self.statistics.async_calls_concluded(call_ids)
        self._missed_calls_changed(extensions)

    @callback
    def _missed_calls_changed(self, extensions: set[str]) -> None:
        self.coordinator.async_changed(CALL_LOG, *map(extension_topic, extensions))

    @callback
    def async_log_in_again(self) -> None:
        """Log in now, since another login took the reports of the PBX away."""
        self.pbx.forget_session()
        self.entry.async_create_task(self.hass, self.coordinator.async_refresh())

    @callback
    def async_mark_missed_calls_seen(self) -> None:
        """Count missed calls from zero again."""
        self._missed_calls_changed(self.call_log.async_mark_seen())

    @callback
    def async_contacts_changed(self) -> None:
        """Show names anew if contacts came, went or changed."""
        if self.contacts.refresh():
            self.async_names_changed()

    @callback
    def async_names_changed(self) -> None:
        """Show the names of contacts and extensions anew."""
        talking = (
            extension_topic(number)
            for call in self.calls.living.values()
            for number in call.extensions
        )
        self.coordinator.async_changed(CALLS, CALL_LOG, CONTACTS, *talking)

    def connected_party(self, extension: str) -> str | None:
        """Return the name or number that an extension talks to, or that rings it."""
        calls = self.calls.of_extension(extension)
        return self.names.connected_party(extension, calls)


def build_runtime(
    hass: HomeAssistant, entry: YeastarConfigEntry, pbx: Pbx
) -> YeastarRuntime:
    """Build what one PBX needs; nothing is sent or read yet."""
    chosen = frozenset(entry.options.get(CONF_EXTENSIONS, ()))
    if chosen:
        pbx.inventory.is_shown = chosen.__contains__
    health = PushHealth()
    coordinator = YeastarCoordinator(hass, entry, pbx, health)
    coordinator.on_identity = partial(_identity_checked, hass, entry)
    guard = LoginGuard(hass, entry, pbx)
    coordinator.on_unreported = partial(guard.async_register_reports, health)
    contacts = Contacts(hass, entry)
    destinations = Destinations(pbx)
    settings = ExtensionSettingsCoordinator(hass, entry, pbx)
    company_contacts = CompanyContacts(hass, entry, pbx, contacts)
    names = Names(pbx.inventory, contacts, destinations)
    names.company_name = company_contacts.name_of
    call_log = CallLog(
        hass,
        entry,
        pbx.calls,
        ReturnedCalls(contacts.normalized),
        days=entry.options.get(CONF_CALL_LOG_DAYS, DEFAULT_CALL_LOG_DAYS),
    )
    statistics = CallStatistics(hass, entry, pbx.calls, call_log, pbx.inventory)
    return YeastarRuntime(
        hass=hass,
        entry=entry,
        pbx=pbx,
        coordinator=coordinator,
        contacts=contacts,
        company_contacts=company_contacts,
        destinations=destinations,
        names=names,
        call_log=call_log,
        statistics=statistics,
        catch_up=CatchUp(hass, entry, pbx, health, call_log, statistics),
        settings=settings,
        do_not_disturb=DoNotDisturb(hass, entry, pbx, settings),
        forwarding=CallForwarding(pbx, settings, lambda: contacts.plan),
        mailboxes=MailboxCoordinator(hass, entry, pbx),
        queues=QueueCoordinator(hass, entry, pbx),
        ringing=Ringing(hass, entry, pbx, coordinator.async_ask_now),
        text_messages=TextMessages(entry, pbx, coordinator.async_listen_reports),
        wake_ups=WakeUpCoordinator(hass, entry, pbx),
        health=health,
        report_counts=ReportCounts(),
        session_store=SessionStore(hass, entry, pbx),
    )


def _identity_checked(
    hass: HomeAssistant, entry: ConfigEntry[Any], err: IdentityError | None
) -> None:
    match err:
        case PbxCertificateChangedError():
            async_ask_about_certificate(hass, entry, err)
        case PbxOtherPbxError():
            async_say_other_pbx(hass, entry, err)
        case None:
            async_withdraw(hass, entry.entry_id, CERTIFICATE_CHANGED, OTHER_PBX)


@callback
def loaded_pbxs(hass: HomeAssistant) -> list[YeastarRuntime]:
    """Return the PBXs that are set up now."""
    entries: list[YeastarConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    return [entry.runtime_data for entry in entries]
