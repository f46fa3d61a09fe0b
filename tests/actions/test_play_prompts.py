"""Prompts that phones play, and phones that ring."""

import asyncio
from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from tests.helpers import deliver
from tests.simulator import Fault, Simulator

from .conftest import Act, Sent
from .words import refused

RING = {"extension": "1000", "prompt": "111"}
PLAY = {"extension": "1000", "prompts": ["111", "hello111"]}


async def playing(pbx: Simulator, act: Act, **data: Any) -> asyncio.Task[Any]:
    """Play prompts until the call is over, and return once the phone rings."""
    task = asyncio.create_task(act("play_prompt", **PLAY, wait_for="ended", **data))
    while not pbx.calls:
        await asyncio.sleep(0.01)
    await pbx.settle()
    return task


async def test_who_heard_everything(pbx: Simulator, act: Act, sent: Sent) -> None:
    """The wait for the end tells that the prompts were played to their end."""
    task = await playing(pbx, act)
    call = pbx.answer("1000")
    pbx.end_prompt(call)
    answer = await task
    assert sent("extension/playprompt")[0]["prompt"] == "111+hello111"
    assert answer["call_id"] == call.callid
    assert answer["played"] is True
    assert (answer["outcome"], answer["answered_by"]) == ("answered", "1000")


async def test_each_prompt_may_be_told_of(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, act: Act
) -> None:
    """Then only the last one is the end."""
    for last, played in (("111", False), ("hello111", True)):
        task = await playing(pbx, act)
        call = pbx.answer("1000")
        await deliver(hass, pbx)
        pbx.send_report(
            {
                "action": "PlayPromptEnd",
                "callid": call.callid,
                "ext": {"extid": "1000"},
                "prompt": last,
            }
        )
        await deliver(hass, pbx)
        pbx.hang_up("1000")
        assert (await task)["played"] is played


async def test_who_hung_up_before_the_end(pbx: Simulator, act: Act) -> None:
    """Somebody answered, but did not hear everything."""
    task = await playing(pbx, act)
    pbx.answer("1000")
    pbx.hang_up("1000")
    answer = await task
    assert (answer["outcome"], answer["played"]) == ("answered", False)


async def test_nobody_picked_up(pbx: Simulator, act: Act) -> None:
    """That is an outcome, and no error."""
    task = await playing(pbx, act)
    pbx.reject("1000")
    answer = await task
    assert (answer["outcome"], answer["played"]) == ("busy", False)


async def test_the_time_is_up(pbx: Simulator, act: Act) -> None:
    """The call goes on."""
    answer = await act("play_prompt", **PLAY, wait_for="ended", timeout=1)
    assert (answer["outcome"], answer["played"]) == ("timeout", False)
    assert pbx.calls


async def test_polls_alone_tell_who_answered(
    hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry
) -> None:
    """There is no phone that calls, so the one that is called is enough."""
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    task = asyncio.create_task(
        hass.services.async_call(
            "yeastar",
            "play_prompt",
            {**PLAY, "wait_for": "answered"},
            blocking=True,
            return_response=True,
        )
    )
    while not pbx.calls:
        await asyncio.sleep(0.01)
    await entry.runtime_data.coordinator.async_refresh()
    pbx.answer("1000")
    await entry.runtime_data.coordinator.async_refresh()
    answer = await task
    assert answer
    assert (answer["outcome"], answer["coarse"]) == ("answered", True)
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("10003", "pbx_unsupported_request"),
        ("10004", "pbx_parameter_blank"),
        ("10006", "pbx_extension_unknown"),
        ("10015", "pbx_not_connected"),
        ("10023", "pbx_prompt_unknown"),
        ("10024", "pbx_no_outbound_permission"),
        ("30001", "pbx_internal"),
        ("30003", "pbx_service_not_running"),
        ("12345", "pbx_refused"),
    ],
)
@pytest.mark.parametrize(
    ("action", "data", "endpoint"),
    [
        ("ring", RING, "extension/playprompt"),
        ("play_prompt", PLAY, "extension/playprompt"),
        (
            "play_prompt",
            {"number": "41000", "permission_of": "1000", "prompts": "111"},
            "outbound/playprompt",
        ),
    ],
    ids=["ring", "inside", "outside"],
)
async def test_what_the_pbx_refuses(
    pbx: Simulator,
    act: Act,
    sent: Sent,
    action: str,
    data: dict[str, object],
    endpoint: str,
    number: str,
    key: str,
) -> None:
    """Each number has its sentence, and nothing is sent twice."""
    pbx.refuse_next(int(number), endpoint)
    with refused(key, HomeAssistantError):
        await act(action, **data)
    assert len(sent(endpoint)) == 1


async def test_a_lost_answer_is_told(pbx: Simulator, act: Act, sent: Sent) -> None:
    """The phone may ring; it is not made to ring again."""
    pbx.fail_next(Fault.CLOSE_AFTER, endpoint="extension/playprompt")
    with refused("unconfirmed", HomeAssistantError):
        await act("ring", **RING)
    assert len(sent("extension/playprompt")) == 1
    with refused("ring_not_idle"):
        await act("ring", **RING)


@pytest.mark.parametrize("prompt", ["a+b", " "])
async def test_a_prompt_has_one_name(
    pbx: Simulator, act: Act, sent: Sent, prompt: str
) -> None:
    """A plus sign would be two."""
    with refused("prompt_name"):
        await act("ring", extension="1000", prompt=prompt)
    assert not sent("extension/playprompt")


@pytest.mark.parametrize("seconds", [0, 61])
async def test_it_rings_for_a_minute_at_most(act: Act, seconds: int) -> None:
    """And for a second at least."""
    with pytest.raises(vol.Invalid):
        await act("ring", **RING, seconds=seconds)


async def test_who_may_only_look(
    pbx: Simulator, act: Act, sent: Sent, reader: User, ordinary: User
) -> None:
    """Ringing needs control of the phone, as everything does."""
    before = len(pbx.requests)
    with pytest.raises(Unauthorized):
        await act("ring", user=reader, **RING)
    assert len(pbx.requests) == before
    await act("ring", user=ordinary, **RING)
    assert sent("extension/playprompt")
