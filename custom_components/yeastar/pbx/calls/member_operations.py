"""What is done to a call through the channel of one of its members."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import override

from ..errors import PbxRefusedError, Refusal
from ..interface import Pbx
from ..models import Destination, DestinationKind
from ..reports import Party, PartyKind, PartyStatus
from ..wire import Json
from .call import Call, CallLeg


class MemberOperations(Pbx, ABC):
    """The operations whose names the P-Series and API v2.0.0 of the S-Series share."""

    @abstractmethod
    async def _on_channel(self, endpoint: str, channel: str, **body: Json) -> str:
        """Do something to a member of a call, and return the id of the call.

        Raises:
            PbxRefusedError: there is no such member any more, or it cannot be done.
        """

    @abstractmethod
    async def _connect(
        self, caller: str, callee: str, *, permission_of: str, auto_answer: bool
    ) -> str:
        """Let one number call another, by the rights of a third, and return the id."""

    @override
    async def _dial_to(
        self,
        callee: Destination,
        then: Destination,
        *,
        permission_of: str,
        auto_answer: bool,
    ) -> str:
        # An extension calls the IVR or queue; a number outside is called by it.
        inside = callee.kind is DestinationKind.EXTENSION
        ends = (callee.number, then.number) if inside else (then.number, callee.number)
        return await self._connect(
            *ends, permission_of=permission_of, auto_answer=auto_answer
        )

    def _members(self, call: Call) -> Iterable[Party]:
        """Yield the members of a call that are still there."""
        seen = self.calls.seen_of(call.call_id)
        for party in seen.parties.values() if seen else ():
            if party.id and party.status is not PartyStatus.ENDED:
                yield party

    async def _channel_of(self, extension: str) -> str:
        """Return the channel of an extension in its newest call.

        Raises:
            PbxRefusedError: it is in no call.
        """
        call = await self._call_of(extension)
        return next(p.id for p in self._members(call) if _is(p, extension))

    async def _ask_for_calls_of(self, extension: str) -> None:
        """Ask the PBX for the calls of an extension, and tell what changed."""
        await self.poll_calls()

    async def _call_of(self, extension: str) -> Call:
        """Return the newest call in which an extension has a channel.

        Raises:
            PbxRefusedError: it is in no call.
        """
        for is_asked in (False, True):
            if is_asked:
                await self._ask_for_calls_of(extension)
            for call in reversed(self.calls.of_extension(extension)):
                if any(_is(party, extension) for party in self._members(call)):
                    return call
        raise PbxRefusedError(0, Refusal.CALL_UNKNOWN)

    def _far_channel(self, call: Call) -> str:
        """Return the channel of the caller of an internal call, whom a transfer moves."""
        return next(
            (p.id for p in self._members(call) if p.number == call.caller),
            next((p.id for p in self._members(call)), ""),
        )

    @override
    async def hang_up_extension(self, extension: str) -> None:
        await self._on_channel("hangup", await self._channel_of(extension))

    @override
    async def hang_up(self, call: Call, leg: CallLeg | None) -> None:
        channels = [party.id for party in self._members(call)]
        if leg and leg.id in channels:
            channels.remove(leg.id)
            channels.insert(0, leg.id)
        if not channels:
            raise PbxRefusedError(0, Refusal.CALL_UNKNOWN)
        for index, channel in enumerate(channels):
            try:
                await self._on_channel("hangup", channel)
            except PbxRefusedError as err:
                # The last two members of a call go together.
                if not index or err.reason is not Refusal.CALL_UNKNOWN:
                    raise

    @override
    async def hold(self, extension: str) -> None:
        await self._on_channel("hold", await self._channel_of(extension))

    @override
    async def resume(self, extension: str) -> None:
        await self._on_channel("unhold", await self._channel_of(extension))

    @override
    async def mute(self, extension: str) -> None:
        await self._on_channel("mute", await self._channel_of(extension))

    @override
    async def unmute(self, extension: str) -> None:
        await self._on_channel("unmute", await self._channel_of(extension))


def _is(party: Party, extension: str) -> bool:
    return party.kind is PartyKind.EXTENSION and party.number == extension
