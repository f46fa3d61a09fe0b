"""Why calls fail, in the words of 30015 [vendor page event-call-failed]."""

NO_DIAL_PERMISSION = "NO Dial Permission"
NO_OUTBOUND = "NO Outbound Restrictin"
UNREACHABLE = "Line Unreachable"
DECLINED = "User Busy"
BUSY = "486 Busy here"
DND = "DND"
NOT_FOUND = "404 NOT found"
NO_ANSWER = "408 Request Time"
UNAVAILABLE = "480 Temporatily Unavailable"
RECORD_STATUS = {
    DECLINED: "BUSY",
    BUSY: "BUSY",
    DND: "BUSY",
    UNREACHABLE: "FAILED",
    NO_OUTBOUND: "FAILED",
    NO_DIAL_PERMISSION: "FAILED",
    NOT_FOUND: "FAILED",
}
