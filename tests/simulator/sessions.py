"""Tokens, and the block after five bad logins."""

from dataclasses import dataclass, field
from secrets import token_hex

from .errors import Errno, RefusedError
from .quirks import Quirks
from .state import Clock

TOKEN_LIFE = 30 * 60
LOCK_TIME = 10 * 60
MOST_FAILURES = 5


@dataclass(slots=True)
class Sessions:
    """Who is logged in and who is locked out."""

    clock: Clock
    quirks: Quirks
    tokens: dict[str, float] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    locked: dict[str, float] = field(default_factory=dict)
    expired: set[str] = field(default_factory=set)

    def open(self) -> str:
        """Return a new token."""
        if self.quirks.one_token:
            self.tokens.clear()
        token = token_hex(16)
        self.tokens[token] = self.clock() + TOKEN_LIFE
        return token

    def close(self, token: str) -> None:
        """Forget a token."""
        self.tokens.pop(token, None)

    def check(self, token: str) -> None:
        """Renew a token, or refuse it."""
        if not token:
            raise RefusedError(Errno.BLANK_TOKEN)
        if not self.alive(token):
            known = token in self.expired and not self.quirks.expired_is_unknown
            raise RefusedError(Errno.EXPIRED_TOKEN if known else Errno.NO_TOKEN)
        self.renew(token)

    def alive(self, token: str) -> bool:
        """Return whether a token is still good."""
        if token in self.tokens and self.tokens[token] <= self.clock():
            del self.tokens[token]
            self.expired.add(token)
        return token in self.tokens

    def renew(self, token: str) -> None:
        """Start the thirty minutes again."""
        if self.alive(token):
            self.tokens[token] = self.clock() + TOKEN_LIFE

    def expire_all(self) -> None:
        """Let every token time out now."""
        self.expired.update(self.tokens)
        self.tokens.clear()

    def forget_all(self) -> None:
        """Forget every token, as a restart does."""
        self.tokens.clear()
        self.expired.clear()

    def failed(self, address: str) -> None:
        """Count a bad login; the fifth in a row locks the address."""
        self.failures[address] = self.failures.get(address, 0) + 1
        if self.failures[address] >= MOST_FAILURES:
            self.lock(address)

    def succeeded(self, address: str) -> None:
        """Forget the bad logins of an address."""
        self.failures.pop(address, None)

    def lock(self, address: str) -> None:
        """Lock an address for ten minutes."""
        self.failures.pop(address, None)
        self.locked[address] = self.clock() + LOCK_TIME

    def is_locked(self, address: str) -> bool:
        """Return whether an address is locked."""
        return self.locked.get(address, 0) > self.clock()
