"""The facts of the guide, and which action each of its operations became.

`facts.json` holds, operation by operation, what the vendor's chapter on calls
prints: endpoint, version, request sample, response samples, possible errors. Of
Query Inbound Calls the chapter has the heading only; its samples are those of the
wider guide.
"""

from dataclasses import dataclass
import json
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fact:
    """One operation as the guide prints it."""

    operation: str
    endpoint: str
    version: str
    request: str
    responses: list[str]
    errors: list[int]


FACTS = [
    Fact(**row)
    for row in json.loads(Path(__file__).with_name("facts.json").read_text())
]

# What to call, and with what, so that the sample is sent.
ACTION_OF: dict[str, tuple[str, dict[str, object]]] = {
    "inbound/query": ("get_calls", {}),
    "outbound/query": ("get_calls", {}),
    "extension/hangup": ("hang_up", {"extension": "1000"}),
    "inbound/hangup": ("hang_up", {"call_id": "1495698510.206"}),
    "outbound/hangup": ("hang_up", {"call_id": "1495705264.322"}),
    "extension/hold": ("hold", {"extension": "1000"}),
    "extension/unhold": ("resume", {"extension": "1000"}),
    "extension/mute": ("mute", {"extension": "1000"}),
    "extension/unmute": ("unmute", {"extension": "1000"}),
    "extension/listen": (
        "monitor",
        {"supervisor": "1005", "extension": "1002", "mode": "listen"},
    ),
    "extension/whisper": (
        "monitor",
        {"supervisor": "1005", "extension": "1002", "mode": "whisper"},
    ),
    "extension/barge": (
        "monitor",
        {"supervisor": "1005", "extension": "1002", "mode": "barge_in"},
    ),
    "extension/dial_extension": ("dial", {"extension": "1000", "number": "1002"}),
    "extension/dial_outbound": ("dial", {"extension": "1002", "number": "41000"}),
    "inbound/transfer_extension": (
        "transfer",
        {"call_id": "1495698591.209", "extension": "1003"},
    ),
    "inbound/transfer_ivr": ("transfer", {"call_id": "1495698591.209", "ivr": "6500"}),
    "inbound/transfer_outbound": (
        "transfer",
        {"call_id": "1495698843.215", "number": "22003", "permission_of": "1000"},
    ),
    "inbound/transfer_queue": (
        "transfer",
        {"call_id": "1495700191.223", "queue": "6700"},
    ),
    "inbound/transfer_ringgroup": (
        "transfer",
        {"call_id": "1495700191.223", "ring_group": "6200"},
    ),
    "outbound/transfer_extension": (
        "transfer",
        {"call_id": "1495700976.276", "extension": "1003"},
    ),
    "outbound/transfer_outbound": (
        "transfer",
        {"call_id": "1495701184.282", "number": "22003", "permission_of": "1000"},
    ),
    "outbound/transfer_ivr": ("transfer", {"call_id": "1495700976.276", "ivr": "6500"}),
    "ivr/dial_extension": ("dial_to_ivr", {"ivr": "6500", "extension": "1002"}),
    "ivr/dial_outbound": (
        "dial_to_ivr",
        {"ivr": "6500", "number": "41000", "permission_of": "1000"},
    ),
    "queue/dial_outbound": (
        "dial_to_queue",
        {"queue": "6700", "number": "118396210850", "permission_of": "1000000"},
    ),
    "ringgroup/dial_outbound": (
        "dial_to_ring_group",
        {"ring_group": "6200", "number": "118396210850", "permission_of": "1000000"},
    ),
    "outbound/dial_outbound": (
        "callback",
        {"first_number": "1002", "second_number": "41000", "permission_of": "1000"},
    ),
    "sms/send": (
        "send_sms",
        {"trunk": "GSM-trunk", "number": "18396210850", "message": "你好 "},
    ),
    "inbound/accept": ("accept_call", {"call_id": "1495703883.314"}),
    "inbound/refuse": ("refuse_call", {"call_id": "1495703883.314"}),
}
