"""Whether reports reach Home Assistant, and what became of those that did."""

from dataclasses import dataclass

UNREPORTED_SECONDS = 60.0
"""Between two changes that no report told of, before reports are said not to arrive.

One change alone proves nothing: its report may be late, or lost.
"""


@dataclass(slots=True)
class ReportCounts:
    """How many bodies came, by what became of them.

    Attributes:
        unknown: of the accepted ones, those of a type that no guide names.
        foreign: of a PBX with another serial number.
        strangers: connections to the separate port from elsewhere than the PBX, or
            for another path.
        dropped: too many at once; the next poll tells what they told.
    """

    accepted: int = 0
    unknown: int = 0
    repeated: int = 0
    dropped: int = 0
    foreign: int = 0
    strangers: int = 0
    malformed: int = 0
    too_large: int = 0


@dataclass(slots=True)
class PushHealth:
    """Judges by what polls find whether reports arrive.

    Attributes:
        works: None until a report, a connection or a poll tells.
        is_silent: whether polls proved that reports do not arrive.
    """

    works: bool | None = None
    is_silent: bool = False
    _unreported_since: float | None = None

    def reported(self) -> bool:
        """Note that a report came; return whether that is news."""
        self._unreported_since = None
        self.is_silent = False
        news, self.works = not self.works, True
        return news

    def unreported(self, now: float) -> bool:
        """Note that a poll found a change first; return whether that proves something.

        `now` is in seconds of any steady clock.
        """
        if self._unreported_since is None:
            self._unreported_since = now
        if self.is_silent or now - self._unreported_since < UNREPORTED_SECONDS:
            return False
        self.works = False
        self.is_silent = True
        return True

    def interrupted(self) -> None:
        """Note that the PBX was away: what changed meanwhile proves nothing."""
        self._unreported_since = None
