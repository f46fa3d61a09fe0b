"""Waiting for what becomes of a call that was started."""

import asyncio

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.actions.wait_for_call import WaitFor, wait_for_call
from custom_components.yeastar.pbx.interface import Pbx
from custom_components.yeastar.pbx.models import Destination, DestinationKind
from tests.simulator import Simulator


async def dial(entry: MockConfigEntry, caller: str, callee: str) -> str:
    """Let the PBX start a call, as the action does."""
    pbx: Pbx = entry.runtime_data.pbx
    return await pbx.dial(
        caller, Destination(kind=DestinationKind.EXTENSION, number=callee)
    )


async def outcome_of(
    entry: MockConfigEntry, call_id: str, wait_for: WaitFor, timeout: float = 10
) -> dict[str, object]:
    """Return the answer of an action that waits."""
    result = await wait_for_call(entry.runtime_data, call_id, wait_for, timeout)
    return result.as_response()


async def test_the_callers_own_phone_is_not_an_answer(
    pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Only the called side ends the wait."""
    call_id = await dial(loaded, "1000", "1002")
    waiting = asyncio.create_task(outcome_of(loaded, call_id, WaitFor.ANSWERED))
    pbx.answer("1000")
    await pbx.settle()
    assert not waiting.done()
    pbx.answer("1002")
    answer = await waiting
    assert answer["outcome"] == "answered"
    assert answer["answered_by"] == "1002"


async def test_a_busy_phone_is_an_outcome(
    pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """What the PBX accepted and could not connect raises nothing."""
    call_id = await dial(loaded, "1000", "1002")
    waiting = asyncio.create_task(outcome_of(loaded, call_id, WaitFor.ANSWERED))
    pbx.answer("1000")
    pbx.reject("1002")
    answer = await waiting
    assert answer["outcome"] == "busy"
    assert answer["reason"]


async def test_an_unanswered_caller_is_an_outcome(
    pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The phone that should have called was never picked up."""
    call_id = await dial(loaded, "1000", "1002")
    waiting = asyncio.create_task(outcome_of(loaded, call_id, WaitFor.ENDED))
    await pbx.settle()
    pbx.hang_up("1000")
    assert (await waiting)["outcome"] == "caller_no_answer"


async def test_waiting_ends_when_the_time_is_up(
    pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """The call goes on."""
    call_id = await dial(loaded, "1000", "1002")
    answer = await outcome_of(loaded, call_id, WaitFor.ANSWERED, timeout=0.05)
    assert answer["outcome"] == "timeout"
    assert loaded.runtime_data.calls.find(call_id) is not None


async def test_who_stops_waiting_does_not_end_the_call(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Cancelling cancels only the waiting."""
    call_id = await dial(loaded, "1000", "1002")
    waiting = asyncio.create_task(outcome_of(loaded, call_id, WaitFor.ENDED))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert loaded.runtime_data.calls.find(call_id) is not None
    assert call_id in pbx.calls
