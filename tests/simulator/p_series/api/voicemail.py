"""Voicemail: list, listen, mark as read."""

from tests.simulator.p_series.errors import Errcode, RefusedError
from tests.simulator.p_series.pbx import Pbx
from tests.simulator.p_series.records import Voicemail, sound

from .table import Answer, Params, Row, get, listed, post

READ = "1"


@get("vm/get", "number")
def vm_get(pbx: Pbx, params: Params) -> Answer:
    """List the messages of one mailbox."""
    return listed(pbx, params, _rows(pbx, params.text("number")), ("msg_id", "time"))


@get("vm/query", "number")
def vm_query(pbx: Pbx, params: Params) -> Answer:
    """List the messages of several mailboxes, in an array of another name."""
    boxes: list[Row] = []
    for number in params.text("number").split(","):
        rows = _rows(pbx, number.strip())
        boxes.append(
            {"number": number.strip(), "total_number": len(rows), "data": rows or None}
        )
    return {"voicemail_list": boxes}


def _rows(pbx: Pbx, number: str) -> list[Row]:
    if number not in pbx.state.extensions:
        raise RefusedError(Errcode.NOT_FOUND)
    messages = pbx.archive.voicemails.get(number, [])
    return [_row(pbx, index, message) for index, message in enumerate(messages)]


def _row(pbx: Pbx, index: int, message: Voicemail) -> Row:
    return {
        "msg_id": message.msg_id,
        "file_name": f"msg{index:04}.wav",
        "is_read": int(message.is_read),
        "duration": message.duration,
        "size": len(sound(message.duration)),
        "group_voicemail_read_status": None,
        "name": message.name,
        "time": pbx.state.device.display(message.received),
        "number": message.caller,
    }


@get("vm/download", "msg_id")
def vm_download(pbx: Pbx, params: Params) -> Answer:
    """Return the address of a message."""
    message = _message(pbx, params.text("msg_id"))
    return pbx.link(None, "PBX-Voicemail", sound(message.duration))


@post("vm/update", "id", "vm_status")
def vm_update(pbx: Pbx, params: Params) -> None:
    """Mark a message as read [vendor page update-read-status-of-a-voicemail-message].

    The page's table wants `vm_status` as text, its sample has a number: both are taken.
    """
    message = _message(pbx, params.text("id"))
    if str(params.values["vm_status"]) != READ:
        raise params.wrong("vm_status")
    message.is_read = True


def _message(pbx: Pbx, msg_id: str) -> Voicemail:
    message = pbx.archive.message(msg_id)
    if message is None:
        raise RefusedError(Errcode.NOT_FOUND)
    return message
