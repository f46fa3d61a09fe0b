"""Waits for what becomes of a call that we started."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from homeassistant.core import callback

from ..pbx.calls.call import Call, CallEvent, CallEventType
from ..runtime import YeastarRuntime


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
    runtime: YeastarRuntime, call_id: str, wait_for: WaitFor, timeout: float
) -> Result:
    """Return when a call was answered, or is over, or the time (seconds) is up.

    The call goes on, whenever this ends. At the unload of the PBX it returns what is
    known by then.
    """
    wanted = {CallEventType.ENDED}
    if wait_for is WaitFor.ANSWERED:
        wanted.add(CallEventType.ANSWERED)
    done = asyncio.Event()

    @callback
    def happened(event: CallEvent) -> None:
        if event.type in wanted and event.call.call_id == call_id:
            done.set()

    def known() -> Call | None:
        return runtime.calls.log.get(call_id) or runtime.calls.find(call_id)

    def is_decided(call: Call | None) -> bool:
        return call is not None and (
            call.ended is not None
            or (bool(call.answered_by) and wait_for is WaitFor.ANSWERED)
        )

    stop_listening = runtime.coordinator.async_listen_calls(happened)
    stop_waiting = runtime.async_listen_close(done.set)
    try:
        if not is_decided(known()):
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await done.wait()
        call = known()
        return Result(
            call,
            timed_out=not is_decided(call),
            by_reports=runtime.health.works is True,
        )
    finally:
        stop_listening()
        stop_waiting()
