"""The simulator's faults: what a client meets, and whether the work was done."""

import asyncio
import json

import pytest

from .simulator import Fault
from .simulator.faults import DOES_NO_WORK
from .simulator.peer import Desk, desk

pytestmark = pytest.mark.usefixtures("socket_enabled")
DIAL = b'{"caller":"1000","callee":"1002"}'
ENDPOINT = "extension/dial_extension"


async def answer(d: Desk, fault: Fault) -> tuple[bytes, bytes]:
    """Return head and body of the answer to a dial."""
    d.pbx.fail_next(fault)
    head, _, body = (await d.api.raw(ENDPOINT, DIAL)).partition(b"\r\n\r\n")
    return head, body


async def test_hang_never_answers_and_ends_with_the_simulator() -> None:
    """The client's patience decides."""
    async with desk() as d:
        d.pbx.fail_next(Fault.HANG)
        task = asyncio.create_task(d.api.raw(ENDPOINT, DIAL))
        await asyncio.sleep(0.1)
        assert not task.done()
        await d.pbx.stop()
        assert await task == b""


async def test_reset() -> None:
    """RST, not FIN."""
    async with desk() as d:
        d.pbx.fail_next(Fault.RESET)
        with pytest.raises(ConnectionResetError):
            await d.api.raw(ENDPOINT, DIAL)


@pytest.mark.parametrize("fault", [Fault.CLOSE, Fault.CLOSE_AFTER])
async def test_close(fault: Fault) -> None:
    """No answer, with or without the work."""
    async with desk() as d:
        assert await answer(d, fault) == (b"", b"")
        assert len(d.pbx.calls) == (fault is Fault.CLOSE_AFTER)


async def test_http_500() -> None:
    """A status that the API itself never has."""
    async with desk() as d:
        head, _ = await answer(d, Fault.HTTP_500)
        assert head.startswith(b"HTTP/1.1 500 ")


async def test_redirect() -> None:
    """To https."""
    async with desk() as d:
        head, body = await answer(d, Fault.REDIRECT)
        assert head.startswith(b"HTTP/1.1 301 ")
        assert b"\r\nLocation: https://" in head
        assert body == b""


async def test_html() -> None:
    """A page where JSON should be."""
    async with desk() as d:
        head, body = await answer(d, Fault.HTML)
        assert head.startswith(b"HTTP/1.1 200 ")
        assert b"Content-Type: text/html" in head
        assert body.startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("fault", [Fault.HALF, Fault.GARBAGE, Fault.EMPTY])
async def test_unreadable(fault: Fault) -> None:
    """No JSON parser takes it."""
    async with desk() as d:
        _, body = await answer(d, fault)
        with pytest.raises(ValueError):
            json.loads(body)


async def test_not_an_object() -> None:
    """JSON, but a list."""
    async with desk() as d:
        assert (await answer(d, Fault.NOT_OBJECT))[1] == b'["Success"]'


@pytest.mark.parametrize(
    ("fault", "start", "end"),
    [(Fault.BOM, b"\xef\xbb\xbf{", b"}"), (Fault.NUL, b"{", b"}\x00")],
)
async def test_padding(fault: Fault, start: bytes, end: bytes) -> None:
    """Valid but for what is around it."""
    async with desk() as d:
        _, body = await answer(d, fault)
        assert body.startswith(start)
        assert body.endswith(end)


@pytest.mark.parametrize("fault", [Fault.WRONG_TYPE, Fault.SLOW])
async def test_harmless(fault: Fault) -> None:
    """A wrong type and a slow drip lose nothing."""
    async with desk() as d:
        head, body = await answer(d, fault)
        assert json.loads(body)["status"] == "Success"
        assert (b"text/html" in head) == (fault is Fault.WRONG_TYPE)


async def test_huge() -> None:
    """More than four megabytes of valid JSON."""
    async with desk() as d:
        _, body = await answer(d, Fault.HUGE)
        assert len(body) > 4 * 1024 * 1024
        assert json.loads(body)["status"] == "Success"


async def test_lists_go_missing_or_break() -> None:
    """Success without its list, and with nonsense in it."""
    async with desk() as d:
        d.pbx.fail_next(Fault.MISSING_LIST)
        assert await d.api.ask("extensionlist/query") == {"status": "Success"}
        d.pbx.fail_next(Fault.BROKEN_LIST)
        rows = (await d.api.ask("extensionlist/query"))["extlist"]
        assert None in rows


@pytest.mark.parametrize("fault", sorted(set(Fault) - {Fault.HANG, Fault.RESET}))
async def test_whether_the_work_is_done(fault: Fault) -> None:
    """Each fault says it; the next request is fine again."""
    async with desk() as d:
        await answer(d, fault)
        assert bool(d.pbx.calls) == (fault not in DOES_NO_WORK)
        assert d.pbx.requests[-1].fault == fault
        assert await d.api.errno("inbound/query") == "Success"


async def test_faults_are_counted_and_aimed() -> None:
    """So many times, for one endpoint."""
    async with desk() as d:
        d.pbx.fail_next(Fault.EMPTY, count=2, endpoint="outbound/query")
        assert await d.api.errno("inbound/query") == "Success"
        for _ in range(2):
            assert (await d.api.raw("outbound/query")).endswith(b"\r\n\r\n")
        assert await d.api.errno("outbound/query") == "Success"


async def test_a_fault_can_last() -> None:
    """Until it is cleared."""
    async with desk() as d:
        d.pbx.fault = Fault.EMPTY
        for _ in range(3):
            assert (await d.api.raw("inbound/query")).endswith(b"\r\n\r\n")
        d.pbx.fault = None
        assert await d.api.errno("inbound/query") == "Success"


async def test_latency_and_requests_in_flight() -> None:
    """How many at once is remembered."""
    async with desk() as d:
        d.pbx.latency = 0.05
        await asyncio.gather(*(d.api.ask("inbound/query") for _ in range(3)))
        assert d.pbx.most_in_flight == 3
