"""Text messages: what the PBX can send, through which trunk, and what becomes of it."""

import asyncio
from collections.abc import Callable
import re
from typing import Any

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
# arrows and squares. Letters and signs that are text by themselves, as the copyright
# sign, go out.
_PICTURES = (
    "\u231a\u231b\u2328\u23cf\u23e9-\u23fa\u25fb-\u25fe\u2600-\u27bf\u2934\u2935"
    "\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\U00010000-\U0010ffff"
)
# What makes an emoji of a digit or a sign, or one picture of several.
_MODIFIERS = "\u20e3\ufe0e\ufe0f"
_EMOJI = re.compile(f"[{_PICTURES}][\u200d{_PICTURES}{_MODIFIERS}]*")
_LEFT_OVER = re.compile(f"[{_MODIFIERS}]")
REPLACEMENT = "*"

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
        """Send a text message, with other signs in place of emoji; returns its id.

        Raises:
            ServiceValidationError: the PBX cannot send this, or not through this trunk.
            HomeAssistantError: the PBX refused it.
        """
        message = sendable(message)
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


def sendable(message: str) -> str:
    """Return a message as the PBX can send it: with other signs in place of emoji.

    Raises:
        ServiceValidationError: it is empty or too long.
    """
    message = _LEFT_OVER.sub("", _EMOJI.sub(REPLACEMENT, message))
    if not message.strip():
        refuse("message_empty")
    if len(message) > MAX_MESSAGE:
        refuse("message_too_long", length=str(len(message)), limit=str(MAX_MESSAGE))
    return message
