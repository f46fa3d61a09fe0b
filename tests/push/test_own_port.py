"""A port of our own: tolerant to the PBX, deaf to everybody else."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from functools import partial
import secrets
import socket

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Event, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.yeastar.const import (
    CONF_REPORT_PORT,
    CONF_REPORTS,
    EVENT_YEASTAR,
    ReportWay,
)
from custom_components.yeastar.push import own_port
from custom_components.yeastar.push.health import ReportCounts
from tests.conftest import WEBHOOK_ID
from tests.helpers import deliver, progress_of, state_of
from tests.simulator import Outcome, Simulator

JAYSON = "sensor.jayson"
BUSY = b'{"action":"ExtensionStatus","extension":"1000","status":"Busy"}'
HEAD = b"POST / HTTP/1.1\r\n\r\n"
BOUND = 64 * 1024


@pytest.fixture
def port() -> int:
    """Return a port that is free, and that no connection to elsewhere gets meanwhile."""
    while True:
        found = secrets.choice(range(20_000, 32_000))
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", found))
            return found


@pytest.fixture
async def own(
    hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry, port: int
) -> AsyncGenerator[MockConfigEntry]:
    """Return an entry that takes reports at a port of ours."""
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(
        entry, options={CONF_REPORTS: ReportWay.OWN_PORT, CONF_REPORT_PORT: port}
    )
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
def events(hass: HomeAssistant) -> list[Event]:
    """Return the reports that were fired so far."""
    return async_capture_events(hass, EVENT_YEASTAR)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait only a moment for what does not come."""
    monkeypatch.setattr(own_port, "PATIENCE", 0.1)


def counts_of(entry: MockConfigEntry) -> ReportCounts:
    """Return what became of the reports of an entry."""
    counts: ReportCounts = entry.runtime_data.report_counts
    return counts


async def say(
    port: int, *pieces: bytes, local: str = "127.0.0.1", hang_up: bool = False
) -> bytes:
    """Send pieces as they are, from one of our addresses, and return the answer."""
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, local_addr=(local, 0)
    )
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        if hang_up:
            writer.write_eof()
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


# What boxes post


async def test_the_pbx_is_told_our_port(
    pbx: Simulator, own: MockConfigEntry, port: int
) -> None:
    """With the secret path, for boxes that know urls."""
    assert pbx.report_target
    assert pbx.report_target.url == (
        f"http://127.0.0.1:{port}/api/webhook/{WEBHOOK_ID}"
    )


async def test_a_whole_call_arrives(
    hass: HomeAssistant, pbx: Simulator, own: MockConfigEntry, events: list[Event]
) -> None:
    """Everything behind the port is what is behind the webhook."""
    pbx.outside_call("5503301", to="1000", trunk="SIP-142")
    await deliver(hass, pbx)
    assert state_of(hass, JAYSON) == "ringing"
    pbx.answer("1000")
    pbx.hang_up("1000")
    await deliver(hass, pbx)
    assert state_of(hass, JAYSON) == "idle"
    assert len(events) == len(pbx.reports) == counts_of(own).accepted
    assert {report.status for report in pbx.reports} == {200}


@pytest.mark.parametrize(
    "oddity",
    [
        {"odd_host_header": True},
        {"no_url": True},
        {"no_url": True, "empty_path": True},
        {"report_http": "1.0"},
        {"bare_newlines": True},
        {"wrong_length": None},
        {"wrong_length": 40},
        {"wrong_length": -40},
        {
            "odd_host_header": True,
            "no_url": True,
            "empty_path": True,
            "report_http": "1.0",
            "bare_newlines": True,
            "wrong_length": None,
        },
    ],
    ids=str,
)
async def test_an_odd_box_is_understood(
    hass: HomeAssistant,
    pbx: Simulator,
    own: MockConfigEntry,
    oddity: dict[str, bool | str | int | None],
) -> None:
    """At once, and it gets its 200."""
    for name, value in oddity.items():
        setattr(pbx.quirks, name, value)
    pbx.send_report(BUSY)
    await deliver(hass, pbx)
    assert pbx.reports[-1].statuses == [200]
    assert state_of(hass, JAYSON) == "in_call"


async def test_a_report_may_come_in_pieces(
    hass: HomeAssistant, own: MockConfigEntry, port: int
) -> None:
    """Wherever it is cut."""
    answer = await say(port, HEAD[:7], HEAD[7:] + BUSY[:20], BUSY[20:40], BUSY[40:])
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert counts_of(own).accepted == 1


