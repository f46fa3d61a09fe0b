"""Tokens: get, refresh, revoke."""

from tests.simulator.p_series.errors import RefusedError
from tests.simulator.p_series.pbx import Pbx

from .table import Answer, Params, get, post


@post("get_token", "username", "password", session=False)
def get_token(pbx: Pbx, params: Params) -> Answer:
    """Log in; five bad logins block the address, the ninth token is refused."""
    sessions = pbx.sessions
    given = params.text("username"), params.text("password")
    if given != (pbx.client_id, pbx.client_secret):
        sessions.failed(params.peer)
        raise RefusedError(pbx.quirks.bad_credentials)
    sessions.succeeded(params.peer)
    return sessions.open().answer


@post("refresh_token", "refresh_token", session=False)
def refresh_token(pbx: Pbx, params: Params) -> Answer:
    """Replace a pair of tokens."""
    return pbx.sessions.refresh(params.text("refresh_token")).answer


@get("del_token")
def del_token(pbx: Pbx, params: Params) -> None:
    """Revoke the token of the request."""
    pbx.sessions.close(params.token)
