"""Answers by chance to everything that a PBX can be asked."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import time
from random import Random
from typing import Never, cast, override

import aiohttp
from hypothesis import given, settings, strategies as st
from yarl import URL

from custom_components.yeastar.pbx.errors import PbxError
from custom_components.yeastar.pbx.http import Http
from custom_components.yeastar.pbx.models import (
    ExtensionChange,
    MonitorMode,
    Repeat,
    WakeUpCall,
)
from custom_components.yeastar.pbx.s_series.client import SSeriesClient
from custom_components.yeastar.pbx.wire import MAX_TEXT

from .bodies import ANSWERS, spoiled

CALL = WakeUpCall(extension="1000", time=time(7), repeat=Repeat.ONCE)
type Operation = Callable[[SSeriesClient], Awaitable[object]]


async def listen(client: SSeriesClient) -> None:
    """Open a recording."""
    async with client.recording("20170525-1000.wav"):
        pass


OPERATIONS: list[Operation] = [
    SSeriesClient.login,
    SSeriesClient.heartbeat,
    SSeriesClient.logout,
    SSeriesClient.device_info,
    SSeriesClient.extensions,
    SSeriesClient.trunks,
    SSeriesClient.inbound_calls,
    SSeriesClient.outbound_calls,
    SSeriesClient.ivrs,
    SSeriesClient.queues,
    listen,
    lambda client: client.dial_extension("1000", "1002", auto_answer=False),
    lambda client: client.dial_outside("1000", "5503301", auto_answer=True),
    lambda client: client.dial_extension_to_ivr("6500", "1000", auto_answer=False),
    lambda client: client.dial_outside_to_ivr("6500", "55", permission_of="1000"),
    lambda client: client.dial_outside_to_queue("6700", "55", permission_of="1000"),
    lambda client: client.dial_outside_to_ring_group("62", "55", permission_of="1000"),
    lambda client: client.call_back("55", "56", permission_of="1000"),
    lambda client: client.hold("1000"),
    lambda client: client.monitor("1000", "1002", MonitorMode.LISTEN),
    lambda client: client.accept_inbound("1495700976.2"),
    lambda client: client.hang_up_outbound("1495700976.3"),
    lambda client: client.transfer_inbound_to_extension("1495700976.2", "1000"),
    lambda client: client.transfer_outbound_to_ivr("1495700976.3", "6500"),
    lambda client: client.send_sms("GSM1", "55", "Hello"),
    lambda client: client.extension_settings("1000"),
    lambda client: client.settings_of(["1000", "1002", "1005"]),
    lambda client: client.update_extension("1000", ExtensionChange(mobile="55")),
    lambda client: client.wake_up_calls(["1000", "1002"]),
    lambda client: client.create_wake_up_call(CALL),
    lambda client: client.update_wake_up_call(CALL, CALL),
    lambda client: client.delete_wake_up_call(CALL),
]


class Nobody:
    """A session that reaches nobody."""

    async def get(self, *_: object, **__: object) -> Never:
        """Fail."""
        raise aiohttp.ClientConnectionError


NOBODY = cast(aiohttp.ClientSession, Nobody())


class Line(Http):
    """Answers everything with the same body."""

    def __init__(self, body: bytes) -> None:
        """Remember what comes, whatever is asked."""
        super().__init__(NOBODY, "192.0.2.1", 8088, ssl=False)
        self.body = body

    @override
    async def exchange(self, method: str, url: URL, **_: object) -> bytes:
        return self.body

    @override
    async def own_address(self) -> str | None:
        return None


class Client(SSeriesClient):
    """Talks to nobody, and is always answered the same."""

    def __init__(self, body: bytes) -> None:
        """Log in already, or not."""
        super().__init__(
            NOBODY,
            host="192.0.2.1",
            port=8088,
            ssl=False,
            username="api",
            password="password",
        )
        self._http = Line(body)


def look_at(value: object) -> None:
    """Look at everything that an answer became, at what is worked out as well."""
    if isinstance(value, tuple | frozenset):
        for item in value:
            look_at(item)
    elif isinstance(value, Mapping):
        look_at(tuple(value.items()))
    elif is_dataclass(value):
        for item in fields(value):
            look_at(getattr(value, item.name))
        for name in dir(type(value)):
            if isinstance(getattr(type(value), name), property):
                look_at(getattr(value, name))
    elif isinstance(value, str):
        assert value.encode().decode() == value
        assert len(value) <= MAX_TEXT


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), st.booleans())
async def test_no_answer_raises_anything_but_errors_of_ours(
    seed: int, logged_in: bool
) -> None:
    """And what it becomes is bounded text that can be written anywhere."""
    body = spoiled(ANSWERS, Random(seed))  # noqa: S311
    for operation in OPERATIONS:
        client = Client(body)
        client._token = "token" if logged_in else None
        with suppress(PbxError):
            look_at(await operation(client))
