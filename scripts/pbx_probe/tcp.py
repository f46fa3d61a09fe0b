"""Takes the reports that an S-Series tells by TCP.

How the login is answered, and what stands between two reports, is in no guide, so both
are remembered.
"""

import asyncio
import re
from typing import Final

from custom_components.yeastar.pbx.errors import PbxProtocolError
from custom_components.yeastar.pbx.http import CONNECT_TIMEOUT
from custom_components.yeastar.pbx.s_series.report_stream import ObjectCutter

from .recorder import Recorder
from .visit import Place

_PIECE: Final = 64 * 1024
_LONGEST: Final = 300
_WORD: Final = re.compile(r"[^\W\d_]+")
_KNOWN: Final = frozenset(
    {
        "accepted",
        "action",
        "authentication",
        "denied",
        "error",
        "event",
        "failed",
        "invalid",
        "login",
        "message",
        "ok",
        "response",
        "status",
        "success",
        "version",
    }
)


async def take_reports(place: Place, port: int, recorder: Recorder) -> str:
    """Connect, log in, and remember each report; return how the connection ended."""
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT):
            reader, writer = await asyncio.open_connection(place.host, port)
    except OSError, UnicodeError:
        return "not reached"
    try:
        writer.write(_login(place))
        rest = await _take(reader, recorder)
    except OSError:
        return "broken"
    except PbxProtocolError:
        return "something else than reports"
    finally:
        writer.transport.abort()
    return f"closed after {shape_of(rest)!r}"


async def _take(reader: asyncio.StreamReader, recorder: Recorder) -> bytes:
    """Remember each report, and return what came after the last one."""
    cutter, rest = ObjectCutter(), b""
    while piece := await reader.read(_PIECE):
        rest += piece
        for report in cutter.cut(piece):
            before, _, rest = rest.partition(report)
            recorder.told(report, {"before": shape_of(before)})
    return rest


def shape_of(between: bytes) -> str:
    """Return a text with only the words of a login left in it, and no numbers."""
    text = between[:_LONGEST].decode(errors="replace")
    text = _WORD.sub(lambda m: m[0] if m[0].casefold() in _KNOWN else "word", text)
    return re.sub(r"\d", "0", text)


def _login(place: Place) -> bytes:
    """Return the login (API guide v2.0.0, Event Reports by TCP)."""
    user, secret = (
        re.sub(r"[\r\n\0]", "", value) for value in (place.username, place.password)
    )
    return (
        f"Action: login\r\nUsername: {user}\r\nSecret: {secret}\r\n"
        "Version: 2.0.0\r\n\r\n"
    ).encode()
