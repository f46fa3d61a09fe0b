"""The time at which something was seen, by two clocks."""

from dataclasses import dataclass
import time
from typing import Self


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment.

    Attributes:
        steady: seconds of a clock that never jumps; for durations and deadlines.
        wall: epoch seconds; for what people read.
    """

    steady: float
    wall: float

    @classmethod
    def now(cls) -> Self:
        """Return the present moment."""
        return cls(time.monotonic(), time.time())
