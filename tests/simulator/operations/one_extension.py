"""Operations on what one extension is doing, and on its settings."""

from tests.simulator.calls import LegState
from tests.simulator.errors import Errno, RefusedError
from tests.simulator.pbx import Pbx
from tests.simulator.state import NO_FORWARD, VOICEMAIL, Extension, MonitorMode

from .table import Query, must_exist, operation

TEXTS = {"username": "username", "callerid": "callerid", "mobile": "mobile"}
SWITCHES = {"dnd": "dnd", "allowbeingmonitored": "may_be_monitored"}
FORWARDS = {
    "alwaysforward": ("atransfer", "always_forward"),
    "noanswerforward": ("ntransfer", "no_answer_forward"),
    "busyforward": ("btransfer", "busy_forward"),
}


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
def update(pbx: Pbx, query: Query) -> None:
    """Change settings of an extension; all of them are checked before any is set."""
    must_exist(pbx, query["extid"])
    extension = pbx.state.extensions[query["extid"]]
    changes = _changes(query, extension)
    for name, value in changes.items():
        setattr(extension, name, value)
    pbx.reporter.plain(
        "ConfigChange", type="extension", extid=extension.number, operation="update"
    )


def _changes(query: Query, extension: Extension) -> dict[str, object]:
    changes: dict[str, object] = {
        name: query[field] for field, name in TEXTS.items() if field in query.fields
    }
    for field, name in SWITCHES.items():
        if field in query.fields:
            changes[name] = _on(query[field])
    for field, (prefix, name) in FORWARDS.items():
        if field in query.fields:
            changes[name] = _forward(query, field, prefix)
    if "ringtimeout" in query.fields:
        if not query["ringtimeout"].isdigit():
            raise RefusedError(Errno.EXTENSION_SETTING)
        changes["ring_timeout"] = int(query["ringtimeout"])
    return changes


def _forward(query: Query, field: str, prefix: str) -> str:
    if not _on(query[field]):
        return NO_FORWARD
    to = query.get(f"{prefix}num") or query.get(f"{prefix}to") or VOICEMAIL
    return VOICEMAIL if to.lower() == "voicemail" else to


def _on(value: str) -> bool:
    if value not in ("on", "off"):
        raise RefusedError(Errno.EXTENSION_SETTING)
    return value == "on"
