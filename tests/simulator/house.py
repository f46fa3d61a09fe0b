"""A house in which somebody lives: the phones are used without anyone asking."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
import logging
from random import Random

from .calls import Call, Leg, LegState, PlaceKind
from .errors import NotPossibleError
from .simulator import Simulator

LOGGER = logging.getLogger("pbx_simulator")
OUTSIDE = ["01705550134", "0305550127", "06905550188", "0045325550", "01525550171"]
TICK = 0.25
MOST_CALLS = 2
FORGOTTEN_ON_HOLD = 120.0


@dataclass(slots=True)
class Fate:
    """What the people of the house do with a call; seconds count from the last change."""

    answer_after: float | None
    talk_for: float
    gives_up_after: float = 12.0
    hold_after: float | None = None
    held_for: float = 5.0
    seen: tuple[tuple[str, str], ...] = ()
    since: float = 0.0
    on_hold: str = ""


class House:
    """Starts calls now and then, and answers and ends whatever rings and talks."""

    def __init__(self, pbx: Simulator, *, speed: float = 1.0, seed: int = 7) -> None:
        """Move in."""
        self._pbx = pbx
        self._speed = speed
        self._random = Random(seed)  # noqa: S311
        self._fates: dict[str, Fate] = {}
        self._stories: list[Callable[[], None]] = []
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to live."""
        for work in (self._tell_stories(), self._live()):
            self._tasks.append(asyncio.get_running_loop().create_task(work))

    async def stop(self) -> None:
        """Stop."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    # What happens by itself

    async def _tell_stories(self) -> None:
        await self._sleep(3)
        while True:
            if len(self._pbx.calls) < MOST_CALLS:
                with suppress(NotPossibleError):
                    self._next_story()()
            await self._sleep(self._random.uniform(8, 16))

    def _next_story(self) -> Callable[[], None]:
        if not self._stories:
            self._stories = [
                self._answered,
                self._missed,
                self._internal,
                self._outgoing,
                self._everybody_rings,
                self._menu,
                self._order,
            ]
        return self._stories.pop(0)

    def _answered(self) -> None:
        fate = Fate(4, 25, hold_after=9)
        self._start(self._pbx.outside_call(self._stranger(), self._free()), fate)

    def _missed(self) -> None:
        self._start(
            self._pbx.outside_call(self._stranger(), self._free()), Fate(None, 0)
        )

    def _internal(self) -> None:
        caller = self._free()
        self._start(
            self._pbx.internal_call(caller, self._free(beside=caller)), Fate(3, 14)
        )

    def _outgoing(self) -> None:
        call = self._pbx.outgoing_call(self._free(outward=True), self._stranger())
        self._start(call, Fate(5, 18))

    def _everybody_rings(self) -> None:
        group = next(iter(self._pbx.state.ring_groups))
        self._start(self._pbx.outside_call(self._stranger(), group), Fate(5, 15))

    def _menu(self) -> None:
        ivr = next(iter(self._pbx.state.ivrs))
        self._start(self._pbx.outside_call(self._stranger(), ivr), Fate(4, 16))

    def _order(self) -> None:
        queue = next(iter(self._pbx.state.queues))
        self._start(self._pbx.outside_call(self._stranger(), queue), Fate(6, 20))

    def _start(self, call: Call, fate: Fate) -> None:
        self._fates[call.callid] = fate

    def _stranger(self) -> str:
        return self._random.choice(OUTSIDE)

    def _free(self, *, beside: str = "", outward: bool = False) -> str:
        pbx = self._pbx
        free = [
            number
            for number, extension in pbx.state.extensions.items()
            if number != beside
            and extension.type == "SIP"
            and (extension.may_dial_out or not outward)
            and pbx.board.obstacle(extension) is None
            and not pbx.board.legs_of(number)
        ]
        if not free:
            raise NotPossibleError("everybody is busy")
        return self._random.choice(free)

    # What people do with calls

    async def _live(self) -> None:
        while True:
            for call in list(self._pbx.calls.values()):
                with suppress(NotPossibleError):
                    self._attend(call)
            living = self._pbx.calls
            self._fates = {k: v for k, v in self._fates.items() if k in living}
            await asyncio.sleep(TICK / max(1.0, self._speed))

    def _attend(self, call: Call) -> None:
        fate = self._fates.setdefault(call.callid, self._usual_fate())
        now = asyncio.get_running_loop().time() * self._speed
        seen = tuple((leg.id, str(leg.state)) for leg in call.living)
        if seen != fate.seen:
            fate.seen, fate.since = seen, now
        waited = now - fate.since
        ringing = [
            leg
            for leg in call.living
            if leg.state in (LegState.RINGING, LegState.PREPARING)
        ]
        if call.offered:
            return
        if ringing:
            self._attend_ringing(call, fate, ringing, waited)
        elif call.place:
            self._attend_machine(call, waited)
        else:
            self._attend_talk(call, fate, waited)

    def _usual_fate(self) -> Fate:
        """Return what becomes of a call that somebody else started."""
        return Fate(self._random.uniform(3, 5), self._random.uniform(25, 40))

    def _attend_ringing(
        self, call: Call, fate: Fate, ringing: list[Leg], waited: float
    ) -> None:
        if fate.answer_after is None:
            if waited >= fate.gives_up_after:
                self._pbx.outside_hangs_up(call)
        elif waited >= fate.answer_after:
            leg = self._random.choice(ringing)
            if leg.outside:
                self._pbx.answer_outside(leg)
            else:
                self._pbx.answer(leg.number)

    def _attend_machine(self, call: Call, waited: float) -> None:
        assert call.place
        ivr = call.place.kind is PlaceKind.IVR
        if ivr and waited >= 5 and not call.keys:
            self._pbx.press_key(call, "1")
        elif waited >= 60:
            self._pbx.hang_up_call(call.callid)

    def _attend_talk(self, call: Call, fate: Fate, waited: float) -> None:
        held = [leg for leg in call.living if leg.state is LegState.HELD]
        people = [leg for leg in call.living if not leg.outside]
        if held and held[0].number == fate.on_hold:
            if waited >= fate.held_for:
                self._pbx.resume(fate.on_hold)
                fate.on_hold = ""
        elif held:
            if waited >= FORGOTTEN_ON_HOLD:
                self._pbx.hang_up_call(call.callid)
        elif fate.hold_after is not None and people and waited >= fate.hold_after:
            fate.hold_after, fate.on_hold = None, people[0].number
            self._pbx.hold(fate.on_hold)
        elif waited >= fate.talk_for and fate.hold_after is None:
            self._pbx.board.release(call, self._random.choice(call.living))

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)
