"""The queues of a P-Series PBX: their calls, and their agents."""

from abc import ABC
from typing import Final, override

from ..errors import PbxRefusedError, Refusal
from ..interface import Pbx
from ..listing_reader import read_list, required, row_fields
from ..models import Destination, DestinationKind, Listing, QueueAgent, QueueStatus
from ..wire import Json, integer, rows
from .listings import read_destination
from .refusals import NOT_FOUND
from .session import PSeriesSession

_NOTHING: Final = frozenset({NOT_FOUND})
"""An idle queue, and one without agents, are answered so (seen in clients)."""
_IDLE: Final = 1


class QueueOperations(Pbx, ABC):
    """Asks for queues and their agents (Developer Guide, Queue).

    Attributes:
        queue_ids: of the settings of queues, by number.
    """

    session: PSeriesSession
    ids: dict[str, int]
    queue_ids: dict[str, int]

    @override
    async def queues(self) -> Listing[Destination]:
        answer = await self.session.get(
            "queue/list", {"page": 1, "page_size": 10000}, accept=_NOTHING
        )
        found = read_list(answer.get("queue_list"), _read_queue, may_be_missing=True)
        self.queue_ids = {queue.number: queue_id for queue_id, queue in found.items}
        queues = tuple(queue for _, queue in found.items)
        total = integer(answer.get("total_number"))
        is_whole = found.complete and (total is None or total <= len(queues))
        return Listing(items=queues, complete=is_whole)

    async def _queue_id(self, queue: str) -> int:
        if queue not in self.queue_ids:
            await self.queues()
        if (queue_id := self.queue_ids.get(queue)) is None:
            raise PbxRefusedError(0, Refusal.QUEUE_UNKNOWN)
        return queue_id

    @override
    async def queue_status(self, queue: str) -> QueueStatus:
        query = {"id": await self._queue_id(queue)}
        calls = await self.session.get("queue/call_status", query, accept=_NOTHING)
        agents = await self.session.get("queue/agent_status", query, accept=_NOTHING)
        waits = [
            integer(row.get("duration")) or 0
            for row in rows(calls.get("waiting_list"))
            if isinstance(row, dict)
        ]
        return QueueStatus(
            waiting=integer(calls.get("waiting_calls")) or 0,
            ringing=integer(calls.get("ringing_calls")) or 0,
            active=integer(calls.get("active_calls")) or 0,
            longest_wait=max(waits, default=0),
            agents=read_list(
                agents.get("data"), _read_agent, may_be_missing=True
            ).items,
        )

    @override
    async def log_agent(self, queue: str, extension: str, *, login: bool) -> None:
        await self._agent("queue/agent_login", queue, extension, _LOGIN[login])

    @override
    async def pause_agent(self, queue: str, extension: str, *, pause: bool) -> None:
        await self._agent("queue/agent_pause", queue, extension, _PAUSE[pause])

    async def _agent(
        self, endpoint: str, queue: str, extension: str, operation: str
    ) -> None:
        if (extension_id := self.ids.get(extension)) is None:
            raise PbxRefusedError(0, Refusal.EXTENSION_UNKNOWN)
        await self.session.change(
            endpoint,
            {
                "ext_ids": extension_id,
                "queue_id": await self._queue_id(queue),
                "operation": operation,
            },
        )


_LOGIN: Final = {True: "login", False: "logout"}
_PAUSE: Final = {True: "pause", False: "unpause"}


def _read_queue(row: Json) -> tuple[int, Destination]:
    fields = row_fields(row)
    return int(required(fields, "id")), read_destination(DestinationKind.QUEUE, row)


def _read_agent(row: Json) -> QueueAgent:
    fields = row_fields(row)
    logged_in = integer(fields.get("is_login")) == 1
    paused = integer(fields.get("is_pause")) == 1
    idle = integer(fields.get("call_status")) == _IDLE
    return QueueAgent(
        number=required(fields, "number"),
        logged_in=logged_in,
        paused=paused,
        dynamic=fields.get("agent_type") == "dynamic",
        free=logged_in and not paused and idle,
    )
