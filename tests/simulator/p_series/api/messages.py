"""Text messages; neither an id nor a result is told."""

import re
from urllib.parse import unquote

from tests.simulator.p_series.errors import Errcode, RefusedError
from tests.simulator.p_series.pbx import Pbx
from tests.simulator.p_series.routing import is_outside_number

from .table import Params, post

LONGEST = 2000
ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2}|[!-$&-~])*")


@post("sms/create", "number", "trunk_name", "message")
def create(pbx: Pbx, params: Params) -> None:
    """Send a URL-encoded text over a trunk with a SIM card, which only a box has."""
    if not pbx.state.device.is_appliance:
        raise RefusedError(Errcode.NO_INTERFACE)
    trunk = pbx.state.trunks.get(params.text("trunk_name"))
    number, message = params.text("number"), params.text("message")
    if not is_outside_number(number):
        raise params.wrong("number")
    if not ENCODED.fullmatch(message) or len(unquote(message)) > LONGEST:
        raise params.wrong("message")
    if trunk is None or not trunk.sends_texts:
        raise RefusedError(Errcode.NOT_FOUND)
    pbx.sms_sent.append((trunk.name, number, unquote(message)))
