"""Waits for what becomes of a call that we started."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from homeassistant.core import callback

from ..coordinator import YeastarCoordinator
from ..pbx.calls.model import Call, CallEvent, CallEventType


class WaitFor(StrEnum):
    """How long an action that starts a call waits."""

    ACCEPTED = "accepted"
    ANSWERED = "answered"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a call, or what it is doing when the time was up.

    Attributes:
        call: None if nothing was seen of it at all.
        timed_out: whether the time was up first.
        by_reports: False if reports do not reach us; then times are as coarse as
            the polls, and a short call may have been overlooked.
    """

    call: Call | None
    timed_out: bool
    by_reports: bool

    def as_response(self) -> dict[str, Any]:
        """Return the outcome as `dial` answers it."""
        call = self.call
        outcome: str | None = call.outcome if call else None
        if call and call.answered_by:
            outcome = "answered"
        elif self.timed_out:
            outcome = "timeout"
        return {
            "outcome": outcome,
            "answered_by": (call.answered_by if call else "") or None,
            "ring_seconds": call.ring_seconds if call else 0,
            "talk_seconds": call.talk_seconds if call else 0,
            "reason": (call.reason if call else "") or None,
            "coarse": not self.by_reports,
        }


async def wait_for_call(
    coordinator: YeastarCoordinator, call_id: str, wait_for: WaitFor, timeout: float
) -> Result:
    """Return when a call was answered, or is over, or the time (seconds) is up.

    Whoever stops waiting stops only that: the call goes on.
    """
    wanted = {CallEventType.ENDED}
    if wait_for is WaitFor.ANSWERED:
        wanted.add(CallEventType.ANSWERED)
    done: asyncio.Future[Call] = coordinator.hass.loop.create_future()

    @callback
    def happened(event: CallEvent) -> None:
        if event.type in wanted and event.call.call_id == call_id and not done.done():
            done.set_result(event.call)

    stop_listening = coordinator.async_listen_calls(happened)
    try:
        known = coordinator.calls.log.get(call_id) or coordinator.calls.find(call_id)
        if known and (
            known.ended is not None
            or (known.answered_by and wait_for is WaitFor.ANSWERED)
        ):
            return Result(known, timed_out=False, by_reports=coordinator.reports_seen)
        try:
            async with asyncio.timeout(timeout):
                call = await done
        except TimeoutError:
            return Result(
                coordinator.calls.find(call_id),
                timed_out=True,
                by_reports=coordinator.reports_seen,
            )
        return Result(call, timed_out=False, by_reports=coordinator.reports_seen)
    finally:
        stop_listening()
