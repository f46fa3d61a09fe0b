"""A client for the API of Yeastar S-Series PBXs; knows nothing of Home Assistant.

    async with aiohttp.ClientSession() as session:
        pbx = PbxClient(session, **where)
        for extension in (await pbx.extensions()).items:
            print(extension.number, extension.name, extension.state)
        await pbx.logout()

Here `where` holds `host`, `port`, `ssl`, `username` and `password`.
"""

from .certificate import CertificatePin, shows_certificate
from .errors import (
    ErrorCode,
    PbxAddressError,
    PbxBusyError,
    PbxCertificateChangedError,
    PbxCertificateError,
    PbxConnectionError,
    PbxCredentialsError,
    PbxError,
    PbxLockedOutError,
    PbxOccupiedError,
    PbxProtocolError,
    PbxRecordingGoneError,
    PbxRecordingRefusedError,
    PbxRedirectError,
    PbxRefusedError,
    PbxTokenError,
    PbxUnconfirmedError,
    PbxUnsupportedError,
)
from .models import (
    CallDirection,
    CallStatus,
    Destination,
    DeviceInfo,
    Extension,
    ExtensionState,
    Listing,
    MonitorMode,
    Trunk,
    TrunkCall,
    TrunkState,
)
from .s_series.client import LOCK_OUT, PbxClient, ReportTarget
from .s_series.extension_settings import (
    ExtensionChange,
    ExtensionSettings,
    Forwarding,
    ForwardTo,
)
from .s_series.recordings import Recording
from .s_series.records import CallRecord, RecordStatus
from .s_series.reports import (
    Party,
    PartyKind,
    PartyStatus,
    Report,
    ReportType,
    is_complete,
    parse_report,
)
from .s_series.wake_up_calls import Repeat, WakeUpCall

__all__ = [
    "LOCK_OUT",
    "CallDirection",
    "CallRecord",
    "CallStatus",
    "CertificatePin",
    "Destination",
    "DeviceInfo",
    "ErrorCode",
    "Extension",
    "ExtensionChange",
    "ExtensionSettings",
    "ExtensionState",
    "ForwardTo",
    "Forwarding",
    "Listing",
    "MonitorMode",
    "Party",
    "PartyKind",
    "PartyStatus",
    "PbxAddressError",
    "PbxBusyError",
    "PbxCertificateChangedError",
    "PbxCertificateError",
    "PbxClient",
    "PbxConnectionError",
    "PbxCredentialsError",
    "PbxError",
    "PbxLockedOutError",
    "PbxOccupiedError",
    "PbxProtocolError",
    "PbxRecordingGoneError",
    "PbxRecordingRefusedError",
    "PbxRedirectError",
    "PbxRefusedError",
    "PbxTokenError",
    "PbxUnconfirmedError",
    "PbxUnsupportedError",
    "RecordStatus",
    "Recording",
    "Repeat",
    "Report",
    "ReportTarget",
    "ReportType",
    "Trunk",
    "TrunkCall",
    "TrunkState",
    "WakeUpCall",
    "is_complete",
    "parse_report",
    "shows_certificate",
]
