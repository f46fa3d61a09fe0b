"""Plays the part of a PBX whose answers and reports `scripts/probe` wrote down."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
import re
from typing import Any, Final

import aiohttp
from yarl import URL

from custom_components.yeastar.pbx.clock import Moment
from custom_components.yeastar.pbx.errors import (
    PbxProtocolError,
    PbxRefusedError,
    PbxUnsupportedError,
)
from custom_components.yeastar.pbx.http import Http
from custom_components.yeastar.pbx.interface import Change, Pbx
from custom_components.yeastar.pbx.listing_reader import ListingReader
from custom_components.yeastar.pbx.models import CallDirection, Family, Listing
from custom_components.yeastar.pbx.p_series.listings import read_extension
from custom_components.yeastar.pbx.p_series.pbx import PSeriesPbx, read_call
from custom_components.yeastar.pbx.p_series.session import PSeriesSession
from custom_components.yeastar.pbx.reports import Report, ReportType
from custom_components.yeastar.pbx.s_series.client import SSeriesClient
from custom_components.yeastar.pbx.s_series.pbx import SSeriesPbx
from custom_components.yeastar.pbx.s_series.v2 import (
    SSeriesV2Client,
    SSeriesV2Pbx,
    read_call as read_v2_call,
)
from custom_components.yeastar.pbx.wire import Json, decode_object, decode_pairs, text
from scripts.pbx_probe.capture import Capture, Line

WHERE: Final[dict[str, Any]] = {"host": "127.0.0.1", "port": 1, "ssl": False}
SINCE: Final = datetime(2020, 1, 1, tzinfo=UTC)
UNTIL: Final = datetime(2099, 1, 1, tzinfo=UTC)
_PATH: Final = re.compile(r"/(?:api|openapi)/[^/]+/(.+)")
_BEGAN: Final = re.compile(r"\b1\d{9}(?=\.\d)")

type Request = tuple[str, str]
type Operation = Callable[[], Awaitable[object]]


class ReplayedPbx:
    """Answers each request as a PBX did, without a network.

    Attributes:
        pbx: the library, which asks it.
        changes: what the library told.
        served: the body for each request, by endpoint and what type it asks for.
    """

    def __init__(self, capture: Capture, web: aiohttp.ClientSession) -> None:
        """Answer as in a capture."""
        self.capture = capture
        self.served: dict[Request, bytes] = {}
        for line in capture.answers:
            if not _refused(line["body"]):
                self.served.setdefault(_request(line), line["body"].encode())
        # A visit is too short to renew a token, which a refusal may lead to here.
        if login := self.served.get(("get_token", "")):
            self.served["refresh_token", ""] = login
        began = _BEGAN.findall("".join(line["body"] for line in capture.reports))
        self._last_at = 0.0
        self._now = float(min(began, default="1790000000")) - 1
        self.pbx = self._library(web)
        self.changes: list[Change] = []
        self.pbx.listen(self.changes.append)

    def _library(self, web: aiohttp.ClientSession) -> Pbx:
        if self.capture.family is Family.P_SERIES:
            session = PSeriesSession(
                web, **WHERE, client_id="", client_secret="", clock=self.clock
            )
            return PSeriesPbx("PBX", session, clock=self.clock)
        where = {**WHERE, "username": "", "password": ""}
        if ("extension/list", "") in self.served:
            return SSeriesV2Pbx("PBX", SSeriesV2Client(web, **where), clock=self.clock)
        return SSeriesPbx("PBX", SSeriesClient(web, **where), clock=self.clock)

    def clock(self) -> Moment:
        """Return the time of the PBX."""
        return Moment(self._now, self._now)

    async def exchange(
        self,
        http: Http,
        method: str,
        url: URL,
        *,
        headers: Mapping[str, str],
        json: Any = None,
        timeout: float = 0,
    ) -> bytes:
        """Answer a request, in the place of `Http.exchange`."""
        match = _PATH.fullmatch(url.path)
        assert match
        fields = json or dict(url.query)
        return self.served[match[1], str(fields.get("type", ""))]

    # Queries

    async def problem_with(self, line: Line) -> str:
        """Return what is wrong with an answer, empty if the library reads all of it."""
        usual = self.served
        self.served = usual | {_request(line): line["body"].encode()}
        try:
            read = await self._operation(line)()
        except PbxUnsupportedError:
            return ""
        except PbxRefusedError as err:
            return "" if err.reason else f"refused by {err.number}"
        except PbxProtocolError as err:
            return str(err)
        finally:
            self.served = usual
        is_part = isinstance(read, Listing) and not read.complete
        return "some rows make no sense" if is_part else ""

    def _operation(self, line: Line) -> Operation:
        endpoint, body = line["endpoint"], line["body"].encode()
        if isinstance(self.pbx, PSeriesPbx):
            return _p_series_operations(self.pbx, body)[endpoint]
        assert isinstance(self.pbx, SSeriesPbx)
        return _s_series_operations(self.pbx.client, body)[endpoint]

    # Reports

    def tell(self, line: Line) -> Report:
        """Let a report arrive, at its time, and return what the library reads."""
        self._now += max(0.0, line["at"] - self._last_at)
        self._last_at = line["at"]
        report = self.pbx.parse_report(line["body"].encode())
        self.pbx.receive(report)
        return report

    def is_understood(self, report: Report) -> bool:
        """Return whether a report is of a known type, of this PBX and of its phones."""
        inventory = self.pbx.inventory
        assert inventory.device
        is_ours = report.serial_number in ("", inventory.device.serial_number)
        is_known = report.type is not ReportType.UNKNOWN
        extension = (
            report.extension if report.type is ReportType.EXTENSION_STATUS else ""
        )
        return is_ours and is_known and (not extension or extension in inventory.states)


def _request(line: Line) -> Request:
    return line["endpoint"], str(line.get("asked", {}).get("type", ""))


def _refused(body: str) -> bool:
    answer = decode_object(body.encode())
    return text(answer.get("status")) == "Failed" or (
        text(answer.get("errcode")) not in ("", "0", "60001")
    )


async def _nothing() -> None:
    """Read nothing: no more than that the PBX agreed counts."""


def _members(body: bytes) -> dict[str, Json]:
    return dict(decode_pairs(body))  # type: ignore[arg-type]


def _s_series_operations(client: SSeriesClient, body: bytes) -> dict[str, Operation]:
    async def calls() -> Listing[Any]:
        assert isinstance(client, SSeriesV2Client)
        reader = ListingReader(read_v2_call, may_be_missing=True, decode=_members)
        return await client.calls(CallDirection.INBOUND, reader)

    return {
        "call/query": calls,
        "cdr/get_random": lambda: client._grant({}),
        "deviceinfo/query": client.device_info,
        "extension/list": client.extensions,
        "extension/query": lambda: client._settings([]),
        "extensionlist/query": client.extensions,
        "heartbeat": client.heartbeat,
        "inbound/query": client.inbound_calls,
        "ivr/query": client.ivrs,
        "login": client.login,
        "logout": _nothing,
        "outbound/query": client.outbound_calls,
        "queue/query": client.queues,
        "system/information": _nothing,
        "trunk/list": client.trunks,
        "trunklist/query": client.trunks,
        "wakeupcall/query": lambda: client.wake_up_calls(["1"]),
    }


def _p_series_operations(pbx: PSeriesPbx, body: bytes) -> dict[str, Operation]:
    async def extensions() -> Listing[Any]:
        reader = ListingReader(read_extension, may_be_missing=False)
        return reader.read(reader.decode(body).get("data"))

    async def calls() -> Listing[Any]:
        reader = ListingReader(read_call, may_be_missing=True, decode=_members)
        return reader.read(reader.decode(body).get("data"))

    async def first_queue() -> object:
        queues = await pbx.queues()
        return await pbx.queue_status(queues.items[0].number)

    async def settings() -> object:
        pbx.ids = {"1": 1}
        return await pbx.settings_of(["1"])

    async def records() -> object:
        return [part async for part in pbx.records(SINCE, UNTIL)]

    return {
        "call/query": calls,
        "cdr/search": records,
        "company_contact/list": pbx.company_contacts,
        "del_token": _nothing,
        "extension/get": settings,
        "extension/list": extensions,
        "extension_status_monitor/list": pbx.unmonitored,
        "get_token": pbx.session.access_token,
        "ivr/list": pbx.destinations,
        "queue/agent_status": first_queue,
        "queue/call_status": first_queue,
        "queue/list": pbx.queues,
        "ringgroup/list": pbx.destinations,
        "system/capacity": pbx.capacity,
        "system/information": pbx.connect,
        "trunk/list": pbx.trunks,
        "trunk_status_monitor/list": pbx.unmonitored,
        "vm/query": lambda: pbx.voicemails(["1"]),
    }
