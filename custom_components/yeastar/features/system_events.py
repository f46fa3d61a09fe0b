"""Which events of the PBX itself a person should act on."""

from typing import Final

from ..pbx.reports import Report, ReportType

_NO_MATTER: Final = "info"
_WARNING: Final = "warn"
_OF_LINES: Final = frozenset({"telephony", "operation"})
"""Entities show what became of a line; an operation was done by a person."""
_MARKUP: Final = str.maketrans(dict.fromkeys("<>[]`*_#|\\", " "))
"""The text is shown as markdown, and may quote who tried to log in."""


def for_a_person(report: Report) -> str:
    """Return what a person should know of a report, empty if it needs none."""
    if report.type is not ReportType.SYSTEM_EVENT:
        return ""
    level = report.word("event_level").casefold()
    if level in ("", _NO_MATTER):
        return ""
    if level == _WARNING and report.word("event_type") in _OF_LINES:
        return ""
    content = report.word("event_content") or report.word("event_name")
    return " ".join(content.translate(_MARKUP).split())
