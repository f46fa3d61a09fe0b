"""The websocket of the P-Series simulator, and how it goes wrong."""

import asyncio
from collections.abc import AsyncIterator
import json

from aiohttp import ClientSession, WSServerHandshakeError
import pytest

from .simulator.p_series import PSeriesSimulator, sockets
from .simulator.p_series.peer import Client, Desk, desk, subscribed, told

pytestmark = pytest.mark.usefixtures("socket_enabled")
SUCCESS = {"errcode": 0, "errmsg": "SUCCESS"}
EXPIRED = '{"errcode":10004,"errmsg":"TOKEN EXPIRED"}'
MINUTE = 0.5
"""How long a minute lasts in tests with scaled time."""


@pytest.fixture
async def at() -> AsyncIterator[Desk]:
    """Return a desk with a subscriber to everything."""
    async with desk() as one:
        yield one


async def refused(client: Client, token: str) -> int:
    """Return the status with which an upgrade is refused."""
    with pytest.raises(WSServerHandshakeError) as caught:
        async with subscribed(client, token):
            pass
    return caught.value.status


# Subscribing


async def test_an_upgrade_with_a_bad_token_is_refused(at: Desk) -> None:
    """With an answer like any other, so with status 200."""
    assert await refused(at.api, "nonsense") == 200
    assert await refused(at.api, "") == 200
    assert len(at.pbx.sockets) == 1


async def test_asking_without_an_upgrade_is_a_bad_request(at: Desk) -> None:
    """The one status that is not 200."""
    answer = await at.api.raw("GET", "subscribe", f"access_token={at.api.token}")
    assert answer.startswith(b"HTTP/1.1 400 ")


async def test_an_upgrade_needs_a_user_agent(at: Desk) -> None:
    """As every request."""
    headers = (
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    )
    at.api.agent = ""
    query = f"access_token={at.api.token}"
    answer = await at.api.raw("GET", "subscribe", query, headers=headers)
    assert b'"errcode":40002' in answer


async def test_upgrades_can_be_refused(at: Desk) -> None:
    """All of them."""
    at.pbx.refuse_upgrades()
    assert await refused(at.api, at.api.token) == 503
    at.pbx.refuse_upgrades(refuse=False)
    async with subscribed(at.api):
        assert len(at.pbx.sockets) == 2


async def test_nothing_comes_before_topics_are_chosen(at: Desk) -> None:
    """And nothing for topics that were not."""
    async with subscribed(at.api) as other:
        at.pbx.internal_call("1000", "1002")
        assert await other.waiting() == []
        assert await other.subscribe([30008]) == SUCCESS
        at.pbx.answer("1002")
        assert told(await other.waiting()) == ["30008 1002 Busy"]


async def test_a_later_list_replaces_the_former_one(at: Desk) -> None:
    """An empty one ends all events."""
    await at.socket.subscribe([30007])
    at.pbx.set_presence("1000", "lunch")
    assert await at.frames() == []
    await at.socket.subscribe([30009])
    at.pbx.set_presence("1000", "away")
    assert await at.told() == ["30009 1000 away"]
    await at.socket.subscribe([])
    at.pbx.set_presence("1000", "lunch")
    assert await at.frames() == []


@pytest.mark.parametrize(
    ("text", "errcode"),
    [
        ("nonsense", 40001),
        ("[]", 40002),
        ('{"topics":[30008]}', 40002),
        ('{"topic_list":["30008"]}', 40002),
    ],
)
async def test_a_wrong_list_is_refused_and_changes_nothing(
    at: Desk, text: str, errcode: int
) -> None:
    """The former topics stay."""
    await at.socket.connection.send_str(text)
    assert json.loads(await at.socket.text())["errcode"] == errcode
    at.pbx.set_presence("1000", "away")
    assert await at.told() == ["30009 1000 away"]


async def test_a_heartbeat_is_answered_with_text(at: Desk) -> None:
    """No JSON."""
    await at.socket.connection.send_str("heartbeat")
    assert await at.socket.text() == "heartbeat response"


async def test_several_sockets_get_the_same(at: Desk) -> None:
    """With one token or with several."""
    other = Client(at.pbx)
    await other.login()
    async with subscribed(at.api) as second, subscribed(other) as third:
        for socket in (second, third):
            await socket.subscribe()
        at.pbx.set_presence("1000", "away")
        first = await at.frames()
        assert await second.waiting() == await third.waiting() == first != []
    assert at.pbx.frames[-1].sockets == 3


async def test_a_socket_that_goes_is_forgotten(at: Desk) -> None:
    """Its slot is free."""
    async with subscribed(at.api):
        assert len(at.pbx.sockets) == 2
    async with asyncio.timeout(2):
        while len(at.pbx.sockets) > 1:
            await asyncio.sleep(0.01)


# Time


async def test_a_minute_of_silence_ends_a_socket() -> None:
    """Events that go out do not count, nor do protocol pings."""
    async with desk(PSeriesSimulator(time_scale=MINUTE / 60)) as at:
        for _ in range(3):
            await at.socket.connection.ping()
            at.pbx.set_presence("1000", "away")
            at.pbx.set_presence("1000", "lunch")
        assert await at.socket.closed() == 1000


async def test_heartbeats_keep_a_socket() -> None:
    """Any text from the client does."""
    async with desk(PSeriesSimulator(time_scale=MINUTE / 60)) as at:
        for _ in range(6):
            await asyncio.sleep(MINUTE / 3)
            assert await at.frames() == []


