"""What a household does with its phones, as blueprints."""

import asyncio
from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from custom_components.yeastar.const import DOMAIN
from tests.helpers import add_contact, deliver, requests_of
from tests.simulator import Simulator
from tests.simulator.state import Ivr

from .conftest import Use

ALWAYS = {"quiet_from": "00:00:00", "quiet_until": "00:00:00"}
BELL = [{"trigger": "event", "event_type": "bell"}]


def now_and(hours: int) -> str:
    """Return a time of day that is so far from now."""
    return f"{dt_util.now() + timedelta(hours=hours):%H:%M:%S}"


async def until(done: Any) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(10):
        while not done():
            await asyncio.sleep(0.01)


# Announce callers


@pytest.fixture
def spoken(hass: HomeAssistant) -> list[ServiceCall]:
    """Return what was said."""
    return async_mock_service(hass, "tts", "speak")


async def announce(hass: HomeAssistant, use: Use, **inputs: Any) -> None:
    """Announce callers in the hall."""
    where = {"speech": "tts.voice", "speakers": ["media_player.hall"]}
    await use("announce_caller", {**where, **ALWAYS, **inputs})


async def somebody_calls(
    hass: HomeAssistant, pbx: Simulator, number: str = "5503301"
) -> None:
    """Let the phone ring."""
    pbx.outside_call(number, to="1000", trunk="SIP-142")
    await deliver(hass, pbx)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("0301234567", "It is Granny!"),
        ("5503301", "It is 5503301!"),
        ("anonymous", "It is Nobody!"),
    ],
)
async def test_a_caller_is_announced_by_name(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    use: Use,
    spoken: list[ServiceCall],
    number: str,
    said: str,
) -> None:
    """Or by number, or by what was chosen for those who hide theirs; once a call."""
    await add_contact(hass, loaded, "Granny", "030 1234567")
    await announce(hass, use, message="It is NAME!", hidden="Nobody")
    await somebody_calls(hass, pbx, number)
    (call,) = spoken
    assert call.data["message"] == said
    assert call.data["entity_id"] == ["tts.voice"]
    assert call.data["media_player_entity_id"] == ["media_player.hall"]
    pbx.answer("1000")
    await deliver(hass, pbx)
    assert len(spoken) == 1


@pytest.mark.parametrize(
    ("begin", "end", "quiet"),
    [(-1, 1, True), (1, 2, False), (-2, -1, False), (1, -1, False), (2, 1, True)],
)
async def test_quiet_hours(
    hass: HomeAssistant,
    pbx: Simulator,
    use: Use,
    spoken: list[ServiceCall],
    begin: int,
    end: int,
    quiet: bool,
) -> None:
    """Whether they go over midnight or not."""
    await announce(hass, use, quiet_from=now_and(begin), quiet_until=now_and(end))
    await somebody_calls(hass, pbx)
    assert bool(spoken) is not quiet


@pytest.mark.parametrize("where", ["home", "not_home"])
async def test_somebody_has_to_be_home(
    hass: HomeAssistant, pbx: Simulator, use: Use, spoken: list[ServiceCall], where: str
) -> None:
    """One of those who were chosen."""
    hass.states.async_set("person.anna", "not_home")
    hass.states.async_set("person.ben", where)
    await announce(hass, use, people=["person.anna", "person.ben"])
    await somebody_calls(hass, pbx)
    assert bool(spoken) is (where == "home")


# Missed calls


@pytest.fixture
async def digest(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, use: Use
) -> list[ServiceCall]:
    """Return what is told once a day."""
    told = async_mock_service(hass, "test", "tell")
    data = {"count": "{{ count }}", "digest": "{{ digest }}"}
    await use(
        "missed_call_digest",
        {
            "pbx": loaded.entry_id,
            "at": "18:00:00",
            "tell": [{"action": "test.tell", "data": data}],
        },
    )
    return told


