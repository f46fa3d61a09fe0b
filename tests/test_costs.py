"""What things cost, as far as it can be counted; scripts/bench measures the rest."""

import asyncio
from collections import Counter
from itertools import pairwise
import json
from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.yeastar import PLATFORMS, sensor
from custom_components.yeastar.entity import BATCH, ExtensionEntity, YeastarEntity
from custom_components.yeastar.pbx.calls.call import Call
from custom_components.yeastar.pbx.calls.observations import Observations
from custom_components.yeastar.pbx.listing_reader import (
    ListingReader,
    required,
    row_fields,
)
from custom_components.yeastar.pbx.wire import Json
from custom_components.yeastar.phonebook.names import Names
from custom_components.yeastar.presentation import describe_call
from tests.helpers import deliver, pass_time
from tests.simulator import Simulator

SOON = 3
FAST = 11


class Rows:
    """Reads names out of rows and counts which were read."""

    def __init__(self) -> None:
        """Begin with none."""
        self.read: Counter[str] = Counter()
        self.reader = ListingReader(self._name, may_be_missing=False)

    def _name(self, row: Json) -> str:
        name = required(row_fields(row), "name")
        self.read[name] += 1
        return name

    def names(self, *rows: Json) -> tuple[str, ...]:
        """Return the names in a list."""
        return self.reader.read(list(rows)).items


def test_only_rows_that_changed_are_read() -> None:
    """Of many phones few do something between two polls."""
    rows = Rows()
    rows.names({"name": "a"}, {"name": "b", "status": 1}, {"name": "c"})
    found = rows.names({"name": "a"}, {"name": "b", "status": 2}, {"name": "c"})

    assert found == ("a", "b", "c")
    assert rows.read == {"a": 1, "b": 2, "c": 1}


def test_a_broken_row_lets_no_other_be_read_again() -> None:
    """It keeps its place, and costs completeness every time."""
    rows = Rows()
    rows.names({"name": "a"}, {}, {"name": "c"})
    rows.names({"name": "a"}, {}, {"name": "c"})

    assert rows.read == {"a": 1, "c": 1}
    assert not rows.reader.read([{"name": "a"}, {}, {"name": "c"}]).complete


def test_a_row_without_end_is_broken_however_often_it_comes() -> None:
    """To compare it with itself would need more stack than there is."""
    rows = Rows()
    for _ in range(3):
        found = rows.names({"name": "a"}, {"name": "b", "more": nested(300_000)})
        assert found == ("a",)

    assert rows.read == {"a": 1}


def nested(levels: int) -> list[Json]:
    """Return a list in a list in a list and so on."""
    value: list[Json] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("shorter", [[], [{"name": "a"}], [{"name": "b"}]])
def test_rows_that_went_and_came_are_there_again(shorter: list[Json]) -> None:
    """What is known of the last list leads to nothing that is not in this one."""
    rows = Rows()
    both: list[Json] = [{"name": "a"}, {"name": "b"}]
    rows.names(*both)

    assert len(rows.names(*shorter)) == len(shorter)
    assert rows.names(*both) == ("a", "b")


def test_the_same_body_is_decoded_once() -> None:
    """Another one is another answer."""
    reader = Rows().reader
    body = json.dumps({"rows": [{"name": "a"}]}).encode()
    answer = reader.decode(body)

    assert reader.decode(bytes(bytearray(body))) is answer
    assert reader.decode(b'{"rows":[]}') == {"rows": []}
    assert reader.decode(body) == answer


