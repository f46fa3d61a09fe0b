"""Whether reports reach Home Assistant, and what became of those that did."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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


LATE_SECONDS = 5.0
"""How long after a poll found a change its report may still come."""
LOSSES_TO_TELL = 3
"""Times that reports stopped and came again before it is said why."""
LOSS_WINDOW = 7200.0
"""Seconds in which they count; programs log in every half an hour."""


@dataclass(slots=True)
class PushHealth:
    """Judges by what polls find whether reports arrive.

    Attributes:
        works: None until a report, a connection or a poll tells.
        is_silent: whether polls proved that reports do not arrive.
        losses: when reports stopped that came again after they were asked for anew.
    """

    works: bool | None = None
    is_silent: bool = False
    losses: list[float] = field(default_factory=list)
    _unreported_since: float | None = None
    _missed: dict[str, tuple[float, object]] = field(default_factory=dict)

    @property
    def is_taken_away(self) -> bool:
        """Return whether another program takes the reports again and again."""
        return len(self.losses) >= LOSSES_TO_TELL

    def reported(self, now: float, extension: str = "", state: object = None) -> bool:
        """Note that a report came; return whether that is news.

        One that tells the state of an extension is no longer missed.
        """
        self._unreported_since = None
        self.is_silent = False
        news, self.works = not self.works, True
        was_taken_away = self.is_taken_away
        self.losses = [when for when in self.losses if now - when < LOSS_WINDOW]
        if self._missed.get(extension, (0, None))[1] == state:
            self._missed.pop(extension, None)
        lost = {n for n, (when, _) in self._missed.items() if now - when > LATE_SECONDS}
        for number in lost:
            del self._missed[number]
        if lost:
            self.losses.append(now)
        return news or self.is_taken_away is not was_taken_away

    def missed(self, states: Mapping[str, object], now: float) -> None:
        """Note what a poll found of extensions whose reports used to come."""
        for number, state in states.items():
            self._missed.setdefault(number, (now, state))

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
        self._missed.clear()
        self.losses.clear()
