"""Text messages."""

import re
from urllib.parse import unquote_plus

from tests.simulator.errors import Errno, RefusedError
from tests.simulator.pbx import Pbx
from tests.simulator.versions import ApiVersion

from .table import Answer, Query, operation, outside_number

LONGEST = 2000
SENDING_SECONDS = 1
ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2}|[ -$&-~])*")


@operation("sms/send", "trunk", since=ApiVersion.V1_0_1, kept_in_v2=True)
def send(pbx: Pbx, query: Query) -> Answer:
    """Send a text message; whether it went out is reported later."""
    trunk = pbx.state.trunks.get(query["trunk"])
    if trunk is None or trunk.type != "GSM":
        raise RefusedError(Errno.NO_GSM)
    if not query.get("phonenumber"):
        raise RefusedError(Errno.BLANK_NUMBER)
    number = outside_number(query["phonenumber"])
    text = decoded(query.get("message"))
    if pbx.board.shown_trunk_status(trunk) != "Idle":
        raise RefusedError(Errno.GSM_BUSY)
    smsid = f"{number}-{int(pbx.clock())}"
    pbx.sms_sent.append((trunk.name, number, text))
    pbx.timers.start(
        f"sms {len(pbx.sms_sent)}",
        smsid,
        SENDING_SECONDS,
        lambda: pbx.reporter.plain("sms-send", status=pbx.sms_outcome, smsid=smsid),
    )
    return {"smsid": smsid}


def decoded(message: str) -> str:
    """Return the text of a URL-encoded message, or refuse it.

    The guide names no code for a message that is not encoded; it is refused as data that
    cannot be read (20000), one that is too long or holds an emoji as 10029.
    """
    if not message.strip():
        raise RefusedError(Errno.BLANK_SMS)
    if not ENCODED.fullmatch(message):
        raise RefusedError(Errno.NOT_JSON)
    try:
        text = unquote_plus(message, errors="strict")
    except UnicodeDecodeError:
        raise RefusedError(Errno.NOT_JSON) from None
    if len(text) > LONGEST or any(ord(char) > 0xFFFF for char in text):
        raise RefusedError(Errno.SMS_FILE)
    return text
