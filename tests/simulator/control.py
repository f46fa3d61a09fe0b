"""A small control interface: plain HTTP and JSON, for people and for other programs."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
import json
from typing import Any

from .calls import Call, Leg
from .errors import NotPossibleError
from .faults import Fault
from .simulator import Simulator
from .wire import HEAD_LIMIT, BadRequestError, Request, read_request

type Fields = dict[str, Any]
type Action = Callable[[Simulator, Fields], object]


def describe(call: Call) -> Fields:
    """Return a call for people."""
    return {
        "callid": call.callid,
        "direction": call.direction,
        "status": None if call.ended else call.status,
        "place": f"{call.place.kind} {call.place.number}" if call.place else None,
        "legs": [_leg(leg) for leg in call.legs],
    }


def _leg(leg: Leg) -> Fields:
    return {
        "kind": leg.kind,
        "id": leg.id,
        "number": leg.number,
        "state": leg.state,
        "muted": leg.muted,
    }


def _state(pbx: Simulator, _: Fields) -> object:
    return {
        "device": pbx.state.device.sn,
        "extensions": {
            number: {
                "username": item.username,
                "status": pbx.board.shown_status(item),
                "dnd": item.dnd,
            }
            for number, item in pbx.state.extensions.items()
        },
        "trunks": {
            name: {"type": item.type, "status": pbx.board.shown_trunk_status(item)}
            for name, item in pbx.state.trunks.items()
        },
        "calls": [describe(call) for call in pbx.calls.values()],
        "report_port": pbx.report_server.port or None,
        "report_target": pbx.report_target.url if pbx.report_target else None,
        "sms_sent": pbx.sms_sent,
        "logins_ok": pbx.logins_ok,
        "logins_failed": pbx.logins_failed,
    }


def _requests(pbx: Simulator, _: Fields) -> object:
    return [
        {
            "method": item.method,
            "version": item.version,
            "endpoint": item.endpoint,
            "body": item.body,
            "answer": item.answer,
            "fault": item.fault,
        }
        for item in pbx.requests
    ]


def _reports(pbx: Simulator, _: Fields) -> object:
    return [
        {
            "raw": item.raw.decode(errors="replace"),
            "outcome": item.outcome,
            "attempts": item.attempts,
            "status": item.status,
        }
        for item in pbx.reports
    ]


def _call_of(pbx: Simulator, fields: Fields) -> Call:
    """Return the call that is meant: by id, by extension, or the only one."""
    calls = pbx.calls
    if "callid" in fields:
        if fields["callid"] not in calls:
            raise NotPossibleError(f"there is no call {fields['callid']}")
        return calls[fields["callid"]]
    if "extension" in fields:
        legs = pbx.board.legs_of(str(fields["extension"]))
        if legs:
            return legs[0][0]
    elif len(calls) == 1:
        return next(iter(calls.values()))
    raise NotPossibleError("say which call: callid or extension")


def _hang_up(pbx: Simulator, fields: Fields) -> Call:
    if "extension" in fields:
        return pbx.hang_up(fields["extension"])
    return pbx.hang_up_call(_call_of(pbx, fields).callid)


def _fail_next(pbx: Simulator, fields: Fields) -> None:
    count, endpoint = int(fields.get("count", 1)), fields.get("endpoint")
    if "errno" in fields:
        pbx.refuse_next(fields["errno"], endpoint, count)
    else:
        pbx.fail_next(Fault(fields["fault"]), count, endpoint)


def _fault(pbx: Simulator, fields: Fields) -> None:
    name = fields.get("fault")
    pbx.fault = Fault(name) if name else None


def _status(pbx: Simulator, fields: Fields) -> None:
    if "trunk" in fields:
        pbx.set_trunk_status(fields["trunk"], fields["status"])
    else:
        pbx.set_extension_status(fields["extension"], fields["status"])


def _answering_control(pbx: Simulator, fields: Fields) -> None:
    pbx.state.trunks[fields["trunk"]].answering_control = bool(fields["on"])


def _quirk(pbx: Simulator, fields: Fields) -> None:
    name, value = fields["name"], fields["value"]
    kind = type(getattr(pbx.quirks, name))
    setattr(pbx.quirks, name, kind(value))


def _password(pbx: Simulator, fields: Fields) -> None:
    pbx.password = fields["password"]


LOOKS: dict[str, Action] = {
    "/state": _state,
    "/requests": _requests,
    "/reports": _reports,
}
ACTIONS: dict[str, Action] = {
    "/outside_call": lambda pbx, f: pbx.outside_call(
        f["from"], f["to"], f.get("trunk")
    ),
    "/internal_call": lambda pbx, f: pbx.internal_call(f["from"], f["to"]),
    "/outgoing_call": lambda pbx, f: pbx.outgoing_call(
        f["from"], f["to"], f.get("trunk")
    ),
    "/answer": lambda pbx, f: pbx.answer(f["extension"]),
    "/answer_outside": lambda pbx, f: pbx.answer_outside(_call_of(pbx, f)),
    "/reject": lambda pbx, f: pbx.reject(f["extension"]),
    "/hang_up": _hang_up,
    "/outside_hangs_up": lambda pbx, f: pbx.outside_hangs_up(_call_of(pbx, f)),
    "/hold": lambda pbx, f: pbx.hold(f["extension"]),
    "/resume": lambda pbx, f: pbx.resume(f["extension"]),
    "/transfer": lambda pbx, f: pbx.transfer(f["extension"], f["to"]),
    "/press_key": lambda pbx, f: pbx.press_key(_call_of(pbx, f), f["key"]),
    "/voicemail": lambda pbx, f: pbx.voicemail(_call_of(pbx, f)),
    "/report": lambda pbx, f: pbx.send_report(f["raw"]),
    "/expire_tokens": lambda pbx, f: pbx.expire_tokens(),
    "/reboot": lambda pbx, f: pbx.reboot(float(f.get("down", 0))),
    "/lock_out": lambda pbx, f: pbx.lock_out(f.get("ip", "127.0.0.1")),
    "/clear_lockout": lambda pbx, f: pbx.clear_lockout(),
    "/fail_next": _fail_next,
    "/fault": _fault,
    "/status": _status,
    "/password": _password,
    "/add_extension": lambda pbx, f: (
        pbx.add_extension(f["extension"], f.get("name")).number
    ),
    "/remove_extension": lambda pbx, f: pbx.remove_extension(f["extension"]),
    "/rename_extension": lambda pbx, f: pbx.rename_extension(f["extension"], f["name"]),
    "/add_record": lambda pbx, f: (
        pbx.add_record(
            float(f["start"]), f["from"], f["to"], type=f.get("type", "Inbound")
        ).callid
    ),
    "/change_settings": lambda pbx, f: pbx.other_program_changes(
        f.pop("extension"), **f
    ),
    "/other_program_logs_in": lambda pbx, f: pbx.other_program_logs_in(
        f["host"], int(f["port"]), f.get("path", "/")
    ),
    "/quirk": _quirk,
    "/wake_up": lambda pbx, f: pbx.wake_up(f["extension"], f["time"]),
    "/answering_control": _answering_control,
    "/add_trunk": lambda pbx, f: (
        pbx.add_trunk(f["trunk"], f.get("type", "SIP"), f.get("status")).name
    ),
    "/remove_trunk": lambda pbx, f: pbx.remove_trunk(f["trunk"]),
}


class Control:
    """Serves the control interface of one simulator."""

    def __init__(self, pbx: Simulator) -> None:
        """Start without a socket."""
        self.port = 0
        self._pbx = pbx
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, port: int = 0) -> None:
        """Listen on the loopback address only."""
        self._server = await asyncio.start_server(
            self._connected, "127.0.0.1", port, limit=HEAD_LIMIT
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and end every connection."""
        if self._server:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._server:
            await self._server.wait_closed()
            self._server = None

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        try:
            request = await read_request(reader, "127.0.0.1")
            if request:
                writer.write(self._response(request))
                await writer.drain()
        except OSError, BadRequestError:
            pass
        finally:
            self._tasks.discard(task)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    def _response(self, request: Request) -> bytes:
        status, answer = self._perform(request)
        body = json.dumps(answer, default=str).encode()
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + body

    def _perform(self, request: Request) -> tuple[str, object]:
        table = LOOKS if request.method == "GET" else ACTIONS
        action = table.get(request.path)
        if action is None:
            known = [*(f"GET {path}" for path in LOOKS), *ACTIONS]
            return "404 Not Found", {"error": "unknown", "known": known}
        try:
            fields = json.loads(request.raw) if request.raw.strip() else {}
            result = action(self._pbx, fields)
        except (
            NotPossibleError,
            AttributeError,
            KeyError,
            TypeError,
            ValueError,
        ) as err:
            return "400 Bad Request", {"error": f"{type(err).__name__}: {err}"}
        return "200 OK", describe(result) if isinstance(result, Call) else result
