"""A P-Series PBX that costs next to nothing: its answers are there, its events too."""

import asyncio
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha1
import json
from typing import override

from tests.bench.replay import Replay

SERIAL_NUMBER = "3631A2120042"
TYPES = ("inbound", "outbound", "internal")

_ACCEPT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class PSeriesReplay(Replay):
    """Answers each endpoint with bytes that are there, and sends events."""

    root = "/openapi/"

    @override
    def __init__(self, extensions: int, calls: int) -> None:
        super().__init__(0, 0)
        self.socket: asyncio.Transport | None = None
        self.calls = {
            "inbound": call_list(calls, extensions),
            "outbound": succeed(),
            "internal": succeed(),
        }
        self.answers = {
            "get_token": succeed(
                access_token="a" * 32,
                access_token_expire_time=1800,
                refresh_token="r" * 32,
                refresh_token_expire_time=86400,
            ),
            "system/information": succeed(
                data={
                    "device_name": "P550",
                    "model_name": "P550",
                    "sn": SERIAL_NUMBER,
                    "up_time": 86400,
                }
            ),
            "system/capacity": succeed(data={"cc_capacity": 200, "cc_used": calls}),
            "trunk/list": succeed(
                total_number=1,
                data=[{"id": 1, "name": "SIP-142", "status": 1, "type": "peer"}],
            ),
            "extension/list": extension_list(extensions),
            "call/query": self._calls_of,
            "call/dial": succeed(call_id="1763900000.000001"),
        }

    @override
    def polled(self) -> Iterator[bytes]:
        extensions = self.answers["extension/list"]
        assert isinstance(extensions, bytes)
        yield from (extensions, *self.calls.values())

    def _calls_of(self, query: str) -> bytes:
        fields = dict(field.partition("=")[::2] for field in query.split("&"))
        return self.calls[fields["type"]]

    @override
    def answer(self, target: str) -> bytes:
        self.answers.setdefault(target.partition("?")[0].split("/", 3)[-1], succeed())
        return super().answer(target)

    @override
    def connection(self) -> asyncio.Protocol:
        return _Connection(self)

    def send(self, frames: Iterable[bytes]) -> None:
        """Send events, as `framed` makes them."""
        assert self.socket
        self.socket.write(b"".join(frames))


class _Connection(asyncio.Protocol):
    """One request and its answer, or the websocket."""

    def __init__(self, pbx: PSeriesReplay) -> None:
        self._pbx = pbx
        self._data = b""
        self._is_subscribed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._pbx.socket is self._transport:
            said = "heartbeat response"
            if not self._is_subscribed:
                said, self._is_subscribed = succeed().decode(), True
            self._transport.write(framed(said))
            return
        self._data += data
        head, is_whole, body = self._data.partition(b"\r\n\r\n")
        fields = dict(
            line.lower().split(b": ")[:1] + line.split(b": ", 1)[1:]
            for line in head.split(b"\r\n")[1:]
            if b": " in line
        )
        if not is_whole or len(body) < int(fields.get(b"content-length", 0)):
            return
        if key := fields.get(b"sec-websocket-key"):
            accept = b64encode(sha1(key + _ACCEPT).digest())
            self._transport.write(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
            )
            self._pbx.socket = self._transport
            return
        target = head.split(b" ", 2)[1].decode()
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + self._pbx.answer(target)
        )
        self._transport.close()


def succeed(**fields: object) -> bytes:
    """Return the answer of a PBX that did what it was asked."""
    return json.dumps({"errcode": 0, "errmsg": "SUCCESS", **fields}).encode()


def framed(text: str) -> bytes:
    """Return a text as a frame of a server."""
    body = text.encode()
    size = len(body)
    if size < 126:
        return bytes((0x81, size)) + body
    return b"\x81\x7e" + size.to_bytes(2, "big") + body


def event(kind: int, **message: object) -> bytes:
    """Return the frame of an event, whose message is text."""
    envelope = {"type": kind, "sn": SERIAL_NUMBER, "msg": json.dumps(message)}
    return framed(json.dumps(envelope))


def extension_status(extension: int, rings: bool) -> bytes:
    """Return the event of a phone that begins or ends to ring."""
    return event(30008, extension=str(extension), status="Ringing" if rings else "Idle")


def call_status(call: int, holds: bool) -> bytes:
    """Return the event of a phone that begins or ends to hold its call."""
    member = {
        "number": str(2000 + call),
        "channel_id": f"PJSIP/{2000 + call}-{call:08}",
        "member_status": "HOLD" if holds else "ANSWER",
        "call_path": "",
    }
    return event(
        30011, call_id=f"{1763900000 + call}.{call}", members=[{"extension": member}]
    )


def extension_list(extensions: int, *, gone: int = 0) -> bytes:
    """Return the list of so many phones, of which the last are not registered."""
    return succeed(
        total_number=extensions,
        data=[
            {
                "id": 70 + index,
                "number": str(2000 + index),
                "caller_id_name": f"Phone {2000 + index}",
                "role_name": "",
                "email_addr": "",
                "mobile_number": "",
                "presence_status": "available",
                "online_status": {
                    "sip_phone": {
                        "status": int(index < extensions - gone),
                        "ext_dev_type": "SIP",
                        "status_list": [
                            {
                                "status": int(index < extensions - gone),
                                "ip": f"192.0.2.{index % 250}:5060",
                            }
                        ],
                    },
                    "linkus_desktop": {"status": 0, "ext_dev_type": "SIP"},
                    "linkus_mobile": {"status": 0, "ext_dev_type": "SIP"},
                    "linkus_web": {"status": 0, "ext_dev_type": "SIP"},
                },
            }
            for index in range(extensions)
        ],
    )


def call_list(calls: int, extensions: int, *, held: int = 0) -> bytes:
    """Return so many calls from outside to so many phones; the first are on hold."""
    if not calls:
        return succeed()
    return succeed(
        data=[
            {
                "call_id": f"{1763900000 + index}.{index}",
                "members": [
                    {
                        "inbound": {
                            "from": f"55{2000 + index}",
                            "to": "5503300",
                            "trunk_name": "SIP-142",
                            "channel_id": f"PJSIP/trunk-SIP-142-endpoint-{index:08}",
                            "member_status": "ANSWERED",
                            "call_path": "",
                        }
                    },
                    {
                        "extension": {
                            "number": str(2000 + index % extensions),
                            "channel_id": f"PJSIP/{2000 + index}-{index:08}",
                            "member_status": "HOLD" if index < held else "ANSWER",
                            "call_path": "",
                        }
                    },
                ],
            }
            for index in range(calls)
        ]
    )
