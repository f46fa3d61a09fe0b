"""What the PBX recorded of calls."""

from abc import abstractmethod
import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Final

from ..errors import PbxConnectionError, PbxProtocolError, PbxTokenError
from ..http import Download
from .operations import V1_0_1, Operations
from .wire import text

MAX_RECORDING: Final = 256 * 1024 * 1024
"""Bytes; more than four hours of uncompressed sound."""


MAX_AT_A_TIME: Final = 2
"""Recordings; a box is slow, and listening takes minutes."""
PATIENCE = 30
"""Seconds to wait for others to finish listening."""


class Recording:
    """The sound of one call, while the PBX sends it.

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


class RecordingOperations(Operations):
    """Gets recordings."""

    def __init__(self) -> None:
        """Start with nobody listening."""
        self._listeners = asyncio.Semaphore(MAX_AT_A_TIME)

    @abstractmethod
    def _download(
        self, endpoint: str, query: Mapping[str, str], *, version: str
    ) -> AbstractAsyncContextManager[Download]:
        """Get a file; a dead token raises `PbxTokenError`."""

    @asynccontextmanager
    async def recording(self, name: str) -> AsyncGenerator[Recording]:
        """Open a recording by the name that its call record has.

        Source: API guide, Download a Call Recording File. The one-time string in
        between is good for 30 seconds.

        Raises:
            PbxRecordingRefusedError: the one-time string was not accepted.
            PbxRecordingGoneError: there is no such recording any more.
        """
        async with AsyncExitStack() as stack:
            # Before the one-time string, which would not wait.
            await stack.enter_async_context(self._turn())
            try:
                file = await stack.enter_async_context(self._once(name))
            except PbxTokenError:
                file = await stack.enter_async_context(self._once(name))
            yield Recording(file)

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[None]:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._listeners.acquire()
        except TimeoutError:
            raise PbxConnectionError("Others still listen to recordings") from None
        try:
            yield
        finally:
            self._listeners.release()

    @asynccontextmanager
    async def _once(self, name: str) -> AsyncGenerator[Download]:
        answer = await self._call(
            "recording/get_random", {"recording": name}, version=V1_0_1
        )
        if not (random := text(answer.get("random"))):
            raise PbxProtocolError("The PBX agreed, but sent no one-time string")
        query = {"recording": name, "random": random}
        async with self._download("recording/download", query, version=V1_0_1) as file:
            yield file
