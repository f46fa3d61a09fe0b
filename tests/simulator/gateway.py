"""From a request to an answer: the checks that all operations share."""

from collections.abc import Mapping
import json
import logging
from typing import Any

from .errors import Errno, RefusedError
from .operations import Operation, Query, find_operation
from .pbx import Pbx
from .versions import ApiVersion, Versions
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


def refusal(errno: int | None) -> dict[str, object]:
    """Return the answer of a refusal; the errno is a string, if there is one."""
    answer: dict[str, object] = {"status": "Failed"}
    if errno is not None:
        answer["errno"] = str(errno)
    return answer


def _perform(pbx: Pbx, request: Request) -> dict[str, object] | bytes | None:
    if pbx.quirks.versions is Versions.OFF:
        raise RefusedError(Errno.UNSUPPORTED)
    version = _version(pbx, request)
    operation = find_operation(request.endpoint or "", version) if version else None
    methods = operation.methods if operation else ("POST",)
    if request.method not in methods:
        only_get = "POST" not in methods
        raise RefusedError(Errno.UNSUPPORTED if only_get else Errno.NOT_POST)
    if pbx.allowed_ips is not None and request.peer not in pbx.allowed_ips:
        raise RefusedError(Errno.ADDRESS)
    if operation is None or version is None:
        raise RefusedError(Errno.UNSUPPORTED)
    token = request.token or ""
    if operation.session:
        pbx.sessions.check(token)
    body = _body(request, operation)
    fields = {name: value for name, value in body.items() if isinstance(value, str)}
    for name in operation.required:
        if not fields.get(name, "").strip():
            raise RefusedError(Errno.BLANK_PARAMETER)
    return operation.handler(pbx, Query(fields, request.peer, token, version, body))


def _version(pbx: Pbx, request: Request) -> ApiVersion | None:
    """Return the version in the path, if this box serves it."""
    served = pbx.quirks.versions.served
    return next((version for version in served if version == request.version), None)


def _body(request: Request, operation: Operation) -> Mapping[str, object]:
    """Return the fields, numbers exactly as they were written; those of a GET's query.

    No body at all is a blank request (20009), one of white space blank data (20007).
    Operations that need no field take any body: public programs query with none, `""`,
    `{}` and `[]`, and one has sent heartbeats that are not JSON for years.
    """
    if operation.in_url or request.method == "GET":
        return {k: v for k, v in request.query.items() if k != "token"}
    needs_body = bool(operation.required) or not operation.session
    if not request.raw.strip() and needs_body:
        raise RefusedError(Errno.BLANK_DATA if request.raw else Errno.BLANK_REQUEST)
    try:
        body = parse(request.raw, exact=True)
    except RefusedError:
        if needs_body:
            raise
        return {}
    if isinstance(body, dict):
        return body
    if needs_body:
        raise RefusedError(Errno.NOT_JSON)
    return {}


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
