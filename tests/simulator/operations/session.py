"""Login, heartbeat, logout."""

from hashlib import md5
from ipaddress import ip_address
import logging

from tests.simulator.errors import Errno, RefusedError
from tests.simulator.pbx import Pbx

from .table import GET_OR_POST, Answer, Query, operation

LOGGER = logging.getLogger("pbx_simulator")


@operation("login", session=False, kept_in_v2=True)
def login(pbx: Pbx, query: Query) -> Answer:
    """Open a session; the latest one gets the reports. v2 tells how they come."""
    sessions = pbx.sessions
    if sessions.is_locked(query.peer):
        raise RefusedError(Errno.LOCKED_OUT)
    wanted = md5(pbx.password.encode(), usedforsecurity=False).hexdigest()
    if query.get("username") != pbx.username or query.get("password") != wanted:
        sessions.failed(query.peer)
        raise RefusedError(Errno.BAD_CREDENTIALS)
    if not _takes_port(pbx, query.get("port")):
        raise RefusedError(Errno.BAD_PORT)
    sessions.succeeded(query.peer)
    token = sessions.open()
    try:
        pbx.set_report_target(query.peer, token, query.fields)
    except RefusedError:
        sessions.close(token)
        raise
    if not query.version.is_v2:
        return {"token": token}
    return {"token": token, "transport": pbx.quirks.report_method}


@operation("heartbeat", methods=GET_OR_POST, kept_in_v2=True)
def heartbeat(pbx: Pbx, query: Query) -> None:
    """Keep the session; a body says anew where reports go."""
    if not query.fields:
        return
    try:
        ip_address(query.get("ipaddr"))
    except ValueError:
        raise RefusedError(Errno.HEARTBEAT) from None
    if not valid_port(query.get("port")):
        raise RefusedError(Errno.HEARTBEAT)
    pbx.set_report_target(query["ipaddr"], query.token, query.fields)


@operation("logout", methods=GET_OR_POST, kept_in_v2=True)
def logout(pbx: Pbx, query: Query) -> None:
    """End the session and its reports."""
    pbx.sessions.close(query.token)
    pbx.forget_target(query.token)


def _takes_port(pbx: Pbx, port: str) -> bool:
    """Return whether a login may name this port; without one there are no reports.

    The guide demands a port between 0 and 65536; three public programs send none, two a
    blank one, one sends 0.
    """
    if pbx.quirks.strict_ports:
        return valid_port(port) and int(port) > 0
    return not port.strip() or valid_port(port)


def valid_port(port: str) -> bool:
    """Return whether a text is the number of a port, or 0."""
    return port.isascii() and port.isdigit() and int(port) < 65536
