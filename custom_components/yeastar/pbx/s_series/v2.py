"""An S-Series PBX that takes logins by version 2.0.0 of its API alone.

Session, settings, recordings and messages are those of API v1 under other names. Calls
are those of the P-Series: each member of a call has a channel, by which reports and
queries name it and by which operations choose it.
"""

from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import ClassVar, Final, cast, override

from ..calls.call import Call, CallLeg
from ..calls.member_operations import MemberOperations
from ..calls.member_tracker import ListedCall, MemberTracker
from ..calls.model import OFFER_SECONDS
from ..clock import Moment
from ..errors import PbxProtocolError, PbxRefusedError, Refusal
from ..events import CallAbsent, CallDialled, PbxEvent
from ..http import REQUEST_TIMEOUT, Download
from ..interface import Feature
from ..listing_reader import ListingReader
from ..models import (
    BUSY_STATES,
    CallDirection,
    Destination,
    DestinationKind,
    Listing,
    MonitorMode,
)
from ..reports import Report, ReportType
from ..wire import Json, Pairs, decode_object, decode_pairs, text, word
from .client import SSeriesClient
from .listings import extension_state
from .operations import V1_0_0, V2_0_0
from .pbx import NO_CALL, SSeriesPbx
from .report_stream import ReportStream
from .reports import read_members

# API guide v2.0.0, What's New.
_ENDPOINTS: Final = {
    "extensionlist/query": "extension/list",
    "trunklist/query": "trunk/list",
}
_FIELDS: Final = {"extid": "number", "ivrid": "number", "queueid": "number"}
_MODES: Final = {
    MonitorMode.LISTEN: "listen",
    MonitorMode.WHISPER: "whisper",
    MonitorMode.BARGE_IN: "barge",
}
_TRUNK_CALLS: Final = (CallDirection.INBOUND, CallDirection.OUTBOUND)


class SSeriesV2Client(SSeriesClient):
    """A session by API v2.0.0, whose names the operations of v1 are sent under."""

    _versions: ClassVar = (V2_0_0,)
    # Without it, reports come in the oldest shape (API guide v2.0.0, Login).
    _report_format: ClassVar[Mapping[str, Json]] = {"version": "2.0.0"}

    @override
    def _path(self, endpoint: str, since: str = V1_0_0) -> str:
        return f"{V2_0_0}/{_ENDPOINTS.get(endpoint, endpoint)}"

    @override
    async def _call(
        self,
        endpoint: str,
        body: Mapping[str, Json] | None = None,
        *,
        version: str = V1_0_0,
        decode: Callable[[bytes], dict[str, Json]] = decode_object,
        timeout: float = REQUEST_TIMEOUT,
    ) -> dict[str, Json]:
        return await super()._call(
            endpoint, _renamed(body or {}), decode=decode, timeout=timeout
        )

    @override
    @asynccontextmanager
    async def _download(
        self, endpoint: str, query: Mapping[str, str], *, version: str
    ) -> AsyncGenerator[Download]:
        async with super()._download(
            endpoint, _renamed(query), version=version
        ) as file:
            yield file

    async def calls(
        self, direction: CallDirection, reader: ListingReader[ListedCall]
    ) -> Listing[ListedCall]:
        """Return the calls that come in, or go out, on trunks (Query a Call)."""
        answer = await self._call(
            "call/query", {"type": direction.value}, decode=reader.decode
        )
        return reader.read(answer.get("calls"))

    async def start(self, endpoint: str, **body: Json) -> str:
        """Start a call, and return its id; what is empty is not sent."""
        given = {key: value for key, value in body.items() if value}
        return await self._start(f"call/{endpoint}", given)

    async def operate(
        self,
        endpoint: str,
        body: Mapping[str, Json],
        *,
        timeout: float = REQUEST_TIMEOUT,
    ) -> str:
        """Do something to a call, and return its id."""
        answer = await self._call(f"call/{endpoint}", body, timeout=timeout)
        return text(answer.get("callid"))


def _renamed[ValueT](fields: Mapping[str, ValueT]) -> dict[str, ValueT]:
    return {_FIELDS.get(name, name): value for name, value in fields.items()}


