"""The visit to a P-Series."""

from typing import Any, ClassVar, Final, override

import aiohttp

from custom_components.yeastar.pbx.models import Family
from custom_components.yeastar.pbx.p_series.event_socket import EventSocket
from custom_components.yeastar.pbx.p_series.session import PSeriesSession
from custom_components.yeastar.pbx.wire import Json, integer, rows, text

from .recorder import Recorder
from .visit import Place, Visit, attempt, last_day

_ALL: Final = {"page": 1, "page_size": 10000}
_FEW: Final = {"page": 1, "page_size": 20}
_LISTS: Final = (
    "trunk/list",
    "ivr/list",
    "ringgroup/list",
    "extension_status_monitor/list",
    "trunk_status_monitor/list",
)
_DIRECTIONS: Final = ("inbound", "outbound", "internal")


class PSeriesVisit(Visit):
    """Asks a P-Series, and follows its events."""

    family: ClassVar[Family] = Family.P_SERIES
    before: ClassVar[str] = (
        "This is a P-Series. The visit takes one of the eight sessions that it allows\n"
        "for a Client ID, and gives it back. Home Assistant goes on meanwhile. Nothing\n"
        "is changed in the PBX."
    )

    def __init__(
        self, recorder: Recorder, web: aiohttp.ClientSession, place: Place
    ) -> None:
        """Prepare; nothing is sent yet."""
        super().__init__(recorder)
        self._session = PSeriesSession(
            web,
            host=place.host,
            port=place.port,
            ssl=place.ssl,
            client_id=place.username,
            client_secret=place.password,
            pin=place.pin,
        )
        self._session.http = place.http(recorder, web)
        self._socket = EventSocket(self._session)
        self.reports_by = "websocket"

    @override
    async def log_in(self) -> None:
        await self._session.access_token()

    @override
    async def ask(self) -> None:
        session = self._session
        for endpoint in ("system/information", "system/capacity"):
            await attempt(session.get(endpoint))
        phones = await self._rows("extension/list", "data")
        for endpoint in _LISTS:
            await attempt(session.get(endpoint, _ALL))
        await self._ask_for_calls()
        if (first := _first(phones, "id")) is not None:
            await attempt(session.get("extension/get", {"id": first}))
        if (number := _first(phones, "number")) is not None:
            await attempt(session.get("vm/query", {"number": number}))
        queues = await self._rows("queue/list", "queue_list")
        if (queue := _first(queues, "id")) is not None:
            for endpoint in ("queue/call_status", "queue/agent_status"):
                await attempt(session.get(endpoint, {"id": queue}))
        await attempt(session.get("company_contact/list", _FEW))
        since, until = (int(moment.timestamp()) for moment in last_day())
        times = {"start_time": since, "end_time": until}
        await attempt(session.get("cdr/search", {**_FEW, **times}))

    async def _rows(self, endpoint: str, key: str) -> list[dict[str, Json]]:
        answer: dict[str, Any] = await attempt(self._session.get(endpoint, _ALL)) or {}
        return [row for row in rows(answer.get(key)) if isinstance(row, dict)]

    async def _ask_for_calls(self) -> None:
        for direction in _DIRECTIONS:
            await attempt(self._session.get("call/query", {"type": direction}))

    @override
    async def log_out(self) -> None:
        await self._session.log_out()

    @override
    async def follow(self) -> None:
        await self._socket.listen(lambda: None, self.recorder.told)

    @override
    async def poll(self) -> None:
        await attempt(self._session.get("extension/list", _ALL))
        await self._ask_for_calls()


def _first(found: list[dict[str, Json]], key: str) -> int | str | None:
    """Return a field of the first row, None if there is none."""
    value = found[0].get(key) if found else None
    number = integer(value)
    return number if key == "id" else text(value) or None
