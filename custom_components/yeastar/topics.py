"""The parts of a PBX that change by themselves; each listener names the one it shows."""

from typing import Final

CALLS: Final = "calls"
CALL_LOG: Final = "call log"
CONTACTS: Final = "contacts"
DEVICE: Final = "device"
MEMBERS: Final = "members"
"""Which extensions and trunks there are, and what they are called."""
REPORTS: Final = "reports"
NOTHING: Final = "nothing"
"""Never changes: for entities that follow what happens, not what is."""


def extension_part(number: str) -> str:
    """Return the name of the part that is one extension."""
    return f"extension {number}"


def trunk_part(name: str) -> str:
    """Return the name of the part that is one trunk."""
    return f"trunk {name}"
