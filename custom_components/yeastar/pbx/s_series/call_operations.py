"""What can be done to calls, and text messages: the guide's chapter on calls."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from ..calls.model import OFFER_SECONDS
from ..models import MonitorMode
from ..wire import text
from .operations import V1_0_1, Operations

# Endpoint, field of the supervisor, field of the supervised.
_MONITORS: Final = {
    MonitorMode.LISTEN: ("listen", "listener", "listenedext"),
    MonitorMode.WHISPER: ("whisper", "whisperer", "whisperedext"),
    MonitorMode.BARGE_IN: ("barge", "bargein", "bargedext"),
}


class CallOperations(Operations):
    """Starts, changes, ends and moves calls; sends messages."""

    # Starting calls: each returns the id of the call

    async def dial_extension(
        self, caller: str, callee: str, *, auto_answer: bool
    ) -> str:
        """Let one extension call another (API guide, Make an Internal Call)."""
        return await self._start(
            "extension/dial_extension",
            {"caller": caller, "callee": callee, "autoanswer": _yes(auto_answer)},
        )

    async def dial_outside(
        self, extension: str, number: str, *, auto_answer: bool
    ) -> str:
        """Let an extension call an outside number.

        Source: API guide, Make an Extension Dial an External Number.
        """
        return await self._start(
            "extension/dial_outbound",
            {"extid": extension, "outto": number, "autoanswer": _yes(auto_answer)},
        )

    async def dial_extension_to_ivr(
        self, ivr: str, extension: str, *, auto_answer: bool
    ) -> str:
        """Call an extension for an IVR (API guide, Dial an Extension in an IVR)."""
        return await self._start(
            "ivr/dial_extension",
            {"ivrid": ivr, "extid": extension, "autoanswer": _yes(auto_answer)},
        )

    async def dial_outside_to_ivr(
        self, ivr: str, number: str, *, permission_of: str
    ) -> str:
        """Call a number for an IVR (API guide, Dial an External Number in an IVR)."""
        return await self._start(
            "ivr/dial_outbound",
            {"ivrid": ivr, "outto": number, "fromext": permission_of},
        )

    async def dial_outside_to_queue(
        self, queue: str, number: str, *, permission_of: str
    ) -> str:
        """Call a number for a queue.

        Source: API guide, Dial an External Number in a Queue.
        """
        return await self._start(
            "queue/dial_outbound",
            {"queueid": queue, "outto": number, "fromext": permission_of},
            version=V1_0_1,
        )

    async def dial_outside_to_ring_group(
        self, ring_group: str, number: str, *, permission_of: str
    ) -> str:
        """Call a number for a ring group.

        Source: API guide, Dial an External Number in a Ring Group.
        """
        return await self._start(
            "ringgroup/dial_outbound",
            {"ringgroupid": ring_group, "outto": number, "fromext": permission_of},
            version=V1_0_1,
        )

    async def call_back(self, first: str, second: str, *, permission_of: str) -> str:
        """Call two outside numbers and connect them (API guide, Call Back)."""
        return await self._start(
            "outbound/dial_outbound",
            {"caller": first, "outto": second, "fromext": permission_of},
        )

    async def play_to_extension(
        self, extension: str, prompts: Sequence[str], *, auto_answer: bool
    ) -> str:
        """Call an extension and play prompts (API guide, Play Prompt)."""
        return await self._start(
            "extension/playprompt",
            {
                "extid": extension,
                "prompt": "+".join(prompts),
                "autoanswer": _yes(auto_answer),
            },
        )

    async def play_to_outside(
        self, number: str, prompts: Sequence[str], *, permission_of: str
    ) -> str:
        """Call an outside number and play prompts (API guide, Play Prompt)."""
        return await self._start(
            "outbound/playprompt",
            {"outto": number, "prompt": "+".join(prompts), "fromext": permission_of},
        )

    # During a call

    async def hold(self, extension: str) -> None:
        """Put the call of an extension on hold (API guide, Hold a Call)."""
        await self._call("extension/hold", {"extid": extension})

    async def resume(self, extension: str) -> None:
        """Take a call back from hold (API guide, Resume Call on Hold)."""
        await self._call("extension/unhold", {"extid": extension})

    async def mute(self, extension: str) -> None:
        """Silence the microphone of an extension (API guide, Mute an Extension)."""
        await self._call("extension/mute", {"extid": extension})

    async def unmute(self, extension: str) -> None:
        """Let an extension be heard again (API guide, Unmute an Extension)."""
        await self._call("extension/unmute", {"extid": extension})

    async def monitor(self, supervisor: str, extension: str, mode: MonitorMode) -> None:
        """Let a supervisor into a call (API guide, Listen, Whisper, Barge-in)."""
        endpoint, who, whom = _MONITORS[mode]
        await self._call(f"extension/{endpoint}", {who: supervisor, whom: extension})

    # Calls that the PBX offers: it waits ten seconds for a decision

    async def accept_inbound(self, leg_id: str) -> None:
        """Let an offered call in (API guide, Control Inbound Calls)."""
        await self._call("inbound/accept", {"inboundid": leg_id}, timeout=OFFER_SECONDS)

    async def refuse_inbound(self, leg_id: str) -> None:
        """Refuse an offered call (API guide, Control Inbound Calls)."""
        await self._call("inbound/refuse", {"inboundid": leg_id}, timeout=OFFER_SECONDS)

    # Ending calls

    async def hang_up_extension(self, extension: str) -> None:
        """End the call of an extension (API guide, Hang up an Extension Call)."""
        await self._call("extension/hangup", {"extid": extension})

    async def hang_up_inbound(self, leg_id: str) -> None:
        """End an inbound call (API guide, Hang up an Inbound Call)."""
        await self._call("inbound/hangup", {"inboundid": leg_id})

    async def hang_up_outbound(self, leg_id: str) -> None:
        """End an outbound call (API guide, Hang up an Outbound Call)."""
        await self._call("outbound/hangup", {"outboundid": leg_id})

    # Moving calls: each returns the id of the call

    async def transfer_inbound_to_extension(self, leg_id: str, extension: str) -> str:
        """Move a call (API guide, Transfer an Inbound Call to an Extension)."""
        return await self._start(
            "inbound/transfer_extension", {"inboundid": leg_id, "extid": extension}
        )

    async def transfer_inbound_to_ivr(self, leg_id: str, ivr: str) -> str:
        """Move a call (API guide, Transfer an Inbound call to an IVR)."""
        return await self._start(
            "inbound/transfer_ivr", {"inboundid": leg_id, "ivrid": ivr}
        )

    async def transfer_inbound_to_outside(
        self, leg_id: str, number: str, *, permission_of: str
    ) -> str:
        """Move a call (API guide, Transfer an Inbound Call to a Trunk)."""
        return await self._start(
            "inbound/transfer_outbound",
            {"inboundid": leg_id, "outto": number, "fromext": permission_of},
        )

    async def transfer_inbound_to_queue(self, leg_id: str, queue: str) -> str:
        """Move a call (API guide, Transfer an Inbound Call to a Queue)."""
        return await self._start(
            "inbound/transfer_queue", {"inboundid": leg_id, "queueid": queue}
        )

    async def transfer_inbound_to_ring_group(self, leg_id: str, ring_group: str) -> str:
        """Move a call (API guide, Transfer an Inbound Call to a Ring Group)."""
        return await self._start(
            "inbound/transfer_ringgroup",
            {"inboundid": leg_id, "ringgroupid": ring_group},
        )

    async def transfer_outbound_to_extension(self, leg_id: str, extension: str) -> str:
        """Move a call (API guide, Transfer an Outbound Call to an Extension)."""
        return await self._start(
            "outbound/transfer_extension", {"outboundid": leg_id, "extid": extension}
        )

    async def transfer_outbound_to_outside(
        self, leg_id: str, number: str, *, permission_of: str
    ) -> str:
        """Move a call (API guide, Transfer an Outbound Call to a Trunk)."""
        return await self._start(
            "outbound/transfer_outbound",
            {"outboundid": leg_id, "outto": number, "fromext": permission_of},
        )

    async def transfer_outbound_to_ivr(self, leg_id: str, ivr: str) -> str:
        """Move a call (API guide, Transfer an Outbound Call to an IVR)."""
        return await self._start(
            "outbound/transfer_ivr", {"outboundid": leg_id, "ivrid": ivr}
        )

    # Messages

    async def send_sms(self, trunk: str, number: str, message: str) -> str:
        """Send a text message and return its id; its result comes as a report.

        Source: API guide, Send Text Messages through a GSM Trunk.
        """
        answer = await self._call(
            "sms/send",
            {
                "trunk": trunk,
                "phonenumber": number,
                "message": quote(message, safe=""),
            },
            version=V1_0_1,
        )
        return text(answer.get("smsid"))


def _yes(value: bool) -> str:
    """Return a yes or no as the API writes it."""
    return "yes" if value else "no"
