"""From a request to an answer: the checks that all operations share."""

from collections.abc import Mapping
import json
import logging
from typing import Any

from .errors import Errno, RefusedError
from .operations import OPERATIONS, Operation, Query
from .pbx import Pbx
from .wire import Request

LOGGER = logging.getLogger("pbx_simulator")


def locate(request: Request) -> None:
    """Read version and endpoint out of `/api/{version}/{endpoint}`."""
    parts = request.path.split("/", 3)
    if len(parts) == 4 and parts[:2] == ["", "api"]:
        request.version, request.endpoint = parts[2], parts[3]


def answer(pbx: Pbx, request: Request) -> dict[str, object]:
    """Answer a request; every refusal is a `Failed` with its errno."""
    try:
        result = _perform(pbx, request)
    except RefusedError as err:
        return refusal(err.errno)
    if isinstance(result, bytes):
        request.file, result = result, None
    return {"status": "Success", **(result or {})}


def refusal(errno: int) -> dict[str, object]:
    """Return the answer of a refusal; the errno is a string."""
    return {"status": "Failed", "errno": str(errno)}


def _perform(pbx: Pbx, request: Request) -> dict[str, object] | bytes | None:
    operation = OPERATIONS.get(request.endpoint or "")
    method = operation.method if operation else "POST"
    if request.method != method:
        only_post = method == "POST"
        raise RefusedError(Errno.NOT_POST if only_post else Errno.UNSUPPORTED)
    if pbx.allowed_ips is not None and request.peer not in pbx.allowed_ips:
        raise RefusedError(Errno.ADDRESS)
    if operation is None or operation.version != request.version:
        raise RefusedError(Errno.UNSUPPORTED)
    token = request.token or ""
    if operation.session:
        pbx.sessions.check(token)
    body = _body(request, operation)
    fields = {name: value for name, value in body.items() if isinstance(value, str)}
    for name in operation.required:
        if not fields.get(name, "").strip():
            raise RefusedError(Errno.BLANK_PARAMETER)
    return operation.handler(pbx, Query(fields, request.peer, token, body))


def _body(request: Request, operation: Operation) -> Mapping[str, object]:
    """Return the fields, numbers exactly as they were written; those of a GET's query.

    No body at all is a blank request (20009), one of white space blank data (20007);
    operations that need nothing take both.
    """
    if operation.method == "GET":
        return request.query
    needs_body = bool(operation.required) or not operation.session
    if not request.raw.strip():
        if needs_body:
            raise RefusedError(Errno.BLANK_DATA if request.raw else Errno.BLANK_REQUEST)
        return {}
    body = parse(request.raw, exact=True)
    if not isinstance(body, dict):
        raise RefusedError(Errno.NOT_JSON)
    return body


def parse(raw: bytes, *, exact: bool = False) -> Any:
    """Return the parsed body, or refuse it; `exact` keeps numbers as they are written."""
    number = str if exact else None
    try:
        return json.loads(raw.decode(), parse_int=number, parse_float=number)
    except ValueError, RecursionError:
        raise RefusedError(Errno.NOT_JSON) from None


def remember_body(request: Request) -> None:
    """Keep the parsed body for those who look at requests."""
    try:
        request.body = parse(request.raw)
    except RefusedError:
        request.body = None
