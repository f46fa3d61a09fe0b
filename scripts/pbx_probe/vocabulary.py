"""What a capture keeps as it is: words, versions, counts and times of the vendor's guides.

Every other text or number is replaced.
"""

import re
from typing import Final

from custom_components.yeastar.pbx.wire import SECRETS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SECRET_KEYS: Final = SECRETS | {"random", "session_id", "sign", "sign_type"}
SERIAL_KEYS: Final = frozenset({"sn", "serial_number"})
WORD_KEYS: Final = _words("""
    action agent_type alwaysforward call_type cdr_type destination_type disposition
    errmsg event event_level event_name event_type ext_dev_type fail_dest kind
    language last_status member_status memberstatus model_name module monitor_mode
    monitormode operation option port presence_status reason ring_strategy
    ringstrategy status system_date_format system_time_format transport type
    """)
"""Keys of words that the vendor chose; words that no guide knows are what is looked for."""
VERSION_KEYS: Final = _words(
    "firmware_version firmwarever hardware_version hardwarever"
)
COUNT_KEYS: Final = _words("""
    access_token_expire_time active_calls agent_ring_time agent_timeout
    agentringtime agenttimeout call_duration callduraction callduration callercount
    cc_capacity cc_used count digittimeout duration end_time endtime errcode errno
    expire_time extension_capacity extension_used extensionstatus flag
    handling_duration hold_duration leg max_calls max_wait_time maxduration
    maxregistrations maxwaittime opr_duration page page_size promptrepeat reason
    refresh_token_expire_time responsetimeout retry retry_time ring_duration
    ringing_calls ringtimeout routing_duration size start_time starttime status
    talk_duration talkduraction talkduration timestamp topic_list total total_number
    type up_time uptime waiting_calls waittime weight wrap_up_time wrapuptime
    """)
ID_KEYS: Final = frozenset({"ext_id", "id", "queue_id", "trunk_id"})
"""Keys of a P-Series by which it knows its own settings, which are no numbers."""
NUMBER_KEYS: Final = _words("""
    agent agentid callee caller did_number didnumber ext_number extension extid
    extnumber from info infos number to value
    """)
"""Keys under which even a number of one or two digits belongs to a person."""
WORDS: Final = _words("""
    all always answered available away barge barge-in brief business_trip busy
    callback custom default disabled do_not_disturb dynamic extension extensive fxo
    fxs general gsm iax idle inbound internal ivr listen lunch mobile no none off
    off_work on outbound pjsip queue registered ring_all ring_group ringall
    ringgroup sip static success system transfer unlimited unregistered voicemail
    whisper yes
    """) | {
    "#",
    "*",
    "[none]",
    "custom number",
    "follow system",
    "hang up",
    "mobile number",
    "no answer",
}
"""Whole values, in lower case."""
PREFIXES: Final = _words("conference ivr paging parking queue ringgroup ring_group")
"""What stands before the number of a path, as in `queue-6700`."""
TECHNOLOGIES: Final = _words("dahdi gsm iax2 local pjsip sip udahdi usbgsm yst")

WORD: Final = re.compile(r"(?!.*\d{4})[A-Za-z0-9][A-Za-z0-9 .,:_()/'-]{0,79}")
VERSION: Final = re.compile(r"[A-Za-z]{0,3}[\d. -]{1,40}")
COUNT: Final = re.compile(r"-?\d{1,10}(/\d{1,10})?")
TIME: Final = re.compile(
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T]\d{1,2}:\d{2}(:\d{2})?( ?[AP]M)?( UTC[-+:\d]*)?)?"
    r"|\d{1,2}[-/]\d{1,2}[-/]\d{4} \d{1,2}:\d{2}(:\d{2})?( ?[AP]M)?"
    r"|(\d{1,5} ?days?,? )?\d{1,4}:\d{2}:\d{2}"
)
ID: Final = re.compile(r"\d{1,6}")
CALL_ID: Final = re.compile(r"1\d{9}\.\d{1,9}")
"""The time at which a call began, and a counter."""
