"""Tokens, and the block after five bad logins."""

from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_urlsafe

from tests.simulator.timers import Timers

from .errors import Errcode, RefusedError
from .state import Clock

ACCESS_LIFE = 1800
REFRESH_LIFE = 86400
MOST_TOKENS = 8
MOST_FAILURES = 5


def _token() -> str:
    """Return 32 characters, as every token in the vendor's samples has."""
    return token_urlsafe(24)


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token and the refresh token that came with it."""

    access: str
    refresh: str
    expires: float
    refresh_expires: float

    @property
    def answer(self) -> dict[str, object]:
        """Return the pair as get_token and refresh_token answer it."""
        return {
            "access_token_expire_time": ACCESS_LIFE,
            "access_token": self.access,
            "refresh_token_expire_time": REFRESH_LIFE,
            "refresh_token": self.refresh,
        }


class Sessions:
    """Who is logged in and who is blocked; `died` hears of tokens that end."""

    def __init__(self, clock: Clock, timers: Timers) -> None:
        """Start without tokens."""
        self.died: Callable[[str], object] = lambda access: None
        self.pairs: dict[str, Pair] = {}
        self.failures: dict[str, int] = {}
        self.blocked: set[str] = set()
        self._clock = clock
        self._timers = timers

    @property
    def alive(self) -> int:
        """Return how many of the eight slots are taken."""
        self._drop_old()
        return sum(pair.expires > self._clock() for pair in self.pairs.values())

    def open(self) -> Pair:
        """Return a new pair; the ninth is refused. Others live on."""
        if self.alive >= MOST_TOKENS:
            raise RefusedError(Errcode.LIMIT)
        now, scale = self._clock(), self._timers.scale
        pair = Pair(
            _token(), _token(), now + ACCESS_LIFE * scale, now + REFRESH_LIFE * scale
        )
        self.pairs[pair.access] = pair
        self._timers.start(
            f"token {pair.access}", "life", ACCESS_LIFE, lambda: self.died(pair.access)
        )
        return pair

    def refresh(self, refresh: str) -> Pair:
        """Return a new pair in the place of the old one.

        A pair whose access token is dead already has left its slot.
        """
        self._drop_old()
        old = next((p for p in self.pairs.values() if p.refresh == refresh), None)
        if old is None:
            raise RefusedError(Errcode.TOKEN_EXPIRED)
        self.pairs.pop(old.access)
        try:
            pair = self.open()
        except RefusedError:
            self.pairs[old.access] = old
            raise
        self._end(old.access)
        return pair

    def close(self, access: str) -> None:
        """End a token and its refresh token."""
        self.pairs.pop(access, None)
        self._end(access)

    def check(self, access: str) -> None:
        """Refuse a token that is blank, unknown or dead; requests do not prolong it."""
        if not self.is_alive(access):
            raise RefusedError(Errcode.TOKEN_EXPIRED)

    def is_alive(self, access: str) -> bool:
        """Return whether a token is still good."""
        pair = self.pairs.get(access)
        return pair is not None and pair.expires > self._clock()

    def expire_access(self) -> None:
        """Let every access token time out now; refresh tokens live on."""
        for pair in list(self.pairs.values()):
            self.pairs[pair.access] = Pair(
                pair.access, pair.refresh, self._clock(), pair.refresh_expires
            )
            self._end(pair.access)

    def end_all(self) -> None:
        """End every token, as a changed Client Secret does."""
        for access in list(self.pairs):
            self.close(access)

    def forget_all(self) -> None:
        """Forget every token without a word, as a restart does."""
        for access in self.pairs:
            self._timers.cancel(f"token {access}")
        self.pairs.clear()

    def failed(self, address: str) -> None:
        """Count a bad login; the fifth in a row blocks the address."""
        self.failures[address] = self.failures.get(address, 0) + 1
        if self.failures[address] >= MOST_FAILURES:
            self.blocked.add(address)

    def succeeded(self, address: str) -> None:
        """Forget the bad logins of an address."""
        self.failures.pop(address, None)

    def unblock(self) -> None:
        """Free every address, as an administrator can; nothing else does."""
        self.blocked.clear()
        self.failures.clear()

    def _end(self, access: str) -> None:
        self._timers.cancel(f"token {access}")
        self.died(access)

    def _drop_old(self) -> None:
        now = self._clock()
        for pair in list(self.pairs.values()):
            if pair.refresh_expires <= now:
                del self.pairs[pair.access]
