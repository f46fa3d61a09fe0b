"""Reports as a PBX posts them."""

import json


def extension_status(extension: int, rings: bool) -> bytes:
    """Return the report of a phone that begins or ends to ring."""
    status = "Ringing" if rings else "Registered"
    report = {"action": "ExtensionStatus", "extension": str(extension)}
    return json.dumps(report | {"status": status}).encode()


def call_status(call: int, holds: bool) -> bytes:
    """Return the report of a phone that begins or ends to hold its call."""
    member = {"number": str(2000 + call), "memberstatus": "HOLD" if holds else "ANSWER"}
    return json.dumps(
        {
            "event": "CallStatus",
            "callid": f"{1763900000 + call}.{call}",
            "members": [{"ext": member}],
        }
    ).encode()
