"""Posts reports to the registered target: one after the other, or without waiting."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
import json
import logging
from typing import Any

from .quirks import Quirks, Shape

LOGGER = logging.getLogger("pbx_simulator")
MOST_WAITING = 500
MOST_REMEMBERED = 20_000
ANSWER_LIMIT = 65536


@dataclass(frozen=True, slots=True)
class ReportTarget:
    """Where reports go, and the token that keeps them going."""

    host: str
    port: int
    path: str
    shape: Shape
    token: str

    @property
    def url(self) -> str:
        """Return the address as a URL."""
        return f"http://{self.host}:{self.port}{self.path}"

    @property
    def shown(self) -> str:
        """Return the address for people to read; its last part is a secret."""
        head, slash, secret = self.url.rpartition("/")
        return f"{head}{slash}{secret[:4]}…" if len(secret) > 8 else self.url


class Outcome(StrEnum):
    """What became of a report."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    NO_TARGET = "no_target"
    TOKEN_DEAD = "token_dead"


@dataclass(slots=True)
class PostedReport:
    """One report and what became of it."""

    raw: bytes
    target: ReportTarget | None
    made: float
    lasting: bool = False
    attempts: int = 0
    status: int | None = None
    outcome: Outcome = Outcome.WAITING
    statuses: list[int | None] = field(default_factory=list)

    @property
    def body(self) -> dict[str, Any]:
        """Return the body as an ordinary parser reads it: the last of equal keys."""
        parsed: dict[str, Any] = json.loads(self.raw)
        return parsed

    @property
    def name(self) -> str:
        """Return the report's name, for people."""
        try:
            body = self.body
            return str(body.get("action", body.get("event", "?")))
        except ValueError, AttributeError:
            return "raw"


class Poster:
    """A queue with one worker; what finds no listener is given up, not kept.

    An impatient one starts each report without waiting for the answer to those before.
    """

    def __init__(
        self,
        quirks: Quirks,
        alive: Callable[[str], bool],
        address: Callable[[], str],
    ) -> None:
        """Start with nothing to post."""
        self.attempts = 3
        self.interval = 0.5
        self.answer_timeout = 5.0
        self.patience = 30.0
        self.reports: list[PostedReport] = []
        self._quirks = quirks
        self._alive = alive
        self._address = address
        self._waiting: deque[PostedReport] = deque()
        self._work = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Start the worker."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """End the worker; what waits is given up."""
        tasks = [*self._under_way, *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._task = None

    def put(self, raw: bytes, target: ReportTarget | None, *, lasting: bool) -> None:
        """Queue one report; `lasting` ones do not ask whether the token lives."""
        report = self._remember(raw, target, lasting=lasting)
        if target is None or target.port == 0:
            report.outcome = Outcome.NO_TARGET
            return
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.popleft().outcome = Outcome.GIVEN_UP
        self._waiting.append(report)
        self._idle.clear()
        self._work.set()

    def remember_pushed(self, raw: bytes, *, taken: bool) -> None:
        """Keep a report that went out by TCP, or found no program there."""
        report = self._remember(raw, None, lasting=False)
        report.outcome = Outcome.DELIVERED if taken else Outcome.NO_TARGET

    def _remember(
        self, raw: bytes, target: ReportTarget | None, *, lasting: bool
    ) -> PostedReport:
        now = asyncio.get_running_loop().time()
        report = PostedReport(raw, target, now, lasting)
        self.reports.append(report)
        del self.reports[:-MOST_REMEMBERED]
        return report

    async def settle(self, timeout: float) -> None:
        """Wait until every report so far was delivered or given up."""
        async with asyncio.timeout(timeout):
            await self._idle.wait()

    async def _run(self) -> None:
        while True:
            await self._work.wait()
            while self._waiting:
                work = self._deliver_one(self._waiting.popleft())
                waits = len(self._under_way) >= MOST_WAITING
                if self._quirks.impatient_poster and not waits:
                    task = asyncio.get_running_loop().create_task(work)
                    self._under_way.add(task)
                    task.add_done_callback(self._ended)
                else:
                    await work
            self._work.clear()
            self._rest()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._rest()

    def _rest(self) -> None:
        if not self._waiting and not self._under_way:
            self._idle.set()

    async def _deliver_one(self, report: PostedReport) -> None:
        await self._deliver(report)
        LOGGER.info(
            "report %s -> %s (%s)",
            report.name,
            report.outcome,
            report.status or "no answer",
        )

    async def _deliver(self, report: PostedReport) -> None:
        assert report.target
        for attempt in range(self.attempts):
            if attempt:
                await asyncio.sleep(self.interval)
            if self._too_old(report):
                break
            if not report.lasting and not self._alive(report.target.token):
                report.outcome = Outcome.TOKEN_DEAD
                return
            if await self._post(report) == 200:
                report.outcome = Outcome.DELIVERED
                for _ in range(self._quirks.repeats):
                    await self._post(report)
                return
        report.outcome = Outcome.GIVEN_UP

    def _too_old(self, report: PostedReport) -> bool:
        return asyncio.get_running_loop().time() - report.made > self.patience

    async def _post(self, report: PostedReport) -> int | None:
        assert report.target
        report.attempts += 1
        report.status = None
        with suppress(OSError, TimeoutError, ValueError):
            async with asyncio.timeout(self.answer_timeout):
                report.status = await self._exchange(report.target, report.raw)
        report.statuses.append(report.status)
        return report.status

    async def _exchange(self, target: ReportTarget, raw: bytes) -> int | None:
        reader, writer = await asyncio.open_connection(target.host, target.port)
        try:
            writer.write(self._head(target, len(raw)) + raw)
            await writer.drain()
            line = await reader.readline()
            await reader.read(ANSWER_LIMIT)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        parts = line.split()
        return int(parts[1]) if len(parts) > 1 else None

    def _head(self, target: ReportTarget, length: int) -> bytes:
        quirks = self._quirks
        path = "/" if quirks.no_url else target.path
        if quirks.empty_path and path == "/":
            path = ""
        host = f"{target.host}:{target.port}"
        if quirks.odd_host_header:
            host = f"{self._address()}: {target.port}"
        lines = [
            f"POST {path} HTTP/{quirks.report_http}",
            f"Host: {host}",
            "User-Agent: WebAPI",
            "Content-Type: application/json",
            "Accept: application/json",
        ]
        if quirks.wrong_length is not None:
            lines.append(f"Content-Length: {length + quirks.wrong_length}")
        lines += ["Connection: close", "", ""]
        return ("\n" if quirks.bare_newlines else "\r\n").join(lines).encode()
