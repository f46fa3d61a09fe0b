"""Receives the reports of a PBX: bounds, checks, reads and counts them."""

from collections import OrderedDict
from dataclasses import asdict, dataclass
from hashlib import blake2b
import time

from aiohttp import web
from aiohttp.hdrs import METH_POST, METH_PUT
from homeassistant.components import webhook
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback

from .api import PbxProtocolError, Report, ReportTarget, parse_report
from .bus import fire_report
from .const import DOMAIN, LOGGER
from .coordinator import YeastarConfigEntry

MAX_BODY = 64 * 1024
"""Bytes; the largest report known has less than 2 KiB."""
REPEAT_SECONDS = 5.0
"""An equal body within this time is the PBX repeating itself."""
MAX_SUBJECTS = 2000


def report_target(hass: HomeAssistant, webhook_id: str) -> ReportTarget | None:
    """Return where the PBX shall post; the address is the one that logs in."""
    if hass.config.api is None:
        return None
    return ReportTarget(
        port=hass.config.api.port,
        path=webhook.async_generate_path(webhook_id).lstrip("/"),
    )


@dataclass(slots=True)
class ReportCounts:
    """How many bodies came, by what became of them."""

    accepted: int = 0
    repeated: int = 0
    foreign: int = 0
    malformed: int = 0
    too_large: int = 0


class ReportReceiver:
    """Takes the reports of one PBX, each once.

    A body that is no report changes nothing, and whatever comes, the answer is
    200: the PBX repeats what it gets no 200 for.
    """

    def __init__(self, hass: HomeAssistant, entry: YeastarConfigEntry) -> None:
        """Prepare to receive; nothing is registered yet."""
        self._hass = hass
        self._entry = entry
        self._last: OrderedDict[str, tuple[bytes, float]] = OrderedDict()
        self.counts = ReportCounts()

    @callback
    def async_register(self) -> None:
        """Let the web server of Home Assistant take reports until unload."""
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

    async def _async_handle(
        self, hass: HomeAssistant, webhook_id: str, request: web.Request
    ) -> web.Response:
        body = bytearray()
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > MAX_BODY:
                self.counts.too_large += 1
                break
        else:
            self.async_receive(bytes(body))
        return web.Response()

    @callback
    def async_receive(self, body: bytes) -> None:
        """Apply a body, or count why not; never raises."""
        try:
            report = parse_report(body)
        except PbxProtocolError as err:
            self.counts.malformed += 1
            LOGGER.debug("%s: dropped a report: %s", self._entry.title, err)
            return
        coordinator = self._entry.runtime_data
        if report.serial_number not in ("", coordinator.serial_number):
            self.counts.foreign += 1
            LOGGER.debug("%s: dropped a report of another PBX", self._entry.title)
            return
        if self._is_repeat(report, body):
            self.counts.repeated += 1
            return
        self.counts.accepted += 1
        coordinator.async_apply_report(report)
        fire_report(self._hass, coordinator, report)

    def _is_repeat(self, report: Report, body: bytes) -> bool:
        """Return whether the last report about the same thing was the very same."""
        subject = report.call_id or report.extension or report.type
        now = time.monotonic()
        this = blake2b(body, digest_size=16).digest()
        before, when = self._last.get(subject, (b"", 0.0))
        if before == this and now - when < REPEAT_SECONDS:
            return True
        self._last[subject] = (this, now)
        self._last.move_to_end(subject)
        if len(self._last) > MAX_SUBJECTS:
            self._last.popitem(last=False)
        return False

    def diagnostics(self) -> dict[str, int]:
        """Return the counts by name."""
        return asdict(self.counts)
