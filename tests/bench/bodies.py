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


def whole_call(call: int, extension: int) -> list[bytes]:
    """Return what is reported of a call from outside that is answered and ends."""
    call_id = f"{1763950000 + call}.{call}"
    number = str(extension)
    phone = {"ext": {"extid": number}}
    outside = {
        "inbound": {
            "from": f"0171{call:07}",
            "to": "5503300",
            "trunk": "SIP-142",
            "inboundid": f"{call_id}1",
        }
    }
    state = {"action": "ExtensionStatus", "extension": number}
    record = {
        "timestart": "2025-11-23 12:00:00",
        "callfrom": f"0171{call:07}",
        "callto": number,
        "callduraction": "60",
        "talkduraction": "50",
        "srctrunkname": "SIP-142",
        "dsttrcunkname": "",
        "status": "ANSWERED",
        "type": "Inbound",
        "recording": "",
        "didnumber": "5503300",
    }
    return [
        json.dumps(report).encode()
        for report in (
            {**state, "status": "Ringing"},
            {"action": "RING", "callid": call_id, **phone, **outside},
            {**state, "status": "Busy"},
            {"action": "ANSWER", "callid": call_id, **phone, **outside},
            {"action": "BYE", "callid": call_id, **phone, **outside},
            {**state, "status": "Registered"},
            {"action": "NewCdr", "callid": call_id, **record},
        )
    ]