async def test_the_death_of_a_token_is_told_on_its_sockets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After half an hour; afterwards nothing else comes."""
    monkeypatch.setattr(sockets, "IDLE_SECONDS", 1e6)
    async with desk(PSeriesSimulator(time_scale=0.5 / 1800)) as at:
        assert await at.socket.text() == EXPIRED
        at.pbx.set_presence("1000", "away")
        await at.socket.connection.send_str("heartbeat")
        assert await at.socket.text() == EXPIRED


@pytest.mark.parametrize("how", ["refresh", "revoke", "secret", "expire"])
async def test_every_death_of_a_token_is_told(at: Desk, how: str) -> None:
    """Sockets of other tokens live on."""
    other = Client(at.pbx)
    await other.login()
    async with subscribed(other) as second:
        await second.subscribe()
        match how:
            case "refresh":
                await at.api.post("refresh_token", refresh_token=at.api.refresh)
            case "revoke":
                await at.api.get("del_token")
            case "secret":
                at.pbx.client_secret = "another"
            case "expire":
                at.pbx.expire_tokens()
        assert await at.socket.text() == EXPIRED
        if how in ("refresh", "revoke"):
            assert await second.waiting() == []


# Monitors


@pytest.mark.parametrize(
    ("switch", "lost"),
    [
        ("monitor_registration", {"30007 1000 Unregistered"}),
        ("monitor_presence", {"30009 1000 away"}),
        (
            "monitor_calls",
            {"30008 1000 Ringing", "30008 1000 Busy", "30008 1000 Idle"},
        ),
    ],
)
async def test_without_its_switch_an_extension_is_not_told(
    at: Desk, switch: str, lost: set[str]
) -> None:
    """Its members of 30011 are: they need no switch of the extension."""

    async def everything() -> set[str]:
        at.pbx.set_presence("1000", "away")
        call = at.pbx.outside_call("1", "1000")
        at.pbx.answer("1000")
        at.pbx.outside_hangs_up(call)
        at.pbx.set_extension_status("1000", "Unregistered")
        lines = set(await at.told())
        at.pbx.set_presence("1000", "available")
        at.pbx.set_extension_status("1000", "Registered")
        await at.frames()
        return lines

    before = await everything()
    setattr(at.pbx.state.extensions["1000"], switch, False)
    assert before - await everything() == lost


async def test_without_its_switch_a_trunk_has_no_members(at: Desk) -> None:
    """Those of the phones are told."""
    at.pbx.state.trunks["SIP-142"].monitor_calls = False
    call = at.pbx.outside_call("1", "1000", "SIP-142")
    at.pbx.answer("1000")
    at.pbx.outside_hangs_up(call)
    lines = await at.told()
    assert not [line for line in lines if line.startswith("inbound")]
    assert "1000 ANSWER" in lines
    assert lines[-1] == "30012 ANSWERED 1>1000"


async def test_the_switches_can_be_set_by_the_api(at: Desk) -> None:
    """Of extensions and of trunks, named by their ids."""
    extension, trunk = at.pbx.state.extensions["1000"], at.pbx.state.trunks["SIP-142"]
    row = {"ext_id": extension.id, "enb_call_status": 0}
    answer = await at.api.post(
        "extension_status_monitor/update", ext_monitor_list=[row]
    )
    assert answer == SUCCESS
    assert (extension.monitor_calls, extension.monitor_presence) == (False, True)
    line = {"trunk_id": trunk.id, "enb_control_inbound_call": 1}
    await at.api.post("trunk_status_monitor/update", trunk_monitor_list=[line])
    assert (trunk.monitor_calls, trunk.answering_control) == (True, True)
    wrong = [{"ext_id": 1000, "enb_call_status": 1}]
    answer = await at.api.post(
        "extension_status_monitor/update", ext_monitor_list=wrong
    )
    assert answer["errcode"] == 60001
    (shown, *_) = (await at.api.get("extension_status_monitor/list"))["data"]
    assert shown["enb_call_status"] == 0


# Sockets that are awkward


async def test_a_deaf_socket_is_accepted_and_says_nothing(at: Desk) -> None:
    """New ones, too; later it hears again."""
    at.pbx.deafen_sockets()
    async with subscribed(at.api) as other:
        for socket in (at.socket, other):
            await socket.connection.send_str("heartbeat")
            await socket.connection.ping()
            with pytest.raises(TimeoutError):
                await socket.text(timeout=0.05)
        at.pbx.deafen_sockets(deaf=False)
        assert await other.waiting() == []


async def test_a_socket_can_be_cut(at: Desk) -> None:
    """Without a close frame."""
    at.pbx.cut_sockets()
    assert await at.socket.closed() is None


async def test_a_socket_can_be_closed_in_order(at: Desk) -> None:
    """With a close frame."""
    closing = asyncio.create_task(at.pbx.close_sockets())
    assert await at.socket.closed() == 1000
    await closing


async def test_a_stopped_pbx_leaves_nothing_behind() -> None:
    """Subscribers are closed, and the port is free."""
    pbx = PSeriesSimulator()
    async with pbx:
        api = Client(pbx)
        await api.login()
        async with ClientSession() as session:
            address = f"{pbx.url}/openapi/v1.0/subscribe?access_token={api.token}"
            connection = await session.ws_connect(address)
            await pbx.stop()
            assert (await connection.receive(timeout=2)).data == 1000
            assert pbx.sockets == []
    with pytest.raises(OSError):
        await api.login()
