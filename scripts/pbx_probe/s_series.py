"""The visit to an S-Series."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import timedelta
from typing import Any, ClassVar, Final, override

import aiohttp

from custom_components.yeastar.pbx.errors import PbxNewerApiError
from custom_components.yeastar.pbx.listing_reader import ListingReader
from custom_components.yeastar.pbx.models import CallDirection, Family
from custom_components.yeastar.pbx.s_series.client import (
    TCP,
    ReportTarget,
    SSeriesClient,
)
from custom_components.yeastar.pbx.s_series.operations import (
    V1_0_0,
    V1_0_1,
    V1_1_0,
    V1_10,
    V2_0_0,
)
from custom_components.yeastar.pbx.s_series.v2 import SSeriesV2Client, read_call
from custom_components.yeastar.pbx.wire import Json

from .receiver import ReportReceiver
from .recorder import Recorder, RecordingHttp
from .tcp import take_reports
from .visit import Place, Visit, attempt, last_day

_VERSIONS: Final = (V1_0_0, V1_0_1, V1_1_0, V1_10, V2_0_0)
_FEW: Final = 3
"""Extensions whose settings are asked for."""


class _Client(SSeriesClient):
    """A session with API v1 whose answers are remembered."""

    def record_by(self, http: RecordingHttp) -> None:
        """Send all requests in another way."""
        self._http = http

    async def ask(
        self, version: str, endpoint: str, body: Mapping[str, Json] | None = None
    ) -> None:
        """Send a query by a version that is not the one of the session."""
        token = await self._living_token()
        await self._post(f"{version}/{endpoint}", body or {}, token)


class _V2Client(_Client, SSeriesV2Client):
    """A session with API v2.0.0 whose answers are remembered."""

    @override
    async def inbound_calls(self, *leg_ids: str) -> Any:
        return await self.calls(CallDirection.INBOUND, _calls())

    @override
    async def outbound_calls(self, *leg_ids: str) -> Any:
        return await self.calls(CallDirection.OUTBOUND, _calls())


async def _first_of(records: AsyncGenerator[object]) -> None:
    """Begin to read a file, which is closed then."""
    async with aclosing(records) as batches:
        async for _ in batches:
            return


def _calls() -> ListingReader[Any]:
    return ListingReader(read_call, may_be_missing=True)


class SSeriesVisit(Visit):
    """Asks an S-Series, and lets it post reports here, or fetches them."""

    family: ClassVar[Family] = Family.S_SERIES
    before: ClassVar[str] = (
        "This is an S-Series. It sends its reports to the program that logged in last:\n"
        "from now on to this one, and to Home Assistant no longer. Switch the entry of\n"
        "the PBX in Home Assistant off before (Settings, Devices & services, the menu of\n"
        "the entry, Disable), and on again afterwards, or Home Assistant takes the\n"
        "reports back after two minutes. Nothing is changed in the PBX. If its report\n"
        "method is TCP, user and password go over that connection without encryption."
    )

    def __init__(
        self,
        recorder: Recorder,
        web: aiohttp.ClientSession,
        place: Place,
        *,
        report_port: int | None,
        tcp_port: int,
    ) -> None:
        """Prepare; nothing is sent yet. Without a report port none are asked for."""
        super().__init__(recorder)
        self._web = web
        self._place = place
        self._report_port = report_port
        self._receiver = ReportReceiver(recorder)
        self._tcp_port = tcp_port
        self._client = self._new(_Client, None)

    def _new(self, kind: type[_Client], target: ReportTarget | None) -> _Client:
        place = self._place
        client = kind(
            self._web,
            host=place.host,
            port=place.port,
            ssl=place.ssl,
            username=place.username,
            password=place.password,
            report_target=target,
            pin=place.pin,
        )
        client.record_by(place.http(self.recorder, self._web))
        return client

    @override
    async def log_in(self) -> None:
        target = None
        if self._report_port is not None:
            port = await self._receiver.start(self._report_port)
            target = ReportTarget(port=port, path=self._receiver.path)
        self._client = self._new(_Client, target)
        try:
            await self._client.login()
        except PbxNewerApiError:
            self._client = self._new(_V2Client, target)
            await self._client.login()

    @override
    async def ask(self) -> None:
        client = self._client
        for version in _VERSIONS:
            await attempt(client.ask(version, "deviceinfo/query"))
        # Only a login by the newest version tells how reports come.
        await attempt(client.login_for_reports())
        self.reports_by = TCP if client.report_transport == TCP else "HTTP"
        extensions = await attempt(client.extensions())
        numbers = [item.number for item in extensions.items] if extensions else []
        await attempt(client.trunks())
        await self._ask_for_calls()
        await attempt(client.ivrs())
        await attempt(client.queues())
        await attempt(client.settings_of(numbers[:_FEW]))
        await attempt(client.wake_up_calls(numbers[:1]))
        await attempt(client.heartbeat())
        await attempt(_first_of(client.records(*last_day(), timedelta())))

    @override
    async def log_out(self) -> None:
        await self._client.logout()
        await self._receiver.stop()

    @override
    async def follow(self) -> None:
        if self.reports_by == TCP:
            before = self.recorder.reports
            self.trouble = await take_reports(
                self._place, self._tcp_port, self.recorder
            )
            if self.recorder.reports > before:
                return
        # Posted reports come by themselves, and no refused login is sent twice.
        await asyncio.Event().wait()

    @override
    async def poll(self) -> None:
        await attempt(self._client.extensions())
        await self._ask_for_calls()

    async def _ask_for_calls(self) -> None:
        await attempt(self._client.inbound_calls())
        await attempt(self._client.outbound_calls())
