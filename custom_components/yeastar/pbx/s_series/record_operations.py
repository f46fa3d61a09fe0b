"""Gets the records of past calls (API v1.1.0 and v2.0.0, Download CDR)."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ..errors import (
    PbxAddressError,
    PbxBusyError,
    PbxCredentialsError,
    PbxLockedOutError,
    PbxProtocolError,
    PbxRefusedError,
    PbxTokenError,
    PbxUnsupportedError,
    Refusal,
)
from ..models import LoggedRecord
from ..wire import text
from .operations import V1_1_0, V2_0_0, Operations
from .record_files import records_in

# The version, and what it calls the field of the extensions.
_WAYS: Final = ((V1_1_0, "extid"), (V2_0_0, "number"))
_ZONES: Final = timedelta(hours=14)
"""A box may take the times of a request in any zone (public programs disagree)."""
_LATE: Final = timedelta(hours=4)
"""A part of a call, as after a transfer, has a row that begins so much later."""
_MAX_FILE: Final = 64 * 1024 * 1024
"""Bytes; a month of 1000 calls a day is a tenth of it."""


_OTHER_REFUSALS: Final = (
    PbxAddressError,
    PbxBusyError,
    PbxCredentialsError,
    PbxLockedOutError,
    PbxTokenError,
)
"""Those that do not mean that there are no records."""


@dataclass(frozen=True, slots=True)
class _Grant:
    """What one file is asked for with; it is good for 30 seconds, and once."""

    version: str
    query: dict[str, str]


class RecordOperations(Operations):
    """Gets records of past calls."""

    async def records(
        self, since: datetime, until: datetime, clock_ahead: timedelta
    ) -> AsyncGenerator[Sequence[LoggedRecord]]:
        """Yield the records of calls that began in a span of time, in batches.

        Raises:
            PbxUnsupportedError: the firmware has no such operation, or wants times
                in another format than the guide's.
        """
        first, last = since.timestamp(), until.timestamp()
        asked = {
            "starttime": _as_asked(since - _ZONES),
            "endtime": _as_asked(until + _ZONES + _LATE),
        }
        for may_die in (True, False):
            try:
                async with aclosing(self._file(asked, clock_ahead)) as batches:
                    async for batch in batches:
                        yield [r for r in batch if first <= r.began < last]
            except PbxTokenError:
                # Only before the file: its one-time string died with the token.
                if not may_die:
                    raise
            else:
                return

    async def _file(
        self, asked: dict[str, str], clock_ahead: timedelta
    ) -> AsyncGenerator[Sequence[LoggedRecord]]:
        if not (grant := await self._grant(asked)):
            return
        async with (
            self._download("cdr/download", grant.query, version=grant.version) as file,
            aclosing(file.pieces(_MAX_FILE)) as pieces,
            aclosing(records_in(pieces, clock_ahead)) as batches,
        ):
            async for batch in batches:
                yield batch

    async def _grant(self, asked: dict[str, str]) -> _Grant | None:
        """Return what opens the file, None if there would be nothing in it."""
        unsupported: PbxUnsupportedError | None = None
        for version, numbers in _WAYS:
            query = {numbers: "all", **asked}
            try:
                answer = await self._call("cdr/get_random", query, version=version)
            except PbxUnsupportedError as err:
                unsupported = unsupported or err
                continue
            except PbxRefusedError as err:
                if err.reason is Refusal.CDR_TIME_FORMAT:
                    raise PbxUnsupportedError(err.number, err.reason) from None
                if isinstance(err, _OTHER_REFUSALS):
                    raise
                # With which number a box says that it found no rows is in no guide.
                return None
            if not (random := text(answer.get("random"))):
                raise PbxProtocolError("The PBX agreed, but sent no one-time string")
            return _Grant(version, {**query, "random": random})
        assert unsupported
        raise unsupported


def _as_asked(moment: datetime) -> str:
    """Return a time as the guide wants it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
