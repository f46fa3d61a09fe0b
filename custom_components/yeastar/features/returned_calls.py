"""Which missed calls were returned: a phone called back later, and was answered."""

from collections.abc import Callable, Iterable, Iterator

from ..pbx.calls.call import Call, Outcome
from ..pbx.models import CallDirection

type _Ends = tuple[str, str]


class ReturnedCalls:
    """Remembers the last answered call from here to each number."""

    def __init__(self, normalized: Callable[[str], str]) -> None:
        """Compare numbers outside in their one form."""
        self._normalized = normalized
        self._answered: dict[_Ends, float] = {}

    def note(self, call: Call) -> bool:
        """Learn from a call that is over; returns whether it may return another one."""
        if call.outcome is not Outcome.ANSWERED or not call.callee:
            return False
        match call.direction:
            case CallDirection.OUTBOUND | CallDirection.CALLBACK:
                ends = ("", self._normalized(call.callee))
            case CallDirection.INTERNAL:
                ends = (call.caller, call.callee)
            case _:
                return False
        self._answered[ends] = max(call.started, self._answered.get(ends, 0.0))
        return True

    def note_all(self, calls: Iterable[Call]) -> None:
        """Learn from calls of an earlier run."""
        for call in calls:
            self.note(call)

    def is_returned(self, call: Call) -> bool:
        """Return whether the called side of a missed call called back since."""
        return any(
            self._answered.get(ends, 0.0) >= call.started for ends in self._ends(call)
        )

    def _ends(self, call: Call) -> Iterator[_Ends]:
        """Yield which calls would return a call: from whom, empty for any phone, to whom."""
        if call.is_inbound:
            yield "", self._normalized(call.caller)
        elif call.direction is CallDirection.INTERNAL:
            for number in call.rang:
                yield number, call.caller
