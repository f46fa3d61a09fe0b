"""The websocket of the events: how long it lives, what ends it, and what is lost then."""

import asyncio
from collections.abc import AsyncGenerator
from itertools import count
import json
import logging
import time
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.yeastar.pbx.errors import PbxError
from custom_components.yeastar.pbx.p_series import event_socket
from custom_components.yeastar.pbx.p_series.event_socket import (
    HEARTBEAT_SECONDS,
    PATIENCE,
)
from custom_components.yeastar.pbx.p_series.pbx import PSeriesPbx
from custom_components.yeastar.pbx.p_series.session import PSeriesSession
from custom_components.yeastar.pbx.reports import Report
from tests.simulator.p_series import Fault, PSeriesSimulator

from .house import Clock, House, requests_of, session_of, until

JAYSON, AMY = "1000", "1002"
MUM, TRUNK = "5503301", "SIP-142"


@pytest.fixture
def clock() -> Clock:
    """Return the clock of the session and of the PBX."""
    return Clock()


@pytest.fixture
async def box(clock: Clock, socket_enabled: None) -> AsyncGenerator[PSeriesSimulator]:
    """Return a PBX that goes by the clock of the test."""
    async with PSeriesSimulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let heartbeats come quickly, and the next attempt at once."""
    monkeypatch.setattr(event_socket, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr(event_socket, "PATIENCE", 0.3)
    shorten_pauses(monkeypatch)


def shorten_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the next attempt to connect follow almost at once."""
    module = "custom_components.yeastar.pbx.interface"
    monkeypatch.setattr(f"{module}._JITTER.uniform", lambda low, high: 0.02)


@pytest.fixture
def session(web: ClientSession, box: PSeriesSimulator, clock: Clock) -> PSeriesSession:
    """Return a session that did nothing yet."""
    return session_of(web, box, clock=clock.moment)


@pytest.fixture
async def house(
    box: PSeriesSimulator, session: PSeriesSession
) -> AsyncGenerator[House]:
    """Return a PBX whose events are followed."""
    house = House(box, PSeriesPbx("PBX", session))
    await house.start()
    yield house
    await house.stop()


