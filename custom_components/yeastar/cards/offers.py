"""Calls that a trunk asks about: for ten seconds somebody may let them in or not."""

from collections.abc import Callable
from functools import partial
import time

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..coordinator import SIGNAL_REPORT, YeastarCoordinator
from ..pbx import Report, ReportType

OFFER_SECONDS = 10.0
"""How long the PBX waits for a decision (API guide, Invite)."""
MAX_OFFERS = 100

OFFERS: HassKey[Offers] = HassKey(f"{DOMAIN}_offers")

type Key = tuple[str, str]


class Offers:
    """The calls of all PBXs that wait for a decision, by entry and call id."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Follow the reports of all PBXs."""
        self._hass = hass
        self._until: dict[Key, tuple[float, CALLBACK_TYPE]] = {}
        self._listeners: list[Callable[[str, str], None]] = []
        async_dispatcher_connect(hass, SIGNAL_REPORT, self._async_reported)

    def until(self, entry_id: str, call_id: str) -> float | None:
        """Return until when a call waits for a decision, in epoch seconds."""
        offer = self._until.get((entry_id, call_id))
        return offer[0] if offer else None

    @callback
    def async_listen(self, listener: Callable[[str, str], None]) -> CALLBACK_TYPE:
        """Listen for entry and call id of offers that come or go."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def _async_reported(self, coordinator: YeastarCoordinator, report: Report) -> None:
        if not report.call_id:
            return
        # The report may name the call by the id of its leg.
        call = coordinator.calls.find(report.call_id)
        call_id = call.call_id if call else report.call_id
        key = (coordinator.config_entry.entry_id, call_id)
        if report.type is not ReportType.INVITE:
            self._forget(key)
        elif key not in self._until and len(self._until) < MAX_OFFERS:
            job = HassJob(partial(self._expire, key), cancel_on_shutdown=True)
            cancel = async_call_later(self._hass, OFFER_SECONDS, job)
            self._until[key] = (time.time() + OFFER_SECONDS, cancel)
            self._tell(key)

    @callback
    def _expire(self, key: Key, _now: object) -> None:
        self._forget(key)

    def _forget(self, key: Key) -> None:
        if offer := self._until.pop(key, None):
            offer[1]()
            self._tell(key)

    def _tell(self, key: Key) -> None:
        for listener in list(self._listeners):
            listener(*key)
