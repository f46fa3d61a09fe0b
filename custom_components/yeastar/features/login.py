"""Remembers what the PBX said to a login, keeps the session alive, and ends it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..const import CONF_API_VERSION, CONF_LOCKED_UNTIL, CONF_PASSWORD_REFUSED, LOGGER
from ..issues import (
    async_say_address_not_allowed,
    async_say_locked_out,
    async_say_too_many_sessions,
    async_withdraw_refused_login,
)
from ..pbx.errors import (
    PbxAddressError,
    PbxCredentialsError,
    PbxError,
    PbxLockedOutError,
    PbxRefusedError,
    PbxTooManySessionsError,
    PbxUnsupportedError,
)
from ..pbx.http import in_background
from ..pbx.interface import Feature, Pbx
from ..pbx.s_series.operations import V2_0_0
from ..push.health import PushHealth

REGISTER_AFTER = 120.0
"""Seconds between two attempts to get the reports back from another program."""
HEARTBEAT_AFTER = 600.0
"""Seconds without traffic, of the 1800 a token lives."""


def without_refusals(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an entry keeps, but for what the PBX said to former logins."""
    forgotten = (CONF_PASSWORD_REFUSED, CONF_LOCKED_UNTIL)
    return {key: data[key] for key in data if key not in forgotten}


class LoginGuard:
    """Sees to it that no useless login is sent.

    What the PBX said to a login is kept in the entry, so that neither a reload nor a
    restart of Home Assistant asks again too soon.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], pbx: Pbx) -> None:
        """Guard the session until the entry is unloaded."""
        self._hass = hass
        self._entry = entry
        self._pbx = pbx
        self._register_due = 0.0
        self._wait_lock_out_out()
        pbx.on_login = self._login_answered
        entry.async_on_unload(
            async_track_time_interval(
                hass,
                self._async_keep_alive,
                timedelta(seconds=HEARTBEAT_AFTER / 2),
                cancel_on_shutdown=True,
            )
        )
        # Home Assistant unloads no entry when it stops.
        entry.async_on_unload(
            hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._async_stop)
        )
        entry.async_on_unload(pbx.close)

    def _wait_lock_out_out(self) -> None:
        """Go on waiting for the end of a lock-out."""
        if until := self._entry.data.get(CONF_LOCKED_UNTIL):
            left = until - dt_util.utcnow().timestamp()
            # A clock that was set back must not lock out for longer.
            if 0 < left <= self._pbx.lock_out_seconds:
                self._pbx.wait_out(left)
                async_say_locked_out(
                    self._hass, self._entry, dt_util.utc_from_timestamp(until)
                )

    @callback
    def _login_answered(self, refusal: PbxRefusedError | None) -> None:
        """Remember what the PBX said to a login, and tell who can change it."""
        match refusal:
            case None:
                self._keep()
                async_withdraw_refused_login(self._hass, self._entry.entry_id)
            case PbxCredentialsError():
                self._keep(password_refused=True)
                async_withdraw_refused_login(self._hass, self._entry.entry_id)
                self._entry.async_start_reauth(self._hass)
            case PbxLockedOutError():
                until = dt_util.utcnow() + timedelta(seconds=self._pbx.lock_out_seconds)
                self._keep(locked_until=until.timestamp())
                async_say_locked_out(self._hass, self._entry, until)
            case PbxUnsupportedError():
                self._version_refused()
            case PbxTooManySessionsError():
                self._keep()
                async_say_too_many_sessions(self._hass, self._entry)
            case PbxAddressError():
                self._keep()
                async_say_address_not_allowed(
                    self._hass, self._entry, self._pbx.own_address
                )

    def _keep(
        self, *, password_refused: bool = False, locked_until: float | None = None
    ) -> None:
        data = without_refusals(self._entry.data)
        data.pop(CONF_API_VERSION, None)
        if self._pbx.api_version:
            data[CONF_API_VERSION] = self._pbx.api_version
        if password_refused:
            data[CONF_PASSWORD_REFUSED] = True
        if locked_until:
            data[CONF_LOCKED_UNTIL] = locked_until
        self._hass.config_entries.async_update_entry(self._entry, data=data)

    def _version_refused(self) -> None:
        """Let the entry be set up again if the PBX has another version of its API now."""
        before = self._entry.data.get(CONF_API_VERSION)
        self._keep()
        speaks = (before, self._entry.data.get(CONF_API_VERSION))
        if V2_0_0 in speaks and self._entry.state is ConfigEntryState.LOADED:
            self._hass.config_entries.async_schedule_reload(self._entry.entry_id)

    @callback
    def _async_keep_alive(self, _now: datetime) -> None:
        """Keep the token alive where polling is off, and log in again if it died."""
        idle = self._pbx.idle_seconds >= HEARTBEAT_AFTER
        if idle and self._entry.pref_disable_polling:
            self._entry.async_create_background_task(
                self._hass, self._async_beat(), f"{self._entry.title} heartbeat"
            )

    async def _async_beat(self) -> None:
        try:
            with in_background():
                await self._pbx.keep_alive()
        except PbxError as err:
            LOGGER.debug("%s: no heartbeat: %s", self._entry.title, err)

    @callback
    def async_register_reports(self, health: PushHealth) -> None:
        """Say again where reports go, though not too often: one did not come."""
        now = time.monotonic()
        if now < self._register_due or Feature.HTTP_REPORTS not in self._pbx.features:
            return
        self._register_due = now + REGISTER_AFTER
        self._entry.async_create_background_task(
            self._hass,
            self._async_register_reports(by_login=not health.works),
            f"{self._entry.title} asks for reports",
        )

    async def _async_register_reports(self, *, by_login: bool) -> None:
        try:
            with in_background():
                await self._pbx.register_reports(by_login=by_login)
        except PbxError as err:
            LOGGER.debug("%s: could not ask for reports: %s", self._entry.title, err)

    async def _async_stop(self, _event: Event) -> None:
        await self._pbx.close()
