"""An S-Series PBX that takes logins by API v2.0.0 alone."""

from collections.abc import AsyncGenerator
import time
from typing import Any

import aiohttp
import pytest

from custom_components.yeastar.pbx.calls.call import Call, CallEvent, Outcome
from custom_components.yeastar.pbx.clock import Moment
from custom_components.yeastar.pbx.errors import (
    PbxProtocolError,
    PbxRefusedError,
    PbxUnsupportedError,
    Refusal,
)
from custom_components.yeastar.pbx.interface import Change, Feature
from custom_components.yeastar.pbx.models import (
    CallDirection,
    CallStatus,
    Destination,
    DestinationKind,
    ExtensionChange,
    ExtensionState,
    ForwardTo,
    ForwardWhen,
    MonitorMode,
)
from custom_components.yeastar.pbx.s_series.client import ReportTarget
from custom_components.yeastar.pbx.s_series.v2 import (
    SSeriesV2Client,
    SSeriesV2Pbx,
    read_call,
)
from custom_components.yeastar.pbx.wire import Pairs
from tests.simulator import Simulator
from tests.simulator.versions import Versions

JAYSON, AMY, INA = "1000", "1002", "1003"
MUM, TRUNK = "5503301", "SIP-142"
TARGET = ReportTarget(port=9, path="reports")


class House:
    """A PBX, and what the library learns of it by its reports."""

    def __init__(self, box: Simulator, client: SSeriesV2Client) -> None:
        """Listen to the library."""
        self.box = box
        self.later = 0.0
        self.pbx = pbx = SSeriesV2Pbx("PBX", client, clock=self.moment)
        self.changes: list[Change] = []
        self._read = 0
        pbx.listen(self.changes.append)

    def moment(self) -> Moment:
        """Return the time, which a test may let pass."""
        return Moment(time.time() + self.later, time.monotonic() + self.later)

    async def report(self) -> None:
        """Let the library receive what the PBX reported so far."""
        await self.box.settle()
        for report in self.box.reports[self._read :]:
            self.pbx.receive(self.pbx.parse_report(report.raw))
        self._read = len(self.box.reports)

    @property
    def call(self) -> Call:
        """Return the only living call."""
        (call,) = self.pbx.calls.living.values()
        return call

    def is_call(self, status: CallStatus) -> bool:
        """Return whether the only living call has got there."""
        return self.call.status is status

    @property
    def events(self) -> list[CallEvent]:
        """Return what happened to calls as a whole."""
        return [
            event for change in self.changes for event in change.events if event.whole
        ]

    def end(self) -> Call:
        """Return the call that ended, after its last reports had time to come."""
        while (due := self.pbx.calls.next_due) is not None:
            self.pbx.tick(due)
        return self.events[-1].call

    def state(self, number: str) -> ExtensionState | None:
        """Return what an extension does."""
        return self.pbx.inventory.states.get(number)

    def bodies(self, endpoint: str) -> list[dict[str, Any]]:
        """Return what was sent to one operation."""
        return [
            dict(request.body)
            for request in self.box.requests
            if request.endpoint == endpoint
        ]


@pytest.fixture
async def house(socket_enabled: None) -> AsyncGenerator[House]:
    """Return such a PBX, polled once; nothing takes the reports that it posts."""
    async with Simulator() as box, aiohttp.ClientSession() as web:
        box.quirks.versions = Versions.V2_ONLY
        box.poster.attempts = 1
        client = SSeriesV2Client(
            web,
            host=box.host,
            port=box.port,
            ssl=False,
            username=box.username,
            password=box.password,
            report_target=TARGET,
        )
        house = House(box, client)
        await house.pbx.poll(slowly=True)
        yield house
        await house.pbx.close()


def to(number: str, kind: DestinationKind = DestinationKind.EXTENSION) -> Destination:
    """Return a destination."""
    return Destination(kind=kind, number=number)


def outside(number: str = MUM) -> Destination:
    """Return a number outside."""
    return to(number, DestinationKind.OUTSIDE)


# What it is and has


async def test_it_is_known_by_its_lists(house: House) -> None:
    """Under the names of this version, which every request names."""
    inventory = house.pbx.inventory
    assert inventory.device
    assert inventory.device.serial_number == house.box.state.device.sn
    assert inventory.extensions[JAYSON].name == "Jayson"
    assert house.state(JAYSON) is ExtensionState.IDLE
    assert TRUNK in inventory.trunks
    assert {request.path.split("/")[2] for request in house.box.requests} == {"v2.0.0"}


