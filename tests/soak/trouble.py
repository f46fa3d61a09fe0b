"""Everything that can go wrong with a PBX, by chance."""

from collections import Counter
from collections.abc import Callable
import json
from random import Random

from tests.simulator import Fault, Simulator


class Trouble:
    """What goes wrong, one thing after the other, chosen by chance."""

    def __init__(self, pbx: Simulator, random: Random) -> None:
        """Prepare to be a nuisance."""
        self._pbx = pbx
        self._random = random
        self.done: Counter[str] = Counter()
        self._all: list[Callable[[], None]] = [
            self._requests_fail,
            self._requests_fail,
            self._requests_fail,
            self._token_dies,
            self._restart,
            self._repeat,
            self._nonsense,
            self._another_pbx,
            self._too_large,
        ]

    def make(self) -> None:
        """Let one more thing go wrong."""
        if not self._pbx.server.down:
            self._random.choice(self._all)()

    def end(self) -> None:
        """Let everything work again."""
        self._pbx.faults.clear()
        self._pbx.quirks.repeats = 0

    def _requests_fail(self) -> None:
        fault = self._random.choice(list(Fault))
        self.done[f"request {fault}"] += 1
        self._pbx.fail_next(fault, count=self._random.randint(1, 2))

    def _token_dies(self) -> None:
        self.done["token died"] += 1
        self._pbx.expire_tokens()

    def _restart(self) -> None:
        self.done["restart"] += 1
        self._pbx.reboot(down=self._random.uniform(0, 5))

    def _repeat(self) -> None:
        self.done["repeated reports on or off"] += 1
        self._pbx.quirks.repeats ^= 1

    def _nonsense(self) -> None:
        self.done["report without sense"] += 1
        self._pbx.send_report(b'{"action":"BYE","callid":')

    def _another_pbx(self) -> None:
        self.done["report of another PBX"] += 1
        self._pbx.send_report({"action": "BYE", "sn": "1", "callid": "1.1"})

    def _too_large(self) -> None:
        self.done["report too large"] += 1
        body = {"action": "ConfigChange", "pad": "x" * 70_000}
        self._pbx.send_report(json.dumps(body))
