"""A simulator of a Yeastar P-Series PBX, as strict and as awkward as a real box.

It is written from the vendor's pages and from what clients saw, and shares no code
with the integration.
"""

from tests.simulator.calls import Direction, LegState, Place, PlaceKind
from tests.simulator.errors import NotPossibleError
from tests.simulator.faults import Fault

from .calls import Call, Member, MemberKind, MemberStatus
from .errors import Errcode
from .offices import example_office, household, large_office, leave_messages
from .quirks import Empty, Quirks
from .request import Request
from .simulator import PSeriesSimulator
from .sockets import Frame, Socket
from .state import (
    Agent,
    Contact,
    Extension,
    Ivr,
    Queue,
    RingGroup,
    State,
    Trunk,
    TrunkStatus,
)

__all__ = [
    "Agent",
    "Call",
    "Contact",
    "Direction",
    "Empty",
    "Errcode",
    "Extension",
    "Fault",
    "Frame",
    "Ivr",
    "LegState",
    "Member",
    "MemberKind",
    "MemberStatus",
    "NotPossibleError",
    "PSeriesSimulator",
    "Place",
    "PlaceKind",
    "Queue",
    "Quirks",
    "Request",
    "RingGroup",
    "Socket",
    "State",
    "Trunk",
    "TrunkStatus",
    "example_office",
    "household",
    "large_office",
    "leave_messages",
]