async def test_a_poll_takes_three_requests(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """However many phones and calls there are."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    before = len(pbx.requests)
    await loaded.runtime_data.coordinator.async_refresh()

    assert [request.endpoint for request in pbx.requests[before:]] == [
        "extensionlist/query",
        "inbound/query",
        "outbound/query",
    ]


async def test_to_see_a_call_again_concludes_nothing(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It costs a comparison; what a phone does meanwhile is seen."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    pbx.answer("1000")
    await deliver(hass, pbx)
    coordinator = loaded.runtime_data.coordinator
    for _ in range(2):
        await coordinator.async_refresh()
    conclude = Observations.conclude
    concluded = []

    def counted(seen: Observations, ended: float | None, *more: float) -> object:
        concluded.append(seen.call_id)
        return conclude(seen, ended, *more)

    monkeypatch.setattr(Observations, "conclude", counted)
    await coordinator.async_refresh()
    assert not concluded

    pbx.hold("1000")
    await coordinator.async_refresh()
    assert concluded


@pytest.fixture
async def told(
    hass: HomeAssistant, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> list[YeastarEntity]:
    """Return the entities that were told that something changed."""
    update = YeastarEntity._handle_coordinator_update
    entities: list[YeastarEntity] = []

    def noted(entity: YeastarEntity) -> None:
        entities.append(entity)
        update(entity)

    monkeypatch.setattr(YeastarEntity, "_handle_coordinator_update", noted)
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    return entities


async def test_many_new_phones_let_other_tasks_run(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Each platform adds some entities at a time, however many there are."""
    for number in range(2000, 2200):
        pbx.add_extension(str(number))
    counts = [len(hass.states.async_all())]

    async def count() -> None:
        while True:
            counts.append(len(hass.states.async_all()))
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    await loaded.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()
    counting.cancel()
    assert counts[-1] - counts[0] >= 2 * 200
    most = max(after - before for before, after in pairwise(counts))
    assert most <= len(PLATFORMS) * BATCH


async def test_a_phone_concerns_only_its_own_entities(
    hass: HomeAssistant, pbx: Simulator, told: list[YeastarEntity]
) -> None:
    """The cost of a report does not grow with the PBX."""
    report = {"action": "ExtensionStatus", "extension": "1000"}
    pbx.send_report(report | {"status": "Registered"})
    await deliver(hass, pbx)
    told.clear()
    pbx.send_report(report | {"status": "Ringing"})
    await deliver(hass, pbx)

    assert told
    assert all("_1000_" in (entity.unique_id or "") for entity in told)


async def test_a_setting_concerns_only_the_entities_of_its_phone(
    hass: HomeAssistant, pbx: Simulator, told: list[YeastarEntity]
) -> None:
    """A house that goes quiet changes hundreds of them."""
    await pass_time(hass, 1)
    told.clear()
    await hass.services.async_call(
        "switch",
        "turn_on",
        {"entity_id": "switch.jayson_do_not_disturb"},
        blocking=True,
    )

    assert {e.number for e in told if isinstance(e, ExtensionEntity)} == {"1000"}


async def test_a_call_that_changes_is_the_only_one_that_is_described(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many others live; the list has all of them, oldest first."""
    for phone in ("1000", "1002", "1005"):
        pbx.outside_call(f"550{phone}", to=phone, trunk="SIP-142")
        pbx.answer(phone)
    await deliver(hass, pbx)
    described: list[str] = []

    def counted(names: Names, call: Call) -> dict[str, Any]:
        described.append(call.caller)
        return describe_call(names, call)

    monkeypatch.setattr(sensor, "describe_call", counted)
    pbx.hold("1002")
    await deliver(hass, pbx)
    await pass_time(hass, SOON)

    assert set(described) == {"5501002"}
    state = hass.states.get("sensor.yeastar_s100_inbound_calls")
    assert state is not None
    assert [(call["from"], call["status"]) for call in state.attributes["calls"]] == [
        ("5501000", "talking"),
        ("5501002", "on_hold"),
        ("5501005", "talking"),
    ]


async def test_a_call_concerns_no_entity_of_the_log_while_it_lives(
    hass: HomeAssistant, pbx: Simulator, told: list[YeastarEntity]
) -> None:
    """What counts missed calls has nothing to do with one that is going on."""
    await deliver(hass, pbx)
    told.clear()
    call = pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    entity_ids = {entity.entity_id for entity in told}
    assert "sensor.yeastar_s100_inbound_calls" in entity_ids
    assert "sensor.yeastar_s100_missed_calls" not in entity_ids

    pbx.outside_hangs_up(call)
    await deliver(hass, pbx)
    await pass_time(hass, FAST)
    assert "sensor.yeastar_s100_missed_calls" in {e.entity_id for e in told}


async def test_a_new_name_is_shown_in_the_calls_at_once(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """Calls are described once, until they or a name change."""
    pbx.outgoing_call("1000", "5503301", "SIP-142")
    await deliver(hass, pbx)
    await pass_time(hass, SOON)
    written = async_capture_events(hass, EVENT_STATE_CHANGED)
    pbx.rename_extension("1000", "Jason")
    await deliver(hass, pbx)
    await pass_time(hass, FAST)

    state = hass.states.get("sensor.yeastar_s100_outbound_calls")
    assert state is not None
    assert [call["from_name"] for call in state.attributes["calls"]] == ["Jason"]
    calls = [e for e in written if e.data["entity_id"] == state.entity_id]
    assert len(calls) == 1
