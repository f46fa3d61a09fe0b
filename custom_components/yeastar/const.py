"""What several modules of the integration share."""

from enum import StrEnum
import logging
from typing import Final

DOMAIN: Final = "yeastar"
LOGGER = logging.getLogger(__package__)

DEFAULT_PORT: Final = 8088
DEFAULT_USERNAME: Final = "api"

# Kept in the entry: which API the PBX speaks, one of `pbx.models.Family`.
CONF_FAMILY: Final = "family"

# Kept in the entry: which version of the API its PBX took the last login by.
CONF_API_VERSION: Final = "api_version"

# Kept in the entry: a password the PBX refused is not sent again, not even by a
# restart, until a person submits the form.
CONF_PASSWORD_REFUSED: Final = "password_refused"

# Kept in the entry: until when the PBX ignores our address, in seconds since 1970.
CONF_LOCKED_UNTIL: Final = "locked_until"

# Kept in the entry: the SHA-256 of the certificate that was seen at setup.
CONF_FINGERPRINT: Final = "certificate_sha256"

# Kept in the entry: whether a person allowed TLS 1.0 and 1.1.
CONF_OLD_TLS: Final = "old_tls"

# The area code of the place where the PBX is, for local numbers without one.
CONF_AREA_CODE: Final = "area_code"
CONF_CALL_LOG_DAYS: Final = "call_log_days"
CONF_EXTENSIONS: Final = "extensions"
CONF_NUMBER_FORMAT: Final = "number_format"
CONF_OUTSIDE_CALLS: Final = "outside_calls"
CONF_OUTSIDE_PREFIX: Final = "outside_prefix"
CONF_RECORDINGS: Final = "recordings"
CONF_REPORT_ADDRESS: Final = "report_address"
CONF_REPORT_PORT: Final = "report_port"
CONF_PBX_REPORT_PORT: Final = "pbx_report_port"
CONF_REPORTS: Final = "reports"
CONF_RING_PROMPT: Final = "ring_prompt"
CONF_SMS_TRUNK: Final = "sms_trunk"
CONF_SUPERVISION: Final = "supervision"
CONF_LLM_ACTIONS: Final = "llm_actions"
CONF_VOICE_EXTENSION: Final = "voice_extension"
CONF_VOICE_SCOPE: Final = "voice_scope"
CONF_VOICE_SENTENCES: Final = "voice_sentences"
CONF_WHOLE_REPORTS: Final = "whole_reports"
ADMINISTRATORS: Final = "administrators"
EVERYONE: Final = "everyone"
VOICE_CONTACTS: Final = "contacts"
VOICE_ANY: Final = "any"
DEFAULT_CALL_LOG_DAYS: Final = 90
DEFAULT_REPORT_PORT: Final = 8260
DEFAULT_PBX_REPORT_PORT: Final = 8333


class ReportWay(StrEnum):
    """How reports come to us; the values are those of the option."""

    HOME_ASSISTANT = "home_assistant"
    OWN_PORT = "own_port"
    CONNECTION = "connection"
    OFF = "off"


EVENT_YEASTAR: Final = "yeastar_event"
EVENT_YEASTAR_CALL: Final = "yeastar_call"
EVENT_YEASTAR_ACTION: Final = "yeastar_action"
EVENT_YEASTAR_ACTIVITY: Final = "yeastar_activity"
EVENT_YEASTAR_CAUGHT_UP: Final = "yeastar_caught_up"
