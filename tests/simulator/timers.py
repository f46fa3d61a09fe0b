"""Timers that run in the PBX's own time and all end with it."""

import asyncio
from collections.abc import Callable


class Timers:
    """Named timers; `scale` 0.01 makes thirty seconds last 0.3."""

    def __init__(self, scale: float) -> None:
        """Start without timers."""
        self.scale = scale
        self._handles: dict[tuple[str, str], asyncio.TimerHandle] = {}

    def start(
        self, owner: str, what: str, seconds: float, act: Callable[[], object]
    ) -> None:
        """Call `act` later; a timer of the same name is replaced."""
        self.cancel(owner, what)

        def fire() -> None:
            del self._handles[owner, what]
            act()

        loop = asyncio.get_running_loop()
        delay = seconds * self.scale
        self._handles[owner, what] = loop.call_later(delay, fire)

    def cancel(self, owner: str, what: str | None = None) -> None:
        """Cancel one timer of an owner, or all of them."""
        for key in [k for k in self._handles if k[0] == owner]:
            if what in (None, key[1]):
                self._handles.pop(key).cancel()

    def stop(self) -> None:
        """Cancel everything."""
        for handle in self._handles.values():
            handle.cancel()
        self._handles.clear()
