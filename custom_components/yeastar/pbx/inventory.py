"""What a PBX is and has: itself, its extensions and its trunks.

Polls and reports tell of it. Which of the two is newer is told by `order`, as for
calls. Knows nothing of Home Assistant.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ..const import LOGGER
from ..topics import DEVICE, MEMBERS, extension_part, trunk_part
from . import DeviceInfo, Extension, ExtensionState, Listing, Trunk

ABSENCES_TO_REMOVE = 3
MAX_WORDS = 20
"""How many words for states that nobody knows are logged, once each."""
UPTIME_JITTER = timedelta(minutes=2)


@dataclass(slots=True)
class PbxData:
    """What is known of a PBX.

    Attributes:
        extensions: by number.
        trunks: by name.
        registered: how many extensions could ring, of those that are shown.
        device: None only before the first poll.
        clock_ahead: how far the PBX's clock is ahead of the local time of Home
            Assistant, None if it does not tell the time.
    """

    extensions: dict[str, Extension] = field(default_factory=dict)
    trunks: dict[str, Trunk] = field(default_factory=dict)
    registered: int = 0
    device: DeviceInfo | None = None
    clock_ahead: timedelta | None = None
    last_restart: datetime | None = None


class Members:
    """Learns from polls and reports what a PBX is and has.

    Attributes:
        data: what is known now.
        states: what each extension does, by number.
        changed: the parts that changed, and
        registrations: the extensions whose phones came or went, both for the reader
            to take away.
    """

    def __init__(self, name: str, shows: Callable[[str], bool]) -> None:
        """Know nothing yet; `shows` tells which extensions are counted."""
        self._name = name
        self._shows = shows
        # Of the last report about an extension.
        self._reported: dict[str, int] = {}
        self._absences: dict[str, int] = {}
        self._unknown_words: set[str] = set()
        self.data = PbxData()
        self.states: dict[str, ExtensionState | None] = {}
        self.changed: set[str] = set()
        self.registrations: list[Extension] = []

    def apply_device(self, device: DeviceInfo, now: datetime) -> None:
        """Learn what the PBX says of itself; `now` is local."""
        restart = self.data.last_restart
        if device.uptime is not None:
            started = now.astimezone(UTC).replace(microsecond=0) - device.uptime
            # Both clocks jitter a little; only a real restart is a change.
            if restart is None or abs(started - restart) > UPTIME_JITTER:
                restart = started
        before = self.data.device
        if before and before.firmware_version != device.firmware_version:
            # The device registry is to know, like of members that came or went.
            self.changed.add(MEMBERS)
        # Its clocks go on, which nobody shows.
        facts = before and replace(
            device, uptime=before.uptime, local_time=before.local_time
        )
        offset, ours = device.utc_offset(now), now.utcoffset()
        ahead = None if offset is None or ours is None else offset - ours
        known = (before, self.data.last_restart, self.data.clock_ahead)
        if not facts or (facts, restart, ahead) != known:
            self.changed.add(DEVICE)
        self.data.device = device
        self.data.last_restart = restart
        self.data.clock_ahead = ahead

    def apply_trunks(self, listing: Listing[Trunk]) -> None:
        """Learn from a list of the trunks."""
        for trunk in listing.items:
            before = self.data.trunks.get(trunk.name)
            if trunk != before:
                self.data.trunks[trunk.name] = trunk
                self.changed.add(trunk_part(trunk.name))
                self._note_unknown(trunk.state, trunk.status)
            if before is None:
                self.changed.add(MEMBERS)
        if listing.complete:
            present = {trunk.name for trunk in listing.items}
            self._forget_absent(self.data.trunks, present, trunk_part)

    def apply_extensions(self, listing: Listing[Extension], order: int) -> bool:
        """Learn from a list that was asked for at `order`.

        Returns whether an extension does something that no report told of.
        """
        unreported = False
        for extension in listing.items:
            before = self.data.extensions.get(extension.number)
            if before is extension:
                # Most of them, in most polls.
                continue
            if before and self._reported.get(extension.number, 0) > order:
                # A report that came meanwhile knows better what it is doing.
                self._put_extension(
                    replace(extension, state=before.state, status=before.status)
                )
            else:
                unreported |= before is not None and before.state != extension.state
                self._put_extension(extension)
        if listing.complete:
            present = {extension.number for extension in listing.items}
            if self._forget_absent(self.data.extensions, present, extension_part):
                self._forget_states()
        return unreported

    @property
    def shown_extensions(self) -> list[Extension]:
        """Return the extensions that are counted."""
        extensions = self.data.extensions
        return [extensions[number] for number in extensions if self._shows(number)]

    def apply_status(
        self, number: str, state: ExtensionState | None, status: str, order: int
    ) -> bool:
        """Learn from a report what an extension does; return whether there is such."""
        before = self.data.extensions.get(number)
        if before is None:
            return False
        self._reported[number] = order
        self._put_extension(replace(before, state=state, status=status))
        return True

    def _put_extension(self, extension: Extension) -> None:
        number = extension.number
        before = self.data.extensions.get(number)
        if extension == before:
            return
        self.data.extensions[number] = extension
        self.states[number] = extension.state
        self.changed.add(extension_part(number))
        was_registered = before is not None and before.is_registered
        if extension.is_registered != was_registered:
            if self._shows(number):
                self.data.registered += 1 if extension.is_registered else -1
                self.changed.add(DEVICE)
            if before is not None:
                self.registrations.append(extension)
        if before is None or before.name != extension.name:
            self.changed.add(MEMBERS)
        self._note_unknown(extension.state, extension.status)

    def _forget_absent(
        self,
        known: dict[str, Any],
        present: set[str],
        part_of: Callable[[str], str],
    ) -> bool:
        """Forget what three complete lists in a row did not name; return whether any."""
        forgotten = False
        for key in known.keys() - present:
            part = part_of(key)
            self._absences[part] = self._absences.get(part, 0) + 1
            if self._absences[part] >= ABSENCES_TO_REMOVE:
                del known[key], self._absences[part]
                self.changed |= {part, MEMBERS}
                forgotten = True
        if self._absences:
            for key in present:
                self._absences.pop(part_of(key), None)
        return forgotten

    def _forget_states(self) -> None:
        """Forget what the extensions did that are gone."""
        for number in self.states.keys() - self.data.extensions.keys():
            del self.states[number]
        self.data.registered = sum(
            extension.is_registered for extension in self.shown_extensions
        )
        self.changed.add(DEVICE)

    def _note_unknown(self, state: object, status: str) -> None:
        words = self._unknown_words
        if not state and status and status not in words and len(words) < MAX_WORDS:
            words.add(status)
            LOGGER.info("%s uses a state no guide knows: %.60s", self._name, status)
