"""The Yeastar PBX integration."""

from functools import partial

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers import config_validation as cv, issue_registry as ir
from homeassistant.helpers.device_registry import AnyDeviceEntry
from homeassistant.helpers.typing import ConfigType

from .actions import async_setup_actions
from .bus import fire_call
from .cards.commands import async_setup_websocket
from .cards.static import async_setup_card
from .connection import create_client
from .const import CONF_PASSWORD_REFUSED, DOMAIN
from .coordinator import YeastarConfigEntry, YeastarCoordinator
from .entity import contact_identifier, member_names, pbx_identifier, update_devices
from .features.call_log import CallHistory
from .features.do_not_disturb import DoNotDisturb
from .features.recordings import async_setup_recordings
from .flows.changed_certificate import with_certificate
from .issues import async_withdraw
from .phonebook.contacts import async_follow_contacts
from .push.no_reports import async_watch_reports
from .push.receiver import ReportReceiver
from .push.target import report_target
from .topics import MEMBERS
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
    Platform.TEXT,
]

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register actions, commands, cards and recordings, which are there with or without a PBX."""
    async_setup_actions(hass)
    async_setup_websocket(hass)
    async_setup_recordings(hass)
    await async_setup_card(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: YeastarConfigEntry) -> bool:
    """Set up one PBX."""
    if entry.data.get(CONF_PASSWORD_REFUSED):
        raise ConfigEntryAuthFailed(
            translation_domain=DOMAIN, translation_key="pbx_bad_credentials"
        )
    target = report_target(hass, entry.data, entry.options)
    client = create_client(hass, entry.data, target)
    coordinator = YeastarCoordinator(hass, entry, client)
    entry.runtime_data = coordinator
    # Early, so that on unload it comes late: until then there is news.
    entry.async_on_unload(coordinator.history.async_close)
    if target is None:
        coordinator.arrival.works = False
    # Before the login, after which the PBX posts.
    await ReportReceiver(hass, entry).async_start()
    await coordinator.async_config_entry_first_refresh()
    hass.config_entries.async_update_entry(
        entry, data=with_certificate(entry.data, client)
    )
    # Only now: calls that were going on before are no news.
    entry.async_on_unload(
        coordinator.async_listen_calls(partial(fire_call, hass, coordinator))
    )

    coordinator.settings.async_start()
    coordinator.wake_ups.async_start()
    await coordinator.do_not_disturb.async_start()
    async_follow_contacts(hass, entry, coordinator.async_look_at_contacts)

    @callback
    def async_update_devices() -> None:
        update_devices(coordinator)

    # Children need their parent, so the PBX is there before the platforms.
    async_update_devices()
    async_watch_reports(hass, entry)
    entry.async_on_unload(coordinator.async_add_listener(async_update_devices, MEMBERS))
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    async_setup_sentences(hass, entry)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: YeastarConfigEntry) -> bool:
    """Unload one PBX; its session ends with what was set up for it."""
    await entry.runtime_data.ringing.async_close()
    if unloaded := await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        async_withdraw(hass, entry.entry_id)
    return unloaded


async def async_remove_entry(hass: HomeAssistant, entry: YeastarConfigEntry) -> None:
    """Leave nothing behind."""
    for domain, issue_id in list(ir.async_get(hass).issues):
        # The id of an issue ends in that of the PBX it is about.
        if domain == DOMAIN and issue_id.endswith(entry.entry_id):
            ir.async_delete_issue(hass, domain, issue_id)
    await CallHistory.async_remove(hass, entry.entry_id)
    await DoNotDisturb.async_remove(hass, entry.entry_id)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: YeastarConfigEntry, device: AnyDeviceEntry
) -> bool:
    """Return whether a device may be deleted: the PBX no longer has what it shows."""
    if entry.state is not ConfigEntryState.LOADED:
        # Nobody knows, then, what the PBX has.
        return False
    coordinator = entry.runtime_data
    present = {
        pbx_identifier(coordinator),
        *member_names(coordinator),
        *(contact_identifier(coordinator, key) for key in coordinator.contacts.by_id),
    }
    return device.identifiers.isdisjoint(present)
