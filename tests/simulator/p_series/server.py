"""The web server of the PBX: closes after each answer, always says 200, and misbehaves."""

import asyncio
import logging
import socket
import ssl
import struct

from aiohttp import web

from tests.simulator.faults import DOES_NO_WORK, Fault, FaultPlan, spoil

from .errors import Errcode, envelope
from .events import compact
from .gateway import answer, may_subscribe
from .pbx import Pbx
from .request import Request

LOGGER = logging.getLogger("pbx_simulator")
MOST_REMEMBERED = 20_000
DRIP_BYTES = 16
DRIP_SECONDS = 0.02
STATUSES = {Fault.HTTP_500: 500, Fault.REDIRECT: 301}
WEB_PAGES = (Fault.WRONG_TYPE, Fault.HTML, Fault.HTTP_500)
SUBSCRIBE = "subscribe"


class Server:
    """Listens for requests and for subscribers of the websocket."""

    def __init__(self, pbx: Pbx, faults: FaultPlan) -> None:
        """Start without a socket."""
        self.port = 0
        self.requests: list[Request] = []
        self.logins_ok = self.logins_failed = 0
        self.latency = 0.0
        self.in_flight = 0
        self.most_in_flight = 0
        self.down = False
        self._pbx = pbx
        self._faults = faults
        self._runner: web.ServerRunner | None = None

    async def start(self, port: int, context: ssl.SSLContext | None) -> None:
        """Listen."""
        server = web.Server(self._handle, access_log=None, handler_cancellation=True)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.01)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._pbx.host, port, ssl_context=context)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening and end every connection."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def _handle(self, web_request: web.BaseRequest) -> web.StreamResponse:
        raw = await _body_of(web_request)
        request = Request(
            web_request.method,
            web_request.path,
            web_request.rel_url.raw_query_string,
            {name.lower(): value for name, value in web_request.headers.items()},
            raw or b"",
            web_request.remote or "",
            self._pbx.clock(),
        )
        if self.down:
            return _closed(web_request)
        request.locate()
        if raw is None:
            return _plain(compact(envelope(Errcode.FILE_SIZE)).encode())
        if request.endpoint == SUBSCRIBE:
            return await self._subscribe(web_request, request)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            return await self._respond(web_request, request)
        finally:
            self.in_flight -= 1

    async def _subscribe(
        self, web_request: web.BaseRequest, request: Request
    ) -> web.StreamResponse:
        self._remember(request)
        if self._pbx.hub.refuses:
            return _plain(b"", 503)
        request.answer = may_subscribe(self._pbx, request)
        if request.answer["errcode"]:
            return _plain(compact(request.answer).encode())
        if not request.wants_websocket:
            return _plain(b"", 400)
        return await self._pbx.hub.serve(web_request, request.token, request.peer)

    async def _respond(
        self, web_request: web.BaseRequest, request: Request
    ) -> web.StreamResponse:
        self._remember(request)
        planned = self._faults.take(request.endpoint)
        fault = planned if isinstance(planned, Fault) else None
        request.fault = fault
        if self.latency:
            await asyncio.sleep(self.latency)
        body = b"{}"
        if fault not in DOES_NO_WORK:
            refused = planned if isinstance(planned, int) else None
            request.answer = (
                answer(self._pbx, request) if refused is None else envelope(refused)
            )
            body = request.file or compact(request.answer).encode()
            self._count(request)
        said = fault or request.answer.get("errcode")
        polls = request.method == "GET" and not said
        LOGGER.log(
            logging.DEBUG if polls else logging.INFO,
            "request %s %s -> %s",
            request.method,
            request.endpoint or request.path,
            said,
        )
        return await _send(web_request, body, fault, is_file=bool(request.file))

    def _count(self, request: Request) -> None:
        if request.endpoint == "get_token":
            self.logins_failed += bool(request.answer["errcode"])
            self.logins_ok += not request.answer["errcode"]

    def _remember(self, request: Request) -> None:
        self.requests.append(request)
        del self.requests[:-MOST_REMEMBERED]


async def _body_of(request: web.BaseRequest) -> bytes | None:
    """Return the body of a request, None if it is too large."""
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        return None


# How answers go wrong


async def _send(
    request: web.BaseRequest, body: bytes, fault: Fault | None, *, is_file: bool
) -> web.StreamResponse:
    match fault:
        case Fault.HANG:
            await asyncio.Event().wait()
        case Fault.RESET:
            _reset(request)
            return _closed(request)
        case Fault.CLOSE | Fault.CLOSE_AFTER:
            return _closed(request)
        case Fault.HALF | Fault.SLOW:
            return await _drip(request, body, fault)
    if fault:
        body = spoil(body, fault)
    response = _plain(body, STATUSES.get(fault, 200) if fault else 200)
    response.content_type = "audio/wav" if is_file else "application/json"
    if fault in WEB_PAGES:
        response.content_type = "text/html"
    if fault is Fault.REDIRECT:
        response.headers["Location"] = "https://127.0.0.1:8088/"
    return response


def _plain(body: bytes, status: int = 200) -> web.Response:
    """Return an answer after which the connection is closed."""
    response = web.Response(body=body, status=status, content_type="application/json")
    response.force_close()
    return response


def _closed(request: web.BaseRequest) -> web.Response:
    """Close the connection; what is returned goes nowhere."""
    if request.transport:
        request.transport.abort()
    return web.Response()


def _reset(request: web.BaseRequest) -> None:
    """Let the connection close with RST instead of FIN."""
    raw = request.get_extra_info("socket")
    if raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def _drip(
    request: web.BaseRequest, body: bytes, fault: Fault
) -> web.StreamResponse:
    """Send an answer in small pieces, or only the first half of it."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(body)
    response.force_close()
    await response.prepare(request)
    end = len(body) // 2 if fault is Fault.HALF else len(body)
    for start in range(0, end, DRIP_BYTES):
        await response.write(body[start : min(end, start + DRIP_BYTES)])
        if fault is Fault.SLOW:
            await asyncio.sleep(DRIP_SECONDS)
    if fault is Fault.HALF and request.transport:
        request.transport.close()
    return response
