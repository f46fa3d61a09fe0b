"""The sound of a call, while the PBX sends it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from .errors import PbxConnectionError, PbxProtocolError, PbxRecordingGoneError, Refusal
from .http import Download

MAX_RECORDING: Final = 256 * 1024 * 1024
"""Bytes; more than four hours of uncompressed sound."""
MAX_AT_A_TIME: Final = 2
"""Recordings; a box is slow, and listening takes minutes."""
PATIENCE = 30
"""Seconds to wait for other recordings to end."""


def check_name(name: str) -> None:
    """Raise if this is no name of a file: records carry what callers send.

    Raises:
        PbxRecordingGoneError: there is no such recording.
    """
    if not name or name.startswith(".") or set(name) & set("/\\"):
        raise PbxRecordingGoneError(0, Refusal.RECORDING_GONE)


class Recording:
    """The sound of one call.

    Attributes:
        size: bytes, None if the PBX does not say; old ones do not.
    """

    content_type: Final = "audio/wav"

    def __init__(self, file: Download) -> None:
        """Take a file that has begun.

        Raises:
            PbxProtocolError: it holds no sound.
        """
        if not (file.head.startswith(b"RIFF") and file.head[8:12] == b"WAVE"):
            raise PbxProtocolError("The PBX sent something else than sound")
        self.size = file.size
        self._file = file

    def pieces(self) -> AsyncGenerator[bytes]:
        """Yield the sound once, as it comes.

        Raises:
            PbxConnectionError: the PBX stopped sending.
            PbxProtocolError: it is endless.
        """
        return self._file.pieces(MAX_RECORDING)


class RecordingTurns:
    """Lets few recordings of a PBX be read at a time."""

    def __init__(self) -> None:
        """Start without any."""
        self._turns = asyncio.Semaphore(MAX_AT_A_TIME)

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """Wait for one's turn.

        Raises:
            PbxConnectionError: the other recordings take too long.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                await self._turns.acquire()
        except TimeoutError:
            raise PbxConnectionError("Others still listen to recordings") from None
        try:
            yield
        finally:
            self._turns.release()