async def test_a_large_report_may_come_in_pieces(
    own: MockConfigEntry, port: int, events: list[Event]
) -> None:
    """It is not looked through again after each of them."""
    body = BUSY[:-1] + b',"pad":"' + b"x" * 8 * own_port.SMALL_BODY + b'"}'
    size = len(body) // 30
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    answer = await say(port, HEAD, *pieces, hang_up=True)
    assert answer.startswith(b"HTTP/1.1 200")
    assert len(events) == 1


async def test_the_connection_is_closed_after_each_report(
    own: MockConfigEntry, port: int
) -> None:
    """Some boxes wait for that; a second report needs a second connection."""
    answer = await say(port, HEAD + BUSY, HEAD + BUSY.replace(b"Busy", b"Ringing"))
    assert answer.endswith(b"Connection: close\r\n\r\n")
    assert answer.count(b"HTTP/1.1") == 1
    assert counts_of(own).accepted == 1


# Who may post


async def test_nobody_but_the_pbx_is_listened_to(
    own: MockConfigEntry, port: int, events: list[Event]
) -> None:
    """Not even with the secret path, and there is no answer."""
    head = b"POST /api/webhook/%s HTTP/1.1\r\n\r\n" % WEBHOOK_ID.encode()
    assert await say(port, head + BUSY, local="127.0.0.2") == b""
    assert not events
    assert counts_of(own).strangers == 1


async def test_a_path_that_is_not_ours_changes_nothing(
    own: MockConfigEntry, port: int, events: list[Event]
) -> None:
    """Another program on the PBX may mean somebody else."""
    for path in (b"/other", b"/api/webhook/0", b"//", b"/x y"):
        await say(port, b"POST %s HTTP/1.1\r\n\r\n" % path + BUSY)
    assert len(events) == 1
    assert counts_of(own).strangers == 3


class Names:
    """Names that resolve to whatever a test wants."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stand in for the resolver, but for those who ask about ourselves."""
        loop = asyncio.get_running_loop()
        ask = loop.getaddrinfo
        self.addresses: list[str] = []

        async def getaddrinfo(host: str | None, *args: int, **more: int) -> object:
            if host is None:
                return await ask(host, *args, **more)
            if not self.addresses:
                raise socket.gaierror
            return [(0, 0, 0, "", (address, 0)) for address in self.addresses]

        monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo)


@pytest.fixture
async def names(socket_enabled: None, monkeypatch: pytest.MonkeyPatch) -> Names:
    """Return a resolver that knows no name yet."""
    return Names(monkeypatch)


@pytest.fixture
async def bodies(names: Names, port: int) -> AsyncGenerator[list[bytes]]:
    """Return what a listener for a PBX with a name took at our port."""
    taken: list[bytes] = []
    taker = own_port.ReportListener(
        "pbx.home", "/x", ReportCounts(), taken.append, partial(asyncio.sleep, 0)
    )
    names.addresses = ["192.0.2.1"]
    await taker.start(port)
    yield taken
    await taker.stop()


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1"])
async def test_a_name_may_stand_for_several_addresses(
    names: Names,
    bodies: list[bytes],
    port: int,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
) -> None:
    """One of them with a zone, one in the clothes of IPv6."""
    monkeypatch.setattr(own_port, "RESOLVE_AGAIN", 0)
    names.addresses = ["fe80::1%eth0", address]
    await say(port, HEAD + BUSY)
    assert bodies == [BUSY]


async def test_a_pbx_that_moved_is_found_after_a_minute(
    monkeypatch: pytest.MonkeyPatch, names: Names, bodies: list[bytes], port: int
) -> None:
    """Strangers do not make us ask for names more often than that."""
    names.addresses = ["127.0.0.1"]
    await say(port, HEAD + BUSY)
    assert bodies == []
    monkeypatch.setattr(own_port, "RESOLVE_AGAIN", 0)
    await say(port, HEAD + BUSY)
    assert bodies == [BUSY]


async def test_a_name_that_nobody_knows_for_a_while_keeps_its_address(
    monkeypatch: pytest.MonkeyPatch, names: Names, bodies: list[bytes], port: int
) -> None:
    """The name server restarts now and then."""
    monkeypatch.setattr(own_port, "RESOLVE_AGAIN", 0)
    names.addresses = ["127.0.0.1"]
    await say(port, HEAD + BUSY)
    names.addresses = []
    await say(port, HEAD + BUSY, local="127.0.0.2")
    await say(port, HEAD + BUSY)
    assert bodies == [BUSY, BUSY]


