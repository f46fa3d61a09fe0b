"""A PBX that costs next to nothing, so that only our side is measured."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
import json
import time

SERIAL_NUMBER = "369854254523"
QUERIES = ("extensionlist/query", "inbound/query", "outbound/query")

_HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"


class Replay:
    """Answers each operation with bytes that are there already.

    Attributes:
        answers: by operation, made of its query if it takes one; all others are only
            agreed to.
        requests: how many came, by operation.
        came: when the last request of an operation came, by `time.perf_counter`.
    """

    host = "127.0.0.1"
    root = "/api/"

    def __init__(self, extensions: int, calls: int) -> None:
        """Answer like a PBX with so many phones, each of the first with a call."""
        self.port = 0
        self.answers: dict[str, bytes | Callable[[str], bytes]] = {
            "login": agree(token="t"),
            "deviceinfo/query": agree(
                deviceinfo={"devicename": "S300", "sn": SERIAL_NUMBER}
            ),
            "trunklist/query": agree(
                trunklist=[
                    {"trunkname": "SIP-142", "status": "Registered", "type": "SIP"}
                ]
            ),
            "extensionlist/query": extension_list(extensions, calls),
            "inbound/query": call_list(calls, extensions),
            "outbound/query": agree(outbound=[]),
            "extension/dial_extension": agree(callid="1763900000.1"),
        }
        self.requests: Counter[str] = Counter()
        self.came: dict[str, float] = {}

    def answer(self, target: str) -> bytes:
        """Note a request and return its answer."""
        path, _, query = target.partition("?")
        operation = path.removeprefix(self.root).partition("/")[2]
        self.came[operation] = time.perf_counter()
        self.requests[operation] += 1
        answer = self.answers.get(operation, agree())
        return answer(query) if callable(answer) else answer

    def polled(self) -> Iterator[bytes]:
        """Yield what a poll has to decode."""
        for operation in QUERIES:
            answer = self.answers[operation]
            assert isinstance(answer, bytes)
            yield answer

    def connection(self) -> asyncio.Protocol:
        """Return what serves one connection."""
        return _Connection(self)

    async def start(self) -> Callable[[], None]:
        """Listen; returns what ends it."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self.connection, self.host, 0)
        self.port = server.sockets[0].getsockname()[1]
        return server.close


class _Connection(asyncio.Protocol):
    """One request, which aiohttp sends whole, and its answer."""

    def __init__(self, pbx: Replay) -> None:
        self._pbx = pbx
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        head, is_whole, body = self._data.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if not is_whole or len(body) < int(length or 0):
            return
        target = head.split(b" ", 2)[1].decode()
        self._transport.write(_HEAD + self._pbx.answer(target))
        self._transport.close()


def agree(**fields: object) -> bytes:
    """Return the answer of a PBX that agrees."""
    return json.dumps({"status": "Success", **fields}).encode()


def extension_list(extensions: int, busy: int, *, ringing: int = 0) -> bytes:
    """Return the list of so many phones: the first talk, the last ring."""
    return agree(
        extlist=[
            {
                "extnumber": str(2000 + index),
                "status": "Busy"
                if index < busy
                else "Ringing"
                if index >= extensions - ringing
                else "Registered",
                "type": "SIP",
                "username": f"Phone {2000 + index}",
                "agentid": "",
            }
            for index in range(extensions)
        ]
    )


def call_list(calls: int, extensions: int) -> bytes:
    """Return the list of so many calls from outside to so many phones."""
    return agree(
        inbound=[
            {
                "inboundid": f"{1763900000 + index}.{index}",
                "from": f"55{2000 + index}",
                "to": "5503300",
                "trunk": "SIP-142",
                "status": "Talking",
                "callee": {"extid": str(2000 + index % extensions)},
            }
            for index in range(calls)
        ]
    )
