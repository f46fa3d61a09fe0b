"""Questions that change nothing."""

from tests.simulator.calls import Call, Leg, LegKind
from tests.simulator.errors import Errno, RefusedError
from tests.simulator.pbx import Pbx
from tests.simulator.settings import FORWARDS
from tests.simulator.state import Extension, Ivr, Queue, Trunk

from .table import GET_OR_POST, Answer, Query, comma_list, operation

type Row = dict[str, object]


@operation("deviceinfo/query", methods=GET_OR_POST, kept_in_v2=True)
def device_info(pbx: Pbx, query: Query) -> Answer:
    """Tell about the box; v1 counts extensions that are registered, v2 those created."""
    device, now = pbx.state.device, pbx.clock()
    extensions = pbx.state.extensions
    registered = sum(item.ready for item in extensions.values())
    counted = len(extensions) if query.version.is_v2 else registered
    return {
        "deviceinfo": {
            "devicename": device.devicename,
            "sn": device.sn,
            "hardwarever": device.hardwarever,
            "firmwarever": device.firmwarever,
            "systemtime": f"{device.local_time(now)} {device.zone}",
            "uptime": device.uptime(now),
            "extensionstatus": f"{counted}/{device.max_extensions}",
        }
    }


@operation("extensionlist/query", methods=GET_OR_POST)
def extension_list(pbx: Pbx, query: Query) -> Answer:
    """List the extensions."""
    return listed(pbx, "extlist", extension_rows(pbx))


def extension_rows(pbx: Pbx) -> list[Row]:
    """Return the row of each extension."""
    statuses = pbx.board.shown_statuses()
    return [
        _list_row(pbx, item, statuses[item.number])
        for item in pbx.state.extensions.values()
    ]


def _list_row(pbx: Pbx, extension: Extension, status: str) -> Row:
    row: Row = {
        "extnumber": extension.number,
        "status": _cased(pbx, status),
        "type": extension.type,
    }
    if extension.port:
        row["port"] = extension.port
    row["username"] = extension.username
    if not pbx.quirks.no_agentid:
        row["agentid"] = extension.agentid
    return row


@operation("trunklist/query", methods=GET_OR_POST)
def trunk_list(pbx: Pbx, query: Query) -> Answer:
    """List the trunks."""
    rows = [trunk_row(pbx, item) for item in pbx.state.trunks.values()]
    return listed(pbx, "trunklist", rows)


def trunk_row(pbx: Pbx, trunk: Trunk) -> Row:
    """Return the row of a trunk; only those at a socket of the box have a port."""
    row: Row = {
        "trunkname": trunk.name,
        "status": _cased(pbx, pbx.board.shown_trunk_status(trunk)),
        "type": trunk.type,
    }
    if trunk.port:
        row["port"] = trunk.port
    return row


@operation("inbound/query", methods=GET_OR_POST)
def inbound(pbx: Pbx, query: Query) -> Answer:
    """List the inbound calls: all, or those with the given ids."""
    return _calls(pbx, query, LegKind.INBOUND)


@operation("outbound/query", methods=GET_OR_POST)
def outbound(pbx: Pbx, query: Query) -> Answer:
    """List the outbound calls: all, or those with the given ids."""
    return _calls(pbx, query, LegKind.OUTBOUND)


def _calls(pbx: Pbx, query: Query, kind: LegKind) -> Answer:
    wanted = comma_list(query.get(f"{kind}id"))
    rows = [
        _call_row(pbx, call, leg)
        for call in pbx.board.calls.values()
        for leg in call.outside_legs
        if leg.kind is kind and (not wanted or leg.id in wanted)
    ]
    return listed(pbx, kind, rows)


def _call_row(pbx: Pbx, call: Call, leg: Leg) -> Row:
    row: Row = {
        f"{leg.kind}id": leg.id,
        "from": leg.source,
        "to": leg.target,
        "trunk": leg.trunk,
        "status": call.status,
    }
    if leg.kind is LegKind.INBOUND:
        callees = [{"extid": item.number} for item in call.living if not item.outside]
        single = pbx.quirks.callee_as_object and len(callees) == 1
        row["callee"] = callees[0] if single else callees
    return row


@operation("extension/query")
def extension_query(pbx: Pbx, query: Query) -> Answer:
    """Tell everything about extensions, secrets included, as the PBX does."""
    return extensions(pbx, query.get("extid"))


def extensions(pbx: Pbx, numbers: str) -> Answer:
    """Return the rows of all extensions, or of those that are named."""
    wanted = comma_list(numbers)
    known = pbx.state.extensions
    if wanted and wanted != ["all"]:
        _all_known(wanted, known, Errno.NO_EXTENSION)
        known = {number: known[number] for number in wanted}
    return {"extinfos": [_info_row(pbx, item) for item in known.values()]}


