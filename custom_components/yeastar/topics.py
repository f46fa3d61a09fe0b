"""The topics that change by themselves; each listener names the one it shows."""

from typing import Final

CALLS: Final = "calls"
CALL_LOG: Final = "call log"
CONTACTS: Final = "contacts"
DEVICE: Final = "device"
MEMBERS: Final = "members"
"""Which extensions and trunks there are, and what they are called."""
REPORTS: Final = "reports"
NOTHING: Final = "nothing"
"""Never changes but by whether the PBX is there: for entities that show events."""


def extension_topic(number: str) -> str:
    """Return the topic of one extension."""
    return f"extension {number}"


def trunk_topic(name: str) -> str:
    """Return the topic of one trunk."""
    return f"trunk {name}"
