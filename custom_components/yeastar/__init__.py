"""The Yeastar PBX integration."""

from functools import partial

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.device_registry import AnyDeviceEntry
from homeassistant.helpers.typing import ConfigType

from .actions import async_setup_actions
from .bus import fire_activity, fire_call, fire_caught_up, fire_report
from .cards.static import async_setup_card
from .cards.websocket_commands import async_setup_websocket
from .connection import as_found, create_pbx
from .const import CONF_PASSWORD_REFUSED, DOMAIN, ReportWay
from .devices import expect_members, follow_given_names, is_present, update_devices
from .features.call_log import CallLog
from .features.contact_view import ContactView
from .features.do_not_disturb import DoNotDisturb
from .features.recording_view import RecordingView, VoicemailView
from .features.session_store import SessionStore
from .issues import async_withdraw_all, async_withdraw_of_unloaded
from .media_source import find_recording, find_voicemail
from .migration import async_migrate
from .pbx.interface import Feature
from .phonebook.contacts import async_follow_contacts
from .push.no_reports import async_watch_reports
from .push.receiver import ReportReceiver
from .push.target import pbx_report_port, report_target, report_way
from .runtime import YeastarConfigEntry, YeastarRuntime, build_runtime
from .topics import MEMBERS, REPORTS
from .voice.sentence_triggers import async_setup_sentences

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CALENDAR,
    Platform.EVENT,
    Platform.NOTIFY,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
]

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register actions, commands, cards and recordings, which need no PBX."""
    async_setup_actions(hass)
    async_setup_websocket(hass)
    async_withdraw_of_unloaded(hass)
    hass.http.register_view(ContactView())
    hass.http.register_view(RecordingView(partial(find_recording, hass)))
    hass.http.register_view(VoicemailView(partial(find_voicemail, hass)))
    await async_setup_card(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: YeastarConfigEntry) -> bool:
    """Set up one PBX."""
    if entry.data.get(CONF_PASSWORD_REFUSED):
        raise ConfigEntryAuthFailed(
            translation_domain=DOMAIN, translation_key="pbx_bad_credentials"
        )
    target = report_target(hass, entry.data, entry.options)
    stream_port = pbx_report_port(entry.options)
    serial_number = entry.unique_id or ""
    pbx = create_pbx(hass, entry.data, entry.title, target, stream_port, serial_number)
    runtime = entry.runtime_data = build_runtime(hass, entry, pbx)
    pbx.hold_reports()
    # Early, so that on unload it comes late: until then there may be news.
    entry.async_on_unload(runtime.call_log.async_close)
    follows = (
        runtime.can(Feature.EVENT_SOCKET)
        and report_way(entry.options) is not ReportWay.OFF
    )
    if target is None and not follows:
        runtime.health.works = False
    receiver = _receiver(hass, entry, runtime)
    if runtime.can(Feature.HTTP_REPORTS):
        # Before the login, after which the PBX posts them.
        await receiver.async_start()
    expect_members(runtime)
    await runtime.async_start()
    hass.config_entries.async_update_entry(entry, data=as_found(entry.data, pbx))
    coordinator = runtime.coordinator
    for unlisten in (
        coordinator.async_listen_calls(partial(fire_call, hass, runtime)),
        coordinator.async_listen_calls(partial(fire_activity, hass, runtime)),
        coordinator.async_listen_reports(partial(fire_report, hass, runtime)),
        runtime.catch_up.async_listen(partial(fire_caught_up, hass, runtime)),
    ):
        entry.async_on_unload(unlisten)
    await runtime.async_start_features()
    if follows:
        entry.async_create_background_task(
            hass,
            pbx.follow(receiver.async_receive, coordinator.async_connected),
            f"{entry.title} events",
        )
    async_follow_contacts(hass, entry, runtime.async_contacts_changed)
    # Children need their parent, so the PBX is there before the platforms.
    update_devices(runtime)
    follow_given_names(runtime)
    async_watch_reports(
        hass,
        entry,
        pbx,
        runtime.health,
        partial(coordinator.async_add_listener, context=REPORTS),
    )
    entry.async_on_unload(
        coordinator.async_add_listener(partial(update_devices, runtime), MEMBERS)
    )
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    async_setup_sentences(hass, entry)
    pbx.release_reports()
    return True


def _receiver(
    hass: HomeAssistant, entry: YeastarConfigEntry, runtime: YeastarRuntime
) -> ReportReceiver:
    coordinator = runtime.coordinator
    receiver = ReportReceiver(
        hass,
        entry,
        runtime.pbx,
        runtime.report_counts,
        coordinator.async_ask_for_reports,
    )
    coordinator.on_worked = receiver.async_worked
    return receiver


async def async_migrate_entry(hass: HomeAssistant, entry: YeastarConfigEntry) -> bool:
    """Bring what an older version stored up to date."""
    return async_migrate(hass, entry)


async def async_unload_entry(hass: HomeAssistant, entry: YeastarConfigEntry) -> bool:
    """Unload one PBX; its session ends with what was set up for it."""
    await entry.runtime_data.async_close()
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: YeastarConfigEntry) -> None:
    """Leave nothing behind."""
    async_withdraw_all(hass, entry.entry_id)
    await CallLog.async_remove(hass, entry.entry_id)
    await DoNotDisturb.async_remove(hass, entry.entry_id)
    await SessionStore.async_remove(hass, entry.entry_id)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: YeastarConfigEntry, device: AnyDeviceEntry
) -> bool:
    """Return whether a device may be deleted: the PBX no longer has what it shows."""
    if entry.state is not ConfigEntryState.LOADED:
        # It is not known, then, what the PBX has.
        return False
    return not is_present(entry.runtime_data, device.identifiers)
