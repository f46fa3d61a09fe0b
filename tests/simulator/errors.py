"""The PBX's refusals, and the misuse of the simulator itself."""

from enum import IntEnum


class Errno(IntEnum):
    """The vendor's error codes that the simulator uses."""

    UNSUPPORTED = 10003
    BLANK_PARAMETER = 10004
    NO_CALL_ID = 10005
    NO_EXTENSION = 10006
    NO_CALL = 10007
    NOT_IDLE = 10008
    NOT_MONITORED = 10009
    MONITOR_MODE = 10010
    CALLEE = 10011
    NO_IVR = 10012
    NO_QUEUE = 10013
    NO_RING_GROUP = 10014
    NOT_CONNECTED = 10015
    TOO_LATE = 10016
    EXTENSION_SETTING = 10017
    ALARM_SETTING = 10020
    NO_ALARM = 10021
    ALARM_EXISTS = 10022
    NO_PROMPT = 10023
    NO_PERMISSION = 10024
    APPLIED_TOO_OFTEN = 10025
    NO_GSM = 10026
    GSM_BUSY = 10027
    BLANK_NUMBER = 10028
    SMS_FILE = 10029
    BLANK_SMS = 10030
    NUMBER_FORMAT = 10031
    NOT_JSON = 20000
    NOT_POST = 20001
    LOCKED_OUT = 20002
    BAD_CREDENTIALS = 20003
    NO_TOKEN = 20004
    BLANK_TOKEN = 20005
    EXPIRED_TOKEN = 20006
    BLANK_DATA = 20007
    BAD_PORT = 20008
    BLANK_REQUEST = 20009
    HEARTBEAT = 20011
    RANDOM = 20012
    NO_RECORDING = 20014
    ADDRESS = 20015
    CDR_TIME = 20019
    CDR_RANDOM = 20020
    NO_CDR = 20021


class RefusedError(Exception):
    """The PBX refuses a request with an errno, or says no more than `Failed`."""

    def __init__(self, errno: int | None) -> None:
        """Keep the errno."""
        self.errno = None if errno is None else int(errno)
        super().__init__(f"errno {self.errno}")


class NotPossibleError(Exception):
    """A test or the control interface asks for something that cannot happen."""
