"""Operations on a call that a trunk carries: hang up, transfer, accept, refuse."""

from collections.abc import Callable, Mapping

from tests.simulator.calls import LegKind
from tests.simulator.errors import Errno, RefusedError
from tests.simulator.pbx import Pbx

from .table import Answer, Handler, Query, must_exist, operation, outside_number


@operation("inbound/hangup", "inboundid")
def hang_up_inbound(pbx: Pbx, query: Query) -> None:
    """End an inbound call."""
    pbx.board.end(*pbx.board.find_outside(LegKind.INBOUND, query["inboundid"]))


@operation("outbound/hangup", "outboundid")
def hang_up_outbound(pbx: Pbx, query: Query) -> None:
    """End an outbound call."""
    pbx.board.end(*pbx.board.find_outside(LegKind.OUTBOUND, query["outboundid"]))


def _transfer(
    kind: LegKind,
    what: str,
    field: str,
    known: Callable[[Pbx], Mapping[str, object]],
    errno: Errno,
) -> Handler:
    """Enter a transfer to something of the PBX into the table."""

    @operation(f"{kind}/transfer_{what}", f"{kind}id", field)
    def transfer(pbx: Pbx, query: Query) -> Answer:
        if query[field] not in known(pbx):
            raise RefusedError(errno)
        call, leg = pbx.board.find_outside(kind, query[f"{kind}id"])
        pbx.dialling.move(call, leg, query[field])
        return {"callid": call.callid}

    return transfer


def _transfer_outside(kind: LegKind) -> Handler:
    """Enter a transfer to an outside number into the table."""

    @operation(f"{kind}/transfer_outbound", f"{kind}id", "outto", "fromext")
    def transfer(pbx: Pbx, query: Query) -> Answer:
        must_exist(pbx, query["fromext"])
        number = outside_number(query["outto"])
        call, leg = pbx.board.find_outside(kind, query[f"{kind}id"])
        pbx.dialling.move_outside(call, leg, number, query["fromext"])
        return {"callid": call.callid}

    return transfer


for _kind in (LegKind.INBOUND, LegKind.OUTBOUND):
    _transfer(
        _kind,
        "extension",
        "extid",
        lambda pbx: pbx.state.extensions,
        Errno.NO_EXTENSION,
    )
    _transfer(_kind, "ivr", "ivrid", lambda pbx: pbx.state.ivrs, Errno.NO_IVR)
    _transfer_outside(_kind)
_transfer(
    LegKind.INBOUND, "queue", "queueid", lambda pbx: pbx.state.queues, Errno.NO_QUEUE
)
_transfer(
    LegKind.INBOUND,
    "ringgroup",
    "ringgroupid",
    lambda pbx: pbx.state.ring_groups,
    Errno.NO_RING_GROUP,
)


@operation("inbound/accept", "inboundid")
def accept(pbx: Pbx, query: Query) -> None:
    """Let an offered call in, if there is still time."""
    call, _ = pbx.board.find_outside(LegKind.INBOUND, query["inboundid"])
    if not call.offered:
        raise RefusedError(Errno.TOO_LATE)
    pbx.phones.let_in(call)


@operation("inbound/refuse", "inboundid")
def refuse(pbx: Pbx, query: Query) -> None:
    """Refuse an offered call, if there is still time."""
    call, leg = pbx.board.find_outside(LegKind.INBOUND, query["inboundid"])
    if not call.offered:
        raise RefusedError(Errno.TOO_LATE)
    pbx.board.end(call, leg)
