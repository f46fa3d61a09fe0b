"""Trunks: list and status."""

from collections.abc import Sequence

from tests.simulator.p_series.errors import Errcode, RefusedError
from tests.simulator.p_series.pbx import Pbx
from tests.simulator.p_series.state import Trunk

from .table import Answer, Params, Row, get, listed, matching

SORTED_BY = ("id", "name", "type", "host_port", "def_outbound_cid", "username")


@get("trunk/list")
def trunk_list(pbx: Pbx, params: Params) -> Answer:
    """List the trunks; their status is a number."""
    return listed(pbx, params, _rows(pbx), SORTED_BY)


@get("trunk/search", "search_value")
def trunk_search(pbx: Pbx, params: Params) -> Answer:
    """List the trunks that have a text in their name or address."""
    rows = matching(params, _rows(pbx), ("name", "host_port", "username"))
    return listed(pbx, params, rows, SORTED_BY)


@get("trunk/get", "id")
def trunk_get(pbx: Pbx, params: Params) -> Answer:
    """Tell about one trunk."""
    return {"data": _found(pbx, [params.number("id")])[0]}


@get("trunk/query", "ids")
def trunk_query(pbx: Pbx, params: Params) -> Answer:
    """Tell about several trunks."""
    return {"data": _found(pbx, params.ids("ids"))}


def _found(pbx: Pbx, ids: Sequence[int]) -> list[Row]:
    rows = [row for row in _rows(pbx) if row["id"] in ids]
    if not rows:
        raise RefusedError(Errcode.NOT_FOUND)
    return rows


def _rows(pbx: Pbx) -> list[Row]:
    return [_row(pbx, trunk) for trunk in pbx.state.trunks.values()]


def _row(pbx: Pbx, trunk: Trunk) -> Row:
    row: Row = {
        "id": trunk.id,
        "status": int(pbx.board.shown_trunk_status(trunk)),
        "name": trunk.name,
        "type": trunk.type,
    }
    if trunk.host_port:
        row["host_port"] = trunk.host_port
    if trunk.username:
        row["username"] = trunk.username
    if trunk.sends_texts:
        row["gsm_signal_level"] = trunk.gsm_signal_level
    return row
