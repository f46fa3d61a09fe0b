"""A simulator of a Yeastar S-Series PBX, as strict and as awkward as a real box.

It is written from the vendor's guides and from what public programs send to real boxes and
rely on. It shares no code with the integration.
"""

from .call_log import LoggedCall, many_calls
from .calls import Call, CallStatus, Direction, Leg, LegKind, LegState
from .errors import Errno, NotPossibleError
from .faults import Fault
from .pairs import Pairs
from .poster import Outcome, PostedReport, ReportTarget
from .quirks import Framing, Quirks, ReportMethod, Shape
from .settings import Forward
from .simulator import Simulator
from .state import Extension, Ivr, MonitorMode, Queue, RingGroup, State, Trunk
from .versions import ApiVersion, Versions
from .wire import Request

__all__ = [
    "ApiVersion",
    "Call",
    "CallStatus",
    "Direction",
    "Errno",
    "Extension",
    "Fault",
    "Forward",
    "Framing",
    "Ivr",
    "Leg",
    "LegKind",
    "LegState",
    "LoggedCall",
    "MonitorMode",
    "NotPossibleError",
    "Outcome",
    "Pairs",
    "PostedReport",
    "Queue",
    "Quirks",
    "ReportMethod",
    "ReportTarget",
    "Request",
    "RingGroup",
    "Shape",
    "Simulator",
    "State",
    "Trunk",
    "Versions",
    "many_calls",
]