class SSeriesV2Pbx(MemberOperations, SSeriesPbx):
    """One S-Series PBX with API v2.0.0.

    Attributes:
        client: the session with it.
    """

    client: SSeriesV2Client
    # The names that wake-up calls have in this version are in no guide at hand.
    features = SSeriesPbx.features - {Feature.WAKE_UP_CALLS} | {
        Feature.TRANSFER_INTERNAL,
        Feature.TRANSFER_OUTBOUND_TO_GROUP,
    }

    def __init__(
        self,
        name: str,
        client: SSeriesV2Client,
        *,
        stream: ReportStream | None = None,
        clock: Callable[[], Moment] = Moment.now,
    ) -> None:
        """Speak through a client; nothing is sent yet."""
        super().__init__(name, client, stream=stream, clock=clock)
        self._member_tracker = MemberTracker(self.calls)
        self._readers = {
            direction: ListingReader(
                read_call, may_be_missing=True, decode=_decode_members
            )
            for direction in _TRUNK_CALLS
        }

    # What is known

    @override
    async def _poll(self, *, slowly: bool) -> None:
        order = self.next_order()
        await super()._poll(slowly=slowly)
        self.apply_all(self._internal_calls_that_ended(), order)

    @override
    async def _poll_calls(self) -> None:
        order = self.next_order()
        listings: dict[CallDirection, Listing[ListedCall]] = {}
        for direction, reader in self._readers.items():
            listings[direction] = await self._listed(
                f"{direction} calls", self.client.calls(direction, reader), NO_CALL
            )
        whole = all(listing.complete for listing in listings.values())
        listings[CallDirection.CALLBACK] = Listing(complete=whole)
        # Calls between extensions are in no query.
        listings[CallDirection.INTERNAL] = Listing(complete=False)
        self.apply_all(self._member_tracker.from_queries(listings), order)

    def _internal_calls_that_ended(self) -> Iterator[PbxEvent]:
        """Yield the calls between extensions of which no phone is in a call any more."""
        states = self.inventory.states
        for seen in list(self.calls.seen_living()):
            phones = seen.extensions
            if seen.direction is not CallDirection.INTERNAL or not phones:
                continue
            if not any(states.get(number) in BUSY_STATES for number in phones):
                yield CallAbsent(call_id=seen.call_id)

    @override
    def _apply_report(self, report: Report) -> None:
        order = self.next_order()
        if report.type is ReportType.EXTENSION_STATUS:
            status = report.word("status")
            self.inventory.apply_state(
                report.extension, extension_state(status), status, order
            )
        self.apply_all(self._member_tracker.from_report(report), order)

    @override
    def _apply_dialled(self, event: CallDialled) -> None:
        self.apply(event)

    # Starting calls

    @override
    async def _dial(
        self, caller: str, callee: Destination, *, auto_answer: bool
    ) -> str:
        return await self._connect(
            caller, callee.number, permission_of="", auto_answer=auto_answer
        )

    @override
    async def _connect(
        self, caller: str, callee: str, *, permission_of: str, auto_answer: bool
    ) -> str:
        return await self.client.start(
            "dial",
            caller=caller,
            callee=callee,
            dialpermission=permission_of,
            autoanswer=_yes(auto_answer),
        )

    @override
    async def _call_back(self, first: str, second: str, *, permission_of: str) -> str:
        return await self.client.start(
            "dial", caller=first, callee=second, dialpermission=permission_of
        )

    @override
    async def _play_prompts(
        self,
        callee: Destination,
        prompts: Sequence[str],
        *,
        permission_of: str,
        auto_answer: bool,
    ) -> str:
        return await self.client.start(
            "playprompt",
            number=callee.number,
            prompt="+".join(prompts),
            dialpermission=permission_of,
            autoanswer=_yes(auto_answer),
        )

    # Calls that live

    @override
    async def _on_channel(self, endpoint: str, channel: str, **body: Json) -> str:
        try:
            return await self.client.operate(endpoint, {"channelid": channel, **body})
        except PbxRefusedError as err:
            if err.reason in NO_CALL:
                raise PbxRefusedError(err.number, Refusal.CALL_UNKNOWN) from None
            raise

    @override
    async def _transfer(
        self, call: Call, leg: CallLeg | None, to: Destination, *, permission_of: str
    ) -> str:
        channel = leg.id if leg else self._far_channel(call)
        if not channel:
            raise PbxRefusedError(0, Refusal.CALL_UNKNOWN)
        outside = to.kind is DestinationKind.OUTSIDE
        body = {"dialpermission": permission_of} if outside else {}
        return await self._on_channel("transfer", channel, number=to.number, **body)

    @override
    async def monitor(self, supervisor: str, extension: str, mode: MonitorMode) -> None:
        channel = await self._channel_of(extension)
        await self._on_channel("listen", channel, monitor=supervisor, type=_MODES[mode])

    @override
    async def _accept(self, leg: CallLeg) -> None:
        await self.client.operate(
            "accept_inbound", {"channelid": leg.id}, timeout=OFFER_SECONDS
        )

    @override
    async def _refuse(self, leg: CallLeg) -> None:
        await self.client.operate(
            "refuse_inbound", {"channelid": leg.id}, timeout=OFFER_SECONDS
        )


def read_call(row: Json) -> ListedCall:
    """Read one row of call/query (API guide v2.0.0, Query a Call)."""
    fields = row.by_key() if isinstance(row, Pairs) else {}
    if not (call_id := word(fields.get("callid"))):
        raise PbxProtocolError("The PBX left out the id of a call")
    return ListedCall(
        call_id=call_id, parties=tuple(read_members(fields.get("members")))
    )


def _decode_members(body: bytes) -> dict[str, Json]:
    """Return an answer whose rows keep their members in order."""
    return cast(dict[str, Json], dict(decode_pairs(body)))


def _yes(value: bool) -> str:
    return "yes" if value else "no"
