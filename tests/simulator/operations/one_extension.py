"""Operations on what one extension is doing, and on its settings."""

from tests.simulator.calls import LegState
from tests.simulator.pbx import Pbx
from tests.simulator.state import MonitorMode

from .table import Query, must_exist, operation, v2_operation


@operation("extension/hangup", "extid")
def hang_up(pbx: Pbx, query: Query) -> None:
    """Hang up an extension's call."""
    pbx.dialling.hang_up_extension(query["extid"])


@operation("extension/hold", "extid")
def hold(pbx: Pbx, query: Query) -> None:
    """Put an extension's call on hold."""
    pbx.dialling.set_leg(query["extid"], LegState.TALKING, LegState.HELD)


@operation("extension/unhold", "extid")
def resume(pbx: Pbx, query: Query) -> None:
    """Resume an extension's call."""
    pbx.dialling.set_leg(query["extid"], LegState.HELD, LegState.TALKING)


@operation("extension/mute", "extid")
def mute(pbx: Pbx, query: Query) -> None:
    """Mute an extension in a call."""
    pbx.dialling.set_muted(query["extid"], muted=True)


@operation("extension/unmute", "extid")
def unmute(pbx: Pbx, query: Query) -> None:
    """Unmute an extension in a call."""
    pbx.dialling.set_muted(query["extid"], muted=False)


@operation("extension/listen", "listener", "listenedext")
def listen(pbx: Pbx, query: Query) -> None:
    """Let one extension hear another's call."""
    pbx.dialling.monitor(query["listener"], query["listenedext"], MonitorMode.LISTEN)


@operation("extension/whisper", "whisperer", "whisperedext")
def whisper(pbx: Pbx, query: Query) -> None:
    """Let one extension speak into another's ear."""
    pbx.dialling.monitor(query["whisperer"], query["whisperedext"], MonitorMode.WHISPER)


@operation("extension/barge", "bargein", "bargedext")
def barge_in(pbx: Pbx, query: Query) -> None:
    """Let one extension join another's call."""
    pbx.dialling.monitor(query["bargein"], query["bargedext"], MonitorMode.BARGE_IN)


@operation("extension/update", "extid")
@v2_operation("extension/update", "number")
def update(pbx: Pbx, query: Query) -> None:
    """Change settings of an extension; all of them are checked before any is set."""
    fields = dict(query.fields)
    number = fields.pop("number" if query.version.is_v2 else "extid")
    must_exist(pbx, number)
    pbx.change_settings(number, fields)
