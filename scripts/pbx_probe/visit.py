"""What a visit of any family does: log in, ask, listen, log out."""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

import aiohttp

from custom_components.yeastar.pbx.certificate import CertificatePin
from custom_components.yeastar.pbx.errors import PbxError
from custom_components.yeastar.pbx.models import Family

from .recorder import Recorder, RecordingHttp

POLL_SECONDS: Final = 3.0
"""Between two looks at phones and calls while reports are awaited."""
RECORDS_OF: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a PBX is, and what opens it."""

    host: str
    port: int
    ssl: bool
    pin: CertificatePin | None = None
    username: str = ""
    password: str = field(default="", repr=False)

    def http(self, recorder: Recorder, web: aiohttp.ClientSession) -> RecordingHttp:
        """Return what exchanges requests with the PBX."""
        return RecordingHttp(
            recorder, web, self.host, self.port, ssl=self.ssl, pin=self.pin
        )


class Visit(ABC):
    """One visit to one PBX; only `log_in` and `listen` raise.

    Attributes:
        family: which API it speaks.
        before: what the owner is told before anything is sent with the password.
        reports_by: how reports come: HTTP, TCP or websocket.
        trouble: why reports could not be taken, the last time.
    """

    family: ClassVar[Family]
    before: ClassVar[str]
    reports_by: str = ""
    trouble: str = ""

    def __init__(self, recorder: Recorder) -> None:
        """Remember what comes by a recorder."""
        self.recorder = recorder

    @abstractmethod
    async def log_in(self) -> None:
        """Log in, once.

        Raises:
            PbxError: the PBX does not take the login.
        """

    @abstractmethod
    async def ask(self) -> None:
        """Send each query that the integration sends."""

    @abstractmethod
    async def log_out(self) -> None:
        """End the session; never raises."""

    @abstractmethod
    async def follow(self) -> None:
        """Take reports until cancelled.

        Raises:
            PbxError: they cannot be taken.
        """

    @abstractmethod
    async def poll(self) -> None:
        """Send the queries that are repeated while reports are awaited."""

    async def listen(self, seconds: float, stop: asyncio.Event) -> None:
        """Take reports for a time, or until it is to stop, and ask for calls meanwhile."""
        async with _cancelled_at_the_end(self._follow_on(), self._poll_on()):
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), seconds)

    async def _follow_on(self) -> None:
        while True:
            try:
                await self.follow()
            except PbxError as err:
                self.trouble = type(err).__name__
            await asyncio.sleep(POLL_SECONDS)

    async def _poll_on(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            await self.poll()


@asynccontextmanager
async def _cancelled_at_the_end(*works: Any) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def attempt[T](query: Awaitable[T]) -> T | None:
    """Return what a query answers, None if it fails, which the recorder remembers."""
    with suppress(PbxError):
        return await query
    return None


def last_day() -> tuple[datetime, datetime]:
    """Return the time of which records are asked for."""
    now = datetime.now(UTC)
    return now - RECORDS_OF, now
