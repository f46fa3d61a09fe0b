"""Voicemail: mailboxes of groups, list, listen, mark as read, delete."""

from tests.simulator.p_series.errors import Errcode, RefusedError
from tests.simulator.p_series.pbx import Pbx
from tests.simulator.p_series.records import Voicemail, sound
from tests.simulator.p_series.state import GroupMailbox

from .table import Answer, Params, Row, get, listed, post

READ = "1"


@get("vm_group/list")
def group_list(pbx: Pbx, params: Params) -> Answer:
    """List the mailboxes of groups [vendor page query-group-voicemail-list]."""
    mailboxes = [_group(pbx, mailbox) for mailbox in pbx.state.mailboxes.values()]
    keys = ("id", "number", "name", "type", "mode")
    return listed(pbx, params, mailboxes, keys, array="vm_group_list")


def _group(pbx: Pbx, mailbox: GroupMailbox) -> Row:
    messages = pbx.archive.voicemails.get(mailbox.number, [])
    extensions = pbx.state.extensions
    return {
        "id": mailbox.id,
        "type": mailbox.type,
        "number": mailbox.number,
        "name": mailbox.name,
        "mode": mailbox.mode,
        "member_list": [
            {
                "text": extensions[number].username,
                "text2": number,
                "value": str(extensions[number].id),
                "type": "extension",
            }
            for number in mailbox.members
        ],
        "messages": {
            "total": len(messages),
            "unread": sum(not message.is_read for message in messages),
        },
    }


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
    group = pbx.state.mailboxes.get(number)
    # Of groups, only those that share their messages can be asked for.
    if not (group.mode == "share" if group else number in pbx.state.extensions):
        raise RefusedError(Errcode.NOT_FOUND)
    messages = pbx.archive.voicemails.get(number, [])
    return [_row(pbx, index, message, group) for index, message in enumerate(messages)]


def _row(pbx: Pbx, index: int, message: Voicemail, group: GroupMailbox | None) -> Row:
    readers = [
        {
            "name": pbx.state.extensions[number].username,
            "number": number,
            "is_read": int(message.is_read),
        }
        for number in (group.members if group else ())
    ]
    return {
        "msg_id": message.msg_id,
        "file_name": f"msg{index:04}.wav",
        "is_read": int(message.is_read),
        "duration": message.duration,
        "size": len(sound(message.duration)),
        "group_voicemail_read_status": readers or None,
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


@get("vm/delete", "id")
def vm_delete(pbx: Pbx, params: Params) -> None:
    """Delete a message [vendor page delete-a-voicemail-message]."""
    message = _message(pbx, params.text("id"))
    pbx.archive.voicemails[message.number].remove(message)


def _message(pbx: Pbx, msg_id: str) -> Voicemail:
    message = pbx.archive.message(msg_id)
    if message is None:
        raise RefusedError(Errcode.NOT_FOUND)
    return message
