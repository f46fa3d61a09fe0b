"""Ring groups and IVRs."""

from tests.simulator.p_series.pbx import Pbx

from .table import Answer, Params, Row, get, listed, matching

SORTED_BY = ("id", "number", "name")


@get("ringgroup/list")
def ring_group_list(pbx: Pbx, params: Params) -> Answer:
    """List the ring groups."""
    return listed(pbx, params, _ring_groups(pbx), SORTED_BY)


@get("ringgroup/search", "search_value")
def ring_group_search(pbx: Pbx, params: Params) -> Answer:
    """List the ring groups that have a text in number or name."""
    rows = matching(params, _ring_groups(pbx), ("number", "name"))
    return listed(pbx, params, rows, SORTED_BY)


def _ring_groups(pbx: Pbx) -> list[Row]:
    return [
        {
            "id": group.id,
            "number": group.number,
            "name": group.name,
            "ring_strategy": group.ring_strategy,
            "member_count": len(group.members),
        }
        for group in pbx.state.ring_groups.values()
    ]


@get("ivr/list")
def ivr_list(pbx: Pbx, params: Params) -> Answer:
    """List the IVRs."""
    rows: list[Row] = [
        {"id": ivr.id, "number": ivr.number, "name": ivr.name}
        for ivr in pbx.state.ivrs.values()
    ]
    return listed(pbx, params, rows, SORTED_BY)
