"""What a P-Series refuses, and what it answers that cannot be relied on."""

from unittest.mock import AsyncMock, patch

import pytest

from custom_components.yeastar.pbx.errors import (
    PbxError,
    PbxProtocolError,
    PbxRecordingGoneError,
    PbxRefusedError,
    PbxUnsupportedError,
    Refusal,
)
from custom_components.yeastar.pbx.models import (
    Destination,
    DestinationKind,
    ExtensionChange,
)

from .house import House, requests_of, until

JAYSON, AMY = "1000", "1002"
TRUNK = "SIP-142"


async def test_a_call_without_an_id_is_no_call(house: House) -> None:
    """Nothing could be done to it."""
    callee = Destination(kind=DestinationKind.EXTENSION, number=AMY)
    with (
        patch.object(house.pbx.session, "post", AsyncMock(return_value={"errcode": 0})),
        pytest.raises(PbxProtocolError, match="no id"),
    ):
        await house.pbx.dial(JAYSON, callee)


@pytest.mark.parametrize(
    ("errcode", "reason"),
    [
        ("10001", None),
        ("60001", Refusal.CONTROL_TOO_LATE),
    ],
)
async def test_a_decision_that_comes_too_late(
    house: House, errcode: str, reason: Refusal | None
) -> None:
    """The call went on after its ten seconds; other refusals are told as they are."""
    house.box.state.trunks[TRUNK].answering_control = True
    house.box.outside_call("5503301", to=JAYSON, trunk=TRUNK)
    await house.settle()
    call = house.call
    leg = call.leg()
    assert leg
    house.box.refuse_next(errcode, "call/accept_inbound")
    with pytest.raises(PbxError) as raised:
        await house.pbx.accept(call, leg)
    refused = isinstance(raised.value, PbxRefusedError) and raised.value.reason
    assert (refused is Refusal.CONTROL_TOO_LATE) == (reason is not None)


async def test_an_extension_that_is_not_known_is_not_changed(house: House) -> None:
    """Its id is not known."""
    with pytest.raises(PbxRefusedError) as raised:
        await house.pbx.update_extension("1999", ExtensionChange(do_not_disturb=True))
    assert raised.value.reason is Refusal.EXTENSION_UNKNOWN


@pytest.mark.parametrize(
    ("change", "presence"),
    [
        (ExtensionChange(do_not_disturb=True), "do_not_disturb"),
        (ExtensionChange(do_not_disturb=False), "available"),
        (ExtensionChange(do_not_disturb=False, presence="lunch"), "lunch"),
    ],
)
async def test_do_not_disturb_is_a_presence(
    house: House, change: ExtensionChange, presence: str
) -> None:
    """Off means *Available* where no other presence is wanted."""
    await house.pbx.update_extension(JAYSON, change)
    assert house.box.state.extensions[JAYSON].presence == presence


async def test_what_is_no_presence_is_not_changed(house: House) -> None:
    """A P-Series forwards calls by presence."""
    before = len(house.box.requests)
    with pytest.raises(PbxUnsupportedError):
        await house.pbx.update_extension(JAYSON, ExtensionChange())
    assert len(house.box.requests) == before


async def test_a_recording_that_was_deleted_is_gone(house: House) -> None:
    """Its name alone does not bring it back."""
    with pytest.raises(PbxRecordingGoneError):
        async with house.pbx.recording("20261123-1000.wav"):
            pass


async def test_what_is_no_name_of_a_file_is_not_asked_for(house: House) -> None:
    """Records carry what callers send."""
    before = len(house.box.requests)
    with pytest.raises(PbxRecordingGoneError):
        async with house.pbx.recording("../20261123-1000.wav"):
            pass
    assert len(house.box.requests) == before


async def test_a_recording_that_is_refused_is_not_called_gone(house: House) -> None:
    """It may be there tomorrow."""
    house.box.refuse_next("10005", "recording/download")
    with pytest.raises(PbxRefusedError) as raised:
        async with house.pbx.recording("20261123-1000.wav"):
            pass
    assert not isinstance(raised.value, PbxRecordingGoneError)


# The session


async def test_a_token_is_kept_alive_without_a_query(house: House) -> None:
    """Which is all that is sent."""
    house.pbx.forget_session()
    before = len(house.box.requests)
    await house.pbx.keep_alive()
    assert [r.endpoint for r in house.box.requests[before:]] == ["refresh_token"]


async def test_a_lock_out_that_is_known_is_waited_out(house: House) -> None:
    """After a restart of Home Assistant as well."""
    await house.stop()
    house.pbx.wait_out(60)
    before = len(requests_of(house.box, "get_token"))
    with pytest.raises(PbxError):
        await house.pbx.keep_alive()
    assert len(requests_of(house.box, "get_token")) == before


async def test_it_knows_its_own_address(house: House) -> None:
    """As the PBX sees it."""
    assert house.pbx.own_address == "127.0.0.1"


# The subscription of events


@pytest.mark.parametrize("answer", ['{"errmsg": "?"}', '{"errcode": 10005}'])
async def test_a_subscription_that_is_not_confirmed_is_tried_again(
    house: House, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    """The events are not said to arrive before."""
    module = "custom_components.yeastar.pbx.interface"
    monkeypatch.setattr(f"{module}._JITTER.uniform", lambda low, high: 0.02)
    opened = house.box.hub.opened
    with patch.object(house.box.hub, "_answer", lambda socket, text: answer):
        house.box.cut_sockets()
        await until(lambda: house.box.hub.opened >= opened + 2)
        assert not house.connected[-1]
    house.box.cut_sockets()
    await until(lambda: house.connected[-1])