def _info_row(pbx: Pbx, extension: Extension) -> Row:
    row: Row = {
        "extnumber": extension.number,
        "username": extension.username,
        "status": pbx.board.shown_status(extension),
        "type": extension.type,
    }
    if extension.port:
        row["port"] = extension.port
    sip = extension.type != "FXS"
    row |= {
        "callerid": extension.callerid or extension.number,
        "registername": extension.number if sip else "",
        "registerpassword": extension.register_password,
        "maxregistrations": "1",
        "loginpassword": extension.login_password_md5,
        "email": "",
        "moblie": extension.mobile,
        "language": "System Default",
        "hasvoicemail": "on",
        "enablevmtoemail": "off",
        "vmsecret": extension.voicemail_pin,
    }
    for switch, start, name in FORWARDS:
        row |= extension.forwards[name].shown(switch, start)
    row |= {
        "ringsimultaneous": "off",
        "mobileprefix": "",
        "enablemobile": "off",
        "allowbeingmonitored": _on_off(on=extension.may_be_monitored),
        "monitormode": str(extension.monitor_mode),
        "ringtimeout": str(extension.ring_timeout),
        "maxduration": extension.max_duration,
        "dnd": _on_off(on=extension.dnd),
        "callrestriction": _on_off(on=not extension.may_dial_out),
    }
    if not pbx.quirks.no_agentid:
        row["agentid"] = extension.agentid
    return row | _call_fields(pbx, extension)


def _call_fields(pbx: Pbx, extension: Extension) -> Row:
    """Return the other party of the extension's call, as v1 adds it."""
    for call, leg in pbx.board.legs_of(extension.number):
        for other in call.others(leg):
            if not other.outside:
                return {"ext": {"extid": other.number}}
            return {
                str(other.kind): {
                    "from": other.source,
                    "to": other.target,
                    "trunk": other.trunk,
                    f"{other.kind}id": other.id,
                }
            }
    return {}


@operation("ivr/query")
def ivr_query(pbx: Pbx, query: Query) -> Answer:
    """Tell about IVRs: all, one, several."""
    return ivrs(pbx, query.get("ivrid"))


def ivrs(pbx: Pbx, numbers: str) -> Answer:
    """Return the rows of all IVRs, or of those that are named."""
    wanted = comma_list(numbers) or list(pbx.state.ivrs)
    if wanted == ["all"]:
        wanted = list(pbx.state.ivrs)
    _all_known(wanted, pbx.state.ivrs, Errno.NO_IVR)
    return {"ivr": [_ivr_row(pbx.state.ivrs[number]) for number in wanted]}


def _ivr_row(ivr: Ivr) -> Row:
    return {
        "ivrnumber": ivr.number,
        "ivrname": ivr.name,
        "prompt": "[Default]",
        "promptrepeat": "3",
        "responsetimeout": "3",
        "digittimeout": "3",
        "dialext": "on",
        "dialoutboundroutes": "off",
        "dialtocheckvoicemail": "off",
    }


@operation("queue/query")
def queue_query(pbx: Pbx, query: Query) -> Answer:
    """Tell about queues: all, one, several."""
    return queues(pbx, query.get("queueid"))


def queues(pbx: Pbx, numbers: str) -> Answer:
    """Return the rows of all queues, or of those that are named."""
    wanted = comma_list(numbers) or list(pbx.state.queues)
    if wanted == ["all"]:
        wanted = list(pbx.state.queues)
    _all_known(wanted, pbx.state.queues, Errno.NO_QUEUE)
    return {"queues": [_queue_row(pbx.state.queues[number]) for number in wanted]}


def _queue_row(queue: Queue) -> Row:
    return {
        "queuenumber": queue.number,
        "password": queue.password,
        "queuename": queue.name,
        "ringstrategy": "Ring All",
        "failoveraction": "Hang up",
        "agents": "".join(f"{agent}," for agent in queue.agents),
        "agenttimeout": str(queue.agent_timeout),
        "agentannounce": "[None]",
        "wrapuptime": "30",
        "ringinuse": "off",
        "retry": str(queue.retry),
        "musiconhold": "[None]",
        "maxwaittime": str(queue.max_wait),
        "joinempty": "on",
        "leavewhenempty": "off",
    }


def listed(pbx: Pbx, name: str, rows: list[Row]) -> Answer:
    """Return a list under its name; some boxes leave out one that is empty."""
    return {} if pbx.quirks.omit_empty_lists and not rows else {name: rows}


def _cased(pbx: Pbx, status: str) -> str:
    return status.lower() if pbx.quirks.lower_case_status else str(status)


def _on_off(*, on: bool) -> str:
    return "on" if on else "off"


def _all_known(
    wanted: list[str],
    known: dict[str, Extension] | dict[str, Ivr] | dict[str, Queue],
    errno: Errno,
) -> None:
    if any(number not in known for number in wanted):
        raise RefusedError(errno)