async def test_reports_are_asked_for_in_its_own_shape(house: House) -> None:
    """At the login, and by a heartbeat."""
    await house.pbx.register_reports(by_login=False)
    await house.pbx.register_reports(by_login=True)
    first, again = house.bodies("login")
    (heartbeat,) = house.bodies("heartbeat")
    assert first["version"] == again["version"] == heartbeat["version"] == "2.0.0"


async def test_settings_are_read_and_changed(house: House) -> None:
    """Of the extension that its number names."""
    await house.pbx.update_extension(JAYSON, ExtensionChange(do_not_disturb=True))
    settings = await house.pbx.settings_of_one(JAYSON)
    assert settings.number == JAYSON
    assert settings.do_not_disturb
    assert settings.forwarding[ForwardWhen.ALWAYS].to is ForwardTo.OFF


async def test_destinations_are_listed(house: House) -> None:
    """The IVRs and the queues."""
    kinds = {found.kind for found in await house.pbx.destinations()}
    assert kinds == {DestinationKind.IVR, DestinationKind.QUEUE}


async def test_it_has_no_wake_up_calls(house: House) -> None:
    """What they are called in this version is in no guide at hand."""
    assert Feature.WAKE_UP_CALLS not in house.pbx.features


async def test_a_recording_is_got(house: House) -> None:
    """As in v1."""
    name = "20261127-auto.wav"
    house.box.recordings.keep(name, 1)
    async with house.pbx.recording(name) as recording:
        got = b"".join([piece async for piece in recording.pieces()])
    assert got == house.box.recordings.files[name]


async def test_where_v1_is_served_again_it_is_unsupported(house: House) -> None:
    """So that the next setup looks for the version anew."""
    house.box.quirks.versions = Versions.V1_0_ONLY
    house.pbx.forget_session()
    with pytest.raises(PbxUnsupportedError):
        await house.pbx.poll(slowly=False)
    assert house.pbx.api_version == ""


# Calls


async def test_an_inbound_call_is_followed_to_its_end(house: House) -> None:
    """By the reports alone."""
    house.box.outside_call(MUM, to=JAYSON, trunk=TRUNK)
    await house.report()
    call = house.call
    assert (call.direction, call.status) == (CallDirection.INBOUND, CallStatus.RINGING)
    assert (call.caller, call.callee) == (MUM, JAYSON)
    assert house.state(JAYSON) is ExtensionState.RINGING
    house.box.answer(JAYSON)
    await house.report()
    assert house.is_call(CallStatus.TALKING)
    assert house.call.answered_by == JAYSON
    house.box.hang_up(JAYSON)
    await house.report()
    ended = house.end()
    assert ended.outcome is Outcome.ANSWERED
    assert [event.type for event in house.events] == ["received", "answered", "ended"]
    assert house.state(JAYSON) is ExtensionState.IDLE


async def test_calls_on_trunks_are_followed_by_polls(house: House) -> None:
    """Where no report arrives."""
    house.box.outside_call(MUM, to=JAYSON, trunk=TRUNK)
    await house.pbx.poll(slowly=False)
    assert house.is_call(CallStatus.RINGING)
    house.box.answer(JAYSON)
    await house.pbx.poll(slowly=False)
    assert house.is_call(CallStatus.TALKING)


async def test_an_internal_call_lives_as_long_as_its_phones_are_busy(
    house: House,
) -> None:
    """No query lists it; the report of its end may be lost."""
    house.box.internal_call(JAYSON, AMY)
    await house.report()
    house.box.answer(AMY)
    await house.report()
    await house.pbx.poll(slowly=False)
    assert house.is_call(CallStatus.TALKING)
    assert house.call.direction is CallDirection.INTERNAL
    house.box.hang_up(JAYSON)
    await house.box.settle()
    for _ in range(2):
        await house.pbx.poll(slowly=False)
        house.later += 10
    house.end()
    assert not house.pbx.calls.living


async def test_an_extension_calls_outside(house: House) -> None:
    """Its own phone rings first."""
    call_id = await house.pbx.dial(JAYSON, outside())
    assert house.bodies("call/dial") == [
        {"caller": JAYSON, "callee": MUM, "autoanswer": "no"}
    ]
    assert house.call.call_id == call_id
    assert house.call.direction is CallDirection.OUTBOUND
    house.box.answer(JAYSON)
    await house.report()
    house.box.answer_outside(house.box.calls[call_id])
    await house.report()
    assert house.is_call(CallStatus.TALKING)
    assert house.call.callee == MUM


@pytest.mark.parametrize("callee", [to(AMY), outside()])
async def test_a_prompt_is_played(house: House, callee: Destination) -> None:
    """To a phone or to an outside number."""
    await house.pbx.play_prompts(
        callee, sorted(house.box.state.prompts)[:1], permission_of=JAYSON
    )
    (body,) = house.bodies("call/playprompt")
    assert body["number"] == callee.number