@pytest.fixture
def heard(box: PSeriesSimulator, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what the PBX is told over the websocket."""
    texts: list[str] = []
    answer = box.hub._answer

    def listen(socket: Any, text: str) -> str:
        texts.append(text)
        return answer(socket, text)

    monkeypatch.setattr(box.hub, "_answer", listen)
    return texts


async def reconnected(house: House, times: int = 2) -> None:
    """Wait until so many connections were made, and the last one is followed."""
    await until(lambda: house.box.hub.opened >= times)
    await until(lambda: house.connected[-1] and house.box.sockets)


# A connection


async def test_it_subscribes_to_what_the_contract_names(
    heard: list[str], house: House
) -> None:
    """A later list would replace the first, so there is only one."""
    (text,) = heard
    topics = [*range(30007, 30020), 30022, 30023, 30025, 30026, 30029]
    topics += [30034, 30035, 30036]
    assert json.loads(text) == {"topic_list": topics}


async def test_it_connects_with_token_and_user_agent(house: House) -> None:
    """Without a `User-Agent` every request is refused."""
    (request,) = requests_of(house.box, "subscribe")
    assert request.headers["user-agent"] == "OpenAPI"
    assert request.query == {"access_token": house.box.sockets[0].token}


def test_heartbeats_come_often_enough() -> None:
    """The PBX closes what says nothing for a minute."""
    assert HEARTBEAT_SECONDS == 25
    assert PATIENCE == 20


async def test_heartbeats_come_whatever_arrives_meanwhile(
    quick: None, heard: list[str], house: House
) -> None:
    """Only what the client sends may count for the PBX."""
    started, before = time.monotonic(), heard.count("heartbeat")
    for _ in range(50):
        house.box.set_presence(JAYSON, "away")
        house.box.set_presence(JAYSON, "available")
        await asyncio.sleep(0.02)
    expected = (time.monotonic() - started) / 0.1
    assert min(expected / 3, 3) <= heard.count("heartbeat") - before <= expected + 2
    assert house.box.hub.opened == 1


async def test_a_silent_connection_is_kept(
    quick: None, box: PSeriesSimulator, session: PSeriesSession
) -> None:
    """The simulator closes one that says nothing for its minute."""
    box.timers.scale = 0.02
    house = House(box, PSeriesPbx("PBX", session))
    await house.start()
    await asyncio.sleep(2.5)
    assert box.hub.opened == 1
    assert house.connected == [True]
    await house.stop()


# What ends it


async def test_without_an_answer_to_heartbeats_it_reconnects(
    quick: None, house: House
) -> None:
    """A box that hangs keeps its connections open."""
    house.box.deafen_sockets()
    await until(lambda: not house.connected[-1])
    house.box.deafen_sockets(deaf=False)
    await reconnected(house)


async def test_a_subscription_without_an_answer_is_no_connection(
    web: ClientSession, box: PSeriesSimulator, quick: None
) -> None:
    """It is not said to work."""
    box.deafen_sockets()
    house = House(box, PSeriesPbx("PBX", session_of(web, box)))
    await house.pbx.poll(slowly=True)
    following = asyncio.create_task(
        house.pbx.follow(lambda body: None, house.connected.append)
    )
    await until(lambda: box.hub.opened >= 2)
    assert True not in house.connected
    box.deafen_sockets(deaf=False)
    await until(lambda: house.connected[-1])
    following.cancel()
    await house.pbx.close()


@pytest.mark.parametrize("how", ["cut", "close"])
async def test_a_connection_that_ends_is_made_again(
    monkeypatch: pytest.MonkeyPatch, house: House, how: str
) -> None:
    """With a close frame or without."""
    shorten_pauses(monkeypatch)
    if how == "cut":
        house.box.cut_sockets()
    else:
        await house.box.close_sockets()
    await reconnected(house)
    assert house.connected == [True, False, True]


async def test_a_dead_token_is_renewed_before_the_next_connection(
    monkeypatch: pytest.MonkeyPatch, house: House
) -> None:
    """The PBX says so by a frame in the place of an event."""
    shorten_pauses(monkeypatch)
    first = house.box.sockets[0].token
    house.box.expire_tokens()
    await reconnected(house)
    assert house.box.sockets[-1].token != first
    assert len(requests_of(house.box, "refresh_token")) == 1
    assert False in house.connected


async def test_a_token_that_a_poll_renewed_ends_the_connection_quietly(
    house: House, clock: Clock
) -> None:
    """It happens every 25 minutes, and is no failure of the events."""
    clock.now += 26 * 60
    await house.pbx.poll(slowly=False)
    await reconnected(house)
    assert False not in house.connected
    assert house.box.sockets[-1].token == await house.pbx.session.access_token()


async def test_the_connection_renews_its_token_by_itself(
    quick: None, house: House, clock: Clock
) -> None:
    """Polling may be switched off."""
    clock.now += 26 * 60
    await reconnected(house)
    assert len(requests_of(house.box, "refresh_token")) == 1
    assert False not in house.connected


async def test_a_renewal_that_fails_does_not_end_the_events(
    quick: None, house: House, clock: Clock
) -> None:
    """The token lives for five more minutes."""
    house.box.fail_next(Fault.CLOSE, 4, "refresh_token")
    clock.now += 26 * 60
    await until(lambda: len(requests_of(house.box, "refresh_token")) >= 3)
    house.box.set_presence(JAYSON, "away")
    await until(lambda: "presence" in types_of(house))
    assert house.box.hub.opened == 1
    await reconnected(house)
    assert False not in house.connected


async def test_a_renewal_that_hangs_does_not_hold_up_events(
    quick: None, house: House, clock: Clock
) -> None:
    """They arrive meanwhile."""
    house.box.fail_next(Fault.HANG, endpoint="refresh_token")
    clock.now += 26 * 60
    await until(lambda: requests_of(house.box, "refresh_token"))
    house.box.set_presence(JAYSON, "away")
    async with asyncio.timeout(1):
        await until(lambda: "presence" in types_of(house))


async def test_a_refused_upgrade_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, house: House
) -> None:
    """Its answer is HTTP, whatever the status."""
    shorten_pauses(monkeypatch)
    house.box.refuse_upgrades()
    house.box.cut_sockets()
    await until(lambda: len(requests_of(house.box, "subscribe")) >= 3)
    house.box.refuse_upgrades(refuse=False)
    await reconnected(house)
    assert house.box.logins_ok == 1


async def test_a_token_that_is_refused_at_the_door_is_renewed(
    monkeypatch: pytest.MonkeyPatch, house: House
) -> None:
    """The PBX restarted and forgot it: the upgrade is answered with JSON."""
    shorten_pauses(monkeypatch)
    house.box.sessions.forget_all()
    house.box.cut_sockets()
    await reconnected(house)
    assert house.box.logins_ok == 2


async def test_a_huge_frame_ends_the_connection(
    monkeypatch: pytest.MonkeyPatch, house: House
) -> None:
    """Nothing that long is an event; memory is bounded."""
    shorten_pauses(monkeypatch)
    house.box.send_report('{"type":30034,"msg":{"pad":"' + "x" * 100_000 + '"}}')
    await reconnected(house)


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "[]",
        "null",
        "heartbeat response",
        '{"errcode":0,"errmsg":"SUCCESS"}',
        '{"type":30011}',
        '{"type":30011,"msg":"{"}',
        '{"type":30011,"msg":"[]"}',
        '{"type":30011,"msg":{"members":[null,1,{"x":{}},{"extension":null}]}}',
        '{"type":30008,"msg":{"extension":{},"status":[]}}',
        '{"type":99999,"msg":"{}"}',
        '{"msg":"{}"}',
        "[" * 200,
    ],
)
async def test_garbage_changes_nothing(house: House, frame: str) -> None:
    """The connection stays, and so does all that is known."""
    states = dict(house.pbx.inventory.states)
    house.box.send_report(frame)
    house.box.set_presence(JAYSON, "away")
    await until(lambda: "presence" in types_of(house))
    assert house.pbx.inventory.states == states
    assert not house.pbx.calls.living
    assert house.box.hub.opened == 1


async def test_an_error_in_what_takes_the_events_ends_no_more_than_a_connection(
    monkeypatch: pytest.MonkeyPatch, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Otherwise one frame could end the events for good."""
    shorten_pauses(monkeypatch)
    listen = house.pbx._sink
    broken = True

    def fail_once(change: Any) -> None:
        nonlocal broken
        if change.report and broken:
            broken = False
            raise ValueError("a listener fails")
        listen(change)

    house.pbx.listen(fail_once)
    house.box.set_presence(JAYSON, "away")
    await reconnected(house)
    assert "a listener fails" in caplog.text
    house.box.set_presence(JAYSON, "available")
    await until(lambda: "presence" in types_of(house))
    caplog.clear()


async def test_its_end_is_told_once_the_events_are_no_longer_followed(
    house: House,
) -> None:
    """As when the entry is unloaded."""
    await house.stop()
    assert house.connected == [True, False]
    await until(lambda: not house.box.sockets)


# The state is taken anew


def types_of(house: House) -> list[str]:
    """Return the types of the reports that were told."""
    return [change.report.type.value for change in house.changes if change.report]


async def test_what_changed_while_it_was_away_is_found(
    monkeypatch: pytest.MonkeyPatch, house: House
) -> None:
    """No event is told again, so everything is asked for."""
    shorten_pauses(monkeypatch)
    house.box.refuse_upgrades()
    house.box.cut_sockets()
    await until(lambda: not house.connected[-1])
    house.box.internal_call(JAYSON, AMY)
    house.box.answer(AMY)
    house.box.set_device("1003", "Sip", registered=False)
    house.box.set_trunk_status(TRUNK, "unreachable")
    house.box.refuse_upgrades(refuse=False)
    await reconnected(house)
    assert house.call.answered_by == AMY
    assert house.state(AMY) == "in_call"
    assert house.state("1003") == "unregistered"
    assert house.pbx.inventory.trunks[TRUNK].state == "failure"


async def test_what_ended_while_it_was_away_ends(
    monkeypatch: pytest.MonkeyPatch, house: House
) -> None:
    """Two polls at least three seconds apart have to agree."""
    shorten_pauses(monkeypatch)
    house.box.internal_call(JAYSON, AMY)
    await house.settle()
    house.box.refuse_upgrades()
    house.box.cut_sockets()
    await until(lambda: not house.connected[-1])
    house.box.hang_up(JAYSON)
    house.box.refuse_upgrades(refuse=False)
    await reconnected(house)
    assert house.pbx.calls.living
    assert house.state(AMY) != "idle"


async def test_events_that_arrive_during_the_poll_wait_in_order(
    monkeypatch: pytest.MonkeyPatch, house: House
) -> None:
    """They are newer than what the poll says, and are applied after it."""
    shorten_pauses(monkeypatch)
    house.box.latency = 0.2
    opened = house.box.hub.opened
    house.changes.clear()
    house.box.cut_sockets()
    await until(lambda: house.box.hub.opened > opened and house.box.sockets[-1].topics)
    call = house.box.outside_call(MUM, to=JAYSON, trunk=TRUNK)
    house.box.answer(JAYSON)
    house.box.hang_up(JAYSON)
    await house.settle()
    assert not types_of(house)
    house.box.latency = 0
    await until(lambda: house.connected[-1])
    assert types_of(house) == [
        "call_status",
        "call_status",
        "extension_status",
        "call_status",
        "call_status",
        "extension_status",
        "call_status",
        "call_status",
        "extension_status",
        "call_record",
    ]
    assert house.ended.call_id == call.call_id
    assert house.ended.answered_by == JAYSON
    assert house.told == ["received", "answered", "ended"]


async def test_a_poll_that_fails_leads_to_another_connection(
    monkeypatch: pytest.MonkeyPatch, house: House
) -> None:
    """Events without the state before them would mislead."""
    shorten_pauses(monkeypatch)
    # aiohttp repeats a GET once that was closed before the answer.
    house.box.fail_next(Fault.CLOSE, 4, "extension/list")
    house.box.cut_sockets()
    await reconnected(house, times=4)
    assert house.connected.count(True) == 2
    assert len(requests_of(house.box, "subscribe")) == 4


async def test_events_of_a_connection_whose_poll_failed_are_not_lost(
    monkeypatch: pytest.MonkeyPatch, house: House
) -> None:
    """A record never comes again; the next poll corrects the rest."""
    call = house.box.outside_call(MUM, to=JAYSON, trunk=TRUNK)
    await house.settle()
    shorten_pauses(monkeypatch)
    house.box.latency = 0.1
    house.box.fail_next(Fault.CLOSE, 2, "call/query")
    house.box.cut_sockets()
    await until(lambda: house.box.hub.opened == 2 and house.box.sockets[-1].topics)
    house.box.answer(JAYSON)
    house.box.hang_up(JAYSON)
    house.box.latency = 0
    await reconnected(house, times=3)
    assert house.ended.call_id == call.call_id
    assert house.ended.answered_by == JAYSON
    assert house.told == ["received", "answered", "ended"]


async def test_events_before_the_first_poll_wait_for_it(
    web: ClientSession, box: PSeriesSimulator
) -> None:
    """What the first poll finds is no news, what comes after it is."""
    pbx = PSeriesPbx("PBX", session_of(web, box))
    house = House(box, pbx)
    pbx.receive(
        pbx.parse_report(
            b'{"type":30008,"msg":{"extension":"1000","status":"Ringing"}}'
        )
    )
    assert not house.changes
    await pbx.poll(slowly=True)
    assert house.state(JAYSON) == "ringing"
    await pbx.close()


async def test_only_so_many_events_wait(house: House) -> None:
    """A PBX that sends without end fills no memory."""
    house.pbx._holds = True
    report = Report(type=house.pbx.parse_report(b'{"type":1,"msg":{}}').type)
    for _ in range(2000):
        house.pbx.receive(report)
    assert len(house.pbx._waiting) == 1000


# A restart of the PBX


async def test_channels_that_are_used_again_are_other_parties(
    monkeypatch: pytest.MonkeyPatch, house: House, clock: Clock
) -> None:
    """The PBX counts them from the beginning after a restart."""
    shorten_pauses(monkeypatch)
    house.box.board.channels = count(1)
    house.box.internal_call(JAYSON, AMY)
    house.box.answer(AMY)
    await house.settle()
    first = house.call
    clock.now += 600
    house.box.reboot()
    house.box.board.channels = count(1)
    await reconnected(house)
    assert house.pbx.inventory.last_restart

    house.box.internal_call(JAYSON, AMY)
    await house.settle()
    second = next(call for call in house.pbx.calls.living.values() if call != first)
    assert second.leg_ids == first.leg_ids
    assert second.answered_by == ""
    house.box.hang_up(JAYSON)
    await house.settle()
    house.tick()
    assert house.pbx.calls.log[second.call_id].answered_by == ""


async def test_a_restart_of_the_pbx_is_survived(
    monkeypatch: pytest.MonkeyPatch, house: House
) -> None:
    """It forgot every token, and is away for a moment."""
    shorten_pauses(monkeypatch)
    house.box.reboot(down=0.3)
    await until(lambda: not house.connected[-1])
    await reconnected(house)
    assert house.box.logins_ok == 2
    house.box.internal_call(JAYSON, AMY)
    await house.settle()
    assert house.state(AMY) == "ringing"


async def test_following_needs_no_poll_of_its_own_to_end(house: House) -> None:
    """A task that follows ends when it is cancelled, and leaves nothing behind."""
    before = asyncio.all_tasks()
    await house.stop()
    assert len(asyncio.all_tasks()) < len(before)
    with pytest.raises(PbxError):
        await house.pbx.poll(slowly=False)


async def test_the_log_is_quiet_about_reconnections(
    monkeypatch: pytest.MonkeyPatch, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """A PBX that is away is logged by what polls it, once."""
    shorten_pauses(monkeypatch)
    house.box.cut_sockets()
    await reconnected(house)
    ours = [r for r in caplog.records if r.name.startswith("custom_components")]
    assert not [r for r in ours if r.levelno > logging.DEBUG]


@pytest.mark.parametrize(
    ("frame", "outlasts"),
    [
        (b'{"type":30012,"sn":"1","msg":"{}"}', True),
        (b'{"sn":"1","type" : "30016","msg":{}}', True),
        (b'{"type":30034,"msg":{}}', True),
        (b'{"type":30011,"msg":"{}"}', False),
        (b'{"type":30008,"msg":"{\\"extension\\":\\"30012\\"}"}', False),
        (b'{"type":300120,"msg":"{}"}', False),
    ],
)
def test_what_no_poll_tells_is_known_unread(
    house: House, frame: bytes, outlasts: bool
) -> None:
    """It is kept rather than others when too many come."""
    assert house.pbx.outlasts_polls(frame) is outlasts
