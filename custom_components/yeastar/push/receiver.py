"""Receives the reports of a PBX: bounds, checks, reads and counts them."""

from collections.abc import Callable
import time
from typing import Any

from aiohttp import web
from aiohttp.hdrs import METH_POST, METH_PUT
from homeassistant.components import webhook
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import CONF_HOST, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady

from ..const import DOMAIN, LOGGER, ReportWay
from ..pbx.errors import PbxProtocolError
from ..pbx.interface import Pbx
from ..pbx.reports import Report, ReportType
from .health import ReportCounts
from .intake import Intake
from .own_port import MAX_BODY, ReportListener
from .target import own_port, report_path, report_way

REPEAT_SECONDS = 5.0
"""An equal body within this time is the PBX repeating itself."""
MAX_SUBJECTS = 2000


class ReportReceiver:
    """Takes the reports of one PBX, each once.

    A body that is no report changes nothing, and the answer is always
    200: the PBX repeats what it gets no 200 for.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        pbx: Pbx,
        counts: ReportCounts,
        dropped: Callable[[], None],
    ) -> None:
        """Prepare to receive; nothing is registered yet.

        `dropped` is called when there are too many.
        """
        self._hass = hass
        self._entry = entry
        self._pbx = pbx
        self._dropped = dropped
        self._last: dict[str, tuple[int | None, float]] = {}
        self._intake = Intake(hass, entry, self._take, pbx.outlasts_polls, self._drop)
        self.counts = counts

    @callback
    def async_worked(self, seconds: float) -> None:
        """Count work that earlier reports caused, so that fewer are taken meanwhile."""
        self._intake.async_charge(seconds)

    async def async_start(self) -> None:
        """Take the reports that a PBX posts, in the way that the options say, until unload.

        Raises:
            ConfigEntryNotReady: another program has the separate port.
        """
        match report_way(self._entry.options):
            case ReportWay.HOME_ASSISTANT:
                self._register_webhook()
            case ReportWay.OWN_PORT:
                await self._async_listen()

    def _register_webhook(self) -> None:
        webhook_id = self._entry.data[CONF_WEBHOOK_ID]
        webhook.async_register(
            self._hass,
            DOMAIN,
            self._entry.title,
            webhook_id,
            self._async_handle,
            local_only=True,
            allowed_methods=(METH_POST, METH_PUT),
        )
        self._entry.async_on_unload(
            lambda: webhook.async_unregister(self._hass, webhook_id)
        )

    async def _async_listen(self) -> None:
        port = own_port(self._entry.options)
        listener = ReportListener(
            self._entry.data[CONF_HOST],
            report_path(self._entry.data),
            self.counts,
            self.async_receive,
            self._intake.async_pause,
        )
        try:
            await listener.start(port)
        except OSError as err:
            raise ConfigEntryNotReady(
                translation_domain=DOMAIN,
                translation_key="port_taken",
                translation_placeholders={"port": str(port)},
            ) from err
        self._entry.async_on_unload(listener.stop)

    async def _async_handle(
        self, hass: HomeAssistant, webhook_id: str, request: web.Request
    ) -> web.Response:
        body = b""
        try:
            while piece := await request.content.read(MAX_BODY + 1 - len(body)):
                body += piece
        except web.RequestPayloadError:
            # Home Assistant would log it, and the id of the webhook with it.
            self.counts.malformed += 1
            return web.Response()
        # A sender may be slower than a person who unloads the entry meanwhile.
        if self._entry.state is not ConfigEntryState.NOT_LOADED:
            self.async_receive(body)
            await self._intake.async_pause()
        return web.Response()

    @callback
    def async_receive(self, body: bytes) -> None:
        """Apply a body, now or soon, or count why not; never raises."""
        if len(body) > MAX_BODY:
            self.counts.too_large += 1
            return
        self._intake.async_put(body)

    def _drop(self) -> None:
        self.counts.dropped += 1
        self._dropped()

    def _take(self, body: bytes) -> None:
        try:
            report = self._pbx.parse_report(body)
        except PbxProtocolError as err:
            self.counts.malformed += 1
            LOGGER.debug("%s: dropped a report: %s", self._entry.title, err)
            return
        if report.serial_number not in ("", self._entry.unique_id):
            self.counts.foreign += 1
            LOGGER.debug("%s: dropped a report of another PBX", self._entry.title)
            return
        if self._is_repeat(report, body, time.monotonic()):
            self.counts.repeated += 1
            return
        self.counts.accepted += 1
        self.counts.unknown += report.type is ReportType.UNKNOWN
        self._pbx.receive(report)

    def _is_repeat(self, report: Report, body: bytes, now: float) -> bool:
        """Return whether the last report about the same thing was the very same."""
        subject = report.call_id or report.extension or report.type
        # No sender can make two bodies of one hash, which no two runs share.
        this = hash(body)
        before, when = self._last.pop(subject, (None, 0.0))
        is_repeat = before == this and now - when < REPEAT_SECONDS
        self._last[subject] = (this, when if is_repeat else now)
        if len(self._last) > MAX_SUBJECTS:
            del self._last[next(iter(self._last))]
        return is_repeat
