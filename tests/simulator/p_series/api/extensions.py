"""Extensions: list, search, settings, presence."""

from collections.abc import Sequence

from tests.simulator.p_series.errors import Errcode, RefusedError
from tests.simulator.p_series.pbx import Pbx
from tests.simulator.p_series.state import PRESENCES, Extension

from .table import Answer, Params, Row, get, listed, matching, post

SORTED_BY = (
    "id",
    "number",
    "caller_id_name",
    "email_addr",
    "mobile_number",
    "presence_status",
)
SEARCHED = ("number", "caller_id_name", "email_addr", "mobile_number")
LINKUS = {"linkus_desktop": "Desktop", "linkus_mobile": "Mobile", "linkus_web": "Web"}
LONGEST_CALLER_ID = 31
TEXTS = (
    "first_name",
    "last_name",
    "email_addr",
    "mobile_number",
    "caller_id",
    "reg_name",
    "reg_password",
    "agent_id",
    "presence_mobile_prefix",
)


@get("extension/list")
def extension_list(pbx: Pbx, params: Params) -> Answer:
    """List the extensions: registration and presence, never whether they talk."""
    return listed(pbx, params, _rows(pbx), SORTED_BY)


@get("extension/search", "search_value")
def extension_search(pbx: Pbx, params: Params) -> Answer:
    """List the extensions that have a text in number, name, email or mobile."""
    return listed(pbx, params, matching(params, _rows(pbx), SEARCHED), SORTED_BY)


def _rows(pbx: Pbx) -> list[Row]:
    return [_row(pbx, item) for item in pbx.state.extensions.values()]


def _row(pbx: Pbx, extension: Extension) -> Row:
    row: Row = {
        "id": extension.id,
        "online_status": _online(extension, lies=pbx.quirks.list_status_lies),
        "presence_status": extension.presence,
        "number": extension.number,
        "caller_id_name": extension.username,
        "role_name": extension.role_name,
        "email_addr": extension.email_addr,
        "mobile_number": extension.mobile_number,
    }
    if pbx.quirks.omit_empty_keys:
        row = {key: value for key, value in row.items() if value != ""}
    return row


def _online(extension: Extension, *, lies: bool) -> Row:
    devices = extension.devices
    online: Row = {}
    for device, key in (("Fxs", "fxs_phone"), ("Sip", "sip_phone")):
        if device in devices:
            status = int(devices[device])
            phone: Row = {
                "status": 0 if lies else status,
                "ext_dev_type": device.lower(),
            }
            if device == "Sip":
                ip = extension.address if status else ""
                phone["status_list"] = [{"status": status, "ip": ip}]
            online[key] = phone
    for key, device in LINKUS.items():
        online[key] = {"status": int(devices.get(device, False))}
    return online


@get("extension/get", "id")
def extension_get(pbx: Pbx, params: Params) -> Answer:
    """Tell the settings of one extension, its passwords included."""
    return {"data": _settings(pbx, _found(pbx, [params.number("id")])[0])}


@get("extension/query", "ids")
def extension_query(pbx: Pbx, params: Params) -> Answer:
    """Tell the settings of several extensions."""
    return {"data": [_settings(pbx, e) for e in _found(pbx, params.ids("ids"))]}


def _found(pbx: Pbx, ids: Sequence[int]) -> list[Extension]:
    """Return the extensions of some ids; their numbers are no ids: 60001."""
    found = [item for item in pbx.state.extensions.values() if item.id in ids]
    if not found:
        raise RefusedError(Errcode.NOT_FOUND)
    return found


def _settings(pbx: Pbx, extension: Extension) -> Row:
    row = _row(pbx, extension)
    row |= {name: getattr(extension, name) for name in TEXTS}
    return row | {
        "concurrent_registrations": extension.concurrent_registrations,
        "user_password": extension.user_password,
    }


@post("extension/update", "id")
def extension_update(pbx: Pbx, params: Params) -> None:
    """Change an extension; keys that it does not know are ignored."""
    (extension,) = _found(pbx, [params.number("id")])
    texts = {name: params.text(name, "") for name in TEXTS if name in params.values}
    if len(texts.get("caller_id", "")) > LONGEST_CALLER_ID:
        raise params.wrong("caller_id")
    registrations = params.number(
        "concurrent_registrations", extension.concurrent_registrations, 1, 5
    )
    presence = params.choice("presence_status", PRESENCES, extension.presence)
    settings: Row = texts | {"concurrent_registrations": registrations}
    changed = {k: v for k, v in settings.items() if getattr(extension, k) != v}
    if changed:
        pbx.change_extension(extension.number, **changed)
    if presence != extension.presence:
        pbx.set_presence(extension.number, presence)
