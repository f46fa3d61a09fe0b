"""What a PBX knows about itself: device, extensions, trunks, IVRs, queues, groups."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import md5

from .settings import OFF, Forward


class ExtensionStatus(StrEnum):
    """The vendor's words for the state of an extension."""

    REGISTERED = "Registered"
    IDLE = "Idle"
    RINGING = "Ringing"
    BUSY = "Busy"
    HOLD = "Hold"
    UNAVAILABLE = "Unavailable"
    UNREGISTERED = "Unregistered"
    MALFUNCTION = "Malfunction"
    NO_PORT = "Fxsnoport"


class MonitorMode(StrEnum):
    """What an extension may do to the calls of others."""

    DISABLED = "Disabled"
    EXTENSIVE = "Extensive"
    LISTEN = "Listen"
    WHISPER = "Whisper"
    BARGE_IN = "Barge-in"


READY = ("registered", "idle")


@dataclass(slots=True)
class Extension:
    """One extension; `status` is what it shows while it is in no call."""

    number: str
    username: str
    type: str = "SIP"
    port: str = ""
    status: str = ExtensionStatus.REGISTERED
    callerid: str = ""
    register_password: str = "Sip-Secret-1"
    login_password: str = "Web-Secret-1"
    voicemail_pin: str = "7391"
    mobile: str = ""
    dnd: bool = False
    call_waiting: bool = True
    may_dial_out: bool = True
    may_be_monitored: bool = False
    monitor_mode: str = MonitorMode.DISABLED
    status_monitor: bool = True
    always_forward: Forward = OFF
    no_answer_forward: Forward = OFF
    busy_forward: Forward = OFF
    ring_timeout: int = 30
    max_duration: str = "Follow System"
    agentid: str = ""
    ip: str = "192.168.5.100"
    reported: str = ""

    @property
    def ready(self) -> bool:
        """Return whether a call can reach the phone."""
        return self.status.lower() in READY

    @property
    def forwards(self) -> dict[str, Forward]:
        """Return the three forwardings by their names here."""
        return {
            "always_forward": self.always_forward,
            "no_answer_forward": self.no_answer_forward,
            "busy_forward": self.busy_forward,
        }

    @property
    def login_password_md5(self) -> str:
        """Return the web password as extension/query shows it."""
        return md5(self.login_password.encode(), usedforsecurity=False).hexdigest()


@dataclass(slots=True)
class Trunk:
    """One trunk; `status` is what it shows while no call uses it."""

    name: str
    type: str = "SIP"
    status: str = "Registered"
    port: str = ""
    status_monitor: bool = True
    answering_control: bool = False
    destination_control: bool = False

    @property
    def one_call(self) -> bool:
        """Return whether one call fills the trunk."""
        return self.type in ("FXO", "GSM")

    @property
    def available(self) -> bool:
        """Return whether a call could go out here."""
        return self.status.lower() in (
            "registered",
            "registered (unmonitored)",
            "idle",
            "up",
        )


@dataclass(slots=True)
class Ivr:
    """A menu; `keys` says which key leads where."""

    number: str
    name: str
    keys: dict[str, str] = field(default_factory=dict)
    prompt_seconds: float = 8


@dataclass(slots=True)
class Queue:
    """A queue and its agents, who all ring."""

    number: str
    name: str
    agents: list[str] = field(default_factory=list)
    agent_timeout: int = 30
    retry: int = 30
    max_wait: int = 1800
    password: str = "Queue-Secret-1"


@dataclass(slots=True)
class RingGroup:
    """A ring group and its members, who all ring."""

    number: str
    name: str
    members: list[str] = field(default_factory=list)
    ring_timeout: int = 60


@dataclass(slots=True)
class Device:
    """The box itself."""

    devicename: str = "Yeastar S100"
    sn: str = "369364835218"
    hardwarever: str = "V1.30 0000-0000"
    firmwarever: str = "30.10.0.67"
    max_extensions: int = 100
    utc_offset: float = -8
    """Hours; a half or a quarter is possible."""
    summer_time: int = 0
    """Hours that the clock is ahead of the offset that is told."""
    booted: float = 0.0

    def local_time(self, epoch: float) -> str:
        """Return the time as the PBX writes it: local, without a zone."""
        local = datetime.fromtimestamp(epoch, UTC) + timedelta(
            hours=self.utc_offset + self.summer_time
        )
        return f"{local:%Y-%m-%d %H:%M:%S}"

    @property
    def zone(self) -> str:
        """Return `UTC-8` or `UTC+5:30`."""
        minutes = round(abs(self.utc_offset) * 60)
        sign = "-" if self.utc_offset < 0 else "+"
        tail = f":{minutes % 60:02}" if minutes % 60 else ""
        return f"UTC{sign}{minutes // 60}{tail}"

    def uptime(self, epoch: float) -> str:
        """Return `00:32:59` or `3days 03:57:42`."""
        seconds = max(0, int(epoch - self.booted))
        days, rest = divmod(seconds, 86400)
        clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
        return f"{days}days {clock}" if days else clock

    def firmware_at_least(self, wanted: str) -> bool:
        """Compare versions number by number."""

        def parts(version: str) -> list[int]:
            return [int(part) for part in version.split(".") if part.isdigit()]

        return parts(self.firmwarever) >= parts(wanted)


@dataclass(slots=True)
class State:
    """Everything configured on the PBX."""

    device: Device = field(default_factory=Device)
    extensions: dict[str, Extension] = field(default_factory=dict)
    trunks: dict[str, Trunk] = field(default_factory=dict)
    ivrs: dict[str, Ivr] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    ring_groups: dict[str, RingGroup] = field(default_factory=dict)
    prompts: set[str] = field(default_factory=set)
    record_calls: bool = False

    def knows(self, number: str) -> bool:
        """Return whether the number exists inside the PBX."""
        inside: tuple[dict[str, object], ...] = (
            dict(self.extensions),
            dict(self.ivrs),
            dict(self.queues),
            dict(self.ring_groups),
        )
        return any(number in group for group in inside)


Clock = Callable[[], float]