async def evening(hass: HomeAssistant) -> None:
    """Let it be six o'clock."""
    moment = dt_util.now().replace(hour=18, minute=0, second=0, microsecond=1)
    if moment <= dt_util.now():
        moment += timedelta(days=1)
    async_fire_time_changed(hass, moment)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_missed_calls_are_told_once_a_day(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    digest: list[ServiceCall],
) -> None:
    """By caller, with how often, and none that somebody answered."""
    await add_contact(hass, loaded, "Granny", "0301234567")
    for number in ("0301234567", "5503301", "0301234567", "0611111111"):
        call = pbx.outside_call(number, to="1000", trunk="SIP-142")
        if number == "0611111111":
            pbx.answer("1000")
        pbx.outside_hangs_up(call)
        await deliver(hass, pbx)
    await until(lambda: len(loaded.runtime_data.calls.log) == 4)
    await evening(hass)
    (told,) = digest
    assert told.data["count"] == 2
    lines = told.data["digest"].splitlines()
    assert len(lines) == 2
    assert sum(line.startswith("- Granny, 2 times, last at ") for line in lines) == 1
    assert sum(line.startswith("- 5503301, at ") for line in lines) == 1


async def test_the_digest_shows_no_markup_of_a_caller(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    digest: list[ServiceCall],
) -> None:
    """A page that shows it would load the picture and offer the link."""
    caller = "[Your bank](http://192.0.2.1) ![x](http://192.0.2.1/x.png) <img src=x>"
    call = pbx.outside_call(caller, to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    pbx.outside_hangs_up(call)
    await deliver(hass, pbx)
    await until(lambda: len(loaded.runtime_data.calls.log) == 1)
    await evening(hass)
    (told,) = digest
    assert told.data["count"] == 1
    assert not set(told.data["digest"]) & set("[]()<>!/")


async def test_without_missed_calls_nothing_is_told(
    hass: HomeAssistant, digest: list[ServiceCall]
) -> None:
    """No news is no message."""
    await evening(hass)
    assert digest == []


# Doorbell


async def test_the_doorbell_rings_the_phones(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, use: Use
) -> None:
    """Those that are free; one that is busy keeps none from ringing."""
    registry = dr.async_get(hass)
    phones = [
        device.id
        for number in ("1000", "1002", "1003")
        if (
            device := registry.async_get_device_by_identifier(
                (DOMAIN, f"{loaded.unique_id}_{number}"), loaded.entry_id
            )
        )
    ]
    await use(
        "doorbell",
        {"doorbell": BELL, "phones": phones, "prompt": "111", "seconds": 7},
    )
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.answer("1000")
    await deliver(hass, pbx)
    hass.bus.async_fire("bell")
    await until(lambda: len(requests_of(pbx, "extension/playprompt")) == 2)
    asked = [r.body["extid"] for r in requests_of(pbx, "extension/playprompt")]
    assert asked == ["1002", "1003"]


# Alarm ladder


@pytest.fixture
def ivr(pbx: Simulator) -> None:
    """Let the PBX have the IVR of the ladder from the start."""
    pbx.state.ivrs["6501"] = Ivr("6501", "Alarm")


@pytest.fixture
async def ladder(
    hass: HomeAssistant, ivr: None, loaded: MockConfigEntry, use: Use
) -> list[ServiceCall]:
    """Return who took care, or that nobody did."""
    told = async_mock_service(hass, "test", "tell")
    await add_contact(hass, loaded, "Granny", "0301234567")
    await use(
        "alarm_ladder",
        {
            "alarm": BELL,
            "pbx": loaded.entry_id,
            "ivr": "Alarm",
            "people": ["1000", "Granny", "1002"],
            "permission_of": "1000",
            "patience": 10,
            "rounds": 1,
            "accepted": [
                {"action": "test.tell", "data": {"who": "{{ [who.number] }}"}}
            ],
            "nobody": [{"action": "test.tell", "data": {"who": "nobody"}}],
        },
    )
    return told


def called(pbx: Simulator) -> list[str]:
    """Return who was called so far, in order."""
    return [
        str(request.body.get("extid") or request.body["outto"])
        for request in pbx.requests
        if request.endpoint in ("ivr/dial_extension", "ivr/dial_outbound")
    ]


async def step(pbx: Simulator, who: str) -> None:
    """Wait until somebody is called."""
    await until(lambda: called(pbx)[-1:] == [who] and pbx.calls)


async def test_the_ladder_ends_with_who_presses_1(
    hass: HomeAssistant, pbx: Simulator, ladder: list[ServiceCall]
) -> None:
    """Who is busy is passed over, and who presses something else goes on waiting."""
    hass.bus.async_fire("bell")
    await step(pbx, "1000")
    pbx.reject("1000")
    await step(pbx, "0301234567")
    (call,) = pbx.calls.values()
    pbx.answer_outside(call)
    for key in "21":
        assert ladder == []
        pbx.press_key(call, key)
        # No longer: all that runs would be waited for, the ladder too.
        await pbx.settle()
    await until(lambda: ladder)
    await hass.async_block_till_done()
    assert [told.data["who"] for told in ladder] == [["Granny"]]
    assert called(pbx) == ["1000", "0301234567"]


async def test_the_ladder_hangs_up_on_who_does_nothing(
    hass: HomeAssistant, pbx: Simulator, ladder: list[ServiceCall]
) -> None:
    """In the end nobody took care, and no phone rings any more."""
    hass.bus.async_fire("bell")
    await step(pbx, "1000")
    await pbx.settle()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=11))
    await step(pbx, "0301234567")
    assert [call.legs[0].number for call in pbx.calls.values()] == ["0301234567"]
    (call,) = pbx.calls.values()
    pbx.outside_unreachable(call)
    await step(pbx, "1002")
    pbx.answer("1002")
    pbx.hang_up("1002")
    await until(lambda: ladder)
    await hass.async_block_till_done()
    assert [told.data["who"] for told in ladder] == ["nobody"]
    assert called(pbx) == ["1000", "0301234567", "1002"]


