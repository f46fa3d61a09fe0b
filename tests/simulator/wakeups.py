"""Wake-up calls; the guide calls them alarms."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count
import re

from .errors import Errno, RefusedError

DEFAULT_PROMPT = "macroform-cold_day"
TYPES = ("onetime", "everyday", "custom")


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm of an extension, in the words of the wire."""

    id: str
    time: str
    type: str
    weekdays: str = ""
    repeats: str = "1"
    interval: str = "5"
    prompt: str = DEFAULT_PROMPT

    def shown(self, *, with_id: bool) -> dict[str, str]:
        """Return the row of wakeupcall/query."""
        row = {"wakeupid": self.id} if with_id else {}
        row |= {"time": self.time, "type": self.type}
        if self.type == "custom":
            row["weekdays"] = self.weekdays
        return row | {
            "prompt": self.prompt,
            "repeats": self.repeats,
            "repeatinterval": self.interval,
        }


@dataclass(slots=True)
class Alarms:
    """The alarms of all extensions, in the order in which they were added."""

    of: dict[str, list[Alarm]] = field(default_factory=dict)
    ids: count[int] = field(default_factory=lambda: count(1))

    def add(self, number: str, alarm: Alarm) -> None:
        """Add an alarm; two at the same time are not possible (10022, inferred)."""
        alarms = self.of.setdefault(number, [])
        if any(other.time == alarm.time for other in alarms):
            raise RefusedError(Errno.ALARM_EXISTS)
        alarms.append(replace(alarm, id=str(next(self.ids))))

    def change(self, number: str, old: Alarm, new: Alarm) -> None:
        """Put an alarm in the place of another."""
        alarms = self.of[number]
        if any(other.time == new.time for other in alarms if other != old):
            raise RefusedError(Errno.ALARM_EXISTS)
        alarms[alarms.index(old)] = new

    def find(self, number: str, name: str, value: str) -> Alarm:
        """Return the alarm whose `id` or `time` is this, or refuse."""
        for alarm in self.of.get(number, ()):
            if getattr(alarm, name) == value:
                return alarm
        raise RefusedError(Errno.NO_ALARM)

    def remove(self, number: str, alarm: Alarm) -> None:
        """Remove an alarm."""
        self.of[number].remove(alarm)


def read_alarm(value: object, prompts: set[str], old: Alarm | None = None) -> Alarm:
    """Return the first alarm in `wakeup`; the guide says that others are ignored.

    What it leaves out is as it was before. Whatever is wrong is refused as 10020.
    """
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, dict):
        raise RefusedError(Errno.ALARM_SETTING)
    row: Mapping[str, object] = first
    known = {"time", "type", "weekdays", "repeats", "repeatinterval", "prompt"}
    if not set(row) <= known or not all(isinstance(x, str) for x in row.values()):
        raise RefusedError(Errno.ALARM_SETTING)
    alarm = old or Alarm("", "", "")
    names = {"repeatinterval": "interval"}
    alarm = replace(alarm, **{names.get(k, k): str(v) for k, v in row.items()})
    if alarm.type != "custom":
        alarm = replace(alarm, weekdays="")
    if (
        not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", alarm.time)
        or alarm.type not in TYPES
        or (alarm.type == "custom")
        != bool(re.fullmatch(r"[0-6](,[0-6])*", alarm.weekdays))
        or alarm.repeats not in ("1", "2", "3")
        or not re.fullmatch(r"[1-9]\d?", alarm.interval)
        or alarm.prompt not in {DEFAULT_PROMPT, *prompts}
    ):
        raise RefusedError(Errno.ALARM_SETTING)
    return alarm
