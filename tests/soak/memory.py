"""How much memory is in use, and whether it is level."""

from collections import Counter
from dataclasses import dataclass, field
import gc
import os
from pathlib import Path
from statistics import median

STATM = Path("/proc/self/statm")
MEGABYTE = 1024 * 1024
WARM_UP = 0.4
"""Of the run; logs and caches fill meanwhile."""
MOST_OBJECTS = 0.03
"""By how much of what they were the objects may have become more since."""
MOST_BYTES = 0.05


@dataclass(slots=True)
class Memory:
    """Samples of what is in use, in the order they were taken."""

    objects: list[int] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    kinds: list[Counter[str]] = field(default_factory=list)

    def sample(self) -> None:
        """Look now."""
        gc.collect()
        kinds = Counter(type(thing).__name__ for thing in gc.get_objects())
        self.objects.append(kinds.total())
        self.kinds.append(kinds)
        if STATM.exists():
            pages = int(STATM.read_text(encoding="ascii").split()[1])
            self.megabytes.append(pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE)

    @property
    def is_level(self) -> bool:
        """Return whether it did not grow any more once the run was warm."""
        return (
            growth(self.objects) < MOST_OBJECTS and growth(self.megabytes) < MOST_BYTES
        )

    @property
    def grown(self) -> str:
        """Return what became more since the run was warm."""
        warm, now = self.kinds[int(len(self.kinds) * WARM_UP)], self.kinds[-1]
        more = (now - warm).most_common(8)
        return ", ".join(f"{kind} {warm[kind]} + {count}" for kind, count in more)

    def __str__(self) -> str:
        """Return what there is to know."""
        return (
            f"{self.objects[-1]} objects ({growth(self.objects):+.2%} since warm), "
            f"{self.megabytes[-1] if self.megabytes else 0:.0f} MiB "
            f"({growth(self.megabytes):+.2%})"
        )


def growth(samples: list[int] | list[float]) -> float:
    """Return by how much of what it was something grew between begin and end."""
    warm = samples[int(len(samples) * WARM_UP) :]
    if len(warm) < 4:
        return 0.0
    part = max(1, len(warm) // 4)
    before, after = median(warm[:part]), median(warm[-part:])
    return (after - before) / before
