"""Files of the integration on a real disk: damage, a full disk, and when they are written."""

from collections.abc import Callable
from datetime import timedelta
import json
from pathlib import Path
import time
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
from homeassistant.util.file import WriteError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar.const import DOMAIN
from custom_components.yeastar.features import write_queue
from custom_components.yeastar.features.call_log import restored, stored_row
from custom_components.yeastar.features.private_store import SAVE_DELAY, PrivateStore
from tests.helpers import deliver, pass_time
from tests.simulator import Simulator

CALL_LOG, TIMES = "", ".quiet"


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Let Home Assistant use the disk."""
    return {}


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Return a folder that nothing else uses."""
    return hass_tmp_config_dir


@pytest.fixture(autouse=True)
def quick(pbx: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the PBX be one that changes need not be spaced on."""
    pbx.state.device.firmwarever = "30.11.0.7"
    monkeypatch.setattr(write_queue, "GAP", 0.0)


def path_of(hass: HomeAssistant, entry: MockConfigEntry, ending: str) -> Path:
    """Return the file of the call log, or of the ends of do not disturb."""
    return Path(hass.config.path(".storage", f"{DOMAIN}.{entry.entry_id}{ending}"))


def stored(path: Path) -> Any:
    """Return what a file holds."""
    return json.loads(path.read_text(encoding="utf-8"))["data"]


async def miss_a_call(hass: HomeAssistant, pbx: Simulator) -> None:
    """Let a call be missed, and its end be decided."""
    pbx.hang_up_call(pbx.outside_call("5503301", "1000", "SIP-142").callid)
    await deliver(hass, pbx)
    await pass_time(hass, 5)


def envelope(data: object, version: object = 1) -> bytes:
    """Return a file as Home Assistant writes it."""
    return json.dumps(
        {"version": version, "minor_version": 1, "key": "any", "data": data}
    ).encode()


def as_file(content: bytes) -> Callable[[Path], object]:
    """Return what writes a file with a content."""
    return lambda path: path.write_bytes(content)


ROW = {
    "call_id": "1763900000.1",
    "direction": "inbound",
    "started": time.time() - 60,
    "outcome": "no_answer",
    "missed": True,
}
UNREADABLE = {
    "truncated": as_file(envelope({"calls": [ROW], "unseen": []})[:70]),
    "empty": as_file(b""),
    "NULs": as_file(b"\0" * 4096),
    "not UTF-8": as_file(envelope({"calls": []}).replace(b"any", b"\xff\xfe")),
    "a number": as_file(b"1e400"),
    "a list": as_file(b"[]"),
    "nested deep": as_file(b"[" * 100_000),
    "without data": as_file(b'{"version": 1}'),
    "of a newer version": as_file(envelope({"calls": [ROW], "unseen": []}, 2)),
    "of no version": as_file(envelope({"calls": [ROW], "unseen": []}, "one")),
    "a folder": Path.mkdir,
}
NO_LOG = {
    "no calls": {"calls": None, "unseen": []},
    "calls of another type": {"calls": {"1": ROW}, "unseen": []},
    "nothing": None,
    "text": "calls",
    "marks of another type": {"calls": [], "unseen": 5},
}
NO_TIMES = {
    "a list of times": [],
    "words": {"1000": "soon"},
    "too late": {"1000": 1e300},
    "too early": {"1000": -1e18},
    "yes": {"1000": True},
    "nothing": {"1000": None},
}


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set an entry up; it must be there then, whatever its files hold."""
    if entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_reload(entry.entry_id)
    else:
        entry.add_to_hass(hass)
        await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED


def repairs(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """Return the repair issues, of whomever."""
    return list(ir.async_get(hass).issues.values())


def kept_aside(path: Path) -> list[Path]:
    """Return what was kept of a damaged file."""
    return list(path.parent.glob(f"{path.name}.damaged-*"))


@pytest.mark.usefixtures("reachable")
@pytest.mark.parametrize(
    "damage",
    [
        *UNREADABLE.values(),
        *(as_file(envelope(data)) for data in NO_LOG.values()),
    ],
    ids=[*UNREADABLE, *NO_LOG],
)
async def test_a_damaged_call_log_stops_nothing(
    hass: HomeAssistant,
    pbx: Simulator,
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    damage: Callable[[Path], object],
) -> None:
    """It is kept aside, one repair says so, and the next calls are stored."""
    path = path_of(hass, entry, CALL_LOG)
    path.parent.mkdir(exist_ok=True)
    damage(path)
    await set_up(hass, entry)
    [aside] = kept_aside(path)
    [issue] = repairs(hass)
    assert issue.translation_key == "call_log_unreadable"
    assert (issue.translation_placeholders or {})["file"] == aside.name
    await miss_a_call(hass, pbx)
    await pass_time(hass, SAVE_DELAY + 1)
    assert len(stored(path)["calls"]) == 1
    assert "Traceback" not in caplog.text
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.usefixtures("reachable")
async def test_rows_that_can_be_read_are_kept(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """The repair says how many could not be."""
    path = path_of(hass, entry, CALL_LOG)
    path.parent.mkdir(exist_ok=True)
    bad = [ROW | {"started": 1e300}, ROW | {"rang": "1000"}, 5, None, {}]
    path.write_bytes(envelope({"calls": [*bad, ROW], "unseen": [ROW["call_id"]]}))
    await set_up(hass, entry)
    assert list(entry.runtime_data.calls.log) == [ROW["call_id"]]
    assert entry.runtime_data.call_log.missed == 1
    [issue] = repairs(hass)
    assert (issue.translation_placeholders or {})["lost"] == "5"
    assert len(kept_aside(path)) == 1
    await hass.config_entries.async_unload(entry.entry_id)
    assert len(stored(path)["calls"]) == 1


@pytest.mark.usefixtures("reachable")
@pytest.mark.parametrize(
    "damage",
    [
        *UNREADABLE.values(),
        *(as_file(envelope(data)) for data in NO_TIMES.values()),
        as_file(b'{"version": 1, "data": {"1000": NaN}}'),
    ],
    ids=[*UNREADABLE, *NO_TIMES, "not a number"],
)
async def test_damaged_ends_of_do_not_disturb_stop_nothing(
    hass: HomeAssistant,
    pbx: Simulator,
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    damage: Callable[[Path], object],
) -> None:
    """A phone stays as it is, one repair says so, and the next end is stored."""
    pbx.state.extensions["1000"].dnd = True
    path = path_of(hass, entry, TIMES)
    path.parent.mkdir(exist_ok=True)
    damage(path)
    await set_up(hass, entry)
    await pass_time(hass, 2)
    assert pbx.state.extensions["1000"].dnd
    [issue] = repairs(hass)
    assert issue.translation_key == "do_not_disturb_damaged"
    assert len(kept_aside(path)) == 1
    await be_quiet(hass, "1002")
    assert list(stored(path)) == ["1002"]
    assert "Traceback" not in caplog.text
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.usefixtures("reachable")
async def test_ends_that_can_be_read_are_kept(
    hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry
) -> None:
    """One that is overdue comes at once."""
    for number in ("1000", "1002"):
        pbx.state.extensions[number].dnd = True
    path = path_of(hass, entry, TIMES)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(envelope({"1000": 1e300, "1002": 0}))
    await set_up(hass, entry)
    await pass_time(hass, 2)
    assert pbx.state.extensions["1000"].dnd
    assert not pbx.state.extensions["1002"].dnd
    await hass.config_entries.async_unload(entry.entry_id)


async def test_damaged_files_go_with_the_entry(
    hass: HomeAssistant, reachable: None, entry: MockConfigEntry
) -> None:
    """They hold who called whom."""
    path = path_of(hass, entry, CALL_LOG)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"{")
    await set_up(hass, entry)
    await hass.config_entries.async_remove(entry.entry_id)
    assert not [item.name for item in path.parent.iterdir() if DOMAIN in item.name]


async def be_quiet(hass: HomeAssistant, extension: str) -> None:
    """Set do not disturb with an end."""
    await hass.services.async_call(
        DOMAIN,
        "set_do_not_disturb",
        {
            "extension": extension,
            "enabled": True,
            "until": dt_util.now() + timedelta(hours=1),
        },
        blocking=True,
    )


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Return how to let the disk be full, or not any more."""
    write = Store._async_write_data

    async def fail(store: object, data: object) -> None:
        raise WriteError("No space left on device")

    def set_full(full: bool) -> None:
        monkeypatch.setattr(Store, "_async_write_data", fail if full else write)

    return set_full


async def test_no_phone_is_quiet_for_good_since_the_disk_is_full(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    full_disk: Callable[[bool], None],
) -> None:
    """Whose end cannot be stored is not begun."""
    full_disk(True)
    with pytest.raises(HomeAssistantError) as caught:
        await be_quiet(hass, "1000")
    assert caught.value.translation_key == "not_stored"
    assert not pbx.state.extensions["1000"].dnd
    assert loaded.runtime_data.do_not_disturb.until("1000") is None


async def test_an_earlier_end_stays_when_a_later_one_cannot_be_stored(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    full_disk: Callable[[bool], None],
) -> None:
    """Both here and on the disk."""
    await be_quiet(hass, "1000")
    before = loaded.runtime_data.do_not_disturb.until("1000")
    full_disk(True)
    with pytest.raises(HomeAssistantError):
        await be_quiet(hass, "1000")
    full_disk(False)
    assert loaded.runtime_data.do_not_disturb.until("1000") == before
    await pass_time(hass, SAVE_DELAY + 1)
    path = path_of(hass, loaded, TIMES)
    assert before is not None
    assert stored(path) == {"1000": before.timestamp()}


async def test_a_phone_can_be_let_ring_while_the_disk_is_full(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    full_disk: Callable[[bool], None],
) -> None:
    """Its end is forgotten as soon as there is room."""
    await be_quiet(hass, "1000")
    full_disk(True)
    await hass.services.async_call(
        DOMAIN,
        "set_do_not_disturb",
        {"extension": "1000", "enabled": False},
        blocking=True,
    )
    assert not pbx.state.extensions["1000"].dnd
    full_disk(False)
    await pass_time(hass, SAVE_DELAY + 1)
    assert stored(path_of(hass, loaded, TIMES)) == {}


async def test_calls_are_stored_once_the_disk_has_room_again(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    full_disk: Callable[[bool], None],
) -> None:
    """Without another call."""
    full_disk(True)
    await miss_a_call(hass, pbx)
    await pass_time(hass, SAVE_DELAY + 1)
    full_disk(False)
    path = path_of(hass, loaded, CALL_LOG)
    assert not path.exists()
    await pass_time(hass, SAVE_DELAY + 1)
    assert len(stored(path)["calls"]) == 1


async def test_calls_without_a_pause_are_stored_in_time(
    hass: HomeAssistant,
    pbx: Simulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The delay counts from the first call that is not stored, not from the last."""
    delays: list[float] = []
    delay_save = PrivateStore.async_delay_save

    def note(store: PrivateStore, contents: Callable[[], Any], delay: float) -> None:
        delays.append(delay)
        delay_save(store, contents, delay)

    monkeypatch.setattr(PrivateStore, "async_delay_save", note)
    for _ in range(5):
        await miss_a_call(hass, pbx)
    assert delays == [SAVE_DELAY]
    await pass_time(hass, SAVE_DELAY + 1)
    assert len(stored(path_of(hass, loaded, CALL_LOG))["calls"]) == 5
    await miss_a_call(hass, pbx)
    assert delays == [SAVE_DELAY] * 2


async def test_calls_are_stored_when_home_assistant_stops(
    hass: HomeAssistant, pbx: Simulator, loaded: MockConfigEntry
) -> None:
    """With its own last write: entries are not unloaded then."""
    await miss_a_call(hass, pbx)
    hass.set_state(CoreState.stopping)
    hass.bus.async_fire_internal(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    hass.set_state(CoreState.running)
    assert len(stored(path_of(hass, loaded, CALL_LOG))["calls"]) == 1


def test_a_full_log_takes_little_of_the_disk() -> None:
    """It is written anew for one call: a row holds only what is there."""
    call = restored(
        {
            "call_id": "1763900000.1234",
            "legs": [["1763900000.1233", "inbound", "+493055501234"]],
            "direction": "inbound",
            "caller": "+493055501234",
            "callee": "6200",
            "trunk": "SIP-Home",
            "extensions": ["1000", "1001"],
            "rang": ["1000", "1001"],
            "started": 1763900000.0,
            "ended": 1763900020.0,
            "outcome": "no_answer",
            "missed": True,
            "ring_seconds": 20,
        }
    )
    assert call is not None
    row = stored_row(call)
    assert restored(row) == call
    assert 2000 * len(json.dumps(row)) < 800_000
