"""The log of calls, as an action, a calendar and a number that shrinks."""

from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import DOMAIN
from custom_components.yeastar.pbx.calls.call import Call, Outcome
from custom_components.yeastar.pbx.models import CallDirection

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def call(minute: int, **fields: Any) -> Call:
    """Return a call that began so many minutes after noon and is over."""
    started = NOON.timestamp() + 60 * minute
    return Call(
        **{
            "call_id": f"{int(started)}.1",
            "legs": (),
            "direction": CallDirection.INBOUND,
            "caller": "5503301",
            "callee": "1000",
            "called_number": "",
            "trunk": "SIP-142",
            "extensions": ("1000",),
            "rang": ("1000",),
            "answered_by": "1000",
            "pick_up": "",
            "offered_until": None,
            "status": None,
            "started": started,
            "answered": started + 5,
            "ended": started + 30,
            "outcome": Outcome.ANSWERED,
            "missed": False,
            "reason": "",
            "recording": "",
            "ring_seconds": 5,
            "talk_seconds": 25,
            **fields,
        }
    )


@pytest.fixture
def logged(loaded: MockConfigEntry) -> None:
    """Let there have been three calls."""
    loaded.runtime_data.calls.restore(
        [
            call(0),
            call(1, outcome=Outcome.NO_ANSWER, missed=True, answered_by=""),
            call(
                2,
                direction=CallDirection.INTERNAL,
                caller="1002",
                extensions=("1000", "1002"),
            ),
        ]
    )


async def log(hass: HomeAssistant, **wanted: Any) -> list[dict[str, Any]]:
    """Return what the action answers."""
    answer = await hass.services.async_call(
        DOMAIN, "get_call_log", wanted, blocking=True, return_response=True
    )
    assert answer is not None
    calls: Any = answer["calls"]
    return list(calls)


@pytest.mark.usefixtures("logged")
async def test_the_newest_call_comes_first(hass: HomeAssistant) -> None:
    """With names and times, and no word of the PBX's own."""
    newest, missed, oldest = await log(hass)
    assert newest["direction"] == "internal"
    assert missed == {
        "call_id": missed["call_id"],
        "direction": "inbound",
        "from": "5503301",
        "to": "1000",
        "from_name": None,
        "to_name": "Jayson",
        "from_normalized": "5503301",
        "to_normalized": "1000",
        "caller_id": None,
        "called_number": None,
        "name": None,
        "trunk": "SIP-142",
        "extensions": ["1000"],
        "answered_by": None,
        "outcome": "no_answer",
        "missed": True,
        "returned": False,
        "while_away": False,
        "started": "2026-11-23T12:01:00+00:00",
        "ring_seconds": 5,
        "talk_seconds": 25,
        "recording": None,
    }
    assert oldest["answered_by"] == "1000"


@pytest.mark.usefixtures("logged")
@pytest.mark.parametrize(
    ("wanted", "minutes"),
    [
        ({"extension": "Amy"}, [2]),
        ({"direction": "inbound"}, [1, 0]),
        ({"outcome": "no_answer"}, [1]),
        ({"number": "550 33 01"}, [1, 0]),
        ({"since": "2026-11-23T12:01:00+00:00"}, [2, 1]),
        ({"limit": 1}, [2]),
    ],
)
async def test_the_log_can_be_narrowed(
    hass: HomeAssistant, wanted: dict[str, Any], minutes: list[int]
) -> None:
    """By phone, direction, outcome, number, time and count."""
    found = [
        datetime.fromisoformat(row["started"]).minute
        for row in await log(hass, **wanted)
    ]
    assert found == minutes


@pytest.mark.usefixtures("logged")
async def test_an_unknown_extension_is_refused(hass: HomeAssistant) -> None:
    """An empty list would look as if it had had no calls."""
    with pytest.raises(ServiceValidationError) as refused:
        await log(hass, extension="Nobody")
    assert refused.value.translation_key == "extension_not_found"


async def test_the_calendar_shows_the_calls_of_a_time(
    hass: HomeAssistant, loaded: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    """It is disabled until somebody wants it; names where they are known."""
    entity_id = "calendar.yeastar_s100_calls"
    entity_registry.async_update_entity(entity_id, disabled_by=None)
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    loaded.runtime_data.calls.restore([call(0), call(1), call(90)])
    answer = await hass.services.async_call(
        "calendar",
        "get_events",
        {
            ATTR_ENTITY_ID: entity_id,
            "start_date_time": NOON.isoformat(),
            "end_date_time": (NOON + timedelta(hours=1)).isoformat(),
        },
        blocking=True,
        return_response=True,
    )
    assert answer is not None
    found: Any = answer[entity_id]
    assert [event["summary"] for event in found["events"]] == ["5503301 → Jayson"] * 2
    assert hass.states.get(entity_id).state == "off"  # type: ignore[union-attr]
