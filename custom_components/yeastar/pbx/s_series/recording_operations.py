"""Gets recordings of calls (API guide, Download a Call Recording File)."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from ..errors import PbxProtocolError, PbxTokenError
from ..http import Download
from ..recordings import Recording, RecordingTurns, check_name
from ..wire import text
from .operations import V1_0_1, Operations


class RecordingOperations(Operations):
    """Gets recordings."""

    def __init__(self) -> None:
        """Start without any recording under way."""
        self._recordings = RecordingTurns()

    @asynccontextmanager
    async def recording(self, name: str) -> AsyncGenerator[Recording]:
        """Open a recording by the name that its call record has.

        The one-time string in between is good for 30 seconds.

        Raises:
            PbxRecordingRefusedError: the one-time string was not accepted.
            PbxRecordingGoneError: there is no such recording any more.
        """
        check_name(name)
        async with AsyncExitStack() as stack:
            # Before the one-time string, which would not wait.
            await stack.enter_async_context(self._recordings.turn())
            try:
                file = await stack.enter_async_context(self._once(name))
            except PbxTokenError:
                file = await stack.enter_async_context(self._once(name))
            yield Recording(file)

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
