"""What one PBX is and has: itself, its extensions and its trunks.

Queries and reports tell of it. Which of the two is newer is told by `order`, as for
calls.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import logging

from .models import (
    BUSY_STATES,
    Capacity,
    Destination,
    Device,
    Extension,
    ExtensionState,
    Listing,
    Trunk,
)

LOGGER = logging.getLogger(__package__)

ABSENCES_TO_REMOVE = 3
"""Complete lists in a row without an extension or a trunk, for it to be removed."""
MAX_WORDS = 20
"""How many words for states that no guide knows are logged, once each."""
UPTIME_JITTER = timedelta(minutes=2)


class Inventory:
    """Learns what a PBX is and has.

    Attributes:
        device: None only before the first poll.
        extensions: by number.
        trunks: by name.
        queues: by number; only of a PBX that tells what happens in them.
        states: what each extension does, by number.
        capacity: how many calls may live, None if the PBX does not tell.
        shown: how many extensions have a device.
        registered: how many of them could ring.
        knows_trunks: whether a complete list of trunks was read.
        utc_offset: how far the PBX's clock is ahead of UTC, None if it does not tell.
        last_restart: when the PBX started, None if it does not tell.
        unreported: whether a poll found an extension changed that no report named.
        missed: those of them that reports named before.
        removed: keys of extensions and trunks that are surely gone, and the others:
            what changed, all until `forget_changes`.
    """

    def __init__(self, name: str) -> None:
        """Know nothing yet; the name is that in the log."""
        self._name = name
        # Of the last report about an extension.
        self._reported: dict[str, int] = {}
        self._absent_extensions: dict[str, int] = {}
        self._absent_trunks: dict[str, int] = {}
        self._absent_queues: dict[str, int] = {}
        self._unknown_words: set[str] = set()
        self.is_shown: Callable[[str], bool] = lambda number: True
        self.device: Device | None = None
        self.extensions: dict[str, Extension] = {}
        self.trunks: dict[str, Trunk] = {}
        self.queues: dict[str, Destination] = {}
        self.states: dict[str, ExtensionState | None] = {}
        self.capacity: Capacity | None = None
        self.shown = 0
        self.registered = 0
        self.knows_trunks = False
        self.utc_offset: timedelta | None = None
        self.last_restart: datetime | None = None
        self.removed_extensions: set[str] = set()
        self.removed_trunks: set[str] = set()
        self.removed_queues: set[str] = set()
        self.forget_changes()

    def forget_changes(self) -> None:
        """Forget what changed: it was told."""
        self.changed_extensions: set[str] = set()
        self.changed_trunks: set[str] = set()
        self.device_changed = False
        self.members_changed = False
        self.unreported = False
        self.missed: set[str] = set()
        self.registrations: list[Extension] = []
        self.presences: list[Extension] = []

    def expect(
        self,
        extensions: Iterable[str],
        trunks: Iterable[str],
        queues: Iterable[str] = (),
    ) -> None:
        """Look out for what an earlier run knew: it is removed if it stays away."""
        self._absent_extensions |= dict.fromkeys(extensions, 0)
        self._absent_trunks |= dict.fromkeys(trunks, 0)
        self._absent_queues |= dict.fromkeys(queues, 0)

    # The PBX itself

    def apply_device(self, device: Device, now: datetime) -> None:
        """Learn what the PBX says of itself; `now` has a zone."""
        restart = self.last_restart
        if device.uptime is not None:
            started = now.astimezone(UTC).replace(microsecond=0) - device.uptime
            # Both clocks jitter a little; only a real restart is a change.
            if restart is None or abs(started - restart) > UPTIME_JITTER:
                restart = started
        before = self.device
        if before and before.firmware_version != device.firmware_version:
            # The device registry shows it, like members that came or went.
            self.members_changed = True
        elif before and before.name != device.name:
            self.members_changed = True
        # Its clocks go on, which no entity shows.
        facts = before and replace(
            device, uptime=before.uptime, local_time=before.local_time
        )
        offset = device.utc_offset(now)
        known = (before, self.last_restart, self.utc_offset)
        if not facts or (facts, restart, offset) != known:
            self.device_changed = True
        self.device = device
        self.last_restart = restart
        self.utc_offset = offset

    def apply_capacity(self, capacity: Capacity) -> None:
        """Learn how many calls may live."""
        known = self.capacity
        if known is None or known.most_calls != capacity.most_calls:
            self.device_changed = True
        self.capacity = capacity

    # Trunks

    def apply_trunks(self, listing: Listing[Trunk]) -> None:
        """Learn from a list of the trunks."""
        for trunk in listing.items:
            self.apply_trunk(trunk)
        if listing.complete:
            self.knows_trunks = True
            present = {trunk.name for trunk in listing.items}
            gone = _gone(self.trunks, self._absent_trunks, present)
            self.removed_trunks |= gone
            self.changed_trunks |= gone
            self.members_changed |= bool(gone)
        self.removed_trunks -= self.trunks.keys()

    @property
    def has_all_trunks(self) -> bool:
        """Return whether a complete list was read, and no trunk is awaited."""
        return self.knows_trunks and not self._absent_trunks

    def apply_trunk(self, trunk: Trunk) -> None:
        """Learn what one trunk is and does."""
        before = self.trunks.get(trunk.name)
        if trunk == before:
            return
        self.trunks[trunk.name] = trunk
        self.changed_trunks.add(trunk.name)
        self._note_unknown(trunk.state, trunk.status)
        self.members_changed |= before is None or before.type != trunk.type

    # Queues

    def apply_queues(self, listing: Listing[Destination]) -> None:
        """Learn from a list of the queues."""
        for queue in listing.items:
            self.members_changed |= self.queues.get(queue.number) != queue
            self.queues[queue.number] = queue
        if listing.complete:
            present = {queue.number for queue in listing.items}
            gone = _gone(self.queues, self._absent_queues, present)
            self.removed_queues |= gone
            self.members_changed |= bool(gone)
        self.removed_queues -= self.queues.keys()

    # Extensions

    def apply_extensions(self, listing: Listing[Extension], order: int) -> None:
        """Learn from a list that was asked for at `order`."""
        for extension in listing.items:
            before = self.extensions.get(extension.number)
            if before is extension:
                # Most of them, in most polls.
                continue
            if before and self._reported.get(extension.number, 0) > order:
                # A report that came meanwhile knows better what it is doing.
                self._put(replace(extension, state=before.state, status=before.status))
            else:
                if before is not None and before.state != extension.state:
                    self.unreported = True
                    if extension.number in self._reported:
                        self.missed.add(extension.number)
                self._put(extension)
        if listing.complete:
            present = {extension.number for extension in listing.items}
            gone = _gone(self.extensions, self._absent_extensions, present)
            if gone:
                self.removed_extensions |= gone
                self.changed_extensions |= gone
                self.members_changed = True
                self._forget_states()
        self.removed_extensions -= self.extensions.keys()

    def apply_state(
        self, number: str, state: ExtensionState | None, status: str, order: int
    ) -> bool:
        """Learn from a report what an extension does; return whether there is such."""
        before = self.extensions.get(number)
        if before is None:
            return False
        self._reported[number] = order
        self._put(replace(before, state=state, status=status))
        return True

    def apply_presence(self, number: str, presence: str) -> None:
        """Learn from a report where the user of an extension is."""
        if before := self.extensions.get(number):
            self._put(replace(before, presence=presence))

    def is_busy(self, number: str) -> bool:
        """Return whether an extension rings, is in a call or on hold."""
        return self.states.get(number) in BUSY_STATES

    @property
    def shown_extensions(self) -> list[Extension]:
        """Return the extensions that have a device."""
        return [e for number, e in self.extensions.items() if self.is_shown(number)]

    def _put(self, extension: Extension) -> None:
        number = extension.number
        before = self.extensions.get(number)
        if extension == before:
            return
        self.extensions[number] = extension
        self.states[number] = extension.state
        self.changed_extensions.add(number)
        if before is None and self.is_shown(number):
            self.shown += 1
        was_registered = before is not None and before.is_registered
        if extension.is_registered != was_registered:
            if self.is_shown(number):
                self.registered += 1 if extension.is_registered else -1
                self.device_changed = True
            if before is not None:
                self.registrations.append(extension)
        if before and before.presence != extension.presence:
            self.presences.append(extension)
        if before is None or (before.name, before.type) != (
            extension.name,
            extension.type,
        ):
            self.members_changed = True
        self._note_unknown(extension.state, extension.status)

    def _forget_states(self) -> None:
        """Forget what the extensions did that are gone."""
        for number in self.states.keys() - self.extensions.keys():
            del self.states[number]
        shown = self.shown_extensions
        self.shown = len(shown)
        self.registered = sum(extension.is_registered for extension in shown)
        self.device_changed = True

    def _note_unknown(self, state: object, status: str) -> None:
        words = self._unknown_words
        if not state and status and status not in words and len(words) < MAX_WORDS:
            words.add(status)
            LOGGER.info(
                "%s reports a state that is not documented: %.60s", self._name, status
            )


def _gone[ItemT](
    known: dict[str, ItemT], absences: dict[str, int], present: set[str]
) -> set[str]:
    """Count the absences after a complete list; return what is gone by now."""
    for key in absences.keys() & present:
        del absences[key]
    gone: set[str] = set()
    for key in (known.keys() | absences.keys()) - present:
        absences[key] = absences.get(key, 0) + 1
        if absences[key] >= ABSENCES_TO_REMOVE:
            del absences[key]
            known.pop(key, None)
            gone.add(key)
    return gone
