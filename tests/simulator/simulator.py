"""The PBX simulator as tests and the demo use it."""

import asyncio
from collections.abc import Iterable
import ssl
import time
from typing import Self

from .call_log import LoggedCall
from .calls import Call, Direction, Segment
from .errors import NotPossibleError, RefusedError
from .faults import Fault, FaultPlan
from .pairs import to_body
from .pbx import Pbx
from .poster import PostedReport, ReportTarget
from .quirks import Framing, Quirks, ReportMethod, Shape
from .server import Server
from .state import Clock, Extension, State, Trunk
from .wire import Request


class Simulator(Pbx):
    """A PBX with an address; `async with` it."""

    def __init__(
        self,
        *,
        ssl_context: ssl.SSLContext | None = None,
        port: int = 0,
        time_scale: float = 1.0,
        clock: Clock = time.time,
        state: State | None = None,
        host: str = "127.0.0.1",
        quirks: Quirks | None = None,
        report_port: int = 0,
    ) -> None:
        """Prepare a PBX; it listens from `start` on.

        `report_port` is for reports by TCP; boxes suggest 8333.
        """
        super().__init__(
            state=state, time_scale=time_scale, clock=clock, host=host, quirks=quirks
        )
        self.faults = FaultPlan()
        self.server = Server(self, self.faults)
        self._ssl_context = ssl_context
        self._wanted_port = port
        self._report_port = report_port
        self.outside_call = self.phones.outside_call
        self.internal_call = self.phones.internal_call
        self.outgoing_call = self.phones.outgoing_call
        self.answer = self.phones.answer
        self.answer_outside = self.phones.answer_outside
        self.reject = self.phones.reject
        self.hang_up = self.phones.hang_up
        self.hang_up_call = self.phones.hang_up_call
        self.outside_hangs_up = self.phones.outside_hangs_up
        self.outside_unreachable = self.phones.outside_unreachable
        self.hold = self.phones.hold
        self.resume = self.phones.resume
        self.press_key = self.phones.press_key
        self.voicemail = self.phones.voicemail
        self.transfer = self.phones.transfer
        self.end_prompt = self.phones.end_prompt

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    async def start(self) -> None:
        """Listen, and be ready to post reports."""
        self.poster.start()
        await self.server.start(self._wanted_port, self._ssl_context)
        self._wanted_port = self.server.port
        if self.quirks.report_method is ReportMethod.TCP:
            await self.report_by_tcp(self._report_port)

    async def report_by_tcp(self, port: int = 0) -> None:
        """Let programs connect for reports, as an administrator chooses on the web page."""
        self.quirks.report_method = ReportMethod.TCP
        await self.report_server.start(self.host, port or self._report_port)
        self._report_port = self.report_server.port

    async def stop(self) -> None:
        """End everything that runs; nothing is left behind."""
        self.timers.stop()
        await self.poster.stop()
        await self.report_server.stop()
        await self.server.stop()

    # The address and what came in and went out

    @property
    def port(self) -> int:
        """Return the port that is listened on."""
        return self.server.port

    @property
    def url(self) -> str:
        """Return the address."""
        scheme = "https" if self._ssl_context else "http"
        return f"{scheme}://{self.host}:{self.port}"

    @property
    def requests(self) -> list[Request]:
        """Return the requests so far."""
        return self.server.requests

    @property
    def reports(self) -> list[PostedReport]:
        """Return the reports so far and what became of them."""
        return self.poster.reports

    @property
    def calls(self) -> dict[str, Call]:
        """Return the living calls by callid."""
        return self.board.calls

    @property
    def logins_ok(self) -> int:
        """Return how many logins succeeded."""
        return self.server.logins["Success"]

    @property
    def logins_failed(self) -> int:
        """Return how many logins were refused."""
        return self.server.logins["Failed"]

    async def settle(self, timeout: float = 5) -> None:
        """Wait until all reports so far were delivered or given up."""
        async with asyncio.timeout(timeout):
            await self.poster.settle(timeout)
            await self.report_server.settle()

    def add_record(
        self,
        start: float,
        callfrom: str,
        callto: str,
        *,
        callid: str | None = None,
        duration: int = 42,
        talked: int | None = None,
        source_trunk: str = "",
        target_trunk: str = "",
        status: str = "ANSWERED",
        type: str = "Inbound",
        recording: str = "",
        did: str = "",
    ) -> LoggedCall:
        """Put a call of the past into the log; nothing reports it.

        `talked` is 34 seconds unless said, and 0 for a call that was not answered.
        """
        if talked is None:
            talked = 34 if status == "ANSWERED" else 0
        row = LoggedCall(
            start,
            callfrom,
            callto,
            callid or self.call_log.new_id(start),
            duration,
            talked,
            source_trunk,
            target_trunk,
            status,
            type,
            recording=recording,
            did=did,
        )
        self.call_log.added.append(row)
        return row

    def add_records(self, rows: Iterable[LoggedCall]) -> None:
        """Put many calls of the past into the log, such as those of `many_calls`."""
        self.call_log.added.extend(rows)

    def record_no_call(self, number: str, to: str) -> Call:
        """Send the CDR of one second that boxes send for what was no call."""
        now = self.clock()
        call = Call(self.board.new_id(), Direction.INBOUND, now - 1, ended=True)
        call.segments.append(
            Segment(number, to, now - 1, ended=now, status="NO ANSWER")
        )
        self.board.send_records(call)
        return call

    # Things that go wrong

    @property
    def framing(self) -> Framing:
        """Return how the end of an answer is marked."""
        return self.server.framing

    @framing.setter
    def framing(self, framing: Framing) -> None:
        """Choose how the end of an answer is marked."""
        self.server.framing = Framing(framing)

    @property
    def content_type(self) -> str | None:
        """Return the Content-Type of answers; None sends none."""
        return self.server.content_type

    @content_type.setter
    def content_type(self, content_type: str | None) -> None:
        """Choose the Content-Type of answers."""
        self.server.content_type = content_type

    @property
    def latency(self) -> float:
        """Return how many seconds every answer takes."""
        return self.server.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        """Let every answer take some time."""
        self.server.latency = seconds

    @property
    def most_in_flight(self) -> int:
        """Return how many requests were in flight at once, at most."""
        return self.server.most_in_flight

    @property
    def fault(self) -> Fault | None:
        """Return the fault that lasts until it is cleared."""
        return self.faults.standing

    @fault.setter
    def fault(self, fault: Fault | None) -> None:
        """Let every request fail until this is set to None."""
        self.faults.standing = fault

    def fail_next(
        self, fault: Fault, count: int = 1, endpoint: str | None = None
    ) -> None:
        """Let the next requests fail in a named way."""
        self.faults.add(Fault(fault), count, endpoint)

    def refuse_next(
        self, errno: int | str, endpoint: str | None = None, count: int = 1
    ) -> None:
        """Let the next requests be refused with an errno."""
        self.faults.add(int(errno), count, endpoint)

    def expire_tokens(self) -> None:
        """Let every token time out now."""
        self.sessions.expire_all()

    def lock_out(self, ip: str = "127.0.0.1") -> None:
        """Lock an address for ten minutes."""
        self.sessions.lock(ip)

    def clear_lockout(self) -> None:
        """Unlock every address, as an administrator can."""
        self.sessions.locked.clear()
        self.sessions.failures.clear()

    def reboot(self, down: float = 0.0) -> None:
        """Restart: calls and tokens are gone; `BootUp` goes where reports last went.

        Programs that receive reports by TCP lose their connection before. With `down`,
        connections are closed at once for so many (scaled) seconds.
        """
        target = self.report_target
        self.timers.stop()
        self.board.lose_everything()
        if not self.quirks.keeps_tokens:
            self.sessions.forget_all()
        self.report_target = None
        self.report_server.drop_clients()
        self.server.down = self.report_server.down = True

        def back() -> None:
            self.server.down = self.report_server.down = False
            self.state.device.booted = self.clock()
            if self.quirks.report_method is ReportMethod.HTTP:
                body = to_body(self.reporter.boot_up())
                self.poster.put(body, target, lasting=True)

        if down:
            self.timers.start("device", "boot", down, back)
        else:
            back()

    # What another program does with the same API user

    def other_program_logs_in(
        self, host: str, port: int, path: str = "/", *, shape: Shape = Shape.V1
    ) -> str:
        """Open a session as another program does; reports go to it from then on."""
        token = self.sessions.open()
        self.report_to(ReportTarget(host, port, path, shape, token))
        return token

    def other_program_changes(self, number: str, **fields: str) -> None:
        """Change settings of an extension, in the words of extension/update."""
        if number not in self.state.extensions:
            raise NotPossibleError(f"there is no extension {number}")
        try:
            self.change_settings(number, fields)
        except RefusedError as err:
            raise NotPossibleError(f"{fields} are refused: {err}") from None

    # Configuration

    def add_extension(
        self, number: str, username: str | None = None, **settings: object
    ) -> Extension:
        """Add an extension, as an administrator does."""
        extension = Extension(number, username or number)
        for name, value in settings.items():
            setattr(extension, name, value)
        extension.reported = extension.status
        self.state.extensions[number] = extension
        self._changed("extension", number, "add")
        return extension

    def remove_extension(self, number: str) -> None:
        """Remove an extension; its calls end."""
        for call, leg in self.board.legs_of(number):
            if leg.alive:
                self.board.release(call, leg)
        del self.state.extensions[number]
        self._changed("extension", number, "del")

    def rename_extension(self, number: str, username: str) -> None:
        """Rename an extension's user."""
        self.state.extensions[number].username = username
        self._changed("extension", number, "update")

    def set_extension_status(self, number: str, status: str) -> None:
        """Set what an extension shows while it is in no call."""
        self.state.extensions[number].status = status
        self.board.sync()

    def add_trunk(
        self,
        name: str,
        type: str = "SIP",
        status: str | None = None,
        **settings: object,
    ) -> Trunk:
        """Add a trunk, as an administrator does."""
        default = "Registered" if type in ("SIP", "IAX") else "Idle"
        trunk = Trunk(name, type, default if status is None else status)
        for key, value in settings.items():
            setattr(trunk, key, value)
        self.state.trunks[name] = trunk
        self._changed("trunk", name, "add")
        return trunk

    def remove_trunk(self, name: str) -> None:
        """Remove a trunk; its calls end."""
        for call in list(self.calls.values()):
            for leg in call.outside_legs:
                if leg.trunk == name and not call.ended:
                    self.board.end(call, leg)
        del self.state.trunks[name]
        self._changed("trunk", name, "del")

    def set_trunk_status(self, name: str, status: str) -> None:
        """Set what a trunk shows while no call uses it; nothing reports this."""
        self.state.trunks[name].status = status

    def _changed(self, kind: str, name: str, operation: str) -> None:
        field = "extid" if kind == "extension" else "trunkname"
        fields = {"type": kind, field: name, "operation": operation}
        self.reporter.plain("ConfigChange", **fields)
