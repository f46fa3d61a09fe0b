"""From a request to an answer: the checks that all endpoints share."""

from collections.abc import Mapping
import json

from .api import OPERATIONS, OPERATIONS_V2, Operation, Params
from .errors import Errcode, RefusedError, envelope
from .pbx import Pbx
from .request import Request

V1, V2 = "v1.0", "v2.0"
V2_NAMES = ("cdr/", "call_report/")
V2_SINCE = (23, 0, 123)
DOWNLOAD = "/api/download/"


def answer(pbx: Pbx, request: Request) -> dict[str, object]:
    """Answer a request; every refusal is an errcode, the status is always 200."""
    try:
        _check_peer(pbx, request)
        if request.path.startswith(DOWNLOAD):
            _download(pbx, request)
            return envelope(Errcode.SUCCESS)
        return envelope(Errcode.SUCCESS) | (_perform(pbx, request) or {})
    except RefusedError as err:
        return err.answer


def may_subscribe(pbx: Pbx, request: Request) -> dict[str, object]:
    """Return errcode 0 for an upgrade with a good token, and for no upgrade."""
    try:
        _check_peer(pbx, request)
        _check_subscription(pbx, request)
    except RefusedError as err:
        return err.answer
    return envelope(Errcode.SUCCESS)


def _check_peer(pbx: Pbx, request: Request) -> None:
    if pbx.allowed_ips is not None and request.peer not in pbx.allowed_ips:
        raise RefusedError(Errcode.FORBIDDEN)
    if request.peer in pbx.sessions.blocked:
        raise RefusedError(Errcode.BLOCKED)
    if not request.headers.get("user-agent", "").strip():
        raise RefusedError(Errcode.PARAMETER)


def _check_subscription(pbx: Pbx, request: Request) -> None:
    if (request.method, request.version) != ("GET", V1) or not _has_api(pbx):
        raise RefusedError(Errcode.NO_INTERFACE)
    if request.wants_websocket:
        pbx.sessions.check(request.token)


def _has_api(pbx: Pbx) -> bool:
    return pbx.state.device.has_api


def _perform(pbx: Pbx, request: Request) -> dict[str, object] | None:
    operation = _operation(pbx, request)
    if operation.session:
        pbx.sessions.check(request.token)
    for beginning, errcode in pbx.quirks.denied.items():
        if (request.endpoint or "").startswith(beginning):
            raise RefusedError(errcode)
    params = _params(request, operation)
    return operation.handler(pbx, params)


def _operation(pbx: Pbx, request: Request) -> Operation:
    """Return what this model with this firmware has at a path."""
    endpoint, firmware = request.endpoint or "", pbx.state.device.firmware
    table = {V1: OPERATIONS, V2: OPERATIONS_V2}.get(request.version or "", {})
    operation = table.get(endpoint)
    if request.version == V2 and endpoint.startswith(V2_NAMES) and firmware < V2_SINCE:
        # An older box answers so [seen live].
        raise RefusedError(Errcode.INTERNAL)
    if (
        operation is None
        or operation.method != request.method
        or firmware < operation.since
        or not _has_api(pbx)
    ):
        raise RefusedError(Errcode.NO_INTERFACE)
    return operation


def _params(request: Request, operation: Operation) -> Params:
    """Return the parameters; those that are required must be there and not blank."""
    is_query = operation.method == "GET"
    values: Mapping[str, object]
    if is_query:
        values = request.query
    else:
        values = _body(request)
        request.body = values
    params = Params(values, is_query, request.peer, request.token, request.raw_query)
    missing = [name for name in operation.required if not params.has(name)]
    if missing:
        raise RefusedError(Errcode.PARAMETER, invalid=missing)
    return params


def _body(request: Request) -> dict[str, object]:
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise RefusedError(Errcode.SYNTAX)
    try:
        body = json.loads(request.raw.decode())
    except ValueError, RecursionError:
        raise RefusedError(Errcode.SYNTAX) from None
    if not isinstance(body, dict):
        raise RefusedError(Errcode.SYNTAX)
    return body


def _download(pbx: Pbx, request: Request) -> None:
    """Serve a file whose address was given out; it needs a token, too."""
    if request.method != "GET":
        raise RefusedError(Errcode.NO_INTERFACE)
    pbx.sessions.check(request.token)
    request.file = pbx.archive.links.take(request.path.removeprefix(DOWNLOAD))
    if request.file is None:
        raise RefusedError(Errcode.NOT_FOUND)
