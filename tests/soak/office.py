"""A busy office: its phones are used at a given rate, without a moment's rest."""

from collections import Counter
from contextlib import suppress
from random import Random

from tests.simulator import (
    Call,
    Extension,
    Leg,
    LegState,
    NotPossibleError,
    Outcome,
    PostedReport,
    ReportTarget,
    Simulator,
    State,
    Trunk,
)
from tests.simulator.state import ExtensionStatus

MOST_WAITING = 300
"""Reports that wait to be posted before the office pauses: the machine is too slow."""
MOST_STEPS = 50
"""At a time; the rest of the world wants to live, too."""
TRUNK = "SIP-142"


EXTENSIONS = 500
CALLS = 120


def large_office() -> State:
    """Return an office with many phones."""
    state = State()
    for number in range(2000, 2000 + EXTENSIONS):
        state.extensions[str(number)] = Extension(str(number), f"Phone {number}")
    state.trunks[TRUNK] = Trunk(TRUNK)
    return state


class Office:
    """Keeps so many calls alive that so many reports a second are made.

    Attributes:
        made: how many reports were made.
        taken: how many bodies were posted and answered with 200.
        unanswered: how many were posted whose answer did not come in time.
        lost: how many of the reports never were, by why.
        calls: how many calls were started.
    """

    def __init__(self, pbx: Simulator, random: Random) -> None:
        """Move in."""
        self._pbx = pbx
        self._random = random
        self._numbers = list(pbx.state.extensions)
        self.made = self.taken = self.unanswered = self.calls = 0
        self.lost: Counter[str] = Counter()
        self._watch()

    def _watch(self) -> None:
        """Count what the PBX makes and posts."""
        poster = self._pbx.poster
        put, post, deliver = poster.put, poster._post, poster._deliver

        def count_made(
            raw: bytes, target: ReportTarget | None, *, lasting: bool
        ) -> None:
            self.made += 1
            put(raw, target, lasting=lasting)
            if target is None:
                self.lost[Outcome.NO_TARGET] += 1

        async def count_taken(report: PostedReport) -> int | None:
            status = await post(report)
            self.taken += status == 200
            self.unanswered += status is None
            return status

        async def count_lost(report: PostedReport) -> None:
            await deliver(report)
            if report.outcome is not Outcome.DELIVERED:
                self.lost[report.outcome] += 1

        poster._deliver = count_lost  # type: ignore[method-assign]
        poster.put = count_made  # type: ignore[method-assign]
        poster._post = count_taken  # type: ignore[method-assign]

    def live(self, reports: int) -> None:
        """Let things happen until so many reports were made since the beginning."""
        for _ in range(MOST_STEPS):
            waiting = len(self._pbx.poster._waiting)
            if self.made >= reports or waiting >= MOST_WAITING or self._pbx.server.down:
                return
            with suppress(NotPossibleError):
                self._step()

    def _step(self) -> None:
        living = list(self._pbx.calls.values())
        if len(living) < CALLS:
            self._call()
        elif self._random.random() < 0.05:
            self._unplug()
        else:
            self._go_on(self._random.choice(living))

    def _call(self) -> None:
        number = self._free()
        match self._random.random():
            case chance if chance < 0.6:
                self._pbx.outside_call(self._stranger(), number, TRUNK)
            case chance if chance < 0.8:
                self._pbx.internal_call(number, self._free(beside=number))
            case _:
                self._pbx.outgoing_call(number, self._stranger(), TRUNK)
        self.calls += 1

    def _unplug(self) -> None:
        """Take a phone off the net, or plug it in again."""
        number = self._random.choice(self._numbers)
        gone = self._pbx.state.extensions[number].status == ExtensionStatus.UNAVAILABLE
        self._pbx.set_extension_status(
            number,
            ExtensionStatus.REGISTERED if gone else ExtensionStatus.UNAVAILABLE,
        )

    def _go_on(self, call: Call) -> None:
        ringing = [leg for leg in call.living if leg.state is LegState.RINGING]
        held = [leg for leg in call.living if leg.state is LegState.HELD]
        people = [leg for leg in call.living if not leg.outside]
        if ringing:
            self._random.choices(
                (self._pick_up, self._refuse, self._give_up), (8, 1, 2)
            )[0](call, ringing[0])
        elif held:
            self._pbx.resume(held[0].number)
        elif people:
            self._random.choices((self._hang_up, self._hold, self._pass_on), (6, 2, 1))[
                0
            ](call, people[0])
        else:
            self._pbx.hang_up_call(call.callid)

    def _pick_up(self, call: Call, leg: Leg) -> None:
        if leg.outside:
            self._pbx.answer_outside(leg)
        else:
            self._pbx.answer(leg.number)

    def _refuse(self, call: Call, leg: Leg) -> None:
        if leg.outside:
            self._pbx.outside_unreachable(call)
        else:
            self._pbx.reject(leg.number)

    def _give_up(self, call: Call, _: Leg) -> None:
        self._pbx.hang_up_call(call.callid)

    def _hang_up(self, _: Call, leg: Leg) -> None:
        self._pbx.hang_up(leg.number)

    def _hold(self, _: Call, leg: Leg) -> None:
        self._pbx.hold(leg.number)

    def _pass_on(self, _: Call, leg: Leg) -> None:
        self._pbx.transfer(leg.number, self._free(beside=leg.number))

    def _free(self, beside: str = "") -> str:
        """Return a phone that nobody uses."""
        for number in self._random.sample(self._numbers, len(self._numbers)):
            extension = self._pbx.state.extensions[number]
            if (
                number != beside
                and self._pbx.board.obstacle(extension) is None
                and not self._pbx.board.legs_of(number)
            ):
                return number
        raise NotPossibleError("everybody is busy")

    def _stranger(self) -> str:
        return f"55{self._random.randrange(10**6):06}"