# What a sender cannot do


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST",
        b"POST\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
        HEAD,
        HEAD + b"not json",
        HEAD + BUSY[:-1],
        HEAD + b"{}",
        HEAD + b'{"a":' * 5000,
        b"POST /" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n" + BUSY,
        b"x" * 20_000,
    ],
    ids=lambda sent: repr(sent[:30]),
)
@pytest.mark.usefixtures("impatient")
async def test_what_is_no_report_is_counted_and_no_more(
    own: MockConfigEntry,
    port: int,
    events: list[Event],
    caplog: pytest.LogCaptureFixture,
    sent: bytes,
) -> None:
    """A scan of the network is no reason for a traceback."""
    caplog.clear()
    await say(port, sent, hang_up=True)
    assert counts_of(own).malformed == 1
    assert not events
    assert "Traceback" not in caplog.text
    await say(port, HEAD + BUSY)
    assert len(events) == 1


@pytest.mark.usefixtures("impatient")
async def test_what_ends_nowhere_gets_its_200_all_the_same(
    own: MockConfigEntry, port: int
) -> None:
    """Else the PBX would post it again and again."""
    assert (await say(port, HEAD + b"not json")).startswith(b"HTTP/1.1 200 OK")
    assert counts_of(own).malformed == 1


@pytest.mark.parametrize(("extra", "too_large"), [(0, 0), (1, 1), (1000, 1)])
async def test_a_body_has_64_kib_at_most(
    own: MockConfigEntry, port: int, extra: int, too_large: int
) -> None:
    """Nobody fills our memory."""
    padding = b" " * (BOUND + extra - len(BUSY))
    answer = await say(port, HEAD, BUSY[:-1] + padding + b"}")
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert counts_of(own).too_large == too_large
    assert counts_of(own).accepted == 1 - too_large


@pytest.mark.usefixtures("impatient")
async def test_a_slow_sender_holds_nothing(
    own: MockConfigEntry, port: int, events: list[Event]
) -> None:
    """A report that takes longer than the patience is none."""
    pieces = [BUSY[i : i + 1] for i in range(len(BUSY))]
    async with asyncio.timeout(3):
        await say(port, HEAD, *pieces)
    assert not events
    assert counts_of(own).malformed == 1


async def test_a_body_in_crumbs_is_no_report(
    own: MockConfigEntry, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking again and again whether it is complete would cost too much."""
    monkeypatch.setattr(own_port, "MAX_PIECES", 3)
    await say(port, HEAD, BUSY[:10], BUSY[10:20], BUSY[20:30], BUSY[30:])
    assert counts_of(own).malformed == 1


async def test_connections_are_bounded(
    own: MockConfigEntry, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PBX repeats what it could not say; when one is over, it can."""
    monkeypatch.setattr(own_port, "MAX_CONNECTIONS", 2)
    idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
    await asyncio.sleep(0.01)
    assert await say(port, HEAD + BUSY) == b""
    for _, writer in idle:
        writer.close()
        await writer.wait_closed()
    await asyncio.sleep(0.01)
    assert await say(port, HEAD + BUSY) != b""
    assert counts_of(own).accepted == 1


# The port


async def test_a_port_that_is_taken_is_waited_for(
    hass: HomeAssistant, pbx: Simulator, entry: MockConfigEntry, port: int
) -> None:
    """With a sentence that names it, and without a login."""
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(
        entry, options={CONF_REPORTS: ReportWay.OWN_PORT, CONF_REPORT_PORT: port}
    )
    with socket.create_server(("127.0.0.1", port)):
        await hass.config_entries.async_setup(entry.entry_id)
        assert progress_of(entry) is ConfigEntryState.SETUP_RETRY
        assert str(port) in (entry.reason or "")
        assert not pbx.requests
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert progress_of(entry) is ConfigEntryState.LOADED
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_unload_closes_the_port_and_what_is_open(
    hass: HomeAssistant, own: MockConfigEntry, port: int
) -> None:
    """Somebody in the middle of a report does not hold it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEAD + BUSY[:10])
    await asyncio.sleep(0.01)
    assert await hass.config_entries.async_unload(own.entry_id)
    with pytest.raises(ConnectionError):
        await asyncio.open_connection("127.0.0.1", port)
    with suppress(ConnectionError):
        assert await reader.read() == b""
    writer.close()


async def test_a_reload_opens_the_port_again(
    hass: HomeAssistant, pbx: Simulator, own: MockConfigEntry
) -> None:
    """The old one is closed before."""
    assert await hass.config_entries.async_reload(own.entry_id)
    pbx.send_report(BUSY)
    await deliver(hass, pbx)
    assert pbx.reports[-1].outcome is Outcome.DELIVERED


async def test_the_webhook_is_not_there_beside_it(
    hass: HomeAssistant, own: MockConfigEntry
) -> None:
    """One way in is enough."""
    assert WEBHOOK_ID not in hass.data.get("webhook", {})
