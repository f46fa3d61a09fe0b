"""The box, and the switches without which nothing is told."""

from tests.simulator.p_series.errors import Errcode, RefusedError
from tests.simulator.p_series.pbx import Pbx

from .table import Answer, Params, Row, get, listed, post

EXTENSION_SWITCHES = {
    "enb_register_status": "monitor_registration",
    "enb_call_status": "monitor_calls",
    "enb_presence_status": "monitor_presence",
}
TRUNK_SWITCHES = {
    "enb_call_status": "monitor_calls",
    "enb_control_inbound_call": "answering_control",
}


@get("system/information")
def information(pbx: Pbx, params: Params) -> Answer:
    """Tell about the box; only a box of hardware tells its version."""
    device, now = pbx.state.device, pbx.clock()
    data: Row = {
        "device_name": device.device_name,
        "model_name": device.model_name,
        "sn": device.sn,
        "hardware_version": device.hardware_version,
        "firmware_version": device.firmware_version,
        "system_time": device.display(now),
        "up_time": max(0, int(now - device.booted)),
        "system_date_format": device.date_format,
        "system_time_format": device.time_format,
        "timestamp": int(now),
    }
    if not device.is_appliance:
        del data["hardware_version"]
    return {"data": data}


@get("system/capacity")
def capacity(pbx: Pbx, params: Params) -> Answer:
    """Tell how many extensions and calls there are and may be."""
    device = pbx.state.device
    return {
        "data": {
            "extension_capacity": device.extension_capacity,
            "extension_used": len(pbx.state.extensions),
            "cc_capacity": device.call_capacity,
            "cc_used": len(pbx.calls),
        }
    }


@get("extension_status_monitor/list")
def extension_monitors(pbx: Pbx, params: Params) -> Answer:
    """List the three switches of each extension."""
    rows: list[Row] = [
        {"ext_id": item.id, "number": item.number, "name": item.username}
        | {key: int(getattr(item, name)) for key, name in EXTENSION_SWITCHES.items()}
        for item in pbx.state.extensions.values()
    ]
    return listed(pbx, params, rows, ("ext_id", "number", "name"))


@post("extension_status_monitor/update")
def update_extension_monitors(pbx: Pbx, params: Params) -> None:
    """Set switches of extensions [vendor page update-extension-status-monitoring-settings]."""
    by_id: dict[int, object] = {item.id: item for item in pbx.state.extensions.values()}
    _set_switches(params, "ext_monitor_list", "ext_id", by_id, EXTENSION_SWITCHES)


@get("trunk_status_monitor/list")
def trunk_monitors(pbx: Pbx, params: Params) -> Answer:
    """List the two switches of each trunk; the names are those of the update."""
    rows: list[Row] = [
        {"trunk_id": item.id, "name": item.name}
        | {key: int(getattr(item, name)) for key, name in TRUNK_SWITCHES.items()}
        for item in pbx.state.trunks.values()
    ]
    return listed(pbx, params, rows, ("trunk_id", "name"))


@post("trunk_status_monitor/update")
def update_trunk_monitors(pbx: Pbx, params: Params) -> None:
    """Set switches of trunks [vendor page update-trunk-status-monitoring-settings]."""
    by_id: dict[int, object] = {item.id: item for item in pbx.state.trunks.values()}
    _set_switches(params, "trunk_monitor_list", "trunk_id", by_id, TRUNK_SWITCHES)


def _set_switches(
    params: Params,
    array: str,
    key: str,
    by_id: dict[int, object],
    switches: dict[str, str],
) -> None:
    rows = params.values.get(array, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise params.wrong(array)
    for row in rows:
        values = Params(row, is_query=False)
        item = by_id.get(values.number(key))
        if item is None:
            raise RefusedError(Errcode.NOT_FOUND)
        for field, name in switches.items():
            if field in row:
                setattr(item, name, bool(values.number(field, most=1)))
