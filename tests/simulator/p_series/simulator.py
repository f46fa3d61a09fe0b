"""The P-Series simulator as tests and the demo use it."""

import ssl
import time
from typing import Self

from tests.simulator.faults import Fault, FaultPlan

from .pbx import Pbx
from .request import Request
from .server import Server
from .sockets import Frame, Socket
from .state import Clock, State


class PSeriesSimulator(Pbx):
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
    ) -> None:
        """Prepare a PBX; it listens from `start` on."""
        super().__init__(state=state, time_scale=time_scale, clock=clock, host=host)
        self.faults = FaultPlan()
        self.server = Server(self, self.faults)
        self._ssl_context = ssl_context
        self._wanted_port = port
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
        self.outside_busy = self.phones.outside_busy
        self.hold = self.phones.hold
        self.resume = self.phones.resume
        self.press_key = self.phones.press_key
        self.voicemail = self.phones.voicemail
        self.transfer = self.phones.transfer
        self.end_prompt = self.phones.end_prompt
        self.survey = self.phones.survey

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    async def start(self) -> None:
        """Listen."""
        await self.server.start(self._wanted_port, self._ssl_context)
        self._wanted_port = self.server.port

    async def stop(self) -> None:
        """End everything that runs; nothing is left behind."""
        self.timers.stop()
        await self.hub.close()
        await self.server.stop()
        self.timers.stop()

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
    def frames(self) -> list[Frame]:
        """Return the events so far and to how many sockets each went."""
        return self.hub.frames

    @property
    def sockets(self) -> list[Socket]:
        """Return the websockets that are open."""
        return self.hub.sockets

    @property
    def tokens_alive(self) -> int:
        """Return how many of the eight tokens are out."""
        return self.sessions.alive

    @property
    def logins_ok(self) -> int:
        """Return how many logins succeeded; a refreshed token is none."""
        return self.server.logins_ok

    @property
    def logins_failed(self) -> int:
        """Return how many logins were refused."""
        return self.server.logins_failed

    @property
    def most_in_flight(self) -> int:
        """Return how many requests were in flight at once, at most."""
        return self.server.most_in_flight

    async def settle(self, timeout: float = 5) -> None:
        """Wait until all frames so far were sent."""
        await self.hub.settle(timeout)

    def add_record(
        self,
        began: float,
        call_from: str,
        call_to: str,
        *,
        call_id: str = "",
        duration: int = 42,
        talked: int | None = None,
        src_trunk: str = "",
        dst_trunk: str = "",
        status: str = "ANSWERED",
        call_type: str = "Inbound",
    ) -> str:
        """Put a part of a call of the past into the records; nothing tells of it.

        `talked` is 34 seconds unless said, and 0 for a call that was not answered.
        Returns the id of the call.
        """
        if talked is None:
            talked = 34 if status == "ANSWERED" else 0
        return self.archive.add(
            began,
            call_from,
            call_to,
            call_id=call_id,
            duration=duration,
            talk_duration=talked,
            src_trunk=src_trunk,
            dst_trunk=dst_trunk,
            disposition=status,
            call_type=call_type,
        )

    # Requests that go wrong

    @property
    def latency(self) -> float:
        """Return how many seconds every answer takes."""
        return self.server.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        """Let every answer take some time."""
        self.server.latency = seconds

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
        self, errcode: int | str, endpoint: str | None = None, count: int = 1
    ) -> None:
        """Let the next requests be refused with an errcode."""
        self.faults.add(int(errcode), count, endpoint)

    # Sessions that go wrong

    def expire_tokens(self) -> None:
        """Let every access token time out now; they can be refreshed."""
        self.sessions.expire_access()

    def revoke_tokens(self) -> None:
        """End every token and its refresh token."""
        self.sessions.end_all()

    def lock_out(self, ip: str = "127.0.0.1") -> None:
        """Block an address until an administrator frees it."""
        self.sessions.blocked.add(ip)

    def clear_lockout(self) -> None:
        """Free every address, as an administrator can."""
        self.sessions.unblock()

    # Sockets that go wrong

    def deafen_sockets(self, *, deaf: bool = True) -> None:
        """Accept subscribers and never send them anything, not even answers."""
        self.hub.is_deaf = deaf

    def refuse_upgrades(self, *, refuse: bool = True) -> None:
        """Refuse every new subscriber."""
        self.hub.refuses = refuse

    def cut_sockets(self) -> None:
        """Close every websocket without a close frame."""
        self.hub.cut()

    async def close_sockets(self) -> None:
        """Close every websocket in order."""
        await self.hub.close()

    def send_report(self, raw: str) -> None:
        """Send any text to every websocket."""
        self.hub.broadcast(raw)

    def reboot(self, down: float = 0.0) -> None:
        """Restart: calls, tokens and sockets are gone, and no event tells it.

        With `down`, connections are closed at once for so many (scaled) seconds.
        """
        self.timers.stop()
        self.board.lose_everything()
        if not self.quirks.keeps_tokens:
            self.sessions.forget_all()
        self.cut_sockets()
        self.server.down = True

        def back() -> None:
            self.server.down = False
            self.state.device.booted = self.clock()

        if down:
            self.timers.start("device", "boot", down, back)
        else:
            back()
