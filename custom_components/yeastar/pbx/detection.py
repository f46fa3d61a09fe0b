"""Which family of PBX answers at an address, found out before any credential is sent."""

from contextlib import suppress

from .errors import PbxProtocolError, PbxUnconfirmedError
from .http import Http
from .models import Family
from .p_series.session import HEADERS, ROOT
from .wire import decode_object, integer

PATIENCE = 8.0
"""Seconds; a box that does not know the path may not answer at all."""


async def detect_family(http: Http) -> Family:
    """Return what answers; a P-Series refuses every request in JSON with an `errcode`.

    Raises:
        PbxConnectionError: nothing was reached.
    """
    url = http.root / ROOT / "system/information"
    with suppress(PbxProtocolError, PbxUnconfirmedError):
        body = await http.exchange("GET", url, headers=HEADERS, timeout=PATIENCE)
        if integer(decode_object(body).get("errcode")) is not None:
            return Family.P_SERIES
    return Family.S_SERIES