@pytest.mark.parametrize("callee", [to(AMY), outside()])
async def test_a_call_is_connected_to_an_ivr(house: House, callee: Destination) -> None:
    """A phone calls it; it calls an outside number."""
    ivr = next(iter(house.box.state.ivrs))
    await house.pbx.dial_to(callee, to(ivr, DestinationKind.IVR), permission_of=JAYSON)
    (body,) = house.bodies("call/dial")
    ends = (body["caller"], body["callee"])
    assert ends == ((AMY, ivr) if callee.number == AMY else (ivr, MUM))


async def test_two_outside_numbers_are_connected(house: House) -> None:
    """With the permission of an extension."""
    await house.pbx.call_back(MUM, "5503302", permission_of=JAYSON)
    (body,) = house.bodies("call/dial")
    assert body["dialpermission"] == JAYSON


async def talk(house: House) -> Call:
    """Let an outside caller talk to a phone."""
    house.box.outside_call(MUM, to=JAYSON, trunk=TRUNK)
    house.box.answer(JAYSON)
    await house.report()
    return house.call


async def test_a_call_is_held_muted_and_resumed(house: House) -> None:
    """By the channel of the phone."""
    await talk(house)
    await house.pbx.hold(JAYSON)
    await house.report()
    assert house.is_call(CallStatus.ON_HOLD)
    await house.pbx.resume(JAYSON)
    await house.pbx.mute(JAYSON)
    await house.pbx.unmute(JAYSON)
    await house.report()
    assert house.is_call(CallStatus.TALKING)
    assert (
        len(
            {
                house.bodies(f"call/{name}")[0]["channelid"]
                for name in ("hold", "unhold", "mute", "unmute")
            }
        )
        == 1
    )


async def test_a_supervisor_listens(house: House) -> None:
    """To the channel of the phone."""
    await talk(house)
    house.box.state.extensions["1005"].monitor_mode = "Listen"
    await house.pbx.monitor("1005", JAYSON, MonitorMode.LISTEN)
    (body,) = house.bodies("call/listen")
    assert body["type"] == "listen"


@pytest.mark.parametrize("target", [to(AMY), outside("5503302")])
async def test_a_call_is_transferred(house: House, target: Destination) -> None:
    """Outside with the permission of an extension."""
    call = await talk(house)
    leg = call.legs[0]
    await house.pbx.transfer(call, leg, target, permission_of=JAYSON)
    (body,) = house.bodies("call/transfer")
    assert (body["channelid"], body["number"]) == (leg.id, target.number)
    assert ("dialpermission" in body) is (target.number != AMY)


async def test_an_internal_call_is_transferred(house: House) -> None:
    """Its caller is moved."""
    house.box.internal_call(JAYSON, AMY)
    house.box.answer(AMY)
    await house.report()
    await house.pbx.transfer(house.call, None, to(INA), permission_of="")
    assert len(house.bodies("call/transfer")) == 1


async def test_a_call_is_ended_by_phone_and_by_leg(house: House) -> None:
    """By the channel of the member that is meant."""
    call = await talk(house)
    await house.pbx.hang_up(call, call.legs[0])
    await house.report()
    assert house.end().outcome is Outcome.ANSWERED
    await talk(house)
    await house.pbx.hang_up_extension(JAYSON)
    assert not house.box.calls


async def test_a_call_that_is_over_is_refused(house: House) -> None:
    """In the same words as by every other family."""
    call = await talk(house)
    house.box.hang_up(JAYSON)
    with pytest.raises(PbxRefusedError) as refused:
        await house.pbx.hang_up(call, None)
    assert refused.value.reason is Refusal.CALL_UNKNOWN
    await house.report()
    house.end()
    with pytest.raises(PbxRefusedError) as refused:
        await house.pbx.transfer(call, None, to(AMY), permission_of="")
    assert refused.value.reason is Refusal.CALL_UNKNOWN


@pytest.mark.parametrize("decision", ["accept", "refuse"])
async def test_an_offered_call_is_decided(house: House, decision: str) -> None:
    """Within ten seconds."""
    house.box.state.trunks[TRUNK].answering_control = True
    house.box.outside_call(MUM, to=JAYSON, trunk=TRUNK)
    await house.report()
    call = house.call
    await getattr(house.pbx, decision)(call, call.legs[0])
    assert len(house.bodies(f"call/{decision}_inbound")) == 1


def test_a_row_without_an_id_is_no_call() -> None:
    """It is left out."""
    with pytest.raises(PbxProtocolError):
        read_call(Pairs())
