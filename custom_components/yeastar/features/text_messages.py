"""Text messages: what the PBX can send, through which trunk, and what becomes of it."""

import asyncio
from collections.abc import Callable
from typing import Any
import unicodedata

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.exceptions import HomeAssistantError

from ..const import CONF_SMS_TRUNK, DOMAIN
from ..errors import refuse, translated_errors
from ..pbx.interface import Pbx
from ..pbx.models import Trunk, TrunkState
from ..pbx.reports import Report, ReportType

MOBILE_TRUNKS = frozenset({"GSM", "UMTS", "LTE", "CDMA"})
"""Types of trunks that have a SIM card."""
"""The type of trunks that send text messages."""
MAX_MESSAGE = 2000
"""Characters before encoding (API guide, Send Text Messages)."""

# Emoji of the basic plane: clocks and keys of players, weather, signs and dingbats,
# arrows and squares, what makes an emoji of a digit or a sign. Letters and signs
# that are text by themselves, as the copyright sign, stay allowed.
_EMOJI = (
    range(0x20E3, 0x20E4),
    range(0x231A, 0x231C),
    range(0x2328, 0x2329),
    range(0x23CF, 0x23D0),
    range(0x23E9, 0x23FB),
    range(0x25FB, 0x25FF),
    range(0x2600, 0x27C0),
    range(0x2934, 0x2936),
    range(0x2B05, 0x2B08),
    range(0x2B1B, 0x2B1D),
    range(0x2B50, 0x2B51),
    range(0x2B55, 0x2B56),
    range(0xFE0E, 0xFE10),
    range(0x10000, 0x110000),
)

_SENT = frozenset({"success", "succeed"})
"""Firmware spells it both ways (API guide, sms-send)."""


def sms_was_sent(report: Report) -> bool:
    """Return what a report of type sms_result says."""
    return report.word("status").casefold() in _SENT


class TextMessages:
    """Sends text messages through the GSM trunks of one PBX."""

    def __init__(
        self,
        entry: ConfigEntry[Any],
        pbx: Pbx,
        listen: Callable[[Callable[[Report], None]], CALLBACK_TYPE],
    ) -> None:
        """Send nothing yet; `listen` calls a listener with each report."""
        self._entry = entry
        self._pbx = pbx
        self._listen = listen
        self._waiting: set[asyncio.Event] = set()
        self._closed = False

    @callback
    def async_close(self) -> None:
        """End what waits for a result: none comes any more."""
        self._closed = True
        for told in self._waiting:
            told.set()

    async def async_send(self, number: str, message: str, trunk: str = "") -> str:
        """Send a text message; returns its id.

        Raises:
            ServiceValidationError: the PBX cannot send this, or not through this trunk.
            HomeAssistantError: the PBX refused it.
        """
        _require_sendable(message)
        ready = await self._gsm_trunk(trunk)
        with translated_errors():
            return await self._pbx.send_sms(ready.name, number, message)

    async def async_send_and_wait(
        self, number: str, message: str, trunk: str, seconds: float
    ) -> tuple[str, bool]:
        """Send a text message; returns its id and whether it went out.

        Raises:
            HomeAssistantError: the PBX refused it, or did not tell in time.
        """
        results: dict[str, bool] = {}
        told = asyncio.Event()

        @callback
        def reported(report: Report) -> None:
            if report.type is ReportType.SMS_RESULT:
                results[report.word("sms_id")] = sms_was_sent(report)
                told.set()

        # Before it is sent: the report may come before the answer.
        stop_listening = self._listen(reported)
        self._waiting.add(told)
        try:
            sms_id = await self.async_send(number, message, trunk)
            try:
                async with asyncio.timeout(seconds):
                    while sms_id not in results and not self._closed:
                        told.clear()
                        await told.wait()
                return sms_id, results[sms_id]
            except (KeyError, TimeoutError) as err:
                raise HomeAssistantError(
                    translation_domain=DOMAIN,
                    translation_key="sms_no_result",
                    translation_placeholders={
                        "sms_id": sms_id,
                        "seconds": f"{seconds:g}",
                    },
                ) from err
        finally:
            self._waiting.discard(told)
            stop_listening()

    async def _gsm_trunk(self, name: str) -> Trunk:
        """Return the GSM trunk with this name, or the only one, or the option's.

        Raises:
            ServiceValidationError: there is no such trunk, or a choice to be made, or
                it cannot send now.
        """
        with translated_errors():
            # Polls look at trunks every few minutes only.
            listing = await self._pbx.trunks()
        gsm = {
            trunk.name: trunk for trunk in listing.items if trunk.type in MOBILE_TRUNKS
        }
        names = ", ".join(sorted(gsm))
        if not gsm:
            refuse("no_gsm_trunk")
        name = name or self._entry.options.get(CONF_SMS_TRUNK, "")
        if not name and len(gsm) == 1:
            name = names
        if not name:
            refuse("gsm_trunk_needed", trunks=names)
        if name not in gsm:
            refuse("gsm_trunk_unknown", trunk=name, trunks=names)
        trunk = gsm[name]
        match trunk.state:
            case TrunkState.IDLE | TrunkState.REGISTERED | TrunkState.UP | None:
                pass
            case TrunkState.NO_SIM:
                refuse("gsm_trunk_no_sim", trunk=name)
            case TrunkState.BUSY:
                refuse("gsm_trunk_busy", trunk=name)
            case _:
                refuse("gsm_trunk_not_ready", trunk=name, status=trunk.status)
        return trunk


def _require_sendable(message: str) -> None:
    """Refuse a message that the PBX would refuse or spoil."""
    if not message.strip():
        refuse("message_empty")
    if len(message) > MAX_MESSAGE:
        refuse("message_too_long", length=str(len(message)), limit=str(MAX_MESSAGE))
    if emoji := next(filter(_is_emoji, message), None):
        name = unicodedata.name(emoji, "unnamed").lower()
        refuse("message_emoji", emoji=emoji, name=f"{name}, U+{ord(emoji):04X}")


def _is_emoji(letter: str) -> bool:
    return any(ord(letter) in letters for letters in _EMOJI)
