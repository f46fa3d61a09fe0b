"""Ways in which boxes differ, each switched on by name."""

from dataclasses import dataclass, field
from enum import StrEnum

from .versions import Versions


class Shape(StrEnum):
    """The three shapes of a report, as the login's `version` chooses them."""

    V1 = "1.0.0"
    V1_CALL = "1.0.2"
    V2 = "2.0.0"


class ReportMethod(StrEnum):
    """How reports come, as chosen on the web page of the box (API v2.0.0)."""

    HTTP = "HTTP"
    TCP = "TCP"


class Framing(StrEnum):
    """How the end of an answer is marked."""

    CLOSE = "close"
    CONTENT_LENGTH = "content_length"
    KEEP_ALIVE = "keep_alive"


@dataclass(slots=True)
class Quirks:
    """How a box differs from the others; the defaults suit every public program."""

    versions: Versions = Versions.ANY
    """The versions of the API that are served, all under one token."""
    report_method: ReportMethod = ReportMethod.HTTP
    """How reports come; those by TCP go to every program that logged in for them."""
    report_login_reply: bool = False
    """A login for reports by TCP is answered before the first report."""
    report_newline: bool = False
    """A report by TCP ends with a line feed; else nothing stands between two."""
    report_pieces: int = 0
    """Reports by TCP come in pieces of so many bytes."""
    strict_ports: bool = False
    """A login must name a port from 1 to 65535; else one without a port is taken."""
    callee_as_object: bool = False
    """`callee` of inbound/query is an object, not a list."""
    omit_empty_lists: bool = False
    """A query without rows answers without its list."""
    lower_case_status: bool = False
    """Statuses of the two lists come in lower case."""
    no_agentid: bool = False
    """extlist rows lack `agentid`."""
    group_in_callto: bool = False
    """The CDR of a group call says `6200(4002)`."""
    cdr_per_agent: bool = False
    """Each agent that rang in vain gets a CDR of its own."""
    cdr_at_transfer: bool = False
    """A transferred call sends the CDR of its first part at once."""
    internal_in_query_call: bool = False
    """extension/query_call (v2) shows calls between extensions, as no other query does."""
    cdr_bom: bool = False
    """The file of CDRs starts with a byte order mark."""
    cdr_crlf: bool = False
    """Its lines end with carriage return and line feed."""
    cdr_quotes: bool = False
    """Its cells are in double quotes."""
    cdr_latin_1: bool = False
    """Its text is in latin-1 instead of UTF-8."""
    cdr_junk: bool = False
    """Its last line is not a row and not text."""
    cdr_unsorted: bool = False
    """Its rows are in no order."""
    cdr_in_utc: bool = False
    """Its times, and those that ask for it, are in UTC instead of the box's own zone."""
    cdr_nothing_plain: bool = False
    """Where there is no CDR, the answer is `Failed` without an errno, not 20021."""
    transfer_records: bool = False
    """The CDR of the part after a transfer has the type `Transfer`."""
    sn_in_records: bool = False
    """A CDR in the flat shape has the serial number, as captured in 2019."""
    no_trunk_in_internal_records: bool = False
    """The CDR of an internal call has no key of a trunk, as captured in 2019."""
    bye_per_leg: bool = False
    """Each party that leaves sends a BYE that names it alone, while others go on."""
    empty_call_status: bool = False
    """After the end of a call comes a CallStatus without members (v2)."""
    late_call_status: bool = False
    """The last CallStatus comes once more after the CDR (v2)."""
    dtmf_event: bool = False
    """A key press comes as `DTMF event` instead of `DTMF`."""
    registered_ip: bool = False
    """ExtensionStatus of a phone that is reachable tells its address."""
    two_byes: bool = False
    """BYE comes twice, swapped, the second under another callid."""
    ext_id_list: bool = False
    """Two extensions come as one `"ext":{"extid":[..]}`."""
    ring_reports_for_api_only: bool = False
    """RING and ALERT come only for calls dialled through the API."""
    caller_phone_reports: bool = False
    """In an API dial the caller's own phone sends RING and ANSWER as well."""
    odd_host_header: bool = False
    """Reports say `Host: 192.168.5.150: 8260`, with the PBX's address."""
    empty_path: bool = False
    """Reports without a url say `POST  HTTP/1.1`."""
    no_url: bool = False
    """Reports go to the bare address, whatever url a login named."""
    report_http: str = "1.1"
    """The version of HTTP that reports are posted with."""
    bare_newlines: bool = False
    """The lines of a report's head end without a carriage return."""
    wrong_length: int | None = 0
    """How far the Content-Length of reports is off; None leaves it out."""
    expired_is_unknown: bool = False
    """A timed out token is refused as 20004 instead of 20006."""
    one_token: bool = False
    """A login ends the tokens before it."""
    keeps_tokens: bool = False
    """A restart ends no token, though nobody is left to report to."""
    apply_gap: float = 0.0
    """Seconds that must lie between two changes of settings, else 10025."""
    apply_breaks_calls: bool = False
    """Old firmware loses its calls when two changes come within ten seconds."""
    any_ring_timeout: bool = True
    """Ring time-outs may have other lengths than the five that the guide lists."""
    forgets: set[str] = field(default_factory=set)
    """Settings that are accepted but not kept, by their names in `Extension`."""
    one_wake_up_query: bool = False
    """wakeupcall/query takes one extension at a time; a list is refused as 10006."""
    alarm_ids: bool = False
    """Alarms are known by their `wakeupid` (API v1.1.0), no longer by their time."""
    impatient_poster: bool = False
    """A report is posted without waiting for the answer to the one before."""
    repeats: int = 0
    """Every report is sent so often again although it got its 200."""
