"""The parts of a PBX put together; the server gives it an address."""

from collections.abc import Mapping
import logging
import math
import time

from .call_log import CallLog
from .calls import Call, Goal, Plan
from .dialling import Dialling
from .errors import Errno, RefusedError
from .offices import example_office
from .pairs import Pairs, to_body
from .phones import Phones
from .poster import Poster, ReportTarget
from .quirks import Quirks, ReportMethod, Shape
from .recordings import Recordings
from .report_server import ReportServer
from .reports import Reporter
from .sessions import Sessions
from .settings import Changes
from .state import Clock, State
from .switchboard import Switchboard
from .timers import Timers
from .wakeups import Alarms

LOGGER = logging.getLogger("pbx_simulator")
NEEDS_URLTAG = "30.10.0.59"
APPLIES_SAFELY = "30.11.0.7"
APPLY_SECONDS = 10


class Pbx:
    """One PBX: what it knows, who is logged in, which calls live."""

    def __init__(
        self,
        *,
        state: State | None = None,
        time_scale: float = 1.0,
        clock: Clock = time.time,
        host: str = "127.0.0.1",
        quirks: Quirks | None = None,
    ) -> None:
        """Put the parts together."""
        self.host = host
        self.clock = clock
        self.username = "api"
        self.password = "simulator-secret-1"
        self.allowed_ips: set[str] | None = None
        self.sms_outcome = "Success"
        self.sms_sent: list[tuple[str, str, str]] = []
        self.state = state or example_office()
        self.state.device.booted = clock() - 3 * 3600
        self.quirks = quirks or Quirks()
        self.timers = Timers(time_scale)
        self.sessions = Sessions(clock, self.quirks)
        self.poster = Poster(self.quirks, self._renew_if_alive, lambda: self.host)
        self.report_target: ReportTarget | None = None
        self.reporter = Reporter(self.state, self.quirks, self._send)
        self.report_server = ReportServer(
            self.quirks, self._knows, self.reporter.change_shape
        )
        self.board = Switchboard(
            self.state, self.reporter, self.timers, clock, self.quirks
        )
        self.dialling = Dialling(self.board)
        self.alarms = Alarms()
        self.recordings = Recordings(clock)
        self.board.recorded = self.recordings.keep
        self.call_log = CallLog(clock, lambda: self.state.device, self.quirks)
        self.board.logged = self.call_log.add
        self.last_apply = -math.inf
        self.phones = Phones(self.board, self.dialling)

    def set_report_target(
        self, host: str, token: str, fields: Mapping[str, str]
    ) -> None:
        """Register where reports go; the fields are those of login and heartbeat."""
        shape = Shape(fields["version"]) if fields.get("version") in Shape else Shape.V1
        url = fields.get("url", "")
        tag = fields.get("urltag", fields.get("urlflag", "0"))
        port = int(fields.get("port", "").strip() or 0)
        if tag == "1" and url and self.state.device.firmware_at_least(NEEDS_URLTAG):
            host, port, path = _absolute(url)
        else:
            path = f"/{url.removeprefix('/')}"
        self.report_to(ReportTarget(host, port, path, shape, token))

    def report_to(self, target: ReportTarget) -> None:
        """Send reports there from now on, in the shape that was asked for."""
        self.report_target = target
        self.reporter.change_shape(target.shape)
        LOGGER.info("reports go to %s", target.shown)

    def wake_up(self, number: str, time: str) -> Call:
        """Let the moment of an alarm come: the phone rings; one that comes once goes."""
        alarm = self.alarms.find(number, "time", time)
        if alarm.type == "onetime":
            self.alarms.remove(number, alarm)
        plan = Plan(Goal.PROMPT, alarm.prompt)
        return self.dialling.from_extension(number, plan, autoanswer=False)

    def change_settings(self, number: str, fields: Mapping[str, str]) -> None:
        """Change settings of an extension and report it, or refuse all of them."""
        extension = self.state.extensions[number]
        changes = Changes.of(
            fields,
            extension.forwards,
            extension.mobile,
            lambda other: other in self.state.extensions,
            any_ring_timeout=self.quirks.any_ring_timeout,
        )
        self.apply()
        for name, value in changes.values.items():
            if name not in self.quirks.forgets:
                setattr(extension, name, value)
        self.reporter.plain(
            "ConfigChange", type="extension", extid=number, operation="update"
        )

    def apply(self) -> None:
        """Apply a change of the configuration, unless it is too soon.

        Before a certain firmware, calls could break then (change log of the guide).
        """
        since = self.clock() - self.last_apply
        if since < self.quirks.apply_gap:
            raise RefusedError(Errno.APPLIED_TOO_OFTEN)
        self.last_apply = self.clock()
        old = not self.state.device.firmware_at_least(APPLIES_SAFELY)
        if self.quirks.apply_breaks_calls and old and since < APPLY_SECONDS:
            for call in self.board.calls:
                self.timers.cancel(call)
            self.board.lose_everything()

    def forget_target(self, token: str) -> None:
        """Stop reports when the session they belong to ends."""
        if self.report_target and self.report_target.token == token:
            self.report_target = None

    def send_report(self, raw: str | bytes | Mapping[str, object] | Pairs) -> None:
        """Post a body as it is to the registered target, or push it to connected programs."""
        body = to_body(raw)
        if self.quirks.report_method is ReportMethod.TCP:
            taken = self.report_server.push(body)
            self.poster.remember_pushed(body, taken=taken)
            return
        self.poster.put(body, self.report_target, lasting=False)

    def _knows(self, login: Mapping[str, str]) -> bool:
        """Return whether a login for reports by TCP is good; its secret is in clear."""
        return (login.get("username"), login.get("secret")) == (
            self.username,
            self.password,
        )

    def _send(self, body: Pairs) -> None:
        self.send_report(body)

    def _renew_if_alive(self, token: str) -> bool:
        """Return whether reports still go out; each of them keeps the token alive."""
        self.sessions.renew(token)
        return self.sessions.alive(token)


def _absolute(url: str) -> tuple[str, int, str]:
    """Return host, port and path; a scheme is dropped: reports are plain HTTP."""
    bare = url.partition("://")[2] or url
    address, slash, path = bare.partition("/")
    host, _, port = address.partition(":")
    if not host or (port and not port.isdigit()):
        raise RefusedError(Errno.BAD_PORT)
    return host, int(port or 80), f"{slash or '/'}{path}"
