"""What a P-Series knows: extensions, trunks, IVRs, queues, ring groups, contacts.

Every item has an id of its own, which is no number of the PBX: extension 1000 may be
id 73 [vendor page query-extension-list].
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import count

from tests.simulator.state import MonitorMode

from .device import Device

AVAILABLE = "available"
DO_NOT_DISTURB = "do_not_disturb"
PRESENCES = (
    AVAILABLE,
    "away",
    "business_trip",
    DO_NOT_DISTURB,
    "lunch",
    "off_work",
)
FIRST_IDS = {"extension": 73, "trunk": 8, "queue": 3, "ring_group": 21, "ivr": 12}


class TrunkStatus(IntEnum):
    """The numbers of trunk/list and 30010 [vendor page query-trunk-list]."""

    UNKNOWN = 0
    IDLE = 1
    BUSY = 2
    UNMONITORED = 3
    SIP_REGISTERING = 4
    GSM_REGISTERING = 5
    FXO_FAULT = 11
    NO_LINE = 12
    PROTOCOL = 21
    MODULE_FAULT = 22
    NOT_PLUGGED = 23
    GSM_FAULT = 31
    POWER_OFF = 32
    NO_SIM = 33
    NO_SIGNAL = 34
    PIN_ERROR = 35
    GSM_REGISTRATION_FAILED = 36
    REGISTRATION_FAILED = 41
    UNREACHABLE = 42
    ACCOUNT_UNAVAILABLE = 43
    DISABLED = 44
    AUTHENTICATION_FAILED = 45


@dataclass(slots=True)
class Extension:
    """One extension; `devices` says which of its phones are registered."""

    id: int
    number: str
    username: str
    type: str = "SIP"
    devices: dict[str, bool] = field(default_factory=lambda: {"Sip": True})
    address: str = "192.168.5.10:5060"
    presence: str = AVAILABLE
    role_name: str = ""
    email_addr: str = ""
    mobile_number: str = ""
    first_name: str = ""
    last_name: str = ""
    caller_id: str = ""
    agent_id: str = ""
    concurrent_registrations: int = 1
    reg_name: str = ""
    reg_password: str = "Sip-Secret-1"
    user_password: str = "Web-Secret-1"
    presence_mobile_prefix: str = ""
    forward_to: str = ""
    ring_timeout: float = 30
    call_waiting: bool = True
    may_dial_out: bool = True
    may_be_monitored: bool = False
    monitor_mode: str = MonitorMode.DISABLED
    monitor_registration: bool = True
    monitor_calls: bool = True
    monitor_presence: bool = True
    reported: str = "Idle"

    @property
    def ready(self) -> bool:
        """Return whether a call can reach one of its phones."""
        return any(self.devices.values())

    @property
    def dnd(self) -> bool:
        """Return whether its presence keeps calls away."""
        return self.presence == DO_NOT_DISTURB


@dataclass(slots=True)
class Trunk:
    """One trunk; `status` is what it shows while no call uses it."""

    id: int
    name: str
    type: str = "peer"
    status: int = TrunkStatus.IDLE
    host_port: str = ""
    username: str = ""
    gsm_signal_level: int = 3
    monitor_calls: bool = True
    answering_control: bool = False
    """The switch *Control Inbound Call*."""

    @property
    def one_call(self) -> bool:
        """Return whether one call fills the trunk."""
        return self.type in ("FXO", "GSM", "UMTS", "LTE", "CDMA")

    @property
    def sends_texts(self) -> bool:
        """Return whether text messages can go out here."""
        return self.type in ("GSM", "UMTS", "LTE", "CDMA")

    @property
    def available(self) -> bool:
        """Return whether a call could go out here."""
        return self.status in (TrunkStatus.IDLE, TrunkStatus.UNMONITORED)

    @property
    def kind(self) -> str:
        """Return the type as 30010 writes it."""
        if self.sends_texts:
            return "GSM"
        return self.type if self.type in ("E1", "BRI", "FXO") else "PJSIP"


@dataclass(slots=True)
class Ivr:
    """A menu; `keys` says which key leads where."""

    id: int
    number: str
    name: str
    keys: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Agent:
    """What a queue knows of one of its agents."""

    number: str
    is_dynamic: bool = False
    is_logged_in: bool = True
    is_paused: bool = False
    pause_reason: str = ""
    pause_seconds: int = 0
    logout_seconds: int = 0
    missed: list[tuple[str, str]] = field(default_factory=list)
    """Caller and call id of each call that it let ring in vain."""

    @property
    def on_duty(self) -> bool:
        """Return whether the queue may ring it."""
        return self.is_logged_in and not self.is_paused


@dataclass(slots=True)
class Queue:
    """A queue and its agents, who all ring."""

    id: int
    number: str
    name: str
    agents: dict[str, Agent] = field(default_factory=dict)
    managers: list[str] = field(default_factory=list)
    ring_strategy: str = "ring_all"
    agent_timeout: float = 30
    retry: float = 30
    max_wait: float = 1800
    pauses_after: int = 0
    """Missed calls after which an agent is paused; 0 never."""


@dataclass(slots=True)
class RingGroup:
    """A ring group and its members, who all ring."""

    id: int
    number: str
    name: str
    members: list[str] = field(default_factory=list)
    ring_strategy: str = "ring_all"
    ring_timeout: float = 60


@dataclass(slots=True)
class GroupMailbox:
    """A mailbox of several extensions; in mode `broadcast` it keeps no messages."""

    id: int
    number: str
    name: str
    members: list[str] = field(default_factory=list)
    type: str = "custom"
    mode: str = "share"


@dataclass(slots=True)
class Contact:
    """A company contact; `numbers` by their `num_type`."""

    id: int
    first_name: str
    last_name: str = ""
    company: str = ""
    email: str = ""
    numbers: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return first and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(slots=True)
class State:
    """Everything configured on the PBX."""

    device: Device = field(default_factory=Device)
    extensions: dict[str, Extension] = field(default_factory=dict)
    trunks: dict[str, Trunk] = field(default_factory=dict)
    ivrs: dict[str, Ivr] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    ring_groups: dict[str, RingGroup] = field(default_factory=dict)
    mailboxes: dict[str, GroupMailbox] = field(default_factory=dict)
    contacts: dict[int, Contact] = field(default_factory=dict)
    prompts: set[str] = field(default_factory=set)
    pause_reasons: dict[str, str] = field(
        default_factory=lambda: {"*01": "Lunch", "*02": "Break"}
    )
    record_calls: bool = False
    webhooks: dict[str, object] = field(
        default_factory=lambda: {
            "enb_webhook_event_push": 0,
            "webhook_event_push_list": [],
            "webhook_event_push_timeout": 5,
            "webhook_event_push_retry_count": 3,
        }
    )
    ids: dict[str, count[int]] = field(
        default_factory=lambda: {kind: count(n) for kind, n in FIRST_IDS.items()}
    )

    def new_id(self, kind: str) -> int:
        """Return an id that is no number of the PBX, and none of four digits."""
        return next(
            n
            for n in self.ids[kind]
            if not 1000 <= n <= 9999 and not self.knows(str(n))
        )

    def knows(self, number: str) -> bool:
        """Return whether the number exists inside the PBX."""
        return (
            number in self.extensions
            or number in self.ivrs
            or number in self.queues
            or number in self.ring_groups
        )

    def name_of(self, number: str) -> str:
        """Return the name of a number of the PBX, or nothing."""
        if number in self.extensions:
            return self.extensions[number].username
        for named in (
            self.queues.get(number),
            self.ring_groups.get(number),
            self.ivrs.get(number),
        ):
            if named:
                return named.name
        return ""

    def add_extension(
        self, number: str, username: str, **settings: object
    ) -> Extension:
        """Add an extension with a new id."""
        first, _, last = username.partition(" ")
        extension = Extension(self.new_id("extension"), number, username)
        extension.first_name, extension.last_name = first, last
        extension.reg_name = number
        for name, value in settings.items():
            setattr(extension, name, value)
        if extension.type == "FXS":
            extension.devices = {"Fxs": True}
        self.extensions[number] = extension
        return extension

    def add_trunk(self, name: str, type: str = "peer", **settings: object) -> Trunk:
        """Add a trunk with a new id."""
        trunk = Trunk(self.new_id("trunk"), name, type)
        if trunk.kind == "PJSIP":
            trunk.host_port = f"192.0.2.{trunk.id}:5060"
        for key, value in settings.items():
            setattr(trunk, key, value)
        self.trunks[name] = trunk
        return trunk


Clock = Callable[[], float]
