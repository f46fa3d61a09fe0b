"""The parts of a P-Series put together; the server gives it an address."""

from collections.abc import Mapping
from itertools import count
import logging
from secrets import token_hex
import time

from tests.simulator.timers import Timers

from .dialling import Dialling
from .events import Events
from .groups import Groups
from .moves import Moves
from .offices import example_office
from .phones import Phones
from .quirks import Quirks
from .records import Archive
from .routing import Routing
from .sessions import Sessions
from .sockets import Hub
from .state import Clock, Extension, State, Trunk, TrunkStatus
from .switchboard import Switchboard

LOGGER = logging.getLogger("pbx_simulator")
CLIENT_ID = "SimulatorClientIdSimulatorClient"
CLIENT_SECRET = "simulator-secret-1"
FIRST_CONTACT = 3
# Words of the S-Series simulator, for tests and programs that know both families.
WORDS = {
    "registered": TrunkStatus.IDLE,
    "idle": TrunkStatus.IDLE,
    "up": TrunkStatus.IDLE,
    "busy": TrunkStatus.BUSY,
    "registering": TrunkStatus.SIP_REGISTERING,
    "failure": TrunkStatus.REGISTRATION_FAILED,
    "unreachable": TrunkStatus.UNREACHABLE,
    "disable": TrunkStatus.DISABLED,
    "fault": TrunkStatus.FXO_FAULT,
    "power off": TrunkStatus.POWER_OFF,
    "no sim": TrunkStatus.NO_SIM,
    "no signal": TrunkStatus.NO_SIGNAL,
    "pin error": TrunkStatus.PIN_ERROR,
}
READY = ("registered", "idle")


class Pbx:
    """One PBX: what it knows, who is logged in, which calls live."""

    def __init__(
        self,
        *,
        state: State | None = None,
        time_scale: float = 1.0,
        clock: Clock = time.time,
        host: str = "127.0.0.1",
    ) -> None:
        """Put the parts together."""
        self.host = host
        self.clock = clock
        self.client_id = CLIENT_ID
        self._secret = CLIENT_SECRET
        self.allowed_ips: set[str] | None = None
        self.sms_sent: list[tuple[str, str, str]] = []
        self.contact_ids = count(FIRST_CONTACT)
        self.state = state or example_office()
        self.state.device.booted = clock() - 3 * 3600
        self.quirks = Quirks()
        self.timers = Timers(time_scale)
        self.sessions = Sessions(clock, self.timers)
        self.hub = Hub(self.quirks, self.timers)
        self.sessions.died = self.hub.token_died
        self.events = Events(self.state, self.quirks, self.hub.send)
        self.board = Switchboard(
            self.state, self.events, self.timers, clock, self.quirks
        )
        self.archive = Archive(self.state, self.events, clock)
        self.board.write = self.archive.write
        self.groups = Groups(self.board)
        self.routing = Routing(self.board, self.groups)
        self.dialling = Dialling(self.board, self.routing)
        self.moves = Moves(self.board, self.routing)
        self.phones = Phones(self.board, self.routing, self.dialling, self.moves)
        self.calls = self.board.calls

    # Credentials

    @property
    def client_secret(self) -> str:
        """Return the Client Secret."""
        return self._secret

    @client_secret.setter
    def client_secret(self, secret: str) -> None:
        """Change the Client Secret: every token ends."""
        self._secret = secret
        self.sessions.end_all()

    @property
    def username(self) -> str:
        """Return the Client ID under the name that both simulators share."""
        return self.client_id

    @property
    def password(self) -> str:
        """Return the Client Secret under the name that both simulators share."""
        return self._secret

    @password.setter
    def password(self, secret: str) -> None:
        """Change the Client Secret."""
        self.client_secret = secret

    # Files

    def link(self, file: str | None, kind: str, data: bytes) -> dict[str, object]:
        """Return the answer of a download: a file's name and its address."""
        now = self.state.device.digits(self.clock())
        firmware = self.state.device.firmware_version
        name = f"{kind}-{firmware}-download-{now}-{token_hex(8)}.wav"
        url = self.archive.links.make(name, data)
        return {"file": file or name, "download_resource_url": url}

    # Configuration

    def add_extension(
        self, number: str, username: str | None = None, **settings: object
    ) -> Extension:
        """Add an extension, as an administrator does."""
        extension = self.state.add_extension(number, username or number, **settings)
        self.events.extension_config(number, "CREATE")
        return extension

    def remove_extension(self, number: str) -> None:
        """Remove an extension; its calls end."""
        for call, member in self.board.legs_of(number):
            if member.alive:
                self.board.release(call, member)
        del self.state.extensions[number]
        self.events.extension_config(number, "DELETE")

    def rename_extension(self, number: str, username: str) -> None:
        """Rename an extension's user."""
        self.change_extension(number, username=username)

    def change_extension(self, number: str, **settings: object) -> None:
        """Change settings of an extension."""
        for name, value in settings.items():
            setattr(self.state.extensions[number], name, value)
        self.events.extension_config(number, "UPDATE")

    def set_presence(self, number: str, presence: str) -> None:
        """Change the presence of an extension."""
        extension = self.state.extensions[number]
        if extension.presence != presence:
            extension.presence = presence
            self.events.presence(extension)

    def set_extension_status(self, number: str, status: str) -> None:
        """Let an extension's main phone register or go; words as in the S-Series."""
        kind = next(iter(self.state.extensions[number].devices))
        self.set_device(number, kind, registered=status.lower() in READY)

    def set_device(self, number: str, kind: str, *, registered: bool) -> None:
        """Let one device register or go: Sip, Mobile, Desktop, Web, Pad or Fxs."""
        extension = self.state.extensions[number]
        if extension.devices.get(kind) != registered:
            extension.devices[kind] = registered
            self.events.registration(extension, kind)

    def add_trunk(
        self,
        name: str,
        type: str = "peer",
        status: str | int | None = None,
        **settings: object,
    ) -> Trunk:
        """Add a trunk, as an administrator does."""
        kind = "peer" if type == "SIP" else type
        trunk = self.state.add_trunk(name, kind, **settings)
        trunk.status = TrunkStatus.IDLE if status is None else _trunk_status(status)
        self.events.trunk_config(name, "CREATE")
        return trunk

    def remove_trunk(self, name: str) -> None:
        """Remove a trunk; its calls end."""
        for call in list(self.calls.values()):
            for member in call.outside_legs:
                if member.trunk == name and not call.ended:
                    self.board.end(call, member)
        del self.state.trunks[name]
        self.events.trunk_config(name, "DELETE")

    def set_trunk_status(self, name: str, status: str | int) -> None:
        """Set what a trunk shows while no call uses it."""
        trunk = self.state.trunks[name]
        trunk.status = _trunk_status(status)
        self.events.trunk_status(trunk)

    def system_event(self, name: str, kind: str, level: str, content: str = "") -> None:
        """Tell a system event: `kind` operation, telephony, security ...; `level` info, warn, error."""
        time = self.state.device.display(self.clock())
        self.events.system(name, kind, level, content or name, time)

    def send_event(self, type: int, msg: Mapping[str, object]) -> None:
        """Send an event as it is to those that want its type."""
        self.events.publish(type, msg)


def _trunk_status(status: str | int) -> TrunkStatus:
    if isinstance(status, str):
        return WORDS.get(status.lower(), TrunkStatus.UNKNOWN)
    return TrunkStatus(status)
