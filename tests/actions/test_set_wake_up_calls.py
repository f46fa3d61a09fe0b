"""Wake-up calls in the words of Home Assistant, on a PBX with its own clock."""

import asyncio
from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.yeastar.features import wake_up_calls
from tests.helpers import learn_slow_facts
from tests.simulator import Fault, Simulator
from tests.simulator.wakeups import DEFAULT_PROMPT

from .conftest import Act, Sent
from .words import refused

AT = {"extension": "1000", "time": "07:00"}
ACTIONS = ["set_wake_up_call", "get_wake_up_calls", "delete_wake_up_call"]


@pytest.fixture(autouse=True)
def asked_by_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no reading come between that is due after the start."""
    monkeypatch.setattr(wake_up_calls, "SOON", 3600.0)


def data_of(action: str) -> dict[str, str]:
    """Return what an action needs."""
    return {"extension": "1000"} if action == "get_wake_up_calls" else AT


def alarms(pbx: Simulator, extension: str = "1000") -> list[tuple[str, str, str]]:
    """Return time, type and weekdays of what the PBX has."""
    return [
        (alarm.time, alarm.type, alarm.weekdays)
        for alarm in pbx.alarms.of.get(extension, ())
    ]


async def listed(act: Act) -> list[dict[str, Any]]:
    """Return the wake-up calls of Jayson."""
    answer = await act("get_wake_up_calls", extension="1000")
    found: list[dict[str, Any]] = answer["wake_up_calls"]
    return found


async def clock(hass: HomeAssistant, pbx: Simulator, zone: str, offset: float) -> None:
    """Let the clocks of Home Assistant and the PBX be set so."""
    await hass.config.async_set_time_zone(zone)
    pbx.state.device.utc_offset = offset
    await learn_slow_facts(hass, pbx)


@pytest.mark.parametrize(
    ("zone", "offset", "at", "repeat", "alarm"),
    [
        ("Etc/UTC", 0, "07:00", "once", ("07:00", "onetime", "")),
        ("Etc/UTC", 0, "07:00:30", "daily", ("07:00", "everyday", "")),
        ("Etc/UTC", 0, "07:00", ["mon", "sun"], ("07:00", "custom", "0,1")),
        ("Etc/UTC", -8, "07:00", ["mon", "sun"], ("23:00", "custom", "0,6")),
        ("Etc/UTC", 8, "16:00", ["sat"], ("00:00", "custom", "0")),
        ("Asia/Kolkata", 5.75, "07:00", ["sat"], ("07:15", "custom", "6")),
        ("Pacific/Kiritimati", -11, "00:30", ["mon"], ("23:30", "custom", "6")),
    ],
)
async def test_times_are_those_of_home_assistant(
    hass: HomeAssistant,
    pbx: Simulator,
    act: Act,
    zone: str,
    offset: float,
    at: str,
    repeat: str | list[str],
    alarm: tuple[str, str, str],
) -> None:
    """The PBX gets them by its own clock, over midnight other weekdays, too."""
    await clock(hass, pbx, zone, offset)
    await act("set_wake_up_call", extension="1000", time=at, repeat=repeat)
    assert alarms(pbx) == [alarm]
    (found,) = await listed(act)
    assert found["time"] == at[:5]
    assert found["repeat"] == repeat
    await act("delete_wake_up_call", extension="1000", time=at)
    assert alarms(pbx) == []


async def test_without_more_it_comes_once(pbx: Simulator, act: Act) -> None:
    """With one attempt and the PBX's own prompt."""
    await act("set_wake_up_call", **AT)
    assert await listed(act) == [
        {
            "time": "07:00",
            "repeat": "once",
            "attempts": 1,
            "interval": 5,
            "prompt": DEFAULT_PROMPT,
        }
    ]


@pytest.mark.parametrize("ids", [False, True])
async def test_setting_one_again_changes_it(
    pbx: Simulator, act: Act, sent: Sent, ids: bool
) -> None:
    """What is left out stays as it was; what is so already is not sent."""
    pbx.quirks.alarm_ids = ids
    await act("set_wake_up_call", **AT, repeat=["tue", "mon"], attempts=3, prompt="111")
    await act("set_wake_up_call", **{**AT, "time": "08:00"})
    await act("set_wake_up_call", **AT, interval=10)
    assert len(sent("wakeupcall/create")) == 2
    assert len(sent("wakeupcall/update")) == 1
    first, second = await listed(act)
    assert first == {
        "time": "07:00",
        "repeat": ["mon", "tue"],
        "attempts": 3,
        "interval": 10,
        "prompt": "111",
    }
    assert second["time"] == "08:00"
    await act("set_wake_up_call", **AT, interval=10)
    assert len(sent("wakeupcall/update")) == 1
    await act("set_wake_up_call", **AT, repeat="once")
    assert (await listed(act))[0]["repeat"] == "once"


