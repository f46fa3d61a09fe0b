"""What happens in queues: read only of those that an entity shows, and agents changed."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..const import LOGGER
from ..errors import translated_errors
from ..pbx.errors import PbxError
from ..pbx.http import in_background
from ..pbx.interface import Pbx
from ..pbx.models import QueueAgent, QueueStatus
from ..pbx.reports import Report, ReportType

INTERVAL = timedelta(seconds=30)
BUSY_INTERVAL = timedelta(seconds=10)
"""While a call is in one of the queues."""
FAILURES_TO_UNKNOWN = 2
PATIENCE = 5.0
"""Seconds for an answer, for which the poll of the calls may have to wait."""
SOON = 1.0
"""Seconds to gather what is to be read, once."""
_OF_AGENTS = frozenset(
    {
        ReportType.QUEUE_AGENT_NO_ANSWER,
        ReportType.QUEUE_AGENT_PAUSED,
        ReportType.QUEUE_AGENT_STATUS,
    }
)
_PREFIX = "queue-"
"""Stands before the number of a queue in some events (30029)."""


class QueueCoordinator(DataUpdateCoordinator[dict[str, QueueStatus]]):
    """Reads what happens in queues, by number, and changes their agents.

    Listeners name the number of their queue as their context.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], pbx: Pbx) -> None:
        """Read nothing before an entity listens."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=f"{entry.title} queues",
            update_interval=INTERVAL,
            request_refresh_debouncer=Debouncer(
                hass, LOGGER, cooldown=SOON, immediate=False
            ),
        )
        self._pbx = pbx
        self._is_reachable = True
        self._failures: Counter[str] = Counter()
        # Grows with each change of an agent, so that what was read before it is not
        # taken for what became of it.
        self._changes: Counter[str] = Counter()
        self._due: set[str] = set()
        self.data = {}

    @override
    @callback
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: Any = None
    ) -> CALLBACK_TYPE:
        """Listen for changes of a queue, which is read from now on."""
        remove = super().async_add_listener(update_callback, context)
        if context is not None:
            self.async_want([context])
        return remove

    @callback
    def async_want(self, numbers: Iterable[str]) -> None:
        """Read some queues soon, whether an entity shows them or not."""
        self._due.update(numbers)
        self._debounced_refresh.async_schedule_call()

    @callback
    def async_reported(self, report: Report) -> None:
        """Read a queue that something happened in."""
        numbers = set()
        if report.type in _OF_AGENTS:
            numbers.add(report.word("queue_number").removeprefix(_PREFIX))
        if call := self._pbx.calls.living.get(report.call_id) or (
            self._pbx.calls.log.get(report.call_id)
        ):
            numbers.add(call.path)
        numbers.discard("")
        if numbers and (shown := numbers.intersection(self.async_contexts())):
            self.async_want(shown)

    @callback
    def async_reachable(self, reachable: bool) -> None:
        """Read everything once the PBX is there again."""
        if reachable and not self._is_reachable:
            self.async_want(self.async_contexts())
        self._is_reachable = reachable

    @override
    async def _async_update_data(self) -> dict[str, QueueStatus]:
        due, self._due = self._due, set()
        there = self._pbx.inventory.queues.keys()
        wanted = (due or set(self.async_contexts())) & there
        if not wanted or not self._is_reachable:
            return self.data
        before = self._changes.copy()
        read: dict[str, QueueStatus] = {}
        for number in sorted(wanted):
            try:
                with in_background(PATIENCE):
                    read[number] = await self._pbx.queue_status(number)
            except PbxError as err:
                # That the PBX is away is logged for the poll of the calls.
                LOGGER.debug("%s missed %s: %s", self.name, number, err)
                self._failures[number] += 1
            else:
                del self._failures[number]
        known = {
            number: status
            for number, status in self.data.items()
            if number in there and self._failures[number] < FAILURES_TO_UNKNOWN
        }
        known |= {
            number: status
            for number, status in read.items()
            if self._changes[number] == before[number]
        }
        busy = any(
            status.waiting or status.ringing or status.active
            for status in known.values()
        )
        self.update_interval = BUSY_INTERVAL if busy else INTERVAL
        return known

    # Agents

    def agent(self, queue: str, number: str) -> QueueAgent | None:
        """Return an agent of a queue, None if an extension is none."""
        status = self.data.get(queue)
        for agent in status.agents if status else ():
            if agent.number == number:
                return agent
        return None

    async def async_log_agent(self, queue: str, number: str, *, login: bool) -> None:
        """Log an agent in to a queue, or out of it.

        Raises:
            HomeAssistantError: the PBX refused, or it is not known what it did.
        """
        await self._async_change(queue, self._pbx.log_agent(queue, number, login=login))
        self._show_agent(queue, number, lambda agent: replace(agent, logged_in=login))

    async def async_pause_agent(self, queue: str, number: str, *, pause: bool) -> None:
        """Keep calls of a queue from an agent, or let them come again.

        Raises:
            HomeAssistantError: the PBX refused, or it is not known what it did.
        """
        await self._async_change(
            queue, self._pbx.pause_agent(queue, number, pause=pause)
        )
        self._show_agent(queue, number, lambda agent: replace(agent, paused=pause))

    async def _async_change(self, queue: str, change: Awaitable[None]) -> None:
        self._changes[queue] += 1
        try:
            with translated_errors():
                await change
        finally:
            self._changes[queue] += 1
            self.async_want([queue])

    def _show_agent(
        self, queue: str, number: str, changed: Callable[[QueueAgent], QueueAgent]
    ) -> None:
        """Show at once what an agent became."""
        if (status := self.data.get(queue)) is None:
            return
        agents = tuple(
            changed(agent) if agent.number == number else agent
            for agent in status.agents
        )
        self.data[queue] = replace(status, agents=agents)
        self.async_update_listeners()
