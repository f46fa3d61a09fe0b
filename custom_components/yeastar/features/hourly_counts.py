"""What calls add up to, hour by hour."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..pbx.calls.call import NOT_MISSED, Call
from ..pbx.models import CallDirection

HOUR: Final = 3600

type Hour = int
"""Hours since 1970."""


class Measure(StrEnum):
    """What is counted."""

    CALLS_IN = "calls_in"
    CALLS_OUT = "calls_out"
    MISSED_CALLS = "missed_calls"
    TALK_MINUTES = "talk_minutes"


@dataclass(slots=True)
class Count:
    """What was counted in one hour."""

    calls_in: int = 0
    calls_out: int = 0
    missed_calls: int = 0
    talk_seconds: int = 0

    def value(self, measure: Measure) -> float:
        """Return one of them."""
        if measure is Measure.TALK_MINUTES:
            return self.talk_seconds / 60
        value: int = getattr(self, measure)
        return value


class HourlyCounts:
    """Counts calls in the hour in which they began.

    Of the PBX, calls from outside and to outside; of a phone, all that it took part in.
    A phone talked if it called or answered; one that handed its call over did not.
    """

    def __init__(self) -> None:
        """Start without any."""
        self._counts: defaultdict[str, dict[Hour, Count]] = defaultdict(dict)

    def add(self, call: Call) -> None:
        """Count a call that is over."""
        hour = hour_of(call.started)
        whole = self._counts[""].setdefault(hour, Count())
        whole.talk_seconds += call.talk_seconds
        whole.missed_calls += call.missed
        if call.direction is not CallDirection.INTERNAL:
            whole.calls_in += call.is_inbound
            whole.calls_out += not call.is_inbound
        for number in call.extensions:
            count = self._counts[number].setdefault(hour, Count())
            calls = number == call.caller and not call.is_inbound
            if calls:
                count.calls_out += 1
            else:
                count.calls_in += 1
                count.missed_calls += call.outcome not in NOT_MISSED
            if calls or number == call.answered_by:
                count.talk_seconds += call.talk_seconds

    def of(self, number: str) -> dict[Hour, Count]:
        """Return what was counted of a phone, or of the PBX without a number."""
        return self._counts.get(number, {})


def hour_of(epoch: float) -> Hour:
    """Return the hour of a time in epoch seconds."""
    return int(epoch // HOUR)
