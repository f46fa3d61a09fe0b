"""Recordings of calls and the one-time strings that open them."""

from collections.abc import Callable
from dataclasses import dataclass, field
import io
import math
from secrets import token_hex
import struct
import wave

from .errors import Errno, RefusedError

RANDOM_LIFE = 30
RATE = 8000
TONE = 440
MOST_SECONDS = 10


@dataclass(slots=True)
class Recordings:
    """What was recorded, by its name, and who may get it for a moment."""

    clock: Callable[[], float]
    files: dict[str, bytes] = field(default_factory=dict)
    randoms: dict[str, tuple[str, str, float]] = field(default_factory=dict)

    def keep(self, name: str, seconds: int) -> None:
        """Record a call: a tone in the place of what was said."""
        self.files[name] = tone(min(max(1, seconds), MOST_SECONDS))

    def open(self, name: str, peer: str) -> str:
        """Return a one-time string for a recording; a path is no name."""
        if name not in self.files or "/" in name or "\\" in name or ".." in name:
            raise RefusedError(Errno.NO_RECORDING)
        random = token_hex(16)
        self.randoms[random] = (name, peer, self.clock() + RANDOM_LIFE)
        return random

    def take(self, name: str, peer: str, random: str) -> bytes:
        """Return a recording, once: its string is used up even by a mistake."""
        granted = self.randoms.pop(random, ("", "", 0.0))
        if granted[:2] != (name, peer) or granted[2] <= self.clock():
            raise RefusedError(Errno.RANDOM)
        if name not in self.files:
            raise RefusedError(Errno.NO_RECORDING)
        return self.files[name]


def tone(seconds: int) -> bytes:
    """Return a WAV file with a quiet tone."""
    wavelength = [
        int(2000 * math.sin(2 * math.pi * TONE * index / RATE)) for index in range(RATE)
    ]
    second = struct.pack(f"<{RATE}h", *wavelength)
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(second * seconds)
    return target.getvalue()
