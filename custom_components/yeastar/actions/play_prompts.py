"""Actions by which phones ring or speak: prompts of the PBX are played to them."""

from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse, callback
import voluptuous as vol

from ..errors import translated_errors
from ..features.ringing import prompt_names
from ..pbx.reports import Report, ReportType
from ..text_limits import bounded_list, short_text
from .action import (
    ATTR_CALL_ID,
    ATTR_EXTENSION,
    ATTR_PROMPT,
    ATTR_PROMPTS,
    ATTR_SECONDS,
    ATTR_TIMEOUT,
    ATTR_WAIT_FOR,
    Action,
    exact,
    schema,
)
from .dial import EITHER, WAITING, called, started
from .request import Request, resolve
from .wait_for_call import WaitFor, wait_for_call

LONGEST_RING = 60
"""Seconds."""


async def _ring(call: ServiceCall) -> ServiceResponse:
    """Let an idle phone ring for a while."""
    request = await resolve(call)
    extension = request.extension()
    await request.runtime.ringing.async_ring(
        extension.number, request.text(ATTR_PROMPT), call.data[ATTR_SECONDS]
    )
    return None


async def _play_prompt(call: ServiceCall) -> ServiceResponse:
    """Call a number and play prompts of the PBX."""
    request = await resolve(call)
    prompts = prompt_names(call.data[ATTR_PROMPTS])
    wait_for = WaitFor(call.data[ATTR_WAIT_FOR])
    played: set[str] = set()

    @callback
    def reported(report: Report) -> None:
        # Whether each prompt is told of, or all at once, no guide says.
        if report.type is ReportType.PROMPT_ENDED and report.word("prompt") in (
            prompts[-1],
            "+".join(prompts),
        ):
            played.add(report.call_id)

    stop_listening = request.runtime.coordinator.async_listen_reports(reported)
    try:
        response = await _play(request, prompts)
        if wait_for is not WaitFor.ACCEPTED:
            call_id = response[ATTR_CALL_ID]
            result = await wait_for_call(
                request.runtime, call_id, wait_for, call.data[ATTR_TIMEOUT]
            )
            response |= result.as_response()
            if wait_for is WaitFor.ENDED:
                response["played"] = call_id in played
    finally:
        stop_listening()
    return response


async def _play(request: Request, prompts: list[str]) -> dict[str, Any]:
    """Let the PBX call and play."""
    callee, permission_of, auto_answer = await called(request)
    if auto_answer:
        request.log(callee.number)
    with translated_errors():
        call_id = await request.pbx.play_prompts(
            callee, prompts, permission_of=permission_of, auto_answer=auto_answer
        )
    return started(request, call_id)


ACTIONS = (
    Action(
        name="ring",
        schema=schema(
            {
                vol.Required(ATTR_EXTENSION): exact,
                vol.Required(ATTR_PROMPT): short_text,
                vol.Optional(ATTR_SECONDS, default=15): vol.All(
                    vol.Coerce(float), vol.Range(min=1, max=LONGEST_RING)
                ),
            }
        ),
        handler=_ring,
    ),
    Action(
        name="play_prompt",
        schema=schema(
            {
                vol.Required(ATTR_PROMPTS): vol.All(
                    bounded_list, [short_text], vol.Length(min=1)
                ),
                **WAITING,
                **EITHER,
            }
        ),
        handler=_play_prompt,
        supports_response=SupportsResponse.OPTIONAL,
    ),
)