@pytest.mark.parametrize("ids", [False, True])
async def test_one_or_all_are_deleted(pbx: Simulator, act: Act, ids: bool) -> None:
    """Never more than was asked for."""
    pbx.quirks.alarm_ids = ids
    for hour in ("06", "07", "08"):
        await act("set_wake_up_call", extension="1000", time=f"{hour}:00")
    await act("set_wake_up_call", extension="1002", time="07:00")
    await act("delete_wake_up_call", **AT)
    assert [found["time"] for found in await listed(act)] == ["06:00", "08:00"]
    with refused("wake_up_call_none") as said:
        await act("delete_wake_up_call", **AT)
    assert "Jayson" in said.sentence
    await act("delete_wake_up_call", extension="1000")
    assert await listed(act) == []
    assert len(alarms(pbx, "1002")) == 1
    await act("delete_wake_up_call", extension="1000")


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"repeat": ["daily", "mon"]}, "repeat_alone"),
        ({"repeat": ["mon", "once"]}, "repeat_alone"),
        ({"prompt": "a+b"}, "prompt_name"),
        ({"extension": "9999"}, "extension_not_found"),
    ],
)
async def test_wrong_input(
    pbx: Simulator, act: Act, data: dict[str, Any], key: str
) -> None:
    """Is refused before anything is sent."""
    before = len(pbx.requests)
    with refused(key):
        await act("set_wake_up_call", **{**AT, **data})
    assert len(pbx.requests) == before


@pytest.mark.parametrize(
    "data",
    [
        {"time": "25:00"},
        {"repeat": "weekly"},
        {"attempts": 4},
        {"attempts": 0},
        {"interval": 0},
    ],
)
async def test_impossible_values(act: Act, data: dict[str, Any]) -> None:
    """Home Assistant itself refuses them."""
    with pytest.raises(vol.Invalid):
        await act("set_wake_up_call", **{**AT, **data})


ERRORS = [
    (10003, "pbx_unsupported_request"),
    (10004, "pbx_parameter_blank"),
    (10006, "pbx_extension_unknown"),
    (10020, "pbx_alarm_not_configured"),
    (10021, "pbx_alarm_unknown"),
    (10022, "pbx_alarm_exists"),
    (30001, "pbx_internal"),
    (30003, "pbx_service_not_running"),
    (12345, "pbx_refused"),
]


@pytest.mark.parametrize(("number", "key"), ERRORS, ids=[key for _, key in ERRORS])
@pytest.mark.parametrize(
    ("action", "endpoint"),
    [
        ("set_wake_up_call", "wakeupcall/create"),
        ("set_wake_up_call", "wakeupcall/update"),
        ("get_wake_up_calls", "wakeupcall/query"),
        ("delete_wake_up_call", "wakeupcall/delete"),
    ],
)
async def test_what_the_pbx_refuses(
    pbx: Simulator,
    act: Act,
    sent: Sent,
    action: str,
    endpoint: str,
    number: int,
    key: str,
) -> None:
    """Each number has its sentence, and nothing is sent twice."""
    data: dict[str, Any] = dict(data_of(action))
    if endpoint != "wakeupcall/create":
        await act("set_wake_up_call", **AT)
    if endpoint == "wakeupcall/update":
        data["attempts"] = 2
    before = len(sent(endpoint))
    pbx.refuse_next(number, endpoint)
    with refused(key, HomeAssistantError):
        await act(action, **data)
    assert len(sent(endpoint)) == before + 1


async def test_a_lost_answer_is_told(pbx: Simulator, act: Act, sent: Sent) -> None:
    """What became of it is read, and nothing is sent twice."""
    pbx.fail_next(Fault.CLOSE_AFTER, endpoint="wakeupcall/create")
    with refused("unconfirmed", HomeAssistantError):
        await act("set_wake_up_call", **AT)
    assert len(sent("wakeupcall/create")) == 1
    assert len(await listed(act)) == 1


async def test_done_but_not_read(pbx: Simulator, act: Act, sent: Sent) -> None:
    """It was done, whatever the next question leads to."""
    pbx.latency = 0.02
    setting = asyncio.create_task(act("set_wake_up_call", **AT))
    while not sent("wakeupcall/create"):
        await asyncio.sleep(0.005)
    pbx.fail_next(Fault.HTML, endpoint="wakeupcall/query")
    await setting
    assert len(sent("wakeupcall/query")) == 2
    assert len(alarms(pbx)) == 1


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_pbx_that_does_not_tell_the_time(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry, act: Act, action: str
) -> None:
    """Nobody would know when it rings."""
    loaded.runtime_data.inventory.utc_offset = None
    with refused("clock_unknown", HomeAssistantError):
        await act(action, **data_of(action))


@pytest.mark.parametrize("action", ACTIONS)
async def test_who_may_only_look(
    pbx: Simulator, act: Act, reader: User, ordinary: User, action: str
) -> None:
    """It needs control of the phone, also to see when somebody gets up."""
    await act("set_wake_up_call", user=ordinary, **AT)
    before = len(pbx.requests)
    with pytest.raises(Unauthorized):
        await act(action, user=reader, **data_of(action))
    assert len(pbx.requests) == before
    await act(action, user=ordinary, **data_of(action))
