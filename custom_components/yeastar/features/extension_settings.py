"""How extensions are set up: read slowly, and only where an entity shows it.

The answer of the PBX carries passwords, so nothing is asked for that is not needed.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..const import DOMAIN, LOGGER
from ..pbx.errors import PbxError
from ..pbx.http import in_background
from ..pbx.interface import Feature, Pbx
from ..pbx.models import ExtensionChange, ExtensionSettings
from ..pbx.reports import Report, ReportType
from .write_queue import WriteQueue

INTERVAL = timedelta(minutes=5)
RETRY = timedelta(minutes=1)
FAILURES_TO_UNKNOWN = 2
PATIENCE = 5.0
"""Seconds for an answer, for which the poll of the calls may have to wait."""
_CHANGES = frozenset({ReportType.CONFIG_CHANGED, ReportType.PRESENCE})
SOON = 1.0
"""Seconds to gather what is to be read, once."""


class ExtensionSettingsCoordinator(DataUpdateCoordinator[dict[str, ExtensionSettings]]):
    """Reads how the extensions are set up that an entity shows, and changes them.

    Listeners name the number of their extension as their context.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], pbx: Pbx) -> None:
        """Read nothing before an entity listens."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=f"{entry.title} extension settings",
            update_interval=INTERVAL,
            request_refresh_debouncer=Debouncer(
                hass, LOGGER, cooldown=SOON, immediate=False
            ),
        )
        self._pbx = pbx
        self._queue = WriteQueue(hass, entry, pbx)
        self._question = asyncio.Lock()
        self._is_reachable = True
        self._failures = 0
        # Changes that the PBX did not take yet, by extension, in the order asked for.
        self._wishes: dict[str, list[ExtensionChange]] = {}
        # Grows with each change of an extension, so that what was read before it is
        # not taken for what became of it.
        self._changes: Counter[str] = Counter()
        # Extensions that a report named, if not all are to be read.
        self._due: set[str] | None = set()
        self.data = {}
        entry.async_on_unload(self._queue.async_close)

    @override
    @callback
    def async_add_listener(self, update_callback: Any, context: Any = None) -> Any:
        """Listen for changes of an extension, which is read from now on."""
        remove = super().async_add_listener(update_callback, context)
        if context is not None and context not in self.data:
            self._want([context])
        return remove

    @callback
    def async_reported(self, report: Report) -> None:
        """Read what was changed on the PBX."""
        if report.type is ReportType.BOOT:
            self._want(None)
        elif report.type in _CHANGES and report.extension:
            self._want([report.extension])

    @callback
    def async_reachable(self, reachable: bool) -> None:
        """Read everything once the PBX is there again."""
        if reachable and not self._is_reachable:
            self._want(None)
        self._is_reachable = reachable

    @callback
    def async_firmware_changed(self) -> None:
        """Change extensions as fast as the firmware bears it."""
        self._queue.async_firmware_changed()

    def _want(self, numbers: list[str] | None) -> None:
        """Read some extensions soon, or all of them."""
        if numbers is None:
            self._due = None
        elif self._due is not None:
            self._due.update(numbers)
        self._debounced_refresh.async_schedule_call()

    @override
    async def _async_update_data(self) -> dict[str, ExtensionSettings]:
        shown = set(self.async_contexts())
        due, self._due = self._due, set()
        wanted = sorted(shown & due if due else shown)
        known = {number: self.data[number] for number in shown & self.data.keys()}
        if not wanted or not self._is_reachable:
            return known
        before = {number: self._changes[number] for number in wanted}
        try:
            with in_background(PATIENCE):
                listing = await self._pbx.settings_of(wanted)
        except PbxError as err:
            # That the PBX is away is logged for the poll of the calls.
            LOGGER.debug("%s missed: %s", self.name, err)
            self._failures += 1
            self.update_interval = RETRY
            return known if self._failures < FAILURES_TO_UNKNOWN else {}
        self._failures = 0
        self.update_interval = INTERVAL
        known = {number: self.data[number] for number in shown & self.data.keys()}
        for settings in listing.items:
            number = settings.number
            if self._changes[number] == before.get(number):
                known[number] = settings
        return known

    async def async_ask(self, number: str) -> ExtensionSettings:
        """Return how an extension is set up, asked of the PBX now.

        One question at a time, and actions go first: no reader locks others out.

        Raises:
            PbxError: it did not tell.
        """
        async with self._question:
            with in_background():
                return await self._pbx.settings_of_one(number)

    def wish(self, number: str) -> ExtensionChange:
        """Return what an extension is to become by the changes that still wait.

        Entities show it at once: on an old firmware a change waits for a long time.
        """
        wish = ExtensionChange()
        for change in self._wishes.get(number, ()):
            wish = change.over(wish)
        return wish

    def shown(self, number: str) -> ExtensionSettings | None:
        """Return how an extension is set up once no change waits, if it is known."""
        settings = self.data.get(number)
        return settings and self.wish(number).applied_to(settings)

    @callback
    def async_changed(self, number: str) -> None:
        """Call the listeners of one extension, and those of no certain one."""
        for update_callback, context in list(self._listeners.values()):
            if context in (None, number):
                update_callback()
        self._pbx.inventory.changed_extensions.add(number)
        self._pbx.tell()

    async def async_change(
        self,
        number: str,
        change: ExtensionChange,
        instead: Mapping[str, str] | None = None,
    ) -> ExtensionSettings:
        """Change how an extension is set up, and return it as it is then.

        Changes take effect in their order. `instead` is that of `translated_errors`.

        Raises:
            HomeAssistantError: the PBX refused or did not keep it, or it is not
                known what it did.
        """
        if Feature.PRESENCE in self._pbx.features:
            change = change.as_presence()
        self._changes[number] += 1
        waiting = self._wishes.setdefault(number, [])
        waiting.append(change)
        self.async_changed(number)
        try:
            settings = await self._queue.async_send(number, change, instead)
            if number in self.data or number in self.async_contexts():
                self.data[number] = settings
            if settings.presence:
                self._pbx.inventory.apply_presence(number, settings.presence)
        except HomeAssistantError:
            self._want([number])
            raise
        finally:
            self._changes[number] += 1
            waiting.remove(change)
            if not waiting:
                del self._wishes[number]
            self.async_changed(number)
        if not change.is_kept(settings):
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="setting_not_kept",
                translation_placeholders={"extension": settings.name},
            )
        return settings
