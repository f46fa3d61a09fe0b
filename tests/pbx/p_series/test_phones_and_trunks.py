"""What a P-Series tells of phones and trunks, and what it does not tell."""

import pytest

from custom_components.yeastar.pbx.errors import PbxProtocolError
from custom_components.yeastar.pbx.models import ExtensionState, TrunkState
from custom_components.yeastar.pbx.p_series.listings import read_extension
from custom_components.yeastar.pbx.p_series.phones import IDLE_SECONDS
from custom_components.yeastar.pbx.wire import decode_object
from tests.simulator.p_series import Empty

from .house import Clock, House

JAYSON, AMY, INA = "1000", "1002", "1003"
TRUNK = "SIP-142"


async def test_an_extension_that_is_deleted_is_gone(house: House) -> None:
    """Once three lists agree."""
    house.box.remove_extension(INA)
    await house.settle()
    for _ in range(3):
        await house.pbx.poll(slowly=True)
    assert INA not in house.pbx.inventory.extensions
    assert house.state(INA) is None


async def test_a_phone_whose_last_event_was_lost_is_idle_in_the_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Queries show no call of it for some seconds."""
    clock = Clock()
    monkeypatch.setattr(house.pbx, "_clock", clock.moment)
    house.box.send_event(30008, {"extension": JAYSON, "status": "Busy"})
    await house.settle()
    assert house.state(JAYSON) is ExtensionState.IN_CALL
    await house.pbx.poll(slowly=False)
    assert house.state(JAYSON) is ExtensionState.IN_CALL
    clock.now += IDLE_SECONDS
    await house.pbx.poll(slowly=False)
    assert house.state(JAYSON) is ExtensionState.IDLE


@pytest.mark.parametrize("empty", Empty)
async def test_a_call_of_which_nothing_is_told_ends_after_two_queries(
    house: House, monkeypatch: pytest.MonkeyPatch, empty: Empty
) -> None:
    """At least three seconds apart, however the PBX says that it has no calls."""
    clock = Clock()
    monkeypatch.setattr(house.pbx, "_clock", clock.moment)
    house.box.quirks.idle_query = empty
    house.box.internal_call(JAYSON, AMY)
    house.box.answer(AMY)
    await house.settle()
    house.box.board.lose_everything()
    for seconds, lives in ((0, True), (2.9, True), (0.2, False)):
        clock.now += seconds
        await house.pbx.poll(slowly=False)
        assert bool(house.pbx.calls.living) is lives


async def test_an_unregistered_phone_that_is_in_a_call_is_in_a_call(
    house: House,
) -> None:
    """That it is unregistered counts where it would be idle."""
    house.box.internal_call(JAYSON, AMY)
    house.box.answer(AMY)
    await house.settle()
    house.box.set_device(AMY, "Sip", registered=False)
    await house.settle()
    await house.pbx.poll(slowly=False)
    assert house.state(AMY) is ExtensionState.IN_CALL
    house.box.hang_up(JAYSON)
    await house.settle()
    assert house.state(AMY) is ExtensionState.UNREGISTERED


@pytest.mark.parametrize(
    ("numbers", "state"),
    [
        ((1,), TrunkState.IDLE),
        ((2,), TrunkState.BUSY),
        ((3,), TrunkState.REGISTERED),
        ((4, 5), TrunkState.REGISTERING),
        ((11, 12, 21, 22, 23, 31), TrunkState.FAULT),
        ((32,), TrunkState.POWER_OFF),
        ((33,), TrunkState.NO_SIM),
        ((34,), TrunkState.NO_SIGNAL),
        ((35,), TrunkState.PIN_ERROR),
        ((36, 41, 42, 43, 45), TrunkState.FAILURE),
        ((44,), TrunkState.DISABLED),
        ((0, 6, 99, -1), None),
    ],
)
async def test_each_number_of_a_trunk_has_its_word(
    house: House, numbers: tuple[int, ...], state: TrunkState | None
) -> None:
    """Those of the guide, and no other; the event and the list agree."""
    for number in numbers:
        house.box.send_event(30010, {"trunk_name": TRUNK, "status": number})
        await house.settle()
        trunk = house.pbx.inventory.trunks[TRUNK]
        assert (trunk.state, trunk.status) == (state, str(number))
    house.box.state.trunks[TRUNK].status = numbers[-1]
    await house.pbx.poll(slowly=True)
    assert house.pbx.inventory.trunks[TRUNK].state is state


async def test_a_trunk_that_fails_is_told_at_once(house: House) -> None:
    """By event 30010."""
    house.box.set_trunk_status(TRUNK, 41)
    await house.settle()
    trunk = house.pbx.inventory.trunks[TRUNK]
    assert (trunk.state, trunk.status) == ("failure", "41")


async def test_a_trunk_that_is_not_known_is_left_out(house: House) -> None:
    """The next list tells of it."""
    before = dict(house.pbx.inventory.trunks)
    house.box.send_event(30010, {"trunk_name": "New", "status": 1})
    await house.settle()
    assert house.pbx.inventory.trunks == before


async def test_what_is_not_monitored_is_named(house: House) -> None:
    """The PBX sends no events about it."""
    assert await house.pbx.unmonitored() == []
    state = house.box.state
    state.extensions[AMY].monitor_calls = False
    state.extensions[INA].monitor_registration = False
    state.trunks[TRUNK].monitor_calls = False
    assert await house.pbx.unmonitored() == [AMY, INA, TRUNK]


def test_an_extension_without_its_id_is_no_extension() -> None:
    """Its settings could not be changed."""
    with pytest.raises(PbxProtocolError, match="id of an extension"):
        read_extension(decode_object(b'{"number": "1000"}'))