async def test_the_ladder_passes_over_who_cannot_be_called(
    hass: HomeAssistant, pbx: Simulator, ladder: list[ServiceCall]
) -> None:
    """What became of the call before is no news of this one."""
    hass.bus.async_fire("bell")
    await step(pbx, "1000")
    pbx.refuse_next(10024, "ivr/dial_outbound")
    pbx.reject("1000")
    await step(pbx, "1002")
    assert ladder == []
    (call,) = pbx.calls.values()
    pbx.answer("1002")
    pbx.press_key(call, "1")
    await pbx.settle()
    await until(lambda: ladder)
    await hass.async_block_till_done()
    assert [told.data["who"] for told in ladder] == [["1002"]]


# Only contacts at night


@pytest.mark.parametrize(
    ("number", "begin", "end", "fate"),
    [
        ("0301234567", -1, 1, "accepted"),
        ("5503301", -1, 1, "refused"),
        ("anonymous", -1, 1, "refused"),
        ("5503301", 1, 2, "left alone"),
        ("0301234567", 1, 2, "left alone"),
    ],
)
async def test_only_contacts_ring_at_night(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    use: Use,
    number: str,
    begin: int,
    end: int,
    fate: str,
) -> None:
    """By day it does nothing; the PBX itself lets calls in after ten seconds."""
    pbx.state.trunks["SIP-142"].answering_control = True
    await add_contact(hass, loaded, "Granny", "0301234567")
    night = {"night_from": now_and(begin), "night_until": now_and(end)}
    await use("contacts_only_at_night", night)
    call = pbx.outside_call(number, to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    await hass.async_block_till_done(wait_background_tasks=True)
    waits = call.callid in pbx.calls and call.offered
    accepted = call.callid in pbx.calls and not call.offered
    assert {"accepted": accepted, "refused": not (waits or accepted)}.get(fate, waits)
