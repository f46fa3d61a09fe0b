"""The control interface of the S-Series simulator, with what a P-Series has beside it."""

from collections.abc import Callable
from functools import partial
import json
from typing import cast, override

from tests.simulator.calls import Call as SharedCall
from tests.simulator.control import ACTIONS, LOOKS, Control, Fields, describe
from tests.simulator.errors import NotPossibleError
from tests.simulator.simulator import Simulator
from tests.simulator.wire import Request

from .calls import Call
from .simulator import PSeriesSimulator
from .state import AVAILABLE, DO_NOT_DISTURB


def as_shared(pbx: PSeriesSimulator) -> Simulator:
    """Return a PBX as what `Control` and `House` were written for.

    Both use only verbs and attributes that the two simulators have alike.
    """
    return cast(Simulator, pbx)


def _state(pbx: PSeriesSimulator, _: Fields) -> object:
    board, state = pbx.board, pbx.state
    return {
        "device": state.device.sn,
        "extensions": {
            number: {
                "username": item.username,
                "status": board.shown_status(item) if item.ready else "Unregistered",
                "dnd": item.dnd,
                "presence": item.presence,
            }
            for number, item in state.extensions.items()
        },
        "trunks": {
            name: {"type": item.type, "status": int(board.shown_trunk_status(item))}
            for name, item in state.trunks.items()
        },
        "calls": [_described(call) for call in pbx.calls.values()],
        "sms_sent": pbx.sms_sent,
        "logins_ok": pbx.logins_ok,
        "logins_failed": pbx.logins_failed,
        "tokens_alive": pbx.tokens_alive,
        "sockets": len(pbx.sockets),
    }


def _described(call: Call) -> Fields:
    """Return a call for people; the words are those of the S-Series simulator."""
    return describe(cast(SharedCall, call))


def _frames(pbx: PSeriesSimulator, _: Fields) -> object:
    return [{"raw": frame.text, "sockets": frame.sockets} for frame in pbx.frames]


def _presence(pbx: PSeriesSimulator, fields: Fields) -> None:
    pbx.set_presence(fields["extension"], fields["presence"])


def _do_not_disturb(pbx: PSeriesSimulator, fields: Fields) -> None:
    presence = DO_NOT_DISTURB if fields["on"] else AVAILABLE
    pbx.set_presence(fields["extension"], presence)


type Act = Callable[[PSeriesSimulator, Fields], object]
OWN_LOOKS: dict[str, Act] = {
    "/state": _state,
    "/reports": _frames,
}
OWN_ACTIONS: dict[str, Act] = {
    "/presence": _presence,
    "/do_not_disturb": _do_not_disturb,
    "/event": lambda pbx, f: pbx.send_event(f["type"], f["msg"]),
    "/outside_busy": lambda pbx, f: pbx.outside_busy(pbx.calls[f["callid"]]),
    "/cut_sockets": lambda pbx, f: pbx.cut_sockets(),
    "/deafen_sockets": lambda pbx, f: pbx.deafen_sockets(deaf=bool(f["on"])),
}
SHARED_LOOKS = {path: look for path, look in LOOKS.items() if path not in OWN_LOOKS}
SHARED_ACTIONS = {path: act for path, act in ACTIONS.items() if path != "/wake_up"}


class PSeriesControl(Control):
    """Serves the control interface of one P-Series."""

    def __init__(self, pbx: PSeriesSimulator) -> None:
        """Start without a socket."""
        super().__init__(as_shared(pbx))
        self._p_series = pbx

    @override
    def _perform(self, request: Request) -> tuple[str, object]:
        act = self._found(request.method, request.path)
        if act is None:
            looks = [f"GET {path}" for path in (*OWN_LOOKS, *SHARED_LOOKS)]
            known = [*looks, *OWN_ACTIONS, *SHARED_ACTIONS]
            return "404 Not Found", {"error": "unknown", "known": known}
        try:
            fields = json.loads(request.raw) if request.raw.strip() else {}
            result = act(fields)
        except (
            NotPossibleError,
            AttributeError,
            KeyError,
            TypeError,
            ValueError,
        ) as err:
            return "400 Bad Request", {"error": f"{type(err).__name__}: {err}"}
        return "200 OK", _described(result) if isinstance(result, Call) else result

    def _found(self, method: str, path: str) -> Callable[[Fields], object] | None:
        own = OWN_LOOKS if method == "GET" else OWN_ACTIONS
        if path in own:
            return partial(own[path], self._p_series)
        shared = SHARED_LOOKS if method == "GET" else SHARED_ACTIONS
        return (
            partial(shared[path], as_shared(self._p_series)) if path in shared else None
        )
